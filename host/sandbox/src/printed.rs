//! What a plugin prints. Standard output and standard error take the place of `log` for languages whose programs print:
//! every line becomes a line of the log, `info` or `warn`, and counts as one.

use std::io::Write as _;
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use stepwell_aws::HostFault;
use stepwell_model::event::{Log, LogLevel};
use stepwell_secrets::{MaskedWriter, Masker};
use tokio::io::AsyncWrite;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamError, StreamResult};
use wasmtime_wasi::{WasiCtx, async_trait};

use crate::fault::Exceeded;
use crate::log::LogSink;

/// A line is cut here even when it goes on: a plugin that prints no line break must not fill the host's memory.
const LONGEST_LINE: usize = 8 << 10;
/// What one write may bring, as much as wasmtime's own streams take.
const PERMIT: usize = 64 << 10;

/// A WASI without anything in it but where prints go.
pub(crate) fn context(log: &Arc<LogSink>) -> WasiCtx {
    let stream = |level| Stream { level, log: Arc::clone(log) };
    let mut wasi = WasiCtx::builder();
    wasi.allow_tcp(false).allow_udp(false).max_random_size(PERMIT as u64);
    wasi.stdout(stream(LogLevel::Info)).stderr(stream(LogLevel::Warn)).build()
}

/// What was printed and is not recorded yet.
pub(crate) struct Printed(Mutex<Texts>);

struct Texts {
    /// The beginnings of lines, by where they were printed. They are masked before they are cut: neither the end of a
    /// line nor that of a write takes a secret apart.
    out: MaskedWriter<Vec<u8>>,
    err: MaskedWriter<Vec<u8>>,
    lines: Vec<Log>,
    failed: Option<HostFault>,
}

impl Printed {
    pub(crate) fn new(masker: &Masker) -> Self {
        let open = || masker.writer(Vec::new());
        Self(Mutex::new(Texts { out: open(), err: open(), lines: Vec::new(), failed: None }))
    }

    fn with<T>(&self, act: impl FnOnce(&mut Texts) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Texts {
    fn push(&mut self, level: LogLevel, bytes: &[u8], log: &LogSink) -> Result<(), Exceeded> {
        // Memory takes everything.
        drop(self.open(level).write_all(bytes));
        self.cut(level, log)
    }

    fn open(&mut self, level: LogLevel) -> &mut MaskedWriter<Vec<u8>> {
        if level == LogLevel::Warn { &mut self.err } else { &mut self.out }
    }

    /// Makes lines of what is complete.
    fn cut(&mut self, level: LogLevel, log: &LogSink) -> Result<(), Exceeded> {
        let masked = mem::take(self.open(level).inner());
        for part in masked.split_inclusive(|byte| *byte == b'\n') {
            match part.strip_suffix(b"\n") {
                Some(line) => self.line(level, line, log)?,
                None if part.len() >= LONGEST_LINE => self.line(level, part, log)?,
                None => *self.open(level).inner() = part.to_owned(),
            }
        }
        Ok(())
    }

    fn line(&mut self, level: LogLevel, bytes: &[u8], log: &LogSink) -> Result<(), Exceeded> {
        log.admit(bytes.len())?;
        let text = String::from_utf8_lossy(bytes).trim_end_matches('\r').to_owned();
        self.lines.push(Log::Line { level, text });
        Ok(())
    }

    /// Makes lines of everything.
    fn finish(&mut self, level: LogLevel, log: &LogSink) -> Result<(), Exceeded> {
        drop(self.open(level).finish());
        self.cut(level, log)?;
        let last = mem::take(self.open(level).inner());
        if last.is_empty() { Ok(()) } else { self.line(level, &last, log) }
    }
}

impl LogSink {
    /// Records the lines that were printed.
    async fn record_printed(&self) {
        for line in self.printed.with(|texts| mem::take(&mut texts.lines)) {
            if let Err(fault) = self.record(line).await {
                return self.printed.with(|texts| texts.failed = Some(fault));
            }
        }
    }

    /// Records what the plugin printed last, when its call has ended. What does not fit into the limits any more is left
    /// out: the call is over, and its own end says more.
    pub(crate) async fn finish(&self) -> Result<(), HostFault> {
        self.printed.with(|texts| {
            for level in [LogLevel::Info, LogLevel::Warn] {
                if texts.finish(level, self).is_err() {
                    tracing::debug!("what was printed last is beyond the limits of the log");
                }
            }
        });
        self.record_printed().await;
        self.printed.with(|texts| texts.failed.take()).map_or(Ok(()), Err)
    }
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
        // Asked for by WASI 0.3 only, which is not linked.
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
        let pushed = self.log.printed.with(|texts| texts.push(self.level, &bytes, &self.log));
        pushed.map_err(|exceeded| StreamError::Trap(exceeded.into()))
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        match self.log.printed.with(|texts| texts.failed.take()) {
            Some(fault) => Err(StreamError::Trap(fault.into())),
            None => Ok(PERMIT),
        }
    }
}

#[cfg(test)]
mod tests {
    use stepwell_model::limits::Limits;

    use super::*;

    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    fn printed(writes: &[&[u8]]) -> Vec<String> {
        let masker = Masker::new();
        masker.learn(SECRET);
        let log = LogSink::new(None, Limits::default(), masker);
        log.printed.with(|texts| {
            for bytes in writes {
                texts.push(LogLevel::Info, bytes, &log).expect("it is within the limits");
            }
            texts.finish(LogLevel::Info, &log).expect("it is within the limits");
            let text = |line| if let Log::Line { text, .. } = line { text } else { String::new() };
            mem::take(&mut texts.lines).into_iter().map(text).collect()
        })
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
        assert!(shown.iter().all(|line| line.len() < 2 * LONGEST_LINE), "{shown:?}");
        assert_eq!(shown.concat().len(), 5 * LONGEST_LINE / 2);
    }

    #[test]
    fn lines_end_as_on_any_system() {
        assert_eq!(printed(&[b"one\r\ntw", b"o\n\nfour"]), ["one", "two", "", "four"]);
    }
}
