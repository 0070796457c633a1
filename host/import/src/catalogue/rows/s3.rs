//! The rows of Amazon S3. Rundeck's steps are scripts around the AWS CLI: some forms offer what the CLI refuses there.

use super::super::Kind::{Flag, Include, Location, Number};
use super::super::Waits::Never;
use super::super::{Kind, LeftOut, Plugin, Property, property, text};

const SOURCE: Property = property("source", Location);

const DESTINATION: Property = property("destination", Location);

const INCLUDE: Property = property("include", Include);

const EXCLUDE: Property = text("exclude");

const QUIET: Property = property("quiet", Flag);

const RECURSIVE: Property = property("recursive", Flag);

const DRY_RUN: Property = property("dry_run", Flag).alias(&["dryrun"]);

const DELETE: Property = property(
    "delete",
    Kind::LeftOut(LeftOut {
        why: "only a sync removes what the source does not have",
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
        why: "no job names the endpoint of its calls",
        next: "set AWS_ENDPOINT_URL for `stepwell run`",
    }),
);

const S3_URI: Property = text("s3_uri").alias(&["S3Uri", "s3uri"]);

const PAGE_SIZE: Property = property("page_size", Number);

const TRANSFER: &[Property] = &[SOURCE, DESTINATION, INCLUDE, EXCLUDE, QUIET, RECURSIVE, DRY_RUN, DELETE, ENDPOINT];

const TRANSFERRED: &[&str] = &["transferred_count", "transferred_bytes", "deleted_count", "failed_count"];

pub const COPY: Plugin = Plugin {
    name: "s3-copy",
    known_as: &["aws-cli-s3-cp", "aws / s3 / cp"],
    properties: TRANSFER,
    waits: Never,
    outputs: TRANSFERRED,
};

pub const MOVE: Plugin = Plugin {
    name: "s3-move",
    known_as: &["aws-cli-s3-mv", "aws / s3 / mv"],
    properties: TRANSFER,
    waits: Never,
    outputs: TRANSFERRED,
};

pub const SYNC: Plugin = Plugin {
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
        property("delete", Flag),
        ENDPOINT,
    ],
    waits: Never,
    outputs: TRANSFERRED,
};

pub const LIST: Plugin = Plugin {
    name: "s3-list",
    known_as: &["aws-cli-s3-ls", "aws / s3 / ls"],
    properties: &[
        S3_URI,
        RECURSIVE,
        property("human_readable", Flag),
        property("summarize", Flag),
        PAGE_SIZE,
        ENDPOINT,
    ],
    waits: Never,
    outputs: &["buckets", "object_count", "total_bytes", "objects", "common_prefixes"],
};

pub const REMOVE: Plugin = Plugin {
    name: "s3-remove",
    known_as: &["aws-cli-s3-rm", "aws / s3 / rm"],
    properties: &[
        S3_URI,
        INCLUDE,
        EXCLUDE,
        RECURSIVE,
        DRY_RUN,
        PAGE_SIZE,
        property("only_show_errors", Flag),
        ENDPOINT,
    ],
    waits: Never,
    outputs: TRANSFERRED,
};

pub const CREATE_BUCKET: Plugin = Plugin {
    name: "s3-create-bucket",
    known_as: &["aws-cli-s3-mb", "aws / s3 / mb"],
    properties: &[S3_URI, ENDPOINT],
    waits: Never,
    outputs: &["bucket"],
};

pub const DELETE_BUCKET: Plugin = Plugin {
    name: "s3-delete-bucket",
    known_as: &["aws-cli-s3-rb", "aws / s3 / rb"],
    properties: &[S3_URI, property("force", Flag), ENDPOINT],
    waits: Never,
    outputs: &["bucket", "deleted_count"],
};
