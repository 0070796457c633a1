//! The evaluation of endpoint rules.

use std::borrow::Cow;

use super::build::UrlBuilder;
use super::check::is_host_label;
use super::error::EndpointError;
use super::functions::{is_virtual_hostable_bucket, parse_arn, parse_url, substring, uri_encode};
use super::partition::Partitions;
use super::rules::{
    AuthTemplate, BuiltIn, Call, Condition, EndpointTemplate, Expression, Outcome, Parameter, ParameterKind, Piece,
    Rule, RuleSet, Template,
};
use super::value::{Origin, Text, Value};
use super::{AuthScheme, Endpoint, Parameters};
use crate::model::Scalar;

/// The rules of all services are nested at most 18 deep.
const DEEPEST: usize = 64;

pub(super) fn evaluate(
    rules: &RuleSet,
    partitions: &Partitions,
    parameters: &Parameters,
) -> Result<Endpoint, EndpointError> {
    let mut evaluator = Evaluator { partitions, bound: Vec::new() };
    for parameter in &rules.parameters {
        if let Some(value) = value_of(parameter, parameters)? {
            evaluator.bound.push((&parameter.name, value));
        }
    }
    evaluator.rules(&rules.rules, 0)
}

/// The value of a parameter: that of the request or settings, otherwise the one that the rules have for it.
fn value_of<'a>(parameter: &'a Parameter, given: &'a Parameters) -> Result<Option<Value<'a>>, EndpointError> {
    let found = given.get(&parameter.name);
    let origin = match parameter.built_in {
        _ if found.is_none() => Origin::Rules,
        Some(BuiltIn::Endpoint) => Origin::Operator,
        _ => Origin::Request,
    };
    let text = |text: &'a String| Text::new(text.as_str(), origin);
    match (parameter.kind, found.or(parameter.default.as_ref())) {
        (_, None) if parameter.required => Err(EndpointError::Missing { parameter: parameter.name.clone() }),
        (_, None) => Ok(None),
        (ParameterKind::Bool, Some(Scalar::Bool(value))) => Ok(Some(Value::Bool(*value))),
        (ParameterKind::Text, Some(Scalar::Text(value))) => Ok(Some(Value::Text(text(value)))),
        (ParameterKind::Texts, Some(Scalar::Texts(values))) => {
            Ok(Some(Value::Texts(values.iter().map(text).collect())))
        }
        (_, Some(_)) => Err(EndpointError::WrongType { parameter: parameter.name.clone() }),
    }
}

struct Evaluator<'a> {
    partitions: &'a Partitions,
    /// Parameters and variables. A rule that does not apply takes its variables back.
    bound: Vec<(&'a str, Value<'a>)>,
}

impl<'a> Evaluator<'a> {
    fn rules(&mut self, rules: &'a [Rule], depth: usize) -> Result<Endpoint, EndpointError> {
        if depth > DEEPEST {
            return Err(EndpointError::TooDeep);
        }
        for rule in rules {
            let bound = self.bound.len();
            if rule.conditions.iter().all(|condition| self.holds(condition)) {
                return match &rule.outcome {
                    // A tree is not left again.
                    Outcome::Tree(rules) => self.rules(rules, depth + 1),
                    Outcome::Error(reason) => {
                        let reason = self.template(reason).ok_or(EndpointError::NoValue)?;
                        Err(EndpointError::Refused { reason: reason.text.into_owned() })
                    }
                    Outcome::Endpoint(endpoint) => self.endpoint(endpoint),
                };
            }
            self.bound.truncate(bound);
        }
        Err(EndpointError::NoRule)
    }

    fn holds(&mut self, condition: &'a Condition) -> bool {
        let value = self.call(&condition.call);
        let holds = !matches!(value, None | Some(Value::Bool(false)));
        if let (Some(name), Some(value)) = (&condition.assign, value) {
            self.bound.push((name, value));
        }
        holds
    }

