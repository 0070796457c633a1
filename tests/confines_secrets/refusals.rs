//! What AWS says about a request that held a secret reaches neither the plugin nor the journal, in whatever form.

use std::fs;
use std::path::Path;

use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::CannedSsm;

use super::{BY_INVOKER, KEY, OPTION, SECRET, site, step};
use crate::support::canned::{Canned, CannedAws};
use crate::support::{INSTANCE, Site, events, failure, log_lines, report, venv};

const ALLOWED: &str = "[secrets.\"keys/shared/token\"]\nto = [\"lambda:InvokeFunction\"]\n";

const ID: &str = "0f1e2d3c-1111-2222-3333-444444444444";

/// A refusal of Lambda.
fn refusal(status: u16, code: &str, id: &str, message: &str) -> Canned {
    let headers = vec![("x-amzn-errortype", code.to_owned()), ("x-amzn-requestid", id.to_owned())];
    (status, headers, json!({ "Message": message, "message": message }).to_string())
}

/// The secret in forms that no mask knows.
fn forms() -> [String; 3] {
    let mixed = SECRET.chars().enumerate();
    let mixed = mixed.map(|(at, c)| if at % 2 == 0 { c.to_ascii_uppercase() } else { c }).collect();
    [mixed, SECRET.chars().rev().collect(), SECRET[..SECRET.len() - 4].to_owned()]
}

/// Everything that a site has written below its `STEPWELL_HOME`, and this output.
fn written(site: &Site, printed: &str) -> String {
    fn collect(directory: &Path, into: &mut String) {
        for entry in fs::read_dir(directory).expect("it is there").flatten() {
            let path = entry.path();
            match path.is_dir() {
                true => collect(&path, into),
                false => into.push_str(&String::from_utf8_lossy(&fs::read(&path).expect("readable"))),
            }
        }
    }
    let mut all = printed.to_owned();
    collect(site.home(), &mut all);
    all
}

/// Runs a step that sends the secret to this AWS, at the highest level of diagnostics.
fn sent(aws: &CannedAws, uses: &str) -> (i32, Vec<Json>, String) {
    let with = if uses == "invoker" {
        BY_INVOKER.to_owned()
    } else {
        "function_name = \"notify\", payload = { token = \"${options.token}\" }".to_owned()
    };
    let site = site(aws.endpoint(), ALLOWED, &format!("{OPTION}{}", step("it", uses, &with)));
    let ended = site.command(&["run", "job.toml", "--output", "json"]).env("STEPWELL_LOG", "info").output();
    let ended = crate::support::ended(ended.expect("it starts"));
    let all = written(&site, &format!("{}{}", ended.stdout, ended.stderr));
    assert!(!all.contains(SECRET), "{ended:?}");
    assert!(aws.asked().iter().all(|asked| asked.body.contains(SECRET)), "AWS got the secret: {:?}", aws.asked());
    (ended.code, ended.json_lines(), all)
}

#[test]
fn aws_words_about_a_secret_are_withheld_from_plugin_journal_and_report() {
    for form in forms() {
        for uses in ["invoker", "lambda-invoke"] {
            for (status, code) in [(400, "InvalidRequestContentException"), (500, "ServiceException")] {
                let message = format!("1 validation error: {form} is not valid");
                let aws = CannedAws::start(move |_, _| refusal(status, code, ID, &message));
                let (ended, lines, all) = sent(&aws, uses);
                assert!(ended == 1 || ended == 5, "{:?}", lines.last());
                assert!(!all.contains(&form), "{uses} {status}: {form} is somewhere in what was written");
                let [answer] = &events(&lines, "call_answered")[..] else { panic!("{lines:?}") };
                assert!(answer.to_string().contains("its message is withheld"), "{answer}");
                if status == 400 {
                    assert_eq!(answer["answer"]["code"], json!(code), "{answer}");
                    let message = failure(&lines)["message"].as_str().unwrap_or_default();
                    assert!(message.contains("withheld"), "{message}");
                }
            }
        }
    }
}

