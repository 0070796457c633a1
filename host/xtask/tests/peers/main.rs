//! The peers of the promises do what the promises take from them.

#![expect(clippy::unwrap_used, clippy::panic, reason = "clippy knows tests by their attribute, not what they share")]

mod credentials;
mod emulators;
mod token_memory;
