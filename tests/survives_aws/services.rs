//! The same faults before one operation of each service, because each service has its own error format.

use std::fs;
use std::time::Duration;

use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::{AwsClient, Identities, Microburst, Ministack, Moto, REGION};

use crate::support::{Site, failure, report, venv};

/// A step that makes a call, and the resources that it needs.
struct Call {
    /// The names in boto3 and microburst.
    service: &'static str,
    operation: &'static str,
    /// The throttling error of this service.
    throttling: (&'static str, u16),
    uses: &'static str,
    /// The emulator that implements the operation.
    peer: fn() -> Peer,
    /// Prepares AWS, and returns the step's configuration.
    with: fn(&Peer) -> String,
    ends: End,
}

/// Whether the content of a response shows that it is complete, apart from its HTTP length.
#[derive(PartialEq, Eq)]
enum End {
    /// It does: only a complete response can be parsed.
    Shown,
    /// It does not: a payload may end anywhere.
    Unknown,
}

enum Peer {
    Ministack(Ministack),
    Moto(Moto),
}

impl Peer {
    fn ministack() -> Self {
        Self::Ministack(Ministack::start(&venv(), Identities::Ignored).expect("ministack starts"))
    }

    fn moto() -> Self {
        Self::Moto(Moto::start(&venv(), Duration::ZERO).expect("moto starts"))
    }

    fn endpoint(&self) -> &str {
        match self {
            Self::Ministack(ministack) => ministack.endpoint(),
            Self::Moto(moto) => moto.endpoint(),
        }
    }

    fn client(&self) -> AwsClient {
        let client = match self {
            Self::Ministack(ministack) => ministack.client(),
            Self::Moto(moto) => moto.client(),
        };
        client.expect("boto3 starts")
    }

    /// Makes calls of one service one after the other, and returns the last response.
    fn prepare(&self, service: &str, calls: &[(&str, Json)]) -> Json {
        let mut client = self.client();
        calls.iter().fold(Json::Null, |_, (operation, params)| {
            client.call(service, operation, params.clone()).expect("it is done")
        })
    }
}

/// An emulator behind microburst, and a job of one step. Downloads go to `arrived`.
struct Faulty<'a> {
    call: &'a Call,
    with: String,
    microburst: Microburst,
    site: Site,
    peer: Peer,
}

const PROJECT: &str = "name = \"test\"\n[directories]\nout = { path = \"arrived\", write = true }\n";

impl<'a> Faulty<'a> {
    fn new(call: &'a Call) -> Self {
        let peer = (call.peer)();
        let with = (call.with)(&peer);
        let microburst = Microburst::before(&venv(), peer.endpoint()).expect("microburst starts");
        let site = Site::new(microburst.endpoint()).file("project.toml", PROJECT);
        fs::create_dir(site.path("arrived")).expect("it can be made");
        Self { call, with, microburst, site, peer }
    }

    /// Runs the step with one fault. Returns the exit code and the output.
    fn run(&self, fault: &Json, timeout: &str) -> (i32, Vec<Json>) {
        let Call { service, operation, uses, .. } = self.call;
        let mut rule = json!({ "service": service, "operation": operation });
        rule.as_object_mut().expect("it is one").extend(fault.as_object().expect("it is one").clone());
        self.microburst.rules(&json!([rule])).expect("it understands them");
        let before = self.fired();
        let step = format!("id = \"it\"\nuses = \"{uses}\"\ntimeout = \"{timeout}\"\nwith = {}\n", self.with);
        fs::write(self.site.path("job.toml"), format!("name = \"job\"\n[[steps]]\n{step}")).expect("it is written");
        let ran = self.site.run_json();
        assert!(self.fired() > before, "microburst saw no {operation}: {:?}", ran.1.last());
        ran
    }

    fn fired(&self) -> usize {
        self.microburst.fired().expect("it answers").len()
    }

    /// Asserts that the step fails with this code and leaves no half-written files.
    fn fails(&self, fault: &Json, timeout: &str, code: &str) -> Vec<Json> {
        let (exit, lines) = self.run(fault, timeout);
        assert_eq!((exit, &failure(&lines)["code"]), (1, &json!(code)), "{fault}: {:?}", lines.last());
        let arrived: Vec<_> = fs::read_dir(self.site.path("arrived")).expect("it is there").collect();
        assert!(arrived.is_empty(), "{fault} left {arrived:?}");
        lines
    }

    /// Like [`Faulty::fails`], for a fault that a retry can overcome.
    fn fails_for_now(&self, fault: &Json, code: &str) -> Vec<Json> {
        let lines = self.fails(fault, "5m", code);
        assert_eq!(failure(&lines)["retryable"], true, "{fault}: {:?}", lines.last());
        lines
    }
}

