//! Bad requests: what a job or a plugin writes wrongly, or in order to reach something else. Each is an error that says
//! what, because and next.

mod check;
mod places;
