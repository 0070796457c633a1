//! Copies files and objects to, from and within Amazon S3.

use schemars::JsonSchema;
use serde::Deserialize;
use stepwell_plugin::s3::{self, Counts, Filter, Globs, Goal, Location, Mode, Route, Settings, Task, Transfer, Walk};
use stepwell_plugin::{Failure, Invocation, Outcome, WaitingStep};

#[derive(Deserialize, JsonSchema)]
#[schemars(transform = s3::transfer_rules)]
struct Config {
    /// The source: `s3://bucket/key`, or `NAME/path` in a directory that is lent as `[directories.NAME]`. `source` or
    /// `destination` must be in S3.
    #[schemars(length(min = 1), extend("x-stepwell-location" = "read"))]
    source: Location,
    /// The destination. If it is a directory or ends with `/`, a file keeps its name.
    #[schemars(length(min = 1), extend("x-stepwell-location" = "write"))]
    destination: Location,
    /// Copy everything below a directory or a prefix. Names are relative to it.
    #[serde(default)]
    recursive: bool,
    /// Leave these files out: a glob or a list of globs, matched against names relative to the source. `*` matches any
    /// text including `/`, `?` one character, `[seq]` one of these characters and `[!seq]` one other character.
    exclude: Option<Globs>,
    /// Of the files that `exclude` leaves out, copy these nevertheless. Without `exclude` it is refused, since it would
    /// have no effect.
    include: Option<Globs>,
    /// With `recursive`, succeed when the source has no file to copy. Otherwise the step fails with `NoTargets`, because a
    /// misspelt prefix looks like an empty one.
    #[serde(default)]
    allow_empty: bool,
    /// Do not print a line for each file. Failures are always printed.
    #[serde(default)]
    quiet: bool,
    /// Only print what the step would copy.
    #[serde(default)]
    dry_run: bool,
    #[serde(flatten)]
    settings: Settings,
}

struct S3Copy;

// Nothing to cancel: every file has been copied completely or not at all.
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
    let Config { source, destination, exclude, include, allow_empty, quiet, dry_run, settings, .. } = config;
    let (filter, route) = (Filter::new(exclude, include)?, Route::new(source, destination)?);
    let (settings, mode) = (&settings.into(), Mode { dry_run, quiet });
    let task = Task { goal: Goal::Copy, filter: &filter, settings, mode, allow_empty };
    task.go_on(&route, walk)
}

fn copy(config: Config) -> Result<Counts, Failure> {
    let Config { source, destination, exclude, include, quiet, dry_run, settings, .. } = config;
    let filter = Filter::new(exclude, include)?;
    let transfer = Transfer::of_one(&source, &destination)?;
    if !filter.takes(source.name()) {
        return Ok(Counts::default());
    }
    let (settings, mode) = (&settings.into(), Mode { dry_run, quiet });
    let bytes = if dry_run { transfer.size } else { transfer.run(settings)? };
    let mut walk = Walk::default();
    let task = Task { goal: Goal::Copy, filter: &filter, settings, mode, allow_empty: false };
    task.succeed(&transfer, bytes, &mut walk);
    walk.end()
}

stepwell_plugin::export!(S3Copy);
