//! `ec2-create-from-snapshot`.

use rustix::process::Signal;
use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::AwsClient;

use super::{changes, failed, instance_page, links, moto, outputs, volume, waits};
use crate::resumes::running::{Running, await_that};
use crate::support::{Site, log_lines, report};

pub fn snapshot(aws: &mut AwsClient) -> String {
    let volume = volume(aws);
    let made = aws.call("ec2", "CreateSnapshot", json!({ "VolumeId": volume })).expect("a snapshot");
    made["SnapshotId"].as_str().expect("an id").to_owned()
}

pub fn site(endpoint: &str, with: &str) -> Site {
    Site::new(endpoint).step("ec2-create-from-snapshot", &format!("{{ instance_type = \"t3.micro\", {with} }}"))
}

/// All instances.
pub fn instances(aws: &mut AwsClient) -> Vec<Json> {
    let found = aws.call("ec2", "DescribeInstances", json!({})).expect("it answers");
    let reservations = found["Reservations"].as_array().expect("a list").clone();
    reservations.into_iter().flat_map(|of| of["Instances"].as_array().expect("a list").clone()).collect()
}

/// All images of the account.
pub fn images(aws: &mut AwsClient) -> Vec<Json> {
    let found = aws.call("ec2", "DescribeImages", json!({ "Owners": ["self"] })).expect("it answers");
    found["Images"].as_array().expect("a list").clone()
}

fn text<'a>(of: &'a Json, name: &str) -> &'a str {
    of[name].as_str().unwrap_or_default()
}

#[test]
fn instances_are_launched_from_a_snapshot_and_the_image_between_goes() {
    let (moto, mut aws) = moto(2);
    let snapshot = snapshot(&mut aws);
    let with = format!(
        "snapshot_id = \"{snapshot}\", count = 2, instance_name = \"web\", tags = {{ env = \"prod\" }}, \
         user_data = \"#!/bin/sh\\n\", key_name = \"key\", delete_image_after = true, wait = true"
    );
    let (code, lines) = site(moto.endpoint(), &with).run_json();
    assert_eq!(code, 0, "{:?}", lines.last());

    let launched = instances(&mut aws);
    let [first, second] = &launched[..] else { panic!("{launched:?}") };
    let image = text(first, "ImageId");
    let ids = [text(first, "InstanceId"), text(second, "InstanceId")];
    let expected = json!({
        "image_id": image, "instance_ids": ids, "instance_id": ids[0],
        "private_ip_address": first["PrivateIpAddress"], "public_dns_name": first["PublicDnsName"],
    });
    assert_eq!(*outputs(&lines), expected);
    assert_eq!((text(&first["State"], "Name"), text(first, "KeyName")), ("running", "key"));
    assert_eq!(first["Tags"].as_array().map(Vec::len), Some(2), "{first}");
    let asked = json!({ "InstanceId": ids[1], "Attribute": "userData" });
    let kept = aws.call("ec2", "DescribeInstanceAttribute", asked).expect("it answers");
    assert_eq!(kept["UserData"]["Value"], "IyEvYmluL3NoCg==");

    let waits = waits(&lines);
    for waited in [format!("{image}: pending"), format!("{} and 1 more: pending", ids[0])] {
        assert!(waits.contains(&waited.as_str()), "{waited} in {waits:?}");
    }
    assert_eq!(changes(&moto), ["RegisterImage", "RunInstances", "DeregisterImage"]);
    assert_eq!(images(&mut aws), [] as [Json; 0]);
    aws.call("ec2", "DescribeSnapshots", json!({ "SnapshotIds": [snapshot] })).expect("the snapshot stays");

    let seen = moto.seen().expect("moto records");
    let asked = &seen.iter().find(|call| call.operation == "RegisterImage").expect("it registers").parameters;
    let run = lines[0]["run"].as_str().expect("an id");
    for (name, value) in [
        ("Name", format!("stepwell-{run}-it")),
        ("BlockDeviceMapping.1.Ebs.SnapshotId", snapshot),
        ("BlockDeviceMapping.1.DeviceName", "/dev/xvda".to_owned()),
        ("RootDeviceName", "/dev/xvda".to_owned()),
        ("Architecture", "x86_64".to_owned()),
        ("EnaSupport", "true".to_owned()),
    ] {
        assert_eq!(asked.get(name), Some(&value), "{name}");
    }
}

