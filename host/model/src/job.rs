//! Job files, exactly as they are written.

mod chosen;
mod concurrency;
mod error;
mod locals;
mod operation;
mod option;
mod step;

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use crate::file::{self, DurationText, MOST_MISTAKES, Mended};
use crate::id::{Identifier, JobName, ON_ERROR, OptionName};
use crate::pattern;
use crate::region::Region;
use crate::schema_form::Pattern;
use crate::settings::{AwsSettings, Level};
use crate::source::Source;
use crate::value::Value;

pub use chosen::{Chosen, ChosenValue};
pub use concurrency::{Group, JobConcurrency, MostRuns, Otherwise};
pub use error::JobError;
pub use locals::Defaults;
pub use operation::{OperationName, PageLimit, Pages};
pub use option::{JobOption, OptionType};
use step::UselessKey;
pub use step::{Attempts, Backoff, Concurrency, InvalidUses, OnError, OnUncertain, Retry, Step, Uses};

/// Most captures of a step, those of its job included. The host looks for each of them in every line of the log.
const MOST_CAPTURES: usize = 16;

/// Most captures in a job file: each pattern may take a megabyte.
const MOST_CAPTURES_OF_JOB: usize = 100;

/// Most bytes of all job files of a plan: four of the largest.
const MOST_TEXT: usize = 16 << 20;

/// A job file.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// The file.
    #[serde(skip)]
    pub source: Source,
    /// `name`.
    pub name: JobName,
    /// `description`: the purpose of the job, in one line.
    #[serde(default)]
    pub description: String,
    /// `docs`: its documentation, in Markdown.
    #[serde(default)]
    pub docs: String,
    /// `timeout`: the longest time of a run.
    pub timeout: Option<Chosen<DurationText>>,
    /// `[concurrency]`: how many runs of the job go on at the same time. Without it, any number.
    #[schemars(with = "Option<JobConcurrency>")]
    pub concurrency: Option<Spanned<JobConcurrency>>,
    /// `keep_going`: whether steps that do not need a failed step still run.
    #[serde(default)]
    pub keep_going: bool,
    /// `on_uncertain`: the reaction to a call whose outcome is unknown.
    pub on_uncertain: Option<OnUncertain>,
    /// `[aws]`.
    #[serde(default)]
    pub aws: AwsSettings<Region>,
    /// `[options.<name>]`: the values that the operator may choose.
    #[serde(default)]
    #[schemars(with = "BTreeMap<OptionName, JobOption>")]
    pub options: BTreeMap<OptionName, Spanned<JobOption>>,
    /// `[locals]`: names for values that expressions use, evaluated where they are used.
    #[serde(default)]
    #[schemars(with = "BTreeMap<Identifier, Value>")]
    pub locals: BTreeMap<Identifier, Spanned<Value>>,
    /// `[defaults]`: keys of the steps that do not have them.
    #[serde(default)]
    pub defaults: Defaults,
    /// `[capture]`: names of values, and the patterns that find them in the log lines of plugins.
    #[serde(default)]
    #[schemars(with = "BTreeMap<Identifier, Pattern>")]
    pub capture: BTreeMap<Identifier, Spanned<String>>,
    /// `[[steps]]`.
    #[schemars(length(min = 1))]
    pub steps: Vec<Step>,
    /// `[[finally]]`: steps that run after the others, whatever the outcome.
    #[serde(default)]
    pub finally: Vec<Step>,
    /// `[outputs]`: the outputs of a successful run.
    #[serde(default)]
    #[schemars(with = "BTreeMap<Identifier, Value>")]
    pub outputs: BTreeMap<Identifier, Spanned<Value>>,
}

/// What could be read of a job file.
#[derive(Debug)]
pub struct JobReading {
    /// The job without what is wrong; none when a part is missing that others may name.
    pub job: Option<Job>,
    /// The mistakes.
    pub errors: Vec<JobError>,
    /// The ids of the steps that lack something that was wrong.
    pub hurt: BTreeSet<String>,
}

/// What the job files of a plan may still hold together. Files are read one after the other, before the plan counts its
/// steps.
#[derive(Debug)]
pub struct JobRoom {
    /// Bytes of text.
    text: usize,
    /// Bytes of the compiled patterns.
    patterns: usize,
    /// Work of the patterns of options with their defaults.
    defaults: u64,
}

