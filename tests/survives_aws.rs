//! Whatever AWS answers, or if it does not answer, the step ends with a code for programs and a message for people.

mod services;

use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::{Identities, Microburst, Ministack};

use super::support::{INSTANCE, Site, always, events, failure, report, venv};

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
    assert_eq!((code, &failure(&lines)["code"]), (1, &json!("Unavailable")));
    let ended = site.run();
    let [what, _, _] = ended.three_lines(1);
    assert!(what.contains("127.0.0.1:9") && what.to_lowercase().contains("connect"), "{what}");
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