#[test]
fn an_existing_image_is_launched_as_it_is_and_stays() {
    let (moto, mut aws) = moto(0);
    let made = aws.call("ec2", "RegisterImage", json!({ "Name": "ours" })).expect("an image");
    let image = text(&made, "ImageId");
    let (code, lines) = site(moto.endpoint(), &format!("image_id = \"{image}\", wait = true")).run_json();
    assert_eq!((code, &outputs(&lines)["image_id"]), (0, &json!(image)), "{:?}", lines.last());
    let page = instance_page(text(outputs(&lines), "instance_id"));
    assert_eq!((links(&lines), &outputs(&lines)["console_url"]), (vec![page.as_str()], &json!(page)));
    assert_eq!(changes(&moto), ["RunInstances"]);
    assert_eq!((images(&mut aws).len(), instances(&mut aws).len()), (1, 1));
}

#[test]
fn without_wait_the_image_stays_and_the_step_is_done_when_the_instance_is_launched() {
    let (moto, mut aws) = moto(0);
    let snapshot = snapshot(&mut aws);
    let with = format!("snapshot_id = \"{snapshot}\", image_name = \"web image\", architecture = \"arm64\"");
    let (code, lines) = site(moto.endpoint(), &with).run_json();
    assert_eq!(code, 0, "{:?}", lines.last());
    assert_eq!(text(&images(&mut aws)[0], "Name"), "web image");
    let seen = moto.seen().expect("moto records");
    assert!(!seen.iter().any(|call| call.operation == "DescribeInstances"), "{seen:?}");
}

#[test]
fn when_nothing_can_be_launched_the_image_is_deregistered() {
    let (moto, mut aws) = moto(0);
    let snapshot = snapshot(&mut aws);
    let with = format!("snapshot_id = \"{snapshot}\", subnet_id = \"subnet-0123456789abcdef0\"");
    let ended = site(moto.endpoint(), &with).run_json();
    let message = failed(&ended, "NotFound");
    assert!(message.contains("InvalidSubnetID.NotFound") && message.contains("subnet-0123456789abcdef0"), "{message}");
    assert_eq!(changes(&moto), ["RegisterImage", "RunInstances", "DeregisterImage"]);
    assert_eq!((images(&mut aws).len(), instances(&mut aws).len()), (0, 0));
}

#[test]
fn an_image_that_fails_or_takes_too_long_is_deregistered_and_nothing_is_launched() {
    for (seconds, more, code, words) in [
        (1, "image_name = \"comes-to-nothing\"", "TerminalState", "is `failed` and will not be `available`"),
        (600, "timeout = \"1s\", poll_every = \"200ms\"", "WaitTimeout", "is not `available` after 1s, but `pending`"),
    ] {
        let (moto, mut aws) = moto(seconds);
        let snapshot = snapshot(&mut aws);
        let ended = site(moto.endpoint(), &format!("snapshot_id = \"{snapshot}\", {more}")).run_json();
        let message = failed(&ended, code);
        assert!(message.starts_with("ami-") && message.contains(words), "{message}");
        assert_eq!(changes(&moto), ["RegisterImage", "DeregisterImage"]);
        assert_eq!((images(&mut aws).len(), instances(&mut aws).len()), (0, 0));
    }
}

#[test]
fn an_instance_that_ends_while_it_comes_up_ends_the_step() {
    let (moto, mut aws) = moto(4);
    let made = aws.call("ec2", "RegisterImage", json!({ "Name": "ours" })).expect("an image");
    await_that("the image is available", || text(&images(&mut aws)[0], "State") == "available");
    let with = format!("image_id = \"{}\", wait = true", text(&made, "ImageId"));
    let running = Running::waiting(&site(moto.endpoint(), &with));
    let id = text(&instances(&mut aws)[0], "InstanceId").to_owned();
    aws.call("ec2", "TerminateInstances", json!({ "InstanceIds": [id] })).expect("it is terminated");
    let over = running.end();
    let ended = (over.code, over.lines);
    let message = failed(&ended, "TerminalState");
    assert!(message.starts_with(&format!("{id} is `")) && message.contains("will not be `running`"), "{message}");
}

