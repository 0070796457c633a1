use std::fs;
use std::os::unix::fs::symlink;
use std::time::{Duration, SystemTime};

use super::super::canned_s3::MODIFIED;
use super::*;

#[tokio::test]
async fn objects_become_files_with_their_time_and_their_directories() {
    let mut moves = Moves::with(CannedS3::new());
    {
        let mut held = moves.s3.held.lock().unwrap();
        held.put("a/b/c.txt", b"text".to_vec());
        held.put("empty", Vec::new());
        held.put("old", b"new".to_vec());
    }
    moves.file("old", b"old and longer");
    let outcomes = moves.download(&["a/b/c.txt", "empty", "old", "missing"]).await.unwrap();
    assert_eq!(sizes(&outcomes), [Some(4), Some(0), Some(3), None]);
    assert_eq!(call(outcomes[3].as_ref().unwrap_err()).kind, CallErrorKind::NotFound);
    assert_eq!(
        (moves.read("a/b/c.txt"), moves.read("empty"), moves.read("old")),
        (b"text".to_vec(), vec![], b"new".to_vec())
    );
    let modified = fs::metadata(moves.site.path().join("old")).unwrap().modified().unwrap();
    assert_eq!(modified, SystemTime::UNIX_EPOCH + Duration::from_secs(MODIFIED));
    assert_eq!(moves.names(), ["a", "empty", "old"], "and nothing else");
    let Some(What::CallIntended { call, .. }) = moves.kept.records().into_iter().next() else { panic!("no intent") };
    assert_eq!((call.action.as_str(), &call.request["Files"]), ("s3:GetObject", &json!(4)));
}

#[tokio::test]
async fn a_large_object_comes_in_pieces_of_the_one_that_was_asked_for_first() {
    let mut moves = Moves::with(CannedS3::new());
    let large = bytes(20 * MIB + 5);
    moves.s3.held.lock().unwrap().put("large", large.clone());
    assert_eq!(sizes(&moves.download(&["large"]).await.unwrap()), [Some(large.len() as u64)]);
    assert!(moves.read("large") == large);
    let held = moves.s3.held.lock().unwrap();
    let mut asked: Vec<_> = held.asked.iter().map(|asked| (asked.header("range"), asked.header("if-match"))).collect();
    asked[1..].sort();
    let e_tag = Some("\"large-1\"");
    assert_eq!(
        asked,
        [(None, None), (Some("bytes=16777216-20971524"), e_tag), (Some("bytes=8388608-16777215"), e_tag)]
    );
}

#[tokio::test]
async fn an_object_that_is_changed_while_it_is_downloaded_is_said_to_be_and_changes_no_file() {
    let change = |asked: &Asked, held: &mut Held| {
        if asked.header("range") == Some("bytes=8388608-16777215") {
            held.put("large", bytes(20 * MIB));
        }
        None
    };
    let mut moves = Moves::with(CannedS3::with(change));
    moves.s3.held.lock().unwrap().put("large", bytes(20 * MIB));
    moves.file("large", b"before");
    let outcomes = moves.download(&["large"]).await.unwrap();
    let error = call(outcomes[0].as_ref().unwrap_err());
    assert_eq!(error.message, "the object changed during the download");
    assert_eq!((error.kind, error.code.as_deref()), (CallErrorKind::Rejected, Some("PreconditionFailed")));
    assert_eq!((moves.read("large"), moves.names()), (b"before".to_vec(), vec!["large".to_owned()]));
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_asked_for_again_and_not_for_ever() {
    let short_once = |asked: &Asked, held: &mut Held| {
        let same = held.asked.iter().filter(|before| before.path == asked.path).count();
        (same == 1 || asked.path == "/never").then_some(Fault::Short(2))
    };
    let mut moves = Moves::with(CannedS3::with(short_once));
    for key in ["once", "never"] {
        moves.s3.held.lock().unwrap().put(key, b"some text".to_vec());
    }
    let outcomes = moves.download(&["once", "never"]).await.unwrap();
    assert_eq!(sizes(&outcomes), [Some(9), None]);
    assert_eq!(call(outcomes[1].as_ref().unwrap_err()).kind, CallErrorKind::Unavailable);
    assert_eq!((moves.read("once"), moves.names()), (b"some text".to_vec(), vec!["once".to_owned()]));
}

#[tokio::test]
async fn a_download_replaces_neither_links_nor_directories_and_asks_for_nothing_where_it_may_not_write() {
    let mut moves = Moves::with(CannedS3::new());
    for key in ["link", "directory", "out/x"] {
        moves.s3.held.lock().unwrap().put(key, b"text".to_vec());
    }
    let outside = tempfile::tempdir().unwrap();
    symlink(outside.path().join("target"), moves.site.path().join("link")).unwrap();
    symlink(outside.path(), moves.site.path().join("out")).unwrap();
    fs::create_dir(moves.site.path().join("directory")).unwrap();
    for outcome in moves.download(&["link", "directory", "out/x"]).await.unwrap() {
        assert!(matches!(outcome, Err(TransferError::File(FileError::Rejected(_)))), "{outcome:?}");
    }
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
    let asked = moves.s3.lines().len();
    moves.step.context.directories = lending("site", lent(moves.site.path(), false, Level::System));
    let outcomes = moves.download(&["directory"]).await.unwrap();
    assert!(matches!(outcomes[0], Err(TransferError::File(FileError::Denied(_)))), "{outcomes:?}");
    assert_eq!(moves.s3.lines().len(), asked);
}
