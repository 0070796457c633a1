//! The memory of client tokens that other tests put in front of moto, used by another AWS client.

use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command};
use std::time::Duration;

use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::{AwsClient, Death, EmulatorError, Fate, Keys, Moto, TokenMemory};
use stepwell_xtask::python::Venv;

struct Peers {
    venv: Venv,
    moto: Moto,
    memory: TokenMemory,
    subnet: String,
}

fn peers() -> Peers {
    let venv = Venv::for_tests().unwrap();
    let moto = Moto::start(&venv, Duration::ZERO).unwrap();
    let memory = TokenMemory::before(&venv, moto.endpoint()).unwrap();
    let mut aws = moto.client().unwrap();
    let vpc = aws.call("ec2", "CreateVpc", json!({"CidrBlock": "10.0.0.0/16"})).unwrap();
    let params = json!({"VpcId": vpc.pointer("/Vpc/VpcId"), "CidrBlock": "10.0.0.0/24"});
    let made = aws.call("ec2", "CreateSubnet", params).unwrap();
    let subnet = made.pointer("/Subnet/SubnetId").and_then(Json::as_str).unwrap().to_owned();
    Peers { venv, moto, memory, subnet }
}

impl Peers {
    fn create(&self, token: &str, group: &str) -> Result<Json, EmulatorError> {
        let mut aws =
            AwsClient::start(&self.venv, self.memory.endpoint(), &Keys::new("AKIASOMEBODY", "secret")).unwrap();
        let logs = json!({"ResourceIds": [self.subnet], "ResourceType": "Subnet", "TrafficType": "ALL",
            "LogGroupName": group, "DeliverLogsPermissionArn": "arn:aws:iam::123456789012:role/x", "ClientToken": token});
        aws.call("ec2", "CreateFlowLogs", logs)
    }

    fn fates(&self) -> Vec<Fate> {
        self.memory.seen().unwrap().iter().map(|noted| noted.fate).collect()
    }

    fn flow_logs(&self) -> usize {
        let logs = self.moto.client().unwrap().call("ec2", "DescribeFlowLogs", json!({})).unwrap();
        logs.get("FlowLogs").and_then(Json::as_array).unwrap().len()
    }

    /// A process that creates a flow log.
    fn creating(&self) -> Child {
        let body = format!(
            "Action=CreateFlowLogs&Version=2016-11-15&ResourceType=Subnet&TrafficType=ALL&LogGroupName=a&ResourceId.1={}\
             &DeliverLogsPermissionArn=arn:aws:iam::123456789012:role/x&ClientToken=t",
            self.subnet
        );
        let script = "import sys, urllib.request\n\
            scope = 'Credential=AKIASOMEBODY/20260101/eu-central-1/ec2/aws4_request'\n\
            headers = {'Authorization': f'AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0'}\n\
            urllib.request.urlopen(urllib.request.Request(sys.argv[1], sys.argv[2].encode(), headers))";
        let mut python: Command = self.venv.command();
        python.args(["-c", script, self.memory.endpoint(), &body]).spawn().unwrap()
    }
}

#[test]
fn a_token_that_is_known_gets_the_first_answer_and_moto_sees_nothing() {
    let peers = peers();
    let first = peers.create("a", "one").unwrap();
    assert_eq!(peers.create("a", "one").unwrap()["FlowLogIds"], first["FlowLogIds"]);
    let Err(EmulatorError::Refused { code, .. }) = peers.create("a", "two") else { panic!("not refused") };
    assert_eq!(code, "IdempotentParameterMismatch");
    assert!(peers.create("b", "one").is_err(), "moto has one already");
    peers.create("b", "two").unwrap();
    assert_eq!(peers.fates(), [Fate::Done, Fate::Remembered, Fate::Refused, Fate::Refused, Fate::Done]);
    let [noted, ..] = &peers.memory.seen().unwrap()[..] else { panic!("nothing was noted") };
    assert_eq!((noted.operation.as_str(), noted.client_token.as_deref()), ("CreateFlowLogs", Some("a")));
    assert_eq!(noted.parameters.get("ResourceId.1"), Some(&peers.subnet));
    assert_eq!(peers.flow_logs(), 2);
    peers.memory.forget().unwrap();
    assert_eq!(peers.fates(), []);
}

#[test]
fn whoever_makes_a_request_dies_before_its_effect_or_before_its_answer() {
    let peers = peers();
    for (death, fate, logs) in [(Death::BeforeEffect, Fate::Lost, 0), (Death::BeforeAnswer, Fate::Done, 1)] {
        peers.memory.forget().unwrap();
        peers.memory.kill_at(1, death).unwrap();
        let mut child = peers.creating();
        peers.memory.aim(&child).unwrap();
        assert_eq!(child.wait().unwrap().signal(), Some(9), "{death:?}");
        peers.memory.settle().unwrap();
        assert_eq!((peers.fates(), peers.flow_logs()), (vec![fate], logs), "{death:?}");
    }
    peers.memory.kill_at(2, Death::BeforeEffect).unwrap();
    let mut child = peers.creating();
    peers.memory.aim(&child).unwrap();
    assert!(child.wait().unwrap().success(), "it makes one request only");
    assert_eq!((peers.fates(), peers.flow_logs()), (vec![Fate::Done, Fate::Remembered], 1));
}

#[test]
fn whoever_is_told_to_end_during_a_request_gets_no_answer_before_it_was_told() {
    let peers = peers();
    peers.memory.terminate_at(1, Duration::from_millis(300)).unwrap();
    let mut child = peers.creating();
    peers.memory.aim(&child).unwrap();
    assert_eq!(child.wait().unwrap().signal(), Some(15), "Python does not catch it");
    peers.memory.settle().unwrap();
    assert_eq!((peers.fates(), peers.flow_logs()), (vec![Fate::Done], 1), "the request goes its way all the same");
}
