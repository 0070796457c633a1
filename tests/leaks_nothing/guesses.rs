//! No mask can be asked: a plugin that guesses a secret does not learn whether it guessed right, neither that of its
//! own run nor that of another one. Data that decides what happens next is never changed.

use rustix::process::Signal;
use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::{Identities, Ministack};

use super::{hidden, step};
use crate::resumes::running::{Running, Serving, await_that};
use crate::support::{Ended, INSTANCE, NOBODY, Site, events, log_lines, report, venv};

/// A secret among the candidates of the guest `hostile`.
const PIN: &str = "pin-73914";

const PROJECT: &str = "name = \"test\"\n[grants.hostile]\nallow = [\"*\"]\n[grants.waiter]\nallow = [\"*\"]\n";

fn site(endpoint: &str) -> Site {
    let site = Site::new(endpoint).guest("hostile").guest("waiter").file("project.toml", PROJECT);
    for (key, secret) in [("keys/shared/pin", PIN), ("keys/shared/short", "i-0a")] {
        assert_eq!(site.pipe(&["keys", "set", key], secret).code, 0);
    }
    site
}

/// A job with a secret option that names this key.
fn job(name: &str, key: &str, steps: &str) -> String {
    format!("name = \"{name}\"\n[options.secret]\nsecret = true\nkey = \"keys/shared/{key}\"\n{steps}")
}

/// Starts a run, leaves it after this event, and returns its id.
fn left_after(event: &str, site: &Site, job: &str) -> String {
    let mut running = Running::start(site.command(&["run", job, "--output", "json"]));
    running.until(event);
    running.signal(Signal::TERM);
    let over = running.end();
    assert_eq!(over.code, 143, "{over:?}");
    over.lines[0]["run"].as_str().expect("an id").to_owned()
}

fn shown(site: &Site, run: &str) -> Json {
    let shown = site.stepwell(&["runs", "show", run, "--output", "json"]);
    shown.json_lines().into_iter().next_back().unwrap_or_default()
}

#[test]
fn a_secret_of_another_run_changes_nothing_in_this_one() {
    let hour = "{ rounds = 1, after_ms = 3600000 }";
    let site = site(NOBODY);
    // It waits an hour for its second attempt.
    let stop = format!("{{ instance_id = \"{INSTANCE}\" }}\nretry = {{ attempts = 2, delay = \"1h\" }}");
    let site = site.file("victim.toml", job("victim", "pin", &step("it", "waiter", hour)));
    let site = site.file("short.toml", job("short", "short", &step("it", "ec2-stop", &stop)));
    let count = "{ mode = \"missing_candidates\", text = \"${steps.list.outputs.text}\" }";
    let attack = [
        step("wait", "waiter", "{ rounds = 1, after_ms = 4000 }"),
        step("list", "hostile", "{ mode = \"candidates\", text = \"pin-\" }"),
        step("count", "hostile", count),
        step("short", "hostile", "{ mode = \"echo_checkpoint\", text = \"i-0a1b2c schedule\" }"),
    ];
    let site = site.file("attack.toml", format!("name = \"attack\"\n{}", attack.concat()));
    let victims = [("step_waiting", "victim.toml"), ("step_retrying", "short.toml")];
    let victims = victims.map(|(event, job)| left_after(event, &site, job));
    let attack = left_after("step_waiting", &site, "attack.toml");
    let serving = Serving::start(&site);
    await_that("the attack has ended", || shown(&site, &attack)["outcome"].is_string());
    for victim in victims {
        assert!(shown(&site, &victim)["outcome"].is_null(), "its secret was in the masker all the time");
    }
    drop(serving);
    let shown = shown(&site, &attack);
    assert_eq!(shown["outcome"], "succeeded", "{shown}");
    assert_eq!(shown["steps"][2]["outputs"]["value"], 0, "candidates were changed");
    assert_eq!(shown["steps"][3]["outputs"]["text"], "i-0a1b2c schedule");
}

/// Runs a job whose first step `it` ends up with the secret of its run, and returns its failure.
fn found_out(of_it: &str) -> Json {
    let more = "retry = { attempts = 3, delay = \"1s\", on = [\"SecretFound\"] }\n";
    let handler =
        "[steps.on_error]\nuses = \"hostile\"\nwith = { mode = \"echo_outputs\", text = \"${error.code}\" }\n";
    let later = step("later", "hostile", "{ mode = \"echo_outputs\", text = \"later\" }");
    let steps = format!("keep_going = true\n{}{more}{handler}{later}needs = []\n", of_it);
    let site = site(NOBODY);
    let (head, steps) = steps.split_once('\n').expect("two lines");
    let site = site.file("job.toml", format!("{head}\n{}", job("job", "pin", steps)));
    let (code, lines) = site.run_json();
    assert_eq!(code, 1, "{:?}", lines.last());
    let report = report(&lines);
    assert_eq!(report["steps"][0]["attempt"], 1, "{report}");
    let handled = report["steps"].as_array().expect("a list").iter().filter(|step| step["id"] == "it.on_error");
    assert!(handled.into_iter().all(|step| step["status"] == "not_started"), "{report}");
    assert_eq!(events(&lines, "step_retrying").len(), 0);
    assert!(!format!("{lines:?}").contains(PIN), "{lines:?}");
    assert_eq!(report["cause"], "it", "{report}");
    report["steps"][0]["failure"].clone()
}

