//! The steps of Lambda, against a ministack that really runs Python and Node.js.

mod killed;

use rustix::process::Signal;
use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::{AwsClient, Identities, Microburst, Ministack, REGION};

use crate::resumes::running::Running;
use crate::support::identity::{Identity, user};
use crate::support::{Site, events, failure, log_lines, report, venv};

const ROLE: &str = "arn:aws:iam::000000000000:role/report";

/// Returns its event.
const ECHO: &str = "def main(event, context):\n    print('seen')\n    return {'got': event}\n";

const SLOW: &str = "import time\ndef main(event, context):\n    time.sleep(60)\n";

/// AWS reports this as a `ValueError`, ministack as a `Runtime.HandlerError`.
const RAISES: &str = "def main(event, context):\n    raise ValueError('no such day')\n";

fn ministack() -> (Ministack, AwsClient) {
    let ministack = Ministack::start(&venv(), Identities::Ignored).expect("ministack starts");
    let aws = ministack.client().expect("boto3 starts");
    (ministack, aws)
}

/// A job of one step that runs this code.
fn custom(endpoint: &str, code: &str, more: &str) -> Site {
    custom_in(Site::new(endpoint), "python3.11", code, more, "")
}

fn custom_in(site: Site, runtime: &str, code: &str, more: &str, step: &str) -> Site {
    let with = format!(
        "execution_role_arn = \"{ROLE}\"\nruntime = \"{runtime}\"\nmain_function = \"main\"\ncode = '''\n{code}'''\n{more}\n"
    );
    let step = format!("[[steps]]\nid = \"it\"\nuses = \"lambda-custom-code\"\n{step}\n[steps.with]\n{with}");
    site.file("job.toml", format!("name = \"job\"\n{step}"))
}

fn invoke(endpoint: &str, function: &str, more: &str) -> Site {
    Site::new(endpoint).step("lambda-invoke", &format!("{{ function_name = \"{function}\"{more} }}"))
}

/// Deploys a function that is not deleted, and returns its name.
fn deployed(ministack: &Ministack, code: &str) -> String {
    let (code, lines) =
        custom(ministack.endpoint(), code, "delete_after = false\nfail_on_function_error = false").run_json();
    assert_eq!(code, 0, "{:?}", lines.last());
    outputs(&lines)["function_name"].as_str().expect("it has a name").to_owned()
}

fn outputs(lines: &[Json]) -> &Json {
    &report(lines)["steps"][0]["outputs"]
}

fn functions(aws: &mut AwsClient) -> Vec<String> {
    let listed = aws.call("lambda", "ListFunctions", json!({})).expect("they are listed");
    let all = listed["Functions"].as_array().expect("a list").iter();
    all.map(|each| each["FunctionName"].as_str().expect("a name").to_owned()).collect()
}

fn logged(lines: &[Json], part: &str) -> bool {
    log_lines(lines).iter().any(|line| line.contains(part))
}

#[test]
fn code_of_the_job_runs_as_a_function_that_is_deleted_afterwards() {
    let (ministack, mut aws) = ministack();
    let (code, lines) = custom(ministack.endpoint(), ECHO, "payload = { day = 3 }").run_json();
    assert_eq!(code, 0, "{:?}", lines.last());
    let outputs = outputs(&lines);
    let (name, run) = (outputs["function_name"].as_str().expect("a name"), lines[0]["run"].as_str().expect("an id"));
    assert!(name.starts_with(&format!("stepwell-{run}-it-")) && name.len() <= 64, "{name}");
    let text = outputs["invoke_response_payload_string"].as_str().expect("a text");
    assert_eq!(serde_json::from_str::<Json>(text).expect("it is JSON"), json!({ "got": { "day": 3 } }));
    let log = outputs["invoke_execution_log"].as_str().expect("a log");
    assert!(log.contains("seen"), "{log}");
    let expected = json!({
        "function_name": name, "function_was_created": true, "function_was_invoked": true, "function_was_deleted": true,
        "invoke_response_payload_string": text, "payload": { "got": { "day": 3 } }, "status_code": 200,
        "executed_version": "$LATEST", "invoke_function_error": null, "invoke_execution_log": log, "truncated": false,
    });
    assert_eq!(*outputs, expected);
    let said = log_lines(&lines);
    let told = [
        format!("function {name} will be created"),
        format!("function {name} is created"),
        format!("function {name} is invoked"),
        format!("function {name} is deleted"),
    ];
    assert_eq!(said[..4], told);
    let seconds =
        said[4].strip_prefix("the invocation took ").and_then(|rest| rest.strip_suffix(" seconds")).expect("a time");
    assert!(seconds.split_once('.').is_some_and(|(_, fraction)| fraction.len() == 3), "{seconds}");
    assert_eq!(said[5], text);
    assert_eq!(functions(&mut aws), [""; 0]);
}

