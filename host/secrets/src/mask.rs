//! Masking: removes every secret from a credential provider or a key store from what people and files see, in each
//! encoding that a plugin, an SDK or a tool is likely to give it.
//!
//! `known.rs` holds the secrets: those of the process, and those of each run. `secret.rs` lists the forms of a secret,
//! `view.rs` decodes a text, `find.rs` searches it, and `hash.rs` makes that search take the same time for every text of
//! a length. Masking misses a secret that was changed in another way: reversed, compressed, encrypted, or logged piece
//! by piece.

mod find;
mod hash;
mod known;
mod secret;
#[cfg(test)]
mod tests;
mod view;
mod writer;

use std::borrow::Cow;
use std::fmt;
use std::io::Write;
use std::mem;
use std::sync::Arc;
use std::time::SystemTime;

use serde_json::Value as Json;
use stepwell_model::error::shorten;
use stepwell_model::event::{FreeText, What};

use find::Finder;
use known::Scope;
use secret::Kind;
pub use writer::MaskedWriter;

/// The text in the place of a secret.
const MASK: &str = "*****";

/// Least bytes of a secret, and of each of its forms. A shorter one would mask half of every text.
const SHORTEST: usize = 4;

/// Secrets, and their removal from texts. Clones share the secrets.
///
/// The masker of a process knows the secrets of the process itself, such as the token of a key store, and those of all
/// its runs while they are open. The masker of a run ([`Masker::of_run`]) knows those of the run and of the process
/// itself, and those of no other run: otherwise a plugin could ask it about them.
#[derive(Clone, Default)]
pub struct Masker(Arc<Scope>);

impl Masker {
    /// The masker of a process, without secrets.
    pub fn new() -> Self {
        Self::default()
    }

    /// The masker of a run of this process. Its secrets are forgotten with its last clone.
    pub fn of_run(&self) -> Self {
        Self(Scope::below(&self.0))
    }

    /// Masks this secret from now on: as a whole, without the white space around it, and each of its lines, because
    /// logs are lines. Ignores a value that has less than four bytes beside backslashes, line breaks and zeros, and
    /// one of white space alone.
    pub fn learn(&self, secret: &str) {
        self.0.learn(secret, Kind::of, None);
    }

    /// The same for a secret that is worth nothing after this time. It is masked until then and forgotten some time
    /// later.
    pub fn learn_until(&self, secret: &str, expiry: SystemTime) {
        self.0.learn(secret, Kind::of, Some(expiry));
    }

    /// Masks a name that is no secret by itself, such as the id of an access key. [`finds`](Self::finds) does not look
    /// for it.
    pub fn learn_name(&self, name: &str, expiry: Option<SystemTime>) {
        self.0.learn(name, |_| Kind::Shown, expiry);
    }

    /// Whether the bytes hold a secret. A weak secret ([`is_weak`](crate::is_weak)) does not count: ordinary data holds
    /// it by chance, and the answer would tell it to whoever chose the bytes.
    pub fn finds(&self, bytes: &[u8]) -> bool {
        self.finder().is_some_and(|finder| finder.holds_secret(bytes))
    }

    /// Whether a record holds a secret where it decides what happens next.
    pub fn finds_in(&self, what: &mut What) -> bool {
        let Some(finder) = self.finder() else { return false };
        let mut search = Search { finder: &finder, found: false };
        what.each_free_text(&mut search);
        search.found
    }

    /// Whether the texts, the names of members or the numbers of a value hold a secret.
    pub fn finds_in_json(&self, value: &Json) -> bool {
        self.finder().is_some_and(|finder| json_holds_secret(&finder, value))
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
        self.replaced(bytes, |_, masked| masked.extend_from_slice(MASK.as_bytes()))
    }

    /// The text without secrets, with as many lines as before.
    pub fn lines<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.replaced(text.as_bytes(), mask_lines) {
            Cow::Borrowed(_) => Cow::Borrowed(text),
            Cow::Owned(masked) => String::from_utf8_lossy(&masked).into_owned().into(),
        }
    }

    fn replaced<'a>(&self, bytes: &'a [u8], mask: fn(&[u8], &mut Vec<u8>)) -> Cow<'a, [u8]> {
        let Some(finder) = self.finder() else { return Cow::Borrowed(bytes) };
        let regions = finder.find(bytes);
        if regions.is_empty() {
            return Cow::Borrowed(bytes);
        }
        let (mut masked, mut done) = (Vec::with_capacity(bytes.len()), 0);
        for region in regions {
            masked.extend_from_slice(bytes.get(done..region.start).unwrap_or_default());
            mask(bytes.get(region.clone()).unwrap_or_default(), &mut masked);
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

    /// Masks the texts of a record that only people read, and cuts the messages of other programs among them.
    /// Everything that decides what happens next stays as it is.
    pub fn what(&self, what: &mut What) {
        what.each_free_text(&mut Masking(self));
    }

    /// A writer that masks before it writes, also a secret that arrives in pieces. It keeps the number of lines.
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
        self.0.finder()
    }
}

/// One mask for each line of a secret.
fn mask_lines(secret: &[u8], masked: &mut Vec<u8>) {
    masked.extend_from_slice(MASK.as_bytes());
    for _ in secret.iter().filter(|byte| **byte == b'\n') {
        masked.push(b'\n');
        masked.extend_from_slice(MASK.as_bytes());
    }
}

fn json_holds_secret(finder: &Finder, value: &Json) -> bool {
    let mut texts = Vec::new();
    gather(value, &mut texts);
    finder.holds_secret(&texts)
}

/// Appends the texts, the names of members and the numbers of a value, each behind a byte that no text has.
fn gather(value: &Json, texts: &mut Vec<u8>) {
    let take = |text: &str, texts: &mut Vec<u8>| {
        texts.push(u8::MAX);
        texts.extend_from_slice(text.as_bytes());
    };
    match value {
        Json::Null | Json::Bool(_) => {}
        Json::Number(number) => take(&number.to_string(), texts),
        Json::String(text) => take(text, texts),
        Json::Array(items) => items.iter().for_each(|item| gather(item, texts)),
        Json::Object(entries) => {
            for (name, entry) in entries {
                take(name, texts);
                gather(entry, texts);
            }
        }
    }
}

/// Applies a masker to what people read of a record.
struct Masking<'a>(&'a Masker);

impl FreeText for Masking<'_> {
    fn shown(&mut self, text: &mut String) {
        self.0.string(text);
    }

    fn message(&mut self, text: &mut String) {
        self.0.string(text);
        *text = shorten(text);
    }

    fn decides(&mut self, _: &[u8]) {}

    fn decides_json(&mut self, _: &Json) {}
}

/// Searches what decides in a record.
struct Search<'a> {
    finder: &'a Finder,
    found: bool,
}

impl FreeText for Search<'_> {
    fn shown(&mut self, _: &mut String) {}

    fn message(&mut self, _: &mut String) {}

    fn decides(&mut self, bytes: &[u8]) {
        self.found |= self.finder.holds_secret(bytes);
    }

    fn decides_json(&mut self, json: &Json) {
        self.found |= json_holds_secret(self.finder, json);
    }
}

/// Shows the number of secrets only.
impl fmt::Debug for Masker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Masker").field("secrets", &self.0.count()).finish()
    }
}
