//! From a job file to its plan, and from a plan to a run.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value as Json;
use stepwell_aws::{Run, RunAws, RunProject, SourceFound, check_lent};
use stepwell_engine::snapshot::{FileText, Given, Snapshot, StoredPlugin, first_record};
use stepwell_engine::{EngineError, Library, LoadedPlugin, Observer, ReadyRun, Start, Watch, new_nonce};
use stepwell_generic::archive::Archive;
use stepwell_model::credentials::Base;
use stepwell_model::event::{Event, PlaceTaken, RunOrigin, What};
use stepwell_model::file::MOST_MISTAKES;
use stepwell_model::id::{JobName, PluginName, RunId};
use stepwell_model::job::{Job, JobError, JobReading, JobRoom, Uses};
use stepwell_model::plan::{Basis, GivenOptions, Plan, PlanError, PlannedConcurrency, PluginCall};
use stepwell_model::policy;
use stepwell_model::run_store::{NewRun, Placed, RunLimit};
use stepwell_model::settings::directories;
use stepwell_model::source::Source;
use stepwell_secrets::{Masker, Secrets};
use toml::Spanned;

use crate::access::{new_run_id, run_files};
use crate::call::CallRequest;
use crate::error::HomeError;
use crate::file::{OurText, find_ours, read_ours};
use crate::operator;
use crate::project::ProjectDir;
use crate::rerun::{Earlier, RerunError, RerunFrom, TakeOver};
use crate::resources::Resources;
use crate::runs::{StoredRun, unreadable};
use crate::secret_values;

/// A job file, and the arguments to plan it with.
#[derive(Debug, Clone)]
pub struct JobRequest {
    /// The job file. `NAME.toml` beside it is the job `NAME` that it may use.
    pub file: PathBuf,
    /// The options, each with the values that were given for it.
    pub options: GivenOptions,
    /// The directory of `project.toml`; none searches above the job file.
    pub project: Option<PathBuf>,
    /// Whether a missing option is an error. A run needs all options; a look at the plan does not.
    pub complete: bool,
}

/// A plan, and everything that turns it into a run.
pub struct PlannedJob {
    /// What the job means.
    pub plan: Plan,
    /// What the plan can be made from again.
    snapshot: Snapshot,
    given: Given,
    plugins: Vec<LoadedPlugin>,
    project: Option<RunProject>,
    /// The earlier run that it repeats, and what it takes over from it.
    earlier: Option<(RunId, TakeOver)>,
    resources: Arc<Resources>,
}

impl PlannedJob {
    /// Plans a job.
    pub(crate) async fn new(request: &JobRequest, resources: Arc<Resources>) -> Result<Self, HomeError> {
        let OurText { source, place } = read_ours(&request.file)?;
        let mut room = JobRoom::default();
        let mut mistakes = Mistakes::default();
        let job = mistakes.read(source, &mut room);
        let Some(job) = job else { return Err(mistakes.error()) };
        let SubJobs { jobs, files } = sub_jobs(&job, &mut room, &mut mistakes, (&request.file, &place))?;
        let project = ProjectDir::find(request.project.as_deref(), &place)?;
        let job_files = named_and_real(&request.file, place).into_iter().chain(files).collect();
        let jobs = Jobs { job, jobs, files: job_files, mistakes };
        Self::of(jobs, project, (request.options.clone(), request.complete), resources).await
    }

    /// Plans one call of an operation of AWS, for which there is no file.
    pub(crate) async fn of_call(call: &CallRequest, resources: Arc<Resources>) -> Result<Self, HomeError> {
        let project = ProjectDir::of_current_directory(call.project.as_deref())?;
        let (job, mistakes) = (Job::read(call.source())?, Mistakes::default());
        let jobs = Jobs { job, jobs: BTreeMap::new(), files: Vec::new(), mistakes };
        Self::of(jobs, project, (GivenOptions::new(), true), resources).await
    }

