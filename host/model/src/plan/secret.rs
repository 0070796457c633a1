//! Which secrets a step may send, and where to.
//!
//! The owner of a key decides where its secret may go: `[secrets]` of `stepwell.toml`, and of `project.toml` for the
//! keys of the project. For a secret that the operator types, the job decides. Where the owner says nothing, a plugin
//! that ships with Stepwell may send it with the operations that its schema declares for the property, and any other
//! plugin may not have it. Every other list only narrows this.

mod denial;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value as Json;
use toml::Spanned;

use super::PluginCall;
use super::basis::{Basis, ScopedJob};
use super::error::PlanError;
use super::requests::known_requests;
use crate::destination::{Destination, Leaving, Way};
use crate::expression::{self, Reference};
use crate::http::HOST;
use crate::id::{Identifier, KeyPath, KeyPattern, OptionName, PluginName, StepId};
use crate::job::{Job, JobOption};
use crate::plugin::{Origin, Plugin};
use crate::schema::{SECRET_TO, request_properties};
use crate::settings::{Level, SecretEntry, SecretSection};
use crate::source::{Place, Source};
use crate::value::Value;
use denial::{NamedFunction, Refused, SecretDenial, SecretRefusal};
pub use denial::{SecretDenied, SecretRefused};

/// A secret that a step may send. Only the plan makes one.
#[derive(Debug, Clone, PartialEq)]
pub struct StepSecret {
    /// The option that has the key, or that the operator is asked for.
    pub option: OptionName,
    /// The text that the plugin has instead of the secret.
    pub placeholder: String,
    /// Where the step can send it, as far as the plan knows.
    pub reach: Vec<Reach>,
    /// Whether the answer to an HTTP request with it may repeat it.
    pub echoes: bool,
    owner: Owner,
    /// A request has to be on each of them.
    lists: Vec<DestinationList>,
}

/// Requests with which a step can send a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// Their kind.
    pub way: Way,
    /// The places that a request has to go to: one of each list. Empty: any.
    pub places: Vec<Vec<String>>,
}

impl fmt::Display for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut places: Vec<_> = self.places.iter().map(|list| list.join(" or ")).collect();
        places.dedup();
        let places = places.join(" and ");
        match self.way {
            Way::Http => f.write_str(&places),
            way if places.is_empty() => write!(f, "{way}"),
            way => write!(f, "{way} {places}"),
        }
    }
}

/// Destinations that one source lists for a secret.
#[derive(Debug, Clone, PartialEq)]
struct DestinationList {
    from: ListSource,
    to: Vec<Destination>,
}

impl DestinationList {
    /// Whether it allows no URL that is a secret of this owner: it names paths only, and is written by somebody else.
    fn refuses_url_of(&self, owner: &Owner) -> bool {
        let names_path = |to: &Destination| matches!(to, Destination::Address(address) if !address.names_no_path());
        !self.from.may_know(Some(owner)) && self.to.iter().filter(|to| to.way() == Way::Http).all(names_path)
    }
}

/// The source of a list of destinations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListSource {
    /// An entry of `[secrets]`.
    Settings {
        /// The file.
        level: Level,
        /// The key or path.
        key: KeyPattern,
        /// The place of the entry.
        place: Place,
    },
    /// `to` of an option of a job.
    Option {
        /// The option.
        option: OptionName,
        /// The place of the key.
        place: Place,
    },
    /// What a shipped plugin declares for the properties that hold the secret.
    Schema {
        /// The plugin.
        plugin: PluginName,
        /// The file that can say something else, with the key; the option when the secret has no key.
        owner: Owner,
    },
}

/// The one who decides where a secret may go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// The owner of a key, in `stepwell.toml` or `project.toml`.
    Key(KeyPath, Level),
    /// The job, for a secret that the operator types.
    Job(OptionName, Place),
}

impl ListSource {
    /// Whether its writer may know a secret of this owner. Whoever writes `stepwell.toml` rules the host, and the
    /// declarations of shipped plugins are fixed.
    fn may_know(&self, owner: Option<&Owner>) -> bool {
        match (self, owner) {
            (Self::Settings { level: Level::System, .. } | Self::Schema { .. }, _) => true,
            (Self::Settings { level: Level::Project, .. }, Some(Owner::Key(_, Level::Project))) => true,
            (Self::Option { option, .. }, Some(Owner::Job(own, _))) => option == own,
            (Self::Settings { .. } | Self::Option { .. }, _) => false,
        }
    }
}

/// The secrets that the values of the options of a job may hold.
#[derive(Debug, Clone, Default)]
pub(super) struct HeldSecrets(BTreeMap<OptionName, Vec<HeldSecret>>);

