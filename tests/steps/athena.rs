//! `athena-query`, against ministack, which really runs the SQL, and against moto with prepared states and results.

use std::time::Duration;

use rustix::process::Signal;
use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::{AwsClient, Identities, Microburst, Ministack, Moto, REGION};

use crate::resumes::fleet::the_run;
use crate::resumes::running::Running;
use crate::support::identity::{Identity, user};
use crate::support::{Site, events, failure, log_lines, report, venv};

/// ministack with the bucket `results`.
fn ministack() -> (Ministack, AwsClient) {
    let ministack = Ministack::start(&venv(), Identities::Ignored).expect("ministack starts");
    let mut aws = ministack.client().expect("boto3 starts");
    let place = json!({ "LocationConstraint": REGION });
    aws.call("s3", "CreateBucket", json!({ "Bucket": "results", "CreateBucketConfiguration": place }))
        .expect("a bucket");
    (ministack, aws)
}

fn query(endpoint: &str, sql: &str, more: &str) -> Site {
    let with = format!(
        "{{ query = \"\"\"{sql}\"\"\", database = \"shop\", bucket = \"s3://results/athena\", poll_every = \"100ms\"{more} }}"
    );
    Site::new(endpoint).step("athena-query", &with)
}

fn outputs(lines: &[Json]) -> &Json {
    &report(lines)["steps"][0]["outputs"]
}

/// moto whose queries stay in each state for this many requests.
fn slow_moto(looks: u32) -> Moto {
    let moto = Moto::start(&venv(), Duration::ZERO).expect("moto starts");
    let transition = json!({ "progression": "manual", "times": looks });
    let settings = json!({ "model_name": "athena::execution", "transition": transition });
    moto.control("state-manager/set-transition", &settings).expect("moto understands it");
    moto
}

fn count(moto: &Moto, operation: &str) -> usize {
    moto.seen().expect("moto records").iter().filter(|seen| seen.operation == operation).count()
}

#[test]
fn a_query_gives_its_rows_in_the_order_of_the_query_and_null_is_not_empty() {
    let (ministack, _) = ministack();
    let sql = "SELECT * FROM (VALUES (2, 'web', NULL), (10, '', 'x')) AS t(n, Name, a_note) ORDER BY n";
    let (code, lines) = query(ministack.endpoint(), sql, "").run_json();
    assert_eq!(code, 0, "{:?}", lines.last());
    let outputs = outputs(&lines);
    let id = outputs["query_execution_id"].as_str().expect("an id");
    let url = format!("https://{REGION}.console.aws.amazon.com/athena/home?region={REGION}#/query-editor/history/{id}");
    let rows = json!([{ "n": "2", "Name": "web", "a_note": null }, { "n": "10", "Name": "", "a_note": "x" }]);
    let expected = json!({
        "query_execution_id": id, "state": "SUCCEEDED", "output_location": format!("s3://results/athena/{id}.csv"),
        "console_url": url, "columns": ["n", "Name", "a_note"], "row_count": 2, "truncated": false, "rows": rows,
        "bytes_scanned": outputs["bytes_scanned"],
    });
    assert_eq!(*outputs, expected);
    assert!(outputs["bytes_scanned"].is_u64());

    let logged: Vec<_> = events(&lines, "step_logged").into_iter().map(|line| &line["log"]).collect();
    let table = json!({
        "is": "table", "columns": ["#", "n", "Name", "a_note"],
        "rows": [["1", "2", "web", null], ["2", "10", "", "x"]],
    });
    let [submitted, link, .., lead_in, last] = &logged[..] else { panic!("{logged:?}") };
    assert_eq!(submitted["text"], format!("{id}: submitted"));
    assert_eq!((&link["is"], &link["url"]), (&json!("link"), &json!(url)));
    assert_eq!(lead_in["text"], format!("{id}: 2 rows"));
    assert_eq!(**last, table);
}

