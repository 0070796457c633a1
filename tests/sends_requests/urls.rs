//! URLs and addresses: what the operator granted is what the server gets, in whatever way a plugin writes it.

use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::{Listener, WebServer};

use super::answers::{FEW_ATTEMPTS, assert_errors};
use super::{error, granted, sent, web};
use crate::support::Site;

const CHARACTER: &str = "the URL holds a space, a control character, `\\` or another character that a URL cannot hold: \
                         programs disagree about what such a URL means; write such characters as `%20`";
const NOT_ASCII: &str = "the URL holds a character that is not ASCII: programs disagree about what such a URL means; \
                         write a host as `xn--…` (Punycode), and other characters as `%C3%A4`";
const SCHEME: &str = "the URL does not begin with `https://` or `http://`: a plugin can reach web servers only; write the \
                      whole URL, such as `https://api.example.com/v1/incidents`";
const USER: &str = "the URL has a user or a password in it: a password in a URL is read by everybody who reads a log; send \
                    the password in the header `authorization`";
const HOST: &str = "the URL names no host: there is nothing between `//` and the path, or what is there ends with a dot; \
                    write the whole URL, such as `https://api.example.com/v1/incidents`";
const ODD_HOST: &str = "the host of the URL is not in its usual form: the same host can be written in several ways, and \
                        grants name it in one; write a name in ASCII, or an address such as `192.0.2.1` or \
                        `[2001:db8::1]`";
const PORT: &str = "the port of the URL is not a number from 1 to 65535: no server listens there; correct the port, or \
                    leave it out";
const DOTS: &str = "the path of the URL has a part that is `.` or `..`: the server could take it for another path than \
                    the one that is granted; write the path that is meant";
const FRAGMENT: &str = "the URL has a fragment: a fragment stays with a browser and is never sent; leave out `#` and what \
                        follows";
const LONG: &str = "the URL is longer than 8 KiB: servers refuse such a URL; send what is long in the body";

/// A site that is granted everything, with these networks.
fn reaching(web: &WebServer, networks: &[&str]) -> Site {
    let system = format!("[http]\nca = \"{}\"\nnetworks = {}\n", web.authority().display(), json!(networks));
    granted(web, "", &["* *://*"]).home_file("stepwell.toml", system)
}

fn get(url: &str) -> Json {
    json!({ "url": url })
}

