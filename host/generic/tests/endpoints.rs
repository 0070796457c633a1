//! botocore's endpoint tests, with the rules of the archive.
//!
//! Each case is evaluated with its `params`, as botocore does. A case with `operationInputs` is evaluated once more for
//! each of them: the parameters are then those that the model derives from the input of the operation (static ones, paths
//! into the input, members with a context parameter) and the settings (`builtInParams`). botocore makes calls of them;
//! here only the endpoint is compared, without what botocore checks before it asks for one.

#![expect(clippy::unwrap_used, clippy::panic, reason = "clippy knows tests by their attribute, not what they share")]

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value as Json, json};
use stepwell_generic::archive::Archive;
use stepwell_generic::endpoint::{
    AuthKind, AuthScheme, BuiltIn, Endpoint, EndpointError, Parameters, Partitions, resolve,
};
use stepwell_generic::model::{Kind, Operation, Scalar, Service};
use stepwell_xtask::models::botocore_tests;

#[derive(Default)]
struct Counts {
    services: usize,
    cases: usize,
    inputs: usize,
    failures: Vec<String>,
}

#[test]
fn the_endpoint_rules_pass_botocores_tests() {
    let tests = botocore_tests().unwrap().join("functional/endpoint-rules");
    let archive = Archive::shipped();
    let partitions = archive.partitions().unwrap();
    let mut counts = Counts::default();
    for entry in archive.services().unwrap() {
        let service = archive.service(&entry.name).unwrap();
        let cases = read(&tests.join(&entry.name).join("endpoint-tests-1.json"));
        counts.services += 1;
        for case in cases["testCases"].as_array().unwrap() {
            run(&service, &partitions, case, &mut counts);
        }
    }
    let Counts { services, cases, inputs, failures } = counts;
    println!("{services} services, {cases} cases, {inputs} inputs of operations, {} failures", failures.len());
    assert!(cases > 14_000 && inputs > 500, "the suite is not whole");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn read(path: &Path) -> Json {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap()
}

fn run(service: &Service, partitions: &Partitions, case: &Json, counts: &mut Counts) {
    let name = format!("{}: {}", service.name, case["documentation"]);
    counts.cases += 1;
    let given = case["params"].as_object().cloned().unwrap_or_default();
    let found = resolve(&service.endpoints, partitions, &parameters(&given));
    counts.compare(&name, &case["expect"], found);
    for input in case["operationInputs"].as_array().into_iter().flatten() {
        counts.inputs += 1;
        let operation = service.operation(input["operationName"].as_str().unwrap()).unwrap();
        let parameters = derived(service, operation, &input["operationParams"], &input["builtInParams"]);
        let found = resolve(&service.endpoints, partitions, &parameters);
        counts.compare(&format!("{name}, {} {}", operation.name, input["operationParams"]), &case["expect"], found);
    }
}

impl Counts {
    fn compare(&mut self, name: &str, expected: &Json, found: Result<Endpoint, EndpointError>) {
        let (found, expected) = match found {
            Ok(endpoint) => (form(&endpoint), normalized(&expected["endpoint"])),
            Err(EndpointError::Refused { reason }) => (json!(reason), expected["error"].clone()),
            Err(error) => (json!(error.to_string()), expected["error"].clone()),
        };
        if found != expected {
            self.failures.push(format!("{name}\n  expected {expected}\n  found    {found}"));
        }
    }
}

fn scalar(json: &Json) -> Option<Scalar> {
    match json {
        Json::Bool(value) => Some(Scalar::Bool(*value)),
        Json::String(text) => Some(Scalar::Text(text.clone())),
        Json::Array(items) => {
            items.iter().map(|item| item.as_str().map(str::to_owned)).collect::<Option<_>>().map(Scalar::Texts)
        }
        _ => None,
    }
}

fn parameters(given: &Map<String, Json>) -> Parameters {
    given.iter().filter_map(|(name, json)| Some((name.clone(), scalar(json)?))).collect()
}

/// The parameters of a call, from its model.
fn derived(service: &Service, operation: &Operation, input: &Json, settings: &Json) -> Parameters {
    let mut found: Parameters = service
        .endpoints
        .parameters
        .iter()
        .filter_map(|parameter| {
            let setting = settings.get(setting(parameter.built_in?))?;
            Some((parameter.name.clone(), scalar(setting)?))
        })
        .collect();
    found.extend(operation.static_context.iter().cloned());
    for (name, path) in &operation.operation_context {
        let data = jmespath::Variable::from_json(&input.to_string()).unwrap();
        let value = jmespath::compile(path).unwrap().search(data).unwrap();
        found.extend(scalar(&serde_json::to_value(&*value).unwrap()).map(|value| (name.clone(), value)));
    }
    let shape = operation.input.as_ref().and_then(|input| service.shapes.get(input.shape.0 as usize));
    if let Some(Kind::Structure(structure)) = shape.map(|shape| &shape.kind) {
        for field in &structure.fields {
            let parameter = field.member.context_param.clone();
            found.extend(parameter.and_then(|name| Some((name, scalar(input.get(&field.name)?)?))));
        }
    }
    found
}

fn setting(built_in: BuiltIn) -> &'static str {
    match built_in {
        BuiltIn::Region => "AWS::Region",
        BuiltIn::UseFips => "AWS::UseFIPS",
        BuiltIn::UseDualStack => "AWS::UseDualStack",
        BuiltIn::Endpoint => "SDK::Endpoint",
        BuiltIn::AccountId => "AWS::Auth::AccountId",
        BuiltIn::AccountIdEndpointMode => "AWS::Auth::AccountIdEndpointMode",
        BuiltIn::S3ForcePathStyle => "AWS::S3::ForcePathStyle",
        BuiltIn::S3Accelerate => "AWS::S3::Accelerate",
        BuiltIn::S3UseGlobalEndpoint => "AWS::S3::UseGlobalEndpoint",
        BuiltIn::S3DisableMultiRegionAccessPoints => "AWS::S3::DisableMultiRegionAccessPoints",
        BuiltIn::S3UseArnRegion => "AWS::S3::UseArnRegion",
        BuiltIn::S3ControlUseArnRegion => "AWS::S3Control::UseArnRegion",
        BuiltIn::StsUseGlobalEndpoint => "AWS::STS::UseGlobalEndpoint",
    }
}

