//! Rundeck's references, `${group.key}`, as our expressions.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use crate::dates;
use crate::names::identifier;

/// An option of a job, as references and other jobs see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionName {
    /// Its name in Rundeck.
    pub original: String,
    /// Its name in the job file.
    pub name: String,
    /// The delimiter of its values, when it has several.
    pub delimiter: Option<String>,
    /// Whether it may have no value, which Rundeck reads as blank text and our expressions reject.
    pub may_lack: bool,
    /// Whether a run cannot do without a value that is given.
    pub required: bool,
    /// Whether its value is a secret.
    pub secret: bool,
    /// The kind of its values.
    pub values: Values,
    /// The code of its default.
    pub default: Option<String>,
}

/// The kind of text that the default and the allowed values of an option have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Values {
    /// Any text, or none is known.
    #[default]
    Text,
    /// Whole numbers.
    Integers,
    /// Numbers.
    Numbers,
    /// `true` and `false`.
    Flags,
}

impl Values {
    /// The kind of these texts.
    pub fn of(texts: &[&str]) -> Self {
        let all = |is: fn(&str) -> bool| !texts.is_empty() && texts.iter().all(|text| is(text));
        match () {
            () if all(|text| matches!(text, "true" | "false")) => Self::Flags,
            () if all(|text| text.parse::<i64>().is_ok_and(|number| number.to_string() == text)) => Self::Integers,
            () if all(|text| text.parse::<f64>().is_ok_and(f64::is_finite)) => Self::Numbers,
            () => Self::Text,
        }
    }
}

/// The options of a job.
#[derive(Debug, Clone, Default)]
pub struct OptionNames(pub Vec<OptionName>);

impl OptionNames {
    /// Finds an option by its Rundeck name, or by another spelling of it: Rundeck reads `${option.a_b}` as `a-b` too.
    pub fn find(&self, name: &str) -> Option<&OptionName> {
        let same = || {
            let wanted = identifier(name, "option");
            self.0.iter().find(|option| option.name == wanted)
        };
        self.0.iter().find(|option| option.original == name).or_else(same)
    }
}

/// The values that a step may read.
#[derive(Debug, Default)]
pub struct Scope {
    /// The options of the job.
    pub options: OptionNames,
    /// Captured values and outputs of earlier steps, by name.
    data: HashMap<String, Vec<StepValue>>,
    /// Whether the step is an error handler, which may read the error of the failed step.
    pub handles_error: bool,
}

/// A value of one step.
#[derive(Debug)]
struct StepValue {
    step: String,
    expression: String,
}

/// How a text marks its references.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// `${group.key}` in the configuration of a plugin. What is no reference there may become blank.
    Text,
    /// `${group.key}` in arguments or a command. What is no reference there stays as it is.
    Command,
    /// `${group.key}`, and `@group.key@` within a line of a script.
    Script,
}

/// A reference that has no expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The reference as it was written.
    pub reference: String,
    /// What became of it.
    pub what: &'static str,
    /// What to do about it.
    pub next: Cow<'static, str>,
    /// Whether `job check` refuses the text.
    pub is_open: bool,
}

/// A text with our expressions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Translated {
    /// The text.
    pub text: String,
    /// The expression, when the text is a single expression.
    pub whole: Option<String>,
    /// The steps whose values the text reads.
    pub steps: BTreeSet<String>,
    /// The references without an expression. They stay unchanged, so that `job check` refuses them.
    pub problems: Vec<Problem>,
    /// The option that is the whole text and may have no value.
    pub optional: Option<OptionName>,
    /// The parts of the text.
    pub parts: Vec<Part>,
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Text.
    Text(String),
    /// The code of an expression.
    Code(String),
}

/// An expression for a reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expression {
    /// The code between the braces.
    pub code: String,
    /// The step whose value the expression reads.
    pub step: Option<String>,
}

/// Most problems of one text. With more of them, the operator has to rewrite the text anyway.
const MOST_PROBLEMS: usize = 20;

/// Why a reference has no expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Whether Rundeck does not read it as a reference either.
    pub is_text: bool,
    /// What to do about it.
    pub next: Cow<'static, str>,
}

fn refuse<T>(next: impl Into<Cow<'static, str>>) -> Result<T, Refusal> {
    Err(Refusal { is_text: false, next: next.into() })
}

