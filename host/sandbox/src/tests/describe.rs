use serde_json::json;
use stepwell_model::NextAction as _;
use stepwell_model::action;
use stepwell_model::limits::Limits;
use stepwell_model::plugin::{Description, Extra, Kind};

use super::guest::Guest;
use super::support::{bench, file};
use crate::{LoadError, StepFault};

async fn refused(guest: Guest<'_>) -> LoadError {
    let bench = bench(&guest.component()).await;
    bench.sandbox.describe(&bench.component, Limits::default()).await.unwrap_err()
}

#[tokio::test]
async fn a_plugin_says_what_it_is() {
    let bench = bench(&file("ec2_stop.wasm")).await;
    let said = bench.sandbox.describe(&bench.component, Limits::default()).await.unwrap();
    assert_eq!((said.name.as_str(), &said.kinds[..]), ("ec2-stop", &[Kind::WorkflowStep][..]));
    assert!(said.config_schema.is_object() && said.outputs_schema.is_object());
}

#[tokio::test]
async fn what_is_not_valid_is_named() {
    for (at, text, field) in [
        (0, "Not A Name", "name"),
        (1, "1.2", "version"),
        (2, " ", "summary"),
        (3, "{", "config-schema"),
        (3, r#"{"type": "strnig"}"#, "config-schema"),
        (4, r#"{"$ref": "http://127.0.0.1/schema"}"#, "outputs-schema"),
    ] {
        let mut texts = Guest::default().texts;
        texts[at] = text;
        let error = refused(Guest { texts, ..Guest::default() }).await;
        assert!(matches!(error, LoadError::Description { field: found, .. } if found == field), "{}", error.explain());
    }
}

async fn described(guest: Guest<'_>) -> Description {
    let bench = bench(&guest.component()).await;
    bench.sandbox.describe(&bench.component, Limits::default()).await.unwrap()
}

#[tokio::test]
async fn kinds_of_later_hosts_are_ignored() {
    let kinds = &["gate", "node-step", "workflow-step", "node-step"];
    let said = described(Guest { kinds, ..Guest::default() }).await;
    assert_eq!(said.kinds, [Kind::WorkflowStep, Kind::NodeStep]);
}

#[tokio::test]
async fn a_plugin_without_a_kind_that_the_host_knows_is_refused() {
    let many = ["workflow-step"; 17];
    for (kinds, because) in [
        (&[][..], "this host has `workflow-step`, `node-step`, and the plugin has none"),
        (
            &["gate", "WorkflowStep"],
            "this host has `workflow-step`, `node-step`, and the plugin has `gate`, `WorkflowStep`",
        ),
        (&many, "there are more than 16"),
    ] {
        let error = refused(Guest { kinds, ..Guest::default() }).await;
        assert!(matches!(error, LoadError::Description { field: "kinds", .. }), "{}", error.explain());
        assert_eq!(error.because(), because);
    }
}

#[tokio::test]
async fn a_plugin_may_state_its_own_failures_and_its_homepage() {
    let extra = r#"{ "later": [1], "homepage": "https://example.com/a?b#c",
        "failures": [{ "code": "QuotaReached", "summary": " No\n more ", "more": 1 }, { "code": "a.b", "summary": "c" }] }"#;
    let said = described(Guest { extra, ..Guest::default() }).await.extra;
    assert_eq!(said.homepage.as_deref(), Some("https://example.com/a?b#c"));
    let failures: Vec<_> = said.failures.iter().map(|own| (own.code.as_str(), own.summary.as_str())).collect();
    assert_eq!(failures, [("QuotaReached", "No more"), ("a.b", "c")]);
    let said = described(Guest { extra: r#"{"failures":[]}"#, ..Guest::default() }).await;
    assert_eq!(said.extra, Extra::default());
}

#[tokio::test]
async fn further_facts_that_are_not_valid_are_named_by_their_key() {
    let (long, many) = (format!("https://{}", "a".repeat(2048)), vec![json!({ "code": "a", "summary": "b" }); 101]);
    let failures = |value| (json!({ "failures": value }).to_string(), "extra.failures");
    let homepage = |value| (json!({ "homepage": value }).to_string(), "extra.homepage");
    for (extra, key) in [
        (String::new(), "extra"),
        ("[]".to_owned(), "extra"),
        (json!({ "later": "x".repeat(64 << 10) }).to_string(), "extra"),
        failures(json!({})),
        failures(json!(["QuotaReached"])),
        failures(json!([{ "code": "A" }])),
        failures(json!([{ "code": 1, "summary": "b" }])),
        failures(json!([{ "code": "", "summary": "b" }])),
        failures(json!([{ "code": "a\u{1b}[2J", "summary": "b" }])),
        failures(json!([{ "code": "A".repeat(65), "summary": "b" }])),
        failures(json!([{ "code": "A", "summary": " \n " }])),
        failures(json!([{ "code": "A", "summary": "b" }, { "code": "A", "summary": "c" }])),
        failures(json!(many)),
        homepage(json!(null)),
        homepage(json!(1)),
        homepage(json!("https://")),
        homepage(json!("javascript:alert(1)")),
        homepage(json!("https://a/\u{1b}]8;;")),
        homepage(json!(long)),
    ] {
        let error = refused(Guest { extra: &extra, ..Guest::default() }).await;
        let LoadError::Description { field, .. } = &error else { panic!("{}", error.explain()) };
        assert_eq!(*field, key, "{extra}: {}", error.explain());
    }
}

/// A custom section, and the section with the name of a component.
fn section(name: &str, data: &[u8]) -> Vec<u8> {
    let size = 1 + name.len() + data.len();
    [&[0, size as u8, name.len() as u8], name.as_bytes(), data].concat()
}

fn named(name: &str) -> Vec<u8> {
    section("component-name", &[&[0, 1 + name.len() as u8, name.len() as u8], name.as_bytes()].concat())
}

#[tokio::test]
async fn metadata_that_contradict_the_description_are_refused() {
    let guest = Guest::default().component();
    for (sections, what) in [
        (vec![], None),
        (vec![named("test-guest"), section("version", b"1.2.3")], None),
        (vec![section("version", b"\xff"), section("component-name", b"\0\xff\xff\xff\xff")], None),
        (vec![named("other")], Some(("name", "`other`, and its description `test-guest`"))),
        (
            vec![named("test-guest"), section("version", b"1.2.4")],
            Some(("version", "`1.2.4`, and its description `1.2.3`")),
        ),
    ] {
        let bench = bench(&[guest.clone(), sections.concat()].concat()).await;
        let described = bench.sandbox.describe(&bench.component, Limits::default()).await;
        let Some((what, because)) = what else {
            described.unwrap();
            continue;
        };
        let error = described.unwrap_err();
        let plural = if what == "name" { "names" } else { "versions" };
        assert_eq!(
            error.explain(),
            format!(
                "error: the plugin gives itself two {plural}\nbecause: the metadata of the component say {because}\n\
                 next: build the plugin again, and let both {plural} come from one file, such as Cargo.toml"
            )
        );
    }
}

#[tokio::test]
async fn the_metadata_of_parts_of_a_component_do_not_count() {
    let part = [&b"\0asm\x0d\0\x01\0"[..], &section("version", b"9.9.9"), &named("part")].concat();
    let nested = [&[4, part.len() as u8][..], &part].concat();
    let bench = bench(&[Guest::default().component(), nested, section("version", b"1.2.3")].concat()).await;
    assert!(bench.sandbox.describe(&bench.component, Limits::default()).await.is_ok());
}

#[tokio::test]
async fn the_shipped_plugins_state_their_name_and_version_in_their_metadata() {
    let bytes = file("ec2_stop.wasm");
    for text in [&b"component-name\0\x09\x08ec2-stop"[..], b"\x07version0.1.0", b"\x08licensesApache-2.0 OR MIT"] {
        assert!(bytes.windows(text.len()).any(|window| window == text), "{}", String::from_utf8_lossy(text));
    }
}

#[tokio::test]
async fn a_crash_while_it_is_asked_is_told() {
    let error = refused(Guest { describe: "unreachable", ..Guest::default() }).await;
    assert!(matches!(error, LoadError::DescribeFailed(StepFault::Trapped { .. })), "{}", error.explain());
}

#[tokio::test]
async fn nothing_but_log_answers_while_it_is_asked() {
    let clock = "(import \"stepwell:clock/clock@0.2.0\" \"now\" (func $now (result i64)))";
    let error = refused(Guest { imports: clock, describe: "(drop (call $now))", ..Guest::default() }).await;
    let LoadError::DescribeCalled { function } = &error else { panic!("{}", error.explain()) };
    assert_eq!(*function, action::host::CLOCK_NOW);

    let ec2 = "(import \"stepwell:ec2/ec2@0.2.0\" \"reboot-instances\" (func $reboot (param i32 i32 i32)))";
    let describe = "(call $reboot (i32.const 0) (i32.const 0) (i32.const 65536))";
    let error = refused(Guest { imports: ec2, describe, ..Guest::default() }).await;
    let LoadError::DescribeCalled { function } = &error else { panic!("{}", error.explain()) };
    assert_eq!(*function, action::ec2::REBOOT_INSTANCES.row().function);

    let credentials =
        "(import \"stepwell:credentials/credentials@0.2.0\" \"describe\" (func $credentials (param i32)))";
    let describe = "(call $credentials (i32.const 65536))";
    let error = refused(Guest { imports: credentials, describe, ..Guest::default() }).await;
    let LoadError::DescribeCalled { function } = &error else { panic!("{}", error.explain()) };
    assert_eq!(*function, action::host::CREDENTIALS_DESCRIBE);

    let log = "(import \"stepwell:log/log@0.2.0\" \"line\" (func $line (param i32 i32 i32)))";
    let describe = "(call $line (i32.const 0) (i32.const 0) (i32.const 0))";
    let bench = bench(&Guest { imports: log, describe, ..Guest::default() }.component()).await;
    assert!(bench.sandbox.describe(&bench.component, Limits::default()).await.is_ok());
}
