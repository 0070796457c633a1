//! Moves files and objects to, from and within Amazon S3.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stepwell_plugin::s3::{self, Counts, Filter, Globs, Goal, Location, Mode, Route, Settings, Task, Transfer, Walk};
use stepwell_plugin::{Duration, Failure, Invocation, Outcome, Wait, WaitingStep, warn};

#[derive(Deserialize, JsonSchema)]
#[schemars(transform = s3::transfer_rules)]
struct Config {
    /// The source: `s3://bucket/key`, or `NAME/path` in a directory that is lent as `[directories.NAME]`. `source` or
    /// `destination` must be in S3. A transferred file is removed here, unless it has changed meanwhile.
    #[schemars(length(min = 1), extend("x-stepwell-location" = "write"))]
    source: Location,
    /// The destination. If it is a directory or ends with `/`, a file keeps its name.
    #[schemars(length(min = 1), extend("x-stepwell-location" = "write"))]
    destination: Location,
    /// Move everything below a directory or a prefix. Names are relative to it. Directories stay.
    #[serde(default)]
    recursive: bool,
    /// Leave these files out: a glob or a list of globs, matched against names relative to the source. `*` matches any
    /// text including `/`, `?` one character, `[seq]` one of these characters and `[!seq]` one other character.
    exclude: Option<Globs>,
    /// Of the files that `exclude` leaves out, move these nevertheless. Without `exclude` it is refused, since it would
    /// have no effect.
    include: Option<Globs>,
    /// With `recursive`, succeed when the source has no file to move. Otherwise the step fails with `NoTargets`, because a
    /// misspelt prefix looks like an empty one.
    #[serde(default)]
    allow_empty: bool,
    /// Do not print a line for each file. Failures are always printed.
    #[serde(default)]
    quiet: bool,
    /// Only print what the step would move.
    #[serde(default)]
    dry_run: bool,
    #[serde(flatten)]
    settings: Settings,
}

#[derive(Serialize, Deserialize)]
enum Moving {
    All(Walk),
    /// One file was transferred and is still to be removed at the source. After a crash between the two, the next
    /// process must neither expect the source to exist, nor remove a new file in its place.
    Arrived {
        transfer: Transfer,
        bytes: u64,
    },
}

impl From<Walk> for Moving {
    fn from(walk: Walk) -> Self {
        Self::All(walk)
    }
}

struct S3Move;

impl WaitingStep for S3Move {
    type Config = Config;
    type Outputs = Counts;
    type Checkpoint = Moving;

    fn start(_: &Invocation, config: Config) -> Result<Outcome<Self>, Failure> {
        if config.recursive { go_on(config, Walk::default()) } else { move_one(config) }
    }

    fn resume(_: &Invocation, config: Config, moving: Moving) -> Result<Outcome<Self>, Failure> {
        match moving {
            Moving::All(walk) => go_on(config, walk),
            Moving::Arrived { transfer, bytes } => {
                s3::remove_source(&transfer, s3::remove_sources)?;
                done(&config, &transfer, bytes)
            }
        }
    }

    fn cancel(_: &Invocation, _: Config, moving: Moving) -> Result<(), Failure> {
        if let Moving::Arrived { transfer, .. } = moving {
            warn!("{} was transferred, and still exists at {}", transfer.to, transfer.from);
        }
        Ok(())
    }
}

fn go_on(config: Config, walk: Walk) -> Result<Outcome<S3Move>, Failure> {
    let Config { source, destination, exclude, include, allow_empty, quiet, dry_run, settings, .. } = config;
    let (filter, route) = (Filter::new(exclude, include)?, Route::new(source, destination)?);
    let (settings, mode) = (&settings.into(), Mode { dry_run, quiet });
    let task = Task { goal: Goal::Move(s3::remove_sources), filter: &filter, settings, mode, allow_empty };
    task.go_on(&route, walk)
}

fn move_one(config: Config) -> Result<Outcome<S3Move>, Failure> {
    let filter = Filter::new(config.exclude.clone(), config.include.clone())?;
    let transfer = Transfer::of_one(&config.source, &config.destination)?;
    if !filter.takes(config.source.name()) {
        return Ok(Outcome::Done(Counts::default()));
    }
    if config.dry_run {
        return done(&config, &transfer, transfer.size);
    }
    let bytes = transfer.run(&config.settings.into())?;
    let message = format!("{} was transferred", transfer.to);
    let checkpoint = Moving::Arrived { transfer, bytes };
    Ok(Outcome::Wait(Wait { after: Duration::default(), checkpoint, message, progress: None }))
}

fn done(config: &Config, transfer: &Transfer, bytes: u64) -> Result<Outcome<S3Move>, Failure> {
    let (filter, mut walk) = (Filter::default(), Walk::default());
    let mode = Mode { dry_run: config.dry_run, quiet: config.quiet };
    let settings = &config.settings.clone().into();
    let task = Task { goal: Goal::Move(s3::remove_sources), filter: &filter, settings, mode, allow_empty: false };
    task.succeed(transfer, bytes, &mut walk);
    walk.end().map(Outcome::Done)
}

stepwell_plugin::export!(S3Move);
