//! The members of a request or answer, down to some level.

use serde_json::{Map, Value as Json, json};
use stepwell_generic::model::{Field, Kind, Location, Member, Service, ShapeId, Structure};

/// Values of an enumeration that fit into a line.
const MOST_VALUES: usize = 8;

/// The types of a service, and how many levels of them are shown.
pub(super) struct Shapes<'a> {
    pub(super) service: &'a Service,
    pub(super) depth: usize,
}

/// What lies inside of a member.
enum Inside<'a> {
    /// Neither an object nor a list or map of objects.
    Nothing,
    /// The members of an object.
    Members(ShapeId, &'a Structure),
    /// Members on a level that is not shown.
    Deeper,
    /// The members of an object that this one lies in.
    Again,
}

impl<'a> Shapes<'a> {
    /// For people: a line for each member, the deeper ones indented.
    pub(super) fn text(&self, member: Option<&Member>) -> String {
        let mut text = String::new();
        if let Some(member) = member
            && let Inside::Members(id, structure) = self.inside(member, &[])
        {
            self.add(structure, &mut vec![id], &mut text);
        }
        if text.is_empty() { "  nothing\n".to_owned() } else { text }
    }

    /// Whether a deeper level would show more.
    pub(super) fn cuts(&self, member: &Member) -> bool {
        self.cuts_below(member, &mut Vec::new())
    }

    fn cuts_below(&self, member: &Member, open: &mut Vec<ShapeId>) -> bool {
        match self.inside(member, open) {
            Inside::Deeper => true,
            Inside::Nothing | Inside::Again => false,
            Inside::Members(id, structure) => {
                open.push(id);
                let cuts = structure.fields.iter().any(|field| self.cuts_below(&field.member, open));
                open.pop();
                cuts
            }
        }
    }

    /// `open` has the objects from the outermost one to this structure.
    fn add(&self, structure: &Structure, open: &mut Vec<ShapeId>, text: &mut String) {
        let indent = "  ".repeat(open.len());
        for field in structure.fields.iter().filter(|field| field.member.location != Location::Status) {
            let inside = self.inside(&field.member, open);
            let cut = match inside {
                Inside::Nothing | Inside::Members(..) => "",
                Inside::Deeper => "  …",
                Inside::Again => "  … (as above)",
            };
            let (kind, note) = (self.kind(&field.member), note(field));
            text.push_str(&format!("{indent}{}  {kind}{note}{cut}\n", field.name));
            if let Inside::Members(id, inner) = inside {
                open.push(id);
                self.add(inner, open, text);
                open.pop();
            }
        }
    }

    fn inside(&self, member: &Member, open: &[ShapeId]) -> Inside<'a> {
        match &self.service.shape(member).kind {
            Kind::List { member: inner, .. } | Kind::Map { value: inner, .. } => self.inside(inner, open),
            Kind::Structure(structure) if structure.fields.is_empty() => Inside::Nothing,
            Kind::Structure(_) if open.contains(&member.shape) => Inside::Again,
            Kind::Structure(_) if open.len() >= self.depth => Inside::Deeper,
            Kind::Structure(structure) => Inside::Members(member.shape, structure),
            _ => Inside::Nothing,
        }
    }

    fn kind(&self, member: &Member) -> String {
        match &self.service.shape(member).kind {
            Kind::List { member, .. } => match &self.service.shape(member).kind {
                Kind::Structure(_) => "list of objects".to_owned(),
                _ => format!("list of {}", self.kind(member)),
            },
            Kind::Map { value, .. } => format!("map to {}", self.kind(value)),
            Kind::Text { values, .. } if !values.is_empty() => {
                let more = if values.len() > MOST_VALUES { " | …" } else { "" };
                format!("{}{more}", values.iter().take(MOST_VALUES).cloned().collect::<Vec<_>>().join(" | "))
            }
            other => word(other).to_owned(),
        }
    }

    /// For programs. `cut` says why an object has no members here.
    pub(super) fn json(&self, member: Option<&Member>) -> Json {
        match member {
            Some(member) => self.member_json(member, &mut Vec::new()),
            None => json!({ "type": "object", "members": {} }),
        }
    }

    fn member_json(&self, member: &Member, open: &mut Vec<ShapeId>) -> Json {
        let of = &self.service.shape(member).kind;
        let mut json = Map::from_iter([("type".to_owned(), json!(word(of)))]);
        match of {
            Kind::Structure(structure) => json.extend([self.structure_json(member, structure, open)]),
            Kind::List { member: inner, .. } | Kind::Map { value: inner, .. } => {
                json.insert("of".to_owned(), self.member_json(inner, open));
            }
            Kind::Text { values, .. } if !values.is_empty() => {
                json.insert("values".to_owned(), json!(values));
            }
            _ => {}
        }
        Json::Object(json)
    }

    fn structure_json(&self, member: &Member, structure: &Structure, open: &mut Vec<ShapeId>) -> (String, Json) {
        match self.inside(member, open) {
            Inside::Deeper => ("cut".to_owned(), json!("depth")),
            Inside::Again => ("cut".to_owned(), json!("recursion")),
            Inside::Nothing | Inside::Members(..) => {
                open.push(member.shape);
                let members: Map<_, _> = structure.fields.iter().map(|field| self.field_json(field, open)).collect();
                open.pop();
                ("members".to_owned(), Json::Object(members))
            }
        }
    }

    fn field_json(&self, field: &Field, open: &mut Vec<ShapeId>) -> (String, Json) {
        let mut json = self.member_json(&field.member, open);
        if let (true, Some(json)) = (field.required, json.as_object_mut()) {
            json.insert("required".to_owned(), json!(true));
        }
        (field.name.clone(), json)
    }
}

fn note(field: &Field) -> &'static str {
    match (field.member.is_token, field.required) {
        (true, _) => ", filled in by the host",
        (false, true) => ", required",
        (false, false) => "",
    }
}

/// The word for a type, the same for people and programs.
fn word(kind: &Kind) -> &'static str {
    match kind {
        Kind::Structure(_) => "object",
        Kind::List { .. } => "list",
        Kind::Map { .. } => "map",
        Kind::Text { .. } => "text",
        Kind::Integer(_) | Kind::Long(_) => "integer",
        Kind::Float | Kind::Double => "number",
        Kind::Boolean => "boolean",
        Kind::Blob => "base64",
        Kind::Timestamp => "time",
        Kind::Document => "any JSON",
    }
}
