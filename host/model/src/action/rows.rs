//! The rows of the action table, service by service. `service!` makes a constant and an entry of the table from each
//! declaration, so that the table lacks no constant. A service that `SERVICES` lacks is dead code to the compiler.

use std::marker::PhantomData;

use super::{Action, ActionRow, Echo, Function, Repeat, Resource, Row};

/// Every AWS function of the contract.
static SERVICES: [&[&ActionRow]; 11] = [
    athena::ROWS,
    autoscaling::ROWS,
    cloudwatch_logs::ROWS,
    ec2::ROWS,
    ecs::ROWS,
    elbv2::ROWS,
    lambda::ROWS,
    rds::ROWS,
    s3::ROWS,
    ssm::ROWS,
    sts::ROWS,
];

/// Every AWS function that a plugin can import.
pub fn rows() -> impl Iterator<Item = &'static ActionRow> {
    SERVICES.iter().copied().flatten().copied()
}

/// The row of an imported function.
pub fn row(interface: &str, function: &str) -> Option<&'static ActionRow> {
    rows().find(|row| row.function.interface == interface && row.function.name == function)
}

/// AWS checks this action when a request names a role that a service is to assume.
pub(crate) const PASS_ROLE: Action = Action("iam:PassRole");

const ANY: Resource = Resource::Any;

/// Declares a service by its interface and by its name in the SDK's metadata, and its rows:
/// `CONSTANT = function, [API operations], IAM action, repeat, resource, also [further actions], conditional &[those that the function
/// checks itself], echo {what it tells};`
/// Without `echo`, the answer may repeat what the request held.
macro_rules! service {
    (@echo) => { super::Echo::Possible };
    (@echo $echo:expr) => { $echo };
    (@conditional) => { &[] };
    (@conditional $conditional:expr) => { $conditional };
    (
        $interface:literal, $name:literal;
        $(
            $row:ident = $function:literal, [$($operation:literal),+], $action:literal, $repeat:ident, $resource:expr
            $(, also [$($also:expr),+ $(,)?])? $(, conditional $conditional:expr)? $(, echo { $echo:expr })?;
        )+
    ) => {
        /// Stands for the service in the types of its rows.
        #[derive(Debug, Clone, Copy)]
        pub enum Service {}

        $(
            #[doc = concat!("`", $function, "`, for which AWS checks `", $action, "`.")]
            pub const $row: Row<Service> = Row {
                row: &ActionRow {
                    function: Function { interface: $interface, name: $function },
                    service: $name,
                    operations: &[$($operation),+],
                    action: Action($action),
                    repeat: Repeat::$repeat,
                    resource: $resource,
                    echo: service!(@echo $($echo)?),
                    also: &[$($($also),+)?],
                    conditional: service!(@conditional $($conditional)?),
                },
                service: PhantomData,
            };
        )+

        pub(super) const ROWS: &[&ActionRow] = &[$($row.row),+];
    };
}

/// Amazon Athena.
pub mod athena {
    use super::{Action, ActionRow, Function, PhantomData, Repeat, Resource, Row};

    const WORK_GROUPS: Resource = Resource::Arn("athena:*:*:workgroup/*");
    const DATA_CATALOGS: Resource = Resource::Arn("athena:*:*:datacatalog/*");

    const BUCKETS: Resource = Resource::Arn("s3:::*");
    const OBJECTS: Resource = Resource::Arn("s3:::*/*");

    /// AWS checks a database together with its catalog, and a table with both.
    const CATALOG: Resource = Resource::Arn("glue:*:*:*");

