//! The host's memory of trust: the external id of every level, and the roles that are known to require it. One small file
//! in `STEPWELL_HOME`, for the host's user alone.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use stepwell_model::NextAction;
use stepwell_model::error::last_cause;
use stepwell_model::id::{ExternalId, KeyPath, RoleArn};
use stepwell_secrets::durable;
use stepwell_secrets::ours::{self, NotOurs, PathError, Rule};
use uuid::Uuid;

use super::verdict::{Verdict, Verification};

/// A verdict holds for a day, because the owner of a role can change it at any time.
pub(crate) const VERDICT_HOLDS: Duration = Duration::from_secs(24 * 60 * 60);

/// Most bytes of `trust.json`: an entry for each of a hundred thousand roles.
const LARGEST: u64 = 64 << 20;

/// The owner of an external id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    /// The host as a whole.
    System,
    /// The project in this directory. Its name is no proof: a project names itself.
    Project(PathBuf),
}

/// The external id of one level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustLevel {
    /// Every role that this level assumes has to require it.
    pub external_id: ExternalId,
    /// When it was generated.
    pub since: Timestamp,
    /// The one before. Runs do not use it; it tells a role that still requires it from one that trusts no external id.
    pub previous: Option<ExternalId>,
}

/// The external id of a role, and the one before its last rotation.
#[derive(Debug, Clone)]
pub(crate) struct ExternalIds {
    pub(crate) current: ExternalId,
    pub(crate) previous: Option<ExternalId>,
}

/// The file that remembers trust.
#[derive(Debug, Clone)]
pub struct Trust {
    path: PathBuf,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    levels: Vec<(Owner, TrustLevel)>,
    /// The directory that first used a secret of a project by this name.
    #[serde(default)]
    projects: BTreeMap<String, PathBuf>,
    /// Verdicts by the digest of everything that they depend on.
    verdicts: BTreeMap<String, KeptVerdict>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct KeptVerdict {
    role_arn: RoleArn,
    verdict: Verdict,
    at: Timestamp,
}

/// Why the file could not be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// It cannot be read or written.
    #[error("cannot keep external ids in `{}`", path.display())]
    Disk {
        /// The file that remembers trust.
        path: PathBuf,
        /// The operating system's message.
        reason: String,
    },
    /// Another user can change it.
    #[error("`{}` is not yours alone", path.display())]
    Foreign {
        /// The file, or a folder or link that leads to it.
        path: PathBuf,
        /// How it admits the other user.
        fault: NotOurs,
    },
    /// A secret of a project that lies in another directory.
    #[error("`{path}` belongs to another project")]
    Claimed {
        /// The secret.
        path: KeyPath,
        /// The name that both projects give themselves.
        name: String,
        /// The directory of the first one.
        directory: PathBuf,
        /// The file that says so.
        file: PathBuf,
    },
    /// Its content is not of this version.
    #[error("`{}` is not what Stepwell wrote", path.display())]
    Damaged {
        /// The file that remembers trust.
        path: PathBuf,
        /// Where reading stopped.
        reason: String,
    },
}

impl TrustError {
    /// Whether nothing is broken, but the secret belongs to another project.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Claimed { .. })
    }
}

impl NextAction for TrustError {
    fn because(&self) -> String {
        match self {
            Self::Disk { reason, .. } | Self::Damaged { reason, .. } => reason.clone(),
            Self::Foreign { fault, .. } => format!("another user can change which roles the host trusts: {fault}"),
            Self::Claimed { name, directory, .. } => {
                format!("the project `{name}` in {} used such secrets first", directory.display())
            }
        }
    }

    fn next(&self) -> String {
        match self {
            Self::Disk { .. } => "check the rights of STEPWELL_HOME and the room on its disk".to_owned(),
            Self::Foreign { path, fault } => ours::advice(path, *fault),
            Self::Claimed { name, file, .. } => {
                format!(
                    "give this project another name; if `{name}` has moved here, remove it from `projects` in {}",
                    file.display()
                )
            }
            Self::Damaged { .. } => {
                "restore it from a backup; without it every role has to be told new external ids".to_owned()
            }
        }
    }
}

