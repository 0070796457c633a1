//! Jobs come over from Rundeck, and editors know what a job can say.

use serde_json::Value as Json;

use super::support::{Site, repository};

#[test]
fn an_imported_job_says_what_was_left_out_and_the_rest_is_checked_like_any_other() {
    let job = "- name: Restart web\n  description: Restart the web instance\n  loglevel: INFO\n  options:\n  - name: instance-id\n    required: true\n    regex: i-[0-9a-f]+\n  sequence:\n    keepgoing: false\n    strategy: sequential\n    commands:\n    - description: stop it\n      type: aws-vm-stop-step\n      nodeStep: false\n      configuration:\n        instanceId: ${option.instance-id}\n  schedule:\n    month: '*'\n";
    let site = Site::without_aws().file("rundeck.yaml", job);
    let ended = site.stepwell(&["job", "import", "rundeck.yaml"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(ended.stderr.contains("17:3: `schedule`"), "{}", ended.stderr);
    let site = site.file("restart.toml", ended.stdout.as_str());
    let checked = site.stepwell(&["job", "check", "restart.toml"]);
    assert_eq!((checked.code, checked.stderr.as_str()), (0, ""), "{}", ended.stdout);

    let into = site.stepwell(&["job", "import", "rundeck.yaml", "--into", "."]);
    assert_eq!(into.code, 0, "{into:?}");
    let again = site.stepwell(&["job", "import", "rundeck.yaml", "--into", "."]);
    assert_eq!(again.code, 2, "what is there is not overwritten: {again:?}");
}

#[test]
fn a_schema_for_editors_accepts_the_examples() {
    for (kind, file) in [("job", "restart-web.toml"), ("job", "cycle-fleet.toml")] {
        let ended = Site::without_aws().stepwell(&["schema", kind]);
        let schema: Json = serde_json::from_str(&ended.stdout).expect("it is JSON");
        assert_eq!(schema["additionalProperties"], false, "an unknown key is marked");
        let text = std::fs::read_to_string(repository().join("examples").join(file)).expect("it is there");
        let known = schema["properties"].as_object().expect("a job has keys");
        let keys = text.parse::<toml::Table>().expect("it is TOML");
        assert!(keys.keys().all(|key| known.contains_key(key)), "{file}");
    }
}
