//! The identity of Rundeck's jobs, also of those that earlier imports wrote into the directory.
//!
//! Rundeck finds the job of a reference by its uuid, or by its group and name when the reference says so. The name of a
//! job file is not that identity: two groups may have a job of the same title. So each job file has a comment line with
//! the identity of its job, and with the names under which it uses jobs that were not there yet.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use serde_json::{Map, Value as Json};
use stepwell_model::id::JobName;
use stepwell_model::job::Job;
use stepwell_model::source::Source;

use crate::reference::{OptionName, Values};
use crate::yaml::Node;

/// What identifies a job in Rundeck.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identity {
    /// The uuid. A file that was exported without uuids has none.
    pub uuid: Option<String>,
    /// The group, without slashes around it. Blank for a job outside of any group.
    pub group: String,
    /// The title.
    pub title: String,
}

impl Identity {
    /// Reads the identity from a job or a reference.
    pub fn read(node: &Node) -> Self {
        let text = |key: &str| node.glance(key).map(str::trim).filter(|text| !text.is_empty() && *text != "null");
        Self {
            uuid: text("uuid").or_else(|| text("id")).map(str::to_owned),
            group: text("group").unwrap_or_default().trim_matches('/').to_owned(),
            title: text("name").unwrap_or_default().to_owned(),
        }
    }

    /// Whether both name the same job. Without a uuid on both sides, group and title decide.
    pub fn is(&self, other: &Self) -> bool {
        match (&self.uuid, &other.uuid) {
            (Some(one), Some(other)) => one == other,
            _ => self.has_name_of(other),
        }
    }

    fn has_name_of(&self, other: &Self) -> bool {
        self.group == other.group && self.title == other.title && !self.title.is_empty()
    }

    fn to_json(&self) -> Map<String, Json> {
        let mut map = Map::new();
        let parts = [("name", &self.title), ("group", &self.group)];
        let parts = parts.into_iter().chain(self.uuid.as_ref().map(|uuid| ("uuid", uuid)));
        let set = parts.filter(|(_, text)| !text.is_empty());
        map.extend(set.map(|(key, text)| (key.to_owned(), text.as_str().into())));
        map
    }

    fn of_json(json: &Json) -> Self {
        let text = |key: &str| json.get(key).and_then(Json::as_str).map(str::to_owned);
        Self { uuid: text("uuid"), group: text("group").unwrap_or_default(), title: text("name").unwrap_or_default() }
    }
}

/// The job that a reference names.
#[derive(Debug)]
pub struct Sought {
    /// What it says about the job.
    pub identity: Identity,
    /// Whether Rundeck looks at group and name, and not at the uuid.
    pub by_name: bool,
    /// The project, which Rundeck looks at together with group and name.
    pub project: Option<String>,
}

/// The outcome of a search.
#[derive(Debug)]
pub enum Found<T> {
    /// This job.
    One(T),
    /// The only job of that name, although in another group.
    InAnotherGroup(T),
    /// A job of that group and name, but with another uuid.
    Namesake(T),
    /// More than one job.
    Several,
    /// Perhaps a job of another project.
    Foreign,
    /// No job.
    None,
}

/// The jobs that references may name, each with its number. A file may have many thousand of both.
#[derive(Debug, Default)]
pub struct Index {
    uuids: HashMap<String, usize>,
    names: HashMap<(String, String), Vec<usize>>,
    titles: HashMap<String, Vec<usize>>,
    without_uuid: HashSet<usize>,
}

