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
