//! A plugin can be inspected before it is trusted, and its imports are all that it can do.

use serde_json::{Value as Json, json};

use super::support::{Site, component, repository};

fn inspect(file: &str) -> Json {
    let path = repository().join("plugins/target/components").join(file);
    let ended = Site::without_aws().stepwell(&["plugin", "inspect", path.to_str().expect("UTF-8"), "--output", "json"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    serde_json::from_str(&ended.stdout).expect("it is JSON")
}

#[test]
fn inspect_names_exactly_the_iam_actions_of_a_plugin() {
    for (file, actions) in [
        ("aws_validate_credentials.wasm", &["sts:GetCallerIdentity"][..]),
        ("ec2_start.wasm", &["ec2:DescribeInstances", "ec2:StartInstances"]),
        ("ec2_stop.wasm", &["ec2:DescribeInstances", "ec2:StopInstances"]),
        ("ec2_restart.wasm", &["ec2:DescribeInstanceStatus", "ec2:RebootInstances"]),
    ] {
        let plugin = inspect(file);
        assert_eq!(plugin["actions"], actions.iter().copied().collect::<Json>(), "{file}");
        assert_eq!(plugin["imports"]["wasi"], Json::Array(vec![]), "{file}");
        assert_eq!(plugin["origin"], "shipped", "{file}");
        let size = plugin["size"].as_u64().expect("a number");
        assert!(size <= 150 * 1024, "{file} has {size} bytes");
    }
}

#[test]
fn inspect_tells_people_what_a_plugin_is() {
    let ended = Site::without_aws().stepwell(&["plugin", "inspect", "ec2-stop"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    for part in
        ["ec2-stop", "sha256:", "IAM actions", "ec2:StopInstances", "instance_id", "(required)", "[default: \"10m\"]"]
    {
        assert!(ended.stdout.contains(part), "{part} in {}", ended.stdout);
    }
}

#[test]
fn inspect_lists_the_failures_that_are_a_plugins_own() {
    let failures = json!([{
        "code": "TooManyInstances",
        "summary": "More instances were found than `max_instances` allows.",
    }]);
    assert_eq!(inspect("ec2_list.wasm")["description"]["failures"], failures);
    assert_eq!(inspect("ec2_stop.wasm")["description"]["failures"], Json::Null);
    let ended = Site::without_aws().stepwell(&["plugin", "inspect", "ec2-list"]);
    let own = "Failures of its own\n  TooManyInstances  More instances were found";
    assert!(ended.stdout.contains(own), "{}", ended.stdout);
}

#[test]
fn a_plugin_whose_metadata_contradict_it_is_refused() {
    let section = b"\0\x0d\x07version9.9.9";
    let changed = [component("ec2_stop.wasm"), section.to_vec()].concat();
    let site = Site::without_aws().file("odd.wasm", changed);
    let ended = site.stepwell(&["plugin", "inspect", "./odd.wasm"]);
    let [what, because, next] = ended.three_lines(2);
    assert!(what.ends_with("the plugin gives itself two versions"), "{what}");
    assert_eq!(because, "because: the metadata of the component say `9.9.9`, and its description `0.1.0`");
    assert!(next.contains("build the plugin again"), "{next}");
}

#[test]
fn inspect_of_something_else_says_what_it_is_not() {
    let site = Site::without_aws();
    assert_eq!(
        site.stepwell(&["plugin", "inspect", "ec2-stpo"]).three_lines(2)[2],
        "next: write `ec2-stop` instead of `ec2-stpo`"
    );
    site.stepwell(&["plugin", "inspect", "./nowhere.wasm"]).three_lines(2);
    let site = site.file("Odd Name.wasm", component("ec2_stop.wasm"));
    site.stepwell(&["plugin", "inspect", "./Odd Name.wasm"]).three_lines(2);
}

#[test]
fn list_shows_where_every_plugin_comes_from() {
    let site = Site::without_aws().guest("noop").home_file("plugins/waiter.wasm", super::support::guest("waiter"));
    let project = site.path("");
    let ended = site.stepwell(&["plugin", "list", "--project", project.to_str().expect("UTF-8")]);
    assert_eq!(ended.code, 0, "{ended:?}");
    for (name, from) in [("ec2-start", "shipped"), ("noop", "project"), ("waiter", "home")] {
        let line =
            ended.stdout.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{name}: {ended:?}"));
        assert!(line.contains(from), "{line}");
    }
}

#[test]
fn list_continues_after_a_file_that_is_no_plugin() {
    let site = Site::without_aws().home_file("plugins/broken.wasm", "no plugin");
    let ended = site.stepwell(&["plugin", "list"]);
    assert_eq!(ended.code, 2);
    assert!(ended.stdout.contains("ec2-start") && ended.stderr.contains("broken.wasm"), "{ended:?}");
}