impl Index {
    /// The jobs with these identities.
    pub fn new<'i>(identities: impl Iterator<Item = &'i Identity>) -> Self {
        let mut index = Self::default();
        for (number, Identity { uuid, group, title }) in identities.enumerate() {
            match uuid {
                Some(uuid) => drop(index.uuids.entry(uuid.clone()).or_insert(number)),
                None => drop(index.without_uuid.insert(number)),
            }
            index.names.entry((group.clone(), title.clone())).or_default().push(number);
            index.titles.entry(title.clone()).or_default().push(number);
        }
        index
    }

    /// Finds a job: by its uuid, then by group and name, then by name.
    pub fn find(&self, sought: &Sought) -> Found<usize> {
        let Identity { uuid, group, title } = &sought.identity;
        let uuid = uuid.as_ref().filter(|_| !sought.by_name);
        if let Some(number) = uuid.and_then(|uuid| self.uuids.get(uuid)) {
            return Found::One(*number);
        }
        if uuid.is_none() && sought.project.is_some() {
            return Found::Foreign;
        }
        if title.is_empty() {
            return Found::None;
        }
        let may_be = |number: &&usize| uuid.is_none() || self.without_uuid.contains(number);
        let named = self.names.get(&(group.clone(), title.clone())).map(Vec::as_slice).unwrap_or_default();
        match (named.iter().filter(may_be).take(2).collect::<Vec<_>>().as_slice(), named) {
            ([number], _) => return Found::One(**number),
            ([_, _, ..], _) => return Found::Several,
            ([], [number, ..]) => return Found::Namesake(*number),
            ([], []) => {}
        }
        let titled = self.titles.get(title).filter(|_| group.is_empty()).map(Vec::as_slice).unwrap_or_default();
        match titled.iter().filter(may_be).take(2).collect::<Vec<_>>().as_slice() {
            [number] => Found::InAnotherGroup(**number),
            [] => Found::None,
            _ => Found::Several,
        }
    }
}

/// A job that a job file uses, and that was not there when the file was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// The job.
    pub identity: Identity,
    /// Its name in `uses`.
    pub name: String,
}

/// The beginning of the comment line.
const MARK: &str = "rundeck: ";

/// The comment line of a job file: its identity, and the jobs that it still needs.
pub fn passport(identity: &Identity, needs: &[Need]) -> String {
    let mut map = identity.to_json();
    let entry = |need: &Need| {
        let mut map = need.identity.to_json();
        map.insert("as".to_owned(), need.name.as_str().into());
        Json::Object(map)
    };
    if !needs.is_empty() {
        map.insert("needs".to_owned(), needs.iter().map(entry).collect());
    }
    let json = Json::Object(map).to_string();
    // Only plain characters, so that a comment holds exactly this text.
    let escape = |c: char| match c {
        ' '..='~' => c.to_string(),
        _ => c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect(),
    };
    format!("{MARK}{}", json.chars().map(escape).collect::<String>())
}

/// A job file in the directory into which jobs are imported.
#[derive(Debug)]
pub struct Neighbor {
    /// Its name without `.toml`.
    pub name: String,
    /// The identity of its job. None for a file that no import wrote.
    pub identity: Option<Identity>,
    /// The jobs that it needs.
    pub needs: Vec<Need>,
    /// The options of the job, when it can be read.
    pub options: Vec<OptionName>,
}

impl Neighbor {
    /// Reads a job file.
    pub fn read(source: Source) -> Self {
        let stem = Path::new(&source.name).file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
        let line = source.text.lines().take_while(|line| line.starts_with('#'));
        let passport = line.filter_map(|line| line.trim_start_matches(['#', ' ']).strip_prefix(MARK)).next();
        let json: Option<Json> = passport.and_then(|json| serde_json::from_str(json).ok());
        // A job that uses another one finds it by the name of its file.
        let is_named = |line: &str| line.trim_end() == format!("name = \"{stem}\"");
        let json = json.filter(|_| source.text.lines().any(is_named));
        let need = |json: &Json| {
            let name = json.get("as")?.as_str()?.parse::<JobName>().ok()?;
            Some(Need { identity: Identity::of_json(json), name: name.to_string() })
        };
        let needs = json.as_ref().and_then(|json| json.get("needs")?.as_array()).into_iter().flatten();
        let needs = needs.filter_map(need).collect();
        let identity = json.as_ref().map(Identity::of_json);
        let options = if identity.is_some() { Job::read(source).ok().map(|job| names(&job)) } else { None };
        Self { name: stem, identity, needs, options: options.unwrap_or_default() }
    }
}

