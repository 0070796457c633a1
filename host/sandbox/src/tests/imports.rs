use serde_json::json;
use stepwell_model::NextAction as _;
use stepwell_model::event::What;

use super::guest::{Guest, component_of};
use super::support::{bench, file};
use crate::{LoadError, Sandbox};

const STEP: &str = "interface step { describe: func(); } ";

async fn refused(bytes: &[u8]) -> LoadError {
    match Sandbox::new(None).unwrap().load(bytes).await {
        Ok(_) => panic!("it was taken"),
        Err(error) => error,
    }
}

#[tokio::test]
async fn the_imports_of_a_component_are_all_that_it_can_reach() {
    let component = Sandbox::new(None).unwrap().load(&file("ec2_stop.wasm")).await.unwrap();
    let actions: Vec<_> = component.imports().actions().into_iter().map(|action| action.as_str()).collect();
    assert_eq!(actions, ["ec2:DescribeInstances", "ec2:StopInstances"]);
    assert!(component.imports().wasi.is_empty());
    assert_eq!(component.size(), file("ec2_stop.wasm").len() as u64);
}

#[tokio::test]
async fn a_plugin_that_calls_no_aws_may_ask_whose_its_credentials_are() {
    let imports = "(import \"stepwell:credentials/credentials@0.2.0\" \"describe\" (func $credentials (param i32)))";
    let start = "(call $credentials (i32.const 60000))";
    let bench = bench(&Guest { imports, start, ..Guest::default() }.component()).await;
    assert!(bench.component.imports().actions().is_empty() && bench.component.imports().need_credentials());
    bench.start(json!({})).await.unwrap();
    assert!(matches!(&bench.kept.records()[..], [What::CredentialsIssued { .. }]));
}

#[tokio::test]
async fn another_version_of_the_contract_is_named() {
    let bytes = component_of(&format!("package stepwell:step@0.3.0; {STEP} world plugin {{ export step; }}"));
    let error = refused(&bytes).await;
    assert_eq!(
        error.explain(),
        "error: the plugin was built for another version of Stepwell\n\
         because: it needs `stepwell:step/step@0.3.0`, and this host has `stepwell:step@0.1.0`, `stepwell:step@0.2.0`\n\
         next: build the plugin again with the wit/ of this version of Stepwell"
    );
    let import = "package a:b; world plugin { import stepwell:ec2/ec2@1.0.0; } \
                  package stepwell:ec2@1.0.0 { interface ec2 { start: func(); } }";
    let error = refused(&component_of(import)).await;
    assert_eq!(error.because(), "it needs `stepwell:ec2/ec2@1.0.0`, and this host has `stepwell:ec2@0.2.0`");
}

#[tokio::test]
async fn an_import_that_the_host_does_not_have_is_named_with_what_it_has() {
    for (wit, import, known) in [
        (
            "package stepwell:step@0.1.0; interface mail { send: func(); } world plugin { import mail; }",
            "stepwell:step/mail@0.1.0",
            "`clock`, `cloudwatch-logs`, `credentials`, `ec2`, `ecs`, `elbv2`, `files`, `lambda`, `log`, `rds`, `s3`, `ssm`, `sts`",
        ),
        (
            "package stepwell:ec2@0.2.0; interface more { start: func(); } world plugin { import more; }",
            "stepwell:ec2/more@0.2.0",
            "this host has `ec2`",
        ),
        (
            "package stepwell:step@0.2.0; interface ec2 { start: func(); } world plugin { import ec2; }",
            "stepwell:step/ec2@0.2.0",
            "this host has `stepwell:step/ec2@0.1.0`, `stepwell:ec2/ec2@0.2.0`",
        ),
        (
            "package a:b; world plugin { import acme:mail/send; } package acme:mail { interface send { send: func(); } }",
            "acme:mail/send",
            "`stepwell:sts@0.2.0`, `stepwell:types@0.2.0`, `wasi:cli@0.2`",
        ),
        (
            "package a:b; world plugin { import wasi:http/out@0.2.0; } \
             package wasi:http@0.2.0 { interface out { send: func(); } }",
            "wasi:http/out@0.2.0",
            "`stepwell:step@0.2.0`",
        ),
        ("package a:b; world plugin { import run: func(); }", "run", "`stepwell:step@0.2.0`"),
    ] {
        let error = refused(&component_of(wit)).await;
        let LoadError::UnknownImport { import: found, .. } = &error else { panic!("{}", error.explain()) };
        assert_eq!(found, import);
        assert!(error.because().contains(known), "{}", error.explain());
    }
}

