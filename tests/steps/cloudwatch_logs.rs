//! The steps of CloudWatch Logs. ministack completes every query at once and has no saved queries, so slow, failing and
//! saved queries have canned responses.

use std::time::{SystemTime, UNIX_EPOCH};

use rustix::process::Signal;
use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::{AwsClient, CannedLogs, Identities, Ministack, REGION};

use crate::resumes::fleet::the_run;
use crate::resumes::running::Running;
use crate::support::identity::Identity;
use crate::support::{Site, events, failure, log_lines, report, venv};

const QUERY: &str = "fields @message, @logStream | sort @timestamp asc";

/// ministack with the log group `/web`: two lines from the last minute, and one from an hour ago.
fn ministack() -> (Ministack, AwsClient) {
    let ministack = Ministack::start(&venv(), Identities::Ignored).expect("ministack starts");
    let mut aws = ministack.client().expect("boto3 starts");
    let stream = json!({ "logGroupName": "/web", "logStreamName": "a" });
    aws.call("logs", "CreateLogGroup", json!({ "logGroupName": "/web" })).expect("a group");
    aws.call("logs", "CreateLogStream", stream).expect("a stream");
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_millis();
    let event = |age: u128, message: &str| json!({ "timestamp": now - age, "message": message });
    let all = [event(3_600_000, "old"), event(2_000, "first"), event(0, "second")];
    aws.call("logs", "PutLogEvents", json!({ "logGroupName": "/web", "logStreamName": "a", "logEvents": all }))
        .expect("they are logged");
    (ministack, aws)
}

fn query(endpoint: &str, group: &str, query: &str, more: &str) -> Site {
    let with = format!(
        "{{ log_group = \"{group}\", time_unit = \"minutes\", past_time_range = 5, query_string = \"{query}\", \
         poll_every = \"100ms\"{more} }}"
    );
    Site::new(endpoint).step("cloudwatch-logs-query", &with)
}

fn saved(endpoint: &str, path: &str, name: &str) -> Site {
    let with = format!(
        "{{ query_path = \"{path}\", query_name = \"{name}\", log_groups = [\"/web\", \"/db\"], time_unit = \"days\", \
         past_time_range = 1, poll_every = \"100ms\" }}"
    );
    Site::new(endpoint).step("cloudwatch-logs-saved-query", &with)
}

fn create_stream(endpoint: &str, group: &str, more: &str) -> Site {
    let with = format!("{{ log_group_name = \"{group}\", log_stream_name = \"today\"{more} }}");
    Site::new(endpoint).step("cloudwatch-create-log-stream", &with)
}

fn canned(settings: &Json) -> CannedLogs {
    let logs = CannedLogs::start(&venv()).expect("it starts");
    logs.set(settings).expect("it knows them");
    logs
}

fn count(logs: &CannedLogs, operation: &str) -> usize {
    logs.seen().expect("it answers").iter().filter(|seen| seen.operation == operation).count()
}

fn outputs(lines: &[Json]) -> &Json {
    &report(lines)["steps"][0]["outputs"]
}

fn logged<'a>(lines: &'a [Json], is: &str) -> Vec<&'a Json> {
    events(lines, "step_logged").into_iter().map(|line| &line["log"]).filter(|log| log["is"] == is).collect()
}

fn links(lines: &[Json]) -> Vec<&Json> {
    logged(lines, "link").into_iter().map(|link| &link["url"]).collect()
}

fn console(page: &str) -> Json {
    json!(format!("https://{REGION}.console.aws.amazon.com/cloudwatch/home?region={REGION}#logsV2:{page}"))
}

