//! Amazon S3.

use super::{Action, ActionRow, Repeat, Resource, Service};

const S3: Service = Service { interface: "s3", name: "S3" };

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
    S3.look("list-buckets", &["ListBuckets"], "s3:ListAllMyBuckets"),
    S3.call("list-objects-v2", &["ListObjectsV2"], "s3:ListBucket", Repeat::Read, BUCKETS),
    S3.call("head-object", &["HeadObject"], "s3:GetObject", Repeat::Read, OBJECTS),
    S3.call("create-bucket", &["CreateBucket"], "s3:CreateBucket", Repeat::Once, BUCKETS),
    S3.call("delete-bucket", &["DeleteBucket"], "s3:DeleteBucket", Repeat::Once, BUCKETS),
    S3.call("delete-objects", &["DeleteObjects"], "s3:DeleteObject", Repeat::Idempotent, OBJECTS),
    S3.call("upload-files", PUT, "s3:PutObject", Repeat::Idempotent, OBJECTS).also(&[ABORT]),
    // It changes files of this machine.
    S3.call("download-files", &["GetObject"], "s3:GetObject", Repeat::Idempotent, OBJECTS),
    // AWS copies the tags of an object with it, and asks for the actions only when it has any.
    S3.call("copy-objects", COPY, "s3:PutObject", Repeat::Idempotent, OBJECTS).also(&[
        ABORT,
        (Action("s3:GetObject"), OBJECTS),
        (Action("s3:GetObjectTagging"), OBJECTS),
        (Action("s3:PutObjectTagging"), OBJECTS),
    ]),
];