/// A secret that the value of an option may hold.
#[derive(Debug, Clone)]
pub(super) struct HeldSecret {
    option: OptionName,
    placeholder: String,
    owner: Owner,
    /// Whether the owner says where it may go.
    is_declared: bool,
    echoes: bool,
    lists: Vec<DestinationList>,
}

/// A secret option as its job declares it.
#[derive(Clone, Copy)]
pub(super) struct SecretOption<'a> {
    pub(super) job: &'a Job,
    pub(super) name: &'a OptionName,
    pub(super) option: &'a Spanned<JobOption>,
}

impl SecretOption<'_> {
    fn list(&self) -> Option<DestinationList> {
        // `Job::read` has refused every text that is not a destination.
        let (to, place) = self.option.get_ref().to(self.name, &self.job.source).ok()??;
        Some(DestinationList { from: ListSource::Option { option: self.name.clone(), place }, to })
    }
}

impl HeldSecrets {
    /// Adds a secret option with the value that it takes itself: a key, or one that the operator types.
    pub(super) fn add(
        &mut self,
        basis: Basis<'_>,
        option: SecretOption<'_>,
        key: Option<&KeyPath>,
        placeholder: String,
    ) {
        let (system, settings) = basis.authority();
        let of_file = |level, section: &SecretSection| {
            let (key, SecretEntry { to, place, echoes }) = section.find(key?)?;
            let from = ListSource::Settings { level, key: key.clone(), place: place.clone() };
            Some((DestinationList { from, to: to.clone() }, *echoes))
        };
        let system = of_file(Level::System, &system.secrets);
        let project = settings.and_then(|settings| of_file(Level::Project, &settings.secrets));
        let of_job = option.list();
        let is_own = |key: &KeyPath| key.project().is_some() && key.project() == basis.project.map(|p| p.name.as_str());
        let says = |list: &Option<(DestinationList, bool)>| list.as_ref().map(|(_, echoes)| *echoes);
        // What it goes to may echo it, unless its owner says that it does not.
        let (owner, says) = match key {
            Some(key) if is_own(key) => (Owner::Key(key.clone(), Level::Project), says(&project).or(says(&system))),
            Some(key) => (Owner::Key(key.clone(), Level::System), says(&system)),
            None => {
                let place = option.job.source.place(&option.option.span());
                let says = of_job.as_ref().map(|_| option.option.get_ref().echoes());
                (Owner::Job(option.name.clone(), place), says)
            }
        };
        let (is_declared, echoes) = (says.is_some(), says.unwrap_or(true));
        let of_files = [system, project].into_iter().flatten().map(|(list, _)| list);
        let lists = of_files.chain(of_job).collect();
        let held = HeldSecret { option: option.name.clone(), placeholder, owner, is_declared, echoes, lists };
        self.0.insert(option.name.clone(), vec![held]);
    }

    /// Adds the secrets that a step passes on to an option of the job that it uses. `to` of a secret option narrows
    /// them.
    pub(super) fn add_passed(&mut self, option: SecretOption<'_>, passed: Vec<&HeldSecret>) {
        let narrowed = |held: &HeldSecret| {
            let lists = held.lists.iter().cloned().chain(option.list()).collect();
            HeldSecret { lists, ..held.clone() }
        };
        if !passed.is_empty() {
            self.0.insert(option.name.clone(), passed.into_iter().map(narrowed).collect());
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The secrets that the entry `name` of a table of values names: through `options`, or through `item` when
    /// `for_each` names them. A placeholder that comes from another step is none of them.
    pub(super) fn named(
        &self,
        name: &str,
        given: GivenTable<'_>,
        source: &Source,
    ) -> Result<Vec<&HeldSecret>, PlanError> {
        let references = |value| {
            expression::references_through(value, given.locals).map_err(|error| PlanError::Expression {
                place: source.place(&error.span),
                step: Some(given.step.clone()),
                error,
            })
        };
        let Some(value) = given.entries().and_then(|entries| entries.get(name)).filter(|_| !self.is_empty()) else {
            return Ok(Vec::new());
        };
        let own = references(value)?;
        let is_item = |reference: &Reference| reference.path.first().is_some_and(|name| name == "item");
        let of_item = match given.for_each.filter(|_| own.iter().any(is_item)) {
            Some(for_each) => references(for_each)?,
            None => Vec::new(),
        };
        // An expression such as `options['id']` names all options, and its value shows which of them it reads.
        let known = given.known(name).map(Json::to_string);
        let is_there = |secret: &&HeldSecret| known.as_ref().is_none_or(|value| value.contains(&secret.placeholder));
        Ok(own.iter().chain(&of_item).flat_map(|reference| self.behind(reference)).filter(is_there).collect())
    }

    fn behind(&self, reference: &Reference) -> Vec<&HeldSecret> {
        let path: Vec<_> = reference.path.iter().map(String::as_str).collect();
        match path.as_slice() {
            ["options"] => self.0.values().flatten().collect(),
            ["options", name, ..] => self.0.get(*name).into_iter().flatten().collect(),
            _ => Vec::new(),
        }
    }
}

/// The `with` of a step.
#[derive(Clone, Copy)]
pub(super) struct GivenTable<'a> {
    pub(super) step: &'a StepId,
    pub(super) with: &'a Spanned<Value>,
    /// `[locals]` of the job.
    pub(super) locals: &'a BTreeMap<Identifier, Spanned<Value>>,
    /// The list whose `item` it can read.
    pub(super) for_each: Option<&'a Spanned<Value>>,
    /// Its evaluated value, with `null` for the parts that only the run knows.
    pub(super) config: &'a Json,
    /// JSON pointers to the parts that only the run knows.
    pub(super) open: &'a [String],
}

impl<'a> GivenTable<'a> {
    pub(super) fn entries(&self) -> Option<&'a BTreeMap<String, Spanned<Value>>> {
        match self.with.get_ref() {
            Value::Table(entries) => Some(entries),
            _ => None,
        }
    }

