//! Bad answers: what a broken or hostile service, or something on the way to it, makes of a response. Each is an error
//! with a text that says what was wanted, and never a panic or a wrong value.

mod errors;
mod hostile;
mod shapes;
mod truncated;
