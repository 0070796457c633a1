//! The transfer of files, and of a single file.

use serde::{Deserialize, Serialize};

use super::{
    Download, HeadObjectRequest, ListObjectsV2Request, Location, ObjectCopy, ObjectSettings, TransferError, Upload,
    copy_objects_with, download_files, head_object, list_objects_v2, upload_files_with,
};
use crate::files::{self, FileError};
use crate::{CallErrorKind, Failure};

/// The transfer of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    /// The source.
    pub from: Location,
    /// The destination.
    pub to: Location,
    /// The size in bytes.
    pub size: u64,
    /// When the source was modified, in milliseconds since 1970-01-01 00:00 UTC.
    pub modified: u64,
}

/// The direction of a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From this machine to S3.
    Upload,
    /// From S3 to this machine.
    Download,
    /// Within S3.
    Copy,
}

impl Direction {
    /// The direction from one to the other.
    ///
    /// # Errors
    ///
    /// Neither of them is in S3.
    pub fn between(source: &Location, destination: &Location) -> Result<Self, Failure> {
        match (source.is_s3(), destination.is_s3()) {
            (false, true) => Ok(Self::Upload),
            (true, false) => Ok(Self::Download),
            (true, true) => Ok(Self::Copy),
            (false, false) => Err(Failure::configuration_invalid(format!(
                "`source` and `destination` are both on this machine; one of `{source}` and `{destination}` must begin \
                 with s3://"
            ))),
        }
    }

    /// The AWS CLI's word for it in its output.
    #[must_use]
    pub fn verb(self) -> &'static str {
        match self {
            Self::Upload => "upload",
            Self::Download => "download",
            Self::Copy => "copy",
        }
    }
}

/// The result for one file: its size in bytes.
pub(super) type Transferred = Result<u64, TransferError>;

/// Transfers files, all in the same direction, and returns one result for each.
///
/// # Errors
///
/// No file was transferred.
pub(super) fn transfer(
    direction: Direction,
    transfers: &[Transfer],
    settings: &ObjectSettings,
) -> Result<Vec<Transferred>, Failure> {
    let text = |location: &Location| location.path().to_owned();
    Ok(match direction {
        Direction::Upload => {
            let uploads =
                each(transfers, |path, to| Upload { path: text(path), bucket: to.bucket().to_owned(), key: text(to) });
            upload_files_with(&uploads, settings)?
        }
        Direction::Download => download_files(&each(transfers, |from, path| Download {
            bucket: from.bucket().to_owned(),
            key: text(from),
            path: text(path),
        }))?,
        Direction::Copy => {
            let copies = each(transfers, |from, to| ObjectCopy {
                source_bucket: from.bucket().to_owned(),
                source_key: text(from),
                bucket: to.bucket().to_owned(),
                key: text(to),
            });
            let copied = copy_objects_with(&copies, settings)?;
            copied.into_iter().map(|result| result.map_err(TransferError::Call)).collect()
        }
    })
}

fn each<T>(transfers: &[Transfer], request: impl Fn(&Location, &Location) -> T) -> Vec<T> {
    transfers.iter().map(|transfer| request(&transfer.from, &transfer.to)).collect()
}

/// Whether all other files will probably fail like this one.
pub(super) fn fails_all(direction: Direction, error: &TransferError) -> bool {
    match error {
        TransferError::Call(error) => {
            let code = error.code.as_deref();
            error.kind == CallErrorKind::Denied || matches!(code, Some("NoSuchBucket" | "PermanentRedirect"))
        }
        TransferError::File(FileError::Denied(_)) => true,
        // The host creates the directories above a file, except the lent one.
        TransferError::File(FileError::NotFound(_)) => direction == Direction::Download,
        TransferError::File(_) => false,
    }
}

impl From<TransferError> for Failure {
    fn from(error: TransferError) -> Self {
        match error {
            TransferError::Call(error) => error.into(),
            TransferError::File(error) => error.into(),
        }
    }
}

impl Transfer {
    /// The transfer of one file to the destination.
    ///
    /// # Errors
    ///
    /// The source does not exist, is not one file, or is the destination.
    pub fn of_one(source: &Location, destination: &Location) -> Result<Self, Failure> {
        Direction::between(source, destination)?;
        if source.is_directory() {
            return Err(is_directory(source));
        }
        let (size, modified) = look(source)?;
        let to = destination_of(source, destination, is_there_a_directory(destination)?);
        if *source == to {
            return Err(onto_itself(source));
        }
        Ok(Self { from: source.clone(), to, size, modified })
    }

    /// Transfers the file, to an object with these settings if it goes to S3, and returns its size in bytes.
    ///
    /// # Errors
    ///
    /// Those of the host.
    pub fn run(&self, settings: &ObjectSettings) -> Result<u64, Failure> {
        let direction = Direction::between(&self.from, &self.to)?;
        let transferred = transfer(direction, std::slice::from_ref(self), settings)?.pop();
        Ok(transferred.ok_or_else(|| Failure::aws_error("the result of the transfer is unknown"))??)
    }
}

