//! The emulators that all other tests use, driven by another AWS client.

use std::io::{BufRead as _, BufReader};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};
use stepwell_model::NextAction as _;
use stepwell_xtask::emulator::{
    AwsClient, EmulatorError, Identities, Keys, Microburst, Ministack, Moto, NURSERY, Nursery,
};
use stepwell_xtask::python::Venv;

fn venv() -> Venv {
    Venv::for_tests().unwrap()
}

fn refusal(answer: Result<Json, EmulatorError>) -> String {
    match answer {
        Err(EmulatorError::Refused { code, .. }) => code,
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn an_instance_takes_its_time_and_refuses_what_aws_refuses() {
    let moto = Moto::start(&venv(), Duration::from_millis(700)).unwrap();
    let mut aws = moto.client().unwrap();
    let ids = aws.run_instances(2).unwrap();
    let [id, other] = ids.as_slice() else { panic!("{ids:?}") };
    let only = json!({"InstanceIds": [id]});

    assert_eq!(aws.instance_state(id).unwrap(), "pending");
    assert_eq!(refusal(aws.call("ec2", "StopInstances", only.clone())), "IncorrectInstanceState");
    aws.await_state(id, "running", Duration::from_secs(10)).unwrap();

    let stopping = aws.call("ec2", "StopInstances", only.clone()).unwrap();
    assert_eq!(stopping.pointer("/StoppingInstances/0/CurrentState/Name"), Some(&json!("stopping")));
    let both = json!({"InstanceIds": [other, id]});
    assert_eq!(refusal(aws.call("ec2", "RebootInstances", both)), "IncorrectInstanceState");
    assert_eq!(refusal(aws.call("ec2", "StartInstances", only.clone())), "IncorrectInstanceState");
    aws.await_state(id, "stopped", Duration::from_secs(10)).unwrap();

    let again = aws.call("ec2", "StopInstances", only).unwrap();
    assert_eq!(again.pointer("/StoppingInstances/0/CurrentState/Name"), Some(&json!("stopped")));
    assert_eq!(aws.instance_state(other).unwrap(), "running");
}

#[test]
fn a_reboot_shows_in_no_state() {
    let moto = Moto::start(&venv(), Duration::from_millis(300)).unwrap();
    let mut aws = moto.client().unwrap();
    let id = aws.run_instances(1).unwrap().remove(0);
    aws.await_state(&id, "running", Duration::from_secs(10)).unwrap();
    aws.call("ec2", "RebootInstances", json!({"InstanceIds": [id]})).unwrap();
    assert_eq!(aws.instance_state(&id).unwrap(), "running");
}

#[test]
fn moto_remembers_who_called_what_without_the_observer() {
    let venv = venv();
    let moto = Moto::start(&venv, Duration::ZERO).unwrap();
    let id = moto.client().unwrap().run_instances(1).unwrap().remove(0);
    assert_eq!(moto.seen().unwrap(), []);

    let mut somebody = AwsClient::start(&venv, moto.endpoint(), &Keys::new("AKIASOMEBODY", "secret")).unwrap();
    somebody.call("ec2", "StopInstances", json!({"InstanceIds": [id]})).unwrap();
    let seen = moto.seen().unwrap();
    let [call] = seen.as_slice() else { panic!("{seen:?}") };
    assert_eq!((call.service.as_str(), call.operation.as_str()), ("ec2", "StopInstances"));
    assert_eq!(call.access_key_id, "AKIASOMEBODY");
    assert_eq!(call.parameters.get("InstanceId.1"), Some(&id));
}

#[test]
fn ministack_denies_what_no_policy_allows_and_signatures_survive_microburst() {
    let venv = venv();
    let ministack = Ministack::start(&venv, Identities::Enforced).unwrap();
    let microburst = Microburst::before(&venv, ministack.endpoint()).unwrap();
    let mut root = ministack.client().unwrap();
    let id = root.run_instances(1).unwrap().remove(0);
    root.call("iam", "CreateUser", json!({"UserName": "operator"})).unwrap();
    let made = root.call("iam", "CreateAccessKey", json!({"UserName": "operator"})).unwrap();
    let part = |name: &str| made["AccessKey"][name].as_str().unwrap().to_owned();
    let keys = Keys::new(&part("AccessKeyId"), &part("SecretAccessKey"));

    let mut operator = AwsClient::start(&venv, microburst.endpoint(), &keys).unwrap();
    let stop = json!({"InstanceIds": [id]});
    assert_eq!(refusal(operator.call("ec2", "StopInstances", stop.clone())), "UnauthorizedOperation");

    let allowed = json!({"Version": "2012-10-17", "Statement":
        [{"Effect": "Allow", "Action": "ec2:StopInstances", "Resource": "*"}]});
    let policy = json!({"UserName": "operator", "PolicyName": "stop", "PolicyDocument": allowed.to_string()});
    root.call("iam", "PutUserPolicy", policy).unwrap();
    operator.call("ec2", "StopInstances", stop.clone()).unwrap();
    assert_eq!(root.instance_state(&id).unwrap(), "stopped");

    let forged = Keys::new(&keys.access_key_id, "not the secret");
    let mut impostor = ministack.client_as(&forged).unwrap();
    assert_eq!(refusal(impostor.call("ec2", "StopInstances", stop)), "AuthFailure");
}

#[test]
fn microburst_answers_in_the_emulators_place_as_often_as_told() {
    let venv = venv();
    let ministack = Ministack::start(&venv, Identities::Ignored).unwrap();
    let microburst = Microburst::before(&venv, ministack.endpoint()).unwrap();
    let mut aws = AwsClient::start(&venv, microburst.endpoint(), &Keys::root()).unwrap();
    let throttle = json!([{"service": "ec2", "operation": "DescribeInstances", "times": 1,
        "error": {"code": "RequestLimitExceeded", "status": 503}}]);
    microburst.rules(&throttle).unwrap();

    assert_eq!(refusal(aws.call("ec2", "DescribeInstances", json!({}))), "RequestLimitExceeded");
    aws.call("ec2", "DescribeInstances", json!({})).unwrap();
    let fired = microburst.fired().unwrap();
    assert_eq!(fired.len(), 1);
    assert_eq!(fired[0]["operation"], "DescribeInstances");
    assert!(microburst.rules(&json!({"not": "a list"})).is_err());
}

const ASKED: &str = "STEPWELL_TEST_HOLDS_EMULATORS";

/// The process that the next test kills; not a test of its own.
#[test]
fn holds_emulators_when_asked_to() {
    if std::env::var_os(ASKED).is_none() {
        return;
    }
    let moto = Moto::start(&venv(), Duration::ZERO).unwrap();
    let microburst = Microburst::before(&venv(), moto.endpoint()).unwrap();
    println!("\nholding {} {}", moto.endpoint(), microburst.endpoint());
    std::thread::sleep(Duration::from_secs(120));
}

#[test]
fn emulators_die_with_a_process_that_is_killed() {
    let mut holder = Command::new(std::env::current_exe().unwrap());
    emulators_die_with(holder.env_remove(NURSERY));
}

#[test]
fn forked_emulators_die_with_a_process_that_is_killed() {
    let nursery = Nursery::start(&venv()).unwrap();
    let mut holder = Command::new(std::env::current_exe().unwrap());
    emulators_die_with(holder.env(NURSERY, nursery.folder()));
}

fn emulators_die_with(holder: &mut Command) {
    holder.args(["--exact", "emulators::holds_emulators_when_asked_to", "--nocapture"]).env(ASKED, "yes");
    let mut holder = holder.stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(holder.stdout.take().unwrap()).lines();
    let line = lines.map_while(Result::ok).find(|line| line.starts_with("holding")).unwrap();
    let endpoints: Vec<_> = line.split_whitespace().skip(1).map(|url| url.replace("http://", "")).collect();
    for endpoint in &endpoints {
        assert!(TcpStream::connect(endpoint).is_ok());
    }

    // After SIGKILL the process runs none of its own code.
    holder.kill().unwrap();
    holder.wait().unwrap();
    let killed = Instant::now();
    while endpoints.iter().any(|endpoint| TcpStream::connect(endpoint).is_ok()) {
        assert!(killed.elapsed() < Duration::from_secs(10), "still there");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn emulators_of_one_nursery_share_no_state_and_give_no_id_twice() {
    // Under `cargo xtask test` both come from its nursery.
    let (one, other) = (Moto::start(&venv(), Duration::ZERO).unwrap(), Moto::start(&venv(), Duration::ZERO).unwrap());
    let launched = one.client().unwrap().run_instances(1).unwrap();
    let mut client = other.client().unwrap();
    let there = client.call("ec2", "DescribeInstances", json!({})).unwrap();
    assert_eq!(there["Reservations"], json!([]));
    assert_ne!(client.run_instances(1).unwrap(), launched);
}

#[test]
fn an_emulator_that_does_not_come_up_says_where_its_log_is() {
    let error = Microburst::before(&venv(), "--not-an-endpoint").map(|_| ()).unwrap_err();
    assert!(matches!(error, EmulatorError::Ended { .. }), "{error:?}");
    assert!(error.because().contains("--upstream"), "{}", error.explain());
    assert!(error.next().contains("target/emulators/microburst-"), "{}", error.explain());
}
