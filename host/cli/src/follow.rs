//! Watching a run that this process executes, from its first record to the exit code.

use std::sync::Arc;
use std::sync::mpsc::{self, Sender};
use std::thread::{self, JoinHandle};

use stepwell_engine::Engine;
use stepwell_engine::engine::{Halt, Watch};
use stepwell_engine::journal::Observer;
use stepwell_engine::run::Left;
use stepwell_model::event::{Event, FailureOrigin, Outcome, StepTitle};
use stepwell_model::report::Report;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::args::Output;
use crate::error::{CliError, Exit};
use crate::render::View;
use crate::{out, render};

/// Shows a run. Records are shown on a thread of their own: a terminal that stands still holds up no run.
pub struct Follower {
    view: Arc<dyn View>,
    events: Sender<Option<Event>>,
    shown: JoinHandle<()>,
}

impl Follower {
    /// Shows it as `--output` says.
    pub fn new(output: Output, steps: &[StepTitle]) -> Self {
        let view: Arc<dyn View> = match output {
            Output::Json => Arc::new(render::json::JsonLines),
            Output::Text if out::is_terminal() => Arc::new(render::live::Live::new(steps)),
            Output::Text => Arc::new(render::plain::Plain::new()),
        };
        let (events, received) = mpsc::channel::<Option<Event>>();
        let shows = Arc::clone(&view);
        let shown =
            thread::spawn(move || received.iter().map_while(|event| event).for_each(|event| shows.event(&event)));
        Self { view, events, shown }
    }

    /// What is told of every record.
    pub fn observer(&self) -> Observer {
        let events = std::sync::Mutex::new(self.events.clone());
        Arc::new(move |event| {
            // A view that is gone changes nothing about the run.
            drop(events.lock().map(|events| events.send(Some(event.clone()))));
        })
    }

    fn finish(self, report: &Report) {
        drop(self.events.send(None));
        drop(self.shown.join());
        self.view.report(report);
    }
}

/// Follows a run to where it does not go on.
pub async fn follow(engine: &Engine, watch: Watch, follower: Follower) -> Result<Exit, CliError> {
    let leave = CancellationToken::new();
    match signals() {
        Ok(signals) => {
            let (engine, run, leave) = (engine.clone(), watch.run, leave.clone());
            let view = Arc::clone(&follower.view);
            drop(tokio::spawn(on_signals(signals, move || engine.cancel(run), leave, view)));
        }
        Err(error) => tracing::warn!(%error, "signals cannot be caught: Ctrl-C will end the process at once"),
    }
    let end = watch.end();
    tokio::pin!(end);
    let halt = tokio::select! {
        halt = &mut end => halt,
        () = leave.cancelled() => {
            engine.leave().await.map_err(CliError::Journal)?;
            end.await
        }
    };
    let Halt { report, left } = halt?;
    follower.finish(&report);
    Ok(exit(&report, left))
}

/// The exit code of a run that does not go on.
pub fn exit(report: &Report, left: Left) -> Exit {
    match (report.outcome, left) {
        (Some(Outcome::Succeeded | Outcome::StoppedBeforeChange), _) => Exit::Succeeded,
        (Some(Outcome::Cancelled), _) => Exit::Cancelled,
        (None, Left::Paused) => Exit::Paused,
        (None, Left::Leaving) => Exit::Left,
        (Some(Outcome::Failed | Outcome::TimedOut) | None, _) => {
            let failure = report.cause().and_then(|step| step.failure.as_ref());
            match failure.map(|failure| failure.origin) {
                Some(FailureOrigin::Refused) => Exit::Refused,
                Some(FailureOrigin::Host) => Exit::Broken,
                Some(FailureOrigin::Plugin | FailureOrigin::Sandbox) | None => Exit::Failed,
            }
        }
    }
}

/// Ctrl-C and SIGTERM, caught from now on.
pub fn signals() -> std::io::Result<[Signal; 2]> {
    Ok([signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?])
}

/// Ctrl-C cancels the run, and once more leaves it at once; SIGTERM leaves it so that it can go on elsewhere.
async fn on_signals(
    [mut interrupt, mut terminate]: [Signal; 2],
    cancel: impl Fn() + Send,
    leave: CancellationToken,
    view: Arc<dyn View>,
) {
    for presses in 1.. {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {
                view.leaving();
                leave.cancel();
                continue;
            }
        }
        if presses > 1 || leave.is_cancelled() {
            view.abandoned();
            std::process::exit(Exit::Cancelled.code().into());
        }
        view.cancelling();
        cancel();
    }
}