impl Default for JobRoom {
    fn default() -> Self {
        Self { text: MOST_TEXT, patterns: pattern::MOST_OF_PLAN, defaults: pattern::MOST_OF_PLAN_DEFAULTS }
    }
}

impl JobRoom {
    fn take_text(&mut self, source: &Source) -> Result<(), JobError> {
        let left = self.text.checked_sub(source.text.len());
        self.text = left.ok_or_else(|| JobError::LargeFiles { place: source.place(&(0..0)) })?;
        Ok(())
    }
}

impl Job {
    /// Reads a job file.
    ///
    /// # Errors
    /// The first mistake, with its place in the file. The plan finds the mistakes that only plugins can judge.
    pub fn read(source: Source) -> Result<Self, JobError> {
        Self::read_within(source, &mut JobRoom::default())
    }

    /// Reads one of the job files of a plan, which share this room.
    ///
    /// # Errors
    /// Those of [`Self::read`], and when the files are too large together.
    pub fn read_within(source: Source, room: &mut JobRoom) -> Result<Self, JobError> {
        room.take_text(&source)?;
        let mut job: Self = file::read(&source)?;
        job.source = source;
        job.check(room).into_iter().next().map_or(Ok(job), Err)
    }

    /// Reads one of the job files of a plan, and goes on after each mistake.
    pub fn read_all(source: Source, room: &mut JobRoom) -> JobReading {
        if let Err(error) = room.take_text(&source) {
            return JobReading { job: None, errors: vec![error], hurt: BTreeSet::new() };
        }
        let Mended { rest, errors, hurt, has_holes } = file::read_all::<Self>(&source);
        let mut errors: Vec<_> = errors.into_iter().map(JobError::from).collect();
        let Some(mut job) = rest else { return JobReading { job: None, errors, hurt } };
        job.source = source;
        // A file whose only step is wrong has steps.
        if !job.steps.is_empty() || errors.is_empty() {
            errors.extend(job.check(room));
        }
        errors.truncate(MOST_MISTAKES);
        // What is missing could be named anywhere, and each of these places would be told as a mistake.
        let is_whole = !has_holes && !job.steps.is_empty();
        JobReading { job: is_whole.then_some(job), errors, hurt }
    }

    /// All steps, those of `[[finally]]` last.
    pub fn all_steps(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().chain(&self.finally)
    }

    /// The plugins and jobs that it uses.
    pub fn uses(&self) -> impl Iterator<Item = &Spanned<Uses>> {
        self.all_steps()
            .flat_map(|step| [Some(&step.uses), step.on_error.as_ref().map(|handler| &handler.uses)])
            .flatten()
    }

    /// What is wrong with the file although each of its keys and values can be read.
    fn check(&self, room: &mut JobRoom) -> Vec<JobError> {
        if self.steps.is_empty() {
            return vec![JobError::NoSteps { job: self.name.clone(), place: self.source.place(&(0..0)) }];
        }
        let mut errors = Vec::new();
        // The plan checks which keys the job may name, because only the plan knows the project.
        errors.extend(self.aws.credentials(Level::Job, &self.source).err().map(JobError::from));
        errors.extend(locals::check(&self.locals, &self.source).err());
        errors.extend(self.check_defaults().err());
        errors.extend(self.count_captures().err());
        errors.extend(self.bound_patterns(room).err());
        errors.extend(self.check_captures(&self.capture).err());
        let mut earlier = BTreeSet::new();
        for step in self.all_steps() {
            let id = step.id.get_ref();
            let place = || self.source.place(&step.id.span());
            if !earlier.insert(id) {
                errors.push(JobError::DuplicateStep { id: id.clone(), place: place() });
            }
            if id.as_str() == ON_ERROR {
                errors.push(JobError::ReservedStep { id: id.clone(), place: place() });
            }
            errors.extend(self.check_step(step).err());
        }
        errors
            .extend(self.options.iter().filter_map(|(name, option)| option.get_ref().check(name, &self.source).err()));
        errors
    }

    fn check_defaults(&self) -> Result<(), JobError> {
        if let Some(aws) = &self.defaults.aws {
            return Err(JobError::DefaultAws { place: self.source.place(&aws.span()) });
        }
        let retry = self.defaults.retry.as_ref();
        match retry.and_then(|retry| Some((retry, retry.get_ref().useless_key()?))) {
            Some((retry, key)) => Err(JobError::UselessDefault { key, place: self.source.place(&retry.span()) }),
            None => Ok(()),
        }
    }

