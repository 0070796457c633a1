//! Runs a saved Logs Insights query on log groups and shows the result.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stepwell_plugin::cloudwatch_logs::{
    self, DescribeQueryDefinitionsRequest, Past, Query, QueryDefinition, QueryOutputs, TimeUnit,
};
use stepwell_plugin::{
    CallError, Duration, Failure, Invocation, Outcome, Schedule, StateWait, WaitingStep, pages, warn,
};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// The folder of the saved query, such as `infra/nginx`; empty when it is in no folder.
    #[serde(default)]
    query_path: String,
    /// The name of the saved query.
    #[schemars(regex(pattern = "[^/]"))]
    query_name: String,
    /// The log groups to query, instead of those saved with the query. A query in SQL names its log groups itself; then
    /// these are ignored with a warning.
    #[schemars(length(min = 1, max = 20), inner(regex(pattern = r"^[.\-_/#A-Za-z0-9]{1,512}$")))]
    log_groups: Vec<String>,
    /// The unit of `past_time_range`.
    time_unit: TimeUnit,
    /// The length of the queried time range, which ends now, in units of `time_unit`.
    #[schemars(range(min = 1))]
    past_time_range: u32,
    /// The maximum number of rows. A limit in the query has priority.
    #[serde(default = "thousand")]
    #[schemars(range(min = 1, max = 10000))]
    limit: u32,
    /// Stop the query after this time.
    #[serde(default = "Schedule::usual_timeout")]
    #[schemars(extend("x-stepwell-within-timeout" = true))]
    timeout: Duration,
    /// The longest pause between two polls. The first pauses are shorter.
    #[serde(default = "five_seconds")]
    poll_every: Duration,
}

fn thousand() -> u32 {
    1000
}

fn five_seconds() -> Duration {
    Duration::seconds(5)
}

#[derive(Serialize, JsonSchema)]
struct Outputs {
    /// The id of the saved query.
    query_definition_id: String,
    #[serde(flatten)]
    query: QueryOutputs,
}

/// The checkpoint keeps the id of the saved query.
type Waiting = StateWait<String>;

struct CloudwatchLogsSavedQuery;

impl WaitingStep for CloudwatchLogsSavedQuery {
    type Config = Config;
    type Outputs = Outputs;
    type Checkpoint = Waiting;

    fn start(_: &Invocation, config: Config) -> Result<Outcome<Self>, Failure> {
        let saved = saved(&normal(&format!("{}/{}", config.query_path, config.query_name)))?;
        let query = Query {
            log_groups: log_groups(config.log_groups, &saved),
            past: Past { count: config.past_time_range, unit: config.time_unit },
            query_string: saved.query_string,
            query_language: saved.query_language,
            limit: config.limit,
        };
        // No poll yet: a query takes at least a second.
        cloudwatch_logs::wait(query.start((config.timeout, config.poll_every), saved.query_definition_id)?)
    }

    fn resume(_: &Invocation, _: Config, mut waiting: Waiting) -> Result<Outcome<Self>, Failure> {
        match cloudwatch_logs::look(&mut waiting)? {
            Some(query) => Ok(Outcome::Done(Outputs { query_definition_id: waiting.details, query })),
            None => cloudwatch_logs::wait(waiting),
        }
    }

    fn cancel(_: &Invocation, _: Config, waiting: Waiting) -> Result<(), Failure> {
        cloudwatch_logs::stop(waiting.resource())
    }
}

/// The log groups for the request: none for a query in SQL.
fn log_groups(wanted: Vec<String>, saved: &QueryDefinition) -> Vec<String> {
    if saved.query_language.as_deref() != Some("SQL") {
        return wanted;
    }
    warn!("{}: a query in SQL names its log groups itself; `log_groups` is ignored", saved.name);
    Vec::new()
}

/// The saved query of exactly this name, which AWS may keep with a slash before it.
fn saved(name: &str) -> Result<QueryDefinition, Failure> {
    let mut definitions = beginning(name.to_owned())?;
    definitions.extend(beginning(format!("/{name}"))?);
    only(name, definitions)
}

/// The saved queries whose names begin with this text.
fn beginning(prefix: String) -> Result<Vec<QueryDefinition>, CallError> {
    pages(|next_token| {
        let request = DescribeQueryDefinitionsRequest {
            query_definition_name_prefix: Some(prefix.clone()),
            max_results: None,
            next_token,
        };
        let page = cloudwatch_logs::describe_query_definitions(&request)?;
        Ok((page.query_definitions, page.next_token))
    })
}

/// The only query of this name. AWS returns every query whose name begins with it, and two queries may have one name.
fn only(name: &str, definitions: Vec<QueryDefinition>) -> Result<QueryDefinition, Failure> {
    let mut found = definitions.into_iter().filter(|definition| normal(&definition.name) == name);
    match (found.next(), found.count()) {
        (Some(definition), 0) => Ok(definition),
        (Some(_), more) => {
            Err(Failure::configuration_invalid(format!("`query_name`: {} saved queries are named `{name}`", more + 1)))
        }
        (None, _) => Err(Failure::not_found(format!("there is no saved query `{name}`"))),
    }
}

/// The name without slashes at its ends and without empty folders.
fn normal(name: &str) -> String {
    name.split('/').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/")
}

stepwell_plugin::export!(CloudwatchLogsSavedQuery);

#[cfg(test)]
mod tests {
    use super::*;

    fn definition(id: &str, name: &str) -> QueryDefinition {
        QueryDefinition { query_definition_id: id.to_owned(), name: name.to_owned(), ..Default::default() }
    }

    #[test]
    fn slashes_at_the_ends_and_double_slashes_are_ignored() {
        for name in ["infra/nginx/errors", "/infra/nginx//errors", "infra//nginx/errors/"] {
            assert_eq!(normal(name), "infra/nginx/errors");
        }
        assert_eq!(normal("/errors"), "errors");
    }

    #[test]
    fn a_name_that_only_begins_the_same_is_another_query() {
        let all = vec![definition("1", "infra/errors-today"), definition("2", "infra/errors")];
        assert_eq!(only("infra/errors", all).unwrap().query_definition_id, "2");
        let failure = only("infra/errors", vec![definition("1", "infra/errors/old")]).unwrap_err();
        assert_eq!((&*failure.code, &*failure.message), ("NotFound", "there is no saved query `infra/errors`"));
    }

    #[test]
    fn a_query_in_sql_is_sent_without_log_groups_and_every_other_one_with_them() {
        let groups = |language: Option<&str>| {
            let query_language = language.map(str::to_owned);
            let saved = QueryDefinition { query_language, ..definition("1", "errors") };
            log_groups(vec!["/web".to_owned()], &saved)
        };
        assert_eq!(groups(Some("SQL")), [""; 0]);
        for language in [None, Some("CWLI"), Some("PPL")] {
            assert_eq!(groups(language), ["/web"]);
        }
    }

    #[test]
    fn of_two_queries_of_one_name_none_is_chosen() {
        let failure = only("errors", vec![definition("1", "errors"), definition("2", "/errors")]).unwrap_err();
        assert_eq!(failure.code, "ConfigurationInvalid");
        assert!(failure.message.contains("2 saved queries are named `errors`"), "{failure}");
    }
}
