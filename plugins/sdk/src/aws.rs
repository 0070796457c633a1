//! Any operation of AWS, as JSON in AWS's own names.
//!
//! [`operation!`](crate::operation!) imports one operation as a function. A request is anything that serde serialises; an
//! answer is a struct of just the fields that the step needs:
//!
//! ```
//! use serde::Deserialize;
//! use serde_json::json;
//! use stepwell_plugin::CallError;
//!
//! stepwell_plugin::operation! {
//!     /// `DescribeTable` of Amazon DynamoDB.
//!     fn describe_table = "stepwell:aws/dynamodb@0.1.0", "describe-table";
//! }
//!
//! #[derive(Deserialize)]
//! #[serde(rename_all = "PascalCase")]
//! struct Described {
//!     table: Table,
//! }
//!
//! #[derive(Deserialize)]
//! #[serde(rename_all = "PascalCase")]
//! struct Table {
//!     table_status: String,
//!     #[serde(default)]
//!     item_count: u64,
//! }
//!
//! fn status(name: &str) -> Result<String, CallError> {
//!     let described: Described = describe_table(&json!({ "TableName": name }))?;
//!     Ok(described.table.table_status)
//! }
//! ```
//!
//! The host fills in client tokens, retries, signs and checks the request against AWS's model. `stepwell aws show
//! dynamodb/DescribeTable` shows request and answer, `stepwell aws wit dynamodb/DescribeTable` the interface.

use std::alloc::Layout;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{CallError, CallErrorKind};

