//! Who writes next.

use std::fs::File;
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
    let (tell, told) = mpsc::channel();
    thread::scope(|scope| {
        let waits = tell.clone();
        scope.spawn(|| {
            let (queue, connection) = (Queue::new(home.path()), sqlite(home.path()));
            let slot = queue.begin(&connection, LONG).expect("it is its turn");
            waits.send("waited").expect("it is heard");
            commit(&connection);
            drop((slot, waits));
        });
        let next = File::open(home.path().join("journal.next")).expect("it is there");
        while next.try_lock().is_ok() {
            next.unlock().expect("it is ours");
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
