//! The end of the function, in whatever way its step ends.

use stepwell_plugin::lambda::{self, DeleteFunctionRequest};
use stepwell_plugin::{CallErrorKind, Failure, info, warn};

/// A function that is not there was deleted before a crash, or never created.
pub(crate) fn delete(function: &str) -> Result<(), Failure> {
    let request = DeleteFunctionRequest { function_name: function.to_owned(), ..Default::default() };
    match lambda::delete_function(&request) {
        Ok(()) => info!("function {function} is deleted"),
        Err(error) if error.kind == CallErrorKind::NotFound => info!("function {function} is not there"),
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

/// Says whether it was deleted. What it did is worth more than that it is gone.
pub(crate) fn delete_or_warn(function: &str, wanted: bool) -> bool {
    let deleted = wanted.then(|| delete(function));
    if let Some(Err(failure)) = &deleted {
        warn!("{}", left(function, &failure.message));
    }
    deleted.is_some_and(|deleted| deleted.is_ok())
}

pub(crate) fn left(function: &str, why: &str) -> String {
    format!("function {function} is left behind, delete it: {why}")
}
