use std::fs;
use std::os::unix::fs::{FileExt as _, symlink};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use aws_config::identity::IdentityCache;
use aws_sdk_s3::config::{AsyncSleep, Sleep};

use super::super::support::config;
use super::*;

#[tokio::test]
async fn small_files_go_in_one_request_each_with_their_type_and_a_checksum() {
    let mut moves = Moves::with(CannedS3::new());
    moves.file("index.html", b"<html>");
    moves.file("empty", b"");
    let outcomes = moves.upload(&["index.html", "empty"]).await.unwrap();
    assert_eq!(sizes(&outcomes), [Some(6), Some(0)]);
    assert_eq!((moves.s3.object("index.html"), moves.s3.object("empty")), (Some(b"<html>".to_vec()), Some(Vec::new())));
    let held = moves.s3.held.lock().unwrap();
    let html = held.asked.iter().find(|asked| asked.path == "/index.html").unwrap();
    assert_eq!(html.header("content-type"), Some("text/html"));
    assert_eq!(html.header("x-amz-trailer"), Some("x-amz-checksum-crc32"));
    let empty = held.asked.iter().find(|asked| asked.path == "/empty").unwrap();
    assert_eq!(empty.header("x-amz-checksum-crc32"), Some("AAAAAA=="));
}

#[tokio::test]
async fn a_large_file_goes_in_parts_that_are_put_together_in_their_order() {
    let mut moves = Moves::with(CannedS3::new());
    let large = bytes(20 * MIB + 5);
    moves.file("large.bin", &large);
    assert_eq!(sizes(&moves.upload(&["large.bin"]).await.unwrap()), [Some(large.len() as u64)]);
    assert!(moves.s3.object("large.bin").unwrap() == large);
    let mut lines = moves.s3.lines();
    lines[1..4].sort();
    assert_eq!(
        lines,
        [
            "POST /large.bin?uploads",
            "PUT /large.bin?partNumber=1&uploadId=upload-1",
            "PUT /large.bin?partNumber=2&uploadId=upload-1",
            "PUT /large.bin?partNumber=3&uploadId=upload-1",
            "POST /large.bin?uploadId=upload-1",
        ]
    );
    let held = moves.s3.held.lock().unwrap();
    assert_eq!(held.asked[0].header("x-amz-checksum-algorithm"), Some("CRC32"));
    assert_eq!(held.asked[0].header("content-type"), Some("application/octet-stream"));
    assert_eq!(held.asked[1].header("x-amz-trailer"), Some("x-amz-checksum-crc32"));
}

#[tokio::test]
async fn a_part_that_fails_fails_its_file_alone_and_nothing_stays_in_the_bucket() {
    let fail = |asked: &Asked, _: &mut _| {
        asked.query.contains("partNumber=2").then_some(Fault::Refused(400, "InvalidArgument"))
    };
    let mut moves = Moves::with(CannedS3::with(fail));
    moves.file("large", &bytes(20 * MIB));
    moves.file("small", b"text");
    let outcomes = moves.upload(&["large", "small"]).await.unwrap();
    assert_eq!(sizes(&outcomes), [None, Some(4)]);
    let error = call(outcomes[0].as_ref().unwrap_err());
    assert_eq!((error.kind, error.code.as_deref()), (CallErrorKind::Rejected, Some("InvalidArgument")));
    assert!(moves.s3.lines().contains(&"DELETE /large?uploadId=upload-1".to_owned()), "{:?}", moves.s3.lines());
    assert!(moves.s3.held.lock().unwrap().uploads.is_empty());
    assert_eq!(moves.s3.object("large"), None);
}

#[tokio::test]
async fn a_request_that_fails_for_a_moment_is_repeated_with_the_same_bytes() {
    let fail_once = |asked: &Asked, held: &mut Held| {
        let same = held.asked.iter().filter(|before| before.line() == asked.line()).count();
        (asked.method == "PUT" && same == 1).then_some(Fault::Refused(500, "InternalError"))
    };
    let mut moves = Moves::with(CannedS3::with(fail_once));
    let large = bytes(12 * MIB);
    moves.file("large", &large);
    moves.file("small", b"text");
    assert_eq!(sizes(&moves.upload(&["large", "small"]).await.unwrap()), [Some(large.len() as u64), Some(4)]);
    assert!(moves.s3.object("large").unwrap() == large);
    assert_eq!(moves.s3.object("small"), Some(b"text".to_vec()));
}

#[tokio::test]
async fn a_file_that_is_changed_while_it_is_uploaded_is_said_to_be_and_is_not_in_the_bucket() {
    for (size, first) in [(20 * MIB, "POST /file?uploads"), (300 << 10, "PUT /file")] {
        let site = tempfile::tempdir().unwrap();
        let path = site.path().join("file");
        fs::write(&path, bytes(size)).unwrap();
        let change = move |asked: &Asked, _: &mut Held| {
            if asked.line() == first {
                let file = fs::File::options().write(true).open(&path).unwrap();
                file.write_all_at(b"changed", 10).unwrap();
                file.set_modified(SystemTime::now() + Duration::from_secs(5)).unwrap();
            }
            None
        };
        let s3 = CannedS3::with(change);
        let (mut step, _) = s3.step(lending("site", lent(site.path(), true, Level::System)));
        let upload = Upload { path: "site/file".to_owned(), bucket: "example".to_owned(), key: "file".to_owned() };
        let outcomes = AwsCalls::new(Some(&mut step)).upload_files(vec![upload]).await.unwrap();
        let Err(TransferError::File(FileError::Failed(why))) = &outcomes[0] else { panic!("{outcomes:?}") };
        assert_eq!(why, "`site/file` changed during the upload");
        assert_eq!(s3.object("file"), None);
        assert!(s3.held.lock().unwrap().uploads.is_empty());
    }
}

