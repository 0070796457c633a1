//! Attacks on the lent directories.

use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fs::{CWD, FileType, Mode, mknodat};
use stepwell_model::settings::{Directories, LentDirectory, Level};
use stepwell_model::source::Place;
use tempfile::TempDir;

use crate::directory::{HostFiles, Lender, Want};
use crate::files::list;
use crate::wit::files::{FileError, ListFilesRequest, ListFilesResponse, Removal};

pub(crate) fn lent(path: impl AsRef<Path>, write: bool, from: Level) -> LentDirectory {
    let place = Place { file: "project.toml".to_owned(), line: 3, column: 1 };
    LentDirectory { path: path.as_ref().to_owned(), write, from, place }
}

pub(crate) fn lending(name: &str, lent: LentDirectory) -> Directories {
    std::iter::once((name.parse().unwrap(), lent)).collect()
}

/// A directory `site` that is lent for writing, with a secret beside it.
struct Lent {
    all: TempDir,
    lender: Lender,
}

impl Lent {
    fn new() -> Self {
        let all = tempfile::tempdir().unwrap();
        fs::create_dir(all.path().join("site")).unwrap();
        fs::write(all.path().join("secret"), "secret").unwrap();
        let directories = lending("site", lent(all.path().join("site"), true, Level::System));
        Self { all, lender: Lender { directories, ..Lender::default() } }
    }

    fn site(&self, path: &str) -> std::path::PathBuf {
        self.all.path().join("site").join(path)
    }

    fn file(&self, path: &str) {
        fs::create_dir_all(self.site(path).parent().unwrap()).unwrap();
        fs::write(self.site(path), path).unwrap();
    }

    /// The error of every operation on a file; all of them must fail.
    fn refused(&self, path: &str) -> Vec<FileError> {
        vec![
            self.lender.spot(path, Want::Read).and_then(|spot| spot.open()).map(drop).expect_err(path),
            self.lender.spot(path, Want::Read).and_then(|spot| spot.file()).map(drop).expect_err(path),
            self.lender.spot(path, Want::Write).and_then(|spot| spot.remove(&whatever(path))).expect_err(path),
            self.lender.new_spot(path).and_then(|spot| spot.check_replaceable()).expect_err(path),
        ]
    }

    fn page(&self, directory: &str, start_after: Option<&str>, max_files: Option<u32>) -> ListFilesResponse {
        let (directory, start_after) = (directory.to_owned(), start_after.map(str::to_owned));
        list::page(&self.lender, &ListFilesRequest { directory, start_after, max_files }).unwrap()
    }
}

pub(super) fn whatever(path: &str) -> Removal {
    Removal { path: path.to_owned(), size: None, modified: None }
}

fn paths(page: &ListFilesResponse) -> Vec<&str> {
    page.files.iter().map(|file| file.path.as_str()).collect()
}

fn skipped(page: &ListFilesResponse) -> Vec<(&str, &str)> {
    page.skipped.iter().map(|(path, why)| (path.as_str(), why.as_str())).collect()
}

fn are_rejected(errors: Vec<FileError>, path: &str) {
    for error in errors {
        assert!(matches!(&error, FileError::Rejected(_)), "{path}: {error:?}");
    }
}

#[test]
fn what_is_no_path_in_a_lent_directory_is_rejected_before_anything_is_looked_at() {
    let lent = Lent::new();
    let long = format!("site/{}", "a/".repeat(2_100));
    for path in [
        "",
        "/",
        "/etc/passwd",
        "//site/a",
        "site/",
        "site//a",
        "site/./a",
        "site/../secret",
        "site/a/../../secret",
        "..",
        "./site/a",
        "site/a/..",
        "site/a\0b",
        long.trim_end_matches('/'),
    ] {
        are_rejected(lent.refused(path), path);
    }
    assert_eq!(fs::read(lent.all.path().join("secret")).unwrap(), b"secret");
    assert_eq!(fs::read_dir(lent.site("")).unwrap().count(), 0, "nothing was made");
}

#[test]
fn a_directory_that_is_not_lent_is_denied_and_so_is_writing_to_one_that_is_lent_for_reading() {
    let mut lent_ = Lent::new();
    lent_.file("a");
    for error in lent_.refused("other/a") {
        let FileError::Denied(why) = error else { panic!("{error:?}") };
        assert_eq!(why, "no directory `other` is lent by [directories]; lent are `site`");
    }
    lent_.lender.directories = lending("site", lent(lent_.site(""), false, Level::System));
    assert!(lent_.lender.spot("site/a", Want::Read).unwrap().open().is_ok());
    for error in [
        lent_.lender.spot("site/a", Want::Write).and_then(|spot| spot.remove(&whatever("site/a"))).unwrap_err(),
        lent_.lender.new_spot("site/b/c").map(drop).unwrap_err(),
        lent_.lender.check("site/a", Want::Write).unwrap_err(),
    ] {
        let FileError::Denied(why) = error else { panic!("{error:?}") };
        assert_eq!(why, "directory `site` is lent for reading only (project.toml:3:1)");
    }
    assert!(lent_.site("a").exists() && !lent_.site("b").exists());
}

