//! Rundeck jobs become job files, and a schema tells editors what a job file can contain.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value as Json;
use stepwell_import::{Kind, NOT_RUNDECKS, Plugin};
use stepwell_model::NextAction as _;
use stepwell_xtask::docs::{self, Field};

use super::support::{Site, repository};

#[test]
fn an_imported_job_says_what_was_left_out_and_the_rest_is_checked_like_any_other() {
    let job = "- name: Restart web\n  description: Restart the web instance\n  loglevel: INFO\n  options:\n  - name: instance-id\n    required: true\n    regex: i-[0-9a-f]+\n  sequence:\n    keepgoing: false\n    strategy: sequential\n    commands:\n    - description: stop it\n      type: aws-vm-stop-step\n      nodeStep: false\n      configuration:\n        instanceId: ${option.instance-id}\n  schedule:\n    month: '*'\n";
    let site = Site::without_aws().file("rundeck.yaml", job);
    let ended = site.stepwell(&["job", "import", "rundeck.yaml"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(ended.stderr.contains("17:3: `schedule`"), "{}", ended.stderr);
    let site = site.file("restart.toml", ended.stdout.as_str());
    let checked = site.stepwell(&["job", "check", "restart.toml"]);
    assert_eq!((checked.code, checked.stderr.as_str()), (0, ""), "{}", ended.stdout);

    let into = site.stepwell(&["job", "import", "rundeck.yaml", "--into", "."]);
    assert_eq!(into.code, 0, "{into:?}");
    let again = site.stepwell(&["job", "import", "rundeck.yaml", "--into", "."]);
    assert_eq!(again.code, 2, "what is there is not overwritten: {again:?}");
}

#[test]
fn the_exit_code_and_the_last_line_tell_whether_somebody_has_to_decide() {
    for (commands, code, last) in [
        (
            "{type: aws-vm-stop-step, configuration: {instanceId: i-1}, childNodes: true}",
            0,
            "no place has to be decided by hand",
        ),
        ("{exec: a}, {type: nobodys, runIf: x}", 5, "3 places have to be decided by hand before the job can run"),
    ] {
        let job = format!("name: a\nsequence: {{keepgoing: false, commands: [{commands}]}}\n");
        let ended = Site::without_aws().file("rundeck.yaml", job).stepwell(&["job", "import", "rundeck.yaml"]);
        assert_eq!((ended.code, ended.stderr.lines().last()), (code, Some(last)), "{ended:?}");
    }
}

#[test]
fn a_schema_for_editors_accepts_the_examples() {
    for (kind, file) in [("job", "restart-web.toml"), ("job", "cycle-fleet.toml")] {
        let ended = Site::without_aws().stepwell(&["schema", kind]);
        let schema: Json = serde_json::from_str(&ended.stdout).expect("it is JSON");
        assert_eq!(schema["additionalProperties"], false, "an unknown key is marked");
        let text = std::fs::read_to_string(repository().join("examples").join(file)).expect("it is there");
        let known = schema["properties"].as_object().expect("a job has keys");
        let keys = text.parse::<toml::Table>().expect("it is TOML");
        assert!(keys.keys().all(|key| known.contains_key(key)), "{file}");
    }
}

#[test]
fn every_step_that_an_import_writes_ships_with_these_properties_and_outputs() {
    let steps =
        docs::steps(Path::new(env!("CARGO_BIN_EXE_stepwell"))).unwrap_or_else(|error| panic!("{}", error.explain()));
    let names = |fields: Vec<Field>| fields.into_iter().map(|field| field.path).collect::<BTreeSet<_>>();
    assert!(Plugin::all().len() > 30);
    let mut missing = Vec::new();
    for plugin in Plugin::all() {
        let Some(step) = steps.iter().find(|step| step.name == plugin.name) else {
            missing.push(plugin.name.to_owned());
            continue;
        };
        let (config, outputs) = (names(step.config()), names(step.outputs()));
        let needed = plugin.properties().filter(|property| property.required).map(|property| property.name.to_owned());
        let fields = step.config().into_iter().filter(|field| field.required && !field.path.contains(['.', '[']));
        let (needed, needs): (BTreeSet<_>, BTreeSet<_>) = (needed.collect(), fields.map(|field| field.path).collect());
        let differ = needed.symmetric_difference(&needs).map(|name| format!("{}: {name} is needed or not", step.name));
        missing.extend(differ);
        let flags = plugin.properties().filter(|property| property.kind == Kind::Flag);
        let on = |name: &str| {
            step.config().iter().any(|field| field.path == name && field.default.as_deref() == Some("true"))
        };
        missing.extend(
            flags
                .filter(|flag| flag.is_on != on(flag.name))
                .map(|flag| format!("{}: {} is on or not", step.name, flag.name)),
        );
        let properties: BTreeSet<_> = plugin.properties().map(|property| property.name).collect();
        let absent = properties.iter().filter(|name| !config.contains(**name));
        missing.extend(absent.map(|name| format!("{}: {name}", step.name)));
        let absent = plugin.outputs.iter().filter(|name| !outputs.contains(**name));
        missing.extend(absent.map(|name| format!("{}: outputs.{name}", step.name)));
        let waiting = ["wait", "timeout", "poll_every"].into_iter().filter(|name| config.contains(*name));
        let unknown = waiting.filter(|name| !properties.contains(name));
        missing.extend(unknown.map(|name| format!("{} in the catalogue: {name}", step.name)));
        let whole = outputs.iter().filter(|name| !name.contains(['.', '[']));
        let unknown = whole.filter(|name| !plugin.outputs.contains(&name.as_str()));
        missing.extend(unknown.map(|name| format!("{} in the catalogue: outputs.{name}", step.name)));
    }
    assert!(missing.is_empty(), "there is no {missing:#?}");
    let known: BTreeSet<_> =
        Plugin::all().iter().map(|plugin| plugin.name).chain(NOT_RUNDECKS.iter().copied()).collect();
    assert_eq!(
        known,
        steps.iter().map(|step| step.name.as_str()).collect(),
        "a type of Rundeck could be taken for these"
    );
}

/// Step types and their configuration, as Rundeck exports them: every value is text.
const RUNDECK: &[(&str, &[(&str, &str)])] = &[
    (
        "aws-athena-query",
        &[
            ("query", "SELECT 1"),
            ("database", "shop"),
            ("bucket", "results"),
            ("maxRows", "10"),
            ("timeoutSeconds", "600"),
            ("pollSeconds", "5"),
        ],
    ),
    (
        "aws-cloudwatch-logs",
        &[
            ("cloudWatchLogGroup", "/web"),
            ("timeUnit", "Minutes"),
            ("0", "15"),
            ("queryString", "fields @message"),
            ("limit", "20"),
        ],
    ),
    (
        "aws-cloudwatch-execute-saved-query",
        &[
            ("queryPath", "infra/nginx"),
            ("queryName", "errors"),
            ("cloudWatchLogGroups", "/web, /db"),
            ("timeUnit", "Hours"),
            ("0", "2"),
            ("limit", "20"),
        ],
    ),
    ("aws-cloud-audit-trail-logs", &[("logGroupName", "/web"), ("logStreamName", "today"), ("ifExists", "Ignore")]),
    ("aws-vm-start-step", &[("instanceId", "i-0123456789abcdef0,i-0123456789abcdef1"), ("region", "eu-west-1")]),
    ("aws-vm-stop-step", &[("instanceId", "i-0123456789abcdef0"), ("force", "false")]),
    (
        "aws-vm-restart-step",
        &[("instanceId", "i-0123456789abcdef0"), ("wait", "true"), ("timeoutSeconds", "600"), ("pollSeconds", "5")],
    ),
    ("aws-vm-delete-step", &[("instanceId", "i-0123456789abcdef0"), ("maxInstances", "1")]),
    (
        "aws-vm-capturesnapshot",
        &[
            ("snapshotName", "nightly"),
            ("volumeId", "vol-0123456789abcdef0"),
            ("description", "of the night"),
            ("tags", "{\"Stage\": \"production\"}"),
        ],
    ),
    (
        "aws-create-resource",
        &[
            ("snapshotId", "snap-0123456789abcdef0"),
            ("instanceType", "t3.small"),
            ("imageName", "web"),
            ("rootDeviceName", "/dev/xvda"),
            ("subnetId", "subnet-0123456789abcdef0"),
            ("securityGroupIds", "sg-0123456789abcdef0,sg-0123456789abcdef1"),
            ("count", "2"),
            ("instanceName", "web"),
            ("deleteImageAfter", "true"),
        ],
    ),
    (
        "aws-autoscaling-update-groups",
        &[("autoScalingGroupName", "web"), ("minSize", "1"), ("desiredCapacity", "2"), ("maxSize", "4")],
    ),
    ("aws-ecs-stopped-task-details", &[("cluster", "web"), ("family", "worker")]),
    ("aws-ecs-stop-task", &[("cluster", "web"), ("task", "0123456789abcdef0123456789abcdef"), ("reason", "old")]),
    ("aws-elb-target-unhealthy", &[("target", "web"), ("failIfUnhealthy", "true")]),
    (
        "aws-lambda-invoke",
        &[
            ("functionName", "report"),
            ("eventPayload", "{\"day\": 3}"),
            ("invocationType", "RequestResponse"),
            ("qualifier", "live"),
        ],
    ),
    (
        "aws-lambda-custom-code-execution",
        &[
            ("executionRoleArn", "arn:aws:iam::123456789012:role/report"),
            ("runtime", "python3.13"),
            ("functionCode", "def main(event, context): return event"),
            ("handlerFunctionName", "main"),
            ("deleteFuncAfter", "true"),
            ("functionTimeout", "60"),
            ("memoryMb", "256"),
        ],
    ),
    ("aws-rds-status", &[("target", "shop"), ("expectStatus", "available")]),
    ("aws-rds-instance-start", &[("target", "shop")]),
    ("aws-rds-instance-stop", &[("target", "shop"), ("snapshotName", "last")]),
    ("aws-rds-cluster-start", &[("target", "shop")]),
    ("aws-rds-cluster-stop", &[("cluster", "shop")]),
    ("aws-rds-instance-capture-snapshot", &[("target", "shop"), ("snapshotName", "before")]),
    (
        "aws-cli-s3-cp-step",
        &[
            ("source", "s3://data/a.txt"),
            ("destination", "out/"),
            ("recursive", "false"),
            ("dryrun", "true"),
            ("delete", "false"),
        ],
    ),
    ("aws-cli-s3-mv-step", &[("source", "site/a"), ("destination", "s3://data/a"), ("quiet", "true")]),
    (
        "aws-cli-s3-sync-step",
        &[
            ("source", "site"),
            ("destination", "s3://data"),
            ("exclude", "*.map"),
            ("recursive", "false"),
            ("delete", "true"),
        ],
    ),
    ("aws-cli-s3-ls-step", &[("S3Uri", "s3://data"), ("human-readable", "true"), ("page-size", "100")]),
    ("aws-cli-s3-rm-step", &[("S3Uri", "s3://data/old"), ("recursive", "true"), ("only-show-errors", "true")]),
    ("aws-cli-s3-mb-step", &[("S3Uri", "s3://data")]),
    ("aws-cli-s3-rb-step", &[("S3Uri", "s3://data"), ("force", "true")]),
    (
        "aws-configure-vpc-logs",
        &[
            ("resourceId", "vpc-0123456789abcdef0"),
            ("resourceType", "vpc"),
            ("trafficType", "ALL"),
            ("arn", "arn:aws:iam::123456789012:role/logs"),
            ("logGroupName", "/vpc"),
        ],
    ),
    ("aws-enablevpc-networkpeering", &[("vpcId", "vpc-0123456789abcdef0"), ("peerVpcId", "vpc-0123456789abcdef1")]),
];

#[test]
fn a_rundeck_job_with_every_step_is_imported_and_valid_as_it_is() {
    let mut job = "- name: all\n  sequence:\n    keepgoing: false\n    commands:\n".to_owned();
    for (step, configuration) in RUNDECK {
        write!(job, "    - type: {step}\n      configuration:\n").expect("it is a text");
        for (key, value) in *configuration {
            writeln!(job, "        {key:?}: {value:?}").expect("it is a text");
        }
    }
    let lent = "name = \"web\"\n[directories.site]\npath = \"site\"\nwrite = true\n[directories.out]\npath = \"out\"\nwrite = true\n";
    let site = Site::without_aws().file("rundeck.yaml", job).file("site/a", "").file("out/a", "");
    let ended = site.stepwell(&["job", "import", "rundeck.yaml"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{}", ended.stdout);
    let site = site.file("project.toml", lent).file("all.toml", ended.stdout.as_str());
    let checked = site.stepwell(&["job", "check", "all.toml"]);
    assert_eq!((checked.code, checked.stderr.as_str()), (0, ""), "{}", ended.stdout);
    assert!(checked.stdout.contains(&format!("({} steps)", RUNDECK.len())), "{}", checked.stdout);
}

/// The job files in a directory of the project.
fn jobs(site: &Site, dir: &str) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(site.path(dir)) else { return Vec::new() };
    let mut names: Vec<_> = entries.map(|entry| entry.expect("it is there").file_name()).collect();
    names.sort();
    names.into_iter().map(|name| format!("{dir}/{}", name.to_string_lossy())).collect()
}

#[test]
fn a_file_is_imported_completely_or_job_check_refuses_it_until_somebody_decides() {
    let styles = repository().join("host/import/tests/styles");
    let mut site = Site::without_aws().file("project.toml", "name = \"shop\"\n[grants.\"*\"]\nallow = [\"*\"]\n");
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir(styles).expect("it is there") {
        let path = entry.expect("it is there").path();
        let file = path.file_name().and_then(|name| name.to_str()).expect("it has a name").to_owned();
        site = site.file(&file, std::fs::read(&path).expect("it can be read"));
        let dir = format!("of-{file}");
        let ended = site.stepwell(&["job", "import", &file, "--into", &dir]);
        let checks: Vec<_> = jobs(&site, &dir).iter().map(|job| site.stepwell(&["job", "check", job])).collect();
        let passes = checks.iter().all(|check| check.code == 0);
        if !matches!((ended.code, passes, checks.len()), (0, true, 1..) | (5, false, 1..) | (2, true, 0)) {
            wrong.push((file, ended, checks));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_job_whose_guard_is_a_command_is_refused_and_runs_nothing() {
    let job = "- name: Remove\n  sequence:\n    commands:\n    - {description: Idle, exec: 'test -z \"$(who)\"'}\n    \
               - {type: aws-vm-delete-step, configuration: {instanceId: i-0123456789abcdef0}}\n";
    let site = Site::without_aws().file("rundeck.yaml", job);
    let ended = site.stepwell(&["job", "import", "rundeck.yaml"]);
    assert_eq!(ended.code, 5, "{ended:?}");
    assert!(ended.stderr.contains("ssm-run-command"), "{}", ended.stderr);
    let site = site.file("remove.toml", ended.stdout.as_str());
    let [what, ..] = site.stepwell(&["job", "check", "remove.toml"]).three_lines(2).map(str::to_owned);
    assert_eq!(what, "error: step `idle` uses a plugin `rundeck-exec` that does not exist");
    let run = site.stepwell(&["run", "remove.toml", "--dry-run"]);
    assert_eq!(run.three_lines(2)[0], what);
    assert!(ended.stdout.contains("exec = 'test -z \"$(who)\"'"), "{}", ended.stdout);
}

#[test]
fn jobs_of_several_files_find_each_other_in_the_directory_and_not_their_namesakes() {
    let restart = |group: &str, uuid: &str| {
        format!(
            "- {{name: Restart, group: {group}, uuid: '{uuid}', sequence: {{commands: [{{type: ec2-restart, configuration: {{instanceId: i-0123456789abcdef{uuid}}}}}]}}}}\n"
        )
    };
    let nightly = "- {name: Nightly, sequence: {commands: [{jobref: {group: Database, name: Restart, uuid: '2'}}]}}\n";
    for order in [["web", "database", "nightly"], ["nightly", "web", "database"], ["web", "nightly", "database"]] {
        let site = Site::without_aws().file("web.yaml", restart("Web", "1"));
        let site = site.file("database.yaml", restart("Database", "2")).file("nightly.yaml", nightly);
        for file in order {
            let ended = site.stepwell(&["job", "import", &format!("{file}.yaml"), "--into", "jobs"]);
            assert!([0, 5].contains(&ended.code), "{order:?}: {ended:?}");
        }
        let plan = site.stepwell(&["job", "plan", "jobs/nightly.toml"]);
        assert_eq!(plan.code, 0, "{order:?}: {plan:?}");
        let is_database = plan.stdout.contains("i-0123456789abcdef2");
        assert!(is_database && !plan.stdout.contains("i-0123456789abcdef1"), "{order:?}: {}", plan.stdout);
    }
    let site = Site::without_aws().file("web.yaml", restart("Web", "1"));
    let import = || site.stepwell(&["job", "import", "web.yaml", "--into", "jobs"]);
    assert_eq!(import().code, 0);
    assert!(import().three_lines(2)[0].ends_with("`jobs/restart.toml` exists already"));
}

#[test]
fn json_keeps_its_types_and_a_list_of_which_all_are_selected_has_all_of_them() {
    let job = "- name: all\n  options:\n  - {name: count, value: '3'}\n  - {name: ids, multivalued: true, delimiter: ',', enforced: true, \
               multivalueAllSelected: true, values: [i-0123456789abcdef0, i-0123456789abcdef1]}\n  sequence:\n    commands:\n    \
               - {type: aws-lambda-invoke, configuration: {functionName: f, \
               payload: '{\"n\": ${option.count}, \"ids\": \"${option.ids}\", \"none\": null}'}}\n    \
               - {type: aws-vm-stop-step, configuration: {instanceId: '${option.ids}'}}\n";
    let site = Site::without_aws().file("rundeck.yaml", job);
    let imported = site.stepwell(&["job", "import", "rundeck.yaml"]);
    assert_eq!(imported.code, 0, "{imported:?}");
    let plan = site.file("all.toml", imported.stdout).stepwell(&["job", "plan", "all.toml"]);
    let ids = ["i-0123456789abcdef0", "i-0123456789abcdef1"];
    let payload = format!("payload = {{\"ids\":\"{}\",\"n\":3,\"none\":null}}", ids.join(","));
    assert!(plan.stdout.contains(&payload), "{}", plan.stdout);
    assert!(plan.stdout.contains(&format!("instance_id = [\"{}\"]", ids.join("\",\""))), "{}", plan.stdout);
}

#[test]
fn an_option_without_a_value_leaves_its_property_out() {
    let job = "- name: all\n  options: [{name: blank}]\n  sequence:\n    keepgoing: true\n    commands:\n    \
               - {type: aws-rds-instance-stop, configuration: {target: db, snapshotName: '${option.blank}', wait: '${option.blank}'}}\n    \
               - {type: aws-autoscaling-update-groups, configuration: {autoScalingGroupName: g, maxSize: '${option.blank}', minSize: '1'}}\n    \
               - {type: aws-create-resource, configuration: {snapshotId: snap-0123456789abcdef0, instanceType: t3.micro, \
               securityGroupIds: '${option.blank}', keyName: '${option.blank}', another: ''}}\n";
    let site = Site::without_aws().file("rundeck.yaml", job);
    let imported = site.stepwell(&["job", "import", "rundeck.yaml"]);
    assert_eq!(imported.code, 0, "{imported:?}");
    let site = site.file("all.toml", imported.stdout.as_str());
    // Each step reaches AWS, where nothing answers: the configuration is accepted.
    let mut run = site.command(&["run", "all.toml", "--output", "json"]);
    run.env("AWS_REGION", "eu-central-1").env("AWS_MAX_ATTEMPTS", "1");
    let ended = super::support::ended(run.output().expect("stepwell starts"));
    let failed = ended.json_lines().into_iter().filter(|line| line["event"] == "step_failed");
    let codes: Vec<_> = failed.map(|line| line["failure"]["code"].as_str().unwrap_or_default().to_owned()).collect();
    assert_eq!(codes, ["NotSent"; 3], "{}", ended.stdout);
}
