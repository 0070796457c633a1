//! Runs in memory, for tests and simulations that do not test the disk. They end with the process.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::{cmp, fmt};

use async_trait::async_trait;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use stepwell_model::event::{Event, PlaceStanding, PlaceTaken, What};
use stepwell_model::id::{Digest, RunId, StepPath};
use stepwell_model::job::Otherwise;
use stepwell_model::journal::JournalError;
use stepwell_model::lease::{Lease, Tenure};
use stepwell_model::run_store::{
    CancelAsked, CancelError, ClaimError, Claimed, DecideError, DecisionLeft, Holder, Kept, NewRun, OperatorDecision,
    Placed, PlacesTaken, Prune, Pruned, Requests, RunFilter, RunInfo, RunKey, RunLimit, RunMatch, RunReader, RunRecord,
    RunState, RunStore,
};

use crate::create;
use crate::effect::Effect;
use crate::placing;
use crate::reader::MOST_CANDIDATES;

/// A store of runs in memory, as one process sees it. Cheap to clone. When its last clone is dropped, it releases every
/// run that its process holds.
#[derive(Clone)]
pub struct MemoryStore(Arc<MemoryProcess>);

/// A process that shares the runs with others; in fact all of them are this process.
struct MemoryProcess {
    number: u64,
    runs: Arc<MemoryRuns>,
    leases: Mutex<HashMap<RunKey, Lease>>,
}

#[derive(Default)]
struct MemoryRuns(Mutex<Tables>);

#[derive(Default)]
struct Tables {
    runs: BTreeMap<RunKey, KeptRun>,
    keys: HashMap<RunId, RunKey>,
    /// The components of each snapshot.
    snapshots: HashMap<Arc<str>, BTreeSet<Digest>>,
    components: BTreeMap<Digest, Arc<[u8]>>,
    last_key: i64,
    last_process: u64,
    broken: Option<JournalError>,
}

struct KeptRun {
    /// Without the holder.
    info: RunInfo,
    snapshot: Arc<str>,
    given: String,
    events: Vec<Event>,
    lease: Option<Held>,
    /// What operators decided about it, and whether it has a record of that.
    decisions: Vec<(OperatorDecision, bool)>,
    /// A request to cancel that the run's holder has not noticed, and whether it ends the clean-up.
    new_cancel: Option<bool>,
    /// The group of runs that share places, and how many; none for a run that needs no place.
    group: Option<(String, u32)>,
    /// The run knows that its clean-up is to end.
    is_forced: bool,
}

#[derive(Clone, Copy)]
struct Held {
    process: u64,
    since: Timestamp,
}

impl Default for MemoryStore {
    fn default() -> Self {
        MemoryProcess::register(&Arc::default())
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").field("process", &self.0.number).finish_non_exhaustive()
    }
}

impl MemoryStore {
    /// A store without runs.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same runs, as another process sees them.
    #[must_use]
    pub fn another_process(&self) -> Self {
        MemoryProcess::register(&self.0.runs)
    }

    /// Fails every later write with this error, as a full disk does.
    pub fn break_with(&self, error: JournalError) {
        self.0.runs.lock().broken = Some(error);
    }
}

impl MemoryProcess {
    fn register(runs: &Arc<MemoryRuns>) -> MemoryStore {
        let mut tables = runs.lock();
        tables.last_process += 1;
        let leases = Mutex::default();
        MemoryStore(Arc::new(Self { number: tables.last_process, runs: Arc::clone(runs), leases }))
    }

    fn leases(&self) -> MutexGuard<'_, HashMap<RunKey, Lease>> {
        self.leases.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for MemoryProcess {
    fn drop(&mut self) {
        self.runs.lock().runs.values_mut().for_each(|run| run.release(self.number));
        self.leases().drain().for_each(|(_, lease)| lease.lose(None));
    }
}

impl MemoryRuns {
    fn lock(&self) -> MutexGuard<'_, Tables> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tables {
    fn write(&mut self) -> Result<&mut Self, JournalError> {
        match &self.broken {
            Some(error) => Err(error.clone()),
            None => Ok(self),
        }
    }

