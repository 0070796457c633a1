//! Who writes next.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use rusqlite::Connection;

use super::support::*;
use crate::queue::Queue;

const LONG: Duration = Duration::from_secs(60);

fn commit(connection: &Connection) {
    connection.execute_batch("COMMIT").expect("nothing was written");
}

#[test]
fn a_writer_that_writes_again_comes_after_those_that_wait() {
    let home = home();
    drop(open(&home));
    let (queue, connection) = (Queue::new(home.path()), sqlite(home.path()));
    let slot = queue.begin(&connection, LONG).expect("it is free");
    let waiting = Queue::new(home.path());
    let (tell, told) = mpsc::channel();
    thread::scope(|scope| {
        let waits = tell.clone();
        scope.spawn(|| {
            let connection = sqlite(home.path());
            let slot = waiting.begin(&connection, LONG).expect("it is its turn");
            waits.send("waited").expect("it is heard");
            commit(&connection);
            drop((slot, waits));
        });
        let next = File::open(home.path().join("journal.next")).expect("it is there");
        // It also locks the file for a moment before it stands in line.
        while !waiting.stands() || next.try_lock().is_ok() {
            next.unlock().expect("nothing to unlock is no error");
            thread::yield_now();
        }
        commit(&connection);
        drop(slot);
        let slot = queue.begin(&connection, LONG).expect("it is its turn");
        tell.send("again").expect("it is heard");
        commit(&connection);
        drop(slot);
    });
    drop(tell);
    assert_eq!(told.into_iter().collect::<Vec<_>>(), ["waited", "again"]);
}

#[test]
fn a_process_that_stopped_in_the_queue_holds_no_other_up() {
    let home = home();
    drop(open(&home));
    for file in ["journal.next", "journal.turn"] {
        let stopped = File::open(home.path().join(file)).expect("it is there");
        stopped.lock().expect("it is free");
        let (queue, connection) = (Queue::new(home.path()), sqlite(home.path()));
        let slot = queue.begin(&connection, Duration::from_millis(20)).expect("the database is not locked");
        commit(&connection);
        drop((slot, stopped));
    }
}

#[test]
fn a_process_that_stopped_in_the_queue_starves_no_writer_while_others_write_beside_it() {
    let home = home();
    drop(open(&home));
    let stopped = File::open(home.path().join("journal.next")).expect("it is there");
    stopped.lock().expect("it is free");
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            let beside = sqlite(home.path());
            while !is_over.load(Ordering::Relaxed) {
                beside.execute_batch("UPDATE sqlite_sequence SET seq = seq + 1").expect("it waits for its turn");
                thread::sleep(Duration::from_millis(20));
            }
        });
        let (queue, connection) = (Queue::new(home.path()), sqlite(home.path()));
        let begun: Vec<_> = (0..3)
            .map(|_| {
                let begun = queue.begin(&connection, Duration::MAX).map(drop);
                begun.and_then(|()| connection.execute_batch("COMMIT"))
            })
            .collect();
        is_over.store(true, Ordering::Relaxed);
        assert_eq!(begun, [Ok(()), Ok(()), Ok(())], "it asks SQLite itself");
    });
}

#[test]
fn a_queue_that_others_can_open_is_closed_to_them() {
    let home = home();
    drop(open(&home));
    let files = ["journal.next", "journal.turn", "journal.lock"].map(|name| home.path().join(name));
    for file in &files {
        fs::set_permissions(file, fs::Permissions::from_mode(0o644)).expect("it is ours");
    }
    drop(open(&home));
    for file in &files {
        assert_eq!(fs::metadata(file).expect("it is there").permissions().mode() & 0o777, 0o600, "{file:?}");
    }
}