#[test]
fn a_url_that_programs_disagree_about_is_rejected() {
    let web = web();
    let port = web.port(Listener::Plain);
    let hosts = [
        ("0x7f.1", ODD_HOST),
        ("0x7f000001", ODD_HOST),
        ("2130706433", ODD_HOST),
        ("127.1", ODD_HOST),
        ("0177.0.0.1", ODD_HOST),
        ("127.0.0.1.5", ODD_HOST),
        ("loc%61lhost", ODD_HOST),
        ("localhost%00", ODD_HOST),
        ("a..b", ODD_HOST),
        ("[::1", ODD_HOST),
        ("[::1%25lo]", ODD_HOST),
        ("::1", HOST),
        ("", HOST),
        ("localhost.", HOST),
        ("user@localhost", USER),
        ("user:canary@localhost", USER),
        ("evil.example@localhost", USER),
        ("localhost\\@evil.example", CHARACTER),
        ("local\thost", CHARACTER),
        ("local\nhost", CHARACTER),
        ("local host", CHARACTER),
        // Cyrillic, a circled letter, and a full stop that browsers take for a dot.
        ("l\u{43e}calhost", NOT_ASCII),
        ("\u{24db}ocalhost", NOT_ASCII),
        ("a\u{3002}example", NOT_ASCII),
    ];
    let ports = ["0", "00", "65536", "", "+80", "80:90", "0x50", "8080a"];
    let ends = [
        ("#x", FRAGMENT),
        ("/echo#x", FRAGMENT),
        ("/echo?a=1#", FRAGMENT),
        ("/a/../echo", DOTS),
        ("/./echo", DOTS),
        ("/..", DOTS),
        ("/%2e%2e/echo", DOTS),
        ("/.%2E/echo", DOTS),
        ("/a/..%2fecho", DOTS),
        ("/a%2f..%2fecho", DOTS),
        ("/a/%252e%252e/echo", DOTS),
        ("/a/..;x=y/echo", DOTS),
        ("/a/..%5cecho", DOTS),
        ("/a\\..\\echo", CHARACTER),
        ("/a%5cecho", CHARACTER),
        ("/\techo", CHARACTER),
        ("/e cho", CHARACTER),
        ("/echo\r\nx-evil: 1", CHARACTER),
        ("/echo?a=\r\nx-evil: 1", CHARACTER),
        ("/echo HTTP/1.1\r\nx-evil: 1", CHARACTER),
        ("/%0d%0ax-evil:1", CHARACTER),
        ("/%00", CHARACTER),
        ("/%zz", CHARACTER),
        ("/%2", CHARACTER),
        ("/\u{e4}", NOT_ASCII),
        ("/echo?\u{e4}", NOT_ASCII),
    ];
    let whole = [
        "",
        "/echo",
        "//localhost/echo",
        "localhost/echo",
        "http:localhost/echo",
        "http:/localhost/echo",
        "HTTP://localhost/echo",
        "ftp://localhost/",
        "file:///etc/passwd",
        "unix:///run/docker.sock",
        "ws://localhost/",
        "data:text/plain,x",
        "javascript:x",
    ];
    let mut rows = Vec::new();
    let mut add = |url: String, why: &str| rows.push((get(&url), "rejected", why.to_owned()));
    hosts.into_iter().for_each(|(host, why)| add(format!("http://{host}:{port}/echo"), why));
    ports.into_iter().for_each(|port| add(format!("http://localhost:{port}/echo"), PORT));
    ends.into_iter().for_each(|(end, why)| add(web.url(Listener::Plain, end), why));
    whole.into_iter().for_each(|url| add(url.to_owned(), SCHEME));
    add("http:///localhost/echo".to_owned(), HOST);
    add(format!(" {}", web.url(Listener::Plain, "/echo")), CHARACTER);
    add(format!("\0{}", web.url(Listener::Plain, "/echo")), CHARACTER);
    add(web.url(Listener::Plain, &format!("/{}", "a".repeat(8 << 10))), LONG);
    assert!(rows.iter().all(|(_, _, message)| !message.contains("canary")));
    assert_errors(&reaching(&web, &["127.0.0.0/8", "::1/128"]), &rows);
    assert_eq!(web.seen().expect("it answers"), []);
}

#[test]
fn a_url_leaves_as_it_was_compared_with_the_grants() {
    let web = web();
    let rows = [
        ("", "/"),
        ("?a=/../b", "/?a=/../b"),
        ("/%65cho", "/echo"),
        ("/a%2fb%c3%a4", "/a%2Fb%C3%A4"),
        ("//echo", "//echo"),
        ("/echo?%61=%2e%2e&b=%00&c=%zz", "/echo?%61=%2e%2e&b=%00&c=%zz"),
        ("/echo?u=http://user@evil.example/", "/echo?u=http://user@evil.example/"),
    ];
    let requests: Vec<_> = rows.iter().map(|(written, _)| get(&web.url(Listener::Plain, written))).collect();
    for answer in sent(&reaching(&web, &["127.0.0.1/32"]), &json!(requests)) {
        assert_eq!(error(&answer), ("", ""));
    }
    let seen = web.seen().expect("it answers");
    assert_eq!(seen.iter().map(|seen| seen.path.as_str()).collect::<Vec<_>>(), rows.map(|(_, sent)| sent));
}

