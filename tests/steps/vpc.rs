//! `vpc-flow-logs` and `vpc-peering`.

use rustix::process::Signal;
use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::{AwsClient, Identities, Ministack};

use super::ec2::{changes, failed, moto, outputs, waits};
use crate::resumes::running::Running;
use crate::support::{Site, log_lines, venv};

fn vpc(aws: &mut AwsClient, network: &str) -> String {
    let made = aws.call("ec2", "CreateVpc", json!({ "CidrBlock": network })).expect("a VPC");
    made["Vpc"]["VpcId"].as_str().expect("an id").to_owned()
}

const ROLE: &str = "arn:aws:iam::123456789012:role/flow-logs";

fn logs(endpoint: &str, id: &str, of: &str, group: &str) -> (i32, Vec<Json>) {
    let with = format!(
        "{{ resource_id = \"{id}\", resource_type = \"{of}\", traffic_type = \"All\", \
         deliver_logs_role_arn = \"{ROLE}\", log_group_name = \"{group}\" }}"
    );
    Site::new(endpoint).step("vpc-flow-logs", &with).run_json()
}

#[test]
fn the_traffic_of_a_vpc_is_logged_to_the_group_by_the_role() {
    let (moto, mut aws) = moto(0);
    let vpc = vpc(&mut aws, "10.0.0.0/16");
    let (code, lines) = logs(moto.endpoint(), &vpc, "VPC", "/vpc/all");
    assert_eq!(code, 0, "{:?}", lines.last());
    let made = aws.call("ec2", "DescribeFlowLogs", json!({})).expect("it answers");
    let [log] = &made["FlowLogs"].as_array().expect("a list")[..] else { panic!("{made}") };
    assert_eq!(*outputs(&lines), json!({ "flow_log_ids": [log["FlowLogId"]] }));
    for (name, value) in [
        ("ResourceId", vpc.as_str()),
        ("TrafficType", "ALL"),
        ("LogGroupName", "/vpc/all"),
        ("DeliverLogsPermissionArn", ROLE),
    ] {
        assert_eq!(log[name], value, "{name}");
    }
    assert_eq!(log_lines(&lines), [format!("{vpc}: {}", log["FlowLogId"].as_str().expect("an id"))]);

    let again = logs(moto.endpoint(), &vpc, "VPC", "/vpc/all");
    assert!(failed(&again, "AwsError").starts_with("FlowLogAlreadyExists: "), "{:?}", again.1.last());
}

#[test]
fn a_flow_log_that_aws_did_not_create_fails_the_step_despite_status_200() {
    let (moto, mut aws) = moto(0);
    let vpc = vpc(&mut aws, "10.0.0.0/16");
    let ended = logs(moto.endpoint(), &vpc, "VPC", "comes-to-nothing");
    assert_eq!(failed(&ended, "AwsError"), "400: Access Denied for LogDestination");
}

#[test]
fn a_resource_that_is_unknown_or_of_another_type_is_refused() {
    let (moto, _) = moto(0);
    let (code, lines) = logs(moto.endpoint(), "subnet-0123456789abcdef0", "VPC", "flows");
    let because = lines[0]["because"].as_str().expect("text");
    assert!(code == 2 && because.ends_with("`resource_type`: is not the type of `resource_id`"), "{lines:?}");
    assert_eq!(moto.seen().expect("moto records"), []);
    for (id, of) in [
        ("vpc-0123456789abcdef0", "VPC"),
        ("subnet-0123456789abcdef0", "Subnet"),
        ("eni-0123456789abcdef0", "NetworkInterface"),
    ] {
        let ended = logs(moto.endpoint(), id, of, "flows");
        assert!(failed(&ended, "NotFound").contains(id), "{:?}", ended.1.last());
    }
}

fn peering(endpoint: &str, vpc: &str, peer: &str, more: &str) -> Site {
    let with = format!("{{ vpc_id = \"{vpc}\", peer_vpc_id = \"{peer}\"{more} }}");
    Site::new(endpoint).step("vpc-peering", &with)
}

fn status(aws: &mut AwsClient, id: &Json) -> Json {
    let asked = json!({ "VpcPeeringConnectionIds": [id] });
    let mut found = aws.call("ec2", "DescribeVpcPeeringConnections", asked).expect("it is there");
    found["VpcPeeringConnections"][0]["Status"]["Code"].take()
}

#[test]
fn a_connection_is_only_asked_for_unless_the_job_says_more() {
    let (moto, mut aws) = moto(0);
    let ministack = Ministack::start(&venv(), Identities::Ignored).expect("ministack starts");
    let mut other = ministack.client().expect("boto3 starts");
    for (aws, endpoint, answered) in
        [(&mut aws, moto.endpoint(), "initiating-request"), (&mut other, ministack.endpoint(), "pending-acceptance")]
    {
        let (vpc, peer) = (vpc(aws, "10.0.0.0/16"), vpc(aws, "10.1.0.0/16"));
        let (code, lines) = peering(endpoint, &vpc, &peer, "").run_json();
        let id = &outputs(&lines)["vpc_peering_connection_id"];
        assert_eq!((code, &outputs(&lines)["status"]), (0, &json!(answered)), "{:?}", lines.last());
        assert_eq!(status(aws, id), "pending-acceptance");

        let (vpc, peer) = (vpc_of(aws, 2), vpc_of(aws, 3));
        let (code, lines) = peering(endpoint, &vpc, &peer, ", accept = true").run_json();
        assert_eq!((code, &outputs(&lines)["status"]), (0, &json!("active")), "{:?}", lines.last());
        assert_eq!(status(aws, &outputs(&lines)["vpc_peering_connection_id"]), "active");
    }
}

