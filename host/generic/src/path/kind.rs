//! What a path can find in an answer, by the model of the service: a member that no answer has is a mistake in a job, and
//! would be found only when the call has been made.

use jmespath::ast::Ast;
use serde_json::{Map, Value as Json, json};
use stepwell_model::NextAction;
use stepwell_model::error::{list_names, nearest};

use crate::model::{Kind, Member, Service};
use crate::scalar;

/// What a path finds.
#[derive(Debug, Clone)]
pub enum Found<'a> {
    /// A value of a shape.
    Member(&'a Member),
    /// A list of such values.
    List(Box<Self>),
    /// An object that the path makes, with the names of its members.
    Object(Vec<(String, Self)>),
    /// A text, a number or a truth value that the path makes.
    Scalar,
    /// Anything.
    Any,
}

impl<'a> Found<'a> {
    /// An answer. Without a shape, it has no members.
    pub fn of(output: Option<&'a Member>) -> Self {
        output.map_or_else(|| Self::Object(Vec::new()), Self::Member)
    }

    /// The names of the outputs that it becomes: the members of an object, and `result` for anything else. None: only the
    /// run knows them.
    pub fn names(&self, service: &Service) -> Option<Vec<String>> {
        let result = || Some(vec!["result".to_owned()]);
        match self {
            Self::Any => None,
            Self::Object(pairs) => Some(pairs.iter().map(|(name, _)| name.clone()).collect()),
            Self::List(_) | Self::Scalar => result(),
            Self::Member(member) => match &service.shape(member).kind {
                Kind::Structure(structure) => Some(structure.fields.iter().map(|field| field.name.clone()).collect()),
                Kind::Map { .. } | Kind::Document => None,
                _ => result(),
            },
        }
    }

    /// A JSON Schema of what it finds, by the types of the model, as deep as expressions usually read.
    pub fn schema(&self, service: &Service) -> Json {
        self.typed(service, DEEPEST)
    }

    fn typed(&self, service: &Service, depth: usize) -> Json {
        match self {
            Self::Any => json!({}),
            Self::Scalar => json!({ "type": "string" }),
            Self::List(items) => json!({ "type": "array", "items": items.typed(service, depth) }),
            Self::Object(pairs) => {
                object(pairs.iter().map(|(name, found)| (name.clone(), found.typed(service, depth))))
            }
            Self::Member(member) => typed(service, member, depth),
        }
    }
}

/// Levels of structures and lists below the outputs. Shapes of EC2 have dozens of members on each.
const DEEPEST: usize = 4;

fn typed(service: &Service, member: &Member, depth: usize) -> Json {
    let Some(deeper) = depth.checked_sub(1) else { return json!({}) };
    match &service.shape(member).kind {
        Kind::Structure(structure) => {
            let fields = structure.fields.iter();
            object(fields.map(|field| (field.name.clone(), typed(service, &field.member, deeper))))
        }
        Kind::List { member, .. } => json!({ "type": "array", "items": typed(service, member, deeper) }),
        Kind::Map { .. } => object([]),
        Kind::Document => json!({}),
        Kind::Text { .. } | Kind::Blob | Kind::Timestamp => json!({ "type": "string" }),
        Kind::Integer(_) | Kind::Long(_) => json!({ "type": "integer" }),
        Kind::Float | Kind::Double => json!({ "type": "number" }),
        Kind::Boolean => json!({ "type": "boolean" }),
    }
}

fn object(properties: impl IntoIterator<Item = (String, Json)>) -> Json {
    json!({ "type": "object", "properties": properties.into_iter().collect::<Map<_, _>>() })
}

/// A part of a path that finds nothing in any answer, shown behind what the path is: "`select` reads `Name`, …".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathFault {
    /// A member that is not there.
    #[error("reads `{name}`, which no answer has")]
    Unknown {
        /// Its name.
        name: String,
        /// A known one that resembles it.
        nearest: Option<String>,
        /// The members that are there.
        known: Vec<String>,
    },
    /// A member of a value that has none.
    #[error("reads `{name}` of what has no members")]
    NoObject {
        /// The name of the member.
        name: String,
        /// What the value is.
        is: &'static str,
    },
    /// An index, or `[]`, of a value that is no list.
    #[error("reads the items of what is no list")]
    NoList {
        /// What the value is.
        is: &'static str,
    },
    /// A function that JMESPath does not have.
    #[error("calls `{name}`, which is no function")]
    Function {
        /// Its name.
        name: String,
        /// A known one that resembles it.
        nearest: Option<String>,
    },
}

