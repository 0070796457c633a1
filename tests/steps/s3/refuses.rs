//! Paths that leave the lent directories, uses that they are not lent for, and operations that AWS denies.

use std::fs;
use std::os::unix::fs::symlink;

use serde_json::json;
use stepwell_xtask::emulator::REGION;

use super::stage::{Stage, these};
use crate::support::Site;
use crate::support::identity::{Identity, user};

#[test]
fn no_path_leaves_a_lent_directory() {
    let mut stage = Stage::new().with_objects(&[("a", "a")]);
    let outside = stage.file("secret/key", "secret");
    symlink(stage.site.path("secret"), stage.site.path("files/link")).expect("a link");
    symlink(&outside, stage.site.path("files/key")).expect("a link");
    let secret = outside.display().to_string();
    for source in ["site/link/key", "site/key"] {
        let with = format!(r#"source = "{source}", destination = "s3://data/stolen/""#);
        assert_eq!(stage.failed("s3-copy", &with).0, "ConfigurationInvalid", "{source}");
    }
    let linked = r#"source = "site/link", destination = "s3://data/stolen/", recursive = true"#;
    assert_eq!(stage.failed("s3-copy", linked).0, "ConfigurationInvalid");
    for source in ["site/../secret/key", "../secret/key", secret.as_str(), "site//a", "./site/a", "site/.."] {
        let with = format!(r#"source = "{source}", destination = "s3://data/stolen/""#);
        stage.refused("s3-copy", &with);
        // Also when only the run knows it.
        let job = format!(
            "name = \"job\"\n[[steps]]\nid = \"from\"\nuses = \"set\"\nwith = {{ it = \"{source}\" }}\n[[steps]]\nid = \"it\"\n\
             uses = \"s3-copy\"\nwith = {{ source = \"${{steps.from.outputs.it}}\", destination = \"s3://data/stolen/\" }}\n"
        );
        fs::write(stage.site.path("job.toml"), job).expect("it can be written");
        let (code, lines) = stage.site.run_json();
        let code_of_failure = &crate::support::report(&lines)["steps"][1]["failure"]["code"];
        assert_eq!((code, code_of_failure), (1, &json!("ConfigurationInvalid")), "{source}");
    }
    assert_eq!(stage.keys(), ["a"]);
}

#[test]
fn nothing_is_written_outside_a_lent_directory_whatever_a_key_says() {
    let stage =
        Stage::new().with_objects(&[("x/../../evil", "1"), ("x/a", "2"), ("x/link/evil", "3"), ("x//evil", "4")]);
    fs::create_dir(stage.site.path("elsewhere")).expect("it can be made");
    symlink(stage.site.path("elsewhere"), stage.site.path("arrived/link")).expect("a link");
    let absolute = format!(r#"source = "s3://data/x/a", destination = "{}""#, stage.site.path("elsewhere/a").display());
    assert!(stage.refused("s3-copy", &absolute).contains("is absolute"));
    let with = r#"source = "s3://data/x", destination = "out", recursive = true"#;
    let (code, lines) = stage.run("s3-copy", with);
    let failure = crate::support::failure(&lines);
    assert_eq!((code, &failure["code"], &failure["retryable"]), (1, &json!("PartialTransfer"), &json!(false)));
    let said = failure["message"].as_str().expect("a text");
    assert_eq!(said, "3 files failed, see the log; done: 1 file, 1 Byte");
    let warned: Vec<_> =
        crate::support::log_lines(&lines).into_iter().filter(|line| line.contains(" failed: ")).collect();
    assert!(warned[0].starts_with("download failed: s3://data/x/../../evil to out/../../evil: `"), "{warned:?}");
    assert_eq!(stage.files("arrived"), these(&[("a", "2")]));
    assert!(stage.files("elsewhere").is_empty() && !stage.site.path("evil").exists());
}

#[test]
fn a_link_in_the_source_is_not_followed_and_is_reported() {
    let mut stage = Stage::new().with_files(&[("a.txt", "a"), ("z.txt", "z")]);
    symlink(stage.site.path("files/a.txt"), stage.site.path("files/link")).expect("a link");
    let with = r#"source = "site", destination = "s3://data", recursive = true"#;
    let (code, lines) = stage.run("s3-copy", with);
    assert_eq!((code, &crate::support::failure(&lines)["code"]), (1, &json!("PartialTransfer")));
    let logged = crate::support::log_lines(&lines);
    assert!(logged.contains(&"upload failed: site/link: a symbolic link"), "{logged:?}");
    assert_eq!(stage.keys(), ["a.txt", "z.txt"]);
    stage.done("s3-copy", &format!(r#"{with}, exclude = "link""#));
}

#[test]
fn a_directory_that_is_lent_for_reading_is_not_written_and_one_that_is_not_lent_is_not_there() {
    let stage = Stage::new().with_objects(&[("a", "a"), ("b", "b")]);
    for with in [
        r#"source = "s3://data/a", destination = "site/""#,
        r#"source = "s3://data", destination = "site", recursive = true"#,
    ] {
        let message = stage.refused("s3-copy", with);
        assert!(message.contains("`destination`: directory `site` is lent for reading only ("), "{message}");
        assert!(message.ends_with("project.toml:3:1)"), "{message}");
    }
    assert!(stage.files("files").is_empty());
    let lines = stage.refused("s3-copy", r#"source = "s3://data/a", destination = "backup/a""#);
    assert!(lines.contains("no directory `backup` is lent by [directories]; lent are `out`, `site`"), "{lines}");
}

/// What no run can do is told with its place, and not after earlier steps have acted.
#[test]
fn a_transfer_that_no_run_can_make_is_refused_before_the_first_step() {
    let stage = Stage::new();
    for (uses, with, said) in [
        ("s3-copy", r#"source = "nosuchdir/x", destination = "s3://bucket-x/y""#, "no directory `nosuchdir` is lent"),
        ("s3-sync", r#"source = "s3://bucket-x", destination = "/var/www", delete = true"#, "`/var/www` is absolute"),
        ("s3-copy", r#"source = "site/a", destination = "out/b""#, "are both on this machine"),
        ("s3-copy", r#"source = "site", destination = "s3://data", include = "*.txt""#, "there is no `exclude`"),
        ("s3-remove", r#"s3_uri = "s3://data""#, "it is a whole bucket"),
        ("s3-copy", r#"source = "site/a", destination = "s3://a/b""#, "`a` is not the name of a bucket"),
        ("s3-move", r#"source = "site/a", destination = "s3://data/b""#, "lent for reading only"),
        (
            "s3-sync",
            r#"source = "site", destination = "s3://data", size_only = true, exact_timestamps = true"#,
            "it ignores",
        ),
    ] {
        let because = stage.refused(uses, with);
        assert!(because.contains(said), "{with}: {because}");
    }
}

#[test]
fn what_aws_denies_for_one_file_stops_the_step_and_names_the_action() {
    let identity = Identity::new();
    let place = json!({ "LocationConstraint": REGION });
    identity.call("s3", "CreateBucket", json!({ "Bucket": "data", "CreateBucketConfiguration": place }));
    let mut root = identity.ministack.client().expect("a client starts");
    let reader = user(&mut root, "reader", &["s3:ListBucket", "s3:GetObject"]);
    let project = "name = \"test\"\n[directories]\nsite = { path = \"files\" }\n";
    let site = Site::new(identity.ministack.endpoint()).signing_as(reader).file("project.toml", project);
    let site = (0..20).fold(site, |site, number| site.file(&format!("files/{number}"), "x"));
    let (code, lines) =
        site.step("s3-sync", r#"{ source = "site", destination = "s3://data", delete = true }"#).run_json();
    let failure = crate::support::failure(&lines);
    assert_eq!((code, &failure["code"]), (1, &json!("AccessDenied")), "{failure}");
    assert!(failure["message"].as_str().is_some_and(|said| said.contains("`s3:PutObject` was denied")), "{failure}");
}
