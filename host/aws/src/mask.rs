//! Masking: what came from a credential provider or a key store does not leave the process, in no encoding that a
//! plugin, an SDK or a tool is likely to give it.
//!
//! `spell.rs` says how encoded secrets begin, `find.rs` searches for these beginnings, `read.rs` decodes from there on
//! and compares. Not found are secrets that were changed otherwise: reversed, compressed, encrypted, cut into pieces
//! that are logged one by one, or broken by a line break within the first characters of their base64.

mod find;
mod read;
mod secret;
mod spell;
#[cfg(test)]
mod tests;
mod writer;

use std::borrow::Cow;
use std::fmt;
use std::io::Write;
use std::mem;
use std::sync::{Arc, PoisonError, RwLock};

use serde_json::Value as Json;
use stepwell_model::event::{Checkpoint, FreeText, What};

use find::Finder;
use secret::Secret;
pub use writer::MaskedWriter;

/// What stands for a secret.
const MASK: &str = "*****";

/// Bytes of a secret. Shorter ones would mask half of every text.
const SHORTEST: usize = 4;
/// Bytes of a line that is masked without the lines around it: the braces of a JSON document are no secret.
const SHORTEST_LINE: usize = 8;

/// Knows the secrets of the process. Its clones share them.
#[derive(Clone, Default)]
pub struct Masker(Arc<RwLock<Known>>);

#[derive(Default)]
struct Known {
    /// Only ever grows.
    secrets: Vec<Arc<Secret>>,
    /// None after something was learnt, until it is needed.
    finder: Option<Arc<Finder>>,
}

impl Known {
    fn has(&self, value: &str) -> bool {
        self.secrets.iter().any(|secret| *secret.value == value)
    }
}

impl Masker {
    /// Knows nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// From now on this is masked: as a whole, without the white space around it, and each of its lines, because logs
    /// are lines. What is shorter than four bytes, or nothing but white space, is not.
    pub fn learn(&self, secret: &str) {
        let whole = [secret, secret.trim()].into_iter().filter(|value| value.len() >= SHORTEST);
        let lines = secret.lines().flat_map(|line| [line, line.trim()]).filter(|line| line.len() >= SHORTEST_LINE);
        for value in whole.chain(lines).filter(|value| !value.trim().is_empty()) {
            if self.0.read().unwrap_or_else(PoisonError::into_inner).has(value) {
                continue;
            }
            let learnt = Arc::new(Secret::new(value));
            let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
            // Somebody else may have learnt it meanwhile.
            if !known.has(value) {
                known.secrets.push(learnt);
                known.finder = None;
            }
        }
    }

    /// Whether there is a secret in it.
    pub fn finds(&self, bytes: &[u8]) -> bool {
        matches!(self.bytes(bytes), Cow::Owned(_))
    }

    /// The text without secrets.
    pub fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.bytes(text.as_bytes()) {
            Cow::Borrowed(_) => Cow::Borrowed(text),
            Cow::Owned(masked) => String::from_utf8(masked)
                .map_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned().into(), Cow::Owned),
        }
    }

    /// The bytes without secrets.
    pub fn bytes<'a>(&self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        let Some(finder) = self.finder() else { return Cow::Borrowed(bytes) };
        let found = finder.find(bytes, false);
        if found.regions.is_empty() {
            return Cow::Borrowed(bytes);
        }
        let (mut masked, mut done) = (Vec::with_capacity(bytes.len()), 0);
        for region in found.regions {
            masked.extend_from_slice(bytes.get(done..region.start).unwrap_or_default());
            masked.extend_from_slice(MASK.as_bytes());
            done = region.end;
        }
        masked.extend_from_slice(bytes.get(done..).unwrap_or_default());
        Cow::Owned(masked)
    }

    /// Masks strings, the names of objects, and numbers: these become strings.
    pub fn json(&self, value: &mut Json) {
        if self.finder().is_none() {
            return;
        }
        match value {
            Json::Null | Json::Bool(_) => {}
            Json::Number(number) => {
                if let Cow::Owned(masked) = self.text(&number.to_string()) {
                    *value = Json::String(masked);
                }
            }
            Json::String(text) => self.string(text),
            Json::Array(items) => items.iter_mut().for_each(|item| self.json(item)),
            Json::Object(entries) => {
                for (mut name, mut entry) in mem::take(entries) {
                    self.string(&mut name);
                    self.json(&mut entry);
                    entries.insert(name, entry);
                }
            }
        }
    }

    /// Masks the free texts of a record; what the run depends on stays as it is.
    pub fn what(&self, what: &mut What) {
        if self.finder().is_some() {
            what.each_free_text(&mut Masking(self));
        }
    }

    /// Masks what is written, whatever pieces it comes in.
    pub fn writer<W: Write>(&self, to: W) -> MaskedWriter<W> {
        MaskedWriter::new(self.clone(), to)
    }

    fn string(&self, text: &mut String) {
        if let Cow::Owned(masked) = self.text(text) {
            *text = masked;
        }
    }

    /// What to search for; none while nothing is known.
    fn finder(&self) -> Option<Arc<Finder>> {
        let secrets = {
            let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
            if known.finder.is_some() || known.secrets.is_empty() {
                return known.finder.clone();
            }
            known.secrets.clone()
        };
        // Not under the lock: should this panic, the panic's message is masked as well.
        let count = secrets.len();
        let finder = Arc::new(Finder::new(secrets));
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.secrets.len() == count {
            known.finder = Some(Arc::clone(&finder));
        }
        Some(finder)
    }
}

struct Masking<'a>(&'a Masker);

impl FreeText for Masking<'_> {
    fn text(&mut self, text: &mut String) {
        self.0.string(text);
    }

    fn json(&mut self, json: &mut Json) {
        self.0.json(json);
    }

    fn checkpoint(&mut self, checkpoint: &mut Checkpoint) {
        if let Cow::Owned(masked) = self.0.bytes(&checkpoint.0) {
            checkpoint.0 = masked.into();
        }
    }
}

/// Shows how many it knows.
impl fmt::Debug for Masker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        f.debug_struct("Masker").field("secrets", &known.secrets.len()).finish()
    }
}