    async fn of(
        Jobs { job, jobs, files, mut mistakes }: Jobs,
        project: Option<ProjectDir>,
        (options, complete): (GivenOptions, bool),
        resources: Arc<Resources>,
    ) -> Result<Self, HomeError> {
        let library = resources.library(project.as_ref()).await?;
        let plugins = load_plugins(&library, std::iter::once(&job).chain(jobs.values())).await?;
        let plugin_names: Vec<_> = library.names()?.into_keys().collect();
        let given = Given { options, nonce: new_nonce() };
        let plan = Plan::new_or_all_errors(Basis {
            job: &job,
            jobs: &jobs,
            system: &resources.system.settings,
            project: project.as_ref().map(|project| &project.project),
            authority: None,
            plugins: &plugins.iter().map(|loaded| (loaded.plugin.name.clone(), loaded.plugin.clone())).collect(),
            plugin_names: &plugin_names,
            operations: Archive::shipped(),
            options: &given.options,
            nonce: &given.nonce,
            complete,
        });
        let plan = match plan {
            Ok(plan) if mistakes.errors.is_empty() => plan,
            Ok(_) => return Err(mistakes.error()),
            Err(errors) => {
                mistakes.add(errors);
                return Err(mistakes.error());
            }
        };
        let run_project = project.as_ref().map(ProjectDir::of_run).transpose()?;
        let snapshot = Snapshot {
            job: FileText::from(&job.source),
            jobs: jobs.values().map(|job| FileText::from(&job.source)).collect(),
            system: resources.has_file.then(|| FileText::from(&resources.system.settings.source)),
            project: project
                .as_ref()
                .zip(run_project.as_ref())
                .map(|(project, of_run)| project.text(&of_run.directory)),
            plugins: plugins.iter().map(|loaded| StoredPlugin::from(&loaded.plugin)).collect(),
            job_files: files,
        };
        let lent = directories(&resources.system.settings, project.as_ref().map(|project| &project.project.settings))?;
        let planned = Self { plan, snapshot, given, plugins, project: run_project, earlier: None, resources };
        check_lent(&lent, &planned.aws_without_secrets()?.host_files())?;
        if planned.plan.plugin_calls().iter().any(|(_, _, call)| call.plugin.imports.send_requests()) {
            planned.resources.aws.web().check_authorities()?;
        }
        Ok(planned)
    }

    /// Notes that the job repeats this run, from its beginning.
    #[must_use]
    pub fn again(self, run: RunId) -> Self {
        Self { earlier: Some((run, TakeOver::default())), ..self }
    }

    /// Has the job begin where an earlier run of it stopped.
    ///
    /// # Errors
    /// When the earlier run has not ended, when it does not fit the job as it is now, or when the journal cannot be read.
    pub fn from_where(self, run: &StoredRun, from: &RerunFrom) -> Result<Self, HomeError> {
        let (events, record) = (run.events(0)?, run.record()?);
        let report = run.report_of(&events)?;
        let snapshot = Snapshot::read(&record.snapshot).map_err(unreadable)?;
        let earlier = Earlier { run: &run.info.id, events: &events, report: &report, snapshot: &snapshot };
        let over = TakeOver::new(&self.plan, &self.snapshot, &earlier, from)?;
        Ok(Self { earlier: Some((run.info.id.clone(), over)), ..self })
    }

    /// What the job takes over from an earlier run.
    pub fn taken_over(&self) -> Option<&TakeOver> {
        self.earlier.as_ref().map(|(_, over)| over)
    }

    /// Refuses results of an earlier run that hold a secret of this one: the earlier run knew other secrets.
    fn check_taken(&self, masker: &Masker) -> Result<(), HomeError> {
        let Some((run, over)) = &self.earlier else { return Ok(()) };
        match over.records.iter().any(|what| masker.finds_in(&mut what.clone())) {
            true => Err(RerunError::Secret { run: run.clone() }.into()),
            false => Ok(()),
        }
    }

    /// Starts the job as a run in this process, after the operator was asked for its secrets. `observer` sees every
    /// record.
    ///
    /// # Errors
    /// When a secret is missing, `[concurrency]` of the job admits no further run, or the journal does not accept the
    /// run. Nothing has been called then.
    pub async fn start(self, dry_run: bool, observer: Observer) -> Result<Watch, HomeError> {
        let resources = &self.resources;
        let (operator, masker) = (resources.operator.as_ref(), resources.masker.of_run());
        let secrets = secret_values::find(&self.plan, &resources.aws, self.project.as_ref(), operator, &masker).await?;
        self.check_taken(&masker)?;
        let id = new_run_id()?;
        let aws = self.aws(id.clone(), secrets, masker);
        let (run, limit) = (self.new_run(id, Mode { dry_run, held: true }), self.limit(dry_run));
        let engine = resources.engine().await?.clone();
        let components = self.plugins.into_iter().map(|loaded| (loaded.plugin.digest, loaded.component)).collect();
        let ready = ReadyRun { plan: Arc::new(self.plan), components: Arc::new(components), aws };
        Ok(engine.start(Start { run, limit, ready, observer: Some(observer) }).await?)
    }

