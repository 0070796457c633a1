//! The jobs of a file, and the references between them.

use std::cell::RefCell;

use stepwell_model::id::JobName;

use crate::identity::{Found, Identity, Index, Need, Neighbor, Sought};
use crate::names::{Taken, identifier, job_name};
use crate::note::{At, Notes};
use crate::options::{self, JobOption};
use crate::reference::{OptionName, Syntax};
use crate::toml::{Comment, Table, Value};
use crate::translate::Translator;
use crate::words;
use crate::yaml::{self, FORMAT, Node};

/// A job whose steps are not read yet, because they may use jobs that come later in the file.
#[derive(Debug)]
pub struct Job<'a> {
    /// Its map.
    pub node: &'a Node,
    /// Its identity in Rundeck.
    pub identity: Identity,
    /// The name of its job file.
    pub name: JobName,
    /// Its options.
    pub options: Vec<JobOption>,
    /// Whether a note on its options says that `job check` refuses it.
    pub is_open: bool,
}

/// Names the jobs of a file. Rundeck allows the same title in several groups.
#[derive(Debug)]
pub struct JobNames<'n> {
    neighbors: &'n [Neighbor],
    taken: Taken,
}

impl<'n> JobNames<'n> {
    /// The names beside these job files.
    pub fn new(neighbors: &'n [Neighbor]) -> Self {
        let mut taken = Taken::default();
        let imported = neighbors.iter().filter(|neighbor| neighbor.identity.is_some());
        imported.for_each(|neighbor| taken.reserve(&neighbor.name));
        neighbors.iter().flat_map(|neighbor| &neighbor.needs).for_each(|need| taken.reserve(&need.name));
        Self { neighbors, taken }
    }

    /// The name of a job: the one that another file waits for, or its title, with its group in front when another job has
    /// that name.
    fn give(&mut self, identity: &Identity) -> Option<JobName> {
        let is_this = |own: &Identity| own.is(identity);
        let here = self.neighbors.iter().find(|neighbor| neighbor.identity.as_ref().is_some_and(is_this));
        let needs = || self.neighbors.iter().flat_map(|neighbor| &neighbor.needs);
        let promised = || needs().find(|need| is_this(&need.identity)).map(|need| need.name.clone());
        if let Some(name) = here.map(|neighbor| neighbor.name.clone()).or_else(promised) {
            return name.parse().ok();
        }
        let (short, long) = (job_name(&identity.title), long_name(identity));
        let free = [&short, &long].into_iter().find(|name| !self.taken.is_taken(name));
        self.taken.unique(free.unwrap_or(&short), '-').parse().ok()
    }

    /// The name under which a file uses a job that is not there yet.
    fn promise(&mut self, identity: &Identity) -> String {
        let promised = self.neighbors.iter().flat_map(|neighbor| &neighbor.needs);
        if let Some(need) = promised.into_iter().find(|need| need.identity == *identity) {
            return need.name.clone();
        }
        let has_file = |name: &str| self.neighbors.iter().any(|neighbor| neighbor.name == name);
        let name = long_name(identity);
        loop {
            let name = self.taken.unique(&name, '-');
            if !has_file(&name) {
                return name;
            }
        }
    }
}

fn long_name(Identity { uuid, group, title }: &Identity) -> String {
    match uuid {
        Some(uuid) if title.is_empty() => job_name(&format!("job-{}", uuid.chars().take(8).collect::<String>())),
        _ => job_name(&format!("{group}-{title}")),
    }
}

/// The jobs of a file, beside those of the directory.
pub struct Jobs<'a> {
    jobs: Vec<Job<'a>>,
    neighbors: &'a [Neighbor],
    /// The jobs of the file, and after them the neighbors.
    index: Index,
    names: RefCell<JobNames<'a>>,
    needs: RefCell<Vec<Need>>,
}

/// A job that a step uses.
struct Target<'j> {
    name: &'j str,
    options: Vec<&'j OptionName>,
    /// Whether it is in the file, so that the names that its options have in Rundeck are known.
    is_in_file: bool,
}

impl<'a> Jobs<'a> {
    /// The jobs of a file.
    pub fn new(jobs: Vec<Job<'a>>, names: JobNames<'a>) -> Self {
        let neighbors = names.neighbors;
        let unknown = Identity::default();
        let others = neighbors.iter().map(|neighbor| neighbor.identity.as_ref().unwrap_or(&unknown));
        let index = Index::new(jobs.iter().map(|job| &job.identity).chain(others));
        Self { jobs, neighbors, index, names: RefCell::new(names), needs: RefCell::default() }
    }