#[test]
fn an_address_of_no_listed_network_is_not_reached_though_it_is_granted() {
    let web = web();
    let port = web.port(Listener::Plain);
    let metadata = "the address of a service that gives out credentials";
    let (machine, private, none) =
        ("an address of this machine", "an address of a private network", "an address that no server has");
    let addresses = [
        ("169.254.169.254", "169.254.169.254", metadata),
        ("169.254.170.2", "169.254.170.2", metadata),
        ("[fd00:ec2::254]", "fd00:ec2::254", metadata),
        ("[64:ff9b::a9fe:a9fe]", "64:ff9b::a9fe:a9fe", metadata),
        ("127.0.0.1", "127.0.0.1", machine),
        ("[::1]", "::1", machine),
        ("[::127.0.0.1]", "::7f00:1", machine),
        ("0.0.0.0", "0.0.0.0", machine),
        ("[::]", "::", machine),
        ("localhost", "localhost", machine),
        ("LOCALHOST", "localhost", machine),
        ("192.168.0.1", "192.168.0.1", private),
        ("169.254.0.1", "169.254.0.1", private),
        ("100.64.0.1", "100.64.0.1", private),
        ("[fe80::1]", "fe80::1", private),
        ("224.0.0.1", "224.0.0.1", none),
        ("255.255.255.255", "255.255.255.255", none),
        ("[ff02::1]", "ff02::1", none),
        ("[2002:7f00:1::]", "2002:7f00:1::", none),
    ];
    let advice = "`networks` in [http] of stepwell.toml lists what requests may reach beside public addresses";
    let rows: Vec<_> = addresses
        .iter()
        .flat_map(|(host, shown, what)| {
            let message = format!("`{shown}` leads to {what}; {advice}");
            ["http", "https"].map(|scheme| (get(&format!("{scheme}://{host}:{port}/echo")), "denied", message.clone()))
        })
        .collect();
    assert_errors(&reaching(&web, &[]), &rows);
    // What is listed opens nothing beside it, and a wide network does not open the service that gives out credentials.
    let rows: Vec<_> = rows.into_iter().filter(|(_, _, message)| !message.contains(private)).collect();
    assert_errors(&reaching(&web, &["10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.2/32"]), &rows);
    assert_eq!(web.seen().expect("it answers"), []);
}

#[test]
fn a_listed_address_is_reached_in_each_way_to_write_it() {
    let web = web();
    let port = web.port(Listener::Plain);
    let hosts = ["127.0.0.1", "localhost", "LocalHost"];
    let requests: Vec<_> = hosts.map(|host| get(&format!("http://{host}:{port}/status/204"))).into();
    for (answer, request) in sent(&reaching(&web, &["127.0.0.1/32"]), &json!(requests)).iter().zip(&requests) {
        assert_eq!((error(answer), &answer["status"]), (("", ""), &json!(204)), "{request}");
    }
}

#[test]
fn a_name_that_leads_nowhere_is_not_sent() {
    let web = web();
    // `.invalid` is reserved (RFC 6761), and the other one is `localhost` with a Cyrillic letter.
    for host in ["nowhere.invalid", "xn--localhst-kbg"] {
        let request =
            json!([{ "method": "POST", "url": format!("http://{host}/"), "body": "x", "timeout_ms": FEW_ATTEMPTS }]);
        let answers = sent(&reaching(&web, &[]), &request);
        assert_eq!(error(&answers[0]).0, "not-sent", "{answers:?}");
    }
}

/// The errors of `GET` requests for these paths. `None` is an answer, `Some(true)` a denial, `Some(false)` a rejection
/// because of dots.
fn assert_paths(web: &WebServer, site: Site, paths: &[(&str, Option<bool>)]) {
    let requests: Vec<_> = paths.iter().map(|(path, _)| get(&web.url(Listener::Plain, path))).collect();
    for ((path, expected), answer) in paths.iter().zip(sent(&site, &json!(requests))) {
        let (kind, message) = error(&answer);
        let begin = "plugin `courier` may not send `GET ";
        match expected {
            None => assert_eq!(kind, "", "{path}: {answer}"),
            Some(true) => assert!(kind == "denied" && message.starts_with(begin), "{path}: {answer}"),
            Some(false) => assert_eq!((kind, message), ("rejected", DOTS), "{path}"),
        }
    }
}

