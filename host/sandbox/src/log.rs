//! The log of one call: what the plugin logs, and what it prints, within what the attempt has left of its limits.
//!
//! Standard output and standard error take the place of `log` for languages whose programs print: every line becomes a
//! line of the log, `info` or `warn`, and counts as one.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::mem;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use stepwell_aws::HostFault;
use stepwell_model::event::{Log, LogLevel, What};
use stepwell_model::id::StepPath;
use stepwell_model::journal::Journal;
use stepwell_model::limits::{Limits, Logged, Used};
use stepwell_model::pattern::searched;
use stepwell_model::plan::Capture;
use stepwell_secrets::{MaskedWriter, Masker};
use tokio::io::AsyncWrite;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamError, StreamResult};
use wasmtime_wasi::{Deterministic, HostMonotonicClock, HostWallClock, WasiCtx, async_trait};

use crate::beside::beside;
use crate::fault::{Exceeded, Limit};

/// A longer line is cut here: a plugin that prints no line break must not fill the host's memory.
const LONGEST_LINE: usize = 8 << 10;
/// Bytes of one write, as many as wasmtime's own streams take.
const PERMIT: usize = 64 << 10;

/// Work of a pattern that takes less than a millisecond, in bytes of text times bytes of the compiled pattern.
const QUICK: usize = 16 << 20;

/// Bytes that are masked within milliseconds, whatever they are.
const MASKED_QUICKLY: usize = 8 << 10;

/// Where the log of one call goes, within its limits. The plugin's printing streams share it.
///
/// Limits and captures see what the plugin wrote, and people read it masked: a mask that changed a count or a captured
/// value would tell the plugin which of its guesses is a secret.
pub(crate) struct LogSink {
    /// None while the plugin describes itself: then its log goes to the host's debug output.
    to: Option<(Arc<dyn Journal>, StepPath)>,
    limits: Limits,
    events: AtomicU64,
    bytes: AtomicU64,
    masker: Masker,
    captures: Vec<Capture>,
    /// The bytes of all compiled captures together.
    size: usize,
    printed: Mutex<Printed>,
}

/// Values that the job captures from a log, by their names.
type Captured = BTreeMap<String, String>;

impl LogSink {
    pub(crate) fn new(
        to: Option<(Arc<dyn Journal>, StepPath)>,
        limits: Limits,
        used: Used,
        masker: Masker,
        captures: Vec<Capture>,
    ) -> Self {
        let printed = Mutex::new(Printed::new(&masker));
        let (events, bytes) = (AtomicU64::new(used.log_events), AtomicU64::new(used.log_bytes));
        let size = captures.iter().map(|capture| capture.size).sum();
        Self { to, limits, events, bytes, masker, captures, size, printed }
    }

    /// The log of the attempt so far, as the plugin wrote it.
    pub(crate) fn logged(&self) -> Logged {
        Logged { events: self.events.load(Ordering::Relaxed), bytes: self.bytes.load(Ordering::Relaxed) }
    }

    /// Refuses a text that is larger than everything that the attempt may still log.
    fn has_room(&self, bytes: u64) -> Result<(), Exceeded> {
        let Logged { events, bytes: used } = self.logged();
        let Limits { log_events, log_bytes, .. } = self.limits;
        // The line breaks are no text of the events.
        let breaks = log_events.saturating_sub(events).saturating_mul(2);
        if bytes > log_bytes.saturating_sub(used).saturating_add(breaks) {
            return Err(Exceeded { limit: Limit::LogBytes, value: log_bytes });
        }
        Ok(())
    }

