use std::collections::BTreeSet;

use serde_json::json;
use stepwell_model::NextAction as _;
use stepwell_model::event::What;

use super::guest::{Guest, component_of, contract};
use super::support::{bench, file};
use crate::{LoadError, Sandbox, imports};

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
    let imports = "(import \"stepwell:step/credentials@0.1.0\" \"describe\" (func $credentials (param i32)))";
    let start = "(call $credentials (i32.const 60000))";
    let bench = bench(&Guest { imports, start, ..Guest::default() }.component()).await;
    assert!(bench.component.imports().actions().is_empty() && bench.component.imports().need_credentials());
    bench.start(json!({})).await.unwrap();
    assert!(matches!(&bench.kept.records()[..], [What::CredentialsIssued { .. }]));
}

#[tokio::test]
async fn another_version_of_the_contract_is_named() {
    let bytes = component_of(&format!("package stepwell:step@0.2.0; {STEP} world plugin {{ export step; }}"));
    let error = refused(&bytes).await;
    assert_eq!(
        error.explain(),
        "error: the plugin was built for another version of Stepwell\n\
         because: it needs `stepwell:step@0.2.0`, and this host has `stepwell:step@0.1.0`\n\
         next: build the plugin again with the wit/ of this version of Stepwell"
    );
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
            "package stepwell:step@0.1.0; interface log { shout: func(); } world plugin { import log; }",
            "log.shout",
            "`line`, `table`, `pairs`, `link`",
        ),
        (
            "package a:b; world plugin { import acme:mail/send; } package acme:mail { interface send { send: func(); } }",
            "acme:mail/send",
            "`stepwell:step@0.1.0`, `wasi:cli@0.2`",
        ),
        (
            "package a:b; world plugin { import wasi:http/out@0.2.0; } \
             package wasi:http@0.2.0 { interface out { send: func(); } }",
            "wasi:http/out@0.2.0",
            "`stepwell:step@0.1.0`",
        ),
        ("package a:b; world plugin { import run: func(); }", "run", "`stepwell:step@0.1.0`"),
    ] {
        let error = refused(&component_of(wit)).await;
        let LoadError::UnknownImport { import: found, .. } = &error else { panic!("{}", error.explain()) };
        assert_eq!(found, import);
        assert!(error.because().contains(known), "{}", error.explain());
    }
}

#[tokio::test]
async fn a_function_with_another_type_does_not_fit() {
    let bytes = component_of(&format!(
        "package stepwell:step@0.1.0; interface clock {{ now: func() -> string; }} {STEP} \
         world plugin {{ import clock; export step; }}"
    ));
    assert!(matches!(refused(&bytes).await, LoadError::Mismatch { .. }));
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
        wat::parse_str(format!("(component {memories} (instance (export \"stepwell:step/step@0.1.0\")))")).unwrap();
    let error = refused(&bytes).await;
    assert!(matches!(error, LoadError::TooComplex { .. }), "{}", error.explain());
}

#[test]
fn the_list_of_functions_is_that_of_the_contract() {
    let wit = contract();
    let plugin = wit.worlds.iter().find(|(_, world)| world.name == "plugin").unwrap().1;
    let imported: BTreeSet<_> = plugin.imports.keys().map(|key| wit.name_world_key(key)).collect();
    assert!(imported.iter().all(|name| name.ends_with("@0.1.0")), "{imported:?}");
    for (_, interface) in wit.interfaces.iter() {
        let name = interface.name.as_deref().unwrap();
        if name != "step" {
            let ours: BTreeSet<_> = imports::functions(name).map(str::to_owned).collect();
            assert_eq!(ours, interface.functions.keys().cloned().collect(), "{name}");
        }
    }
}
