use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value as Json, json};
use stepwell_model::action::Repeat;
use stepwell_model::credentials::Provider;
use stepwell_model::event::{
    Answer, Call, Checkpoint, Expansion, Log, LogLevel, Outcome, PauseReason, Progress, SignedAs, StopCause,
    TakenResult, What,
};
use stepwell_model::failure::{Failure, FailureOrigin};
use stepwell_model::id::StepPath;
use stepwell_model::limits::Logged;
use stepwell_model::settings::Level;

use super::{KEY, SECRETS, knowing};
use crate::is_weak;

fn step(id: &str) -> StepPath {
    id.parse().unwrap()
}

fn failure(shown: &str, decides: &str) -> Failure {
    Failure {
        code: decides.to_owned(),
        message: format!("not with {decides}"),
        because: Some(shown.to_owned()),
        next: Some(shown.to_owned()),
        retryable: true,
        origin: FailureOrigin::Plugin,
    }
}

fn signed_as(text: &str) -> SignedAs {
    SignedAs {
        from: Level::Default,
        provider: Provider::DefaultChain,
        source: Some(text.to_owned()),
        role_arn: None,
        access_key_id_ends: "abcd".to_owned(),
        expires_at: None,
        session: false,
        region: None,
    }
}

fn expanded(step: StepPath, into: Expansion) -> What {
    What::StepExpanded {
        step,
        attempt: 1,
        deadline: Timestamp::UNIX_EPOCH,
        into,
        steps: Vec::new(),
        stand_ins: Vec::new(),
    }
}

/// Records of every kind that has free text, with these texts in what people read and in what decides.
fn records(shown: &str, decides: &str) -> Vec<What> {
    let (it, own) = (|| step("it"), || shown.to_owned());
    let value = json!({ decides: [decides, { "deep": format!("<{decides}>") }] });
    let call = || Call {
        number: 1,
        action: "ec2:StopInstances".to_owned(),
        repeat: Repeat::Idempotent,
        request: value.clone(),
        token: None,
        token_header: None,
    };
    let captured = || [("what".to_owned(), decides.to_owned())].into();
    let log = |log| What::StepLogged { step: it(), log, captured: captured() };
    let answered = |answer| What::CallAnswered { step: it(), number: 1, answer };
    vec![
        log(Log::Line { level: LogLevel::Info, text: own() }),
        log(Log::Table { columns: vec![own()], rows: vec![vec![None, Some(own())]] }),
        log(Log::Pairs { pairs: vec![(own(), own())] }),
        log(Log::Link { label: own(), url: format!("https://example.com/?key={shown}") }),
        What::CredentialsIssued { step: it(), credentials: signed_as(shown) },
        What::CallIntended { step: it(), call: call() },
        What::ChangeWithheld { step: it(), call: call() },
        What::WaitWithheld { step: it(), message: own() },
        What::StepUndecided { step: it(), after: Vec::new(), because: own() },
        answered(Answer::Done { request_id: Some(own()), status: None, response: Some(value.clone()) }),
        answered(Answer::Refused { code: Some(own()), message: own() }),
        answered(Answer::Unknown { message: own() }),
        What::StepProgressed { step: it(), message: own(), progress: Progress { done: 1, total: None, unit: own() } },
        What::StepWaiting {
            step: it(),
            until: Timestamp::UNIX_EPOCH,
            message: own(),
            progress: Some(Progress { done: 1, total: None, unit: own() }),
            checkpoint: Checkpoint(decides.as_bytes().into()),
            host_calls: 1,
            logged: Logged::default(),
            again: false,
        },
        What::StepTaken {
            step: it(),
            from: "r-1".parse().unwrap(),
            item: Some(value.clone()),
            result: TakenResult::Succeeded { outputs: Arc::new([(decides.to_owned(), value.clone())].into()) },
            captured: captured(),
            exports: [("what".to_owned(), value.clone())].into(),
        },
        What::StepTaken {
            step: it(),
            from: "r-1".parse().unwrap(),
            item: None,
            result: TakenResult::Failed { failure: failure(shown, decides) },
            captured: captured(),
            exports: std::collections::BTreeMap::new(),
        },
        What::StepSucceeded { step: it(), outputs: Arc::new([(decides.to_owned(), value.clone())].into()) },
        What::StepFailed { step: it(), failure: failure(shown, decides) },
        What::StepCancelling { step: it(), cause: StopCause::Failed, failure: Some(failure(shown, decides)) },
        What::StepCancelled { step: it(), failure: Some(failure(shown, decides)) },
        What::StepRetrying { step: it(), failure: failure(shown, decides), until: Timestamp::UNIX_EPOCH },
        What::RunPaused { reason: PauseReason::Refused { failure: failure(shown, shown) } },
        What::ValuesExported { step: it(), values: [("what".to_owned(), value.clone())].into() },
        expanded(it(), Expansion::Items(vec![value.clone()])),
        expanded(it(), Expansion::Job([("option".parse().unwrap(), value.clone())].into())),
        What::RunFinished {
            outcome: Outcome::Failed,
            outputs: [("what".to_owned(), value)].into(),
            cause: None,
            failure: Some(failure(shown, decides)),
        },
    ]
}

