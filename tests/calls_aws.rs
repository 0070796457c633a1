//! A step calls any operation of AWS, checked against AWS's own model, with the care of every other call.

mod answers;
mod authority;
mod examples;
mod live;
mod mistakes;
mod once;
mod secrets;
mod selects;
mod shows;
mod waits;

use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::{AwsClient, Moto};

use super::support::{Site, report};

/// A project that grants steps that use `aws:` everything.
const ANYTHING: &str = "name = \"test\"\n[grants.\"aws\"]\nallow = [\"*\"]\n";

/// A site whose `job.toml` has one step `it` with these lines, such as `uses = "aws:sqs/ListQueues"`.
fn site(endpoint: &str, lines: &str) -> Site {
    Site::new(endpoint).file("project.toml", ANYTHING).file("job.toml", job(lines))
}

/// A job with one step `it`, which begins in line 3. Its lines begin in line 5.
fn job(lines: &str) -> String {
    format!("name = \"job\"\n\n[[steps]]\nid = \"it\"\n{lines}\n")
}

/// The outputs of the first step.
fn outputs(lines: &[Json]) -> &Json {
    &report(lines)["steps"][0]["outputs"]
}

/// The number of requests for this operation.
fn count(moto: &Moto, operation: &str) -> usize {
    moto.seen().expect("moto records").iter().filter(|seen| seen.operation == operation).count()
}

/// Creates tables with these names.
fn tables(aws: &mut AwsClient, names: &[&str]) {
    for name in names {
        let key = json!([{ "AttributeName": "id", "KeyType": "HASH" }]);
        let attributes = json!([{ "AttributeName": "id", "AttributeType": "S" }]);
        let table = json!({
            "TableName": name, "KeySchema": key, "AttributeDefinitions": attributes, "BillingMode": "PAY_PER_REQUEST",
        });
        aws.call("dynamodb", "CreateTable", table).expect("a table");
    }
}
