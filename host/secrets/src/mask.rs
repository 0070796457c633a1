//! Masking: removes every secret from a credential provider or a key store from what leaves the process, in each encoding
//! that a plugin, an SDK or a tool is likely to give it.
//!
//! `spell.rs` lists how encoded secrets begin, `find.rs` searches for these beginnings, `read.rs` decodes from there on
//! and compares. Masking misses a secret that was changed in another way: reversed, compressed, encrypted, logged piece by
//! piece, or with a line break within the first characters of its base64.

mod find;
mod read;
mod secret;
mod spell;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Write};
use std::mem;
use std::sync::{Arc, PoisonError, RwLock};

use serde_json::Value as Json;
use stepwell_model::event::{Checkpoint, FreeText, What};

use find::Finder;
use secret::Secret;

/// The text in the place of a secret.
const MASK: &str = "*****";

/// Least bytes of a secret. A shorter one would mask half of every text.
const SHORTEST: usize = 4;
/// Least bytes of a line that is masked without the lines around it: the braces of a JSON document are no secret.
const SHORTEST_LINE: usize = 8;

/// The secrets of the process, and their removal from texts. Clones share the secrets.
#[derive(Clone, Default)]
pub struct Masker(Arc<RwLock<Known>>);

#[derive(Default)]
struct Known {
    /// Only ever grows.
    secrets: Vec<Arc<Secret>>,
    /// None from the moment that a secret was added until the next search.
    finder: Option<Arc<Finder>>,
}

impl Known {
    fn has(&self, value: &str) -> bool {
        self.secrets.iter().any(|secret| *secret.value == value)
    }
}

impl Masker {
    /// A masker without secrets.
    pub fn new() -> Self {
        Self::default()
    }

    /// Masks this secret from now on: as a whole, without the white space around it, and each of its lines, because logs
    /// are lines. Ignores a value of less than four bytes, or of white space alone.
    pub fn learn(&self, secret: &str) {
        let whole = [secret, secret.trim()].into_iter().filter(|value| value.len() >= SHORTEST);
        let lines = secret.lines().flat_map(|line| [line, line.trim()]).filter(|line| line.len() >= SHORTEST_LINE);
        for value in whole.chain(lines).filter(|value| !value.trim().is_empty()) {
            if self.0.read().unwrap_or_else(PoisonError::into_inner).has(value) {
                continue;
            }
            let learnt = Arc::new(Secret::new(value));
            let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
            // Another thread may have added it meanwhile.
            if !known.has(value) {
                known.secrets.push(learnt);
                known.finder = None;
            }
        }
    }

    /// Whether the bytes hold a secret.
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

    /// Masks strings, names of members, and numbers. A masked number becomes a string.
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

    /// Masks the free texts of a record. The fields that the run depends on stay as they are.
    pub fn what(&self, what: &mut What) {
        if self.finder().is_some() {
            what.each_free_text(&mut Masking(self));
        }
    }

    /// A writer that masks before it writes, also a secret that arrives in pieces.
    pub fn writer<W: Write>(&self, to: W) -> MaskedWriter<W> {
        MaskedWriter::new(self.clone(), to)
    }

    fn string(&self, text: &mut String) {
        if let Cow::Owned(masked) = self.text(text) {
            *text = masked;
        }
    }

    /// The search for the secrets of this moment; none while there are no secrets.
    fn finder(&self) -> Option<Arc<Finder>> {
        let secrets = {
            let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
            if known.finder.is_some() || known.secrets.is_empty() {
                return known.finder.clone();
            }
            known.secrets.clone()
        };
        // Outside the lock: if this panics, masking of the panic's message takes the lock.
        let count = secrets.len();
        let finder = Arc::new(Finder::new(secrets));
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.secrets.len() == count {
            known.finder = Some(Arc::clone(&finder));
        }
        Some(finder)
    }
}

/// Applies a masker to the free texts of a record.
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

/// Shows the number of secrets only.
impl fmt::Debug for Masker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        f.debug_struct("Masker").field("secrets", &known.secrets.len()).finish()
    }
}

/// A writer that masks. It holds back the last bytes as long as they may be the beginning of a secret, until
/// [`finish`](Self::finish) or until it is dropped.
pub struct MaskedWriter<W: Write> {
    masker: Masker,
    to: W,
    held: Vec<u8>,
    /// Number of held bytes that belong to a secret whose mask is already written.
    covered: usize,
}

impl<W: Write> MaskedWriter<W> {
    fn new(masker: Masker, to: W) -> Self {
        Self { masker, to, held: Vec::new(), covered: 0 }
    }

    /// The writer behind it.
    pub fn inner(&mut self) -> &mut W {
        &mut self.to
    }

    /// Writes the bytes that were held back.
    ///
    /// # Errors
    /// Those of the writer behind it.
    pub fn finish(&mut self) -> io::Result<()> {
        self.pass(false)?;
        self.to.flush()
    }

    /// Writes the bytes that later ones cannot change.
    fn pass(&mut self, more: bool) -> io::Result<()> {
        let Some(finder) = self.masker.finder() else {
            self.covered = 0;
            return self.to.write_all(&mem::take(&mut self.held));
        };
        let found = finder.find(&self.held, more);
        let (mut passed, mut done) = (Vec::with_capacity(self.held.len()), self.covered);
        for region in found.regions.iter().filter(|region| region.start < found.settled) {
            if region.start >= done {
                passed.extend_from_slice(self.held.get(done..region.start).unwrap_or_default());
                passed.extend_from_slice(MASK.as_bytes());
            }
            done = done.max(region.end);
        }
        passed.extend_from_slice(self.held.get(done..found.settled).unwrap_or_default());
        self.covered = done.saturating_sub(found.settled);
        self.held.drain(..found.settled);
        self.to.write_all(&passed)
    }
}

impl<W: Write> Write for MaskedWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held.extend_from_slice(bytes);
        self.pass(true)?;
        Ok(bytes.len())
    }

    /// Leaves the bytes that are held back.
    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

impl<W: Write> Drop for MaskedWriter<W> {
    fn drop(&mut self) {
        // A caller that needs the error calls `finish`.
        drop(self.finish());
    }
}

/// Shows none of the held bytes.
impl<W: Write> fmt::Debug for MaskedWriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MaskedWriter").field("masker", &self.masker).finish_non_exhaustive()
    }
}
