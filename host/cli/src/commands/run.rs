//! `stepwell run`.

use std::sync::Arc;

use stepwell_engine::journal::MemoryStore;
use stepwell_engine::{Executor, RunLog};
use stepwell_model::event::{Event, FailureOrigin, Outcome};
use stepwell_model::report::Report;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::args::{Output, RunArgs};
use crate::error::{CliError, Exit};
use crate::render::View;
use crate::{out, render, secret, setup};

/// Carries the command out.
pub async fn run(args: RunArgs) -> Result<Exit, CliError> {
    let planned = setup::plan(&args.job, true).await?;
    let secrets = secret::find(&planned).await?;
    let (run, aws) = planned.access(secrets)?;
    let plan = Arc::new(planned.plan);
    let view: Arc<dyn View> = match args.output.output {
        Output::Json => Arc::new(render::json::JsonLines),
        Output::Text if out::is_terminal() => Arc::new(render::live::Live::new(&plan)),
        Output::Text => Arc::new(render::plain::Plain::new(&plan)),
    };
    let observer = {
        let view = Arc::clone(&view);
        Box::new(move |event: &Event| view.event(event))
    };
    let cancel = CancellationToken::new();
    match signals() {
        Ok(signals) => drop(tokio::spawn(cancel_on_signal(signals, cancel.clone(), Arc::clone(&view)))),
        Err(error) => tracing::warn!(%error, "signals cannot be caught: Ctrl-C will end the process at once"),
    }
    let executor = Executor {
        run,
        plan,
        components: planned.components,
        sandbox: planned.library.sandbox,
        aws,
        log: Arc::new(RunLog::new(Box::new(MemoryStore::default()), observer, out::masker().clone())),
        cancel,
        dry_run: args.dry_run,
    };
    let report = executor.execute().await?;
    view.report(&report);
    Ok(exit(&report))
}

fn exit(report: &Report) -> Exit {
    match report.outcome {
        Some(Outcome::Succeeded | Outcome::StoppedBeforeChange) => Exit::Succeeded,
        Some(Outcome::Cancelled) => Exit::Cancelled,
        Some(Outcome::Failed) | None => {
            let failure = report.steps.iter().find_map(|step| step.failure.as_ref());
            match failure.map(|failure| failure.origin) {
                Some(FailureOrigin::Refused) => Exit::Refused,
                Some(FailureOrigin::Host) => Exit::Broken,
                Some(FailureOrigin::Plugin | FailureOrigin::Sandbox) | None => Exit::Failed,
            }
        }
    }
}

/// Ctrl-C and SIGTERM, caught from now on.
fn signals() -> std::io::Result<[Signal; 2]> {
    Ok([signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?])
}

/// The first signal cancels the run; the second leaves at once.
async fn cancel_on_signal([mut interrupt, mut terminate]: [Signal; 2], cancel: CancellationToken, view: Arc<dyn View>) {
    for presses in 1.. {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        if presses > 1 {
            view.abandoned();
            std::process::exit(Exit::Cancelled.code().into());
        }
        view.cancelling();
        cancel.cancel();
    }
}
