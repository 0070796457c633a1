//! The order of steps: strategies, and the rules of the ruleset strategy.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::rc::Rc;

use crate::note::{At, Notes};
use crate::reference::{Expression, Scope, quote};
use crate::toml::Table;
use crate::words::words;
use crate::yaml::Node;

/// The order of the steps of a job.
pub enum Order {
    /// One after the other.
    Sequential,
    /// All at the same time.
    Parallel,
    /// By rules.
    Rules {
        /// The place of the rules.
        at: At,
        /// The rules of each step.
        rules: Vec<StepRule>,
        /// The ids of the steps, except those that become comments.
        ids: Vec<Option<String>>,
    },
    /// Unknown. `job check` refuses the job.
    Unknown,
}

/// The keys of a step that say when it runs.
#[derive(Debug, Default)]
pub struct Turn {
    when: Option<String>,
    needs: Option<Vec<String>>,
    parallel: bool,
}

impl Turn {
    /// Adds a condition that has to be decided.
    pub fn leave_open(&mut self) {
        let known = self.when.take().and_then(|when| Some(when.strip_prefix("${")?.strip_suffix('}')?.to_owned()));
        self.when = Some(match known {
            Some(code) if code != "condition" => format!("${{condition and ({code})}}"),
            _ => "${condition}".to_owned(),
        });
    }

    /// Writes the keys.
    pub fn write(self, table: &mut Table) {
        table.set_some("when", self.when);
        table.set_some("needs", self.needs);
        if self.parallel {
            table.set("parallel", "all");
        }
    }
}

/// The text of the rules.
fn ruleset(sequence: &Node) -> Option<&Node> {
    let strategies = sequence.child("pluginConfig")?.child("WorkflowStrategy")?;
    let own = strategies.child("ruleset").or_else(|| strategies.child("configuration")).unwrap_or(strategies);
    own.child("rules").filter(|rules| rules.text().is_some())
}

impl Order {
    /// Reads `strategy` and `pluginConfig`.
    pub fn read(sequence: &Node, labels: &[Option<&str>], ids: Vec<Option<String>>, notes: &Notes) -> Self {
        let Some(strategy) = sequence.child("strategy") else { return Self::Sequential };
        match strategy.text().unwrap_or_default() {
            "sequential" | "step-first" => Self::Sequential,
            "parallel" => Self::Parallel,
            "ruleset" => match ruleset(sequence) {
                Some(rules) => Self::rules(rules, labels, ids),
                None => Self::Unknown,
            },
            "node-first" => {
                let next = "nothing to do, unless the job runs on several nodes: then give its steps a `for_each`";
                notes.add(strategy.at, "the steps run once, not on one node after the other", next);
                Self::Sequential
            }
            _ => Self::Unknown,
        }
    }

    fn rules(rules: &Node, labels: &[Option<&str>], ids: Vec<Option<String>>) -> Self {
        let at = rules.at;
        let rules = parse(rules.text().unwrap_or_default(), labels);
        Self::Rules { at, rules, ids }
    }

    /// Whether the steps run at the same time, so that none can read another's values.
    pub fn is_parallel(&self) -> bool {
        matches!(self, Self::Parallel)
    }

    /// The turn of a step, counted from 0, that reads values of the steps `read`. About a step that is off, which becomes a
    /// comment, nobody has to decide.
    pub fn turn(&self, step: usize, read: &BTreeSet<String>, scope: &Scope, notes: &Notes, is_off: bool) -> Turn {
        match self {
            Self::Sequential | Self::Unknown => Turn::default(),
            Self::Parallel => Turn { parallel: true, ..Turn::default() },
            Self::Rules { at, rules, ids } => {
                let Some(rule) = rules.get(step) else { return Turn::default() };
                let mut needs = read.clone();
                let when = match rule.when(scope) {
                    When::Always => None,
                    When::If { code, steps } => {
                        needs.extend(steps);
                        Some(format!("${{{code}}}"))
                    }
                    When::Unknown(text) => {
                        let next = "write it as `when`; until then `job check` refuses the step";
                        let what = format!("the rule `{text}` has no counterpart");
                        if is_off {
                            notes.add(*at, what, next)
                        } else {
                            notes.leave_open(*at, what, next)
                        }
                        Some("${condition}".to_owned())
                    }
                };
                needs.extend(after(rule, ids, *at, notes));
                Turn { when, needs: needs_of(step, rule, needs, ids), parallel: false }
            }
        }
    }
}

