//! The resources of a policy for a step that names them itself: `arn:aws:lambda:*:*:function:report` in the place of all
//! functions.
//!
//! [`KINDS`] is the reviewed part of IAM's Service Authorization Reference: the members of a request that decide on the
//! resource of an action. An action without a row keeps the resource of [`ActionRow`](crate::action::ActionRow), and so
//! does a value in an unusual form: a resource that is too narrow would break the run.

mod forms;
mod kinds;

use std::collections::{BTreeMap, BTreeSet};

use wildmatch::WildMatch;

use kinds::{KINDS, Kind};

/// Most resources of one action. A managed policy has at most 6,144 characters.
const MOST_RESOURCES: usize = 40;

/// The top-level properties of a step's configuration. Those that have the same value in every run have it here, as a list
/// of texts.
pub type GivenNames = BTreeMap<String, Option<Vec<String>>>;

/// The ARNs (the part behind `arn:PARTITION:`, with wildcards) that a policy names for an action of a step, in the place of
/// the `general` ones. None: the step does not name the resource, or the action is not known well enough.
pub(super) fn named(action: &str, general: &[&str], given: &GivenNames) -> Option<Vec<String>> {
    // Kinds with the same resources are different ways to name them.
    let mut found: BTreeMap<&[&str], Option<Vec<String>>> = BTreeMap::new();
    for kind in KINDS.iter().filter(|kind| kind.actions.contains(&action)) {
        let found = found.entry(kind.general).or_default();
        *found = found.take().or_else(|| kind.arns(given));
    }
    if found.values().all(Option::is_none) {
        return None;
    }
    let texts = |arns: &[&str]| arns.iter().map(|arn| (*arn).to_owned()).collect::<Vec<_>>();
    let arns = found.into_iter().flat_map(|(general, named)| named.unwrap_or_else(|| texts(general)));
    let within = |arn: &String| general.iter().any(|general| WildMatch::new(general).matches(arn));
    let arns: BTreeSet<_> = arns.filter(within).collect();
    (!arns.is_empty() && arns.len() <= MOST_RESOURCES).then(|| arns.into_iter().collect())
}

