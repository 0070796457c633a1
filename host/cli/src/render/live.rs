//! The view for a terminal: one line for the state of each step, and above them the logs.

use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::time::Duration;

use console::style;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::Timestamp;
use stepwell_model::event::{Event, Expansion, Progress, StepTitle, TakenResult, What};
use stepwell_model::id::StepPath;
use stepwell_model::report::{Report, Status};

use super::plain::{ABANDONED, CANCELLING, LEAVING, log_text, would_call};
use super::runs::queued;
use super::words::{printable, undecided};
use super::{View, report, summary};
use crate::args::Extent;
use crate::out;

/// How often the spinner and the seconds advance.
pub(super) const TICK: Duration = Duration::from_millis(100);

/// The most drawings in a second.
pub(super) const REFRESH_RATE: u8 = 20;

/// Draws the steps.
pub struct Live {
    all: MultiProgress,
    /// In the order of the screen, from the top.
    lines: Mutex<Vec<Line>>,
    /// Whether it draws: from the first event on. Before that, the operator may be asked for secrets.
    draws: Once,
    /// How much of the report is printed.
    extent: Extent,
}

/// The line of one step.
struct Line {
    step: StepPath,
    bar: ProgressBar,
    /// The items that are done, and all items.
    items: (usize, usize),
    /// What the step had done before its current call, when it does not know how much there is in all.
    before: Option<String>,
}

impl Live {
    /// Shows every step as not started, once the run has begun.
    pub fn new(steps: &[StepTitle], extent: Extent) -> Self {
        let all = MultiProgress::with_draw_target(ProgressDrawTarget::hidden());
        let live = Self { all, lines: Mutex::default(), draws: Once::new(), extent };
        let width = steps.iter().map(|step| step.id.as_str().len()).max().unwrap_or(0);
        for step in steps.iter().filter(|step| !step.id.is_handler()) {
            live.add(&mut live.lines(), &step.id, width);
        }
        live
    }

    fn draw(&self) {
        let terminal = Box::new(out::Terminal::stderr());
        self.all.set_draw_target(ProgressDrawTarget::term_like_with_hz(terminal, REFRESH_RATE));
        self.lines().iter().for_each(|line| line.bar.tick());
    }

    fn lines(&self) -> MutexGuard<'_, Vec<Line>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a line: after those of the whole that the step is a part of, or after all lines.
    fn add(&self, lines: &mut Vec<Line>, step: &StepPath, width: usize) -> ProgressBar {
        let is_near = |line: &Line, whole: &StepPath| line.step == *whole || line.step.is_part_of(whole);
        let mut wholes = std::iter::successors(step.parent(), StepPath::parent);
        let before = wholes.find_map(|whole| lines.iter().rposition(|line| is_near(line, &whole)));
        let at = before.map_or(lines.len(), |before| before + 1);
        let bar = match before.and_then(|before| lines.get(before)) {
            Some(before) => self.all.insert_after(&before.bar, ProgressBar::no_length()),
            None => self.all.add(ProgressBar::no_length()),
        };
        bar.set_style(template("· {prefix}  {wide_msg:.dim}"));
        bar.set_prefix(format!("{:width$}", step.as_str()));
        bar.tick();
        lines.insert(at, Line { step: step.clone(), bar: bar.clone(), items: (0, 0), before: None });
        bar
    }

    /// The line of a step. A part of another step gets one with its first record.
    fn bar(&self, step: &StepPath) -> ProgressBar {
        let mut lines = self.lines();
        let known = lines.iter().find(|line| line.step == *step).map(|line| line.bar.clone());
        known.unwrap_or_else(|| self.add(&mut lines, step, 0))
    }

    /// Removes the line of an item that is done. The line of its step counts it.
    fn count(&self, item: &StepPath) {
        let mut lines = self.lines();
        if let Some(line) = lines.iter_mut().find(|line| item.parent().as_ref() == Some(&line.step)) {
            line.items.0 += 1;
            let (done, total) = line.items;
            let progress = Progress { done: done as u64, total: Some(total as u64), unit: String::new() };
            line.bar.set_message(with_bar(&format!("{done} of {total}"), &progress));
        }
        for line in lines.extract_if(.., |line| line.step == *item || line.step.is_part_of(item)) {
            line.bar.finish_and_clear();
            self.all.remove(&line.bar);
        }
    }

    fn expect(&self, step: &StepPath, items: usize) {
        self.lines().iter_mut().filter(|line| line.step == *step).for_each(|line| line.items = (0, items));
    }