fn names(job: &Job) -> Vec<OptionName> {
    let names = job.options.iter().map(|(name, declared)| {
        let declared = declared.get_ref();
        let delimiter = declared.delimiter.as_ref().map_or(",", |delimiter| delimiter.get_ref());
        OptionName {
            original: name.to_string(),
            name: name.to_string(),
            delimiter: declared.is_multiple().then(|| delimiter.to_owned()),
            may_lack: !declared.required && declared.default.is_none() && !declared.secret,
            required: declared.required && declared.key.is_none(),
            secret: declared.secret,
            values: Values::Text,
            default: declared.default.as_ref().map(|default| default.get_ref().literal().to_string()),
        }
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(uuid: Option<&str>, group: &str, title: &str) -> Identity {
        Identity { uuid: uuid.map(str::to_owned), group: group.to_owned(), title: title.to_owned() }
    }

    #[test]
    fn a_job_is_found_by_uuid_then_by_group_and_name_then_by_name() {
        let jobs = [
            identity(Some("1"), "Web", "Restart"),
            identity(Some("2"), "Database", "Restart"),
            identity(None, "Web", "Stripped"),
            identity(Some("3"), "Ops", "Alone"),
        ];
        let index = Index::new(jobs.iter());
        let find = |uuid: Option<&str>, group: &str, title: &str, by_name: bool, project: Option<&str>| {
            let project = project.map(str::to_owned);
            match index.find(&Sought { identity: identity(uuid, group, title), by_name, project }) {
                Found::One(job) => format!("{}/{}", jobs[job].group, jobs[job].title),
                other => format!("{other:?}").split(['(', ' ']).next().unwrap_or_default().to_owned(),
            }
        };
        for (uuid, group, title, by_name, project, expected) in [
            (Some("2"), "Web", "Restart", false, None, "Database/Restart"),
            (Some("2"), "Web", "Restart", true, None, "Web/Restart"),
            (Some("2"), "", "", false, Some("other"), "Database/Restart"),
            (None, "Database", "Restart", true, None, "Database/Restart"),
            (None, "Database", "Restart", true, Some("other"), "Foreign"),
            (Some("9"), "Web", "Stripped", false, None, "Web/Stripped"),
            (Some("9"), "Web", "Restart", false, None, "Namesake"),
            (None, "", "Restart", true, None, "Several"),
            (None, "", "Alone", true, None, "InAnotherGroup"),
            (Some("9"), "", "Alone", false, None, "None"),
            (None, "Web", "Alone", true, None, "None"),
            (None, "", "", true, None, "None"),
        ] {
            assert_eq!(find(uuid, group, title, by_name, project), expected, "{uuid:?} {group}/{title} {by_name}");
        }
    }

    #[test]
    fn a_passport_is_read_as_it_was_written() {
        let need = Need { identity: identity(Some("9"), "Datenbank", "Prüfen"), name: "datenbank-pr-fen".to_owned() };
        let own = identity(Some("1"), "Web/\u{202e}", "Neu \"starten\"");
        let line = passport(&own, std::slice::from_ref(&need));
        assert!(line.is_ascii(), "{line}");
        let text = format!("# Imported\n# {line}\n\nname = \"restart\"\n[[steps]]\nid = \"b\"\nuses = \"c\"\n");
        let elsewhere = Neighbor::read(Source::new("dir/copy.toml", text.as_str()));
        assert!(elsewhere.identity.is_none(), "no job finds it: {elsewhere:?}");
        let read = Neighbor::read(Source::new("dir/restart.toml", text));
        assert_eq!((read.name.as_str(), read.identity, read.needs), ("restart", Some(own), vec![need]));
        let other = Neighbor::read(Source::new("hand.toml", "name = \"hand\"\n# rundeck: {\"name\": \"x\"}\n"));
        assert!(other.identity.is_none() && other.needs.is_empty(), "{other:?}");
    }
}