/// Tests a call with all faults.
fn survives(call: &Call) {
    let faulty = Faulty::new(call);
    let (code, status) = call.throttling;
    let throttled = json!({ "error": { "code": code, "status": status } });
    let lines = faulty.fails_for_now(&throttled, "Throttled");
    assert!(failure(&lines)["message"].as_str().is_some_and(|text| text.contains(code)), "{:?}", lines.last());

    let (broken, short) =
        (json!({ "response": { "abort_frac": 0.5 } }), json!({ "response": { "truncate_frac": 0.5 } }));
    let failing = json!({ "error": { "code": "InternalError", "status": 500 } });
    for fault in [failing, broken].into_iter().chain((call.ends == End::Shown).then_some(short)) {
        let lines = faulty.fails_for_now(&fault, "Unavailable");
        let calls = report(&lines)["steps"][0]["calls"].as_array().cloned().unwrap_or_default();
        assert!(calls.iter().all(|call| call["answer"]["is"] != "refused"), "{fault}: {calls:?}");
    }

    faulty.fails(&json!({ "timeout_ms": 600_000 }), "2s", "StepTimeout");

    let mut passing = throttled;
    passing["times"] = json!(2);
    let (exit, lines) = faulty.run(&passing, "5m");
    assert_eq!(exit, 0, "{:?}", lines.last());
}

#[test]
fn a_call_of_athena_survives_every_fault() {
    survives(&Call {
        service: "athena",
        operation: "StartQueryExecution",
        throttling: ("TooManyRequestsException", 400),
        uses: "athena-query",
        peer: Peer::ministack,
        with: |peer| {
            bucket(peer);
            "{ query = \"SELECT 1\", database = \"shop\", bucket = \"data\", poll_every = \"100ms\" }".to_owned()
        },
        ends: End::Shown,
    });
}

#[test]
fn a_call_of_autoscaling_survives_every_fault() {
    survives(&Call {
        service: "autoscaling",
        operation: "UpdateAutoScalingGroup",
        throttling: ("Throttling", 400),
        uses: "asg-update",
        peer: Peer::moto,
        with: |peer| {
            let launch = json!({
                "LaunchConfigurationName": "web", "ImageId": "ami-12345678", "InstanceType": "t3.micro",
            });
            let group = json!({
                "AutoScalingGroupName": "web", "LaunchConfigurationName": "web", "MinSize": 1, "MaxSize": 4,
                "DesiredCapacity": 1, "AvailabilityZones": ["eu-central-1a"],
            });
            peer.prepare("autoscaling", &[("CreateLaunchConfiguration", launch), ("CreateAutoScalingGroup", group)]);
            "{ auto_scaling_group_name = \"web\", max_size = 3 }".to_owned()
        },
        ends: End::Shown,
    });
}

#[test]
fn a_call_of_cloudwatch_logs_survives_every_fault() {
    survives(&Call {
        service: "logs",
        operation: "StartQuery",
        throttling: ("ThrottlingException", 400),
        uses: "cloudwatch-logs-query",
        peer: Peer::ministack,
        with: |peer| {
            peer.prepare("logs", &[("CreateLogGroup", json!({ "logGroupName": "/web" }))]);
            "{ log_group = \"/web\", time_unit = \"minutes\", past_time_range = 5, query_string = \"fields @message\" }"
                .to_owned()
        },
        ends: End::Shown,
    });
}

#[test]
fn a_call_of_ec2_survives_every_fault() {
    survives(&Call {
        service: "ec2",
        operation: "StopInstances",
        throttling: ("RequestLimitExceeded", 503),
        uses: "ec2-stop",
        peer: Peer::ministack,
        with: |peer| {
            format!("{{ instance_id = \"{}\" }}", peer.client().run_instances(1).expect("it launches").remove(0))
        },
        ends: End::Shown,
    });
}

#[test]
fn a_call_of_ecs_survives_every_fault() {
    survives(&Call {
        service: "ecs",
        operation: "ListTasks",
        throttling: ("ThrottlingException", 400),
        uses: "ecs-stopped-tasks",
        peer: Peer::ministack,
        with: |peer| {
            peer.prepare("ecs", &[("CreateCluster", json!({ "clusterName": "web" }))]);
            "{ cluster_name = \"web\" }".to_owned()
        },
        ends: End::Shown,
    });
}

#[test]
fn a_call_of_elbv2_survives_every_fault() {
    survives(&Call {
        service: "elbv2",
        operation: "DescribeLoadBalancers",
        throttling: ("Throttling", 400),
        uses: "elb-unhealthy-targets",
        peer: Peer::moto,
        with: |peer| {
            let found = peer.prepare("ec2", &[("DescribeSubnets", json!({}))]);
            let subnets = [&found["Subnets"][0]["SubnetId"], &found["Subnets"][1]["SubnetId"]];
            peer.prepare("elbv2", &[("CreateLoadBalancer", json!({ "Name": "web", "Subnets": subnets }))]);
            "{ load_balancer_name = \"web\" }".to_owned()
        },
        ends: End::Shown,
    });
}

