//! Leases of runs, as the process sees them that holds them: until when it may act for a run.
//!
//! Other processes take a run over when its holder has been silent for a while. The holder may be stopped at any
//! instruction and continue later, so it looks at the clock before every request and every change of a file: after the
//! last confirmed sign of life and a time that is shorter than the patience of the others, it does nothing more until
//! the store has confirmed that the run is still its own.

use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use crate::journal::JournalError;

/// The process has given up all its runs. No clock shows this time.
const ENDED: u64 = u64::MAX;

const UNPROVEN: u8 = 0;
const PROVEN: u8 = 1;

/// Milliseconds since the machine started, on a clock that no one can set and that goes on while the machine sleeps.
#[must_use]
pub fn clock() -> u64 {
    #[cfg(target_os = "linux")]
    const CLOCK: rustix::time::ClockId = rustix::time::ClockId::Boottime;
    // This clock of macOS goes on during sleep.
    #[cfg(not(target_os = "linux"))]
    const CLOCK: rustix::time::ClockId = rustix::time::ClockId::Monotonic;
    let now = rustix::time::clock_gettime(CLOCK);
    u64::try_from(now.tv_sec * 1000 + now.tv_nsec / 1_000_000).unwrap_or_default()
}

/// Until when this process holds its runs. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Tenure(Arc<AtomicU64>);

impl Tenure {
    /// A tenure without an end, for stores whose runs no other process can take.
    #[must_use]
    pub fn endless() -> Self {
        Self(Arc::new(AtomicU64::new(ENDED - 1)))
    }

    /// Whether no other process can have taken a run of this one before this time of [`clock`].
    #[must_use]
    pub fn covers(&self, now: u64) -> bool {
        let until = self.0.load(Ordering::Acquire);
        now < until && until != ENDED
    }

    /// Extends the tenure, after a sign of life was confirmed and the leases of all runs were looked at.
    pub fn extend(&self, until: u64) {
        self.0.fetch_max(until.min(ENDED - 1), Ordering::AcqRel);
    }

    /// Ends every lease: the process has given up its runs.
    pub fn end(&self) {
        self.0.store(ENDED, Ordering::Release);
    }

    /// The lease of one run. It counts once [`Lease::prove`] was called.
    #[must_use]
    pub fn lease(&self) -> Lease {
        Lease(Arc::new(LeaseState { tenure: self.clone(), proof: AtomicU8::new(UNPROVEN), over: OnceLock::new() }))
    }
}

/// What a process knows of its lease of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// No other process can have taken the run.
    Held,
    /// Another process may have taken the run: the store has to confirm that it has not.
    Unconfirmed,
    /// The run is not the process's own any more.
    Over,
}

/// The lease of one run. Everything that acts for the run asks it first. Cheap to clone, and to ask: it reads two words
/// and the clock.
#[derive(Debug, Clone)]
pub struct Lease(Arc<LeaseState>);

#[derive(Debug)]
struct LeaseState {
    tenure: Tenure,
    proof: AtomicU8,
    /// Set when the run was lost: the process that has it now, if that is known.
    over: OnceLock<Option<String>>,
}

impl Lease {
    /// A lease without an end, for calls that belong to no run of a store.
    #[must_use]
    pub fn endless() -> Self {
        let lease = Tenure::endless().lease();
        lease.prove();
        lease
    }

    /// Notes that the store has just found the run to be this process's own.
    pub fn prove(&self) {
        self.0.proof.store(PROVEN, Ordering::Release);
    }

    /// Ends the lease. `by` is the process that has the run now, where one has.
    pub fn lose(&self, by: Option<String>) {
        self.0.over.get_or_init(|| by);
    }

    /// What is known now.
    #[must_use]
    pub fn standing(&self) -> Standing {
        self.standing_at(clock())
    }

    fn standing_at(&self, now: u64) -> Standing {
        let LeaseState { tenure, proof, over } = &*self.0;
        if over.get().is_some() || tenure.0.load(Ordering::Acquire) == ENDED {
            Standing::Over
        } else if proof.load(Ordering::Acquire) == PROVEN && tenure.covers(now) {
            Standing::Held
        } else {
            Standing::Unconfirmed
        }
    }

    /// Whether something besides this value has the lease.
    #[must_use]
    pub fn is_used(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }

    /// Whether the process may act for the run at this moment.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.standing() == Standing::Held
    }

    /// The error of a lease that is over; none before that.
    #[must_use]
    pub fn lost(&self) -> Option<JournalError> {
        let by = || self.0.over.get().cloned().flatten();
        (self.standing() == Standing::Over).then(|| JournalError::Taken { by: by() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_holds_from_its_proof_until_the_end_of_the_last_confirmed_sign_of_life() {
        let tenure = Tenure::default();
        let lease = tenure.lease();
        assert_eq!((lease.standing_at(0), lease.standing_at(5)), (Standing::Unconfirmed, Standing::Unconfirmed));
        tenure.extend(1_000);
        assert_eq!(lease.standing_at(999), Standing::Unconfirmed, "its run was not looked at");
        lease.prove();
        let at = [999, 1_000, 50_000].map(|now| lease.standing_at(now));
        assert_eq!(at, [Standing::Held, Standing::Unconfirmed, Standing::Unconfirmed]);
        tenure.extend(60_000);
        assert_eq!(lease.standing_at(50_000), Standing::Held, "the run was still its own");
    }

    #[test]
    fn a_lost_lease_stays_lost_and_the_others_stay() {
        let tenure = Tenure::endless();
        let [lost, other] = [(); 2].map(|()| tenure.lease());
        [&lost, &other].iter().for_each(|lease| lease.prove());
        lost.lose(Some("process 7 on `web`".to_owned()));
        lost.lose(None);
        lost.prove();
        assert_eq!(lost.lost(), Some(JournalError::Taken { by: Some("process 7 on `web`".to_owned()) }));
        assert!(!lost.is_held() && other.is_held());
        assert_eq!(other.lost(), None);
        tenure.end();
        tenure.extend(1);
        assert_eq!(other.lost(), Some(JournalError::Taken { by: None }));
    }

    #[test]
    fn an_endless_lease_is_held() {
        assert!(Lease::endless().is_held());
    }
}
