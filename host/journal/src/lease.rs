//! Leases: which process executes a run.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row};
use stepwell_model::id::{Digest, RunId};
use stepwell_model::run_store::{CancelAsked, CancelError, ClaimError, Claimed, Holder, RunKey, RunState};

use crate::leases::Leases;
use crate::place::{Lock, Place};
use crate::process::{Me, PROCESS, Process};
use crate::row::{self, micros, time};

/// One transaction of this process.
pub(crate) struct Turn<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) place: &'a Place,
    pub(crate) me: &'a Me,
    pub(crate) patience: Duration,
    pub(crate) leases: &'a Leases,
    /// The time of its sign of life, if it took a lease.
    pub(crate) took: Cell<Option<i64>>,
    /// Processes whose lock files are removed after the commit.
    pub(crate) gone: RefCell<Vec<String>>,
    /// What is stored by its digest and was compared with its bytes since this process began.
    pub(crate) compared: &'a RefCell<HashSet<Digest>>,
}

impl Turn<'_> {
    /// Takes one run, unless a living process holds it.
    pub(crate) fn claim(&self, id: RunId) -> rusqlite::Result<Result<Claimed, ClaimError>> {
        let Some((found, holder)) = self.find(&id)? else { return Ok(Err(ClaimError::NotFound { id })) };
        if let Some(holder) = holder {
            return Ok(Err(ClaimError::Held { id, holder }));
        }
        let (key, state, wake) = found;
        if state == RunState::Ended {
            return Ok(Err(ClaimError::Ended { id }));
        }
        self.takes()?;
        self.take(key)?;
        self.tidy()?;
        Ok(Ok(Claimed { key, id, wake }))
    }

    /// Takes open runs without a living holder.
    pub(crate) fn claim_open(&self, at_most: usize) -> rusqlite::Result<Vec<Claimed>> {
        const FREE: &str =
            "SELECT key, id, wake FROM run WHERE state = 'open' AND lease IS NULL ORDER BY wake LIMIT ?1";
        const OF: &str = "SELECT key, id, wake FROM run WHERE lease = ?2 AND state = 'open' ORDER BY wake LIMIT ?1";
        let limit = |claimed: &Vec<Claimed>| i64::try_from(at_most.saturating_sub(claimed.len())).unwrap_or(i64::MAX);
        let read = |row: &Row<'_>| {
            Ok(Claimed { key: row::key(row, 0)?, id: row::name(row, 1)?, wake: row::maybe_time(row, 2)? })
        };
        let mut claimed = Vec::new();
        for run in self.connection.prepare_cached(FREE)?.query_map([limit(&claimed)], read)? {
            claimed.push(run?);
        }
        for process in Process::all(self.connection)? {
            if process.key == self.me.key() || process.is_alive(self.place, self.patience) {
                continue;
            }
            let limit = limit(&claimed);
            for run in self.connection.prepare_cached(OF)?.query_map([limit, process.key], read)? {
                claimed.push(run?);
            }
        }
        if !claimed.is_empty() {
            self.takes()?;
        }
        for run in &claimed {
            self.take(run.key)?;
        }
        self.tidy()?;
        Ok(claimed)
    }

    fn take(&self, run: RunKey) -> rusqlite::Result<()> {
        let mut take = self.connection.prepare_cached("UPDATE run SET lease = ?2, leased = ?3 WHERE key = ?1")?;
        take.execute((run.0, self.me.key(), micros(Timestamp::now())))?;
        Ok(())
    }

    /// Notes that a lease is taken, and beats: a process beats only while it holds runs.
    pub(crate) fn takes(&self) -> rusqlite::Result<()> {
        self.took.set(Some(self.me.beat(self.connection)?));
        Ok(())
    }

    pub(crate) fn release(&self, runs: &[RunKey]) -> rusqlite::Result<()> {
        let release = "UPDATE run SET lease = NULL, leased = NULL WHERE key = ?1 AND lease = ?2";
        let mut release = self.connection.prepare_cached(release)?;
        runs.iter().try_for_each(|run| {
            self.leases.lose(*run);
            release.execute((run.0, self.me.key())).map(drop)
        })
    }

    /// Leaves a request for the process that executes the run.
    pub(crate) fn request_cancel(&self, id: RunId, force: bool) -> rusqlite::Result<Result<CancelAsked, CancelError>> {
        let Some((found, held_by)) = self.find(&id)? else { return Ok(Err(CancelError::NotFound { id })) };
        let (key, state, _) = found;
        if state == RunState::Ended {
            return Ok(Err(CancelError::Ended { id }));
        }
        let update = match force {
            true => "UPDATE run SET cancel = 3 WHERE key = ?1 AND cancel <> 4",
            false => "UPDATE run SET cancel = 1 WHERE key = ?1 AND cancel = 0",
        };
        self.connection.prepare_cached(update)?.execute([key.0])?;
        Ok(Ok(CancelAsked { key, state, held_by }))
    }

    pub(crate) fn find(&self, id: &RunId) -> rusqlite::Result<Option<(Standing, Option<Holder>)>> {
        let find = format!(
            "SELECT run.key, run.state, run.wake, run.leased, {PROCESS}
             FROM run LEFT JOIN process ON process.key = run.lease WHERE run.id = ?1"
        );
        let mut find = self.connection.prepare_cached(&find)?;
        let found = find.query_row([id.as_str()], |row| {
            let standing = (row::key(row, 0)?, row::state(row, 1)?, row::maybe_time(row, 2)?);
            let holder = match row.get::<_, Option<i64>>(4)? {
                Some(_) => Some((Process::read(row, 4)?, time(row, 3)?)),
                None => None,
            };
            Ok((standing, holder))
        });
        let lives = |process: &Process| process.key == self.me.key() || process.is_alive(self.place, self.patience);
        Ok(found.optional()?.map(|(standing, holder)| {
            let holder = holder.filter(|(process, _)| lives(process));
            (standing, holder.map(|(process, since)| process.holder(since)))
        }))
    }

    /// Removes the rows and lock files of processes that have ended and hold no open run.
    fn tidy(&self) -> rusqlite::Result<()> {
        const PAUSED: &str = "UPDATE run SET lease = NULL, leased = NULL WHERE lease = ?1 AND state <> 'open'";
        const REMOVE: &str = "DELETE FROM process WHERE key = ?1 AND NOT EXISTS (SELECT 1 FROM run WHERE lease = ?1)";
        let (mut known, mut keys) = (HashSet::new(), HashSet::new());
        for process in Process::all(self.connection)? {
            if process.key != self.me.key() && process.is_gone(self.place, self.patience) {
                self.connection.prepare_cached(PAUSED)?.execute([process.key])?;
                if self.connection.prepare_cached(REMOVE)?.execute([process.key])? == 1 {
                    self.gone.borrow_mut().push(process.id.clone());
                }
            }
            keys.insert(process.key);
            known.insert(process.id);
        }
        self.place.watched.keep(|key| keys.contains(&key));
        let left = self.place.locked().into_iter().filter(|id| !known.contains(id));
        self.gone.borrow_mut().extend(left.filter(|id| self.place.probe(id) == Lock::Free));
        Ok(())
    }
}

/// Key, state and wake of a run.
pub(crate) type Standing = (RunKey, RunState, Option<Timestamp>);
