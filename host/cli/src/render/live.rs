//! For a terminal: one line for each step that shows where it stands, what it says above it.

use std::collections::BTreeMap;
use std::time::Duration;

use console::style;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use stepwell_model::event::{Event, What};
use stepwell_model::id::StepId;
use stepwell_model::plan::Plan;
use stepwell_model::report::{Report, Status};

use super::plain::{ABANDONED, log_text, would_call};
use super::words::printable;
use super::{View, report};
use crate::out;

/// How often the spinner turns and the seconds count.
const TICK: Duration = Duration::from_millis(100);

/// Drawings a second, at most.
const REFRESH_RATE: u8 = 20;

/// Draws.
pub struct Live {
    all: MultiProgress,
    steps: BTreeMap<StepId, ProgressBar>,
}

impl Live {
    /// Shows every step as not started.
    pub fn new(plan: &Plan) -> Self {
        let target = ProgressDrawTarget::term_like_with_hz(Box::new(out::Terminal::stderr()), REFRESH_RATE);
        let all = MultiProgress::with_draw_target(target);
        let width = plan.steps.iter().map(|step| step.id.as_str().len()).max().unwrap_or(0);
        let bar = |id: &StepId| {
            let bar = all.add(ProgressBar::no_length());
            bar.set_style(template("· {prefix}  {wide_msg:.dim}"));
            bar.set_prefix(format!("{:width$}", id.as_str()));
            bar.tick();
            (id.clone(), bar)
        };
        let steps = plan.steps.iter().map(|step| bar(&step.id)).collect();
        Self { all, steps }
    }

    fn say(&self, text: &str) {
        // Drawing to a terminal that is gone changes nothing about the run.
        drop(self.all.println(text));
    }

    fn end(&self, bar: &ProgressBar, status: Status, message: &str) {
        bar.set_style(template(&format!("{} {{prefix:.bold}}  {{elapsed:>4}}  {{wide_msg}}", report::mark(status))));
        bar.finish_with_message(printable(message).into_owned());
    }

    fn step_event(&self, step: &StepId, bar: &ProgressBar, what: &What) {
        let message = |text: &str| bar.set_message(printable(text).into_owned());
        match what {
            What::StepStarted { .. } => {
                bar.set_style(template("{spinner:.cyan} {prefix:.bold}  {elapsed:>4}  {wide_msg}"));
                bar.reset_elapsed();
                bar.enable_steady_tick(TICK);
            }
            What::StepLogged { log, .. } => {
                for line in log_text(log).iter().flat_map(|text| text.lines()) {
                    self.say(&format!("{} {}", style(format!("[{step}]")).dim(), printable(line)));
                }
            }
            What::StepWaiting { message: text, progress, .. } => match progress
                .as_ref()
                .map(|p| (p.done, p.total, &p.unit))
            {
                Some((done, Some(total), unit)) if total > 1 => message(&format!("{text}  ({done} of {total} {unit})")),
                _ => message(text),
            },
            What::CallIntended { call, .. } => message(&call.action),
            What::StepCancelling { .. } => message("stopping"),
            What::StepSucceeded { .. } => self.end(bar, Status::Succeeded, ""),
            What::StepFailed { failure, .. } => self.end(bar, Status::Failed, &failure.message),
            What::StepCancelled { .. } => self.end(bar, Status::Cancelled, "cancelled"),
            What::ChangeWithheld { call, .. } => self.end(bar, Status::StoppedBeforeChange, &would_call(call)),
            _ => {}
        }
    }
}

fn template(text: &str) -> ProgressStyle {
    ProgressStyle::with_template(text).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

impl View for Live {
    fn event(&self, event: &Event) {
        match event.what.step().and_then(|step| Some((step, self.steps.get(step)?))) {
            Some((step, bar)) => self.step_event(step, bar, &event.what),
            None if matches!(event.what, What::RunFinished { .. }) => {
                self.steps.values().filter(|bar| !bar.is_finished()).for_each(ProgressBar::abandon);
            }
            None => {}
        }
    }

    fn report(&self, report: &Report) {
        drop(self.all.clear());
        out::text(&report::text(report));
        out::failure(report::failure(report));
    }

    fn cancelling(&self) {
        self.say("cancelling; Ctrl-C once more leaves at once");
    }

    fn abandoned(&self) {
        drop(self.all.clear());
        out::error(ABANDONED);
    }
}
