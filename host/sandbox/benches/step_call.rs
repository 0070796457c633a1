//! One call of a step that does nothing, and the loading of its component from the cache: by the sandbox and by bare
//! wasmtime. HTTP requests by a plugin, and by a bare HTTP client.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a program that measures, without anyone to recover for"
)]

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::json;
use stepwell_aws::wit::PluginPre;
use stepwell_aws::wit::exports::stepwell::step::step;
use stepwell_aws::{RunAws, StepContext};
use stepwell_model::credentials::StepCredentials;
use stepwell_model::event::{Event, What};
use stepwell_model::grant::Grants;
use stepwell_model::journal::{Journal, JournalError};
use stepwell_model::limits::{Limits, Used};
use stepwell_model::plugin::{Origin, Plugin};
use stepwell_model::settings::{Directories, System};
use stepwell_model::source::Source;
use stepwell_sandbox::{Answer, Entry, Invocation, Sandbox};
use stepwell_secrets::Masker;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use wasmtime::component::{Component, Linker};
use wasmtime::{Config, Engine, InstanceAllocationStrategy, Store};

#[path = "../../../tests/bench/turns.rs"]
mod turns;
use turns::in_turns;

const COURIER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../plugins/target/components/tests/courier.wasm");

const NOOP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../plugins/target/components/tests/noop.wasm");

#[tokio::main]
async fn main() {
    let bytes = std::fs::read(NOOP).expect("the test guests are built: cargo xtask plugins");
    let cache = tempfile::tempdir().expect("there is room for a cache");
    let sandbox = Sandbox::new(Some(cache.path().join("cache"))).expect("the sandbox starts");
    let bare = Bare::new(&bytes);
    let component = sandbox.load(&bytes).await.expect("the guest is a plugin");
    let context = context();

    in_turns(
        "step call",
        22_000,
        async || {
            let call = sandbox.call(&component, Entry::Start, invocation(), context.clone());
            call.await.expect("the step does nothing");
        },
        async || bare.call().await.expect("the step does nothing"),
    )
    .await;
    in_turns(
        "cached load",
        2_200,
        async || drop(sandbox.load(&bytes).await.expect("the guest is a plugin")),
        async || drop(bare.load()),
    )
    .await;
    requests(&sandbox).await;
}

/// Requests at the same time.
const PARALLEL: usize = 100;

/// The default of the host for a request, and for a silence within its answer.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Requests that a plugin makes one after the other.
const IN_A_STEP: usize = 50;

/// One `GET`, and many at the same time, by a plugin and by the client below it.
async fn requests(sandbox: &Sandbox) {
    let url = serve().await;
    let bytes = std::fs::read(COURIER).expect("the test guests are built: cargo xtask plugins");
    let component = sandbox.load(&bytes).await.expect("the guest is a plugin");
    let system = format!("[http]\nnetworks = [\"127.0.0.1/32\"]\n[grants.courier]\nhttp = [\"GET {url}\"]");
    let system = System::read(Source::new("stepwell.toml", system)).expect("the settings are valid");
    let web = stepwell_http::Client::new(Path::new(""), system.http);
    let plugin = Plugin {
        name: "courier".parse().expect("it is a name"),
        origin: Origin::Home,
        path: None,
        digest: component.digest(),
        size: component.size(),
        description: sandbox.describe(&component, Limits::default()).await.expect("it describes itself"),
        imports: component.imports().clone(),
    };
    let grants = Arc::new(Grants::decide(&plugin, &system.settings.grants, None));
    let context = StepContext { aws: RunAws::of_nobody_with(web), grants, ..context() };
    let by_plugin = |count: usize| {
        let config = json!({ "requests": vec![json!({ "url": url }); count] });
        let invocation = Invocation { config, ..invocation() };
        let (sandbox, component, context) = (sandbox.clone(), component.clone(), context.clone());
        async move {
            let answer = sandbox.call(&component, Entry::Start, invocation, context).await;
            let Ok(Answer::Done { outputs, .. }) = answer else { panic!("{answer:?}") };
            assert_eq!(outputs["answers"][count - 1]["status"], 200, "{outputs:?}");
        }
    };
    // reqwest wants one, also for plain HTTP.
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = reqwest::Client::builder().no_proxy().tls_certs_only(Vec::new());
    // No request leaves a host without these two.
    let client = client.timeout(TIMEOUT).read_timeout(TIMEOUT).build().expect("it is a client");
    let bare = || {
        let request = client.get(&url);
        async move {
            let answer = request.send().await.expect("the server answers");
            drop(answer.bytes().await.expect("it has a body"));
        }
    };
    in_turns("http get, by a plugin", 5_500, async || by_plugin(1).await, async || bare().await).await;
    // The instance of the plugin costs the same however many requests it makes.
    in_turns(
        "http get, 50 in a step",
        220,
        async || by_plugin(IN_A_STEP).await,
        async || {
            for _ in 0..IN_A_STEP {
                bare().await;
            }
        },
    )
    .await;
    let all = async |send: &dyn Fn() -> BoxFuture| {
        let mut sent: JoinSet<()> = (0..PARALLEL).map(|_| send()).collect();
        while sent.join_next().await.transpose().expect("none of them panics").is_some() {}
    };
    in_turns(
        "http get, 100 at once",
        220,
        async || all(&|| Box::pin(by_plugin(1))).await,
        async || all(&|| Box::pin(bare())).await,
    )
    .await;
}

