//! The inputs of a step as the request of an operation: every value in the type of AWS's model.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use stepwell_generic::model::{Kind, Member, Service, Structure};
use stepwell_model::error::nearest;

use super::reference::{Code, Scope, Type, has_reference};
use crate::note::{At, Notes};
use crate::toml::{Table, Value};
use crate::yaml::Node;

/// Writes requests.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The values that the request may read.
    pub scope: &'a Scope<'a>,
    /// Collects the notes.
    pub notes: &'a Notes,
    /// The service, when its model is known.
    pub service: Option<&'a Service>,
}

impl Request<'_> {
    /// The members of a request.
    pub fn members<'n>(
        &self,
        entries: impl Iterator<Item = (&'n str, &'n Node)>,
        structure: Option<&Structure>,
        of: &str,
    ) -> Table {
        let mut table = Table::default();
        for (name, node) in entries.filter(|(_, node)| !node.is_null()) {
            let field = structure.and_then(|structure| structure.field(name));
            if let (Some(structure), None) = (structure, field) {
                self.note_unknown(name, structure, of, node.at);
            }
            table.set(name, self.value(node, field.map(|field| &field.member)));
        }
        table
    }

    fn note_unknown(&self, name: &str, structure: &Structure, of: &str, at: At) {
        let known = || structure.fields.iter().map(|field| field.name.as_str());
        let same = known().find(|known| known.eq_ignore_ascii_case(name));
        let next = match same.or_else(|| nearest(name, known())) {
            Some(meant) => format!("write `{meant}` if that is meant; `job check` refuses the other"),
            None => "remove it: `job check` refuses it".to_owned(),
        };
        self.notes.leave_open(at, format!("`{of}` has no member `{name}` in AWS's model"), next);
    }

    /// A value, in the type of a member.
    pub fn value(&self, node: &Node, member: Option<&Member>) -> Value {
        let kind = self.kind(member);
        if let Some(items) = node.items() {
            let member = match kind {
                Some(Kind::List { member, .. }) => Some(member),
                _ => None,
            };
            return self.list(items, member);
        }
        match (node.entries(), kind) {
            (Some(entries), Some(Kind::Map { value, .. })) => {
                let entries = entries.filter(|(_, node)| !node.is_null());
                let mut table = Table::default();
                entries.for_each(|(name, node)| table.set(name, self.value(node, Some(value))));
                table.into()
            }
            (Some(entries), Some(Kind::Structure(structure))) => {
                let of = self.service.and_then(|service| Some(service.shape(member?).name.clone()));
                self.members(entries, Some(structure), &of.unwrap_or_default()).into()
            }
            (Some(entries), _) => self.members(entries, None, "").into(),
            (None, kind) => self.scalar(node, kind),
        }
    }

    fn kind(&self, member: Option<&Member>) -> Option<&Kind> {
        Some(&self.service?.shape(member?).kind)
    }

    fn list(&self, items: &[Node], member: Option<&Member>) -> Value {
        // Automation puts the items of a list into the list that a reference to it stands in.
        if let [only] = items
            && let Some((text, _)) = only.scalar()
            && has_reference(text)
            && !matches!(self.kind(member), Some(Kind::List { .. }))
            && let Some(Code { text: code, kind: Type::List }) = self.scope.text(text, only.at).whole
        {
            return format!("${{{code}}}").into();
        }
        Value::List(items.iter().filter(|item| !item.is_null()).map(|item| self.value(item, member)).collect())
    }

    fn scalar(&self, node: &Node, kind: Option<&Kind>) -> Value {
        let Some((text, plain)) = node.scalar() else { return Value::List(Vec::new()) };
        if !has_reference(text) {
            return self.literal(text, plain, kind);
        }
        if matches!(kind, Some(Kind::Blob)) {
            let what = "the value is bytes, which a job file writes in base64";
            self.notes.add(node.at, what, "let the option or the output that it reads be base64");
        }
        let translated = self.scope.text(text, node.at);
        match translated.whole {
            // A longer text holds a list as JSON, as Automation writes it.
            Some(Code { text, kind: Type::List }) if matches!(kind, Some(Kind::Text { .. })) => {
                format!("${{{text}}}${{''}}").into()
            }
            Some(code) => format!("${{{}}}", converted(code, kind)).into(),
            None => translated.text.into(),
        }
    }

    fn literal(&self, text: &str, plain: bool, kind: Option<&Kind>) -> Value {
        let flag = || match text.to_ascii_lowercase().as_str() {
            "true" => Some(Value::Flag(true)),
            "false" => Some(Value::Flag(false)),
            "yes" | "on" if plain => Some(Value::Flag(true)),
            "no" | "off" if plain => Some(Value::Flag(false)),
            _ => None,
        };
        let integer = || text.parse().ok().map(Value::Integer);
        let number = || text.parse().ok().filter(|number: &f64| number.is_finite()).map(Value::Number);
        let typed = match kind {
            Some(Kind::Integer(_) | Kind::Long(_)) => integer(),
            Some(Kind::Float | Kind::Double) => integer().or_else(number),
            Some(Kind::Boolean) => flag(),
            Some(Kind::Blob) => Some(STANDARD.encode(text).into()),
            Some(Kind::Text { .. } | Kind::Timestamp) => None,
            _ if plain => flag().or_else(integer).or_else(number),
            _ => None,
        };
        typed.unwrap_or_else(|| text.replace("${", "$${").into())
    }
}

/// The code for a value of a member: an option of text becomes the number that the member takes.
fn converted(Code { text, kind }: Code, wanted: Option<&Kind>) -> String {
    match (wanted, kind) {
        (Some(Kind::Integer(_) | Kind::Long(_)), Type::Text) => format!("{text}|int"),
        (Some(Kind::Float | Kind::Double), Type::Text) => format!("{text}|float"),
        (Some(Kind::Boolean), Type::Text) => format!("{text}|lower == 'true'"),
        (Some(Kind::Text { .. }), Type::Integer | Type::Boolean) => format!("{text}|string"),
        _ => text,
    }
}
