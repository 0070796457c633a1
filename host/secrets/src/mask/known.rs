//! The secrets that a masker knows: of a process, or of one of its runs.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak};
use std::time::{Duration, SystemTime};

use super::SHORTEST;
use super::find::Finder;
use super::secret::{Kind, Secret};

/// Least bytes of a line that is masked without the lines around it: the braces of a JSON document are no secret.
const SHORTEST_LINE: usize = 8;

/// How long an expired secret is still masked: clocks differ, and an error that quotes it may come late.
const LINGER: Duration = Duration::from_secs(60 * 60);

/// The secrets of a process or of a run.
#[derive(Default)]
pub(super) struct Scope {
    owner: Owner,
    known: RwLock<Known>,
    /// Rises with every change of the scope's own secrets.
    version: AtomicU64,
}

enum Owner {
    Process(Box<Shared>),
    /// A run of the process that this scope belongs to.
    Run(Arc<Scope>),
}

impl Default for Owner {
    fn default() -> Self {
        Self::Process(Box::default())
    }
}

#[derive(Default)]
struct Known {
    secrets: Vec<Entry>,
    /// With the version that it was made for.
    finder: Option<(u64, Arc<Finder>)>,
}

struct Entry {
    secret: Arc<Secret>,
    /// None for a secret that does not expire.
    expiry: Option<SystemTime>,
}

/// What the runs of a process share, so that ten thousand runs with the same credentials cost as much as one.
#[derive(Default)]
struct Shared {
    /// Those that have secrets.
    runs: Mutex<Vec<Weak<Scope>>>,
    /// Rises with every change of the secrets of a run.
    changes: AtomicU64,
    hasher: RandomState,
    secrets: Mutex<HashMap<u64, Weak<Secret>>>,
    /// By the places of their secrets in memory, which a finder keeps alive.
    finders: Mutex<HashMap<Vec<usize>, Weak<Finder>>>,
}

impl Scope {
    /// A scope of a run.
    pub(super) fn below(process: &Arc<Self>) -> Arc<Self> {
        let process = if let Owner::Run(process) = &process.owner { process } else { process };
        let (known, version) = Default::default();
        Arc::new(Self { owner: Owner::Run(Arc::clone(process)), known, version })
    }

    fn shared(&self) -> &Shared {
        match &self.owner {
            Owner::Process(shared) => shared,
            Owner::Run(process) => process.shared(),
        }
    }

    /// Learns a secret, its lines included.
    pub(super) fn learn(self: &Arc<Self>, secret: &str, kind: fn(&str) -> Kind, expiry: Option<SystemTime>) {
        let whole = [secret, secret.trim()].into_iter().filter(|value| value.len() >= SHORTEST);
        let lines = secret.lines().flat_map(|line| [line, line.trim()]).filter(|line| line.len() >= SHORTEST_LINE);
        for value in whole.chain(lines).filter(|value| !value.trim().is_empty()) {
            let kind = kind(value);
            if !self.renew(value, kind, expiry) {
                self.add(value, kind, expiry);
            }
        }
    }

