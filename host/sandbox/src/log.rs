//! `log` and `clock` of the contract, and what becomes of a plugin's log.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use stepwell_aws::HostFault;
use stepwell_aws::wit::stepwell::step::{clock, log};
use stepwell_model::event::{Log, LogLevel, What};
use stepwell_model::id::StepPath;
use stepwell_model::journal::Journal;
use stepwell_model::limits::Limits;
use stepwell_secrets::Masker;

use crate::fault::{Exceeded, Limit};
use crate::printed::Printed;
use crate::state::State;

/// Where the log of one call goes, within its limits. Shared with the streams that take the place of a terminal.
pub(crate) struct LogSink {
    /// None while the plugin says what it is: then its log is for whoever debugs it.
    to: Option<(Arc<dyn Journal>, StepPath)>,
    limits: Limits,
    events: AtomicU64,
    bytes: AtomicU64,
    masker: Masker,
    pub(crate) printed: Printed,
}

impl LogSink {
    pub(crate) fn new(to: Option<(Arc<dyn Journal>, StepPath)>, limits: Limits, masker: Masker) -> Self {
        let printed = Printed::new(&masker);
        Self { to, limits, events: AtomicU64::new(0), bytes: AtomicU64::new(0), masker, printed }
    }

    /// Counts an event before it is made.
    pub(crate) fn admit(&self, bytes: usize) -> Result<(), Exceeded> {
        let Limits { log_events, log_bytes, .. } = self.limits;
        if self.events.fetch_add(1, Ordering::Relaxed) >= log_events {
            return Err(Exceeded { limit: Limit::LogEvents, value: log_events });
        }
        let bytes = bytes as u64;
        if self.bytes.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes) > log_bytes {
            return Err(Exceeded { limit: Limit::LogBytes, value: log_bytes });
        }
        Ok(())
    }

    /// Records an event that was admitted.
    pub(crate) async fn record(&self, log: Log) -> Result<(), HostFault> {
        match &self.to {
            Some((journal, step)) => {
                let what = What::StepLogged { step: step.clone(), log, captured: BTreeMap::new() };
                journal.append(what).await.map(drop).map_err(|source| HostFault::LogNotKept { source })
            }
            None => {
                tracing::debug!(?log, "a plugin logged while it was asked what it is");
                Ok(())
            }
        }
    }

    async fn take(&self, bytes: usize, log: Log) -> wasmtime::Result<()> {
        self.admit(bytes)?;
        Ok(self.record(log).await?)
    }
}

impl log::Host for State {
    async fn line(&mut self, level: log::Level, text: String) -> wasmtime::Result<()> {
        let level = convert(level);
        if text.is_empty() {
            return self.log.take(0, Log::Line { level, text }).await;
        }
        // Before it is cut into lines: a secret may have several.
        let text = self.log.masker.text(&text).into_owned();
        for line in text.lines() {
            self.log.take(line.len(), Log::Line { level, text: line.to_owned() }).await?;
        }
        Ok(())
    }

    async fn table(&mut self, columns: Vec<String>, rows: Vec<Vec<Option<String>>>) -> wasmtime::Result<()> {
        let heads = columns.iter().map(String::len).sum::<usize>();
        let texts = rows.iter().flatten().flatten().map(String::len).sum::<usize>();
        // An empty cell is not free either: the journal keeps `null` or quotes and a comma of it.
        let frame = 2 * rows.len() + 4 * rows.iter().map(Vec::len).sum::<usize>();
        self.log.take(heads + texts + frame, Log::Table { columns, rows }).await
    }

    async fn pairs(&mut self, pairs: Vec<(String, String)>) -> wasmtime::Result<()> {
        let bytes = pairs.iter().map(|(name, value)| name.len() + value.len() + 1).sum();
        self.log.take(bytes, Log::Pairs { pairs }).await
    }

    async fn link(&mut self, label: String, url: String) -> wasmtime::Result<()> {
        self.log.take(label.len() + url.len(), Log::Link { label, url }).await
    }
}

fn convert(level: log::Level) -> LogLevel {
    match level {
        log::Level::Error => LogLevel::Error,
        log::Level::Warn => LogLevel::Warn,
        log::Level::Info => LogLevel::Info,
        log::Level::Verbose => LogLevel::Verbose,
        log::Level::Debug => LogLevel::Debug,
    }
}

impl clock::Host for State {
    async fn now(&mut self) -> wasmtime::Result<u64> {
        if self.aws.is_none() {
            return Err(HostFault::Describing { interface: "clock", function: "now" }.into());
        }
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Ok(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }
}
