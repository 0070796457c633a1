//! Whose credentials are used, for people and for programs. The credentials themselves are never shown.

use console::style;
use serde_json::{Value as Json, json};
use stepwell_home::{CallerIdentity, CredentialUse, SourceFound, TrustStatement};
use stepwell_model::credentials::{AssumeRole, Base, ExternalIdUse, StepCredentials};
use stepwell_model::event::SignedAs;
use stepwell_model::file::show_duration;
use stepwell_model::policy::trust_policy;

use super::table;
use super::words::{printable, when};

/// The page on which people edit roles.
const CONSOLE: &str = "https://console.aws.amazon.com/iam/home#/roles";

/// The lines about a step's credentials, which a plan has as well.
pub fn pairs(credentials: &StepCredentials, source: Option<&SourceFound>) -> Vec<(&'static str, String)> {
    let mut base = format!("{}  ({})", base_text(&credentials.base), credentials.base_from);
    match source {
        Some(SourceFound::Found(source)) => base = format!("{base}, found in: {source}"),
        Some(SourceFound::Nothing(reason)) => base = format!("{base}, which finds nothing: {reason}"),
        None => {}
    }
    let mut pairs = vec![("credentials", printable(&base).into_owned())];
    pairs.extend(credentials.assume_role.iter().map(|role| ("then role", role_text(role))));
    if credentials.assume_role.is_empty() {
        pairs.push(("session", "as wide as the credentials".to_owned()));
    } else {
        let narrowed =
            if credentials.narrow_sessions { "narrowed to what the step may call" } else { "as wide as the role" };
        let tags = if credentials.session_tags { ", tagged with run, job and project" } else { "" };
        pairs.push(("session", format!("{narrowed}{tags}")));
    }
    pairs
}

fn base_text(base: &Base) -> String {
    match base {
        Base::Host => "the host's own identity".to_owned(),
        Base::Ec2 => "role of the EC2 instance".to_owned(),
        Base::Ecs => "role of the ECS task or EKS pod".to_owned(),
        Base::WebIdentity { token: None } => "web identity of AWS_WEB_IDENTITY_TOKEN_FILE".to_owned(),
        Base::WebIdentity { token: Some(token) } => {
            let file = token.token_file.display().to_string();
            format!("web identity of {} as {}", printable(&file), token.role_arn)
        }
        Base::Profile { profile: None } => "profile of AWS_PROFILE, or `default`".to_owned(),
        Base::Profile { profile: Some(profile) } => format!("profile `{profile}`"),
        Base::KeyStorage { access_key_id, secret_key_path } => {
            let id = access_key_id.as_str();
            let ends = id.get(id.len().saturating_sub(4)..).unwrap_or_default();
            format!("access key …{ends} with the secret in {secret_key_path}")
        }
        Base::DefaultChain => "default chain of the AWS SDK".to_owned(),
    }
}

fn role_text(role: &AssumeRole) -> String {
    let id = match role.external_id {
        ExternalIdUse::Generated => "with the generated external id",
        ExternalIdUse::Given(_) => "with an external id of its own",
        ExternalIdUse::None => "without an external id",
    };
    format!("{} {id}, for {}  ({})", role.role_arn, show_duration(role.duration), role.place)
}

/// Whose credentials are used, for people.
pub fn text(used: &CredentialUse, source: Option<&SourceFound>) -> String {
    let mut lines = pairs(&used.credentials, source);
    lines.push(("named by", used.credentials.from.to_string()));
    lines.push(("region", region_text(used)));
    format!("{}{}", head(used), table::pairs(lines, "  "))
}

fn head(used: &CredentialUse) -> String {
    used.step.as_ref().map_or_else(String::new, |step| format!("{}\n", style(step).bold()))
}

fn region_text(used: &CredentialUse) -> String {
    match &used.region {
        Some(region) => format!("{}  ({})", printable(&region.value.to_string()), region.from),
        None => "as the AWS SDK finds it: AWS_REGION, profile, instance".to_owned(),
    }
}

/// Whose credentials are used, for programs.
pub fn json(used: &CredentialUse, source: Option<&SourceFound>) -> Json {
    json!({ "step": used.step, "credentials": credentials_json(&used.credentials, source), "region": used.region })
}

