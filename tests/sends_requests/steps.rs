//! The steps that send requests: what the server gets from each, in the form that its vendor documents, and what the
//! operator reads when the vendor refuses it.
//!
//! The hosts of the vendors lead to the web server, which answers as they do (`tests/emulators/web_vendors.py`).

mod aws;
mod http_request;

use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::{Listener, WebProxy, WebRequest, WebServer};

use super::{json_body, web};
use crate::support::{Site, failure, log_lines, report, venv};

const KEY: &str = "keys/shared/vendor";
const SLACK: &str = "https://hooks.slack.com/services/T0CANARY/B0CANARY/canaryTokenOfTheWebhook";
const ROUTING_KEY: &str = "canary0123456789abcdef0123456789";
const API_KEY: &str = "canary-1234-5678-genie-key";
const LOGIC_APP: &str = "https://prod-07.westeurope.logic.azure.com:443/workflows/canary/triggers/manual/paths/invoke?api-version=2016-06-01&sig=canarySignature";

/// The internet: a server with the names of the vendors, and a proxy that leads there.
struct Internet {
    web: WebServer,
    proxy: WebProxy,
}

impl Internet {
    fn new() -> Self {
        let web = web();
        let proxy = WebProxy::leading_to(&venv(), &web).expect("the proxy starts");
        Self { web, proxy }
    }

    /// A site with a key that has this secret. No file grants anything: the steps ship with Stepwell.
    fn site(&self, secret: &str) -> Site {
        let (ca, proxy) = (self.web.authority(), self.proxy.url());
        let system = format!("[http]\nca = \"{}\"\nproxy = \"{proxy}\"\n", ca.display());
        let site = Site::without_aws().home_file("stepwell.toml", system);
        assert_eq!(site.pipe(&["keys", "set", KEY], secret).code, 0);
        site
    }

    /// What the vendors were sent.
    fn seen(&self) -> Vec<WebRequest> {
        self.web.seen().expect("it records")
    }
}

/// A job `nightly` with this step, whose option `key` is the secret.
fn job(site: Site, uses: &str, with: &str) -> Site {
    let option = format!("[options.key]\nsecret = true\nkey = \"{KEY}\"\n");
    let step = format!("[[steps]]\nid = \"tell\"\nuses = \"{uses}\"\n[steps.with]\n{with}\n");
    site.file("job.toml", format!("name = \"nightly\"\n{option}{step}"))
}

/// Runs a job that succeeds without a word of its secret. Returns its lines.
fn told(site: &Site) -> Vec<Json> {
    let (code, lines) = site.run_json();
    assert_eq!(code, 0, "{:?}", lines.last());
    assert!(!json!(lines).to_string().to_lowercase().contains("canary"), "{lines:?}");
    lines
}

/// Runs a job that fails without a word of its secret. Returns code, message and whether another attempt may help.
fn refused(site: &Site) -> (String, String, bool) {
    let (code, lines) = site.run_json();
    assert_eq!(code, 1, "{:?}", lines.last());
    assert!(!json!(lines).to_string().to_lowercase().contains("canary"), "{lines:?}");
    let failure = failure(&lines);
    let text = |key: &str| failure[key].as_str().unwrap_or_default().to_owned();
    (text("code"), text("message"), failure["retryable"] == true)
}

/// Asserts the head of a request.
fn is_post(request: &WebRequest, host: &str, path: &str) {
    assert_eq!((request.method.as_str(), request.path.as_str(), request.status.is_some()), ("POST", path, true));
    assert_eq!((request.listener, request.header("host")), (Listener::Tls, Some(host)));
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert!(request.header("user-agent").is_some_and(|agent| agent.starts_with("stepwell/")), "{request:?}");
}

fn run_id(lines: &[Json]) -> &str {
    lines[0]["run"].as_str().expect("an id")
}

