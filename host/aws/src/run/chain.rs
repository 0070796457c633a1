//! The chain of a session: a base, and the verified roles that are assumed one after the other.

use std::sync::Arc;

use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_types::region::Region;
use stepwell_model::credentials::{AssumeRole, Base, ExternalIdUse, StepCredentials};
use stepwell_model::settings::Level;

use super::{LiveRun, Opened, Purpose, STS_REGION};
use crate::aws::{Host, profile, signing};
use crate::credentials::{
    ExternalIds, Issuer, Owner, Parts, RoleRequest, Shared, Subject, Verdict, Verification, base, role, verify,
};
use crate::error::HostFault;
use crate::sdk_error::no_credentials;

const WITHOUT_EXTERNAL_ID: &str = "it is assumed without an external id, so that anyone can have the host use it";

const FOREIGN_EXTERNAL_ID: &str =
    "its external id is not the generated one, so that anyone who knows it can have the host use it";

fn unverifiable(reason: &str) -> Verification {
    Verification { verdict: Verdict::RejectedInsecure, reason: reason.to_owned(), advice: None }
}

fn refused(action: &'static str, role: &AssumeRole, found: Verification) -> HostFault {
    let Verification { verdict, reason, advice } = found;
    let reason = format!("{reason} ({})", role.place);
    HostFault::Role { action, role: role.role_arn.clone(), verdict, reason, advice }
}

impl LiveRun {
    /// Every link, from the base to the one that signs.
    pub(super) async fn chain(&self, opened: &mut Opened, purpose: Purpose<'_>) -> Result<Vec<Arc<Issuer>>, HostFault> {
        let StepCredentials { base: start, assume_role, base_from, .. } = purpose.credentials;
        let profile = profile(start);
        let region = match purpose.region {
            Some(region) => Region::new(region.to_owned()),
            None => self.host.own_region(profile).await.unwrap_or(STS_REGION),
        };
        let mut key = format!("{region} {start:?}");
        let mut link = match opened.links.get(&key) {
            Some(link) => Arc::clone(link),
            None => {
                self.claim(start, *base_from, purpose.action)?;
                let Host { http, keys, .. } = &*self.host;
                let parts = Parts { http, region: &region, run: &self.run.id, keys, masker: &self.run.masker };
                opened.keep(&key, base(start, parts).await)
            }
        };
        let mut links = vec![Arc::clone(&link)];
        for (at, role) in assume_role.iter().enumerate() {
            key = format!("{key} > {}", purpose.link_key(role, at));
            link = match opened.links.get(&key) {
                Some(next) => Arc::clone(next),
                None => {
                    let config = signing(self.host.config(profile, region.clone()).await, &link);
                    opened.keep(&key, self.role(at, &link, &config, purpose).await?)
                }
            };
            links.push(Arc::clone(&link));
        }
        Ok(links)
    }

    /// The link of one role, after its verification.
    async fn role(
        &self,
        at: usize,
        before: &Arc<Issuer>,
        config: &SdkConfig,
        purpose: Purpose<'_>,
    ) -> Result<Issuer, HostFault> {
        let roles = &purpose.credentials.assume_role;
        let Some(hop) = Hop::of(roles, at) else { return Err(HostFault::NoRegion { action: purpose.action }) };
        let ids = self.external_ids(hop.role, purpose.action)?;
        self.check(hop, ids.as_ref(), Before { issuer: before, config }, purpose).await?;
        let tags = if purpose.credentials.session_tags { self.tags() } else { Vec::new() };
        let request = RoleRequest {
            role: hop.role,
            external_id: ids.as_ref().map(|ids| &ids.current),
            policy: purpose.policy(at),
            tags,
            run: &self.run.id,
        };
        Ok(role(request, Shared(Arc::clone(before)), config, self.run.masker.clone()).await)
    }

    /// Claims a project's own secret for the directory that had the project's name first.
    fn claim(&self, base: &Base, from: Level, action: &'static str) -> Result<(), HostFault> {
        let (Base::KeyStorage { secret_key_path, .. }, Some(project)) = (base, &self.run.project) else {
            return Ok(());
        };
        if from == Level::System {
            return Ok(());
        }
        self.host.trust.claim(secret_key_path, &project.directory).map_err(|source| HostFault::Trust { action, source })
    }

