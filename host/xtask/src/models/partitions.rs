//! The partitions of AWS, from botocore's `partitions.json`.

use serde::Deserialize;
use serde_json::{Map, Value as Json};
use stepwell_generic::endpoint::{Partition, Partitions, PatternPart, RegionPattern};

use super::problem::{Inside as _, Problem};
use super::source::Ignored;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    partitions: Vec<PartitionSource>,
    #[serde(rename = "version")]
    _version: Ignored,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PartitionSource {
    id: String,
    outputs: Outputs,
    region_regex: String,
    regions: Map<String, Json>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Outputs {
    dns_suffix: String,
    dual_stack_dns_suffix: String,
    implicit_global_region: String,
    #[serde(rename = "name")]
    _name: String,
    supports_dual_stack: bool,
    #[serde(rename = "supportsFIPS")]
    supports_fips: bool,
}

/// Parses the partitions.
pub(super) fn parse(json: Json) -> Result<Partitions, Problem> {
    let source: Source = serde_json::from_value(json)?;
    source.partitions.into_iter().map(partition).collect::<Result<_, _>>().map(Partitions)
}

fn partition(source: PartitionSource) -> Result<Partition, Problem> {
    let pattern = pattern(&source.region_regex).inside(&source.id)?;
    let mut regions: Vec<_> = source.regions.into_iter().map(|(name, _)| name).collect();
    regions.sort();
    Ok(Partition {
        name: source.id,
        dns_suffix: source.outputs.dns_suffix,
        dual_stack_dns_suffix: source.outputs.dual_stack_dns_suffix,
        supports_fips: source.outputs.supports_fips,
        supports_dual_stack: source.outputs.supports_dual_stack,
        implicit_global_region: source.outputs.implicit_global_region,
        pattern,
        regions,
    })
}

/// A pattern such as `^(us|eu)\-\w+\-\d+$`. All of them have this form.
fn pattern(regex: &str) -> Result<RegionPattern, Problem> {
    let unknown = || Problem::new(format!("the regular expression `{regex}` has a form that is not known"));
    let inner = regex.strip_prefix('^').and_then(|regex| regex.strip_suffix('$')).ok_or_else(unknown)?;
    let part = |part: &str| match part {
        r"\w+" => Some(PatternPart::Word),
        r"\d+" => Some(PatternPart::Number),
        _ => {
            let choice = part.strip_prefix('(').and_then(|part| part.strip_suffix(')')).unwrap_or(part);
            let words: Vec<_> = choice.split('|').map(str::to_owned).collect();
            let is_word = |word: &String| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
            words.iter().all(is_word).then_some(PatternPart::OneOf(words))
        }
    };
    inner.split(r"\-").map(part).collect::<Option<_>>().map(RegionPattern).ok_or_else(unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_of_regions_is_words_with_dashes_between_them() {
        let pattern = pattern(r"^eusc\-(de|fr)\-\w+\-\d+$").unwrap();
        assert!(pattern.matches("eusc-fr-east-12"));
        for other in ["eusc-it-east-1", "eusc-de-east", "eusc-de-east-1-x", "eusc-de--1", "eusc-de-east-1\n", ""] {
            assert!(!pattern.matches(other), "{other:?}");
        }
    }

    #[test]
    fn a_pattern_of_another_form_is_refused() {
        for other in ["us-.*", r"^us\-[a-z]+$", r"^us\-(a|)\-\d+$"] {
            assert!(pattern(other).is_err(), "{other}");
        }
    }
}
