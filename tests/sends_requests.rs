//! A plugin sends the HTTP requests that the operator granted, and no other; whatever it asks for, and whatever a server
//! answers. A real web server with TLS (`tests/emulators/web.py`), and a real proxy.

mod answers;
mod certificates;
mod downloads;
mod examples;
mod grants;
mod redirects;
mod repeats;
mod secrets;
mod steps;
mod urls;

use std::fs;

use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::{Listener, WebRequest, WebServer};

use super::support::{Site, guest, report, venv};

/// The network that the web server is in.
const NETWORKS: &str = "networks = [\"127.0.0.1/32\", \"::1/128\"]";

fn web() -> WebServer {
    WebServer::start(&venv()).expect("the web server starts")
}

/// A site that reaches the web server and believes its authority, with these further lines under `[http]`. The plugin
/// `courier` of a third party is granted everything there.
fn site(web: &WebServer, http: &str) -> Site {
    let grants = everything(web, &[Listener::Plain, Listener::Tls, Listener::Tls2]);
    granted(web, http, &grants.iter().map(String::as_str).collect::<Vec<_>>())
}

/// The same with these grants.
fn granted(web: &WebServer, http: &str, grants: &[&str]) -> Site {
    let authority = web.authority();
    let system = format!("[http]\nca = \"{}\"\n{NETWORKS}\n{http}\n", authority.display());
    let project = format!("name = \"test\"\n[grants.courier]\nhttp = {}\n", json!(grants));
    Site::without_aws()
        .home_file("stepwell.toml", system)
        .file("project.toml", project)
        .plugin("courier", &guest("courier"))
}

/// Grants for everything on these listeners.
fn everything(web: &WebServer, listeners: &[Listener]) -> Vec<String> {
    listeners.iter().map(|listener| format!("* {}", web.url(*listener, ""))).collect()
}

/// A `project.toml` that grants `http-request` everything on these listeners.
fn http_request_project(web: &WebServer, listeners: &[Listener]) -> String {
    format!("name = \"test\"\n[grants.http-request]\nhttp = {}\n", json!(everything(web, listeners)))
}

/// Has `courier` send these requests in one step.
fn sent(site: &Site, requests: &Json) -> Vec<Json> {
    write_job(site, requests);
    answers(site)
}

/// Writes a job whose only step sends these requests with `courier`.
fn write_job(site: &Site, requests: &Json) {
    let with = format!("with = {{ requests = {} }}", inline(requests));
    let job = format!("name = \"job\"\n[[steps]]\nid = \"it\"\nuses = \"courier\"\n{with}\n");
    fs::write(site.path("job.toml"), job).expect("it can be written");
}

/// The answers that the first step of the job gets, a `courier`.
fn answers(site: &Site) -> Vec<Json> {
    let (code, lines) = site.run_json();
    assert_eq!(code, 0, "{lines:?}");
    report(&lines)["steps"][0]["outputs"]["answers"].as_array().expect("a list").clone()
}

/// The body of a request, which is JSON.
fn json_body(request: &WebRequest) -> Json {
    serde_json::from_slice(&request.body).expect("it is JSON")
}

/// A JSON value as TOML has it in one line.
fn inline(value: &Json) -> String {
    match value {
        Json::Array(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Json::Object(entries) => {
            let entry = |(name, value): (&String, &Json)| format!("{} = {}", json!(name), inline(value));
            format!("{{ {} }}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
        value => value.to_string(),
    }
}

/// Kind and message of the error that an answer is.
fn error(answer: &Json) -> (&str, &str) {
    (answer["error"].as_str().unwrap_or_default(), answer["message"].as_str().unwrap_or_default())
}