#[test]
fn a_query_shows_what_was_logged_within_its_time() {
    let (ministack, _) = ministack();
    let (code, lines) = query(ministack.endpoint(), "/web", QUERY, "").run_json();
    assert_eq!(code, 0, "{:?}", lines.last());
    let id = outputs(&lines)["query_id"].as_str().expect("an id");
    let row = |message: &str| json!({ "@message": message, "@logStream": "a" });
    let expected = json!({
        "query_id": id, "status": "Complete", "row_count": 2, "truncated": false,
        "results": [row("first"), row("second")], "records_matched": 2, "records_scanned": 2,
    });
    assert_eq!(*outputs(&lines), expected);
    let table = json!({
        "is": "table", "columns": ["#", "@message", "@logStream"],
        "rows": [["1", "first", "a"], ["2", "second", "a"]],
    });
    assert_eq!(logged(&lines, "table"), [&table]);
    let told = [
        format!("{id}: query of /web, the past 5 minutes"),
        format!("{id}: submitted -> Complete"),
        format!("{id}: 2 rows (2 of 2 log events matched)"),
    ];
    assert_eq!(log_lines(&lines), told);
    assert_eq!(links(&lines), [&console("log-groups/log-group/$252Fweb")]);
}

#[test]
fn a_query_that_finds_nothing_succeeds_and_says_so() {
    let (ministack, _) = ministack();
    let nothing = "fields @message | filter @message like /nowhere/";
    let (code, lines) = query(ministack.endpoint(), "/web", nothing, "").run_json();
    assert_eq!(code, 0, "{:?}", lines.last());
    assert_eq!((&outputs(&lines)["row_count"], &outputs(&lines)["results"]), (&json!(0), &json!([])));
    let last = log_lines(&lines).last().map(ToString::to_string).expect("a line");
    assert!(last.ends_with(": no rows (0 of 2 log events matched)"), "{last}");
    assert!(logged(&lines, "table").is_empty());
}

#[test]
fn the_limit_of_the_step_holds_for_a_query_without_one() {
    let (ministack, _) = ministack();
    let (code, lines) = query(ministack.endpoint(), "/web", QUERY, ", limit = 1").run_json();
    assert_eq!((code, &outputs(&lines)["row_count"]), (0, &json!(1)), "{:?}", lines.last());
}

#[test]
fn a_log_group_that_does_not_exist_is_not_found() {
    let ministack = Ministack::start(&venv(), Identities::Ignored).expect("ministack starts");
    for site in [query(ministack.endpoint(), "/no", QUERY, ""), create_stream(ministack.endpoint(), "/no", "")] {
        let (code, lines) = site.run_json();
        assert_eq!((code, &failure(&lines)["code"]), (1, &json!("NotFound")), "{:?}", lines.last());
        assert!(failure(&lines)["message"].as_str().is_some_and(|text| text.contains("/no")));
    }
}

#[test]
fn what_iam_does_not_allow_is_named() {
    let aws = Identity::new();
    for (action, site) in [
        ("logs:StartQuery", query(aws.ministack.endpoint(), "/web", QUERY, "")),
        ("logs:CreateLogStream", create_stream(aws.ministack.endpoint(), "/web", "")),
        ("logs:DescribeQueryDefinitions", saved(aws.ministack.endpoint(), "infra", "errors")),
    ] {
        let (code, lines) = site.signing_as(aws.host.clone()).run_json();
        assert_eq!((code, &failure(&lines)["code"]), (1, &json!("AccessDenied")), "{action}: {:?}", lines.last());
        assert!(failure(&lines)["message"].as_str().is_some_and(|text| text.contains(action)), "{action}");
    }
}

#[test]
fn a_log_stream_is_created_once_and_may_be_there_already() {
    let (ministack, mut aws) = ministack();
    let (code, lines) = create_stream(ministack.endpoint(), "/web", "").run_json();
    assert_eq!(code, 0, "{:?}", lines.last());
    let made = |created: bool| json!({ "log_group_name": "/web", "log_stream_name": "today", "created": created });
    assert_eq!(*outputs(&lines), made(true));
    assert_eq!(log_lines(&lines), ["/web: log stream today created"]);
    let streams = json!({ "logGroupName": "/web", "logStreamNamePrefix": "today" });
    let listed = aws.call("logs", "DescribeLogStreams", streams).expect("they are listed");
    assert_eq!(listed["logStreams"][0]["logStreamName"], "today");

    let (code, lines) = create_stream(ministack.endpoint(), "/web", "").run_json();
    assert_eq!((code, &failure(&lines)["code"]), (1, &json!("AwsError")));
    assert!(failure(&lines)["message"].as_str().is_some_and(|it| it.starts_with("ResourceAlreadyExistsException")));
    let (code, lines) = create_stream(ministack.endpoint(), "/web", ", if_exists = \"ignore\"").run_json();
    assert_eq!((code, outputs(&lines)), (0, &made(false)));
}

