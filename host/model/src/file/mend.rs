//! All mistakes of a file at once: a wrong entry is told, taken out, and the rest is read again.

use std::collections::BTreeSet;
use std::ops::Range;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer};

use super::{FileError, explain};
use crate::error::nearest;
use crate::source::Source;

/// Most mistakes of a file that are told at once. More of them have few causes.
pub const MOST_MISTAKES: usize = 20;

/// The keys of a step without which the rest of it may seem wrong.
const NEEDED: [&str; 6] = ["with", "on_error", "for_each", "needs", "capture", "export"];

/// What could be read of a file with mistakes.
#[derive(Debug)]
pub struct Mended<T> {
    /// The rest; none when the file cannot be read without what is wrong.
    pub rest: Option<T>,
    /// The mistakes, in the order of their places.
    pub errors: Vec<FileError>,
    /// The ids of the steps that lack something that was wrong.
    pub hurt: BTreeSet<String>,
    /// Whether something is missing that other parts of the file can name: a whole step, an option.
    pub has_holes: bool,
}

/// Reads a file into a type that refuses unknown keys, and goes on after each mistake.
pub fn read_all<T: DeserializeOwned>(source: &Source) -> Mended<T> {
    let mut mended = Mended { rest: None, errors: Vec::new(), hurt: BTreeSet::new(), has_holes: false };
    let mut table = match DeTable::parse(&source.text) {
        Ok(table) => table,
        Err(error) => {
            mended.errors.push(explain(source, &error));
            return mended;
        }
    };
    // Tables from which something was taken out, which may be why they lack something.
    let mut taken_from: Vec<Range<usize>> = Vec::new();
    let mut turns = 0;
    while mended.errors.len() < MOST_MISTAKES && turns < 4 * MOST_MISTAKES {
        turns += 1;
        let error = match T::deserialize(Deserializer::from(table.clone())) {
            Ok(rest) => {
                mended.rest = Some(rest);
                break;
            }
            Err(error) => error,
        };
        let span = error.span().unwrap_or(0..0);
        let told = explain(source, &error);
        let is_consequence = matches!(&told, FileError::Invalid { message, .. } if message.starts_with("missing key"))
            && taken_from.contains(&span);
        let meant = match &told {
            FileError::UnknownKey { key, known, .. } => {
                nearest(key, known.iter().map(String::as_str)).map(str::to_owned)
            }
            _ => None,
        };
        let is_extra = matches!(&told, FileError::UnknownKey { .. });
        if !is_consequence {
            mended.errors.push(told);
        }
        let mut cut = Cut { span, meant, path: Vec::new(), taken_from: None, renamed: false };
        let root = table.span();
        if !cut.table(table.get_mut(), &root) {
            break;
        }
        taken_from.extend(cut.taken_from);
        if !cut.renamed {
            match cut.path.as_slice() {
                [list, step, key, ..] if list == "steps" || list == "finally" => {
                    if NEEDED.contains(&key.as_str()) {
                        mended.hurt.insert(step.clone());
                    }
                }
                _ if is_extra => {}
                _ => mended.has_holes = true,
            }
        }
    }
    mended.errors.sort_by(|a, b| a.place().cmp(&b.place()));
    mended
}

/// Takes an entry out of a table.
struct Cut {
    /// The span of the wrong key or value.
    span: Range<usize>,
    /// The key that was meant, when only the key is wrong.
    meant: Option<String>,
    /// The keys that lead to the entry. A step stands under its id.
    path: Vec<String>,
    /// The table that had it.
    taken_from: Option<Range<usize>>,
    /// Whether the entry is still there, under the key that was meant.
    renamed: bool,
}

