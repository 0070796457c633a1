//! The view of one call: its answer on standard output, and nothing else there.

use std::collections::BTreeMap;
use std::sync::Once;

use indicatif::{ProgressBar, ProgressDrawTarget};
use serde_json::{Value as Json, json};
use stepwell_home::CallRequest;
use stepwell_model::event::{Event, Outcome, What};
use stepwell_model::report::Report;

use crate::out;
use crate::render::live::{REFRESH_RATE, TICK, template};
use crate::render::words::{printable, printable_lines};
use crate::render::{View, plain, report};

/// Shows one call.
pub struct Answer {
    /// Whether a path chose a part of the answer.
    selects: bool,
    /// Writes an error of the run with the flags of the command.
    in_flags: Box<dyn Fn(&str) -> String + Send + Sync>,
    /// On a terminal, what the call waits for.
    spinner: ProgressBar,
    /// Whether it draws: from the first event on. Before that, the operator may be asked for secrets.
    draws: Once,
}

impl Answer {
    pub fn new(call: &CallRequest, in_flags: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        let spinner = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        spinner.set_style(template("{spinner:.cyan} {prefix:.bold}  {elapsed:>4}  {wide_msg}"));
        spinner.set_prefix(printable(&call.name.to_string()).into_owned());
        Self { selects: call.select.is_some(), in_flags: Box::new(in_flags), spinner, draws: Once::new() }
    }

    fn draw(&self) {
        if out::stderr_is_terminal() {
            let terminal = Box::new(out::Terminal::stderr());
            self.spinner.set_draw_target(ProgressDrawTarget::term_like_with_hz(terminal, REFRESH_RATE));
            self.spinner.enable_steady_tick(TICK);
        }
    }

    /// Says something above the spinner.
    fn say(&self, text: &str) {
        self.spinner.suspend(|| out::error(text));
    }

    fn answer(&self, outputs: &BTreeMap<String, Json>) -> String {
        match selected(outputs).filter(|_| self.selects) {
            Some(Json::String(text)) => text.clone(),
            Some(other) => format!("{other:#}"),
            None => format!("{:#}", json!(outputs)),
        }
    }
}

/// What a path found that is no object, and so has no name of its own.
fn selected(outputs: &BTreeMap<String, Json>) -> Option<&Json> {
    outputs.get("result").filter(|found| outputs.len() == 1 && !found.is_object())
}

impl View for Answer {
    fn event(&self, event: &Event) {
        self.draws.call_once(|| self.draw());
        match &event.what {
            What::StepWaiting { message, .. } if self.spinner.is_hidden() => {
                out::error(&format!("waiting: {}", printable(message)));
            }
            What::StepWaiting { message, .. } => self.spinner.set_message(printable(message).into_owned()),
            What::ChangeWithheld { call, .. } => {
                let text = format!("{}\n", printable(&plain::would_call(call)));
                self.spinner.suspend(|| out::text(&text));
            }
            _ => {}
        }
    }

    fn report(&self, report: &Report) {
        self.spinner.finish_and_clear();
        for outputs in report.steps.iter().filter_map(|step| step.outputs.as_ref()) {
            out::text(&format!("{}\n", printable_lines(&self.answer(outputs))));
        }
        out::failure(report::failure(report).map(|lines| (self.in_flags)(&lines)));
        if report.outcome == Some(Outcome::Cancelled) {
            out::error(&format!("cancelled (run {})", report.run));
        }
    }

    fn cancelling(&self) {
        self.say(plain::CANCELLING);
    }

    fn leaving(&self) {
        self.say(plain::LEAVING);
    }

    fn abandoned(&self) {
        self.spinner.finish_and_clear();
        out::error(plain::ABANDONED);
    }
}
