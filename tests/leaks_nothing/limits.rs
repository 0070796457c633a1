//! Limits count what a plugin wrote, and not what the mask left of it: a plugin that fills a limit learns from its end
//! nothing about a guess.

use serde_json::json;

use super::{hidden, step};
use crate::support::{Site, failure};

/// A secret, and a text of the same length that is none.
const SECRET: &str = "correct-horse-battery";
const OTHER: &str = "correct-horse-buttery";

/// Runs a guest that repeats a text, within this limit; says whether the limit stopped it.
fn stops(site: &Site, mode: &str, text: &str, (limit, value): (&str, u64)) -> bool {
    let project = format!("name = \"test\"\n[grants.hostile]\nallow = [\"*\"]\n[limits]\n{limit} = {value}\n");
    let head = "name = \"job\"\n[options.secret]\nsecret = true\nkey = \"keys/shared/secret\"\n";
    let with = format!("{{ mode = \"{mode}\", text = {} }}", hidden(text));
    std::fs::write(site.path("project.toml"), project).expect("it can be written");
    std::fs::write(site.path("job.toml"), format!("{head}{}", step("it", "hostile", &with)))
        .expect("it can be written");
    let (code, lines) = site.run_json();
    assert!(!json!(lines).to_string().contains(SECRET), "{lines:?}");
    if code == 0 {
        return false;
    }
    assert_eq!((code, &failure(&lines)["code"]), (1, &json!("LimitExceeded")), "{:?}", lines.last());
    true
}

#[test]
fn a_limit_stops_a_plugin_at_the_same_byte_whatever_is_masked() {
    let site = Site::without_aws().guest("hostile");
    assert_eq!(site.pipe(&["keys", "set", "keys/shared/secret"], SECRET).code, 0);
    for (mode, limit) in [("echo", "log_bytes"), ("echo_and_wait", "log_bytes"), ("echo_and_wait", "checkpoint_total")]
    {
        let (mut too_few, mut enough) = (1, 4 << 10);
        assert!(!stops(&site, mode, OTHER, (limit, enough)), "{mode}: {limit}");
        while enough - too_few > 1 {
            let middle = (too_few + enough) / 2;
            match stops(&site, mode, OTHER, (limit, middle)) {
                true => too_few = middle,
                false => enough = middle,
            }
        }
        assert!(stops(&site, mode, SECRET, (limit, too_few)), "{mode}: {limit} = {too_few}");
        assert!(!stops(&site, mode, SECRET, (limit, enough)), "{mode}: {limit} = {enough}");
    }
}