#[test]
fn a_query_that_fails_says_why() {
    let (ministack, _) = ministack();
    let site = query(ministack.endpoint(), "SELECT * FROM nowhere", "");
    let (code, lines) = site.run_json();
    assert_eq!((code, &failure(&lines)["code"]), (1, &json!("TerminalState")), "{:?}", lines.last());
    let message = failure(&lines)["message"].as_str().expect("text");
    assert!(message.contains("is `FAILED` and will not be `SUCCEEDED`: "), "{message}");
    assert!(message.contains("nowhere"), "the reason names the table: {message}");
    site.run().three_lines(1);
}

#[test]
fn rows_beyond_max_rows_are_left_out_and_said_to_be() {
    let (ministack, _) = ministack();
    let (code, lines) = query(ministack.endpoint(), "SELECT * FROM range(7) AS t(n)", ", max_rows = 3").run_json();
    assert_eq!(code, 0, "{:?}", lines.last());
    let outputs = outputs(&lines);
    assert_eq!((&outputs["row_count"], &outputs["truncated"]), (&json!(3), &json!(true)));
    assert_eq!(outputs["rows"], json!([{ "n": "0" }, { "n": "1" }, { "n": "2" }]));
    assert!(log_lines(&lines).iter().any(|line| line.ends_with(": the first 3 rows")), "{:?}", log_lines(&lines));
}

#[test]
fn rows_that_are_too_large_for_outputs_are_left_out_and_the_step_succeeds() {
    let (ministack, _) = ministack();
    let sql = "SELECT repeat('x', 400000) AS text FROM range(4)";
    let (code, lines) = query(ministack.endpoint(), sql, "").run_json();
    assert_eq!(code, 0, "{:?}", failure(&lines));
    assert_eq!((&outputs(&lines)["row_count"], &outputs(&lines)["truncated"]), (&json!(2), &json!(true)));
}

#[test]
fn each_state_is_told_once_and_columns_of_one_name_keep_their_values() {
    let moto = slow_moto(2);
    let row = |cells: &[Json]| json!({ "Data": cells });
    let text = |text: &str| json!({ "VarCharValue": text });
    let column = json!({ "Name": "n", "Label": "n", "Type": "varchar" });
    let rows = [row(&[text("n"), text("n")]), row(&[text("1"), json!({})]), row(&[text("2"), text("3")])];
    let results = json!([{ "rows": rows, "column_info": [column, column] }]);
    let prime = json!({ "account_id": "123456789012", "region": REGION, "results": results });
    moto.control("static/athena/query-results", &prime).expect("moto understands it");

    let (code, lines) = query(moto.endpoint(), "SELECT 1", "").run_json();
    assert_eq!(code, 0, "{:?}", lines.last());
    let outputs = outputs(&lines);
    assert_eq!(outputs["rows"], json!([{ "n": "1", "n_2": null }, { "n": "2", "n_2": "3" }]));
    assert_eq!(outputs["columns"], json!(["n", "n_2"]));
    let id = outputs["query_execution_id"].as_str().expect("an id");
    let told = ["submitted", "submitted -> QUEUED", "QUEUED -> RUNNING", "RUNNING -> SUCCEEDED", "2 rows"];
    assert_eq!(log_lines(&lines), told.map(|state| format!("{id}: {state}")));
    assert_eq!(count(&moto, "StartQueryExecution"), 1);
}

#[test]
fn a_statement_without_a_row_of_names_keeps_its_first_row() {
    let moto = slow_moto(1);
    let row = |text: &str| json!({ "Data": [{ "VarCharValue": text }] });
    let column = json!({ "Name": "tab_name", "Label": "tab_name", "Type": "string" });
    let results = json!([{ "rows": [row("orders"), row("shops"), row("users")], "column_info": [column] }]);
    let prime = json!({ "account_id": "123456789012", "region": REGION, "results": results });
    moto.control("static/athena/query-results", &prime).expect("moto understands it");
    let (code, lines) = query(moto.endpoint(), "SHOW TABLES", ", max_rows = 2").run_json();
    assert_eq!(code, 0, "{:?}", lines.last());
    assert_eq!(outputs(&lines)["rows"], json!([{ "tab_name": "orders" }, { "tab_name": "shops" }]));
    assert_eq!(outputs(&lines)["truncated"], true);
}

