//! One call of a plugin, from a fresh store to its answer.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use stepwell_aws::wit::Plugin;
use stepwell_aws::{OpenSession, StepAws};
use stepwell_model::limits::Limits;
use tokio::sync::Semaphore;
use wasmtime::component::Linker;
use wasmtime::{Engine, Store};

use crate::cache::Cache;
use crate::call::{Answer, Entry, Invocation, StepContext};
use crate::engine::{self, PARALLEL_CALLS};
use crate::error::{LoadError, SandboxError};
use crate::fault::StepFault;
use crate::limits::{self, Memory};
use crate::load::Component;
use crate::log::LogSink;
use crate::meter::Meter;
use crate::outcome::{enter, input};
use crate::state::{self, State};
use crate::ticker::Ticker;

/// Runs plugins. One per process; cheap to clone.
#[derive(Clone)]
pub struct Sandbox {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) engine: Engine,
    pub(crate) linker: Linker<State>,
    pub(crate) cache: Option<Cache>,
    ticker: Arc<Ticker>,
    places: Semaphore,
}

impl Sandbox {
    /// Sets up the engine, and the cache of compiled components in a directory of its own, when one is given. The
    /// directory is made when it is not there.
    ///
    /// # Errors
    /// When the engine cannot be set up, or when others could have written into the cache.
    pub fn new(cache: Option<PathBuf>) -> Result<Self, SandboxError> {
        let engine = engine::engine()?;
        let mut linker = Linker::new(&engine);
        state::link(&mut linker).map_err(|error| SandboxError::Engine { reason: format!("{error:#}") })?;
        let cache = cache.map(|directory| Cache::open(directory, &engine)).transpose()?.flatten();
        let ticker = Arc::new(Ticker::start(&engine)?);
        let places = Semaphore::new(PARALLEL_CALLS as usize);
        Ok(Self { inner: Arc::new(Inner { engine, linker, cache, ticker, places }) })
    }

    /// Checks and compiles a component, or takes it compiled from the cache.
    ///
    /// # Errors
    /// When it is not a plugin that this host can run.
    pub async fn load(&self, bytes: &[u8]) -> Result<Component, LoadError> {
        let (inner, bytes) = (Arc::clone(&self.inner), bytes.to_vec());
        let loading = tokio::task::spawn_blocking(move || inner.load(&bytes));
        loading
            .await
            .unwrap_or_else(|gone| Err(LoadError::Malformed { reason: format!("the compiler failed: {gone}") }))
    }

    /// Calls the plugin once. Dropping the future ends the call and everything that belongs to it.
    ///
    /// # Errors
    /// When the plugin breaks a limit or crashes, and when the host cannot go on. A dry run that comes to its first change
    /// ends with `StepFault::Host(HostFault::DryRun)`.
    pub async fn call(
        &self,
        component: &Component,
        entry: Entry,
        invocation: Invocation,
        context: StepContext,
    ) -> Result<Answer, StepFault> {
        let limits = context.limits;
        let masker = context.masker;
        let log = LogSink::new(Some((Arc::clone(&context.journal), invocation.step.clone())), limits, masker.clone());
        let input = input(&invocation);
        let aws = StepAws {
            aws: context.aws,
            credentials: context.credentials,
            grants: context.grants,
            directories: context.directories,
            journal: context.journal,
            step: invocation.step,
            region: invocation.region,
            dry_run: context.dry_run,
            idempotency_token: invocation.idempotency_token,
            calls: context.calls,
            settled_calls: context.settled_calls,
            masker: masker.clone(),
            signed_as: context.signed_as,
            session: OpenSession::default(),
            tokens_given: HashMap::new(),
        };
        let run = async |store: &mut Store<State>, plugin: &Plugin| enter(store, plugin, &entry, &input).await;
        self.run(component, Some(aws), log, limits, run).await?.answer(&limits, &masker)
    }

    /// Makes an instance, has `act` call it, and records what was printed last.
    pub(crate) async fn run<T>(
        &self,
        component: &Component,
        aws: Option<StepAws>,
        log: LogSink,
        limits: Limits,
        act: impl AsyncFnOnce(&mut Store<State>, &Plugin) -> wasmtime::Result<T>,
    ) -> Result<T, StepFault> {
        let _place = self.inner.places.acquire().await;
        let log = Arc::new(log);
        let meter = Meter::new(limits, Arc::clone(&self.inner.ticker));
        let state = State::new(aws, Arc::clone(&log), meter, Memory::new(&limits));
        let mut store = Store::new(&self.inner.engine, state);
        limits::attach(&mut store, &limits);
        Meter::attach(&mut store);
        let result = match component.plugin().instantiate_async(&mut store).await {
            Ok(plugin) => act(&mut store, &plugin).await,
            Err(error) => Err(error),
        };
        let recorded = log.finish().await;
        let answer = result.map_err(|error| StepFault::from_error(&error))?;
        recorded.map_err(StepFault::Host)?;
        Ok(answer)
    }
}
