//! Masking of what comes in pieces.

use std::fmt;
use std::io::{self, Write};

use super::{MASK, Masker};

/// Masks what is written to it. The end of it is held back as long as it may be the beginning of a secret, until
/// [`finish`](Self::finish) or the end of the writer.
pub struct MaskedWriter<W: Write> {
    masker: Masker,
    to: W,
    pub(super) held: Vec<u8>,
    /// So many bytes of what is held belong to a secret whose mask is written.
    covered: usize,
}

impl<W: Write> MaskedWriter<W> {
    pub(super) fn new(masker: Masker, to: W) -> Self {
        Self { masker, to, held: Vec::new(), covered: 0 }
    }

    /// Where it writes to.
    pub fn inner(&mut self) -> &mut W {
        &mut self.to
    }

    /// Writes what is held back, too.
    ///
    /// # Errors
    /// Those of the writer behind it.
    pub fn finish(&mut self) -> io::Result<()> {
        self.pass(false)?;
        self.to.flush()
    }

    /// Passes on what cannot change any more.
    fn pass(&mut self, more: bool) -> io::Result<()> {
        let Some(finder) = self.masker.finder() else {
            self.covered = 0;
            return self.to.write_all(&std::mem::take(&mut self.held));
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

    /// What is held back stays.
    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

impl<W: Write> Drop for MaskedWriter<W> {
    fn drop(&mut self) {
        // Whoever must know whether it was written calls `finish`.
        drop(self.finish());
    }
}

/// Shows nothing of what is held.
impl<W: Write> fmt::Debug for MaskedWriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MaskedWriter").field("masker", &self.masker).finish_non_exhaustive()
    }
}
