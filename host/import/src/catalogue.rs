//! The table of Rundeck's step plugins: the plugin of ours that replaces each, and the names of its properties.
//!
//! Types are compared without case, separators and the `-step` at their end, so that the type of a job file
//! (`aws-vm-start-step`) and the title in Rundeck's form (`AWS / VM / Start`) are the same.
//!
//! All rows have the same shape, so the file may be long.

use crate::names::identifier;

/// The type of a property's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number.
    Number,
    /// A number of seconds, which our plugin takes as a duration.
    Seconds,
    /// One of a few words, each with its known spellings. The first spelling is ours.
    Word(&'static [&'static [&'static str]]),
    /// JSON, which our plugin takes as a TOML value.
    Json,
    /// A list in one text, separated by commas.
    List,
    /// One text, or a list in one text.
    OneOrMany,
    /// One text, or a list in one text of which the step takes the first item.
    First,
    /// An S3 URI, or a path in a lent directory.
    Location,
    /// The glob of `include`, which has no effect in Rundeck, with or without `exclude`.
    Include,
    /// A property without a counterpart.
    LeftOut(LeftOut),
    /// `aws.region`.
    Region,
    /// `aws.credentials.access_key_id`.
    AccessKey,
    /// `aws.credentials.secret_key_path`.
    SecretKey,
    /// A role in `aws.credentials.assume_role`.
    Role,
}

/// Why a property is not imported, and what to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeftOut {
    /// The reason.
    pub why: &'static str,
    /// What to do about it, as an imperative.
    pub next: &'static str,
}

/// Whether a plugin waits for the operation that it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Waits {
    /// It never waits.
    Never,
    /// It always waits.
    Always,
    /// It waits with `wait = true`.
    IfAsked,
}

/// A property of a plugin.
#[derive(Debug, Clone, Copy)]
pub struct Property {
    /// Our name for it.
    pub name: &'static str,
    /// The type of its value.
    pub kind: Kind,
    /// Whether our plugin needs it.
    pub required: bool,
    /// Whether a flag that is left out is on.
    pub is_on: bool,
    /// Rundeck's names for it that are not our name in camelCase.
    aliases: &'static [&'static str],
}

/// A plugin of ours that replaces one of Rundeck's.
#[derive(Debug, Clone, Copy)]
pub struct Plugin {
    /// Our name for it.
    pub name: &'static str,
    /// Rundeck's types and titles for it.
    known_as: &'static [&'static str],
    properties: &'static [Property],
    waits: Waits,
    /// The names of its outputs.
    pub outputs: &'static [&'static str],
}

const fn property(name: &'static str, kind: Kind) -> Property {
    Property { name, kind, required: false, is_on: false, aliases: &[] }
}

const fn text(name: &'static str) -> Property {
    property(name, Kind::Text)
}

const fn needed(name: &'static str) -> Property {
    text(name).needed()
}

impl Property {
    const fn on(self) -> Self {
        Self { is_on: true, ..self }
    }

    const fn needed(self) -> Self {
        Self { required: true, ..self }
    }

    const fn alias(self, aliases: &'static [&'static str]) -> Self {
        Self { aliases, ..self }
    }

    fn is_called(&self, key: &str) -> bool {
        self.name == identifier(key, "property") || self.aliases.contains(&key)
    }
}

/// The properties that every AWS plugin of Rundeck has. They become `aws` of the step, not configuration of the plugin.
static COMMON: &[Property] = &[
    property("region", Kind::Region).alias(&["default_region"]),
    property("access_key_id", Kind::AccessKey).alias(&["access_key", "accessKey"]),
    property("secret_key_path", Kind::SecretKey).alias(&["secret_access_key", "secretKey", "secretAccessKey"]),
    property("assume_role_arn", Kind::Role),
];

const WAIT: Property = property("wait", Kind::Flag);

const TIMEOUT: Property = property("timeout", Kind::Seconds).alias(&["timeoutSeconds"]);

