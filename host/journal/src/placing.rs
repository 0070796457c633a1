//! Places: how many runs of a group go on at the same time.

use jiff::Timestamp;
use rusqlite::Connection;
use stepwell_model::event::{Event, PlaceStanding, PlaceTaken, What};
use stepwell_model::job::Otherwise;
use stepwell_model::journal::JournalError;
use stepwell_model::run_store::{Placed, PlacesTaken, RunKey, RunLimit, RunState};

use crate::create::Ready;
use crate::lease::Turn;
use crate::process::{PROCESS, Process};
use crate::row;

/// What the row of a run says of its place.
pub(crate) struct Placing {
    pub(crate) group: String,
    pub(crate) most: u32,
    pub(crate) queued: bool,
}

impl Ready {
    /// Writes all of it, if it has or may await a place.
    pub(crate) fn create_within(
        mut self,
        limit: RunLimit,
        turn: &Turn<'_>,
    ) -> rusqlite::Result<Result<Placed, JournalError>> {
        let group = limit.key(self.run());
        let by = turn.in_group(&group)?;
        let placing = |queued| Placing { group: group.clone(), most: limit.most, queued };
        if limit.admits(by.len()) {
            self.place(placing(false));
            return Ok(self.create(turn)?.map(Placed::Begun));
        }
        if !limit.queues_behind(&by) {
            return Ok(Ok(Placed::Full(PlacesTaken { job: self.run().job.clone(), limit, by })));
        }
        let cancels = limit.otherwise == Otherwise::CancelRunning;
        self.place(placing(true));
        let record = Event { seq: self.last_seq() + 1, at: Timestamp::now(), what: queued(by) };
        if let Err(error) = self.push(&record) {
            return Ok(Err(error));
        }
        match self.create(turn)? {
            Ok(key) => {
                if cancels {
                    turn.cancel_others(&group, key)?;
                }
                Ok(Ok(Placed::Queued { key, record: Box::new(record) }))
            }
            Err(error) => Ok(Err(error)),
        }
    }
}

/// Most runs that a record names.
const MOST_NAMED: usize = 8;

/// The record of a run that waits for these.
pub(crate) fn queued(mut by: Vec<PlaceTaken>) -> What {
    by.truncate(MOST_NAMED);
    What::RunQueued { behind: by }
}

impl Turn<'_> {
    /// The runs that have a place in this group, and after them those that wait for one, each in the order of their
    /// beginning.
    fn in_group(&self, group: &str) -> rusqlite::Result<Vec<PlaceTaken>> {
        let find = format!(
            "SELECT run.id, run.state, run.queued, run.lease, {PROCESS} FROM run
             LEFT JOIN process ON process.key = run.lease
             WHERE run.concurrency_group = ?1 AND run.state <> 'ended' ORDER BY run.queued, run.key"
        );
        let mut find = self.connection.prepare_cached(&find)?;
        let found = find.query_map([group], |row| {
            let is_held = match row.get::<_, Option<i64>>(3)? {
                Some(lease) if lease == self.me.key() => true,
                Some(_) => Process::read(row, 4)?.is_alive(self.place, self.patience),
                None => false,
            };
            let is = match (row::state(row, 1)?, row.get::<_, bool>(2)?, is_held) {
                (RunState::Paused, ..) => PlaceStanding::Paused,
                (_, true, _) => PlaceStanding::Queued,
                (_, false, true) => PlaceStanding::Running,
                (_, false, false) => PlaceStanding::Abandoned,
            };
            Ok(PlaceTaken { run: row::name(row, 0)?, is })
        })?;
        found.collect()
    }

    /// Leaves a request to cancel for every other run of the group.
    fn cancel_others(&self, group: &str, but: RunKey) -> rusqlite::Result<()> {
        let update = "UPDATE run SET cancel = 1
            WHERE concurrency_group = ?1 AND state <> 'ended' AND cancel = 0 AND key <> ?2";
        self.connection.prepare_cached(update)?.execute((group, but.0))?;
        Ok(())
    }
}

/// The queued runs of a process whose places are free: fewer runs than the limit have a place or are before them.
pub(crate) fn free(connection: &Connection, process: i64) -> rusqlite::Result<Vec<RunKey>> {
    const FREE: &str = "SELECT run.key FROM run WHERE run.lease = ?1 AND run.queued = 1 AND run.state = 'open'
        AND run.most > (SELECT count(*) FROM run AS other WHERE other.concurrency_group = run.concurrency_group
            AND other.state <> 'ended' AND (other.queued = 0 OR other.key < run.key))";
    let mut free = connection.prepare_cached(FREE)?;
    free.query_map([process], |row| row::key(row, 0))?.collect()
}
