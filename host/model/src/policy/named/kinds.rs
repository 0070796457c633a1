//! The resources of actions by the members that name them, from IAM's Service Authorization Reference.

use super::forms::{self, Form};

/// Actions whose resources the same members name.
pub(super) struct Kind {
    /// The actions.
    pub(super) actions: &'static [&'static str],
    /// The members of the operations, and the properties of the steps that ship with Stepwell. The first group that names
    /// something counts.
    pub(super) members: &'static [&'static [&'static str]],
    /// Members beside which the request may mean other resources.
    pub(super) unless: &'static [&'static str],
    /// The ARNs of a value.
    pub(super) form: Form,
    /// All resources of the kind.
    pub(super) general: &'static [&'static str],
    /// Resources of other kinds, which no member names and which AWS checks for the same call.
    pub(super) beside: &'static [&'static str],
}

const fn kind(
    actions: &'static [&'static str],
    members: &'static [&'static [&'static str]],
    form: Form,
    general: &'static [&'static str],
) -> Kind {
    Kind { actions, members, unless: &[], form, general, beside: &[] }
}

pub(super) const KINDS: &[Kind] = &[
    kind(
        &[
            "ec2:StopInstances",
            "ec2:RebootInstances",
            "ec2:TerminateInstances",
            "ec2:MonitorInstances",
            "ec2:UnmonitorInstances",
            "ec2:GetConsoleOutput",
        ],
        &[&["instance_id", "InstanceIds", "InstanceId"]],
        forms::instance,
        &["ec2:*:*:instance/*"],
    ),
    // An image may belong to a license.
    Kind {
        beside: &["license-manager:*:*:license-configuration:*"],
        ..kind(
            &["ec2:StartInstances"],
            &[&["instance_id", "InstanceIds", "InstanceId"]],
            forms::instance,
            &["ec2:*:*:instance/*"],
        )
    },
    Kind {
        beside: &["ec2:*::snapshot/*"],
        ..kind(&["ec2:CreateSnapshot"], &[&["volume_id", "VolumeId"]], forms::volume, &["ec2:*:*:volume/*"])
    },
    kind(&["ec2:DeleteVolume"], &[&["VolumeId"]], forms::volume, &["ec2:*:*:volume/*"]),
    kind(&["ec2:DeleteSnapshot"], &[&["SnapshotId"]], forms::snapshot, &["ec2:*::snapshot/*"]),
    kind(&["ec2:DeregisterImage"], &[&["ImageId"]], forms::image, &["ec2:*::image/*"]),
    kind(
        &[
            "autoscaling:UpdateAutoScalingGroup",
            "autoscaling:SetDesiredCapacity",
            "autoscaling:SuspendProcesses",
            "autoscaling:ResumeProcesses",
            "autoscaling:StartInstanceRefresh",
            "autoscaling:CancelInstanceRefresh",
            "autoscaling:DeleteAutoScalingGroup",
        ],
        &[&["auto_scaling_group_name", "AutoScalingGroupName"]],
        forms::group,
        &["autoscaling:*:*:autoScalingGroup:*:autoScalingGroupName/*"],
    ),
    kind(
        &[
            "rds:DescribeDBInstances",
            "rds:StartDBInstance",
            "rds:RebootDBInstance",
            "rds:DeleteDBInstance",
            "rds:StopDBInstance",
            "rds:CreateDBSnapshot",
        ],
        &[&["instance_name", "DBInstanceIdentifier"]],
        forms::database,
        &["rds:*:*:db:*"],
    ),
    kind(
        &["rds:StopDBInstance", "rds:CreateDBSnapshot", "rds:DeleteDBSnapshot"],
        &[&["snapshot_name", "DBSnapshotIdentifier"]],
        forms::database_snapshot,
        &["rds:*:*:snapshot:*"],
    ),
    kind(
        &["rds:DescribeDBClusters", "rds:StartDBCluster", "rds:StopDBCluster", "rds:FailoverDBCluster"],
        &[&["cluster_name", "DBClusterIdentifier"]],
        forms::database_cluster,
        &["rds:*:*:cluster:*"],
    ),
    kind(
        &["redshift:PauseCluster", "redshift:ResumeCluster", "redshift:RebootCluster"],
        &[&["ClusterIdentifier"]],
        forms::warehouse,
        &["redshift:*:*:cluster:*"],
    ),
    kind(
        &[
            "lambda:InvokeFunction",
            "lambda:GetFunction",
            "lambda:GetFunctionConfiguration",
            "lambda:UpdateFunctionCode",
            "lambda:UpdateFunctionConfiguration",
            "lambda:PublishVersion",
            "lambda:GetAlias",
            "lambda:UpdateAlias",
            "lambda:PutFunctionConcurrency",
            "lambda:DeleteFunctionConcurrency",
            "lambda:DeleteFunction",
        ],
        &[&["function_name", "FunctionName"]],
        forms::function,
        &["lambda:*:*:function:*"],
    ),
    // A copy reads at its source. An upload reads no object, and a download writes none.
    kind(
        &["s3:GetObject", "s3:GetObjectTagging"],
        &[&["source", "s3_uri"], &["destination"]],
        forms::objects,
        &["s3:::*/*"],
    ),
    kind(
        &["s3:PutObject", "s3:PutObjectAcl", "s3:PutObjectTagging", "s3:AbortMultipartUpload"],
        &[&["destination"], &["source"]],
        forms::objects,
        &["s3:::*/*"],
    ),
    // A move deletes at its source, a sync at its destination.
    kind(&["s3:DeleteObject"], &[&["source", "destination", "s3_uri"]], forms::objects, &["s3:::*/*"]),
    kind(
        &["s3:ListBucket", "s3:CreateBucket", "s3:DeleteBucket"],
        &[&["source", "destination", "s3_uri"]],
        forms::bucket,
        &["s3:::*"],
    ),
    kind(
        &[
            "s3:ListBucket",
            "s3:CreateBucket",
            "s3:DeleteBucket",
            "s3:GetBucketLocation",
            "s3:GetBucketPolicy",
            "s3:PutBucketPolicy",
            "s3:DeleteBucketPolicy",
            "s3:GetBucketTagging",
            "s3:PutBucketTagging",
            "s3:GetBucketVersioning",
            "s3:PutBucketVersioning",
            "s3:GetLifecycleConfiguration",
            "s3:PutLifecycleConfiguration",
        ],
        &[&["Bucket"]],
        forms::bucket_name,
        &["s3:::*"],
    ),
    Kind {
        unless: &["CopySource"],
        ..kind(
            &["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
            &[&["Bucket"]],
            forms::bucket_objects,
            &["s3:::*/*"],
        )
    },
    kind(
        &["kms:GenerateDataKey", "kms:Decrypt", "kms:DescribeKey", "kms:EnableKey", "kms:DisableKey"],
        &[&["sse_kms_key_id", "KeyId"]],
        forms::key,
        &["kms:*:*:key/*"],
    ),
    // A command may write what it prints into a bucket.
    Kind {
        unless: &["targets", "Targets"],
        beside: &["s3:::*"],
        ..kind(
            &["ssm:SendCommand"],
            &[&["instance_id", "InstanceIds", "InstanceId"]],
            forms::node,
            &["ec2:*:*:instance/*", "ssm:*:*:managed-instance/*"],
        )
    },
    kind(
        &["ssm:SendCommand", "ssm:DescribeDocument", "ssm:GetDocument"],
        &[&["document_name", "DocumentName", "Name"]],
        forms::document,
        &["ssm:*:*:document/*"],
    ),
    kind(
        &["ssm:GetParameter", "ssm:GetParameters", "ssm:PutParameter", "ssm:DeleteParameter"],
        &[&["name", "Name", "Names"]],
        forms::parameter,
        &["ssm:*:*:parameter/*"],
    ),
    kind(
        &["sns:Publish", "sns:GetTopicAttributes", "sns:SetTopicAttributes", "sns:Subscribe", "sns:DeleteTopic"],
        &[&["topic_arn", "TopicArn"]],
        forms::topic,
        &["sns:*:*:*"],
    ),
    kind(
        &[
            "sqs:SendMessage",
            "sqs:ReceiveMessage",
            "sqs:DeleteMessage",
            "sqs:PurgeQueue",
            "sqs:GetQueueAttributes",
            "sqs:SetQueueAttributes",
            "sqs:DeleteQueue",
        ],
        &[&["QueueUrl"]],
        forms::queue,
        &["sqs:*:*:*"],
    ),
    kind(
        &[
            "dynamodb:CreateTable",
            "dynamodb:DescribeTable",
            "dynamodb:UpdateTable",
            "dynamodb:DeleteTable",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
            "dynamodb:Query",
            "dynamodb:Scan",
            "dynamodb:CreateBackup",
            "dynamodb:DescribeContinuousBackups",
            "dynamodb:UpdateContinuousBackups",
        ],
        &[&["TableName"]],
        forms::table,
        &["dynamodb:*:*:table/*"],
    ),
    kind(
        &[
            "secretsmanager:DescribeSecret",
            "secretsmanager:PutSecretValue",
            "secretsmanager:UpdateSecret",
            "secretsmanager:RotateSecret",
            "secretsmanager:DeleteSecret",
            "secretsmanager:RestoreSecret",
        ],
        &[&["SecretId"]],
        forms::secret,
        &["secretsmanager:*:*:secret:*"],
    ),
    // A query in SQL names its log groups itself.
    Kind {
        unless: &["queryLanguage", "logGroupNames", "logGroupIdentifiers"],
        ..kind(&["logs:StartQuery"], &[&["log_group", "logGroupName"]], forms::log_group, &["logs:*:*:log-group:*"])
    },
    Kind {
        unless: &["logGroupIdentifier"],
        ..kind(
            &[
                "logs:CreateLogGroup",
                "logs:DeleteLogGroup",
                "logs:PutRetentionPolicy",
                "logs:CreateLogStream",
                "logs:DescribeLogStreams",
                "logs:FilterLogEvents",
                "logs:GetLogEvents",
                "logs:PutLogEvents",
            ],
            &[&["log_group_name", "logGroupName"]],
            forms::log_group,
            &["logs:*:*:log-group:*"],
        )
    },
    kind(
        &[
            "cloudformation:DescribeStacks",
            "cloudformation:DescribeStackEvents",
            "cloudformation:ListStackResources",
            "cloudformation:DetectStackDrift",
            "cloudformation:DeleteStack",
        ],
        &[&["StackName"]],
        forms::stack,
        &["cloudformation:*:*:stack/*"],
    ),
    kind(
        &["states:StartExecution", "states:DescribeStateMachine"],
        &[&["stateMachineArn"]],
        forms::state_machine,
        &["states:*:*:stateMachine:*"],
    ),
    kind(
        &[
            "athena:StartQueryExecution",
            "athena:GetQueryExecution",
            "athena:GetQueryResults",
            "athena:StopQueryExecution",
            "athena:GetWorkGroup",
        ],
        &[&["work_group", "WorkGroup"]],
        forms::work_group,
        &["athena:*:*:workgroup/*"],
    ),
    Kind {
        unless: &["EventBusName"],
        ..kind(
            &["events:EnableRule", "events:DisableRule", "events:DescribeRule"],
            &[&["Name"]],
            forms::rule,
            &["events:*:*:rule/*"],
        )
    },
    kind(
        &[
            "cloudwatch:EnableAlarmActions",
            "cloudwatch:DisableAlarmActions",
            "cloudwatch:SetAlarmState",
            "cloudwatch:DeleteAlarms",
        ],
        &[&["AlarmNames", "AlarmName"]],
        forms::alarm,
        &["cloudwatch:*:*:alarm:*"],
    ),
    kind(&["ecs:StopTask", "ecs:DescribeTasks"], &[&["task"]], forms::task, &["ecs:*:*:task/*"]),
    kind(
        &["ecr:DescribeImages", "ecr:ListImages", "ecr:BatchDeleteImage"],
        &[&["repositoryName"]],
        forms::repository,
        &["ecr:*:*:repository/*"],
    ),
    kind(&["eks:DescribeCluster", "eks:UpdateClusterVersion"], &[&["name"]], forms::kubernetes, &["eks:*:*:cluster/*"]),
    kind(&["glue:StartJobRun", "glue:GetJobRun"], &[&["JobName"]], forms::glue_job, &["glue:*:*:job/*"]),
    kind(&["codebuild:StartBuild"], &[&["projectName"]], forms::build_project, &["codebuild:*:*:project/*"]),
    kind(
        &[
            "elasticloadbalancing:RegisterTargets",
            "elasticloadbalancing:DeregisterTargets",
            "elasticloadbalancing:ModifyTargetGroup",
            "elasticloadbalancing:DeleteTargetGroup",
        ],
        &[&["TargetGroupArn"]],
        forms::target_group,
        &["elasticloadbalancing:*:*:targetgroup/*"],
    ),
];