    /// The jobs, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Job<'a>> {
        self.jobs.iter()
    }

    /// The jobs that were looked for in vain since the last call.
    pub fn take_needs(&self) -> Vec<Need> {
        self.needs.take()
    }

    /// The name under which the file uses a job that is not there.
    fn need(&self, sought: Sought) -> String {
        let known =
            self.needs.borrow().iter().find(|need| need.identity == sought.identity).map(|need| need.name.clone());
        known.unwrap_or_else(|| {
            let Sought { mut identity, by_name, project } = sought;
            let name = self.names.borrow_mut().promise(&identity);
            if by_name {
                identity.uuid = None;
            }
            if project.is_none() || identity.uuid.is_some() {
                self.needs.borrow_mut().push(Need { identity, name: name.clone() });
            }
            name
        })
    }

    fn target(&self, number: usize) -> Option<Target<'_>> {
        if let Some(job) = self.jobs.get(number) {
            let options = job.options.iter().map(|option| &option.name).collect();
            return Some(Target { name: job.name.as_str(), options, is_in_file: true });
        }
        let neighbor = self.neighbors.get(number.checked_sub(self.jobs.len())?)?;
        Some(Target { name: &neighbor.name, options: neighbor.options.iter().collect(), is_in_file: false })
    }
}

impl<'a> Job<'a> {
    /// Reads the parts that other jobs may refer to. None when the job has no title.
    pub fn read(node: &'a Node, names: &mut JobNames<'_>, notes: &Notes) -> Option<Self> {
        let title = node.text_of("name").map(str::trim).filter(|title| !title.is_empty())?;
        let identity = Identity::read(node);
        let name = names.give(&identity)?;
        if name.as_str() != title {
            let at = node.child("name").map_or(node.at, |name| name.at);
            let next = "use the new name, also for its file";
            notes.add(at, format!("the job `{title}` is renamed to `{name}`"), next);
        }
        let before = notes.count();
        let options = options::read(node.child("options"), notes);
        Some(Self { node, identity, name, options, is_open: notes.has_open_since(before) })
    }

    /// The comment at the top of its file, which says where it comes from.
    pub fn origin(&self, file: &str) -> Vec<Comment> {
        let Identity { uuid, group, title } = &self.identity;
        let group = if group.is_empty() { String::new() } else { format!("{group}/") };
        let id = uuid.as_ref().map(|id| format!("{id}, ")).unwrap_or_default();
        vec![
            format!("Imported from Rundeck's job {group}{title}").into(),
            format!("({id}{file}:{})", self.node.at.line).into(),
        ]
    }
}

/// Reads the flag of a reference, which older versions of Rundeck wrote beside `jobref`.
fn flag_of(step: &Node, reference: &Node, key: &str) -> bool {
    let (inner, outer) = (reference.flag_of(key), step.flag_of(key));
    inner.or(outer) == Some(true)
}

/// Reads `jobref`: `uses` and `with` of the step.
pub fn read_reference(step: &Node, node: &Node, jobs: &Jobs<'_>, translator: &mut Translator<'_>) -> (String, Table) {
    translator.syntax = Syntax::Command;
    if node.flag_of("nodeStep") == Some(true) {
        let next = "if it has to run for several machines, give it a `for_each`";
        translator.notes.add(node.at, "the job ran on every node and now runs once", next);
    }
    for key in ["uuid", "group", "name"] {
        node.text_of(key);
    }
    yaml::set_aside(node, "jobref", "nodefilters", FORMAT, translator.notes);
    let identity = Identity::read(node);
    // Without a uuid and without the flag, Rundeck looks at the name.
    let by_name = flag_of(step, node, "useName") || identity.uuid.is_none();
    let project = node.text_of("project").or_else(|| step.text_of("project")).map(str::to_owned);
    let sought = Sought { identity, by_name, project };
    let (what, target) = explain(&sought, jobs);
    let Some(target) = &target else {
        return missing(step, node, what, sought, jobs, translator);
    };
    if let Some(what) = what {
        translator.notes.add(node.at, what, "check that this job is meant");
    }
    let mut with = Table::default();
    if let Some(args) = node.child("args") {
        arguments(args, Some(target), &mut with, translator);
    }
    if flag_of(step, node, "importOptions") {
        pass_on(node.at, target, &mut with, translator);
    }
    for option in target.options.iter().filter(|option| option.required && !with.has(&option.name)) {
        let what = format!("the job `{}` requires `{}`, which the reference does not pass", target.name, option.name);
        translator.leave_open(node.at, what, "write it under `with`");
    }
    (format!("job:{}", target.name), with)
}

