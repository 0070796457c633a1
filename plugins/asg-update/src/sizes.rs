//! The sizes of a group: requested, previous and current.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stepwell_plugin::Failure;
use stepwell_plugin::autoscaling::{AutoScalingGroup, Instance};

/// The sizes of a group, all of them or only those that the job changes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sizes {
    pub(crate) min_size: Option<u32>,
    pub(crate) desired_capacity: Option<u32>,
    pub(crate) max_size: Option<u32>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Outputs {
    /// The minimum size: the actual one when the step waited, otherwise the requested one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32")]
    min_size: Option<u32>,
    /// The desired capacity: the actual one when the step waited, otherwise the requested one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32")]
    desired_capacity: Option<u32>,
    /// The maximum size: the actual one when the step waited, otherwise the requested one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32")]
    max_size: Option<u32>,
    /// `min_size` before the change, when the step waited.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32")]
    previous_min_size: Option<u32>,
    /// `desired_capacity` before the change, when the step waited.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32")]
    previous_desired_capacity: Option<u32>,
    /// `max_size` before the change, when the step waited.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32")]
    previous_max_size: Option<u32>,
    /// The group in the console, when the step waited.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    console_url: Option<String>,
}

impl Sizes {
    pub(crate) fn of(group: &AutoScalingGroup) -> Self {
        Self {
            min_size: Some(group.min_size),
            desired_capacity: Some(group.desired_capacity),
            max_size: Some(group.max_size),
        }
    }

    fn named(self) -> [(&'static str, Option<u32>); 3] {
        [("min_size", self.min_size), ("desired_capacity", self.desired_capacity), ("max_size", self.max_size)]
    }

    /// Checks what the schema cannot express. A size that is left out is known to AWS only.
    pub(crate) fn check(self) -> Result<(), Failure> {
        let given: Vec<_> = self.named().into_iter().filter_map(|(name, size)| Some((name, size?))).collect();
        if given.is_empty() {
            let message = "give `desired_capacity`, `min_size` or `max_size`: there is nothing to change";
            return Err(Failure::configuration_invalid(message));
        }
        for ((smaller, least), (larger, most)) in given.iter().zip(given.iter().skip(1)) {
            if least > most {
                let message = format!("`{smaller}` is {least} and must not be more than `{larger}`, which is {most}");
                return Err(Failure::configuration_invalid(message));
            }
        }
        Ok(())
    }

    /// Whether these sizes are the requested ones.
    pub(crate) fn have(self, asked: Self) -> bool {
        self.named().into_iter().zip(asked.named()).all(|((_, is), (_, asked))| asked.is_none() || is == asked)
    }
}

/// `min_size 1, desired_capacity 4`
impl fmt::Display for Sizes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let given = self.named().into_iter().filter_map(|(name, size)| Some(format!("{name} {}", size?)));
        f.write_str(&given.collect::<Vec<_>>().join(", "))
    }
}

impl Outputs {
    pub(crate) fn new(now: Sizes, previous: Option<Sizes>, console_url: Option<String>) -> Self {
        let previous = previous.unwrap_or_default();
        Self {
            min_size: now.min_size,
            desired_capacity: now.desired_capacity,
            max_size: now.max_size,
            previous_min_size: previous.min_size,
            previous_desired_capacity: previous.desired_capacity,
            previous_max_size: previous.max_size,
            console_url,
        }
    }
}

/// The number of instances that are in service and healthy.
pub(crate) fn ready(group: &AutoScalingGroup) -> u32 {
    let ready = |instance: &&Instance| instance.lifecycle_state == "InService" && instance.health_status == "Healthy";
    u32::try_from(group.instances.iter().filter(ready).count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sizes(min_size: Option<u32>, desired_capacity: Option<u32>, max_size: Option<u32>) -> Sizes {
        Sizes { min_size, desired_capacity, max_size }
    }

    #[test]
    fn sizes_that_do_not_fit_each_other_are_refused_whichever_are_given() {
        for fitting in [
            sizes(Some(0), Some(0), Some(0)),
            sizes(Some(1), Some(2), Some(3)),
            sizes(Some(1), None, Some(1)),
            sizes(None, Some(7), None),
        ] {
            fitting.check().unwrap();
        }
        for (wrong, named) in [
            (sizes(Some(3), Some(2), None), "`min_size` is 3 and must not be more than `desired_capacity`, which is 2"),
            (sizes(None, Some(2), Some(1)), "`desired_capacity` is 2 and must not be more than `max_size`, which is 1"),
            (sizes(Some(3), None, Some(1)), "`min_size` is 3 and must not be more than `max_size`, which is 1"),
        ] {
            let failure = wrong.check().unwrap_err();
            assert_eq!((&*failure.code, failure.message.as_str()), ("ConfigurationInvalid", named));
        }
        assert_eq!(sizes(None, None, None).check().unwrap_err().code, "ConfigurationInvalid");
    }

    #[test]
    fn a_size_that_was_not_requested_may_be_anything() {
        let group = sizes(Some(1), Some(2), Some(9));
        assert!(group.have(sizes(None, Some(2), None)));
        assert!(!group.have(sizes(Some(0), Some(2), None)));
    }

    #[test]
    fn an_unknown_size_is_left_out_of_the_outputs_and_zero_is_not() {
        let outputs = Outputs::new(sizes(Some(0), None, None), None, None);
        assert_eq!(serde_json::to_value(outputs).unwrap(), json!({ "min_size": 0 }));
    }

    #[test]
    fn only_healthy_instances_in_service_count() {
        let instance = |state: &str, health: &str| Instance {
            instance_id: "i-1".to_owned(),
            lifecycle_state: state.to_owned(),
            health_status: health.to_owned(),
        };
        let instances = vec![
            instance("InService", "Healthy"),
            instance("InService", "Unhealthy"),
            instance("Pending", "Healthy"),
            instance("Terminating", "Healthy"),
        ];
        assert_eq!(ready(&AutoScalingGroup { instances, ..Default::default() }), 1);
    }
}
