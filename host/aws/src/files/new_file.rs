//! A file that appears at once, after all of its bytes are on the disk: a reader sees all of it, and a plugin may delete
//! what it was made from. All of this waits for the disk, and therefore runs on threads of its own.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::unix::fs::FileExt as _;
use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use cap_std::fs::Dir;
use cap_tempfile::TempFile;
use self_cell::self_cell;
use stepwell_model::lease::Lease;

use super::on_thread;
use crate::departure::{held_here, unchanged};
use crate::directory::{self, Lender, Spot};
use crate::wit::files::FileError;

/// None after the file got its name.
type Unnamed<'a> = Option<TempFile<'a>>;

self_cell!(
    struct Spotted {
        owner: Spot,
        #[not_covariant]
        dependent: Unnamed,
    }
);

/// A file without a name yet. Dropping it before it has one deletes it, on a thread of its own.
pub(crate) struct NewFile(Option<Spotted>);

/// Takes the bytes of the file.
#[derive(Debug, Clone)]
pub(crate) struct Sink {
    file: Arc<File>,
    pub(crate) path: Arc<str>,
}

impl NewFile {
    /// Opens a file for a path in a lent directory.
    pub(crate) fn open(lender: &Lender, path: &str, lease: &Lease) -> Result<(Self, Sink), FileError> {
        held_here(lease).map_err(|error| directory::failed(path, &unchanged(error)))?;
        let spot = lender.new_spot(path)?;
        spot.check_replaceable()?;
        open(spot).map_err(|error| directory::failed(path, &error))
    }

    /// Puts the file into its place.
    pub(crate) fn finish(mut self, sink: &Sink, modified: SystemTime, lease: &Lease) -> Result<(), FileError> {
        let mut spotted = self.0.take();
        let finished = spotted.as_mut().map_or(Ok(()), |spotted| finish(spotted, &sink.file, modified, lease));
        finished.map_err(|error| directory::failed(&sink.path, &error))
    }

    /// Deletes the file here and now.
    pub(crate) fn discard(mut self) {
        drop(self.0.take());
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        let Some(spotted) = self.0.take() else { return };
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn_blocking(move || drop(spotted))),
            Err(_) => drop(spotted),
        }
    }
}

impl Sink {
    pub(crate) async fn write(&self, chunk: Bytes, at: u64) -> Result<(), FileError> {
        let sink = self.clone();
        let write = move || sink.file.write_all_at(&chunk, at).map_err(|error| directory::failed(&sink.path, &error));
        on_thread(write).await
    }
}

fn open(spot: Spot) -> io::Result<(NewFile, Sink)> {
    let path = spot.path().into();
    let place = Spotted::try_new(spot, |spot| TempFile::new(spot.parent()).map(Some))?;
    let copy = |unnamed: &Unnamed<'_>| unnamed.as_ref().map(|file| file.as_file().try_clone()).transpose();
    let file = place.with_dependent(|_, unnamed| copy(unnamed))?.ok_or(ErrorKind::NotFound)?;
    Ok((NewFile(Some(place)), Sink { file: Arc::new(file.into_std()), path }))
}

fn finish(place: &mut Spotted, file: &File, modified: SystemTime, lease: &Lease) -> io::Result<()> {
    file.set_modified(modified)?;
    file.sync_all()?;
    held_here(lease).map_err(unchanged)?;
    place.with_dependent_mut(|spot, unnamed| {
        unnamed.take().map_or(Ok(()), |file| file.replace(spot.name()))?;
        keep_names(spot.parent())
    })
}

/// Syncs the names of a directory to the disk, where the file system supports it.
fn keep_names(directory: &Dir) -> io::Result<()> {
    match directory.open(".")?.sync_all() {
        Err(error) if matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => Ok(()),
        kept => kept,
    }
}
