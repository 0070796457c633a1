//! Who belongs to a group. With the umask 002 that Debian and Ubuntu give to normal users, every file is writable by
//! its group, which usually has no other member.
//!
//! `/etc/passwd` and `/etc/group` are the whole truth only where `/etc/nsswitch.conf` asks no directory service. Where
//! it does (LDAP, SSSD), the members of a group are unknown, and the answer is no.

use std::fs;
use std::io;

/// The files that say who belongs to a group.
struct Accounts {
    nsswitch: Option<String>,
    passwd: String,
    group: String,
}

impl Accounts {
    fn read() -> Option<Self> {
        let nsswitch = match fs::read_to_string("/etc/nsswitch.conf") {
            Ok(text) => Some(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(_) => return None,
        };
        let (passwd, group) = (fs::read_to_string("/etc/passwd"), fs::read_to_string("/etc/group"));
        Some(Self { nsswitch, passwd: passwd.ok()?, group: group.ok()? })
    }

    /// Whether no directory service adds users or members.
    fn are_complete(&self) -> bool {
        let Some(text) = &self.nsswitch else { return true };
        let asked = |database: &str| {
            let line = text.lines().map(str::trim).find_map(|line| line.strip_prefix(database)?.strip_prefix(':'));
            let sources = line.unwrap_or("files").split('#').next().unwrap_or_default().split_whitespace();
            sources.filter(|source| !source.starts_with('[')).all(|source| matches!(source, "files" | "systemd"))
        };
        ["passwd", "group", "initgroups"].into_iter().all(asked)
    }

    /// Whether only root and the user `us` belong to the group.
    fn has_no_other(&self, group: u32, us: u32) -> bool {
        let is_one_of_us = |user: u32| user == us || user == 0;
        let users: Vec<_> = self.passwd.lines().map(|line| line.split(':').collect::<Vec<_>>()).collect();
        let number = |fields: &[&str], at: usize| fields.get(at).and_then(|text| text.parse::<u32>().ok());
        let mut primary = users.iter().filter(|fields| number(fields, 3) == Some(group));
        let lines = self.group.lines().map(|line| line.split(':').collect::<Vec<_>>());
        let mut names = lines.filter(|fields| number(fields, 2) == Some(group)).flat_map(|fields| {
            let members = fields.get(3).copied().unwrap_or_default();
            members.split(',').map(str::trim).filter(|name| !name.is_empty()).collect::<Vec<_>>()
        });
        let is_known_as_us = |name: &str| {
            let known = users.iter().find(|fields| fields.first() == Some(&name));
            known.and_then(|fields| number(fields, 2)).is_some_and(is_one_of_us)
        };
        primary.all(|fields| number(fields, 2).is_some_and(is_one_of_us)) && names.all(is_known_as_us)
    }
}

/// Whether a group is known to have no member but root and the user `us`.
pub(super) fn has_no_other(group: u32, us: u32) -> bool {
    Accounts::read().is_some_and(|accounts| accounts.are_complete() && accounts.has_no_other(group, us))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accounts(nsswitch: Option<&str>) -> Accounts {
        Accounts {
            nsswitch: nsswitch.map(str::to_owned),
            passwd: "root:x:0:0::/root:/bin/sh\nann:x:1000:1000::/home/ann:/bin/sh\nbob:x:1001:1001::/:/bin/sh\n\
                     carl:x:1002:50::/:/bin/sh\ndora:x:1003:50::/:/bin/sh"
                .to_owned(),
            group: "root:x:0:\nann:x:1000:\nbob:x:1001:bob\nstaff:x:50:\nops:x:60:ann,bob\nown:x:61:ann,root\nold:x:62:gone\n"
                .to_owned(),
        }
    }

    #[test]
    fn a_group_is_ours_when_all_its_members_are_we_or_root() {
        let accounts = accounts(None);
        for (group, us, expected) in [
            (1000, 1000, true),
            (1000, 1001, false),
            (1001, 1001, true),
            (0, 1000, true),
            // The primary group of several users.
            (50, 1002, false),
            (60, 1000, false),
            (61, 1000, true),
            // A member without an account may get one.
            (62, 1000, false),
            // A group without a name, as containers have them.
            (2000, 1000, true),
        ] {
            assert_eq!(accounts.has_no_other(group, us), expected, "group {group}, user {us}");
        }
    }

    #[test]
    fn the_files_are_the_whole_truth_only_without_a_directory_service() {
        for (text, expected) in [
            (None, true),
            (Some("passwd: files systemd\ngroup: files [SUCCESS=merge] systemd # as Debian has it\n"), true),
            (Some("passwd: files\n"), true),
            (Some("passwd: files sss\ngroup: files\n"), false),
            (Some("passwd: files\ngroup: files ldap\n"), false),
            (Some("passwd: compat\n"), false),
        ] {
            assert_eq!(accounts(text).are_complete(), expected, "{text:?}");
        }
    }
}
