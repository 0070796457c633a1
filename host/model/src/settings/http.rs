//! `[http]` of `stepwell.toml`, and the grants of HTTP requests in both files.

use std::collections::BTreeMap;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use super::error::SettingsError;
use crate::http::{
    AddressPattern, Networks, PatternError, RequestPattern, RequestUrl, is_of_connection, is_of_routing,
};
use crate::source::{Located, Place, Source};

/// The way of plugins' HTTP requests to their servers.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawHttp {
    /// A file with the certificates (PEM) of authorities that are trusted beside those of the system. A relative path
    /// starts from `STEPWELL_HOME`.
    #[schemars(with = "Option<String>", length(min = 1))]
    ca: Option<Spanned<String>>,
    /// The address of the proxy through which requests go, such as `http://proxy.example.com:3128`. The proxy looks up
    /// the names of servers, and decides which addresses can be reached.
    #[schemars(with = "Option<String>")]
    proxy: Option<Spanned<String>>,
    /// The hosts that are reached without the proxy, beside this machine: `internal.example.com`, or `*.example.com`.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    no_proxy: Vec<Spanned<String>>,
    /// The networks that requests may reach beside the public ones, such as `10.20.0.0/16` and `127.0.0.1/32`.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    networks: Vec<Spanned<String>>,
}

/// `[http]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HttpSettings {
    /// The file with the certificates of further authorities, relative to `STEPWELL_HOME`.
    pub ca: Option<Located<PathBuf>>,
    /// The proxy. It has a scheme, a host and a port.
    pub proxy: Option<RequestUrl>,
    /// Addresses that are reached without the proxy.
    pub no_proxy: Vec<AddressPattern>,
    /// The networks that may be reached beside the public ones.
    pub networks: Networks,
}

impl HttpSettings {
    /// The proxy through which requests to this URL go. Those to this machine go through none: a secret may go there in
    /// the clear.
    pub fn proxy_of(&self, url: &RequestUrl) -> Option<&RequestUrl> {
        let is_direct = || url.is_this_machine() || self.no_proxy.iter().any(|address| address.matches(url));
        self.proxy.as_ref().filter(|_| !is_direct())
    }
}

/// Reads the section.
pub(super) fn http_settings(source: &Source, raw: &RawHttp) -> Result<HttpSettings, SettingsError> {
    let ca = raw.ca.as_ref().map(|path| match path.get_ref().as_str() {
        "" => Err(SettingsError::NoAuthorityFile { place: source.place(&path.span()) }),
        text => Ok(Located { value: PathBuf::from(text), place: source.place(&path.span()) }),
    });
    let proxy = raw.proxy.as_ref().map(|text| proxy(text.get_ref()).ok_or(source.place(&text.span())));
    let proxy = proxy.transpose().map_err(|place| SettingsError::Proxy { place })?;
    let host = |text: &Spanned<String>| {
        let named = text.get_ref();
        let pattern = AddressPattern::parse(&format!("*://{named}")).ok().filter(|_| !named.contains('/'));
        pattern.ok_or_else(|| SettingsError::NoProxy { text: named.clone(), place: source.place(&text.span()) })
    };
    let no_proxy = raw.no_proxy.iter().map(host).collect::<Result<_, _>>()?;
    let networks = Networks::parse(raw.networks.iter().map(|text| text.get_ref().as_str()));
    let networks = networks.map_err(|(at, error)| {
        let span = raw.networks.get(at).map(Spanned::span).unwrap_or_default();
        SettingsError::Network { error, place: source.place(&span) }
    })?;
    Ok(HttpSettings { ca: ca.transpose()?, proxy, no_proxy, networks })
}

/// A proxy is spoken to as its scheme says. It has no path, and its password would stand in the file.
fn proxy(text: &str) -> Option<RequestUrl> {
    RequestUrl::parse(text).ok().filter(|url| url.path() == "/" && !url.as_str().contains('?'))
}

/// The patterns of a list.
pub(super) fn requests(
    source: &Source,
    texts: Vec<Spanned<String>>,
) -> Result<Vec<Located<RequestPattern>>, SettingsError> {
    let parse = |text: Spanned<String>| {
        let place = source.place(&text.span());
        match RequestPattern::parse(text.get_ref()) {
            Ok(value) => Ok(Located { value, place }),
            Err(error) => Err(SettingsError::Request { error, place }),
        }
    };
    texts.into_iter().map(parse).collect()
}

/// The patterns of a list of denials. One that names no port denies every port: who denies a host means all of it.
pub(super) fn denied_requests(
    source: &Source,
    texts: Vec<Spanned<String>>,
) -> Result<Vec<Located<RequestPattern>>, SettingsError> {
    let every_port =
        |Located { value, place }: Located<RequestPattern>| Located { value: value.on_every_port(), place };
    Ok(requests(source, texts)?.into_iter().map(every_port).collect())
}