#[test]
fn a_cancelled_run_stops_its_query() {
    let moto = slow_moto(100_000);
    let site = query(moto.endpoint(), "SELECT 1", "");
    let running = Running::waiting(&site);
    running.signal(Signal::INT);
    let over = running.end();
    assert_eq!((over.code, &report(&over.lines)["outcome"]), (130, &json!("cancelled")), "{}", over.stderr);
    assert_eq!(count(&moto, "StopQueryExecution"), 1);
    assert_eq!(states(&moto), ["CANCELLED"]);
}

#[test]
fn a_query_that_takes_too_long_is_stopped() {
    let moto = slow_moto(100_000);
    let (code, lines) = query(moto.endpoint(), "SELECT 1", ", timeout = \"300ms\"").run_json();
    assert_eq!((code, &failure(&lines)["code"]), (1, &json!("WaitTimeout")));
    let message = failure(&lines)["message"].as_str().expect("text");
    assert!(message.ends_with("is not `SUCCEEDED` after 300ms, but `QUEUED`; it was stopped"), "{message}");
    assert_eq!(states(&moto), ["CANCELLED"]);
}

#[test]
fn a_step_that_runs_out_of_its_own_time_stops_its_query() {
    let moto = slow_moto(100_000);
    let job = "name = \"job\"\n[[steps]]\nid = \"it\"\nuses = \"athena-query\"\ntimeout = \"500ms\"\n\
               with = { query = \"SELECT 1\", database = \"shop\", bucket = \"results\" }\n";
    let (code, lines) = Site::new(moto.endpoint()).file("job.toml", job).run_json();
    assert_eq!((code, &failure(&lines)["code"]), (1, &json!("StepTimeout")));
    assert_eq!(states(&moto), ["CANCELLED"]);
}

#[test]
fn a_query_that_somebody_else_cancels_fails_the_step() {
    let moto = slow_moto(100_000);
    let site = query(moto.endpoint(), "SELECT 1", "");
    let running = Running::waiting(&site);
    let mut aws = moto.client().expect("boto3 starts");
    for id in ids(&mut aws) {
        aws.call("athena", "StopQueryExecution", json!({ "QueryExecutionId": id })).expect("it is stopped");
    }
    let over = running.end();
    assert_eq!((over.code, &failure(&over.lines)["code"]), (1, &json!("TerminalState")));
    let message = failure(&over.lines)["message"].as_str().expect("text");
    assert!(message.ends_with("is `CANCELLED` and will not be `SUCCEEDED`"), "{message}");
}

#[test]
fn a_run_that_is_killed_while_it_waits_goes_on_with_the_same_query() {
    let moto = slow_moto(2);
    let site = query(moto.endpoint(), "SELECT 1", "");
    Running::waiting(&site).kill();
    let id = the_run(&site).expect("there is a run");
    let resumed = site.stepwell(&["runs", "resume", &id, "--output", "json"]);
    assert_eq!(resumed.code, 0, "{resumed:?}");
    assert_eq!(outputs(&resumed.json_lines())["state"], "SUCCEEDED");
    assert_eq!((count(&moto, "StartQueryExecution"), count(&moto, "StopQueryExecution")), (1, 0));
}

/// A proxy that answers this many requests for results with an error; with `None`, all of them.
fn unread(moto: &Moto, times: Option<u32>) -> Microburst {
    let burst = Microburst::before(&venv(), moto.endpoint()).expect("microburst starts");
    let error = json!({ "code": "InternalServerException", "status": 500, "message": "try again" });
    let mut rule = json!({ "service": "athena", "operation": "GetQueryResults", "error": error });
    if let Some(times) = times {
        rule["times"] = json!(times);
    }
    burst.rules(&json!([rule])).expect("a rule");
    burst
}