#[test]
fn people_read_no_secret_and_what_decides_stays_as_it_is() {
    for secret in SECRETS {
        let masker = knowing(&[secret]);
        for (mut record, expected) in records(secret, secret).into_iter().zip(records("*****", secret)) {
            masker.what(&mut record);
            assert_eq!(record, expected);
        }
    }
}

#[test]
fn a_secret_is_found_wherever_it_decides_and_a_weak_one_nowhere() {
    for secret in SECRETS {
        let masker = knowing(&[secret]);
        for (mut shown, mut decides) in records(secret, "harmless").into_iter().zip(records("harmless", secret)) {
            assert!(!masker.finds_in(&mut shown), "{shown:?}");
            let has_it = !records("harmless", "harmless").contains(&decides);
            assert_eq!(masker.finds_in(&mut decides), has_it && !is_weak(secret), "{secret} {decides:?}");
        }
    }
}

#[test]
fn records_without_secrets_stay_as_they_are() {
    for masker in [knowing(&[]), knowing(SECRETS)] {
        for (mut record, expected) in records("harmless", "harmless").into_iter().zip(records("harmless", "harmless")) {
            masker.what(&mut record);
            assert_eq!(record, expected);
        }
    }
}

#[test]
fn a_long_message_is_masked_before_it_is_cut() {
    let masker = knowing(&[KEY]);
    for at in 1..KEY.len() {
        let message = format!("{}{KEY}", "-".repeat(4096 - at));
        let mut answered = What::CallAnswered { step: step("it"), number: 1, answer: Answer::Unknown { message } };
        masker.what(&mut answered);
        let What::CallAnswered { answer: Answer::Unknown { message }, .. } = answered else { panic!() };
        assert!(!message.contains(&KEY[..1]) && message.len() < 4_200, "{message}");
    }
}

#[test]
fn what_a_run_depends_on_is_never_masked() {
    let masker = knowing(&["it_stops", "ec2:StopInstances", "token-123", "2026"]);
    let call = Call {
        number: 2026,
        action: "ec2:StopInstances".to_owned(),
        repeat: Repeat::Idempotent,
        request: json!({}),
        token: Some("token-123".to_owned()),
        token_header: None,
    };
    for record in [
        What::StepStarted {
            step: step("it_stops"),
            attempt: 2026,
            deadline: "2026-01-01T00:00:00Z".parse().unwrap(),
            stand_ins: Vec::new(),
        },
        What::CallIntended { step: step("it_stops"), call },
        What::StepResumed { step: step("it_stops") },
    ] {
        let mut masked = record.clone();
        masker.what(&mut masked);
        assert_eq!(masked, record);
    }
}

#[test]
fn json_is_masked_in_names_strings_and_numbers() {
    let masker = knowing(&[KEY, "12345678", "2.99792"]);
    let mut value = json!({
        KEY: { "a": [KEY, null, true, 1, 9_123_456_789_u64, -12345678, 2.99792] },
        "12345678": format!("<{KEY}>"),
    });
    masker.json(&mut value);
    // Two names became the same; the value of one is left.
    assert_eq!(value.as_object().unwrap().len(), 1);
    let mut value = json!([KEY, null, true, 1, 9_123_456_789_u64, -12345678, 2.99792, { "a": { KEY: 1 } }]);
    masker.json(&mut value);
    assert_eq!(value, json!(["*****", null, true, 1, "9*****9", "-*****", "*****", { "a": { "*****": 1 } }]));
    let mut untouched = json!({ "a": [1.5, "b"] });
    masker.json(&mut untouched);
    assert_eq!(untouched, json!({ "a": [1.5, "b"] }));
    let mut nothing = Json::Null;
    masker.json(&mut nothing);
    assert_eq!(nothing, Json::Null);
}
