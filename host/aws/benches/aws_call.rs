//! One AWS call through the host (permit, gate, journal, translation) and the same call by the bare SDK, and by boto3 if
//! `STEPWELL_BENCH_PYTHON` names a Python that has it, to the same local server.
//!
//! The journal keeps nothing: the bench measures this crate, not a disk.

// The futures of an SDK call are nested deeply.
#![recursion_limit = "256"]
#![expect(clippy::print_stdout, clippy::expect_used, reason = "a program that measures, with nobody to recover for")]

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;

use async_trait::async_trait;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_types::region::Region;
use jiff::Timestamp;
use serde_json::json;
use stepwell_aws::generic::Operation;
use stepwell_aws::wit::ec2::{DescribeInstancesRequest, Host as _, StopInstancesRequest};
use stepwell_aws::{AwsCalls, RunAws, StepAws, StepContext};
use stepwell_generic::archive::Archive;
use stepwell_model::action;
use stepwell_model::credentials::StepCredentials;
use stepwell_model::event::{Event, What};
use stepwell_model::grant::{GrantSection, Grants};
use stepwell_model::id::Digest;
use stepwell_model::journal::{Journal, JournalError};
use stepwell_model::limits::{Limits, Used};
use stepwell_model::plugin::{Description, Extra, ImportedFunction, Imports, Origin, Plugin};
use stepwell_model::settings::Directories;
use stepwell_secrets::Masker;

#[path = "../../../tests/bench/turns.rs"]
mod turns;
use turns::in_turns;

const ID: &str = "i-0123456789abcdef0";

#[tokio::main]
async fn main() {
    let endpoint = serve();
    let config = config(&endpoint);
    let bare = aws_sdk_ec2::Client::new(&config);
    let step = &mut step(RunAws::fixed(config));
    let ids = || vec![ID.to_owned()];

    in_turns(
        "aws call, read",
        3_300,
        async || {
            let (filters, max_results, next_token) = (Vec::new(), None, None);
            let request = DescribeInstancesRequest { instance_ids: ids(), filters, max_results, next_token };
            AwsCalls::new(Some(step)).describe_instances(request).await.map(drop).expect("the server answers");
        },
        async || {
            bare.describe_instances().set_instance_ids(Some(ids())).send().await.map(drop).expect("the server answers");
        },
    )
    .await;
    in_turns(
        "aws call, change",
        3_300,
        async || {
            let request = StopInstancesRequest { instance_ids: ids(), force: None, hibernate: None };
            AwsCalls::new(Some(step)).stop_instances(request).await.map(drop).expect("the server answers");
        },
        async || {
            bare.stop_instances().set_instance_ids(Some(ids())).send().await.map(drop).expect("the server answers");
        },
    )
    .await;
    let operation = described();
    in_turns(
        "aws call, by model",
        3_300,
        async || {
            let request = json!({ "InstanceIds": [ID] });
            AwsCalls::new(Some(step)).operation(&operation, request).await.map(drop).expect("the server answers");
        },
        async || {
            bare.describe_instances().set_instance_ids(Some(ids())).send().await.map(drop).expect("the server answers");
        },
    )
    .await;
    if let Some(python) = std::env::var_os("STEPWELL_BENCH_PYTHON") {
        let mut boto3 = Boto3::start(&python, &endpoint);
        in_turns(
            "aws call, and boto3's",
            1_100,
            async || {
                let request = json!({ "InstanceIds": [ID] });
                AwsCalls::new(Some(step)).operation(&operation, request).await.map(drop).expect("the server answers");
            },
            async || boto3.call(),
        )
        .await;
    }
}

/// A process that makes the same call whenever it is told to (`tests/bench/call.py`).
struct Boto3 {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Boto3 {
    fn start(python: &OsStr, endpoint: &str) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/bench/call.py");
        let mut command = Command::new(python);
        command.args([script, endpoint, ID]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("it starts");
        let (input, output) = process.stdin.take().zip(process.stdout.take()).expect("they are pipes");
        Self { process, input, output: BufReader::new(output) }
    }

    fn call(&mut self) {
        self.input.write_all(b"\n").expect("it reads");
        let mut found = String::new();
        self.output.read_line(&mut found).expect("it writes");
        assert_eq!(found.trim_end(), ID);
    }
}

impl Drop for Boto3 {
    fn drop(&mut self) {
        self.process.kill().and_then(|()| self.process.wait()).expect("it ends");
    }
}

/// The same call without a typed interface.
fn described() -> Operation {
    let service = Archive::shipped().service("ec2").expect("`cargo xtask models` has run");
    Operation::find(&service, "DescribeInstances", &json!({})).expect("it is an operation")
}

fn config(endpoint: &str) -> SdkConfig {
    let credentials = Credentials::new("AKIABENCH", "bench", None, None, "bench");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new("eu-central-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .endpoint_url(endpoint)
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build()
}

/// A server that answers at once, so that the bench measures the client alone.
fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it has one");
    std::thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            std::thread::spawn(move || answer(&connection));
        }
    });
    format!("http://{address}")
}

