//! The jobs of a file, and the references between them.

use stepwell_model::id::JobName;

use crate::names::{Taken, identifier, job_name};
use crate::note::{At, Notes};
use crate::options::{self, JobOption};
use crate::reference::OptionName;
use crate::toml::{Table, Value};
use crate::translate::Translator;
use crate::words;
use crate::yaml::Node;

/// A job whose steps are not read yet, because they may use jobs that come later in the file.
#[derive(Debug)]
pub struct Job<'a> {
    /// Its map.
    pub node: &'a Node,
    /// Its name in Rundeck.
    pub title: &'a str,
    /// Its group in Rundeck.
    pub group: Option<&'a str>,
    /// Its id in Rundeck.
    pub id: Option<&'a str>,
    /// The name of its job file.
    pub name: JobName,
    /// Its options.
    pub options: Vec<JobOption>,
}

/// Names the jobs of a file. Rundeck allows the same title in several groups.
#[derive(Debug, Default)]
pub struct JobNames(Taken);

impl JobNames {
    /// The name of a job: its title, with its group in front when another job has that name.
    fn give(&mut self, title: &str, group: Option<&str>) -> Option<JobName> {
        let short = job_name(title);
        let long = group.map(|group| job_name(&format!("{group}-{title}")));
        let free = [Some(short.clone()), long].into_iter().flatten().find(|name| !self.0.is_taken(name));
        self.0.unique(&free.unwrap_or(short), '-').parse().ok()
    }
}

impl<'a> Job<'a> {
    /// Reads the parts that other jobs may refer to. None when the job has no title.
    pub fn read(node: &'a Node, names: &mut JobNames, notes: &Notes) -> Option<Self> {
        let title = node.text_of("name").map(str::trim).filter(|title| !title.is_empty())?;
        let group = node.glance("group").filter(|group| !group.trim_matches('/').is_empty());
        let name = names.give(title, group)?;
        if name.as_str() != title {
            let at = node.child("name").map_or(node.at, |name| name.at);
            let next = "use the new name, also for its file";
            notes.add(at, format!("the job `{title}` is renamed to `{name}`"), next);
        }
        let id = node.glance("uuid").or_else(|| node.glance("id"));
        let options = options::read(node.child("options"), notes);
        Some(Self { node, title, group, id, name, options })
    }

    /// The comment at the top of its file, which says where it comes from.
    pub fn origin(&self, file: &str) -> Vec<String> {
        let group = self.group.map(|group| format!("{}/", group.trim_matches('/'))).unwrap_or_default();
        let id = self.id.map(|id| format!("{id}, ")).unwrap_or_default();
        vec![
            format!("Imported from Rundeck's job {group}{}", self.title),
            format!("({id}{file}:{})", self.node.at.line),
        ]
    }
}

/// Finds the job that a reference names.
pub fn find<'j, 'a>(
    jobs: &'j [Job<'a>],
    id: Option<&str>,
    group: Option<&str>,
    title: Option<&str>,
) -> Option<&'j Job<'a>> {
    let trim = |group: Option<&str>| group.map(|group| group.trim_matches('/').to_owned()).unwrap_or_default();
    let by_id = id.and_then(|id| jobs.iter().find(|job| job.id == Some(id)));
    by_id.or_else(|| jobs.iter().find(|job| title == Some(job.title) && trim(group) == trim(job.group)))
}

/// Reads `jobref`: `uses` and `with` of the step.
pub fn read_reference(node: &Node, jobs: &[Job<'_>], translator: &mut Translator<'_>) -> (String, Table) {
    if node.flag_of("nodeStep") == Some(true) {
        let next = "if it has to run for several machines, give it a `for_each`";
        translator.notes.add(node.at, "the job ran on every node and now runs once", next);
    }
    let (id, group, title) = (node.text_of("uuid"), node.text_of("group"), node.text_of("name"));
    let target = find(jobs, id, group, title.map(str::trim));
    let name = target.map_or_else(|| job_name(title.or(id).unwrap_or_default()), |job| job.name.to_string());
    if target.is_none() {
        let shown: Vec<_> = [group, title, id].into_iter().flatten().map(|part| format!("`{part}`")).collect();
        let next = format!("import it too, and put it beside this job as {name}.toml");
        translator.notes.add(node.at, format!("the job {} is not in this file", shown.join(", ")), next);
    }
    let mut with = Table::default();
    if let Some(args) = node.child("args") {
        arguments(args, target, &mut with, translator);
    }
    if node.flag_of("importOptions") == Some(true) {
        pass_on(node.at, target, &mut with, translator);
    }
    (format!("job:{name}"), with)
}

fn arguments(args: &Node, target: Option<&Job<'_>>, with: &mut Table, translator: &mut Translator<'_>) {
    let Some(text) = args.text() else { return };
    let arguments = words::arguments(text);
    if !arguments.rest.is_empty() {
        let next = "write the options that they are meant for under `with`";
        let what = format!("the arguments {} belong to no option", words::list(&arguments.rest));
        translator.notes.add(args.at, what, next);
    }
    for (given, value) in arguments.given {
        let option = target.and_then(|job| option_of(job, &given));
        if let (Some(job), None) = (target, option) {
            let what = format!("the job `{}` has no option `{given}`", job.title);
            translator.notes.add(args.at, what, "remove it, or give the job that option");
        }
        let name = option.map_or_else(|| identifier(&given, "option"), |option| option.name.clone());
        let value = match option.and_then(|option| option.delimiter.as_deref()) {
            Some(delimiter) => translator.list(&value, delimiter, args.at),
            None => Value::Text(translator.text(&value, args.at)),
        };
        with.set(&name, value);
    }
}

/// Reads `importOptions`: passes options of the same name on to the other job.
fn pass_on(at: At, target: Option<&Job<'_>>, with: &mut Table, translator: &mut Translator<'_>) {
    let Some(job) = target else {
        let next = "write the options that the other job needs under `with`";
        let what = "the options that the job passes on are unknown, because the other job is not in this file";
        translator.notes.add(at, what, next);
        return;
    };
    for option in &job.options {
        let OptionName { original, name, delimiter, .. } = &option.name;
        let own = translator.scope.options.find(original).filter(|own| own.original == *original);
        if own.is_none() || with.has(name) {
            continue;
        }
        let reference = format!("${{option.{original}}}");
        let value = match delimiter {
            Some(delimiter) => translator.list(&reference, delimiter, at),
            None => Value::Text(translator.text(&reference, at)),
        };
        with.set(name, value);
    }
}

fn option_of<'j>(job: &'j Job<'_>, name: &str) -> Option<&'j OptionName> {
    let same = || {
        let wanted = identifier(name, "option");
        job.options.iter().find(|option| option.name.name == wanted)
    };
    job.options.iter().find(|option| option.name.original == name).or_else(same).map(|option| &option.name)
}
