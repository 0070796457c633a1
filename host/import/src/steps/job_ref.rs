//! References to other jobs.

use crate::jobs::{self, Job};
use crate::names::{identifier, job_name};
use crate::reference::OptionName;
use crate::toml::{Table, Value};
use crate::translate::Translator;
use crate::words;
use crate::yaml::{At, Node};

/// Reads `jobref`: what the step uses, and with which options.
pub fn read(node: &Node, jobs: &[Job<'_>], translator: &mut Translator<'_>) -> (String, Table) {
    if node.flag_of("nodeStep") == Some(true) {
        let next = "where it has to run for several machines, give it a `for_each`";
        translator.notes.add(node.at, "the job ran for every node, and runs once here", next);
    }
    let (id, group, title) = (node.text_of("uuid"), node.text_of("group"), node.text_of("name"));
    let target = jobs::find(jobs, id, group, title.map(str::trim));
    let name = target.map_or_else(|| job_name(title.or(id).unwrap_or_default()), |job| job.name.to_string());
    if target.is_none() {
        let shown: Vec<_> = [group, title, id].into_iter().flatten().map(|part| format!("`{part}`")).collect();
        let next = format!("import it too: it has to lie beside this one, as {name}.toml");
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
        let next = "write what they stand for under `with`";
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

/// `importOptions`: options of the same name go on to the other job.
fn pass_on(at: At, target: Option<&Job<'_>>, with: &mut Table, translator: &mut Translator<'_>) {
    let Some(job) = target else {
        let next = "write the options that the other job needs under `with`";
        translator.notes.add(at, "which options go on to the other job cannot be told", next);
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