    service! {
        "athena", "Athena";
        // The answer is an id. A query never holds a secret.
        // Athena reads tables and writes results with the caller's permissions. The actions of a query that changes
        // tables or the catalog are left out: a step that only reads would need a grant for them as well.
        START_QUERY_EXECUTION =
            "start-query-execution", ["StartQueryExecution"], "athena:StartQueryExecution", Tokened, WORK_GROUPS,
            also [
                (Action("athena:GetDataCatalog"), DATA_CATALOGS),
                (Action("glue:GetDatabase"), CATALOG),
                (Action("glue:GetDatabases"), CATALOG),
                (Action("glue:GetPartition"), CATALOG),
                (Action("glue:GetPartitions"), CATALOG),
                (Action("glue:GetTable"), CATALOG),
                (Action("glue:GetTables"), CATALOG),
                (Action("s3:AbortMultipartUpload"), OBJECTS),
                (Action("s3:GetBucketLocation"), BUCKETS),
                (Action("s3:GetObject"), OBJECTS),
                (Action("s3:ListBucket"), BUCKETS),
                (Action("s3:ListMultipartUploadParts"), OBJECTS),
                (Action("s3:PutObject"), OBJECTS),
            ],
            echo { super::Echo::Never };
        GET_QUERY_EXECUTION =
            "get-query-execution", ["GetQueryExecution"], "athena:GetQueryExecution", Read, WORK_GROUPS;
        // The results are a file that AWS reads with the caller's permissions.
        GET_QUERY_RESULTS = "get-query-results", ["GetQueryResults"], "athena:GetQueryResults", Read, WORK_GROUPS,
            also [(Action("s3:GetObject"), OBJECTS)];
        STOP_QUERY_EXECUTION =
            "stop-query-execution", ["StopQueryExecution"], "athena:StopQueryExecution", Idempotent, WORK_GROUPS;
    }
}

/// Amazon EC2 Auto Scaling.
pub mod autoscaling {
    use super::{ANY, Action, ActionRow, Function, PhantomData, Repeat, Resource, Row};

    const GROUPS: Resource = Resource::Arn("autoscaling:*:*:autoScalingGroup:*:autoScalingGroupName/*");

    service! {
        "autoscaling", "Auto Scaling";
        DESCRIBE_AUTO_SCALING_GROUPS =
            "describe-auto-scaling-groups", ["DescribeAutoScalingGroups"],
            "autoscaling:DescribeAutoScalingGroups", Read, ANY;
        UPDATE_AUTO_SCALING_GROUP =
            "update-auto-scaling-group", ["UpdateAutoScalingGroup"],
            "autoscaling:UpdateAutoScalingGroup", Idempotent, GROUPS;
    }
}

/// Amazon CloudWatch Logs.
pub mod cloudwatch_logs {
    use super::{ANY, Action, ActionRow, Function, PhantomData, Repeat, Resource, Row};

    /// The ARN with or without the part that follows the name of the group.
    const LOG_GROUPS: Resource = Resource::Arn("logs:*:*:log-group:*");

    service! {
        "cloudwatch-logs", "CloudWatch Logs";
        // The answer is an id. A query never holds a secret.
        START_QUERY = "start-query", ["StartQuery"], "logs:StartQuery", Paid, LOG_GROUPS, echo { super::Echo::Never };
        GET_QUERY_RESULTS = "get-query-results", ["GetQueryResults"], "logs:GetQueryResults", Read, ANY;
        STOP_QUERY = "stop-query", ["StopQuery"], "logs:StopQuery", Idempotent, ANY;
        DESCRIBE_QUERY_DEFINITIONS =
            "describe-query-definitions", ["DescribeQueryDefinitions"], "logs:DescribeQueryDefinitions", Read, ANY;
        CREATE_LOG_STREAM = "create-log-stream", ["CreateLogStream"], "logs:CreateLogStream", Once, LOG_GROUPS;
    }
}

/// Amazon EC2 and Amazon VPC.
pub mod ec2 {
    use super::{ANY, Action, ActionRow, Function, PASS_ROLE, PhantomData, Repeat, Resource, Row};

    const INSTANCES: Resource = Resource::Arn("ec2:*:*:instance/*");

    /// AWS checks several kinds of resources for one call: the logged resource and the flow log; the image, the
    /// network, the key and the launched instance; a volume and its snapshot.
    const SEVERAL: Resource = Resource::Arn("ec2:*:*:*/*");

    // The ARNs of images and snapshots name no account.
    const IMAGES: Resource = Resource::Arn("ec2:*::image/*");
    const SNAPSHOTS: Resource = Resource::Arn("ec2:*::snapshot/*");
    const IMAGES_AND_SNAPSHOTS: Resource = Resource::Arn("ec2:*::*/*");

