//! `PropertySelector` and `DesiredValues`: a property of a response, and the values that it should have.

use stepwell_generic::model::{Kind, Member, Operation, Service};
use stepwell_generic::path::{PathFault, Selection};

use super::reference::{Scope, Type};
use super::selector::{self, Part, Path};
use crate::reference::quote;
use crate::yaml::Node;

/// A property of a response, and what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    /// The path to it (JMESPath).
    pub path: String,
    /// The condition that `outputs.property` has one of the values.
    pub condition: String,
}

/// Reads a property. The error is the reason why it has no counterpart.
pub fn read(
    selector: &Node,
    values: &Node,
    scope: &Scope<'_>,
    model: Option<(&Service, &Operation)>,
) -> Result<Property, String> {
    let path = parse(selector.text().unwrap_or_default(), model).map_err(|reason| format!("its selector {reason}"))?;
    let compared = model.map_or(Compared::Written, |(service, operation)| compared(service, operation, &path));
    let values = values.items().unwrap_or(std::slice::from_ref(values)).iter();
    let literals: Vec<_> =
        values.filter_map(|value| Some(literal(value.scalar()?.0, value, scope, compared))).collect();
    let property = match compared {
        Compared::Text | Compared::Integer | Compared::Number | Compared::Boolean => "outputs.property",
        Compared::Written => "outputs.property|string",
    };
    if path.finds_several() {
        let condition = every(&literals).ok_or("its selector can find several values, and too many are desired")?;
        return Ok(Property { path: format!("not_null({}, `[]`)", path.jmespath()), condition });
    }
    let condition = match literals.as_slice() {
        [] => return Err("it has no desired values".to_owned()),
        [only] => format!("{property} == {only}"),
        several => format!("{property} in [{}]", several.join(", ")),
    };
    Ok(Property { path: path.jmespath(), condition })
}

/// Most desired values of a selector that finds several: each set of them is a part of the condition.
const MOST_OF_SEVERAL: usize = 3;

/// The condition that there are values, and each of them is a desired one.
fn every(literals: &[String]) -> Option<String> {
    if let [only] = literals {
        return Some(format!("outputs.property|unique == [{only}]"));
    }
    let mut sorted = literals.to_vec();
    sorted.sort();
    sorted.dedup();
    let are_literal = sorted.iter().all(|literal| literal.starts_with('\''));
    if sorted.is_empty() || sorted.len() > MOST_OF_SEVERAL || !are_literal {
        return None;
    }
    let sets = (1..1_usize << sorted.len()).map(|set| {
        let of_set = sorted.iter().enumerate().filter(|(number, _)| set & (1 << number) != 0);
        format!("[{}]", of_set.map(|(_, literal)| literal.as_str()).collect::<Vec<_>>().join(", "))
    });
    Some(format!("outputs.property|unique|sort in [{}]", sets.collect::<Vec<_>>().join(", ")))
}

/// Reads a selector, and finds the one way that each `..Name` can mean in the model. The error completes "the selector …".
pub fn parse(text: &str, model: Option<(&Service, &Operation)>) -> Result<Path, String> {
    let mut path = selector::parse(text).map_err(|part| format!("has the part `{part}`, which has no counterpart"))?;
    while let Some(at) = path.0.iter().position(|part| matches!(part, Part::Deep(_))) {
        let (before, rest) = path.0.split_at(at);
        let Some((Part::Deep(name), after)) = rest.split_first() else { break };
        let way = way_to(name, before, model).map_err(|reason| format!("has the part `..{name}`, and {reason}"))?;
        let whole = Path([before, &way, after].concat());
        // A value that is not in a list would be the only item of one.
        if !whole.finds_several() {
            return Err(format!("has the part `..{name}`, and the value that it finds is in no list: write its path"));
        }
        path = whole;
    }
    Ok(path)
}