    /// Counts an event before it is made.
    fn admit(&self, bytes: u64) -> Result<(), Exceeded> {
        let Limits { log_events, log_bytes, .. } = self.limits;
        if self.events.fetch_add(1, Ordering::Relaxed) >= log_events {
            return Err(Exceeded { limit: Limit::LogEvents, value: log_events });
        }
        if self.bytes.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes) > log_bytes {
            return Err(Exceeded { limit: Limit::LogBytes, value: log_bytes });
        }
        Ok(())
    }

    /// Records an admitted event. A captured value decides what happens next, so it must hold no secret.
    async fn record(&self, log: Log, captured: Captured) -> Result<(), HostFault> {
        if captured.values().any(|value| self.masker.finds(value.as_bytes())) {
            return Err(HostFault::SecretFound);
        }
        match &self.to {
            Some((journal, step)) => {
                let what = What::StepLogged { step: step.clone(), log, captured };
                journal.append(what).await.map(drop).map_err(|source| HostFault::LogNotKept { source })
            }
            None => {
                tracing::debug!(?log, "a plugin logged while it described itself");
                Ok(())
            }
        }
    }

    /// What the job captures from a line that the plugin wrote. The step can be stopped after each pattern that is not
    /// quick.
    async fn captured(&self, line: &str) -> Captured {
        let (line, mut captured) = (searched(line, self.size), Captured::new());
        for Capture { name, pattern, size } in &self.captures {
            let may_take_long = line.len().saturating_mul(*size) > QUICK;
            let found = beside(may_take_long, || Some(pattern.captures(line)?.get(1)?.as_str().to_owned()));
            captured.extend(found.map(|value| (name.clone(), value)));
            if may_take_long {
                tokio::task::yield_now().await;
            }
        }
        captured
    }

    /// Takes one event as the plugin made it. The journal masks it.
    pub(crate) async fn take(&self, log: Log) -> wasmtime::Result<()> {
        self.admit(log.size())?;
        Ok(self.record(log, Captured::new()).await?)
    }

    /// Takes a text, line by line.
    pub(crate) async fn lines(&self, level: LogLevel, text: String) -> wasmtime::Result<()> {
        if text.is_empty() {
            return self.take(Log::Line { level, text }).await;
        }
        // Masking takes time in proportion to the text, and the guest's memory is the only other bound of it.
        self.has_room(text.len() as u64)?;
        // Before it is cut into lines: a secret may have several.
        let masked = beside(text.len() > MASKED_QUICKLY, || self.masker.lines(&text));
        for (line, masked) in text.lines().zip(masked.lines()) {
            self.admit(line.len() as u64)?;
            let captured = self.captured(line).await;
            self.record(Log::Line { level, text: masked.to_owned() }, captured).await?;
        }
        Ok(())
    }

    fn printed<T>(&self, act: impl FnOnce(&mut Printed) -> T) -> T {
        act(&mut self.printed.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Records the complete printed lines.
    async fn record_printed(&self) {
        let (lines, raw, mut captured) = self.printed(|printed| {
            (mem::take(&mut printed.lines), mem::take(&mut printed.searched), mem::take(&mut printed.captured))
        });
        for line in raw {
            captured.append(&mut self.captured(&text(&line)).await);
        }
        if lines.is_empty() {
            // A captured value comes before the masked line.
            return self.printed(|printed| printed.captured.append(&mut captured));
        }
        for line in lines {
            if let Err(fault) = self.record(line, mem::take(&mut captured)).await {
                return self.printed(|printed| printed.failed = Some(fault));
            }
        }
    }

    /// Records the last printed text after the call has ended. Text beyond the limits is left out: the call is over, and
    /// its own end says more.
    pub(crate) async fn finish(&self) -> Result<(), HostFault> {
        self.printed(|printed| {
            for level in [LogLevel::Info, LogLevel::Warn] {
                if printed.finish(level, self).is_err() {
                    tracing::debug!("the last printed text is beyond the limits of the log");
                }
            }
        });
        self.record_printed().await;
        self.printed(|printed| printed.failed.take()).map_or(Ok(()), Err)
    }
}

/// A WASI that grants nothing; its output streams lead to the log. Its clocks and its randomness tell nothing to a
/// plugin that describes itself.
pub(crate) fn wasi(log: &Arc<LogSink>, describes: bool) -> WasiCtx {
    let stream = |level| Stream { level, log: Arc::clone(log) };
    let mut wasi = WasiCtx::builder();
    wasi.allow_tcp(false).allow_udp(false).max_random_size(PERMIT as u64);
    if describes {
        let zeros = || Deterministic::new(vec![0]);
        wasi.wall_clock(Stopped).monotonic_clock(Stopped);
        wasi.secure_random(zeros()).insecure_random(zeros()).insecure_random_seed(0);
    }
    wasi.stdout(stream(LogLevel::Info)).stderr(stream(LogLevel::Warn)).build()
}

/// A clock that always shows zero.
struct Stopped;

impl HostWallClock for Stopped {
    fn resolution(&self) -> Duration {
        Duration::from_secs(1)
    }

    fn now(&self) -> Duration {
        Duration::ZERO
    }
}

impl HostMonotonicClock for Stopped {
    fn resolution(&self) -> u64 {
        1
    }

    fn now(&self) -> u64 {
        0
    }
}

/// Printed text that is not recorded yet.
struct Printed {
    out: PrintedStream,
    err: PrintedStream,
    /// Masked lines.
    lines: Vec<Log>,
    /// Lines as the plugin wrote them, in which nothing was looked for yet.
    searched: Vec<Vec<u8>>,
    /// Captured values of lines that are not masked yet.
    captured: Captured,
    failed: Option<HostFault>,
}

/// One stream, as the plugin wrote it and as people read it.
struct PrintedStream {
    /// The beginning of a line.
    raw: Vec<u8>,
    /// The same, masked before it is cut: neither the end of a long line nor that of a write splits a secret. It lags
    /// behind.
    masked: MaskedWriter<Vec<u8>>,
}

impl Printed {
    fn new(masker: &Masker) -> Self {
        let open = || PrintedStream { raw: Vec::new(), masked: masker.writer(Vec::new()) };
        let (lines, searched, captured, failed) = Default::default();
        Self { out: open(), err: open(), lines, searched, captured, failed }
    }

    fn push(&mut self, level: LogLevel, bytes: &[u8], log: &LogSink) -> Result<(), Exceeded> {
        let (mut admitted, mut exceeded) = (0, Ok(()));
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            let raw = &mut self.open(level).raw;
            raw.extend_from_slice(part);
            if raw.ends_with(b"\n") || raw.len() >= LONGEST_LINE {
                exceeded = self.admit(level, log);
                if exceeded.is_err() {
                    break;
                }
            }
            admitted += part.len();
        }
        // All lines at once, because a secret may have several. A write to memory cannot fail.
        drop(self.open(level).masked.write_all(bytes.get(..admitted).unwrap_or_default()));
        self.cut(level);
        exceeded
    }

    fn open(&mut self, level: LogLevel) -> &mut PrintedStream {
        if level == LogLevel::Warn { &mut self.err } else { &mut self.out }
    }

    /// Counts the line that the plugin wrote, and keeps it if the job captures anything.
    fn admit(&mut self, level: LogLevel, log: &LogSink) -> Result<(), Exceeded> {
        let raw = mem::take(&mut self.open(level).raw);
        let line = raw.strip_suffix(b"\n").unwrap_or(&raw);
        log.admit(line.len() as u64)?;
        if !log.captures.is_empty() {
            self.searched.push(line.to_owned());
        }
        Ok(())
    }

    /// Makes lines of the complete ones.
    fn cut(&mut self, level: LogLevel) {
        let masked = mem::take(self.open(level).masked.inner());
        for part in masked.split_inclusive(|byte| *byte == b'\n') {
            if part.ends_with(b"\n") || part.len() >= LONGEST_LINE {
                let line = part.strip_suffix(b"\n").unwrap_or(part);
                self.lines.extend(pieces(&text(line)).map(|text| Log::Line { level, text: text.to_owned() }));
            } else {
                *self.open(level).masked.inner() = part.to_owned();
            }
        }
    }

    /// Makes lines of everything, complete or not.
    fn finish(&mut self, level: LogLevel, log: &LogSink) -> Result<(), Exceeded> {
        if !self.open(level).raw.is_empty() {
            self.admit(level, log)?;
        }
        drop(self.open(level).masked.finish());
        self.cut(level);
        let last = mem::take(self.open(level).masked.inner());
        let is_searched = !self.searched.is_empty() || !self.captured.is_empty();
        if !last.is_empty() || is_searched && self.lines.is_empty() {
            self.lines.push(Log::Line { level, text: text(&last) });
        }
        Ok(())
    }
}