const POLL_EVERY: Property = property("poll_every", Kind::Seconds).alias(&["pollSeconds"]);

impl Waits {
    fn properties(self) -> &'static [Property] {
        match self {
            Self::Never => &[],
            Self::Always => &[TIMEOUT, POLL_EVERY],
            Self::IfAsked => &[WAIT, TIMEOUT, POLL_EVERY],
        }
    }
}

impl Plugin {
    /// Every plugin of the table.
    pub fn all() -> &'static [Self] {
        PLUGINS
    }

    /// Its configuration properties.
    pub fn properties(&self) -> impl Iterator<Item = &'static Property> {
        self.known().filter(|property| !matches!(property.kind, Kind::LeftOut(_)))
    }

    fn known(&self) -> impl Iterator<Item = &'static Property> {
        self.properties.iter().chain(self.waits.properties())
    }

    /// The plugin that replaces a Rundeck type.
    pub fn find(provider: &str) -> Option<&'static Self> {
        let wanted = normal(provider);
        PLUGINS
            .iter()
            .find(|plugin| normal(plugin.name) == wanted || plugin.known_as.iter().any(|known| normal(known) == wanted))
    }

    /// The property with this name in Rundeck.
    pub fn property(&self, key: &str) -> Option<&'static Property> {
        self.known().chain(COMMON).find(|property| property.is_called(key))
    }
}

/// Names of shipped plugins that no plugin of Rundeck is. A step type of Rundeck with such a name is another plugin.
pub static NOT_RUNDECKS: &[&str] = &[
    "assert",
    "ec2-list",
    "email-send",
    "fail",
    "http-request",
    "msteams-message",
    "note",
    "opsgenie-alert",
    "pagerduty-event",
    "set",
    "slack-message",
    "sns-publish",
    "ssm-get-parameter",
    "ssm-run-command",
    "wait",
];

/// The letters and digits of a name, without the words at its end that say what kind of plugin it is.
fn normal(name: &str) -> String {
    let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let name = name.to_ascii_lowercase();
    let ends = ["plugin", "step", "workflow", "node"];
    let cut = ends.iter().fold(name.as_str(), |name, end| name.strip_suffix(end).unwrap_or(name));
    cut.to_owned()
}

const INSTANCE: Property = property("instance_id", Kind::OneOrMany).needed();

const DATABASE: Property = needed("instance_name").alias(&["target"]);

const CLUSTER: &[Property] = &[needed("cluster_name").alias(&["target", "cluster"])];

const STATES: &[&str] = &["instances", "instance_id", "previous_state", "current_state"];

const TIME_UNIT: Property = property(
    "time_unit",
    Kind::Word(&[&["minutes", "minute"], &["hours", "hour"], &["days", "day"], &["weeks", "week"]]),
)
.needed();

// The form's field has no name of its own, so exports call it by its number.
const PAST_TIME_RANGE: Property = property("past_time_range", Kind::Number).needed().alias(&["0"]);

const INVOCATION_TYPE: Kind = Kind::Word(&[&["Request", "RequestResponse"], &["Event"]]);

const RESULTS: &[&str] =
    &["query_id", "status", "row_count", "truncated", "results", "records_matched", "records_scanned"];

// Rundeck's S3 steps are scripts around the AWS CLI. Some of their forms offer options that the CLI refuses.

const SOURCE: Property = property("source", Kind::Location).needed();

const DESTINATION: Property = property("destination", Kind::Location).needed();

const INCLUDE: Property = property("include", Kind::Include);

const EXCLUDE: Property = text("exclude");

const QUIET: Property = property("quiet", Kind::Flag);

const RECURSIVE: Property = property("recursive", Kind::Flag);

const DRY_RUN: Property = property("dry_run", Kind::Flag).alias(&["dryrun"]);

const DELETE: Property = property(
    "delete",
    Kind::LeftOut(LeftOut {
        why: "only a sync removes files that the source does not have",
        next: "use s3-sync with delete = true if that was meant",
    }),
);