    /// Notes what a step has done so far, of a total that it does not know.
    fn note(&self, step: &StepPath, progress: Option<&Progress>) {
        let before = progress.filter(|progress| progress.total.is_none() && progress.done > 0);
        let before = before.map(|Progress { done, unit, .. }| format!("; {done} {} before", printable(unit)));
        self.lines().iter_mut().filter(|line| line.step == *step).for_each(|line| line.before.clone_from(&before));
    }

    fn before(&self, step: &StepPath) -> String {
        self.lines().iter().find(|line| line.step == *step).and_then(|line| line.before.clone()).unwrap_or_default()
    }

    fn say(&self, text: &str) {
        // The run does not depend on the terminal.
        drop(self.all.println(text));
    }

    fn end(&self, bar: &ProgressBar, status: Status, message: &str) {
        bar.set_style(template(&format!("{} {{prefix:.bold}}  {{elapsed:>4}}  {{wide_msg}}", report::mark(status))));
        bar.finish_with_message(printable(message).into_owned());
    }

    fn step_event(&self, step: &StepPath, bar: &ProgressBar, at: Timestamp, what: &What) {
        let message = |text: &str| bar.set_message(printable(text).into_owned());
        match what {
            What::StepStarted { .. } | What::StepExpanded { .. } => {
                bar.set_style(template("{spinner:.cyan} {prefix:.bold}  {elapsed:>4}  {wide_msg}"));
                // An operator may look on later.
                bar.set_elapsed(Duration::try_from(Timestamp::now().duration_since(at)).unwrap_or_default());
                bar.enable_steady_tick(TICK);
                if let What::StepExpanded { into: Expansion::Items(items), .. } = what {
                    self.expect(step, items.len());
                }
            }
            What::StepLogged { log, .. } => {
                for line in log_text(log).iter().flat_map(|text| text.lines()) {
                    self.say(&format!("{} {}", style(format!("[{step}]")).dim(), printable(line)));
                }
            }
            What::StepWaiting { message: text, progress, .. } => {
                self.note(step, progress.as_ref());
                match progress {
                    Some(progress @ Progress { done, total: Some(total), unit }) if *total > 1 => {
                        message(&with_bar(&format!("{text}  ({done} of {total} {unit})"), progress));
                    }
                    _ => message(text),
                }
            }
            What::StepProgressed { message: text, progress, .. } => {
                let alone = with_bar(text, progress);
                let whole = format!("{alone}{}", self.before(step));
                // The terminal would cut the number, and make another one of it.
                let columns = bar.prefix().chars().count() + whole.chars().count() + AROUND;
                message(if out::width().is_none_or(|width| columns <= width) { &whole } else { &alone });
            }
            What::CallIntended { call, .. } => message(&call.action),
            What::StepCancelling { .. } => message("stopping"),
            What::StepSucceeded { .. } if step.index().is_some() => self.count(step),
            What::StepSucceeded { .. } => self.end(bar, Status::Succeeded, ""),
            What::StepTaken { from, result, .. } => {
                let status = match result {
                    TakenResult::Succeeded { .. } => Status::Succeeded,
                    TakenResult::Failed { .. } => Status::Failed,
                    TakenResult::Skipped => Status::Skipped,
                };
                self.end(bar, status, &format!("from run {from}"));
            }
            What::StepSkipped { .. } => self.end(bar, Status::Skipped, "skipped"),
            What::StepRetrying { failure, .. } => message(&format!("{}; will be retried", failure.message)),
            What::StepDecided { .. } => message("decided"),
            What::StepFailed { failure, .. } => self.end(bar, Status::Failed, &failure.message),
            What::StepCancelled { .. } => self.end(bar, Status::Cancelled, "cancelled"),
            What::ChangeWithheld { call, .. } => self.end(bar, Status::StoppedBeforeChange, &would_call(call)),
            What::WaitWithheld { message: text, .. } => {
                self.end(bar, Status::StoppedBeforeWait, &format!("would wait: {text}"));
            }
            What::StepUndecided { after, because, .. } => self.end(bar, Status::Undecided, &undecided(after, because)),
            What::StepResumed { .. }
            | What::CredentialsIssued { .. }
            | What::CallAnswered { .. }
            | What::ValuesExported { .. }
            | What::RunStarted { .. }
            | What::RunQueued { .. }
            | What::RunBegun { .. }
            | What::RunResumed
            | What::RunPaused { .. }
            | What::RunTimedOut
            | What::CancelRequested { .. }
            | What::RunFinished { .. } => {}
        }
    }
}

/// The cells of a bar. With the name of a step, its seconds and a message it fits into 80 columns.
const CELLS: u64 = 12;