    fn tags(&self) -> Vec<(&'static str, String)> {
        let mut tags = vec![("run", self.run.id.to_string()), ("job", self.run.job.to_string())];
        tags.extend(self.run.project.as_ref().map(|project| ("project", project.name.clone())));
        tags
    }

    /// The external ids of a hop.
    fn external_ids(&self, role: &AssumeRole, action: &'static str) -> Result<Option<ExternalIds>, HostFault> {
        let owner = if role.from == Level::System { Owner::System } else { self.run.owner() };
        match &role.external_id {
            ExternalIdUse::None => Ok(None),
            ExternalIdUse::Given(id) => Ok(Some(ExternalIds { current: id.clone(), previous: None })),
            ExternalIdUse::Generated => match self.host.trust.level(&owner) {
                Ok(level) => Ok(Some(ExternalIds { current: level.external_id, previous: level.previous })),
                Err(source) => Err(HostFault::Trust { action, source }),
            },
        }
    }

    /// Refuses a role that does not require its external id, unless the system allows such roles.
    async fn check(
        &self,
        hop: Hop<'_>,
        ids: Option<&ExternalIds>,
        before: Before<'_>,
        purpose: Purpose<'_>,
    ) -> Result<(), HostFault> {
        let (action, role) = (purpose.action, hop.role);
        if self.host.allow_unverified_roles {
            return Ok(());
        }
        let ids = match ids {
            // The trusted principal is the level's own role before it, which other levels cannot name.
            None if !hop.is_first_of_level => return Ok(()),
            None => return Err(refused(action, role, unverifiable(WITHOUT_EXTERNAL_ID))),
            Some(_) if hop.is_first_of_level && hop.names_its_external_id() => {
                return Err(refused(action, role, unverifiable(FOREIGN_EXTERNAL_ID)));
            }
            Some(ids) => ids,
        };
        // When the chain before it is broken, its error is clearer than that of a probe.
        let issued = before.issuer.credentials().await.map_err(|error| no_credentials(action, &error))?;
        let principal = format!("{:?} {} {:?}", purpose.credentials.base, identity(&issued), hop.before);
        let subject = Subject { role: &role.role_arn, external_id: &ids.current, principal: &principal };
        let trust = |source| HostFault::Trust { action, source };
        if self.host.trust.verdict(&subject).map_err(trust)? == Some(Verdict::Verified) {
            return Ok(());
        }
        let sts = aws_sdk_sts::Client::new(before.config);
        let found = verify(&sts, &role.role_arn, ids, purpose.patient).await;
        self.host.trust.keep(&subject, &found).map_err(trust)?;
        if found.verdict == Verdict::Verified { Ok(()) } else { Err(refused(action, role, found)) }
    }
}

/// The link before a role, and a configuration that signs with its credentials.
#[derive(Clone, Copy)]
struct Before<'a> {
    issuer: &'a Issuer,
    config: &'a SdkConfig,
}

/// A role in its chain.
#[derive(Clone, Copy)]
struct Hop<'a> {
    role: &'a AssumeRole,
    before: &'a [AssumeRole],
    /// Whether the chain before it belongs to another level, on which all levels build.
    is_first_of_level: bool,
}

impl<'a> Hop<'a> {
    fn of(roles: &'a [AssumeRole], at: usize) -> Option<Self> {
        let (role, before) = (roles.get(at)?, roles.get(..at)?);
        let is_first_of_level = before.last().is_none_or(|before| before.from != role.from);
        Some(Self { role, before, is_first_of_level })
    }

    /// Whether a project or job names the external id itself. The owner of a role and every reader of its trust policy know
    /// its external id, so a project could name another one's.
    fn names_its_external_id(&self) -> bool {
        self.role.from != Level::System && matches!(self.role.external_id, ExternalIdUse::Given(_))
    }
}

/// The owner of credentials, as far as the host knows it without asking: the key id of permanent keys, or the account.
fn identity(credentials: &Credentials) -> String {
    match (credentials.expiry(), credentials.account_id()) {
        (None, _) => credentials.access_key_id().to_owned(),
        (Some(_), account) => account.map(|account| account.as_str().to_owned()).unwrap_or_default(),
    }
}
