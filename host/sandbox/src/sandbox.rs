//! Runs plugins, each call in a fresh store.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use stepwell_aws::wit::Plugin;
use stepwell_aws::{StepAws, StepContext};
use stepwell_model::limits::Limits;
use stepwell_model::plugin::Description;
use stepwell_secrets::Masker;
use wasmtime::Store;

use crate::call::{Answer, Entry, Invocation, enter, input};
use crate::describe;
use crate::engine::Ticker;
use crate::error::{LoadError, SandboxError};
use crate::fault::StepFault;
use crate::limits::{Memory, Meter};
use crate::load::{Component, Loader};
use crate::log::LogSink;
use crate::seats::{Seat, Seats};
use crate::state::{self, State};

/// The time that a plugin has to describe itself. Its CPU time is bounded as in any call; this ends a plugin that sleeps.
const LONGEST_DESCRIPTION: Duration = Duration::from_secs(30);

/// Runs plugins. One per process; cheap to clone.
#[derive(Clone)]
pub struct Sandbox {
    shared: Arc<Shared>,
}

struct Shared {
    loader: Arc<Loader>,
    ticker: Arc<Ticker>,
    seats: Arc<Seats>,
}

impl Sandbox {
    /// Sets up the engine, and the cache of compiled components in a directory of its own, when one is given. The sandbox
    /// creates the directory when it is missing. Components are compiled in this process.
    ///
    /// # Errors
    /// When the engine cannot be set up, or when other users could have written to the cache.
    pub fn new(cache: Option<PathBuf>) -> Result<Self, SandboxError> {
        Self::with(cache, None)
    }

    /// Sets up the engine as [`Self::new`] does. Components are compiled by this program, in a process of its own, which
    /// runs [`compile_for_parent`](crate::compile_for_parent) when its argument is
    /// [`COMPILE_ARGUMENT`](crate::COMPILE_ARGUMENT). It must be this very program, because what it writes is executed.
    ///
    /// # Errors
    /// Those of [`Self::new`].
    pub fn compiling_with(cache: Option<PathBuf>, program: PathBuf) -> Result<Self, SandboxError> {
        Self::with(cache, Some(program))
    }

    fn with(cache: Option<PathBuf>, compiler: Option<PathBuf>) -> Result<Self, SandboxError> {
        let loader = Arc::new(Loader::new(cache, compiler)?);
        let ticker = Arc::new(Ticker::start(loader.engine())?);
        Ok(Self { shared: Arc::new(Shared { loader, ticker, seats: Arc::default() }) })
    }

    /// Checks and compiles a component, or takes it compiled from the cache.
    ///
    /// # Errors
    /// When it is not a plugin that this host can run.
    pub async fn load(&self, bytes: &[u8]) -> Result<Component, LoadError> {
        Arc::clone(&self.shared.loader).load(bytes.to_vec()).await
    }

    /// Asks the plugin to describe itself. It runs as in a call, but every import except `log` ends it.
    ///
    /// # Errors
    /// When it breaks, calls a function other than `log`, or gives a description that is not valid.
    pub async fn describe(&self, component: &Component, limits: Limits) -> Result<Description, LoadError> {
        let log = LogSink::new(None, limits, Masker::new());
        let described = self.run(component, None, log, limits, async |store, plugin| {
            plugin.stepwell_step_step().call_describe(store).await
        });
        let described = tokio::time::timeout(LONGEST_DESCRIPTION, described).await;
        let described = described.map_err(|_| LoadError::DescribeTooSlow)?;
        describe::valid(described.map_err(describe::failed)?)
    }

    /// Calls the plugin once. Dropping the future ends the call and everything that belongs to it.
    ///
    /// # Errors
    /// When the plugin breaks a limit or crashes, and when the host cannot continue. A dry run ends before its first
    /// change with `StepFault::Host(HostFault::DryRun)`.
    pub async fn call(
        &self,
        component: &Component,
        entry: Entry,
        invocation: Invocation,
        context: StepContext,
    ) -> Result<Answer, StepFault> {
        let (limits, masker) = (invocation.limits, context.masker.clone());
        let log = LogSink::new(Some((Arc::clone(&context.journal), context.step.clone())), limits, masker.clone());
        let input = input(&invocation, &context);
        let run = async |store: &mut Store<State>, plugin: &Plugin| enter(store, plugin, &entry, &input).await;
        self.run(component, Some(StepAws::new(context)), log, limits, run).await?.answer(&limits, &masker)
    }

    /// Makes an instance, has `act` call it, and records the last printed lines.
    async fn run<T>(
        &self,
        component: &Component,
        aws: Option<StepAws>,
        log: LogSink,
        limits: Limits,
        act: impl AsyncFnOnce(&mut Store<State>, &Plugin) -> wasmtime::Result<T>,
    ) -> Result<T, StepFault> {
        // Freed last, when the instance has left its place in the pool.
        let seat = Seat::take(&self.shared.seats, component.is_large(), limits.memory).await;
        let log = Arc::new(log);
        let meter = Meter::new(limits, Arc::clone(&self.shared.ticker));
        let state = State::new(aws, Arc::clone(&log), meter, Memory::new(&limits, Arc::clone(&seat)));
        let mut store = state::store(self.shared.loader.engine(), state, &limits);
        let result = match component.plugin().instantiate_async(&mut store).await {
            Ok(plugin) => act(&mut store, &plugin).await,
            Err(error) => Err(error),
        };
        if seat.is_large() {
            component.note_large();
        }
        let recorded = log.finish().await;
        let answer = result.map_err(|error| StepFault::from_error(&error))?;
        recorded.map_err(StepFault::Host)?;
        Ok(answer)
    }
}