/// The headers of a table, by the addresses that take them.
pub(super) fn idempotency_headers(
    source: &Source,
    raw: BTreeMap<Spanned<String>, Spanned<String>>,
) -> Result<Vec<(AddressPattern, String)>, SettingsError> {
    let read = |(address, header): (Spanned<String>, Spanned<String>)| {
        let wrong = |error: PatternError| SettingsError::Request { error, place: source.place(&address.span()) };
        let pattern = AddressPattern::parse(address.get_ref()).map_err(wrong)?;
        let place: Place = source.place(&header.span());
        let name = header.into_inner();
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        match is_name && !has_meaning(&name.to_ascii_lowercase()) {
            true => Ok((pattern, name)),
            false => Err(SettingsError::HeaderName { name, place }),
        }
    };
    raw.into_iter().map(read).collect()
}

/// Whether a header, in lower case, says something else than a key can.
fn has_meaning(name: &str) -> bool {
    is_of_connection(name)
        || is_of_routing(name)
        || ["authorization", "cookie"].contains(&name)
        || name.starts_with("content-")
}

#[cfg(test)]
mod tests {
    use super::super::{Project, System};
    use super::*;
    use crate::error::NextAction as _;

    fn system(text: &str) -> Result<System, SettingsError> {
        System::read(Source::new("stepwell.toml", text))
    }

    #[test]
    fn the_proxy_is_passed_by_for_the_hosts_that_say_so() {
        let text = "[http]\nproxy = \"http://proxy.example:3128\"\nno_proxy = [\"*.corp.example\"]";
        let settings = system(text).expect("valid").http;
        for (url, goes) in [
            ("https://api.example.com/", true),
            ("https://a.corp.example:8443/x", false),
            ("http://localhost:90/", false),
            ("http://127.0.0.1:90/", false),
            ("https://[::1]/", false),
            ("https://corp.example/", true),
        ] {
            let url = RequestUrl::parse(url).expect("valid");
            assert_eq!(settings.proxy_of(&url).is_some(), goes, "{url:?}");
        }
    }

    #[test]
    fn what_is_wrong_about_http_is_told_with_its_place() {
        for (wrong, what, place, next) in [
            (
                "[http]\nca = \"\"",
                "the file of authorities has no path",
                "2:6",
                "write the path of a file with certificates (PEM)",
            ),
            (
                "[http]\nproxy = \"proxy:3128\"",
                "the proxy is no address",
                "2:9",
                "write its address, such as `http://proxy.example.com:3128`; a proxy that asks for a password is not supported",
            ),
            (
                "[http]\nproxy = \"http://u:canary@proxy\"",
                "the proxy is no address",
                "2:9",
                "write its address, such as `http://proxy.example.com:3128`; a proxy that asks for a password is not supported",
            ),
            (
                "[http]\nno_proxy = [\"a*b\"]",
                "`a*b` in no_proxy is no host",
                "2:13",
                "write a host such as `internal.example.com`, or `*.example.com`",
            ),
            (
                "[http]\nno_proxy = [\"a.example/v1\"]",
                "`a.example/v1` in no_proxy is no host",
                "2:13",
                "write a host such as `internal.example.com`, or `*.example.com`",
            ),
            ("[http]\nnetworks = [\"127.0.0.1/8\"]", "`127.0.0.1/8` is no network", "2:13", "write `127.0.0.0/8`"),
            (
                "[grants.x]\nhttp = [\"PUT\"]",
                "`PUT` names no address",
                "2:9",
                "write an address such as `https://api.example.com/v1/*`",
            ),
            (
                "[grants.x]\ndeny_http = [\"get https://a.example\"]",
                "`get` is no method of HTTP",
                "2:14",
                "write `GET`",
            ),
            (
                "[grants.x]\nidempotency_headers = { \"https://a.example\" = \"a: b\" }",
                "`a: b` is no header for a key",
                "2:47",
                "write a name such as `Idempotency-Key`",
            ),
            (
                "[grants.x]\nidempotency_headers = { \"https://a.example\" = \"Host\" }",
                "`Host` is no header for a key",
                "2:47",
                "write a name such as `Idempotency-Key`",
            ),
            (
                "[grants.x]\nidempotency_headers = { \"https://a.example\" = \"Content-Type\" }",
                "`Content-Type` is no header for a key",
                "2:47",
                "write a name such as `Idempotency-Key`",
            ),
            ("[http]\nprxy = 1", "unknown key `prxy`", "2:1", "write `proxy` instead of `prxy`"),
        ] {
            let error = system(wrong).expect_err(wrong);
            assert_eq!(error.to_string(), what, "{wrong}");
            assert!(error.because().contains(&format!("stepwell.toml:{place}")), "{wrong}: {}", error.because());
            assert_eq!(error.next(), next, "{wrong}");
            assert!(!error.explain().contains("canary"), "{}", error.explain());
        }
        let project = Project::read(Source::new("project.toml", "name = \"a\"\n[http]\nnetworks = []"));
        assert!(project.is_err(), "a project cannot open networks");
    }
}
