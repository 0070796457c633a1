use stepwell_model::NextAction;

/// A request for which there is no endpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// The rules need a parameter that has no value.
    #[error("the endpoint rules need `{parameter}`")]
    Missing {
        /// The parameter.
        parameter: String,
    },
    /// A value has another type than the rules say.
    #[error("`{parameter}` has a value of the wrong type for the endpoint rules")]
    WrongType {
        /// The parameter.
        parameter: String,
    },
    /// A rule says why there is no endpoint.
    #[error("AWS has no endpoint for this request")]
    Refused {
        /// The reason, in AWS's words.
        reason: String,
    },
    /// No rule applies.
    #[error("no endpoint rule applies to this request")]
    NoRule,
    /// The rules are nested too deeply.
    #[error("the endpoint rules are nested too deeply")]
    TooDeep,
    /// A rule has an endpoint whose variables have no values.
    #[error("an endpoint rule has no value for a variable")]
    NoValue,
    /// A value would lead the request to another host or path than the rules mean.
    #[error("`{value}` cannot be part of the address of a request")]
    Host {
        /// The value, or the host that it would make.
        value: String,
    },
    /// The URL of a request is none that the host sends a signature to.
    #[error("a signed request cannot be sent to `{url}`")]
    Url {
        /// The URL.
        url: String,
        /// The rule that it breaks.
        rule: &'static str,
    },
}

impl NextAction for EndpointError {
    fn because(&self) -> String {
        match self {
            Self::Missing { parameter } => {
                format!("neither the request nor the settings have a value for `{parameter}`")
            }
            Self::WrongType { .. } => "the rules of the service declare another type".to_owned(),
            Self::Refused { reason } => reason.clone(),
            Self::NoRule => "the rules of the service leave out this combination of settings".to_owned(),
            Self::TooDeep | Self::NoValue => "the rules of the service are at fault".to_owned(),
            Self::Host { .. } => {
                "a part of a host name has letters, digits and dashes, and at most 63 of them; a path cannot go up"
                    .to_owned()
            }
            Self::Url { rule, .. } => (*rule).to_owned(),
        }
    }

    fn next(&self) -> String {
        match self {
            Self::Missing { parameter } if parameter == "Region" => "set a region".to_owned(),
            Self::Missing { parameter } => format!("give the request what `{parameter}` is taken from"),
            Self::WrongType { parameter } => format!("correct the member that `{parameter}` is taken from"),
            Self::Refused { .. } | Self::NoRule => {
                "correct the region, the endpoint settings or the request".to_owned()
            }
            Self::TooDeep | Self::NoValue => "report this with the service and the region".to_owned(),
            Self::Host { .. } | Self::Url { .. } => {
                "correct the region, the account, the bucket or the ARN that the request names".to_owned()
            }
        }
    }
}