#[test]
fn a_configuration_that_makes_no_sense_is_refused_before_any_call() {
    let (moto, _) = moto(0);
    let (snapshot, image) = ("snapshot_id = \"snap-0123456789abcdef0\"", "image_id = \"ami-0123456789abcdef0\"");
    for (with, named) in [
        (String::new(), "either `snapshot_id` or `image_id`"),
        (format!("{snapshot}, {image}"), "either `snapshot_id` or `image_id`"),
        (format!("{image}, delete_image_after = true"), "requires `snapshot_id`, not `image_id`"),
        (format!("{image}, architecture = \"arm64\""), "requires `snapshot_id`, not `image_id`"),
        (format!("{snapshot}, instance_name = \"a\", tags = {{ Name = \"b\" }}"), "`instance_name`"),
    ] {
        let with = with.trim_start_matches(", ");
        let checked = site(moto.endpoint(), with).stepwell(&["job", "check", "job.toml"]);
        assert!(checked.three_lines(2)[1].contains(named), "{with}: {checked:?}");
    }
    assert_eq!(moto.seen().expect("moto records"), []);
}

#[test]
fn a_step_that_is_cancelled_before_it_launches_takes_its_image_with_it() {
    let (moto, mut aws) = moto(600);
    let snapshot = snapshot(&mut aws);
    let running = Running::waiting(&site(moto.endpoint(), &format!("snapshot_id = \"{snapshot}\"")));
    running.signal(Signal::INT);
    let over = running.end();
    assert_eq!(over.code, 130, "{over:?}");
    assert_eq!(changes(&moto), ["RegisterImage", "DeregisterImage"]);
    assert_eq!((images(&mut aws).len(), instances(&mut aws).len()), (0, 0));
}

#[test]
fn a_step_that_is_cancelled_after_it_launched_says_what_stays() {
    let (moto, mut aws) = moto(3);
    let snapshot = snapshot(&mut aws);
    let with = format!("snapshot_id = \"{snapshot}\", wait = true, delete_image_after = true");
    let site = site(moto.endpoint(), &with);
    let mut running = Running::waiting(&site);
    while instances(&mut aws).is_empty() {
        running.until("step_waiting");
    }
    running.until("step_waiting");
    running.signal(Signal::INT);
    let over = running.end();
    assert_eq!(over.code, 130, "{over:?}");
    assert_eq!(report(&over.lines)["steps"][0]["status"], "cancelled");
    let launched = instances(&mut aws);
    let left = format!("{}: launched, stays", text(&launched[0], "InstanceId"));
    assert!(log_lines(&over.lines).contains(&left.as_str()), "{:?}", log_lines(&over.lines));
    assert_ne!(text(&launched[0]["State"], "Name"), "terminated");
    assert_eq!(images(&mut aws).len(), 0);
}

const KEY: &str = "keys/web/registration";

#[test]
fn a_secret_reaches_the_user_data_and_nothing_else() {
    let (moto, mut aws) = moto(0);
    let secret = "hunter22-and-more";
    let job = |subnet: &str| {
        format!(
            "name = \"job\"\n[options.token]\nsecret = true\nkey = \"{KEY}\"\n\n[[steps]]\nid = \"it\"\n\
             uses = \"ec2-create-from-snapshot\"\n\
             with = {{ instance_type = \"t3.micro\", image_id = \"ami-12345678\", user_data = \"say ${{options.token}}\"{subnet} }}\n"
        )
    };
    let site = Site::new(moto.endpoint()).file("job.toml", job(""));
    assert_eq!(site.pipe(&["keys", "set", KEY], secret).code, 0);
    let (code, lines) = site.run_json();
    assert_eq!(code, 0, "{:?}", lines.last());
    let asked = json!({ "InstanceId": outputs(&lines)["instance_id"], "Attribute": "userData" });
    let kept = aws.call("ec2", "DescribeInstanceAttribute", asked).expect("it answers");
    // Base64 of `say hunter22-and-more`.
    assert_eq!(kept["UserData"]["Value"], "c2F5IGh1bnRlcjIyLWFuZC1tb3Jl");
    let request = &report(&lines)["steps"][0]["calls"][0]["request"];
    assert_eq!(request["UserData"]["Sha256"].as_str().map(str::len), Some(64), "{request}");

    let site = site.file("job.toml", job(", subnet_id = \"subnet-0123456789abcdef0\""));
    let ended = site.run_json();
    assert!(failed(&ended, "NotFound").contains("withheld"), "{:?}", ended.1.last());
    let all = format!("{lines:?}{:?}", ended.1);
    assert!(!all.contains("hunter22") && !all.contains("aHVudGVyMjI") && !all.contains("h1bnRlcjIy"), "{all}");
}
