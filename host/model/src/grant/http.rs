//! Decides which HTTP requests a plugin may send.
//!
//! The rule is that of actions: *system ∩ project*, a `deny_http` at any level overrides everything, and a plugin that
//! does not ship with Stepwell needs an entry. A shipped plugin may send what it declares; one that declares nothing,
//! because its configuration names the URL, needs an entry for it.

mod denied;

use super::{EVERY_PLUGIN, GrantEntry, GrantLevel, GrantSection};
use crate::action::Repeat;
use crate::http::{AddressPattern, Method, RequestPattern, RequestUrl};
use crate::id::PluginName;
use crate::plugin::{Origin, Plugin};
use crate::source::{Located, Place};
pub use denied::RequestDenied;
use denied::{Asked, RequestReason};

/// The decision on the HTTP requests of one plugin.
#[derive(Debug, Clone)]
pub struct HttpGrants {
    plugin: PluginName,
    /// Whether the plugin imports the interface.
    is_imported: bool,
    origin: Origin,
    /// What the plugin says that it sends.
    declared: Vec<RequestPattern>,
    levels: Vec<LevelGrants>,
    denied: Vec<Denial>,
    idempotency_headers: Vec<(GrantLevel, AddressPattern, String)>,
}

/// The entries of one file.
#[derive(Debug, Clone)]
struct LevelGrants {
    level: GrantLevel,
    requests: Vec<Located<RequestPattern>>,
    place: Place,
}

#[derive(Debug, Clone)]
struct Denial {
    level: GrantLevel,
    pattern: Located<RequestPattern>,
    /// Whether it stands in the plugin's own entry.
    is_own: bool,
}

/// Proof that one request is allowed. Only [`HttpGrants::permit`] makes one, and the client requires one.
#[derive(Debug, Clone)]
pub struct HttpPermit {
    method: Method,
    url: RequestUrl,
    idempotency_header: Option<String>,
}

impl HttpPermit {
    /// The method.
    pub fn method(&self) -> Method {
        self.method
    }

    /// The URL.
    pub fn url(&self) -> &RequestUrl {
        &self.url
    }

    /// The header by which the server recognises a repeated request, where the operator named it.
    pub fn idempotency_header(&self) -> Option<&str> {
        self.idempotency_header.as_deref()
    }

    /// The effect of a retry. `is_idempotent` is the plugin's word for a request whose method does not promise it.
    pub fn repeat(&self, is_idempotent: bool) -> Repeat {
        match self.method.repeat() {
            Repeat::Once if self.idempotency_header.is_some() => Repeat::Tokened,
            Repeat::Once if is_idempotent => Repeat::Idempotent,
            repeat => repeat,
        }
    }
}

impl GrantSection {
    fn named<'a>(&'a self, plugin: &'a PluginName) -> impl Iterator<Item = (bool, &'a GrantEntry)> {
        let entry = move |name: &str, is_own| Some((is_own, self.0.get(name)?));
        [entry(plugin.as_str(), true), entry(EVERY_PLUGIN, false)].into_iter().flatten()
    }

    fn http_of(&self, plugin: &PluginName, level: GrantLevel) -> Option<LevelGrants> {
        let lists: Vec<_> =
            self.named(plugin).filter_map(|(_, entry)| Some((entry.http.as_ref()?, &entry.place))).collect();
        let place = lists.first().map(|(_, place)| (*place).clone())?;
        let requests = lists.into_iter().flat_map(|(requests, _)| requests).cloned().collect();
        Some(LevelGrants { level, requests, place })
    }
}

