//! The rows. Types and aliases are those of jobs that Rundeck exported, and of the forms in its manual.

mod s3;

use super::Kind::{self, First, Flag, Json, List, Number, OneOrMany, Seconds, Word};
use super::Waits::{Always, IfAsked, Never};
use super::{Plugin, Property, property, text};

const INSTANCE: Property = property("instance_id", OneOrMany);

const DATABASE: Property = text("instance_name").alias(&["target"]);

const CLUSTER: &[Property] = &[text("cluster_name").alias(&["target", "cluster"])];

const STATES: &[&str] = &["instances", "instance_id", "previous_state", "current_state"];

const TIME_UNIT: Property =
    property("time_unit", Word(&[&["minutes", "minute"], &["hours", "hour"], &["days", "day"], &["weeks", "week"]]));

// The form's field has no name of its own, so exports call it by its number.
const PAST_TIME_RANGE: Property = property("past_time_range", Number).alias(&["0"]);

const INVOCATION_TYPE: Kind = Word(&[&["Request", "RequestResponse"], &["Event"]]);

const RESULTS: &[&str] =
    &["query_id", "status", "row_count", "truncated", "results", "records_matched", "records_scanned"];

/// Every step plugin of ours.
pub static PLUGINS: &[Plugin] = &[
    Plugin {
        name: "aws-validate-credentials",
        known_as: &["aws-validate-credentials-step"],
        properties: &[],
        waits: Never,
        outputs: &["account", "arn", "user_id", "region", "credential_source", "expires_at"],
    },
    Plugin {
        name: "athena-query",
        known_as: &["AWS / Athena / Query"],
        properties: &[
            text("query").alias(&["queryString"]),
            text("database"),
            text("bucket"),
            text("work_group"),
            text("catalog"),
            property("max_rows", Number),
        ],
        waits: Always,
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
            property("log_group", First).alias(&["cloudWatchLogGroup", "cloudWatchLogGroups"]),
            TIME_UNIT,
            PAST_TIME_RANGE,
            text("query_string"),
            property("limit", Number),
        ],
        waits: Always,
        outputs: RESULTS,
    },
    Plugin {
        name: "cloudwatch-logs-saved-query",
        known_as: &["AWS / CloudWatch / Execute Saved Query"],
        properties: &[
            text("query_path"),
            text("query_name"),
            property("log_groups", List).alias(&["cloudWatchLogGroups"]),
            TIME_UNIT,
            PAST_TIME_RANGE,
            property("limit", Number),
        ],
        waits: Always,
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
            text("log_group_name"),
            text("log_stream_name"),
            property("if_exists", Word(&[&["fail"], &["ignore"]])),
        ],
        waits: Never,
        outputs: &["log_group_name", "log_stream_name", "created"],
    },
    Plugin {
        name: "ec2-start",
        known_as: &["AWS / VM / Start"],
        properties: &[INSTANCE],
        waits: IfAsked,
        outputs: STATES,
    },
    Plugin {
        name: "ec2-stop",
        known_as: &["AWS / VM / Stop"],
        properties: &[INSTANCE, property("force", Flag), property("hibernate", Flag)],
        waits: IfAsked,
        outputs: STATES,
    },
    Plugin {
        name: "ec2-restart",
        known_as: &["AWS / VM / Restart", "AWS / VM / Reboot"],
        properties: &[INSTANCE],
        waits: IfAsked,
        outputs: &["instances", "instance_id", "current_state"],
    },
    Plugin {
        name: "ec2-delete",
        known_as: &["AWS / VM / Delete", "AWS / VM / Terminate"],
        properties: &[INSTANCE, property("max_instances", Number)],
        waits: IfAsked,
        outputs: STATES,
    },
    Plugin {
        name: "ebs-create-snapshot",
        known_as: &["AWS / VM / CaptureSnapshot"],
        properties: &[text("snapshot_name"), text("volume_id"), text("description"), property("tags", Json)],
        waits: IfAsked,
        outputs: &["snapshot_id", "state", "volume_size", "console_url"],
    },
    Plugin {
        name: "ec2-create-from-snapshot",
        known_as: &["AWS / Create / Resource"],
        properties: &[
            text("snapshot_id"),
            text("image_id"),
            text("instance_type"),
            text("image_name"),
            text("architecture"),
            text("root_device_name"),
            text("virtualization_type"),
            text("subnet_id"),
            property("security_group_ids", List),
            text("key_name"),
            text("iam_instance_profile"),
            text("user_data"),
            property("count", Number),
            text("instance_name"),
            property("tags", Json),
            property("delete_image_after", Flag),
        ],
        waits: IfAsked,
        outputs: &["image_id", "instance_ids", "instance_id", "private_ip_address", "public_dns_name", "console_url"],
    },
    Plugin {
        name: "asg-update",
        known_as: &["AWS / Autoscaling / Update / Groups"],
        properties: &[
            text("auto_scaling_group_name"),
            property("desired_capacity", Number),
            property("max_size", Number),
            property("min_size", Number),
        ],
        waits: IfAsked,
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
        properties: &[text("cluster_name").alias(&["cluster"]), text("service_name"), text("family")],
        waits: Never,
        outputs: &["stopped_task_count", "stopped_tasks"],
    },
    Plugin {
        name: "ecs-stop-task",
        known_as: &["AWS / ECS / Stop / Task"],
        properties: &[text("cluster"), text("task"), text("reason")],
        waits: IfAsked,
        outputs: &["task_arn", "last_status", "desired_status", "stop_code", "console_url"],
    },
    Plugin {
        name: "elb-unhealthy-targets",
        known_as: &["AWS / ELB / Target Unhealthy", "aws-target-elb"],
        properties: &[text("load_balancer_name").alias(&["target"]), property("fail_if_unhealthy", Flag)],
        waits: Never,
        outputs: &["unhealthy_count", "target_count", "state_counts", "unhealthy_targets", "unhealthy_ids"],
    },
    Plugin {
        name: "lambda-invoke",
        known_as: &["AWS / Lambda / Invoke"],
        properties: &[
            text("function_name"),
            property("payload", Json).alias(&["eventPayload"]),
            property("invocation_type", INVOCATION_TYPE),
            text("qualifier"),
            property("client_context", Json),
        ],
        waits: Never,
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
            text("execution_role_arn"),
            text("runtime"),
            text("code").alias(&["functionCode"]),
            text("main_function").alias(&["handlerFunctionName"]),
            property("delete_after", Flag).alias(&["deleteFuncAfter"]),
            text("description"),
            property("payload", Json).alias(&["eventPayload"]),
            property("tags", Json),
            property("function_timeout", Seconds),
            property("memory_mb", Number),
        ],
        waits: Never,
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
        waits: Never,
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
        waits: IfAsked,
        outputs: &["status", "console_url"],
    },
    Plugin {
        name: "rds-instance-stop",
        known_as: &["AWS / RDS / Instance / Stop"],
        properties: &[DATABASE, text("snapshot_name")],
        waits: IfAsked,
        outputs: &["status", "console_url"],
    },
    Plugin {
        name: "rds-cluster-start",
        known_as: &["AWS / RDS / Cluster / Start"],
        properties: CLUSTER,
        waits: IfAsked,
        outputs: &["status", "console_url"],
    },
    Plugin {
        name: "rds-cluster-stop",
        known_as: &["AWS / RDS / Cluster / Stop"],
        properties: CLUSTER,
        waits: IfAsked,
        outputs: &["status", "console_url"],
    },
    Plugin {
        name: "rds-create-snapshot",
        known_as: &["AWS / RDS / Instance / Capture / Snapshot"],
        properties: &[DATABASE, text("snapshot_name")],
        waits: IfAsked,
        outputs: &["snapshot_arn", "status", "snapshot_id", "console_url"],
    },
    s3::COPY,
    s3::MOVE,
    s3::SYNC,
    s3::LIST,
    s3::REMOVE,
    s3::CREATE_BUCKET,
    s3::DELETE_BUCKET,
    Plugin {
        name: "vpc-flow-logs",
        known_as: &["AWS / Configure / Vpc / Logs"],
        properties: &[
            text("resource_id"),
            property("resource_type", Word(&[&["VPC"], &["Subnet"], &["NetworkInterface"]])),
            property("traffic_type", Word(&[&["Accept"], &["Reject"], &["All"]])),
            text("deliver_logs_role_arn").alias(&["arn"]),
            text("log_group_name"),
        ],
        waits: Never,
        outputs: &["flow_log_ids"],
    },
    Plugin {
        name: "vpc-peering",
        known_as: &["AWS / EnableVpc / NetworkPeering"],
        properties: &[
            text("vpc_id"),
            text("peer_vpc_id"),
            text("peer_owner_id"),
            text("peer_region"),
            property("accept", Flag),
        ],
        waits: Always,
        outputs: &["vpc_peering_connection_id", "status"],
    },
];
