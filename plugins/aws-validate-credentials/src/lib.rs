//! Asks AWS for the identity of the step's credentials, and shows where they come from.

use std::time::{Duration, UNIX_EPOCH};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stepwell_plugin::credentials::{self, Description};
use stepwell_plugin::sts::{self, CallerIdentity};
use stepwell_plugin::{Failure, Invocation, Kind, Step, log};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {}

#[derive(Serialize, JsonSchema)]
struct Outputs {
    /// The account id.
    account: String,
    /// The ARN of the user or of the role's session.
    arn: String,
    /// AWS's id of the user or the role.
    user_id: String,
    /// The region of the call.
    region: Option<String>,
    /// The level that configures the credentials, their provider, and the last assumed role.
    credential_source: String,
    /// When the credentials expire, such as `2026-01-02T03:04:05Z`; `null` if they do not, or if that is unknown.
    expires_at: Option<String>,
}

struct AwsValidateCredentials;

impl Step for AwsValidateCredentials {
    type Config = Config;
    type Outputs = Outputs;

    const KINDS: &'static [Kind] = &[Kind::WorkflowStep, Kind::NodeStep];

    fn run(_: &Invocation, _: Config) -> Result<Outputs, Failure> {
        // This call comes first: without credentials the step ends here, with an error that names the call.
        let caller = sts::get_caller_identity()?;
        let credentials = credentials::describe();
        let outputs = Outputs::of(caller, &credentials)?;
        outputs.print(&credentials);
        Ok(outputs)
    }
}

impl Outputs {
    fn of(caller: CallerIdentity, credentials: &Description) -> Result<Self, Failure> {
        let missing = |what| move || Failure::aws_error(format!("AWS's response does not have the {what}"));
        Ok(Self {
            account: caller.account.ok_or_else(missing("account"))?,
            arn: caller.arn.ok_or_else(missing("ARN"))?,
            user_id: caller.user_id.ok_or_else(missing("user id"))?,
            region: credentials.region.clone(),
            credential_source: source(credentials),
            expires_at: credentials.expires_at.map(rfc3339),
        })
    }

    fn print(&self, credentials: &Description) {
        let or = |value: &Option<String>, none: &str| value.clone().unwrap_or_else(|| none.to_owned());
        log::pairs([
            ("source level", credentials.from.clone()),
            ("provider", provider(credentials)),
            ("role", or(&credentials.role_arn, "none")),
            ("account", self.account.clone()),
            ("ARN", self.arn.clone()),
            ("region", or(&self.region, "none")),
            ("expiry", or(&self.expires_at, unless_told(credentials))),
            ("access key id", format!("…{}", credentials.access_key_id_ends)),
        ]);
    }
}

/// What is known of the expiry of credentials whose source does not tell it. The environment holds sessions, too.
fn unless_told(credentials: &Description) -> &'static str {
    match &credentials.source {
        Some(source) if source == "environment" => "unknown",
        _ => "never",
    }
}

/// Such as `default: default_chain (environment)` or `project: ec2 > arn:aws:iam::123456789012:role/deploy`.
fn source(credentials: &Description) -> String {
    let role = credentials.role_arn.as_ref().map(|role| format!(" > {role}")).unwrap_or_default();
    format!("{}: {}{role}", credentials.from, provider(credentials))
}

fn provider(credentials: &Description) -> String {
    match &credentials.source {
        Some(found) => format!("{} ({found})", credentials.provider),
        None => credentials.provider.clone(),
    }
}

/// The host passes no time after the year 9999, which cannot be written like this.
fn rfc3339(milliseconds: u64) -> String {
    humantime::format_rfc3339_seconds(UNIX_EPOCH + Duration::from_millis(milliseconds)).to_string()
}

stepwell_plugin::export!(AwsValidateCredentials);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_source_of_credentials_is_one_readable_text() {
        let text = |from: &str, provider: &str, source: Option<&str>, role_arn: Option<&str>| {
            let (from, provider) = (from.to_owned(), provider.to_owned());
            let (found, role_arn) = (source.map(str::to_owned), role_arn.map(str::to_owned));
            super::source(&Description { from, provider, source: found, role_arn, ..Default::default() })
        };
        assert_eq!(text("step", "key_storage", None, None), "step: key_storage");
        assert_eq!(text("default", "default_chain", Some("environment"), None), "default: default_chain (environment)");
        assert_eq!(
            text("project", "ec2", None, Some("arn:aws:iam::123456789012:role/deploy")),
            "project: ec2 > arn:aws:iam::123456789012:role/deploy"
        );
    }

    #[test]
    fn an_expiry_is_written_as_a_readable_time() {
        assert_eq!(rfc3339(1_767_323_045_999), "2026-01-02T03:04:05Z");
    }

    #[test]
    fn a_response_without_an_identity_is_a_failure() {
        let caller = CallerIdentity { account: Some("123456789012".to_owned()), ..Default::default() };
        let failure = Outputs::of(caller, &Description::default()).err().unwrap();
        assert_eq!((&*failure.code, &*failure.message), ("AwsError", "AWS's response does not have the ARN"));
    }
}
