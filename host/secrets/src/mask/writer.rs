//! A writer that masks.

use std::fmt;
use std::io::{self, Write};

use super::{Masker, mask_lines};

/// Bytes of one line that are held back at most, and half of them at least.
const LONGEST: usize = 64 << 10;

/// A writer that masks. It holds back the last line until it ends, until [`finish`](Self::finish) or until it is
/// dropped, and of a very long line its last bytes. How much it holds does not depend on the secrets: whoever writes
/// can see when a line arrives. So it misses a secret in two lines that come in two writes, and one that takes more than
/// 32 KiB of a line of more than 64 KiB.
pub struct MaskedWriter<W: Write> {
    masker: Masker,
    to: W,
    held: Vec<u8>,
    /// Number of held bytes that belong to a secret whose mask is already written.
    covered: usize,
}

impl<W: Write> MaskedWriter<W> {
    pub(super) fn new(masker: Masker, to: W) -> Self {
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
        self.pass(self.held.len())?;
        self.to.flush()
    }

    /// Writes this many of the held bytes.
    fn pass(&mut self, length: usize) -> io::Result<()> {
        if length == 0 {
            return Ok(());
        }
        let regions = self.masker.finder().map(|finder| finder.find(&self.held)).unwrap_or_default();
        let (mut passed, mut done) = (Vec::with_capacity(length), self.covered);
        for region in regions.into_iter().filter(|region| region.start < length) {
            if region.start >= done {
                passed.extend_from_slice(self.held.get(done..region.start).unwrap_or_default());
                mask_lines(self.held.get(region.clone()).unwrap_or_default(), &mut passed);
            }
            done = done.max(region.end);
        }
        passed.extend_from_slice(self.held.get(done..length).unwrap_or_default());
        self.covered = done.saturating_sub(length);
        self.held.drain(..length);
        self.to.write_all(&passed)
    }
}

impl<W: Write> Write for MaskedWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let line_end = bytes.iter().rposition(|byte| *byte == b'\n').map(|last| self.held.len() + last + 1);
        self.held.extend_from_slice(bytes);
        let lines = line_end.unwrap_or_default();
        let is_long = self.held.len() - lines > LONGEST;
        self.pass(if is_long { self.held.len() - LONGEST / 2 } else { lines })?;
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
