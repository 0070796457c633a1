//! A run goes on where it stood, wherever its process dies, and nothing happens twice that must happen once.

mod crashes;
mod fleet;
