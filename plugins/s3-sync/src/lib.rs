//! Makes a directory or a prefix of Amazon S3 as another one is.

use schemars::JsonSchema;
use serde::Deserialize;
use stepwell_plugin::s3::{self, Counts, Filter, Globs, Goal, Location, Mode, Remove, Route, Task, Walk};
use stepwell_plugin::{Failure, Invocation, Outcome, WaitingStep};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// What is to be in the destination: everything below `s3://bucket/prefix`, or below `NAME/path` in a directory that
    /// is lent as `[directories.NAME]`. One of `source` and `destination` is in S3.
    #[schemars(length(min = 1))]
    source: Location,
    /// Where it is to be, with the names relative to the source. A file is transferred when it is missing here, when its
    /// size is another one, or, to S3, when it is newer than the object. From S3 it is transferred when it was changed
    /// here since; an object of the same size that is newer than the file is not, as with `aws s3 sync`.
    #[schemars(length(min = 1))]
    destination: Location,
    /// Remove from the destination what the source does not have. Nothing is removed, and the step fails, when a part of
    /// the source cannot be listed, such as a symbolic link, that `exclude` does not leave out with all that is below it;
    /// and when there is nothing at all in the source.
    #[serde(default)]
    delete: bool,
    /// Leave these files out, on both sides: one glob or a list of globs that are compared with names relative to the
    /// source, and to the destination. `*` is any text, also with `/` in it, `?` one character, `[seq]` one of these and
    /// `[!seq]` any other one.
    exclude: Option<Globs>,
    /// Of the files that `exclude` leaves out, take these all the same. Alone it would change nothing, and is refused.
    include: Option<Globs>,
    /// Print no line for each file. What goes wrong is always told.
    #[serde(default)]
    quiet: bool,
    /// Only print what would be done.
    #[serde(default)]
    dry_run: bool,
}

struct S3Sync;

// Nothing to cancel: what was transferred is complete, and of what was not there is nothing.
impl WaitingStep for S3Sync {
    type Config = Config;
    type Outputs = Counts;
    type Checkpoint = Walk;

    fn start(_: &Invocation, config: Config) -> Result<Outcome<Self>, Failure> {
        go_on(config, Walk::default())
    }

    fn resume(_: &Invocation, config: Config, walk: Walk) -> Result<Outcome<Self>, Failure> {
        go_on(config, walk)
    }
}

fn go_on(config: Config, walk: Walk) -> Result<Outcome<S3Sync>, Failure> {
    let Config { source, destination, delete, exclude, include, quiet, dry_run } = config;
    let (filter, route) = (Filter::new(exclude, include)?, Route::new(source, destination)?);
    let goal = Goal::Sync { delete: delete.then_some(s3::remove as Remove) };
    let task = Task { goal, filter: &filter, mode: Mode { dry_run, quiet } };
    task.go_on(&route, walk)
}

stepwell_plugin::export!(S3Sync);
