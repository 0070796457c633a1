//! Copies files and objects to, from and within Amazon S3.

use schemars::JsonSchema;
use serde::Deserialize;
use stepwell_plugin::s3::{Counts, Filter, Globs, Goal, Location, Mode, Route, Task, Transfer, Walk};
use stepwell_plugin::{Failure, Invocation, Outcome, WaitingStep};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// What is copied: `s3://bucket/key`, or `NAME/path` in a directory that is lent as `[directories.NAME]`. One of
    /// `source` and `destination` is in S3.
    #[schemars(length(min = 1))]
    source: Location,
    /// Where it is copied to. A file keeps its name where this is a directory, or ends with `/`.
    #[schemars(length(min = 1))]
    destination: Location,
    /// Copy everything below a directory, or below a prefix, with the names relative to it.
    #[serde(default)]
    recursive: bool,
    /// Leave these files out: one glob or a list of globs that are compared with names relative to the source. `*` is any
    /// text, also with `/` in it, `?` one character, `[seq]` one of these and `[!seq]` any other one.
    exclude: Option<Globs>,
    /// Of the files that `exclude` leaves out, copy these all the same. Alone it would change nothing, and is refused.
    include: Option<Globs>,
    /// Print no line for each file. What goes wrong is always told.
    #[serde(default)]
    quiet: bool,
    /// Only print what would be copied.
    #[serde(default)]
    dry_run: bool,
}

struct S3Copy;

// Nothing to cancel: what was copied is complete, and of what was not there is nothing.
impl WaitingStep for S3Copy {
    type Config = Config;
    type Outputs = Counts;
    type Checkpoint = Walk;

    fn start(_: &Invocation, config: Config) -> Result<Outcome<Self>, Failure> {
        if config.recursive { go_on(config, Walk::default()) } else { copy(config).map(Outcome::Done) }
    }

    fn resume(_: &Invocation, config: Config, walk: Walk) -> Result<Outcome<Self>, Failure> {
        go_on(config, walk)
    }
}

fn go_on(config: Config, walk: Walk) -> Result<Outcome<S3Copy>, Failure> {
    let Config { source, destination, exclude, include, quiet, dry_run, .. } = config;
    let (filter, route) = (Filter::new(exclude, include)?, Route::new(source, destination)?);
    let task = Task { goal: Goal::Copy, filter: &filter, mode: Mode { dry_run, quiet } };
    task.go_on(&route, walk)
}

fn copy(config: Config) -> Result<Counts, Failure> {
    let Config { source, destination, exclude, include, quiet, dry_run, .. } = config;
    let filter = Filter::new(exclude, include)?;
    let transfer = Transfer::of_one(&source, &destination)?;
    if !filter.takes(source.name()) {
        return Ok(Counts::default());
    }
    let bytes = if dry_run { transfer.size } else { transfer.run()? };
    let mut walk = Walk::default();
    Task { goal: Goal::Copy, filter: &filter, mode: Mode { dry_run, quiet } }.succeed(&transfer, bytes, &mut walk);
    walk.end()
}

stepwell_plugin::export!(S3Copy);