impl Scope {
    /// The scope of the first step.
    pub fn new(options: OptionNames) -> Self {
        Self { options, ..Self::default() }
    }

    /// Adds a value that later steps may read. When a step has two values of one name, the first is kept.
    pub fn add(&mut self, name: &str, step: &str, expression: String) {
        let known = self.data.entry(name.to_owned()).or_default();
        if known.iter().all(|value| value.step != step) {
            known.push(StepValue { step: step.to_owned(), expression });
        }
    }

    /// Translates every reference of a text.
    pub fn translate(&self, text: &str, syntax: Syntax) -> Translated {
        let mut out = Translated::default();
        let mut rest = text;
        while let Some((before, inner)) = rest.split_once("${") {
            self.literal(before, syntax, &mut out);
            // The format of a date may have spaces.
            let ends = |c: char| c == '}' || c.is_whitespace() && (syntax == Syntax::Script || !is_date(inner));
            let length = inner.find(ends).unwrap_or(inner.len());
            let (reference, after) = inner.split_at(length);
            if let Some(after) = after.strip_prefix('}').filter(|_| !reference.is_empty()) {
                self.put(reference, syntax, &mut out);
                rest = after;
            } else {
                // Rundeck reads this as text.
                out.add_text("${");
                out.text.push_str("$${");
                rest = inner;
            }
        }
        self.literal(rest, syntax, &mut out);
        out.whole = out.whole.filter(|code| out.text == format!("${{{code}}}"));
        out.optional = out.optional.filter(|_| out.whole.is_some());
        out
    }

    /// Writes the expression of a reference, or the unchanged reference when it has none.
    fn put(&self, reference: &str, syntax: Syntax, out: &mut Translated) {
        let resolved = self.resolve(reference).map_err(|refusal| match syntax {
            Syntax::Text => Refusal { is_text: false, ..refusal },
            Syntax::Command | Syntax::Script => refusal,
        });
        if let Err(refusal) = &resolved {
            let reference = format!("${{{reference}}}");
            let what =
                if refusal.is_text { "is text, because Rundeck has no such reference" } else { "is left unchanged" };
            let next = refusal.next.clone();
            let problem = Problem { reference, what, next, is_open: !refusal.is_text };
            if out.problems.len() < MOST_PROBLEMS && !out.problems.contains(&problem) {
                out.problems.push(problem);
            }
        }
        if resolved.as_ref().is_err_and(|refusal| refusal.is_text) {
            out.add_text(&format!("${{{reference}}}"));
            out.text.push_str(&format!("$${{{reference}}}"));
            return;
        }
        // `$${` would be an escape, so a dollar before an expression becomes an expression itself.
        if out.text.ends_with('$') {
            out.text.pop();
            out.text.push_str("${'$'}");
        }
        let code = resolved.as_ref().map_or(reference, |expression| &expression.code);
        out.text.push_str(&format!("${{{code}}}"));
        out.parts.push(Part::Code(code.to_owned()));
        out.optional = self.option_of(reference).filter(|option| option.may_lack).cloned();
        if let Ok(Expression { code, step }) = resolved {
            out.whole = Some(code);
            out.steps.extend(step);
        }
    }

    fn literal(&self, text: &str, syntax: Syntax, out: &mut Translated) {
        if syntax != Syntax::Script {
            out.add_text(text);
            out.text.push_str(text);
            return;
        }
        let mut rest = text;
        while let Some((before, from)) = rest.split_once('@') {
            out.text.push_str(before);
            let end = from.find(|c: char| c == '@' || c.is_whitespace()).unwrap_or(from.len());
            let (inner, after) = from.split_at(end);
            match (inner, after.strip_prefix('@')) {
                ("", Some(after)) => {
                    out.text.push('@');
                    rest = after;
                }
                (reference, Some(after)) if reference.contains('.') && self.resolve(reference).is_ok() => {
                    self.put(reference, Syntax::Script, out);
                    rest = after;
                }
                _ => {
                    out.text.push('@');
                    rest = from;
                }
            }
        }
        out.text.push_str(rest);
    }