/// A line in pieces that are not too long; an empty line is one.
fn pieces(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let (piece, more) = rest?.split_at(rest?.floor_char_boundary(LONGEST_LINE));
        rest = Some(more).filter(|more| !more.is_empty());
        Some(piece)
    })
}

fn text(line: &[u8]) -> String {
    String::from_utf8_lossy(line).trim_end_matches('\r').to_owned()
}

#[derive(Clone)]
struct Stream {
    level: LogLevel,
    log: Arc<LogSink>,
}

impl IsTerminal for Stream {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Stream {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        // Only WASI 0.3 asks for it, which is not linked.
        Box::new(tokio::io::sink())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

#[async_trait]
impl Pollable for Stream {
    async fn ready(&mut self) {
        self.log.record_printed().await;
    }
}

impl OutputStream for Stream {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        let pushed = self.log.printed(|printed| printed.push(self.level, &bytes, &self.log));
        pushed.map_err(|exceeded| StreamError::Trap(exceeded.into()))
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        match self.log.printed(|printed| printed.failed.take()) {
            Some(fault) => Err(StreamError::Trap(fault.into())),
            None => Ok(PERMIT),
        }
    }
}

#[cfg(test)]
mod tests {
    use stepwell_model::pattern::compile;

    use super::*;

    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    fn printed(writes: &[&[u8]]) -> Vec<String> {
        let masker = Masker::new();
        masker.learn(SECRET);
        let log = LogSink::new(None, Limits::default(), Used::default(), masker, Vec::new());
        log.printed(|printed| {
            for bytes in writes {
                printed.push(LogLevel::Info, bytes, &log).expect("it is within the limits");
            }
            printed.finish(LogLevel::Info, &log).expect("it is within the limits");
            let text = |line| if let Log::Line { text, .. } = line { text } else { String::new() };
            mem::take(&mut printed.lines).into_iter().map(text).collect()
        })
    }