#[test]
fn a_query_that_has_succeeded_is_not_stopped_because_its_results_cannot_be_read() {
    let moto = slow_moto(1);
    let burst = unread(&moto, None);
    let (code, lines) = query(burst.endpoint(), "SELECT 1", ", timeout = \"1s\"").run_json();
    assert_eq!((code, &failure(&lines)["code"]), (1, &json!("WaitTimeout")), "{:?}", lines.last());
    let message = failure(&lines)["message"].as_str().expect("text");
    let told = " has succeeded, but its results could not be read in time: Unavailable: ";
    assert!(message.contains(told) && message.contains("InternalServerException"), "{message}");
    assert!(!message.contains("stopped"), "{message}");
    assert_eq!((count(&moto, "StartQueryExecution"), count(&moto, "StopQueryExecution")), (1, 0));
    assert_eq!(states(&moto), ["SUCCEEDED"]);
}

#[test]
fn a_run_that_is_cancelled_while_results_are_awaited_leaves_its_query_as_it_is() {
    let moto = slow_moto(1);
    let burst = unread(&moto, None);
    let site = query(burst.endpoint(), "SELECT 1", "");
    let mut running = Running::start(site.command(&["run", "job.toml", "--output", "json"]));
    while !running.until("step_waiting")["message"].as_str().is_some_and(|text| text.ends_with(": SUCCEEDED")) {}
    running.signal(Signal::INT);
    let over = running.end();
    assert_eq!((over.code, &report(&over.lines)["outcome"]), (130, &json!("cancelled")), "{}", over.stderr);
    assert_eq!(count(&moto, "StopQueryExecution"), 0);
}

#[test]
fn results_that_cannot_be_read_at_first_are_asked_for_again() {
    let moto = slow_moto(1);
    let burst = unread(&moto, Some(8));
    let (code, lines) = query(burst.endpoint(), "SELECT 1", "").run_json();
    assert_eq!((code, &outputs(&lines)["state"]), (0, &json!("SUCCEEDED")), "{:?}", lines.last());
    assert_eq!(burst.fired().expect("it answers").len(), 8);
    assert!(log_lines(&lines).iter().any(|line| line.contains(": the results cannot be read now: ")));
    assert_eq!(count(&moto, "StartQueryExecution"), 1);
}

/// Emulators accept any work group, so the error here is a copy of AWS's.
#[test]
fn a_work_group_that_athena_does_not_know_is_not_found() {
    let (ministack, _) = ministack();
    let burst = Microburst::before(&venv(), ministack.endpoint()).expect("microburst starts");
    let error = json!({ "code": "InvalidRequestException", "status": 400, "message": "WorkGroup night is not found." });
    let rule = json!({ "service": "athena", "operation": "StartQueryExecution", "error": error });
    burst.rules(&json!([rule])).expect("a rule");
    let (code, lines) = query(burst.endpoint(), "SELECT 1", ", work_group = \"night\"").run_json();
    assert_eq!((code, &failure(&lines)["code"]), (1, &json!("NotFound")), "{:?}", lines.last());
    assert!(failure(&lines)["message"].as_str().is_some_and(|text| text.contains("WorkGroup night is not found.")));
}

#[test]
fn a_query_that_athena_does_not_know_any_more_is_not_found_and_not_stopped() {
    let moto = slow_moto(100_000);
    let burst = Microburst::before(&venv(), moto.endpoint()).expect("microburst starts");
    let site = query(burst.endpoint(), "SELECT 1", "");
    let mut running = Running::waiting(&site);
    running.until("step_waiting");
    let error =
        json!({ "code": "InvalidRequestException", "status": 400, "message": "QueryExecution q was not found" });
    let rule = json!({ "service": "athena", "operation": "GetQueryExecution", "error": error });
    burst.rules(&json!([rule])).expect("a rule");
    let over = running.end();
    assert_eq!((over.code, &failure(&over.lines)["code"]), (1, &json!("NotFound")), "{}", over.stderr);
    assert_eq!(count(&moto, "StopQueryExecution"), 0);
}

