//! From the value of a member to the ARNs of its resource. None: the value has an unusual form.

/// The ARNs of a value.
pub(super) type Form = fn(&str) -> Option<Vec<String>>;

/// Whether the text has only letters, digits and these characters: no wildcard or variable of IAM.
fn is_plain(text: &str, others: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || others.contains(c))
}

/// The part of an ARN of this service behind its partition.
fn of_arn(value: &str, service: &str) -> Option<String> {
    let (partition, rest) = value.strip_prefix("arn:")?.split_once(':')?;
    let is_right = partition.starts_with("aws") && rest.strip_prefix(service)?.starts_with(':');
    (is_right && is_plain(rest, ":/._-@#=+")).then(|| rest.to_owned())
}

/// The ARN of a name with these characters beside letters and digits.
fn plain(value: &str, others: &str, before: &str) -> Option<String> {
    is_plain(value, others).then(|| format!("{before}{value}"))
}

/// The ARN of an id such as `i-0123456789abcdef0`.
fn id(value: &str, prefix: &str, before: &str) -> Option<Vec<String>> {
    value.strip_prefix(prefix).filter(|id| is_plain(id, "")).map(|_| vec![format!("{before}{value}")])
}

/// RDS and Redshift store names in lower case, and IAM compares letter by letter.
fn lower(value: &str, before: &str) -> Option<Vec<String>> {
    let is_lower = !value.contains(|c: char| c.is_ascii_uppercase());
    plain(value, "-", before).filter(|_| is_lower).map(|arn| vec![arn])
}

pub(super) fn instance(value: &str) -> Option<Vec<String>> {
    id(value, "i-", "ec2:*:*:instance/")
}

/// An instance, or a machine that Systems Manager manages outside of EC2.
pub(super) fn node(value: &str) -> Option<Vec<String>> {
    instance(value).or_else(|| id(value, "mi-", "ssm:*:*:managed-instance/"))
}

pub(super) fn volume(value: &str) -> Option<Vec<String>> {
    id(value, "vol-", "ec2:*:*:volume/")
}

pub(super) fn snapshot(value: &str) -> Option<Vec<String>> {
    id(value, "snap-", "ec2:*::snapshot/")
}

pub(super) fn image(value: &str) -> Option<Vec<String>> {
    id(value, "ami-", "ec2:*::image/")
}

pub(super) fn group(value: &str) -> Option<Vec<String>> {
    plain(value, "._-", "autoscaling:*:*:autoScalingGroup:*:autoScalingGroupName/").map(|arn| vec![arn])
}

pub(super) fn database(value: &str) -> Option<Vec<String>> {
    lower(value, "rds:*:*:db:")
}

pub(super) fn database_cluster(value: &str) -> Option<Vec<String>> {
    lower(value, "rds:*:*:cluster:")
}

pub(super) fn database_snapshot(value: &str) -> Option<Vec<String>> {
    lower(value, "rds:*:*:snapshot:")
}

pub(super) fn warehouse(value: &str) -> Option<Vec<String>> {
    lower(value, "redshift:*:*:cluster:")
}

/// A function by name or ARN, and its versions and aliases.
pub(super) fn function(value: &str) -> Option<Vec<String>> {
    let arn = of_arn(value, "lambda").or_else(|| plain(value, "_-", "lambda:*:*:function:"))?;
    Some(vec![format!("{arn}:*"), arn])
}

/// The bucket of a place such as `s3://bucket/key`. A place on this machine has none.
pub(super) fn bucket(value: &str) -> Option<Vec<String>> {
    match value.strip_prefix("s3://") {
        Some(place) => plain(place.split('/').next()?, "._-", "s3:::").map(|arn| vec![arn]),
        None => Some(Vec::new()),
    }
}

/// The objects of a place such as `s3://bucket/prefix`. A place on this machine has none.
pub(super) fn objects(value: &str) -> Option<Vec<String>> {
    let Some(place) = value.strip_prefix("s3://") else { return Some(Vec::new()) };
    let (bucket, key) = place.split_once('/').unwrap_or((place, ""));
    // IAM replaces `${…}` in a resource. A wildcard in a key matches itself.
    let key = key.split('$').next().unwrap_or_default();
    is_plain(bucket, "._-").then(|| vec![format!("s3:::{bucket}/{key}*")])
}

/// A bucket by its name, and not an access point.
pub(super) fn bucket_name(value: &str) -> Option<Vec<String>> {
    let ends = ["-s3alias", "--op-s3", "--ol-s3", "--x-s3", "--xa-s3"];
    plain(value, "._-", "s3:::").filter(|_| !ends.iter().any(|end| value.ends_with(end))).map(|arn| vec![arn])
}

/// All objects of a bucket.
pub(super) fn bucket_objects(value: &str) -> Option<Vec<String>> {
    Some(bucket_name(value)?.into_iter().map(|bucket| format!("{bucket}/*")).collect())
}