#[test]
fn no_symbolic_link_is_followed_neither_as_the_last_part_nor_on_the_way() {
    let lent = Lent::new();
    lent.file("real/a");
    symlink(lent.all.path().join("secret"), lent.site("link")).unwrap();
    symlink("../secret", lent.site("relative")).unwrap();
    symlink(lent.all.path(), lent.site("out")).unwrap();
    symlink("real", lent.site("inside")).unwrap();
    symlink("/", lent.site("root")).unwrap();
    symlink("nothing", lent.site("dangling")).unwrap();
    for path in ["link", "relative", "out/secret", "inside/a", "root/etc/passwd", "dangling"] {
        are_rejected(lent.refused(&format!("site/{path}")), path);
    }
    let list_out = ListFilesRequest { directory: "site/out".to_owned(), ..no_request() };
    assert!(matches!(list::page(&lent.lender, &list_out), Err(FileError::Rejected(_))));
    assert_eq!(fs::read(lent.all.path().join("secret")).unwrap(), b"secret");
    assert!(!lent.site("nothing").exists());
}

fn no_request() -> ListFilesRequest {
    ListFilesRequest { directory: String::new(), start_after: None, max_files: None }
}

/// Another thread exchanges the entries of a path all the time while the host checks and opens it.
#[test]
fn a_link_that_is_put_in_the_place_of_a_file_or_a_directory_meanwhile_leads_nowhere() {
    let lent = Lent::new();
    fs::create_dir(lent.all.path().join("outside")).unwrap();
    fs::write(lent.all.path().join("outside/a"), "outside").unwrap();
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                lent.file("directory/a");
                fs::remove_dir_all(lent.site("directory")).unwrap();
                symlink(lent.all.path().join("outside"), lent.site("directory")).unwrap();
                fs::remove_file(lent.site("directory")).unwrap();
                lent.file("a");
                fs::remove_file(lent.site("a")).unwrap();
                symlink(lent.all.path().join("secret"), lent.site("a")).unwrap();
                fs::remove_file(lent.site("a")).unwrap();
            }
        });
        for _ in 0..3_000 {
            for path in ["site/a", "site/directory/a"] {
                if let Ok(mut file) = lent.lender.spot(path, Want::Read).and_then(|spot| spot.open()) {
                    let mut text = String::new();
                    std::io::Read::read_to_string(&mut file, &mut text).unwrap();
                    assert!(text.is_empty() || path.ends_with(&text), "{path}: {text}");
                }
            }
            for file in list::page(&lent.lender, &ListFilesRequest { directory: "site".to_owned(), ..no_request() })
                .unwrap()
                .files
            {
                assert!(["site/a", "site/directory/a"].contains(&file.path.as_str()), "{file:?}");
            }
        }
        over.store(true, Ordering::Relaxed);
    });
    assert_eq!(fs::read(lent.all.path().join("outside/a")).unwrap(), b"outside");
}

#[test]
fn pipes_sockets_and_directories_are_no_files_and_a_pipe_is_not_waited_for() {
    let lent = Lent::new();
    mknodat(CWD, lent.site("pipe"), FileType::Fifo, Mode::from_raw_mode(0o600), 0).unwrap();
    let _socket = UnixListener::bind(lent.site("socket")).unwrap();
    fs::create_dir(lent.site("directory")).unwrap();
    for (path, kind) in [("pipe", "a pipe"), ("socket", "a socket"), ("directory", "a directory")] {
        for error in lent.refused(&format!("site/{path}")) {
            assert_eq!(error_text(&error), format!("`site/{path}` is {kind}, not a file"));
        }
        assert!(lent.site(path).symlink_metadata().is_ok(), "it is still there");
    }
    assert_eq!(skipped(&lent.page("site", None, None)), [("site/pipe", "a pipe"), ("site/socket", "a socket")]);
}

fn error_text(error: &FileError) -> &str {
    match error {
        FileError::Denied(why) | FileError::NotFound(why) | FileError::Rejected(why) => why,
        FileError::Changed(why) | FileError::Failed(why) => why,
    }
}