    /// The networks and the connection between them.
    const PEERING: Resource = Resource::Arn("ec2:*:*:vpc*/*");

    const TO_EC2: Resource = Resource::Role { of: "ec2" };
    const TO_FLOW_LOGS: Resource = Resource::Role { of: "vpc-flow-logs" };

    /// AWS checks this action when a request names tags, for each kind of resource that gets one.
    const CREATE_TAGS: Action = Action("ec2:CreateTags");

    service! {
        "ec2", "EC2";
        START_INSTANCES = "start-instances", ["StartInstances"], "ec2:StartInstances", Idempotent, INSTANCES;
        STOP_INSTANCES = "stop-instances", ["StopInstances"], "ec2:StopInstances", Idempotent, INSTANCES;
        // A second RebootInstances interrupts the instance a second time.
        REBOOT_INSTANCES = "reboot-instances", ["RebootInstances"], "ec2:RebootInstances", Once, INSTANCES;
        TERMINATE_INSTANCES =
            "terminate-instances", ["TerminateInstances"], "ec2:TerminateInstances", Idempotent, INSTANCES;
        RUN_INSTANCES = "run-instances", ["RunInstances"], "ec2:RunInstances", Tokened, SEVERAL,
            also [(PASS_ROLE, TO_EC2), (CREATE_TAGS, SEVERAL)];
        DESCRIBE_INSTANCES = "describe-instances", ["DescribeInstances"], "ec2:DescribeInstances", Read, ANY;
        DESCRIBE_INSTANCE_STATUS =
            "describe-instance-status", ["DescribeInstanceStatus"], "ec2:DescribeInstanceStatus", Read, ANY;
        // AWS refuses a second image of the same name, and the refusal does not tell the id of the first. The answer is
        // an id.
        REGISTER_IMAGE = "register-image", ["RegisterImage"], "ec2:RegisterImage", Once, IMAGES_AND_SNAPSHOTS,
            echo { super::Echo::Never };
        // The refusal of a retry says that the image is gone, which is the wanted state.
        DEREGISTER_IMAGE = "deregister-image", ["DeregisterImage"], "ec2:DeregisterImage", Idempotent, IMAGES;
        DESCRIBE_IMAGES = "describe-images", ["DescribeImages"], "ec2:DescribeImages", Read, ANY;
        CREATE_SNAPSHOT = "create-snapshot", ["CreateSnapshot"], "ec2:CreateSnapshot", Once, SEVERAL,
            also [(CREATE_TAGS, SNAPSHOTS)];
        DESCRIBE_SNAPSHOTS = "describe-snapshots", ["DescribeSnapshots"], "ec2:DescribeSnapshots", Read, ANY;
        CREATE_FLOW_LOGS = "create-flow-logs", ["CreateFlowLogs"], "ec2:CreateFlowLogs", Tokened, SEVERAL,
            also [(PASS_ROLE, TO_FLOW_LOGS)];
        // AWS refuses a second connection between the same networks, or takes it as a request for another one.
        CREATE_VPC_PEERING_CONNECTION =
            "create-vpc-peering-connection", ["CreateVpcPeeringConnection"],
            "ec2:CreateVpcPeeringConnection", Once, PEERING;
        // The refusal of a retry leaves the connection as it is; DescribeVpcPeeringConnections tells its state.
        ACCEPT_VPC_PEERING_CONNECTION =
            "accept-vpc-peering-connection", ["AcceptVpcPeeringConnection"],
            "ec2:AcceptVpcPeeringConnection", Idempotent, PEERING;
        DESCRIBE_VPC_PEERING_CONNECTIONS =
            "describe-vpc-peering-connections", ["DescribeVpcPeeringConnections"],
            "ec2:DescribeVpcPeeringConnections", Read, ANY;
    }
}

/// Amazon ECS.
pub mod ecs {
    use super::{ANY, Action, ActionRow, Function, PhantomData, Repeat, Resource, Row};

    const TASKS: Resource = Resource::Arn("ecs:*:*:task/*");