/// The ids of the steps that a rule runs first, with a note for each that is a comment.
fn after(rule: &StepRule, ids: &[Option<String>], at: At, notes: &Notes) -> Vec<String> {
    let mut needed = Vec::new();
    for step in rule.after() {
        match ids.get(step) {
            Some(Some(id)) => needed.push(id.clone()),
            _ => {
                let what = format!("a step runs after step {}, which is now a comment", step + 1);
                notes.add(at, what, "add it to `needs` when you replace the comment by a step");
            }
        }
    }
    needed
}

/// The `needs` of a step. None when the default, the step before it, is the same.
fn needs_of(step: usize, rule: &StepRule, mut needs: BTreeSet<String>, ids: &[Option<String>]) -> Option<Vec<String>> {
    let before = ids.iter().take(step).rev().find_map(Option::as_ref);
    if rule.in_sequence && rule.after().next().is_none() || before.is_none() && needs.is_empty() {
        return None;
    }
    if rule.in_sequence {
        needs.extend(before.cloned());
    }
    Some(needs.into_iter().collect())
}

/// Most bytes of rules. No job needs more, and each step copies the rules that apply to it.
const LONGEST: usize = 16 << 10;

/// The rules of one step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StepRule {
    /// Whether it runs after the step before it.
    in_sequence: bool,
    /// For every step, whether this one runs after it.
    after: Vec<bool>,
    /// The conditions under which it runs: all conditions of at least one row.
    conditions: Vec<Rc<Vec<Condition>>>,
    /// A row that the parser does not understand, which may be a condition.
    unknown: Option<String>,
}

/// A condition of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Condition {
    negated: bool,
    key: String,
    operator: &'static str,
    value: String,
}

/// The operators of conditions, the longer ones first: `>=` begins with `>`.
const OPERATORS: [&str; 8] = ["==", "!=", "=~", "!~", ">=", "<=", ">", "<"];

/// Parses the rules of every step.
fn parse(text: &str, labels: &[Option<&str>]) -> Vec<StepRule> {
    let mut rules = vec![StepRule::default(); labels.len()];
    let text = if text.len() <= LONGEST { text } else { "more rules than can be read" };
    let steps_of: HashMap<&str, usize> =
        labels.iter().enumerate().rev().filter_map(|(at, label)| Some(((*label)?.trim(), at))).collect();
    let steps_of = Labels { count: labels.len(), steps: steps_of };
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (steps, own) = parse_line(line, &steps_of);
        for step in steps {
            let Some(rule) = rules.get_mut(step) else { continue };
            rule.in_sequence |= own.in_sequence;
            rule.after.resize(labels.len(), false);
            for (at, (is_after, also)) in rule.after.iter_mut().zip(&own.after).enumerate() {
                *is_after |= *also && at != step;
            }
            rule.conditions.extend(own.conditions.iter().map(Rc::clone));
            rule.unknown = rule.unknown.take().or_else(|| own.unknown.clone());
        }
    }
    rules
}

/// The steps by their labels.
struct Labels<'a> {
    count: usize,
    steps: HashMap<&'a str, usize>,
}

/// Parses a line: the steps that it applies to, and their rule. A line that is no rule may apply to any step.
fn parse_line(line: &str, labels: &Labels<'_>) -> (BTreeSet<usize>, StepRule) {
    let unknown = || StepRule { unknown: Some(line.to_owned()), ..StepRule::default() };
    let parsed = line.strip_prefix('[').and_then(|line| line.split_once(']'));
    let Some((steps, rest)) = parsed.and_then(|(steps, rest)| Some((parse_steps(steps, labels)?, rest))) else {
        return ((0..labels.count).collect(), unknown());
    };
    (steps, parse_rule(rest, labels).unwrap_or_else(unknown))
}

