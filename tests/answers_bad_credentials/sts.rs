//! STS that refuses, throttles or is unreachable, and a trust file that cannot be read or written.

use std::fs;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;

use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::Microburst;

use super::{NONE, assert_says, naming, run, shown, site};
use crate::support::identity::{ACCOUNT, Identity};
use crate::support::{Site, venv};

const CLOCK: &str = "set the clock of this machine (`timedatectl`), and run the job again";
const AGAIN: &str = "run it again a little later";
const TO_STS: &str = "check AWS_ENDPOINT_URL, the region, and the way from this machine to STS";
const SKEWED: &str =
    "Signature expired: 20260101T000000Z is now earlier than 20260101T001500Z (20260101T002000Z - 5 min.)";

const OF_ROLE: &str = "[[aws.credentials.assume_role]]\nrole_arn = \"arn:aws:iam::000000000000:role/web\"\n";
const ROLE: &str = "arn:aws:iam::000000000000:role/web";
const UNVERIFIED: &str = "[aws]\nallow_unverified_roles = true\n";

/// A server that answers every request with this STS error. microburst cannot do it: it finds the service in the
/// signature, and a request with a web identity is not signed.
fn canned_sts(code: &str, words: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let endpoint = format!("http://{}", listener.local_addr().expect("it has one"));
    let error = format!("<Error><Type>Sender</Type><Code>{code}</Code><Message>{words}</Message></Error>");
    let body = format!("<ErrorResponse>{error}<RequestId>r</RequestId></ErrorResponse>");
    let head = format!("HTTP/1.1 400 Bad Request\r\ncontent-length: {}\r\nconnection: close", body.len());
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A client may close the connection at any time.
            let _gone = take_request(&stream).and_then(|()| write!(&stream, "{head}\r\n\r\n{body}"));
        }
    });
    endpoint
}

fn take_request(stream: &TcpStream) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    for line in reader.by_ref().lines() {
        let line = line?.to_lowercase();
        if line.is_empty() {
            break;
        }
        length = line.strip_prefix("content-length: ").map_or(length, |length| length.parse().expect("a number"));
    }
    io::copy(&mut reader.take(length), &mut io::sink()).map(drop)
}

fn with_token(endpoint: &str) -> Site {
    let site = Site::new(endpoint).step(super::VALIDATE, "{}").file("token", "canary.token.of-the-pod");
    let file = site.path("token").display().to_string();
    let table = format!("provider = \"web_identity\"\nrole_arn = \"{ROLE}\"\ntoken_file = \"{file}\"\n");
    site.file("project.toml", format!("name = \"web\"\n[aws.credentials]\n{table}"))
}

fn asking(site: &Site, endpoint: &str) -> crate::support::Ended {
    run(site, |command| {
        command.env("AWS_ENDPOINT_URL_STS", endpoint);
    })
}

#[test]
fn a_web_identity_that_sts_refuses() {
    let identity = Identity::new();
    let other = format!("arn:aws:iam::{ACCOUNT}:oidc-provider/oidc.example.com");
    let condition = json!({ "StringEquals": { "oidc.example.com:aud": "somebody" } });
    let trust = json!({ "Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity", "Principal": { "Federated": other }, "Condition": condition });
    identity.role("web", trust, &["ec2:*"]);
    let site = with_token(identity.ministack.endpoint());
    assert_says(
        &site,
        &asking(&site, identity.ministack.endpoint()),
        3,
        [
            NONE,
            "web_identity: STS answered `AccessDenied`: Not authorized to perform sts:AssumeRoleWithWebIdentity",
            "look at the role's trust policy: it must trust who issued the token, for its audience and subject",
        ],
    );
    let token = "check the token file: its issuer must renew it, for the audience that the role trusts";
    for (code, words, masked, next) in [
        ("ExpiredTokenException", "Token expired: it ended", "Token expired: it ended", token),
        ("InvalidIdentityToken", "No provider for canary.token.of-the-pod", "No provider for *****", token),
        ("IDPCommunicationError", "The provider does not answer", "The provider does not answer", AGAIN),
        (
            "RegionDisabledException",
            "STS is off",
            "STS is off",
            "activate STS in this region in the account's settings",
        ),
    ] {
        let because = format!("web_identity: STS answered `{code}`: {masked}");
        assert_says(&site, &asking(&site, &canned_sts(code, words)), 3, [NONE, &because, next]);
    }
    let silent = asking(&site, crate::support::NOBODY);
    assert_says(&site, &silent, 3, [NONE, "web_identity: STS did not answer: connection refused", TO_STS]);
}

fn rule(operation: &str, code: &str, words: &str) -> Json {
    let error = json!({ "code": code, "status": 403, "message": words });
    json!([{ "service": "sts", "operation": operation, "error": error }])
}

/// Asserts the error for a role whose verification gets no answer, and for the same role where the system skips the
/// verification.
fn assert_role_says(endpoint: &str, because: &str, next: &str) {
    let project = |site: Site| site.file("project.toml", format!("name = \"web\"\n{OF_ROLE}"));
    let verified = project(site("")).endpoint(endpoint);
    let what = format!("role `{ROLE}` may not be used for `sts:GetCallerIdentity`: it is inconclusive");
    let placed = format!("{because} (./project.toml:2:1)");
    assert_says(&verified, &verified.run(), 3, [&format!("step `it` failed: {what}"), &placed, next]);
    assert_says(&verified, &verified.stepwell(&["credentials", "validate"]), 3, [&what, &placed, next]);
    let unverified = project(site("")).endpoint(endpoint).home_file("stepwell.toml", UNVERIFIED);
    assert_says(&unverified, &unverified.run(), 3, [NONE, &format!("{ROLE}: {because}"), next]);
}

