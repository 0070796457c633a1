//! Everything that a running plugin can reach.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use stepwell_aws::wit::{
    athena, autoscaling, clock, cloudwatch_logs, credentials, ec2, ecs, elbv2, files, http, lambda, log, rds, s3, ssm,
    sts,
};
use stepwell_aws::{AwsCalls, HostFault, StepAws};
use stepwell_model::action;
use stepwell_model::event::{Log, LogLevel};
use stepwell_model::limits::Limits;
use wasmtime::component::{HasData, Linker, LinkerInstance, ResourceTable};
use wasmtime::{Engine, Store, UpdateDeadline};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

use crate::call::Spent;
use crate::contract;
use crate::limits::{Memory, Meter, handed_over};
use crate::log::{self as sink, LogSink};

/// The data of one store, that is of one call.
pub(crate) struct State {
    /// None while the plugin describes itself.
    aws: Option<StepAws>,
    log: Arc<LogSink>,
    meter: Meter,
    memory: Memory,
    /// Made at its first use: the shipped plugins import no WASI.
    wasi: Option<Wasi>,
}

struct Wasi {
    ctx: WasiCtx,
    table: ResourceTable,
}

impl State {
    pub(crate) fn new(aws: Option<StepAws>, log: Arc<LogSink>, meter: Meter, memory: Memory) -> Self {
        Self { aws, log, meter, memory, wasi: None }
    }

    /// What the call has used so far.
    pub(crate) fn spent(&self) -> Spent {
        Spent { host_calls: self.meter.host_calls(), logged: self.log.logged() }
    }

    /// Counts a sleep.
    pub(crate) fn sleeps(&mut self, span: Duration) -> wasmtime::Result<()> {
        self.meter.sleep(span)
    }

    pub(crate) fn calls(&mut self) -> AwsCalls<'_> {
        let allowed = self.meter.count_host_call();
        AwsCalls::new(self.aws.as_mut().filter(|_| allowed))
    }

    fn counted(&mut self) -> &mut Self {
        self.meter.count_host_call();
        self
    }
}

/// A store whose instance stays within the limits. At every tick of the epoch the plugin yields and its time is checked.
pub(crate) fn store(engine: &Engine, state: State, limits: &Limits) -> Store<State> {
    let mut store = Store::new(engine, state);
    store.limiter_async(|state| &mut state.memory);
    store.set_hostcall_fuel(handed_over(limits));
    store.call_hook(|mut store, hook| store.data_mut().meter.cross(hook));
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(|store| {
        store.data().meter.check_time()?;
        Ok(UpdateDeadline::YieldCustom(1, Box::pin(tokio::task::yield_now())))
    });
    store
}

/// Grants no files, environment, arguments or network, and closes standard input. A plugin gets the clocks and the
/// randomness of the host, which the languages' runtimes require; while it describes itself, the clocks stand still and
/// the randomness is zero, so that a description depends on the component alone.
impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        self.meter.count_wasi_call();
        let (log, describes) = (&self.log, self.aws.is_none());
        let Wasi { ctx, table } =
            self.wasi.get_or_insert_with(|| Wasi { ctx: sink::wasi(log, describes), table: ResourceTable::new() });
        WasiCtxView { ctx, table }
    }
}

impl log::Host for State {
    async fn line(&mut self, level: log::Level, text: String) -> wasmtime::Result<()> {
        self.log.lines(self::level(level), text).await
    }

    async fn table(&mut self, columns: Vec<String>, rows: Vec<Vec<Option<String>>>) -> wasmtime::Result<()> {
        self.log.take(Log::Table { columns, rows }).await
    }

    async fn pairs(&mut self, pairs: Vec<(String, String)>) -> wasmtime::Result<()> {
        self.log.take(Log::Pairs { pairs }).await
    }

    async fn link(&mut self, label: String, url: String) -> wasmtime::Result<()> {
        self.log.take(Log::Link { label, url }).await
    }
}

fn level(level: log::Level) -> LogLevel {
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
            return Err(HostFault::Describing { function: action::host::CLOCK_NOW }.into());
        }
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Ok(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }
}

struct Aws;

impl HasData for Aws {
    type Data<'a> = AwsCalls<'a>;
}

struct Host;

impl HasData for Host {
    type Data<'a> = &'a mut State;
}

/// Adds the functions of an interface.
type Add = fn(&mut LinkerInstance<'_, State>) -> wasmtime::Result<()>;

/// Links these interfaces of the contract, under their names in every release. The grants decide call by call which
/// functions a component may use.
pub(crate) fn link(linker: &mut Linker<State>, interfaces: &BTreeSet<String>) -> wasmtime::Result<()> {
    interfaces.iter().try_for_each(|interface| link_one(linker, interface))
}

fn link_one(linker: &mut Linker<State>, interface: &str) -> wasmtime::Result<()> {
    let add: Add = match interface {
        "log" => |at| log::add_to_linker_instance::<_, Host>(at, State::counted),
        "clock" => |at| clock::add_to_linker_instance::<_, Host>(at, State::counted),
        "credentials" => |at| credentials::add_to_linker_instance::<_, Aws>(at, State::calls),
        "athena" => |at| athena::add_to_linker_instance::<_, Aws>(at, State::calls),
        "autoscaling" => |at| autoscaling::add_to_linker_instance::<_, Aws>(at, State::calls),
        "cloudwatch-logs" => |at| cloudwatch_logs::add_to_linker_instance::<_, Aws>(at, State::calls),
        "ec2" => |at| ec2::add_to_linker_instance::<_, Aws>(at, State::calls),
        "ecs" => |at| ecs::add_to_linker_instance::<_, Aws>(at, State::calls),
        "elbv2" => |at| elbv2::add_to_linker_instance::<_, Aws>(at, State::calls),
        "files" => |at| files::add_to_linker_instance::<_, Aws>(at, State::calls),
        "http" => |at| http::add_to_linker_instance::<_, Aws>(at, State::calls),
        "lambda" => |at| lambda::add_to_linker_instance::<_, Aws>(at, State::calls),
        "rds" => |at| rds::add_to_linker_instance::<_, Aws>(at, State::calls),
        "s3" => |at| s3::add_to_linker_instance::<_, Aws>(at, State::calls),
        "ssm" => |at| ssm::add_to_linker_instance::<_, Aws>(at, State::calls),
        "sts" => |at| sts::add_to_linker_instance::<_, Aws>(at, State::calls),
        // It has types only.
        _ => return Ok(()),
    };
    each(linker, interface, add)
}

/// Links the functions of today under each name of their interface. A released type never changes, so a function of an
/// earlier release is that of today.
fn each(linker: &mut Linker<State>, interface: &str, add: Add) -> wasmtime::Result<()> {
    contract::instances(interface).try_for_each(|name| add(&mut linker.instance(&name)?))
}
