use stepwell_model::NextAction as _;
use stepwell_model::action;
use stepwell_model::limits::Limits;
use stepwell_model::plugin::Kind;

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

#[tokio::test]
async fn a_crash_while_it_is_asked_is_told() {
    let error = refused(Guest { describe: "unreachable", ..Guest::default() }).await;
    assert!(matches!(error, LoadError::DescribeFailed(StepFault::Trapped { .. })), "{}", error.explain());
}

#[tokio::test]
async fn nothing_but_log_answers_while_it_is_asked() {
    let clock = "(import \"stepwell:step/clock@0.1.0\" \"now\" (func $now (result i64)))";
    let error = refused(Guest { imports: clock, describe: "(drop (call $now))", ..Guest::default() }).await;
    let LoadError::DescribeCalled { function } = &error else { panic!("{}", error.explain()) };
    assert_eq!(*function, action::host::CLOCK_NOW);

    let ec2 = "(import \"stepwell:step/ec2@0.1.0\" \"reboot-instances\" (func $reboot (param i32 i32 i32)))";
    let describe = "(call $reboot (i32.const 0) (i32.const 0) (i32.const 65536))";
    let error = refused(Guest { imports: ec2, describe, ..Guest::default() }).await;
    let LoadError::DescribeCalled { function } = &error else { panic!("{}", error.explain()) };
    assert_eq!(*function, action::ec2::REBOOT_INSTANCES.row().function);

    let credentials = "(import \"stepwell:step/credentials@0.1.0\" \"describe\" (func $credentials (param i32)))";
    let describe = "(call $credentials (i32.const 65536))";
    let error = refused(Guest { imports: credentials, describe, ..Guest::default() }).await;
    let LoadError::DescribeCalled { function } = &error else { panic!("{}", error.explain()) };
    assert_eq!(*function, action::host::CREDENTIALS_DESCRIBE);

    let log = "(import \"stepwell:step/log@0.1.0\" \"line\" (func $line (param i32 i32 i32)))";
    let describe = "(call $line (i32.const 0) (i32.const 0) (i32.const 0))";
    let bench = bench(&Guest { imports: log, describe, ..Guest::default() }.component()).await;
    assert!(bench.sandbox.describe(&bench.component, Limits::default()).await.is_ok());
}
