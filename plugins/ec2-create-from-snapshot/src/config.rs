//! The configuration, and the request that it makes.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use stepwell_plugin::ec2::{self, IamInstanceProfileSpecification, RunInstancesRequest, TagSpecification};
use stepwell_plugin::{Duration, Failure, Schedule};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-stepwell-rules" = [
    {
        "schema": { "oneOf": [{ "required": ["snapshot_id"] }, { "required": ["image_id"] }] },
        "message": "either `snapshot_id` or `image_id` is required, and not both",
        "next": "name the snapshot of a root volume in `snapshot_id`, or an image in `image_id`",
    },
    {
        "schema": {
            "if": { "required": ["image_id"] },
            "then": {
                "properties": {
                    "image_name": false,
                    "architecture": false,
                    "root_device_name": false,
                    "virtualization_type": false,
                    "delete_image_after": { "const": false },
                },
            },
        },
        "message": "what is for an image that the step registers requires `snapshot_id`, not `image_id`",
        "next": "leave `image_name`, `architecture`, `root_device_name`, `virtualization_type` and `delete_image_after` out",
    },
    {
        "schema": { "not": { "required": ["instance_name", "tags"], "properties": { "tags": { "required": ["Name"] } } } },
        "property": "instance_name",
        "message": "is the tag `Name`, which `tags` has as well",
        "next": "leave one of them out",
    },
]))]
pub(crate) struct Config {
    /// The snapshot of a Linux root volume. The step registers an image of it, which stays unless `delete_image_after`
    /// is set.
    #[schemars(regex(pattern = "^snap-[0-9a-f]{8,17}$"))]
    pub(crate) snapshot_id: Option<String>,
    /// The image to launch, instead of `snapshot_id`.
    #[schemars(regex(pattern = "^ami-[0-9a-f]{8,17}$"))]
    pub(crate) image_id: Option<String>,
    /// The type of the instances, such as `t3.micro`.
    #[schemars(length(min = 1))]
    instance_type: String,
    /// The name of the registered image; by default `stepwell-`, the run and the step. Only with `snapshot_id`.
    #[schemars(regex(pattern = r"^[A-Za-z0-9()\[\] ./\-'@_]{3,128}$"))]
    pub(crate) image_name: Option<String>,
    /// The architecture of the registered image; `x86_64` by default. Only with `snapshot_id`.
    #[schemars(regex(pattern = "^(i386|x86_64|arm64)$"))]
    pub(crate) architecture: Option<String>,
    /// The device that the registered image boots from; `/dev/xvda` by default. Only with `snapshot_id`.
    #[schemars(regex(pattern = "^/dev/[a-z0-9]+$"))]
    pub(crate) root_device_name: Option<String>,
    /// The virtualization type of the registered image; `hvm` by default. Only with `snapshot_id`.
    #[schemars(regex(pattern = "^(hvm|paravirtual)$"))]
    pub(crate) virtualization_type: Option<String>,
    /// Deregister the image at the end, whether the instances run or not. The snapshot stays. Only with `snapshot_id`.
    #[serde(default)]
    pub(crate) delete_image_after: bool,
    /// The subnet of the instances; a default subnet if left out.
    #[schemars(regex(pattern = "^subnet-[0-9a-f]{8,17}$"))]
    subnet_id: Option<String>,
    /// The security groups of the instances; the VPC's default group if left out.
    #[serde(default)]
    #[schemars(inner(regex(pattern = "^sg-[0-9a-f]{8,17}$")))]
    security_group_ids: Vec<String>,
    /// The key pair for SSH.
    #[schemars(length(min = 1, max = 255))]
    key_name: Option<String>,
    /// The instance profile: its name or ARN.
    #[schemars(length(min = 1))]
    iam_instance_profile: Option<String>,
    /// The user data of the instances, such as a script. Everyone who may log in to an instance or read its attributes
    /// sees it, including secrets.
    #[schemars(length(max = 16384), extend("x-stepwell-secret-to" = ["ec2:RunInstances"]))]
    user_data: Option<String>,
    /// The number of instances. AWS launches all of them or none.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 400))]
    count: u32,
    /// The name of the instances: their tag `Name`.
    #[schemars(length(min = 1, max = 256))]
    instance_name: Option<String>,
    /// More tags of the instances.
    #[serde(default)]
    tags: BTreeMap<String, String>,
    /// Wait until every instance is `running`.
    #[serde(default)]
    pub(crate) wait: bool,
    /// Give up waiting for the image after this time, and for the instances after the same time again.
    #[serde(default = "Schedule::usual_timeout")]
    #[schemars(extend("x-stepwell-within-timeout" = true))]
    timeout: Duration,
    /// The longest pause between two polls. The first pauses are shorter.
    #[serde(default = "Schedule::usual_poll_every")]
    poll_every: Duration,
}

