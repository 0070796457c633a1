//! The jobs of a file, as other jobs of it refer to them.

use stepwell_model::id::JobName;

use crate::names::{Taken, job_name};
use crate::note::Notes;
use crate::options::{self, JobOption};
use crate::yaml::Node;

/// A job before its steps are read: they may use jobs that come later in the file.
#[derive(Debug)]
pub struct Job<'a> {
    /// Its map.
    pub node: &'a Node,
    /// What Rundeck calls it.
    pub title: &'a str,
    /// Where it is in Rundeck, if it is in a group.
    pub group: Option<&'a str>,
    /// Its id in Rundeck.
    pub id: Option<&'a str>,
    /// What it is called here.
    pub name: JobName,
    /// Its options.
    pub options: Vec<JobOption>,
}

/// The names that jobs of a file have; Rundeck allows the same title in several groups.
#[derive(Debug, Default)]
pub struct Names(Taken);

impl Names {
    /// A name for a job: that of its title, with its group before it when another job has that one.
    fn give(&mut self, title: &str, group: Option<&str>) -> Option<JobName> {
        let short = job_name(title);
        let long = group.map(|group| job_name(&format!("{group}-{title}")));
        let free = [Some(short.clone()), long].into_iter().flatten().find(|name| !self.0.is_taken(name));
        self.0.unique(&free.unwrap_or(short), '-').parse().ok()
    }
}

impl<'a> Job<'a> {
    /// Reads what others may refer to. None when it has no title.
    pub fn read(node: &'a Node, names: &mut Names, notes: &Notes) -> Option<Self> {
        let title = node.text_of("name").map(str::trim).filter(|title| !title.is_empty())?;
        let group = node.glance("group").filter(|group| !group.trim_matches('/').is_empty());
        let name = names.give(title, group)?;
        if name.as_str() != title {
            let at = node.child("name").map_or(node.at, |name| name.at);
            notes.add(at, format!("the job `{title}` is called `{name}` here"), "use that name, also for its file");
        }
        let id = node.glance("uuid").or_else(|| node.glance("id"));
        let options = options::read(node.child("options"), notes);
        Some(Self { node, title, group, id, name, options })
    }

    /// Where it comes from, for the top of its file.
    pub fn origin(&self, file: &str) -> Vec<String> {
        let group = self.group.map(|group| format!("{}/", group.trim_matches('/'))).unwrap_or_default();
        let id = self.id.map(|id| format!("{id}, ")).unwrap_or_default();
        vec![
            format!("Imported from Rundeck's job {group}{}", self.title),
            format!("({id}{file}:{})", self.node.at.line),
        ]
    }
}

/// The job that a reference means.
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