#[test]
fn a_function_has_the_tags_the_limits_and_the_description_of_the_job() {
    let (ministack, mut aws) = ministack();
    let more = "delete_after = false\ntags = { team = \"web\" }\nfunction_timeout = \"2m\"\nmemory_mb = 256\n";
    let (code, lines) = custom(ministack.endpoint(), ECHO, more).run_json();
    assert_eq!((code, &outputs(&lines)["function_was_deleted"]), (0, &json!(false)), "{:?}", lines.last());
    let name = &outputs(&lines)["function_name"];
    let made = aws.call("lambda", "GetFunction", json!({ "FunctionName": name })).expect("it stays");
    let configuration = &made["Configuration"];
    let limits = ["Timeout", "MemorySize", "Handler", "Role"].map(|key| configuration[key].clone());
    assert_eq!(limits, [json!(120), json!(256), json!("main.main"), json!(ROLE)]);
    let run = lines[0]["run"].as_str().expect("an id");
    assert_eq!(configuration["Description"], format!("Stepwell run {run}, step it"));
    assert_eq!(made["Tags"], json!({ "team": "web" }));
}

#[test]
fn node_js_runs_in_both_of_its_forms() {
    let (ministack, mut aws) = ministack();
    let common = "exports.main = async (event) => ({ common: event });\n";
    let module = "import { basename } from 'node:path';\nexport const main = async (event) => basename(event);\n";
    for (code, expected) in [(common, json!({ "common": "a/b" })), (module, json!("b"))] {
        let site = custom_in(Site::new(ministack.endpoint()), "nodejs22.x", code, "payload = \"a/b\"", "");
        let (status, lines) = site.run_json();
        assert_eq!((status, &outputs(&lines)["payload"]), (0, &expected), "{:?}", lines.last());
    }
    assert_eq!(functions(&mut aws), [""; 0]);
}

#[test]
fn code_that_fails_fails_the_step_in_its_own_words_and_is_deleted() {
    let (ministack, mut aws) = ministack();
    let (code, lines) = custom(ministack.endpoint(), RAISES, "").run_json();
    assert_eq!((code, &failure(&lines)["code"]), (1, &json!("AwsError")), "{:?}", lines.last());
    let message = failure(&lines)["message"].as_str().expect("text");
    assert!(message.ends_with("failed (Unhandled): Runtime.HandlerError: no such day"), "{message}");
    assert_eq!(functions(&mut aws), [""; 0]);

    let (code, lines) = custom(ministack.endpoint(), RAISES, "fail_on_function_error = false").run_json();
    assert_eq!((code, &outputs(&lines)["invoke_function_error"]), (0, &json!("Unhandled")), "{:?}", lines.last());
    assert_eq!(outputs(&lines)["payload"]["errorMessage"], "no such day");
    assert_eq!(functions(&mut aws), [""; 0]);
}

#[test]
fn a_configuration_that_makes_no_sense_is_refused_before_anything_is_created() {
    let (ministack, mut aws) = ministack();
    let (code, lines) = custom(ministack.endpoint(), ECHO, "function_timeout = \"16m\"").run_json();
    assert_eq!((code, &failure(&lines)["code"]), (1, &json!("ConfigurationInvalid")));
    for (runtime, more) in [("java21", ""), ("python3.11", "memory_mb = 64")] {
        let site = custom_in(Site::new(ministack.endpoint()), runtime, ECHO, more, "");
        site.run().three_lines(2);
    }
    assert_eq!(functions(&mut aws), [""; 0]);
}

#[test]
fn a_cancelled_run_deletes_a_function_that_is_not_active_yet() {
    let (ministack, mut aws) = ministack();
    let burst = Microburst::before(&venv(), ministack.endpoint()).expect("microburst starts");
    // `GetFunction` first does not find the function, and the plugin asks again.
    let hidden = json!([{ "service": "lambda", "operation": "GetFunction", "error": { "code": "ResourceNotFoundException", "status": 404 } }]);
    burst.rules(&hidden).expect("a rule");
    let site = custom(burst.endpoint(), ECHO, "");
    let mut running = Running::start(site.command(&["run", "job.toml", "--output", "json"]));
    // The waits before the creation, after it, and after the failed `GetFunction`.
    (0..3).for_each(|_| {
        running.until("step_waiting");
    });
    assert_eq!(functions(&mut aws).len(), 1);
    running.signal(Signal::INT);
    let over = running.end();
    assert_eq!((over.code, &report(&over.lines)["outcome"]), (130, &json!("cancelled")), "{}", over.stderr);
    assert_eq!(functions(&mut aws), [""; 0]);
}

