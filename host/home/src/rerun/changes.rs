//! What has changed in a job since an earlier run of it, as far as the results of its steps depend on it.

use std::collections::{BTreeMap, BTreeSet};

use stepwell_engine::snapshot::{FileText, Snapshot};
use stepwell_model::id::StepPath;
use toml::{Table, Value};

/// Keys of a job file on which no result of a step depends. `steps` are compared one by one.
const NOT_OF_STEPS: [&str; 9] =
    ["name", "description", "docs", "steps", "finally", "outputs", "timeout", "keep_going", "concurrency"];

/// Keys of a step on which its result does not depend.
const NOT_OF_RESULT: [&str; 7] = ["description", "docs", "timeout", "retry", "needs", "parallel", "on_uncertain"];

/// What has changed.
pub(crate) struct Changes {
    /// Why no result fits any more; none when each step stands for itself.
    all: Option<String>,
    steps: BTreeMap<String, String>,
}

impl Changes {
    /// Compares the files and plugins of two runs of a job.
    pub(crate) fn between(old: &Snapshot, new: &Snapshot) -> Self {
        let (before, now) = (table(&old.job), table(&new.job));
        let keys: BTreeSet<_> =
            before.keys().chain(now.keys()).filter(|key| !NOT_OF_STEPS.contains(&key.as_str())).collect();
        let key = keys.into_iter().find(|key| before.get(*key) != now.get(*key));
        let all = key.map(|key| format!("`{key}` of the job file has changed"));
        let all = all.or_else(|| changed_settings(old, new));
        let steps = steps(&now).into_iter().filter_map(|(id, step)| {
            let reason = match steps(&before).get(&id) {
                Some(before) => changed_step(before, step, old, new)?,
                None => "the earlier run had no such step".to_owned(),
            };
            Some((id, reason))
        });
        Self { all, steps: steps.collect() }
    }

    /// Why the earlier result of a step of the job is none of the step as it is now.
    pub(crate) fn of(&self, step: &StepPath) -> Option<String> {
        self.all.clone().or_else(|| self.steps.get(step.as_str()).cloned())
    }
}

fn table(file: &FileText) -> Table {
    // The plan has read it before.
    file.text.parse().unwrap_or_default()
}

/// The steps of a job file, by their ids.
fn steps(job: &Table) -> BTreeMap<String, &Table> {
    let steps = job.get("steps").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_table);
    steps.filter_map(|step| Some((step.get("id")?.as_str()?.to_owned(), step))).collect()
}

/// The credentials and the region below the job.
fn changed_settings(old: &Snapshot, new: &Snapshot) -> Option<String> {
    let of = |file: Option<&FileText>| file.and_then(|file| table(file).get("aws").cloned());
    let project = |snapshot: &Snapshot| of(snapshot.project.as_ref().map(|project| &project.file));
    if project(old) != project(new) {
        return Some("[aws] of project.toml has changed".to_owned());
    }
    (of(old.system.as_ref()) != of(new.system.as_ref())).then(|| "[aws] of stepwell.toml has changed".to_owned())
}

fn changed_step(before: &Table, now: &Table, old: &Snapshot, new: &Snapshot) -> Option<String> {
    let keys: BTreeSet<_> =
        before.keys().chain(now.keys()).filter(|key| !NOT_OF_RESULT.contains(&key.as_str())).collect();
    if let Some(key) = keys.into_iter().find(|key| before.get(*key) != now.get(*key)) {
        return Some(format!("its `{key}` has changed"));
    }
    uses(now).into_iter().find_map(|uses| changed_use(&uses, old, new, &mut BTreeSet::new()))
}

/// What a step and its error handler use.
fn uses(step: &Table) -> Vec<String> {
    let own = |table: &Table| table.get("uses").and_then(Value::as_str).map(str::to_owned);
    let handler = step.get("on_error").and_then(Value::as_table).and_then(own);
    own(step).into_iter().chain(handler).collect()
}

/// Whether a plugin, or a job with everything that it uses, has changed.
fn changed_use(uses: &str, old: &Snapshot, new: &Snapshot, seen: &mut BTreeSet<String>) -> Option<String> {
    if !seen.insert(uses.to_owned()) {
        return None;
    }
    let Some(job) = uses.strip_prefix("job:") else {
        let digest = |snapshot: &Snapshot| {
            snapshot.plugins.iter().find(|plugin| plugin.name.as_str() == uses).map(|plugin| plugin.digest)
        };
        let (before, now) = (digest(old), digest(new));
        return (before != now).then(|| match (before, now) {
            (Some(before), Some(now)) => format!("plugin `{uses}` was {before}, and is {now}"),
            _ => format!("plugin `{uses}` is another one"),
        });
    };
    let find = |snapshot: &Snapshot| {
        snapshot.jobs.iter().map(table).find(|table| table.get("name").and_then(Value::as_str) == Some(job))
    };
    let (before, now) = (find(old), find(new));
    if before != now {
        return Some(format!("job `{job}` has changed"));
    }
    let now = now?;
    let lists = ["steps", "finally"].iter().filter_map(|key| now.get(*key)?.as_array()).flatten();
    let inner: Vec<_> = lists.filter_map(Value::as_table).flat_map(self::uses).collect();
    inner.into_iter().find_map(|uses| changed_use(&uses, old, new, seen))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot(job: &str, sub: &str, project: &str) -> Snapshot {
        let file = |name: &str, text: &str| FileText { name: name.to_owned(), text: text.to_owned() };
        let project =
            stepwell_engine::snapshot::ProjectText { file: file("project.toml", project), directory: "/p".into() };
        Snapshot {
            job: file("job.toml", job),
            jobs: vec![file("sub.toml", sub)],
            system: None,
            project: Some(project),
            plugins: Vec::new(),
            job_files: Vec::new(),
        }
    }

    #[test]
    fn only_what_decides_the_result_of_a_step_counts_as_a_change_of_it() {
        let job = "name = \"j\"\n[[steps]]\nid = \"a\"\nuses = \"p\"\nwith = { n = 1 }\n[[steps]]\nid = \"b\"\nuses = \"job:sub\"\n";
        let sub = "name = \"sub\"\n[[steps]]\nid = \"s\"\nuses = \"p\"\n";
        let old = snapshot(job, sub, "name = \"web\"\n");
        for (now, sub_now, project, a, b) in [
            (job.to_owned(), sub, "name = \"web\"\n", None, None),
            (format!("# new\n{job}timeout = \"9s\"\n"), sub, "name = \"web\"\n", None, None),
            (job.replace("n = 1", "n = 2"), sub, "name = \"web\"\n", Some("its `with` has changed"), None),
            (job.to_owned(), "name = \"sub\"\n", "name = \"web\"\n", None, Some("job `sub` has changed")),
            (
                format!("locals = {{ x = 1 }}\n{job}"),
                sub,
                "name = \"web\"\n",
                Some("`locals` of the job file has changed"),
                Some("`locals` of the job file has changed"),
            ),
            (
                job.to_owned(),
                sub,
                "name = \"web\"\n[aws]\nregion = \"x\"\n",
                Some("[aws] of project.toml has changed"),
                Some("[aws] of project.toml has changed"),
            ),
        ] {
            let changes = Changes::between(&old, &snapshot(&now, sub_now, project));
            let of = |step: &str| changes.of(&step.parse().expect("valid"));
            assert_eq!((of("a").as_deref(), of("b").as_deref()), (a, b), "{now}");
        }
    }
}
