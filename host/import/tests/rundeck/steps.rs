//! Steps, and their order.

use super::{at, job, only, read};

/// A job of these steps.
pub fn steps(steps: &str) -> (toml::Table, Vec<String>) {
    sequence(&format!("commands: [{steps}]"))
}

fn sequence(sequence: &str) -> (toml::Table, Vec<String>) {
    let options = "[{name: x, value: y}, {name: many, multivalued: true, required: true}]";
    only(&job(&format!("options: {options}\nsequence: {{{sequence}}}")))
}

#[test]
fn what_a_step_does_not_have_is_told() {
    for (step, words) in [
        ("{type: flow-control}", "no plugin replaces `flow-control`"),
        ("{type: ec2-stop, configuration: {other: 1}}", "`ec2-stop` has no property for `other`"),
        ("{type: ec2-stop, configuration: {wait: maybe}}", "should be `true` or `false`"),
        ("{type: ec2-stop, configuration: {instanceId: '${node.id}'}}", "`${node.id}` is left unchanged"),
        ("{type: ec2-stop, nodeStep: true}", "runs once"),
        ("{exec: uptime}", "no plugin replaces the `exec` of the step; write it for `ssm-run-command`"),
        ("{script: uptime}", "no plugin replaces the `script` of the step; write it for `ssm-run-command`"),
        ("{what: ever}", "the step uses neither a plugin nor a job"),
        ("{type: ec2-stop, runIf: x}", "`runIf` of the step is unknown"),
        ("{type: ec2-stop, exec: x}", "`exec` of the step is unknown"),
        ("{type: ec2-stop, enabled: false}", "is disabled"),
        ("{type: ec2-stop, errorhandler: {exec: uptime}}", "no plugin replaces the `exec` of the error handler"),
        ("{type: ec2-stop, errorhandler: {type: ec2-start, runIf: x}}", "`runIf` of the error handler is unknown"),
        ("{type: ec2-stop, errorhandler: {type: ec2-start, errorhandler: {exec: x}}}", "errorhandler.errorhandler"),
        ("{jobref: {name: b}}", "beside this job as b.toml"),
        ("{jobref: {name: b, args: '-a 1 rest'}}", "`rest` belong to no option"),
        ("text", "the step is no map"),
    ] {
        let (_, notes) = steps(step);
        assert!(notes.iter().any(|note| note.contains(words)), "{step}: {notes:#?}");
    }
}

#[test]
fn an_error_handler_clears_the_failure_when_rundeck_would_go_on() {
    let handler = |keep: bool, clear: bool| {
        let step = format!("{{type: ec2-stop, errorhandler: {{type: ec2-start, keepgoingOnSuccess: {clear}}}}}");
        at(&sequence(&format!("keepgoing: {keep}, commands: [{step}]")).0, "steps.0.on_error.continue")
    };
    let found = [(false, false), (false, true), (true, false), (true, true)].map(|(keep, clear)| handler(keep, clear));
    assert_eq!(found.map(|value| value.as_deref() == Some("true")), [false, true, true, true]);
}

#[test]
fn data_is_read_from_the_step_that_has_it() {
    let filter = "{LogFilter: [{type: key-value-data, config: {regex: 'now (.*)', name: the-state}}]}";
    let first = format!("{{type: ec2-stop, description: First, plugins: {filter}}}");
    let second = format!("{{type: ec2-stop, description: Second, plugins: {filter}}}");
    let reader = "{type: x, configuration: {a: '${data.the-state}', b: '${data.the_state}'}}";
    let (table, _) = steps(&format!("{first}, {reader}"));
    assert_eq!(at(&table, "steps.0.capture.the_state").as_deref(), Some("\"^(?:now (.*))$\""));
    assert_eq!(at(&table, "steps.1.with.a").as_deref(), Some("\"${steps.first.captured.the_state}\""));
    assert_eq!(at(&table, "steps.1.with.b").as_deref(), Some("\"${steps.first.captured.the_state}\""));
    for ambiguous in [format!("{first}, {second}, {reader}"), format!("{reader}, {first}")] {
        let (table, notes) = steps(&ambiguous);
        let reads = table["steps"].as_array().unwrap().iter().find(|step| step["uses"].as_str() == Some("x")).unwrap();
        assert_eq!(reads["with"]["a"].as_str(), Some("${data.the-state}"));
        assert!(notes.iter().any(|note| note.contains("`${data.the-state}` is left unchanged")), "{notes:?}");
    }
    let (table, _) =
        steps("{type: aws-lambda-invoke-step, description: Ask}, {type: x, configuration: {a: '${data.statusCode}'}}");
    assert_eq!(at(&table, "steps.1.with.a").as_deref(), Some("\"${steps.ask.outputs.status_code}\""));
}

#[test]
fn another_job_gets_its_options_by_the_names_that_they_have_here() {
    let import = read(
        "- name: Caller\n  options: [{name: hosts, multivalued: true, delimiter: ';', required: true}, {name: same-name, value: a}]\n  \
         sequence: {commands: [{jobref: {name: Called Job, group: /g/, importOptions: true, args: '-host-list ${option.hosts} -Text ''a b'' -none 1'}}]}\n\
         - name: Called Job\n  group: g\n  options: [{name: host-list, multivalued: true}, {name: Text}, {name: same-name}]\n  \
         sequence: {commands: [{type: ec2-start}]}\n",
    );
    let table: toml::Table = import.jobs[0].toml.parse().unwrap();
    let step = |path: &str| at(&table, &format!("steps.0.{path}"));
    assert_eq!(step("uses").as_deref(), Some("\"job:called-job\""));
    assert_eq!(step("with.host_list").as_deref(), Some("\"${options.hosts}\""));
    assert_eq!(step("with.text").as_deref(), Some("\"a b\""));
    assert_eq!(step("with.same_name").as_deref(), Some("\"${options.same_name}\""));
    assert!(import.notes.iter().any(|note| note.what == "the job `called-job` has no option `none`"));
}

#[test]
fn strategies_become_an_order() {
    let three = "{type: x, description: a}, {exec: b, description: b, enabled: false}, {type: x, description: c}";
    let order = |keys: &str| {
        let (table, _) = sequence(&format!("{keys}, commands: [{three}]"));
        let step = |index: usize| {
            ["parallel", "needs", "when"].map(|key| at(&table, &format!("steps.{index}.{key}")).unwrap_or_default())
        };
        [step(0), step(1)].map(|keys| keys.concat())
    };
    let rules = |rules: &str| {
        format!("strategy: ruleset, pluginConfig: {{WorkflowStrategy: {{ruleset: {{rules: \"{rules}\"}}}}}}")
    };
    for (keys, expected) in [
        ("keepgoing: false".to_owned(), ["", ""]),
        ("strategy: sequential".to_owned(), ["", ""]),
        ("strategy: step-first".to_owned(), ["", ""]),
        ("strategy: parallel".to_owned(), ["\"all\"", "\"all\""]),
        (rules(""), ["", "[]"]),
        (rules("[*] run-in-sequence"), ["", ""]),
        (rules("[c] run-after:1"), ["", "[\"a\"]"]),
        (rules("[3] run-after:1-2"), ["", "[\"a\"]"]),
        (rules("[1] if:option.x==z"), ["\"${options.x == 'z'}\"", "[]"]),
        (rules("[c] if:option.x=~z"), ["", "[]\"${condition}\""]),
        (rules("nonsense"), ["\"${condition}\"", "[]\"${condition}\""]),
    ] {
        assert_eq!(order(&keys), expected, "{keys}");
    }
}
