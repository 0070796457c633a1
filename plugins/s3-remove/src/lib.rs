//! Removes objects from Amazon S3.

use std::ops::ControlFlow;

use schemars::JsonSchema;
use serde::Deserialize;
use stepwell_plugin::s3::{self, Clearing, Counts, Filter, Globs, Location, Mode, Walk};
use stepwell_plugin::{Failure, Invocation, Outcome, WaitingStep};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(
    extend("x-stepwell-rules" = [{
        "schema": {
            "anyOf": [
                { "required": ["recursive"], "properties": { "recursive": { "const": true } } },
                { "properties": { "s3_uri": { "pattern": "^s3://[^/]*/." } } },
            ],
        },
        "property": "s3_uri",
        "message": "it is a whole bucket",
        "next": "name an object, or set `recursive` to empty the bucket",
    }]),
    transform = s3::filter_rules
)]
struct Config {
    /// The object, or, with `recursive`, the prefix of the objects: `s3://bucket/key`. In a bucket with versioning,
    /// older versions stay.
    #[schemars(regex(pattern = "^s3://"))]
    s3_uri: Location,
    /// Remove everything below the prefix, or, without a prefix, everything in the bucket.
    #[serde(default)]
    recursive: bool,
    /// Leave these objects: a glob or a list of globs, matched against names relative to the prefix. `*` matches any
    /// text including `/`, `?` one character, `[seq]` one of these characters and `[!seq]` one other character.
    exclude: Option<Globs>,
    /// Of the objects that `exclude` leaves, remove these nevertheless. Without `exclude` it is refused, since it would
    /// have no effect.
    include: Option<Globs>,
    /// With `recursive`, succeed when there is no object to remove. Otherwise the step fails with `NoTargets`, because a
    /// misspelt prefix looks like an empty one.
    #[serde(default)]
    allow_empty: bool,
    /// Only print what the step would remove.
    #[serde(default)]
    dry_run: bool,
    /// Do not print a line for each removed object.
    #[serde(default)]
    only_show_errors: bool,
    /// The number of keys in one page of the listing.
    #[serde(default = "s3::page_size")]
    #[schemars(range(min = 1, max = 1000))]
    page_size: u32,
}

struct S3Remove;

// Nothing to cancel: a removal cannot be undone.
impl WaitingStep for S3Remove {
    type Config = Config;
    type Outputs = Counts;
    type Checkpoint = Walk;

    fn start(_: &Invocation, config: Config) -> Result<Outcome<Self>, Failure> {
        if config.recursive { go_on(config, Walk::default()) } else { remove(config).map(Outcome::Done) }
    }

    fn resume(_: &Invocation, config: Config, walk: Walk) -> Result<Outcome<Self>, Failure> {
        go_on(config, walk)
    }
}

fn go_on(config: Config, walk: Walk) -> Result<Outcome<S3Remove>, Failure> {
    let filter = Filter::new(config.exclude, config.include)?;
    let clearing = Clearing {
        root: config.s3_uri.directory(),
        filter: &filter,
        mode: Mode { dry_run: config.dry_run, quiet: config.only_show_errors },
        page_size: config.page_size,
        allow_empty: config.allow_empty,
    };
    Ok(match clearing.go_on(walk)? {
        ControlFlow::Continue(walk) => Outcome::Wait(walk.wait()),
        ControlFlow::Break(counts) => Outcome::Done(counts),
    })
}

/// Removes one object. S3 does not report whether it existed.
fn remove(config: Config) -> Result<Counts, Failure> {
    let (object, filter) = (config.s3_uri, Filter::new(config.exclude, config.include)?);
    if object.path().is_empty() {
        return Err(Failure::configuration_invalid(format!(
            "`{object}` is a whole bucket: set `recursive` to empty it"
        )));
    }
    if !filter.takes(object.name()) {
        return Ok(Counts::default());
    }
    let mode = Mode { dry_run: config.dry_run, quiet: config.only_show_errors };
    if !mode.dry_run {
        s3::remove_objects(std::slice::from_ref(&object))?.into_iter().collect::<Result<(), Failure>>()?;
    }
    mode.say(&format!("delete: {object}"));
    Ok(Counts { deleted_count: 1, ..Counts::default() })
}

stepwell_plugin::export!(S3Remove);
