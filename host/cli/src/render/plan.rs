//! A plan, for people and for programs.

use std::collections::BTreeMap;

use console::style;
use serde_json::{Value as Json, json};
use stepwell_home::SourceFound;
use stepwell_model::NextAction as _;
use stepwell_model::action::{ActionRow, Repeat};
use stepwell_model::credentials::Base;
use stepwell_model::file::show_duration;
use stepwell_model::http::RequestPattern;
use stepwell_model::id::{Identifier, OptionName, StepPath};
use stepwell_model::job::{Backoff, OnUncertain, Otherwise, Pages, Retry};
use stepwell_model::limits::Limits;
use stepwell_model::plan::{
    OperationCall, Plan, PlanWarning, PlannedConcurrency, PlannedRequest, PlannedSecret, PlannedStep, PluginCall,
    Reach, SecretUse, StepSecret, Work,
};
use stepwell_model::plugin::Origin;
use stepwell_model::settings::LentDirectory;
use stepwell_model::value::Value;
use toml::Spanned;

use super::words::{printable, printable_lines, value};
use super::{credentials, table};

/// The line about a valid job.
pub fn checked(plan: &Plan) -> String {
    let count = plan.all_steps().count();
    let steps = if count == 1 { "1 step".to_owned() } else { format!("{count} steps") };
    format!("{}: job `{}` is valid ({steps})", printable(&plan.source.name), plan.job)
}

/// The line about a valid job, for programs.
pub fn checked_json(plan: &Plan) -> Json {
    json!({
        "event": "job_checked",
        "job": plan.job,
        "file": plan.source.name,
        "steps": plan.all_steps().count(),
        "warnings": warnings_json(plan),
    })
}

fn warnings_json(plan: &Plan) -> Json {
    let warning = |warning: &PlanWarning| {
        let place = warning.place.as_ref();
        json!({
            "warning": warning.to_string(),
            "because": warning.because(),
            "next": warning.next(),
            "file": place.map(|place| &place.file),
            "line": place.map(|place| place.line),
            "column": place.map(|place| place.column),
        })
    };
    plan.warnings.iter().map(warning).collect()
}

/// The plan, for people.
pub fn text(plan: &Plan, source: Option<&SourceFound>) -> String {
    let mut head = vec![("file", printable(&plan.source.name).into_owned())];
    let project = plan.project.as_ref().zip(plan.project_file.as_ref());
    head.extend(project.map(|(name, file)| ("project", printable(&format!("{name}  ({file})")).into_owned())));
    head.extend(plan.options.iter().map(|(name, value)| (name.as_str(), option(plan, name, value))));
    head.extend(plan.timeout.map(|timeout| ("timeout", show_duration(timeout))));
    head.extend(plan.concurrency.as_ref().map(|limit| ("concurrency", concurrency(limit))));
    head.extend(plan.keep_going.then(|| ("keep going", "steps that do not need a failed step still run".to_owned())));
    let description = printable(&plan.description);
    let title = format!("{}  {description}", style(&plan.job).bold());
    let mut text = format!("{}\n{}", title.trim_end(), table::pairs(head, "  "));
    text.push_str(&docs(&plan.docs, "  "));
    steps_text(plan, None, source, &mut text);
    let locals: Vec<_> = plan.locals.iter().map(|(name, value)| (name.as_str(), written(plan, value))).collect();
    if !locals.is_empty() {
        text.push_str(&format!("\n{}\n{}", style("locals").bold(), table::pairs(locals, "     ")));
    }
    let outputs: Vec<_> = plan.outputs.iter().map(|(name, value)| (name.as_str(), written(plan, value))).collect();
    if !outputs.is_empty() {
        text.push_str(&format!("\n{}\n{}", style("outputs").bold(), table::pairs(outputs, "     ")));
    }
    text
}

/// How many runs go on at the same time.
fn concurrency(PlannedConcurrency { most, group, otherwise }: &PlannedConcurrency) -> String {
    let runs = if *most == 1 { "1 run".to_owned() } else { format!("{most} runs") };
    let group = group.as_ref().map(|group| format!(" of group `{}`", printable(group))).unwrap_or_default();
    let then = match otherwise {
        Otherwise::Refuse => "a further one is refused",
        Otherwise::Queue => "a further one is queued",
        Otherwise::Skip => "a further one is skipped",
        Otherwise::CancelRunning => "a further one cancels the others and waits until they have ended",
    };
    format!("{runs}{group} at the same time; {then}")
}