/// A key by id or ARN. An alias tells no key, and IAM compares the key.
pub(super) fn key(value: &str) -> Option<Vec<String>> {
    match of_arn(value, "kms") {
        Some(arn) => arn.contains(":key/").then(|| vec![arn]),
        None => plain(value, "-", "kms:*:*:key/").map(|arn| vec![arn]),
    }
}

/// A parameter by name or ARN. A version or a label follows a colon.
pub(super) fn parameter(value: &str) -> Option<Vec<String>> {
    if value.starts_with("arn:") {
        return of_arn(value, "ssm").map(|arn| vec![arn]);
    }
    let name = value.split(':').next().unwrap_or_default();
    plain(name.strip_prefix('/').unwrap_or(name), "._-/", "ssm:*:*:parameter/").map(|arn| vec![arn])
}

pub(super) fn document(value: &str) -> Option<Vec<String>> {
    of_arn(value, "ssm").or_else(|| plain(value, "._-", "ssm:*:*:document/")).map(|arn| vec![arn])
}

pub(super) fn topic(value: &str) -> Option<Vec<String>> {
    of_arn(value, "sns").map(|arn| vec![arn])
}

/// A queue by its URL, whose last part is its name.
pub(super) fn queue(value: &str) -> Option<Vec<String>> {
    plain(value.strip_prefix("https://")?.rsplit('/').next()?, "._-", "sqs:*:*:").map(|arn| vec![arn])
}

/// A table by name or ARN, with its indexes.
pub(super) fn table(value: &str) -> Option<Vec<String>> {
    let table = of_arn(value, "dynamodb").or_else(|| plain(value, "._-", "dynamodb:*:*:table/"))?;
    Some(vec![format!("{table}/*"), table])
}

/// A log group. Some actions have a part behind its name in their resource.
pub(super) fn log_group(value: &str) -> Option<Vec<String>> {
    let group = plain(value, "._-/#", "logs:*:*:log-group:")?;
    Some(vec![format!("{group}:*"), group])
}

pub(super) fn stack(value: &str) -> Option<Vec<String>> {
    let by_name = || plain(value, "-", "cloudformation:*:*:stack/").map(|stack| format!("{stack}/*"));
    of_arn(value, "cloudformation").or_else(by_name).map(|arn| vec![arn])
}

/// A secret by name, to which AWS adds six characters, or by ARN.
pub(super) fn secret(value: &str) -> Option<Vec<String>> {
    let by_name = || plain(value, "/_+=.@-", "secretsmanager:*:*:secret:");
    let secret = of_arn(value, "secretsmanager").or_else(by_name)?;
    Some(vec![format!("{secret}-??????"), secret])
}

pub(super) fn work_group(value: &str) -> Option<Vec<String>> {
    plain(value, "._-", "athena:*:*:workgroup/").map(|arn| vec![arn])
}

pub(super) fn rule(value: &str) -> Option<Vec<String>> {
    plain(value, "._-", "events:*:*:rule/").map(|arn| vec![arn])
}

pub(super) fn alarm(value: &str) -> Option<Vec<String>> {
    plain(value, "._-/", "cloudwatch:*:*:alarm:").map(|arn| vec![arn])
}

/// A task by id or ARN. Older ARNs do not name the cluster.
pub(super) fn task(value: &str) -> Option<Vec<String>> {
    match of_arn(value, "ecs") {
        Some(arn) => Some(vec![arn]),
        None => is_plain(value, "-").then(|| vec![format!("ecs:*:*:task/*/{value}"), format!("ecs:*:*:task/{value}")]),
    }
}

pub(super) fn repository(value: &str) -> Option<Vec<String>> {
    plain(value, "._-/", "ecr:*:*:repository/").map(|arn| vec![arn])
}

pub(super) fn kubernetes(value: &str) -> Option<Vec<String>> {
    plain(value, "_-", "eks:*:*:cluster/").map(|arn| vec![arn])
}

pub(super) fn glue_job(value: &str) -> Option<Vec<String>> {
    plain(value, "._-", "glue:*:*:job/").map(|arn| vec![arn])
}

pub(super) fn build_project(value: &str) -> Option<Vec<String>> {
    plain(value, "_-", "codebuild:*:*:project/").map(|arn| vec![arn])
}

/// A state machine, without a version or an alias.
pub(super) fn state_machine(value: &str) -> Option<Vec<String>> {
    of_arn(value, "states").filter(|arn| arn.split(':').count() == 5).map(|arn| vec![arn])
}

pub(super) fn target_group(value: &str) -> Option<Vec<String>> {
    of_arn(value, "elasticloadbalancing").filter(|arn| arn.contains(":targetgroup/")).map(|arn| vec![arn])
}
