//! The error of a service, as the SDK's own rooms want it.

use std::fmt;

use aws_smithy_types::error::ErrorMetadata;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use stepwell_generic::protocol::Refusal;

/// What a service said when it refused.
#[derive(Debug)]
pub(crate) struct OperationError(ErrorMetadata);

impl fmt::Display for OperationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AWS refused the call")
    }
}

impl std::error::Error for OperationError {}

impl ProvideErrorMetadata for OperationError {
    fn meta(&self) -> &ErrorMetadata {
        &self.0
    }
}

impl From<Refusal> for OperationError {
    fn from(refusal: Refusal) -> Self {
        let mut meta = ErrorMetadata::builder();
        if let Some(code) = refusal.code {
            meta = meta.code(code);
        }
        if let Some(message) = refusal.message {
            meta = meta.message(message);
        }
        Self(meta.build())
    }
}

/// A request that cannot be sent as it is.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unsendable {
    /// A value of the request is wrong.
    #[error("{0}")]
    Request(String),
    /// The endpoint of the settings is wrong, whatever the request is.
    #[error("{0}")]
    Endpoint(String),
}