pub(super) fn onto_itself(location: &Location) -> Failure {
    Failure::configuration_invalid(format!("`source` and `destination` are the same: `{location}`"))
}

fn is_directory(location: &Location) -> Failure {
    let what = if location.is_s3() { "a prefix and not an object" } else { "a directory" };
    Failure::configuration_invalid(format!("`{location}` is {what}; set `recursive`"))
}

/// The destination of a file, which keeps its name in an existing directory, or in a place written as one.
fn destination_of(source: &Location, destination: &Location, is_there_a_directory: bool) -> Location {
    if destination.is_directory() || is_there_a_directory {
        destination.clone().directory().join(source.name())
    } else {
        destination.clone()
    }
}

fn is_there_a_directory(destination: &Location) -> Result<bool, Failure> {
    if destination.is_s3() || destination.is_directory() {
        return Ok(false);
    }
    match files::stat(destination.path()) {
        Ok(files::Entry::Directory) => Ok(true),
        Ok(files::Entry::File(_)) | Err(FileError::NotFound(_)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// The size in bytes and the modification time.
fn look(source: &Location) -> Result<(u64, u64), Failure> {
    let (bucket, key) = match source {
        Location::Local { path } => {
            return match files::stat(path)? {
                files::Entry::File(file) => Ok((file.size, file.modified)),
                files::Entry::Directory => Err(is_directory(source)),
            };
        }
        Location::S3 { bucket, key } => (bucket.clone(), key.clone()),
    };
    match head_object(&HeadObjectRequest { bucket, key }) {
        Ok(head) => Ok((head.content_length, head.last_modified)),
        Err(error) if error.kind == CallErrorKind::NotFound => Err(missing_object(source)),
        Err(error) => Err(error.into()),
    }
}

/// The failure for a missing object: it may be a prefix, which only a list can tell. Without the permission to list,
/// the failure is only that there is no such object.
fn missing_object(source: &Location) -> Failure {
    let directory = source.clone().directory();
    let request = ListObjectsV2Request {
        bucket: directory.bucket().to_owned(),
        prefix: Some(directory.path().to_owned()),
        max_keys: Some(1),
        ..Default::default()
    };
    match list_objects_v2(&request) {
        Ok(page) if !page.contents.is_empty() => is_directory(source),
        Err(error) if error.kind == CallErrorKind::NotFound => error.into(),
        _ => Failure::not_found(format!("there is no object `{source}`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CallError;
    use crate::s3::location::at;

    #[test]
    fn one_side_must_be_in_s3() {
        let between = |source, destination| Direction::between(&at(source), &at(destination));
        assert_eq!(between("site/a", "s3://site/a"), Ok(Direction::Upload));
        assert_eq!(between("s3://site/a", "site/a"), Ok(Direction::Download));
        assert_eq!(between("s3://site/a", "s3://site/b"), Ok(Direction::Copy));
        let failure = between("site/a", "site/b").unwrap_err();
        assert_eq!(failure.code, "ConfigurationInvalid");
        assert!(failure.message.contains("`site/a` and `site/b`"), "{failure}");
    }

    #[test]
    fn a_file_keeps_its_name_in_a_directory_and_gets_another_one_otherwise() {
        for (source, destination, is_there_a_directory, expected) in [
            ("site/a.txt", "s3://site", false, "s3://site/a.txt"),
            ("site/a.txt", "s3://site/x/", false, "s3://site/x/a.txt"),
            ("site/a.txt", "s3://site/x", false, "s3://site/x"),
            ("s3://site/a/b.txt", "site", false, "site/b.txt"),
            ("s3://site/a/b.txt", "site/x/", false, "site/x/b.txt"),
            ("s3://site/a/b.txt", "site/x", true, "site/x/b.txt"),
            ("s3://site/a/b.txt", "site/x", false, "site/x"),
            ("s3://site/a/b.txt", "s3://other/x/", false, "s3://other/x/b.txt"),
        ] {
            let to = destination_of(&at(source), &at(destination), is_there_a_directory);
            assert_eq!(to.to_string(), expected, "{source} to {destination}");
        }
    }

    #[test]
    fn a_denied_file_fails_all_and_a_missing_one_fails_alone() {
        let call = |kind, code: Option<&str>| {
            let error = TransferError::Call(CallError {
                kind,
                action: "s3:PutObject".to_owned(),
                code: code.map(str::to_owned),
                message: String::new(),
                request_id: None,
            });
            fails_all(Direction::Upload, &error)
        };
        assert!(call(CallErrorKind::Denied, None) && call(CallErrorKind::NotFound, Some("NoSuchBucket")));
        assert!(!call(CallErrorKind::NotFound, Some("NoSuchKey")) && !call(CallErrorKind::Throttled, None));
        let file = |direction, error: fn(String) -> FileError| {
            fails_all(direction, &TransferError::File(error(String::new())))
        };
        assert!(file(Direction::Upload, FileError::Denied) && !file(Direction::Upload, FileError::Failed));
        assert!(file(Direction::Download, FileError::NotFound) && !file(Direction::Upload, FileError::NotFound));
    }
}
