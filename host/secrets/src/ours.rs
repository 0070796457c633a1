//! The one rule for files that are ours alone: whether another user could have read or written them.
//!
//! **Who may own a file.** We, the effective user of the process. Root as well where the rule is about writing: root
//! can write every file anyway, so a refusal would protect nothing, and images and packages install files as root. A
//! secret has to be our own: the host makes such files with mode 0600 or 0700, and one of root's that we can read is
//! open to more than its owner.
//!
//! **Who may write.** Never all users, sticky bit or not: in a sticky folder other users cannot replace our files, but
//! they can put a file where ours does not exist yet, such as the write-ahead log of the journal. A group may write
//! only where operators make the files themselves, and only a group that is known to have no other member but root: the
//! umask 002 of Debian and Ubuntu gives every file such a group. Files that the host makes have no reason for it.
//!
//! [`check`] looks at one file. [`open`] and [`resolve`] apply the rule to everything that leads to it as well: every
//! directory, every symbolic link and its target. Whatever grants something is read through them: settings, jobs and
//! plugins.

mod group;
mod path;

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;

pub use path::{OurFile, PathError, Places, advice, is_there, open, open_regular, places, resolve};

/// What a file or folder is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Only we may read or write it: keys, passphrases, the folder of compiled components.
    Private,
    /// The host writes it and believes what it says: external ids, a compiled component, the folder of a key store.
    HostWrites,
    /// Operators write it: settings, jobs, plugins, the directory of a project, `STEPWELL_HOME`, the journal.
    OperatorsWrite,
    /// A directory that leads to a file that we believe. A sticky one may be open to all, as `/tmp` is.
    OnTheWay,
    /// A symbolic link that leads to a file that we believe. Its permissions have no meaning.
    Link,
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

/// Owner, group and permissions of a file.
#[derive(Debug, Clone, Copy)]
struct Standing {
    owner: u32,
    group: u32,
    mode: u32,
}

const STICKY: u32 = 0o1000;

impl Rule {
    /// The permission bits that a file may not have.
    fn forbidden(self, mode: u32) -> u32 {
        match self {
            Self::Private => 0o077,
            Self::OnTheWay if mode & STICKY != 0 => 0,
            Self::HostWrites | Self::OperatorsWrite | Self::OnTheWay => 0o022,
            Self::Link => 0,
        }
    }

    fn admits_root(self) -> bool {
        self != Self::Private
    }

    /// Whether a group without other members may write.
    fn admits_own_group(self) -> bool {
        matches!(self, Self::OperatorsWrite | Self::OnTheWay)
    }

    /// Judges a file for a process of the user `us`. `is_own` says whether a group has no other member.
    fn judge(self, found: Standing, us: u32, is_own: impl Fn(u32) -> bool) -> Result<(), NotOurs> {
        let Standing { owner, group, mode } = found;
        if owner != us && !(self.admits_root() && owner == 0) {
            return Err(NotOurs::Owner { owner });
        }
        match mode & self.forbidden(mode) {
            0 => Ok(()),
            0o020 if self.admits_own_group() && is_own(group) => Ok(()),
            _ => Err(NotOurs::Mode { mode }),
        }
    }
}

/// Judges a file or folder. Metadata of an open file is safer than that of a path, which may lead elsewhere by now.
///
/// # Errors
/// When another user owns it, or its permissions admit other users.
pub fn check(found: &Metadata, rule: Rule) -> Result<(), NotOurs> {
    let us = rustix::process::geteuid().as_raw();
    let standing = Standing { owner: found.uid(), group: found.gid(), mode: found.mode() & 0o7777 };
    rule.judge(standing, us, |group| group::has_no_other(group, us))
}

#[cfg(test)]
mod tests {
    use super::Rule::{self, HostWrites, OnTheWay, OperatorsWrite, Private};
    use super::*;

    const US: u32 = 1000;
    const OTHER: u32 = 1001;
    const ROOT: u32 = 0;

    /// A group without another member, and one with.
    const OWN: u32 = 1000;
    const SHARED: u32 = 50;

