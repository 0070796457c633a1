//! Answers that the host saves in a lent directory, each whole or not at all.

use std::fs;
use std::path::Path;

use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::{Listener, WebServer};

use super::answers::at;
use super::{error, sent, site, web, write_job};
use crate::support::{Site, events};

/// A site with directories, and downloads up to 64 KiB.
fn lending(web: &WebServer) -> Site {
    let site = site(web, "\n[limits]\nhttp_download = \"64KiB\"\nhttp_answer = \"1KiB\"\n");
    let project = fs::read_to_string(site.path("project.toml")).expect("it is there");
    let directories = "[directories]\nsite = { path = \"files\" }\nout = { path = \"arrived\", write = true }\n";
    let site = site.file("project.toml", format!("{project}{directories}"));
    for directory in ["files", "arrived"] {
        fs::create_dir(site.path(directory)).expect("it can be made");
    }
    site
}

/// The files below a directory, with their sizes.
fn files(directory: &Path, below: &str) -> Vec<(String, u64)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).expect("it is there") {
        let entry = entry.expect("it can be read");
        let name = format!("{below}{}", entry.file_name().to_string_lossy());
        match entry.metadata().expect("it can be read") {
            kind if kind.is_dir() => found.extend(files(&entry.path(), &format!("{name}/"))),
            file => found.push((name, file.len())),
        }
    }
    found.sort();
    found
}

fn download(web: &WebServer, listener: Listener, path: &str, save: &str) -> Json {
    json!({ "url": web.url(listener, path), "save": save, "timeout_ms": 20_000 })
}

#[test]
fn a_download_appears_whole_in_a_directory_that_is_lent_for_it() {
    let web = web();
    let site = lending(&web);
    let arrived = site.path("arrived");
    fs::write(arrived.join("old.bin"), "old").expect("it can be written");
    let get = |path, save| download(&web, Listener::Tls2, path, save);
    let requests = json!([
        get("/bytes/65536", "out/whole.bin"),
        get("/gzip", "out/a/b/document.json"),
        get("/bytes/5", "out/old.bin"),
        get("/redirect?to=/bytes/7", "out/moved.bin"),
        get("/bytes/0", "out/empty"),
    ]);
    let answers = sent(&site, &requests);
    for (answer, size) in answers.iter().zip([65_536, 20, 5, 7, 0]) {
        assert_eq!((error(answer), &answer["saved"], &answer["size"]), (("", ""), &json!(size), &json!(0)), "{answer}");
    }
    let expected = [("a/b/document.json", 20), ("empty", 0), ("moved.bin", 7), ("old.bin", 5), ("whole.bin", 65_536)];
    assert_eq!(files(&arrived, ""), expected.map(|(name, size)| (name.to_owned(), size)));
    let whole = fs::read(arrived.join("whole.bin")).expect("it is there");
    assert!(whole.iter().enumerate().all(|(at, byte)| at.to_le_bytes()[0] == *byte));
}

#[test]
fn a_download_that_is_too_large_or_broken_or_not_found_leaves_no_file() {
    let web = web();
    let site = lending(&web);
    let (arrived, at) = (site.path("arrived"), at(&web, Listener::Plain));
    fs::write(arrived.join("old.bin"), "old").expect("it can be written");
    let large = format!(
        "the answer of {at} is larger than 65536 bytes; `http_answer` and, for a file, `http_download` in [limits] set \
         the limit"
    );
    let broken = |why: &str| format!("the answer of {at} cannot be read: {why}");
    let rows = [
        ("/bytes/65537", "too-large", large.clone()),
        ("/endless", "too-large", large.clone()),
        ("/gzip-bomb", "too-large", large),
        ("/cut", "unavailable", broken("end of file before message length reached")),
        ("/reset-in-body", "unavailable", broken("connection reset by peer")),
        ("/status/404", "", String::new()),
        ("/status/206", "", String::new()),
        ("/status/204", "", String::new()),
    ];
    let requests: Vec<_> = rows.iter().map(|(path, ..)| download(&web, Listener::Plain, path, "out/old.bin")).collect();
    let mut requests = json!(requests);
    let slow = json!({ "url": web.url(Listener::Plain, "/trickle"), "save": "out/old.bin", "timeout_ms": 150 });
    requests.as_array_mut().expect("a list").push(slow);
    let answers = sent(&site, &requests);
    for ((path, kind, message), answer) in rows.iter().zip(&answers) {
        assert_eq!((error(answer), &answer["saved"]), ((*kind, message.as_str()), &Json::Null), "{path}");
    }
    assert_eq!(answers[5]["body"], "{\"status\":404}", "what is not saved is the answer");
    assert_eq!(error(&answers[8]), ("timed-out", "no whole answer came within 0.15 s"));
    assert_eq!(files(&arrived, ""), [("old.bin".to_owned(), 3)]);
    assert_eq!(fs::read_to_string(arrived.join("old.bin")).expect("it is there"), "old");
}

