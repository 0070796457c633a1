//! What a step may know of the credentials that the host signs its calls with.
//!
//! [`describe`] asks the operator for no permission. A step whose host has no credentials ends there.
//!
//! ```no_run
//! use stepwell_plugin::credentials;
//!
//! let credentials = credentials::describe();
//! stepwell_plugin::info!("{} of {}", credentials.provider, credentials.from);
//! ```

pub use crate::bindings::stepwell::step::credentials::*;
