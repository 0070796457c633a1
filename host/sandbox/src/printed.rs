//! What a plugin prints. Standard output and standard error take the place of `log` for languages whose programs print:
//! every line becomes a line of the log, `info` or `warn`, and counts as one.

use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use stepwell_aws::HostFault;
use stepwell_model::event::{Log, LogLevel};
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
#[derive(Default)]
pub(crate) struct Printed(Mutex<Texts>);

#[derive(Default)]
struct Texts {
    /// The beginnings of lines, by where they were printed.
    out: Vec<u8>,
    err: Vec<u8>,
    lines: Vec<Log>,
    failed: Option<HostFault>,
}

impl Printed {
    fn with<T>(&self, act: impl FnOnce(&mut Texts) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Texts {
    fn push(&mut self, level: LogLevel, bytes: &[u8], log: &LogSink) -> Result<(), Exceeded> {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            let ends = part.ends_with(b"\n");
            let open = self.open(level);
            open.extend_from_slice(part.strip_suffix(b"\n").unwrap_or(part));
            if ends || open.len() >= LONGEST_LINE {
                self.close(level, log)?;
            }
        }
        Ok(())
    }

    fn open(&mut self, level: LogLevel) -> &mut Vec<u8> {
        if level == LogLevel::Warn { &mut self.err } else { &mut self.out }
    }

    fn close(&mut self, level: LogLevel, log: &LogSink) -> Result<(), Exceeded> {
        let bytes = mem::take(self.open(level));
        log.admit(bytes.len())?;
        let text = String::from_utf8_lossy(&bytes).trim_end_matches('\r').to_owned();
        self.lines.push(Log::Line { level, text });
        Ok(())
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
                if !texts.open(level).is_empty() && texts.close(level, self).is_err() {
                    tracing::debug!("the last line that was printed is beyond the limits of the log");
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
