use serde_json::{Value as Json, json};
use stepwell_model::event::What;

use super::support::{Bench, answers};
use crate::AwsCalls;
use crate::error::HostError;
use crate::wit::ecs::{self, Host as _};
use crate::wit::types::{CallError, CallErrorKind};

const TASK: &str = "arn:aws:ecs:eu-central-1:123456789012:task/web/0123456789abcdef0123456789abcdef";

fn sent(bench: &Bench) -> Json {
    serde_json::from_str(&bench.left()[0]).unwrap()
}

fn web() -> Option<String> {
    Some("web".to_owned())
}

fn stop(reason: Option<&str>) -> ecs::StopTaskRequest {
    ecs::StopTaskRequest { cluster: web(), task: TASK.to_owned(), reason: reason.map(str::to_owned) }
}

#[tokio::test]
async fn list_tasks_sends_its_filters_and_the_page() {
    let mut bench = answers(&[(200, &json!({ "taskArns": [TASK], "nextToken": "p2" }).to_string())]);
    let request = ecs::ListTasksRequest {
        cluster: web(),
        service_name: Some("shop".into()),
        family: Some("report".into()),
        desired_status: Some("STOPPED".into()),
        max_results: Some(100),
        next_token: Some("p1".into()),
    };
    let response = AwsCalls::new(Some(&mut bench.step)).list_tasks(request).await.unwrap();
    let wanted = json!({
        "cluster": "web",
        "serviceName": "shop",
        "family": "report",
        "desiredStatus": "STOPPED",
        "maxResults": 100,
        "nextToken": "p1",
    });
    assert_eq!(sent(&bench), wanted);
    assert_eq!(bench.urls(), ["https://ecs.eu-central-1.amazonaws.com/"]);
    assert_eq!((response.task_arns, response.next_token.as_deref()), (vec![TASK.to_owned()], Some("p2")));
}

#[tokio::test]
async fn what_is_left_out_of_a_list_of_tasks_does_not_leave() {
    let mut bench = answers(&[(200, r#"{"taskArns":[]}"#)]);
    let request = ecs::ListTasksRequest {
        cluster: None,
        service_name: None,
        family: None,
        desired_status: None,
        max_results: None,
        next_token: None,
    };
    let response = AwsCalls::new(Some(&mut bench.step)).list_tasks(request).await.unwrap();
    assert_eq!(sent(&bench), json!({}));
    assert!(response.task_arns.is_empty() && response.next_token.is_none());
}

#[tokio::test]
async fn describe_tasks_gives_tasks_and_what_there_is_no_answer_for() {
    let stopped = json!({
        "taskArn": TASK,
        "group": "service:shop",
        "lastStatus": "STOPPED",
        "desiredStatus": "STOPPED",
        "stopCode": "EssentialContainerExited",
        "stoppedReason": "Essential container in task exited",
        "stoppedAt": 1_767_323_045.5,
        "containers": [{ "name": "web", "lastStatus": "STOPPED", "exitCode": 0 }, { "reason": "OutOfMemoryError" }],
    });
    let running = json!({ "taskArn": "arn:2", "lastStatus": "RUNNING" });
    let failures = json!([{ "arn": "arn:3", "reason": "MISSING" }]);
    let body = json!({ "tasks": [stopped, running], "failures": failures }).to_string();
    let mut bench = answers(&[(200, &body)]);
    let request =
        ecs::DescribeTasksRequest { cluster: web(), tasks: vec![TASK.into(), "arn:2".into(), "arn:3".into()] };
    let response = AwsCalls::new(Some(&mut bench.step)).describe_tasks(request).await.unwrap();
    assert_eq!(sent(&bench), json!({ "cluster": "web", "tasks": [TASK, "arn:2", "arn:3"] }));
    let [stopped, running] = &response.tasks[..] else { panic!("{response:?}") };
    assert_eq!(stopped.stop_code.as_deref(), Some("EssentialContainerExited"));
    assert_eq!((stopped.stopped_at, stopped.started_at), (Some(1_767_323_045_500), None));
    let exits: Vec<_> = stopped.containers.iter().map(|container| container.exit_code).collect();
    assert_eq!(exits, [Some(0), None]);
    assert_eq!((&running.stop_code, &running.stopped_reason, running.containers.len()), (&None, &None, 0));
    assert_eq!(response.failures[0].reason.as_deref(), Some("MISSING"));
}

#[tokio::test]
async fn stop_task_sends_and_keeps_the_reason() {
    let body = json!({ "task": { "taskArn": TASK, "lastStatus": "RUNNING", "desiredStatus": "STOPPED" } }).to_string();
    let mut bench = answers(&[(200, &body)]);
    let response = AwsCalls::new(Some(&mut bench.step)).stop_task(stop(Some("too old"))).await.unwrap();
    assert_eq!(sent(&bench), json!({ "cluster": "web", "task": TASK, "reason": "too old" }));
    let What::CallIntended { call, .. } = &bench.kept.records()[0] else { panic!() };
    assert_eq!(call.request, json!({ "Cluster": "web", "Task": TASK, "Reason": "too old" }));
    assert_eq!((&*response.task.last_status, response.task.desired_status.as_deref()), ("RUNNING", Some("STOPPED")));
}

#[tokio::test]
async fn an_unknown_cluster_is_not_found_and_an_unknown_task_is_rejected() {
    for (code, kind) in [
        ("ClusterNotFoundException", CallErrorKind::NotFound),
        ("InvalidParameterException", CallErrorKind::Rejected),
        ("AccessDeniedException", CallErrorKind::Denied),
    ] {
        let mut bench = answers(&[(400, &json!({ "__type": code, "message": "no" }).to_string())]);
        let error = AwsCalls::new(Some(&mut bench.step)).stop_task(stop(None)).await.unwrap_err();
        let HostError::Answer(error) = error else { panic!("{error:?}") };
        assert_eq!((error.kind, error.code.as_deref()), (kind, Some(code)));
        assert_eq!(sent(&bench), json!({ "cluster": "web", "task": TASK }));
    }
}

#[tokio::test]
async fn an_answer_without_the_task_is_no_answer() {
    let mut bench = answers(&[(200, "{}")]);
    let error = AwsCalls::new(Some(&mut bench.step)).stop_task(stop(None)).await.unwrap_err();
    let HostError::Answer(CallError { kind: CallErrorKind::Unavailable, message, .. }) = error else { panic!() };
    assert_eq!(message, "AWS's answer cannot be read: missing field `task`");
}
