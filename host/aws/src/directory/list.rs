//! What lies below a directory, page by page, in the order in which S3 lists keys.

use std::io;

use cap_fs_ext::DirExt as _;
use cap_std::fs::{Dir, DirEntry, FileType};

use super::{Lender, Want, as_file, failed, kind};
use crate::wit::stepwell::step::files::{File, FileError, ListFilesRequest, ListFilesResponse};

/// Files in a page.
const LARGEST_PAGE: u32 = 1000;

/// Directories within one another. Each of them is open while what is in it is listed.
const DEEPEST: usize = 128;

/// What is said of what is skipped, in a page.
const MOST_SKIPPED: usize = 1000;

/// One page of the files below a directory.
pub(crate) fn list(lender: &Lender, request: &ListFilesRequest) -> Result<ListFilesResponse, FileError> {
    let ListFilesRequest { directory, start_after, max_files } = request;
    let most = max_files.unwrap_or(LARGEST_PAGE);
    if !(1..=LARGEST_PAGE).contains(&most) {
        return Err(FileError::Rejected(format!("a page has 1 to {LARGEST_PAGE} files, and not {most}")));
    }
    let top = lender.directory(directory, Want::Read)?;
    let after = start_after.clone().unwrap_or_default();
    let mut page = Page { after, most: most as usize, files: Vec::new(), skipped: Vec::new(), unsaid: 0, more: false };
    page.walk(&top, &format!("{directory}/"), 1).map_err(|error| failed(directory, &error))?;
    Ok(page.finish())
}

struct Page {
    after: String,
    most: usize,
    files: Vec<File>,
    skipped: Vec<(String, String)>,
    /// How many more were skipped.
    unsaid: usize,
    more: bool,
}

/// A name in a directory, as it is sorted: that of a directory ends with `/`.
struct Named {
    key: String,
    kind: FileType,
}

impl Page {
    /// Takes in what is in a directory whose path, with `/` at its end, is this.
    fn walk(&mut self, directory: &Dir, path: &str, depth: usize) -> io::Result<()> {
        for Named { key, kind: of } in self.names(directory, path)? {
            let path = format!("{path}{key}");
            if self.more {
                break;
            } else if of.is_dir() {
                self.enter(directory, key.trim_end_matches('/'), &path, depth);
            } else if of.is_file() {
                self.take(directory, &key, path);
            } else {
                self.skip(path, kind(of));
            }
        }
        Ok(())
    }

    /// The names that can come behind what was listed already, in order.
    fn names(&mut self, directory: &Dir, path: &str) -> io::Result<Vec<Named>> {
        let mut names = Vec::new();
        for entry in directory.entries()? {
            let entry = entry?;
            match named(&entry) {
                Ok(named) => {
                    let path = format!("{path}{}", named.key);
                    if path > self.after || self.after.starts_with(&path) && named.kind.is_dir() {
                        names.push(named);
                    }
                }
                Err(why) => self.skip(format!("{path}{}", entry.file_name().to_string_lossy()), &why),
            }
        }
        names.sort_unstable_by(|a, b| a.key.cmp(&b.key));
        Ok(names)
    }

    fn enter(&mut self, directory: &Dir, name: &str, path: &str, depth: usize) {
        let entered = match depth {
            DEEPEST.. => Err(io::Error::other("it lies too deep")),
            _ => directory.open_dir_nofollow(name).and_then(|below| self.walk(&below, path, depth + 1)),
        };
        if let Err(error) = entered {
            self.skip(path.trim_end_matches('/').to_owned(), &error.to_string());
        }
    }

    fn take(&mut self, directory: &Dir, name: &str, path: String) {
        match directory.symlink_metadata(name) {
            Ok(found) if !found.is_file() => self.skip(path, kind(found.file_type())),
            Ok(_) if self.files.len() == self.most => self.more = true,
            Ok(found) => self.files.push(as_file(path, &found)),
            // It was there a moment ago, and is not now.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => self.skip(path, &error.to_string()),
        }
    }

    fn skip(&mut self, path: String, why: &str) {
        if path <= self.after {
            return;
        }
        if self.skipped.len() < MOST_SKIPPED {
            self.skipped.push((path, why.to_owned()));
        } else {
            self.unsaid += 1;
        }
    }

    fn finish(mut self) -> ListFilesResponse {
        // What lies behind the last file is said with the next page.
        if let Some(last) = self.files.last().filter(|_| self.more) {
            self.skipped.retain(|(path, _)| *path < last.path);
        }
        self.skipped.sort_unstable();
        if let Some((last, _)) = self.skipped.last().filter(|_| self.unsaid > 0) {
            let rest = (format!("{last} …"), format!("{} more are no files", self.unsaid));
            self.skipped.push(rest);
        }
        ListFilesResponse { files: self.files, more: self.more, skipped: self.skipped }
    }
}

fn named(entry: &DirEntry) -> Result<Named, String> {
    let kind = entry.file_type().map_err(|error| error.to_string())?;
    let name = entry.file_name().into_string().map_err(|_| "its name is not UTF-8".to_owned())?;
    if name.contains('\\') {
        return Err("its name holds a `\\`".to_owned());
    }
    Ok(Named { key: if kind.is_dir() { format!("{name}/") } else { name }, kind })
}