    fn check_step(&self, step: &Step) -> Result<(), JobError> {
        step.aws.credentials(Level::Step, &self.source)?;
        if let Some(handler) = &step.on_error {
            handler.aws.credentials(Level::Step, &self.source)?;
        }
        self.check_captures(&step.capture)?;
        let Some(UselessKey { key, because, cure, span }) = step.useless_key() else { return Ok(()) };
        let place = self.source.place(&span);
        Err(JobError::WithoutEffect { step: step.id.get_ref().clone(), key, because, cure, place })
    }

    /// Bounds the patterns, each of which the host looks for in every line of a step's log.
    fn count_captures(&self) -> Result<(), JobError> {
        let own = self.capture.len();
        let mut all = own;
        for step in self.all_steps() {
            let place = || self.source.place(&step.id.span());
            all += step.capture.len();
            if own + step.capture.len() > MOST_CAPTURES {
                return Err(JobError::TooManyCaptures { of: "a step", most: MOST_CAPTURES, place: place() });
            }
            if all > MOST_CAPTURES_OF_JOB {
                return Err(JobError::TooManyCaptures { of: "a job", most: MOST_CAPTURES_OF_JOB, place: place() });
            }
        }
        Ok(())
    }

    /// Bounds the sizes of all patterns together, and the work of those of options with their defaults.
    fn bound_patterns(&self, room: &mut JobRoom) -> Result<(), JobError> {
        let captures = self.all_steps().flat_map(|step| step.capture.values()).chain(self.capture.values());
        let captures = captures.map(|pattern| (pattern::size(pattern.get_ref()), pattern.span()));
        let options = self.options.values().filter_map(|option| option.get_ref().pattern_size());
        let mut left = pattern::MOST_OF_JOB;
        for (size, span) in options.chain(captures) {
            let large = |of, most| JobError::LargePatterns { of, most, place: self.source.place(&span) };
            left = left.checked_sub(size).ok_or_else(|| large("the job", pattern::MOST_OF_JOB))?;
            let of_plan = || large("the job and of those that it uses", pattern::MOST_OF_PLAN);
            room.patterns = room.patterns.checked_sub(size).ok_or_else(of_plan)?;
        }
        let mut left = pattern::MOST_OF_DEFAULTS;
        for option in self.options.values() {
            let place = || self.source.place(&option.span());
            let work = option.get_ref().work_of_default();
            left = left.checked_sub(work).ok_or_else(|| JobError::SlowDefaults { place: place() })?;
            let of_plan = room.defaults.checked_sub(work);
            room.defaults = of_plan.ok_or_else(|| JobError::SlowDefaults { place: place() })?;
        }
        Ok(())
    }

