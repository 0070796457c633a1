//! The one rule for files that are ours alone: whether another user could have read or written them.
//!
//! **Who may own a file.** We, the effective user of the process. Root as well where the rule is about writing: root can
//! write every file anyway, so a refusal would protect nothing, and images and packages install files as root. A secret
//! has to be our own: the host makes such files with mode 0600 or 0700, and one of root's that we can read is open to
//! more than its owner.
//!
//! **Who may write.** Never all users, sticky bit or not: in a sticky folder other users cannot replace our files, but
//! they can put a file where ours does not exist yet, such as the write-ahead log of the journal. The group of the file may write
//! only where operators make the files themselves. With the umask 002 that Debian and Ubuntu give to normal users, every
//! project directory is writable by its group, which usually has no other member; and where it has, its owner opened a
//! shared directory, or a mounted volume, to that group on purpose. Files that the host makes have none of these reasons.
//!
//! The rule looks at one file. Callers apply it to every file or folder that they believe.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;

/// What a file or folder is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Only we may read or write it: keys, passphrases, the folder of compiled components.
    Private,
    /// The host writes it and believes what it says: external ids, a compiled component, the folder of a key store.
    HostWrites,
    /// Operators write it, possibly as a group: a project, `STEPWELL_HOME`, the journal.
    OperatorsWrite,
}

/// Why a file is not ours alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotOurs {
    /// Another user owns it.
    #[error("it belongs to the user with the id {owner}")]
    Owner {
        /// The user id.
        owner: u32,
    },
    /// Its permissions admit other users.
    #[error("its permissions are {mode:03o}")]
    Mode {
        /// All of its permission bits.
        mode: u32,
    },
}

impl Rule {
    /// The permission bits that the file may not have.
    fn forbidden(self) -> u32 {
        match self {
            Self::Private => 0o077,
            Self::HostWrites => 0o022,
            Self::OperatorsWrite => 0o002,
        }
    }

    fn admits_root(self) -> bool {
        match self {
            Self::Private => false,
            Self::HostWrites | Self::OperatorsWrite => true,
        }
    }

    /// Judges a file of this owner and mode for a process of the user `us`.
    fn judge(self, owner: u32, mode: u32, us: u32) -> Result<(), NotOurs> {
        if owner != us && !(self.admits_root() && owner == 0) {
            return Err(NotOurs::Owner { owner });
        }
        if mode & self.forbidden() != 0 {
            return Err(NotOurs::Mode { mode });
        }
        Ok(())
    }
}

/// Judges a file or folder. Metadata of an open file is safer than that of a path, which may lead elsewhere by now.
///
/// # Errors
/// When another user owns it, or its permissions admit other users.
pub fn check(found: &Metadata, rule: Rule) -> Result<(), NotOurs> {
    rule.judge(found.uid(), found.mode() & 0o7777, rustix::process::geteuid().as_raw())
}

#[cfg(test)]
mod tests {
    use super::Rule::{self, HostWrites, OperatorsWrite, Private};
    use super::*;

    const US: u32 = 1000;
    const OTHER: u32 = 1001;
    const ROOT: u32 = 0;

    /// Owner, mode, and the rules that accept them.
    const TABLE: &[(u32, u32, &[Rule])] = &[
        (US, 0o600, &[Private, HostWrites, OperatorsWrite]),
        (US, 0o400, &[Private, HostWrites, OperatorsWrite]),
        (US, 0o700, &[Private, HostWrites, OperatorsWrite]),
        (US, 0o2700, &[Private, HostWrites, OperatorsWrite]),
        // Other users read it.
        (US, 0o640, &[HostWrites, OperatorsWrite]),
        (US, 0o604, &[HostWrites, OperatorsWrite]),
        (US, 0o644, &[HostWrites, OperatorsWrite]),
        (US, 0o711, &[HostWrites, OperatorsWrite]),
        (US, 0o755, &[HostWrites, OperatorsWrite]),
        // Its group writes it: umask 002, a shared directory.
        (US, 0o660, &[OperatorsWrite]),
        (US, 0o664, &[OperatorsWrite]),
        (US, 0o775, &[OperatorsWrite]),
        (US, 0o2775, &[OperatorsWrite]),
        // All users write it.
        (US, 0o602, &[]),
        (US, 0o666, &[]),
        (US, 0o777, &[]),
        (US, 0o1777, &[]),
        // Root's.
        (ROOT, 0o600, &[HostWrites, OperatorsWrite]),
        (ROOT, 0o755, &[HostWrites, OperatorsWrite]),
        (ROOT, 0o2775, &[OperatorsWrite]),
        (ROOT, 0o1777, &[]),
        // Another user's, whatever its mode.
        (OTHER, 0o600, &[]),
        (OTHER, 0o644, &[]),
        (OTHER, 0o755, &[]),
    ];

    #[test]
    fn every_rule_accepts_the_owners_and_modes_of_the_table_and_no_others() {
        for (owner, mode, accepting) in TABLE {
            for rule in [Private, HostWrites, OperatorsWrite] {
                let accepted = rule.judge(*owner, *mode, US).is_ok();
                assert_eq!(accepted, accepting.contains(&rule), "{rule:?}, owner {owner}, mode {mode:o}");
            }
        }
    }

    #[test]
    fn the_refusal_names_the_owner_before_the_mode() {
        let error = Private.judge(OTHER, 0o644, US).unwrap_err();
        assert_eq!(error, NotOurs::Owner { owner: OTHER });
        assert_eq!(error.to_string(), "it belongs to the user with the id 1001");
        let error = Private.judge(US, 0o40, US).unwrap_err();
        assert_eq!(error, NotOurs::Mode { mode: 0o40 });
        assert_eq!(error.to_string(), "its permissions are 040");
    }

    #[test]
    fn root_owns_its_own_secrets() {
        assert_eq!(Private.judge(ROOT, 0o600, ROOT), Ok(()));
        assert_eq!(Private.judge(US, 0o600, ROOT), Err(NotOurs::Owner { owner: US }));
    }
}