fn parse_rule(text: &str, labels: &Labels<'_>) -> Option<StepRule> {
    let mut rule = StepRule::default();
    let mut conditions = Vec::new();
    for word in words(text) {
        match word.split_once(':') {
            None if word == "run-in-sequence" => rule.in_sequence = true,
            None if word == "run-at-start" => {}
            Some(("run-after", after)) => {
                let after = parse_steps(after, labels)?;
                let is_after = |step| after.contains(&step) || rule.after.get(step) == Some(&true);
                rule.after = (0..labels.count).map(is_after).collect();
            }
            Some(("if", condition)) => conditions.push(Condition::parse(condition, false)?),
            Some(("unless", condition)) => conditions.push(Condition::parse(condition, true)?),
            _ => return None,
        }
    }
    if !conditions.is_empty() {
        rule.conditions.push(Rc::new(conditions));
    }
    Some(rule)
}

/// Parses a selection of steps: `1`, `label`, `1,2`, `1-3`, `*`.
fn parse_steps(text: &str, labels: &Labels<'_>) -> Option<BTreeSet<usize>> {
    let mut steps = BTreeSet::new();
    for part in text.split(',').map(|part| part.trim().trim_matches(['"', '\''])).filter(|part| !part.is_empty()) {
        let number =
            |text: &str| text.trim().parse::<usize>().ok().filter(|number| (1..=labels.count).contains(number));
        let range = part.split_once('-').and_then(|(from, to)| Some((number(from)?, number(to)?)));
        if part == "*" {
            steps.extend(0..labels.count);
        } else if let Some(number) = number(part) {
            steps.insert(number - 1);
        } else if let Some((from, to)) = range {
            steps.extend(from - 1..to);
        } else {
            steps.insert(*labels.steps.get(part)?);
        }
    }
    Some(steps)
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { negated, key, operator, value } = self;
        let word = if *negated { "unless" } else { "if" };
        let unset = if operator.is_empty() { "!" } else { "" };
        write!(f, "{word}:{unset}{key}{operator}{value}")
    }
}

impl Condition {
    fn parse(text: &str, negated: bool) -> Option<Self> {
        let found = OPERATORS.iter().filter_map(|operator| Some((text.find(operator)?, *operator)));
        // At the same place the longer operator wins, which comes first in the table.
        let found = found.min_by_key(|(at, _)| *at).filter(|(at, _)| *at > 0);
        let (key, operator, value) = match found {
            Some((_, operator)) => {
                let (key, value) = text.split_once(operator)?;
                (key, operator, value)
            }
            None => (text.strip_prefix('!')?, "", ""),
        };
        (!key.is_empty()).then(|| Self { negated, key: key.to_owned(), operator, value: value.to_owned() })
    }

    /// The condition as an expression. None when it has no counterpart.
    fn expression(&self, scope: &Scope) -> Option<Expression> {
        let Expression { mut code, step } = scope.resolve(&self.key).ok()?;
        // A value that a step did not capture is unset, and Rundeck reads an unset value as blank.
        if code.starts_with("steps.") || code.starts_with("exports.") {
            code.push_str("|default('')");
        }
        if self.value.contains("${") {
            return None;
        }
        let code = match self.operator {
            "" => format!("{code} == ''"),
            "==" | "!=" => format!("{code} {} {}", self.operator, quote(&self.value)),
            ">=" | "<=" | ">" | "<" => {
                let number: f64 = self.value.trim().parse().ok().filter(|number: &f64| number.is_finite())?;
                format!("{code}|float {} {number}", self.operator)
            }
            _ => return None,
        };
        Some(Expression { code: if self.negated { format!("not ({code})") } else { code }, step })
    }
}

/// The condition under which a step runs.
#[derive(Debug, Clone, PartialEq, Eq)]
enum When {
    /// The step has no condition.
    Always,
    /// The step runs when an expression is true.
    If {
        /// The expression.
        code: String,
        /// The steps whose values it reads.
        steps: Vec<String>,
    },
    /// The rule, as it was written, has no expression.
    Unknown(String),
}

impl StepRule {
    /// The steps that run before this one, counted from 0.
    fn after(&self) -> impl Iterator<Item = usize> {
        self.after.iter().enumerate().filter_map(|(step, is_after)| is_after.then_some(step))
    }