#[test]
fn a_clock_that_is_wrong_is_not_taken_for_wrong_credentials() {
    let identity = Identity::new();
    let burst = Microburst::before(&venv(), identity.ministack.endpoint()).expect("microburst starts");
    for code in ["RequestTimeTooSkewed", "RequestExpired", "SignatureDoesNotMatch"] {
        burst.rules(&rule("AssumeRole", code, SKEWED)).expect("the rule is understood");
        assert_role_says(burst.endpoint(), &format!("STS answered `{code}`: {SKEWED}"), CLOCK);
        burst.rules(&rule("GetCallerIdentity", code, SKEWED)).expect("the rule is understood");
        let site = site("").endpoint(burst.endpoint());
        let because = format!("AWS answered `{code}`: {SKEWED}");
        assert_says(&site, &site.run(), 3, [NONE, &because, CLOCK]);
        let own = NONE.trim_start_matches("step `it` failed: ");
        assert_says(&site, &site.stepwell(&["credentials", "validate"]), 3, [own, &because, CLOCK]);
    }
    burst.rules(&rule("AssumeRole", "Throttling", "Rate exceeded")).expect("the rule is understood");
    assert_role_says(burst.endpoint(), "STS answered `Throttling`: Rate exceeded", AGAIN);
    let quoting = "The canonical string should have been x-amz-security-token:canary";
    burst.rules(&rule("AssumeRole", "SignatureDoesNotMatch", quoting)).expect("the rule is understood");
    let because = "STS answered `SignatureDoesNotMatch`: the secret access key is not the one of the access key";
    let next = "check that the credentials are current and of the right account (`stepwell credentials validate`)";
    assert_role_says(burst.endpoint(), because, next);
}

#[test]
fn sts_that_is_unreachable() {
    assert_role_says(crate::support::NOBODY, "STS did not answer: connection refused", TO_STS);
    let site = site("");
    let own = NONE.trim_start_matches("step `it` failed: ");
    let validated = site.stepwell(&["credentials", "validate"]);
    assert_says(&site, &validated, 3, [own, "no answer from AWS: connection refused", TO_STS]);
}

const REMEMBERED: &str = "{\"levels\":[[\"system\",{\"external_id\":\"0123456789abcdef\",\"since\":\"2026-01-01T00:00:00Z\",\"previous\":null}]],\"verdicts\":{}}";

#[test]
fn an_external_id_is_not_rotated_while_the_account_is_unknown() {
    let fresh = site("");
    let known = site("").home_file("trust.json", REMEMBERED);
    let own = NONE.trim_start_matches("step `it` failed: ");
    for arguments in [&["credentials", "trust"][..], &["credentials", "trust", "--rotate", "--yes"]] {
        for site in [&fresh, &known] {
            let because = "no answer from AWS: connection refused";
            assert_says(site, &site.stepwell(arguments), 3, [own, because, TO_STS]);
        }
    }
    assert!(!fresh.home().join("trust.json").exists());
    assert_eq!(fs::read_to_string(known.home().join("trust.json")).expect("it is there"), REMEMBERED);
}

/// Root may write everywhere, so a directory in the place of the file simulates a home that cannot be written to.
#[test]
fn a_memory_of_trust_that_is_damaged_or_cannot_be_written() {
    let identity = Identity::new();
    let site =
        || identity.site().step(super::VALIDATE, "{}").file("project.toml", format!("name = \"web\"\n{OF_ROLE}"));
    let failed = "step `it` failed: no role was assumed for `sts:GetCallerIdentity`: ";
    let (damaged, unwritable) = (site().home_file("trust.json", "{"), site().home_file("trust.lock/x", ""));
    for (site, what, because, next) in [
        (
            &damaged,
            "`HOME/trust.json` is not what Stepwell wrote",
            "EOF while parsing an object at line 1 column 1",
            "restore it from a backup; without it every role has to be told new external ids",
        ),
        (
            &unwritable,
            "cannot keep external ids in `HOME/trust.json`",
            "is a directory",
            "check the rights of STEPWELL_HOME and the room on its disk",
        ),
    ] {
        for command in [&["credentials", "trust"][..], &["credentials", "trust", "--rotate", "--yes"]] {
            assert_says(site, &site.stepwell(command), 4, [what, because, next]);
        }
        assert_says(site, &site.run(), 4, [&format!("{failed}{what}"), because, next]);
    }
    assert_eq!(fs::read(damaged.home().join("trust.json")).expect("it is there"), b"{");
    assert!(!unwritable.home().join("trust.json").exists());
    let elsewhere = naming("provider = \"ecs\"\n").file("file", "");
    let ended = super::stepwell(&elsewhere, &["credentials", "show"], |command| {
        command.env("STEPWELL_HOME", elsewhere.path("file/home"));
    });
    // A command that only shows needs no writable home.
    assert!(ended.code == 0 && shown(&elsewhere, &ended.stdout).contains("role of the ECS task"), "{ended:?}");
}
