//! Reading the files that people write.

use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::Path;

use stepwell_model::settings::System;
use stepwell_model::source::Source;

use crate::error::HomeError;

/// Bytes of a job or settings file: a thousand times what people write.
const LONGEST_FILE: u64 = 4 << 20;

/// Reads a file as text of at most 4 MiB.
///
/// # Errors
/// When the file cannot be read, is longer, or is not UTF-8.
pub fn read(path: &Path) -> Result<Source, HomeError> {
    let unreadable = |reason: String| HomeError::Unreadable { path: path.to_owned(), reason };
    let mut text = String::new();
    let file = File::open(path).map_err(|error| unreadable(error.to_string()))?;
    file.take(LONGEST_FILE + 1).read_to_string(&mut text).map_err(|error| unreadable(error.to_string()))?;
    if text.len() as u64 > LONGEST_FILE {
        return Err(unreadable("it is larger than 4 MiB".to_owned()));
    }
    Ok(Source::new(path.display().to_string(), text))
}

/// Reads the `stepwell.toml` of a `STEPWELL_HOME`; none when the file does not exist.
///
/// A file that exists and cannot be read is an error: it may restrict what runs may do.
pub fn read_system(home: &Path) -> Result<Option<System>, HomeError> {
    let file = home.join("stepwell.toml");
    let is_missing = |error: &std::io::Error| matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory);
    if file.symlink_metadata().is_err_and(|error| is_missing(&error)) {
        return Ok(None);
    }
    Ok(Some(System::read(read(&file)?)?))
}
