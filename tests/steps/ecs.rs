//! The ECS steps, against ministack, whose tasks run until they are stopped, and moto, whose tasks are slow to stop
//! (`tests/emulators/slow_ecs.py`).

use std::time::Duration;

use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::{AwsClient, Identities, Microburst, Ministack, Moto, REGION};

use crate::resumes::running::Running;
use crate::support::identity::Identity;
use crate::support::{Site, events, failure, log_lines, report, venv};

/// Creates the cluster `web` and the families `report` and `shop`.
fn cluster(aws: &mut AwsClient) {
    aws.call("ecs", "CreateCluster", json!({ "clusterName": "web" })).expect("a cluster");
    for family in ["report", "shop"] {
        let containers = json!([{ "name": "main", "image": "busybox", "memory": 64 }]);
        let definition = json!({ "family": family, "containerDefinitions": containers });
        aws.call("ecs", "RegisterTaskDefinition", definition).expect("a task definition");
    }
}

fn tasks(aws: &mut AwsClient, family: &str, count: u32) -> Vec<String> {
    let run = json!({
        "cluster": "web", "taskDefinition": family, "launchType": "FARGATE", "count": count,
        "group": format!("family:{family}"),
    });
    let started = aws.call("ecs", "RunTask", run).expect("they start");
    let arn = |task: &Json| task["taskArn"].as_str().expect("an ARN").to_owned();
    started["tasks"].as_array().expect("a list").iter().map(arn).collect()
}

fn stop(aws: &mut AwsClient, task: &str, reason: &str) {
    let stop = json!({ "cluster": "web", "task": task, "reason": reason });
    aws.call("ecs", "StopTask", stop).expect("it stops");
}

fn ministack() -> (Ministack, AwsClient) {
    let ministack = Ministack::start(&venv(), Identities::Ignored).expect("ministack starts");
    let mut aws = ministack.client().expect("boto3 starts");
    cluster(&mut aws);
    (ministack, aws)
}

/// moto with tasks that take this long to stop.
fn slow_moto(delay: Duration) -> (Moto, AwsClient) {
    let moto = Moto::start(&venv(), delay).expect("moto starts");
    let mut aws = moto.client().expect("boto3 starts");
    cluster(&mut aws);
    (moto, aws)
}

/// The console page of a cluster, or of something in it.
fn console(path: &str) -> String {
    format!("https://{REGION}.console.aws.amazon.com/ecs/v2/clusters/{path}?region={REGION}")
}

fn outputs(lines: &[Json]) -> &Json {
    &report(lines)["steps"][0]["outputs"]
}

#[test]
fn stopped_tasks_are_a_table_with_their_reasons_and_outputs_with_all_there_is() {
    let (ministack, mut aws) = ministack();
    let [stopped, _running] = &tasks(&mut aws, "report", 2)[..] else { panic!() };
    stop(&mut aws, stopped, "too old");
    let site = Site::new(ministack.endpoint()).step("ecs-stopped-tasks", "{ cluster_name = \"web\" }");
    let (code, lines) = site.run_json();
    assert_eq!(code, 0, "{:?}", lines.last());
    let told = outputs(&lines);
    assert_eq!(told["stopped_task_count"], 1);
    let task = &told["stopped_tasks"][0];
    assert_eq!((&task["task_arn"], &task["stopped_reason"]), (&json!(stopped), &json!("too old")));
    assert_eq!((&task["stop_code"], &task["group"]), (&json!("UserInitiated"), &json!("family:report")));
    assert_eq!(task["containers"], json!([{ "name": "main", "exit_code": 0 }]));
    let at = task["stopped_at"].as_str().expect("it has stopped");
    assert!(at.len() == "2026-01-02T03:04:05Z".len() && at.ends_with('Z'), "{at}");

    let [start, end, count] = &log_lines(&lines)[..] else { panic!("{:?}", log_lines(&lines)) };
    assert!(start.ends_with("Z looking for stopped tasks in cluster web"), "{start}");
    assert!(end.contains("Z looked for ") && end.ends_with(" s"), "{end}");
    assert_eq!(*count, "stopped tasks in cluster web: 1");
    let logged = events(&lines, "step_logged");
    let table = json!({
        "is": "table", "columns": ["#", "stopped task ARN", "stopped reason"], "rows": [["1", stopped, "too old"]],
    });
    let [.., shown, link] = &logged[..] else { panic!("{logged:?}") };
    assert_eq!(shown["log"], table);
    assert_eq!((&link["log"]["is"], &link["log"]["url"]), (&json!("link"), &json!(console("web"))));
}

