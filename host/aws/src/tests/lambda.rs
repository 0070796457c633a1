use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{HttpClient, HttpConnectorSettings, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};
use stepwell_model::event::{Answer, What};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::replay::Replay;
use super::support::{MemoryJournal, config, step};
use crate::convert::sha256;
use crate::error::HostError;
use crate::http;
use crate::wit::lambda::{self, Host as _};
use crate::wit::types::{CallError, CallErrorKind, Tag};
use crate::{AwsCalls, RunAws, StepAws};

/// An AWS whose responses have headers. It keeps the read timeouts of its clients.
#[derive(Debug, Clone)]
struct Lambda {
    http: Replay,
    patience: Arc<Mutex<Vec<Option<Duration>>>>,
}

impl HttpClient for Lambda {
    fn http_connector(&self, settings: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        self.patience.lock().unwrap().push(settings.read_timeout());
        SharedHttpConnector::new(self.http.clone())
    }
}

struct Bench {
    step: StepAws,
    kept: Arc<MemoryJournal>,
    lambda: Lambda,
}

fn answers(status: u16, head: &[(&'static str, &str)], body: &str) -> Bench {
    let mut response = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body));
    response.headers_mut().insert("x-amzn-requestid", "req-1");
    head.iter().for_each(|(name, value)| drop(response.headers_mut().insert(*name, (*value).to_owned())));
    let lambda = Lambda { http: Replay::new([response]), patience: Arc::default() };
    let kept = Arc::new(MemoryJournal::default());
    let aws = RunAws::fixed(config().http_client(lambda.clone()).build());
    Bench { step: step(aws, kept.clone()), kept, lambda }
}

impl Bench {
    fn calls(&mut self) -> AwsCalls<'_> {
        AwsCalls::new(Some(&mut self.step))
    }

    /// Method and URL, the named headers, and the body of the request that left.
    fn left(&self, headers: &[&str]) -> (String, Vec<Option<String>>, String) {
        let requests = self.lambda.http.requests(|request| {
            let head = headers.iter().map(|name| request.headers().get(name).map(str::to_owned));
            let body = String::from_utf8(request.body().bytes().unwrap_or_default().to_vec()).unwrap();
            (format!("{} {}", request.method(), request.uri()), head.collect(), body)
        });
        requests.into_iter().next().expect("something left")
    }
}

fn event(function: &str) -> lambda::InvokeRequest {
    lambda::InvokeRequest {
        function_name: function.to_owned(),
        invocation_type: None,
        log_type: None,
        qualifier: None,
        client_context: None,
        payload: None,
    }
}

/// The state of the timer of a TCP socket of this machine, by its port: `02` is the keep-alive timer, and `01` that of
/// a retransmission.
fn timer_of(port: u16) -> Option<String> {
    let sockets = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let local = format!("0100007F:{port:04X}");
    let socket = sockets.lines().find(|line| line.split_whitespace().nth(1) == Some(&local))?;
    Some(socket.split_whitespace().nth(5)?.split(':').next()?.to_owned())
}

#[tokio::test]
async fn the_connection_of_a_function_that_runs_long_is_kept_alive() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let config = config().http_client(http::client()).endpoint_url(endpoint);
    let mut step = step(RunAws::fixed(config.build()), Arc::new(MemoryJournal::default()));
    let server = async {
        let (mut socket, caller) = listener.accept().await.unwrap();
        let mut got = [0; 4_096];
        assert!(socket.read(&mut got).await.unwrap() > 0);
        while timer_of(caller.port()).as_deref() == Some("01") {
            tokio::task::yield_now().await;
        }
        let timer = timer_of(caller.port());
        socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}").await.unwrap();
        timer
    };
    let mut calls = AwsCalls::new(Some(&mut step));
    let mut invoked = pin!(calls.invoke(event("slow")));
    let timer = tokio::select! {
        timer = server => timer,
        answer = &mut invoked => panic!("it ended before its response: {answer:?}"),
    };
    assert_eq!(timer.as_deref(), Some("02"));
    assert_eq!(invoked.await.unwrap().status_code, 200);
}

const PLACE: &str = "https://lambda.eu-central-1.amazonaws.com";