    /// The expression for `group.key`.
    ///
    /// # Errors
    /// When no expression has this value.
    pub fn resolve(&self, reference: &str) -> Result<Expression, Refusal> {
        if is_date(reference) {
            return refuse(dates::advice(reference));
        }
        let Some((group, key)) = reference.split_once('.').filter(|(group, key)| !group.is_empty() && !key.is_empty())
        else {
            return Err(Refusal { is_text: true, next: "check what the text should be".into() });
        };
        if group.contains(':') || key.contains(['@', '*']) {
            return refuse("read the value of one step, such as ${steps.stop.outputs.state}");
        }
        let plain = |code: String| Ok(Expression { code, step: None });
        match (group, key) {
            ("option" | "unquotedoption", name) => self.option(name),
            ("data", name) => self.data(name),
            ("export", name) => plain(format!("exports.{}", identifier(name, "export"))),
            ("job", "name") => plain("job.name".to_owned()),
            ("job", "execid") => plain("run.id".to_owned()),
            ("job", "project") => plain("project.name".to_owned()),
            ("result", "reason") if self.handles_error => plain("error.code".to_owned()),
            ("result", "message") if self.handles_error => plain("error.message".to_owned()),
            _ => refuse(advice(group)),
        }
    }

    /// The option that a reference names.
    pub fn option_of(&self, reference: &str) -> Option<&OptionName> {
        let (group, name) = reference.split_once('.')?;
        self.options.find(name).filter(|_| matches!(group, "option" | "unquotedoption"))
    }

    fn option(&self, name: &str) -> Result<Expression, Refusal> {
        let Some(option) = self.options.find(name) else {
            return refuse("declare the option, or use another one");
        };
        let name = &option.name;
        let code = match (&option.delimiter, option.may_lack) {
            (Some(delimiter), false) => format!("options.{name}|join({})", quote(delimiter)),
            (Some(delimiter), true) => format!("options.{name}|default([])|join({})", quote(delimiter)),
            (None, true) => format!("options.{name}|default('')"),
            (None, false) => format!("options.{name}"),
        };
        Ok(Expression { code, step: None })
    }

    fn data(&self, name: &str) -> Result<Expression, Refusal> {
        match self.data.get(&identifier(name, "data")).map(Vec::as_slice) {
            Some([StepValue { step, expression }]) => {
                Ok(Expression { code: expression.clone(), step: Some(step.clone()) })
            }
            Some([_, _, ..]) => refuse("several steps have this value: name the step, as ${steps.….captured.…}"),
            _ => refuse("read an output of an earlier step, or let an earlier step capture the value"),
        }
    }
}

impl Translated {
    fn add_text(&mut self, text: &str) {
        match self.parts.last_mut() {
            Some(Part::Text(before)) => before.push_str(text),
            _ if text.is_empty() => {}
            _ => self.parts.push(Part::Text(text.to_owned())),
        }
    }
}

/// Whether a reference is a date: `DATE:yyyy-MM-dd`, or `DATE-7:yyyy-MM-dd` for seven days before.
fn is_date(reference: &str) -> bool {
    let Some(rest) = reference.strip_prefix("DATE") else { return false };
    let days = rest.trim_start_matches(['+', '-']).trim_start_matches(|c: char| c.is_ascii_digit());
    days.starts_with(':')
}

/// Writes a text as a literal of an expression.
pub fn quote(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n").replace('\r', "\\r");
    format!("'{escaped}'")
}

