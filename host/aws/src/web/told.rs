//! The servers that got a secret of a run and may repeat it. A plugin could otherwise send a secret with one request, and
//! read it with later ones in parts that no search for the secret finds.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use stepwell_model::http::{RequestUrl, method_of};
use stepwell_model::report::CallReport;

use crate::step::held_secret;

/// The servers, by scheme, host and port. One for a run; clones share it.
#[derive(Debug, Clone, Default)]
pub(crate) struct ToldServers(Arc<Mutex<HashSet<String>>>);

impl ToldServers {
    pub(super) fn add(&self, url: &RequestUrl) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(url.origin());
    }

    pub(super) fn contain(&self, url: &RequestUrl) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(&url.origin())
    }

    /// Adds those that the journal knows, of a process before this one.
    pub(crate) fn recall<'a>(&self, calls: impl Iterator<Item = &'a CallReport>) {
        let is_told = |call: &&CallReport| method_of(&call.call.action).is_some() && held_secret(&call.call.request);
        let url = |call: &CallReport| RequestUrl::parse(call.call.request.get("Url")?.as_str()?).ok();
        calls.filter(is_told).filter_map(url).for_each(|url| self.add(&url));
    }
}
