//! References of Automation, `{{ name }}`, as our expressions.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};

use stepwell_model::error::nearest;

use crate::names::identifier;
use crate::note::{At, Notes};
use crate::reference::quote;

/// The id of the step that asks for account and region, when the document reads them.
pub const CALLER: &str = "caller";

/// The type of a value, as far as the document tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// A list.
    List,
    /// Anything else, or unknown.
    Any,
}

/// An expression of the job file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// The code between the braces.
    pub text: String,
    /// The type of its value.
    pub kind: Type,
}

/// A text with our expressions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Translated {
    /// The text.
    pub text: String,
    /// The expression, when the text is a single reference.
    pub whole: Option<Code>,
}

/// The values that a document can read.
#[derive(Debug)]
pub struct Scope<'a> {
    notes: &'a Notes,
    parameters: HashMap<String, Code>,
    outputs: HashMap<String, Code>,
    /// The outputs that are not imported.
    lost: HashSet<String>,
    /// Whether a text reads the account or the region.
    reads_caller: Cell<bool>,
}

impl<'a> Scope<'a> {
    /// The scope of the first step.
    pub fn new(notes: &'a Notes, parameters: HashMap<String, Code>) -> Self {
        Self { notes, parameters, outputs: HashMap::new(), lost: HashSet::new(), reads_caller: Cell::default() }
    }

    /// Adds an output that later steps may read, such as `stop.State`.
    pub fn add(&mut self, step: &str, output: &str, text: String, kind: Type) {
        self.outputs.insert(format!("{step}.{output}"), Code { text, kind });
    }

    /// Notes that a step does not have an output of the document.
    pub fn lose(&mut self, step: &str, output: &str) {
        self.lost.insert(format!("{step}.{output}"));
    }

    /// Whether a text reads the account or the region, which the step [`CALLER`] asks for.
    pub fn reads_caller(&self) -> bool {
        self.reads_caller.get()
    }

    /// Translates every reference of a text. One without a counterpart becomes an unknown name, so that `job check`
    /// refuses it.
    pub fn text(&self, text: &str, at: At) -> Translated {
        let (mut out, mut whole, mut rest) = (String::new(), None, text);
        while let Some((before, name, after)) = next_reference(rest) {
            out.push_str(&before.replace("${", "$${"));
            let code = self.resolve(name, at);
            // `$${` would be an escape, so a dollar before an expression becomes an expression itself.
            if out.ends_with('$') {
                out.pop();
                out.push_str("${'$'}");
            }
            out.push_str(&format!("${{{}}}", code.text));
            whole = (before.is_empty() && after.is_empty() && rest.len() == text.len()).then_some(code);
            rest = after;
        }
        out.push_str(&rest.replace("${", "$${"));
        Translated { text: out, whole }
    }

    /// Translates a text into an expression.
    pub fn code(&self, text: &str, at: At) -> Code {
        let (mut parts, mut rest) = (Vec::new(), text);
        while let Some((before, name, after)) = next_reference(rest) {
            parts.extend((!before.is_empty()).then(|| Code { text: quote(before), kind: Type::Text }));
            parts.push(self.resolve(name, at));
            rest = after;
        }
        parts.extend((!rest.is_empty() || parts.is_empty()).then(|| Code { text: quote(rest), kind: Type::Text }));
        if parts.len() > 1 {
            let parts: Vec<_> = parts.into_iter().map(|part| part.text).collect();
            return Code { text: format!("({})", parts.join(" ~ ")), kind: Type::Text };
        }
        parts.pop().unwrap_or_else(|| Code { text: quote(""), kind: Type::Text })
    }

    fn resolve(&self, name: &str, at: At) -> Code {
        let text = |text: &str| Code { text: text.to_owned(), kind: Type::Text };
        match name {
            "automation:EXECUTION_ID" => return text("run.id"),
            "global:ACCOUNT_ID" | "global:REGION" => {
                self.reads_caller.set(true);
                let output = if name == "global:REGION" { "region" } else { "account" };
                return text(&format!("steps.{CALLER}.outputs.{output}"));
            }
            _ => {}
        }
        self.parameters.get(name).cloned().or_else(|| self.output(name)).unwrap_or_else(|| self.unknown(name, at))
    }

    /// An output of a step, or a part of one: `step.Output.Name`.
    pub fn output(&self, name: &str) -> Option<Code> {
        if let Some(code) = self.outputs.get(name) {
            return Some(code.clone());
        }
        let (end, _) = name.match_indices('.').nth(1)?;
        let (output, path) = name.split_at(end);
        let code = self.outputs.get(output)?;
        let path = super::selector::parse(&format!("${path}")).ok()?;
        Some(Code { text: path.code(&code.text)?, kind: Type::Any })
    }

