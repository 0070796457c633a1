//! The values of endpoint rules.

use std::borrow::Cow;

use super::partition::Partition;
use super::rules::{Attribute, Step};

/// Who chose a text. A text that is put together has the last of its pieces' origins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    /// The rules themselves, or the table of partitions.
    Rules,
    /// The operator, by an endpoint in place of AWS's.
    Operator,
    /// The request, or a setting that a step may choose.
    Request,
}

/// A text with its origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) origin: Origin,
}

impl<'a> Text<'a> {
    pub(super) fn new(text: impl Into<Cow<'a, str>>, origin: Origin) -> Self {
        Self { text: text.into(), origin }
    }
}

/// The value of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value<'a> {
    Bool(bool),
    Text(Text<'a>),
    Texts(Vec<Text<'a>>),
    Url(Box<Url>),
    Arn(Box<Arn>),
    Partition(&'a Partition),
}

/// The parts of a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Url {
    pub(super) origin: Origin,
    pub(super) scheme: String,
    pub(super) authority: String,
    pub(super) path: String,
    pub(super) normalized_path: String,
    pub(super) is_ip: bool,
}

/// The parts of an ARN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Arn {
    pub(super) origin: Origin,
    pub(super) partition: String,
    pub(super) service: String,
    pub(super) region: String,
    pub(super) account: String,
    pub(super) resource: Vec<String>,
}

impl<'a> Value<'a> {
    /// The part that a path leads to.
    pub(super) fn at(self, steps: &[Step]) -> Option<Self> {
        steps.iter().try_fold(self, |value, step| value.step(*step))
    }

    fn step(self, step: Step) -> Option<Self> {
        match (step, self) {
            (Step::Index(index), Self::Texts(mut texts)) => {
                let index = i64::from(index);
                let count = i64::try_from(texts.len()).ok()?;
                let at = usize::try_from(if index < 0 { count + index } else { index }).ok()?;
                (at < texts.len()).then(|| Self::Text(texts.swap_remove(at)))
            }
            (Step::Attribute(name), Self::Url(url)) => url.attribute(name),
            (Step::Attribute(name), Self::Arn(arn)) => arn.attribute(name),
            (Step::Attribute(name), Self::Partition(partition)) => attribute_of(partition, name),
            _ => None,
        }
    }
}

impl Url {
    fn attribute<'a>(self, name: Attribute) -> Option<Value<'a>> {
        let text = match name {
            Attribute::IsIp => return Some(Value::Bool(self.is_ip)),
            Attribute::Scheme => self.scheme,
            Attribute::Authority => self.authority,
            Attribute::Path => self.path,
            Attribute::NormalizedPath => self.normalized_path,
            _ => return None,
        };
        Some(Value::Text(Text::new(text, self.origin)))
    }
}

impl Arn {
    fn attribute<'a>(self, name: Attribute) -> Option<Value<'a>> {
        let text = match name {
            Attribute::ResourceId => {
                let texts = self.resource.into_iter().map(|text| Text::new(text, self.origin));
                return Some(Value::Texts(texts.collect()));
            }
            Attribute::Partition => self.partition,
            Attribute::Service => self.service,
            Attribute::Region => self.region,
            Attribute::AccountId => self.account,
            _ => return None,
        };
        Some(Value::Text(Text::new(text, self.origin)))
    }
}

fn attribute_of(partition: &Partition, name: Attribute) -> Option<Value<'_>> {
    let text = match name {
        Attribute::SupportsFips => return Some(Value::Bool(partition.supports_fips)),
        Attribute::SupportsDualStack => return Some(Value::Bool(partition.supports_dual_stack)),
        Attribute::Name => &partition.name,
        Attribute::DnsSuffix => &partition.dns_suffix,
        Attribute::DualStackDnsSuffix => &partition.dual_stack_dns_suffix,
        Attribute::ImplicitGlobalRegion => &partition.implicit_global_region,
        _ => return None,
    };
    Some(Value::Text(Text::new(text.as_str(), Origin::Rules)))
}