#[test]
fn what_has_no_form_of_a_code_or_an_id_is_no_code_and_no_id() {
    for form in forms() {
        let odd = format!("{form} is wrong");
        let aws = CannedAws::start(move |_, _| refusal(400, &odd, &odd, "no"));
        let (code, lines, all) = sent(&aws, "invoker");
        assert!(code == 1 && !all.contains(&form), "{form} is somewhere in what was written: {:?}", lines.last());
    }
}

/// A code that is the secret would tell a plugin which of its guesses is right, as often as it likes.
#[test]
fn a_secret_in_the_place_of_a_code_or_an_id_ends_the_run() {
    for (code, id) in [(SECRET, ID), ("ValidationException", SECRET)] {
        let aws = CannedAws::start(move |_, _| refusal(400, code, id, "no"));
        let (_, lines, _) = sent(&aws, "invoker");
        assert_eq!(failure(&lines)["code"], json!("SecretFound"), "{:?}", lines.last());
    }
}

/// The plugin gets a part of an answer to a request with a secret, and the journal keeps it.
#[test]
fn a_secret_in_the_part_of_an_answer_that_is_not_withheld_ends_the_run() {
    for (header, uses) in [("x-amz-function-error", "invoker"), ("x-amz-executed-version", "lambda-invoke")] {
        let aws = CannedAws::start(move |_, _| {
            let headers = vec![("x-amzn-requestid", ID.to_owned()), (header, SECRET.to_owned())];
            (200, headers, "{}".to_owned())
        });
        let (_, lines, _) = sent(&aws, uses);
        assert_eq!(failure(&lines)["code"], json!("SecretFound"), "{header}: {:?}", lines.last());
    }
}

#[test]
fn a_refusal_of_a_request_without_a_secret_keeps_aws_words() {
    let aws = CannedAws::start(|_, _| refusal(400, "InvalidRequestContentException", ID, "Could not parse it"));
    let with = "function_name = \"notify\", payload = \"x\"";
    let site = site(aws.endpoint(), ALLOWED, &format!("{OPTION}{}", step("it", "invoker", with)));
    let (_, lines) = site.run_json();
    assert!(failure(&lines)["message"].as_str().is_some_and(|text| text.contains("Could not parse it")), "{lines:?}");
    assert_eq!(site.stepwell(&["keys", "list", KEY]).code, 0);
}

/// A node prints what it was told, and no call shows it: neither the plugin nor a later step gets it.
#[test]
fn what_a_command_with_a_secret_prints_is_withheld_canned() {
    let ssm = CannedSsm::start(&venv()).expect("it starts");
    let printed = forms().join("\n");
    let node = json!({ "states": [["Success", "Success"]], "parts": [["aws:runShellScript", 0, printed, printed]] });
    ssm.set(&json!({ "nodes": { INSTANCE: node } })).expect("it knows them");
    let command = |id: &str, command: &str| {
        let with = format!(
            "instance_id = \"{INSTANCE}\", poll_every = \"100ms\", parameters = {{ commands = [\"{command}\"] }}"
        );
        step(id, "ssm-run-command", &with)
    };
    let steps = command("it", "login ${options.token}") + &command("later", "history");
    let site = site(ssm.endpoint(), "", &format!("{OPTION}{steps}"));
    let ended = site.command(&["run", "job.toml", "--output", "json"]).env("STEPWELL_LOG", "info").output();
    let ended = crate::support::ended(ended.expect("it starts"));
    assert_eq!(ended.code, 0, "{ended:?}");
    let sent = ssm.seen().expect("it answers").into_iter().filter(|seen| seen.operation == "SendCommand");
    let sent: Vec<_> = sent.map(|seen| seen.parameters["Parameters"]["commands"][0].clone()).collect();
    assert_eq!(sent, [json!(format!("login {SECRET}")), json!("history")]);
    let all = written(&site, &format!("{}{}", ended.stdout, ended.stderr));
    for form in forms().iter().map(String::as_str).chain([SECRET]) {
        assert!(!all.contains(form), "{form} is somewhere in what was written: {ended:?}");
    }
    assert!(log_lines(&ended.json_lines()).iter().any(|line| line.contains("withheld")), "{ended:?}");
}

