//! A run goes on where it stood, wherever its process dies, and nothing happens twice that must happen once.

mod authority;
mod crashes;
mod detached;
pub mod fleet;
mod lists;
mod processes;
pub mod running;
mod secrets;
mod stopping;
mod timers;
mod uncertain;
