//! Random values, the same for the same seed.

use std::env;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fastrand::Rng;
use serde_json::{Map, Value as Json, json};
use stepwell_generic::model::{Kind, Member, Service, Structure};

/// How long and from where a test with random input goes on: `STEPWELL_FUZZ_ROUNDS` and `STEPWELL_FUZZ_SEED` of the
/// environment replace what the gate uses.
pub fn campaign(rounds: u64) -> (u64, u64) {
    let of = |name: &str| env::var(name).ok().and_then(|text| text.parse().ok());
    (of("STEPWELL_FUZZ_SEED").unwrap_or(1), of("STEPWELL_FUZZ_ROUNDS").unwrap_or(rounds))
}

/// Letters of all kinds: plain ones, those that formats give a meaning, those that no XML holds, and any other.
pub fn text(rng: &mut Rng) -> String {
    const HOSTILE: &[char] = &[
        '<', '>', '&', '"', '\'', '%', '+', '/', '\\', '.', ',', ';', '{', '}', '\r', '\n', '\t', '\0', '\u{1b}', ' ',
    ];
    let length = rng.usize(..12);
    let letter = |rng: &mut Rng| match rng.u8(..8) {
        0..3 => rng.alphanumeric(),
        3..5 => HOSTILE.get(rng.usize(..HOSTILE.len())).copied().unwrap_or('x'),
        5 => ['\u{85}', '\u{2028}', '\u{feff}', '\u{fffe}', '\u{10ffff}'].get(rng.usize(..5)).copied().unwrap_or('x'),
        _ => rng.char(..),
    };
    (0..length).map(|_| letter(rng)).collect()
}

/// Any JSON.
pub fn json(rng: &mut Rng, depth: usize) -> Json {
    match rng.u8(..if depth == 0 { 6 } else { 8 }) {
        0 => Json::Null,
        1 => json!(rng.bool()),
        2 => json!(rng.i64(..)),
        3 => json!(rng.u64(..)),
        4 => json!(number(rng)),
        5 => json!(text(rng)),
        6 => (0..rng.usize(..4)).map(|_| json(rng, depth - 1)).collect(),
        _ => Json::Object((0..rng.usize(..4)).map(|_| (text(rng), json(rng, depth - 1))).collect()),
    }
}

/// Any finite number, mostly one that people write.
pub fn number(rng: &mut Rng) -> f64 {
    match rng.u8(..3) {
        0 => f64::from(rng.i32(..)) / 8.0,
        1 => rng.f64(),
        _ => Some(f64::from_bits(rng.u64(..))).filter(|number| number.is_finite()).unwrap_or(-0.0),
    }
}

/// A value of the model.
pub fn value(rng: &mut Rng, service: &Service, member: &Member, depth: usize) -> Json {
    match &service.shape(member).kind {
        Kind::Structure(structure) => Json::Object(members(rng, service, structure, depth)),
        Kind::List { member, .. } => {
            let size = if depth == 0 { 0 } else { rng.usize(..4) };
            (0..size).map(|_| value(rng, service, member, depth - 1)).collect()
        }
        Kind::Map { value: member, .. } => {
            let size = if depth == 0 { 0 } else { rng.usize(..4) };
            Json::Object((0..size).map(|_| (text(rng), value(rng, service, member, depth - 1))).collect())
        }
        Kind::Text { .. } => json!(text(rng)),
        Kind::Integer(_) => json!(rng.i32(..)),
        Kind::Long(_) => json!(rng.i64(..)),
        Kind::Float | Kind::Double if rng.u8(..8) == 0 => {
            json!(["NaN", "Infinity", "-Infinity"].get(rng.usize(..3)))
        }
        Kind::Float | Kind::Double => json!(number(rng)),
        Kind::Boolean => json!(rng.bool()),
        Kind::Blob => json!(STANDARD.encode((0..rng.usize(..20)).map(|_| rng.u8(..)).collect::<Vec<_>>())),
        Kind::Timestamp => time(rng),
        Kind::Document => json(rng, 3),
    }
}

/// Between the years 0 and 9999, with milliseconds: as text or as seconds since 1970.
fn time(rng: &mut Rng) -> Json {
    let milliseconds = rng.i64(-62_000_000_000_000..253_000_000_000_000);
    if rng.bool() {
        json!(milliseconds as f64 / 1e3)
    } else {
        json!(jiff::Timestamp::from_millisecond(milliseconds).unwrap().to_string())
    }
}

fn members(rng: &mut Rng, service: &Service, structure: &Structure, depth: usize) -> Map<String, Json> {
    let mut fields: Vec<_> = structure.fields.iter().collect();
    if structure.is_union {
        let chosen = rng.choice(fields.iter().copied());
        fields = chosen.into_iter().collect();
    }
    let is_deep = |member: &Member| {
        matches!(service.shape(member).kind, Kind::Structure(_) | Kind::List { .. } | Kind::Map { .. })
    };
    let mut out = Map::new();
    for field in fields {
        let is_end = depth == 0 && is_deep(&field.member);
        if !is_end && (structure.is_union || field.required || rng.bool()) {
            out.insert(field.name.clone(), value(rng, service, &field.member, depth.saturating_sub(1)));
        }
    }
    out
}