impl Trust {
    /// The file in this `STEPWELL_HOME`. It need not exist.
    pub fn new(home: &Path) -> Self {
        Self { path: home.join("trust.json") }
    }

    /// The external id of a level, generated at its first use.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn level(&self, owner: &Owner) -> Result<TrustLevel, TrustError> {
        match self.read()?.level(owner) {
            Some(level) => Ok(level.clone()),
            None => self.change(|content| match content.level(owner) {
                Some(level) => level.clone(),
                None => content.renew(owner, None),
            }),
        }
    }

    /// Generates another external id and keeps the previous one.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn rotate(&self, owner: &Owner) -> Result<TrustLevel, TrustError> {
        self.change(|content| {
            let previous = content.level(owner).map(|level| level.external_id.clone());
            content.renew(owner, previous)
        })
    }

    /// Claims the secrets below `keys/project/NAME/` for the project in this directory. The first directory that asks owns
    /// the name from then on, because projects name themselves.
    ///
    /// # Errors
    /// When another directory has it, or when the file cannot be read or written.
    pub fn claim(&self, path: &KeyPath, directory: &Path) -> Result<(), TrustError> {
        let Some(name) = path.project() else { return Ok(()) };
        let owner = match self.read()?.projects.get(name) {
            Some(owner) => owner.clone(),
            None => self.change(|content| {
                content.projects.entry(name.to_owned()).or_insert_with(|| directory.to_owned()).clone()
            })?,
        };
        if owner == directory {
            return Ok(());
        }
        let (path, name, file) = (path.clone(), name.to_owned(), self.path.clone());
        Err(TrustError::Claimed { path, name, directory: owner, file })
    }

    /// The verdict on a role, when it is less than a day old.
    pub(crate) fn verdict(&self, of: &Subject<'_>) -> Result<Option<Verdict>, TrustError> {
        let content = self.read()?;
        let fresh = |kept: &&KeptVerdict| {
            let age = Timestamp::now().duration_since(kept.at);
            age >= SignedDuration::ZERO && age.unsigned_abs() < VERDICT_HOLDS
        };
        Ok(content.verdicts.get(&of.digest()).filter(fresh).map(|kept| kept.verdict))
    }

    pub(crate) fn keep(&self, of: &Subject<'_>, found: &Verification) -> Result<(), TrustError> {
        let kept = KeptVerdict { role_arn: of.role.clone(), verdict: found.verdict, at: Timestamp::now() };
        self.change(|content| drop(content.verdicts.insert(of.digest(), kept)))
    }

    fn read(&self) -> Result<Content, TrustError> {
        let file = match ours::open_regular(&self.path) {
            Ok(found) => found.file,
            Err(error) if error.is_missing() => return Ok(Content::default()),
            Err(error) => return Err(self.unusable(error)),
        };
        let found = file.metadata().map_err(|error| self.disk(&error))?;
        ours::check(&found, Rule::HostWrites)
            .map_err(|fault| self.unusable(PathError::Foreign { path: self.path.clone(), fault }))?;
        let mut bytes = Vec::new();
        file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|error| self.disk(&error))?;
        let damaged = |reason| TrustError::Damaged { path: self.path.clone(), reason };
        if bytes.len() as u64 > LARGEST {
            return Err(damaged("it is larger than 64 MiB".to_owned()));
        }
        serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))
    }

    /// Reads, changes and writes under a lock.
    fn change<T>(&self, change: impl FnOnce(&mut Content) -> T) -> Result<T, TrustError> {
        let _locked = self.lock()?;
        let mut content = self.read()?;
        let result = change(&mut content);
        content.verdicts.retain(|_, kept| Timestamp::now().duration_since(kept.at).unsigned_abs() < VERDICT_HOLDS);
        let bytes = serde_json::to_vec_pretty(&content).map_err(|error| self.disk(&error.into()))?;
        durable::replace(&self.path, &bytes).map_err(|error| self.disk(&error))?;
        Ok(result)
    }

    fn lock(&self) -> Result<File, TrustError> {
        if let Some(home) = self.path.parent() {
            durable::make_folder(home).map_err(|error| self.disk(&error))?;
            // A folder that was there already may be another user's.
            ours::resolve(home).map_err(|error| self.unusable(error))?;
        }
        durable::lock(&self.path.with_extension("lock")).map_err(|error| self.disk(&error))
    }

    fn unusable(&self, error: PathError) -> TrustError {
        match error {
            PathError::Foreign { path, fault } => TrustError::Foreign { path, fault },
            PathError::Io { error, .. } => self.disk(&error),
        }
    }

    fn disk(&self, error: &io::Error) -> TrustError {
        TrustError::Disk { path: self.path.clone(), reason: last_cause(error) }
    }
}

