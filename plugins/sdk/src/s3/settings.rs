//! The properties of a step for the objects that it makes.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ObjectSettings;

/// The properties of new objects, for `#[serde(flatten)]` in a configuration with
/// [`transfer_rules`](super::transfer_rules).
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct Settings {
    /// The canned ACL of the objects. A bucket that was made since April 2023 refuses all but `bucket-owner-full-control`
    /// unless its owner allows ACLs.
    #[schemars(extend("x-stepwell-needs" = ["s3:PutObjectAcl"]))]
    acl: Option<Acl>,
    /// `Cache-Control` of the objects, such as `max-age=3600`.
    #[schemars(length(min = 1))]
    cache_control: Option<String>,
    /// `Content-Disposition` of the objects, such as `attachment`.
    #[schemars(length(min = 1))]
    content_disposition: Option<String>,
    /// `Content-Encoding` of the objects, such as `gzip`.
    #[schemars(length(min = 1))]
    content_encoding: Option<String>,
    /// `Content-Language` of the objects.
    #[schemars(length(min = 1))]
    content_language: Option<String>,
    /// `Content-Type` of the objects. Without it, an upload has the type of the file's extension.
    #[schemars(length(min = 1))]
    content_type: Option<String>,
    /// The user-defined metadata of the objects, without `x-amz-meta-`. It replaces that of a copied object.
    metadata: Option<BTreeMap<String, String>>,
    /// The server-side encryption of the objects. Without it, the bucket's default applies.
    sse: Option<Encryption>,
    /// The KMS key that encrypts the objects: id, alias or ARN. Without it, `aws:kms` uses the AWS managed key of S3.
    #[schemars(length(min = 1), extend("x-stepwell-needs" = ["kms:Decrypt", "kms:GenerateDataKey"]))]
    sse_kms_key_id: Option<String>,
    /// The storage class of the objects, otherwise `STANDARD`, for copies too.
    storage_class: Option<StorageClass>,
}

/// The names of the properties.
pub(super) const NAMES: [&str; 10] = [
    "acl",
    "cache_control",
    "content_disposition",
    "content_encoding",
    "content_language",
    "content_type",
    "metadata",
    "sse",
    "sse_kms_key_id",
    "storage_class",
];

#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
enum Acl {
    Private,
    PublicRead,
    PublicReadWrite,
    AuthenticatedRead,
    AwsExecRead,
    BucketOwnerRead,
    BucketOwnerFullControl,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[schemars(inline)]
enum Encryption {
    #[serde(rename = "AES256")]
    Aes256,
    #[serde(rename = "aws:kms")]
    Kms,
    #[serde(rename = "aws:kms:dsse")]
    KmsDsse,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schemars(inline)]
enum StorageClass {
    Standard,
    ReducedRedundancy,
    StandardIa,
    OnezoneIa,
    IntelligentTiering,
    Glacier,
    GlacierIr,
    DeepArchive,
}

impl From<Settings> for ObjectSettings {
    fn from(settings: Settings) -> Self {
        Self {
            acl: settings.acl.and_then(name),
            cache_control: settings.cache_control,
            content_disposition: settings.content_disposition,
            content_encoding: settings.content_encoding,
            content_language: settings.content_language,
            content_type: settings.content_type,
            metadata: settings.metadata.map(|metadata| metadata.into_iter().collect()),
            server_side_encryption: settings.sse.and_then(name),
            ssekms_key_id: settings.sse_kms_key_id,
            storage_class: settings.storage_class.and_then(name),
        }
    }
}

/// AWS's name of a value, which is its name in a job.
fn name(value: impl Serialize) -> Option<String> {
    serde_json::to_value(value).ok()?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use schemars::schema_for;
    use serde_json::json;

    use super::*;

    #[test]
    fn the_values_have_the_names_that_aws_gives_them() {
        let given = json!({
            "acl": "bucket-owner-full-control",
            "metadata": { "team": "web" },
            "sse": "aws:kms",
            "sse_kms_key_id": "alias/site",
            "storage_class": "STANDARD_IA",
        });
        let settings: ObjectSettings = serde_json::from_value::<Settings>(given).unwrap().into();
        assert_eq!(settings.acl.as_deref(), Some("bucket-owner-full-control"));
        assert_eq!(settings.metadata, Some(vec![("team".to_owned(), "web".to_owned())]));
        assert_eq!(settings.server_side_encryption.as_deref(), Some("aws:kms"));
        assert_eq!(settings.ssekms_key_id.as_deref(), Some("alias/site"));
        assert_eq!((settings.storage_class.as_deref(), settings.cache_control), (Some("STANDARD_IA"), None));
    }

    #[test]
    fn every_property_has_its_rule() {
        let schema = schema_for!(Settings);
        let properties = schema.get("properties").and_then(|all| all.as_object()).unwrap();
        assert_eq!(properties.keys().collect::<Vec<_>>(), NAMES);
    }
}