fn advice(group: &str) -> &'static str {
    match group {
        "node" => "give the job an option for it: a step runs once, not on every node",
        "globals" => "write the value, or give the job an option for it",
        "job" => "remove it: expressions can read only the job's name, the run's id and the project's name",
        "file" => "give the job an option for the text itself: an option cannot upload a file",
        "result" => "read `error.code` or `error.message` in `on_error`",
        "execution" | "notification" => "read `run.id` or `run.outcome` in a step under [[finally]]",
        _ => "write the value, or read it from a step or an option",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope() -> Scope {
        let option = |original: &str, name: &str| OptionName {
            original: original.to_owned(),
            name: name.to_owned(),
            delimiter: None,
            may_lack: false,
            required: false,
            secret: false,
            values: Values::Text,
            default: None,
        };
        let hosts = OptionName { delimiter: Some(";".to_owned()), ..option("hosts", "hosts") };
        let note = OptionName { may_lack: true, ..option("note", "note") };
        let names = vec![option("cluster-name", "cluster_name"), hosts, note];
        let mut scope = Scope::new(OptionNames(names));
        scope.add("volume", "snap", "steps.snap.captured.volume".to_owned());
        scope.add("twice", "a", "steps.a.captured.twice".to_owned());
        scope.add("twice", "b", "steps.b.captured.twice".to_owned());
        scope
    }

    #[test]
    fn references_become_expressions() {
        for (text, expected) in [
            ("${option.cluster-name}", "${options.cluster_name}"),
            ("${option.cluster_name}", "${options.cluster_name}"),
            ("${unquotedoption.cluster-name}", "${options.cluster_name}"),
            ("a ${option.note} b", "a ${options.note|default('')} b"),
            ("${option.hosts}", "${options.hosts|join(';')}"),
            ("v=${data.volume}", "v=${steps.snap.captured.volume}"),
            ("${export.Some-Thing}", "${exports.some_thing}"),
            ("${job.name}/${job.execid}/${job.project}", "${job.name}/${run.id}/${project.name}"),
            ("$${job.name}", "${'$'}${job.name}"),
            ("no reference: ${ x }", "no reference: $${ x }"),
            ("open ${", "open $${"),
            ("${}", "$${}"),
            ("plain $5", "plain $5"),
        ] {
            let translated = scope().translate(text, Syntax::Text);
            assert_eq!(translated.text, expected, "{text}");
            assert_eq!(translated.problems, [], "{text}");
        }
    }

    #[test]
    fn what_is_no_reference_here_stands_as_it_was_and_is_told() {
        for text in [
            "${option.unknown}",
            "${data.twice}",
            "${data.nothing}",
            "${data.volume*}",
            "${data.volume@node1}",
            "${2:exec.exitCode}",
            "${node.instanceId}",
            "${globals.x}",
            "${job.user.name}",
            "${result.reason}",
            "${file.upload}",
            "${anything.else}",
            "${HOME}",
            "${DATE:yyyy-MM-dd}",
            "${DATE-7:yyyy-MM-dd HH}",
        ] {
            let translated = scope().translate(text, Syntax::Text);
            assert_eq!(translated.text, text);
            let references: Vec<_> = translated.problems.iter().map(|problem| problem.reference.as_str()).collect();
            assert_eq!(references, [text]);
            assert_eq!(translated.whole, None);
        }
        let shell = scope().translate("${HOME}", Syntax::Command);
        assert_eq!((shell.text.as_str(), shell.problems.len()), ("$${HOME}", 1));
        let date = scope().translate("-day ${DATE+1:yyyy MM}", Syntax::Command);
        assert_eq!((date.text.as_str(), date.problems.len()), ("-day ${DATE+1:yyyy MM}", 1));
    }

    #[test]
    fn a_failed_step_can_be_read_by_what_runs_after_it() {
        let scope = Scope { handles_error: true, ..scope() };
        let translated = scope.translate("${result.reason}: ${result.message}", Syntax::Text);
        assert_eq!(translated.text, "${error.code}: ${error.message}");
    }

    #[test]
    fn scripts_have_references_of_their_own() {
        let script = "x=@option.cluster-name@ mail=a@@b.c user@host @data.nothing@ ${option.cluster-name}";
        let translated = scope().translate(script, Syntax::Script);
        let expected = "x=${options.cluster_name} mail=a@b.c user@host @data.nothing@ ${options.cluster_name}";
        assert_eq!(translated.text, expected);
    }

    #[test]
    fn a_text_that_is_one_expression_says_so() {
        let whole = |text| scope().translate(text, Syntax::Text).whole;
        assert_eq!(whole("${data.volume}"), Some("steps.snap.captured.volume".to_owned()));
        assert_eq!(whole(" ${data.volume}"), None);
        assert_eq!(whole("${data.volume}${data.volume}"), None);
        assert_eq!(whole("$${data.volume}"), None);
        assert_eq!(scope().translate("${data.volume}", Syntax::Text).steps, BTreeSet::from(["snap".to_owned()]));
    }

    #[test]
    fn a_text_within_an_expression_is_quoted() {
        assert_eq!(quote("it's \\ here"), r"'it\'s \\ here'");
    }
}
