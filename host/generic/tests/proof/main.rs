//! Proof of the protocols: botocore's own tests, botocore as a peer for every operation, and what hostile services and
//! requests make of them.
//!
//! All are one test binary, because each binary is linked separately. `cargo xtask test` prepares what they need; a test
//! that runs alone prepares it itself.

// Clippy allows panics in test code, and recognises it by this attribute.
#![cfg(test)]

mod answers;
mod fuzz;
mod paths;
mod peers;
mod protocols;
mod requests;
mod support;