fn vpc_of(aws: &mut AwsClient, number: u8) -> String {
    vpc(aws, &format!("10.{number}.0.0/16"))
}

#[test]
fn a_connection_that_is_accepted_is_waited_for_until_it_is_active() {
    let (moto, mut aws) = moto(2);
    let (vpc, peer) = (vpc_of(&mut aws, 0), vpc_of(&mut aws, 1));
    let (code, lines) = peering(moto.endpoint(), &vpc, &peer, ", accept = true, poll_every = \"500ms\"").run_json();
    assert_eq!(code, 0, "{:?}", lines.last());
    let id = outputs(&lines)["vpc_peering_connection_id"].as_str().expect("an id");
    assert_eq!(*outputs(&lines), json!({ "vpc_peering_connection_id": id, "status": "active" }));
    for state in ["initiating-request", "provisioning"] {
        assert!(waits(&lines).contains(&format!("{id}: {state}").as_str()), "{state}: {:?}", waits(&lines));
    }
    assert_eq!(changes(&moto), ["CreateVpcPeeringConnection", "AcceptVpcPeeringConnection"]);
}

#[test]
fn networks_that_overlap_are_never_connected() {
    let (moto, mut aws) = moto(1);
    let (vpc, peer) = (vpc_of(&mut aws, 0), vpc_of(&mut aws, 0));
    let ended = peering(moto.endpoint(), &vpc, &peer, ", accept = true").run_json();
    let message = failed(&ended, "TerminalState");
    assert!(message.contains("is `failed` and will not be `active`: Failed due to"), "{message}");
}

#[test]
fn a_connection_that_takes_too_long_is_a_wait_that_ran_out() {
    let (moto, mut aws) = moto(600);
    let (vpc, peer) = (vpc_of(&mut aws, 0), vpc_of(&mut aws, 1));
    let more = ", accept = true, timeout = \"1s\", poll_every = \"200ms\"";
    let ended = peering(moto.endpoint(), &vpc, &peer, more).run_json();
    let message = failed(&ended, "WaitTimeout");
    assert!(message.ends_with("is not `active` after 1s, but `initiating-request`"), "{message}");
}

#[test]
fn a_connection_that_another_account_or_region_must_accept_is_refused_before_any_call() {
    let (moto, mut aws) = moto(0);
    let (vpc, peer) = (vpc_of(&mut aws, 0), vpc_of(&mut aws, 1));
    for (more, named) in [
        (", peer_region = \"us-east-1\"", "`peer_region` us-east-1"),
        (", peer_owner_id = \"210987654321\"", "`peer_owner_id`"),
    ] {
        let ended = peering(moto.endpoint(), &vpc, &peer, &format!(", accept = true{more}")).run_json();
        assert!(failed(&ended, "ConfigurationInvalid").contains(named), "{:?}", ended.1.last());
    }
    assert_eq!(changes(&moto), [] as [String; 0]);
    let own = ", accept = true, peer_region = \"eu-central-1\"";
    assert_eq!(peering(moto.endpoint(), &vpc, &peer, own).run_json().0, 0, "its own region is not elsewhere");
}

#[test]
fn a_vpc_that_aws_does_not_know_is_not_found() {
    let (moto, mut aws) = moto(0);
    let vpc = vpc_of(&mut aws, 0);
    let ended = peering(moto.endpoint(), &vpc, "vpc-0123456789abcdef0", ", accept = true").run_json();
    assert!(failed(&ended, "NotFound").contains("InvalidVpcID.NotFound"), "{:?}", ended.1.last());
}

#[test]
fn a_cancelled_step_says_which_connection_stays() {
    let (moto, mut aws) = moto(600);
    let (vpc, peer) = (vpc_of(&mut aws, 0), vpc_of(&mut aws, 1));
    let running = Running::waiting(&peering(moto.endpoint(), &vpc, &peer, ", accept = true"));
    running.signal(Signal::INT);
    let over = running.end();
    assert_eq!(over.code, 130, "{over:?}");
    let lines = log_lines(&over.lines);
    let [asked, left] = &lines[..] else { panic!("{lines:?}") };
    let id = asked.strip_suffix(": initiating-request").expect("it names the connection");
    assert!(left.starts_with(&format!("{id}: stays `initiating-request`")), "{left}");
    assert_eq!(status(&mut aws, &json!(id)), "initiating-request");
}
