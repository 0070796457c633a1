use super::*;
use crate::settings::{Project, SettingsError, System};
use crate::source::Source;

const ROLE: &str = "role_arn = \"arn:aws:iam::123456789012:role/a\"";

fn system(text: &str) -> Result<System, SettingsError> {
    System::read(Source::new("stepwell.toml", text))
}

fn settings(text: &str) -> CredentialSettings {
    let system = system(text).expect("valid");
    let settings = &system.settings;
    settings.aws.credentials(Level::System, &settings.source).expect("valid").expect("named")
}

fn error(text: &str) -> SettingsError {
    system(text).map(drop).expect_err(text)
}

#[test]
fn every_provider_is_chosen_by_its_name() {
    let key = "access_key_id = \"AKIDEXAMPLE\"\nsecret_key_path = \"keys/system/aws\"";
    for (table, provider) in [
        ("provider = \"ec2\"", Provider::Ec2),
        ("provider = \"ecs\"", Provider::Ecs),
        ("provider = \"web_identity\"", Provider::WebIdentity),
        ("provider = \"profile\"\nprofile = \"prod\"", Provider::Profile),
        (&format!("provider = \"key_storage\"\n{key}"), Provider::KeyStorage),
        ("provider = \"default_chain\"", Provider::DefaultChain),
    ] {
        let base = settings(&format!("[aws.credentials]\n{table}")).base;
        assert_eq!(base.provider(), Some(provider));
    }
}

#[test]
fn half_a_set_and_a_foreign_key_are_errors_at_their_place() {
    let cases = [
        (
            "provider = \"key_storage\"\naccess_key_id = \"AKIDEXAMPLE\"",
            3,
            "add `secret_key_path`, or remove `access_key_id`",
        ),
        (
            "provider = \"key_storage\"\nsecret_key_path = \"keys/a\"",
            3,
            "add `access_key_id`, or remove `secret_key_path`",
        ),
        ("provider = \"web_identity\"\ntoken_file = \"/token\"", 1, "add `role_arn`, or remove `token_file`"),
        ("provider = \"ec2\"\nprofile = \"prod\"", 3, "remove `profile`, or choose the provider that takes it"),
        ("access_key_id = \"AKIDEXAMPLE\"\nsecret_key_path = \"keys/a\"", 1, "add provider = \"key_storage\""),
        ("provider = \"profile\"\nprofile = \" \"", 3, "give `profile` a value, or remove it"),
        ("provider = \"ec2\"\nsession_tags = true", 3, "remove `session_tags`, or add [[aws.credentials.assume_role]]"),
    ];
    for (table, line, next) in cases {
        let error = error(&format!("[aws.credentials]\n{table}"));
        assert_eq!(error.next(), next, "{table}");
        assert!(error.because().contains(&format!("stepwell.toml:{line}:")), "{table}: {}", error.because());
    }
    assert!(matches!(error("[aws.credentials]"), SettingsError::Credentials(CredentialsError::NoProvider { .. })));
}

#[test]
fn a_wrong_word_is_told_what_was_meant() {
    assert_eq!(error("[aws.credentials]\nprovider = \"EC2\"").next(), "write `ec2` instead of `EC2`");
    assert_eq!(error("[aws.credentials]\nprofil = \"a\"").next(), "write `profile` instead of `profil`");
    for wrong in [
        "[[aws.credentials.assume_role]]\nrole_arn = \"web\"",
        &format!("[[aws.credentials.assume_role]]\n{ROLE}\nexternal_id = \"a b\""),
        &format!("[[aws.credentials.assume_role]]\n{ROLE}\nexternal_id = true"),
        "[aws.credentials]\nprovider = \"key_storage\"\naccess_key_id = \"a b\"\nsecret_key_path = \"keys/a\"",
        "[aws.credentials]\nprovider = \"key_storage\"\naccess_key_id = \"AKID\"\nsecret_key_path = \"../a\"",
    ] {
        assert!(matches!(error(wrong), SettingsError::File(_)), "{wrong}");
    }
}