/// The one way from a place in the answer to a member of a name; the reason when there is not exactly one.
fn way_to(name: &str, before: &[Part], model: Option<(&Service, &Operation)>) -> Result<Vec<Part>, String> {
    let (service, operation) = model.ok_or("AWS's model of the operation is not known")?;
    let start = member(service, operation, &Path(before.to_vec()));
    let start = start.ok_or("AWS's model does not have the member before it")?;
    let mut search = Search { service, name, seen: Vec::new(), way: Vec::new(), found: Vec::new() };
    search.below(start);
    match search.found.as_slice() {
        [way] => Ok(way.clone()),
        [] => Err("AWS's model has no such member there".to_owned()),
        [one, other, ..] => {
            let shown = |way: &[Part]| Path([before, way].concat()).jmespath();
            Err(format!("it could mean `{}` or `{}`", shown(one), shown(other)))
        }
    }
}

/// The part of a path that finds nothing in any answer of AWS's model; none when each may find something.
pub fn fault(service: &Service, operation: &Operation, path: &Path) -> Option<PathFault> {
    Selection::read(&path.jmespath()).ok()?.finds(service, operation.output.as_ref()).err()
}

/// Looks for every member of a name.
struct Search<'s> {
    service: &'s Service,
    name: &'s str,
    /// The shapes on the way, which may contain themselves.
    seen: Vec<u32>,
    way: Vec<Part>,
    found: Vec<Vec<Part>>,
}

impl Search<'_> {
    fn below(&mut self, member: &Member) {
        // With two of them the search is over.
        if self.seen.contains(&member.shape.0) || self.found.len() > 1 {
            return;
        }
        self.seen.push(member.shape.0);
        match &self.service.shape(member).kind {
            Kind::Structure(structure) => {
                for field in &structure.fields {
                    self.way.push(Part::Name(field.name.clone()));
                    if field.name == self.name {
                        self.found.push(self.way.clone());
                    }
                    self.below(&field.member);
                    self.way.pop();
                }
            }
            Kind::List { member, .. } => {
                self.way.push(Part::Every);
                self.below(member);
                self.way.pop();
            }
            _ => {}
        }
        self.seen.pop();
    }
}

/// How a property is compared.
#[derive(Debug, Clone, Copy)]
enum Compared {
    Text,
    Integer,
    Number,
    Boolean,
    /// As it is written, because its type is unknown.
    Written,
}

fn compared(service: &Service, operation: &Operation, path: &Path) -> Compared {
    match member(service, operation, path).map(|member| &service.shape(member).kind) {
        Some(Kind::Text { .. } | Kind::Timestamp) => Compared::Text,
        Some(Kind::Integer(_) | Kind::Long(_)) => Compared::Integer,
        Some(Kind::Float | Kind::Double) => Compared::Number,
        Some(Kind::Boolean) => Compared::Boolean,
        _ => Compared::Written,
    }
}

/// The member of the response that a path names.
pub fn member<'s>(service: &'s Service, operation: &'s Operation, path: &Path) -> Option<&'s Member> {
    path.0.iter().try_fold(operation.output.as_ref()?, |member, part| match (&service.shape(member).kind, part) {
        (Kind::Structure(structure), Part::Name(name)) => structure.field(name).map(|field| &field.member),
        (Kind::Map { value, .. }, Part::Name(_)) => Some(value),
        (Kind::List { member, .. }, Part::Index(_) | Part::Every | Part::Where { .. }) => Some(member),
        _ => None,
    })
}

fn literal(text: &str, node: &Node, scope: &Scope<'_>, compared: Compared) -> String {
    let code = scope.code(text, node.at);
    let is_literal = code.text.starts_with('\'');
    let known = match compared {
        Compared::Boolean if is_literal => text.to_ascii_lowercase().parse::<bool>().ok().map(|flag| flag.to_string()),
        Compared::Integer if is_literal => text.parse::<i64>().ok().map(|number| number.to_string()),
        Compared::Number if is_literal => text.parse::<f64>().ok().map(|number| number.to_string()),
        Compared::Written if is_literal && matches!(text, "True" | "False") => Some(quote(&text.to_ascii_lowercase())),
        Compared::Text | Compared::Written if code.kind != Type::Text => Some(format!("{}|string", code.text)),
        Compared::Integer if code.kind == Type::Text => Some(format!("{}|int", code.text)),
        Compared::Number if code.kind == Type::Text => Some(format!("{}|float", code.text)),
        Compared::Boolean if code.kind == Type::Text => Some(format!("({}|lower == 'true')", code.text)),
        _ => None,
    };
    known.unwrap_or(code.text)
}