/// A cancelled call gets some seconds to end. This one does not end in that time.
#[test]
fn a_cancelled_run_deletes_a_function_that_is_running() {
    let (ministack, mut aws) = ministack();
    let site = custom(ministack.endpoint(), SLOW, "");
    let mut running = Running::start(site.command(&["run", "job.toml", "--output", "json"]));
    while running.until("call_intended")["call"]["action"] != "lambda:InvokeFunction" {}
    running.signal(Signal::INT);
    let over = running.end();
    assert_eq!((over.code, &report(&over.lines)["outcome"]), (130, &json!("cancelled")), "{}", over.stderr);
    assert_eq!(functions(&mut aws), [""; 0]);
}

#[test]
fn a_step_that_is_out_of_time_deletes_a_function_that_is_running() {
    let (ministack, mut aws) = ministack();
    let site = custom_in(Site::new(ministack.endpoint()), "python3.11", SLOW, "", "timeout = \"5s\"");
    let (code, lines) = site.run_json();
    assert_eq!((code, &failure(&lines)["code"]), (1, &json!("StepTimeout")), "{:?}", lines.last());
    assert!(logged(&lines, "is invoked"), "{:?}", log_lines(&lines));
    assert_eq!(functions(&mut aws), [""; 0]);
}

/// A limit stops the plugin after it has logged the invocation, and before it deletes the function. That line is the
/// 12th call or wait when the function is pending once, the 9th when it never is; the deletion comes four later.
#[test]
fn a_step_that_comes_to_its_limits_deletes_its_function() {
    let (ministack, mut aws) = ministack();
    let limits = "name = \"test\"\n[limits]\nhost_calls = 12\n";
    let (code, lines) = custom(ministack.endpoint(), ECHO, "").file("project.toml", limits).run_json();
    assert_eq!((code, &failure(&lines)["code"]), (1, &json!("LimitExceeded")), "{:?}", lines.last());
    assert!(logged(&lines, "is invoked"), "{:?}", log_lines(&lines));
    assert_eq!(functions(&mut aws), [""; 0]);
}

#[test]
fn a_function_that_cannot_be_deleted_is_a_warning() {
    let (ministack, mut aws) = ministack();
    let burst = Microburst::before(&venv(), ministack.endpoint()).expect("microburst starts");
    let refused = json!([{ "service": "lambda", "operation": "DeleteFunction", "error": { "code": "ResourceConflictException", "status": 409 } }]);
    burst.rules(&refused).expect("a rule");
    let (code, lines) = custom(burst.endpoint(), ECHO, "").run_json();
    assert_eq!((code, &outputs(&lines)["function_was_deleted"]), (0, &json!(false)), "{:?}", lines.last());
    assert!(
        logged(&lines, "was not deleted, delete it yourself: ResourceConflictException"),
        "{:?}",
        log_lines(&lines)
    );
    assert_eq!(functions(&mut aws), [outputs(&lines)["function_name"].as_str().expect("a name")]);
}

#[test]
fn a_role_that_lambda_does_not_know_yet_is_waited_for() {
    let (ministack, mut aws) = ministack();
    let burst = Microburst::before(&venv(), ministack.endpoint()).expect("microburst starts");
    let message = "The role defined for the function cannot be assumed by Lambda.";
    let error = json!({ "code": "InvalidParameterValueException", "status": 400, "message": message });
    burst
        .rules(&json!([{ "service": "lambda", "operation": "CreateFunction", "times": 1, "error": error }]))
        .expect("a rule");
    let (code, lines) = custom(burst.endpoint(), ECHO, "").run_json();
    assert_eq!(code, 0, "{:?}", lines.last());
    assert_eq!(burst.fired().expect("it answers").len(), 1);
    assert_eq!(functions(&mut aws), [""; 0]);
}

#[test]
fn no_answer_to_an_invocation_is_a_failure_and_the_function_is_deleted() {
    let (ministack, mut aws) = ministack();
    let burst = Microburst::before(&venv(), ministack.endpoint()).expect("microburst starts");
    let error = json!({ "code": "ServiceException", "status": 500 });
    burst.rules(&json!([{ "service": "lambda", "operation": "Invoke", "error": error }])).expect("a rule");
    let site =
        custom_in(Site::new(burst.endpoint()), "python3.11", ECHO, "", "retry = { attempts = 3, delay = \"1ms\" }");
    let (code, lines) = site.run_json();
    assert_eq!((code, &failure(&lines)["code"]), (1, &json!("Unavailable")), "{:?}", lines.last());
    assert_eq!(burst.fired().expect("it answers").len(), 1, "it may have run: nobody runs it again by himself");
    assert_eq!(functions(&mut aws), [""; 0]);
}

