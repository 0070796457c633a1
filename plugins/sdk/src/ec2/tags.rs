//! Tags for the resources that a call creates.

use std::collections::BTreeMap;

use super::TagSpecification;
use crate::{Failure, Tag};

/// The tags of a new resource, such as an `instance`: those in `tags` of the job, and `Name` from a property of its
/// own.
///
/// # Errors
///
/// `ConfigurationInvalid` when the job sets the name twice.
pub fn named(
    resource_type: &str,
    (property, name): (&str, Option<String>),
    tags: BTreeMap<String, String>,
) -> Result<Vec<TagSpecification>, Failure> {
    if name.is_some() && tags.contains_key(NAME) {
        return Err(Failure::configuration_invalid(format!(
            "`tags` has a `{NAME}`, which `{property}` sets as well; leave out one of the two"
        )));
    }
    let name = name.map(|value| (NAME.to_owned(), value));
    let tags: Vec<_> = name.into_iter().chain(tags).map(|(key, value)| Tag { key, value }).collect();
    let of = TagSpecification { resource_type: resource_type.to_owned(), tags };
    // AWS refuses a specification without a tag.
    Ok(Some(of).filter(|of| !of.tags.is_empty()).into_iter().collect())
}

/// The tag that the console shows as the name.
const NAME: &str = "Name";

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(tags: &[(&str, &str)]) -> BTreeMap<String, String> {
        tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    fn told(name: Option<&str>, more: &[(&str, &str)]) -> Vec<(String, String)> {
        let specifications = named("snapshot", ("snapshot_name", name.map(str::to_owned)), tags(more)).unwrap();
        let all = specifications.into_iter().flat_map(|of| of.tags);
        all.map(|tag| (tag.key, tag.value)).collect()
    }

    #[test]
    fn the_name_is_one_of_the_tags() {
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        assert_eq!(told(Some("web"), &[("env", "prod")]), [pair("Name", "web"), pair("env", "prod")]);
        assert_eq!(told(None, &[("Name", "db")]), [pair("Name", "db")]);
    }

    #[test]
    fn without_tags_there_is_no_specification() {
        assert!(named("instance", ("instance_name", None), BTreeMap::new()).unwrap().is_empty());
    }

    #[test]
    fn two_names_are_refused() {
        let failure = named("instance", ("instance_name", Some("a".to_owned())), tags(&[("Name", "b")])).unwrap_err();
        assert_eq!(failure.code, "ConfigurationInvalid");
        assert!(failure.message.contains("`instance_name`"), "{}", failure.message);
    }
}