impl HttpGrants {
    pub(super) fn decide<'a>(plugin: &'a Plugin, system: &'a GrantSection, project: Option<&'a GrantSection>) -> Self {
        let sections: Vec<_> = std::iter::once((GrantLevel::System, system))
            .chain(project.map(|section| (GrantLevel::Project, section)))
            .collect();
        let name = &plugin.name;
        let levels = sections.iter().filter_map(|(level, section)| section.http_of(name, *level)).collect();
        let entries = || {
            let of = |(level, section): &(GrantLevel, &'a GrantSection)| (*level, section.named(name));
            sections
                .iter()
                .map(of)
                .flat_map(|(level, entries)| entries.map(move |(is_own, entry)| (level, is_own, entry)))
        };
        let denial = |level, is_own, pattern: &Located<_>| Denial { level, pattern: pattern.clone(), is_own };
        let denied = entries()
            .flat_map(|(level, is_own, entry)| entry.deny_http.iter().map(move |one| denial(level, is_own, one)))
            .collect();
        let header = |level, (address, header): &(AddressPattern, String)| (level, address.clone(), header.clone());
        let headers = entries()
            .flat_map(|(level, _, entry)| entry.idempotency_headers.iter().map(move |one| header(level, one)))
            .collect();
        Self {
            plugin: name.clone(),
            is_imported: plugin.imports.send_requests(),
            origin: plugin.origin,
            declared: plugin.description.extra.requests.clone(),
            levels,
            denied,
            idempotency_headers: headers,
        }
    }

    pub(super) fn none(plugin: PluginName) -> Self {
        let (declared, levels, denied, idempotency_headers) = Default::default();
        Self { plugin, is_imported: false, origin: Origin::Project, declared, levels, denied, idempotency_headers }
    }

    /// Permits one request. `is_secret` says that its URL is a secret. The error then does not name it, and a pattern of
    /// `project.toml` tells nothing of its path that other patterns do not: whoever writes it could read the secret by
    /// trying.
    ///
    /// # Errors
    /// The reason, when it is not allowed.
    pub fn permit(&self, method: Method, url: &RequestUrl, is_secret: bool) -> Result<HttpPermit, RequestDenied> {
        let is_blind = |level| is_secret && level == GrantLevel::Project;
        let known: Vec<_> = self.known().filter(|pattern| pattern.matches(method, url)).collect();
        let fits = |level, pattern: &RequestPattern| match is_blind(level) {
            true => pattern.matches_every_path(method, url) || known.iter().any(|known| pattern.covers(known)),
            false => pattern.matches(method, url),
        };
        let asked = || match is_secret {
            true => Asked::Secret(method),
            false => Asked::One(format!("{method} {}", url.without_query())),
        };
        let could_fit = |level, pattern: &RequestPattern| match is_blind(level) {
            true => pattern.could_match_server(method, url),
            false => pattern.could_match(method, url),
        };
        self.check(&fits, &could_fit, asked)?;
        let takes_key = |level, address: &AddressPattern| match is_blind(level) {
            true => address.matches_every_path(url),
            false => address.matches(url),
        };
        let header = self.idempotency_headers.iter().find(|(level, address, _)| takes_key(*level, address));
        Ok(HttpPermit { method, url: url.clone(), idempotency_header: header.map(|(.., header)| header.clone()) })
    }

    /// Checks that a request to a URL that is a secret, and that only the run knows, can be allowed.
    ///
    /// # Errors
    /// The reason, when [`Self::permit`] refuses every such URL.
    pub fn check_secret(&self, method: Method) -> Result<(), RequestDenied> {
        let could_fit = |level, pattern: &RequestPattern| match level {
            GrantLevel::Project => {
                pattern.names_no_path(method) || self.known().any(|known| known.is_of(method) && pattern.covers(known))
            }
            GrantLevel::System => pattern.is_of(method),
        };
        self.check(&could_fit, &|_, _| false, || Asked::Secret(method))
    }

    /// Patterns that whoever writes `project.toml` does not choose.
    fn known(&self) -> impl Iterator<Item = &RequestPattern> {
        let of_system = self.levels.iter().filter(|level| level.level == GrantLevel::System);
        let of_system = of_system.flat_map(|level| &level.requests).map(|pattern| &pattern.value);
        self.declared.iter().filter(|_| self.origin == Origin::Shipped).chain(of_system)
    }

    /// What stops a plan: a declared request of which nothing is allowed, and requests of a plugin that declares none and
    /// is granted none. A plugin can run without a request that its own entry denies, as long as there is another one.
    pub fn undecided(&self) -> Vec<RequestDenied> {
        if !self.is_imported {
            return Vec::new();
        }
        let refusal = |declared: &RequestPattern| {
            let covers = |pattern: &RequestPattern| pattern.covers(declared);
            // An entry may narrow what the plugin declares.
            let overlaps = |pattern: &RequestPattern| pattern.intersection(declared).is_some();
            let asked = || Asked::Pattern(declared.to_string());
            self.check(&|_, pattern| overlaps(pattern), &|_, pattern| covers(pattern), asked).err()
        };
        let declared: Vec<_> = self.declared.iter().filter_map(refusal).collect();
        let is_withheld = |denied: &RequestDenied| matches!(denied.reason, RequestReason::Denied { is_own: true, .. });
        let is_denied =
            |request: &RequestPattern| self.denied.iter().any(|denial| denial.pattern.value.covers(request));
        let leaves_nothing = self.allowed().iter().all(is_denied);
        let tells_nothing = self.declared.is_empty() && self.origin != Origin::Shipped;
        let silent = tells_nothing.then(|| self.check(&|_, _| true, &|_, _| false, || Asked::Any).err()).flatten();
        declared.into_iter().filter(|denied| leaves_nothing || !is_withheld(denied)).chain(silent).collect()
    }

    /// The requests that are allowed, as patterns. A `deny_http` may take something of them.
    pub fn allowed(&self) -> Vec<RequestPattern> {
        if !self.is_imported {
            return Vec::new();
        }
        let declared = self.declared.iter().filter(|_| self.origin == Origin::Shipped);
        let granted = self.levels.iter().filter(|level| self.grants(level.level)).flat_map(|level| &level.requests);
        let all = declared.chain(granted.map(|pattern| &pattern.value)).cloned().collect();
        let mut allowed: Vec<_> = self.levels.iter().fold(all, |all: Vec<RequestPattern>, level| {
            let within = |one: &RequestPattern| {
                level.requests.iter().filter_map(|of| one.intersection(&of.value)).collect::<Vec<_>>()
            };
            all.iter().flat_map(within).collect()
        });
        allowed.sort();
        allowed.dedup();
        allowed
    }

    /// The requests that are denied, as patterns.
    pub fn denied(&self) -> impl Iterator<Item = &RequestPattern> {
        self.denied.iter().filter(|_| self.is_imported).map(|denial| &denial.pattern.value)
    }

    /// Whether an entry of this file grants to the plugin. For plugins of the other level its entry is only an upper
    /// limit.
    fn grants(&self, level: GrantLevel) -> bool {
        match self.origin {
            Origin::Shipped => true,
            Origin::Home => level == GrantLevel::System,
            Origin::Project => level == GrantLevel::Project,
            Origin::Operation => false,
        }
    }

    fn check(
        &self,
        fits: &dyn Fn(GrantLevel, &RequestPattern) -> bool,
        is_denied: &dyn Fn(GrantLevel, &RequestPattern) -> bool,
        asked: impl Fn() -> Asked,
    ) -> Result<(), RequestDenied> {
        let refused = |reason| Err(RequestDenied { plugin: self.plugin.clone(), request: asked(), reason });
        if !self.is_imported {
            return refused(RequestReason::NotImported);
        }
        let is_denied = |denial: &&Denial| is_denied(denial.level, &denial.pattern.value);
        let mut denials: Vec<_> = self.denied.iter().filter(is_denied).collect();
        denials.sort_by_key(|denial| !denial.is_own);
        if let Some(Denial { pattern, is_own, .. }) = denials.first() {
            return refused(RequestReason::Denied { place: pattern.place.clone(), is_own: *is_own });
        }
        let is_shipped = self.origin == Origin::Shipped;
        let mut granted = is_shipped && self.declared.iter().any(|declared| fits(GrantLevel::System, declared));
        for LevelGrants { level, requests, place } in &self.levels {
            if !requests.iter().any(|pattern| fits(*level, &pattern.value)) {
                let granted = requests.iter().map(|pattern| pattern.value.to_string()).collect();
                let (level, place) = (*level, Some(place.clone()));
                return refused(RequestReason::NotGranted { level, place, granted, is_shipped });
            }
            granted |= self.grants(*level);
        }
        let level = if self.origin == Origin::Home { GrantLevel::System } else { GrantLevel::Project };
        match granted {
            true => Ok(()),
            false => {
                let declared = self.declared.iter().filter(|_| is_shipped).map(ToString::to_string);
                refused(RequestReason::NotGranted { level, place: None, granted: declared.collect(), is_shipped })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::error::NextAction as _;
    use crate::id::Digest;
    use crate::plugin::{Description, Extra, ImportedFunction, Imports, Kind};
    use crate::settings::{Project, System};
    use crate::source::Source;

    fn plugin(origin: Origin, declared: &[&str]) -> Plugin {
        let requests = declared.iter().map(|text| RequestPattern::parse(text).expect("a pattern")).collect();
        Plugin {
            name: "page".parse().expect("valid"),
            origin,
            path: None,
            digest: Digest([7; 32]),
            size: 1,
            description: Description {
                name: "page".to_owned(),
                version: "1.0.0".to_owned(),
                summary: String::new(),
                kinds: vec![Kind::WorkflowStep],
                config_schema: json!({}).into(),
                outputs_schema: json!({}).into(),
                extra: Extra { requests, ..Extra::default() },
            },
            imports: Imports { functions: vec![ImportedFunction::typed("http", "send")], wasi: Vec::new() },
        }
    }

    fn decided(plugin: &Plugin, system: &str, project: Option<&str>) -> HttpGrants {
        let system = System::read(Source::new("stepwell.toml", system)).expect("valid");
        let project = project
            .map(|text| Project::read(Source::new("project.toml", format!("name = \"web\"\n{text}"))).expect("valid"));
        HttpGrants::decide(plugin, &system.settings.grants, project.as_ref().map(|project| &project.settings.grants))
    }

    fn permitted(grants: &HttpGrants, method: Method, url: &str) -> Result<(), String> {
        let url = RequestUrl::parse(url).expect("a URL");
        grants.permit(method, &url, false).map(drop).map_err(|denied| denied.explain())
    }

    fn texts<'a>(patterns: impl IntoIterator<Item = &'a RequestPattern>) -> Vec<String> {
        patterns.into_iter().map(ToString::to_string).collect()
    }

    fn stops(grants: &HttpGrants) -> Vec<String> {
        grants.undecided().iter().map(RequestDenied::request).collect()
    }

    const A: &str = "https://a.example/v1";
    const OWN: &str = "[grants.page]\nhttp = [\"GET https://a.example/*\"]";
    const EVERY: &str = "[grants.\"*\"]\nhttp = [\"GET https://a.example/*\"]";

    #[test]
    fn a_level_grants_to_its_own_plugins_and_limits_those_of_the_other() {
        for (origin, system, project, is_granted) in [
            (Origin::Shipped, "", None, false),
            (Origin::Shipped, OWN, None, true),
            (Origin::Shipped, "", Some(OWN), true),
            (Origin::Shipped, "", Some(EVERY), true),
            (Origin::Home, OWN, None, true),
            (Origin::Home, OWN, Some(""), true),
            (Origin::Home, "", Some(OWN), false),
            (Origin::Project, "", Some(OWN), true),
            (Origin::Project, "", Some(EVERY), true),
            (Origin::Project, OWN, Some(""), false),
            (Origin::Project, "[grants.page]\nhttp = []", Some(OWN), false),
            (Origin::Project, "[grants.\"*\"]\nhttp = [\"POST https://a.example/*\"]", Some(OWN), false),
            (Origin::Operation, OWN, Some(OWN), false),
        ] {
            let grants = decided(&plugin(origin, &[]), system, project);
            let found = permitted(&grants, Method::Get, A);
            assert_eq!(found.is_ok(), is_granted, "{origin:?} {system} {project:?}: {found:?}");
            assert!(permitted(&grants, Method::Post, A).is_err(), "{origin:?} {system} {project:?}");
        }
    }

    #[test]
    fn a_denial_at_any_level_wins_over_every_grant() {
        let all = "[grants.page]\nhttp = [\"* https://*\"]\n";
        let own = "deny_http = [\"GET https://a.example/v1\"]";
        let every = "[grants.\"*\"]\ndeny_http = [\"* *://a.example\"]";
        for (system, project, because) in [
            (format!("{all}{own}"), all.to_owned(), "it is denied to `page` (stepwell.toml:3:14)"),
            (all.to_owned(), format!("{all}{own}"), "it is denied to `page` (project.toml:4:14)"),
            (format!("{all}{every}"), all.to_owned(), "it is denied to every plugin (stepwell.toml:4:14)"),
            (all.to_owned(), format!("{all}{every}"), "it is denied to every plugin (project.toml:5:14)"),
            // The denial that its reader can remove without asking others is told.
            (format!("{all}{every}"), format!("{all}{own}"), "it is denied to `page` (project.toml:4:14)"),
        ] {
            for origin in [Origin::Shipped, Origin::Home, Origin::Project] {
                let grants = decided(&plugin(origin, &["GET https://a.example/*"]), &system, Some(&project));
                let expected = format!(
                    "error: plugin `page` may not send `GET {A}`\nbecause: {because}\nnext: ask the owner of that file to \
                     remove the pattern from `deny_http`"
                );
                assert_eq!(permitted(&grants, Method::Get, A), Err(expected));
                assert_eq!(permitted(&grants, Method::Get, "https://b.example/"), Ok(()));
            }
        }
    }

    #[test]
    fn a_shipped_plugin_sends_what_it_declares_until_an_entry_narrows_it() {
        let declared = ["POST https://hooks.example/*", "POST https://hooks.gov.example/*"];
        let with = |entry: &str| decided(&plugin(Origin::Shipped, &declared), entry, None);
        let may = |grants: &HttpGrants, url| permitted(grants, Method::Post, url).is_ok();
        let (one, other, gov) =
            ("https://hooks.example/T1/a", "https://hooks.example/T2/a", "https://hooks.gov.example/T1");

        let open = with("");
        assert!(may(&open, one) && may(&open, gov) && stops(&open).is_empty());
        let refused = permitted(&open, Method::Post, "https://elsewhere.example/").expect_err("it is another host");
        let because = "because: without a grant, plugin `page` sends only `POST https://hooks.example/*`, `POST https://hooks.gov.example/*`\n";
        assert!(refused.contains(because) && permitted(&open, Method::Get, one).is_err(), "{refused}");

        let narrowed = "[grants.page]\nhttp = [\"POST https://hooks.example/T1/*\"]\n";
        let grants = with(narrowed);
        assert!(may(&grants, one) && !may(&grants, other) && !may(&grants, gov));
        // The entry says nothing of the other host.
        assert_eq!(stops(&grants), ["`POST https://hooks.gov.example/*`"]);
        let grants = with(&format!("{narrowed}deny_http = [\"* https://hooks.gov.example\"]"));
        assert!(may(&grants, one) && !may(&grants, gov) && stops(&grants).is_empty());
        assert_eq!(texts(&grants.allowed()), ["POST https://hooks.example/T1/*"]);

        // Nothing is left of it.
        let all = "deny_http = [\"* https://hooks.example\", \"* *://hooks.gov.example\"]";
        let grants = with(&format!("[grants.page]\n{all}"));
        assert_eq!(stops(&grants), ["`POST https://hooks.example/*`", "`POST https://hooks.gov.example/*`"]);
        // The entry has it send elsewhere.
        let moved = format!("[grants.page]\nhttp = [\"POST https://chat.example\"]\n{all}");
        assert!(stops(&with(&moved)).is_empty() && may(&with(&moved), "https://chat.example/x"));
        let grants = with("[grants.\"*\"]\ndeny_http = [\"* https://hooks.gov.example\"]");
        assert_eq!(stops(&grants), ["`POST https://hooks.gov.example/*`"]);
    }

    #[test]
    fn what_another_plugin_declares_needs_a_grant() {
        let declared = plugin(Origin::Project, &["GET https://a.example/v1/*"]);
        assert_eq!(stops(&decided(&declared, "", Some(""))), ["`GET https://a.example/v1/*`"]);
        assert!(stops(&decided(&declared, "", Some(OWN))).is_empty());
        let silent = plugin(Origin::Project, &[]);
        assert_eq!(stops(&decided(&silent, "", Some(""))), ["HTTP requests"]);
        assert_eq!(stops(&decided(&silent, "", Some("[grants.page]\nhttp = []"))), ["HTTP requests"]);
        assert!(stops(&decided(&silent, "", Some(OWN))).is_empty());
        let without = Plugin { imports: Imports::default(), ..silent };
        let grants = decided(&without, "", Some(OWN));
        assert!(stops(&grants).is_empty() && grants.allowed().is_empty());
        assert!(permitted(&grants, Method::Get, A).expect_err("no import").contains("does not import `http`"));
    }

    #[test]
    fn the_shown_requests_are_those_that_every_level_allows() {
        let list = |requests: &str| format!("[grants.page]\nhttp = [{requests}]");
        let (all, get, v1) =
            ("\"* https://a.example/*\"", "\"GET https://a.example/*\"", "\"GET https://a.example/v1/*\"");
        let both = format!("{v1}, \"GET https://b.example\"");
        for (system, project, expected) in [
            (list(get), list(all), &["GET https://a.example/*"][..]),
            (list(all), list(get), &["GET https://a.example/*"]),
            (list(&both), list(get), &["GET https://a.example/v1/*"]),
            (list("\"* https://a.example/v1/*\""), list(get), &["GET https://a.example/v1/*"]),
            (list(get), list("\"GET https://b.example\""), &[]),
            (String::new(), list(&both), &["GET https://a.example/v1/*", "GET https://b.example"]),
        ] {
            let grants = decided(&plugin(Origin::Shipped, &[]), &system, Some(&project));
            assert_eq!(texts(&grants.allowed()), expected, "{system} {project}");
        }
    }

    #[test]
    fn the_patterns_of_a_project_do_not_tell_the_path_of_a_secret_url() {
        let url = |path: &str| RequestUrl::parse(&format!("https://hooks.example{path}")).expect("a URL");
        let answer = |entry: &str, path: &str| {
            let grants = decided(&plugin(Origin::Shipped, &["POST https://hooks.example/*"]), "", Some(entry));
            let permit = grants.permit(Method::Post, &url(path), true).map_err(|error| error.explain());
            permit.map(|permit| permit.idempotency_header().map(str::to_owned))
        };
        let [whole, narrow, deny, header] = [
            "http = [\"POST https://hooks.example\"]",
            "http = [\"POST https://hooks.example/T1*\"]",
            "deny_http = [\"POST https://hooks.example/T1*\"]",
            "idempotency_headers = { \"https://hooks.example/T1*\" = \"Key\" }",
        ]
        .map(|line| format!("[grants.page]\n{line}"));
        for entry in [&whole, &narrow, &deny, &header] {
            assert_eq!(answer(entry, "/T1/a"), answer(entry, "/T2/a"), "{entry}");
        }
        assert!(answer(&whole, "/T1").is_ok() && answer(&narrow, "/T1").is_err() && answer(&deny, "/T2").is_err());
        assert_eq!(answer(&header, "/T1"), Ok(None));
        // What the plugin declares is known.
        assert!(answer("[grants.page]\nhttp = [\"POST https://hooks.example/*\"]", "/T1").is_ok());
        // The file of the system may name a path.
        let grants = decided(&plugin(Origin::Shipped, &[]), &narrow, None);
        assert!(grants.permit(Method::Post, &url("/T1/a"), true).is_ok());
        assert!(grants.permit(Method::Post, &url("/T2/a"), true).is_err());
    }

    #[test]
    fn the_pattern_that_an_error_prints_would_grant_the_request() {
        for (url, pattern) in [
            ("https://a.example/", "GET https://a.example/"),
            ("https://a.example:8443/v1/items?id=canary", "GET https://a.example:8443/v1/items"),
            ("https://a.example/v1/a*b/c?x=*", "GET https://a.example/v1/*"),
            ("https://a.example/*", "GET https://a.example/*"),
            ("http://[2001:db8::1]/x", "GET http://[2001:db8::1]/x"),
        ] {
            let parsed = RequestUrl::parse(url).expect("a URL");
            let denied = decided(&plugin(Origin::Project, &[]), "", Some(""));
            let denied = denied.permit(Method::Get, &parsed, false).map(drop).expect_err("it has no grant");
            let line =
                format!("add [grants.\"page\"] with http = [\"{pattern}\"] to project.toml if it should send that");
            assert_eq!(denied.next(), line);
            assert!(!denied.explain().contains("canary"), "{}", denied.explain());
            let entry = format!("[grants.\"page\"]\nhttp = [\"{pattern}\"]");
            let grants = decided(&plugin(Origin::Project, &[]), "", Some(&entry));
            assert_eq!(permitted(&grants, Method::Get, url), Ok(()));
        }
    }

    #[test]
    fn the_url_that_is_a_secret_stands_in_no_error() {
        let url = RequestUrl::parse("https://hooks.example/canary?canary=canary").expect("a URL");
        let narrow = "[grants.page]\nhttp = [\"POST https://hooks.example/a\"]";
        let deny = "[grants.page]\nhttp = [\"* https://*\"]\ndeny_http = [\"* https://hooks.example\"]";
        for project in ["", narrow, deny] {
            let grants = decided(&plugin(Origin::Project, &[]), "", Some(project));
            let denied = grants.permit(Method::Post, &url, true).map(drop).expect_err("it is not granted");
            assert_eq!(denied.to_string(), "plugin `page` may not send a `POST` to the URL that the secret is");
            assert!(!denied.explain().contains("canary"), "{}", denied.explain());
        }
    }

    #[test]
    fn the_repeat_of_a_request_is_that_of_its_method_unless_the_operator_or_the_plugin_says_more() {
        let key = "[grants.page]\nhttp = [\"* https://a.example\"]\nidempotency_headers = { \"https://a.example/keyed/*\" = \"Idempotency-Key\" }";
        let grants = decided(&plugin(Origin::Project, &[]), "", Some(key));
        let permit = |method, url: &str| {
            grants.permit(method, &RequestUrl::parse(url).expect("a URL"), false).expect("it is granted")
        };
        let (plain, keyed) = ("https://a.example/plain", "https://a.example/keyed/x");
        for (method, url, is_idempotent, expected) in [
            (Method::Get, keyed, false, Repeat::Read),
            (Method::Delete, keyed, false, Repeat::Idempotent),
            (Method::Post, plain, false, Repeat::Once),
            (Method::Post, plain, true, Repeat::Idempotent),
            (Method::Post, keyed, false, Repeat::Tokened),
            (Method::Patch, keyed, true, Repeat::Tokened),
        ] {
            assert_eq!(permit(method, url).repeat(is_idempotent), expected, "{method} {url}");
        }
        assert_eq!(permit(Method::Post, keyed).idempotency_header(), Some("Idempotency-Key"));
        assert_eq!(permit(Method::Post, plain).idempotency_header(), None);
    }
}