#[tokio::test]
async fn a_file_that_becomes_shorter_while_it_is_uploaded_is_said_to_be_changed() {
    let site = tempfile::tempdir().unwrap();
    let path = site.path().join("file");
    fs::write(&path, bytes(20 * MIB)).unwrap();
    let shorten = move |asked: &Asked, _: &mut Held| {
        if asked.query.contains("uploads") {
            fs::File::options().write(true).open(&path).unwrap().set_len(9 << 20).unwrap();
        }
        None
    };
    let s3 = CannedS3::with(shorten);
    let (mut step, _) = s3.step(lending("site", lent(site.path(), true, Level::System)));
    let upload = Upload { path: "site/file".to_owned(), bucket: "example".to_owned(), key: "file".to_owned() };
    let outcomes = AwsCalls::new(Some(&mut step)).upload_files(vec![upload]).await.unwrap();
    assert!(matches!(&outcomes[0], Err(TransferError::File(FileError::Failed(_)))), "{outcomes:?}");
    assert!(s3.held.lock().unwrap().uploads.is_empty());
}

#[tokio::test]
async fn what_is_no_file_fails_alone() {
    let mut moves = Moves::with(CannedS3::new());
    moves.file("a", b"text");
    symlink("a", moves.site.path().join("link")).unwrap();
    let outcomes = moves.upload(&["link", "../a", "missing", "a"]).await.unwrap();
    let [
        Err(TransferError::File(FileError::Rejected(_))),
        Err(TransferError::File(FileError::Rejected(_))),
        Err(TransferError::File(FileError::NotFound(_))),
        Ok(4),
    ] = &outcomes[..]
    else {
        panic!("{outcomes:?}")
    };
    assert_eq!(moves.s3.lines(), ["PUT /a"]);
}

#[tokio::test]
async fn an_upload_whose_step_is_cancelled_leaves_nothing_in_the_bucket() {
    let hang = |asked: &Asked, _: &mut _| asked.query.contains("partNumber=2").then_some(Fault::Silent);
    let mut moves = Moves::with(CannedS3::with(hang));
    moves.file("large", &bytes(20 * MIB));
    let s3 = moves.s3.clone();
    let part_is_asked_for = async {
        while !s3.lines().iter().any(|line| line.contains("partNumber=2")) {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        outcome = moves.upload(&["large"]) => panic!("{outcome:?}"),
        () = part_is_asked_for => {}
    }
    crate::settled().await;
    assert!(s3.held.lock().unwrap().uploads.is_empty());
    assert!(s3.lines().contains(&"DELETE /large?uploadId=upload-1".to_owned()));
}

#[tokio::test]
async fn an_upload_that_s3_begins_when_its_step_is_cancelled_already_is_taken_back() {
    let is_cancelled = Arc::new(AtomicBool::new(false));
    let cancelled = Arc::clone(&is_cancelled);
    let late = move |asked: &Asked, _: &mut Held| {
        let cancelled = Arc::clone(&cancelled);
        (asked.line() == "POST /large?uploads")
            .then(|| Fault::Until(Box::new(move || cancelled.load(Ordering::Relaxed))))
    };
    let mut moves = Moves::with(CannedS3::with(late));
    moves.file("large", &bytes(20 * MIB));
    let s3 = moves.s3.clone();
    let upload_is_asked_for = async {
        while s3.lines().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        outcome = moves.upload(&["large"]) => panic!("{outcome:?}"),
        () = upload_is_asked_for => {}
    }
    is_cancelled.store(true, Ordering::Relaxed);
    crate::settled().await;
    assert_eq!(s3.lines(), ["POST /large?uploads", "DELETE /large?uploadId=upload-1"]);
    assert!(s3.held.lock().unwrap().uploads.is_empty());
}

/// Records the requested waits, and waits for ever.
#[derive(Debug, Clone, Default)]
struct Waits(Arc<Mutex<Vec<Duration>>>);

impl AsyncSleep for Waits {
    fn sleep(&self, duration: Duration) -> Sleep {
        self.0.lock().unwrap().push(duration);
        Sleep::new(std::future::pending())
    }
}

#[tokio::test]
async fn no_request_without_bytes_of_ours_has_longer_than_a_quarter_of_an_hour() {
    let gibibytes = |asked: &Asked, _: &mut Held| match (asked.method.as_str(), asked.path.as_str()) {
        ("HEAD", "/at-once") => Some(Fault::Head(5 << 30)),
        ("HEAD", "/in-parts") => Some(Fault::Head(60 << 30)),
        ("GET", _) => Some(Fault::Tags("")),
        _ => None,
    };
    let waits = Waits::default();
    let site = tempfile::tempdir().unwrap();
    let (s3, config) =
        (CannedS3::with(gibibytes), config().identity_cache(IdentityCache::no_cache()).sleep_impl(waits.clone()));
    s3.held.lock().unwrap().put("at-once", b"text".to_vec());
    let (step, kept) = s3.step_with(config, lending("site", lent(site.path(), true, Level::System)));
    let mut moves = Moves { s3, site, step, kept };
    moves.file("large", &bytes(20 * MIB));
    assert_eq!(sizes(&moves.upload(&["large"]).await.unwrap()), [Some(20 << 20)]);
    let copied = moves.copy(&["at-once", "in-parts"]).await.unwrap();
    assert!(copied.iter().all(Result::is_ok), "{copied:?}");
    assert_eq!(waits.0.lock().unwrap().iter().max(), Some(&Duration::from_secs(15 * 60)));
}
