use std::sync::OnceLock;

use serde_json::Value as Json;
use stepwell_model::event::{Answer, Progress};

use super::super::journal::fault;
use super::*;
use crate::error::HostFault;

#[tokio::test]
async fn a_batch_has_one_intent_that_says_little_and_one_answer() {
    let mut moves = Moves::with(CannedS3::new());
    let names: Vec<_> = (0..8).map(|at| format!("{at}.txt")).collect();
    names.iter().take(7).for_each(|name| moves.file(name, b"text"));
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    moves.upload(&names).await.unwrap();
    let [What::CallIntended { call, .. }, What::CallAnswered { answer, .. }] = &moves.kept.records()[..] else {
        panic!("{:?}", moves.kept.records())
    };
    let keys = &names[..5];
    assert_eq!(call.action, "s3:PutObject");
    assert_eq!(call.request, json!({ "Bucket": "example", "Files": 8, "Bytes": 28, "Keys": keys }));
    let response = Some(json!({ "Done": 7, "Failed": 1, "Bytes": 28 }));
    assert_eq!(*answer, Answer::Done { request_id: None, status: None, response });
}

#[tokio::test]
async fn no_more_than_ten_requests_are_in_flight() {
    let mut moves = Moves::with(CannedS3::new());
    moves.file("large", &bytes(24 * MIB));
    let names: Vec<_> = (0..60).map(|at| format!("{at}")).collect();
    names.iter().for_each(|name| moves.file(name, b"text"));
    let names: Vec<_> = names.iter().map(String::as_str).chain(["large"]).collect();
    assert!(moves.upload(&names).await.unwrap().iter().all(Result::is_ok));
    let most = moves.s3.held.lock().unwrap().most_in_flight;
    assert!((2..=10).contains(&most), "{most}");
}

#[tokio::test]
async fn an_object_that_is_denied_fails_alone_and_is_taken_back_when_it_had_begun() {
    let deny = |asked: &Asked, _: &mut _| {
        let is_denied = asked.path == "/b" || asked.query.contains("partNumber=1");
        is_denied.then_some(Fault::Refused(403, "AccessDenied"))
    };
    let mut moves = Moves::with(CannedS3::with(deny));
    moves.file("large", &bytes(20 * MIB));
    ["a", "b", "c"].iter().for_each(|path| moves.file(path, b"text"));
    let outcomes = moves.upload(&["a", "large", "b", "c"]).await.unwrap();
    assert_eq!(sizes(&outcomes), [Some(4), None, None, Some(4)]);
    for outcome in &outcomes[1..3] {
        let error = call(outcome.as_ref().unwrap_err());
        assert_eq!((error.kind, error.action.as_str()), (CallErrorKind::Denied, "s3:PutObject"));
        assert_eq!(error.message, "IAM does not allow `s3:PutObject`: in S3's words");
    }
    assert!(moves.s3.held.lock().unwrap().uploads.is_empty());
    let answer = answered(&moves).unwrap();
    assert_eq!((&answer["Done"], &answer["Failed"]), (&json!(2), &json!(2)));
}

#[tokio::test]
async fn what_fails_as_ten_others_did_is_not_tried() {
    let faults: [(fn() -> Fault, _, _); 3] = [
        (|| Fault::Refused(403, "AccessDenied"), CallErrorKind::Denied, "AccessDenied"),
        (|| Fault::Refused(404, "NoSuchBucket"), CallErrorKind::NotFound, "NoSuchBucket"),
        (|| Fault::Elsewhere("ap-south-1"), CallErrorKind::Rejected, "PermanentRedirect"),
    ];
    for (fault, kind, code) in faults {
        let mut moves = Moves::with(CannedS3::with(move |_, _| Some(fault())));
        let names: Vec<_> = (0..100).map(|at| at.to_string()).collect();
        names.iter().for_each(|name| moves.file(name, b"text"));
        let outcomes = moves.upload(&names.iter().map(String::as_str).collect::<Vec<_>>()).await.unwrap();
        assert_eq!(outcomes.len(), 100, "{code}");
        for outcome in outcomes {
            let error = outcome.unwrap_err();
            assert_eq!((call(&error).kind, call(&error).code.as_deref()), (kind, Some(code)));
        }
        // Ten that fail, and those that began meanwhile.
        assert!((10..20).contains(&moves.s3.lines().len()), "{code}: {}", moves.s3.lines().len());
        assert_eq!(answered(&moves), Some(json!({ "Done": 0, "Failed": 100, "Bytes": 0 })), "{code}");
    }
}

