//! The rows. Types and aliases are those of jobs that Rundeck exported, and of the forms in its manual.

use super::Kind::{Flag, Json, List, Number, OneOrMany, Seconds, Word};
use super::{Plugin, Property, property, text};

const INSTANCE: Property = property("instance_id", OneOrMany);

const DATABASE: Property = text("instance_name").alias(&["target"]);

const CLUSTER: &[Property] = &[text("cluster_name").alias(&["target", "cluster"])];

const STATES: &[&str] = &["instances", "instance_id", "previous_state", "current_state"];

const SOURCE: Property = text("source");

const DESTINATION: Property = text("destination");

const INCLUDE: Property = text("include");

const EXCLUDE: Property = text("exclude");

const QUIET: Property = property("quiet", Flag);

const RECURSIVE: Property = property("recursive", Flag);

const DRY_RUN: Property = property("dry_run", Flag).alias(&["dryrun"]);

const TRANSFER: &[Property] = &[SOURCE, DESTINATION, INCLUDE, EXCLUDE, QUIET, RECURSIVE, DRY_RUN];

const S3_URI: Property = text("s3_uri").alias(&["S3Uri", "s3uri"]);

const PAGE_SIZE: Property = property("page_size", Number);

const TRANSFERRED: &[&str] = &["transferred_count", "transferred_bytes", "deleted_count", "failed_count"];

const RESULTS: &[&str] =
    &["query_id", "status", "row_count", "truncated", "results", "records_matched", "records_scanned"];