impl Cut {
    fn table(&mut self, table: &mut DeTable<'_>, own: &Range<usize>) -> bool {
        let keys: Vec<_> = table.keys().cloned().collect();
        for key in keys {
            self.path.push(key.get_ref().to_string());
            let Some(value) = table.get_mut(&key) else { continue };
            if key.span() != self.span && self.value(value) {
                return true;
            }
            if key.span() == self.span || value.span() == self.span || inside(&self.span, &value.span()) {
                let entry = table.remove_entry(&key);
                let meant = self.meant.take().map(|meant| Spanned::new(key.span(), meant.into()));
                if let (Some(meant), Some((_, value))) = (meant.filter(|meant| !table.contains_key(meant)), entry) {
                    table.insert(meant, value);
                    self.renamed = true;
                } else {
                    self.taken_from = Some(own.clone());
                }
                return true;
            }
            self.path.pop();
        }
        false
    }

    /// Looks inside a value.
    fn value(&mut self, value: &mut Spanned<DeValue<'_>>) -> bool {
        let own = value.span();
        match value.get_mut() {
            DeValue::Table(table) => self.table(table, &own),
            DeValue::Array(items) => {
                let mut wrong = None;
                for (at, item) in items.iter_mut().enumerate() {
                    self.path.push(name_of(item, at));
                    if self.value(item) {
                        return true;
                    }
                    // An inline item cannot be missing without changing the list, so the list goes with it.
                    if item.span() == self.span && matches!(item.get_ref(), DeValue::Table(_)) {
                        wrong = Some(at);
                        break;
                    }
                    self.path.pop();
                }
                let Some(wrong) = wrong else { return false };
                let rest = items.iter().enumerate().filter(|(at, _)| *at != wrong).map(|(_, item)| item.clone());
                *items = rest.collect();
                self.taken_from = Some(own);
                true
            }
            _ => false,
        }
    }
}

fn name_of(item: &Spanned<DeValue<'_>>, at: usize) -> String {
    let id = item.get_ref().as_table().and_then(|table| table.get("id")).and_then(|id| id.get_ref().as_str());
    id.map_or_else(|| at.to_string(), str::to_owned)
}

fn inside(inner: &Range<usize>, outer: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::NextAction as _;
    use crate::job::Job;

    fn read(text: &str) -> Mended<Job> {
        read_all(&Source::new("job.toml", text))
    }

    fn lines(mended: &Mended<Job>) -> Vec<usize> {
        mended.errors.iter().filter_map(|error| error.place().map(|place| place.line)).collect()
    }

    #[test]
    fn every_mistake_of_a_file_is_told_and_the_rest_is_read() {
        let text = "name = \"a\"\nretyr = 1\n[options.x]\ntype = \"int\"\n[[steps]]\nid = \"a\"\nuses = \"b\"\ntimout = \"5s\"\n\
                    concurrency = 0\n[[steps]]\nuses = \"b\"\n[[steps]]\nid = \"c\"\nuses = \"job:../x\"\n[[steps]]\nid = \"d\"\n\
                    uses = \"b\"\n[steps.with]\nat = 2026-01-01\n[steps.retry]\nattempts = 0\n";
        let mended = read(text);
        assert_eq!(lines(&mended), [2, 4, 8, 9, 10, 14, 19, 21], "{:#?}", mended.errors);
        let rest = mended.rest.expect("the rest is a job");
        let ids: Vec<_> = rest.steps.iter().map(|step| step.id.get_ref().as_str()).collect();
        assert_eq!(ids, ["a", "d"]);
        assert!(mended.has_holes, "the option is gone");
        assert_eq!(mended.hurt, BTreeSet::from(["d".to_owned()]));
        assert!(rest.steps[0].timeout.is_some(), "a misspelt key is read as the one that was meant");
    }

    #[test]
    fn a_file_that_is_no_toml_or_lacks_its_name_has_one_mistake() {
        for text in ["name = \"a\n", "steps = []\n"] {
            let mended = read(text);
            assert!(mended.rest.is_none() && mended.errors.len() == 1, "{:?}", mended.errors);
            assert!(mended.errors[0].explain().contains("job.toml:1:"), "{}", mended.errors[0].explain());
        }
        let many: String = (0..50).map(|at| format!("x{at} = 1\n")).collect();
        assert_eq!(read(&format!("name = \"a\"\n{many}")).errors.len(), MOST_MISTAKES);
    }
}