#[test]
fn what_iam_does_not_allow_is_named() {
    let aws = Identity::new();
    let mut root = aws.ministack.client().expect("a client starts");
    let place = json!({ "LocationConstraint": REGION });
    aws.call("s3", "CreateBucket", json!({ "Bucket": "results", "CreateBucketConfiguration": place }));
    let mut may = Vec::new();
    for action in ["athena:StartQueryExecution", "athena:GetQueryExecution", "athena:GetQueryResults"] {
        // The policy always allows `s3:ListBucket`, because an empty policy is not valid.
        let actions = [&["s3:ListBucket"], may.as_slice()].concat();
        let keys = user(&mut root, action.rsplit(':').next().expect("a name"), &actions);
        let (code, lines) = query(aws.ministack.endpoint(), "SELECT 1", "").signing_as(keys).run_json();
        assert_eq!((code, &failure(&lines)["code"]), (1, &json!("AccessDenied")), "{action}: {:?}", lines.last());
        let message = failure(&lines)["message"].as_str().expect("text");
        assert!(message.starts_with(&format!("`{action}` was denied: ")), "{message}");
        let left = "; it could not be stopped: AccessDenied: `athena:StopQueryExecution` was denied: ";
        assert_eq!(message.contains(left), action == "athena:GetQueryExecution", "{message}");
        may.push(action);
    }
}

#[test]
fn a_configuration_that_athena_would_refuse_is_refused_before_the_run() {
    for (key, with) in [
        ("max_rows", "{ query = \"SELECT 1\", database = \"shop\", bucket = \"results\", max_rows = 1000 }"),
        ("bucket", "{ query = \"SELECT 1\", database = \"shop\", bucket = \"s3:/results\" }"),
        ("database", "{ query = \"SELECT 1\", database = \"\", bucket = \"results\" }"),
    ] {
        let ended = Site::without_aws().step("athena-query", with).run();
        assert!(ended.three_lines(2).join("\n").contains(key), "{key}: {ended:?}");
    }
}

/// The ids of the queries in moto.
fn ids(aws: &mut AwsClient) -> Vec<String> {
    let listed = aws.call("athena", "ListQueryExecutions", json!({})).expect("they are listed");
    let ids = listed["QueryExecutionIds"].as_array().expect("a list");
    ids.iter().map(|id| id.as_str().expect("an id").to_owned()).collect()
}

fn states(moto: &Moto) -> Vec<String> {
    let mut aws = moto.client().expect("boto3 starts");
    let state = |id| {
        let query = aws.call("athena", "GetQueryExecution", json!({ "QueryExecutionId": id })).expect("it is there");
        query["QueryExecution"]["Status"]["State"].as_str().expect("a state").to_owned()
    };
    ids(&mut moto.client().expect("boto3 starts")).into_iter().map(state).collect()
}

#[test]
fn a_secret_in_a_query_is_refused_because_athena_would_give_it_back() {
    let (ministack, mut aws) = ministack();
    let site = query(ministack.endpoint(), "SELECT reverse('${options.token}')", "");
    let job = std::fs::read_to_string(site.path("job.toml")).expect("readable");
    let options = "name = \"job\"\n[options.token]\nsecret = true\nrequired = true\n";
    let unsaid = site.file("job.toml", job.replacen("name = \"job\"\n", options, 1));
    let [_, because, _] = unsaid.stepwell(&["job", "check", "job.toml"]).three_lines(3).map(str::to_owned);
    assert!(because.contains("`query` of `athena-query` is not meant for secrets"), "{because}");
    let options = &format!("{options}to = [\"athena:StartQueryExecution\"]\n");
    let site = unsaid;
    let site = site.file("job.toml", job.replacen("name = \"job\"\n", options, 1));
    let ended = site.pipe(&["run", "job.toml", "--output", "json"], "correct-horse-battery\n");
    let message = failure(&ended.json_lines())["message"].to_string();
    assert!(ended.code == 3 && message.contains("a secret would stand in the query"), "{} {message}", ended.code);
    assert_eq!(aws.call("athena", "ListQueryExecutions", json!({})).expect("it lists")["QueryExecutionIds"], json!([]));
}
