//! A description of the credentials that the host signs a step's calls with.
//!
//! [`describe`] needs no permission of the operator. Without credentials, the step ends there.
//!
//! ```no_run
//! use stepwell_plugin::credentials;
//!
//! let credentials = credentials::describe();
//! stepwell_plugin::info!("{} of {}", credentials.provider, credentials.from);
//! ```

pub use crate::bindings::stepwell::credentials::credentials::*;