impl NextAction for PathFault {
    fn because(&self) -> String {
        match self {
            Self::Unknown { known, .. } if known.is_empty() => "AWS's model names no member there".to_owned(),
            Self::Unknown { known, .. } => {
                format!("the members there are {}", list_names(known.iter().map(String::as_str)))
            }
            Self::NoObject { is, .. } | Self::NoList { is } => format!("by AWS's model, it is {is}"),
            Self::Function { .. } => {
                format!("the functions of JMESPath are {}", list_names(FUNCTIONS.iter().map(|(name, _)| *name)))
            }
        }
    }

    fn next(&self) -> String {
        match self {
            Self::Unknown { nearest: Some(meant), .. } => {
                format!("write `{meant}`, or set `allow_unlisted = true` if AWS answers with it by now")
            }
            Self::Unknown { nearest: None, .. } => {
                "use one of them, or set `allow_unlisted = true` if AWS answers with it by now".to_owned()
            }
            Self::NoObject { name, is: "a list" } => {
                format!("write `[].{name}` for that of every item, or `[0].{name}` for that of the first")
            }
            Self::NoObject { name, .. } => format!("leave `{name}` out"),
            Self::NoList { .. } => "leave the brackets out".to_owned(),
            Self::Function { nearest: Some(meant), .. } => format!("write `{meant}`"),
            Self::Function { nearest: None, .. } => "use one of them".to_owned(),
        }
    }
}

/// The functions of JMESPath, and what they make.
const FUNCTIONS: [(&str, Made); 26] = [
    ("abs", Made::Scalar),
    ("avg", Made::Scalar),
    ("ceil", Made::Scalar),
    ("contains", Made::Scalar),
    ("ends_with", Made::Scalar),
    ("floor", Made::Scalar),
    ("join", Made::Scalar),
    ("keys", Made::Scalars),
    ("length", Made::Scalar),
    ("map", Made::Mapped),
    ("max", Made::Item),
    ("max_by", Made::Item),
    ("merge", Made::Any),
    ("min", Made::Item),
    ("min_by", Made::Item),
    ("not_null", Made::Any),
    ("reverse", Made::Same),
    ("sort", Made::Same),
    ("sort_by", Made::Same),
    ("starts_with", Made::Scalar),
    ("sum", Made::Scalar),
    ("to_array", Made::Any),
    ("to_number", Made::Scalar),
    ("to_string", Made::Scalar),
    ("type", Made::Scalar),
    ("values", Made::Any),
];

/// What a function makes of its arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Made {
    Scalar,
    Scalars,
    /// An item of its first argument.
    Item,
    /// Its first argument, in another order.
    Same,
    /// A list of what its first argument makes of the items of its second.
    Mapped,
    Any,
}

/// What a path finds in a value.
///
/// # Errors
/// The first part that finds nothing, whatever the value is.
pub(super) fn find<'a>(service: &'a Service, path: &Ast, of: &Found<'a>) -> Result<Found<'a>, PathFault> {
    Finder { service }.find(path, of)
}

struct Finder<'a> {
    service: &'a Service,
}