    fn check_captures(&self, captures: &BTreeMap<Identifier, Spanned<String>>) -> Result<(), JobError> {
        captures.iter().try_for_each(|(name, pattern)| {
            let place = || self.source.place(&pattern.span());
            let reason = match pattern::compile(pattern.get_ref()) {
                Ok(regex) if regex.captures_len() == 2 => return Ok(()),
                Ok(regex) => format!("the pattern has {} groups instead of one", regex.captures_len() - 1),
                Err(reason) => reason,
            };
            Err(JobError::Capture { name: name.to_string(), place: place(), reason })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::FileError;

    fn read(text: &str) -> Result<Job, JobError> {
        Job::read(Source::new("job.toml", text))
    }

    #[test]
    fn a_wrong_key_anywhere_is_an_error_at_its_place() {
        let texts = [
            ("name = \"a\"\nsteps = []\nretyr = 1", 3),
            ("name = \"a\"\n[[steps]]\nid = \"a\"\nuses = \"b\"\nretyr = 1", 5),
            ("name = \"a\"\nsteps = []\n[options.x]\nrequierd = true", 4),
            ("name = \"a\"\nsteps = []\n[aws]\nregoin = \"x\"", 4),
        ];
        for (text, line) in texts {
            let error = read(text).expect_err(text);
            assert!(
                matches!(&error, JobError::File(FileError::UnknownKey { place, .. }) if place.line == line),
                "{error:?}"
            );
        }
    }

    #[test]
    fn a_job_that_cannot_mean_anything_is_an_error() {
        let step = "[[steps]]\nid = \"a\"\nuses = \"ec2-stop\"\n";
        assert!(matches!(read("name = \"a\"\nsteps = []"), Err(JobError::NoSteps { .. })));
        assert!(matches!(read(&format!("name = \"a\"\n{step}{step}")), Err(JobError::DuplicateStep { .. })));
        let pattern = format!("name = \"a\"\n[options.x]\npattern = \"(\"\n{step}");
        assert!(matches!(read(&pattern), Err(JobError::Pattern { .. })));
        let both = format!("name = \"a\"\n[options.x]\nrequired = true\ndefault = \"\"\n{step}");
        assert!(matches!(read(&both), Err(JobError::RequiredWithDefault { .. })));
        let name = read(&format!("name = \"../a\"\n{step}")).expect_err("the name is no name");
        assert!(name.to_string().contains("is not a valid job name"), "{name}");
    }

    #[test]
    fn a_key_that_would_change_nothing_is_an_error_at_its_place() {
        for (keys, key) in [
            ("parallel = \"g\"\nneeds = []", "parallel"),
            ("concurrency = 2", "concurrency"),
            ("retry = { attempts = 2, backoff = \"exponential\" }", "backoff"),
            ("retry = { attempts = 2, jitter = true }", "jitter"),
            ("on_error = { uses = \"job:b\", aws = { region = \"eu-central-1\" } }", "aws"),
        ] {
            let error = read(&format!("name = \"a\"\n[[steps]]\nid = \"a\"\nuses = \"b\"\n{keys}")).expect_err(keys);
            let JobError::WithoutEffect { key: found, place, .. } = error else { panic!("{error:?}") };
            assert_eq!((found, place.line), (key, 5), "{keys}");
        }
    }

    #[test]
    fn captures_are_bounded_for_a_step_and_for_a_job() {
        let captures = |number: usize| {
            let each = (0..number).map(|at| format!("c{at} = '(a)'"));
            format!("capture = {{ {} }}\n", each.collect::<Vec<_>>().join(", "))
        };
        let step = |id: usize, number| format!("[[steps]]\nid = \"s{id}\"\nuses = \"b\"\n{}", captures(number));
        let steps = |number, of| (0..number).map(|id| step(id, of)).collect::<String>();
        for (own, steps) in [(0, steps(1, 16)), (8, steps(10, 8)), (0, steps(10, 10))] {
            assert!(read(&format!("name = \"a\"\n{}{steps}", captures(own))).is_ok(), "{own}: {steps}");
        }
        for (own, steps, most) in [(0, steps(1, 17), 16), (9, steps(1, 8), 16), (4, steps(10, 10), 100)] {
            let error = read(&format!("name = \"a\"\n{}{steps}", captures(own))).expect_err("too many");
            assert!(matches!(error, JobError::TooManyCaptures { most: found, .. } if found == most), "{error:?}");
        }
    }

    #[test]
    fn the_patterns_of_a_job_are_bounded_together_whatever_they_are_for() {
        let step = "[[steps]]\nid = \"a\"\nuses = \"b\"\n";
        let option = |at: usize| format!("[options.o{at}]\npattern = '[^:*]{{1,512}}'\n");
        let options = |number: usize| (0..number).map(option).collect::<String>();
        // Each counts 1 MiB.
        assert!(read(&format!("name = \"a\"\n{}{step}", options(8))).is_ok());
        let nine = read(&format!("name = \"a\"\n{}{step}", options(9))).expect_err("too large together");
        assert!(matches!(&nine, JobError::LargePatterns { place, .. } if place.line == 19), "{nine:?}");
        let capture = "capture = { x = '([^:*]{1,512})' }\n";
        let mixed = read(&format!("name = \"a\"\n{}{step}{capture}", options(8))).expect_err("too large together");
        assert!(matches!(&mixed, JobError::LargePatterns { place, .. } if place.line == 21), "{mixed:?}");
        let usual = (0..200).map(|at| format!("[options.o{at}]\npattern = 'i-[0-9a-f]{{8,17}}'\n"));
        assert!(read(&format!("name = \"a\"\n{}{step}", usual.collect::<String>())).is_ok());
    }

    #[test]
    fn the_files_of_a_plan_share_their_room() {
        let step = "[[steps]]\nid = \"a\"\nuses = \"b\"\n";
        let read_all = |text: &str| {
            let mut room = JobRoom::default();
            let mut files = (0..10).map(|at| Job::read_within(Source::new(format!("j{at}.toml"), text), &mut room));
            let at = files.position(|read| read.is_err()).expect("together they are too large");
            (at, Job::read_within(Source::new("last.toml", text), &mut room).expect_err("it has no room"))
        };
        let option = |at: usize| format!("[options.o{at}]\npattern = '[^:*]{{1,512}}'\n");
        let patterns = format!("name = \"a\"\n{}{step}", (0..8).map(option).collect::<String>());
        let (at, error) = read_all(&patterns);
        assert!(matches!(&error, JobError::LargePatterns { place, .. } if place.file == "last.toml"), "{error:?}");
        assert_eq!(
            (at, error.to_string().as_str()),
            (4, "the patterns of the job and of those that it uses are too large together")
        );
        let long = format!("name = \"a\"\n{step}#{}", "x".repeat(3 << 20));
        let (at, error) = read_all(&long);
        assert!(at == 5 && matches!(error, JobError::LargeFiles { .. }), "{at}: {error:?}");
    }

    #[test]
    fn what_patterns_read_of_defaults_is_bounded_together() {
        let step = "[[steps]]\nid = \"a\"\nuses = \"b\"\n";
        let default = "x".repeat(8 << 10);
        let option = |at: usize| format!("[options.o{at}]\npattern = '.{{1,255}}|x*'\ndefault = \"{default}\"\n");
        let options = |number: usize| (0..number).map(option).collect::<String>();
        // Each counts 512 KiB, and reads 8 KiB.
        assert!(read(&format!("name = \"a\"\n{}{step}", options(4))).is_ok());
        let slow = read(&format!("name = \"a\"\n{}{step}", options(9))).expect_err("too much");
        assert!(matches!(&slow, JobError::SlowDefaults { place } if place.line == 26), "{slow:?}");
        let list = format!("[{}]", vec![format!("\"{}\"", "x".repeat(4 << 10)); 8].join(", "));
        let list = format!("[options.o]\nmultiple = true\npattern = '.{{1,255}}|x*'\ndefault = {list}\n");
        let long = read(&format!("name = \"a\"\n{list}{step}")).expect_err("too long a list");
        assert!(matches!(long, JobError::OptionValue { key: "default", .. }), "{long:?}");
    }

    #[test]
    fn a_capture_is_a_pattern_with_one_group() {
        for wrong in ["(", "a", "(a)(b)", "(?:a)"] {
            let step = format!("[[steps]]\nid = \"a\"\nuses = \"b\"\ncapture = {{ x = '{wrong}' }}");
            let of_step = read(&format!("name = \"a\"\n{step}"));
            assert!(matches!(of_step, Err(JobError::Capture { place, .. }) if place.line == 5), "{wrong}");
            let of_job =
                read(&format!("name = \"a\"\ncapture = {{ x = '{wrong}' }}\nsteps = [{{ id = \"a\", uses = \"b\" }}]"));
            assert!(matches!(of_job, Err(JobError::Capture { place, .. }) if place.line == 2), "{wrong}");
        }
    }

    #[test]
    fn no_step_has_the_name_of_the_one_that_runs_on_errors_nor_that_of_another() {
        let finally = |id: &str| {
            format!("name = \"a\"\n[[steps]]\nid = \"a\"\nuses = \"b\"\n[[finally]]\nid = \"{id}\"\nuses = \"b\"")
        };
        assert!(matches!(read(&finally("a")), Err(JobError::DuplicateStep { place, .. }) if place.line == 6));
        assert!(matches!(read(&finally("on_error")), Err(JobError::ReservedStep { place, .. }) if place.line == 6));
        let uses = read(&finally("z").replace("uses = \"b\"", "uses = \"job:../b\"")).expect_err("it is no name");
        assert!(uses.to_string().contains("is not a valid job name"), "{uses}");
    }

    #[test]
    fn a_pattern_matches_the_whole_value() {
        let job =
            read("name = \"a\"\n[options.x]\npattern = \"a|bc\"\n[[steps]]\nid = \"a\"\nuses = \"x\"").expect("valid");
        let regex = job.options["x"].get_ref().regex().expect("valid").expect("given");
        for (value, matches) in [("a", true), ("bc", true), ("abc", false), ("a\n", false), ("", false)] {
            assert_eq!(regex.is_match(value), matches, "{value:?}");
        }
    }
}