/// The job that is found, and what the operator has to know about the search.
fn explain<'j>(sought: &Sought, jobs: &'j Jobs<'_>) -> (Option<String>, Option<Target<'j>>) {
    let Identity { uuid, group, title } = &sought.identity;
    let parts = [Some(group.as_str()), Some(title.as_str()), uuid.as_deref()].into_iter().flatten();
    let shown: Vec<_> = parts.filter(|part| !part.is_empty()).map(|part| format!("`{part}`")).collect();
    let shown = shown.join(", ");
    let place = if jobs.neighbors.is_empty() { "in this file" } else { "in this file, nor in the directory" };
    let name = |target: &Option<Target<'_>>| target.as_ref().map(|target| target.name).unwrap_or_default().to_owned();
    match jobs.index.find(sought) {
        Found::One(number) => (None, jobs.target(number)),
        Found::InAnotherGroup(number) => {
            let target = jobs.target(number);
            let only = name(&target);
            (Some(format!("Rundeck looks for {shown} outside of any group, and the only one is `{only}`")), target)
        }
        Found::Namesake(number) => {
            let other = name(&jobs.target(number));
            (Some(format!("the job {shown} is not {place}; `{other}` has its name, but another uuid")), None)
        }
        Found::Several => (Some(format!("several jobs are called {shown}")), None),
        Found::Foreign => {
            let project = sought.project.as_deref().unwrap_or_default();
            (Some(format!("the job {shown} is one of the project `{project}`, and perhaps not of this file")), None)
        }
        Found::None => (Some(format!("the job {shown} is not {place}")), None),
    }
}

/// A reference to a job that is not there. `job check` refuses the step until the job is.
fn missing(
    step: &Node,
    node: &Node,
    what: Option<String>,
    sought: Sought,
    jobs: &Jobs<'_>,
    translator: &mut Translator<'_>,
) -> (String, Table) {
    let name = jobs.need(sought);
    let next = format!("import it too, and put it beside this job as {name}.toml");
    translator.leave_open(node.at, what.unwrap_or_default(), next);
    let mut with = Table::default();
    if let Some(args) = node.child("args") {
        arguments(args, None, &mut with, translator);
    }
    if flag_of(step, node, "importOptions") {
        // No job has an option of this name that could take it, so that the options are not forgotten.
        with.set("import_options", "${unresolved.import_options}");
        translator.leave_open(
            node.at,
            "the options that the job passes on are unknown, because the other job is not there",
            "write the options that the other job needs under `with`, in place of `import_options`",
        );
    }
    (format!("job:{name}"), with)
}

fn arguments(args: &Node, target: Option<&Target<'_>>, with: &mut Table, translator: &mut Translator<'_>) {
    let Some(text) = args.text() else { return };
    let arguments = words::arguments(text);
    if !arguments.rest.is_empty() {
        let next = "write the options that they are meant for under `with`";
        let what = format!("the arguments {} belong to no option", words::list(&arguments.rest));
        translator.notes.add(args.at, what, next);
    }
    for (given, value) in arguments.given {
        let option = target.and_then(|target| option_of(target, &given));
        if let (Some(target), None) = (target, option) {
            let what = format!("the job `{}` has no option `{given}`", target.name);
            translator.leave_open(args.at, what, "remove it, or give the job that option");
        }
        let name = option.map_or_else(|| identifier(&given, "option"), |option| option.name.clone());
        if option.is_some_and(|option| option.secret) && !is_secret(&value, translator) {
            let what = format!("`{given}` takes only a secret, which `{name}` does not get here");
            translator.leave_open(args.at, what, "pass a secret option of this job");
        }
        let value = match option.and_then(|option| option.delimiter.as_deref()) {
            Some(delimiter) => translator.list(&value, delimiter, args.at),
            None => Value::Text(translator.text(&value, args.at)),
        };
        with.set(&name, value);
    }
}

/// Reads `importOptions`: passes options of the same name on to the other job. An option without a value is not passed on,
/// and the other job uses its default.
fn pass_on(at: At, target: &Target<'_>, with: &mut Table, translator: &mut Translator<'_>) {
    for OptionName { original, name, delimiter, default, .. } in &target.options {
        let own = translator.scope.options.find(original);
        let own = own.filter(|own| own.original == *original || !target.is_in_file && own.name == *name);
        let Some(own) = own.filter(|_| !with.has(name)) else { continue };
        let reference = format!("${{option.{}}}", own.original);
        let is_alike = own.delimiter.is_some() == delimiter.is_some();
        let value = match (default, delimiter) {
            (Some(default), _) if own.may_lack && is_alike => {
                Value::Text(format!("${{options.{}|default({default})}}", own.name))
            }
            (_, Some(delimiter)) => translator.list(&reference, delimiter, at),
            (_, None) => Value::Text(translator.text(&reference, at)),
        };
        with.set(name, value);
    }
}

/// Whether a text is nothing but a secret option.
fn is_secret(text: &str, translator: &Translator<'_>) -> bool {
    let reference = text.trim().strip_prefix("${").and_then(|inner| inner.strip_suffix('}'));
    reference.and_then(|reference| translator.scope.option_of(reference)).is_some_and(|option| option.secret)
}

fn option_of<'j>(target: &Target<'j>, name: &str) -> Option<&'j OptionName> {
    let same = || {
        let wanted = identifier(name, "option");
        target.options.iter().find(|option| option.name == wanted)
    };
    target.options.iter().find(|option| option.original == name).or_else(same).copied()
}
