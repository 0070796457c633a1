//! Whether two answers say the same.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{Timestamp, Unit};
use serde_json::{Map, Value as Json};
use stepwell_generic::model::{Kind, Member, Service};
use stepwell_generic::operation::withhold;

use super::plan::Read;

/// An answer of boto3 in the host's form.
pub(super) fn of_boto3(read: &Read, mut answer: Json) -> Json {
    withhold(&read.service, &read.operation, &mut answer);
    normal(read, &answer, false)
}

/// An answer of the host, without what it adds to the answer that boto3 got: the empty lists that the paginator names.
pub(super) fn of_host(read: &Read, mut answer: Json, expected: &Json) -> Json {
    let results = read.operation.paginator.iter().flat_map(|paginator| &paginator.results);
    if let Json::Object(fields) = &mut answer {
        for name in results {
            if fields.get(name).and_then(Json::as_array).is_some_and(Vec::is_empty) && expected.get(name).is_none() {
                fields.remove(name);
            }
        }
    }
    normal(read, &answer, true)
}

fn normal(read: &Read, answer: &Json, is_own: bool) -> Json {
    let output = read.operation.output.as_ref();
    output.map_or_else(|| answer.clone(), |output| value(&read.service, output, answer, is_own))
}

fn value(service: &Service, member: &Member, given: &Json, is_own: bool) -> Json {
    match (&service.shape(member).kind, given) {
        (Kind::Structure(structure), Json::Object(fields)) => {
            let normal = |(name, given): (&String, &Json)| {
                let field = structure.field(name);
                (
                    name.clone(),
                    field.map_or_else(|| given.clone(), |field| value(service, &field.member, given, is_own)),
                )
            };
            Json::Object(fields.iter().map(normal).collect::<Map<_, _>>())
        }
        (Kind::List { member, .. }, Json::Array(items)) => {
            Json::Array(items.iter().map(|item| value(service, member, item, is_own)).collect())
        }
        (Kind::Map { value: member, .. }, Json::Object(entries)) => {
            let normal = |(name, given): (&String, &Json)| (name.clone(), value(service, member, given, is_own));
            Json::Object(entries.iter().map(normal).collect::<Map<_, _>>())
        }
        (Kind::Timestamp, Json::String(text)) => time(text).unwrap_or_else(|| given.clone()),
        // The process of boto3 prints bytes as text.
        (Kind::Blob, Json::String(text)) if is_own => {
            let bytes = STANDARD.decode(text).expect("the host writes bytes in base64");
            Json::from(String::from_utf8_lossy(&bytes).into_owned())
        }
        // boto3 reads the policies of IAM, which are JSON, and mostly in the form of a URL.
        (Kind::Text { .. }, Json::String(text)) if service.name == "iam" && text.starts_with(['{', '%']) => {
            policy(text).unwrap_or_else(|| given.clone())
        }
        (Kind::Float | Kind::Double, Json::Number(number)) => Json::from(number.as_f64()),
        _ => given.clone(),
    }
}

/// In milliseconds: the host reads no more of a point in time that is a number, as AWS's SDK does.
fn time(text: &str) -> Option<Json> {
    Some(Json::from(text.parse::<Timestamp>().ok()?.round(Unit::Millisecond).ok()?.to_string()))
}

fn policy(text: &str) -> Option<Json> {
    let mut parts = text.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        let (code, rest) = part.split_at_checked(2)?;
        bytes.push(u8::from_str_radix(code, 16).ok()?);
        bytes.extend(rest.as_bytes());
    }
    serde_json::from_slice(&bytes).ok()
}

/// `own`, with `first` in each place where the same call had another value the `second` time.
pub(super) fn without_news(own: &Json, first: &Json, second: &Json) -> Json {
    match (own, first, second) {
        (Json::Object(own), Json::Object(first), Json::Object(second)) => {
            let settle = |(name, own): (&String, &Json)| match (first.get(name), second.get(name)) {
                (Some(first), Some(second)) => (name.clone(), without_news(own, first, second)),
                _ => (name.clone(), own.clone()),
            };
            Json::Object(own.iter().map(settle).collect::<Map<_, _>>())
        }
        (Json::Array(own), Json::Array(first), Json::Array(second))
            if own.len() == first.len() && first.len() == second.len() =>
        {
            let each = own.iter().zip(first).zip(second);
            Json::Array(each.map(|((own, first), second)| without_news(own, first, second)).collect())
        }
        (Json::Array(_) | Json::Object(_) | Json::Null, _, _) => own.clone(),
        (_, first, second) if first != second && first.is_string() == own.is_string() => first.clone(),
        _ => own.clone(),
    }
}
