//! Makes a directory or a prefix of Amazon S3 the same as another one.

use schemars::JsonSchema;
use serde::Deserialize;
use stepwell_plugin::s3::{
    self, Compare, Counts, Filter, Globs, Goal, Location, Mode, Remove, Route, Settings, Task, Walk,
};
use stepwell_plugin::{Failure, Invocation, Outcome, WaitingStep};

#[derive(Deserialize, JsonSchema)]
#[schemars(
    extend("x-stepwell-rules" = [{
        "schema": {
            "not": {
                "required": ["size_only", "exact_timestamps"],
                "properties": { "size_only": { "const": true }, "exact_timestamps": { "const": true } },
            },
        },
        "property": "size_only",
        "message": "it ignores the times that `exact_timestamps` compares",
        "next": "leave out one of the two",
    }]),
    transform = s3::transfer_rules
)]
struct Config {
    /// The source: everything below `s3://bucket/prefix`, or below `NAME/path` in a directory that is lent as
    /// `[directories.NAME]`. `source` or `destination` must be in S3.
    #[schemars(length(min = 1), extend("x-stepwell-location" = "read"))]
    source: Location,
    /// The destination. Names are relative to the source. A file is transferred if it is missing here, if its size
    /// differs, or, to S3, if it is newer than the object. From S3 an object is transferred if the file here is newer
    /// than the object; an object that is newer than a file of the same size is not, as with `aws s3 sync`.
    #[schemars(length(min = 1), extend("x-stepwell-location" = "write"))]
    destination: Location,
    /// Compare sizes only: a file of the same size is not transferred, whatever its time.
    #[serde(default)]
    size_only: bool,
    /// From S3, also transfer an object whose file here has the same size and another time, older or newer.
    #[serde(default)]
    exact_timestamps: bool,
    /// Remove from the destination what the source does not have. The step fails and removes nothing if the source is
    /// empty, or if a part of it cannot be listed, such as a symbolic link, unless `exclude` leaves out that part with
    /// everything below it.
    #[serde(default)]
    delete: bool,
    /// Leave these files out on both sides: a glob or a list of globs, matched against names relative to the source and
    /// to the destination. `*` matches any text including `/`, `?` one character, `[seq]` one of these characters and
    /// `[!seq]` one other character.
    exclude: Option<Globs>,
    /// Of the files that `exclude` leaves out, include these nevertheless. Without `exclude` it is refused, since it
    /// would have no effect.
    include: Option<Globs>,
    /// Succeed when the source has no files. Otherwise the step fails with `NoTargets`, because a misspelt prefix looks like
    /// an empty one. With `delete`, an empty source never empties the destination.
    #[serde(default)]
    allow_empty: bool,
    /// Do not print a line for each file. Failures are always printed.
    #[serde(default)]
    quiet: bool,
    /// Only print what the step would do.
    #[serde(default)]
    dry_run: bool,
    #[serde(flatten)]
    settings: Settings,
}

struct S3Sync;

// Nothing to cancel: every file has been transferred completely or not at all.
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
    let compare = Compare::new(config.size_only, config.exact_timestamps)?;
    let (filter, route) =
        (Filter::new(config.exclude, config.include)?, Route::new(config.source, config.destination)?);
    let goal = Goal::Sync { delete: config.delete.then_some(s3::remove as Remove), compare };
    let mode = Mode { dry_run: config.dry_run, quiet: config.quiet };
    let task = Task { goal, filter: &filter, settings: &config.settings.into(), mode, allow_empty: config.allow_empty };
    task.go_on(&route, walk)
}

stepwell_plugin::export!(S3Sync);
