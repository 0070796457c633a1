//! Lists EC2 instances by tags and state, for use in later steps.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stepwell_plugin::ec2::{self, DescribeInstancesRequest, Instance};
use stepwell_plugin::{Failure, Filter, Invocation, Step, info, log, pages};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// List only instances with all of these tags. In a value, `*` matches any text and `?` any character.
    #[serde(default)]
    tags: BTreeMap<String, String>,
    /// List only instances in one of these states.
    #[serde(default = "State::all_but_gone")]
    #[schemars(length(min = 1))]
    states: Vec<State>,
    /// Fail if there are more instances, as a safeguard for later steps that change all of them.
    #[serde(default = "most")]
    #[schemars(range(min = 1, max = 1000))]
    max_instances: usize,
}

#[derive(Clone, Copy, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum State {
    Pending,
    Running,
    ShuttingDown,
    Stopped,
    Stopping,
    Terminated,
}

#[derive(Serialize, JsonSchema)]
struct Outputs {
    /// The number of instances.
    instance_count: usize,
    /// The ids of the instances, suitable for `instance_id` of other steps.
    instance_ids: Vec<String>,
    /// The instances, sorted by id.
    instances: Vec<ListedInstance>,
}

#[derive(Serialize, JsonSchema)]
struct ListedInstance {
    /// The id of the instance.
    instance_id: String,
    /// Its state.
    state: String,
    /// Its tag `Name`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    name: Option<String>,
    /// Such as `t3.micro`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    instance_type: Option<String>,
    /// Its availability zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    availability_zone: Option<String>,
    /// Its address in the VPC.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    private_ip_address: Option<String>,
}

struct Ec2List;

impl Step for Ec2List {
    type Config = Config;
    type Outputs = Outputs;

    const FAILURES: &'static [(&'static str, &'static str)] =
        &[("TooManyInstances", "More instances were found than `max_instances` allows.")];

    fn run(_: &Invocation, config: Config) -> Result<Outputs, Failure> {
        let mut request = DescribeInstancesRequest { filters: filters(&config), ..Default::default() };
        let found = pages(|next_token| {
            request.next_token = next_token;
            let page = ec2::describe_instances(&request)?;
            let instances = page.reservations.into_iter().flat_map(|reservation| reservation.instances);
            Ok((instances.map(ListedInstance::from).collect(), page.next_token))
        })?;
        outputs(found, config.max_instances)
    }
}

fn filters(config: &Config) -> Vec<Filter> {
    let states = config.states.iter().filter_map(|state| serde_json::to_value(state).ok()?.as_str().map(str::to_owned));
    let states = Filter { name: "instance-state-name".to_owned(), values: states.collect() };
    let tags =
        config.tags.iter().map(|(key, value)| Filter { name: format!("tag:{key}"), values: vec![value.clone()] });
    std::iter::once(states).chain(tags).collect()
}

fn outputs(mut found: Vec<ListedInstance>, most: usize) -> Result<Outputs, Failure> {
    if found.len() > most {
        let count = found.len();
        return Err(Failure::new("TooManyInstances", format!("{count} instances found, and max_instances is {most}")));
    }
    found.sort_by(|a, b| a.instance_id.cmp(&b.instance_id));
    info!("{} instances found", found.len());
    if !found.is_empty() {
        let columns = ["instance", "name", "state", "type", "zone", "private address"];
        log::table(&columns, found.iter().map(ListedInstance::cells));
    }
    let instance_ids = found.iter().map(|instance| instance.instance_id.clone()).collect();
    Ok(Outputs { instance_count: found.len(), instance_ids, instances: found })
}

impl State {
    fn all_but_gone() -> Vec<Self> {
        vec![Self::Pending, Self::Running, Self::Stopping, Self::Stopped]
    }
}

/// The maximum of the steps that start or stop instances.
fn most() -> usize {
    400
}

impl From<Instance> for ListedInstance {
    fn from(instance: Instance) -> Self {
        let Instance { instance_id, state, instance_type, availability_zone, private_ip_address, tags, .. } = instance;
        let name = tags.into_iter().find(|tag| tag.key == "Name").map(|tag| tag.value);
        Self { instance_id, state: state.name, name, instance_type, availability_zone, private_ip_address }
    }
}

impl ListedInstance {
    fn cells(&self) -> [Option<String>; 6] {
        let Self { instance_id, state, name, instance_type, availability_zone, private_ip_address } = self;
        let (id, state) = (Some(instance_id.clone()), Some(state.clone()));
        [id, name.clone(), state, instance_type.clone(), availability_zone.clone(), private_ip_address.clone()]
    }
}

stepwell_plugin::export!(Ec2List);

#[cfg(test)]
mod tests {
    use super::*;
    use stepwell_plugin::Tag;
    use stepwell_plugin::ec2::InstanceState;

    fn found(id: &str) -> ListedInstance {
        let tags = vec![Tag { key: "Env".into(), value: "x".into() }, Tag { key: "Name".into(), value: "web".into() }];
        let state = InstanceState { code: None, name: "running".into() };
        ListedInstance::from(Instance { instance_id: id.into(), state, tags, ..Default::default() })
    }

    #[test]
    fn tags_and_states_are_filters_of_the_call() {
        let config: Config = serde_json::from_str(r#"{ "tags": { "Schedule": "office*" } }"#).unwrap();
        let filters: Vec<_> =
            filters(&config).into_iter().map(|filter| (filter.name, filter.values.join(","))).collect();
        let states = ("instance-state-name".to_owned(), "pending,running,stopping,stopped".to_owned());
        assert_eq!(filters, [states, ("tag:Schedule".to_owned(), "office*".to_owned())]);
    }

    #[test]
    fn more_instances_than_expected_are_a_failure_and_not_a_shorter_list() {
        let failure = outputs(vec![found("i-1"), found("i-2")], 1).err().unwrap();
        assert_eq!(failure.message, "2 instances found, and max_instances is 1");
    }

    #[test]
    fn instances_are_sorted_by_id_and_have_their_name() {
        let outputs = outputs(vec![found("i-2"), found("i-1")], 2).ok().unwrap();
        assert_eq!(outputs.instance_ids, ["i-1", "i-2"]);
        assert_eq!(outputs.instances[0].name.as_deref(), Some("web"));
    }

    #[test]
    fn nothing_found_is_an_empty_list() {
        assert_eq!(outputs(Vec::new(), 1).ok().unwrap().instance_count, 0);
    }
}