    fn variable(&self, name: &str) -> Option<Value<'a>> {
        self.bound.iter().rev().find(|(bound, _)| *bound == name).map(|(_, value)| value.clone())
    }

    fn value(&self, expression: &'a Expression) -> Option<Value<'a>> {
        match expression {
            Expression::Bool(value) => Some(Value::Bool(*value)),
            Expression::Text(template) => self.template(template).map(Value::Text),
            Expression::Variable(name) => self.variable(name),
            Expression::Call(call) => self.call(call),
        }
    }

    fn text(&self, expression: &'a Expression) -> Option<Text<'a>> {
        match self.value(expression)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    fn piece(&self, piece: &'a Piece) -> Option<Text<'a>> {
        match piece {
            Piece::Literal(text) => Some(Text::new(text.as_str(), Origin::Rules)),
            Piece::Variable(name, steps) => match self.variable(name)?.at(steps)? {
                Value::Text(text) => Some(text),
                _ => None,
            },
        }
    }

    fn template(&self, template: &'a Template) -> Option<Text<'a>> {
        if let [piece] = template.0.as_slice() {
            return self.piece(piece);
        }
        let mut whole = Text::new(String::new(), Origin::Rules);
        for piece in &template.0 {
            let text = self.piece(piece)?;
            whole.text += text.text;
            whole.origin = whole.origin.max(text.origin);
        }
        Some(whole)
    }

    /// The value of a function. None: an argument has none, or is of another type.
    fn call(&self, call: &'a Call) -> Option<Value<'a>> {
        Some(match call {
            Call::IsSet(value) => Value::Bool(self.value(value).is_some()),
            Call::Not(value) => Value::Bool(matches!(self.value(value), None | Some(Value::Bool(false)))),
            Call::BooleanEquals(left, right) => match (self.value(left)?, self.value(right)?) {
                (Value::Bool(left), Value::Bool(right)) => Value::Bool(left == right),
                _ => return None,
            },
            Call::StringEquals(left, right) => Value::Bool(self.text(left)?.text == self.text(right)?.text),
            Call::GetAttr(value, steps) => self.value(value)?.at(steps)?,
            Call::IsValidHostLabel { value, dotted } => {
                Value::Bool(self.text(value).is_some_and(|label| is_host_label(&label.text, *dotted)))
            }
            Call::Substring { value, start, stop, reverse } => {
                let Text { text, origin } = self.text(value)?;
                let part = substring(&text, *start, *stop, *reverse)?.to_owned();
                Value::Text(Text::new(part, origin))
            }
            Call::UriEncode(value) => {
                let Text { text, origin } = self.text(value)?;
                Value::Text(Text::new(uri_encode(&text), origin))
            }
            Call::ParseUrl(value) => {
                let Text { text, origin } = self.text(value)?;
                Value::Url(Box::new(parse_url(&text, origin)?))
            }
            Call::ParseArn(value) => {
                let Text { text, origin } = self.text(value)?;
                Value::Arn(Box::new(parse_arn(&text, origin)?))
            }
            Call::Partition(value) => Value::Partition(self.partitions.of(&self.text(value)?.text)?),
            Call::IsVirtualHostableBucket { value, dotted } => {
                Value::Bool(self.text(value).is_some_and(|name| is_virtual_hostable_bucket(&name.text, *dotted)))
            }
        })
    }

    fn endpoint(&self, endpoint: &'a EndpointTemplate) -> Result<Endpoint, EndpointError> {
        let mut headers = Vec::new();
        for (name, values) in &endpoint.headers {
            let values = values.iter().map(|value| self.plain(value)).collect::<Result<_, _>>()?;
            headers.push((name.clone(), values));
        }
        Ok(Endpoint {
            url: self.url(&endpoint.url)?,
            headers,
            auth: endpoint.auth.iter().map(|auth| self.auth(auth)).collect::<Result<_, _>>()?,
            backend: endpoint.backend.clone(),
            metrics: endpoint.metrics.clone(),
        })
    }

    fn url(&self, expression: &'a Expression) -> Result<String, EndpointError> {
        let mut url = UrlBuilder::default();
        match expression {
            Expression::Text(template) => {
                for piece in &template.0 {
                    url.push(&self.piece(piece).ok_or(EndpointError::NoValue)?)?;
                }
            }
            other => url.push(&self.text(other).ok_or(EndpointError::NoValue)?)?,
        }
        url.finish()
    }

    fn auth(&self, auth: &'a AuthTemplate) -> Result<AuthScheme, EndpointError> {
        let optional = |template: &'a Option<Template>| template.as_ref().map(|text| self.plain(text)).transpose();
        Ok(AuthScheme {
            kind: auth.kind,
            signing_name: optional(&auth.signing_name)?,
            signing_region: optional(&auth.signing_region)?,
            region_set: auth.region_set.iter().map(|region| self.plain(region)).collect::<Result<_, _>>()?,
            disable_double_encoding: auth.disable_double_encoding,
        })
    }

    /// A text for a header or a signature, in which a request cannot write anything but names.
    fn plain(&self, template: &'a Template) -> Result<String, EndpointError> {
        let Text { text, origin } = self.template(template).ok_or(EndpointError::NoValue)?;
        let is_name = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.*".contains(&byte));
        if origin == Origin::Rules || is_name {
            return Ok(Cow::into_owned(text));
        }
        Err(EndpointError::Host { value: text.into_owned() })
    }
}
