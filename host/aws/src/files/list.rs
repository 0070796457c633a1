//! The files below a directory, page by page, in the order in which S3 lists keys.

use std::io;

use cap_fs_ext::DirExt as _;
use cap_std::fs::{Dir, DirEntry, FileType};

use crate::directory::{LONGEST_PATH, Lender, Want, as_file, failed, kind};
use crate::wit::files::{File, FileError, ListFilesRequest, ListFilesResponse};

/// Files in a page.
const LARGEST_PAGE: u32 = 1000;

/// Depth of nested directories. Each of them is open while its entries are listed.
const DEEPEST: usize = 128;

/// Skipped entries that a page names.
const MOST_SKIPPED: usize = 1000;

/// One page of the files below a directory.
pub(crate) fn page(lender: &Lender, request: &ListFilesRequest) -> Result<ListFilesResponse, FileError> {
    let ListFilesRequest { directory, start_after, max_files } = request;
    let most = max_files.unwrap_or(LARGEST_PAGE);
    if !(1..=LARGEST_PAGE).contains(&most) {
        return Err(FileError::Rejected(format!("a page has 1 to {LARGEST_PAGE} files, not {most}")));
    }
    let top = lender.directory(directory, Want::Read)?;
    let after = start_after.clone().unwrap_or_default();
    let mut page = Page { after, most: most as usize, ..Page::default() };
    let path = format!("{directory}/");
    page.walk(&top, &path, 1).map_err(|error| failed(directory, &error))?;
    Ok(page.finish(path))
}

#[derive(Default)]
struct Page {
    after: String,
    most: usize,
    files: Vec<File>,
    /// Paths and reasons in the order of the walk, in which a directory sorts as its path with `/` at the end.
    skipped: Vec<(String, String)>,
    /// Number of further skipped entries.
    unsaid: usize,
    /// Number of those before the last file.
    unsaid_before: usize,
    more: bool,
}

/// A name in a directory with its sort key: that of a directory ends with `/`.
struct Named {
    key: String,
    /// Its type, or why it cannot be listed.
    kind: Result<FileType, String>,
}

impl Page {
    /// Adds the entries of a directory. `path` ends with `/`.
    fn walk(&mut self, directory: &Dir, path: &str, depth: usize) -> io::Result<()> {
        for Named { key, kind: of } in self.names(directory, path)? {
            let path = format!("{path}{key}");
            if self.more {
                break;
            }
            match of {
                _ if path.len() > LONGEST_PATH => self.skip(path, "its path is too long"),
                Ok(of) if of.is_dir() => self.enter(directory, key.trim_end_matches('/'), path, depth),
                Ok(of) if of.is_file() => self.take(directory, &key, path),
                Ok(of) => self.skip(path, kind(of)),
                Err(why) => self.skip(path, &why),
            }
        }
        Ok(())
    }

    /// The names that can follow the start of the page, in order.
    fn names(&self, directory: &Dir, path: &str) -> io::Result<Vec<Named>> {
        let mut names = Vec::new();
        for entry in directory.entries()? {
            let named = named(&entry?);
            if self.is_ahead(&format!("{path}{}", named.key), &named.kind) {
                names.push(named);
            }
        }
        names.sort_unstable_by(|a, b| a.key.cmp(&b.key));
        Ok(names)
    }

    /// Whether the path follows the start of the page, or is (or was) a directory of which only a part was listed.
    fn is_ahead(&self, path: &str, kind: &Result<FileType, String>) -> bool {
        let below = self.after.strip_prefix(path.trim_end_matches('/'));
        let is_around = below.is_some_and(|below| below.starts_with('/'));
        *path > *self.after || is_around && !kind.as_ref().is_ok_and(FileType::is_file)
    }

    fn enter(&mut self, directory: &Dir, name: &str, path: String, depth: usize) {
        let entered = match depth {
            DEEPEST.. => Err(io::Error::other("it lies too deep")),
            _ => directory.open_dir_nofollow(name).and_then(|below| self.walk(&below, &path, depth + 1)),
        };
        if let Err(error) = entered {
            self.skip(path, &error.to_string());
        }
    }

    fn take(&mut self, directory: &Dir, name: &str, path: String) {
        match directory.symlink_metadata(name) {
            Ok(found) if !found.is_file() => self.skip(path, kind(found.file_type())),
            Ok(_) if self.files.len() == self.most => self.more = true,
            Ok(found) => {
                self.files.push(as_file(path, &found));
                self.unsaid_before = self.unsaid;
            }
            // Another process removed it meanwhile.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => self.skip(path, &error.to_string()),
        }
    }

    fn skip(&mut self, path: String, why: &str) {
        if self.skipped.len() < MOST_SKIPPED {
            self.skipped.push((path, why.to_owned()));
        } else {
            self.unsaid += 1;
        }
    }

    fn finish(mut self, directory: String) -> ListFilesResponse {
        // The next page names the skipped entries behind the last file.
        if let Some(last) = self.files.last().filter(|_| self.more) {
            self.skipped.retain(|(path, _)| *path < last.path);
            self.unsaid = self.unsaid_before;
        }
        if self.unsaid > 0 {
            self.skipped.push((directory, format!("{} more are no files", self.unsaid)));
        }
        ListFilesResponse { files: self.files, more: self.more, skipped: self.skipped }
    }
}

fn named(entry: &DirEntry) -> Named {
    let (kind, name) = (entry.file_type().map_err(|error| error.to_string()), entry.file_name());
    let slash = if kind.as_ref().is_ok_and(FileType::is_dir) { "/" } else { "" };
    let key = format!("{}{slash}", name.to_string_lossy());
    let kind = if name.to_str().is_some() { kind } else { Err("its name is not UTF-8".to_owned()) };
    Named { key, kind }
}
