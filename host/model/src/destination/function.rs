//! Functions of AWS Lambda: those that a secret may go to, and the one that a request names.

use std::fmt;

use wildmatch::WildMatch;

use crate::policy::partition_of;

/// Functions of AWS Lambda, as an ARN with IAM's wildcards.
#[derive(Debug, Clone, PartialEq)]
pub struct FunctionPattern {
    pub(super) text: String,
    partition: WildMatch,
    region: WildMatch,
    account: WildMatch,
    /// `function:NAME` or `function:NAME:QUALIFIER`.
    resource: WildMatch,
}

/// The function that a request names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionName {
    partition: Option<String>,
    region: Option<String>,
    /// None when the request leaves it to AWS, which takes the account of the credentials.
    account: Option<String>,
    /// `function:NAME` or `function:NAME:QUALIFIER`.
    resource: String,
}

impl FunctionPattern {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let parts: Vec<_> = text.splitn(6, ':').collect();
        let ["arn", partition, "lambda", region, account, resource] = parts.as_slice() else { return None };
        let is_part =
            |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.$*?".contains(&b));
        let names: Vec<_> = resource.strip_prefix("function:")?.split(':').collect();
        let is_whole = [partition, region, account].into_iter().chain(&names).all(|part| is_part(part));
        (is_whole && names.len() <= 2).then(|| Self {
            text: text.to_owned(),
            partition: WildMatch::new(partition),
            region: WildMatch::new(region),
            account: WildMatch::new(account),
            resource: WildMatch::new(resource),
        })
    }

    /// Whether the request can name no other function. What it leaves open fits only `*`.
    pub(super) fn matches(&self, function: &FunctionName) -> bool {
        let FunctionName { partition, region, account, resource } = function;
        let open = [(&self.partition, partition), (&self.region, region), (&self.account, account)];
        let fits = |(pattern, part): &(&WildMatch, &Option<String>)| match part {
            Some(part) => pattern.matches(part),
            None => pattern.to_string() == "*",
        };
        open.iter().all(fits) && self.resource.matches(resource)
    }
}

impl FunctionName {
    /// The function of a request: its `FunctionName`, its `Qualifier`, and the region that the request goes to. None
    /// when the name could be read in two ways.
    pub fn of_request(name: &str, qualifier: Option<&str>, region: Option<&str>) -> Option<Self> {
        let parts: Vec<_> = name.split(':').collect();
        let (partition, own_region, account, rest) = match parts.as_slice() {
            ["arn", partition, "lambda", region, account, "function", rest @ ..] => {
                (Some(*partition), Some(*region), Some(*account), rest)
            }
            [account, "function", rest @ ..] if is_account(account) => (None, None, Some(*account), rest),
            rest => (None, None, None, rest),
        };
        let (name, own_qualifier) = match rest {
            [name] => (*name, None),
            [name, qualifier] => (*name, Some(*qualifier)),
            _ => return None,
        };
        let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
        // `function:a`, `eu-west-1:a` and `123456789012:a` could be a name and a qualifier as well as an ARN without
        // its beginning.
        let could_be_more = account.is_none() && own_qualifier.is_some() && {
            name == "function" || is_account(name) || is_region(name)
        };
        let is_one = own_qualifier.is_none() || qualifier.is_none() || own_qualifier == qualifier;
        let qualifier = own_qualifier.or(qualifier);
        let is_qualifier =
            |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_$".contains(&b));
        if !is_name || could_be_more || !is_one || !qualifier.is_none_or(is_qualifier) {
            return None;
        }
        let region = own_region.or(region);
        let partition = partition.or_else(|| region.map(partition_of));
        let qualifier = qualifier.map_or_else(String::new, |qualifier| format!(":{qualifier}"));
        Some(Self {
            partition: partition.map(str::to_owned),
            region: region.map(str::to_owned),
            account: account.map(str::to_owned),
            resource: format!("function:{name}{qualifier}"),
        })
    }
}

/// The ARN, with `?` for what the request leaves open.
impl fmt::Display for FunctionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |part: &Option<String>| part.clone().unwrap_or_else(|| "?".to_owned());
        let Self { partition, region, account, resource } = self;
        write!(f, "arn:{}:lambda:{}:{}:{resource}", part(partition), part(region), part(account))
    }
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_region(text: &str) -> bool {
    text.split('-').count() >= 3 && text.ends_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(name: &str, qualifier: Option<&str>) -> Option<String> {
        FunctionName::of_request(name, qualifier, Some("eu-central-1")).map(|function| function.to_string())
    }

    #[test]
    fn a_request_names_a_function_in_one_way_or_not_at_all() {
        for (name, qualifier, expected) in [
            ("notify", None, "arn:aws:lambda:eu-central-1:?:function:notify"),
            ("notify:live", None, "arn:aws:lambda:eu-central-1:?:function:notify:live"),
            ("notify", Some("live"), "arn:aws:lambda:eu-central-1:?:function:notify:live"),
            ("notify:live", Some("live"), "arn:aws:lambda:eu-central-1:?:function:notify:live"),
            ("notify:$LATEST", None, "arn:aws:lambda:eu-central-1:?:function:notify:$LATEST"),
            ("123456789012:function:notify", None, "arn:aws:lambda:eu-central-1:123456789012:function:notify"),
            ("123456789012:function:notify:7", None, "arn:aws:lambda:eu-central-1:123456789012:function:notify:7"),
            ("arn:aws-cn:lambda:cn-north-1:1:function:a", Some("7"), "arn:aws-cn:lambda:cn-north-1:1:function:a:7"),
        ] {
            assert_eq!(function(name, qualifier).as_deref(), Some(expected), "{name} {qualifier:?}");
        }
        for (name, qualifier) in [
            ("", None),
            ("notify:", None),
            ("notify:live", Some("other")),
            ("notify", Some("")),
            ("notify", Some("a:b")),
            ("function:notify", None),
            ("eu-west-1:notify", None),
            ("123456789012:notify", None),
            ("123456789012:function:", None),
            ("a:b:c", None),
            ("arn:aws:lambda:eu-west-1:1:notify", None),
            ("arn:aws:lambda:eu-west-1:1:function:a:b:c", None),
            ("not ify", None),
            ("not/ify", None),
        ] {
            assert_eq!(function(name, qualifier), None, "{name} {qualifier:?}");
        }
        let nowhere = FunctionName::of_request("notify", None, None).expect("a name");
        assert_eq!(nowhere.to_string(), "arn:?:lambda:?:?:function:notify");
    }
}
