//! The XML format says the same as the YAML format.

use super::{at, fixture, only, read};

#[test]
fn xml_becomes_the_job_that_the_same_yaml_becomes() {
    let yaml = r#"
- name: Restart the fleet
  uuid: 5f0d1f6e-4444-4a51-9f0e-000000000001
  id: 5f0d1f6e-4444-4a51-9f0e-000000000001
  group: Shop/Web
  description: |-
    Restart the fleet

    One after the other.
  loglevel: INFO
  defaultTab: nodes
  executionEnabled: true
  multipleExecutions: false
  loglimit: 10MB
  loglimitAction: halt
  loglimitStatus: failed
  timeout: 1h
  retry: {retry: '2', delay: 1m}
  nodefilters:
    filter: 'tags: web'
    dispatch: {excludePrecedence: true, keepgoing: false, rankOrder: ascending, threadcount: 1}
  notification:
    onfailure:
      email: {recipients: ops@example.com, subject: Restart failed}
      webhook: {urls: 'https://hooks.example.com/failed'}
  schedule: {month: {month: '*'}, time: {hour: '03', minute: '30', seconds: '0'}, weekday: {day: '*'}, year: {year: '*'}}
  options:
  - {name: ids, required: true, multivalued: true, delimiter: ',', regex: 'i-[0-9a-f]+', description: The machines}
  - {name: env, value: test, values: [test, production], enforced: true}
  - {name: token, secure: true, valueExposed: true, storagePath: keys/shared/shop/token}
  sequence:
    keepgoing: false
    strategy: sequential
    commands:
    - description: Stop
      type: aws-vm-stop-step
      nodeStep: false
      configuration: {instanceId: '${option.ids}', wait: 'true'}
      errorhandler: {type: aws-vm-start-step, nodeStep: false, keepgoingOnSuccess: true, configuration: {instanceId: '${option.ids}'}}
      plugins: {LogFilter: [{type: key-value-data, config: {logData: 'false', name: state, regex: '^\S+: \S+ -> (\S+)$'}}]}
    - jobref: {name: Tell, nodeStep: 'true', args: '-state ${data.state} -env ${option.env}'}
- name: Tell
  description: ''
  project: shop
  loglevel: INFO
  options: [{name: state}, {name: env, required: true}]
  sequence:
    keepgoing: false
    strategy: node-first
    commands:
    - type: aws-lambda-invoke-step
      nodeStep: true
      configuration: {functionName: tell, payload: '{"state": "${option.state}", "env": "${option.env}"}'}
"#;
    let (xml, yaml) = (read(&fixture("styles/fleet.xml")), read(yaml));
    // Comments follow the order of the keys.
    let code = |toml: &str| {
        toml.lines().filter(|line| !line.starts_with('#')).map(|line| format!("{line}\n")).collect::<String>()
    };
    for (from_xml, from_yaml) in xml.jobs.iter().zip(&yaml.jobs) {
        assert_eq!(code(&from_xml.toml), code(&from_yaml.toml));
    }
    let texts = |import: &stepwell_import::Import| {
        let mut texts: Vec<_> = import.notes.iter().map(|note| (note.what.clone(), note.next.clone())).collect();
        texts.sort();
        texts
    };
    assert_eq!((xml.jobs.len(), texts(&xml)), (2, texts(&yaml)));
}

#[test]
fn scripts_keep_their_lines_and_places_are_those_of_the_file() {
    let import = read(&fixture("styles/script.xml"));
    let table: toml::Table = import.jobs[0].toml.parse().unwrap();
    let script = table["steps"][0]["with"]["script"].as_str().unwrap();
    assert_eq!(script, "#!/bin/bash\nif [ 1 -lt 2 ]; then rm -rf \"$2\"; fi\n");
    assert_eq!(at(&table, "steps.0.with.scriptInterpreter").as_deref(), Some("\"sudo -u ops\""));
    assert_eq!(at(&table, "steps.0.with.interpreterArgsQuoted").as_deref(), Some("\"true\""));
    assert_eq!(at(&table, "steps.1.with.exec").as_deref(), Some("\"uptime\""));
    let places: Vec<_> = import.notes.iter().filter(|note| note.is_open).map(|note| note.place.to_string()).collect();
    assert_eq!(places, ["jobs.yaml:9:7", "jobs.yaml:16:7"]);
    assert!(import.jobs[0].toml.contains("os-family: unix"), "{}", import.jobs[0].toml);
}

#[test]
fn rules_and_plugins_are_where_the_yaml_format_has_them() {
    let (table, notes) = only(&fixture("styles/rules.xml"));
    assert_eq!(at(&table, "steps.0.when").as_deref(), Some("\"${options.env == 'test'}\""));
    assert!(notes.iter().any(|note| note.contains("`plugins` is not imported")), "{notes:?}");
}
