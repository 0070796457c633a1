//! Runs plugins, each call in a fresh store.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use stepwell_aws::{StepAws, StepContext};
use stepwell_model::limits::{Limits, Used};
use stepwell_model::plugin::Description;
use stepwell_secrets::Masker;
use wasmtime::Store;

use crate::call::{Answer, Entry, Invocation, enter, input};
use crate::describe;
use crate::engine::Ticker;
use crate::error::{LoadError, SandboxError};
use crate::exports::Plugin;
use crate::fault::StepFault;
use crate::limits::{Memory, Meter};
use crate::load::{Component, Loader};
use crate::log::LogSink;
use crate::seats::{Seat, Seats};
use crate::state::{self, State};

/// The time that a plugin has to describe itself, once it has a seat. Its CPU time and its sleeps are bounded as in any
/// call; this bounds them where `[limits]` lets a plugin compute for longer.
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

    /// Sets up the engine as [`Self::new`] does. Components are compiled by this program, in a process of its own,
    /// which runs [`compile_for_parent`](crate::compile_for_parent) when its argument is
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
    /// When it breaks, calls a function other than `log`, or gives a description that is not valid or that the
    /// component's metadata contradict.
    pub async fn describe(&self, component: &Component, limits: Limits) -> Result<Description, LoadError> {
        let log = LogSink::new(None, limits, Used::default(), Masker::new(), Vec::new());
        let meter = self.meter(limits, Used::default());
        // Where all seats are taken by calls that wait for AWS, one can take minutes to become free.
        let seat = self.seat(component, limits).await;
        let described = self.run(component, seat, None, log, meter, async |store, plugin| plugin.describe(store).await);
        let described = tokio::time::timeout(LONGEST_DESCRIPTION, described).await;
        let described = described.map_err(|_| LoadError::DescribeTooSlow)?;
        let description = describe::valid(described.map_err(describe::failed)?)?;
        component.metadata().check(&description)?;
        Ok(description)
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
        let (limits, used, masker) = (context.limits, context.used, context.masker.clone());
        let (to, captures) = ((Arc::clone(&context.journal), context.step.clone()), context.captures.clone());
        let log = LogSink::new(Some(to), limits, used, masker.clone(), captures);
        let input = input(&invocation, &context);
        let run = async |store: &mut Store<State>, plugin: &Plugin| {
            let returned = enter(store, plugin, &entry, &input).await?;
            Ok((returned, store.data().spent()))
        };
        let (meter, seat) = (self.meter(limits, used), self.seat(component, limits).await);
        let (returned, spent) = self.run(component, seat, Some(StepAws::new(context)), log, meter, run).await?;
        returned.answer(&limits, used, spent, &masker)
    }

    fn meter(&self, limits: Limits, used: Used) -> Meter {
        Meter::new(limits, used, Arc::clone(&self.shared.ticker))
    }

    /// Waits for a seat.
    async fn seat(&self, component: &Component, limits: Limits) -> Arc<Seat> {
        Seat::take(&self.shared.seats, component.is_large(), limits.memory).await
    }

    /// Makes an instance, has `act` call it, and records the last printed lines. The seat is freed last, when the
    /// instance has left its place in the pool.
    async fn run<T>(
        &self,
        component: &Component,
        seat: Arc<Seat>,
        aws: Option<StepAws>,
        log: LogSink,
        meter: Meter,
        act: impl AsyncFnOnce(&mut Store<State>, &Plugin) -> wasmtime::Result<T>,
    ) -> Result<T, StepFault> {
        let (limits, log) = (meter.limits(), Arc::new(log));
        let state = State::new(aws, Arc::clone(&log), meter, Memory::new(&limits, Arc::clone(&seat)));
        let mut store = state::store(self.shared.loader.engine(), state, &limits);
        let result = match component.plugin().instantiate(&mut store).await {
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