#[test]
fn stopped_tasks_of_all_pages_are_found_and_filters_hold() {
    let (ministack, mut aws) = ministack();
    let mut all = Vec::new();
    for _ in 0..11 {
        all.extend(tasks(&mut aws, "report", 10));
    }
    all.extend(tasks(&mut aws, "shop", 1));
    all.iter().for_each(|task| stop(&mut aws, task, "too old"));
    let count = |with: &str| {
        let (code, lines) = Site::new(ministack.endpoint()).step("ecs-stopped-tasks", with).run_json();
        assert_eq!(code, 0, "{:?}", lines.last());
        let told = outputs(&lines);
        (told["stopped_task_count"].clone(), told["stopped_tasks"].as_array().map_or(0, Vec::len))
    };
    assert_eq!(count("{ cluster_name = \"web\" }"), (json!(111), 111));
    assert_eq!(count("{ cluster_name = \"web\", family = \"shop\" }"), (json!(1), 1));
    assert_eq!(count("{ cluster_name = \"web\", service_name = \"nobody\" }"), (json!(0), 0));
}

#[test]
fn without_stopped_tasks_the_step_says_so() {
    let (ministack, mut aws) = ministack();
    tasks(&mut aws, "report", 1);
    let site = Site::new(ministack.endpoint()).step("ecs-stopped-tasks", "{ cluster_name = \"web\" }");
    let (code, lines) = site.run_json();
    assert_eq!((code, outputs(&lines)), (0, &json!({ "stopped_task_count": 0, "stopped_tasks": [] })));
    assert_eq!(log_lines(&lines).last(), Some(&"no stopped tasks in cluster web"));
    assert!(events(&lines, "step_logged").iter().all(|line| line["log"]["is"] != "table"));
}

#[test]
fn a_task_is_stopped_by_its_id_or_its_arn_and_keeps_the_reason() {
    let (ministack, mut aws) = ministack();
    let [first, second] = &tasks(&mut aws, "report", 2)[..] else { panic!() };
    let id = first.rsplit('/').next().expect("an id");
    let mut run = |arn: &str, with: &str| {
        let (code, lines) = Site::new(ministack.endpoint()).step("ecs-stop-task", with).run_json();
        assert_eq!(code, 0, "{:?}", lines.last());
        let expected = json!({
            "task_arn": arn, "last_status": "STOPPED", "desired_status": "STOPPED", "stop_code": "UserInitiated",
            "console_url": console(&format!("web/tasks/{}", arn.rsplit('/').next().expect("an id"))),
        });
        assert_eq!(outputs(&lines), &expected);
        let look = json!({ "cluster": "web", "tasks": [arn] });
        let reason = aws.call("ecs", "DescribeTasks", look).expect("it is there")["tasks"][0]["stoppedReason"].take();
        (report(&lines)["run"].clone(), reason)
    };
    let (run_id, reason) = run(first, &format!("{{ cluster = \"web\", task = \"{id}\" }}"));
    assert_eq!(reason, format!("stepwell run {}", run_id.as_str().expect("it has an id")));
    let with = format!("{{ cluster = \"web\", task = \"{second}\", reason = \"too old\", wait = true }}");
    assert_eq!(run(second, &with).1, "too old");
    // The task is stopped already.
    assert_eq!(run(second, &with).1, "too old");
}