    fn create(&mut self, run: NewRun, process: u64) -> Result<RunKey, JournalError> {
        if self.keys.contains_key(&run.id) {
            return Err(create::exists(&run.id));
        }
        let differs = |(digest, bytes): &&(Digest, Arc<[u8]>)| digest.0 != <[u8; 32]>::from(Sha256::digest(bytes));
        if let Some((digest, _)) = run.components.iter().find(differs) {
            return Err(create::other_component(digest));
        }
        let key = RunKey(self.last_key + 1);
        let snapshot: Arc<str> = run.snapshot.into();
        let mut kept = KeptRun {
            info: RunInfo {
                key,
                id: run.id.clone(),
                job: run.job,
                project: run.project,
                dry_run: run.dry_run,
                state: RunState::Open,
                queued: false,
                wake: None,
                started: run.first.first().map_or_else(Timestamp::now, |event| event.at),
                finished: None,
                outcome: None,
                cancel_requested: false,
                held_by: None,
            },
            snapshot: Arc::clone(&snapshot),
            given: run.given,
            events: Vec::new(),
            lease: run.held.then(|| Held { process, since: Timestamp::now() }),
            decisions: Vec::new(),
            new_cancel: None,
            group: None,
            is_forced: false,
        };
        run.first.iter().try_for_each(|event| kept.follow(event))?;
        self.last_key = key.0;
        self.keys.insert(run.id, key);
        self.runs.insert(key, kept);
        let named = self.snapshots.entry(snapshot).or_default();
        for (digest, bytes) in run.components {
            named.insert(digest);
            self.components.entry(digest).or_insert(bytes);
        }
        Ok(key)
    }

    fn create_within(&mut self, mut run: NewRun, limit: &RunLimit, process: u64) -> Result<Placed, JournalError> {
        let (group, job) = (limit.key(&run), run.job.clone());
        let by = self.in_group(&group);
        let is_queued = !limit.admits(by.len());
        if is_queued && !limit.queues_behind(&by) {
            return Ok(Placed::Full(PlacesTaken { job, limit: limit.clone(), by }));
        }
        let seq = run.first.last().map_or(1, |last| last.seq + 1);
        let record = Event { seq, at: Timestamp::now(), what: placing::queued(by) };
        run.first.extend(is_queued.then(|| record.clone()));
        let key = self.create(run, process)?;
        for (other, kept) in &mut self.runs {
            if *other == key {
                kept.group = Some((group.clone(), limit.most));
                kept.info.queued = is_queued;
            } else if is_queued && limit.otherwise == Otherwise::CancelRunning && kept.needs_place(&group) {
                kept.ask_cancel(false);
            }
        }
        Ok(if is_queued { Placed::Queued { key, record: Box::new(record) } } else { Placed::Begun(key) })
    }

    fn in_group(&self, group: &str) -> Vec<PlaceTaken> {
        let mut found: Vec<_> = self.runs.values().filter(|run| run.needs_place(group)).collect();
        found.sort_by_key(|run| (run.info.queued, run.info.key));
        found.into_iter().map(KeptRun::place_taken).collect()
    }

    /// Whether the place of a queued run is free.
    fn is_place_free(&self, run: &KeptRun) -> bool {
        let Some((group, most)) = run.group.as_ref().filter(|_| run.info.queued) else { return false };
        let before = |other: &&KeptRun| !other.info.queued || other.info.key < run.info.key;
        let before = self.runs.values().filter(|other| other.needs_place(group)).filter(before).count();
        before < usize::try_from(*most).unwrap_or(usize::MAX)
    }

    fn append(&mut self, key: RunKey, event: &Event, process: u64) -> Result<(), JournalError> {
        let Some(run) = self.runs.get_mut(&key) else { return Err(JournalError::Taken { by: None }) };
        match run.lease {
            Some(lease) if lease.process == process => run.follow(event),
            // Another process has ended the run after more records than this one knows.
            _ if run.info.state == RunState::Ended && (run.events.len() as u64) < event.seq => run.follow(event),
            lease => Err(JournalError::Taken { by: lease.map(|lease| lease.holder().to_string()) }),
        }
    }

    fn by_id(&mut self, id: &RunId) -> Option<&mut KeptRun> {
        self.runs.get_mut(self.keys.get(id)?)
    }

