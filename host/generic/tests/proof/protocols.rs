//! botocore's protocol suite: each case is written or read by the model that it carries.
//!
//! A case that botocore's own list skips is not run. The endpoint of a request is botocore's to compute; here the host
//! name is the prefix and the client's endpoint.

mod input;
mod output;

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::Path;

use serde_json::{Map, Value as Json, json};
use stepwell_generic::model::Service;
use stepwell_xtask::models::{botocore_tests, service_of};

/// Cases that the host reads otherwise than botocore: file, suite and the reason.
const OTHERWISE: [(&str, &str, &str); 1] = [(
    "legacy/output json",
    "Lists",
    "the model calls a map a text, and wants `null` in a list that is not sparse; the host leaves it out",
)];

/// A direction of the suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Input,
    Output,
}

/// The results of one file.
#[derive(Debug, Default)]
struct Counts {
    passed: usize,
    /// Of botocore's own list.
    skipped: usize,
    /// Those of them that pass here.
    skipped_passed: usize,
    /// Read otherwise, for a reason.
    otherwise: usize,
    /// Streams of events, which the host refuses.
    events: usize,
    failures: Vec<String>,
}

/// A case with all that it needs.
struct Case<'a> {
    suite: &'a Json,
    case: &'a Json,
    /// The operation's name, whatever the case calls it.
    operation: String,
    service: Service,
}

#[test]
fn requests_are_written_as_botocores_suite_expects() {
    report(Direction::Input, "input", 529);
}

#[test]
fn responses_and_errors_are_read_as_botocores_suite_expects() {
    report(Direction::Output, "output", 475);
}

fn report(direction: Direction, folder: &str, cases: usize) {
    let home = botocore_tests().unwrap().join("unit/protocols");
    let ignored = read(&home.join("protocol-tests-ignore-list.json"));
    let mut all: BTreeMap<String, Counts> = BTreeMap::new();
    for set in [folder.to_owned(), format!("legacy/{folder}")] {
        for entry in fs::read_dir(home.join(&set)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            all.insert(format!("{set} {name}"), file(direction, (&set, &name), &read(&path), &ignored));
        }
    }
    let mut sum = Counts::default();
    for (name, counts) in all {
        println!("{name:55} {counts}");
        sum.passed += counts.passed;
        sum.skipped += counts.skipped;
        sum.skipped_passed += counts.skipped_passed;
        sum.otherwise += counts.otherwise;
        sum.events += counts.events;
        sum.failures.extend(counts.failures.iter().map(|failure| format!("{name} {failure}")));
    }
    println!("{folder:55} {sum}");
    assert!(sum.failures.is_empty(), "{}", sum.failures.join("\n\n"));
    assert_eq!(sum.otherwise, OTHERWISE.iter().filter(|(file, _, _)| file.contains(folder)).count());
    assert_eq!(sum.passed + sum.skipped + sum.otherwise + sum.events, cases, "the suite is not whole");
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { passed, skipped, skipped_passed, otherwise, events, failures } = self;
        write!(f, "{passed:>4} passed, botocore skips {skipped:>3} (of which {skipped_passed:>2} pass here), ")?;
        write!(f, "{otherwise} otherwise, {events} events, {} failed", failures.len())
    }
}

