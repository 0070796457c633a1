//! Explains an import or export that has the name of one of the contract's functions and another type.

use crate::contract::{Release, STEP};
use crate::error::LoadError;
use crate::load::reason;

/// An import that the linker refuses.
pub(crate) fn import(error: &wasmtime::Error) -> LoadError {
    let texts = texts(error);
    let interface = texts.iter().find_map(|text| quoted(text, "component imports instance `"));
    let function = texts.iter().find_map(|text| quoted(text, "instance export `"));
    explained(error, &texts, interface.unwrap_or("an import"), function)
}

/// An export that a typed call does not fit.
pub(crate) fn export(error: &wasmtime::Error, release: &Release) -> LoadError {
    let texts = texts(error);
    let function = texts.iter().find_map(|text| quoted(text, "type-checking export func `"));
    explained(error, &texts, &STEP.exported(release), function)
}

fn texts(error: &wasmtime::Error) -> Vec<String> {
    error.chain().map(|cause| cause.to_string().split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

fn explained(error: &wasmtime::Error, texts: &[String], interface: &str, function: Option<&str>) -> LoadError {
    let part = function.map_or_else(|| format!("`{interface}`"), |function| format!("`{function}` of `{interface}`"));
    let places = texts.iter().filter_map(|text| text.strip_prefix("type mismatch "));
    let places: Vec<_> = places.map(|place| place.replacen("with ", "in the ", 1).replacen("for ", "in ", 1)).collect();
    let at = if places.is_empty() { String::new() } else { format!(" ({})", places.join(", ")) };
    // wasmtime compares the types of the linked functions, the host's, with those of the component.
    let types = texts.last().and_then(|text| text.strip_prefix("expected ")).and_then(|text| {
        let (host, plugin) = text.split_once(" found ")?;
        Some(format!("this host has {}, and the plugin {plugin}{at}", host.trim_end_matches(',')))
    });
    LoadError::Mismatch { part, reason: types.unwrap_or_else(|| reason(error)) }
}

/// The text between `before` and the next backtick.
fn quoted<'a>(text: &'a str, before: &str) -> Option<&'a str> {
    text.split_once(before)?.1.split('`').next()
}
