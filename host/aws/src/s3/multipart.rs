//! Multipart uploads. An interrupted upload leaves nothing in the bucket, unless this process dies before it has aborted
//! the upload.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_sdk_s3::operation::create_multipart_upload::builders::CreateMultipartUploadFluentBuilder;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::transfer::{AT_ONCE, Mover, ObjectName, Stop, interrupted};
use crate::error::HostError;
use crate::wit::files::FileError;

/// An upload in progress. Dropping it before it is complete aborts it.
pub(super) struct Multipart {
    mover: Arc<Mover>,
    pub(super) bucket: String,
    pub(super) key: String,
    pub(super) id: String,
    is_complete: AtomicBool,
}

impl Multipart {
    /// Begins an upload. The request goes on when the future is dropped: only its response names the upload to abort.
    pub(super) async fn begin(
        mover: &Arc<Mover>,
        name: ObjectName<'_>,
        request: CreateMultipartUploadFluentBuilder,
    ) -> Result<Self, Stop> {
        let _turn = mover.turn().await?;
        let (own, bucket, key) = (Arc::clone(mover), name.bucket.to_owned(), name.key.to_owned());
        let begin = async move {
            let request = request.bucket(bucket.clone()).key(key.clone());
            let answer = own.ready(request.customize(), 0).send().await;
            let answer = answer.map_err(|error| own.failed(&error, ObjectName { bucket: &bucket, key: &key }))?;
            let id = answer.upload_id().ok_or_else(|| HostError::without("an upload id"))?.to_owned();
            Ok::<_, HostError>(Self { mover: own, bucket, key, id, is_complete: AtomicBool::new(false) })
        };
        let (tell, told) = oneshot::channel();
        // When the receiver is gone, the upload is dropped in this task, for which the end of the call waits.
        mover.detach(async move { drop(tell.send(begin.await)) });
        Ok(told.await.map_err(|_| interrupted())??)
    }

    pub(super) fn name(&self) -> ObjectName<'_> {
        ObjectName { bucket: &self.bucket, key: &self.key }
    }

    /// Sends all parts, a few at a time.
    pub(super) async fn send<T, F>(
        self: &Arc<Self>,
        parts: impl Iterator<Item = T>,
        one: impl Fn(Arc<Self>, T) -> F,
    ) -> Result<Vec<CompletedPart>, Stop>
    where
        F: Future<Output = Result<CompletedPart, Stop>> + Send + 'static,
    {
        let (mut sending, mut sent) = (JoinSet::new(), Vec::new());
        let mut parts = parts.fuse();
        loop {
            while let Some(part) = (sending.len() < AT_ONCE).then(|| parts.next()).flatten() {
                sending.spawn(self.mover.tracked(one(Arc::clone(self), part)));
            }
            let Some(part) = sending.join_next().await else { break };
            let gone = |error| Stop::from(FileError::Failed(format!("a part was interrupted: {error}")));
            sent.push(part.map_err(gone)??);
        }
        sent.sort_unstable_by_key(CompletedPart::part_number);
        Ok(sent)
    }

    /// Makes the object from its parts.
    pub(super) async fn complete(&self, parts: Vec<CompletedPart>) -> Result<(), Stop> {
        let mover = &self.mover;
        let _turn = mover.turn().await?;
        let parts = CompletedMultipartUpload::builder().set_parts(Some(parts)).build();
        let request = mover.client.complete_multipart_upload().bucket(&self.bucket).key(&self.key);
        let request = request.upload_id(&self.id).multipart_upload(parts).customize();
        let completed = mover.by_itself(request).send().await;
        completed.map_err(|error| mover.failed(&error, self.name()))?;
        self.is_complete.store(true, Ordering::Relaxed);
        Ok(())
    }
}

impl Drop for Multipart {
    fn drop(&mut self) {
        if self.is_complete.load(Ordering::Relaxed) {
            return;
        }
        let mover = Arc::clone(&self.mover);
        let request = mover.client.abort_multipart_upload().bucket(&self.bucket).key(&self.key).upload_id(&self.id);
        let (bucket, key) = (self.bucket.clone(), self.key.clone());
        self.mover.detach(async move {
            if let Err(error) = mover.ready(request.customize(), 0).send().await {
                let error = mover.failed(&error, ObjectName { bucket: &bucket, key: &key });
                tracing::warn!(bucket, key, ?error, "the parts of an interrupted upload stay in the bucket");
            }
        });
    }
}
