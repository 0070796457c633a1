//! Whatever AWS answers, or if it does not answer, the step ends with a code for programs and a message for people.

mod services;

use std::net::TcpListener;

use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::{Identities, Microburst, Ministack};

use super::support::{INSTANCE, NOBODY, Site, always, ended, events, failure, report, venv};

struct Faulty {
    ministack: Ministack,
    microburst: Microburst,
    id: String,
}

impl Faulty {
    fn new(rules: &Json) -> Self {
        let venv = venv();
        let ministack = Ministack::start(&venv, Identities::Ignored).expect("ministack starts");
        let id = ministack.client().expect("boto3 starts").run_instances(1).expect("it launches").remove(0);
        let microburst = Microburst::before(&venv, ministack.endpoint()).expect("microburst starts");
        microburst.rules(rules).expect("it understands them");
        Self { ministack, microburst, id }
    }

    /// Runs `ec2-stop` of the instance, with the faults in between.
    fn stop(&self) -> (i32, Vec<Json>) {
        let with = format!("{{ instance_id = \"{}\" }}", self.id);
        Site::new(self.microburst.endpoint()).step("ec2-stop", &with).run_json()
    }

    fn state(&self) -> String {
        self.ministack.client().expect("boto3 starts").instance_state(&self.id).expect("it is there")
    }
}

#[test]
fn temporary_throttling_is_retried_without_a_failure() {
    let rules = json!([{ "service": "ec2", "operation": "StopInstances", "times": 2,
                         "error": { "code": "RequestLimitExceeded", "status": 503 } }]);
    let faulty = Faulty::new(&rules);
    let (code, lines) = faulty.stop();
    assert_eq!(code, 0, "{:?}", lines.last());
    assert_eq!(faulty.microburst.fired().expect("it answers").len(), 2);
    assert_eq!(faulty.state(), "stopped");
    assert_eq!(events(&lines, "call_intended").len(), 1, "the SDK's retries are one call");
}

#[test]
fn lasting_throttling_fails_the_step_and_is_named_in_the_error() {
    let faulty = Faulty::new(&always("StopInstances", "RequestLimitExceeded", 503));
    let (code, lines) = faulty.stop();
    assert_eq!((code, &failure(&lines)["code"], &failure(&lines)["retryable"]), (1, &json!("Throttled"), &json!(true)));
    assert!(failure(&lines)["message"].as_str().is_some_and(|text| text.contains("RequestLimitExceeded")));
    assert_eq!(faulty.state(), "running");
}

#[test]
fn a_500_fails_the_step_and_leaves_open_whether_the_call_took_effect() {
    let faulty = Faulty::new(&always("StopInstances", "InternalError", 500));
    let (code, lines) = faulty.stop();
    assert_eq!(
        (code, &failure(&lines)["code"], &failure(&lines)["retryable"]),
        (1, &json!("Unavailable"), &json!(true))
    );
    assert_eq!(report(&lines)["steps"][0]["calls"][0]["answer"]["is"], "unknown");
    assert!(failure(&lines)["message"].as_str().is_some_and(|text| text.contains("InternalError")));
}

#[test]
fn an_instance_that_aws_does_not_know_is_not_found() {
    let ministack = Ministack::start(&venv(), Identities::Ignored).expect("ministack starts");
    for plugin in ["ec2-stop", "ec2-start", "ec2-restart"] {
        let site =
            Site::new(ministack.endpoint()).step(plugin, &format!("{{ instance_id = \"{INSTANCE}\", wait = true }}"));
        let (code, lines) = site.run_json();
        assert_eq!((code, &failure(&lines)["code"]), (1, &json!("NotFound")), "{plugin}");
        let ended = site.run();
        let [what, _, _] = ended.three_lines(1);
        assert!(what.contains("InvalidInstanceID.NotFound") && what.contains(INSTANCE), "{what}");
    }
}

#[test]
fn an_aws_that_is_not_there_is_named_with_its_address() {
    let site = Site::without_aws().step("ec2-stop", &format!("{{ instance_id = \"{INSTANCE}\" }}"));
    let (code, lines) = site.run_json();
    assert_eq!((code, &failure(&lines)["code"]), (1, &json!("NotSent")));
    let ended = site.run();
    let [what, _, _] = ended.three_lines(1);
    assert!(what.contains("127.0.0.1:9") && what.to_lowercase().contains("connect"), "{what}");
}

/// A server that hangs up on every connection.
fn hanging_up() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it has one");
    std::thread::spawn(move || listener.incoming().for_each(drop));
    address.to_string()
}