/// The steps of a job, each followed by the steps of the job that it uses.
fn steps_text(plan: &Plan, of: Option<&str>, source: Option<&SourceFound>, text: &mut String) {
    for (number, step) in (1..).zip(plan.all_steps()) {
        let number = of.map_or_else(|| number.to_string(), |of| format!("{of}.{number}"));
        let finally = if step.finally { "  (in every ending)" } else { "" };
        let title = format!("{number}. {}{finally}  {}", style(&step.id).bold(), printable(&step.description));
        text.push_str(&format!("\n{}\n", title.trim_end()));
        text.push_str(&table::pairs(step_pairs(step, plan, source), "     "));
        text.push_str(&docs(&step.docs, "     "));
        if let Work::Job(inner) = &step.work {
            steps_text(inner, Some(&number), source, text);
        }
        if let Some(handler) = &step.on_error {
            let then = if handler.clears { "then the run goes on" } else { "then the run stops" };
            text.push_str(&format!("\n{number}!. {}  when it fails; {then}\n", style("on_error").bold()));
            text.push_str(&table::pairs(step_pairs(&handler.step, plan, source), "     "));
            if let Work::Job(inner) = &handler.step.work {
                steps_text(inner, Some(&format!("{number}!")), source, text);
            }
        }
    }
}

fn docs(docs: &str, indent: &str) -> String {
    printable_lines(docs.trim()).lines().map(|line| format!("{indent}{line}").trim_end().to_owned() + "\n").collect()
}

/// The value of an option. For a secret, its place, and where it may go.
fn option(plan: &Plan, name: &OptionName, given: &Json) -> String {
    let Some(secret) = plan.secrets.get(name) else { return value(given) };
    let sent = sent(&plan.uses_of(&secret.placeholder));
    match &secret.key {
        Some(path) => format!("secret, in {path}; {sent}"),
        None => format!("secret, asked for when the job runs; {sent}"),
    }
}