#[test]
fn a_function_is_invoked_and_what_it_returns_is_there_as_a_value() {
    let (ministack, _) = ministack();
    let name = deployed(&ministack, ECHO);
    let (code, lines) = invoke(ministack.endpoint(), &name, ", payload = { n = [1, \"a\"] }").run_json();
    assert_eq!(code, 0, "{:?}", lines.last());
    let outputs = outputs(&lines);
    let expected = json!({
        "invoke_response_payload_string": outputs["invoke_response_payload_string"],
        "payload": { "got": { "n": [1, "a"] } }, "truncated": false, "status_code": 200, "executed_version": "$LATEST",
        "invoke_function_error": null, "invoke_execution_log": outputs["invoke_execution_log"],
        "console_url": format!("https://{REGION}.console.aws.amazon.com/lambda/home?region={REGION}#/functions/{name}"),
    });
    assert_eq!(*outputs, expected);
    let links = events(&lines, "step_logged").into_iter().map(|line| &line["log"]).filter(|log| log["is"] == "link");
    assert_eq!(links.map(|link| &link["url"]).collect::<Vec<_>>(), [&expected["console_url"]]);
    assert!(outputs["invoke_execution_log"].as_str().is_some_and(|log| log.contains("seen")));
    assert_eq!(log_lines(&lines)[0], outputs["invoke_response_payload_string"]);
}

#[test]
fn an_event_is_handed_over_and_nothing_comes_back() {
    let (ministack, _) = ministack();
    let name = deployed(&ministack, ECHO);
    let (code, lines) = invoke(ministack.endpoint(), &name, ", invocation_type = \"Event\", payload = 1").run_json();
    assert_eq!(code, 0, "{:?}", lines.last());
    assert_eq!(outputs(&lines)["status_code"], 202);
    assert!(outputs(&lines).get("payload").is_none() && outputs(&lines).get("invoke_execution_log").is_none());
    assert_eq!(log_lines(&lines), [format!("{name}: the event is queued")]);
}

#[test]
fn a_function_that_fails_fails_the_step_unless_the_job_goes_on() {
    let (ministack, _) = ministack();
    let name = deployed(&ministack, RAISES);
    let (code, lines) = invoke(ministack.endpoint(), &name, "").run_json();
    assert_eq!((code, &failure(&lines)["code"]), (1, &json!("AwsError")));
    assert_eq!(
        failure(&lines)["message"],
        format!("function {name} failed (Unhandled): Runtime.HandlerError: no such day")
    );
    assert!(logged(&lines, "errorMessage"), "{:?}", log_lines(&lines));
    let (code, lines) = invoke(ministack.endpoint(), &name, ", fail_on_function_error = false").run_json();
    assert_eq!((code, &outputs(&lines)["invoke_function_error"]), (0, &json!("Unhandled")));
}

#[test]
fn a_function_that_does_not_exist_is_not_found() {
    let (ministack, _) = ministack();
    let name = deployed(&ministack, ECHO);
    for (function, more) in [("nowhere", ""), (name.as_str(), ", qualifier = \"live\"")] {
        let (code, lines) = invoke(ministack.endpoint(), function, more).run_json();
        assert_eq!((code, &failure(&lines)["code"]), (1, &json!("NotFound")), "{:?}", lines.last());
    }
}

#[test]
fn what_iam_does_not_allow_is_named() {
    let aws = Identity::new();
    for (action, site) in [
        ("lambda:InvokeFunction", invoke(aws.ministack.endpoint(), "report", "")),
        ("lambda:CreateFunction", custom(aws.ministack.endpoint(), ECHO, "")),
    ] {
        let (code, lines) = site.signing_as(aws.host.clone()).run_json();
        assert_eq!((code, &failure(&lines)["code"]), (1, &json!("AccessDenied")), "{action}: {:?}", lines.last());
        assert!(failure(&lines)["message"].as_str().is_some_and(|text| text.contains(action)), "{action}");
    }
}

