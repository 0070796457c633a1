//! Steps that call an operation: `aws:executeAwsApi`, `aws:waitForAwsResourceProperty`, `aws:assertAwsResourceProperty`.

use std::sync::Arc;

use stepwell_generic::archive::Archive;
use stepwell_generic::model::{Kind, Operation, Service};
use stepwell_generic::path::PathFault;
use stepwell_model::NextAction as _;
use stepwell_model::job::{OperationName, Pages};
use stepwell_model::plan::{OperationCall, Operations as _};
use stepwell_model::plugin::Plugin;

use super::document::Step;
use super::property::{self, Property};
use super::reference::{Scope, Type};
use super::request::Request;
use super::selector::{Part, Path};
use crate::note::Notes;
use crate::toml::{Table, Value};
use crate::yaml::Node;

/// Names of services that are not those of boto3, which are ours.
const SERVICES: &[(&str, &str)] = &[
    ("applicationautoscaling", "application-autoscaling"),
    ("cloudwatchlogs", "logs"),
    ("configservice", "config"),
    ("deploy", "codedeploy"),
    ("elasticfilesystem", "efs"),
    ("elasticloadbalancing", "elb"),
    ("elasticloadbalancingv2", "elbv2"),
    ("elasticmapreduce", "emr"),
    ("email", "ses"),
    ("eventbridge", "events"),
    ("monitoring", "cloudwatch"),
    ("s3api", "s3"),
    ("states", "stepfunctions"),
    ("tagging", "resourcegroupstaggingapi"),
];

/// The inputs that are not part of the request.
const OWN: [&str; 4] = ["Service", "Api", "PropertySelector", "DesiredValues"];

/// What becomes of a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// The step reads none.
    None,
    /// The step waits for it.
    Until,
    /// The step fails without it.
    Expect,
}

/// A step that calls an operation.
#[derive(Debug, Default)]
pub struct Call {
    /// `uses`.
    pub uses: String,
    /// `with`.
    pub with: Table,
    /// The other keys.
    pub keys: Table,
    /// The outputs that it declares: name, code and type.
    pub outputs: Vec<(String, String, Type)>,
    /// The outputs of the document that it does not have.
    pub lost: Vec<String>,
    /// What stands for it in a plan. None: the model does not know it.
    pub plugin: Option<Box<Plugin>>,
}

/// Reads steps that call an operation.
pub struct Reader<'a> {
    /// The models.
    pub models: &'a Archive,
    /// The values that the step may read.
    pub scope: &'a Scope<'a>,
    /// Collects the notes.
    pub notes: &'a Notes,
}

