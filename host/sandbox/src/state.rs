//! Everything that a running plugin can reach.

use std::sync::Arc;

use stepwell_aws::wit::stepwell::step::{
    athena, autoscaling, clock, cloudwatch_logs, credentials, ec2, ecs, elbv2, files, lambda, log, rds, s3, ssm, sts,
};
use stepwell_aws::{AwsCalls, StepAws};
use wasmtime::component::{HasData, Linker, ResourceTable};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

use crate::limits::Memory;
use crate::log::LogSink;
use crate::meter::Meter;
use crate::printed;

/// The data of one store, that is of one call.
pub(crate) struct State {
    /// None while the plugin says what it is.
    pub(crate) aws: Option<StepAws>,
    pub(crate) log: Arc<LogSink>,
    pub(crate) meter: Meter,
    pub(crate) memory: Memory,
    /// Made when it is first used: our own plugins import no WASI.
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

    fn calls(&mut self) -> AwsCalls<'_> {
        let allowed = self.meter.count_host_call();
        AwsCalls::new(self.aws.as_mut().filter(|_| allowed))
    }

    fn counted(&mut self) -> &mut Self {
        self.meter.count_host_call();
        self
    }
}

/// Files, environment, arguments, network: nothing is granted, standard input is closed. What remains are the clocks and
/// the randomness of the host, which the languages' runtimes cannot do without.
impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        self.meter.count_host_call();
        let log = &self.log;
        let Wasi { ctx, table } =
            self.wasi.get_or_insert_with(|| Wasi { ctx: printed::context(log), table: ResourceTable::new() });
        WasiCtxView { ctx, table }
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

/// Links every interface of the contract. Which of them a component may use is decided by its grants, call by call.
pub(crate) fn link(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    log::add_to_linker::<_, Host>(linker, State::counted)?;
    clock::add_to_linker::<_, Host>(linker, State::counted)?;
    credentials::add_to_linker::<_, Aws>(linker, State::calls)?;
    athena::add_to_linker::<_, Aws>(linker, State::calls)?;
    autoscaling::add_to_linker::<_, Aws>(linker, State::calls)?;
    cloudwatch_logs::add_to_linker::<_, Aws>(linker, State::calls)?;
    ec2::add_to_linker::<_, Aws>(linker, State::calls)?;
    ecs::add_to_linker::<_, Aws>(linker, State::calls)?;
    elbv2::add_to_linker::<_, Aws>(linker, State::calls)?;
    files::add_to_linker::<_, Aws>(linker, State::calls)?;
    lambda::add_to_linker::<_, Aws>(linker, State::calls)?;
    rds::add_to_linker::<_, Aws>(linker, State::calls)?;
    s3::add_to_linker::<_, Aws>(linker, State::calls)?;
    ssm::add_to_linker::<_, Aws>(linker, State::calls)?;
    sts::add_to_linker::<_, Aws>(linker, State::calls)
}