#[test]
fn a_name_that_is_too_long_is_rejected_and_one_that_is_not_there_is_not_found() {
    let lent = Lent::new();
    let long = format!("site/{}", "a".repeat(256));
    are_rejected(lent.refused(&long), "long");
    for path in ["site/a", "site/a/b"] {
        let error = lent.lender.spot(path, Want::Read).and_then(|spot| spot.open()).unwrap_err();
        assert!(matches!(error, FileError::NotFound(_)), "{error:?}");
    }
}

#[test]
fn a_file_is_no_directory() {
    let lent = Lent::new();
    lent.file("a");
    are_rejected(lent.refused("site/a/b"), "site/a/b");
    assert!(matches!(lent.lender.directory("site/a", Want::Read), Err(FileError::Rejected(_))));
}

#[test]
fn what_a_project_lends_lies_in_its_own_directory_after_links_too() {
    let all = tempfile::tempdir().unwrap();
    let project = all.path().join("project");
    fs::create_dir_all(project.join("releases/42")).unwrap();
    fs::write(project.join("releases/42/a"), "a").unwrap();
    fs::create_dir(all.path().join("outside")).unwrap();
    symlink("releases/42", project.join("current")).unwrap();
    symlink(all.path().join("outside"), project.join("absolute")).unwrap();
    symlink("../outside", project.join("relative")).unwrap();
    symlink(".", project.join("itself")).unwrap();
    symlink("releases/..", project.join("around")).unwrap();
    let open = |path: &str| {
        let directories = lending("site", lent(path, false, Level::Project));
        let files = HostFiles { project: Some(project.clone()), ..HostFiles::default() };
        let lender = Lender { directories, files };
        lender.directory("site", Want::Read).map(drop)
    };
    open("releases/42").unwrap();
    open("current").unwrap();
    for path in ["absolute", "relative", "itself", "around"] {
        let error = open(path).unwrap_err();
        assert!(matches!(&error, FileError::Failed(why) if why.contains("project.toml:3:1")), "{path}: {error:?}");
    }
    assert!(matches!(open("missing"), Err(FileError::NotFound(why)) if why.contains("project.toml:3:1")));
}

#[test]
fn a_relative_path_of_the_system_starts_at_its_home_and_nowhere_without_one() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join("site")).unwrap();
    let directories = lending("site", lent("site", false, Level::System));
    let files = HostFiles { home: Some(home.path().to_owned()), ..HostFiles::default() };
    let lender = Lender { directories, files };
    assert!(lender.directory("site", Want::Read).is_ok());
    let homeless = Lender { files: HostFiles::default(), ..lender };
    assert!(matches!(homeless.directory("site", Want::Read), Err(FileError::NotFound(_))));
}

#[test]
fn files_are_listed_in_the_order_of_s3_keys_whatever_the_size_of_a_page() {
    let lent = Lent::new();
    // `-` and `.` come before `/`, and `0` behind it.
    let files = ["a-b", "a.txt", "a/b", "a/b/c", "a0", "ab", "B", "ä", "a/z/y/x"];
    let files: Vec<_> = files.into_iter().filter(|file| *file != "a/b").collect();
    files.iter().for_each(|file| lent.file(file));
    let mut keys: Vec<_> = files.iter().map(|file| format!("site/{file}")).collect();
    keys.sort();
    let all = lent.page("site", None, None);
    assert_eq!((paths(&all), all.more), (keys.iter().map(String::as_str).collect(), false));
    assert_eq!(all.files[0].size, 1);
    for most in 1..=9 {
        let (mut seen, mut after, mut more) = (Vec::new(), None::<String>, true);
        while more {
            let page = lent.page("site", after.as_deref(), Some(most));
            assert!(page.files.len() <= most as usize);
            seen.extend(paths(&page).into_iter().map(str::to_owned));
            after = seen.last().cloned();
            more = page.more;
        }
        assert_eq!(seen, keys, "pages of {most}");
    }
    assert_eq!(paths(&lent.page("site/a", None, None)), ["site/a/b/c", "site/a/z/y/x"]);
    assert_eq!(paths(&lent.page("site", Some("site/a/b/c"), Some(1))), ["site/a/z/y/x"]);
    // The start of the page is a file that does not exist.
    assert_eq!(paths(&lent.page("site", Some("site/a/c"), Some(1))), ["site/a/z/y/x"]);
}