impl Reader<'_> {
    /// Reads a step. None when it names no operation.
    pub fn read(&self, step: &Step<'_>, goal: Goal) -> Option<Call> {
        let (service_node, api_node) = (step.input("Service")?, step.input("Api")?);
        let name = operation_name(service_node.text()?, api_node.text()?)?;
        let service = self.service(&name, service_node);
        let operation = service.as_deref().and_then(|service| find(service, &name.operation));
        let name = OperationName { operation: operation.map_or(name.operation, |found| found.name.clone()), ..name };
        let request = Request { scope: self.scope, notes: self.notes, service: service.as_deref() };
        let model = service.as_deref().zip(operation);
        let structure = model.map(|(service, operation)| service.structure(operation.input.as_ref()));
        let inputs = step.node.child("inputs").and_then(Node::entries).into_iter().flatten();
        let inputs = inputs.filter(|(key, _)| !OWN.contains(key));
        let with = request.members(inputs, structure, &name.to_string());
        let mut call = Call { uses: name.to_string(), with, ..Call::default() };
        let property = self.property(step, goal, model);
        self.outputs(step, property.as_ref(), model, &mut call);
        if let (Some(property), Some(key)) = (property, goal.key()) {
            call.keys.set(key, format!("${{{}}}", property.condition));
        }
        if service.is_some() {
            self.check(name, goal, &mut call, api_node);
        }
        Some(call)
    }

    /// What stands in a plan for an operation that an action is. None when `uses` is a plugin.
    pub fn plugin(&self, uses: &str, with: &Table, wait: Option<&str>) -> Option<Plugin> {
        let name = OperationName::parse(uses.strip_prefix("aws:")?)?;
        let of = OperationCall {
            name,
            pages: Pages::First,
            page_limit: 1,
            select: None,
            wait: wait.map(str::to_owned),
            repeats: false,
            allow_unlisted: false,
        };
        self.models.plugin(&of, &with.keys().collect::<Vec<_>>()).ok()
    }

    fn service(&self, name: &OperationName, node: &Node) -> Option<Arc<Service>> {
        let found = self.models.service(&name.service);
        found
            .map_err(|error| {
                self.notes.leave_open(node.at, format!("{error}, so `job check` refuses the step"), error.next());
            })
            .ok()
    }

    /// Notes what the plan would refuse about the operation.
    fn check(&self, name: OperationName, goal: Goal, call: &mut Call, api: &Node) {
        let text = |key: &str| match call.keys.value(key) {
            Some(Value::Text(text)) => Some(text.clone()),
            _ => None,
        };
        let of = OperationCall {
            name,
            pages: Pages::First,
            page_limit: 1,
            select: text("select"),
            wait: text("wait"),
            repeats: goal == Goal::Until,
            allow_unlisted: false,
        };
        let given: Vec<_> = call.with.keys().collect();
        match self.models.plugin(&of, &given) {
            Ok(plugin) => call.plugin = Some(Box::new(plugin)),
            Err(refused) => {
                let what = format!("{}, because {}; `job check` refuses the step", refused.what, refused.because);
                self.notes.leave_open(api.at, what, refused.next);
            }
        }
    }

    fn property(&self, step: &Step<'_>, goal: Goal, model: Option<(&Service, &Operation)>) -> Option<Property> {
        let key = goal.key()?;
        let (selector, values) = (step.input("PropertySelector"), step.input("DesiredValues"));
        let read = match (selector, values) {
            (Some(selector), Some(values)) => property::read(selector, values, self.scope, model),
            _ => Err("it lacks `PropertySelector` or `DesiredValues`".to_owned()),
        };
        let several = |property: &Property| property.path.starts_with("not_null(");
        if let (Ok(property), Some(selector)) = (&read, selector)
            && several(property)
        {
            let what =
                format!("the selector of `{}` can find several values, and each of them has to be right", step.name);
            self.notes.add(selector.at, what, format!("correct `{key}` if one of them is enough"));
        }
        Some(read.unwrap_or_else(|reason| {
            let at = selector.map_or(step.at("inputs"), |selector| selector.at);
            values.inspect(|values| values.set_aside());
            let what = format!("the property of `{}` is not imported, because {reason}", step.name);
            let next = format!("write `{key}`, a condition over `outputs`; until then `job check` refuses it");
            self.notes.leave_open(at, what, next);
            Property { path: String::new(), condition: "unresolved.property".to_owned() }
        }))
    }

    /// Reads `outputs`, and writes `select` for what only JMESPath can find.
    fn outputs(
        &self,
        step: &Step<'_>,
        property: Option<&Property>,
        model: Option<(&Service, &Operation)>,
        call: &mut Call,
    ) {
        let mut found = Vec::new();
        if let Some(property) = property.filter(|property| !property.path.is_empty()) {
            found.push(format!("property: {}", property.path));
        }
        let mut reads_whole = property.is_none();
        for output in step.node.child("outputs").and_then(Node::items).into_iter().flatten() {
            let Some((name, selector)) = output.text_of("Name").zip(output.child("Selector")) else { continue };
            let path = match property::parse(selector.text().unwrap_or_default(), model) {
                Ok(path) => path,
                Err(reason) => {
                    let what = format!("the output `{name}` is not imported: its selector {reason}");
                    self.notes.add(selector.at, what, "read it from `outputs` of the step, or write `select`");
                    output.set_aside();
                    call.lost.push(name.to_owned());
                    continue;
                }
            };
            let base = format!("steps.{}.outputs", step.id);
            let whole = path.code(&base).inspect(|_| {
                reads_whole = true;
                self.note_missing(name, selector, model, &path);
            });
            let code = whole.unwrap_or_else(|| {
                let name = Path(vec![Part::Name(name.to_owned())]);
                // JSONPath finds an empty list where JMESPath finds nothing, and `null` stays out of a request.
                found.push(format!("{}: not_null({}, `[]`)", name.jmespath(), path.jmespath()));
                name.code(&base).unwrap_or_default()
            });
            call.outputs.push((name.to_owned(), code, kind(output.text_of("Type"), model, &path)));
        }
        let select = match (found.is_empty(), reads_whole) {
            (true, _) => return,
            (false, true) => format!("merge(@, {{{}}})", found.join(", ")),
            (false, false) => format!("{{{}}}", found.join(", ")),
        };
        call.keys.set("select", select);
    }

    /// Notes that an output reads what AWS's model does not have.
    fn note_missing(&self, output: &str, selector: &Node, model: Option<(&Service, &Operation)>, path: &Path) {
        let fault = model.and_then(|(service, operation)| property::fault(service, operation, path));
        if let Some(fault) = fault {
            let what = format!("the output `{output}` has no value: its selector {fault}");
            let (what, next) = match &fault {
                PathFault::Unknown { nearest: Some(meant), .. } => {
                    (what, format!("write `{meant}` in the expressions that read it"))
                }
                PathFault::Unknown { nearest: None, .. } => (what, "correct the expressions that read it".to_owned()),
                _ => (format!("{what}: {}", fault.because()), "correct the expressions that read it".to_owned()),
            };
            self.notes.leave_open(selector.at, what, next);
        }
    }
}