    /// Owner, group, mode, and the rules that accept them.
    const TABLE: &[(u32, u32, u32, &[Rule])] = &[
        (US, SHARED, 0o600, &[Private, HostWrites, OperatorsWrite, OnTheWay]),
        (US, SHARED, 0o400, &[Private, HostWrites, OperatorsWrite, OnTheWay]),
        (US, SHARED, 0o700, &[Private, HostWrites, OperatorsWrite, OnTheWay]),
        (US, SHARED, 0o2700, &[Private, HostWrites, OperatorsWrite, OnTheWay]),
        // Other users read it.
        (US, SHARED, 0o640, &[HostWrites, OperatorsWrite, OnTheWay]),
        (US, SHARED, 0o604, &[HostWrites, OperatorsWrite, OnTheWay]),
        (US, SHARED, 0o644, &[HostWrites, OperatorsWrite, OnTheWay]),
        (US, SHARED, 0o711, &[HostWrites, OperatorsWrite, OnTheWay]),
        (US, SHARED, 0o755, &[HostWrites, OperatorsWrite, OnTheWay]),
        // Its group writes it, and has no other member: umask 002.
        (US, OWN, 0o660, &[OperatorsWrite, OnTheWay]),
        (US, OWN, 0o664, &[OperatorsWrite, OnTheWay]),
        (US, OWN, 0o775, &[OperatorsWrite, OnTheWay]),
        (ROOT, OWN, 0o2775, &[OperatorsWrite, OnTheWay]),
        // Its group writes it, and has other members.
        (US, SHARED, 0o660, &[]),
        (US, SHARED, 0o775, &[]),
        (US, SHARED, 0o2775, &[]),
        (ROOT, SHARED, 0o2775, &[]),
        // All users write it.
        (US, OWN, 0o602, &[]),
        (US, OWN, 0o666, &[]),
        (US, OWN, 0o777, &[]),
        // All users write it, but replace only what is theirs.
        (US, OWN, 0o1777, &[OnTheWay]),
        (ROOT, ROOT, 0o1777, &[OnTheWay]),
        (ROOT, SHARED, 0o1775, &[OnTheWay]),
        // Root's.
        (ROOT, ROOT, 0o600, &[HostWrites, OperatorsWrite, OnTheWay]),
        (ROOT, ROOT, 0o755, &[HostWrites, OperatorsWrite, OnTheWay]),
        // Another user's, whatever its mode.
        (OTHER, OWN, 0o600, &[]),
        (OTHER, OWN, 0o644, &[]),
        (OTHER, OWN, 0o755, &[]),
        (OTHER, OWN, 0o1777, &[]),
    ];

    fn judge(rule: Rule, (owner, group, mode): (u32, u32, u32), us: u32) -> Result<(), NotOurs> {
        rule.judge(Standing { owner, group, mode }, us, |group| group == OWN)
    }

    #[test]
    fn every_rule_accepts_the_owners_and_modes_of_the_table_and_no_others() {
        for (owner, group, mode, accepting) in TABLE {
            for rule in [Private, HostWrites, OperatorsWrite, OnTheWay] {
                let accepted = judge(rule, (*owner, *group, *mode), US).is_ok();
                assert_eq!(
                    accepted,
                    accepting.contains(&rule),
                    "{rule:?}, owner {owner}, group {group}, mode {mode:o}"
                );
            }
        }
    }

    #[test]
    fn a_link_is_judged_by_its_owner() {
        assert_eq!(judge(Rule::Link, (US, SHARED, 0o777), US), Ok(()));
        assert_eq!(judge(Rule::Link, (ROOT, SHARED, 0o777), US), Ok(()));
        assert_eq!(judge(Rule::Link, (OTHER, SHARED, 0o777), US), Err(NotOurs::Owner { owner: OTHER }));
    }

    #[test]
    fn the_refusal_names_the_owner_before_the_mode() {
        let error = judge(Private, (OTHER, OWN, 0o644), US).unwrap_err();
        assert_eq!(error, NotOurs::Owner { owner: OTHER });
        assert_eq!(error.to_string(), "it belongs to the user with the id 1001");
        let error = judge(Private, (US, OWN, 0o40), US).unwrap_err();
        assert_eq!(error, NotOurs::Mode { mode: 0o40 });
        assert_eq!(error.to_string(), "its permissions are 040");
    }

    #[test]
    fn root_owns_its_own_secrets() {
        assert_eq!(judge(Private, (ROOT, OWN, 0o600), ROOT), Ok(()));
        assert_eq!(judge(Private, (US, OWN, 0o600), ROOT), Err(NotOurs::Owner { owner: US }));
    }
}