    /// Starts the job as a run in a process of its own.
    ///
    /// # Errors
    /// When a secret would have to be typed, `[concurrency]` of the job admits no further run, the journal does not accept
    /// the run, or no process can be started.
    pub async fn start_detached(self, dry_run: bool) -> Result<DetachedRun, HomeError> {
        let mut secrets = self.plan.all_plans().into_iter().flat_map(|plan| &plan.secrets);
        if let Some((name, _)) = secrets.find(|(_, secret)| secret.key.is_none()) {
            let reason = "a detached run has no operator to ask for it".to_owned();
            return Err(HomeError::NoSecret { name: name.clone(), reason });
        }
        let id = new_run_id()?;
        let store = self.resources.store().await?;
        let executor = self.resources.detached(&id)?;
        let run = self.new_run(id.clone(), Mode { dry_run, held: false });
        let placed = match self.limit(dry_run) {
            Some(limit) => store.create_within(run, &limit).await?,
            None => Placed::Begun(store.create(run).await?),
        };
        let queued_behind = match placed {
            Placed::Begun(_) => Vec::new(),
            Placed::Queued { record, .. } => match record.what {
                What::RunQueued { behind } => behind,
                _ => Vec::new(),
            },
            Placed::Full(taken) => return Err(EngineError::Full(Box::new(taken)).into()),
        };
        executor.start()?;
        Ok(DetachedRun { run: id, queued_behind })
    }

    /// The credentials that the default chain of the AWS SDK finds; none when no step uses it.
    ///
    /// # Errors
    /// When the run cannot be named.
    pub async fn default_chain(&self) -> Result<Option<SourceFound>, HomeError> {
        let uses_it =
            |call: &&PluginCall| call.credentials.base == Base::DefaultChain && call.plugin.imports.need_credentials();
        match self.plan.plugin_calls().into_iter().map(|(_, _, call)| call).find(uses_it) {
            Some(call) => Ok(self.aws_without_secrets()?.source(&call.credentials).await),
            None => Ok(None),
        }
    }

    /// The IAM policy that the job needs. The files or else the environment tell its partitions.
    ///
    /// # Errors
    /// When the run cannot be named.
    pub async fn policy(&self) -> Result<Json, HomeError> {
        let aws = self.aws_without_secrets()?;
        let mut partitions = BTreeSet::new();
        for (_, _, call) in self.plan.plugin_calls() {
            let found = match policy::partition(call) {
                Some(partition) => partition,
                None => policy::partition_of(aws.own_region(&call.credentials).await.as_deref().unwrap_or_default()),
            };
            partitions.insert(found);
        }
        Ok(policy::policy(&self.plan, &partitions))
    }

    /// The way to AWS of this process, with the credentials of the plan: for questions about them.
    pub(crate) fn aws_without_secrets(&self) -> Result<RunAws, HomeError> {
        Ok(self.aws(new_run_id()?, Secrets::default(), self.resources.masker.clone()))
    }

    /// The way to AWS of a run of this plan.
    fn aws(&self, id: RunId, secrets: Secrets, masker: Masker) -> RunAws {
        let (job, project) = (self.plan.job.clone(), self.project.clone());
        let files = run_files(&self.plan, self.snapshot.job_files.clone());
        self.resources.aws.run(Run { id, job, project, secrets, masker, files })
    }

    /// The first records of a run: what it takes over is in the journal before its first step begins.
    fn first_records(&self, id: &RunId, dry_run: bool) -> Vec<Event> {
        let again = self.earlier.as_ref().map(|(run, _)| run.clone());
        let directory = std::env::current_dir().map(|path| path.display().to_string()).unwrap_or_default();
        let origin = RunOrigin { by: operator::name(), directory, again };
        let first = first_record(id.clone(), &self.plan, dry_run, Some(origin));
        let at = first.at;
        let taken = self.earlier.iter().flat_map(|(_, over)| &over.records).cloned();
        let taken = (2..).zip(taken).map(|(seq, what)| Event { seq, at, what });
        std::iter::once(first).chain(taken).collect()
    }

    /// How many runs of the job go on at the same time. A dry run changes nothing, so it neither has nor needs a place.
    fn limit(&self, dry_run: bool) -> Option<RunLimit> {
        let concurrency = self.plan.concurrency.as_ref().filter(|_| !dry_run)?;
        let PlannedConcurrency { most, group, otherwise } = concurrency.clone();
        Some(RunLimit { most, group, otherwise })
    }

    fn new_run(&self, id: RunId, Mode { dry_run, held }: Mode) -> NewRun {
        let json = |value: Result<String, serde_json::Error>| value.unwrap_or_default();
        let components = self.plugins.iter().map(|loaded| (loaded.plugin.digest, Arc::clone(&loaded.bytes)));
        NewRun {
            job: self.plan.job.clone(),
            project: self.plan.project.clone(),
            dry_run,
            snapshot: json(serde_json::to_string(&self.snapshot)),
            given: json(serde_json::to_string(&self.given)),
            components: components.collect(),
            first: self.first_records(&id, dry_run),
            held,
            id,
        }
    }
}

/// A run that a process of its own executes.
#[derive(Debug)]
pub struct DetachedRun {
    /// The run.
    pub run: RunId,
    /// Some of the runs that it waits for, when it has to wait for its place.
    pub queued_behind: Vec<PlaceTaken>,
}

