//! Amazon Athena.

use super::{Action, ActionRow, Repeat, Resource};

const fn athena(
    function: &'static str,
    operation: &'static [&'static str; 1],
    action: &'static str,
    repeat: Repeat,
) -> ActionRow {
    let (interface, service, action, resource) = ("athena", "Athena", Action(action), WORK_GROUPS);
    ActionRow { interface, function, service, operations: operation, action, repeat, resource, also: &[] }
}

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
    athena("start-query-execution", &["StartQueryExecution"], "athena:StartQueryExecution", Repeat::Tokened)
        .also(ON_BEHALF),
    athena("get-query-execution", &["GetQueryExecution"], "athena:GetQueryExecution", Repeat::Read),
    // The results are a file that AWS reads as whoever asks for them.
    athena("get-query-results", &["GetQueryResults"], "athena:GetQueryResults", Repeat::Read)
        .also(&[(Action("s3:GetObject"), OBJECTS)]),
    athena("stop-query-execution", &["StopQueryExecution"], "athena:StopQueryExecution", Repeat::Idempotent),
];
