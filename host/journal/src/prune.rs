//! Removing old runs.

use std::time::{Duration, Instant};

use rusqlite::Connection;
use stepwell_model::run_store::{Prune, Pruned, RunKey};

use crate::error::StoreError;
use crate::place::Place;
use crate::process::users;
use crate::queue::Queue;
use crate::row::{key, micros};
use crate::schema::{self, Tuning};

/// Records that one transaction removes. Other writers have their turn in between.
const MOST_EVENTS: i64 = 5_000;
/// Pages that one transaction gives back.
const MOST_PAGES: u32 = 1_000;

/// Removes what `prune` names. Blocks for as long as it takes.
pub(crate) fn run(prune: &Prune, place: &Place, tuning: &Tuning) -> Result<Pruned, StoreError> {
    let connection = schema::connect(place, tuning)?;
    let writes = Writes { connection: &connection, queue: Queue::new(&place.home), patience: tuning.busy };
    remove(prune, &writes).map_err(|error| {
        StoreError::sqlite(&place.database, &error).locked_by(tuning.busy, || users(&connection, place, None))
    })
}

/// Transactions of their own, each in its turn among the writers.
struct Writes<'a> {
    connection: &'a Connection,
    queue: Queue,
    patience: Duration,
}

impl Writes<'_> {
    fn write<T>(&self, work: impl FnOnce() -> rusqlite::Result<T>) -> rusqlite::Result<T> {
        let slot = self.queue.begin(self.connection, self.patience)?;
        schema::end(self.connection, slot, work(), |error| error)
    }
}

fn remove(prune: &Prune, writes: &Writes<'_>) -> rusqlite::Result<Pruned> {
    let connection = writes.connection;
    let mut pruned = Pruned::default();
    let before = size(connection)?;
    let doomed = doomed(prune, connection)?;
    let mut rest = doomed.as_slice();
    while !rest.is_empty() {
        let (slice, others) = rest.split_at(slice(rest));
        rest = others;
        let (runs, events) = breathe(|| writes.write(|| remove_runs(connection, slice)))?;
        pruned.runs += runs;
        pruned.events += events;
    }
    pruned.components = writes.write(|| remove_orphans(connection))?;
    let mut free = u32::MAX;
    loop {
        let still = breathe(|| writes.write(|| give_back(connection)))?;
        // A database that `.recover` put together cannot become smaller.
        if still == 0 || still >= free {
            break;
        }
        free = still;
    }
    pruned.bytes = u64::try_from(before - size(connection)?).unwrap_or_default();
    Ok(pruned)
}

/// The runs that go, and how many records each has.
pub(crate) fn doomed(prune: &Prune, connection: &Connection) -> rusqlite::Result<Vec<(RunKey, i64)>> {
    const DOOMED: &str = "SELECT key, last_seq FROM (
            SELECT key, last_seq, finished,
                row_number() OVER (PARTITION BY project, job ORDER BY finished DESC, key DESC) AS place
            FROM run WHERE state = 'ended')
        WHERE finished < ?1 AND place > ?2 ORDER BY key";
    let mut doomed = connection.prepare(DOOMED)?;
    let rows = doomed.query_map((micros(prune.before), prune.keep_last), |row| Ok((key(row, 0)?, row.get(1)?)))?;
    rows.collect()
}

/// How many runs one transaction removes: at least one.
fn slice(runs: &[(RunKey, i64)]) -> usize {
    let mut events = 0;
    let fits = runs.iter().take_while(|(_, count)| {
        events += count + 1;
        events <= MOST_EVENTS
    });
    fits.count().max(1)
}

/// Sleeps afterwards as long as the work took, so that other writers have half of the time.
fn breathe<T>(work: impl FnOnce() -> rusqlite::Result<T>) -> rusqlite::Result<T> {
    let since = Instant::now();
    let done = work();
    std::thread::sleep(since.elapsed().clamp(Duration::from_millis(10), Duration::from_secs(1)));
    done
}

fn remove_runs(connection: &Connection, runs: &[(RunKey, i64)]) -> rusqlite::Result<(u64, u64)> {
    let mut events = connection.prepare_cached("DELETE FROM event WHERE run = ?1")?;
    let mut run = connection.prepare_cached("DELETE FROM run WHERE key = ?1")?;
    let mut removed = (0, 0);
    for (key, _) in runs {
        removed.1 += events.execute([key.0])? as u64;
        removed.0 += run.execute([key.0])? as u64;
    }
    Ok(removed)
}

fn remove_orphans(connection: &Connection) -> rusqlite::Result<u64> {
    const SNAPSHOTS: &str =
        "DELETE FROM snapshot WHERE NOT EXISTS (SELECT 1 FROM run WHERE run.snapshot = snapshot.key)";
    const COMPONENTS: &str = "DELETE FROM component WHERE NOT EXISTS
        (SELECT 1 FROM snapshot_component WHERE snapshot_component.component = component.key)";
    connection.execute(SNAPSHOTS, ())?;
    Ok(connection.execute(COMPONENTS, ())? as u64)
}

/// Gives pages back to the file system; returns how many are still free.
fn give_back(connection: &Connection) -> rusqlite::Result<u32> {
    let mut vacuum = connection.prepare(&format!("PRAGMA incremental_vacuum({MOST_PAGES})"))?;
    // SQLite gives back one page with every row.
    let mut rows = vacuum.query(())?;
    while rows.next()?.is_some() {}
    connection.query_row("SELECT freelist_count FROM pragma_freelist_count", (), |row| row.get(0))
}

fn size(connection: &Connection) -> rusqlite::Result<i64> {
    let size = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
    connection.query_row(size, (), |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slice_is_one_run_at_least() {
        let runs = |events: &[i64]| events.iter().map(|count| (RunKey(1), *count)).collect::<Vec<_>>();
        for (events, expected) in [(&[1, 1, 1][..], 3), (&[9_000, 1], 1), (&[2_000, 2_000, 2_000], 2), (&[4_999, 1], 1)]
        {
            assert_eq!(slice(&runs(events)), expected, "{events:?}");
        }
    }

    #[test]
    fn many_pages_are_given_back_at_once() {
        let connection = Connection::open_in_memory().expect("opens");
        connection.pragma_update(None, "auto_vacuum", "INCREMENTAL").expect("it is empty");
        let fill = "CREATE TABLE filled (x); INSERT INTO filled VALUES (zeroblob(8000000)); DELETE FROM filled";
        connection.execute_batch(fill).expect("fills");
        let free = || connection.query_row("SELECT freelist_count FROM pragma_freelist_count", (), |row| row.get(0));
        let before: u32 = free().expect("a number");
        assert_eq!(give_back(&connection).expect("gives back"), before - MOST_PAGES);
    }
}