/// An endpoint in the form of the tests. An attribute that is not set is missing.
fn form(endpoint: &Endpoint) -> Json {
    let mut properties = Map::new();
    if !endpoint.auth.is_empty() {
        properties.insert("authSchemes".to_owned(), endpoint.auth.iter().map(scheme).collect());
    }
    if let Some(backend) = &endpoint.backend {
        properties.insert("backend".to_owned(), json!(backend));
    }
    if !endpoint.metrics.is_empty() {
        properties.insert("metricValues".to_owned(), json!(endpoint.metrics));
    }
    let headers: BTreeMap<_, _> = endpoint.headers.iter().cloned().collect();
    json!({"url": endpoint.url, "properties": properties, "headers": headers})
}

fn scheme(auth: &AuthScheme) -> Json {
    let name = match auth.kind {
        AuthKind::SigV4 => "sigv4",
        AuthKind::SigV4a => "sigv4a",
        AuthKind::S3Express => "sigv4-s3express",
    };
    let mut scheme = Map::from_iter([("name".to_owned(), json!(name))]);
    let texts = [("signingName", &auth.signing_name), ("signingRegion", &auth.signing_region)];
    scheme.extend(texts.into_iter().filter_map(|(name, text)| Some((name.to_owned(), json!(text.as_ref()?)))));
    if !auth.region_set.is_empty() {
        scheme.insert("signingRegionSet".to_owned(), json!(auth.region_set));
    }
    if auth.disable_double_encoding {
        scheme.insert("disableDoubleEncoding".to_owned(), json!(true));
    }
    Json::Object(scheme)
}

fn normalized(expected: &Json) -> Json {
    let or_empty = |key: &str| expected.get(key).cloned().unwrap_or_else(|| json!({}));
    json!({"url": expected["url"], "properties": or_empty("properties"), "headers": or_empty("headers")})
}