impl<'a> Finder<'a> {
    fn find(&self, path: &Ast, of: &Found<'a>) -> Result<Found<'a>, PathFault> {
        match path {
            Ast::Identity { .. } => Ok(of.clone()),
            Ast::Field { name, .. } => self.field(name, of),
            Ast::Subexpr { lhs, rhs, .. } => self.find(rhs, &self.find(lhs, of)?),
            Ast::Index { .. } => self.item(of),
            Ast::Slice { .. } => self.item(of).map(list),
            Ast::Projection { lhs, rhs, .. } => {
                let items = self.item(&self.find(lhs, of)?)?;
                self.find(rhs, &items).map(list)
            }
            Ast::Flatten { node, .. } => {
                let item = self.item(&self.find(node, of)?)?;
                Ok(list(if self.is_list(&item) { self.item(&item)? } else { item }))
            }
            Ast::ObjectValues { node, .. } => Ok(list(self.values(&self.find(node, of)?))),
            Ast::Condition { predicate, then, .. } => {
                self.find(predicate, of)?;
                self.find(then, of)
            }
            Ast::Comparison { lhs, rhs, .. } => {
                self.find(lhs, of)?;
                self.find(rhs, of)?;
                Ok(Found::Scalar)
            }
            Ast::And { lhs, rhs, .. } | Ast::Or { lhs, rhs, .. } => {
                self.find(lhs, of)?;
                self.find(rhs, of)?;
                Ok(Found::Any)
            }
            Ast::Not { node, .. } => self.find(node, of).map(|_| Found::Scalar),
            Ast::Literal { .. } => Ok(Found::Any),
            Ast::MultiList { elements, .. } => {
                elements.iter().try_for_each(|element| self.find(element, of).map(drop))?;
                Ok(list(Found::Any))
            }
            Ast::MultiHash { elements, .. } => {
                let pairs = elements.iter().map(|pair| Ok((pair.key.clone(), self.find(&pair.value, of)?)));
                pairs.collect::<Result<_, PathFault>>().map(Found::Object)
            }
            Ast::Function { name, args, .. } => self.function(name, args, of),
            // Its function finds what it is asked about.
            Ast::Expref { .. } => Ok(Found::Any),
        }
    }

    fn field(&self, name: &str, of: &Found<'a>) -> Result<Found<'a>, PathFault> {
        match of {
            Found::Any => Ok(Found::Any),
            Found::Object(pairs) => {
                let found = pairs.iter().find(|(key, _)| key == name).map(|(_, found)| found.clone());
                found.ok_or_else(|| unknown(name, pairs.iter().map(|(key, _)| key.as_str())))
            }
            Found::List(_) | Found::Scalar => {
                Err(PathFault::NoObject { name: name.to_owned(), is: what(of, self.service) })
            }
            Found::Member(member) => match &self.service.shape(member).kind {
                Kind::Structure(structure) => {
                    let found = structure.field(name).map(|field| Found::Member(&field.member));
                    found.ok_or_else(|| unknown(name, structure.fields.iter().map(|field| field.name.as_str())))
                }
                Kind::Map { value, .. } => Ok(Found::Member(value)),
                Kind::Document => Ok(Found::Any),
                _ => Err(PathFault::NoObject { name: name.to_owned(), is: what(of, self.service) }),
            },
        }
    }

    /// An item of a list.
    fn item(&self, of: &Found<'a>) -> Result<Found<'a>, PathFault> {
        match of {
            Found::Any => Ok(Found::Any),
            Found::List(item) => Ok((**item).clone()),
            Found::Member(member) => match &self.service.shape(member).kind {
                Kind::List { member, .. } => Ok(Found::Member(member)),
                Kind::Document => Ok(Found::Any),
                _ => Err(PathFault::NoList { is: what(of, self.service) }),
            },
            Found::Object(_) | Found::Scalar => Err(PathFault::NoList { is: what(of, self.service) }),
        }
    }

    fn is_list(&self, of: &Found<'a>) -> bool {
        match of {
            Found::List(_) => true,
            Found::Member(member) => matches!(self.service.shape(member).kind, Kind::List { .. }),
            Found::Any | Found::Object(_) | Found::Scalar => false,
        }
    }

    fn values(&self, of: &Found<'a>) -> Found<'a> {
        match of {
            Found::Member(member) => match &self.service.shape(member).kind {
                Kind::Map { value, .. } => Found::Member(value),
                _ => Found::Any,
            },
            _ => Found::Any,
        }
    }

    fn function(&self, name: &str, args: &[Ast], of: &Found<'a>) -> Result<Found<'a>, PathFault> {
        let Some((_, made)) = FUNCTIONS.iter().find(|(known, _)| *known == name) else {
            let known = nearest(name, FUNCTIONS.iter().map(|(known, _)| *known)).map(str::to_owned);
            return Err(PathFault::Function { name: name.to_owned(), nearest: known });
        };
        let found = args.iter().map(|arg| self.find(arg, of)).collect::<Result<Vec<_>, _>>()?;
        // `sort_by(list, &path)`, and `map(&path, list)` the other way round.
        let (path, items) = match args {
            [Ast::Expref { ast, .. }, _] => (Some(ast), found.get(1)),
            [_, Ast::Expref { ast, .. }] => (Some(ast), found.first()),
            _ => (None, None),
        };
        let mapped = match (path, items) {
            (Some(path), Some(items)) => self.find(path, &self.item(items)?)?,
            _ => Found::Any,
        };
        let first = found.into_iter().next().unwrap_or(Found::Any);
        match made {
            Made::Scalar => Ok(Found::Scalar),
            Made::Scalars => Ok(list(Found::Scalar)),
            Made::Item => self.item(&first),
            Made::Same => Ok(first),
            Made::Mapped => Ok(list(mapped)),
            Made::Any => Ok(Found::Any),
        }
    }
}

fn list(item: Found<'_>) -> Found<'_> {
    Found::List(Box::new(item))
}

fn unknown<'k>(name: &str, known: impl Iterator<Item = &'k str> + Clone) -> PathFault {
    PathFault::Unknown {
        name: name.to_owned(),
        nearest: nearest(name, known.clone()).map(str::to_owned),
        known: known.map(str::to_owned).collect(),
    }
}

fn what(of: &Found<'_>, service: &Service) -> &'static str {
    match of {
        Found::Member(member) => scalar::wanted(&service.shape(member).kind),
        Found::List(_) => "a list",
        Found::Object(_) => "an object",
        Found::Scalar => "a single value",
        Found::Any => "anything",
    }
}

#[cfg(test)]
mod tests {
    use super::super::Selection;
    use super::*;
    use crate::archive::Archive;

    fn fault(service: &str, operation: &str, path: &str) -> Option<PathFault> {
        let service = Archive::shipped().service(service).unwrap();
        let output = service.operation(operation).unwrap().output.as_ref();
        Selection::read(path).unwrap().finds(&service, output).err()
    }

    #[test]
    fn what_an_answer_has_is_found() {
        for (service, operation, path) in [
            ("dynamodb", "ListTables", "TableNames"),
            ("dynamodb", "ListTables", "length(TableNames)"),
            ("dynamodb", "DescribeTable", "{status: Table.TableStatus, keys: Table.KeySchema[].AttributeName}"),
            ("dynamodb", "GetItem", "Item.anything.S"),
            ("ec2", "DescribeInstances", "Reservations[].Instances[].[InstanceId, State.Name]"),
            ("ec2", "DescribeInstances", "Reservations[*].Instances[?State.Name=='running'][].InstanceId | [0]"),
            ("ec2", "DescribeInstances", "sort_by(Reservations[].Instances[], &LaunchTime)[-1].InstanceId"),
            ("ec2", "DescribeInstances", "map(&InstanceId, Reservations[].Instances[])"),
            ("ec2", "DescribeInstances", "Reservations[0].Instances[0].Tags[?Key=='Name'].Value | [0]"),
            ("ec2", "DescribeInstances", "join(', ', sort(Reservations[].Instances[].InstanceId))"),
            ("lambda", "GetFunction", "Tags.*"),
            ("lambda", "GetFunction", "not_null(Configuration.Role, Configuration.Handler)"),
            ("sqs", "GetQueueAttributes", "to_number(Attributes.ApproximateNumberOfMessages)"),
            ("dynamodb", "ListTables", "@"),
            ("dynamodb", "ListTables", "TableNames[:2]"),
        ] {
            assert_eq!(fault(service, operation, path), None, "{path}");
        }
    }

    #[test]
    fn a_member_that_no_answer_has_is_told_with_the_nearest_one() {
        for (service, operation, path, name, expected) in [
            ("dynamodb", "ListTables", "TableName", "TableName", Some("TableNames")),
            ("dynamodb", "ListTables", "{a: TableNamess, b: TableNames}", "TableNamess", Some("TableNames")),
            ("dynamodb", "DescribeTable", "Table.TableStats", "TableStats", Some("TableStatus")),
            ("ec2", "DescribeInstances", "Reservations[].Instances[?State.Nam=='a']", "Nam", Some("Name")),
            (
                "ec2",
                "DescribeInstances",
                "sort_by(Reservations[].Instances[], &LanchTime)",
                "LanchTime",
                Some("LaunchTime"),
            ),
            ("ec2", "DescribeInstances", "Reservations[].{id: OwnerId} | [].ids", "ids", Some("id")),
            ("dynamodb", "ListTables", "Tables || TableNames", "Tables", None),
            ("ec2", "RebootInstances", "Return", "Return", None),
        ] {
            let Some(PathFault::Unknown { name: found, nearest, .. }) = fault(service, operation, path) else {
                panic!("{path}")
            };
            assert_eq!((&*found, nearest.as_deref()), (name, expected), "{path}");
        }
    }

    #[test]
    fn a_list_has_no_members_and_a_text_no_items() {
        let of = |path: &str| fault("dynamodb", "DescribeTable", path).unwrap();
        let name = "AttributeName".to_owned();
        assert_eq!(of("Table.KeySchema.AttributeName"), PathFault::NoObject { name, is: "a list" });
        assert_eq!(of("Table.TableName[0]"), PathFault::NoList { is: "text" });
        assert_eq!(of("Table[]"), PathFault::NoList { is: "an object" });
    }

    #[test]
    fn a_function_that_is_none_is_told() {
        let of = |path: &str| fault("dynamodb", "ListTables", path).unwrap();
        let function = |name: &str, nearest: Option<&str>| PathFault::Function {
            name: name.to_owned(),
            nearest: nearest.map(str::to_owned),
        };
        assert_eq!(of("lenght(TableNames)"), function("lenght", Some("length")));
        assert_eq!(of("uppercase(TableNames[0])"), function("uppercase", None));
        for (name, _) in FUNCTIONS {
            assert!(jmespath::DEFAULT_RUNTIME.get_function(name).is_some(), "{name}");
        }
    }
}
