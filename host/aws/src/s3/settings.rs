//! The properties of new objects: those that a step sets, and those that an upload or a copy has without it.

use std::collections::HashMap;

use aws_sdk_s3::operation::head_object::HeadObjectOutput;
use aws_sdk_s3::types::{ObjectCannedAcl, ServerSideEncryption, StorageClass};
use serde_json::{Value as Json, json};
use stepwell_model::action::Action;
use stepwell_model::action::s3::{KEY_ACTIONS, PUT_OBJECT_ACL};

use crate::wit::s3;

/// The properties of new objects. `None` leaves one to S3.
#[derive(Debug, Clone, Default)]
pub(super) struct ObjectSettings {
    pub(super) acl: Option<ObjectCannedAcl>,
    pub(super) cache_control: Option<String>,
    pub(super) content_disposition: Option<String>,
    pub(super) content_encoding: Option<String>,
    pub(super) content_language: Option<String>,
    pub(super) content_type: Option<String>,
    pub(super) metadata: Option<HashMap<String, String>>,
    pub(super) server_side_encryption: Option<ServerSideEncryption>,
    pub(super) kms_key_id: Option<String>,
    pub(super) storage_class: Option<StorageClass>,
}

/// Gives a request that makes an object its properties: `PutObject`, `CopyObject` or `CreateMultipartUpload`.
macro_rules! described {
    ($request:expr, $settings:expr) => {{
        let settings = $settings;
        $request
            .set_acl(settings.acl)
            .set_cache_control(settings.cache_control)
            .set_content_disposition(settings.content_disposition)
            .set_content_encoding(settings.content_encoding)
            .set_content_language(settings.content_language)
            .set_content_type(settings.content_type)
            .set_metadata(settings.metadata)
            .set_server_side_encryption(settings.server_side_encryption)
            .set_ssekms_key_id(settings.kms_key_id)
            .set_storage_class(settings.storage_class)
    }};
}
pub(super) use described;

impl From<s3::ObjectSettings> for ObjectSettings {
    fn from(settings: s3::ObjectSettings) -> Self {
        let s3::ObjectSettings {
            acl,
            cache_control,
            content_disposition,
            content_encoding,
            content_language,
            content_type,
            metadata,
            server_side_encryption,
            ssekms_key_id,
            storage_class,
        } = settings;
        Self {
            acl: acl.map(|acl| acl.as_str().into()),
            cache_control,
            content_disposition,
            content_encoding,
            content_language,
            content_type,
            metadata: metadata.map(|metadata| metadata.into_iter().collect()),
            server_side_encryption: server_side_encryption.map(|method| method.as_str().into()),
            kms_key_id: ssekms_key_id,
            storage_class: storage_class.map(|class| class.as_str().into()),
        }
    }
}

impl ObjectSettings {
    /// The actions that IAM checks for them beside those of every upload.
    pub(super) fn actions(&self) -> impl Iterator<Item = Action> + use<> {
        let of_acl = self.acl.as_ref().map(|_| PUT_OBJECT_ACL);
        let of_key = self.kms_key_id.as_ref().map(|_| KEY_ACTIONS);
        of_acl.into_iter().chain(of_key.into_iter().flatten())
    }

    /// Whether they name anything that S3 counts as metadata, which a copy has from its source otherwise.
    pub(super) fn has_metadata(&self) -> bool {
        let texts = [
            &self.cache_control,
            &self.content_disposition,
            &self.content_encoding,
            &self.content_language,
            &self.content_type,
        ];
        self.metadata.is_some() || texts.into_iter().any(Option::is_some)
    }

    /// Those of an uploaded file of this type.
    pub(super) fn of_upload(&self, content_type: Option<String>) -> Self {
        let mut settings = self.clone();
        settings.content_type = settings.content_type.or(content_type);
        settings
    }

    /// Those of a copy of this object, with all its metadata.
    pub(super) fn of_copy(&self, head: &HeadObjectOutput) -> Self {
        let or = |own: &Option<String>, of_source: Option<&str>| own.clone().or_else(|| of_source.map(str::to_owned));
        Self {
            cache_control: or(&self.cache_control, head.cache_control()),
            content_disposition: or(&self.content_disposition, head.content_disposition()),
            content_encoding: or(&self.content_encoding, head.content_encoding()),
            content_language: or(&self.content_language, head.content_language()),
            content_type: or(&self.content_type, head.content_type()),
            metadata: self.metadata.clone().or_else(|| head.metadata().cloned()),
            ..self.clone()
        }
    }

    /// The journal's record of a transfer, with the settings that decide who can read the objects and what they cost.
    pub(super) fn named_in(&self, mut record: Json) -> Json {
        let told = [
            ("ACL", self.acl.as_ref().map(ObjectCannedAcl::as_str)),
            ("ServerSideEncryption", self.server_side_encryption.as_ref().map(ServerSideEncryption::as_str)),
            ("SSEKMSKeyId", self.kms_key_id.as_deref()),
            ("StorageClass", self.storage_class.as_ref().map(StorageClass::as_str)),
        ];
        if let Some(record) = record.as_object_mut() {
            let told = told.into_iter().filter_map(|(name, value)| Some((name.to_owned(), json!(value?))));
            record.extend(told);
        }
        record
    }
}
