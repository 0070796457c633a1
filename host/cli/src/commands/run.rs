//! `stepwell run`.

use std::sync::Arc;

use stepwell_engine::engine::{Loaded, Start, Watch};
use stepwell_engine::snapshot::first_record;
use stepwell_journal::{JournalStore, NewRun};
use stepwell_model::id::RunId;

use crate::args::{Output, RunArgs};
use crate::detach;
use crate::error::{CliError, Exit};
use crate::follow::{Follower, follow};
use crate::setup::Planned;
use crate::{access, out, render, secret, setup};

/// Carries the command out.
pub async fn run(args: RunArgs) -> Result<Exit, CliError> {
    let planned = setup::plan(&args.job, true).await?;
    if args.detach {
        return leave_behind(planned, &args).await;
    }
    let follower = Follower::new(args.output.output, &planned.plan.titles(None));
    let secrets = secret::find(&planned.plan, &planned.aws, planned.project.as_ref(), true).await?;
    let (id, aws) = planned.access(secrets)?;
    let run = new_run(&planned, id, args.dry_run, true);
    let (journal, Planned { plan, plugins, library, aws: host, .. }) =
        (JournalStore::open(&planned.home.path)?, planned);
    let components = plugins.into_iter().map(|loaded| (loaded.plugin.digest, loaded.component)).collect();
    let loaded = Loaded { plan: Arc::new(plan), components: Arc::new(components), aws };
    let engine = access::engine(journal, library, host, true);
    let watch: Watch = engine.start(Start { run, loaded, observer: Some(follower.observer()) }).await?;
    follow(&engine, watch, follower).await
}

/// Begins the run, and leaves it to a process of its own.
async fn leave_behind(planned: Planned, args: &RunArgs) -> Result<Exit, CliError> {
    let asked =
        planned.plan.all_plans().into_iter().flat_map(|plan| &plan.secrets).find(|(_, secret)| secret.key.is_none());
    if let Some((name, _)) = asked {
        return Err(CliError::NoSecret {
            name: name.clone(),
            reason: "a detached run can ask nobody for it".to_owned(),
        });
    }
    let (id, _) = planned.access(stepwell_aws::Secrets::default())?;
    let journal = JournalStore::open(&planned.home.path)?;
    let executor = detach::executor(&planned.home.path, &id)?;
    journal.create(new_run(&planned, id.clone(), args.dry_run, false)).await.map_err(CliError::Journal)?;
    executor.start()?;
    match args.output.output {
        Output::Text => out::line(&render::runs::detached(&id)),
        Output::Json => out::json(&render::runs::detached_json(&id)),
    }
    Ok(Exit::Succeeded)
}

fn new_run(planned: &Planned, id: RunId, dry_run: bool, held: bool) -> NewRun {
    let json = |value: Result<String, serde_json::Error>| value.unwrap_or_default();
    NewRun {
        job: planned.plan.job.clone(),
        project: planned.plan.project.clone(),
        dry_run,
        snapshot: json(serde_json::to_string(&planned.snapshot)),
        given: json(serde_json::to_string(&planned.given)),
        components: planned.plugins.iter().map(|loaded| (loaded.plugin.digest, Arc::clone(&loaded.bytes))).collect(),
        first: vec![first_record(id.clone(), &planned.plan, dry_run)],
        held,
        id,
    }
}