/// A step's credentials, for programs.
pub fn credentials_json(credentials: &StepCredentials, source: Option<&SourceFound>) -> Json {
    let mut object = json!(credentials);
    if let (Json::Object(entries), Some(SourceFound::Found(source))) = (&mut object, source) {
        entries.insert("source".to_owned(), source.as_str().into());
    }
    // An access key id is masked everywhere, except for its last characters.
    if let Some(id) = object.get_mut("access_key_id") {
        let text = id.as_str().unwrap_or_default();
        *id = format!("…{}", text.get(text.len().saturating_sub(4)..).unwrap_or_default()).into();
    }
    object
}

/// The identity that AWS reports, for people.
pub fn caller(used: &CredentialUse, caller: &CallerIdentity) -> String {
    let mut lines = vec![
        ("account", caller.account.clone()),
        ("arn", printable(&caller.arn).into_owned()),
        ("region", caller.region.clone()),
    ];
    lines.extend(signed_as(&caller.signed_as));
    format!("{}{}", head(used), table::pairs(lines, "  "))
}

/// The credentials that signed.
pub fn signed_as(signed: &SignedAs) -> Vec<(&'static str, String)> {
    let source = signed.source.as_ref().map_or_else(String::new, |source| format!(": {source}"));
    let mut lines = vec![("provider", format!("{}{source}  ({})", signed.provider.as_str(), signed.from))];
    lines.extend(signed.role_arn.as_ref().map(|role| ("role", role.to_string())));
    lines.push(("access key", format!("…{}", signed.access_key_id_ends)));
    lines.push(("expires", expiry(signed)));
    lines
}

/// When credentials expire. The environment holds sessions without their end.
fn expiry(signed: &SignedAs) -> String {
    match signed.expires_at {
        Some(at) => when(at),
        None if signed.session => "unknown: their source does not tell when the session ends".to_owned(),
        None => "never".to_owned(),
    }
}

/// The credentials that signed, and the region of the calls, in one line.
pub fn in_short(signed: &SignedAs) -> String {
    let region = signed.region.as_ref().map_or_else(String::new, |region| format!(", in {}", printable(region)));
    let source = signed.source.as_ref().map_or_else(String::new, |source| format!(" ({source})"));
    let role = signed.role_arn.as_ref().map_or_else(String::new, |role| format!(" > {role}"));
    format!(
        "{}{source}{role}, access key …{}, named by {}{region}",
        signed.provider.as_str(),
        signed.access_key_id_ends,
        signed.from
    )
}

/// The identity that AWS reports, for programs.
pub fn caller_json(used: &CredentialUse, caller: &CallerIdentity) -> Json {
    json!({
        "step": used.step,
        "account": caller.account,
        "arn": caller.arn,
        "user_id": caller.user_id,
        "region": caller.region,
        "signed_as": caller.signed_as,
    })
}

/// What the owner of a role needs to let this host assume it, for people.
pub fn trust(trust: &TrustStatement) -> String {
    let mut lines = vec![
        ("account", trust.caller.account.clone()),
        ("external id", trust.level.external_id.to_string()),
        ("generated", trust.level.since.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()),
    ];
    lines.extend(trust.level.previous.as_ref().map(|previous| ("before", previous.to_string())));
    let policy = policy(trust);
    format!("{}\ntrust policy of the role ({CONSOLE}):\n{policy:#}\n", table::pairs(lines, ""))
}

/// What the owner of a role needs to let this host assume it, for programs.
pub fn trust_json(trust: &TrustStatement) -> Json {
    json!({
        "account": trust.caller.account,
        "arn": trust.caller.arn,
        "external_id": trust.level.external_id,
        "since": trust.level.since,
        "previous_external_id": trust.level.previous,
        "trust_policy": policy(trust),
    })
}

fn policy(trust: &TrustStatement) -> Json {
    let TrustStatement { caller, level, session_tags } = trust;
    let partition = caller.arn.split(':').nth(1).unwrap_or("aws");
    trust_policy(partition, &caller.account, &level.external_id, *session_tags)
}
