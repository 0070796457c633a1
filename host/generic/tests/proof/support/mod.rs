//! What the proofs share.

pub mod body;
pub mod walk;
