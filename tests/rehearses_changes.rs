//! A dry run goes on past its first change: it shows each change that it would make, and tells where it cannot tell.

use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::{Identities, Ministack};

use super::runs_examples::moto;
use super::support::{Ended, NOBODY, Site, report, venv};

/// A project that grants steps that use `aws:` everything.
const ANYTHING: &str = "name = \"test\"\n[grants.\"aws\"]\nallow = [\"*\"]\n";

/// A change without an effect, because no dry run makes it: its output is the name of a queue.
const CREATE: &str = "[[steps]]\nid = \"create\"\nuses = \"aws:sqs/CreateQueue\"\nwith = { QueueName = \"orders\" }\n";

fn site(endpoint: &str, steps: &str) -> Site {
    Site::new(endpoint).file("project.toml", ANYTHING).file("job.toml", format!("name = \"job\"\n\n{steps}"))
}

/// The report of a dry run, and its exit code.
fn rehearsed(site: &Site) -> (i32, Json) {
    let ended = site.stepwell(&["run", "job.toml", "--dry-run", "--output", "json"]);
    (ended.code, report(&ended.json_lines()).clone())
}

fn shown(site: &Site) -> Ended {
    site.stepwell(&["run", "job.toml", "--dry-run"])
}

/// A step of a report.
fn step<'a>(report: &'a Json, id: &str) -> &'a Json {
    let mut steps = report["steps"].as_array().expect("a list").iter();
    steps.find(|step| step["id"] == id).unwrap_or_else(|| panic!("no {id} in {report}"))
}

fn status<'a>(report: &'a Json, id: &str) -> &'a str {
    step(report, id)["status"].as_str().expect("a word")
}

/// What a step would have sent.
fn request<'a>(report: &'a Json, id: &str) -> &'a Json {
    &step(report, id)["calls"][0]["request"]
}

