//! Regular files that a name was given for. Whatever else has the name is refused before it is opened: a pipe makes a
//! reader wait, and a device does what it likes.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::fs::{FileTypeExt as _, OpenOptionsExt as _};
use std::path::Path;

/// Bytes of a file with a token or certificates: a thousand times what they have.
const LONGEST: u64 = 4 << 20;

/// Opens a regular file, or a directory, whose reading then fails with the system's own words.
///
/// # Errors
/// The operating system's, and that it is no file.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    let kind = fs::metadata(path)?.file_type();
    if !(kind.is_file() || kind.is_dir()) {
        return Err(io::Error::other("it is a pipe, a socket or a device, not a file"));
    }
    // It may have been exchanged for a pipe since.
    let options = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
    let file = OpenOptions::new().read(true).custom_flags(options).open(path)?;
    if file.metadata()?.file_type().is_fifo() {
        return Err(io::Error::other("it is a pipe, not a file"));
    }
    Ok(file)
}

/// Reads a file of at most 4 MiB that another program wrote: a token, or certificates.
///
/// # Errors
/// The operating system's, that it is no file, and that it is larger.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.take(LONGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LONGEST {
        return Err(io::Error::other("it is larger than 4 MiB"));
    }
    Ok(bytes)
}

/// Reads such a file as text.
///
/// # Errors
/// Those of [`read`], and that it is no UTF-8.
pub fn read_text(path: &Path) -> io::Result<String> {
    String::from_utf8(read(path)?)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it has bytes that are no UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_file_of_some_size_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::write(at("token"), "canary").unwrap();
        fs::write(at("bytes"), [0xff]).unwrap();
        File::create(at("large")).unwrap().set_len(LONGEST + 1).unwrap();
        rustix::fs::mkfifoat(rustix::fs::CWD, at("pipe"), rustix::fs::Mode::RUSR).unwrap();
        std::os::unix::fs::symlink("/dev/zero", at("device")).unwrap();
        assert_eq!(read_text(&at("token")).unwrap(), "canary");
        let told = |name: &str| read_text(&at(name)).unwrap_err().to_string();
        assert_eq!(told("bytes"), "it has bytes that are no UTF-8");
        assert_eq!(told("large"), "it is larger than 4 MiB");
        assert_eq!(told("pipe"), "it is a pipe, a socket or a device, not a file");
        assert_eq!(told("device"), "it is a pipe, a socket or a device, not a file");
        assert_eq!(read(dir.path()).unwrap_err().kind(), io::ErrorKind::IsADirectory);
    }
}