/// Every step plugin of ours.
pub static PLUGINS: &[Plugin] = &[
    Plugin {
        name: "aws-validate-credentials",
        known_as: &["aws-validate-credentials-step"],
        properties: &[],
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
        outputs: &[
            "query_execution_id",
            "state",
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
            text("log_group").alias(&["cloudWatchLogGroup", "cloudWatchLogGroups"]),
            property("time_unit", Word),
            // The form's field has no name of its own, so exports call it by its number.
            property("past_time_range", Number).alias(&["0"]),
            text("query_string"),
            property("limit", Number),
        ],
        outputs: RESULTS,
    },
    Plugin {
        name: "cloudwatch-logs-saved-query",
        known_as: &["AWS / CloudWatch / Execute Saved Query"],
        properties: &[
            text("query_path"),
            text("query_name"),
            property("log_groups", List).alias(&["cloudWatchLogGroups"]),
            property("time_unit", Word),
            property("past_time_range", Number).alias(&["0"]),
        ],
        outputs: RESULTS,
    },
    Plugin {
        name: "cloudwatch-create-log-stream",
        known_as: &["AWS / Cloud / Audit / Trail / Logs"],
        properties: &[text("log_group_name"), text("log_stream_name"), property("if_exists", Word)],
        outputs: &["log_group_name", "log_stream_name"],
    },
    Plugin { name: "ec2-start", known_as: &["AWS / VM / Start"], properties: &[INSTANCE], outputs: STATES },
    Plugin {
        name: "ec2-stop",
        known_as: &["AWS / VM / Stop"],
        properties: &[INSTANCE, property("force", Flag), property("hibernate", Flag)],
        outputs: STATES,
    },
    Plugin {
        name: "ec2-restart",
        known_as: &["AWS / VM / Restart", "AWS / VM / Reboot"],
        properties: &[INSTANCE],
        outputs: &["instances", "instance_id", "current_state"],
    },
    Plugin {
        name: "ec2-delete",
        known_as: &["AWS / VM / Delete", "AWS / VM / Terminate"],
        properties: &[INSTANCE, property("max_instances", Number)],
        outputs: STATES,
    },
    Plugin {
        name: "ebs-create-snapshot",
        known_as: &["AWS / VM / CaptureSnapshot"],
        properties: &[text("snapshot_name"), text("volume_id"), text("description"), property("tags", Json)],
        outputs: &["snapshot_id", "state", "volume_size"],
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
        outputs: &["image_id", "instance_ids", "instance_id", "private_ip_address", "public_dns_name"],
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
        outputs: &["min_size", "desired_capacity", "max_size"],
    },
    Plugin {
        name: "ecs-stopped-tasks",
        known_as: &["AWS / ECS / Stopped Task Details", "aws-ecs-stopped-tasks"],
        properties: &[text("cluster_name").alias(&["cluster"]), text("service_name"), text("family")],
        outputs: &["stopped_task_count", "stopped_tasks"],
    },
    Plugin {
        name: "ecs-stop-task",
        known_as: &["AWS / ECS / Stop / Task"],
        properties: &[text("cluster"), text("task"), text("reason")],
        outputs: &["task_arn", "last_status", "desired_status", "stop_code"],
    },
    Plugin {
        name: "elb-unhealthy-targets",
        known_as: &["AWS / ELB / Target Unhealthy", "aws-target-elb"],
        properties: &[text("load_balancer_name").alias(&["target"]), property("fail_if_unhealthy", Flag)],
        outputs: &["unhealthy_count", "target_count", "unhealthy_targets", "unhealthy_ids"],
    },
    Plugin {
        name: "lambda-invoke",
        known_as: &["AWS / Lambda / Invoke"],
        properties: &[
            text("function_name"),
            property("payload", Json).alias(&["eventPayload"]),
            text("invocation_type"),
            text("qualifier"),
            property("client_context", Json),
        ],
        outputs: &[
            "invoke_response_payload_string",
            "status_code",
            "executed_version",
            "invoke_function_error",
            "invoke_execution_log",
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
        outputs: &[
            "invoke_response_payload_string",
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
        outputs: &["status", "engine", "allocated_storage", "endpoint_address", "endpoint_port", "multi_az"],
    },
    Plugin {
        name: "rds-instance-start",
        known_as: &["AWS / RDS / Instance / Start"],
        properties: &[DATABASE],
        outputs: &["status"],
    },
    Plugin {
        name: "rds-instance-stop",
        known_as: &["AWS / RDS / Instance / Stop"],
        properties: &[DATABASE, text("snapshot_name")],
        outputs: &["status"],
    },
    Plugin {
        name: "rds-cluster-start",
        known_as: &["AWS / RDS / Cluster / Start"],
        properties: CLUSTER,
        outputs: &["status"],
    },
    Plugin {
        name: "rds-cluster-stop",
        known_as: &["AWS / RDS / Cluster / Stop"],
        properties: CLUSTER,
        outputs: &["status"],
    },
    Plugin {
        name: "rds-create-snapshot",
        known_as: &["AWS / RDS / Instance / Capture / Snapshot"],
        properties: &[DATABASE, text("snapshot_name")],
        outputs: &["snapshot_arn", "status", "snapshot_id"],
    },
    Plugin {
        name: "s3-copy",
        known_as: &["aws-cli-s3-cp", "aws / s3 / cp"],
        properties: TRANSFER,
        outputs: TRANSFERRED,
    },
    Plugin {
        name: "s3-move",
        known_as: &["aws-cli-s3-mv", "aws / s3 / mv"],
        properties: TRANSFER,
        outputs: TRANSFERRED,
    },
    Plugin {
        name: "s3-sync",
        known_as: &["aws-cli-s3-sync", "aws / s3 / sync"],
        properties: &[SOURCE, DESTINATION, INCLUDE, EXCLUDE, QUIET, DRY_RUN, property("delete", Flag)],
        outputs: TRANSFERRED,
    },
    Plugin {
        name: "s3-list",
        known_as: &["aws-cli-s3-ls", "aws / s3 / ls"],
        properties: &[S3_URI, RECURSIVE, property("human_readable", Flag), property("summarize", Flag), PAGE_SIZE],
        outputs: &["buckets", "object_count", "total_bytes", "objects"],
    },
    Plugin {
        name: "s3-remove",
        known_as: &["aws-cli-s3-rm", "aws / s3 / rm"],
        properties: &[S3_URI, INCLUDE, EXCLUDE, RECURSIVE, DRY_RUN, PAGE_SIZE, property("only_show_errors", Flag)],
        outputs: TRANSFERRED,
    },
    Plugin {
        name: "s3-create-bucket",
        known_as: &["aws-cli-s3-mb", "aws / s3 / mb"],
        properties: &[S3_URI],
        outputs: &["bucket"],
    },
    Plugin {
        name: "s3-delete-bucket",
        known_as: &["aws-cli-s3-rb", "aws / s3 / rb"],
        properties: &[S3_URI, property("force", Flag)],
        outputs: &["bucket", "deleted_count"],
    },
    Plugin {
        name: "vpc-flow-logs",
        known_as: &["AWS / Configure / Vpc / Logs"],
        properties: &[
            text("resource_id"),
            text("resource_type"),
            text("traffic_type"),
            text("deliver_logs_role_arn").alias(&["arn"]),
            text("log_group_name"),
        ],
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
        outputs: &["vpc_peering_connection_id", "status"],
    },
];