#[test]
fn a_call_that_never_left_is_not_sent_and_its_outcome_is_known() {
    let job = "name = \"job\"\n[[steps]]\nid = \"it\"\nuses = \"aws:ec2/RebootInstances\"\n\
               with = { InstanceIds = [\"i-0123456789abcdef0\"] }\nretry = { attempts = 2, delay = \"1ms\" }\n";
    let allowed = "name = \"test\"\n[grants.\"aws\"]\nallow = [\"ec2:RebootInstances\"]\n";
    let no_tls = format!("https://{}", hanging_up());
    for endpoint in [NOBODY, "http://no-such-host.invalid", &no_tls] {
        let site = Site::new(endpoint).file("project.toml", allowed).file("job.toml", job);
        let mut command = site.command(&["run", "job.toml", "--output", "json"]);
        let ended = ended(command.env("AWS_MAX_ATTEMPTS", "1").output().expect("it starts"));
        let lines = ended.json_lines();
        let step = &report(&lines)["steps"][0];
        assert_eq!((ended.code, &step["failure"]["code"]), (1, &json!("NotSent")), "{endpoint}: {step}");
        // It must happen once, and is tried again all the same.
        assert_eq!((&step["attempt"], &step["failure"]["retryable"]), (&json!(2), &json!(true)), "{endpoint}");
        assert_eq!(step["calls"][0]["answer"]["is"], "refused", "{endpoint}: {step}");
        assert_eq!(step["signed_as"]["region"], "eu-central-1", "{endpoint}: {step}");
    }
}

#[test]
fn a_read_that_never_left_is_not_sent_too() {
    for operation in ["s3/ListBuckets", "lambda/ListFunctions", "ec2/DescribeInstances"] {
        let (code, lines) = Site::without_aws().step(&format!("aws:{operation}"), "{}").run_json();
        assert_eq!((code, &failure(&lines)["code"]), (1, &json!("NotSent")), "{operation}");
    }
}

#[test]
fn a_wrong_state_has_a_code_of_its_own_that_retry_can_name() {
    for (on, attempts) in [("WrongState", 2), ("AwsError", 2), ("NotFound", 1)] {
        let faulty = Faulty::new(&always("StopInstances", "IncorrectInstanceState", 400));
        let retry = format!("retry = {{ attempts = 2, delay = \"1ms\", on = [\"{on}\"] }}");
        let job = format!(
            "name = \"job\"\n[[steps]]\nid = \"it\"\nuses = \"ec2-stop\"\n{retry}\nwith = {{ instance_id = \"{}\" }}\n",
            faulty.id
        );
        let (code, lines) = Site::new(faulty.microburst.endpoint()).file("job.toml", job).run_json();
        assert_eq!((code, &failure(&lines)["code"]), (1, &json!("WrongState")), "{:?}", lines.last());
        assert_eq!(report(&lines)["steps"][0]["attempt"], attempts, "{on}");
    }
}

#[test]
fn an_answer_that_breaks_off_fails_the_step_and_is_no_refusal() {
    for response in [json!({ "truncate_frac": 0.5 }), json!({ "abort_frac": 0.5 })] {
        let rules = json!([{ "service": "ec2", "operation": "StopInstances", "response": response }]);
        let faulty = Faulty::new(&rules);
        let (code, lines) = faulty.stop();
        assert_eq!((code, &failure(&lines)["code"]), (1, &json!("Unavailable")), "{response}: {:?}", lines.last());
        assert_ne!(report(&lines)["steps"][0]["calls"][0]["answer"]["is"], "refused", "{response}");
        assert_eq!(faulty.state(), "stopped", "{response}: it did take effect");
    }
}

#[test]
fn an_aws_that_never_answers_does_not_hold_the_step_beyond_its_timeout() {
    let faulty = Faulty::new(&json!([{ "service": "ec2", "operation": "StopInstances", "timeout_ms": 600_000 }]));
    let job = format!(
        "name = \"job\"\n[[steps]]\nid = \"it\"\nuses = \"ec2-stop\"\ntimeout = \"2s\"\nwith = {{ instance_id = \"{}\" }}\n",
        faulty.id
    );
    let (code, lines) = Site::new(faulty.microburst.endpoint()).file("job.toml", job).run_json();
    assert_eq!((code, &failure(&lines)["code"]), (1, &json!("StepTimeout")));
    assert_eq!(report(&lines)["steps"][0]["calls"][0]["answer"], Json::Null, "no answer is recorded as none");
}