    service! {
        "ecs", "ECS";
        // The only resource that AWS checks here is a container instance, and Fargate tasks have none.
        LIST_TASKS = "list-tasks", ["ListTasks"], "ecs:ListTasks", Read, ANY;
        DESCRIBE_TASKS = "describe-tasks", ["DescribeTasks"], "ecs:DescribeTasks", Read, TASKS;
        STOP_TASK = "stop-task", ["StopTask"], "ecs:StopTask", Idempotent, TASKS;
    }
}

/// Elastic Load Balancing, version 2.
pub mod elbv2 {
    use super::{ANY, Action, ActionRow, Function, PhantomData, Repeat, Row};

    service! {
        "elbv2", "Elastic Load Balancing v2";
        DESCRIBE_LOAD_BALANCERS =
            "describe-load-balancers", ["DescribeLoadBalancers"],
            "elasticloadbalancing:DescribeLoadBalancers", Read, ANY;
        DESCRIBE_TARGET_GROUPS =
            "describe-target-groups", ["DescribeTargetGroups"], "elasticloadbalancing:DescribeTargetGroups", Read, ANY;
        DESCRIBE_TARGET_HEALTH =
            "describe-target-health", ["DescribeTargetHealth"], "elasticloadbalancing:DescribeTargetHealth", Read, ANY;
    }
}

/// AWS Lambda.
pub mod lambda {
    use super::{Action, ActionRow, Function, PASS_ROLE, PhantomData, Repeat, Resource, Row};

    const FUNCTIONS: Resource = Resource::Arn("lambda:*:*:function:*");

    service! {
        "lambda", "Lambda";
        // A second invocation runs the function's code a second time.
        INVOKE = "invoke", ["Invoke"], "lambda:InvokeFunction", Once, FUNCTIONS;
        // AWS refuses a retry (ResourceConflictException), and the refusal says enough: a function of this name exists.
        // A plugin whose name is its own continues from there. With `Once`, every crash at this call would wait for an
        // operator. AWS checks TagResource for the tags in the request.
        CREATE_FUNCTION = "create-function", ["CreateFunction"], "lambda:CreateFunction", Idempotent, FUNCTIONS,
            also [(PASS_ROLE, Resource::Role { of: "lambda" }), (Action("lambda:TagResource"), FUNCTIONS)];
        GET_FUNCTION = "get-function", ["GetFunction"], "lambda:GetFunction", Read, FUNCTIONS;
        // A retry finds no function (ResourceNotFoundException), which is the wanted state.
        DELETE_FUNCTION = "delete-function", ["DeleteFunction"], "lambda:DeleteFunction", Idempotent, FUNCTIONS;
    }
}

/// Amazon RDS.
pub mod rds {
    use super::{Action, ActionRow, Function, PhantomData, Repeat, Resource, Row};

    const INSTANCES: Resource = Resource::Arn("rds:*:*:db:*");
    const CLUSTERS: Resource = Resource::Arn("rds:*:*:cluster:*");

    /// The instance and its snapshot: AWS checks the call for both.
    const WITH_SNAPSHOT: Resource = Resource::Arn("rds:*:*:*:*");

    service! {
        "rds", "RDS";
        DESCRIBE_DB_INSTANCES =
            "describe-db-instances", ["DescribeDBInstances"], "rds:DescribeDBInstances", Read, INSTANCES;
        // A retry of a start or a stop changes nothing: AWS refuses it because of the state that the first call led to,
        // and that state is the wanted one.
        START_DB_INSTANCE = "start-db-instance", ["StartDBInstance"], "rds:StartDBInstance", Idempotent, INSTANCES;
        STOP_DB_INSTANCE = "stop-db-instance", ["StopDBInstance"], "rds:StopDBInstance", Idempotent, WITH_SNAPSHOT,
            also [(Action("rds:CreateDBSnapshot"), WITH_SNAPSHOT)];
        DESCRIBE_DB_CLUSTERS = "describe-db-clusters", ["DescribeDBClusters"], "rds:DescribeDBClusters", Read, CLUSTERS;
        START_DB_CLUSTER = "start-db-cluster", ["StartDBCluster"], "rds:StartDBCluster", Idempotent, CLUSTERS;
        STOP_DB_CLUSTER = "stop-db-cluster", ["StopDBCluster"], "rds:StopDBCluster", Idempotent, CLUSTERS;
        // AWS refuses a retry because of the name, and does not tell whose snapshot has it.
        CREATE_DB_SNAPSHOT = "create-db-snapshot", ["CreateDBSnapshot"], "rds:CreateDBSnapshot", Once, WITH_SNAPSHOT;
        DESCRIBE_DB_SNAPSHOTS =
            "describe-db-snapshots", ["DescribeDBSnapshots"], "rds:DescribeDBSnapshots", Read, WITH_SNAPSHOT;
    }
}

