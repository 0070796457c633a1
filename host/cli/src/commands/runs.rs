//! `stepwell runs …`.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use stepwell_journal::{ClaimError, Filter, Found, JournalStore, Prune, Reader, RunRecord, RunState, StoreError};
use stepwell_model::event::{Decision, Event, StepTitle, What};
use stepwell_model::id::StepPath;
use stepwell_model::report::{Report, Status, StepReport};

use crate::args::{DecisionArgs, ListArgs, LogsArgs, Output, RunsCommand, StateName};
use crate::error::{CliError, Exit};
use crate::follow::{Follower, follow};
use crate::setup::Home;
use crate::{access, detach, out, render};

/// How often a run is looked at that another process executes.
const LOOK: Duration = Duration::from_millis(200);

/// Carries the command out.
pub async fn runs(command: RunsCommand) -> Result<Exit, CliError> {
    match command {
        RunsCommand::List(args) => list(&args),
        RunsCommand::Show { run, output } => show(&run, output.output),
        RunsCommand::Logs(args) => logs(&args).await,
        RunsCommand::Resume { run, decisions, detach, output } => resume(&run, &decisions, detach, output.output).await,
        RunsCommand::Cancel { run, output } => cancel(&run, output.output).await,
        RunsCommand::Prune { older_than, keep_last, output } => prune(older_than.0, keep_last, output.output).await,
    }
}

/// The journal, when there is one.
fn journal(home: &Home) -> Result<Option<Reader>, CliError> {
    Ok(JournalStore::existing(&home.path)?)
}

fn list(args: &ListArgs) -> Result<Exit, CliError> {
    let states = args.state.iter().map(|state| match state {
        StateName::Open => RunState::Open,
        StateName::Paused => RunState::Paused,
        StateName::Ended => RunState::Ended,
    });
    let filter = Filter {
        job: args.job.clone(),
        project: args.project.clone(),
        states: states.collect(),
        since: args.since.as_ref().map(|since| since.0),
        until: None,
        limit: Some(args.limit),
    };
    let runs = match journal(&Home::open()?)? {
        Some(reader) => reader.list(&filter)?,
        None => Vec::new(),
    };
    match args.output.output {
        Output::Text => out::text(&render::runs::list(&runs, Timestamp::now())),
        Output::Json => runs.iter().for_each(|run| out::json(&render::runs::list_json(run))),
    }
    Ok(Exit::Succeeded)
}

/// The run that a text means: its id, or the beginning of it.
fn find(home: &Home, text: &str) -> Result<(Reader, RunRecord), CliError> {
    let Some(reader) = journal(home)? else { return Err(CliError::NoRun { text: text.to_owned() }) };
    match reader.find(text)? {
        Found::Run(record) => Ok((reader, *record)),
        Found::Ambiguous(known) => Err(CliError::AmbiguousRun { text: text.to_owned(), known }),
        Found::None => Err(CliError::NoRun { text: text.to_owned() }),
    }
}

fn report(events: &[Event]) -> Result<Report, CliError> {
    let report = Report::of(events).map_err(|error| CliError::Journal(error.into()))?;
    report
        .ok_or_else(|| CliError::Engine(stepwell_engine::EngineError::Inconsistent { missing: "its start".to_owned() }))
}

fn show(text: &str, output: Output) -> Result<Exit, CliError> {
    let (reader, record) = find(&Home::open()?, text)?;
    let report = report(&reader.events(record.key, 0)?)?;
    match output {
        Output::Text => out::text(&render::runs::show(&record, &report)),
        Output::Json => out::json(&render::runs::show_json(&record, &report)),
    }
    Ok(Exit::Succeeded)
}

async fn logs(args: &LogsArgs) -> Result<Exit, CliError> {
    let (reader, record) = find(&Home::open()?, &args.run)?;
    let plain = render::plain::Plain::new();
    let mut seen = 0;
    loop {
        // Asked before the events are read: what is recorded after this has not been missed then.
        let ended = state(&reader, &record)? != RunState::Open;
        for event in reader.events(record.key, seen)? {
            seen = event.seq;
            let is_meant =
                |step: &StepPath| args.step.as_ref().is_none_or(|meant| step == meant || step.is_part_of(meant));
            if args.step.is_some() && !event.what.step().is_some_and(is_meant) {
                continue;
            }
            match args.output.output {
                Output::Text => plain.print(&event),
                Output::Json => out::json(&serde_json::json!(event)),
            }
        }
        if ended || !args.follow || out::lost().is_some() {
            return Ok(Exit::Succeeded);
        }
        tokio::time::sleep(LOOK).await;
    }
}

fn state(reader: &Reader, record: &RunRecord) -> Result<RunState, StoreError> {
    Ok(reader.run(&record.id)?.map_or(RunState::Ended, |record| record.state))
}

