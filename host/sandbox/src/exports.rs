//! The exported interface of a plugin, whichever release of the contract it was built with: callers see that of today.

use stepwell_aws::wit::exports::stepwell::step::step;
use stepwell_aws::wit::v0_1::exports::stepwell::step::step as step_0_1;
use stepwell_aws::wit::{self, v0_1};
use wasmtime::Store;
use wasmtime::component::types::ComponentItem;
use wasmtime::component::{InstancePre, Lift, Lower};
use wasmtime::error::Context as _;

use crate::contract::{Release, STEP};
use crate::state::State;

/// The interface of a linked component.
pub(crate) enum PluginPre {
    Today(wit::PluginPre<State>),
    V0_1(v0_1::PluginPre<State>),
}

/// The interface of an instance.
pub(crate) enum Plugin {
    Today(wit::Plugin),
    V0_1(v0_1::Plugin),
}

impl PluginPre {
    /// Checks the types of the interface against the release that the component names.
    pub(crate) fn new(linked: InstancePre<State>, release: &Release) -> wasmtime::Result<Self> {
        let interface = STEP.exported(release);
        if release.version == STEP.newest() {
            check::<step::Description, step::Invocation, step::Outcome, step::Failure>(&linked, &interface)?;
            wit::PluginPre::new(linked).map(Self::Today)
        } else {
            use step_0_1::{Description, Failure, Invocation, Outcome};
            check::<Description, Invocation, Outcome, Failure>(&linked, &interface)?;
            v0_1::PluginPre::new(linked).map(Self::V0_1)
        }
    }

    pub(crate) async fn instantiate(&self, store: &mut Store<State>) -> wasmtime::Result<Plugin> {
        match self {
            Self::Today(plugin) => plugin.instantiate_async(store).await.map(Plugin::Today),
            Self::V0_1(plugin) => plugin.instantiate_async(store).await.map(Plugin::V0_1),
        }
    }
}

/// Compares the types of the exported functions. wasmtime does so when it makes an instance, and names no function.
fn check<D: Lift, I: Lower, O: Lift, F: Lift>(linked: &InstancePre<State>, interface: &str) -> wasmtime::Result<()> {
    let (component, types) = (linked.component(), linked.instance_type());
    let exported = component.get_export_index(None, interface);
    let exported = exported.with_context(|| format!("it does not export `{interface}`"))?;
    let function = |name: &str| match component.get_export(Some(&exported), name) {
        Some((ComponentItem::ComponentFunc(function), _)) => Ok(function),
        _ => Err(wasmtime::format_err!("it does not have the function `{name}`")),
    };
    let wrong = |name: &'static str| move || format!("type-checking export func `{name}`");
    function("describe")?.typecheck::<(), (D,)>(&types).with_context(wrong("describe"))?;
    function("start")?.typecheck::<(&I,), (Result<O, F>,)>(&types).with_context(wrong("start"))?;
    function("resume")?.typecheck::<(&I, &[u8]), (Result<O, F>,)>(&types).with_context(wrong("resume"))?;
    function("cancel")?.typecheck::<(&I, &[u8]), (Result<(), F>,)>(&types).with_context(wrong("cancel"))
}

/// The result of `start` and `resume`.
type Outcome = Result<step::Outcome, step::Failure>;

impl Plugin {
    pub(crate) async fn describe(&self, store: &mut Store<State>) -> wasmtime::Result<step::Description> {
        match self {
            Self::Today(plugin) => plugin.stepwell_step_step().call_describe(store).await,
            Self::V0_1(plugin) => plugin.stepwell_step_step().call_describe(store).await.map(Into::into),
        }
    }

    pub(crate) async fn start(
        &self,
        store: &mut Store<State>,
        invocation: &step::Invocation,
    ) -> wasmtime::Result<Outcome> {
        match self {
            Self::Today(plugin) => plugin.stepwell_step_step().call_start(store, invocation).await,
            Self::V0_1(plugin) => {
                let outcome = plugin.stepwell_step_step().call_start(store, &invocation.into()).await?;
                Ok(outcome.map(Into::into).map_err(Into::into))
            }
        }
    }

    pub(crate) async fn resume(
        &self,
        store: &mut Store<State>,
        invocation: &step::Invocation,
        checkpoint: &[u8],
    ) -> wasmtime::Result<Outcome> {
        match self {
            Self::Today(plugin) => plugin.stepwell_step_step().call_resume(store, invocation, checkpoint).await,
            Self::V0_1(plugin) => {
                let outcome = plugin.stepwell_step_step().call_resume(store, &invocation.into(), checkpoint).await?;
                Ok(outcome.map(Into::into).map_err(Into::into))
            }
        }
    }

    pub(crate) async fn cancel(
        &self,
        store: &mut Store<State>,
        invocation: &step::Invocation,
        checkpoint: &[u8],
    ) -> wasmtime::Result<Result<(), step::Failure>> {
        match self {
            Self::Today(plugin) => plugin.stepwell_step_step().call_cancel(store, invocation, checkpoint).await,
            Self::V0_1(plugin) => {
                let ended = plugin.stepwell_step_step().call_cancel(store, &invocation.into(), checkpoint).await?;
                Ok(ended.map_err(Into::into))
            }
        }
    }
}