/// Amazon S3.
pub mod s3 {
    use super::{ANY, Action, ActionRow, Function, PhantomData, Repeat, Resource, Row};

    const BUCKETS: Resource = Resource::Arn("s3:::*");
    const OBJECTS: Resource = Resource::Arn("s3:::*/*");

    /// Removes the parts of an interrupted multipart upload.
    const ABORT: Action = Action("s3:AbortMultipartUpload");

    /// AWS checks it for an object with an ACL.
    pub const PUT_OBJECT_ACL: Action = Action("s3:PutObjectAcl");

    /// AWS checks them for an object that a key of KMS encrypts.
    pub const KEY_ACTIONS: [Action; 2] = [Action("kms:GenerateDataKey"), Action("kms:Decrypt")];

    const KEYS: Resource = Resource::Arn("kms:*:*:key/*");

    const CONDITIONAL: &[Action] = &[PUT_OBJECT_ACL, KEY_ACTIONS[0], KEY_ACTIONS[1]];

    service! {
        "s3", "S3";
        LIST_BUCKETS = "list-buckets", ["ListBuckets"], "s3:ListAllMyBuckets", Read, ANY;
        LIST_OBJECTS_V2 = "list-objects-v2", ["ListObjectsV2"], "s3:ListBucket", Read, BUCKETS;
        HEAD_OBJECT = "head-object", ["HeadObject"], "s3:GetObject", Read, OBJECTS;
        CREATE_BUCKET = "create-bucket", ["CreateBucket"], "s3:CreateBucket", Once, BUCKETS;
        DELETE_BUCKET = "delete-bucket", ["DeleteBucket"], "s3:DeleteBucket", Once, BUCKETS;
        DELETE_OBJECTS =
            "delete-objects", ["DeleteObjects", "DeleteObject"], "s3:DeleteObject", Idempotent, OBJECTS;
        UPLOAD_FILES = "upload-files",
            ["PutObject", "CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload", "AbortMultipartUpload"],
            "s3:PutObject", Idempotent, OBJECTS,
            also [(ABORT, OBJECTS)];
        // `Idempotent` and not `Read`: the call changes files of this machine.
        DOWNLOAD_FILES = "download-files", ["GetObject"], "s3:GetObject", Idempotent, OBJECTS;
        // AWS copies the tags of an object with it, and checks the tagging actions only when the object has any.
        COPY_OBJECTS = "copy-objects",
            [
                "HeadObject",
                "GetObjectTagging",
                "CopyObject",
                "CreateMultipartUpload",
                "UploadPartCopy",
                "CompleteMultipartUpload",
                "AbortMultipartUpload"
            ],
            "s3:PutObject", Idempotent, OBJECTS,
            also [
                (ABORT, OBJECTS),
                (Action("s3:GetObject"), OBJECTS),
                (Action("s3:GetObjectTagging"), OBJECTS),
                (Action("s3:PutObjectTagging"), OBJECTS),
            ];
        UPLOAD_FILES_WITH = "upload-files-with",
            ["PutObject", "CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload", "AbortMultipartUpload"],
            "s3:PutObject", Idempotent, OBJECTS,
            also [(ABORT, OBJECTS), (PUT_OBJECT_ACL, OBJECTS), (KEY_ACTIONS[0], KEYS), (KEY_ACTIONS[1], KEYS)],
            conditional CONDITIONAL;
        COPY_OBJECTS_WITH = "copy-objects-with",
            [
                "HeadObject",
                "GetObjectTagging",
                "CopyObject",
                "CreateMultipartUpload",
                "UploadPartCopy",
                "CompleteMultipartUpload",
                "AbortMultipartUpload"
            ],
            "s3:PutObject", Idempotent, OBJECTS,
            also [
                (ABORT, OBJECTS),
                (Action("s3:GetObject"), OBJECTS),
                (Action("s3:GetObjectTagging"), OBJECTS),
                (Action("s3:PutObjectTagging"), OBJECTS),
                (PUT_OBJECT_ACL, OBJECTS),
                (KEY_ACTIONS[0], KEYS),
                (KEY_ACTIONS[1], KEYS),
            ],
            conditional CONDITIONAL;
    }
}