impl Goal {
    /// The key of the step that says it.
    fn key(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Until => Some("until"),
            Self::Expect => Some("expect"),
        }
    }
}

/// The type of an output: that of the model, which is what AWS answers, or that which the document declares.
fn kind(declared: Option<&str>, model: Option<(&Service, &Operation)>, path: &Path) -> Type {
    if path.finds_several() {
        return Type::List;
    }
    let of_model = model.and_then(|(service, operation)| {
        Some(match service.shape(property::member(service, operation, path)?).kind {
            Kind::Text { .. } | Kind::Timestamp | Kind::Blob => Type::Text,
            Kind::Integer(_) | Kind::Long(_) => Type::Integer,
            Kind::Boolean => Type::Boolean,
            Kind::List { .. } => Type::List,
            _ => Type::Any,
        })
    });
    of_model.unwrap_or(match declared {
        Some("String") | None => Type::Text,
        Some("Integer") => Type::Integer,
        Some("Boolean") => Type::Boolean,
        Some("StringList" | "MapList") => Type::List,
        Some(_) => Type::Any,
    })
}

/// The name of an operation, from a service of boto3 and an operation of AWS or a method of boto3.
fn operation_name(service: &str, api: &str) -> Option<OperationName> {
    let service = service.trim().to_ascii_lowercase();
    let service = SERVICES.iter().find(|(known, _)| *known == service).map_or(service.as_str(), |(_, ours)| ours);
    OperationName::parse(&format!("{service}/{}", api.trim()))
}

/// An operation by its name, or by the method of boto3 for it: `describe_instances`.
fn find<'s>(service: &'s Service, name: &str) -> Option<&'s Operation> {
    let plain = |text: &str| text.replace('_', "");
    let same = || service.operations.iter().find(|known| known.name.eq_ignore_ascii_case(&plain(name)));
    service.operation(name).or_else(same)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_service_of_the_table_is_one_of_ours() {
        for (theirs, ours) in SERVICES {
            assert!(Archive::shipped().service(ours).is_ok(), "{theirs}: {ours}");
            assert!(Archive::shipped().service(theirs).is_err(), "{theirs}");
        }
    }

    #[test]
    fn an_operation_is_found_by_both_of_its_names() {
        let service = Archive::shipped().service("rds").expect("it is there");
        for name in ["DescribeDBInstances", "describe_db_instances", "describeDBInstances"] {
            assert_eq!(find(&service, name).map(|found| found.name.as_str()), Some("DescribeDBInstances"), "{name}");
        }
        assert!(find(&service, "DescribeDBInstance").is_none());
    }
}