/// Imports an operation of AWS as a function. Each import is a permission that the operator is asked for.
///
/// The two texts are the interface of the service and the function, as `stepwell aws wit` shows them.
#[macro_export]
macro_rules! operation {
    ($($(#[$doc:meta])* $visibility:vis fn $name:ident = $interface:literal, $function:literal;)+) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        ///
        /// Those of the call, and `Rejected` for an answer that is not of the wanted type.
        $visibility fn $name<Q: $crate::aws::Request, A: $crate::aws::Answer>(
            request: &Q,
        ) -> ::std::result::Result<A, $crate::CallError> {
            #[cfg(target_arch = "wasm32")]
            #[link(wasm_import_module = $interface)]
            unsafe extern "C" {
                #[link_name = $function]
                fn raw(request: *const u8, length: usize, answer: *mut u8);
            }
            #[cfg(not(target_arch = "wasm32"))]
            unsafe extern "C" fn raw(_: *const u8, _: usize, _: *mut u8) {
                ::std::unreachable!("a call of AWS needs a host")
            }
            $crate::aws::call(raw, request)
        }
    )+};
}

/// What can be a request: anything that serde serialises to a JSON object.
pub trait Request: Serialize {}
impl<T: Serialize + ?Sized> Request for T {}

/// What can be an answer: anything that serde makes of JSON. Fields that it does not name are left out.
pub trait Answer: DeserializeOwned {}
impl<T: DeserializeOwned> Answer for T {}

/// A function of the generic interface in the canonical ABI: a text in, and a place for its result.
#[doc(hidden)]
pub type Raw = unsafe extern "C" fn(*const u8, usize, *mut u8);

/// The layout of `result<string, call-error>` in the canonical ABI, in words of 32 bits.
const WORDS: usize = 12;

/// Calls the host. For [`operation!`](crate::operation!).
#[doc(hidden)]
pub fn call<Q: Request, A: Answer>(raw: Raw, request: &Q) -> Result<A, CallError> {
    let request =
        serde_json::to_string(request).map_err(|error| wrong(format!("the request cannot be JSON: {error}")))?;
    let mut place = [0_usize; WORDS];
    #[expect(unsafe_code, reason = "the canonical ABI: the host reads the text and fills in the place")]
    // SAFETY: the text outlives the call, and the place has the size and alignment of the result.
    unsafe {
        raw(request.as_ptr(), request.len(), place.as_mut_ptr().cast());
    }
    let answer = result(&place)?;
    serde_json::from_str(&answer).map_err(|error| wrong(format!("the answer is of another form: {error}")))
}

fn wrong(message: String) -> CallError {
    CallError { kind: CallErrorKind::Rejected, action: String::new(), code: None, message, request_id: None }
}

/// Takes the result out of its place.
fn result(place: &[usize; WORDS]) -> Result<String, CallError> {
    let [tag, first, second, rest @ ..] = *place;
    if byte(tag) == 0 {
        return Ok(text(first, second));
    }
    let [action_length, code, code_text, code_length, message, message_length, id, id_text, id_length] = rest;
    Err(CallError {
        kind: kind(byte(first)),
        action: text(second, action_length),
        code: (byte(code) == 1).then(|| text(code_text, code_length)),
        message: text(message, message_length),
        request_id: (byte(id) == 1).then(|| text(id_text, id_length)),
    })
}

/// The tag of a case: the first byte of its word.
fn byte(word: usize) -> u8 {
    let [byte, ..] = word.to_le_bytes();
    byte
}

/// In the order of `types.wit`.
fn kind(tag: u8) -> CallErrorKind {
    match tag {
        0 => CallErrorKind::Denied,
        1 => CallErrorKind::Throttled,
        2 => CallErrorKind::NotFound,
        3 => CallErrorKind::Rejected,
        _ => CallErrorKind::Unavailable,
    }
}

/// A text that the host has put into memory of ours.
fn text(at: usize, length: usize) -> String {
    if length == 0 || Layout::array::<u8>(length).is_err() {
        return String::new();
    }
    #[expect(unsafe_code, reason = "the canonical ABI: the host allocated the text with our `cabi_realloc`")]
    // SAFETY: the host has allocated exactly this many bytes there, filled them, and gives them away.
    let bytes = unsafe { Vec::from_raw_parts(at as *mut u8, length, length) };
    // The canonical ABI has only valid UTF-8.
    String::from_utf8(bytes).unwrap_or_default()
}

/// All items of a list, page by page. `page` gets the token of the page, and gives its items and the token of the next
/// one. At most `limit` pages are read: AWS may never end a list, and a plugin's time ends.
///
/// # Errors
///
/// Those of the call, and `Rejected` when the list has more pages or names a page as its own next one.
pub fn all_pages<T>(
    limit: usize,
    mut page: impl FnMut(Option<&str>) -> Result<(Vec<T>, Option<String>), CallError>,
) -> Result<Vec<T>, CallError> {
    let (mut all, mut token) = page(None)?;
    let mut read = 1;
    // AWS ends a list without a token, some services with an empty one.
    while let Some(next) = token.take().filter(|token| !token.is_empty()) {
        if read >= limit {
            return Err(wrong(format!("the list has more than {limit} pages")));
        }
        let (more, after) = page(Some(&next))?;
        if after.as_deref() == Some(&*next) {
            return Err(wrong("a page names itself as the next one".to_owned()));
        }
        all.extend(more);
        (token, read) = (after, read + 1);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_read_to_the_end_and_not_further_than_their_limit() {
        let page = |token: Option<&str>| {
            let number: usize = token.map_or(0, |token| token.parse().unwrap_or_default());
            Ok((vec![number], (number < 4).then(|| (number + 1).to_string())))
        };
        assert_eq!(all_pages(5, page).ok(), Some(vec![0, 1, 2, 3, 4]));
        assert!(all_pages(4, page).is_err_and(|error| error.message.contains("more than 4 pages")));
        let same = |_: Option<&str>| Ok((vec![()], Some("again".to_owned())));
        assert!(all_pages(9, same).is_err_and(|error| error.message.contains("itself")));
        assert_eq!(all_pages(1, |_| Ok((vec![1], Some(String::new())))).ok(), Some(vec![1]));
    }
}
