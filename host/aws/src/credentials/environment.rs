//! The environment of a process that a step starts: credentials in the form that every AWS tool reads. Plugins never get
//! one.

use std::collections::BTreeMap;
use std::fmt;

use aws_credential_types::Credentials;
use stepwell_model::id::RunId;
use stepwell_secrets::Masker;

/// The user's own variables of a process.
#[derive(Clone, Copy)]
pub struct OwnVariables<'a> {
    /// Names and values.
    pub values: &'a BTreeMap<String, String>,
    /// The names of those whose values are secret.
    pub secret: &'a [String],
}

/// The variables of a process. `Debug` shows only their names.
#[derive(Clone, PartialEq, Eq)]
pub struct ProcessEnvironment {
    /// Names and values.
    pub variables: BTreeMap<String, String>,
    /// Computed variables that the user's own replaced: worth a warning.
    pub overridden: Vec<&'static str>,
}

impl ProcessEnvironment {
    /// The computed variables, and the user's own, which win. The values of the user's secret variables are masked from now
    /// on, like the credentials before.
    pub(crate) fn new(
        credentials: &Credentials,
        region: Option<&str>,
        run: &RunId,
        own: OwnVariables<'_>,
        masker: &Masker,
    ) -> Self {
        let token = credentials.session_token();
        let computed = [
            ("AWS_ACCESS_KEY_ID", Some(credentials.access_key_id())),
            ("AWS_SECRET_ACCESS_KEY", Some(credentials.secret_access_key())),
            ("AWS_SESSION_TOKEN", token),
            // For tools older than 2012.
            ("AWS_SECURITY_TOKEN", token),
            ("AWS_REGION", region),
            ("AWS_DEFAULT_REGION", region),
            ("RUNBOOK_RUN_ID", Some(run.as_str())),
            ("TF_VAR_runbook_run_id", Some(run.as_str())),
        ];
        let OwnVariables { values: own, secret } = own;
        for value in secret.iter().filter_map(|name| own.get(name)) {
            masker.learn(value);
        }
        let overridden = computed.iter().map(|(name, _)| *name).filter(|name| own.contains_key(*name)).collect();
        let mut variables: BTreeMap<_, _> =
            computed.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned()))).collect();
        variables.extend(own.clone());
        Self { variables, overridden }
    }
}

impl fmt::Debug for ProcessEnvironment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.variables.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(token: Option<&str>, own: &[(&str, &str)]) -> (ProcessEnvironment, Masker) {
        let credentials = Credentials::new("ASIAEXAMPLE", "canary-secret", token.map(str::to_owned), None, "test");
        let own = own.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let (masker, run) = (Masker::default(), "run-1".parse().unwrap());
        let secret = ["DB_PASSWORD".to_owned()];
        (
            ProcessEnvironment::new(
                &credentials,
                Some("eu-central-1"),
                &run,
                OwnVariables { values: &own, secret: &secret },
                &masker,
            ),
            masker,
        )
    }

    #[test]
    fn a_process_gets_credentials_region_and_run_as_aws_tools_read_them() {
        let (environment, _) = environment(Some("canary-token"), &[("PATH", "/bin")]);
        let expected = [
            ("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE"),
            ("AWS_DEFAULT_REGION", "eu-central-1"),
            ("AWS_REGION", "eu-central-1"),
            ("AWS_SECRET_ACCESS_KEY", "canary-secret"),
            ("AWS_SECURITY_TOKEN", "canary-token"),
            ("AWS_SESSION_TOKEN", "canary-token"),
            ("PATH", "/bin"),
            ("RUNBOOK_RUN_ID", "run-1"),
            ("TF_VAR_runbook_run_id", "run-1"),
        ];
        let shown: Vec<_> = environment.variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(shown, expected);
        assert!(environment.overridden.is_empty());
    }

    #[test]
    fn credentials_without_a_session_set_no_token() {
        let (environment, _) = environment(None, &[]);
        assert!(!environment.variables.contains_key("AWS_SESSION_TOKEN"));
        assert!(!environment.variables.contains_key("AWS_SECURITY_TOKEN"));
    }

    #[test]
    fn the_users_own_variable_wins_and_is_told() {
        let (environment, _) = environment(None, &[("AWS_REGION", "us-east-1")]);
        assert_eq!(environment.variables["AWS_REGION"], "us-east-1");
        assert_eq!(environment.overridden, ["AWS_REGION"]);
    }

    #[test]
    fn the_users_secret_is_masked_and_nothing_is_shown() {
        let (environment, masker) = environment(Some("canary-token"), &[("DB_PASSWORD", "canary-password")]);
        assert_eq!(masker.text("x canary-password y"), "x ***** y");
        assert!(!format!("{environment:?}").contains("canary"));
    }
}
