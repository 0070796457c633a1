//! Endpoint rules, from botocore's `endpoint-rule-set-1.json`. Every key and function is known, or the conversion fails.

use serde::Deserialize;
use serde_json::{Map, Value as Json};
use stepwell_generic::endpoint::{
    Attribute, AuthKind, AuthTemplate, BuiltIn, Call, Condition, EndpointTemplate, Expression, Outcome, Parameter,
    ParameterKind, Piece, Rule, RuleSet, Step, Template,
};

use super::problem::{Inside as _, Problem};
use super::service::scalar;
use super::source::Ignored;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    parameters: Map<String, Json>,
    rules: Vec<RuleSource>,
    #[serde(rename = "version")]
    _version: Ignored,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ParameterSource {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    required: bool,
    default: Option<Json>,
    built_in: Option<String>,
    #[serde(rename = "documentation")]
    _documentation: Option<Ignored>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleSource {
    #[serde(rename = "type")]
    kind: String,
    conditions: Vec<Json>,
    rules: Option<Vec<RuleSource>>,
    error: Option<Json>,
    endpoint: Option<EndpointSource>,
    #[serde(rename = "documentation")]
    _documentation: Option<Ignored>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EndpointSource {
    url: Json,
    #[serde(default)]
    properties: Properties,
    #[serde(default)]
    headers: Map<String, Json>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Properties {
    auth_schemes: Vec<AuthSource>,
    backend: Option<String>,
    metric_values: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AuthSource {
    name: String,
    signing_name: Option<String>,
    signing_region: Option<String>,
    #[serde(default)]
    signing_region_set: Vec<String>,
    #[serde(default)]
    disable_double_encoding: bool,
}

/// Parses a rule set.
pub(super) fn parse(json: Json) -> Result<RuleSet, Problem> {
    let source: Source = serde_json::from_value(json)?;
    let mut parameters = Vec::new();
    for (name, json) in source.parameters {
        parameters.push(parameter(&name, json).inside(&name).inside("parameters")?);
    }
    parameters.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(RuleSet { parameters, rules: rules(source.rules).inside("rules")? })
}

/// Whether every endpoint of the rules asks for Signature version 4A and takes no other.
pub(super) fn only_sigv4a(rules: &RuleSet) -> bool {
    fn all(rules: &[Rule]) -> bool {
        rules.iter().all(|rule| match &rule.outcome {
            Outcome::Tree(rules) => all(rules),
            Outcome::Error(_) => true,
            Outcome::Endpoint(endpoint) => {
                !endpoint.auth.is_empty() && endpoint.auth.iter().all(|auth| auth.kind == AuthKind::SigV4a)
            }
        })
    }
    all(&rules.rules)
}

fn parameter(name: &str, json: Json) -> Result<Parameter, Problem> {
    let source: ParameterSource = serde_json::from_value(json)?;
    let kind = match source.kind.as_str() {
        "boolean" | "Boolean" => ParameterKind::Bool,
        "string" | "String" => ParameterKind::Text,
        "stringArray" => ParameterKind::Texts,
        other => return Err(Problem::new(format!("unknown type `{other}`"))),
    };
    Ok(Parameter {
        name: name.to_owned(),
        kind,
        required: source.required,
        default: source.default.as_ref().map(scalar).transpose()?,
        built_in: source.built_in.as_deref().map(built_in).transpose()?,
    })
}

fn built_in(name: &str) -> Result<BuiltIn, Problem> {
    Ok(match name {
        "AWS::Region" => BuiltIn::Region,
        "AWS::UseFIPS" => BuiltIn::UseFips,
        "AWS::UseDualStack" => BuiltIn::UseDualStack,
        "SDK::Endpoint" => BuiltIn::Endpoint,
        "AWS::Auth::AccountId" => BuiltIn::AccountId,
        "AWS::Auth::AccountIdEndpointMode" => BuiltIn::AccountIdEndpointMode,
        "AWS::S3::ForcePathStyle" => BuiltIn::S3ForcePathStyle,
        "AWS::S3::Accelerate" => BuiltIn::S3Accelerate,
        "AWS::S3::UseGlobalEndpoint" => BuiltIn::S3UseGlobalEndpoint,
        "AWS::S3::DisableMultiRegionAccessPoints" => BuiltIn::S3DisableMultiRegionAccessPoints,
        "AWS::S3::UseArnRegion" => BuiltIn::S3UseArnRegion,
        "AWS::S3Control::UseArnRegion" => BuiltIn::S3ControlUseArnRegion,
        "AWS::STS::UseGlobalEndpoint" => BuiltIn::StsUseGlobalEndpoint,
        other => return Err(Problem::new(format!("unknown built-in parameter `{other}`"))),
    })
}

fn rules(sources: Vec<RuleSource>) -> Result<Vec<Rule>, Problem> {
    let numbered = sources.into_iter().enumerate();
    numbered.map(|(number, source)| rule(source).inside(&number.to_string())).collect()
}

fn rule(source: RuleSource) -> Result<Rule, Problem> {
    let conditions = source.conditions.iter().map(condition).collect::<Result<_, _>>().inside("conditions")?;
    let outcome = match (source.kind.as_str(), source.rules, source.error, source.endpoint) {
        ("tree", Some(sources), None, None) => Outcome::Tree(rules(sources)?),
        ("error", None, Some(Json::String(text)), None) => Outcome::Error(template(&text)?),
        ("endpoint", None, None, Some(source)) => Outcome::Endpoint(endpoint(source).inside("endpoint")?),
        (kind, ..) => return Err(Problem::new(format!("`{kind}` is no known kind of rule with what it has"))),
    };
    Ok(Rule { conditions, outcome })
}

fn endpoint(source: EndpointSource) -> Result<EndpointTemplate, Problem> {
    let mut headers = Vec::new();
    for (name, values) in source.headers {
        let values: Vec<String> = serde_json::from_value(values)?;
        headers.push((name, values.iter().map(|value| template(value)).collect::<Result<_, _>>()?));
    }
    Ok(EndpointTemplate {
        url: expression(&source.url).inside("url")?,
        headers,
        auth: source.properties.auth_schemes.iter().map(auth).collect::<Result<_, _>>()?,
        backend: source.properties.backend,
        metrics: source.properties.metric_values,
    })
}

fn auth(source: &AuthSource) -> Result<AuthTemplate, Problem> {
    let kind = match source.name.as_str() {
        "sigv4" => AuthKind::SigV4,
        "sigv4a" => AuthKind::SigV4a,
        "sigv4-s3express" => AuthKind::S3Express,
        other => return Err(Problem::new(format!("unknown signature `{other}`"))),
    };
    let optional = |text: &Option<String>| text.as_deref().map(template).transpose();
    Ok(AuthTemplate {
        kind,
        signing_name: optional(&source.signing_name)?,
        signing_region: optional(&source.signing_region)?,
        region_set: source.signing_region_set.iter().map(|region| template(region)).collect::<Result<_, _>>()?,
        disable_double_encoding: source.disable_double_encoding,
    })
}

fn condition(json: &Json) -> Result<Condition, Problem> {
    let source: CallSource = serde_json::from_value(json.clone())?;
    Ok(Condition { call: call(&source).inside(&source.function)?, assign: source.assign })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CallSource {
    #[serde(rename = "fn")]
    function: String,
    argv: Vec<Json>,
    assign: Option<String>,
}

fn expression(json: &Json) -> Result<Expression, Problem> {
    match json {
        Json::Bool(value) => Ok(Expression::Bool(*value)),
        Json::String(text) => template(text).map(Expression::Text),
        Json::Object(fields) if fields.contains_key("fn") => {
            let condition = condition(json)?;
            match condition.assign {
                None => Ok(Expression::Call(Box::new(condition.call))),
                Some(name) => Err(Problem::new(format!("`{name}` is assigned inside an expression"))),
            }
        }
        Json::Object(fields) => match (fields.get("ref"), fields.len()) {
            (Some(Json::String(name)), 1) => Ok(Expression::Variable(name.clone())),
            _ => Err(Problem::new(format!("unknown expression {json}"))),
        },
        other => Err(Problem::new(format!("unknown expression {other}"))),
    }
}

fn call(source: &CallSource) -> Result<Call, Problem> {
    let unknown = || Problem::new(format!("unknown arguments {}", Json::from(source.argv.clone())));
    let flag = |json: &Json| json.as_bool().ok_or_else(unknown);
    let position = |json: &Json| json.as_u64().and_then(|at| u32::try_from(at).ok()).ok_or_else(unknown);
    Ok(match (source.function.as_str(), source.argv.as_slice()) {
        ("isSet", [value]) => Call::IsSet(expression(value)?),
        ("not", [value]) => Call::Not(expression(value)?),
        ("booleanEquals", [left, right]) => Call::BooleanEquals(expression(left)?, expression(right)?),
        ("stringEquals", [left, right]) => Call::StringEquals(expression(left)?, expression(right)?),
        ("getAttr", [value, Json::String(path)]) => Call::GetAttr(expression(value)?, steps(path)?),
        ("isValidHostLabel", [value, dotted]) => {
            Call::IsValidHostLabel { value: expression(value)?, dotted: flag(dotted)? }
        }
        ("substring", [value, start, stop, reverse]) => Call::Substring {
            value: expression(value)?,
            start: position(start)?,
            stop: position(stop)?,
            reverse: flag(reverse)?,
        },
        ("uriEncode", [value]) => Call::UriEncode(expression(value)?),
        ("parseURL", [value]) => Call::ParseUrl(expression(value)?),
        ("aws.parseArn", [value]) => Call::ParseArn(expression(value)?),
        ("aws.partition", [value]) => Call::Partition(expression(value)?),
        ("aws.isVirtualHostableS3Bucket", [value, dotted]) => {
            Call::IsVirtualHostableBucket { value: expression(value)?, dotted: flag(dotted)? }
        }
        _ => return Err(Problem::new("unknown function, or one with other arguments than known")),
    })
}

/// A path such as `resourceId[0]`.
fn steps(path: &str) -> Result<Vec<Step>, Problem> {
    let unknown = || Problem::new(format!("unknown path `{path}`"));
    let mut steps = Vec::new();
    for part in path.split('.') {
        let (name, index) = part.split_once('[').map_or((part, None), |(name, index)| (name, Some(index)));
        if !name.is_empty() {
            steps.push(Step::Attribute(attribute(name)?));
        }
        if let Some(index) = index {
            let number = index.strip_suffix(']').and_then(|number| number.parse().ok());
            steps.push(Step::Index(number.ok_or_else(unknown)?));
        }
    }
    if steps.is_empty() { Err(unknown()) } else { Ok(steps) }
}

fn attribute(name: &str) -> Result<Attribute, Problem> {
    Ok(match name {
        "scheme" => Attribute::Scheme,
        "authority" => Attribute::Authority,
        "path" => Attribute::Path,
        "normalizedPath" => Attribute::NormalizedPath,
        "isIp" => Attribute::IsIp,
        "partition" => Attribute::Partition,
        "service" => Attribute::Service,
        "region" => Attribute::Region,
        "accountId" => Attribute::AccountId,
        "resourceId" => Attribute::ResourceId,
        "name" => Attribute::Name,
        "dnsSuffix" => Attribute::DnsSuffix,
        "dualStackDnsSuffix" => Attribute::DualStackDnsSuffix,
        "supportsFIPS" => Attribute::SupportsFips,
        "supportsDualStack" => Attribute::SupportsDualStack,
        "implicitGlobalRegion" => Attribute::ImplicitGlobalRegion,
        other => return Err(Problem::new(format!("unknown attribute `{other}`"))),
    })
}

/// A text in which `{name}` and `{name#path}` are variables, and `{{` and `}}` are braces.
fn template(text: &str) -> Result<Template, Problem> {
    let unclosed = || Problem::new(format!("a brace of `{text}` has no other one"));
    let mut pieces = Vec::new();
    let mut literal = String::new();
    let mut rest = text;
    while let Some((before, brace, after)) = split_brace(rest) {
        literal.push_str(before);
        if after.starts_with(brace) {
            literal.push(brace);
            rest = after.get(1..).unwrap_or_default();
            continue;
        }
        let (variable, behind) = after.split_once('}').filter(|_| brace == '{').ok_or_else(unclosed)?;
        if !literal.is_empty() {
            pieces.push(Piece::Literal(std::mem::take(&mut literal)));
        }
        let (name, path) = match variable.split_once('#') {
            Some((name, path)) => (name, steps(path)?),
            None => (variable, Vec::new()),
        };
        pieces.push(Piece::Variable(name.to_owned(), path));
        rest = behind;
    }
    literal.push_str(rest);
    if !literal.is_empty() {
        pieces.push(Piece::Literal(literal));
    }
    Ok(Template(pieces))
}

/// The text before the first brace, the brace, and the text behind it.
fn split_brace(text: &str) -> Option<(&str, char, &str)> {
    let at = text.find(['{', '}'])?;
    let (before, from) = text.split_at(at);
    let brace = from.chars().next()?;
    Some((before, brace, from.get(1..)?))
}
