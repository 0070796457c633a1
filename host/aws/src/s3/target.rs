//! The file of a download, for whose clean-up the end of the call waits.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::transfer::{Mover, Stop, interrupted};
use crate::files::new_file::{NewFile, Sink};
use crate::files::on_thread;
use crate::wit::files::FileError;

/// A file without a name yet. Dropping it before it has one deletes it.
pub(super) struct Target {
    file: Option<NewFile>,
    pub(super) sink: Sink,
    mover: Arc<Mover>,
}

impl Target {
    pub(super) async fn open(mover: &Arc<Mover>, path: String) -> Result<Self, Stop> {
        let (lender, lease) = (mover.lender.clone(), mover.pass.lease().clone());
        let (file, sink) = on_thread(move || NewFile::open(&lender, &path, &lease)).await?;
        Ok(Self { file: Some(file), sink, mover: Arc::clone(mover) })
    }

    /// Puts the file into its place. `modified` is in milliseconds since 1970.
    pub(super) async fn finish(mut self, modified: u64) -> Result<(), FileError> {
        let (file, sink, order) = (self.file.take(), self.sink.clone(), self.mover.order());
        let lease = self.mover.pass.lease().clone();
        let finish = move || {
            // The end of the call waits for this, also when its future is dropped.
            let _order = order;
            let modified = SystemTime::UNIX_EPOCH + Duration::from_millis(modified);
            file.ok_or_else(interrupted)?.finish(&sink, modified, &lease)
        };
        on_thread(finish).await
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        if let Some(file) = self.file.take() {
            let order = self.mover.order();
            self.mover.on_thread(move || {
                file.discard();
                drop(order);
            });
        }
    }
}