/// A job, the jobs that it uses, and the paths of their files.
struct Jobs {
    job: Job,
    jobs: BTreeMap<JobName, Job>,
    files: Vec<PathBuf>,
    /// What is wrong with these files, as far as it was found.
    mistakes: Mistakes,
}

/// The mistakes in job files.
#[derive(Default)]
struct Mistakes {
    errors: Vec<JobError>,
    of_plan: Vec<PlanError>,
    /// The steps that lack something that was wrong: what the plan says of them may only follow from it.
    hurt: BTreeSet<String>,
}

impl Mistakes {
    /// Reads a job file, and keeps what is wrong with it. None when it cannot be planned.
    fn read(&mut self, source: Source, room: &mut JobRoom) -> Option<Job> {
        let JobReading { job, errors, hurt } = Job::read_all(source, room);
        self.errors.extend(errors);
        self.hurt.extend(hurt);
        job
    }

    /// Adds what the plan found.
    fn add(&mut self, errors: Vec<PlanError>) {
        let is_hurt = |error: &PlanError| error.step().is_some_and(|step| self.hurt.contains(step.as_str()));
        let (hurt, whole): (Vec<_>, Vec<_>) = errors.into_iter().partition(is_hurt);
        // Without any other mistake, each of them is one.
        let is_only = self.errors.is_empty() && whole.is_empty();
        self.of_plan = if is_only { hurt } else { whole };
    }

    fn error(self) -> HomeError {
        let of_files = self.errors.into_iter().map(HomeError::from);
        let mut all: Vec<_> = of_files.chain(self.of_plan.into_iter().map(HomeError::from)).collect();
        all.sort_by(|a, b| a.place().cmp(&b.place()));
        all.truncate(MOST_MISTAKES);
        HomeError::of_all(all).unwrap_or(HomeError::Plan(PlanError::ReservedName))
    }
}

/// How a run begins.
struct Mode {
    dry_run: bool,
    /// Whether this process executes the run.
    held: bool,
}

/// Loads the plugins that the jobs use. The plan reports those that do not exist.
async fn load_plugins(library: &Library, jobs: impl Iterator<Item = &Job>) -> Result<Vec<LoadedPlugin>, HomeError> {
    let mut names: Vec<&PluginName> = Vec::new();
    for uses in jobs.flat_map(Job::uses) {
        if let Uses::Plugin(name) = uses.get_ref()
            && !names.contains(&name)
        {
            names.push(name);
        }
    }
    let mut loaded = Vec::new();
    for name in names {
        loaded.extend(library.load(name).await?);
    }
    Ok(loaded)
}

/// The jobs that a job uses, and the paths of their files.
struct SubJobs {
    jobs: BTreeMap<JobName, Job>,
    files: Vec<PathBuf>,
}

/// Reads the jobs that a job uses, directly or through another: `NAME.toml` beside its file, whose path without
/// symbolic links is `place`. The plan reports those that do not exist.
fn sub_jobs(
    job: &Job,
    room: &mut JobRoom,
    mistakes: &mut Mistakes,
    (file, place): (&Path, &Path),
) -> Result<SubJobs, HomeError> {
    let parent = |path: &Path| {
        path.parent().map(|dir| if dir.as_os_str().is_empty() { Path::new(".") } else { dir }.canonicalize().ok())
    };
    // As the operator named them, unless the job file itself is a link to another directory.
    let file = if parent(file) == parent(place) { file } else { place };
    let (mut jobs, mut files) = (BTreeMap::new(), Vec::new());
    let mut wanted = used_jobs(job);
    while let Some(name) = wanted.pop() {
        let path = file.with_file_name(format!("{name}.toml"));
        if jobs.contains_key(&name) {
            continue;
        }
        let Some(OurText { source, place }) = find_ours(&path)? else { continue };
        files.extend(named_and_real(&path, place));
        let Some(job) = mistakes.read(source, room) else {
            return Err(std::mem::take(mistakes).error());
        };
        if job.name != name {
            return Err(HomeError::OtherJobName { path, expected: name, found: job.name });
        }
        wanted.extend(used_jobs(&job));
        jobs.insert(name, job);
    }
    Ok(SubJobs { jobs, files })
}

/// The path of a file as it was named, whose links may change, and the one where the file was read.
fn named_and_real(named: &Path, real: PathBuf) -> BTreeSet<PathBuf> {
    std::path::absolute(named).into_iter().chain([real]).collect()
}

fn used_jobs(job: &Job) -> Vec<JobName> {
    let name = |uses: &Spanned<Uses>| match uses.get_ref() {
        Uses::Job(name) => Some(name.clone()),
        Uses::Plugin(_) | Uses::Operation(_) => None,
    };
    job.uses().filter_map(name).collect()
}
