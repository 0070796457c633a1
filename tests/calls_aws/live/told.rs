//! The names of what an emulator has, as its own answers told them.

use std::collections::BTreeMap;

use serde_json::Value as Json;

/// Texts of requests and answers, by the name of their member.
pub(super) struct Told {
    account: String,
    /// By the service, too.
    own: BTreeMap<(String, String), String>,
    /// Of all services.
    any: BTreeMap<String, String>,
}

impl Told {
    /// Nothing but the account.
    pub(super) fn of_account(account: &str) -> Self {
        Self { account: account.to_owned(), own: BTreeMap::new(), any: BTreeMap::new() }
    }

    /// The first text that a member of this name had in this service; otherwise in another service. An answer that calls an
    /// id `Id` has the value of `ApplicationId`.
    pub(super) fn value(&self, service: &str, name: &str) -> Option<&str> {
        let name = singular(name);
        if name.ends_with("accountid") {
            return Some(&self.account);
        }
        let own = |name: &str| self.own.get(&(service.to_owned(), name.to_owned()));
        let id = || if name.ends_with("id") { own("id") } else { None };
        own(&name).or_else(id).or_else(|| self.any.get(&name)).map(String::as_str)
    }

    /// Keeps the texts of a request or an answer.
    pub(super) fn learn(&mut self, service: &str, value: &Json) {
        self.learn_member(service, "", value);
    }

    fn learn_member(&mut self, service: &str, name: &str, value: &Json) {
        match value {
            Json::String(text) if !name.is_empty() && !text.is_empty() => {
                let name = singular(name);
                self.own.entry((service.to_owned(), name.clone())).or_insert_with(|| text.clone());
                self.any.entry(name).or_insert_with(|| text.clone());
            }
            Json::Array(items) => items.iter().for_each(|item| self.learn_member(service, name, item)),
            Json::Object(fields) => fields.iter().for_each(|(name, value)| self.learn_member(service, name, value)),
            _ => {}
        }
    }
}

/// `TableNames` is a list of `TableName`.
fn singular(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    name.strip_suffix('s').map_or_else(|| name.clone(), str::to_owned)
}
