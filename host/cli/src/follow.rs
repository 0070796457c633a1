//! Follows a run that this process executes, from its first record to the exit code.

use std::sync::Arc;
use std::sync::mpsc::{self, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use stepwell_home::{Engine, Halt, HaltReason, Observer, Watch};
use stepwell_model::NextAction as _;
use stepwell_model::event::{Event, Outcome, StepTitle};
use stepwell_model::failure::FailureOrigin;
use stepwell_model::report::Report;
use tokio_util::sync::CancellationToken;

use crate::args::{Extent, Output};
use crate::error::{CliError, Exit};
use crate::render::View;
use crate::signals::{Ending, Signals};
use crate::{out, render};

/// How long a process that was told to stop waits for its terminal.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long the end of a run waits for its clean-up.
const CLEAN_UP: Duration = Duration::from_secs(10);

/// Shows a run on a thread of its own, so that a terminal that stands still does not delay the run.
pub struct Follower {
    view: Arc<dyn View>,
    events: Sender<Option<Event>>,
    shown: JoinHandle<()>,
}

impl Follower {
    /// Begins to show a run as `--output` says.
    pub fn new(output: Output, extent: Extent, steps: &[StepTitle]) -> Self {
        let view: Arc<dyn View> = match output {
            Output::Json => Arc::new(render::json::JsonLines),
            Output::Text if out::can_draw() => Arc::new(render::live::Live::new(steps, extent)),
            Output::Text => Arc::new(render::plain::Plain::new()),
        };
        Self::with(view)
    }

    /// Begins to show a run in this view.
    pub fn with(view: Arc<dyn View>) -> Self {
        let (events, received) = mpsc::channel::<Option<Event>>();
        let shows = Arc::clone(&view);
        let shown =
            thread::spawn(move || received.iter().map_while(|event| event).for_each(|event| shows.event(&event)));
        Self { view, events, shown }
    }

    /// Passes every record on to the view.
    pub fn observer(&self) -> Observer {
        let events = std::sync::Mutex::new(self.events.clone());
        Arc::new(move |event| {
            // The run does not depend on its view.
            drop(events.lock().map(|events| events.send(Some(event.clone()))));
        })
    }

    /// Shows the report. A process that was told to stop does not wait for a terminal that stands still.
    pub fn finish(self, report: &Report, reason: HaltReason) {
        drop(self.events.send(None));
        let (view, report) = (self.view, report.clone());
        let rest = thread::spawn(move || {
            drop(self.shown.join());
            view.report(&report);
        });
        let patience = Instant::now() + PATIENCE;
        while reason == HaltReason::Leaving && !rest.is_finished() {
            if Instant::now() > patience {
                return;
            }
            thread::sleep(Duration::from_millis(10));
        }
        drop(rest.join());
    }
}

/// Follows a run until it stops, and gives the exit code.
pub async fn follow(engine: &Engine, watch: Watch, follower: Follower) -> Result<Exit, CliError> {
    out::keep_masking(&watch.masker);
    let leave = CancellationToken::new();
    match Signals::catch() {
        Ok(signals) => {
            let (engine, run, leave) = (engine.clone(), watch.run, leave.clone());
            let view = Arc::clone(&follower.view);
            drop(tokio::spawn(on_signals(signals, move || engine.cancel(run, false), leave, view)));
        }
        Err(error) => tracing::warn!(because = error.because(), "{error}: Ctrl-C will end the process at once"),
    }
    let end = watch.end();
    tokio::pin!(end);
    let halt = tokio::select! {
        halt = &mut end => halt,
        () = leave.cancelled() => {
            engine.leave().await?;
            end.await
        }
    };
    // Clean-up of interrupted calls needs the leases of the engine.
    drop(tokio::time::timeout(CLEAN_UP, stepwell_home::settled()).await);
    let Halt { report, reason } = halt?;
    follower.finish(&report, reason);
    Ok(exit(&report, reason))
}

/// The exit code of a run that has stopped.
pub fn exit(report: &Report, reason: HaltReason) -> Exit {
    match (report.outcome, reason) {
        (Some(Outcome::Succeeded | Outcome::StoppedBeforeChange), _) => Exit::Succeeded,
        (Some(Outcome::Cancelled), _) => Exit::Cancelled,
        (Some(Outcome::TimedOut), _) => Exit::Failed,
        (None, HaltReason::Paused) => Exit::Paused,
        (None, HaltReason::Leaving) => Exit::Left,
        (Some(Outcome::Failed) | None, _) => {
            let failure = report.cause().and_then(|step| step.failure.as_ref());
            match failure.map(|failure| failure.origin) {
                Some(FailureOrigin::Refused) => Exit::Refused,
                Some(FailureOrigin::Host) => Exit::Broken,
                Some(FailureOrigin::Plugin | FailureOrigin::Sandbox | FailureOrigin::Run) | None => Exit::Failed,
            }
        }
    }
}

/// Acts on signals: Ctrl-C cancels the run, and a second one leaves it at once. SIGTERM and the end of the terminal
/// leave the run to other processes. The signal takes effect before the view reports it, because the terminal may stand
/// still.
async fn on_signals(mut signals: Signals, cancel: impl Fn() + Send, leave: CancellationToken, view: Arc<dyn View>) {
    let say = |print: fn(&dyn View)| {
        let view = Arc::clone(&view);
        thread::spawn(move || print(&*view))
    };
    let mut presses = 0;
    loop {
        match signals.next().await {
            Ending::Cancel => presses += 1,
            Ending::Leave => leave.cancel(),
        }
        match (presses, leave.is_cancelled()) {
            (0, true) => drop(say(|view| view.leaving())),
            (1, false) => {
                cancel();
                say(|view| view.cancelling());
            }
            _ => {
                let printed = say(|view| view.abandoned());
                let patience = Instant::now() + PATIENCE;
                while !printed.is_finished() && Instant::now() < patience {
                    thread::sleep(Duration::from_millis(10));
                }
                std::process::exit(Exit::Cancelled.code().into());
            }
        }
    }
}