/// AWS Systems Manager.
pub mod ssm {
    use super::{ANY, Action, ActionRow, Function, PhantomData, Repeat, Resource, Row};

    const DOCUMENTS: Resource = Resource::Arn("ssm:*:*:document/*");
    const PARAMETERS: Resource = Resource::Arn("ssm:*:*:parameter/*");
    const INSTANCES: Resource = Resource::Arn("ec2:*:*:instance/*");
    const MANAGED_INSTANCES: Resource = Resource::Arn("ssm:*:*:managed-instance/*");

    /// What a command printed, which may be what it was given.
    const OF_COMMANDS: super::Echo = super::Echo::Later { of: "ssm:SendCommand" };

    service! {
        "ssm", "SSM";
        // SendCommand takes no client token: a retry runs on every node a second time. AWS checks the nodes as well:
        // instances, and machines that are managed outside of EC2. The answer has an id, states and counts; what the
        // command prints comes with the invocations.
        SEND_COMMAND = "send-command", ["SendCommand"], "ssm:SendCommand", Once, DOCUMENTS,
            also [(Action("ssm:SendCommand"), INSTANCES), (Action("ssm:SendCommand"), MANAGED_INSTANCES)],
            echo { super::Echo::Never };
        LIST_COMMANDS = "list-commands", ["ListCommands"], "ssm:ListCommands", Read, ANY;
        LIST_COMMAND_INVOCATIONS =
            "list-command-invocations", ["ListCommandInvocations"], "ssm:ListCommandInvocations", Read, ANY,
            echo { OF_COMMANDS };
        GET_COMMAND_INVOCATION =
            "get-command-invocation", ["GetCommandInvocation"], "ssm:GetCommandInvocation", Read, ANY,
            echo { OF_COMMANDS };
        CANCEL_COMMAND = "cancel-command", ["CancelCommand"], "ssm:CancelCommand", Idempotent, ANY;
        GET_PARAMETER = "get-parameter", ["GetParameter"], "ssm:GetParameter", Read, PARAMETERS;
    }
}

/// AWS Security Token Service.
pub mod sts {
    use super::{ANY, Action, ActionRow, Function, PhantomData, Repeat, Row};

    service! {
        "sts", "STS";
        GET_CALLER_IDENTITY = "get-caller-identity", ["GetCallerIdentity"], "sts:GetCallerIdentity", Read, ANY;
    }
}

/// The functions of the contract that call no AWS: the host answers them itself, and they have no row.
pub mod host {
    use super::Function;

    macro_rules! functions {
        ($($constant:ident = $interface:literal, $name:literal;)+) => {
            $(
                #[doc = concat!("`", $interface, ".", $name, "`.")]
                pub const $constant: Function = Function { interface: $interface, name: $name };
            )+

            /// All of them.
            pub const FUNCTIONS: &[Function] = &[$($constant),+];
        };
    }

    functions! {
        LOG_LINE = "log", "line";
        LOG_TABLE = "log", "table";
        LOG_PAIRS = "log", "pairs";
        LOG_LINK = "log", "link";
        CLOCK_NOW = "clock", "now";
        CREDENTIALS_DESCRIBE = "credentials", "describe";
        FILES_STAT = "files", "stat";
        FILES_LIST = "files", "list-files";
        FILES_REMOVE = "files", "remove-files";
        HTTP_SEND = "http", "send";
        HTTP_DOWNLOAD = "http", "download";
    }
}
