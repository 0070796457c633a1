//! The HTTP client of plugins: one request to one granted URL, within its limits.
//!
//! `client.rs` has the connections, `resolve.rs` decides which addresses they lead to, `answer.rs` reads what comes back
//! and bounds it, `again.rs` says when to try once more.
//!
//! What may not live here: who may send what (`stepwell-model`'s `grant/http.rs`), what the journal learns of it, and
//! redirects, each of which is a request of its own (`stepwell-aws`'s `web.rs`).

mod again;
mod answer;
mod authorities;
mod client;
mod error;
mod resolve;
#[cfg(test)]
mod tests;

pub use again::pause;
pub use answer::Incoming;
pub use authorities::AuthorityError;
pub use client::{Client, Outgoing};
pub use error::SendError;