const ALWAYS_RECURSIVE: Property = property(
    "recursive",
    Kind::LeftOut(LeftOut { why: "a sync takes everything below the source anyway", next: "nothing to do" }),
);

const ENDPOINT: Property = property(
    "endpoint_url",
    Kind::LeftOut(LeftOut {
        why: "a job cannot set the endpoint of its calls",
        next: "set AWS_ENDPOINT_URL for `stepwell run`",
    }),
);

const S3_URI: Property = needed("s3_uri").alias(&["S3Uri", "s3uri"]);

const PAGE_SIZE: Property = property("page_size", Kind::Number);

const TRANSFER: &[Property] = &[SOURCE, DESTINATION, INCLUDE, EXCLUDE, QUIET, RECURSIVE, DRY_RUN, DELETE, ENDPOINT];

const TRANSFERRED: &[&str] = &["transferred_count", "transferred_bytes", "deleted_count", "failed_count"];

/// The rows. Types and aliases are those of jobs that Rundeck exported, and of the forms in its manual.
pub static PLUGINS: &[Plugin] = &[
    Plugin {
        name: "aws-validate-credentials",
        known_as: &["aws-validate-credentials-step"],
        properties: &[],
        waits: Waits::Never,
        outputs: &["account", "arn", "user_id", "region", "credential_source", "expires_at"],
    },
    Plugin {
        name: "athena-query",
        known_as: &["AWS / Athena / Query"],
        properties: &[
            needed("query").alias(&["queryString"]),
            needed("database"),
            needed("bucket"),
            text("work_group"),
            text("catalog"),
            property("max_rows", Kind::Number),
        ],
        waits: Waits::Always,
        outputs: &[
            "query_execution_id",
            "state",
            "columns",
            "output_location",
            "console_url",
            "row_count",
            "truncated",
            "rows",
            "bytes_scanned",
        ],
    },
    Plugin {
        name: "cloudwatch-logs-query",
        known_as: &["AWS / CloudWatch / Logs", "aws-query-cloudwatch-logs-step"],
        properties: &[
            property("log_group", Kind::First).needed().alias(&["cloudWatchLogGroup", "cloudWatchLogGroups"]),
            TIME_UNIT,
            PAST_TIME_RANGE,
            needed("query_string"),
            property("limit", Kind::Number),
        ],
        waits: Waits::Always,
        outputs: RESULTS,
    },
    Plugin {
        name: "cloudwatch-logs-saved-query",
        known_as: &["AWS / CloudWatch / Execute Saved Query"],
        properties: &[
            text("query_path"),
            needed("query_name"),
            property("log_groups", Kind::List).needed().alias(&["cloudWatchLogGroups"]),
            TIME_UNIT,
            PAST_TIME_RANGE,
            property("limit", Kind::Number),
        ],
        waits: Waits::Always,
        outputs: &[
            "query_definition_id",
            "query_id",
            "status",
            "row_count",
            "truncated",
            "results",
            "records_matched",
            "records_scanned",
        ],
    },
    Plugin {
        name: "cloudwatch-create-log-stream",
        known_as: &["AWS / Cloud / Audit / Trail / Logs"],
        properties: &[
            needed("log_group_name"),
            needed("log_stream_name"),
            property("if_exists", Kind::Word(&[&["fail"], &["ignore"]])),
        ],
        waits: Waits::Never,
        outputs: &["log_group_name", "log_stream_name", "created"],
    },
    Plugin {
        name: "ec2-start",
        known_as: &["AWS / VM / Start"],
        properties: &[INSTANCE],
        waits: Waits::IfAsked,
        outputs: STATES,
    },
    Plugin {
        name: "ec2-stop",
        known_as: &["AWS / VM / Stop"],
        properties: &[INSTANCE, property("force", Kind::Flag), property("hibernate", Kind::Flag)],
        waits: Waits::IfAsked,
        outputs: STATES,
    },
    Plugin {
        name: "ec2-restart",
        known_as: &["AWS / VM / Restart", "AWS / VM / Reboot"],
        properties: &[INSTANCE],
        waits: Waits::IfAsked,
        outputs: &["instances", "instance_id", "current_state"],
    },
    Plugin {
        name: "ec2-delete",
        known_as: &["AWS / VM / Delete", "AWS / VM / Terminate"],
        properties: &[INSTANCE, property("max_instances", Kind::Number)],
        waits: Waits::IfAsked,
        outputs: STATES,
    },
    Plugin {
        name: "ebs-create-snapshot",
        known_as: &["AWS / VM / CaptureSnapshot"],
        properties: &[needed("snapshot_name"), needed("volume_id"), text("description"), property("tags", Kind::Json)],
        waits: Waits::IfAsked,
        outputs: &["snapshot_id", "state", "volume_size", "console_url"],
    },
    Plugin {
        name: "ec2-create-from-snapshot",
        known_as: &["AWS / Create / Resource"],
        properties: &[
            text("snapshot_id"),
            text("image_id"),
            needed("instance_type"),
            text("image_name"),
            text("architecture"),
            text("root_device_name"),
            text("virtualization_type"),
            text("subnet_id"),
            property("security_group_ids", Kind::List),
            text("key_name"),
            text("iam_instance_profile"),
            text("user_data"),
            property("count", Kind::Number),
            text("instance_name"),
            property("tags", Kind::Json),
            property("delete_image_after", Kind::Flag),
        ],
        waits: Waits::IfAsked,
        outputs: &["image_id", "instance_ids", "instance_id", "private_ip_address", "public_dns_name", "console_url"],
    },
    Plugin {
        name: "asg-update",
        known_as: &["AWS / Autoscaling / Update / Groups"],
        properties: &[
            needed("auto_scaling_group_name"),
            property("desired_capacity", Kind::Number),
            property("max_size", Kind::Number),
            property("min_size", Kind::Number),
        ],
        waits: Waits::IfAsked,
        outputs: &[
            "min_size",
            "desired_capacity",
            "max_size",
            "previous_min_size",
            "previous_desired_capacity",
            "previous_max_size",
            "console_url",
        ],
    },
    Plugin {
        name: "ecs-stopped-tasks",
        known_as: &["AWS / ECS / Stopped Task Details", "aws-ecs-stopped-tasks"],
        properties: &[needed("cluster_name").alias(&["cluster"]), text("service_name"), text("family")],
        waits: Waits::Never,
        outputs: &["stopped_task_count", "stopped_tasks"],
    },
    Plugin {
        name: "ecs-stop-task",
        known_as: &["AWS / ECS / Stop / Task"],
        properties: &[needed("cluster"), needed("task"), text("reason")],
        waits: Waits::IfAsked,
        outputs: &["task_arn", "last_status", "desired_status", "stop_code", "console_url"],
    },
    Plugin {
        name: "elb-unhealthy-targets",
        known_as: &["AWS / ELB / Target Unhealthy", "aws-target-elb"],
        properties: &[needed("load_balancer_name").alias(&["target"]), property("fail_if_unhealthy", Kind::Flag)],
        waits: Waits::Never,
        outputs: &["unhealthy_count", "target_count", "state_counts", "unhealthy_targets", "unhealthy_ids"],
    },
    Plugin {
        name: "lambda-invoke",
        known_as: &["AWS / Lambda / Invoke"],
        properties: &[
            needed("function_name"),
            property("payload", Kind::Json).alias(&["eventPayload"]),
            property("invocation_type", INVOCATION_TYPE),
            text("qualifier"),
            property("client_context", Kind::Json),
        ],
        waits: Waits::Never,
        outputs: &[
            "invoke_response_payload_string",
            "payload",
            "truncated",
            "status_code",
            "executed_version",
            "invoke_function_error",
            "invoke_execution_log",
            "console_url",
        ],
    },
    Plugin {
        name: "lambda-custom-code",
        known_as: &["AWS / Lambda / Custom Code Execution"],
        properties: &[
            needed("execution_role_arn"),
            needed("runtime"),
            needed("code").alias(&["functionCode"]),
            needed("main_function").alias(&["handlerFunctionName"]),
            property("delete_after", Kind::Flag).on().alias(&["deleteFuncAfter"]),
            text("description"),
            property("payload", Kind::Json).alias(&["eventPayload"]),
            property("tags", Kind::Json),
            property("function_timeout", Kind::Seconds),
            property("memory_mb", Kind::Number),
        ],
        waits: Waits::Never,
        outputs: &[
            "invoke_response_payload_string",
            "payload",
            "truncated",
            "status_code",
            "executed_version",
            "function_name",
            "function_was_created",
            "function_was_invoked",
            "function_was_deleted",
            "invoke_function_error",
            "invoke_execution_log",
        ],
    },
    Plugin {
        name: "rds-status",
        known_as: &["AWS / RDS / Status"],
        properties: &[DATABASE, text("expect_status")],
        waits: Waits::Never,
        outputs: &[
            "status",
            "engine",
            "allocated_storage",
            "endpoint_address",
            "endpoint_port",
            "multi_az",
            "console_url",
        ],
    },
    Plugin {
        name: "rds-instance-start",
        known_as: &["AWS / RDS / Instance / Start"],
        properties: &[DATABASE],
        waits: Waits::IfAsked,
        outputs: &["status", "console_url"],
    },
    Plugin {
        name: "rds-instance-stop",
        known_as: &["AWS / RDS / Instance / Stop"],
        properties: &[DATABASE, text("snapshot_name")],
        waits: Waits::IfAsked,
        outputs: &["status", "console_url"],
    },
    Plugin {
        name: "rds-cluster-start",
        known_as: &["AWS / RDS / Cluster / Start"],
        properties: CLUSTER,
        waits: Waits::IfAsked,
        outputs: &["status", "console_url"],
    },
    Plugin {
        name: "rds-cluster-stop",
        known_as: &["AWS / RDS / Cluster / Stop"],
        properties: CLUSTER,
        waits: Waits::IfAsked,
        outputs: &["status", "console_url"],
    },
    Plugin {
        name: "rds-create-snapshot",
        known_as: &["AWS / RDS / Instance / Capture / Snapshot"],
        properties: &[DATABASE, needed("snapshot_name")],
        waits: Waits::IfAsked,
        outputs: &["snapshot_arn", "status", "snapshot_id", "console_url"],
    },
    Plugin {
        name: "s3-copy",
        known_as: &["aws-cli-s3-cp", "aws / s3 / cp"],
        properties: TRANSFER,
        waits: Waits::Never,
        outputs: TRANSFERRED,
    },
    Plugin {
        name: "s3-move",
        known_as: &["aws-cli-s3-mv", "aws / s3 / mv"],
        properties: TRANSFER,
        waits: Waits::Never,
        outputs: TRANSFERRED,
    },
    Plugin {
        name: "s3-sync",
        known_as: &["aws-cli-s3-sync", "aws / s3 / sync"],
        properties: &[
            SOURCE,
            DESTINATION,
            INCLUDE,
            EXCLUDE,
            QUIET,
            ALWAYS_RECURSIVE,
            DRY_RUN,
            property("delete", Kind::Flag),
            ENDPOINT,
        ],
        waits: Waits::Never,
        outputs: TRANSFERRED,
    },
    Plugin {
        name: "s3-list",
        known_as: &["aws-cli-s3-ls", "aws / s3 / ls"],
        properties: &[
            Property { required: false, ..S3_URI },
            RECURSIVE,
            property("human_readable", Kind::Flag),
            property("summarize", Kind::Flag),
            PAGE_SIZE,
            ENDPOINT,
        ],
        waits: Waits::Never,
        outputs: &["buckets", "object_count", "total_bytes", "objects", "common_prefixes"],
    },
    Plugin {
        name: "s3-remove",
        known_as: &["aws-cli-s3-rm", "aws / s3 / rm"],
        properties: &[
            S3_URI,
            INCLUDE,
            EXCLUDE,
            RECURSIVE,
            DRY_RUN,
            PAGE_SIZE,
            property("only_show_errors", Kind::Flag),
            ENDPOINT,
        ],
        waits: Waits::Never,
        outputs: TRANSFERRED,
    },
    Plugin {
        name: "s3-create-bucket",
        known_as: &["aws-cli-s3-mb", "aws / s3 / mb"],
        properties: &[S3_URI, ENDPOINT],
        waits: Waits::Never,
        outputs: &["bucket"],
    },
    Plugin {
        name: "s3-delete-bucket",
        known_as: &["aws-cli-s3-rb", "aws / s3 / rb"],
        properties: &[S3_URI, property("force", Kind::Flag), ENDPOINT],
        waits: Waits::Never,
        outputs: &["bucket", "deleted_count"],
    },
    Plugin {
        name: "vpc-flow-logs",
        known_as: &["AWS / Configure / Vpc / Logs"],
        properties: &[
            needed("resource_id"),
            property("resource_type", Kind::Word(&[&["VPC"], &["Subnet"], &["NetworkInterface"]])).needed(),
            property("traffic_type", Kind::Word(&[&["Accept"], &["Reject"], &["All"]])).needed(),
            needed("deliver_logs_role_arn").alias(&["arn"]),
            needed("log_group_name"),
        ],
        waits: Waits::Never,
        outputs: &["flow_log_ids"],
    },
    Plugin {
        name: "vpc-peering",
        known_as: &["AWS / EnableVpc / NetworkPeering"],
        properties: &[
            needed("vpc_id"),
            needed("peer_vpc_id"),
            text("peer_owner_id"),
            text("peer_region"),
            property("accept", Kind::Flag),
        ],
        waits: Waits::Always,
        outputs: &["vpc_peering_connection_id", "status"],
    },
];