#[tokio::test]
async fn invoke_sends_all_that_was_said_and_gives_texts() {
    let log = STANDARD.encode("START\nEND\n");
    let head = [("x-amz-executed-version", "7"), ("x-amz-log-result", log.as_str())];
    let mut bench = answers(200, &head, r#"{"n":1}"#);
    let request = lambda::InvokeRequest {
        invocation_type: Some("RequestResponse".to_owned()),
        log_type: Some("Tail".to_owned()),
        qualifier: Some("live".to_owned()),
        client_context: Some(r#"{"a":1}"#.to_owned()),
        payload: Some(r#"{"day":"today"}"#.to_owned()),
        ..event("report")
    };
    let response = bench.calls().invoke(request).await.unwrap();
    let headers = ["x-amz-invocation-type", "x-amz-log-type", "x-amz-client-context"];
    let (place, head, body) = bench.left(&headers);
    assert_eq!(place, format!("POST {PLACE}/2015-03-31/functions/report/invocations?Qualifier=live"));
    assert_eq!(head.iter().flatten().collect::<Vec<_>>(), ["RequestResponse", "Tail", &STANDARD.encode(r#"{"a":1}"#)]);
    assert_eq!(body, r#"{"day":"today"}"#);
    assert_eq!((response.status_code, response.executed_version.as_deref()), (200, Some("7")));
    assert_eq!(response.log_result.as_deref(), Some("START\nEND\n"));
    assert_eq!((response.payload.as_deref(), response.function_error), (Some(r#"{"n":1}"#), None));
}

#[tokio::test]
async fn what_the_plugin_leaves_out_of_an_invocation_does_not_leave_and_an_event_returns_nothing() {
    let mut bench = answers(202, &[], "");
    let response = bench.calls().invoke(event("report")).await.unwrap();
    let headers = ["x-amz-invocation-type", "x-amz-log-type", "x-amz-client-context"];
    let (place, head, body) = bench.left(&headers);
    assert_eq!(place, format!("POST {PLACE}/2015-03-31/functions/report/invocations"));
    assert_eq!((head, body.as_str()), (vec![None, None, None], ""));
    assert_eq!((response.status_code, response.payload, response.log_result), (202, None, None));
}

#[tokio::test]
async fn a_function_that_fails_is_an_answer() {
    let error = r#"{"errorMessage":"no"}"#;
    let mut bench = answers(200, &[("x-amz-function-error", "Unhandled")], error);
    let response = bench.calls().invoke(event("report")).await.unwrap();
    assert_eq!((response.function_error.as_deref(), response.payload.as_deref()), (Some("Unhandled"), Some(error)));
}

#[tokio::test]
async fn the_journal_keeps_what_an_invocation_returned_and_only_a_hash_of_what_it_was_given() {
    let mut bench = answers(200, &[], r#""done""#);
    let request = lambda::InvokeRequest { payload: Some("\"private\"".to_owned()), ..event("report") };
    bench.calls().invoke(request).await.unwrap();
    let kept = bench.kept.records();
    let [What::CallIntended { call, .. }, What::CallAnswered { answer, .. }] = &kept[..] else { panic!("{kept:?}") };
    assert_eq!(call.request, json!({ "FunctionName": "report", "PayloadSha256": sha256(b"\"private\"") }));
    let Answer::Done { response: Some(response), .. } = answer else { panic!("{answer:?}") };
    assert_eq!(response["payload"], r#""done""#);
}

#[tokio::test]
async fn an_invocation_may_be_silent_for_as_long_as_a_function_may_run_and_nothing_else_may() {
    let mut bench = answers(200, &[], "1");
    bench.calls().invoke(event("report")).await.unwrap();
    let patience = |bench: &Bench| bench.lambda.patience.lock().unwrap().first().copied().flatten();
    assert!(patience(&bench).is_some_and(|patience| patience > Duration::from_secs(900)), "{:?}", patience(&bench));
    let mut bench = answers(200, &[], &json!({ "Configuration": { "FunctionArn": "arn" } }).to_string());
    let request = lambda::GetFunctionRequest { function_name: "report".to_owned(), qualifier: None };
    bench.calls().get_function(request).await.unwrap();
    assert!(patience(&bench).is_none_or(|patience| patience < Duration::from_secs(60)), "{:?}", patience(&bench));
}

fn create() -> lambda::CreateFunctionRequest {
    lambda::CreateFunctionRequest {
        function_name: "report".to_owned(),
        role: "arn:aws:iam::123456789012:role/report".to_owned(),
        runtime: "python3.13".to_owned(),
        handler: "main.main".to_owned(),
        zip_file: b"PK".to_vec(),
        description: Some("A report".to_owned()),
        timeout: Some(60),
        memory_size: Some(128),
        tags: vec![Tag { key: "team".to_owned(), value: "web".to_owned() }],
    }
}

const ARN: &str = "arn:aws:lambda:eu-central-1:123456789012:function:report";

#[tokio::test]
async fn create_function_sends_the_archive_and_the_journal_keeps_its_hash() {
    let answer = json!({ "FunctionArn": ARN, "State": "Pending", "StateReason": "…", "StateReasonCode": "Creating" });
    let mut bench = answers(201, &[], &answer.to_string());
    let made = bench.calls().create_function(create()).await.unwrap();
    assert_eq!((made.function_arn.as_str(), made.state.as_deref()), (ARN, Some("Pending")));
    assert_eq!(made.state_reason_code.as_deref(), Some("Creating"));
    let (place, _, body) = bench.left(&[]);
    assert_eq!(place, format!("POST {PLACE}/2015-03-31/functions"));
    let expected = json!({
        "FunctionName": "report", "Role": "arn:aws:iam::123456789012:role/report", "Runtime": "python3.13",
        "Handler": "main.main", "Code": { "ZipFile": STANDARD.encode("PK") }, "Description": "A report", "Timeout": 60,
        "MemorySize": 128, "Tags": { "team": "web" },
    });
    assert_eq!(serde_json::from_str::<Json>(&body).unwrap(), expected);
    let kept = bench.kept.records();
    let Some(What::CallIntended { call, .. }) = kept.first() else { panic!("{kept:?}") };
    assert_eq!((&call.request["ZipFileSha256"], &call.request["Tags"]), (&json!(sha256(b"PK")), &json!(["team"])));
}

#[tokio::test]
async fn a_function_that_is_there_already_is_a_refusal_with_its_code() {
    let refusal = [("x-amzn-errortype", "ResourceConflictException")];
    let mut bench = answers(409, &refusal, r#"{"Message":"Function already exist: report"}"#);
    let error = bench.calls().create_function(create()).await.unwrap_err();
    let HostError::Answer(told @ CallError { kind: CallErrorKind::Rejected, .. }) = error else { panic!("{error:?}") };
    assert_eq!(told.code.as_deref(), Some("ResourceConflictException"));
}

#[tokio::test]
async fn get_function_gives_the_state_and_leaves_absent_what_aws_leaves_out() {
    let answer = json!({ "Configuration": { "FunctionArn": ARN }, "Code": { "Location": "https://signed" } });
    let mut bench = answers(200, &[], &answer.to_string());
    let request = lambda::GetFunctionRequest { function_name: "report".to_owned(), qualifier: None };
    let found = bench.calls().get_function(request).await.unwrap().configuration;
    assert_eq!(bench.left(&[]).0, format!("GET {PLACE}/2015-03-31/functions/report"));
    assert_eq!((found.function_arn.as_str(), found.state, found.state_reason), (ARN, None, None));
}

#[tokio::test]
async fn delete_function_names_the_function_and_one_that_is_gone_is_not_found() {
    let request = || lambda::DeleteFunctionRequest { function_name: "report".to_owned(), qualifier: None };
    let mut bench = answers(204, &[], "");
    bench.calls().delete_function(request()).await.unwrap();
    assert_eq!(bench.left(&[]).0, format!("DELETE {PLACE}/2015-03-31/functions/report"));
    let mut bench = answers(404, &[("x-amzn-errortype", "ResourceNotFoundException")], r#"{"Message":"gone"}"#);
    let error = bench.calls().delete_function(request()).await.unwrap_err();
    assert!(matches!(error, HostError::Answer(CallError { kind: CallErrorKind::NotFound, .. })), "{error:?}");
}

#[tokio::test]
async fn an_answer_without_a_function_is_no_answer() {
    let mut bench = answers(200, &[], "{}");
    let request = lambda::GetFunctionRequest { function_name: "report".to_owned(), qualifier: None };
    let error = bench.calls().get_function(request).await.unwrap_err();
    let HostError::Answer(told @ CallError { kind: CallErrorKind::Unavailable, .. }) = error else {
        panic!("{error:?}")
    };
    assert_eq!(told.message, "AWS answered without a function");
}