#[test]
fn a_slack_message_is_a_text_or_blocks_and_links_to_the_run() {
    let internet = Internet::new();
    let blocks = r#"blocks = [{ type = "section", text = { type = "mrkdwn", text = "*done*" } }]"#;
    let of = |with: &str| {
        told(&job(internet.site(SLACK), "slack-message", &format!("webhook = \"${{options.key}}\"\n{with}")))
    };
    let plain = of("text = \"done: ${job.name}\"");
    let linked = of("text = \"done\"\nrun_url = \"https://ci.example.com/7\"");
    let both = of(&format!("text = \"done\"\nrun_url = \"https://ci.example.com/7\"\n{blocks}"));
    let link = |lines: &[Json]| format!("<https://ci.example.com/7|nightly, run {}>", run_id(lines));
    let seen = internet.seen();
    for request in &seen {
        is_post(request, "hooks.slack.com", SLACK.trim_start_matches("https://hooks.slack.com"));
    }
    let bodies: Vec<_> = seen.iter().map(json_body).collect();
    let section = json!({ "type": "section", "text": { "type": "mrkdwn", "text": "*done*" } });
    let context = json!({ "type": "context", "elements": [{ "type": "mrkdwn", "text": link(&both) }] });
    assert_eq!(
        bodies,
        [
            json!({ "text": "done: nightly" }),
            json!({ "text": format!("done\n{}", link(&linked)) }),
            json!({ "text": "done", "blocks": [section, context] }),
        ]
    );
    assert_eq!(log_lines(&plain), ["Slack has the message"]);
    assert_eq!(report(&plain)["steps"][0]["outputs"], json!({}));
    let calls = &report(&plain)["steps"][0]["calls"];
    assert_eq!((&calls[0]["action"], &calls[0]["answer"]["status"]), (&json!("http:POST"), &json!(200)), "{calls}");
    // The government's Slack is another one.
    let gov = SLACK.replace("hooks.slack.com", "hooks.slack-gov.com");
    told(&job(internet.site(&gov), "slack-message", "webhook = \"${options.key}\"\ntext = \"x\""));
    assert_eq!(internet.seen()[3].header("host"), Some("hooks.slack-gov.com"));
}

#[test]
fn what_slack_refuses_is_told_by_its_status_and_never_by_the_webhook() {
    let internet = Internet::new();
    for (status, is_retryable) in [("404", false), ("403", false), ("500", false), ("503", true), ("429", true)] {
        let hook = SLACK.replace("canaryToken", &format!("status-{status}-canary"));
        let site = job(internet.site(&hook), "slack-message", "webhook = \"${options.key}\"\ntext = \"x\"");
        let (code, message, retryable) = refused(&site);
        assert_eq!((code.as_str(), retryable), ("HttpStatus", is_retryable));
        assert_eq!(
            message,
            format!("the server answered {status}; the host withholds the body, because the request held a secret")
        );
    }
    assert_eq!(internet.seen().len(), 5, "a message is sent once");
    // Where the owner says that Slack repeats no secret, its words are there.
    let site = internet.site(&SLACK.replace("canaryToken", "status-404-canary"));
    let system = std::fs::read_to_string(site.home().join("stepwell.toml")).expect("it is there");
    let entry = format!("[secrets.\"{KEY}\"]\nto = [\"https://hooks.slack.com/services/*\"]\nechoes = false\n");
    let site = site.home_file("stepwell.toml", system + &entry);
    let (_, message, _) = refused(&job(site, "slack-message", "webhook = \"${options.key}\"\ntext = \"x\""));
    assert_eq!(message, "the server answered 404: no_service");
}

#[test]
fn a_webhook_of_another_host_is_not_called() {
    let internet = Internet::new();
    for hook in [
        "https://hooks.slack.com.evil.test/services/T0/B0/canary",
        "https://hooks.slack.com/other/canary",
        "http://hooks.slack.com/services/T0/B0/canary",
        "https://web.test/services/canary",
    ] {
        let site = job(internet.site(hook), "slack-message", "webhook = \"${options.key}\"\ntext = \"x\"");
        let (code, lines) = site.run_json();
        assert_ne!(code, 0, "{hook}");
        let failure = failure(&lines);
        let declared = "without a grant, plugin `slack-message` sends only `POST https://hooks.slack.com/services/*`, `POST https://hooks.slack-gov.com/services/*`";
        let message = format!(
            "plugin `slack-message` may not send a `POST` to the URL that the secret is: {declared}; add [grants.\"slack-message\"] with http = [\"POST https://HOST/*\"] to project.toml if it should send that"
        );
        assert_eq!((&failure["code"], &failure["message"]), (&json!("AccessDenied"), &json!(message)));
        assert!(!json!(lines).to_string().contains("canary"), "{lines:?}");
    }
    let proxied = internet.proxy.seen().expect("it records");
    assert!(internet.seen().is_empty() && proxied.is_empty(), "{proxied:?}");
}

