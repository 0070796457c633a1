//! The instances that were launched.

use schemars::JsonSchema;
use serde::Serialize;
use stepwell_plugin::ec2::{self, Instance};
use stepwell_plugin::{Failure, warn};

#[derive(Serialize, JsonSchema)]
pub(crate) struct Outputs {
    /// The image that the instances were launched from. With `delete_image_after` it is gone.
    image_id: String,
    /// The instances.
    instance_ids: Vec<String>,
    /// The first of them.
    instance_id: String,
    /// Its address in its subnet, when it has one by now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    private_ip_address: Option<String>,
    /// Its public name, when it has one by now: mostly not before it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    public_dns_name: Option<String>,
    /// The instance in the console, when there is exactly one and the step waited.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    console_url: Option<String>,
}

impl Outputs {
    pub(crate) fn of(image_id: String, instances: Vec<Instance>, console_url: Option<String>) -> Result<Self, Failure> {
        let instance_ids = instances.iter().map(|instance| instance.instance_id.clone()).collect();
        let first = instances.into_iter().next();
        let first = first.ok_or_else(|| Failure::aws_error("AWS's answer says nothing of an instance"))?;
        // EC2 gives an empty text for what is not there.
        let known = |text: Option<String>| text.filter(|text| !text.is_empty());
        Ok(Self {
            image_id,
            instance_ids,
            instance_id: first.instance_id,
            private_ip_address: known(first.private_ip_address),
            public_dns_name: known(first.public_dns_name),
            console_url,
        })
    }
}

/// All instances in as many words as one.
pub(crate) fn summary(ids: &[String]) -> String {
    match ids {
        [first, _, ..] => format!("{first} and {} more", ids.len() - 1),
        ids => ids.concat(),
    }
}

/// What all of them together are: `running` when each is, a state without a way there when one has it, otherwise
/// `pending`; and AWS's reason.
pub(crate) fn slowest(ids: &[String], instances: &[Instance]) -> (String, Option<String>) {
    let is_lost = |instance: &&Instance| !matches!(instance.state.name.as_str(), "pending" | "running");
    if let Some(lost) = instances.iter().find(is_lost) {
        let reason = lost.state_reason.as_ref().and_then(|reason| reason.message.clone().or(reason.code.clone()));
        return (lost.state.name.clone(), reason);
    }
    let runs =
        |id: &String| instances.iter().any(|instance| instance.instance_id == *id && instance.state.name == "running");
    (if ids.iter().all(runs) { "running" } else { "pending" }.to_owned(), None)
}

/// Says which instances of an image there are.
pub(crate) fn warn_of_instances(image_id: &str) {
    match ec2::instances_of_image(image_id) {
        Ok(launched) => launched.iter().for_each(|instance| warn!("{}: was launched, and stays", instance.instance_id)),
        Err(error) => {
            warn!("{image_id}: whether instances were launched from it is not known: {}", Failure::from(error))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stepwell_plugin::ec2::InstanceState;

    fn instance(id: &str, state: &str) -> Instance {
        let state = InstanceState { code: None, name: state.to_owned() };
        Instance { instance_id: id.to_owned(), state, public_dns_name: Some(String::new()), ..Default::default() }
    }

    fn together(states: &[(&str, &str)]) -> String {
        let ids = ["i-a".to_owned(), "i-b".to_owned()];
        let instances: Vec<_> = states.iter().map(|(id, state)| instance(id, state)).collect();
        slowest(&ids, &instances).0
    }

    #[test]
    fn instances_run_when_each_of_them_was_seen_to_run() {
        assert_eq!(together(&[("i-a", "running"), ("i-b", "running")]), "running");
        assert_eq!(together(&[("i-a", "running"), ("i-b", "pending")]), "pending");
        assert_eq!(together(&[("i-a", "running")]), "pending");
    }

    #[test]
    fn one_that_will_not_run_is_the_end_of_the_wait_for_all() {
        assert_eq!(together(&[("i-a", "running"), ("i-b", "shutting-down")]), "shutting-down");
        assert_eq!(together(&[("i-a", "stopped")]), "stopped");
    }

    #[test]
    fn what_is_not_known_yet_is_no_output() {
        let outputs =
            Outputs::of("ami-1".to_owned(), vec![instance("i-a", "pending"), instance("i-b", "pending")], None);
        let outputs = serde_json::to_value(outputs.ok().unwrap()).unwrap();
        let expected = serde_json::json!({"image_id": "ami-1", "instance_ids": ["i-a", "i-b"], "instance_id": "i-a"});
        assert_eq!(outputs, expected);
        assert!(Outputs::of("ami-1".to_owned(), Vec::new(), None).is_err());
    }

    #[test]
    fn many_instances_are_told_by_the_first_and_their_number() {
        let ids = |count: usize| (0..count).map(|number| format!("i-{number}")).collect::<Vec<_>>();
        assert_eq!(summary(&ids(1)), "i-0");
        assert_eq!(summary(&ids(3)), "i-0 and 2 more");
    }
}