#[cfg(test)]
mod tests {
    use stepwell_model::id::{OptionName, PluginName};

    use super::*;

    #[test]
    fn types_and_titles_find_the_same_plugin() {
        for (provider, name) in [
            ("aws-vm-stop-step", "ec2-stop"),
            ("AWS / VM / Stop", "ec2-stop"),
            ("aws-validate-credentials-step", "aws-validate-credentials"),
            ("aws-query-cloudwatch-logs-step", "cloudwatch-logs-query"),
            ("aws-rds-status", "rds-status"),
            ("aws-target-elb", "elb-unhealthy-targets"),
            ("aws-ecs-stopped-tasks", "ecs-stopped-tasks"),
            ("aws-lambda-custom-code-execution", "lambda-custom-code"),
            ("aws-cli-s3-cp-step", "s3-copy"),
            ("ec2-start", "ec2-start"),
        ] {
            assert_eq!(Plugin::find(provider).map(|plugin| plugin.name), Some(name), "{provider}");
        }
        assert!(Plugin::find("flow-control").is_none());
    }

    #[test]
    fn no_type_stands_for_two_plugins_and_every_name_is_valid() {
        let mut seen = std::collections::HashMap::new();
        for plugin in PLUGINS {
            assert!(plugin.name.parse::<PluginName>().is_ok(), "{}", plugin.name);
            for known in plugin.known_as.iter().chain([&plugin.name]) {
                let other = seen.insert(normal(known), plugin.name).unwrap_or(plugin.name);
                assert_eq!(other, plugin.name, "{known}");
            }
            for property in plugin.known().chain(COMMON) {
                assert!(property.name.parse::<OptionName>().is_ok(), "{}", property.name);
                assert_eq!(plugin.property(property.name).map(|found| found.name), Some(property.name));
            }
        }
    }
}