#[test]
fn an_answer_that_is_not_saved_has_the_limit_of_an_answer() {
    let web = web();
    let site = lending(&web);
    // The answer names the path.
    let missing = format!("/nothing/{}", "x".repeat(2 << 10));
    let answers = sent(&site, &json!([download(&web, Listener::Plain, &missing, "out/x")]));
    let message = format!(
        "the answer of {} is larger than 1024 bytes; `http_answer` and, for a file, `http_download` in [limits] set the \
         limit",
        at(&web, Listener::Plain)
    );
    assert_eq!(error(&answers[0]), ("too-large", message.as_str()));
    assert_eq!(web.seen().expect("it answers")[0].status, Some(404));
    assert_eq!(files(&site.path("arrived"), ""), []);
}

#[test]
fn a_download_is_saved_nowhere_but_in_what_is_lent_for_writing() {
    let web = web();
    let site = lending(&web);
    let outside = site.path("outside");
    fs::create_dir(&outside).expect("it can be made");
    std::os::unix::fs::symlink(&outside, site.path("arrived/way")).expect("it can be made");
    let place = format!("{}:", fs::canonicalize(site.path("project.toml")).expect("it is there").display());
    let part = "has a part that is no name: a path is the name of a lent directory and what lies in it";
    let rows = [
        ("site/x", "denied", "directory `site` is lent for reading only (".to_owned() + &place),
        (
            "elsewhere/x",
            "denied",
            "no directory `elsewhere` is lent by [directories]; lent are `out`, `site`".to_owned(),
        ),
        ("out/../x", "rejected", format!("`out/../x` {part}")),
        ("../x", "rejected", format!("`../x` {part}")),
        ("out//x", "rejected", format!("`out//x` {part}")),
        ("", "rejected", format!("`` {part}")),
        ("/etc/x", "rejected", "`/etc/x` is absolute: ".to_owned()),
        ("out\\x", "denied", "no directory `out\\x` is lent by [directories]; lent are `out`, `site`".to_owned()),
        ("out/x\0y", "rejected", "`out/x\0y` holds a character that paths may not hold: ".to_owned()),
        ("out", "rejected", "`out` is a lent directory, not a file in it".to_owned()),
        (
            "out/way/x",
            "rejected",
            "`way` in `out/way/x` is a symbolic link, not a directory; symbolic links are not followed".to_owned(),
        ),
        ("out/way", "rejected", "`out/way` is a symbolic link, not a file".to_owned()),
    ];
    let get = |save: &str| download(&web, Listener::Plain, "/bytes/3", save);
    let mut requests: Vec<_> = rows.iter().map(|(save, ..)| get(save)).collect();
    for method in ["POST", "HEAD"] {
        let mut request = get("out/x");
        request["method"] = json!(method);
        requests.push(request);
    }
    let answers = sent(&site, &json!(requests));
    for ((save, kind, message), answer) in rows.iter().zip(&answers) {
        let (said, words) = error(answer);
        assert!(said == *kind && words.starts_with(message.as_str()), "{save}: {answer}");
    }
    for answer in &answers[rows.len()..] {
        assert_eq!(error(answer), ("rejected", "only the answer to a `GET` can be saved"));
    }
    assert_eq!(files(&outside, ""), []);
    assert_eq!(files(&site.path("files"), ""), []);
    assert!(!site.path("x").exists());
}

#[test]
fn a_dry_run_saves_nothing_and_sends_reads_only() {
    let web = web();
    let site = lending(&web);
    let get = json!({ "url": web.url(Listener::Plain, "/echo") });
    write_job(&site, &json!([get, download(&web, Listener::Plain, "/bytes/3", "out/x")]));
    let ended = site.stepwell(&["run", "job.toml", "--dry-run", "--output", "json"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let lines = ended.json_lines();
    let withheld = events(&lines, "change_withheld");
    assert_eq!(withheld.len(), 1, "{lines:?}");
    let request = &withheld[0]["call"]["request"];
    assert_eq!((&request["SaveTo"], &request["Url"]), (&json!("out/x"), &json!(web.url(Listener::Plain, "/bytes/3"))));
    let seen = web.seen().expect("it answers");
    assert_eq!(seen.iter().map(|request| request.path.as_str()).collect::<Vec<_>>(), ["/echo"]);
    assert_eq!(files(&site.path("arrived"), ""), []);
}
