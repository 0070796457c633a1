//! Records of the typed interfaces of WIT: requests and answers with the names that their members have there, in the form
//! in which serde writes and reads what wasmtime makes of a record.

use serde_json::{Map, Value as Json};

use crate::model::{Field, Kind, Member, Operation, Service};
use crate::operation::function;
use crate::scalar;

/// The request that a record stands for. A list without items stays out: for ids and filters AWS takes an absent list as
/// all of them.
pub fn request(service: &Service, operation: &Operation, record: &Json) -> Json {
    let empty = Json::Object(Map::new());
    operation.input.as_ref().map_or(empty, |input| named(service, input, record))
}

fn named(service: &Service, member: &Member, value: &Json) -> Json {
    match (&service.shape(member).kind, value) {
        (Kind::Structure(structure), Json::Object(given)) => {
            let field = |field: &Field| {
                let value = given.get(&name(&field.name)).filter(|value| !is_absent(value))?;
                Some((field.name.clone(), named(service, &field.member, value)))
            };
            Json::Object(structure.fields.iter().filter_map(field).collect())
        }
        (Kind::List { member, .. }, Json::Array(items)) => {
            Json::Array(items.iter().map(|item| named(service, member, item)).collect())
        }
        (_, value) => value.clone(),
    }
}

fn is_absent(value: &Json) -> bool {
    value.is_null() || value.as_array().is_some_and(Vec::is_empty)
}

/// The record that an answer becomes: points in time as milliseconds since 1970, and each list that the answer lacks
/// without items. An operation that answers nothing becomes `null`.
pub fn answer(service: &Service, operation: &Operation, answer: &Json) -> Json {
    operation.output.as_ref().map_or(Json::Null, |output| recorded(service, output, answer))
}

fn recorded(service: &Service, member: &Member, value: &Json) -> Json {
    match (&service.shape(member).kind, value) {
        (Kind::Structure(structure), Json::Object(given)) => {
            let field = |field: &Field| {
                let absent = || {
                    let is_list = matches!(service.shape(&field.member).kind, Kind::List { .. });
                    is_list.then(|| Json::Array(Vec::new()))
                };
                let value = given.get(&field.name).map(|value| recorded(service, &field.member, value));
                Some((name(&field.name), value.or_else(absent)?))
            };
            Json::Object(structure.fields.iter().filter_map(field).collect())
        }
        (Kind::List { member, .. }, Json::Array(items)) => {
            Json::Array(items.iter().map(|item| recorded(service, member, item)).collect())
        }
        (Kind::Timestamp, value) => scalar::instant(value).map_or(Json::Null, |at| at.as_millisecond().into()),
        (_, value) => value.clone(),
    }
}

/// The name of a member in a record: `db_instance_arn` of `DBInstanceArn`.
fn name(member: &str) -> String {
    function(member).replace('-', "_")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::archive::Archive;

    #[test]
    fn a_record_has_awss_names_in_the_request_and_none_of_what_it_leaves_out() {
        let ecs = Archive::shipped().service("ecs").unwrap();
        let describe = ecs.operation("DescribeTasks").unwrap();
        let of = |record: Json| request(&ecs, describe, &record);
        assert_eq!(of(json!({ "cluster": "web", "tasks": ["a"] })), json!({ "cluster": "web", "tasks": ["a"] }));
        assert_eq!(of(json!({ "cluster": null, "tasks": [] })), json!({}));
        let rds = Archive::shipped().service("rds").unwrap();
        let stop = rds.operation("StopDBInstance").unwrap();
        let record = json!({ "db_instance_identifier": "orders", "db_snapshot_identifier": null });
        assert_eq!(request(&rds, stop, &record), json!({ "DBInstanceIdentifier": "orders" }));
    }

    #[test]
    fn an_answer_becomes_a_record_with_all_its_lists_and_its_times_in_milliseconds() {
        let ecs = Archive::shipped().service("ecs").unwrap();
        let describe = ecs.operation("DescribeTasks").unwrap();
        let told = json!({ "tasks": [{ "taskArn": "arn", "stoppedAt": "2026-01-02T03:04:05.5Z" }] });
        let record = answer(&ecs, describe, &told);
        assert_eq!((&record["failures"], &record["tasks"][0]["containers"]), (&json!([]), &json!([])));
        assert_eq!(record["tasks"][0]["task_arn"], "arn");
        assert_eq!(record["tasks"][0]["stopped_at"], 1_767_323_045_500_u64);
        assert_eq!(record["tasks"][0].get("started_at"), None);
        let autoscaling = Archive::shipped().service("autoscaling").unwrap();
        let update = autoscaling.operation("UpdateAutoScalingGroup").unwrap();
        assert_eq!(answer(&autoscaling, update, &json!({})), Json::Null);
    }
}