async fn resume(text: &str, decisions: &DecisionArgs, detached: bool, output: Output) -> Result<Exit, CliError> {
    let home = Home::open()?;
    let (reader, record) = find(&home, text)?;
    let events = reader.events(record.key, 0)?;
    let decisions = decided(decisions, &events)?;
    if detached {
        if !decisions.is_empty() {
            return Err(CliError::DecideAttached);
        }
        let id = record.id;
        match (record.state, record.held_by) {
            (RunState::Ended, _) => return Err(ClaimError::Ended { id }.into()),
            (_, Some(holder)) => return Err(ClaimError::Held { id, holder }.into()),
            _ => detach::executor(&home.path, &id)?.start()?,
        }
        match output {
            Output::Text => out::line(&render::runs::detached(&id)),
            Output::Json => out::json(&render::runs::detached_json(&id)),
        }
        return Ok(Exit::Succeeded);
    }
    go_on(&home, record, decisions, events, output, false).await
}

/// Goes on with a run in this process.
async fn go_on(
    home: &Home,
    record: RunRecord,
    decisions: Vec<(StepPath, Decision)>,
    events: Vec<Event>,
    output: Output,
    cancel: bool,
) -> Result<Exit, CliError> {
    // The components of a run come from the journal, and its limits from the files when it is made ready.
    let (journal, library) = (JournalStore::open(&home.path)?, home.library(None)?);
    let claimed = journal.claim(&record.id).await?;
    let engine = access::engine(journal, library, home.aws(), true);
    let title = |step: &StepReport| StepTitle { id: step.id.clone(), uses: step.uses.clone(), finally: step.finally };
    let steps: Vec<_> = report(&events)?.steps.iter().map(title).collect();
    let follower = Follower::new(output, &steps);
    let watch = engine.take(claimed, decisions, Some(follower.observer()));
    if cancel {
        engine.cancel(watch.run);
    }
    follow(&engine, watch, follower).await
}

/// What the arguments say about the steps that are uncertain.
fn decided(args: &DecisionArgs, events: &[Event]) -> Result<Vec<(StepPath, Decision)>, CliError> {
    let mut report = report(events)?;
    let resumed = Event { seq: report.last_seq + 1, at: Timestamp::now(), what: What::RunResumed };
    // A run that has ended takes no record any more; that it has is said when it is claimed.
    drop(report.apply(&resumed));
    let uncertain = report.steps.iter().filter(|step| step.status == Status::Uncertain);
    let uncertain: Vec<_> = uncertain.map(|step| step.id.clone()).collect();
    let named =
        |steps: &[StepPath], decision| steps.iter().map(move |step| (step.clone(), decision)).collect::<Vec<_>>();
    let mut decisions = named(&args.retry, Decision::Retry);
    decisions.extend(named(&args.skip, Decision::Skip));
    if args.fail {
        decisions.extend(named(&uncertain, Decision::Fail));
    }
    if let Some((step, _)) = decisions.iter().find(|(step, _)| !uncertain.contains(step)) {
        return Err(CliError::NotUncertain { step: step.clone(), uncertain });
    }
    let mut by_step = BTreeMap::new();
    for (step, decision) in decisions {
        if by_step.insert(step.clone(), decision).is_some_and(|other| other != decision) {
            return Err(CliError::DecidedTwice { step });
        }
    }
    Ok(by_step.into_iter().collect())
}

async fn cancel(text: &str, output: Output) -> Result<Exit, CliError> {
    let home = Home::open()?;
    let (reader, record) = find(&home, text)?;
    let asked = JournalStore::open(&home.path)?.request_cancel(&record.id).await?;
    if let Some(holder) = asked.held_by {
        match output {
            Output::Text => out::line(&render::runs::cancelling(&record.id, &holder)),
            Output::Json => out::json(&render::runs::cancelling_json(&record.id, &holder)),
        }
        return Ok(Exit::Succeeded);
    }
    // Nobody executes it: its steps are stopped from here.
    let events = reader.events(record.key, 0)?;
    match go_on(&home, record, Vec::new(), events, output, true).await? {
        Exit::Cancelled => Ok(Exit::Succeeded),
        other => Ok(other),
    }
}

async fn prune(older_than: Duration, keep_last: u32, output: Output) -> Result<Exit, CliError> {
    let home = Home::open()?;
    let span = SignedDuration::try_from(older_than).unwrap_or(SignedDuration::MAX);
    let before = Timestamp::now().saturating_sub(span).unwrap_or(Timestamp::MIN);
    let pruned = match journal(&home)? {
        Some(_) => {
            JournalStore::open(&home.path)?.prune(&Prune { before, keep_last }).await.map_err(CliError::Journal)?
        }
        None => stepwell_journal::Pruned::default(),
    };
    match output {
        Output::Text => out::line(&render::runs::pruned(&pruned)),
        Output::Json => out::json(&render::runs::pruned_json(&pruned)),
    }
    Ok(Exit::Succeeded)
}
