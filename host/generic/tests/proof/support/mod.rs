//! What the proofs share.

pub mod body;
pub mod corpus;
pub mod random;
pub mod walk;
pub mod zoo;
