//! The transfer of the files of a directory, batch by batch.

use super::batch::Batch;
use super::listing::{PAGE, Purpose, entries, objects};
use super::removal::{Mode, Remove, RemoveSources, delete, remove_same, still_there};
use super::transfer::{Transferred, fails_all, transfer};
use super::{Compare, Counts, Direction, Filter, Location, Merge, ObjectSettings, Route, Transfer, Walk};
use crate::{Failure, Outcome, WaitingStep};

/// The goal of a transfer.
#[derive(Debug, Clone, Copy)]
pub enum Goal {
    /// Copies the files to the destination.
    Copy,
    /// Copies the files to the destination, and then removes them from the source with this function. A file that has
    /// changed meanwhile stays.
    Move(RemoveSources),
    /// Makes the destination the same as the source.
    Sync {
        /// Removes from the destination what the source does not have, unless the source is empty or was not listed
        /// completely.
        delete: Option<Remove>,
        /// The rule by which it transfers a file that the destination has.
        compare: Compare,
    },
}

/// The transfer of files.
#[derive(Debug, Clone)]
pub struct Task<'a> {
    /// The goal.
    pub goal: Goal,
    /// The files to transfer.
    pub filter: &'a Filter,
    /// The properties of the objects that it makes.
    pub settings: &'a ObjectSettings,
    /// Whether the step only pretends, and what it prints.
    pub mode: Mode,
    /// Whether it is right that the source has no file to transfer.
    pub allow_empty: bool,
}

