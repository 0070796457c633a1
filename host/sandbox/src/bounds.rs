//! What a component may consist of, checked before anything compiles it.
//!
//! Compiling takes time and memory in proportion to the size of a function, and for some functions to its square: each
//! local variable lives through many blocks. These bounds refuse what no toolchain produces. `compiler.rs` bounds the
//! rest.

use wasmparser::{FunctionBody, Parser, Payload};

use crate::error::LoadError;

/// Most core modules and components inside one another. Python's have 14.
const MOST_MODULES: u64 = 64;

/// Most functions. Python has 13,365.
const MOST_FUNCTIONS: u64 = 100_000;

/// Most bytes of one function. The largest one of Python has 427 KB.
const LARGEST_FUNCTION: u64 = 1 << 20;

/// Most local variables of a function, multiplied by its bytes. The largest product of Python is 3.5 million; one
/// of 3.7 billion took 200 seconds and 26 GB.
const LARGEST_PRODUCT: u64 = 32 << 20;

/// Most sections of all parts: types, imports, aliases, names.
const MOST_SECTIONS: u64 = 100_000;

#[derive(Default)]
struct Count {
    modules: u64,
    functions: u64,
    sections: u64,
}

/// Checks a component.
pub(crate) fn check(bytes: &[u8]) -> Result<(), LoadError> {
    let mut count = Count::default();
    for payload in Parser::new(0).parse_all(bytes) {
        let payload = payload.map_err(|error| LoadError::Malformed { reason: error.to_string() })?;
        count.sections += 1;
        at_most("sections", count.sections, MOST_SECTIONS + count.functions)?;
        match payload {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => {
                count.modules += 1;
                at_most("modules", count.modules, MOST_MODULES)?;
            }
            Payload::CodeSectionEntry(body) => {
                count.functions += 1;
                at_most("functions", count.functions, MOST_FUNCTIONS)?;
                function(&body)?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn function(body: &FunctionBody<'_>) -> Result<(), LoadError> {
    let malformed = |error: wasmparser::BinaryReaderError| LoadError::Malformed { reason: error.to_string() };
    let bytes = body.range().len() as u64;
    at_most("bytes in one function", bytes, LARGEST_FUNCTION)?;
    let mut locals = 0_u64;
    for group in body.get_locals_reader().map_err(malformed)? {
        let (number, _) = group.map_err(malformed)?;
        locals = locals.saturating_add(u64::from(number));
    }
    at_most("bytes × local variables in one function", bytes.saturating_mul(locals), LARGEST_PRODUCT)
}

fn at_most(what: &'static str, found: u64, limit: u64) -> Result<(), LoadError> {
    if found > limit { Err(LoadError::TooMany { what, found, limit }) } else { Ok(()) }
}
