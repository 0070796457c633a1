use stepwell_model::action::s3::{KEY_ACTIONS, PUT_OBJECT_ACL};
use stepwell_model::grant::Grants;

use super::super::canned_s3::EXPIRES;
use super::*;

#[tokio::test]
async fn an_object_is_copied_as_it_was_when_it_was_looked_at() {
    let mut moves = Moves::with(CannedS3::new());
    moves.s3.held.lock().unwrap().put("a/b c+d", b"text".to_vec());
    let outcomes = moves.copy(&["a/b c+d", "missing"]).await.unwrap();
    assert!(matches!(&outcomes[..], [Ok(4), Err(error)] if error.kind == CallErrorKind::NotFound), "{outcomes:?}");
    assert_eq!(moves.s3.object("copy/a/b c+d"), Some(b"text".to_vec()));
    let held = moves.s3.held.lock().unwrap();
    let copy = held.asked.iter().find(|asked| asked.method == "PUT").unwrap();
    assert_eq!(copy.header("x-amz-copy-source"), Some("source/a/b%20c%2Bd"));
    assert_eq!(copy.header("x-amz-copy-source-if-match"), Some("\"a/b c+d-1\""));
    drop(held);
    let Some(What::CallIntended { call, .. }) = moves.kept.records().into_iter().next() else { panic!("no intent") };
    let keys = ["copy/a/b c+d", "copy/missing"];
    assert_eq!(call.request, json!({ "Bucket": "example", "SourceBucket": "source", "Files": 2, "Keys": keys }));
}

#[tokio::test]
async fn an_object_that_s3_does_not_copy_at_once_is_copied_in_parts_with_what_it_is_like() {
    let gibibytes = |asked: &Asked, _: &mut Held| match (asked.method.as_str(), asked.query.contains("tagging")) {
        ("HEAD", _) => Some(Fault::Head(6 << 30)),
        ("GET", true) => Some(Fault::Tags("<Tag><Key>team</Key><Value>a &amp; b</Value></Tag>")),
        _ => None,
    };
    let mut moves = Moves::with(CannedS3::with(gibibytes));
    let outcomes = moves.copy(&["large"]).await.unwrap();
    assert!(matches!(outcomes[..], [Ok(bytes)] if bytes == 6 << 30), "{outcomes:?}");
    let held = moves.s3.held.lock().unwrap();
    let begun = held.asked.iter().find(|asked| asked.query.contains("uploads")).unwrap();
    assert_eq!(begun.header("content-type"), Some("text/plain"));
    assert_eq!(begun.header("x-amz-meta-owner"), Some("web"));
    assert_eq!(begun.header("expires"), Some(EXPIRES));
    assert_eq!(begun.header("x-amz-tagging"), Some("team=a%20%26%20b"));
    let parts: Vec<_> = held.asked.iter().filter(|asked| asked.query.contains("partNumber")).collect();
    assert_eq!(parts.len(), 24);
    let first = parts.iter().find(|part| part.query.contains("partNumber=1&")).unwrap();
    assert_eq!(first.header("x-amz-copy-source-range"), Some("bytes=0-268435455"));
    let last = parts.iter().find(|part| part.query.contains("partNumber=24&")).unwrap();
    assert_eq!(last.header("x-amz-copy-source-range"), Some("bytes=6174015488-6442450943"));
    assert!(parts.iter().all(|part| part.header("x-amz-copy-source-if-match") == Some("\"e\"")));
    assert!(held.uploads.is_empty() && held.objects.contains_key("copy/large"));
}

#[tokio::test]
async fn an_object_that_is_copied_in_parts_has_the_settings_and_for_the_rest_the_metadata_of_the_source() {
    let gibibytes = |asked: &Asked, _: &mut Held| match (asked.method.as_str(), asked.query.contains("tagging")) {
        ("HEAD", _) => Some(Fault::Head(6 << 30)),
        ("GET", true) => Some(Fault::Tags("")),
        _ => None,
    };
    let mut moves = Moves::with(CannedS3::with(gibibytes));
    let settings = ObjectSettings {
        acl: Some("bucket-owner-full-control".to_owned()),
        cache_control: Some("no-store".to_owned()),
        server_side_encryption: Some("aws:kms".to_owned()),
        ssekms_key_id: Some("alias/site".to_owned()),
        storage_class: Some("GLACIER_IR".to_owned()),
        ..settings()
    };
    assert!(matches!(moves.copy_with(&["large"], settings).await.unwrap()[..], [Ok(bytes)] if bytes == 6 << 30));
    let held = moves.s3.held.lock().unwrap();
    let begun = held.asked.iter().find(|asked| asked.query.contains("uploads")).unwrap();
    for (name, value) in [
        ("x-amz-acl", "bucket-owner-full-control"),
        ("cache-control", "no-store"),
        ("x-amz-server-side-encryption", "aws:kms"),
        ("x-amz-server-side-encryption-aws-kms-key-id", "alias/site"),
        ("x-amz-storage-class", "GLACIER_IR"),
        ("content-type", "text/plain"),
        ("x-amz-meta-owner", "web"),
        ("expires", EXPIRES),
    ] {
        assert_eq!(begun.header(name), Some(value), "{name}");
    }
    drop(held);
    let Some(What::CallIntended { call, .. }) = moves.kept.records().into_iter().next() else { panic!("no intent") };
    assert_eq!(
        (&call.request["ACL"], &call.request["StorageClass"]),
        (&json!("bucket-owner-full-control"), &json!("GLACIER_IR"))
    );
}

#[tokio::test]
async fn an_acl_and_a_key_need_their_own_actions() {
    let mut moves = Moves::with(CannedS3::new());
    moves.s3.held.lock().unwrap().put("a", b"text".to_vec());
    let unneeded = [PUT_OBJECT_ACL].into_iter().chain(KEY_ACTIONS).collect();
    moves.step.context.grants = Arc::new(Grants::clone(&moves.step.context.grants).without(unneeded));
    assert!(matches!(moves.copy_with(&["a"], settings()).await.unwrap()[..], [Ok(4)]));
    for (given, action) in [
        (ObjectSettings { acl: Some("private".to_owned()), ..settings() }, "s3:PutObjectAcl"),
        (ObjectSettings { ssekms_key_id: Some("alias/a".to_owned()), ..settings() }, "kms:GenerateDataKey"),
    ] {
        let refused = moves.copy_with(&["a"], given).await;
        let Err(HostError::Answer(error)) = refused else { panic!("{refused:?}") };
        assert!(error.kind == CallErrorKind::Denied && error.message.contains(action), "{error:?}");
    }
}

/// None.
fn settings() -> ObjectSettings {
    ObjectSettings {
        acl: None,
        cache_control: None,
        content_disposition: None,
        content_encoding: None,
        content_language: None,
        content_type: None,
        metadata: None,
        server_side_encryption: None,
        ssekms_key_id: None,
        storage_class: None,
    }
}