/// Where a secret may go, in words.
pub fn sent(uses: &[SecretUse<'_>]) -> String {
    let one = |at: &SecretUse<'_>| format!("by {} to {}", at.step, reach(at.reach));
    match uses {
        [] => "sent by no step".to_owned(),
        uses => format!("sent {}", uses.iter().map(one).collect::<Vec<_>>().join(", ")),
    }
}

fn reach(reach: &[Reach]) -> String {
    reach.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ")
}

fn step_pairs(step: &PlannedStep, plan: &Plan, source: Option<&SourceFound>) -> Vec<(&'static str, String)> {
    let mut pairs = Vec::new();
    match &step.work {
        Work::Plugin(call) => {
            pairs.push(("uses", uses(call)));
            pairs.extend(with_pairs(&call.config.clone().unwrap_or_else(|| step.with.get_ref().literal())));
            pairs.extend(call.operation.iter().flat_map(operation_pairs));
            let conditions = [("until", &step.until), ("expects", &step.expect)];
            pairs.extend(conditions.iter().filter_map(|(name, value)| Some((*name, written(plan, value.as_ref()?)))));
            pairs.extend(step.every.map(|every| ("every", show_duration(every))));
        }
        Work::Job(inner) => {
            pairs.push(("uses", format!("job {}  ({})", inner.job, printable(&inner.source.name))));
            pairs.extend(with_pairs(&step.with.get_ref().literal()));
        }
    }
    pairs.extend(order_pairs(step, plan));
    pairs.push(("timeout", format!("{}  ({})", show_duration(step.timeout.value), step.timeout.from)));
    pairs.extend(step.retry.as_ref().map(|retry| ("retry", again(retry))));
    if let Some(call) = step.call() {
        pairs.extend(call_pairs(call, step, source));
    }
    pairs.extend(
        step.captures
            .iter()
            .map(|capture| ("captures", printable(&format!("{} by `{}`", capture.name, capture.pattern)).into_owned())),
    );
    pairs.extend(step.exports.iter().map(|(name, export)| ("exports", format!("{name} = {}", written(plan, export)))));
    pairs
}

/// The lines about the configuration of a step, one for each of its members.
fn with_pairs(with: &Json) -> Vec<(&'static str, String)> {
    let members = with.as_object().into_iter().flatten();
    members.map(|(name, member)| ("with", format!("{} = {}", printable(name), value(member)))).collect()
}

/// The lines about what a step does with an operation of AWS.
fn operation_pairs(call: &OperationCall) -> Vec<(&'static str, String)> {
    let pages = match call.pages {
        Pages::First => None,
        Pages::All => Some(format!("all, at most {}", call.page_limit)),
    };
    let select = call.select.as_ref().map(|select| printable(select).into_owned());
    let wait = call.wait.as_ref().map(|wait| printable(wait).into_owned());
    let pairs = [("pages", pages), ("selects", select), ("waits for", wait)];
    pairs.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// The lines about when a step runs, and how often.
fn order_pairs(step: &PlannedStep, plan: &Plan) -> Vec<(&'static str, String)> {
    let mut pairs = Vec::new();
    let needs: Vec<_> = step.needs.iter().map(|need| need.step.as_str()).collect();
    let after = match needs.is_empty() {
        false => needs.join(", "),
        true if step.finally => "all other steps: at the end of the run".to_owned(),
        true => "nothing: at once".to_owned(),
    };
    pairs.push(("after", after));
    pairs.extend(step.when.as_ref().map(|when| ("when", written(plan, when))));
    pairs.extend(step.for_each.as_ref().map(|for_each| {
        ("for each", format!("{}, {} at a time", written(plan, &for_each.list), for_each.concurrency))
    }));
    pairs
}

fn again(retry: &Retry) -> String {
    let delay = retry.delay.map_or_else(|| "at once".to_owned(), |delay| format!("after {}", show_duration(delay.0)));
    let grows = if retry.backoff == Backoff::Exponential { ", doubling" } else { "" };
    let most = retry.max_delay.map_or_else(String::new, |most| format!(" up to {}", show_duration(most.0)));
    let on = retry.on.as_ref().map_or_else(String::new, |codes| format!(", on {}", codes.join(", ")));
    printable(&format!("{} attempts, {delay}{grows}{most}{on}", retry.attempts.0)).into_owned()
}

fn uses(call: &PluginCall) -> String {
    let from = match call.plugin.origin {
        Origin::Shipped => "ships with Stepwell",
        Origin::Operation => "part of AWS",
        Origin::Home => "from STEPWELL_HOME",
        Origin::Project => "from the project",
    };
    let version = printable(&call.plugin.description.version);
    if let Some(operation) = &call.operation {
        return format!("{}  (API {version}, called by the host)", operation.name);
    }
    let digest = call.plugin.digest.hex();
    format!("{} {version}  ({from}, sha256:{digest:.12}…)", call.plugin.name)
}

fn call_pairs(call: &PluginCall, step: &PlannedStep, source: Option<&SourceFound>) -> Vec<(&'static str, String)> {
    let mut pairs = Vec::new();
    let region = call.region.as_ref();
    let region = region.map(|region| format!("{}  ({})", printable(&region.value.to_string()), region.from));
    if call.plugin.imports.need_credentials() {
        let is_left = call.credentials.base == Base::DefaultChain;
        pairs.extend(credentials::pairs(&call.credentials, source.filter(|_| is_left)));
        pairs.push((
            "region",
            region.unwrap_or_else(|| "as the AWS SDK finds it: AWS_REGION, profile, instance".to_owned()),
        ));
    }
    pairs.extend(call.plugin.imports.rows().map(|row| ("may call", may_call(row, call))));
    let sends = |request: &PlannedRequest| ("sends", format!("{request}  ({})", request.repeat.in_words()));
    pairs.extend(call.requests.iter().map(sends));
    pairs.extend(call.grants.http().allowed().into_iter().map(|request| ("may request", may_request(&request))));
    pairs.extend(call.grants.http().denied().map(|request| ("may not request", request.to_string())));
    if call.plugin.imports.reach_directories() {
        pairs.extend(call.directories.iter().map(|(name, lent)| ("may reach", may_reach(name, lent))));
    }
    let secret = |secret: &StepSecret| ("may send", format!("secret {} to {}", secret.option, reach(&secret.reach)));
    pairs.extend(call.secrets.iter().map(secret));
    let may_be_once = |request: &RequestPattern| request.repeat().is_none_or(|repeat| repeat == Repeat::Once);
    let named_once = call.requests.iter().any(|request| request.repeat == Repeat::Once);
    let names_all = call.plugin.origin == Origin::Shipped
        && !call.requests.is_empty()
        && call.plugin.description.extra.requests.is_empty();
    let can_send_once = named_once || !names_all && call.grants.http().allowed().iter().any(may_be_once);
    if can_send_once || call.plugin.imports.rows().any(|row| row.repeat == Repeat::Once) {
        pairs.push(("after a crash", uncertain(step.on_uncertain).to_owned()));
    }
    if call.limits != Limits::default() {
        pairs.push(("limits", json!(call.limits).to_string()));
    }
    pairs
}

fn may_request(request: &RequestPattern) -> String {
    let repeat = request.repeat().map(|repeat| format!("  ({})", repeat.in_words())).unwrap_or_default();
    format!("{request}{repeat}")
}

fn may_reach(name: &Identifier, lent: &LentDirectory) -> String {
    let rights = if lent.write { "reads and writes" } else { "reads" };
    let path = lent.path.display().to_string();
    format!("{name}: {} ({rights}; {})", printable(&path), printable(&lent.place.to_string()))
}

fn uncertain(on: OnUncertain) -> &'static str {
    match on {
        OnUncertain::Pause => "pauses for a decision, if the outcome of a call is unknown",
        OnUncertain::Retry => "repeats the call, if its outcome is unknown",
        OnUncertain::Skip => "counts as skipped, if the outcome of a call is unknown",
        OnUncertain::Fail => "fails, if the outcome of a call is unknown",
    }
}

fn may_call(row: &ActionRow, call: &PluginCall) -> String {
    if call.grants.withheld().any(|action| action == row.action) {
        return format!("{}  (withheld: the plugin gets `denied`)", row.action);
    }
    let repeat = row.repeat.in_words();
    let also: String =
        row.further().filter(|action| call.grants.needs(*action)).map(|action| format!(", {action}")).collect();
    format!("{}{also}  ({repeat})", row.action)
}

/// A value as the job file has it. Its expressions are evaluated during the run.
fn written(plan: &Plan, value: &Spanned<Value>) -> String {
    let text = plan.source.text.get(value.span()).unwrap_or_default();
    printable(&text.split_whitespace().collect::<Vec<_>>().join(" ")).into_owned()
}

/// The plan, for programs.
pub fn json(plan: &Plan, source: Option<&SourceFound>) -> Json {
    let mut object = plan_json(plan, None, source);
    if let Json::Object(entries) = &mut object {
        entries.insert("project".to_owned(), json!(plan.project));
        entries.insert("project_file".to_owned(), json!(plan.project_file));
        entries.insert("warnings".to_owned(), warnings_json(plan));
    }
    object
}

fn plan_json(plan: &Plan, of: Option<&StepPath>, source: Option<&SourceFound>) -> Json {
    let secret = |secret: &PlannedSecret| {
        let sent = |at: SecretUse<'_>| json!({ "step": of.map_or(at.step.clone(), |of| of.child(at.step.as_str())), "to": texts(at.reach) });
        let sent: Vec<_> = plan.uses_of(&secret.placeholder).into_iter().map(sent).collect();
        json!({ "key": secret.key, "sent": sent })
    };
    let secrets: BTreeMap<_, _> = plan.secrets.iter().map(|(name, planned)| (name, secret(planned))).collect();
    let path = |step: &PlannedStep| of.map_or_else(|| StepPath::from(&step.id), |of| of.child(step.id.as_str()));
    let steps = |steps: &[PlannedStep]| steps.iter().map(|step| step_json(step, &path(step), plan, source)).collect();
    let (main, finally): (Vec<_>, Vec<_>) = (steps(&plan.steps), steps(&plan.finally));
    let of_section = |values: &BTreeMap<Identifier, Spanned<Value>>| -> BTreeMap<String, String> {
        values.iter().map(|(name, value)| (name.to_string(), written(plan, value))).collect()
    };
    let (locals, outputs) = (of_section(&plan.locals), of_section(&plan.outputs));
    json!({
        "job": plan.job,
        "description": plan.description,
        "docs": plan.docs,
        "file": plan.source.name,
        "options": plan.options,
        "secrets": secrets,
        "timeout_ms": plan.timeout.map(millis),
        "concurrency": plan.concurrency.as_ref().map(|limit| {
            json!({ "most": limit.most, "group": limit.group, "otherwise": limit.otherwise })
        }),
        "keep_going": plan.keep_going,
        "steps": main,
        "finally": finally,
        "locals": locals,
        "outputs": outputs,
    })
}

fn texts(reach: &[Reach]) -> Vec<String> {
    reach.iter().map(ToString::to_string).collect()
}

fn millis(span: std::time::Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

fn step_json(step: &PlannedStep, path: &StepPath, plan: &Plan, source: Option<&SourceFound>) -> Json {
    let mut object = match &step.work {
        Work::Plugin(call) => call_json(call, source),
        Work::Job(inner) => json!({
            "uses": step.uses(),
            "with": written(plan, &step.with),
            "plan": plan_json(inner, Some(path), source),
        }),
    };
    let handler = step.on_error.as_ref().map(|handler| {
        let path = path.child(handler.step.id.as_str());
        json!({ "continue": handler.clears, "step": step_json(&handler.step, &path, plan, source) })
    });
    let common = json!({
        "id": path,
        "description": step.description,
        "docs": step.docs,
        "needs": step.needs.iter().map(|need| json!({ "step": need.step, "success": need.success })).collect::<Vec<_>>(),
        "when": step.when.as_ref().map(|when| written(plan, when)),
        "for_each": step.for_each.as_ref().map(|for_each| written(plan, &for_each.list)),
        "concurrency": step.for_each.as_ref().map(|for_each| for_each.concurrency),
        "timeout_ms": millis(step.timeout.value),
        "timeout_from": step.timeout.from,
        "attempts": step.retry.as_ref().map_or(1, |retry| retry.attempts.0),
        "on_uncertain": step.on_uncertain,
        "on_error": handler,
    });
    if let (Json::Object(object), Json::Object(common)) = (&mut object, common) {
        object.extend(common);
    }
    object
}

fn call_json(call: &PluginCall, source: Option<&SourceFound>) -> Json {
    let source = source.filter(|_| call.credentials.base == Base::DefaultChain);
    let needs_credentials = call.plugin.imports.need_credentials();
    json!({
        "uses": call.plugin.name,
        "version": call.plugin.description.version,
        "origin": call.plugin.origin,
        "digest": call.plugin.digest,
        "config": call.config,
        "region": call.region,
        "credentials": needs_credentials.then(|| credentials::credentials_json(&call.credentials, source)),
        "limits": call.limits,
        "directories": call.plugin.imports.reach_directories().then(|| directories_json(call)),
        "actions": call.grants.allowed().collect::<Vec<_>>(),
        "withheld": call.grants.withheld().collect::<Vec<_>>(),
        "sends": call.requests.iter().map(|request| json!({ "request": request.to_string(), "repeat": request.repeat })).collect::<Vec<_>>(),
        "requests": call.grants.http().allowed(),
        "denied_requests": call.grants.http().denied().collect::<Vec<_>>(),
        "may_send": call.secrets.iter().map(|secret| json!({ "option": secret.option, "to": texts(&secret.reach) })).collect::<Vec<_>>(),
    })
}

/// The directories that the step may reach, by name.
fn directories_json(call: &PluginCall) -> Json {
    let lent = call.directories.iter();
    lent.map(|(name, lent)| (name.to_string(), json!({ "path": lent.path, "write": lent.write, "from": lent.from })))
        .collect::<serde_json::Map<_, _>>()
        .into()
}
