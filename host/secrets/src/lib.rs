//! Secrets: where they are kept, how they are masked, how a plugin refers to one that it never sees, and which files
//! the host trusts.
//!
//! `keys.rs` opens the key stores (encrypted file, Vault); the store of AWS Secrets Manager is in `stepwell-aws`, which
//! has the SDK. `mask.rs` removes known secrets from everything that people and files see. `strength.rs` tells which
//! secrets are weak. `placeholder.rs` exchanges the placeholders of secret options for their values. `ours.rs` decides
//! whether another user could have written or read a file, `regular.rs` reads files that other programs wrote, and
//! `durable.rs` writes files that survive a power failure.
//!
//! What may not live here: anything that knows AWS, a plugin or a run.

pub mod durable;
mod keys;
mod mask;
pub mod ours;
mod placeholder;
pub mod regular;
mod strength;

pub use keys::{
    AskPassphrase, KeyError, KeyErrorKind, KeyFiles, KeyStore, KeyStores, LONGEST, ListedKey, Listing,
    OpenSecretsManager, StoreError, StoredKey, Unusable, Written, field, usable,
};
pub use mask::{MaskedWriter, Masker};
pub use placeholder::Secrets;
pub use strength::is_weak;
