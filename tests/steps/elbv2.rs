//! `elb-unhealthy-targets`, against moto with unhealthy targets (`tests/emulators/sick_targets.py`).

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::{AwsClient, Moto, REGION};

use crate::support::identity::Identity;
use crate::support::{Site, events, failure, log_lines, report, venv};

const PLUGIN: &str = "elb-unhealthy-targets";

/// moto with the load balancer `web` and its target groups.
struct Balanced {
    moto: Moto,
    aws: AwsClient,
    arn: String,
}

impl Balanced {
    fn new() -> Self {
        let moto = Moto::start(&venv(), Duration::ZERO).expect("moto starts");
        let mut aws = moto.client().expect("boto3 starts");
        let found = aws.call("ec2", "DescribeSubnets", json!({})).expect("there are subnets");
        let subnets = found["Subnets"].as_array().expect("a list").iter().take(2);
        let subnets: Vec<&Json> = subnets.map(|subnet| &subnet["SubnetId"]).collect();
        let made = aws.call("elbv2", "CreateLoadBalancer", json!({ "Name": "web", "Subnets": subnets }));
        let arn = text(&made.expect("a load balancer")["LoadBalancers"][0]["LoadBalancerArn"]);
        Self { moto, aws, arn }
    }

    /// Creates a target group with these targets, reached at a port of the load balancer.
    fn group(&mut self, name: &str, port: u32, targets: &[&str]) -> String {
        let found = self.aws.call("ec2", "DescribeVpcs", json!({})).expect("there is a VPC");
        let vpc = &found["Vpcs"][0]["VpcId"];
        let group = json!({ "Name": name, "Protocol": "HTTP", "Port": 80, "VpcId": vpc, "HealthCheckPort": "8080" });
        let made = self.aws.call("elbv2", "CreateTargetGroup", group).expect("a target group");
        let group = text(&made["TargetGroups"][0]["TargetGroupArn"]);
        let forward = json!([{ "Type": "forward", "TargetGroupArn": group }]);
        let listener =
            json!({ "LoadBalancerArn": self.arn, "Protocol": "HTTP", "Port": port, "DefaultActions": forward });
        self.aws.call("elbv2", "CreateListener", listener).expect("a listener");
        let targets: Vec<Json> = targets.iter().map(|id| json!({ "Id": id, "Port": 80 })).collect();
        let targets = json!({ "TargetGroupArn": group, "Targets": targets });
        self.aws.call("elbv2", "RegisterTargets", targets).expect("they are registered");
        group
    }

    fn instances(&mut self, health: &[&str]) -> Vec<String> {
        let ids = self.aws.run_instances(u32::try_from(health.len()).expect("a few")).expect("they launch");
        for (id, health) in ids.iter().zip(health).filter(|(_, health)| **health != "healthy") {
            let tags = json!([{ "Key": "health", "Value": health }]);
            self.aws.call("ec2", "CreateTags", json!({ "Resources": [id], "Tags": tags })).expect("it is tagged");
        }
        ids
    }

    fn run(&self, with: &str) -> (i32, Vec<Json>) {
        Site::new(self.moto.endpoint()).step(PLUGIN, with).run_json()
    }
}

fn text(json: &Json) -> String {
    json.as_str().expect("text").to_owned()
}

#[test]
fn unhealthy_targets_of_every_group_are_told_and_all_others_are_counted() {
    let mut web = Balanced::new();
    let ids = web.instances(&["unhealthy", "healthy", "draining", "initial"]);
    let [sick, well, draining, new] = &ids[..] else { panic!("{ids:?}") };
    let first = web.group("first", 80, &[sick, well, draining]);
    let second = web.group("second", 81, &[sick, new]);
    let (code, lines) = web.run("{ load_balancer_name = \"web\" }");
    assert_eq!(code, 0, "{:?}", lines.last());
    let unhealthy = |group: &String| {
        json!({
            "target_group_arn": group, "id": sick, "port": 80, "health_check_port": "8080", "state": "unhealthy",
            "reason": "Target.ResponseCodeMismatch",
            "description": "Health checks failed with these codes: [502]",
        })
    };
    let expected = json!({
        "unhealthy_count": 2, "target_count": 5,
        "state_counts": { "draining": 1, "healthy": 1, "initial": 1, "unhealthy": 2 },
        "unhealthy_targets": [unhealthy(&first), unhealthy(&second)], "unhealthy_ids": [sick],
    });
    assert_eq!(report(&lines)["steps"][0]["outputs"], expected);
    let line = format!("{sick}:80, checked at port 8080: unhealthy (Health checks failed with these codes: [502])");
    let counts = "web: 5 targets: 1 draining, 1 healthy, 1 initial, 2 unhealthy";
    assert_eq!(log_lines(&lines), [counts, &line, &line]);

    let logged: Vec<&Json> = events(&lines, "step_logged").into_iter().map(|line| &line["log"]).collect();
    let table = logged.iter().find(|log| log["is"] == "table").expect("a table");
    assert_eq!((&table["columns"][0], &table["columns"][1]), (&json!("#"), &json!("target")));
    let rows = table["rows"].as_array().expect("a list").iter().map(|row| (&row[0], &row[1]));
    assert_eq!(rows.collect::<Vec<_>>(), [(&json!("1"), &json!(sick)), (&json!("2"), &json!(sick))]);
    let link = logged.iter().find(|log| log["is"] == "link").expect("a link");
    let url = format!("https://{REGION}.console.aws.amazon.com/ec2/home?region={REGION}#LoadBalancer:");
    let url = format!("{url}loadBalancerArn={}", web.arn);
    assert_eq!(link["url"], json!(url));
}