#[test]
fn a_cancelled_run_stops_its_query() {
    let (ministack, mut aws) = ministack();
    let site = query(ministack.endpoint(), "/web", QUERY, "");
    let running = Running::waiting(&site);
    running.signal(Signal::INT);
    let over = running.end();
    assert_eq!((over.code, &report(&over.lines)["outcome"]), (130, &json!("cancelled")), "{}", over.stderr);
    let first = log_lines(&over.lines)[0].to_owned();
    let (id, _) = first.split_once(':').expect("the line names the query");
    let query = aws.call("logs", "GetQueryResults", json!({ "queryId": id })).expect("it is there");
    assert_eq!(query["status"], "Cancelled");
}

#[test]
fn each_status_is_told_once_and_pages_are_read_to_the_end_canned() {
    let rows = |n: u32| json!([[{ "field": "n", "value": n.to_string() }, { "field": "@ptr", "value": "x" }]]);
    let logs = canned(&json!({
        "statuses": ["Scheduled", "Running", "Running", "Complete"],
        "results": [rows(1), rows(2), rows(3)],
        "statistics": { "recordsMatched": 3.0, "recordsScanned": 70.0, "bytesScanned": 700.0 },
    }));
    let (code, lines) = query(logs.endpoint(), "/web", QUERY, "").run_json();
    assert_eq!(code, 0, "{:?}", lines.last());
    assert_eq!(outputs(&lines)["results"], json!([{ "n": "1" }, { "n": "2" }, { "n": "3" }]));
    assert_eq!((&outputs(&lines)["records_matched"], &outputs(&lines)["records_scanned"]), (&json!(3), &json!(70)));
    let told: Vec<_> = log_lines(&lines).into_iter().filter_map(|line| line.split_once(": ")).map(|it| it.1).collect();
    let states = ["submitted -> Scheduled", "Scheduled -> Running", "Running -> Complete"];
    assert_eq!(told[1..4], states);
    let seen = logs.seen().expect("it answers");
    let start = &seen.first().expect("a request").parameters;
    assert_eq!((&start["logGroupNames"], &start["limit"]), (&json!(["/web"]), &json!(1000)));
    let (begins, ends) = (start["startTime"].as_u64().expect("seconds"), start["endTime"].as_u64().expect("seconds"));
    assert!((300..=301).contains(&(ends - begins)), "{start}");
}

#[test]
fn rows_of_different_fields_are_shown_one_by_one_canned() {
    let field = |name: &str, value: &str| json!({ "field": name, "value": value });
    let rows = json!([[[field("level", "warn"), field("@ptr", "x")], [field("level", "info"), field("user", "ada")]]]);
    let logs = canned(&json!({ "results": rows }));
    let (code, lines) = query(logs.endpoint(), "/web", QUERY, "").run_json();
    assert_eq!(code, 0, "{:?}", lines.last());
    let shown: Vec<_> = logged(&lines, "pairs").into_iter().map(|log| &log["pairs"]).collect();
    assert_eq!(shown, [&json!([["level", "warn"]]), &json!([["level", "info"], ["user", "ada"]])]);
    assert!(outputs(&lines).get("records_matched").is_none(), "AWS said nothing of it");
}

#[test]
fn a_query_that_ends_in_any_other_way_fails_the_step_canned() {
    for status in ["Failed", "Cancelled", "Timeout", "Unknown"] {
        let logs = canned(&json!({ "statuses": ["Running", status] }));
        let (code, lines) = query(logs.endpoint(), "/web", QUERY, "").run_json();
        assert_eq!((code, &failure(&lines)["code"]), (1, &json!("TerminalState")), "{status}");
        let message = failure(&lines)["message"].as_str().expect("text");
        assert!(message.ends_with(&format!("is `{status}` and will not be `Complete`")), "{message}");
    }
}