#[tokio::test]
async fn a_function_of_a_later_release_is_named_with_both_releases() {
    for (package, interface) in [("log", "log@0.2.3"), ("step", "log@0.1.9")] {
        let version = interface.split('@').nth(1).unwrap();
        let wit = format!(
            "package stepwell:{package}@{version}; interface log {{ shout: func(); }} world plugin {{ import log; }}"
        );
        let error = refused(&component_of(&wit)).await;
        let ours = version.rsplit_once('.').unwrap().0;
        assert_eq!(
            error.explain(),
            format!(
                "error: the plugin imports `log.shout`, which this host does not have\n\
                 because: it was built with `stepwell:{package}@{version}`, and `stepwell:{package}@{ours}.0` of this host \
                 has `line`, `table`, `pairs`, `link`\n\
                 next: remove the import from the plugin, or use a version of Stepwell that has it"
            )
        );
    }
}

#[tokio::test]
async fn a_function_with_another_type_does_not_fit() {
    let wit = format!(
        "package stepwell:step@0.2.0; {STEP} world plugin {{ import stepwell:clock/clock@0.2.0; export step; }} \
         package stepwell:clock@0.2.0 {{ interface clock {{ now: func() -> string; }} }}"
    );
    let error = refused(&component_of(&wit)).await;
    assert_eq!(
        error.explain(),
        "error: the plugin does not fit the contract\n\
         because: `now` of `stepwell:clock/clock@0.2.0`: this host has `u64`, and the plugin `string` (in the results)\n\
         next: build the plugin again with the wit/ of this version of Stepwell"
    );
}

#[tokio::test]
async fn a_record_with_a_further_field_does_not_fit() {
    let wit = format!(
        "package stepwell:step@0.2.0; {STEP} world plugin {{ import stepwell:sts/sts@0.2.0; export step; }} \
         package stepwell:types@0.2.0 {{ interface types {{ \
           enum call-error-kind {{ denied, throttled, not-found, rejected, unavailable }} \
           record call-error {{ kind: call-error-kind, action: string, code: option<string>, message: string, \
             request-id: option<string> }} }} }} \
         package stepwell:sts@0.2.0 {{ interface sts {{ use stepwell:types/types@0.2.0.{{call-error}}; \
           record caller-identity {{ account: option<string>, arn: option<string>, user-id: option<string>, more: u8 }} \
           get-caller-identity: func() -> result<caller-identity, call-error>; }} }}"
    );
    let error = refused(&component_of(&wit)).await;
    assert_eq!(
        error.because(),
        "`get-caller-identity` of `stepwell:sts/sts@0.2.0`: this host has record of 3 fields, and the plugin 4 fields (in \
         the results)"
    );
}

#[tokio::test]
async fn an_export_with_another_type_does_not_fit() {
    for version in ["0.1.0", "0.2.0"] {
        let functions = "describe: func() -> string; start: func(); resume: func(); cancel: func();";
        let wit = format!(
            "package stepwell:step@{version}; interface step {{ {functions} }} world plugin {{ export step; }}"
        );
        let expected =
            format!("`describe` of `stepwell:step/step@{version}`: this host has `record`, and the plugin `string`");
        assert_eq!(refused(&component_of(&wit)).await.because(), expected);
    }
}

#[tokio::test]
async fn a_component_that_is_no_plugin_is_told() {
    let bytes = component_of("package a:b; world plugin { export run: func(); }");
    assert!(matches!(refused(&bytes).await, LoadError::NoStep { .. }));
}

#[tokio::test]
async fn what_is_no_component_is_told_from_what_is_broken() {
    assert!(matches!(refused(b"").await, LoadError::NotWasm));
    assert!(matches!(refused(b"(component)").await, LoadError::NotWasm));
    assert!(matches!(refused(&wat::parse_str("(module)").unwrap()).await, LoadError::CoreModule));
    let whole = Guest::default().component();
    assert!(matches!(refused(&whole[..whole.len() - 10]).await, LoadError::Malformed { .. }));
    let large = [&whole[..8], &vec![0; 64 << 20]].concat();
    assert!(matches!(refused(&large).await, LoadError::TooLarge { .. }));
}

#[tokio::test]
async fn a_component_of_too_many_parts_is_refused() {
    let memories = "(core module $m (memory 1)) ".to_owned() + &"(core instance (instantiate $m))".repeat(5);
    let bytes =
        wat::parse_str(format!("(component {memories} (instance (export \"stepwell:step/step@0.2.0\")))")).unwrap();
    let error = refused(&bytes).await;
    assert!(matches!(error, LoadError::TooComplex { .. }), "{}", error.explain());
}