    /// Notes a later expiry of a secret; false when it is unknown.
    fn renew(&self, value: &str, kind: Kind, expiry: Option<SystemTime>) -> bool {
        let is_it = |entry: &Entry| entry.secret.kind == kind && *entry.secret.value == value;
        {
            let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
            match known.secrets.iter().find(|entry| is_it(entry)) {
                None => return false,
                Some(Entry { expiry: None, .. }) => return true,
                Some(entry) if entry.expiry == expiry => return true,
                Some(_) => {}
            }
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let Some(entry) = known.secrets.iter_mut().find(|entry| is_it(entry)) else { return false };
        entry.expiry = entry.expiry.zip(expiry).map(|(before, now)| before.max(now));
        true
    }

    fn add(self: &Arc<Self>, value: &str, kind: Kind, expiry: Option<SystemTime>) {
        // Outside the lock: masking of a panic's message takes it.
        let secret = self.shared().secret(value, kind);
        let now = SystemTime::now();
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let is_first = known.secrets.is_empty();
        known.secrets.retain(|entry| entry.expiry.is_none_or(|expiry| expiry + LINGER > now));
        // Another thread may have added it meanwhile.
        if !known.secrets.iter().any(|entry| Arc::ptr_eq(&entry.secret, &secret)) {
            known.secrets.push(Entry { secret, expiry });
        }
        drop(known);
        if is_first && let Owner::Run(process) = &self.owner {
            let mut runs = lock(&process.shared().runs);
            if runs.len() == runs.capacity() {
                runs.retain(|run| run.strong_count() > 0);
            }
            runs.push(Arc::downgrade(self));
        }
        self.changed();
    }

    fn changed(&self) {
        self.version.fetch_add(1, Ordering::Relaxed);
        if let Owner::Run(process) = &self.owner {
            process.shared().changes.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Number of secrets that are searched for.
    pub(super) fn count(&self) -> usize {
        self.all().len()
    }

    /// The search for the secrets of this moment; none while there are no secrets.
    pub(super) fn finder(&self) -> Option<Arc<Finder>> {
        let others = match &self.owner {
            Owner::Process(shared) => &shared.changes,
            Owner::Run(process) => &process.version,
        };
        let version = self.version.load(Ordering::Relaxed) + others.load(Ordering::Relaxed);
        {
            let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
            if let Some((_, finder)) = known.finder.as_ref().filter(|(of, _)| *of == version) {
                return Some(Arc::clone(finder));
            }
        }
        // Outside the lock: if this panics, masking of the panic's message takes the lock.
        let secrets = self.all();
        if secrets.is_empty() {
            return None;
        }
        let finder = self.shared().finder(secrets);
        self.known.write().unwrap_or_else(PoisonError::into_inner).finder = Some((version, Arc::clone(&finder)));
        Some(finder)
    }

    /// The own secrets, and those of the process or of its runs, each once and in the order of their places in memory.
    fn all(&self) -> Vec<Arc<Secret>> {
        let mut all = self.own();
        match &self.owner {
            Owner::Run(process) => all.extend(process.own()),
            Owner::Process(shared) => {
                let runs: Vec<_> = lock(&shared.runs).iter().filter_map(Weak::upgrade).collect();
                all.extend(runs.iter().flat_map(|run| run.own()));
            }
        }
        all.sort_unstable_by_key(Arc::as_ptr);
        all.dedup_by_key(|secret| Arc::as_ptr(secret));
        all
    }

    fn own(&self) -> Vec<Arc<Secret>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.secrets.iter().map(|entry| Arc::clone(&entry.secret)).collect()
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        let is_empty = self.known.get_mut().unwrap_or_else(PoisonError::into_inner).secrets.is_empty();
        if !is_empty {
            self.changed();
        }
    }
}

impl Shared {
    /// The forms of a secret, made once for all runs that know it.
    fn secret(&self, value: &str, kind: Kind) -> Arc<Secret> {
        let hash = self.hasher.hash_one((value, kind));
        let is_it = |secret: &Arc<Secret>| secret.kind == kind && *secret.value == value;
        if let Some(secret) = lock(&self.secrets).get(&hash).and_then(Weak::upgrade).filter(is_it) {
            return secret;
        }
        let made = Arc::new(Secret::new(value, kind));
        let mut secrets = lock(&self.secrets);
        if let Some(secret) = secrets.get(&hash).and_then(Weak::upgrade).filter(is_it) {
            return secret;
        }
        sweep(&mut secrets);
        secrets.insert(hash, Arc::downgrade(&made));
        made
    }

    fn finder(&self, secrets: Vec<Arc<Secret>>) -> Arc<Finder> {
        let places: Vec<_> = secrets.iter().map(|secret| Arc::as_ptr(secret).addr()).collect();
        if let Some(finder) = lock(&self.finders).get(&places).and_then(Weak::upgrade) {
            return finder;
        }
        let finder = Arc::new(Finder::new(secrets));
        let mut finders = lock(&self.finders);
        sweep(&mut finders);
        finders.insert(places, Arc::downgrade(&finder));
        finder
    }
}

/// Removes the entries whose values are gone, whenever the table would have to grow.
fn sweep<K: std::hash::Hash + Eq, V>(table: &mut HashMap<K, Weak<V>>) {
    if table.len() == table.capacity() {
        table.retain(|_, value| value.strong_count() > 0);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use crate::mask::Masker;

    use super::*;

    #[test]
    fn a_run_knows_its_own_secrets_and_those_of_the_process_and_the_process_knows_all() {
        let process = Masker::new();
        let (one, other) = (process.of_run(), process.of_run());
        process.learn("canary-of-process");
        one.learn("canary-of-one");
        other.learn("canary-of-other");
        let text = "canary-of-process canary-of-one canary-of-other";
        assert_eq!(one.text(text), "***** ***** canary-of-other");
        assert_eq!(other.text(text), "***** canary-of-one *****");
        assert_eq!(process.text(text), "***** ***** *****");
        assert!(one.finds(b"canary-of-one") && !one.finds(b"canary-of-other"));
    }

    #[test]
    fn the_secrets_of_a_run_go_with_it() {
        let process = Masker::new();
        for number in 0..1_000 {
            let run = process.of_run();
            run.learn(&format!("canary-of-run-{number}"));
            assert_eq!(process.0.count(), 1);
        }
        assert_eq!(process.0.count(), 0);
        assert_eq!(process.text("canary-of-run-999"), "canary-of-run-999");
        let shared = process.0.shared();
        for held in [lock(&shared.secrets).len(), lock(&shared.finders).len(), lock(&shared.runs).len()] {
            assert!(held < 10, "{held}");
        }
    }

    #[test]
    fn sessions_are_forgotten_after_they_expire() {
        let process = Masker::new();
        let run = process.of_run();
        let now = SystemTime::now();
        run.learn_until("canary-of-this-session", now);
        for number in 0..1_000 {
            run.learn_until(&format!("canary-of-session-{number}"), UNIX_EPOCH + Duration::from_secs(number));
        }
        assert!(run.0.count() < 4 && process.0.count() < 4, "{run:?}");
        assert_eq!(run.text("canary-of-this-session"), "*****");
        // What is learnt again lasts as long as the later expiry says, and one without expiry for good.
        run.learn_until("canary-of-session-999", now);
        run.learn("canary-of-this-session");
        run.learn("canary-of-another");
        assert_eq!(run.text("canary-of-session-999 canary-of-this-session"), "***** *****");
    }

    #[test]
    fn runs_with_the_same_secrets_share_them_and_the_search() {
        let process = Masker::new();
        let (one, other) = (process.of_run(), process.of_run());
        for run in [&one, &other] {
            run.learn("canary-of-both");
        }
        assert!(Arc::ptr_eq(&one.0.finder().unwrap(), &other.0.finder().unwrap()));
    }

    #[test]
    fn a_weak_secret_and_a_name_are_masked_and_not_looked_for_in_data() {
        let masker = Masker::new();
        masker.learn("i-0a");
        masker.learn_name("AKIAIOSFODNN7EXAMPLE", None);
        assert_eq!(masker.text("i-0a AKIAIOSFODNN7EXAMPLE"), "***** *****");
        assert!(!masker.finds(b"i-0a AKIAIOSFODNN7EXAMPLE"));
        masker.learn("-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqV\n-----END PRIVATE KEY-----");
        assert!(!masker.finds(b"-----BEGIN PRIVATE KEY-----") && masker.finds(b"MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqV"));
    }
}