#[test]
fn every_change_is_shown_with_where_its_values_would_come_from_and_none_is_made() {
    let (moto, _) = moto();
    let later = "
[[steps]]\nid = \"read\"\nuses = \"aws:sqs/ListQueues\"\n
[[steps]]\nid = \"tag\"\nuses = \"aws:sqs/TagQueue\"
with = { QueueUrl = \"${steps.create.outputs.QueueUrl}\", Tags = { run = \"${run.id}\" } }\n
[[finally]]\nid = \"drop\"\nuses = \"aws:sqs/DeleteQueue\"\nwith = { QueueUrl = \"${steps.create.outputs.QueueUrl}\" }\n";
    let site = site(moto.endpoint(), &format!("{CREATE}{later}"));
    let (code, report) = rehearsed(&site);
    assert_eq!((code, &report["outcome"]), (0, &json!("stopped_before_change")), "{report}");
    let url = "known-after.create.QueueUrl";
    assert_eq!(request(&report, "create"), &json!({ "QueueName": "orders" }));
    assert_eq!(request(&report, "tag")["QueueUrl"], url);
    assert_eq!(request(&report, "drop"), &json!({ "QueueUrl": url }));
    assert_eq!(status(&report, "read"), "succeeded", "a read is made");
    assert_eq!(step(&report, "tag")["stand_ins"], json!(["create"]));
    let asked: Vec<_> = moto.seen().expect("moto records").into_iter().map(|seen| seen.operation).collect();
    assert_eq!(asked, ["ListQueues"]);
    let ended = shown(&site);
    for line in ["■ create  would make a change", "✓ read  succeeded", "■ drop  would make a change"] {
        assert!(ended.stdout.contains(line), "{line}: {ended:?}");
    }
    assert!(
        ended.stdout.contains("job made no change (dry run: 3 steps would) in ") && ended.stderr.is_empty(),
        "{ended:?}"
    );
}

#[test]
fn a_read_that_needs_the_result_of_a_change_is_not_made_and_ends_its_branch() {
    let (moto, _) = moto();
    let later = "
[[steps]]\nid = \"look\"\nneeds = [\"create\"]\nuses = \"aws:sqs/GetQueueAttributes\"
with = { QueueUrl = \"${steps.create.outputs.QueueUrl}\" }\n
[[steps]]\nid = \"after\"\nneeds = [\"look\"]\nuses = \"aws:sqs/ListQueues\"\n
[[steps]]\nid = \"beside\"\nneeds = [\"create\"]\nuses = \"aws:sqs/ListQueues\"\n
[[finally]]\nid = \"last\"\nuses = \"note\"\nwith = { text = \"${run.outcome}\" }\n";
    let site = site(moto.endpoint(), &format!("{CREATE}{later}"));
    let (code, report) = rehearsed(&site);
    assert_eq!((code, &report["outcome"]), (0, &json!("stopped_before_change")), "{report}");
    let because = json!({ "after": ["create"], "because": "`sqs:GetQueueAttributes` needs a real value" });
    assert_eq!((status(&report, "look"), &step(&report, "look")["undecided"]), ("undecided", &because));
    assert_eq!(["after", "beside", "last"].map(|id| status(&report, id)), ["not_started", "succeeded", "succeeded"]);
    assert!(moto.seen().expect("moto records").iter().all(|seen| seen.operation == "ListQueues"));
    let text = shown(&site).stdout;
    assert!(text.contains("? look  cannot tell"), "{text}");
    assert!(
        text.contains("    `sqs:GetQueueAttributes` needs a real value; not known before a real run: `create`\n"),
        "{text}"
    );
}

#[test]
fn what_decides_whether_and_for_what_a_step_runs_has_to_be_real() {
    let (moto, _) = moto();
    let later = "
[[steps]]\nid = \"if\"\nneeds = [\"create\"]\nuses = \"aws:sqs/ListQueues\"\nwhen = \"${steps.create.outputs.QueueUrl != ''}\"\n
[[steps]]\nid = \"each\"\nneeds = [\"create\"]\nuses = \"set\"\nfor_each = \"${[steps.create.outputs.QueueUrl]}\"\nwith = { x = 1 }\n
[[steps]]\nid = \"where\"\nneeds = [\"create\"]\nuses = \"aws:sqs/ListQueues\"\naws = { region = \"${exports.place}\" }\n";
    let exported = CREATE.to_owned() + "export = { place = \"${outputs.QueueUrl}\" }\n";
    let (code, report) = rehearsed(&site(moto.endpoint(), &format!("{exported}{later}")));
    assert_eq!(code, 0, "{report}");
    for (id, key) in [("if", "when"), ("each", "for_each"), ("where", "region")] {
        let because = json!({ "after": ["create"], "because": format!("`{key}` needs a real value") });
        assert_eq!((status(&report, id), &step(&report, id)["undecided"]), ("undecided", &because));
    }
}

#[test]
fn each_item_and_each_part_of_a_job_shows_its_change() {
    let sub = "name = \"sub\"\n[options.queue]\n[options.tagged]\ntype = \"boolean\"\n
[[steps]]\nid = \"drop\"\nuses = \"aws:sqs/DeleteQueue\"\nwith = { QueueUrl = \"${options.queue}\" }\n
[[steps]]\nid = \"untag\"\nuses = \"aws:sqs/UntagQueue\"\nwhen = \"${not options.tagged}\"
with = { QueueUrl = \"${options.queue}\", TagKeys = [\"a\"] }\n
[outputs]\nqueue = \"${options.queue}\"\n";
    let later = "
[[steps]]\nid = \"each\"\nuses = \"aws:sqs/DeleteQueue\"\nfor_each = [\"a\", \"b\"]
with = { QueueUrl = \"${item}\" }\n
[[steps]]\nid = \"sub\"\nuses = \"job:sub\"\nwith = { queue = \"${steps.create.outputs.QueueUrl}\", tagged = true }\n
[[steps]]\nid = \"end\"\nuses = \"aws:sqs/PurgeQueue\"\nwith = { QueueUrl = \"${steps.sub.outputs.queue}\" }\n";
    let site = site(NOBODY, &format!("{CREATE}{later}")).file("sub.toml", sub);
    let (code, report) = rehearsed(&site);
    assert_eq!(code, 0, "{report}");
    assert_eq!(
        [request(&report, "each[0]"), request(&report, "each[1]")],
        [&json!({ "QueueUrl": "a" }), &json!({ "QueueUrl": "b" })]
    );
    let url = json!({ "QueueUrl": "known-after.create.QueueUrl" });
    assert_eq!([request(&report, "sub.drop"), request(&report, "end")], [&url, &url]);
    assert_eq!(status(&report, "sub.untag"), "skipped", "an option that is real decides");
    let text = shown(&site).stdout;
    for line in ["✓ each  would succeed", "✓ sub  would succeed", "  ■ sub.drop  would make a change"] {
        assert!(text.contains(line), "{line}: {text}");
    }
}

#[test]
fn a_dry_run_waits_neither_for_a_withheld_change_nor_for_long() {
    let ministack = Ministack::start(&venv(), Identities::Ignored).expect("ministack starts");
    let id = ministack.client().expect("boto3 starts").run_instances(1).expect("it launches").remove(0);
    let steps = format!(
        "[[steps]]\nid = \"stop\"\nuses = \"ec2-stop\"\nwith = {{ instance_id = \"{id}\" }}\n
[[steps]]\nid = \"stopped\"\nuses = \"aws:ec2/DescribeInstances\"\nwait = \"InstanceStopped\"
with = {{ InstanceIds = [\"{id}\"] }}\n
[[steps]]\nid = \"night\"\nuses = \"wait\"\ntimeout = \"9h\"\nwith = {{ duration = \"8h\" }}\n
[[steps]]\nid = \"start\"\nuses = \"ec2-start\"\nwith = {{ instance_id = \"{id}\" }}\n"
    );
    let grants = "name = \"test\"\n[grants.\"aws\"]\nallow = [\"*\"]\n[grants.ec2-stop]\nallow = [\"*\"]\n";
    let site = site(ministack.endpoint(), &steps).file("project.toml", grants);
    let (code, report) = rehearsed(&site);
    assert_eq!(code, 0, "{report}");
    let found = ["stop", "stopped", "night"].map(|id| status(&report, id));
    assert_eq!(found, ["stopped_before_change", "stopped_before_wait", "stopped_before_wait"], "{report}");
    assert_eq!(request(&report, "start"), &json!({ "InstanceIds": [id] }));
    assert!(shown(&site).stdout.contains("    would wait: "), "{report}");
}

#[test]
fn what_an_expression_computes_from_a_stand_in_is_one_too() {
    let locals = "[locals]\nready = \"${steps.create.outputs.QueueUrl == 'x'}\"\n\n";
    let later = "
[[steps]]\nid = \"pick\"\nuses = \"aws:sqs/SendMessage\"
with = { QueueUrl = \"${'a' if steps.create.outputs.QueueUrl == 'x' else 'b'}\", MessageBody = \"deploy ${'OK' if locals.ready else 'FAILED'}\" }\n
[[steps]]\nid = \"keep\"\nuses = \"set\"\nwith = { list = \"${[steps.create.outputs.QueueUrl, 1]}\" }\n";
    let (code, report) = rehearsed(&site(NOBODY, &format!("{locals}{CREATE}{later}")));
    assert_eq!(code, 0, "{report}");
    let computed = "known-after.create";
    let expected = json!({ "QueueUrl": computed, "MessageBody": format!("deploy {computed}") });
    assert_eq!(request(&report, "pick"), &expected);
    assert_eq!(step(&report, "keep")["outputs"]["list"], json!(["known-after.create.QueueUrl", 1]));
}

/// Every step reads all before it: there are a trillion ways from the last one to the first.
#[test]
fn steps_that_read_one_another_are_judged_in_no_time() {
    let step = |at: usize| {
        let read: String = (0..at).map(|before| format!("${{steps.s{before}.status}}")).collect();
        let uses = if at == 40 { "fail" } else { "note" };
        let key = if at == 40 { "message" } else { "text" };
        format!("\n[[steps]]\nid = \"s{at}\"\nuses = \"{uses}\"\nwith = {{ {key} = \"x{read}\" }}\n")
    };
    let (code, report) = rehearsed(&site(NOBODY, &format!("{CREATE}{}", (0..=40).map(step).collect::<String>())));
    assert_eq!((code, status(&report, "s40")), (1, "failed"), "no change can have made it fail: {report}");
}

#[test]
fn the_job_of_the_manual_shows_that_it_would_stop_and_start() {
    let (moto, mut aws) = moto();
    let id = aws.run_instances(1).expect("it launches").remove(0);
    let steps = format!(
        "[[steps]]\nid = \"stop\"\nuses = \"ec2-stop\"\nwith = {{ instance_id = \"{id}\" }}\n
[[steps]]\nid = \"start\"\nuses = \"ec2-start\"\nwith = {{ instance_id = \"${{steps.stop.outputs.instance_id}}\" }}\n"
    );
    let (code, report) = rehearsed(&site(moto.endpoint(), &steps));
    assert_eq!((code, status(&report, "start")), (0, "stopped_before_change"), "{report}");
    assert_eq!(request(&report, "start"), &json!({ "InstanceIds": ["known-after.stop.instance_id"] }));
}

#[test]
fn a_failure_that_may_only_follow_from_a_missing_change_is_no_failure_and_others_are() {
    let (moto, _) = moto();
    let check = "
[[steps]]\nid = \"seen\"\nneeds = [\"create\"]\nuses = \"aws:sqs/ListQueues\"\n
[[steps]]\nid = \"check\"\nneeds = [\"seen\"]\nuses = \"assert\"
with = { conditions = [{ that = \"${steps.seen.outputs.QueueUrls|default([])|length == 1}\", message = \"no queue\" }] }\n";
    let (code, report) = rehearsed(&site(moto.endpoint(), &format!("{CREATE}{check}")));
    assert_eq!((code, status(&report, "check")), (0, "undecided"), "{report}");
    assert_eq!(step(&report, "check")["undecided"]["after"], json!(["create"]));
    // Beside the change, the same step fails.
    let beside = check.replace("needs = [\"create\"]", "needs = []");
    let (code, report) = rehearsed(&site(moto.endpoint(), &format!("{CREATE}{beside}")));
    assert_eq!((code, status(&report, "check")), (1, "failed"), "{report}");
    // What a queue has to do with a parameter, or with the options, is the same in every run.
    let unrelated = "
[[steps]]\nid = \"typo\"\nuses = \"ssm-get-parameter\"\nwith = { name = \"/web/versoin\" }\n";
    let (code, report) = rehearsed(&site(moto.endpoint(), &format!("{CREATE}{unrelated}")));
    assert_eq!((code, status(&report, "typo")), (1, "failed"), "{report}");
    let guard = "
[[steps]]\nid = \"guard\"\nuses = \"assert\"\nwith = { conditions = [{ that = \"${job.name == 'x'}\", message = \"no\" }] }\n";
    let (code, report) = rehearsed(&site(moto.endpoint(), &format!("{CREATE}{guard}")));
    assert_eq!((code, status(&report, "guard")), (1, "failed"), "{report}");
    let wait = "[[steps]]\nid = \"night\"\nuses = \"wait\"\nwith = { duration = \"2m\" }\n";
    let (code, report) = rehearsed(&site(moto.endpoint(), &format!("{wait}{unrelated}")));
    assert_eq!((code, status(&report, "typo")), (1, "failed"), "{report}");
    // No right and no connection comes with the change.
    let (code, report) = rehearsed(&site(NOBODY, &format!("{CREATE}{check}")));
    assert_eq!((code, status(&report, "seen")), (1, "failed"), "{report}");
}