#[test]
fn what_is_skipped_is_said_once_with_its_reason() {
    let lent = Lent::new();
    ["a", "c", "e"].iter().for_each(|file| lent.file(file));
    symlink("a", lent.site("b")).unwrap();
    symlink("a", lent.site("d")).unwrap();
    let deep = "d/".repeat(130);
    lent.file(&format!("deep/{deep}x"));
    let (mut said, mut after, mut more) = (Vec::new(), None::<String>, true);
    while more {
        let page = lent.page("site", after.as_deref(), Some(1));
        said.extend(skipped(&page).into_iter().map(|(path, why)| (path.to_owned(), why.to_owned())));
        after = paths(&page).last().map(|path| (*path).to_owned());
        more = page.more;
    }
    let whys: Vec<_> = said.iter().map(|(path, why)| (path.get(..9).unwrap_or(path), why.as_str())).collect();
    assert_eq!(
        whys,
        [("site/b", "a symbolic link"), ("site/d", "a symbolic link"), ("site/deep", "it lies too deep"),]
    );
}

#[test]
fn a_backslash_is_a_character_of_a_name_and_leads_nowhere() {
    let lent = Lent::new();
    for name in ["mnt-my\\x2ddisk.mount", "..\\secret"] {
        lent.file(name);
        let path = format!("site/{name}");
        assert_eq!(lent.lender.spot(&path, Want::Read).unwrap().file().unwrap().path, path);
        lent.lender.spot(&path, Want::Write).unwrap().remove(&whatever(&path)).unwrap();
    }
    assert_eq!(fs::read(lent.all.path().join("secret")).unwrap(), b"secret");
    assert!(matches!(lent.lender.check("site\\..\\secret", Want::Read), Err(FileError::Denied(_))));
}

/// `-` comes before the `/` behind a directory's name.
#[test]
fn a_directory_that_is_skipped_is_said_on_the_page_on_which_it_lies() {
    let lent = Lent::new();
    let deep = format!("deep{}", "/d".repeat(126));
    ["app-1", "app-2", "app-3", "app/x"].iter().for_each(|file| lent.file(&format!("{deep}/{file}")));
    let first = lent.page("site", None, Some(2));
    assert_eq!((paths(&first).len(), first.more, skipped(&first)), (2, true, vec![]));
    let second = lent.page("site", paths(&first).last().copied(), Some(2));
    assert_eq!((paths(&second).len(), second.more), (1, false));
    assert_eq!(skipped(&second), [(format!("site/{deep}/app/").as_str(), "it lies too deep")]);
}

#[test]
fn a_directory_that_cannot_be_read_any_more_is_said_after_the_first_of_its_files() {
    let lent = Lent::new();
    ["app/a", "app/b", "z"].iter().for_each(|file| lent.file(file));
    assert_eq!(paths(&lent.page("site", None, Some(1))), ["site/app/a"]);
    fs::rename(lent.site("app"), lent.all.path().join("away")).unwrap();
    symlink(lent.all.path().join("away"), lent.site("app")).unwrap();
    let page = lent.page("site", Some("site/app/a"), None);
    assert_eq!((paths(&page), skipped(&page)), (vec!["site/z"], vec![("site/app", "a symbolic link")]));
}

#[test]
fn of_what_is_skipped_a_thousand_are_named_and_the_others_on_this_page_counted() {
    let lent = Lent::new();
    ["b", "d"].iter().for_each(|file| lent.file(file));
    (0..1005).for_each(|number| symlink("b", lent.site(&format!("a{number:04}"))).unwrap());
    (0..10).for_each(|number| symlink("b", lent.site(&format!("c{number}"))).unwrap());
    let page = lent.page("site", None, Some(1));
    assert_eq!((paths(&page), page.skipped.len()), (vec!["site/b"], 1001));
    assert_eq!(skipped(&page).last(), Some(&("site/", "5 more are no files")));
    let page = lent.page("site", Some("site/b"), Some(1));
    assert_eq!((paths(&page), page.skipped.len()), (vec!["site/d"], 10));
}

#[test]
fn a_file_whose_path_is_longer_than_any_call_takes_is_not_listed() {
    let lent = Lent::new();
    let long = "d".repeat(250);
    let directory = (0..16).fold(lent.lender.directory("site", Want::Write).unwrap(), |directory, _| {
        directory.create_dir(&long).unwrap();
        directory.open_dir(&long).unwrap()
    });
    directory.write("a".repeat(70), "").unwrap();
    directory.write("b".repeat(80), "").unwrap();
    let page = lent.page("site", None, None);
    assert_eq!((page.files.len(), page.files[0].path.len()), (1, 4 + 16 * 251 + 71));
    let [(path, why)] = &page.skipped[..] else { panic!("{page:?}") };
    assert!(path.ends_with("bbb") && why == "its path is too long", "{path}: {why}");
}

#[test]
fn a_page_has_one_to_a_thousand_files() {
    let lent = Lent::new();
    for most in [0, 1001] {
        let request = ListFilesRequest { directory: "site".to_owned(), start_after: None, max_files: Some(most) };
        assert!(matches!(list::page(&lent.lender, &request), Err(FileError::Rejected(_))), "{most}");
    }
}