/// The operations that the models describe withhold it like the typed functions, whichever of both made the call.
#[test]
fn what_a_command_with_a_secret_prints_is_withheld_from_operations_canned() {
    let with = "parameters = { commands = [\"login ${options.token}\"] }";
    let typed = step("it", "ssm-run-command", &format!("instance_id = \"{INSTANCE}\", poll_every = \"100ms\", {with}"));
    let with = "Parameters = { commands = [\"login ${options.token}\"] }";
    let with = format!("DocumentName = \"AWS-RunShellScript\", InstanceIds = [\"{INSTANCE}\"], {with}");
    let generic = step("it", "aws:ssm/SendCommand", &with);
    let read = step("later", "aws:ssm/ListCommandInvocations", "Details = true");
    for sent in [typed, generic] {
        let ssm = CannedSsm::start(&venv()).expect("it starts");
        let printed = &forms()[1];
        let node =
            json!({ "states": [["Success", "Success"]], "parts": [["aws:runShellScript", 0, printed, printed]] });
        ssm.set(&json!({ "nodes": { INSTANCE: node } })).expect("it knows them");
        let system = "[secrets.\"keys/shared/token\"]\nto = [\"ssm:SendCommand\"]\n";
        let grants = "name = \"test\"\n[grants.\"aws\"]\nallow = [\"ssm:*\", \"iam:PassRole\"]\n";
        let site = site(ssm.endpoint(), system, &format!("{OPTION}{sent}{read}")).file("project.toml", grants);
        let ended = site.stepwell(&["run", "job.toml", "--output", "json"]);
        assert_eq!(ended.code, 0, "{ended:?}");
        let seen = ssm.seen().expect("it answers");
        assert!(seen.iter().any(|seen| seen.operation == "ListCommandInvocations"), "{seen:?}");
        let all = written(&site, &format!("{}{}", ended.stdout, ended.stderr));
        assert!(!all.contains(printed) && !all.contains(SECRET), "it is somewhere in what was written: {ended:?}");
        let lines = ended.json_lines();
        let steps = report(&lines)["steps"].as_array().expect("steps");
        assert_eq!(steps.last().expect("one")["outputs"], json!({}), "{lines:?}");
    }
}

/// The SDK repeats a throttled call by itself. Each attempt passes the gate, so the secret stands in each of them, and
/// in none to another destination.
#[test]
fn every_attempt_of_a_repeated_request_is_checked_and_filled() {
    let throttled = |_: &_, before: usize| match before {
        0 | 1 => refusal(429, "TooManyRequestsException", ID, &format!("slow down, {}", forms()[0])),
        _ => (200, vec![("x-amzn-requestid", ID.to_owned())], "\"done\"".to_owned()),
    };
    let aws = CannedAws::start(throttled);
    let (code, lines, all) = sent(&aws, "lambda-invoke");
    assert_eq!((code, aws.asked().len()), (0, 3), "{:?}", lines.last());
    assert!(!all.contains(&forms()[0]), "{:?}", lines.last());
    assert_eq!(events(&lines, "call_intended").len(), 1, "the SDK's retries are one call");
    assert!(aws.asked().iter().all(|asked| asked.path.contains("/functions/notify/")), "{:?}", aws.asked());

    let aws = CannedAws::start(throttled);
    let elsewhere =
        "[secrets.\"keys/shared/token\"]\nto = [\"lambda:InvokeFunction arn:aws:lambda:*:*:function:else\"]\n";
    let with = "function_name = \"notify\", payload = { token = \"${options.token}\" }";
    let site = site(aws.endpoint(), elsewhere, &format!("{OPTION}{}", step("it", "lambda-invoke", with)));
    let (code, lines) = site.run_json();
    super::refused(&lines, code);
    assert!(aws.asked().is_empty(), "no attempt left: {:?}", aws.asked());
}