fn answer(connection: &TcpStream) -> std::io::Result<()> {
    connection.set_nodelay(true)?;
    let mut requests = BufReader::new(connection);
    loop {
        let mut length = 0;
        let mut line = String::new();
        while requests.read_line(&mut line)? > 2 {
            let header = line.to_ascii_lowercase();
            if let Some(value) = header.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap_or(0);
            }
            line.clear();
        }
        let mut body = vec![0; length];
        requests.read_exact(&mut body)?;
        if body.is_empty() {
            return Ok(());
        }
        let xml = if body.starts_with(b"Action=Stop") { STOPPING } else { DESCRIBED };
        let head = format!("HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\ncontent-length: {}\r\n\r\n", xml.len());
        let mut writer = connection;
        writer.write_all(&[head.as_bytes(), xml.as_bytes()].concat())?;
    }
}

const STOPPING: &str = "<StopInstancesResponse><requestId>r-1</requestId><instancesSet><item>\
    <instanceId>i-0123456789abcdef0</instanceId>\
    <currentState><code>64</code><name>stopping</name></currentState>\
    <previousState><code>16</code><name>running</name></previousState></item></instancesSet></StopInstancesResponse>";

const DESCRIBED: &str = "<DescribeInstancesResponse><requestId>r-1</requestId><reservationSet><item>\
    <reservationId>r-0123456789abcdef0</reservationId><ownerId>123456789012</ownerId><groupSet/><instancesSet><item>\
    <instanceId>i-0123456789abcdef0</instanceId><imageId>ami-0123456789abcdef0</imageId>\
    <instanceState><code>16</code><name>running</name></instanceState>\
    <privateDnsName>ip-10-0-0-10.eu-central-1.compute.internal</privateDnsName>\
    <privateIpAddress>10.0.0.10</privateIpAddress><ipAddress>203.0.113.10</ipAddress>\
    <instanceType>t3.micro</instanceType><launchTime>2026-11-21T10:00:00.000Z</launchTime>\
    <placement><availabilityZone>eu-central-1a</availabilityZone><tenancy>default</tenancy></placement>\
    <tagSet><item><key>Name</key><value>web</value></item><item><key>team</key><value>blue</value></item></tagSet>\
    </item></instancesSet></item></reservationSet></DescribeInstancesResponse>";

fn step(aws: RunAws) -> StepAws {
    let grants = Arc::new(Grants::decide(&plugin(), &GrantSection::default(), None));
    let step = "restart".parse().expect("it is a name");
    StepAws::new(StepContext {
        aws,
        credentials: StepCredentials::host(None),
        grants,
        limits: Limits::default(),
        used: Used::default(),
        directories: Directories::default(),
        may_send: Arc::default(),
        journal: Arc::new(Forgetful),
        masker: Masker::new(),
        captures: Vec::new(),
        told_secret: false,
        step,
        region: None,
        idempotency_token: String::new(),
        lease: stepwell_model::lease::Lease::endless(),
        dry_run: false,
        calls: Vec::new(),
        settled_calls: 0,
        signed_as: None,
    })
}

/// A shipped plugin that imports everything.
fn plugin() -> Plugin {
    let typed = action::rows().map(|row| ImportedFunction::typed(row.function.interface, row.function.name));
    let functions = typed.chain([ImportedFunction::operation(described().row())]);
    Plugin {
        name: "bench".parse().expect("it is a name"),
        origin: Origin::Shipped,
        path: None,
        digest: Digest([0; 32]),
        size: 0,
        description: Description {
            name: "bench".to_owned(),
            version: "0.1.0".to_owned(),
            summary: "Calls".to_owned(),
            kinds: Vec::new(),
            config_schema: true.into(),
            outputs_schema: true.into(),
            extra: Extra::default(),
        },
        imports: Imports { functions: functions.collect(), wasi: Vec::new() },
    }
}

struct Forgetful;

#[async_trait]
impl Journal for Forgetful {
    async fn append(&self, what: What) -> Result<Event, JournalError> {
        Ok(Event { seq: 1, at: Timestamp::UNIX_EPOCH, what })
    }
}