#[test]
fn a_pagerduty_incident_is_triggered_acknowledged_and_resolved() {
    let internet = Internet::new();
    let of = |with: &str| {
        told(&job(
            internet.site(ROUTING_KEY),
            "pagerduty-event",
            &format!("routing_key = \"${{options.key}}\"\n{with}"),
        ))
    };
    let triggered = of(
        "summary = \"no copy\"\ndetails = { code = \"NoSuchBucket\", tries = 3 }\nrun_url = \"https://ci.example.com/7\"",
    );
    of("summary = \"no copy\"\ndedup_key = \"copy\"\nseverity = \"warning\"\nsource = \"db-1\"\nregion = \"eu\"");
    of("action = \"acknowledge\"\ndedup_key = \"copy\"");
    of("action = \"resolve\"\ndedup_key = \"copy\"");
    let seen = internet.seen();
    for (request, host) in seen.iter().zip([
        "events.pagerduty.com",
        "events.eu.pagerduty.com",
        "events.pagerduty.com",
        "events.pagerduty.com",
    ]) {
        is_post(request, host, "/v2/enqueue");
        assert_eq!(request.status, Some(202), "{request:?}");
    }
    let dedup_key = format!("stepwell/{}/tell", run_id(&triggered));
    assert_eq!(report(&triggered)["steps"][0]["outputs"], json!({ "dedup_key": dedup_key }));
    let bodies: Vec<_> = seen.iter().map(json_body).collect();
    let details = json!({ "code": "NoSuchBucket", "tries": 3 });
    assert_eq!(
        bodies,
        [
            json!({
                "routing_key": ROUTING_KEY, "event_action": "trigger", "dedup_key": dedup_key, "client": "Stepwell",
                "client_url": "https://ci.example.com/7",
                "payload": { "summary": "no copy", "source": "nightly", "severity": "error", "custom_details": details },
            }),
            json!({
                "routing_key": ROUTING_KEY, "event_action": "trigger", "dedup_key": "copy", "client": "Stepwell",
                "payload": { "summary": "no copy", "source": "db-1", "severity": "warning", "custom_details": {} },
            }),
            json!({ "routing_key": ROUTING_KEY, "event_action": "acknowledge", "dedup_key": "copy", "client": "Stepwell" }),
            json!({ "routing_key": ROUTING_KEY, "event_action": "resolve", "dedup_key": "copy", "client": "Stepwell" }),
        ]
    );
}

#[test]
fn what_pagerduty_refuses_is_told_by_its_status() {
    let internet = Internet::new();
    let wrong = &ROUTING_KEY[1..];
    for (key, status) in [(wrong, 400), ("status-403-canary", 403), ("status-500-canary", 500)] {
        let site = job(internet.site(key), "pagerduty-event", "routing_key = \"${options.key}\"\nsummary = \"x\"");
        let (code, message, _) = refused(&site);
        assert_eq!(code, "HttpStatus");
        assert_eq!(
            message,
            format!("the server answered {status}; the host withholds the body, because the request held a secret")
        );
    }
    assert_eq!(internet.seen().len(), 3);
    // What is missing is told before anything is sent.
    let site =
        job(internet.site(ROUTING_KEY), "pagerduty-event", "routing_key = \"${options.key}\"\naction = \"resolve\"");
    let because = site.stepwell(&["job", "check", "job.toml"]).three_lines(2)[1].to_owned();
    assert!(because.ends_with("`acknowledge` and `resolve` need `dedup_key`"), "{because}");
    assert_eq!(internet.seen().len(), 3);
}