#[test]
fn a_task_that_takes_its_time_is_waited_for() {
    let (moto, mut aws) = slow_moto(Duration::from_secs(2));
    let task = tasks(&mut aws, "report", 1).remove(0);
    let with = format!("{{ cluster = \"web\", task = \"{task}\", wait = true, poll_every = \"300ms\" }}");
    let (code, lines) = Site::new(moto.endpoint()).step("ecs-stop-task", &with).run_json();
    assert_eq!((code, &outputs(&lines)["last_status"]), (0, &json!("STOPPED")), "{:?}", lines.last());
    assert_eq!(log_lines(&lines), [format!("{task}: DEACTIVATING"), format!("{task}: DEACTIVATING -> STOPPED")]);
    let logged: Vec<_> = events(&lines, "step_logged").into_iter().map(|line| &line["log"]).collect();
    let links: Vec<_> = logged.into_iter().filter(|log| log["is"] == "link").map(|log| &log["url"]).collect();
    assert_eq!(links, [&outputs(&lines)["console_url"]], "one link, also after a wait");
    assert!(!events(&lines, "step_waiting").is_empty());
}

#[test]
fn a_task_that_does_not_stop_in_time_fails_the_wait() {
    let (moto, mut aws) = slow_moto(Duration::from_secs(600));
    let task = tasks(&mut aws, "report", 1).remove(0);
    let times = "wait = true, timeout = \"500ms\", poll_every = \"200ms\"";
    let with = format!("{{ cluster = \"web\", task = \"{task}\", {times} }}");
    let (code, lines) = Site::new(moto.endpoint()).step("ecs-stop-task", &with).run_json();
    assert_eq!((code, &failure(&lines)["code"]), (1, &json!("WaitTimeout")));
    let message = format!("{task} is not `STOPPED` after 500ms, but `DEACTIVATING`");
    assert_eq!(failure(&lines)["message"], json!(message));
}

#[test]
fn a_task_that_is_gone_while_it_is_waited_for_is_not_found() {
    let (moto, mut aws) = slow_moto(Duration::from_secs(600));
    let burst = Microburst::before(&venv(), moto.endpoint()).expect("microburst starts");
    let task = tasks(&mut aws, "report", 1).remove(0);
    let with = format!("{{ cluster = \"web\", task = \"{task}\", wait = true, poll_every = \"200ms\" }}");
    let site = Site::new(burst.endpoint()).step("ecs-stop-task", &with);
    let running = Running::waiting(&site);
    let error = json!({ "code": "ClusterNotFoundException", "status": 400 });
    burst.rules(&json!([{ "service": "ecs", "operation": "DescribeTasks", "error": error }])).expect("a rule");
    let over = running.end();
    assert_eq!((over.code, &failure(&over.lines)["code"]), (1, &json!("NotFound")), "{}", over.stderr);
}

#[test]
fn an_unknown_cluster_and_an_unknown_task_are_not_found() {
    let task = "0123456789abcdef0123456789abcdef";
    let (moto, _) = slow_moto(Duration::ZERO);
    for (plugin, with) in [
        ("ecs-stopped-tasks", "{ cluster_name = \"nobody\" }".to_owned()),
        ("ecs-stop-task", format!("{{ cluster = \"nobody\", task = \"{task}\" }}")),
    ] {
        let (code, lines) = Site::new(moto.endpoint()).step(plugin, &with).run_json();
        assert_eq!((code, &failure(&lines)["code"]), (1, &json!("NotFound")), "{plugin}");
    }
    let (ministack, _) = ministack();
    let with = format!("{{ cluster = \"web\", task = \"{task}\" }}");
    let (code, lines) = Site::new(ministack.endpoint()).step("ecs-stop-task", &with).run_json();
    assert_eq!((code, &failure(&lines)["code"]), (1, &json!("NotFound")));
}

#[test]
fn a_denied_stop_of_a_task_names_the_missing_action() {
    let identity = Identity::new();
    for (plugin, with, action) in [
        ("ecs-stopped-tasks", "{ cluster_name = \"web\" }", "ecs:ListTasks"),
        ("ecs-stop-task", "{ cluster = \"web\", task = \"0123456789abcdef0123456789abcdef\" }", "ecs:StopTask"),
    ] {
        let (code, lines) = identity.site().step(plugin, with).run_json();
        assert_eq!((code, &failure(&lines)["code"]), (1, &json!("AccessDenied")), "{plugin}");
        let message = failure(&lines)["message"].as_str().expect("text");
        assert!(message.contains(action), "{message}");
    }
}