    /// The runs that ended before the time, without those of each job that stay.
    fn doomed(&self, prune: &Prune) -> Vec<RunKey> {
        let mut ended: BTreeMap<_, Vec<(Timestamp, RunKey)>> = BTreeMap::new();
        for (key, KeptRun { info, .. }) in &self.runs {
            if let Some(finished) = info.finished {
                ended.entry((&info.project, &info.job)).or_default().push((finished, *key));
            }
        }
        let keep_last = usize::try_from(prune.keep_last).unwrap_or(usize::MAX);
        let doomed = ended.into_values().flat_map(|mut of_job| {
            of_job.sort_by_key(|run| cmp::Reverse(*run));
            of_job.into_iter().skip(keep_last).filter(|(finished, _)| *finished < prune.before)
        });
        doomed.map(|(_, key)| key).collect()
    }

    fn prune(&mut self, prune: &Prune) -> Pruned {
        let mut pruned = Pruned::default();
        for key in self.doomed(prune) {
            let Some(run) = self.runs.remove(&key) else { continue };
            self.keys.remove(&run.info.id);
            pruned.runs += 1;
            pruned.events += run.events.len() as u64;
            pruned.bytes += run.given.len() as u64;
        }
        let used: BTreeSet<_> = self.runs.values().map(|run| Arc::clone(&run.snapshot)).collect();
        self.snapshots.retain(|snapshot, _| used.contains(snapshot));
        let named: BTreeSet<_> = self.snapshots.values().flatten().copied().collect();
        self.components.retain(|digest, bytes| {
            let is_named = named.contains(digest);
            if !is_named {
                pruned.components += 1;
                pruned.bytes += bytes.len() as u64;
            }
            is_named
        });
        pruned
    }
}

impl KeptRun {
    /// Appends a record, unless it does not follow the last one.
    fn follow(&mut self, event: &Event) -> Result<(), JournalError> {
        let last = self.events.len() as u64;
        if self.info.state == RunState::Ended || event.seq != last + 1 {
            return Err(self.info.state.refuses(last, event.seq, event.what.name()).into());
        }
        self.events.push(event.clone());
        if let What::StepDecided { step, .. } = &event.what {
            self.decisions.iter_mut().filter(|(decision, _)| decision.step == *step).for_each(|known| known.1 = true);
        }
        let info = &mut self.info;
        match Effect::of(event) {
            Effect::None => return Ok(()),
            Effect::Paused => (info.state, self.lease) = (RunState::Paused, None),
            Effect::Resumed => info.state = RunState::Open,
            Effect::Begun => info.queued = false,
            Effect::CancelNoticed { force } => {
                info.cancel_requested = true;
                self.is_forced |= force;
                // An operator may have asked for more meanwhile.
                self.new_cancel = self.new_cancel.filter(|new| *new && !force);
            }
            Effect::Ended { outcome, at } => {
                (info.state, self.lease) = (RunState::Ended, None);
                (info.outcome, info.finished) = (Some(outcome), Some(at));
            }
        }
        info.wake = None;
        Ok(())
    }

    /// Whether it has or awaits a place in this group.
    fn needs_place(&self, group: &str) -> bool {
        self.info.state != RunState::Ended && self.group.as_ref().is_some_and(|(own, _)| own == group)
    }

    fn place_taken(&self) -> PlaceTaken {
        let is = match (self.info.state, self.info.queued, self.lease) {
            (RunState::Paused, ..) => PlaceStanding::Paused,
            (_, true, _) => PlaceStanding::Queued,
            (_, false, Some(_)) => PlaceStanding::Running,
            (_, false, None) => PlaceStanding::Abandoned,
        };
        PlaceTaken { run: self.info.id.clone(), is }
    }

    /// Notes a request to cancel, unless it repeats an earlier one.
    fn ask_cancel(&mut self, force: bool) {
        if if force { !self.is_forced } else { !self.info.cancel_requested } {
            (self.info.cancel_requested, self.new_cancel) = (true, Some(force));
        }
    }

    fn take(&mut self, process: u64) -> Claimed {
        self.lease = Some(Held { process, since: Timestamp::now() });
        Claimed { key: self.info.key, id: self.info.id.clone(), wake: self.info.wake }
    }

    fn release(&mut self, process: u64) {
        self.lease = self.lease.filter(|lease| lease.process != process);
    }

    fn is_held_by(&self, process: u64) -> bool {
        self.lease.is_some_and(|lease| lease.process == process)
    }

    fn info(&self) -> RunInfo {
        RunInfo { held_by: self.lease.as_ref().map(Held::holder), ..self.info.clone() }
    }