#[test]
fn an_alert_is_created_and_closed_in_opsgenie_and_jira() {
    let internet = Internet::new();
    let of = |with: &str| {
        told(&job(internet.site(API_KEY), "opsgenie-alert", &format!("api_key = \"${{options.key}}\"\n{with}")))
    };
    let created =
        of("server = \"us\"\nmessage = \"no copy\"\npriority = \"P2\"\ntags = [\"db\"]\ndescription = \"why\"");
    of("server = \"eu\"\naction = \"close\"\nalias = \"a/b[2]\"\ndescription = \"well again\"");
    of("server = \"jira\"\nmessage = \"no copy\"\nalias = \"copy\"");
    let seen = internet.seen();
    let jira = "/jsm/ops/integration/v2/alerts";
    for (request, (host, path)) in seen.iter().zip([
        ("api.opsgenie.com", "/v2/alerts"),
        ("api.eu.opsgenie.com", "/v2/alerts/a%2Fb%5B2%5D/close?identifierType=alias"),
        ("api.atlassian.com", jira),
    ]) {
        is_post(request, host, path);
        assert_eq!(request.header("authorization"), Some(format!("GenieKey {API_KEY}").as_str()));
        assert_eq!(request.status, Some(202), "{request:?}");
    }
    let alias = format!("stepwell-{}-tell", run_id(&created));
    assert_eq!(report(&created)["steps"][0]["outputs"], json!({ "alias": alias }));
    let bodies: Vec<_> = seen.iter().map(json_body).collect();
    assert_eq!(
        bodies,
        [
            json!({ "alias": alias, "message": "no copy", "description": "why", "priority": "P2", "tags": ["db"], "source": "nightly" }),
            json!({ "source": "nightly", "note": "well again" }),
            json!({ "alias": "copy", "message": "no copy", "description": "no copy", "tags": [], "source": "nightly" }),
        ]
    );
    let site = job(
        internet.site("status-403-canary"),
        "opsgenie-alert",
        "api_key = \"${options.key}\"\nserver = \"us\"\nmessage = \"x\"",
    );
    let (code, message, _) = refused(&site);
    assert_eq!((code.as_str(), message.starts_with("the server answered 403; ")), ("HttpStatus", true), "{message}");
}

#[test]
fn a_message_to_teams_is_an_adaptive_card() {
    let internet = Internet::new();
    let hooks = [
        LOGIC_APP,
        "https://default0a.b1.environment.api.powerplatform.com/powerautomate/automations/direct/workflows/canary?sig=canary",
        "https://example.webhook.office.com/webhookb2/canary@canary/IncomingWebhook/canary/canary",
    ];
    for hook in hooks {
        let with = "webhook = \"${options.key}\"\ntext = \"The database is up.\"\ntitle = \"Reporting\"\nrun_url = \"https://ci.example.com/7\"";
        told(&job(internet.site(hook), "msteams-message", with));
    }
    let seen = internet.seen();
    assert_eq!(seen.len(), hooks.len());
    for (request, hook) in seen.iter().zip(hooks) {
        let (host, path) = hook.trim_start_matches("https://").split_once('/').expect("it has a path");
        is_post(request, host.trim_end_matches(":443"), &format!("/{path}"));
        assert_eq!(request.status, Some(202), "{request:?}");
        let message = json_body(request);
        let card = &message["attachments"][0];
        assert_eq!(
            (&message["type"], &card["contentType"]),
            (&json!("message"), &json!("application/vnd.microsoft.card.adaptive"))
        );
        assert_eq!(
            card["content"],
            json!({
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4",
                "body": [
                    { "type": "TextBlock", "text": "Reporting", "weight": "bolder", "wrap": true },
                    { "type": "TextBlock", "text": "The database is up.", "wrap": true },
                ],
                "actions": [{ "type": "Action.OpenUrl", "title": "Open the run", "url": "https://ci.example.com/7" }],
            })
        );
    }
    let gone = LOGIC_APP.replace("canarySignature", "status-404-canary");
    let (code, _, _) =
        refused(&job(internet.site(&gone), "msteams-message", "webhook = \"${options.key}\"\ntext = \"x\""));
    assert_eq!(code, "HttpStatus");
}
