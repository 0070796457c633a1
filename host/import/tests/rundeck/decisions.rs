//! What must not be lost: a job does not pass `job check` until somebody has decided about it.

use super::steps::steps;
use super::{at, job, only, read};

#[test]
fn a_step_that_has_no_counterpart_stays_a_step_with_its_text() {
    for (step, uses, with) in [
        ("{exec: 'test -f ${option.x}'}", "rundeck-exec", r#"{ exec = "test -f ${options.x}" }"#),
        ("{exec: 'echo ${HOME} ${node.name}'}", "rundeck-exec", r#"{ exec = "echo $${HOME} ${node.name}" }"#),
        (
            "{script: 'echo @option.x@', args: a, scriptInterpreter: bash}",
            "rundeck-script",
            r#"{ args = "a", script = "echo ${options.x}", scriptInterpreter = "bash" }"#,
        ),
        ("{scriptfile: /a.sh}", "rundeck-scriptfile", r#"{ scriptfile = "/a.sh" }"#),
        ("{scripturl: 'http://a'}", "rundeck-scripturl", r#"{ scripturl = "http://a" }"#),
        ("{what: ever, how: {to: go}}", "rundeck-step", r#"{ how = { to = "go" }, what = "ever" }"#),
        ("text", "rundeck-step", r#"{ step = "text" }"#),
        ("{type: Some.Guard, configuration: {a: b}}", "some-guard", r#"{ a = "b" }"#),
        ("{type: wait, configuration: {a: b}}", "rundeck-wait", r#"{ a = "b" }"#),
        ("{type: http-request, configuration: {url: 'http://a'}}", "rundeck-http-request", r#"{ url = "http://a" }"#),
    ] {
        let (table, _) = steps(&format!("{step}, {{type: ec2-delete}}"));
        assert_eq!(at(&table, "steps.0.uses"), Some(format!("{uses:?}")), "{step}");
        assert_eq!(at(&table, "steps.0.with").as_deref(), Some(with), "{step}");
        assert_eq!(at(&table, "steps.1.uses").as_deref(), Some("\"ec2-delete\""), "{step}");
        let import = read(&job(&format!("sequence: {{commands: [{step}, {{type: ec2-delete}}]}}")));
        assert!(import.open_places() > 0, "{step}");
    }
}

#[test]
fn an_error_handler_that_has_no_counterpart_stays_one() {
    let (table, _) = steps("{type: ec2-stop, errorhandler: {exec: clean, keepgoingOnSuccess: true}}");
    assert_eq!(at(&table, "steps.0.on_error.uses").as_deref(), Some("\"rundeck-exec\""));
    assert_eq!(at(&table, "steps.0.on_error.with.exec").as_deref(), Some("\"clean\""));
    assert_eq!(at(&table, "steps.0.on_error.continue").as_deref(), Some("true"));
    let (table, _) = steps("{type: ec2-stop, errorhandler: {type: ec2-delete, instanceId: i-1}}");
    assert_eq!(at(&table, "steps.0.on_error.with").as_deref(), Some("{ rundeck_instance_id = \"i-1\" }"));
}

#[test]
fn an_unknown_key_of_a_step_may_be_its_condition() {
    let (table, _) = steps("{type: ec2-delete, runIf: x}");
    assert_eq!(at(&table, "steps.0.when").as_deref(), Some("\"${condition}\""));
    let rules = "pluginConfig: {WorkflowStrategy: {ruleset: {rules: '[1] if:option.x==y'}}}";
    let sequence = format!("{{strategy: ruleset, {rules}, commands: [{{type: ec2-delete, runIf: x}}]}}");
    let (table, _) = only(&job(&format!("options: [{{name: x, value: y}}]\nsequence: {sequence}")));
    assert_eq!(at(&table, "steps.0.when").as_deref(), Some("\"${condition and (options.x == 'y')}\""));
}

#[test]
fn a_disabled_step_is_a_comment_about_which_nobody_has_to_decide() {
    let import = read(&job(
        "options: [{name: x, value: y}]\nsequence: {commands: [{type: ec2-stop}, {script: 'echo @option.x@', description: Say, enabled: false}]}",
    ));
    let toml = &import.jobs[0].toml;
    assert!(toml.contains("# id = \"say\"\n# description = \"Say\"\n# uses = \"rundeck-script\"\n"), "{toml}");
    assert!(toml.contains("# with = { script = \"echo ${options.x}\" }\n"), "{toml}");
    assert_eq!(import.open_places(), 0, "{:#?}", import.notes);
    let rules = "pluginConfig: {WorkflowStrategy: {ruleset: {rules: '[1] if:option.x=~y'}}}";
    let commands = "{type: ec2-delete, runIf: x, enabled: false}, {type: ec2-stop}";
    let import = read(&job(&format!("sequence: {{strategy: ruleset, {rules}, commands: [{commands}]}}")));
    assert_eq!(import.open_places(), 0, "{:#?}", import.notes);
}

#[test]
fn what_decides_about_a_whole_job_stands_before_its_steps() {
    for (lines, uses) in [
        ("executionEnabled: false", "rundeck-execution-disabled"),
        ("plugins: {ExecutionLifecycle: {approval: {by: a}}}", "rundeck-approval"),
        ("sequence: {strategy: other, commands: [{type: ec2-delete}]}", "rundeck-strategy"),
        ("sequence: {strategy: ruleset, commands: [{type: ec2-delete}]}", "rundeck-strategy"),
        ("sequence: {runIf: x, commands: [{type: ec2-delete}]}", "rundeck-sequence-key"),
        ("runIf: x", "rundeck-job-key"),
    ] {
        let import = read(&job(lines));
        let table: toml::Table = import.jobs[0].toml.parse().unwrap();
        assert_eq!(at(&table, "steps.0.uses"), Some(format!("{uses:?}")), "{lines}");
        assert_eq!((table["steps"].as_array().unwrap().len(), import.open_places()), (2, 1), "{lines}");
    }
    for lines in ["executionEnabled: true", "plugins: {ExecutionLifecycle: {killhandler: {a: b}}}", "tags: a"] {
        assert_eq!(read(&job(lines)).open_places(), 0, "{lines}");
    }
}

#[test]
fn handlers_filters_schedules_and_notifications_stand_in_the_file() {
    let import = read(&job("schedule: {crontab: '0 0 3 ? * * *'}\nnodefilters: {filter: 'tags: web'}\n\
         notification: {onfailure: {email: {recipients: ops@example.com}, plugin: {type: chat, configuration: {apiToken: canary}}}}\n\
         sequence: {commands: [{type: ec2-stop, plugins: {LogFilter: [{type: quiet-output, config: {pattern: noise}}]}, \
         errorhandler: {exec: 'logger failed'}}]}"));
    let toml = &import.jobs[0].toml;
    for text in [
        "\n#       crontab: 0 0 3 ? * * *\n",
        "\n#       filter: tags: web\n",
        "\n#           recipients: ops@example.com\n",
        "apiToken: (not shown)\n",
        "pattern: noise\n",
        "exec = \"logger failed\"",
    ] {
        assert!(toml.contains(text), "{text}: {toml}");
    }
    assert!(!toml.contains("canary"), "{toml}");
}

#[test]
fn whatever_job_check_refuses_in_a_file_is_told() {
    for options in [
        "{name: x, regex: '(?<!a)b'}",
        "{name: x, enforced: true, values: [a], value: b}",
        "{name: x, regex: 'a+', value: b}",
        "{name: x, isDate: true, dateFormat: YYYY-MM-DD, regex: '2.*'}",
        "{name: x, enforced: true, valuesUrl: 'http://x'}",
    ] {
        let import = read(&job(&format!("options: [{options}]")));
        assert_eq!(import.open_places(), 1, "{options}: {:#?}", import.notes);
    }
}