    fn record(&self) -> RunRecord {
        RunRecord { info: self.info(), snapshot: self.snapshot.to_string(), given: self.given.clone() }
    }
}

impl Held {
    fn holder(&self) -> Holder {
        let host = "memory".to_owned();
        Holder { process: self.process.to_string(), pid: std::process::id(), host, since: self.since }
    }
}

#[async_trait]
impl RunStore for MemoryStore {
    fn reader(&self) -> Arc<dyn RunReader> {
        Arc::<MemoryRuns>::clone(&self.0.runs)
    }

    async fn create(&self, run: NewRun) -> Result<RunKey, JournalError> {
        self.0.runs.lock().write()?.create(run, self.0.number)
    }

    async fn create_within(&self, run: NewRun, limit: &RunLimit) -> Result<Placed, JournalError> {
        self.0.runs.lock().write()?.create_within(run, limit, self.0.number)
    }

    fn submit(&self, run: RunKey, event: &Event, kept: Kept) {
        let appended = self.0.runs.lock().write().and_then(|runs| runs.append(run, event, self.0.number));
        kept(appended);
    }

    fn park(&self, run: RunKey, wake: Timestamp) {
        let mut tables = self.0.runs.lock();
        if let Some(run) = tables.runs.get_mut(&run).filter(|run| run.is_held_by(self.0.number)) {
            run.info.wake = Some(wake);
        }
    }

    async fn claim(&self, id: &RunId) -> Result<Claimed, ClaimError> {
        let (mut tables, id) = (self.0.runs.lock(), id.clone());
        let Some(run) = tables.write()?.by_id(&id) else { return Err(ClaimError::NotFound { id }) };
        match &run.lease {
            Some(lease) => Err(ClaimError::Held { id, holder: lease.holder() }),
            None if run.info.state == RunState::Ended => Err(ClaimError::Ended { id }),
            None => Ok(run.take(self.0.number)),
        }
    }

    async fn claim_open(&self, limit: usize) -> Result<Vec<Claimed>, JournalError> {
        let mut tables = self.0.runs.lock();
        let runs = tables.write()?.runs.values_mut();
        let mut free: Vec<_> = runs.filter(|run| run.info.state == RunState::Open && run.lease.is_none()).collect();
        free.sort_by_key(|run| run.info.wake);
        Ok(free.into_iter().take(limit).map(|run| run.take(self.0.number)).collect())
    }

    async fn release(&self, runs: &[RunKey]) -> Result<(), JournalError> {
        let mut tables = self.0.runs.lock();
        let tables = tables.write()?;
        for key in runs {
            if let Some(run) = tables.runs.get_mut(key) {
                run.release(self.0.number);
            }
            if let Some(lease) = self.0.leases().remove(key) {
                lease.lose(None);
            }
        }
        Ok(())
    }

    async fn request_cancel(&self, id: &RunId, force: bool) -> Result<CancelAsked, CancelError> {
        let (mut tables, id) = (self.0.runs.lock(), id.clone());
        let Some(run) = tables.write()?.by_id(&id) else { return Err(CancelError::NotFound { id }) };
        if run.info.state == RunState::Ended {
            return Err(CancelError::Ended { id });
        }
        run.ask_cancel(force);
        let RunInfo { key, state, held_by, .. } = run.info();
        Ok(CancelAsked { key, state, held_by })
    }

    async fn decide(&self, id: &RunId, decisions: &[OperatorDecision]) -> Result<DecisionLeft, DecideError> {
        let (mut tables, id) = (self.0.runs.lock(), id.clone());
        let Some(run) = tables.write()?.by_id(&id) else { return Err(DecideError::NotFound { id }) };
        if run.info.state == RunState::Ended {
            return Err(DecideError::Ended { id });
        }
        let call = |decision: &OperatorDecision| (decision.step.clone(), decision.attempt, decision.call);
        let is_decided = |known: &&(OperatorDecision, bool)| decisions.iter().any(|new| call(new) == call(&known.0));
        if let Some((earlier, _)) = run.decisions.iter().find(is_decided) {
            return Err(DecideError::Decided { id, earlier: Box::new(earlier.clone()) });
        }
        run.decisions.extend(decisions.iter().map(|decision| (decision.clone(), false)));
        Ok(DecisionLeft { held_by: run.info().held_by })
    }

