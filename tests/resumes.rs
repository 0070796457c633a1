//! A run resumes where it stopped, wherever its process dies, and a call that must happen once happens once.

mod attacks;
mod authority;
mod crashes;
mod detached;
pub mod fleet;
mod lists;
mod processes;
mod releases;
pub mod running;
mod secrets;
mod stopped;
mod stopping;
mod timers;
mod uncertain;
