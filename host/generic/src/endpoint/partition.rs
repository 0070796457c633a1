//! Partitions: groups of regions with a domain of their own, such as `aws` and `aws-cn`.

use serde::{Deserialize, Serialize};

/// All partitions of AWS.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partitions(pub Vec<Partition>);

/// A partition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partition {
    /// Such as `aws` or `aws-cn`.
    pub name: String,
    /// The domain of its endpoints, such as `amazonaws.com`.
    pub dns_suffix: String,
    /// The domain of its endpoints with IPv6, such as `api.aws`.
    pub dual_stack_dns_suffix: String,
    /// Whether it has endpoints with FIPS 140 cryptography.
    pub supports_fips: bool,
    /// Whether it has endpoints with IPv6.
    pub supports_dual_stack: bool,
    /// The region of its global services.
    pub implicit_global_region: String,
    /// The form of the names of its regions.
    pub pattern: RegionPattern,
    /// The regions that are known by name, sorted.
    pub regions: Vec<String>,
}

/// The form of the names of regions: parts with dashes between them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegionPattern(pub Vec<PatternPart>);

/// A part of the name of a region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum PatternPart {
    /// One of these words.
    OneOf(Vec<String>),
    /// Letters, digits and underscores.
    Word,
    /// Digits.
    Number,
}

impl Partitions {
    /// The partition of a region: the one that lists it, otherwise the one whose pattern it fits, otherwise `aws`.
    pub fn of(&self, region: &str) -> Option<&Partition> {
        let lists =
            |partition: &&Partition| partition.regions.binary_search_by(|known| known.as_str().cmp(region)).is_ok();
        let mut all = self.0.iter();
        all.clone()
            .find(lists)
            .or_else(|| all.clone().find(|partition| partition.pattern.matches(region)))
            .or_else(|| all.find(|partition| partition.name == "aws"))
    }
}

impl RegionPattern {
    /// Whether a name has this form.
    pub fn matches(&self, region: &str) -> bool {
        let mut words = region.split('-');
        self.0.iter().all(|part| words.next().is_some_and(|word| part.matches(word))) && words.next().is_none()
    }
}

impl PatternPart {
    fn matches(&self, word: &str) -> bool {
        match self {
            Self::OneOf(words) => words.iter().any(|known| known == word),
            Self::Word => !word.is_empty() && word.chars().all(|char| char.is_ascii_alphanumeric() || char == '_'),
            Self::Number => !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit()),
        }
    }
}
