use std::fs;

use serde_json::json;
use stepwell_model::action;
use stepwell_model::event::{Answer, What};
use stepwell_model::settings::Level;
use tempfile::TempDir;

use super::directory::{lending, lent, whatever};
use super::journal::fault;
use super::support::{Bench, answers, answers_with_room};
use crate::AwsCalls;
use crate::error::{FileFault, HostError, HostFault};
use crate::wit::files::{Entry, FileError, Host as _, ListFilesRequest, Removal};

fn lends(bench: &mut Bench, write: bool) -> TempDir {
    let site = tempfile::tempdir().unwrap();
    fs::create_dir(site.path().join("below")).unwrap();
    fs::write(site.path().join("a.txt"), "text").unwrap();
    bench.step.context.directories = lending("site", lent(site.path(), write, Level::System));
    site
}

fn paths(paths: &[&str]) -> Vec<Removal> {
    paths.iter().map(|path| whatever(path)).collect()
}

#[tokio::test]
async fn stat_tells_files_from_directories() {
    let mut bench = answers(&[]);
    let _site = lends(&mut bench, false);
    let mut calls = AwsCalls::new(Some(&mut bench.step));
    assert!(matches!(calls.stat("site".to_owned()).await, Ok(Entry::Directory)));
    assert!(matches!(calls.stat("site/below".to_owned()).await, Ok(Entry::Directory)));
    let Ok(Entry::File(file)) = calls.stat("site/a.txt".to_owned()).await else { panic!("it is a file") };
    assert_eq!((file.path.as_str(), file.size), ("site/a.txt", 4));
    assert!(file.modified > 1_700_000_000_000);
    let missing = calls.stat("site/b.txt".to_owned()).await;
    assert!(matches!(missing, Err(FileFault::Answer(FileError::NotFound(_)))), "{missing:?}");
}

#[tokio::test]
async fn files_are_removed_each_for_itself_and_the_intent_is_kept_before() {
    let mut bench = answers(&[]);
    let site = lends(&mut bench, true);
    let asked = paths(&["site/a.txt", "site/b.txt", "site/below", "other/a"]);
    let removed = AwsCalls::new(Some(&mut bench.step)).remove_files(asked).await.unwrap();
    assert!(
        matches!(
            &removed[..],
            [Ok(()), Err(FileError::NotFound(_)), Err(FileError::Rejected(_)), Err(FileError::Denied(_))]
        ),
        "{removed:?}"
    );
    assert!(!site.path().join("a.txt").exists() && site.path().join("below").exists());
    let [What::CallIntended { call, .. }, What::CallAnswered { number: 1, answer, .. }] = &bench.kept.records()[..]
    else {
        panic!("{:?}", bench.kept.records())
    };
    assert_eq!(call.action, "files:Remove");
    assert_eq!(call.request, json!({ "Files": 4, "Paths": ["site/a.txt", "site/b.txt", "site/below", "other/a"] }));
    assert_eq!(*answer, Answer::Done { request_id: None, status: None, response: None });
}

#[tokio::test]
async fn an_intent_that_is_not_kept_and_a_dry_run_remove_nothing() {
    let mut bench = answers_with_room(&[], 0);
    let site = lends(&mut bench, true);
    let removed = AwsCalls::new(Some(&mut bench.step)).remove_files(paths(&["site/a.txt"])).await;
    let fault = trap(removed.unwrap_err());
    assert!(matches!(fault, HostFault::IntentNotKept { action: "files:Remove", .. }), "{fault:?}");

    let mut bench = answers(&[]);
    bench.step.context.directories = lending("site", lent(site.path(), true, Level::System));
    bench.step.context.dry_run = true;
    let removed = AwsCalls::new(Some(&mut bench.step)).remove_files(paths(&["site/a.txt"])).await;
    let fault = trap(removed.unwrap_err());
    assert_eq!(fault, HostFault::DryRun { action: "files:Remove" });
    assert!(matches!(&bench.kept.records()[..], [What::ChangeWithheld { .. }]));
    assert!(site.path().join("a.txt").exists());
}

fn trap(fault: FileFault) -> HostFault {
    let FileFault::Trap(trap) = fault else { panic!("{fault:?}") };
    trap
}

#[tokio::test]
async fn a_file_that_is_not_as_it_was_stays() {
    let mut bench = answers(&[]);
    let site = lends(&mut bench, true);
    let mut calls = AwsCalls::new(Some(&mut bench.step));
    let Ok(Entry::File(seen)) = calls.stat("site/a.txt".to_owned()).await else { panic!("it is a file") };
    let as_seen = Removal { path: seen.path, size: Some(seen.size), modified: Some(seen.modified) };
    for other in [
        Removal { size: Some(seen.size + 1), ..as_seen.clone() },
        Removal { modified: Some(seen.modified - 1), ..as_seen.clone() },
    ] {
        let removed = calls.remove_files(vec![other]).await.unwrap();
        let [Err(FileError::Changed(why))] = &removed[..] else { panic!("{removed:?}") };
        assert_eq!(why, "`site/a.txt` has changed since it was looked at, and stays");
    }
    assert!(site.path().join("a.txt").exists());
    assert!(matches!(calls.remove_files(vec![as_seen]).await.unwrap()[..], [Ok(())]));
    assert!(!site.path().join("a.txt").exists());
}

#[tokio::test]
async fn more_files_or_longer_paths_than_a_call_takes_are_refused_and_not_recorded() {
    let mut bench = answers(&[]);
    let site = lends(&mut bench, true);
    let (many, long) = (vec![whatever("site/a.txt"); 1001], paths(&["site/a.txt", &"a".repeat(4097)]));
    for (removals, said) in [(many, "1001 are more than the 1000 files"), (long, "a path of 4097 bytes is longer")] {
        let refused = AwsCalls::new(Some(&mut bench.step)).remove_files(removals).await;
        let Err(FileFault::Answer(FileError::Rejected(why))) = refused else { panic!("{refused:?}") };
        assert!(why.starts_with(said), "{why}");
    }
    assert!(site.path().join("a.txt").exists() && bench.kept.records().is_empty());
    let removed = AwsCalls::new(Some(&mut bench.step)).remove_files(vec![whatever("site/no"); 1000]).await.unwrap();
    assert_eq!(removed.len(), 1000);
}

#[tokio::test]
async fn nothing_is_removed_of_nothing_and_nothing_is_recorded() {
    let mut bench = answers(&[]);
    assert!(AwsCalls::new(Some(&mut bench.step)).remove_files(Vec::new()).await.unwrap().is_empty());
    assert!(bench.kept.records().is_empty());
}

#[tokio::test]
async fn no_file_is_told_of_while_a_plugin_says_what_it_is() {
    let mut none = AwsCalls::new(None);
    let request = ListFilesRequest { directory: "site".to_owned(), start_after: None, max_files: None };
    let Err(FileFault::Trap(trap)) = none.list_files(request).await else { panic!("it ends there") };
    let describing = HostFault::Describing { function: action::host::FILES_LIST };
    assert_eq!(fault::<()>(Err(HostError::Trap(trap))), describing);
    assert!(none.remove_files(paths(&["site/a.txt"])).await.is_err());
}
