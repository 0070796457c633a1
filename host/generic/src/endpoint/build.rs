//! A URL, put together from pieces of different origin.

use super::check::{is_host, without_port};
use super::error::EndpointError;
use super::value::{Origin, Text};

/// A URL so far.
#[derive(Debug, Default)]
pub(super) struct UrlBuilder {
    url: String,
    /// Where the authority begins.
    authority: Option<usize>,
    /// Where the path begins.
    path: Option<usize>,
    /// Where the last piece of the request in the authority ends.
    requested: Option<usize>,
    /// Whether the operator chose a piece of the authority.
    is_operators: bool,
}

impl UrlBuilder {
    /// Adds a piece.
    pub(super) fn push(&mut self, piece: &Text<'_>) -> Result<(), EndpointError> {
        let text = &*piece.text;
        let refused = || EndpointError::Host { value: text.to_owned() };
        match piece.origin {
            Origin::Rules | Origin::Operator => {
                self.is_operators |= piece.origin == Origin::Operator && self.path.is_none();
                self.url.push_str(text);
                self.advance();
                return Ok(());
            }
            Origin::Request if self.authority.is_none() => return Err(refused()),
            Origin::Request => {}
        }
        let is_in_path = self.path.is_some();
        let others: &[u8] = if is_in_path { b"-._~%" } else { b"-." };
        let fits = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || others.contains(&byte));
        if text.is_empty() || !fits || (is_in_path && matches!(text, "." | "..")) {
            return Err(refused());
        }
        self.url.push_str(text);
        if !is_in_path {
            self.requested = Some(self.url.len());
        }
        Ok(())
    }

    /// Notes where the authority and the path begin.
    fn advance(&mut self) {
        if self.authority.is_none() {
            self.authority = self.url.find("://").map(|at| at + 3);
        }
        if let (Some(authority), None) = (self.authority, self.path) {
            let path = self.url.get(authority..).and_then(|rest| rest.find(['/', '?', '#']));
            self.path = path.map(|at| authority + at);
        }
    }

    /// The whole URL.
    pub(super) fn finish(self) -> Result<String, EndpointError> {
        let Some(requested) = self.requested else { return Ok(self.url) };
        let end = self.path.unwrap_or(self.url.len());
        let authority = self.authority.and_then(|start| self.url.get(start..end)).unwrap_or_default();
        // Two labels at the least, of which the request has chosen no part.
        let tail = self.url.get(requested..end).and_then(|tail| tail.split_once('.')).map(|(_, tail)| tail);
        let is_rules = tail.is_some_and(|tail| tail.split('.').filter(|label| !label.is_empty()).count() >= 2);
        if (is_rules || self.is_operators) && is_host(without_port(authority)) {
            return Ok(self.url);
        }
        Err(EndpointError::Host { value: authority.to_owned() })
    }
}
