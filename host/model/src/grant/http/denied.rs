//! Why a plugin may not send a request, and the line that would grant it.

use std::fmt;

use crate::error::{NextAction, list_names};
use crate::grant::{GrantLevel, MissingGrant};
use crate::http::{HOST, Method};
use crate::id::PluginName;
use crate::source::Place;

/// A request that a plugin may not send.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("plugin `{plugin}` may not send {request}")]
pub struct RequestDenied {
    pub(super) plugin: PluginName,
    pub(super) request: Asked,
    pub(super) reason: RequestReason,
}

/// The request as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    /// One request; its query is left out.
    One(String),
    /// All requests that fit.
    Pattern(String),
    /// The URL is a secret.
    Secret(Method),
    /// Those that the plugin does not tell.
    Any,
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(text) | Self::Pattern(text) => write!(f, "`{text}`"),
            Self::Secret(method) => write!(f, "a `{method}` to the URL that the secret is"),
            Self::Any => f.write_str("HTTP requests"),
        }
    }
}

impl Asked {
    /// The pattern that would grant it.
    fn pattern(&self) -> String {
        match self {
            // A pattern can name a path with a `*` in it only by what comes before.
            Self::One(text) => match text.find('*').and_then(|star| text.get(..star)?.rfind('/')) {
                Some(slash) => format!("{}/*", text.get(..slash).unwrap_or_default()),
                None => text.clone(),
            },
            Self::Pattern(text) => text.clone(),
            Self::Secret(method) => format!("{method} https://{HOST}/*"),
            Self::Any => format!("GET https://{HOST}/*"),
        }
    }
}

impl RequestDenied {
    /// The request, as far as it is known.
    pub(crate) fn request(&self) -> String {
        self.request.to_string()
    }

    /// The entry that would have to grant it, and the pattern that would. None when that would not help.
    pub(crate) fn missing_grant(&self) -> Option<(MissingGrant<'_>, String)> {
        let RequestReason::NotGranted { level, place, .. } = &self.reason else { return None };
        let missing = MissingGrant { plugin: &self.plugin, level: *level, has_entry: place.is_some() };
        Some((missing, self.request.pattern()))
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum RequestReason {
    NotImported,
    /// `granted` is what the entry at `place` grants; without an entry, what a shipped plugin declares.
    NotGranted {
        level: GrantLevel,
        place: Option<Place>,
        granted: Vec<String>,
        is_shipped: bool,
    },
    Denied {
        place: Place,
        is_own: bool,
    },
}

impl NextAction for RequestDenied {
    fn because(&self) -> String {
        let Self { plugin, reason, .. } = self;
        match reason {
            RequestReason::NotImported => format!("`{plugin}` does not import `http`"),
            RequestReason::NotGranted { place: Some(place), granted, .. } if granted.is_empty() => {
                format!("plugin `{plugin}` is granted no request ({place})")
            }
            RequestReason::NotGranted { place: Some(place), granted, .. } => {
                let granted = list_names(granted.iter().map(String::as_str));
                format!("plugin `{plugin}` is granted only {granted} ({place})")
            }
            RequestReason::NotGranted { place: None, is_shipped: true, granted, .. } if !granted.is_empty() => {
                let declared = list_names(granted.iter().map(String::as_str));
                format!("without a grant, plugin `{plugin}` sends only {declared}")
            }
            RequestReason::NotGranted { place: None, is_shipped: true, .. } => {
                format!("the configuration of `{plugin}` names the address, so the address needs a grant")
            }
            RequestReason::NotGranted { place: None, is_shipped: false, .. } => {
                format!("plugin `{plugin}` does not ship with Stepwell, so it needs a grant")
            }
            RequestReason::Denied { place, is_own: false } => format!("it is denied to every plugin ({place})"),
            RequestReason::Denied { place, is_own: true } => format!("it is denied to `{plugin}` ({place})"),
        }
    }

    fn next(&self) -> String {
        match &self.reason {
            RequestReason::NotImported => {
                "report this as a bug: the sandbox passed on a call that the component does not import".to_owned()
            }
            RequestReason::NotGranted { .. } => {
                self.missing_grant().map(|(missing, pattern)| missing.request_advice(&[pattern])).unwrap_or_default()
            }
            RequestReason::Denied { .. } => {
                "ask the owner of that file to remove the pattern from `deny_http`".to_owned()
            }
        }
    }
}