    /// Whether only the run knows the entry, or a part of it.
    pub(super) fn is_open(&self, name: &str) -> bool {
        let pointer = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
        let below =
            |open: &String| open.strip_prefix(&pointer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        self.open.iter().any(below)
    }

    /// The value of an entry, when the plan knows all of it.
    pub(super) fn known(&self, name: &str) -> Option<&'a Json> {
        self.config.get(name).filter(|_| !self.is_open(name))
    }
}

/// The secrets that a step names in its `with`, each with the places that it may go to.
///
/// # Errors
/// When the step could send one of them nowhere.
pub(super) fn step_secrets(
    scoped: &ScopedJob<'_>,
    given: GivenTable<'_>,
    call: &PluginCall,
) -> Result<Vec<StepSecret>, PlanError> {
    let (held, source) = (&scoped.held, &scoped.job.source);
    let mut found: Vec<StepSecret> = Vec::new();
    // The plan refuses the step, and its owner first decides what it may call.
    if call.grants.undecided().next().is_some() || !call.grants.http().undecided().is_empty() {
        return Ok(found);
    }
    for (property, value) in given.entries().into_iter().flatten().filter(|_| !held.is_empty()) {
        for secret in held.named(property, given, source)? {
            let place = || source.place(&value.span());
            let secret = secret.of_property(property, call, given).map_err(|reason| {
                let (step, option) = (given.step.clone(), secret.option.clone());
                let (plugin, property) = (call.plugin.name.clone(), property.clone());
                PlanError::Secret(Box::new(SecretDenied { step, option, plugin, property, place: place(), reason }))
            })?;
            if !found.contains(&secret) {
                found.push(secret);
            }
        }
    }
    Ok(found)
}

impl HeldSecret {
    /// The secret as the value of a property of a plugin.
    fn of_property(
        &self,
        property: &str,
        call: &PluginCall,
        given: GivenTable<'_>,
    ) -> Result<StepSecret, SecretDenial> {
        let ways = Ways::of(call, given);
        if ways.all.is_empty() {
            return Err(SecretDenial::NoCalls);
        }
        let mut lists = self.lists.clone();
        if !self.is_declared {
            let Some(to) = meant_for(&call.plugin, property) else {
                let is_shipped = call.plugin.origin == Origin::Shipped;
                return Err(SecretDenial::Undeclared { is_shipped, owner: self.owner.clone(), ways });
            };
            let from = ListSource::Schema { plugin: call.plugin.name.clone(), owner: self.owner.clone() };
            lists.insert(0, DestinationList { from, to });
        }
        let reach = reach(&lists, ways)?;
        let is_url = given.known(property).and_then(Json::as_str) == Some(&self.placeholder)
            && request_properties(&call.plugin.description.config_schema).any(|(name, _)| name == property);
        if let Some(DestinationList { from, .. }) = lists.iter().find(|list| is_url && list.refuses_url_of(&self.owner))
        {
            return Err(SecretDenial::Path { from: from.clone() });
        }
        let (option, placeholder, owner) = (self.option.clone(), self.placeholder.clone(), self.owner.clone());
        Ok(StepSecret { option, placeholder, reach, echoes: self.echoes, owner, lists })
    }
}

