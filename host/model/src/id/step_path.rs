//! The path of a step in a run.

use crate::schema_form::impl_schema;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{InvalidName, StepId, is_identifier};

/// The last part of the path of an error handler. A step of a job file cannot have this id.
pub const ON_ERROR: &str = "on_error";

name_type!(
    /// The path of a step in a run. It starts with the id of a step of the job. `[2]` follows for one item of a
    /// `for_each`, `.` and an id for a step of the job that it uses, and `.on_error` for its error handler.
    StepPath,
    "step path",
    "step ids such as `restart`, `restart[2]` or `cleanup.stop`",
    |text| text.len() <= 1024 && text.split('.').all(|part| segment(part).is_some()),
    r"^[a-z][a-z0-9_]*(\[[0-9]+\])?(\.[a-z][a-z0-9_]*(\[[0-9]+\])?)*$"
);

impl StepPath {
    /// The path of a part of this step: a step of the job that it uses, or its error handler, [`ON_ERROR`].
    pub fn child(&self, id: &str) -> Self {
        Self(format!("{self}.{id}"))
    }

    /// The path of this step for one item of its list, counted from 0.
    pub fn item(&self, index: usize) -> Self {
        Self(format!("{self}[{index}]"))
    }

    /// The step that this one is a part of. None for a step of the job itself.
    pub fn parent(&self) -> Option<Self> {
        let end = match self.0.strip_suffix(']') {
            Some(_) => self.0.rfind('[')?,
            None => self.0.rfind('.')?,
        };
        self.0.get(..end).map(|parent| Self(parent.to_owned()))
    }

    /// The step of the job that this one is, or is a part of.
    pub fn top(&self) -> Self {
        std::iter::successors(Some(self.clone()), Self::parent).last().unwrap_or_else(|| self.clone())
    }

    /// The ids from the outermost step to this one, each with the index of its item.
    pub fn segments(&self) -> impl Iterator<Item = (&str, Option<usize>)> {
        self.0.split('.').filter_map(segment)
    }

    fn last(&self) -> Option<(&str, Option<usize>)> {
        self.0.rsplit('.').next().and_then(segment)
    }

    /// The index of the item for which the step itself runs.
    pub fn index(&self) -> Option<usize> {
        self.last().and_then(|(_, index)| index)
    }

    /// Whether the step runs for one item of a list.
    pub fn is_item(&self) -> bool {
        self.0.ends_with(']')
    }

    /// Whether the step runs for one item of the list of `list`.
    pub fn is_item_of(&self, list: &Self) -> bool {
        let rest = self.0.strip_prefix(list.as_str()).and_then(|rest| rest.strip_prefix('['));
        rest.is_some_and(|rest| rest.find(']') == Some(rest.len() - 1))
    }

    /// Whether the step is a part of `whole`, or a part of one of its parts.
    pub fn is_part_of(&self, whole: &Self) -> bool {
        self.0.strip_prefix(whole.as_str()).is_some_and(|rest| rest.starts_with(['.', '[']))
    }

    /// Whether the step is called `id` among the steps of the job that `of` uses, or of the run itself.
    pub fn is_child(&self, of: Option<&Self>, id: &str) -> bool {
        let Some(of) = of else { return self.0 == id };
        let head = self.0.strip_suffix(id).and_then(|head| head.strip_suffix("."));
        head.is_some_and(|head| head == of.0)
    }

    /// Whether the step is an error handler.
    pub fn is_handler(&self) -> bool {
        self.last().is_some_and(|(id, _)| id == ON_ERROR)
    }
}

impl From<&StepId> for StepPath {
    fn from(id: &StepId) -> Self {
        Self(id.as_str().to_owned())
    }
}

fn segment(part: &str) -> Option<(&str, Option<usize>)> {
    let Some((id, index)) = part.strip_suffix(']').and_then(|part| part.split_once('[')) else {
        return is_identifier(part).then_some((part, None));
    };
    let index = index.parse().ok().filter(|at: &usize| at.to_string() == index)?;
    is_identifier(id).then_some((id, Some(index)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) {
        let error = text.parse::<StepPath>().expect_err(text);
        assert_eq!((error.kind, error.text.as_str()), ("step path", text));
    }

    fn path(text: &str) -> StepPath {
        text.parse().unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn a_step_path_leads_from_the_outermost_step_to_the_innermost() {
        let whole = path("cleanup[2].stop.on_error");
        assert_eq!(whole.segments().collect::<Vec<_>>(), [("cleanup", Some(2)), ("stop", None), ("on_error", None)]);
        let parents = std::iter::successors(Some(whole.clone()), StepPath::parent);
        let parents: Vec<_> = parents.map(String::from).collect();
        assert_eq!(parents, ["cleanup[2].stop.on_error", "cleanup[2].stop", "cleanup[2]", "cleanup"]);
        assert_eq!(path("cleanup").item(2).child("stop").child(ON_ERROR), whole);
        assert!(whole.is_handler() && !path("cleanup[2].stop").is_handler());
        assert_eq!(
            (whole.index(), path("cleanup[2]").index(), path("cleanup[10].a[0]").index()),
            (None, Some(2), Some(0))
        );
    }

    #[test]
    fn a_part_of_a_step_is_what_its_path_continues() {
        for (part, whole) in [("a.b", "a"), ("a[0]", "a"), ("a[0].b", "a"), ("a[1].b[2]", "a[1]"), ("a.on_error", "a")]
        {
            assert!(path(part).is_part_of(&path(whole)), "{part} {whole}");
        }
        for (other, whole) in [("a", "a"), ("ab", "a"), ("a_b.c", "a"), ("a", "a.b"), ("a[10]", "a[1]"), ("b.a.c", "a")]
        {
            assert!(!path(other).is_part_of(&path(whole)), "{other} {whole}");
        }
    }

    #[test]
    fn a_child_is_a_step_of_the_job_itself() {
        assert!(path("a").is_child(None, "a") && path("a[1].b").is_child(Some(&path("a[1]")), "b"));
        for (other, of, id) in
            [("a.b", "a", "c"), ("a.cb", "a", "b"), ("a.b.c", "a", "c"), ("b", "a", "b"), ("ab.b", "a", "b")]
        {
            assert!(!path(other).is_child(Some(&path(of)), id), "{other} {of} {id}");
        }
        assert!(!path("a.b").is_child(None, "b") && !path("a[1]").is_child(None, "a"));
    }

    #[test]
    fn an_item_of_a_list_is_neither_the_list_nor_a_part_of_the_item() {
        let list = path("a[1].b");
        assert!(path("a[1].b[20]").is_item_of(&list) && path("a[1].b[20]").is_item() && !list.is_item());
        for other in ["a[1].b", "a[1].b[2].c", "a[1].b[2].c[3]", "a[1].c[2]", "a[1].b_2[2]", "a[1].b.on_error", "a[1]"]
        {
            assert!(!path(other).is_item_of(&list), "{other}");
        }
    }

    #[test]
    fn what_is_no_step_path_is_refused() {
        for wrong in [
            "",
            ".",
            "a.",
            ".a",
            "a..b",
            "A",
            "a-b",
            "a[",
            "a]",
            "a[]",
            "[0]",
            "a[x]",
            "a[-1]",
            "a[+1]",
            "a[01]",
            "a[1][2]",
            "a[1]b",
            "a [1]",
            "a[99999999999999999999]",
        ] {
            refused(wrong);
        }
        refused(&"a.".repeat(512));
        refused(&format!("{}a", "a.".repeat(512)));
        assert!(format!("{}a", "a.".repeat(511)).parse::<StepPath>().is_ok());
    }
}