impl Content {
    fn level(&self, owner: &Owner) -> Option<&TrustLevel> {
        self.levels.iter().find(|(of, _)| of == owner).map(|(_, level)| level)
    }

    fn renew(&mut self, owner: &Owner, previous: Option<ExternalId>) -> TrustLevel {
        let level = TrustLevel { external_id: random_external_id(), since: Timestamp::now(), previous };
        self.levels.retain(|(of, _)| of != owner);
        self.levels.push((owner.clone(), level.clone()));
        level
    }
}

/// 256 random bits in 64 hexadecimal digits.
pub(crate) fn random_external_id() -> ExternalId {
    loop {
        // Each has 122 random bits.
        let random = Sha256::digest([Uuid::new_v4(), Uuid::new_v4(), Uuid::new_v4()].map(Uuid::into_bytes).concat());
        if let Ok(id) = hexadecimal(&random).parse() {
            return id;
        }
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The subject of a verdict.
pub(crate) struct Subject<'a> {
    pub(crate) role: &'a RoleArn,
    pub(crate) external_id: &'a ExternalId,
    /// The chain before the role, which assumes it.
    pub(crate) principal: &'a str,
}

impl Subject<'_> {
    fn digest(&self) -> String {
        let Self { role, external_id, principal } = self;
        hexadecimal(&Sha256::digest(format!("{role}\n{external_id}\n{principal}")))
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn home() -> (tempfile::TempDir, Trust) {
        let home = tempfile::tempdir().unwrap();
        let trust = Trust::new(home.path());
        (home, trust)
    }

    #[test]
    fn an_external_id_stays_until_it_is_rotated_and_the_last_one_is_remembered() {
        let (_home, trust) = home();
        let first = trust.level(&Owner::System).unwrap();
        assert_eq!(trust.level(&Owner::System).unwrap(), first);
        assert_eq!(first.external_id.as_str().len(), 64);
        let second = trust.rotate(&Owner::System).unwrap();
        assert_ne!(second.external_id, first.external_id);
        assert_eq!(second.previous, Some(first.external_id));
        assert_eq!(trust.level(&Owner::System).unwrap(), second);
    }

    #[test]
    fn every_project_has_an_external_id_of_its_own_and_the_file_is_private() {
        let (home, trust) = home();
        let ids = ["/a", "/b"].map(|dir| trust.level(&Owner::Project(dir.into())).unwrap().external_id);
        assert_ne!(ids[0], ids[1]);
        let mode = fs::metadata(home.path().join("trust.json")).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{mode:o}");
    }

    #[test]
    fn two_who_ask_at_once_get_the_same_external_id() {
        let (_home, trust) = home();
        let ask = || trust.level(&Owner::System).unwrap().external_id;
        let ids: Vec<_> = std::thread::scope(|scope| {
            let asking: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
            asking.into_iter().map(|asked| asked.join().unwrap()).collect()
        });
        assert!(ids.windows(2).all(|pair| pair[0] == pair[1]), "{ids:?}");
    }

    #[test]
    fn a_verdict_holds_for_its_role_its_external_id_and_who_asks() {
        let (_home, trust) = home();
        let (role, other): (RoleArn, ExternalId) =
            ("arn:aws:iam::123456789012:role/a".parse().unwrap(), "other".parse().unwrap());
        let id = trust.level(&Owner::System).unwrap().external_id;
        let of = |external_id, principal| Subject { role: &role, external_id, principal };
        trust
            .keep(&of(&id, "us"), &Verification { verdict: Verdict::Verified, reason: String::new(), advice: None })
            .unwrap();
        assert_eq!(trust.verdict(&of(&id, "us")).unwrap(), Some(Verdict::Verified));
        assert_eq!(trust.verdict(&of(&other, "us")).unwrap(), None);
        assert_eq!(trust.verdict(&of(&id, "them")).unwrap(), None);
    }

    #[test]
    fn the_name_of_a_project_belongs_to_the_directory_that_used_its_secrets_first() {
        let (_home, trust) = home();
        let (path, other): (KeyPath, KeyPath) =
            ("keys/project/web/a".parse().unwrap(), "keys/project/shop/a".parse().unwrap());
        trust.claim(&path, Path::new("/a")).unwrap();
        trust.claim(&path, Path::new("/a")).unwrap();
        trust.claim(&other, Path::new("/b")).unwrap();
        trust.claim(&"keys/shared/a".parse().unwrap(), Path::new("/b")).unwrap();
        let error = trust.claim(&path, Path::new("/b")).unwrap_err();
        assert!(matches!(&error, TrustError::Claimed { directory, .. } if directory == Path::new("/a")), "{error:?}");
    }

    #[test]
    fn a_file_that_others_can_change_is_not_believed() {
        let (home, trust) = home();
        trust.level(&Owner::System).unwrap();
        let file = home.path().join("trust.json");
        let foreign = |path: &Path, fault| {
            let expected = TrustError::Foreign { path: path.to_owned(), fault };
            assert_eq!(trust.level(&Owner::System).unwrap_err(), expected);
        };
        // Operators make the folder, so a group without other members may write to it.
        for (path, modes) in [(file.as_path(), &[0o702, 0o720, 0o777][..]), (home.path(), &[0o702, 0o777])] {
            let before = path.metadata().unwrap().permissions();
            for mode in modes {
                fs::set_permissions(path, Permissions::from_mode(*mode)).unwrap();
                foreign(path, NotOurs::Mode { mode: *mode });
            }
            fs::set_permissions(path, before).unwrap();
            // Only root can give a file away.
            if std::os::unix::fs::chown(path, Some(4242), None).is_ok() {
                foreign(path, NotOurs::Owner { owner: 4242 });
                std::os::unix::fs::chown(path, Some(0), None).unwrap();
            }
        }
        trust.level(&Owner::System).unwrap();
    }

    #[test]
    fn no_external_id_is_kept_in_a_folder_that_others_can_change() {
        let (home, trust) = home();
        fs::set_permissions(home.path(), Permissions::from_mode(0o702)).unwrap();
        assert!(matches!(trust.level(&Owner::System).unwrap_err(), TrustError::Foreign { .. }));
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_damaged_file_is_not_replaced() {
        let (home, trust) = home();
        fs::write(home.path().join("trust.json"), "{").unwrap();
        fs::set_permissions(home.path().join("trust.json"), Permissions::from_mode(0o600)).unwrap();
        let error = trust.level(&Owner::System).unwrap_err();
        assert!(matches!(error, TrustError::Damaged { .. }), "{error:?}");
        assert_eq!(fs::read(home.path().join("trust.json")).unwrap(), b"{");
    }
}
