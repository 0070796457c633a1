//! Further pages of an operation.

use serde_json::{Map, Value as Json};

use crate::model::{Kind, Operation, Paginator, Service};
use crate::path::{compile, search};

/// Why the pages of an operation cannot be followed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    /// A page has the token that led to it.
    #[error("a page names itself as the next one")]
    SameToken,
    /// A path of the model is no JMESPath.
    #[error("the model has a path that cannot be read: `{path}`")]
    Path {
        /// The path.
        path: String,
    },
}

/// The request for the page behind this one; none when it was the last.
///
/// # Errors
/// When the page names itself, or the model has a path that cannot be read.
pub fn next(
    paginator: &Paginator,
    request: &Map<String, Json>,
    response: &Json,
) -> Result<Option<Map<String, Json>>, PageError> {
    if let Some(more) = &paginator.more
        && find(more, response)? != Json::Bool(true)
    {
        return Ok(None);
    }
    let mut next = request.clone();
    let mut has_token = false;
    for (input, output) in paginator.inputs.iter().zip(&paginator.outputs) {
        match find(output, response)? {
            Json::Null => drop(next.remove(input)),
            Json::String(text) if text.is_empty() => drop(next.remove(input)),
            token => {
                has_token = true;
                next.insert(input.clone(), token);
            }
        }
    }
    match has_token {
        false => Ok(None),
        true if next == *request => Err(PageError::SameToken),
        true => Ok(Some(next)),
    }
}

/// Adds the items of a page to those of the pages before it. Other members stay those of the first page.
///
/// # Errors
/// When the model has a path that cannot be read.
pub fn append(paginator: &Paginator, whole: &mut Json, page: &Json) -> Result<(), PageError> {
    for path in &paginator.results {
        let found = find(path, page)?;
        match (at(whole, path), found) {
            (Some(Json::Array(items)), Json::Array(more)) => items.extend(more),
            (Some(Json::Object(entries)), Json::Object(more)) => entries.extend(more),
            (Some(Json::Number(sum)), Json::Number(more)) => {
                if let Some(total) = sum.as_i64().zip(more.as_i64()).and_then(|(sum, more)| sum.checked_add(more)) {
                    *sum = total.into();
                }
            }
            (Some(empty @ Json::Null), found) => *empty = found,
            (None, Json::Array(more)) if !more.is_empty() => insert(whole, path, Json::Array(more)),
            _ => {}
        }
    }
    Ok(())
}

/// Puts an empty list where a response has left one out, as services do, so that a path to it finds something.
pub fn fill_empty(service: &Service, operation: &Operation, response: &mut Json) {
    let Some(fields) = response.as_object_mut() else { return };
    let structure = service.structure(operation.output.as_ref());
    for path in operation.paginator.iter().flat_map(|paginator| &paginator.results) {
        let field = structure.field(path).map(|field| &service.shape(&field.member).kind);
        if let Some(Kind::List { .. }) = field {
            fields.entry(path.clone()).or_insert_with(|| Json::Array(Vec::new()));
        }
    }
}

/// All pages together, without the tokens of the first one.
pub fn whole(paginator: &Paginator, mut pages: Json) -> Json {
    if let Some(fields) = pages.as_object_mut() {
        for path in paginator.outputs.iter().chain(&paginator.more) {
            fields.remove(path);
        }
    }
    pages
}

fn at<'a>(value: &'a mut Json, path: &str) -> Option<&'a mut Json> {
    path.split('.').try_fold(value, |value, name| value.get_mut(name))
}

fn insert(value: &mut Json, path: &str, found: Json) {
    let Some((parents, name)) = path.rsplit_once('.').map_or(Some(("", path)), Some) else { return };
    let parent = if parents.is_empty() { Some(value) } else { at(value, parents) };
    if let Some(object) = parent.and_then(Json::as_object_mut) {
        object.insert(name.to_owned(), found);
    }
}

fn find(path: &str, value: &Json) -> Result<Json, PageError> {
    let wrong = || PageError::Path { path: path.to_owned() };
    compile(path).ok().and_then(|expression| search(&expression, value)).ok_or_else(wrong)
}