type BoxFuture = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

/// A server that answers at once, so that the bench measures the client alone.
async fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let url = format!("http://{}/", listener.local_addr().expect("it has one"));
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            tokio::spawn(answer(connection));
        }
    });
    url
}

async fn answer(mut connection: TcpStream) {
    let mut asked = Vec::new();
    while connection.read_buf(&mut asked).await.is_ok_and(|read| read > 0) {
        if asked.ends_with(b"\r\n\r\n") {
            asked.clear();
            let body = "{\"state\":\"running\"}";
            let head =
                format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
            connection.write_all(format!("{head}{body}").as_bytes()).await.expect("the client reads");
        }
    }
}

/// Bare wasmtime, set up for many short calls as its documentation recommends.
struct Bare {
    engine: Engine,
    plugin: PluginPre<()>,
    compiled: Vec<u8>,
}

impl Bare {
    fn new(bytes: &[u8]) -> Self {
        let mut config = Config::new();
        config.allocation_strategy(InstanceAllocationStrategy::pooling());
        let engine = Engine::new(&config).expect("wasmtime starts");
        let component = Component::new(&engine, bytes).expect("the guest is a component");
        let compiled = component.serialize().expect("it was compiled");
        let plugin = Linker::new(&engine).instantiate_pre(&component).and_then(PluginPre::new);
        Self { plugin: plugin.expect("the guest imports nothing"), engine, compiled }
    }

    async fn call(&self) -> wasmtime::Result<()> {
        let mut store = Store::new(&self.engine, ());
        let plugin = self.plugin.instantiate_async(&mut store).await?;
        plugin.stepwell_step_step().call_start(&mut store, &input()).await?.map(drop).expect("the step does nothing");
        Ok(())
    }

    #[expect(unsafe_code, reason = "what the host's cache is compared with; the bytes were made four lines above")]
    fn load(&self) -> Component {
        // SAFETY: the bytes are what `Component::serialize` gave in this process.
        unsafe { Component::deserialize(&self.engine, &self.compiled) }.expect("it was compiled by this engine")
    }
}

fn invocation() -> Invocation {
    Invocation {
        run: "01a1fe0f-ebd0-70df-9563-c51111c45087".parse().expect("it is a run id"),
        job: "noop".parse().expect("it is a name"),
        attempt: 1,
        config: json!({}),
    }
}

fn input() -> step::Invocation {
    step::Invocation {
        run_id: "01a1fe0f-ebd0-70df-9563-c51111c45087".to_owned(),
        job: "noop".to_owned(),
        step_id: "nothing".to_owned(),
        attempt: 1,
        idempotency_token: "01a1fe0f-nothing-1".to_owned(),
        region: Some("eu-central-1".to_owned()),
        extra: "{}".to_owned(),
        config: "{}".to_owned(),
    }
}

fn context() -> StepContext {
    StepContext {
        aws: RunAws::of_nobody(),
        credentials: StepCredentials::host(None),
        grants: Arc::new(Grants::none("noop".parse().expect("it is a name"))),
        limits: Limits::default(),
        used: Used::default(),
        directories: Directories::default(),
        may_send: Arc::default(),
        journal: Arc::new(Forgetful),
        masker: Masker::new(),
        captures: Vec::new(),
        told_secret: false,
        step: "nothing".parse().expect("it is a name"),
        region: Some("eu-central-1".to_owned()),
        idempotency_token: "01a1fe0f-nothing-1".to_owned(),
        lease: stepwell_model::lease::Lease::endless(),
        dry_run: false,
        calls: Vec::new(),
        settled_calls: 0,
        signed_as: None,
    }
}

struct Forgetful;

#[async_trait]
impl Journal for Forgetful {
    async fn append(&self, what: What) -> Result<Event, JournalError> {
        Ok(Event { seq: 1, at: Timestamp::UNIX_EPOCH, what })
    }
}