#[test]
fn a_granted_path_is_left_by_no_encoding() {
    let web = web();
    let site = granted(&web, "", &[&format!("GET {}", web.url(Listener::Plain, "/public/*"))]);
    let paths = [
        ("/public/", None),
        ("/public/x", None),
        ("/%70ubl%69c/x", None),
        ("/public//x", None),
        ("/public/...", None),
        ("/public/x?a=/../admin&b=%2e%2e", None),
        ("/public/x?anything=else", None),
        ("/public", Some(true)),
        ("/public?x", Some(true)),
        ("/publicx", Some(true)),
        ("/Public/x", Some(true)),
        ("/public%2fx", Some(true)),
        ("//public/x", Some(true)),
        ("/admin", Some(true)),
        ("/%61dmin", Some(true)),
        ("/admin?/public/x", Some(true)),
        ("/public/../admin", Some(false)),
        ("/public/%2e%2e/admin", Some(false)),
        ("/public/%2E./admin", Some(false)),
        ("/public/..%2fadmin", Some(false)),
        ("/public/%2e%2e%2fadmin", Some(false)),
        ("/public/%252e%252e/admin", Some(false)),
        ("/public/%25252e%25252e%25252fadmin", Some(false)),
        ("/public/..%5cadmin", Some(false)),
        ("/public/..;/admin", Some(false)),
        ("/public/..%3b/admin", Some(false)),
        ("/public/x/../../admin", Some(false)),
        ("/public/.", Some(false)),
    ];
    assert_paths(&web, site, &paths);
    let seen = web.seen().expect("it answers");
    assert!(seen.len() == 7 && seen.iter().all(|request| request.path.starts_with("/public/")), "{seen:?}");
}

#[test]
fn a_denied_path_is_reached_by_no_encoding() {
    let web = web();
    let site = granted(&web, "", &["* *://*"]);
    let project = std::fs::read_to_string(site.path("project.toml")).expect("it is there");
    let deny = json!([format!("* {}*", web.url(Listener::Plain, "/admin"))]);
    let site = site.file("project.toml", format!("{project}deny_http = {deny}\n"));
    let paths = [
        ("/echo", None),
        ("/echo?/admin", None),
        ("/admin", Some(true)),
        ("/admin?x", Some(true)),
        ("/admin/", Some(true)),
        ("/admin/x", Some(true)),
        ("/admin;x", Some(true)),
        ("/adm%69n", Some(true)),
        ("/%2561dmin", Some(true)),
        ("/;/admin/x", Some(true)),
        ("/%e2%80%8badmin", Some(true)),
        ("/%61%64%6D%69%6e/x", Some(true)),
        ("/%61dmin%2Fx", Some(true)),
        ("/public/../admin", Some(false)),
        ("/%2e/admin", Some(false)),
        ("/public%2f..%2fadmin", Some(false)),
    ];
    assert_paths(&web, site, &paths);
    assert!(web.seen().expect("it answers").iter().all(|request| request.path.starts_with("/echo")));
}

#[test]
fn a_denied_host_is_reached_in_no_way_to_write_it() {
    let web = web();
    let port = web.port(Listener::Plain);
    let site = reaching(&web, &["127.0.0.0/8"]);
    let project = std::fs::read_to_string(site.path("project.toml")).expect("it is there");
    let deny = json!(["* *://localhost", "POST *://*"]);
    let site = site.file("project.toml", format!("{project}deny_http = {deny}\n"));
    let url = |host: &str| format!("http://{host}:{port}/echo");
    let requests = json!([
        get(&url("localhost")),
        get(&url("LOCALHOST")),
        get(&url("LocalHost")),
        { "url": url("127.0.0.1"), "method": "POST" },
        get(&url("127.0.0.1")),
    ]);
    let answers = sent(&site, &requests);
    for answer in &answers[..4] {
        let (kind, message) = error(answer);
        assert!(kind == "denied" && message.contains("it is denied to `courier`"), "{answer}");
    }
    assert_eq!(answers[4]["status"], 200);
    assert_eq!(web.seen().expect("it answers").len(), 1);
}
