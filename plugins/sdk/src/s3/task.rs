use super::batch::Batch;
use super::listing::{PAGE, Purpose};
use super::removal::{Mode, Remove, delete};
use super::transfer::{Transferred, fails_all, transfer};
use super::{Counts, Direction, Filter, Merge, Route, Transfer, Walk};
use crate::{Failure, Outcome, WaitingStep};

/// What is to become of the files of a source.
#[derive(Debug, Clone, Copy)]
pub enum Goal {
    /// They are to be in the destination as well.
    Copy,
    /// They are to be in the destination and not in the source, from which this removes them.
    Move(Remove),
    /// The destination is to be as the source is.
    Sync {
        /// What the source does not have is removed from the destination by this.
        delete: Option<Remove>,
    },
}

/// The transfer of files.
#[derive(Debug, Clone)]
pub struct Task<'a> {
    /// What is to become of them.
    pub goal: Goal,
    /// Which of them.
    pub filter: &'a Filter,
    /// Whether it is done, and what is said of it.
    pub mode: Mode,
}

impl Task<'_> {
    /// Transfers some of the files of a directory.
    ///
    /// # Errors
    ///
    /// At the end, that it went wrong with some; at once, that none can be transferred.
    pub fn go_on<S>(&self, route: &Route, mut walk: Walk) -> Result<Outcome<S>, Failure>
    where
        S: WaitingStep<Outputs = Counts, Checkpoint: From<Walk>>,
    {
        let batch = self.batch(route, walk.after.take())?;
        walk.seen_count += batch.seen;
        for (location, reason) in &batch.failed {
            let what = format!("{} failed: {location}", self.verb(route.direction));
            walk.fail(&what, &Failure::configuration_invalid(reason));
        }
        self.transfer(route.direction, batch.transfers, &mut walk)?;
        if let Goal::Sync { delete: Some(remove) } = self.goal {
            delete(&batch.removals, remove, self.mode, &mut walk)?;
        }
        walk.after = batch.after;
        Ok(if batch.is_last { Outcome::Done(walk.end()?) } else { Outcome::Wait(walk.wait()) })
    }

    fn batch(&self, route: &Route, after: Option<String>) -> Result<Batch, Failure> {
        let source = route.source.entries(Purpose::Source, PAGE, after.clone());
        let compares = matches!(self.goal, Goal::Sync { .. });
        let destination = compares.then(|| route.destination.entries(Purpose::Destination, PAGE, after.clone()));
        let mut pairs = Merge::new(source, destination.into_iter().flatten());
        let mut batch = Batch::of(&mut pairs, route, self.filter, after)?;
        batch.skip(pairs.into_source().skipped, route, self.filter);
        Ok(batch)
    }

    fn transfer(&self, direction: Direction, transfers: Vec<Transfer>, walk: &mut Walk) -> Result<(), Failure> {
        if transfers.is_empty() {
            return Ok(());
        }
        let results: Vec<Transferred> = match self.mode.dry_run {
            true => transfers.iter().map(|transfer| Ok(transfer.size)).collect(),
            false => transfer(direction, &transfers)?,
        };
        let (mut arrived, mut stop) = (Vec::new(), None);
        for (transfer, result) in transfers.into_iter().zip(results) {
            match result {
                Ok(bytes) => arrived.push((transfer, bytes)),
                Err(error) => {
                    let fails_all = fails_all(direction, &error);
                    let failure = self.fail(direction, &transfer, error.into(), walk);
                    stop = stop.or(fails_all.then_some(failure));
                }
            }
        }
        self.arrived(direction, &arrived, walk)?;
        stop.map_or(Ok(()), Err)
    }

    /// What has arrived goes from the source, where that was asked for.
    fn arrived(&self, direction: Direction, arrived: &[(Transfer, u64)], walk: &mut Walk) -> Result<(), Failure> {
        let mut stop = None;
        let removed = match self.goal {
            Goal::Move(remove) if !self.mode.dry_run => {
                remove(&arrived.iter().map(|(transfer, _)| transfer.from.clone()).collect::<Vec<_>>())?
            }
            _ => vec![Ok(()); arrived.len()],
        };
        for ((transfer, bytes), removed) in arrived.iter().zip(removed) {
            match removed {
                Ok(()) => self.succeed(transfer, *bytes, walk),
                Err(failure) => {
                    let denied = failure.code == "AccessDenied";
                    let failure = self.fail(direction, transfer, still_there(failure), walk);
                    stop = stop.or(denied.then_some(failure));
                }
            }
        }
        stop.map_or(Ok(()), Err)
    }

    fn fail(&self, direction: Direction, transfer: &Transfer, failure: Failure, walk: &mut Walk) -> Failure {
        let Transfer { from, to, .. } = transfer;
        walk.fail(&format!("{} failed: {from} to {to}", self.verb(direction)), &failure);
        failure
    }

    /// Says and counts that a file was transferred.
    pub fn succeed(&self, transfer: &Transfer, bytes: u64, walk: &mut Walk) {
        let Transfer { from, to, .. } = transfer;
        walk.counts.transferred_count += 1;
        walk.counts.transferred_bytes += bytes;
        let verb = Direction::between(from, to).map_or("move", |direction| self.verb(direction));
        self.mode.say(&format!("{verb}: {from} to {to}"));
    }

    fn verb(&self, direction: Direction) -> &'static str {
        if matches!(self.goal, Goal::Move(_)) { "move" } else { direction.verb() }
    }
}