#[tokio::test]
async fn one_that_arrives_keeps_up_the_hope_for_all_others() {
    let deny = |asked: &Asked, _: &mut _| (asked.path != "/0").then_some(Fault::Refused(403, "AccessDenied"));
    let mut moves = Moves::with(CannedS3::with(deny));
    let names: Vec<_> = (0..40).map(|at| at.to_string()).collect();
    names.iter().for_each(|name| moves.file(name, b"text"));
    let outcomes = moves.upload(&names.iter().map(String::as_str).collect::<Vec<_>>()).await.unwrap();
    assert_eq!((sizes(&outcomes)[0], outcomes.iter().filter(|outcome| outcome.is_err()).count()), (Some(4), 39));
    assert_eq!(moves.s3.lines().len(), 40);
}

/// The last answer in the journal.
fn answered(moves: &Moves) -> Option<Json> {
    match moves.kept.records().pop() {
        Some(What::CallAnswered { answer: Answer::Done { response, .. }, .. }) => response,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_is_not_found_is_named() {
    let mut moves = Moves::with(CannedS3::new());
    let outcomes = moves.download(&["missing"]).await.unwrap();
    assert_eq!(call(outcomes[0].as_ref().unwrap_err()).message, "s3://example/missing: in S3's words");
    let outcomes = moves.copy(&["missing"]).await.unwrap();
    assert_eq!(outcomes[0].as_ref().unwrap_err().message, "there is no s3://source/missing");
    let mut moves = Moves::with(CannedS3::with(|_, _| Some(Fault::Refused(404, "NoSuchBucket"))));
    moves.file("a", b"text");
    let outcomes = moves.upload(&["a"]).await.unwrap();
    assert_eq!(call(outcomes[0].as_ref().unwrap_err()).message, "s3://example: in S3's words");
}

#[tokio::test]
async fn credentials_that_do_not_work_end_the_step() {
    let mut moves = Moves::with(CannedS3::with(|_, _| Some(Fault::Refused(403, "InvalidAccessKeyId"))));
    (0..30).for_each(|at| moves.file(&at.to_string(), b"text"));
    let names: Vec<_> = (0..30).map(|at| at.to_string()).collect();
    let outcome = moves.upload(&names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    assert!(matches!(fault(outcome), HostFault::Credentials { .. }));
    assert!(moves.s3.lines().len() <= 10, "{}", moves.s3.lines().len());
}

#[tokio::test]
async fn more_than_a_thousand_are_refused_and_none_are_no_call() {
    let mut moves = Moves::with(CannedS3::new());
    let Err(HostError::Answer(error)) = moves.upload(&["a"; 1001]).await else { panic!("they are too many") };
    assert_eq!(error.kind, CallErrorKind::Rejected);
    assert!(moves.upload(&[]).await.unwrap().is_empty());
    assert!(moves.kept.records().is_empty() && moves.s3.lines().is_empty());
}

#[tokio::test]
async fn a_dry_run_moves_nothing() {
    let mut moves = Moves::with(CannedS3::new());
    moves.file("a", b"text");
    moves.step.context.dry_run = true;
    assert_eq!(fault(moves.upload(&["a"]).await), HostFault::DryRun { action: "s3:PutObject" });
    assert!(matches!(&moves.kept.records()[..], [What::ChangeWithheld { .. }]));
    assert!(moves.s3.lines().is_empty());
}

#[tokio::test]
async fn the_journal_is_told_how_far_a_call_has_come_and_nothing_when_it_has_ended() {
    // The second file waits for the journal.
    let kept: Arc<OnceLock<Arc<MemoryJournal>>> = Arc::default();
    let told = Arc::clone(&kept);
    let wait = move |asked: &Asked, _: &mut Held| {
        let told = Arc::clone(&told);
        let is_told = move || told.get().is_some_and(|kept| kept.order().contains(&"step_progressed".to_owned()));
        (asked.path == "/b").then(|| Fault::Until(Box::new(is_told)))
    };
    let mut moves = Moves::with(CannedS3::with(wait));
    assert!(kept.set(Arc::clone(&moves.kept)).is_ok());
    moves.file("a", b"text");
    moves.file("b", b"more text");
    assert_eq!(sizes(&moves.upload(&["a", "b"]).await.unwrap()), [Some(4), Some(9)]);
    let records = moves.kept.records();
    let [What::CallIntended { .. }, progressed @ .., What::CallAnswered { .. }] = &records[..] else {
        panic!("{records:?}")
    };
    let Some(What::StepProgressed { message, progress, .. }) = progressed.last() else { panic!("{records:?}") };
    assert_eq!(message, "uploading: 1 of 2 files, 4 B");
    assert_eq!(*progress, Progress { done: 4, total: Some(13), unit: "bytes".to_owned() });
}
