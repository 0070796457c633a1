//! Amazon S3.

use super::{Action, ActionRow, Repeat, Resource};

const fn s3(
    function: &'static str,
    operations: &'static [&'static str],
    action: &'static str,
    repeat: Repeat,
    resource: Resource,
) -> ActionRow {
    let (interface, service, action) = ("s3", "S3", Action(action));
    ActionRow { interface, function, service, operations, action, repeat, resource, also: &[] }
}

const BUCKETS: Resource = Resource::Arn("s3:::*");
const OBJECTS: Resource = Resource::Arn("s3:::*/*");

/// What moves a large object in parts, and what takes the parts away again.
const ABORT: (Action, Resource) = (Action("s3:AbortMultipartUpload"), OBJECTS);

const PUT: &[&str] =
    &["PutObject", "CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload", "AbortMultipartUpload"];
const COPY: &[&str] = &[
    "HeadObject",
    "GetObjectTagging",
    "CopyObject",
    "CreateMultipartUpload",
    "UploadPartCopy",
    "CompleteMultipartUpload",
    "AbortMultipartUpload",
];

pub(super) static ROWS: [ActionRow; 9] = [
    s3("list-buckets", &["ListBuckets"], "s3:ListAllMyBuckets", Repeat::Read, Resource::Any),
    s3("list-objects-v2", &["ListObjectsV2"], "s3:ListBucket", Repeat::Read, BUCKETS),
    s3("head-object", &["HeadObject"], "s3:GetObject", Repeat::Read, OBJECTS),
    s3("create-bucket", &["CreateBucket"], "s3:CreateBucket", Repeat::Once, BUCKETS),
    s3("delete-bucket", &["DeleteBucket"], "s3:DeleteBucket", Repeat::Once, BUCKETS),
    s3("delete-objects", &["DeleteObjects"], "s3:DeleteObject", Repeat::Idempotent, OBJECTS),
    s3("upload-files", PUT, "s3:PutObject", Repeat::Idempotent, OBJECTS).also(&[ABORT]),
    // It changes files of this machine.
    s3("download-files", &["GetObject"], "s3:GetObject", Repeat::Idempotent, OBJECTS),
    // AWS copies the tags of an object with it, and asks for the actions only when it has any.
    s3("copy-objects", COPY, "s3:PutObject", Repeat::Idempotent, OBJECTS).also(&[
        ABORT,
        (Action("s3:GetObject"), OBJECTS),
        (Action("s3:GetObjectTagging"), OBJECTS),
        (Action("s3:PutObjectTagging"), OBJECTS),
    ]),
];