impl Kind {
    /// The resources that the configuration names, and those beside them. None: it does not name them all.
    fn arns(&self, given: &GivenNames) -> Option<Vec<String>> {
        if self.unless.iter().any(|name| given.contains_key(*name)) {
            return None;
        }
        for members in self.members {
            let mut arns = Vec::new();
            for values in members.iter().filter_map(|name| given.get(*name)) {
                for value in values.as_ref()? {
                    arns.extend((self.form)(value)?);
                }
            }
            if !arns.is_empty() {
                arns.extend(self.beside.iter().map(|arn| (*arn).to_owned()));
                return Some(arns);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::{Resource, rows};

    fn given(names: &[(&str, Option<&str>)]) -> GivenNames {
        names.iter().map(|(name, value)| ((*name).to_owned(), value.map(|value| vec![value.to_owned()]))).collect()
    }

    fn of(action: &str, names: &[(&str, Option<&str>)]) -> Option<Vec<String>> {
        named(action, &["*"], &given(names))
    }

    #[track_caller]
    fn is(action: &str, member: &str, value: &str, arns: &[&str]) {
        let arns = (!arns.is_empty()).then(|| arns.iter().map(|arn| (*arn).to_owned()).collect());
        assert_eq!(of(action, &[(member, Some(value))]), arns, "{action} {member} = {value}");
    }

    #[test]
    fn a_name_an_id_or_an_arn_becomes_the_resource_that_iam_compares() {
        is("ec2:StopInstances", "InstanceIds", "i-0123456789abcdef0", &["ec2:*:*:instance/i-0123456789abcdef0"]);
        is(
            "lambda:InvokeFunction",
            "FunctionName",
            "report",
            &["lambda:*:*:function:report", "lambda:*:*:function:report:*"],
        );
        is(
            "lambda:InvokeFunction",
            "FunctionName",
            "arn:aws:lambda:eu-west-1:123456789012:function:r:live",
            &["lambda:eu-west-1:123456789012:function:r:live", "lambda:eu-west-1:123456789012:function:r:live:*"],
        );
        is("rds:StartDBInstance", "DBInstanceIdentifier", "orders", &["rds:*:*:db:orders"]);
        is("s3:ListBucket", "Bucket", "data", &["s3:::data"]);
        is("s3:ListBucket", "source", "s3://data/a", &["s3:::data"]);
        is("s3:PutObject", "destination", "s3://data/a${x", &["s3:::data/a*"]);
        is("s3:DeleteObject", "s3_uri", "s3://data", &["s3:::data/*"]);
        is("ssm:GetParameter", "Name", "/a/b:3", &["ssm:*:*:parameter/a/b"]);
        is(
            "sqs:SendMessage",
            "QueueUrl",
            "https://sqs.eu-west-1.amazonaws.com/123456789012/q.fifo",
            &["sqs:*:*:q.fifo"],
        );
        is("sns:Publish", "topic_arn", "arn:aws:sns:eu-west-1:123456789012:t", &["sns:eu-west-1:123456789012:t"]);
        is(
            "secretsmanager:RotateSecret",
            "SecretId",
            "db",
            &["secretsmanager:*:*:secret:db", "secretsmanager:*:*:secret:db-??????"],
        );
        is("cloudformation:DeleteStack", "StackName", "web", &["cloudformation:*:*:stack/web/*"]);
        is(
            "autoscaling:SetDesiredCapacity",
            "AutoScalingGroupName",
            "web",
            &["autoscaling:*:*:autoScalingGroup:*:autoScalingGroupName/web"],
        );
    }

    #[test]
    fn a_value_that_may_mean_something_else_narrows_nothing() {
        is("ec2:StopInstances", "InstanceIds", "i-*", &[]);
        is("lambda:InvokeFunction", "FunctionName", "123456789012:function:report", &[]);
        // RDS would store it in lower case.
        is("rds:StartDBInstance", "DBInstanceIdentifier", "Orders", &[]);
        is("kms:DescribeKey", "KeyId", "alias/site", &[]);
        is("s3:ListBucket", "Bucket", "arn:aws:s3:eu-west-1:123456789012:accesspoint/a", &[]);
        is("s3:ListBucket", "Bucket", "web-s3alias", &[]);
        is("sns:Publish", "topic_arn", "arn:aws:sqs:eu-west-1:123456789012:t", &[]);
        is("ec2:DescribeInstances", "InstanceIds", "i-0123456789abcdef0", &[]);
        assert_eq!(of("ec2:StopInstances", &[("InstanceIds", None)]), None);
        assert_eq!(of("ec2:StopInstances", &[]), None);
        let query = [("logGroupName", Some("/a")), ("queryLanguage", Some("SQL"))];
        assert_eq!(of("logs:StartQuery", &query), None);
        assert_eq!(of("s3:GetObject", &[("Bucket", Some("a")), ("CopySource", Some("b/c"))]), None);
        // Only the run knows the source.
        assert_eq!(of("s3:GetObject", &[("source", None), ("destination", Some("s3://data"))]), None);
    }

    #[test]
    fn a_resource_of_another_kind_stays_general() {
        let node = [("InstanceIds", Some("mi-0123456789abcdef0"))];
        let expected = ["ssm:*:*:document/*", "ssm:*:*:managed-instance/mi-0123456789abcdef0"];
        assert_eq!(of("ssm:SendCommand", &node).unwrap()[1..], expected);
        let by_tag = [("DocumentName", Some("AWS-RunShellScript")), ("Targets", None)];
        let found = of("ssm:SendCommand", &by_tag).unwrap();
        assert!(found.contains(&"ec2:*:*:instance/*".to_owned()), "{found:?}");
        assert!(found.contains(&"ssm:*:*:document/AWS-RunShellScript".to_owned()), "{found:?}");
        let snapshot = of("ec2:CreateSnapshot", &[("VolumeId", Some("vol-0123456789abcdef0"))]);
        assert_eq!(snapshot.unwrap(), ["ec2:*:*:volume/vol-0123456789abcdef0", "ec2:*::snapshot/*"]);
    }

    #[test]
    fn an_upload_names_its_destination_and_a_copy_both() {
        let up = [("source", Some("site/a")), ("destination", Some("s3://data/b"))];
        assert_eq!(of("s3:PutObject", &up).unwrap(), ["s3:::data/b*"]);
        let copy = [("source", Some("s3://here/a")), ("destination", Some("s3://there/"))];
        assert_eq!(of("s3:GetObject", &copy).unwrap(), ["s3:::here/a*"]);
        assert_eq!(of("s3:PutObject", &copy).unwrap(), ["s3:::there/*"]);
        assert_eq!(of("s3:ListBucket", &copy).unwrap(), ["s3:::here", "s3:::there"]);
    }

    #[test]
    fn the_kinds_of_an_action_cover_what_its_row_has() {
        for row in rows() {
            for (action, resource) in row.actions() {
                let Resource::Arn(general) = resource else { continue };
                let kinds: Vec<_> = KINDS.iter().filter(|kind| kind.actions.contains(&action.as_str())).collect();
                let covers = |arn: &str| WildMatch::new(general).matches(arn);
                let all = || kinds.iter().flat_map(|kind| kind.general);
                assert!(kinds.is_empty() || all().any(|arn| covers(arn)), "{action}: {general}");
            }
        }
    }
}