    fn unknown(&self, name: &str, at: At) -> Code {
        let known = self.parameters.keys().chain(self.outputs.keys()).map(String::as_str);
        let next = match (advice(name), nearest(name, known)) {
            _ if self.lost.contains(name) => {
                "convert the selector of that output, as the note on its step says, and read it here".to_owned()
            }
            (Some(advice), _) => advice.to_owned(),
            (None, Some(meant)) => format!("read `{{{{ {meant} }}}}` if that is meant"),
            (None, None) => "read an option, or an output that a step before this one declares".to_owned(),
        };
        let code = format!("unresolved.{}", identifier(name, "name"));
        let what = format!("`{{{{ {name} }}}}` has no counterpart, and `job check` refuses `${{{code}}}` in its place");
        self.notes.leave_open(at, what, next);
        Code { text: code, kind: Type::Any }
    }
}

fn advice(name: &str) -> Option<&'static str> {
    let (group, _) = name.split_once(':')?;
    Some(match group {
        "global" => {
            "declare an option with type = \"date\" or \"datetime\", and let the caller of the job give the time"
        }
        "ssm" => "add a step that uses `ssm-get-parameter`, and read its `value`",
        "variable" => "read the value where it is needed: an expression can compute it from outputs",
        "automation" | "loop" => "read `run.id`, or `item` in a step with `for_each`",
        _ => return None,
    })
}

/// Finds the first reference: the text before it, its name, and the text after it.
fn next_reference(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    while let Some(start) = text.get(from..)?.find("{{").map(|start| start + from) {
        let inner = text.get(start + 2..)?;
        let end = inner.find("}}")?;
        let name = inner.get(..end)?.trim();
        if !name.is_empty() && !name.contains(['{', '}', '\n']) {
            return Some((text.get(..start)?, name, inner.get(end + 2..)?));
        }
        from = start + 1;
    }
    None
}

/// Whether a text has a reference.
pub fn has_reference(text: &str) -> bool {
    next_reference(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(notes: &Notes) -> Scope<'_> {
        let code = |text: &str, kind| Code { text: text.to_owned(), kind };
        let parameters = [
            ("InstanceId".to_owned(), code("options.instance_id", Type::Text)),
            ("Ids".to_owned(), code("options.ids", Type::List)),
        ];
        let mut scope = Scope::new(notes, parameters.into());
        scope.add("look", "State", "steps.look.outputs.State".to_owned(), Type::Text);
        scope
    }

    #[test]
    fn references_become_expressions() {
        let notes = Notes::new("a.yaml");
        let scope = scope(&notes);
        for (text, expected) in [
            ("{{ InstanceId }}", "${options.instance_id}"),
            ("{{InstanceId}}", "${options.instance_id}"),
            ("a {{ InstanceId }} b {{ Ids }}", "a ${options.instance_id} b ${options.ids}"),
            ("{{ look.State }}", "${steps.look.outputs.State}"),
            ("{{ look.State.Name }}", "${steps.look.outputs.State.Name}"),
            ("{{ automation:EXECUTION_ID }}", "${run.id}"),
            ("{{ global:ACCOUNT_ID }}", "${steps.caller.outputs.account}"),
            ("${x} ${{ InstanceId }}", "$${x} ${'$'}${options.instance_id}"),
            ("{{}} {{ a", "{{}} {{ a"),
            ("{\"a\": {\"b\": \"{{ InstanceId }}\"}}", "{\"a\": {\"b\": \"${options.instance_id}\"}}"),
        ] {
            assert_eq!(scope.text(text, At::default()).text, expected, "{text}");
        }
        assert!(scope.reads_caller());
        assert_eq!(notes.count(), 0);
        let whole = |text| scope.text(text, At::default()).whole.map(|code| code.text);
        assert_eq!(whole("{{ Ids }}").as_deref(), Some("options.ids"));
        assert_eq!(whole("{{ Ids }}{{ Ids }}"), None);
        assert_eq!(whole(" {{ Ids }}"), None);
    }

    #[test]
    fn a_text_is_an_expression_too() {
        let notes = Notes::new("a.yaml");
        let scope = scope(&notes);
        for (text, expected) in [
            ("a'b", "'a\\'b'"),
            ("{{ InstanceId }}", "options.instance_id"),
            ("x-{{ InstanceId }}", "('x-' ~ options.instance_id)"),
            ("", "''"),
        ] {
            assert_eq!(scope.code(text, At::default()).text, expected, "{text}");
        }
    }

    #[test]
    fn an_unknown_reference_is_refused_later_and_told_now() {
        let notes = Notes::new("a.yaml");
        for (text, expected, next) in [
            ("{{ global:DATE }}", "${unresolved.global_date}", "declare an option"),
            ("{{ InstanceID }}", "${unresolved.instance_id}", "read `{{ InstanceId }}`"),
            ("{{ look.Other }}", "${unresolved.look_other}", "read "),
        ] {
            let before = notes.count();
            assert_eq!(scope(&notes).text(text, At::default()).text, expected);
            let told = format!("{:?}", notes.lines_since(before));
            assert!(told.contains(next), "{told}");
        }
    }
}