    /// A sink with captures that take long.
    fn slow(captures: usize) -> LogSink {
        let slow = |at: usize| {
            let text = format!("(.{{1,{}}})never", 100 + at);
            let pattern = compile(&text).expect("it is a pattern");
            Capture { name: format!("c{at}"), size: stepwell_model::pattern::size(&text), pattern }
        };
        LogSink::new(None, Limits::default(), Used::default(), Masker::new(), (0..captures).map(slow).collect())
    }

    /// How often a task lets others go on.
    async fn pauses(work: impl Future<Output = ()>) -> usize {
        let (mut work, mut pauses) = (std::pin::pin!(work), 0);
        std::future::poll_fn(|now| {
            let polled = work.as_mut().poll(now);
            pauses += usize::from(polled.is_pending());
            polled
        })
        .await;
        pauses
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_step_can_be_stopped_between_the_captures_of_a_line() {
        let line = "x".repeat(LONGEST_LINE);
        for captures in [1, 5] {
            let log = slow(captures);
            let logged = async { log.lines(LogLevel::Info, line.clone()).await.expect("it is within the limits") };
            assert!(pauses(logged).await >= captures);
            let log = slow(captures);
            let printed = async {
                let pushed = log.printed(|printed| printed.push(LogLevel::Info, line.as_bytes(), &log));
                pushed.expect("it is within the limits");
                log.record_printed().await;
            };
            assert!(pauses(printed).await >= captures);
        }
    }

    #[tokio::test]
    async fn what_is_printed_is_captured_once_it_is_a_line() {
        let pattern = compile("made (vol-[0-9a-f]+)").expect("it is a pattern");
        let captures = vec![Capture { name: "volume".to_owned(), pattern, size: 8 << 10 }];
        let log = LogSink::new(None, Limits::default(), Used::default(), Masker::new(), captures);
        for (written, expected) in [("made vol-1", None), ("2\nmade", Some("vol-12")), (" vol-3\n", Some("vol-3"))] {
            let pushed = log.printed(|printed| printed.push(LogLevel::Info, written.as_bytes(), &log));
            pushed.expect("it is within the limits");
            let raw = log.printed(|printed| printed.searched.clone());
            let mut captured = Captured::new();
            for line in raw {
                captured.append(&mut log.captured(&text(&line)).await);
            }
            assert_eq!(captured.get("volume").map(String::as_str), expected, "{written}");
            log.record_printed().await;
        }
    }

    #[test]
    fn a_line_is_not_cut_within_a_secret() {
        for at in 0..SECRET.len() {
            let long = "-".repeat(LONGEST_LINE - at);
            let text = format!("{long}{SECRET}-end\n");
            let (left, right) = text.as_bytes().split_at(LONGEST_LINE);
            for writes in [&[left, right][..], &text.as_bytes().chunks(1_000).collect::<Vec<_>>()] {
                let shown = printed(writes);
                assert_eq!(shown.concat(), format!("{long}*****-end"), "cut {at} bytes into the secret");
            }
        }
    }

    #[test]
    fn a_line_that_does_not_end_is_cut() {
        let shown = printed(&[[b'-'; LONGEST_LINE / 2].as_slice(); 5]);
        assert!(shown.iter().all(|line| line.len() <= LONGEST_LINE));
        assert_eq!(shown.concat().len(), 5 * LONGEST_LINE / 2);
    }

    #[tokio::test]
    async fn a_text_that_is_larger_than_the_log_is_refused_before_it_is_masked() {
        let masker = Masker::new();
        masker.learn("canary-0123456789");
        let log = LogSink::new(None, Limits::default(), Used::default(), masker, Vec::new());
        let text = "canary-012345678".repeat(1 << 20);
        let error = log.lines(LogLevel::Info, text).await.expect_err("it is larger than everything that may be logged");
        assert_eq!(error.downcast_ref::<Exceeded>().map(|exceeded| exceeded.limit), Some(Limit::LogBytes));
        assert_eq!(log.logged(), Logged::default());
        let most = usize::try_from(Limits::default().log_bytes).expect("it fits");
        assert!(log.lines(LogLevel::Info, "a\r\n".repeat(5_000)).await.is_ok());
        assert!(log.lines(LogLevel::Info, "b".repeat(most - 5_000)).await.is_ok());
    }

    #[test]
    fn lines_end_as_on_any_system() {
        assert_eq!(printed(&[b"one\r\ntw", b"o\n\nfour"]), ["one", "two", "", "four"]);
    }
}
