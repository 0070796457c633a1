//! Amazon Athena.

use super::{Action, ActionRow, Repeat, Resource, Service};

const ATHENA: Service = Service { interface: "athena", name: "Athena" };

const WORK_GROUPS: Resource = Resource::Arn("athena:*:*:workgroup/*");

const BUCKETS: Resource = Resource::Arn("s3:::*");
const OBJECTS: Resource = Resource::Arn("s3:::*/*");

/// A database is checked together with its catalog, and a table with both.
const CATALOG: Resource = Resource::Arn("glue:*:*:*");

/// Athena reads tables and writes results as whoever asks it to. What a query needs that changes tables or the catalog is
/// not in here: a step that only reads would ask for it as well.
const ON_BEHALF: &[(Action, Resource)] = &[
    (Action("athena:GetDataCatalog"), Resource::Arn("athena:*:*:datacatalog/*")),
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
];

pub(super) static ROWS: [ActionRow; 4] = [
    ATHENA
        .call(
            "start-query-execution",
            &["StartQueryExecution"],
            "athena:StartQueryExecution",
            Repeat::Tokened,
            WORK_GROUPS,
        )
        .also(ON_BEHALF),
    ATHENA.call("get-query-execution", &["GetQueryExecution"], "athena:GetQueryExecution", Repeat::Read, WORK_GROUPS),
    // The results are a file that AWS reads as whoever asks for them.
    ATHENA
        .call("get-query-results", &["GetQueryResults"], "athena:GetQueryResults", Repeat::Read, WORK_GROUPS)
        .also(&[(Action("s3:GetObject"), OBJECTS)]),
    ATHENA.call(
        "stop-query-execution",
        &["StopQueryExecution"],
        "athena:StopQueryExecution",
        Repeat::Idempotent,
        WORK_GROUPS,
    ),
];
