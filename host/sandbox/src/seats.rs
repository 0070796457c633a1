//! Which calls run at the same time, and how much memory all of them hold together.
//!
//! A call begins on a small seat, with room for a small memory. A call that grows beyond that waits for a large seat,
//! and leaves its small one. A component that was large once begins on a large seat the next time, so that many of them
//! wait outside and small plugins find their seats free. A call waits for a large seat only while it has none, so calls
//! on large seats always end.
//!
//! All together hold at most 48 × 8 MiB + 1 GiB. Without seats, 64 plugins of 64 MiB each held 4 GiB, and slowed their
//! neighbours four times.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::engine::PARALLEL_CALLS;

/// Bytes of memory on a small seat. The shipped plugins need 1 to 2 MiB, Python 30.
pub(crate) const SMALL_MEMORY: u64 = 8 << 20;

/// Bytes of all large seats.
const LARGE_MEMORY: u64 = 1 << 30;

/// The least bytes of a large seat: the default limit of memory.
const LARGE_SEAT: u64 = 64 << 20;

/// Large seats, if all have the least size.
const LARGE_SEATS: u32 = 16;

/// The seats of a process.
pub(crate) struct Seats {
    small: Arc<Semaphore>,
    /// A permit for each MiB.
    large: Arc<Semaphore>,
}

impl Default for Seats {
    fn default() -> Self {
        let small = Arc::new(Semaphore::new((PARALLEL_CALLS - LARGE_SEATS) as usize));
        Self { small, large: Arc::new(Semaphore::new((LARGE_MEMORY >> 20) as usize)) }
    }
}

/// The seat of one call. Dropping it frees the seat.
pub(crate) struct Seat {
    seats: Arc<Seats>,
    held: Mutex<Option<OwnedSemaphorePermit>>,
    is_large: AtomicBool,
}

impl Seat {
    /// Waits for a seat; for a large one when the component is known to need it.
    pub(crate) async fn take(seats: &Arc<Seats>, is_large: bool, memory: u64) -> Arc<Self> {
        let seat = Self { seats: Arc::clone(seats), held: Mutex::default(), is_large: AtomicBool::new(false) };
        if is_large {
            seat.enlarge(memory).await;
        } else {
            // An error says that the semaphore is closed, which it never is.
            seat.hold(Arc::clone(&seats.small).acquire_owned().await.ok());
        }
        Arc::new(seat)
    }

    /// Changes to a large seat, if this is not one.
    pub(crate) async fn enlarge(&self, memory: u64) {
        if self.is_large() {
            return;
        }
        let bytes = memory.clamp(LARGE_SEAT, LARGE_MEMORY);
        let permits = u32::try_from(bytes.div_ceil(1 << 20)).unwrap_or(u32::MAX);
        self.hold(Arc::clone(&self.seats.large).acquire_many_owned(permits).await.ok());
        self.is_large.store(true, Ordering::Relaxed);
    }

    /// Whether the call needed a large seat.
    pub(crate) fn is_large(&self) -> bool {
        self.is_large.load(Ordering::Relaxed)
    }

    fn hold(&self, permit: Option<OwnedSemaphorePermit>) {
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = permit;
    }
}
