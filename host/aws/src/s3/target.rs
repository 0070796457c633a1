//! The file of a download. It appears at once, after all of its bytes are on the disk: a plugin may delete the source of a
//! downloaded object. All of this waits for the disk, and therefore runs on threads of its own.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::unix::fs::FileExt as _;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use cap_std::fs::Dir;
use cap_tempfile::TempFile;
use self_cell::self_cell;
use stepwell_model::lease::Lease;

use super::transfer::{Mover, Stop, interrupted};
use crate::departure::{held_here, unchanged};
use crate::directory::{self, Spot};
use crate::files::on_thread;
use crate::wit::files::FileError;

/// None after the file got its name.
type Unnamed<'a> = Option<TempFile<'a>>;

self_cell!(
    struct Place {
        owner: Spot,
        #[not_covariant]
        dependent: Unnamed,
    }
);

/// A file without a name yet. Dropping it before it has one deletes it.
pub(super) struct Target {
    place: Option<Place>,
    pub(super) sink: Sink,
    mover: Arc<Mover>,
}

/// Takes the bytes of the file.
#[derive(Debug, Clone)]
pub(super) struct Sink {
    file: Arc<File>,
    path: Arc<str>,
}

impl Target {
    pub(super) async fn open(mover: &Arc<Mover>, path: String) -> Result<Self, Stop> {
        let (lender, lease) = (mover.lender.clone(), mover.pass.lease().clone());
        let open = move || {
            held_here(&lease).map_err(|error| directory::failed(&path, &unchanged(error)))?;
            let spot = lender.new_spot(&path)?;
            spot.check_replaceable()?;
            open(spot).map_err(|error| directory::failed(&path, &error))
        };
        let (place, sink) = on_thread(open).await?;
        Ok(Self { place: Some(place), sink, mover: Arc::clone(mover) })
    }

    /// Puts the file into its place. `modified` is in milliseconds since 1970.
    pub(super) async fn finish(mut self, modified: u64) -> Result<(), FileError> {
        let (place, sink, order) = (self.place.take(), self.sink.clone(), self.mover.order());
        let lease = self.mover.pass.lease().clone();
        let finish = move || {
            // The end of the call waits for this, also when its future is dropped.
            let _order = order;
            let mut place = place.ok_or_else(interrupted)?;
            let modified = SystemTime::UNIX_EPOCH + Duration::from_millis(modified);
            finish(&mut place, &sink.file, modified, &lease).map_err(|error| directory::failed(&sink.path, &error))
        };
        on_thread(finish).await
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        if let Some(place) = self.place.take() {
            let order = self.mover.order();
            self.mover.on_thread(move || {
                drop(place);
                drop(order);
            });
        }
    }
}

impl Sink {
    pub(super) async fn write(&self, chunk: Bytes, at: u64) -> Result<(), FileError> {
        let sink = self.clone();
        let write = move || sink.file.write_all_at(&chunk, at).map_err(|error| directory::failed(&sink.path, &error));
        on_thread(write).await
    }
}

fn open(spot: Spot) -> io::Result<(Place, Sink)> {
    let path = spot.path().into();
    let place = Place::try_new(spot, |spot| TempFile::new(spot.parent()).map(Some))?;
    let copy = |unnamed: &Unnamed<'_>| unnamed.as_ref().map(|file| file.as_file().try_clone()).transpose();
    let file = place.with_dependent(|_, unnamed| copy(unnamed))?.ok_or(ErrorKind::NotFound)?;
    Ok((place, Sink { file: Arc::new(file.into_std()), path }))
}

fn finish(place: &mut Place, file: &File, modified: SystemTime, lease: &Lease) -> io::Result<()> {
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