fn read(path: &Path) -> Json {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn file(direction: Direction, (set, name): (&str, &str), suites: &Json, ignored: &Json) -> Counts {
    let is_otherwise = |suite: &Json| {
        OTHERWISE.iter().any(|(file, of, _)| *file == format!("{set} {name}") && suite["description"] == json!(of))
    };
    let mut counts = Counts::default();
    for suite in suites.as_array().unwrap() {
        for case in suite["cases"].as_array().unwrap() {
            let of =
                format!("{} ({})", case["id"].as_str().unwrap_or("legacy"), suite["description"].as_str().unwrap());
            if is_skipped(direction, name, suite, case, ignored) {
                counts.skipped += 1;
                counts.skipped_passed += usize::from(run(direction, suite, case).is_ok());
            } else if has_events(suite) {
                counts.events += 1;
            } else {
                match run(direction, suite, case) {
                    Ok(()) => counts.passed += 1,
                    Err(_) if is_otherwise(suite) => counts.otherwise += 1,
                    Err(why) => counts.failures.push(format!("{of}: {why}")),
                }
            }
        }
    }
    counts
}

fn run(direction: Direction, suite: &Json, case: &Json) -> Result<(), String> {
    let case = Case::new(suite, case)?;
    match direction {
        Direction::Input => input::compare(&case),
        Direction::Output => output::compare(&case),
    }
}

fn has_events(suite: &Json) -> bool {
    suite["shapes"].as_object().into_iter().flat_map(Map::values).any(|shape| shape["eventstream"] == json!(true))
}

/// Whether botocore's own list has the case.
fn is_skipped(direction: Direction, name: &str, suite: &Json, case: &Json, ignored: &Json) -> bool {
    let direction = if direction == Direction::Input { "input" } else { "output" };
    let has = |list: &Json, what: &Json| list.as_array().is_some_and(|list| list.contains(what));
    has(&ignored["general"][direction]["suites"], &suite["description"])
        || has(&ignored["protocols"][name][direction]["cases"], &case["id"])
}

impl<'a> Case<'a> {
    fn new(suite: &'a Json, case: &'a Json) -> Result<Self, String> {
        let operation = case["given"]["name"].as_str().unwrap_or("OperationName").to_owned();
        let mut given = case["given"].clone();
        given["name"] = json!(operation);
        let http = given["http"].as_object().cloned().unwrap_or_default();
        given["http"] = json!({ "method": "POST", "requestUri": "/" });
        given["http"].as_object_mut().unwrap().extend(http);
        let mut shapes = shapes(&suite["shapes"]);
        let of = given["input"]["shape"].clone();
        if let Some(payload) = given.get_mut("input").and_then(|input| input.as_object_mut()?.remove("payload")) {
            // The legacy suite says it where the shape is referred to.
            shapes[of.as_str().unwrap()]["payload"] = payload;
        }
        let model = json!({
            "metadata": metadata(&suite["metadata"]),
            "shapes": shapes,
            "operations": { &operation: given },
        });
        let mut service = service_of("suite", model).map_err(|problem| format!("the converter: {problem}"))?;
        // What the host refuses to call has to be written and read by the protocol all the same.
        for operation in &mut service.operations {
            operation.refused = None;
        }
        Ok(Self { suite, case, operation, service })
    }
}

/// The suite has only what its cases need, where a service has more.
fn metadata(given: &Json) -> Json {
    let mut all = json!({
        "apiVersion": "",
        "endpointPrefix": "suite",
        "serviceFullName": "Suite",
        "serviceId": "Suite",
        "signatureVersion": "v4",
        "targetPrefix": "",
        "jsonVersion": "1.0",
    });
    let all_fields = all.as_object_mut().unwrap();
    all_fields.extend(given.as_object().cloned().unwrap_or_default());
    // The suite of each protocol is about that one, whatever else the service offers.
    all_fields.insert("protocols".to_owned(), json!([given["protocol"]]));
    all
}

/// The legacy suite says some things in places where no model says them.
fn shapes(given: &Json) -> Json {
    let mut shapes = given.as_object().cloned().unwrap_or_default();
    let said = shapes.clone();
    for shape in shapes.values_mut().filter_map(Json::as_object_mut) {
        for member in shape.get_mut("members").and_then(Json::as_object_mut).into_iter().flat_map(Map::values_mut) {
            let of = member["shape"].as_str().and_then(|name| said.get(name)).cloned().unwrap_or_default();
            for key in ["location", "locationName", "jsonvalue"] {
                if let (None, Some(value)) = (member.get(key), of.get(key)) {
                    member[key] = value.clone();
                }
            }
        }
        if let Some(member) = shape.get_mut("member").and_then(Json::as_object_mut) {
            // A slip: botocore does not know it either.
            member.remove("LocationName");
        }
        // botocore's own test has the wrapper from the name of the operation.
        ["location", "jsonvalue", "resultWrapper"].iter().for_each(|key| drop(shape.remove(*key)));
        // A text of one letter, which no service has.
        if shape.get("type") == Some(&json!("character")) {
            shape.insert("type".to_owned(), json!("string"));
        }
    }
    Json::Object(shapes)
}
