//! Random URLs and patterns: a request that a pattern accepts goes where the pattern says by another parser too.

use http::Uri;
use percent_encoding::percent_decode_str;
use stepwell_model::http::{Method, RequestPattern, RequestUrl};

/// URLs that are tried.
const TRIED: usize = 60_000;

const SCHEMES: [&str; 5] = ["https://", "http://", "HTTPS://", "https:/", "//"];

const HOSTS: [&str; 22] = [
    "api.example.com",
    "API.example.com",
    "example.com",
    "a.b.example.com",
    "evilexample.com",
    "api.example.com.evil.example",
    "api.example.com.",
    "user@api.example.com",
    "evil.example@api.example.com",
    "api.example.com@evil.example",
    "api.example.com\\@evil.example",
    "api.example.com%2f@evil.example",
    "api.example.com%00.evil.example",
    "ap\u{456}.example.com",
    "127.0.0.1",
    "0x7f.1",
    "2130706433",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[::1",
    "",
    " api.example.com",
];

const PORTS: [&str; 9] = ["", "", "", ":443", ":8443", ":0", ":", ":65536", ":443@evil.example"];

const PARTS: [&str; 20] = [
    "public",
    "admin",
    "v1",
    "..",
    ".",
    "%2e%2e",
    "%2E.",
    "..;a=b",
    "%252e%252e",
    "%2f",
    "%5c",
    "\\",
    "a%2Fb",
    "",
    "%61dmin",
    "%00",
    "%0d%0a",
    "a b",
    "\t",
    "\u{e4}",
];

const ENDS: [&str; 8] = ["", "", "?a=b", "?a=https://evil.example/", "#x", "?a#b", "/", "?"];

const PATTERNS: [&str; 12] = [
    "* https://api.example.com",
    "GET https://api.example.com/public/*",
    "POST https://api.example.com/public/v1",
    "GET https://*.example.com/v1*",
    "* *://api.example.com",
    "GET https://api.example.com:8443/*",
    "GET http://127.0.0.1/*",
    "GET https://[::1]/*",
    "GET https://*",
    "GET https://api.example.com/admin*",
    "GET https://api.example.com/",
    "* https://api.example.com/a%2Fb/*",
];

fn url(random: &mut fastrand::Rng) -> String {
    let pick = |random: &mut fastrand::Rng, of: &[&str]| of[random.usize(..of.len())].to_owned();
    let mut url = pick(random, &SCHEMES) + &pick(random, &HOSTS) + &pick(random, &PORTS);
    for _ in 0..random.usize(..4) {
        url = url + "/" + &pick(random, &PARTS);
    }
    url += &pick(random, &ENDS);
    // One character of it is another one.
    if random.u8(..4) == 0 && !url.is_empty() {
        let at = url.floor_char_boundary(random.usize(..url.len()));
        url.insert(at, char::from(random.u8(1..128)));
    }
    url
}

/// Whether a URL fits a pattern, read from both texts without the code under test.
fn fits(pattern: &str, method: &str, uri: &Uri) -> bool {
    let (wanted, address) = pattern.split_once(' ').expect("a method");
    let (scheme, rest) = address.split_once("://").expect("a scheme");
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let end = authority.rfind(']').unwrap_or(0);
    let (host, port) = match authority[end..].find(':') {
        Some(at) => (&authority[..end + at], Some(&authority[end + at + 1..])),
        None => (authority, None),
    };
    let is_https = uri.scheme_str() == Some("https");
    let asked = uri.port_u16().unwrap_or(if is_https { 443 } else { 80 }).to_string();
    let usual = if scheme == "http" { "80" } else { "443" };
    let name = uri.host().expect("a host").to_ascii_lowercase();
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    (wanted == "*" || wanted == method)
        && (scheme == "*" || uri.scheme_str() == Some(scheme))
        && (host == "*" || host == name || host.strip_prefix('*').is_some_and(|below| name.ends_with(below)))
        && (port.map_or(scheme == "*", |port| port == asked) || port.is_none() && asked == usual)
        && match path.strip_suffix('*') {
            _ if path.is_empty() => true,
            Some(prefix) => decoded(uri.path()).starts_with(&decoded(prefix)),
            None => decoded(uri.path()) == decoded(path),
        }
}

#[test]
fn an_accepted_request_fits_its_grant_by_another_parser() {
    let seed = fastrand::u64(..);
    let mut random = fastrand::Rng::with_seed(seed);
    let patterns = PATTERNS.map(|text| (text, RequestPattern::parse(text).expect("it is a pattern")));
    let (mut accepted, mut refused) = (0, 0);
    for _ in 0..TRIED {
        let written = url(&mut random);
        let Ok(url) = RequestUrl::parse(&written) else {
            refused += 1;
            continue;
        };
        let uri: Uri = url.as_str().parse().unwrap_or_else(|error| panic!("seed {seed}: {written:?}: {error}"));
        let context = || format!("seed {seed}: {written:?} became {url:?}");
        assert_eq!(uri.authority().map(|authority| authority.as_str().contains('@')), Some(false), "{}", context());
        assert!(decoded_has_no_dots(uri.path()), "{}", context());
        for (text, pattern) in &patterns {
            for method in [Method::Get, Method::Post] {
                if pattern.matches(method, &url) {
                    accepted += 1;
                    assert!(fits(text, method.as_str(), &uri), "{} fits {text}", context());
                }
            }
        }
        // What is read again is the same.
        assert_eq!(RequestUrl::parse(url.as_str()).as_ref().map(RequestUrl::as_str), Ok(url.as_str()), "{}", context());
    }
    assert!(accepted > 500 && refused > 500, "{accepted} accepted, {refused} refused");
}

fn decoded_has_no_dots(path: &str) -> bool {
    let mut path = path.to_owned();
    for _ in 0..4 {
        path = percent_decode_str(&path).decode_utf8_lossy().into_owned();
    }
    !path.split(['/', '\\']).any(|part| part == ".." || part == ".")
}
