/// Whether a database or a snapshot in this state stays in it until somebody repairs it.
#[must_use]
pub fn is_terminal(status: &str) -> bool {
    const TERMINAL: [&str; 8] = [
        "delete-precheck",
        "deleting",
        "failed",
        "inaccessible-encryption-credentials",
        "insufficient-capacity",
        "insufficient-resource-limits",
        "restore-error",
        "storage-full",
    ];
    // `cloning-failed` and `migration-failed` are states of clusters.
    TERMINAL.contains(&status) || status.starts_with("incompatible-") || status.ends_with("-failed")
}

/// Whether a database in this state runs, or is on its way to.
pub(super) fn is_up(status: &str) -> bool {
    const UP: [&str; 16] = [
        "available",
        "backing-up",
        "backtracking",
        "creating",
        "failing-over",
        "maintenance",
        "modifying",
        "promoting",
        "rebooting",
        "renaming",
        "resetting-master-credentials",
        "starting",
        "storage-config-upgrade",
        "storage-initialization",
        "storage-optimization",
        "upgrading",
    ];
    UP.contains(&status) || status.starts_with("configuring-")
}

/// Whether a database in this state is down, or is on its way to.
pub(super) fn is_down(status: &str) -> bool {
    matches!(status, "stopping" | "stopped")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_of_one_kind_at_most() {
        for status in ["available", "starting", "configuring-log-exports"] {
            assert!(is_up(status) && !is_down(status) && !is_terminal(status), "{status}");
        }
        for status in ["stopping", "stopped"] {
            assert!(is_down(status) && !is_up(status) && !is_terminal(status), "{status}");
        }
        for status in ["storage-full", "incompatible-network", "failed", "migration-failed", "deleting"] {
            assert!(is_terminal(status) && !is_up(status) && !is_down(status), "{status}");
        }
    }

    #[test]
    fn a_key_that_can_be_had_again_is_not_the_end() {
        assert!(!is_terminal("inaccessible-encryption-credentials-recoverable"));
    }
}