#[test]
fn a_query_that_takes_too_long_is_stopped_canned() {
    let logs = canned(&json!({ "statuses": ["Running"] }));
    let (code, lines) = query(logs.endpoint(), "/web", QUERY, ", timeout = \"300ms\"").run_json();
    assert_eq!((code, &failure(&lines)["code"]), (1, &json!("WaitTimeout")));
    let message = failure(&lines)["message"].as_str().expect("text");
    assert!(message.ends_with("is not `Complete` after 300ms, but `Running`; it was stopped"), "{message}");
    assert_eq!(count(&logs, "StopQuery"), 1);
}

#[test]
fn a_query_that_ends_while_it_is_cancelled_is_left_as_it_is_canned() {
    let logs = canned(&json!({}));
    let job = "name = \"job\"\n[[steps]]\nid = \"it\"\nuses = \"cloudwatch-logs-query\"\ntimeout = \"400ms\"\nwith = { \
               log_group = \"/web\", time_unit = \"hours\", past_time_range = 1, query_string = \"fields a\" }\n";
    let (code, lines) = Site::new(logs.endpoint()).file("job.toml", job).run_json();
    assert_eq!((code, &failure(&lines)["code"]), (1, &json!("StepTimeout")), "{:?}", lines.last());
    assert_eq!((count(&logs, "StopQuery"), count(&logs, "GetQueryResults")), (1, 0));
    assert!(log_lines(&lines).iter().any(|line| line.contains("had already ended")), "{:?}", log_lines(&lines));
}

#[test]
fn a_run_that_is_killed_while_it_waits_goes_on_with_the_same_query_canned() {
    let logs = canned(&json!({ "statuses": ["Running", "Running", "Complete"] }));
    let site = query(logs.endpoint(), "/web", QUERY, "");
    Running::waiting(&site).kill();
    let id = the_run(&site).expect("there is a run");
    let resumed = site.stepwell(&["runs", "resume", &id, "--output", "json"]);
    assert_eq!(resumed.code, 0, "{resumed:?}");
    assert_eq!(outputs(&resumed.json_lines())["status"], "Complete");
    assert_eq!((count(&logs, "StartQuery"), count(&logs, "StopQuery")), (1, 0));
}

/// Two pages. The first one holds a query whose name only begins the same.
fn definitions() -> Json {
    let saved = |id: &str, name: &str| {
        let query = format!("fields {id}");
        json!({ "queryDefinitionId": id, "name": name, "queryString": query, "logGroupNames": ["/old"] })
    };
    let second = [saved("d2", "infra/nginx/errors"), saved("d3", "errors"), saved("d4", "/audit/logins")];
    json!([[saved("d1", "infra/nginx/errors-today")], second])
}

#[test]
fn a_saved_query_is_found_by_its_exact_name_and_runs_on_the_steps_log_groups_canned() {
    for (path, name, id) in [
        ("/infra//nginx/", "errors", "d2"),
        ("", "errors", "d3"),
        ("infra", "nginx/errors", "d2"),
        ("audit", "logins", "d4"),
        ("", "/audit/logins", "d4"),
    ] {
        let rows = json!([[[{ "field": "n", "value": "7" }]]]);
        let logs = canned(&json!({ "definitions": definitions(), "results": rows }));
        let (code, lines) = saved(logs.endpoint(), path, name).run_json();
        assert_eq!(code, 0, "{path} {name}: {:?}", lines.last());
        let expected = json!({
            "query_definition_id": id, "query_id": outputs(&lines)["query_id"], "status": "Complete", "row_count": 1,
            "truncated": false, "results": [{ "n": "7" }],
        });
        assert_eq!(*outputs(&lines), expected);
        let seen = logs.seen().expect("it answers");
        let start = seen.iter().find(|seen| seen.operation == "StartQuery").expect("it is started");
        assert_eq!(start.parameters["logGroupNames"], json!(["/web", "/db"]));
        assert_eq!(start.parameters["queryString"], format!("fields {id}"));
        assert_eq!(count(&logs, "DescribeQueryDefinitions"), 4, "all pages are read, with and without a slash");
        assert_eq!(links(&lines), [&console("logs-insights")]);
    }
}