#[test]
fn a_call_of_lambda_survives_every_fault() {
    survives(&Call {
        service: "lambda",
        operation: "Invoke",
        throttling: ("TooManyRequestsException", 429),
        uses: "lambda-invoke",
        peer: Peer::ministack,
        with: |peer| {
            let role = "arn:aws:iam::000000000000:role/report";
            let code = "def main(event, context):\\n    return event\\n";
            let with = format!(
                "{{ execution_role_arn = \"{role}\", runtime = \"python3.11\", code = \"{code}\", \
                 main_function = \"main\", delete_after = false }}"
            );
            let (exit, lines) = Site::new(peer.endpoint()).step("lambda-custom-code", &with).run_json();
            assert_eq!(exit, 0, "{:?}", lines.last());
            let name = &report(&lines)["steps"][0]["outputs"]["function_name"];
            format!("{{ function_name = {name}, payload = {{ day = 3 }} }}")
        },
        ends: End::Unknown,
    });
}

#[test]
fn a_call_of_rds_survives_every_fault() {
    survives(&Call {
        service: "rds",
        operation: "DescribeDBInstances",
        throttling: ("Throttling", 400),
        uses: "rds-status",
        peer: Peer::moto,
        with: |peer| {
            let database = json!({
                "DBInstanceIdentifier": "orders", "DBInstanceClass": "db.t4g.medium", "Engine": "postgres",
                "MasterUsername": "root", "MasterUserPassword": "not-a-secret", "AllocatedStorage": 20,
            });
            peer.prepare("rds", &[("CreateDBInstance", database)]);
            "{ instance_name = \"orders\" }".to_owned()
        },
        ends: End::Shown,
    });
}

#[test]
fn a_download_from_s3_survives_every_fault_and_leaves_no_half_file() {
    survives(&Call {
        service: "s3",
        operation: "GetObject",
        throttling: ("SlowDown", 503),
        uses: "s3-copy",
        peer: Peer::ministack,
        with: |peer| {
            bucket(peer);
            let object = json!({ "Bucket": "data", "Key": "a.txt", "Body": "0123456789".repeat(1_000) });
            peer.prepare("s3", &[("PutObject", object)]);
            "{ source = \"s3://data/a.txt\", destination = \"out/a.txt\" }".to_owned()
        },
        ends: End::Shown,
    });
}

#[test]
fn a_list_of_s3_that_breaks_off_makes_no_sync_delete_what_is_behind_it() {
    let faulty = Faulty::new(&Call {
        service: "s3",
        operation: "ListObjectsV2",
        throttling: ("SlowDown", 503),
        uses: "s3-sync",
        peer: Peer::ministack,
        with: |peer| {
            bucket(peer);
            let keys = ["from", "to"].iter().flat_map(|prefix| (0..9).map(move |number| format!("{prefix}/{number}")));
            let put = |key: String| ("PutObject", json!({ "Bucket": "data", "Key": key, "Body": "the same" }));
            peer.prepare("s3", &keys.map(put).collect::<Vec<_>>());
            "{ source = \"s3://data/from/\", destination = \"s3://data/to/\", delete = true }".to_owned()
        },
        ends: End::Shown,
    });
    faulty.fails_for_now(&json!({ "response": { "truncate_frac": 0.6 } }), "Unavailable");
    let left = faulty.peer.prepare("s3", &[("ListObjectsV2", json!({ "Bucket": "data", "Prefix": "to/" }))]);
    assert_eq!(left["KeyCount"], 9);
    let (exit, lines) = faulty.run(&json!({ "response": { "truncate_frac": 0.6 }, "times": 1 }), "5m");
    assert_eq!((exit, &report(&lines)["steps"][0]["outputs"]["deleted_count"]), (0, &json!(0)), "{:?}", lines.last());
}

#[test]
fn a_call_of_ssm_survives_every_fault() {
    survives(&Call {
        service: "ssm",
        operation: "GetParameter",
        throttling: ("ThrottlingException", 400),
        uses: "ssm-get-parameter",
        peer: Peer::ministack,
        with: |peer| {
            let parameter = json!({ "Name": "/web/size", "Value": "3", "Type": "String" });
            peer.prepare("ssm", &[("PutParameter", parameter)]);
            "{ name = \"/web/size\" }".to_owned()
        },
        ends: End::Shown,
    });
}

#[test]
fn a_call_of_sts_survives_every_fault() {
    survives(&Call {
        service: "sts",
        operation: "GetCallerIdentity",
        throttling: ("Throttling", 400),
        uses: "aws-validate-credentials",
        peer: Peer::ministack,
        with: |_| "{}".to_owned(),
        ends: End::Shown,
    });
}

fn bucket(peer: &Peer) {
    let place = json!({ "LocationConstraint": REGION });
    peer.prepare("s3", &[("CreateBucket", json!({ "Bucket": "data", "CreateBucketConfiguration": place }))]);
}