#[test]
fn a_denied_deletion_of_the_function_is_a_warning_that_names_the_missing_action() {
    let aws = Identity::new();
    let mut root = aws.ministack.client().expect("a client starts");
    let actions = ["lambda:CreateFunction", "lambda:GetFunction", "lambda:InvokeFunction", "iam:PassRole"];
    let keys = user(&mut root, "maker", &actions);
    let trust =
        json!({ "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": { "Service": "lambda.amazonaws.com" } });
    aws.role("report", trust, &["logs:PutLogEvents"]);
    let (code, lines) = custom(aws.ministack.endpoint(), ECHO, "").signing_as(keys).run_json();
    assert_eq!((code, &outputs(&lines)["function_was_deleted"]), (0, &json!(false)), "{:?}", lines.last());
    let name = outputs(&lines)["function_name"].as_str().expect("a name");
    let warned = format!("function {name} was not deleted, delete it yourself: `lambda:DeleteFunction` was denied: ");
    assert!(logged(&lines, &warned), "{:?}", log_lines(&lines));
    assert_eq!(functions(&mut root), [name]);
}

/// ministack accepts any role; AWS refuses this one in the call that creates the function.
#[test]
fn a_denied_pass_role_names_the_missing_action() {
    let (ministack, mut aws) = ministack();
    let burst = Microburst::before(&venv(), ministack.endpoint()).expect("microburst starts");
    let by = "User: arn:aws:iam::000000000000:user/host is not authorized to perform: iam:PassRole";
    let message = format!("{by} on resource: {ROLE} because no identity-based policy allows the iam:PassRole action");
    let error = json!({ "code": "AccessDeniedException", "status": 403, "message": message });
    burst.rules(&json!([{ "service": "lambda", "operation": "CreateFunction", "error": error }])).expect("a rule");
    let (code, lines) = custom(burst.endpoint(), ECHO, "").run_json();
    assert_eq!((code, &failure(&lines)["code"]), (1, &json!("AccessDenied")), "{:?}", lines.last());
    assert!(failure(&lines)["message"].as_str().is_some_and(|text| text.contains("iam:PassRole")));
    assert_eq!(functions(&mut aws), [""; 0]);
}

const SECRET: &str = "correct-horse-battery";

fn typed(site: &Site) -> (i32, Vec<Json>, String) {
    let over = site.pipe(&["run", "job.toml", "--output", "json"], &format!("{SECRET}\n"));
    assert!(!over.stdout.contains(SECRET), "{over:?}");
    (over.code, over.json_lines(), over.stderr)
}

#[test]
fn a_secret_reaches_the_function_and_its_response_is_withheld() {
    let (ministack, _) = ministack();
    let code = format!("    assert len(event['token']) == {}\n    return {{'got': event}}\n", SECRET.len());
    let name = deployed(&ministack, &format!("def main(event, context):\n{code}"));
    let with = format!("with = {{ function_name = \"{name}\", payload = {{ token = \"${{options.token}}\" }} }}\n");
    let job = format!(
        "name = \"job\"\n[options.token]\nsecret = true\nrequired = true\n[[steps]]\nid = \"it\"\nuses = \"lambda-invoke\"\n{with}"
    );
    let (code, lines, stderr) = typed(&Site::new(ministack.endpoint()).file("job.toml", job));
    assert_eq!(code, 0, "the function had another text: {stderr}");
    let outputs = outputs(&lines);
    assert_eq!((&outputs["status_code"], &outputs["payload"]), (&json!(200), &Json::Null), "{outputs}");
}

#[test]
fn a_secret_in_the_code_is_refused_because_it_would_stay_a_placeholder() {
    let (ministack, mut aws) = ministack();
    let code = "def main(event, context):\n    return '${options.token}'\n";
    let site = custom(ministack.endpoint(), code, "");
    let job = std::fs::read_to_string(site.path("job.toml")).expect("readable");
    let options = "name = \"job\"\n[options.token]\nsecret = true\nrequired = true\n";
    let site = site.file("job.toml", job.replacen("name = \"job\"\n", options, 1));
    let [_, because, _] = site.stepwell(&["job", "check", "job.toml"]).three_lines(3).map(str::to_owned);
    assert!(because.contains("`code` of `lambda-custom-code` is not meant for secrets"), "{because}");
    // The job says that the secret may go there all the same.
    let allowed = format!("{options}to = [\"lambda:CreateFunction\"]\n");
    let site = site.file("job.toml", job.replacen("name = \"job\"\n", &allowed, 1));
    let (status, lines, _) = typed(&site);
    let message = failure(&lines)["message"].as_str().expect("text");
    assert!(status == 3 && message.contains("a secret would stand in the code"), "{status} {message}");
    assert_eq!(functions(&mut aws), [""; 0]);
}