impl Task<'_> {
    /// Transfers the next batch of files of a directory.
    ///
    /// # Errors
    ///
    /// At the end, if some could not be transferred; at once, if none can be transferred.
    pub fn go_on<S>(&self, route: &Route, mut walk: Walk) -> Result<Outcome<S>, Failure>
    where
        S: WaitingStep<Outputs = Counts, Checkpoint: From<Walk>>,
    {
        let after = walk.after.take();
        let batch = self.batch(route, after.clone())?;
        if matches!(self.goal, Goal::Move(_)) && batch.found && !walk.found {
            // Noted before the first file moves: a process that repeats this call after a crash may find an empty source.
            (walk.after, walk.found) = (after, true);
            return Ok(Outcome::Wait(walk.wait()));
        }
        let (delete, found) = match self.goal {
            Goal::Sync { delete, .. } => (delete, !batch.is_source_empty),
            Goal::Copy | Goal::Move(_) => (None, batch.found),
        };
        walk.found |= found;
        walk.seen_count += batch.seen;
        for (location, reason) in &batch.failed {
            let what = format!("{} failed: {location}", self.verb(route.direction));
            walk.fail(&what, &Failure::configuration_invalid(reason));
        }
        let Some(remove) = delete else {
            self.transfer(route, after, batch.transfers, &mut walk)?;
            return self.end(route, batch.after, batch.is_last, walk);
        };
        if batch.is_source_empty && !batch.removals.is_empty() {
            return Err(nothing_would_stay(route));
        }
        walk.withheld = walk.withheld.or(batch.withheld);
        let (in_the_way, others) = route.in_the_way(batch.removals, &batch.transfers);
        self.delete(&in_the_way, remove, &mut walk)?;
        self.transfer(route, after, batch.transfers, &mut walk)?;
        self.delete(&others, remove, &mut walk)?;
        self.end(route, batch.after, batch.is_last, walk)
    }

    /// The end of a batch, whose last name is `after`.
    fn end<S>(&self, route: &Route, after: Option<String>, is_last: bool, mut walk: Walk) -> Result<Outcome<S>, Failure>
    where
        S: WaitingStep<Outputs = Counts, Checkpoint: From<Walk>>,
    {
        if !is_last {
            walk.after = after;
            return Ok(Outcome::Wait(walk.wait()));
        }
        if !walk.found && !self.allow_empty {
            return Err(nothing_to_transfer(route));
        }
        walk.end().map(Outcome::Done)
    }

    fn batch(&self, route: &Route, after: Option<String>) -> Result<Batch, Failure> {
        let source = entries(&route.source, Purpose::Source, after.clone());
        let compare = match self.goal {
            Goal::Sync { compare, .. } => Some(compare),
            Goal::Copy | Goal::Move(_) => None,
        };
        let destination = compare.map(|_| entries(&route.destination, Purpose::Destination, after.clone()));
        let mut pairs = Merge::new(source, destination.into_iter().flatten());
        Batch::of(&mut pairs, route, (self.filter, compare.unwrap_or_default()), after)
    }

    fn delete(&self, removals: &[Location], remove: Remove, walk: &mut Walk) -> Result<(), Failure> {
        let Some(why) = walk.withheld.clone() else { return delete(removals, remove, self.mode, walk) };
        let failure = Failure::configuration_invalid(format!("it was not deleted: {why}"));
        removals.iter().for_each(|location| walk.fail(&format!("delete failed: {location}"), &failure));
        Ok(())
    }

    /// `after` is the name after which their list began.
    fn transfer(
        &self,
        route: &Route,
        after: Option<String>,
        transfers: Vec<Transfer>,
        walk: &mut Walk,
    ) -> Result<(), Failure> {
        if transfers.is_empty() {
            return Ok(());
        }
        let direction = route.direction;
        let results: Vec<Transferred> = match self.mode.dry_run {
            true => transfers.iter().map(|transfer| Ok(transfer.size)).collect(),
            false => transfer(direction, &transfers, self.settings)?,
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
        // A single object may be denied. Only if none was transferred, none will be.
        let stop = stop.filter(|_| arrived.is_empty());
        let (arrived, bytes): (Vec<_>, Vec<_>) = arrived.into_iter().unzip();
        let removed = self.remove_sources(route, after, &arrived)?;
        self.arrived(direction, arrived.iter().zip(bytes).zip(removed), walk)?;
        stop.map_or(Ok(()), Err)
    }

    /// Removes the sources of completed transfers if the goal is a move.
    fn remove_sources(
        &self,
        route: &Route,
        after: Option<String>,
        arrived: &[Transfer],
    ) -> Result<Vec<Result<(), Failure>>, Failure> {
        match self.goal {
            _ if self.mode.dry_run || arrived.is_empty() => Ok(vec![Ok(()); arrived.len()]),
            Goal::Move(remove) if route.source.is_s3() => {
                let now = objects(&route.source, Purpose::Source, PAGE, after);
                remove_same(remove, &route.source, arrived, now)
            }
            Goal::Move(remove) => remove(arrived),
            Goal::Copy | Goal::Sync { .. } => Ok(vec![Ok(()); arrived.len()]),
        }
    }

    fn arrived<'a>(
        &self,
        direction: Direction,
        arrived: impl Iterator<Item = ((&'a Transfer, u64), Result<(), Failure>)>,
        walk: &mut Walk,
    ) -> Result<(), Failure> {
        let mut stop = None;
        for ((transfer, bytes), removed) in arrived {
            match removed {
                Ok(()) => self.succeed(transfer, bytes, walk),
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

    /// Prints and counts a transferred file.
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

/// The failure for a source without a file to transfer. S3 does not distinguish an empty prefix from a misspelt one.
fn nothing_to_transfer(route: &Route) -> Failure {
    let source = &route.source;
    Failure::no_targets(format!("`{source}` has no file to transfer; set `allow_empty` if it may have none"))
}

/// The failure for a source whose emptiness would empty the destination.
fn nothing_would_stay(route: &Route) -> Failure {
    let Route { source, destination, .. } = route;
    Failure::no_targets(format!(
        "`{source}` is empty, and `delete` would leave nothing in `{destination}`; use `s3-remove` to empty a prefix"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::s3::listing::entry;
    use crate::s3::location::at;

    fn moving(names: &[&str], remove: RemoveSources, dry_run: bool) -> (Walk, Result<(), Failure>) {
        let route = Route::new(at("site"), at("s3://site")).unwrap();
        let transfers: Vec<_> = names.iter().map(|name| route.transfer(&entry(name, 10, 1))).collect();
        let filter = Filter::default();
        let mode = Mode { dry_run, quiet: false };
        let settings = ObjectSettings::default();
        let task = Task { goal: Goal::Move(remove), filter: &filter, settings: &settings, mode, allow_empty: false };
        let mut walk = Walk::default();
        let removed = task.remove_sources(&route, None, &transfers);
        let result = removed.and_then(|removed| {
            task.arrived(Direction::Upload, transfers.iter().map(|transfer| (transfer, 10)).zip(removed), &mut walk)
        });
        (walk, result)
    }

    #[test]
    fn a_file_has_moved_when_its_source_is_gone() {
        let remove: RemoveSources = |sources| Ok(sources.iter().map(|_| Ok(())).collect());
        let (walk, result) = moving(&["a", "b"], remove, false);
        assert_eq!((walk.counts.transferred_count, walk.counts.transferred_bytes, result), (2, 20, Ok(())));
        assert_eq!((walk.counts.deleted_count, walk.counts.failed_count), (0, 0));
    }

    #[test]
    fn a_source_that_stays_is_a_failure_and_one_that_is_denied_stops_the_step() {
        let remove: RemoveSources = |_| Ok(vec![Err(Failure::new("FileError", "read-only file system")), Ok(())]);
        let (walk, result) = moving(&["a", "b"], remove, false);
        assert_eq!((walk.counts.transferred_count, walk.counts.failed_count, result), (1, 1, Ok(())));
        let remove: RemoveSources = |_| Ok(vec![Ok(()), Err(Failure::new("AccessDenied", "not lent for writing"))]);
        let (walk, result) = moving(&["a", "b"], remove, false);
        let failure = result.unwrap_err();
        assert_eq!((walk.counts.transferred_count, failure.code.as_ref()), (1, "AccessDenied"));
        assert!(failure.message.contains("it was transferred, but still exists at the source"), "{failure}");
    }

    #[test]
    fn a_dry_run_removes_no_source() {
        let remove: RemoveSources = |_| Err(Failure::aws_error("it was asked to"));
        let (walk, result) = moving(&["a"], remove, true);
        assert_eq!((walk.counts.transferred_count, result), (1, Ok(())));
    }

    #[test]
    fn once_withheld_nothing_more_is_deleted_and_each_remaining_object_is_counted() {
        let remove: Remove = |locations| Ok(vec![Ok(()); locations.len()]);
        let filter = Filter::default();
        let goal = Goal::Sync { delete: Some(remove), compare: Compare::default() };
        let (settings, mode) = (ObjectSettings::default(), Mode::default());
        let task = Task { goal, filter: &filter, settings: &settings, mode, allow_empty: false };
        let (removals, mut walk) = (["s3://site/a", "s3://site/b"].map(at), Walk::default());
        task.delete(&removals, remove, &mut walk).unwrap();
        assert_eq!((walk.counts.deleted_count, walk.counts.failed_count), (2, 0));
        walk.withheld = Some("site/link: a symbolic link".to_owned());
        // As the next call has it.
        let mut walk: Walk = serde_json::from_value(serde_json::to_value(walk).unwrap()).unwrap();
        task.delete(&removals, remove, &mut walk).unwrap();
        assert_eq!((walk.counts.deleted_count, walk.counts.failed_count), (2, 2));
    }
}