fn one() -> u32 {
    1
}

/// The origin of the instances.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Snapshot(String),
    Image(String),
}

impl Config {
    pub(crate) fn source(&self) -> Result<Source, Failure> {
        self.tags()?;
        match (&self.snapshot_id, &self.image_id) {
            (Some(snapshot), None) => Ok(Source::Snapshot(snapshot.clone())),
            (None, Some(image)) => match self.about_registering() {
                None => Ok(Source::Image(image.clone())),
                Some(property) => Err(Failure::configuration_invalid(format!(
                    "`{property}` is for an image that the step registers: it requires `snapshot_id`, not `image_id`"
                ))),
            },
            _ => Err(Failure::configuration_invalid("either `snapshot_id` or `image_id` is required, not both")),
        }
    }

    pub(crate) fn times(&self) -> (Duration, Duration) {
        (self.timeout, self.poll_every)
    }

    pub(crate) fn request(&self, image_id: &str) -> Result<RunInstancesRequest, Failure> {
        Ok(RunInstancesRequest {
            image_id: image_id.to_owned(),
            instance_type: Some(self.instance_type.clone()),
            min_count: self.count,
            max_count: self.count,
            subnet_id: self.subnet_id.clone(),
            security_group_ids: self.security_group_ids.clone(),
            key_name: self.key_name.clone(),
            iam_instance_profile: self.iam_instance_profile.clone().map(profile),
            user_data: self.user_data.clone(),
            tag_specifications: self.tags()?,
        })
    }

    fn tags(&self) -> Result<Vec<TagSpecification>, Failure> {
        ec2::named("instance", ("instance_name", self.instance_name.clone()), self.tags.clone())
    }

    /// The first property given that is only for an image that the step registers.
    fn about_registering(&self) -> Option<&'static str> {
        let given = [
            ("image_name", self.image_name.is_some()),
            ("architecture", self.architecture.is_some()),
            ("root_device_name", self.root_device_name.is_some()),
            ("virtualization_type", self.virtualization_type.is_some()),
            ("delete_image_after", self.delete_image_after),
        ];
        given.iter().find(|(_, is_given)| *is_given).map(|(property, _)| *property)
    }
}

fn profile(of: String) -> IamInstanceProfileSpecification {
    let is_arn = of.starts_with("arn:");
    IamInstanceProfileSpecification { arn: is_arn.then(|| of.clone()), name: (!is_arn).then_some(of) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(config: Config) -> String {
        let failure = config.source().unwrap_err();
        assert_eq!(failure.code, "ConfigurationInvalid");
        failure.message
    }

    fn of(snapshot_id: Option<&str>, image_id: Option<&str>) -> Config {
        let text = |text: Option<&str>| text.map(str::to_owned);
        Config { snapshot_id: text(snapshot_id), image_id: text(image_id), ..Config::default() }
    }

    const SNAPSHOT: Option<&str> = Some("snap-0abc1234");
    const IMAGE: Option<&str> = Some("ami-0abc1234");

    #[test]
    fn instances_are_made_from_a_snapshot_or_from_an_image() {
        assert_eq!(of(SNAPSHOT, None).source().unwrap(), Source::Snapshot("snap-0abc1234".to_owned()));
        assert_eq!(of(None, IMAGE).source().unwrap(), Source::Image("ami-0abc1234".to_owned()));
        assert!(refused(of(None, None)).contains("`snapshot_id` or `image_id`"));
        assert!(refused(of(SNAPSHOT, IMAGE)).contains("not both"));
    }

    #[test]
    fn an_existing_image_is_neither_named_nor_deleted() {
        assert!(refused(Config { delete_image_after: true, ..of(None, IMAGE) }).contains("`delete_image_after`"));
        assert!(refused(Config { image_name: Some("web".to_owned()), ..of(None, IMAGE) }).contains("`image_name`"));
        assert!(Config { delete_image_after: true, ..of(SNAPSHOT, None) }.source().is_ok());
    }

    #[test]
    fn a_second_name_is_refused_before_anything_is_registered() {
        let tags = BTreeMap::from([("Name".to_owned(), "web".to_owned())]);
        let config = Config { tags, instance_name: Some("db".to_owned()), ..of(SNAPSHOT, None) };
        assert!(refused(config).contains("`instance_name`"));
    }

    #[test]
    fn a_profile_is_given_by_name_or_by_arn() {
        assert_eq!(profile("web".to_owned()).name.as_deref(), Some("web"));
        let arn = "arn:aws:iam::123456789012:instance-profile/web";
        let profile = profile(arn.to_owned());
        assert_eq!((profile.arn.as_deref(), profile.name), (Some(arn), None));
    }
}
