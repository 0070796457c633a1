//! Calls against a replay client: what matters is the request that left, or that none did.

mod contract;
mod credentials;
mod errors;
mod gate;
mod journal;
mod repeats;
mod requests;
mod sts;
mod support;