    /// The conditions as one expression.
    fn when(&self, scope: &Scope) -> When {
        if let Some(line) = &self.unknown {
            return When::Unknown(line.clone());
        }
        let mut steps = Vec::new();
        let mut rows = Vec::new();
        for row in &self.conditions {
            let mut codes = Vec::new();
            for condition in row.iter() {
                let Some(Expression { code, step }) = condition.expression(scope) else {
                    return When::Unknown(condition.to_string());
                };
                codes.push(code);
                steps.extend(step);
            }
            rows.push(codes.join(" and "));
        }
        match rows.as_slice() {
            [] => When::Always,
            [only] => When::If { code: only.clone(), steps },
            _ => {
                let rows: Vec<_> = rows.iter().map(|row| format!("({row})")).collect();
                When::If { code: rows.join(" or "), steps }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::{OptionName, OptionNames, Values};

    const LABELS: [Option<&str>; 4] = [Some("stop"), None, Some("restart-instance"), Some("Tell them")];

    fn scope() -> Scope {
        let option = |name: &str, may_lack| OptionName {
            original: name.to_owned(),
            name: name.to_owned(),
            delimiter: None,
            may_lack,
            required: false,
            secret: false,
            values: Values::Text,
            default: None,
        };
        let names = vec![option("env", false), option("count", false), option("note", true)];
        let mut scope = Scope::new(OptionNames(names));
        scope.add("state", "stop", "steps.stop.captured.state".to_owned());
        scope
    }

    fn code(when: When) -> Option<String> {
        match when {
            When::If { code, .. } => Some(code),
            When::Always | When::Unknown(_) => None,
        }
    }

    #[test]
    fn rules_add_up() {
        let text = "[*] run-in-sequence\n[restart-instance] if:option.env==prod\n[4] run-after:1,\"restart-instance\"\n[2-3] run-at-start";
        let rules = parse(text, &LABELS);
        assert!(rules.iter().all(|rule| rule.in_sequence && rule.unknown.is_none()), "{rules:?}");
        let after: Vec<Vec<usize>> = rules.iter().map(|rule| rule.after().collect()).collect();
        assert_eq!(after, [vec![], vec![], vec![], vec![0, 2]]);
        let conditions: Vec<_> = rules.iter().map(|rule| rule.conditions.len()).collect();
        assert_eq!(conditions, [0, 0, 1, 0]);
    }

    #[test]
    fn a_line_that_is_no_rule_stops_every_step_that_it_may_be_for() {
        for (line, steps) in [
            ("run-at-start", 0..4),
            ("[9] run-at-start", 0..4),
            ("[unknown] run-at-start", 0..4),
            ("[1-9] if:!a.b", 0..4),
            ("[1] sometimes", 0..1),
            ("[2] if:", 1..2),
        ] {
            for (step, rule) in parse(line, &LABELS).iter().enumerate() {
                let expected = if steps.contains(&step) { When::Unknown(line.to_owned()) } else { When::Always };
                assert_eq!(rule.when(&scope()), expected, "{line}");
            }
        }
        let long = "[*] run-at-start\n".repeat(LONGEST);
        assert!(parse(&long, &LABELS).iter().all(|rule| matches!(rule.when(&scope()), When::Unknown(_))));
    }

    #[test]
    fn conditions_become_an_expression() {
        for (line, expected) in [
            ("if:option.env==prod", Some("options.env == 'prod'")),
            ("unless:option.env==prod", Some("not (options.env == 'prod')")),
            ("if:option.env!='it''s'", Some(r"options.env != 'it\'s'")),
            ("if:option.count>=5 if:option.env==a", Some("options.count|float >= 5 and options.env == 'a'")),
            ("if:!option.note", Some("options.note|default('') == ''")),
            ("if:data.state==stopped", Some("steps.stop.captured.state|default('') == 'stopped'")),
            ("if:option.env=~p.*", None),
            ("if:option.count>many", None),
            ("if:node.name==a", None),
            ("if:option.env==${option.note}", None),
        ] {
            let when = parse(&format!("[1] {line}"), &LABELS)[0].when(&scope());
            match expected {
                Some(expected) => assert_eq!(code(when).as_deref(), Some(expected), "{line}"),
                None => assert_eq!(when, When::Unknown(line.to_owned())),
            }
        }
        let rules = parse("[1] if:option.env==a\n[1] if:option.env==b if:option.count<2", &LABELS);
        let expected = "(options.env == 'a') or (options.env == 'b' and options.count|float < 2)";
        assert_eq!(code(rules[0].when(&scope())).as_deref(), Some(expected));
        assert_eq!(rules[1].when(&scope()), When::Always);
    }
}