#[test]
fn the_first_role_of_a_level_asks_for_the_generated_external_id_and_the_next_for_none() {
    let role = format!("[[aws.credentials.assume_role]]\n{ROLE}\n");
    let given = format!("{role}external_id = \"theirs\"\n");
    let none = format!("{role}external_id = false\n");
    let ids = |text: String| settings(&text).roles.into_iter().map(|role| role.external_id).collect::<Vec<_>>();
    let theirs = ExternalIdUse::Given("theirs".parse().expect("valid"));
    assert_eq!(ids(format!("{role}{role}")), [ExternalIdUse::Generated, ExternalIdUse::None]);
    assert_eq!(ids(format!("{given}{given}")), [theirs.clone(), theirs]);
    assert_eq!(ids(none), [ExternalIdUse::None]);
}

#[test]
fn a_session_lasts_as_long_as_sts_lets_it() {
    let role = |duration: &str| format!("[[aws.credentials.assume_role]]\n{ROLE}\nduration = \"{duration}\"");
    assert_eq!(settings(&role("15m")).roles[0].duration, Duration::from_secs(900));
    for wrong in ["14m", "2h"] {
        let error = error(&role(wrong));
        assert!(error.because().contains("stepwell.toml:3:"), "{}", error.because());
    }
}

#[test]
fn four_roles_are_enough_those_of_the_system_included() {
    let role = format!("[[aws.credentials.assume_role]]\n{ROLE}\n");
    assert_eq!(settings(&role.repeat(4)).roles.len(), 4);
    assert!(matches!(
        error(&role.repeat(5)),
        SettingsError::Credentials(CredentialsError::TooManyRoles { count: 5, .. })
    ));
    let (named, system) = (settings(&role.repeat(2)), settings(&role.repeat(3)));
    let error = StepCredentials::of_level(Level::Job, named, Some(system)).expect_err("five in all");
    assert!(matches!(error, CredentialsError::TooManyRoles { count: 5, .. }));
}

#[test]
fn a_level_without_a_provider_builds_on_the_hosts_own_identity() {
    let role = format!("[[aws.credentials.assume_role]]\n{ROLE}\n");
    let host = settings("[aws.credentials]\nprovider = \"ec2\"");
    let built = StepCredentials::of_level(Level::Project, settings(&role), Some(host)).expect("valid");
    assert_eq!((&built.base, built.base_from, built.from), (&Base::Ec2, Level::System, Level::Project));
    let alone = StepCredentials::of_level(Level::Project, settings(&role), None).expect("valid");
    assert_eq!((&alone.base, alone.base_from), (&Base::DefaultChain, Level::Default));
}

#[test]
fn what_every_project_may_do_only_the_system_says() {
    let keys = ["allow_default_chain", "allow_unverified_roles", "allow_other_providers"];
    for key in keys {
        assert!(system(&format!("[aws]\n{key} = true")).is_ok());
        let text = format!("name = \"web\"\n[aws]\n{key} = true");
        let error = Project::read(Source::new("project.toml", text)).map(drop).expect_err(key);
        assert_eq!(error.to_string(), format!("only stepwell.toml can have `{key}`"));
        assert!(error.because().contains("project.toml:3:"), "{}", error.because());
    }
}

#[test]
fn a_project_names_its_own_secrets_and_those_of_all() {
    let place = || Place { file: "project.toml".to_owned(), line: 1, column: 1 };
    let may = |path: &str, project, level| may_name(&path.parse().expect("valid"), project, level, place()).is_ok();
    assert!(may("keys/project/web/a", Some("web"), Level::Project));
    assert!(may("keys/shared/a", Some("web"), Level::Job));
    assert!(may("keys/shared/a", None, Level::Step));
    assert!(may("keys/system/a", None, Level::System));
    assert!(!may("keys/project/web/a", Some("shop"), Level::Project));
    assert!(!may("keys/project/web/a", None, Level::Job));
    for path in ["keys/system/a", "keys/system", "keys/project"] {
        assert!(!may(path, Some("web"), Level::Step), "{path}");
    }
}

#[test]
fn what_is_printed_of_credentials_holds_no_external_id_of_others() {
    let role = format!("[[aws.credentials.assume_role]]\n{ROLE}\nexternal_id = \"canary-id\"\n");
    let credentials = StepCredentials::host(Some(settings(&role)));
    assert!(!serde_json::to_string(&credentials).expect("it can be written").contains("canary"));
}
