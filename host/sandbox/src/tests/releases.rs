//! The releases of the contract: those of `wit/` and `wit/released` are those of the host, and plugins of earlier ones run.

use std::collections::BTreeSet;

use serde_json::json;
use stepwell_model::limits::Limits;
use stepwell_model::plugin::Kind;
use wit_parser::{Resolve, WorldItem};

use super::guest::{contract, whole_world};
use super::support::{bench, repository};
use crate::contract::{PACKAGES, functions, instances};
use crate::exports::PluginPre;
use crate::{Answer, Entry, Sandbox};

/// A component that was built when this release was the contract.
fn built_with(release: &str, file: &str) -> Vec<u8> {
    std::fs::read(repository().join("tests/contract").join(release).join(file)).unwrap()
}

fn released(file: &str) -> Resolve {
    let mut wit = Resolve::default();
    wit.push_path(repository().join("wit/released").join(file)).unwrap();
    wit
}

#[tokio::test]
async fn a_plugin_of_version_0_1_describes_itself() {
    let bench = bench(&built_with("0.1.0", "old_stop.wasm")).await;
    let said = bench.sandbox.describe(&bench.component, Limits::default()).await.unwrap();
    assert_eq!((said.name.as_str(), said.version.as_str()), ("old-stop", "0.1.0"));
    assert_eq!(said.kinds, [Kind::WorkflowStep, Kind::NodeStep]);
    assert!(said.extra.failures.is_empty() && said.extra.homepage.is_none());
    let actions: Vec<_> = bench.component.imports().actions().into_iter().map(|action| action.as_str()).collect();
    assert_eq!(actions, ["ec2:DescribeInstances", "ec2:StopInstances"]);
}

#[tokio::test]
async fn a_plugin_of_version_0_1_runs() {
    let bench = bench(&built_with("0.1.0", "old_stop.wasm")).await;
    // There are no credentials here, so the call to AWS ends the step; without an instance it fails before.
    let Answer::Failed(failure) = bench.start(json!({})).await.unwrap() else { panic!() };
    assert_eq!((failure.code.as_str(), failure.retryable), ("ConfigurationInvalid", false));
    assert!(bench.start(json!({ "instance_id": "i-1" })).await.is_err());
    assert_eq!(bench.call(Entry::Cancel(Default::default()), json!({})).await, Ok(Answer::Cancelled));
}

#[tokio::test]
async fn a_plugin_in_c_of_version_0_1_describes_itself() {
    let bench = bench(&built_with("0.1.0", "old_list.wasm")).await;
    let said = bench.sandbox.describe(&bench.component, Limits::default()).await.unwrap();
    assert_eq!((said.name.as_str(), said.kinds), ("old-list", vec![Kind::WorkflowStep]));
}

/// Loading looks every function up by its name and compares its types.
#[tokio::test]
async fn everything_of_each_release_can_be_imported() {
    let sandbox = Sandbox::new(None).unwrap();
    for wit in [released("step@0.1.0.wit"), contract()] {
        let component = sandbox.load(&whole_world(&wit, "plugin")).await.unwrap_or_else(|error| panic!("{error:?}"));
        let (_, world) = wit.worlds.iter().find(|(_, world)| world.name == "plugin").unwrap();
        let imported = world.imports.values().filter_map(|item| match item {
            WorldItem::Interface { id, .. } => Some(wit.interfaces[*id].functions.len()),
            _ => None,
        });
        assert_eq!(component.imports().functions.len(), imported.sum::<usize>());
    }
}

#[tokio::test]
async fn a_plugin_that_also_serves_earlier_hosts_is_called_as_one_of_today() {
    let mut wit = contract();
    wit.push_path(repository().join("wit/released/step@0.1.0.wit")).unwrap();
    let both = "package test:both; world both { export stepwell:step/step@0.1.0; export stepwell:step/step@0.2.0; }";
    wit.push_str("both.wit", both).unwrap();
    let component = Sandbox::new(None).unwrap().load(&whole_world(&wit, "both")).await.unwrap();
    assert!(matches!(component.plugin(), PluginPre::Today(_)));
}

#[test]
fn the_packages_of_the_host_are_those_in_wit() {
    let theirs: BTreeSet<_> = contract().packages.iter().map(|(_, package)| package.name.to_string()).collect();
    let ours = PACKAGES.iter().map(|package| format!("{}@{}", package.name, package.newest()));
    assert_eq!(ours.collect::<BTreeSet<_>>(), theirs);
}

#[test]
fn the_host_has_every_interface_that_a_world_imports() {
    for wit in [contract(), released("step@0.1.0.wit")] {
        let (_, world) = wit.worlds.iter().find(|(_, world)| world.name == "plugin").unwrap();
        for name in world.imports.keys().map(|key| wit.name_world_key(key)) {
            let interface = name.split(['/', '@']).nth(1).unwrap();
            assert!(instances(interface).any(|known| known == name), "{name}");
        }
    }
}

#[test]
fn the_functions_of_the_host_are_those_in_wit() {
    for (_, interface) in contract().interfaces.iter() {
        let name = interface.name.as_deref().unwrap();
        if name != "step" {
            let ours: BTreeSet<_> = functions(name).map(str::to_owned).collect();
            assert_eq!(ours, interface.functions.keys().cloned().collect(), "{name}");
        }
    }
}

/// Later releases add functions, and take none away.
#[test]
fn the_host_has_the_functions_of_every_release() {
    for (_, interface) in released("step@0.1.0.wit").interfaces.iter() {
        let name = interface.name.as_deref().unwrap();
        if name != "step" {
            let ours: BTreeSet<_> = functions(name).map(str::to_owned).collect();
            let missing: Vec<_> = interface.functions.keys().filter(|function| !ours.contains(*function)).collect();
            assert!(missing.is_empty(), "{name}: {missing:?}");
        }
    }
}