/// The kinds of requests that a plugin may send.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Ways {
    all: BTreeSet<Way>,
    /// An address of its HTTP requests, as the owner of a secret would write it.
    address: String,
}

impl Ways {
    fn of(call: &PluginCall, given: GivenTable<'_>) -> Self {
        let allowed: BTreeSet<_> = call.grants.allowed().collect();
        let actions = call.plugin.imports.rows().map(|row| row.action).filter(|action| allowed.contains(action));
        let http = call.plugin.imports.send_requests().then_some(Way::Http);
        let of_step = || known_requests(&call.plugin, given).next().map(|(_, url)| format!("{}/*", url.origin()));
        let declared = call.plugin.description.extra.requests.first();
        let declared = declared.map(|request| request.address().as_str().to_owned());
        let address = declared.or_else(of_step).unwrap_or_else(|| format!("https://{HOST}/*"));
        Self { all: actions.map(Way::Action).chain(http).collect(), address }
    }

    /// How the owner of a secret writes one of them.
    fn written(&self, way: Way) -> &str {
        match way {
            Way::Action(action) => action.as_str(),
            Way::Http => &self.address,
        }
    }
}

/// The places that are on every list.
fn reach(lists: &[DestinationList], mut ways: Ways) -> Result<Vec<Reach>, SecretDenial> {
    for DestinationList { from, to } in lists {
        let is_listed = |way: &Way| to.iter().any(|to| to.way() == *way);
        if !ways.all.iter().any(is_listed) {
            return Err(SecretDenial::Elsewhere { from: from.clone(), to: to.clone(), ways });
        }
        ways.all.retain(is_listed);
    }
    let places = |list: &DestinationList, way| {
        let of_way = || list.to.iter().filter(move |to| to.way() == way);
        let is_any = of_way().any(|to| to.place().is_none());
        (!is_any).then(|| of_way().filter_map(Destination::place).map(str::to_owned).collect())
    };
    let reach = |way| Reach { way, places: lists.iter().filter_map(|list| places(list, way)).collect() };
    Ok(ways.all.into_iter().map(reach).collect())
}

/// The destinations that a shipped plugin declares for secrets in this property. Trust in it goes by its digest.
fn meant_for(plugin: &Plugin, property: &str) -> Option<Vec<Destination>> {
    if plugin.origin != Origin::Shipped {
        return None;
    }
    let list = plugin.description.config_schema.get("properties")?.get(property)?.get(SECRET_TO)?.as_array()?;
    list.iter().map(|text| Destination::parse(text.as_str()?).ok()).collect()
}

impl StepSecret {
    /// Checks that a request of a step may carry the secret behind a placeholder. The answer is whether its answer may
    /// repeat the secret.
    ///
    /// # Errors
    /// When the step does not name the secret, or when the secret may not go there.
    pub fn check(all: &[Self], placeholder: &str, request: Leaving<'_>) -> Result<bool, SecretRefused> {
        let url_owner = match request {
            Leaving::Request { secret: Some(secret), .. } => {
                Some(all.iter().find(|other| other.placeholder == secret).map(|other| &other.owner))
            }
            _ => None,
        };
        // Whoever writes a list that tells the paths of a secret URL apart could read the secret by trying.
        let is_blind = |list: &DestinationList| url_owner.is_some_and(|owner| !list.from.may_know(owner));
        let is_on = |list: &DestinationList| match is_blind(list) {
            true => list.to.iter().any(|to| to.covers_every_path(request)),
            false => list.to.iter().any(|to| to.covers(request)),
        };
        let mut reason = SecretRefusal::NotOfStep;
        for secret in all.iter().filter(|secret| secret.placeholder == placeholder) {
            let Some(list) = secret.lists.iter().find(|list| !is_on(list)) else { return Ok(secret.echoes) };
            let is_listed = list.to.iter().any(|to| to.way() == request.way());
            let from = list.from.clone();
            reason = match request {
                Leaving::Call { function, .. } if is_listed => {
                    let named = function.map_or(NamedFunction::Ambiguous, |name| NamedFunction::One(name.to_string()));
                    SecretRefusal::Function { from, named }
                }
                _ => SecretRefusal::Elsewhere { from },
            };
        }
        let request = match request {
            Leaving::Call { action, .. } => Refused::Call(action),
            Leaving::Request { url, .. } => Refused::Request(url.origin()),
        };
        Err(SecretRefused { option: super::options::option_of(placeholder), request, reason })
    }
}