#[test]
fn a_plugin_that_has_a_secret_of_its_run_ends_the_run_and_learns_nothing() {
    let text = hidden(PIN);
    let of = |mode: &str| step("it", "hostile", &format!("{{ mode = \"{mode}\", text = {text} }}"));
    let failures = [
        found_out(&step("it", "hostile", "{ mode = \"candidates\", text = \"pin-\" }")),
        found_out(&of("echo_outputs")),
        found_out(&of("echo_outputs_encoded")),
        found_out(&of("echo_checkpoint")),
        found_out(&of("echo_failure")),
        found_out(&format!("{}capture = {{ pin = \"text is (\\\\S+), and\" }}\n", of("echo"))),
        found_out(&format!(
            "{}export = {{ pin = \"${{ outputs.text ~ outputs.more }}\" }}\n",
            step("it", "hostile", &format!("{{ mode = \"echo_split\", text = {text} }}"))
        )),
        found_out(&step("it", "hostile", &format!("{{ mode = \"reboot\", instance_id = {text} }}"))),
    ];
    assert_eq!(failures[0]["code"], "SecretFound", "{}", failures[0]);
    for (at, failure) in failures.iter().enumerate() {
        assert_eq!(failure, &failures[0], "{at}");
    }
}

fn with_secret(secret: &str, uses: &str, with: &str) -> Ended {
    let owner = "[secrets.\"keys/shared/s\"]\nto = [\"ec2:RebootInstances\"]\n";
    let site = Site::without_aws().guest("hostile").home_file("stepwell.toml", owner);
    assert_eq!(site.pipe(&["keys", "set", "keys/shared/s"], secret).code, 0);
    site.file("job.toml", job("job", "s", &step("it", uses, with))).run()
}

#[test]
fn a_weak_secret_is_refused_for_a_plugin_that_could_guess_it_and_told_for_others() {
    let refused = with_secret("739164", "hostile", "{ mode = \"echo_outputs\", text = \"${options.secret}\" }");
    let [what, because, _] = refused.three_lines(3);
    assert_eq!(what, "error: the secret of option `secret` is too weak for plugin `hostile`");
    assert!(because.contains("under 8 characters"), "{because}");
    let others = with_secret("739164", "aws-validate-credentials", "{}");
    assert!(others.stderr.contains("the secret is weak") && others.stderr.contains("secret"), "{others:?}");
    let strong = with_secret("correct horse battery", "hostile", "{ mode = \"echo_outputs\", text = \"x\" }");
    assert_eq!((strong.code, strong.stderr.as_str()), (0, ""), "{strong:?}");
}

/// Gives back its token, plain and reversed, and fails when it has got another one.
const REVERSES: &str = "def main(event, context):\n    print(event['token'])\n    \
    assert event['token'] == 'pin-' + '73914'\n    return {'plain': event['token'], 'reversed': event['token'][::-1]}\n";

#[test]
fn a_function_that_computes_with_a_secret_tells_only_whether_it_failed() {
    let ministack = Ministack::start(&venv(), Identities::Ignored).expect("ministack starts");
    let site = site(ministack.endpoint());
    let with = format!(
        "{{ execution_role_arn = \"arn:aws:iam::000000000000:role/report\", runtime = \"python3.11\", \
        main_function = \"main\", delete_after = false, fail_on_function_error = false, code = {} }}",
        Json::from(REVERSES)
    );
    let invoke =
        "{ function_name = \"${steps.make.outputs.function_name}\", payload = { token = \"${options.secret}\" } }";
    let steps = step("make", "lambda-custom-code", &with) + &step("it", "lambda-invoke", invoke);
    let site = site.file("job.toml", job("job", "pin", &steps));
    let (code, lines) = site.run_json();
    assert_eq!(code, 0, "{:?}", lines.last());
    let text = format!("{lines:?}");
    assert!(!text.contains("73914") && !text.contains("41937"), "{text}");
    let outputs = &report(&lines)["steps"][1]["outputs"];
    assert_eq!(outputs["status_code"], json!(200), "{outputs}");
    assert!(log_lines(&lines).iter().any(|line| line.contains("withheld")), "{lines:?}");
}