#[test]
fn a_saved_query_in_sql_names_its_log_groups_itself_canned() {
    let sql = "SELECT count(*) FROM `/shop`";
    let one = json!({ "queryDefinitionId": "d1", "name": "orders", "queryString": sql, "queryLanguage": "SQL" });
    let logs = canned(&json!({ "definitions": [[one]] }));
    let (code, lines) = saved(logs.endpoint(), "", "orders").run_json();
    assert_eq!(code, 0, "{:?}", lines.last());
    let seen = logs.seen().expect("it answers");
    let start = &seen.iter().find(|seen| seen.operation == "StartQuery").expect("it is started").parameters;
    assert_eq!((&start["queryString"], &start["queryLanguage"]), (&json!(sql), &json!("SQL")));
    assert!(start.get("logGroupNames").is_none(), "{start}");
    let told = log_lines(&lines);
    assert_eq!(told[0], "orders: a query in SQL names its log groups itself; `log_groups` is ignored");
    assert!(told[1].ends_with(": query of the log groups that it names, the past day"), "{told:?}");
}

#[test]
fn a_saved_query_that_is_not_there_is_not_found_canned() {
    let logs = canned(&json!({ "definitions": definitions() }));
    let (code, lines) = saved(logs.endpoint(), "infra", "nginx").run_json();
    assert_eq!((code, &failure(&lines)["code"]), (1, &json!("NotFound")));
    assert_eq!(failure(&lines)["message"], "there is no saved query `infra/nginx`");
    assert_eq!(count(&logs, "StartQuery"), 0);
}

#[test]
fn a_cancelled_run_stops_its_saved_query_canned() {
    let logs = canned(&json!({ "definitions": definitions(), "statuses": ["Running"] }));
    let site = saved(logs.endpoint(), "infra/nginx", "errors");
    let running = Running::waiting(&site);
    running.signal(Signal::INT);
    let over = running.end();
    assert_eq!((over.code, count(&logs, "StopQuery")), (130, 1), "{}", over.stderr);
}

#[test]
fn a_configuration_that_makes_no_sense_is_refused_before_the_run() {
    let groups: Vec<_> = (0..21).map(|number| format!("\"/web/{number}\"")).collect();
    let rest = "time_unit = \"days\", past_time_range = 1";
    for (key, uses, with) in [
        (
            "log_groups",
            "cloudwatch-logs-saved-query",
            format!("query_name = \"a\", log_groups = [{}], {rest}", groups.join(", ")),
        ),
        ("log_groups", "cloudwatch-logs-saved-query", format!("query_name = \"a\", log_groups = [], {rest}")),
        ("query_name", "cloudwatch-logs-saved-query", format!("query_name = \"/\", log_groups = [\"/web\"], {rest}")),
        (
            "past_time_range",
            "cloudwatch-logs-query",
            "log_group = \"/web\", query_string = \"fields a\", time_unit = \"days\", past_time_range = 0".to_owned(),
        ),
        (
            "time_unit",
            "cloudwatch-logs-query",
            "log_group = \"/web\", query_string = \"fields a\", time_unit = \"months\", past_time_range = 1".to_owned(),
        ),
        (
            "if_exists",
            "cloudwatch-create-log-stream",
            "log_group_name = \"/web\", log_stream_name = \"a\", if_exists = \"replace\"".to_owned(),
        ),
    ] {
        let ended = Site::without_aws().step(uses, &format!("{{ {with} }}")).run();
        assert!(ended.three_lines(2).join("\n").contains(key), "{key}: {ended:?}");
    }
}