impl Transfer {
    /// Removes the source of what has arrived.
    ///
    /// # Errors
    ///
    /// It is still there.
    pub fn remove_source(&self, remove: Remove) -> Result<(), Failure> {
        let removed = remove(std::slice::from_ref(&self.from)).map_err(still_there)?;
        removed.into_iter().collect::<Result<(), Failure>>().map_err(still_there)
    }
}

fn still_there(failure: Failure) -> Failure {
    let message = format!("it has arrived, but is still in the source: {}", failure.message);
    Failure { message, ..failure }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::s3::location::at;

    fn moving(names: &[&str], remove: Remove, dry_run: bool) -> (Walk, Result<(), Failure>) {
        let transfer = |name: &&str| Transfer { from: at(&format!("site/{name}")), to: at("s3://site/x"), size: 10 };
        let arrived: Vec<_> = names.iter().map(|name| (transfer(name), 10)).collect();
        let filter = Filter::default();
        let (task, mut walk) =
            (Task { goal: Goal::Move(remove), filter: &filter, mode: Mode { dry_run, quiet: false } }, Walk::default());
        let result = task.arrived(Direction::Upload, &arrived, &mut walk);
        (walk, result)
    }

    #[test]
    fn a_file_has_moved_when_its_source_is_gone() {
        let remove: Remove = |sources| Ok(sources.iter().map(|_| Ok(())).collect());
        let (walk, result) = moving(&["a", "b"], remove, false);
        assert_eq!((walk.counts.transferred_count, walk.counts.transferred_bytes, result), (2, 20, Ok(())));
        assert_eq!((walk.counts.deleted_count, walk.counts.failed_count), (0, 0));
    }

    #[test]
    fn a_source_that_stays_is_a_failure_and_one_that_is_denied_stops_the_step() {
        let remove: Remove = |_| Ok(vec![Err(Failure::new("FileError", "read-only file system")), Ok(())]);
        let (walk, result) = moving(&["a", "b"], remove, false);
        assert_eq!((walk.counts.transferred_count, walk.counts.failed_count, result), (1, 1, Ok(())));
        let remove: Remove = |_| Ok(vec![Ok(()), Err(Failure::new("AccessDenied", "not lent for writing"))]);
        let (walk, result) = moving(&["a", "b"], remove, false);
        let failure = result.unwrap_err();
        assert_eq!((walk.counts.transferred_count, failure.code.as_ref()), (1, "AccessDenied"));
        assert!(failure.message.contains("it has arrived, but is still in the source"), "{failure}");
    }

    #[test]
    fn a_dry_run_removes_no_source() {
        let remove: Remove = |_| Err(Failure::aws_error("it was asked to"));
        let (walk, result) = moving(&["a"], remove, true);
        assert_eq!((walk.counts.transferred_count, result), (1, Ok(())));
    }
}