/// The columns of a line beside the name of the step and the message: the spinner, the seconds and the spaces.
const AROUND: usize = 12;

/// The text behind a bar and the share that is done, once the total is known. The bar comes first: the line ends with the
/// terminal.
fn with_bar(text: &str, Progress { done, total, .. }: &Progress) -> String {
    let Some(total) = total.filter(|total| *total > 0) else { return text.to_owned() };
    let share = |of: u64| u128::from(of) * u128::from(*done.min(&total)) / u128::from(total);
    let filled = usize::try_from(share(CELLS)).unwrap_or_default();
    let bar: String = (0..CELLS as usize).map(|cell| if cell < filled { '█' } else { '░' }).collect();
    format!("{bar} {:>3} %  {text}", share(100))
}

/// The style of a line.
pub(super) fn template(text: &str) -> ProgressStyle {
    ProgressStyle::with_template(text).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

impl View for Live {
    fn event(&self, event: &Event) {
        self.draws.call_once(|| self.draw());
        match (event.what.step(), &event.what) {
            // Whoever stops the program, or looks from elsewhere, needs its id.
            (None, What::RunStarted { run, job, .. }) => self.say(&format!("{job}: run {run}")),
            (None, What::RunQueued { behind }) => self.say(&queued(behind)),
            (None, What::RunBegun { .. }) => self.say("begins: its place is free"),
            // The line of a part that is still to come would stand before its whole.
            (Some(step), What::StepTaken { .. }) if step.parent().is_some() => {}
            (Some(step), what) => self.step_event(step, &self.bar(step), event.at, what),
            (None, What::RunFinished { .. } | What::RunPaused { .. }) => {
                self.lines().iter().filter(|line| !line.bar.is_finished()).for_each(|line| line.bar.abandon());
            }
            (None, _) => {}
        }
    }

    fn report(&self, report: &Report) {
        drop(self.all.clear());
        out::text(&summary::text(report, self.extent));
        out::failure(report::failure(report));
    }

    fn cancelling(&self) {
        self.say(CANCELLING);
    }

    fn leaving(&self) {
        self.say(LEAVING);
    }

    fn abandoned(&self) {
        drop(self.all.clear());
        out::error(ABANDONED);
    }
}

#[cfg(test)]
mod tests {
    use stepwell_model::event::Checkpoint;
    use stepwell_model::limits::Logged;

    use super::*;

    #[test]
    fn a_bar_stands_before_the_text_once_the_total_is_known() {
        let progress = |done, total| Progress { done, total, unit: "bytes".to_owned() };
        for (done, total, shown) in [
            (310, Some(400), "█████████░░░  77 %  uploading"),
            (0, Some(400), "░░░░░░░░░░░░   0 %  uploading"),
            (500, Some(400), "████████████ 100 %  uploading"),
            (u64::MAX, Some(u64::MAX), "████████████ 100 %  uploading"),
            (310, None, "uploading"),
            (310, Some(0), "uploading"),
        ] {
            assert_eq!(with_bar("uploading", &progress(done, total)), shown);
        }
    }

    #[test]
    fn the_line_of_a_step_shows_a_bar_for_its_call_and_counts_what_came_before() {
        let live = Live::new(&[], Extent::Screen);
        let step: StepPath = "sync".parse().expect("valid");
        let bar = live.bar(&step);
        let event = |what: What| {
            live.step_event(&step, &bar, Timestamp::UNIX_EPOCH, &what);
            bar.message()
        };
        let progress = |done, total| Progress { done, total, unit: "files".to_owned() };
        let waiting = |progress: Progress| What::StepWaiting {
            step: step.clone(),
            until: Timestamp::UNIX_EPOCH,
            message: "500 files, 31.0 MiB".to_owned(),
            progress: Some(progress),
            checkpoint: Checkpoint::default(),
            host_calls: 0,
            logged: Logged::default(),
            again: Default::default(),
        };
        let progressed = |message: &str, progress| What::StepProgressed {
            step: step.clone(),
            message: message.to_owned(),
            progress,
        };
        assert_eq!(event(waiting(progress(500, None))), "500 files, 31.0 MiB");
        let copying = progressed("copying: 250 of 500 objects", progress(250, Some(500)));
        assert_eq!(event(copying), "██████░░░░░░  50 %  copying: 250 of 500 objects; 500 files before");
        assert_eq!(event(waiting(progress(3, Some(4)))), "█████████░░░  75 %  500 files, 31.0 MiB  (3 of 4 files)");
        assert_eq!(event(progressed("read 40 pages", progress(40, None))), "read 40 pages");
    }
}