/// A server that returns the target groups of a load balancer on two pages. Emulators return all of them on one.
fn paged() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let endpoint = format!("http://{}", listener.local_addr().expect("it has one"));
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            // A client may close the connection at any time.
            let _gone = asked(&stream).and_then(|form| {
                let body = answer(&form);
                let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close", body.len());
                write!(stream, "{head}\r\n\r\n{body}")
            });
        }
    });
    endpoint
}

/// The form data of a request.
fn asked(stream: &TcpStream) -> io::Result<String> {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    for line in reader.by_ref().lines() {
        let line = line?.to_lowercase();
        if line.is_empty() {
            break;
        }
        length = line.strip_prefix("content-length: ").map_or(length, |length| length.parse().expect("a number"));
    }
    let mut form = String::new();
    reader.take(length).read_to_string(&mut form)?;
    Ok(form)
}

fn answer(form: &str) -> String {
    let value = |name| form.split('&').find_map(|pair: &str| pair.strip_prefix(name)).unwrap_or_default();
    let group = |name| format!("<TargetGroups><member><TargetGroupArn>{name}</TargetGroupArn></member></TargetGroups>");
    let operation = value("Action=");
    let result = match (operation, value("Marker="), value("TargetGroupArn=")) {
        ("DescribeLoadBalancers", "", "") => {
            "<LoadBalancers><member><LoadBalancerArn>web</LoadBalancerArn></member></LoadBalancers>".to_owned()
        }
        ("DescribeTargetGroups", "", "") => group("first") + "<NextMarker>page-2</NextMarker>",
        ("DescribeTargetGroups", "page-2", "") => group("second"),
        ("DescribeTargetHealth", "", group) => {
            let target = format!("<Target><Id>of-{group}</Id></Target>");
            let health = "<TargetHealth><State>unhealthy</State></TargetHealth>";
            format!("<TargetHealthDescriptions><member>{target}{health}</member></TargetHealthDescriptions>")
        }
        _ => String::new(),
    };
    format!("<{operation}Response><{operation}Result>{result}</{operation}Result></{operation}Response>")
}

#[test]
fn target_groups_of_all_pages_are_looked_at() {
    let endpoint = paged();
    let (code, lines) = Site::new(&endpoint).step(PLUGIN, "{ load_balancer_name = \"web\" }").run_json();
    assert_eq!(code, 0, "{:?}", lines.last());
    let outputs = &report(&lines)["steps"][0]["outputs"];
    assert_eq!(outputs["unhealthy_ids"], json!(["of-first", "of-second"]));
}

#[test]
fn the_step_fails_for_unhealthy_targets_only_when_it_is_asked_to() {
    let mut web = Balanced::new();
    let ids = web.instances(&["unhealthy", "healthy"]);
    web.group("first", 80, &[&ids[0], &ids[1]]);
    let (code, lines) = web.run("{ load_balancer_name = \"web\", fail_if_unhealthy = true }");
    let failure = failure(&lines);
    assert_eq!((code, &failure["code"], &failure["retryable"]), (1, &json!("UnhealthyTargets"), &json!(true)));
    assert_eq!(failure["message"], json!(format!("1 of 2 targets of web are unhealthy: {}", ids[0])));
    assert!(log_lines(&lines).iter().any(|line| line.starts_with(&ids[0])), "they are told before");
}

#[test]
fn when_no_target_is_unhealthy_the_step_says_so() {
    let mut web = Balanced::new();
    let none = json!({
        "unhealthy_count": 0, "target_count": 0, "state_counts": {}, "unhealthy_targets": [], "unhealthy_ids": [],
    });
    for with in ["", ", fail_if_unhealthy = true, allow_empty = true"] {
        let (code, lines) = web.run(&format!("{{ load_balancer_name = \"web\"{with} }}"));
        assert_eq!((code, &report(&lines)["steps"][0]["outputs"]), (0, &none));
        assert_eq!(log_lines(&lines), ["web: 0 targets", "web: no target is unhealthy"]);
    }

    let ids = web.instances(&["healthy"]);
    web.group("first", 80, &[&ids[0]]);
    let (code, lines) = web.run("{ load_balancer_name = \"web\", fail_if_unhealthy = true }");
    assert_eq!((code, &report(&lines)["steps"][0]["outputs"]["target_count"]), (0, &json!(1)));
    assert_eq!(log_lines(&lines), ["web: 1 target: 1 healthy", "web: no target is unhealthy"]);
}

#[test]
fn a_load_balancer_without_targets_is_not_healthy() {
    let (code, lines) = Balanced::new().run("{ load_balancer_name = \"web\", fail_if_unhealthy = true }");
    let failure = failure(&lines);
    assert_eq!((code, &failure["code"], &failure["retryable"]), (1, &json!("NoTargets"), &json!(true)), "{failure}");
}

#[test]
fn a_load_balancer_that_aws_does_not_know_is_not_found() {
    let (code, lines) = Balanced::new().run("{ load_balancer_name = \"nobody\" }");
    assert_eq!((code, &failure(&lines)["code"]), (1, &json!("NotFound")));
}

#[test]
fn a_denied_read_of_load_balancers_names_the_missing_action() {
    let (code, lines) = Identity::new().site().step(PLUGIN, "{ load_balancer_name = \"web\" }").run_json();
    assert_eq!((code, &failure(&lines)["code"]), (1, &json!("AccessDenied")));
    let message = failure(&lines)["message"].as_str().expect("text");
    assert!(message.contains("elasticloadbalancing:DescribeLoadBalancers"), "{message}");
}
