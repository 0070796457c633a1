//! The property `instance_id` of a job: one instance or several.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// One instance id or a list of them: the value of `instance_id` in a job.
///
/// It is never empty: to `DescribeInstances`, an empty list means *all* instances.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceIds(Vec<String>);

const PATTERN: &str = "^i-[0-9a-f]{8,17}$";

impl InstanceIds {
    /// The maximum number of instances. The checkpoint of a wait for all of them stays within 64 KiB.
    pub(crate) const MOST: usize = 400;
}

impl Deref for InstanceIds {
    type Target = [String];

    fn deref(&self) -> &[String] {
        &self.0
    }
}

impl TryFrom<Vec<String>> for InstanceIds {
    type Error = NoInstanceId;

    fn try_from(ids: Vec<String>) -> Result<Self, NoInstanceId> {
        if ids.is_empty() {
            return Err(NoInstanceId { written: "[]".to_owned() });
        }
        match ids.iter().find(|id| !is_instance_id(id)) {
            Some(id) => Err(NoInstanceId { written: id.clone() }),
            None => Ok(Self(ids)),
        }
    }
}

impl<'de> Deserialize<'de> for InstanceIds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneOrMany)
    }
}

struct OneOrMany;

impl<'de> Visitor<'de> for OneOrMany {
    type Value = InstanceIds;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an instance id or a list of them")
    }

    fn visit_str<E: de::Error>(self, id: &str) -> Result<InstanceIds, E> {
        vec![id.to_owned()].try_into().map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<InstanceIds, A::Error> {
        let mut ids: Vec<String> = Vec::new();
        while let Some(id) = list.next_element()? {
            ids.push(id);
        }
        ids.try_into().map_err(de::Error::custom)
    }
}

/// How the host begins a text that stands in, in a dry run, for one that it does not know yet. It sends none to AWS.
const STAND_IN: &str = "known-after.";

fn is_instance_id(text: &str) -> bool {
    text.starts_with(STAND_IN)
        || text.strip_prefix("i-").is_some_and(|hex| {
            (8..=17).contains(&hex.len()) && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        })
}

/// The text is not an instance id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoInstanceId {
    written: String,
}

impl fmt::Display for NoInstanceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not an instance id such as `i-0123456789abcdef0`", self.written)
    }
}

impl std::error::Error for NoInstanceId {}

impl JsonSchema for InstanceIds {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "InstanceIds".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [
                { "type": "string", "pattern": PATTERN },
                {
                    "type": "array",
                    "items": { "type": "string", "pattern": PATTERN },
                    "minItems": 1,
                    "maxItems": Self::MOST,
                    "uniqueItems": true,
                },
            ]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Vec<String>, String> {
        serde_json::from_str::<InstanceIds>(json).map(|ids| ids.to_vec()).map_err(|error| error.to_string())
    }

    #[test]
    fn one_id_and_a_list_of_ids_are_both_accepted() {
        assert_eq!(read(r#""i-0abc1234""#).unwrap(), ["i-0abc1234"]);
        assert_eq!(read(r#"["i-0abc1234", "i-0123456789abcdef0"]"#).unwrap(), ["i-0abc1234", "i-0123456789abcdef0"]);
    }

    #[test]
    fn an_empty_list_never_becomes_all_instances() {
        assert!(read("[]").is_err());
    }

    #[test]
    fn anything_else_is_refused() {
        for json in
            [r#""""#, r#""i-""#, r#""i-0ABC1234""#, r#""i-0123456789abcdef01""#, r#"["i-0abc1234", "web"]"#, "7"]
        {
            assert!(read(json).is_err(), "{json}");
        }
    }
}