    async fn requests(&self) -> Result<Requests, JournalError> {
        let tables = self.0.runs.lock();
        let held = || tables.runs.values().filter(|run| run.is_held_by(self.0.number));
        let decided = |run: &KeptRun| {
            let open = run.decisions.iter().filter(|(_, is_recorded)| !is_recorded);
            open.map(|(decision, _)| (run.info.key, decision.clone())).collect::<Vec<_>>()
        };
        let asked = |force| held().filter(move |run| run.new_cancel == Some(force)).map(|run| run.info.key).collect();
        let (cancels, forced) = (asked(false), asked(true));
        let places = held().filter(|run| tables.is_place_free(run)).map(|run| run.info.key).collect();
        Ok(Requests { cancels, forced, places, decisions: held().flat_map(decided).collect() })
    }

    /// Its runs end with their process, so there are no signs of life.
    fn note_moving(&self) {}

    fn lease(&self, run: RunKey) -> Lease {
        let is_held = self.0.runs.lock().runs.get(&run).is_some_and(|kept| kept.is_held_by(self.0.number));
        let mut leases = self.0.leases();
        if let Some(lease) = leases.get(&run).filter(|lease| lease.lost().is_none()) {
            return lease.clone();
        }
        let lease = Tenure::endless().lease();
        if is_held {
            lease.prove();
        } else {
            lease.lose(None);
        }
        leases.insert(run, lease.clone());
        lease
    }

    async fn prune(&self, prune: &Prune) -> Result<Pruned, JournalError> {
        Ok(self.0.runs.lock().write()?.prune(prune))
    }
}

impl RunReader for MemoryRuns {
    fn run(&self, id: &RunId) -> Result<Option<RunRecord>, JournalError> {
        Ok(self.lock().by_id(id).map(|run| run.record()))
    }

    fn find(&self, text: &str) -> Result<RunMatch, JournalError> {
        let tables = self.lock();
        let whole = |run: &&KeptRun| run.info.id.as_str() == text;
        let mut found: Vec<_> = match tables.runs.values().find(whole) {
            Some(run) => vec![run],
            None if text.is_empty() => Vec::new(),
            None => tables.runs.values().filter(|run| run.info.id.as_str().starts_with(text)).collect(),
        };
        found.sort_by_key(|run| cmp::Reverse((run.info.started, run.info.key)));
        Ok(match found.as_slice() {
            [] => RunMatch::Unknown,
            [run] => RunMatch::One(Box::new(run.record())),
            runs => RunMatch::Ambiguous(runs.iter().take(MOST_CANDIDATES).map(|run| run.info.id.clone()).collect()),
        })
    }

    fn prunable(&self, prune: &Prune) -> Result<u64, JournalError> {
        Ok(self.lock().doomed(prune).len() as u64)
    }

    fn list(&self, filter: &RunFilter) -> Result<Vec<RunInfo>, JournalError> {
        let RunFilter { job, project, standings, since, until, limit } = filter;
        let is_listed = |run: &RunInfo| {
            job.as_ref().is_none_or(|job| run.job == *job)
                && (project.is_none() || run.project == *project)
                && (standings.is_empty() || standings.iter().any(|standing| standing.is_of(run)))
                && since.is_none_or(|since| run.started >= since)
                && until.is_none_or(|until| run.started < until)
        };
        let mut runs: Vec<_> = self.lock().runs.values().map(KeptRun::info).filter(is_listed).collect();
        runs.sort_by_key(|run| cmp::Reverse((run.started, run.key)));
        runs.truncate(limit.unwrap_or(usize::MAX));
        Ok(runs)
    }

    fn events(&self, run: RunKey, after: u64) -> Result<Vec<Event>, JournalError> {
        let tables = self.lock();
        let events = tables.runs.get(&run).map(|run| run.events.as_slice()).unwrap_or_default();
        Ok(events.iter().filter(|event| event.seq > after).cloned().collect())
    }

    fn decision(&self, run: RunKey, step: &StepPath) -> Result<Option<OperatorDecision>, JournalError> {
        let tables = self.lock();
        let known = tables.runs.get(&run).map(|run| run.decisions.as_slice()).unwrap_or_default();
        Ok(known.iter().rfind(|(decision, _)| decision.step == *step).map(|(decision, _)| decision.clone()))
    }

    fn component(&self, digest: &Digest) -> Result<Option<Vec<u8>>, JournalError> {
        Ok(self.lock().components.get(digest).map(|bytes| bytes.to_vec()))
    }
}
