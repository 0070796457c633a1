//! The credentials of a step, and secret options.

use super::*;
use crate::credentials::{Base, CredentialsError, Provider};

const SYSTEM: &str = "[aws.credentials]\nprovider = \"ec2\"";
const PROJECT: &str = "[aws.credentials]\nprovider = \"profile\"\nprofile = \"web\"";

fn case(job: &str, step: &str) -> Case {
    let steps = format!("[[steps]]\nid = \"a\"\nuses = \"start\"\nwith = {{ instance_id = \"i-1\" }}\n{step}\n");
    let job = format!("name = \"job\"\n{job}\n{steps}");
    Case { system: SYSTEM, project: Some(PROJECT), options: &[], ..Case::job(job) }
}

fn chosen(case: &Case) -> (Option<Provider>, Level, Level) {
    let plan = case.plan().expect("it is a good job");
    let credentials = &plan.steps[0].call().expect("it uses a plugin").credentials;
    (credentials.base.provider(), credentials.from, credentials.base_from)
}

#[test]
fn the_first_level_that_names_credentials_names_them_all() {
    let (job, step) =
        ("[aws]\ncredentials = { provider = \"ecs\" }", "aws = { credentials = { provider = \"web_identity\" } }");
    assert_eq!(chosen(&case(job, step)), (Some(Provider::WebIdentity), Level::Step, Level::Step));
    assert_eq!(chosen(&case(job, "")), (Some(Provider::Ecs), Level::Job, Level::Job));
    assert_eq!(chosen(&case("", "")), (Some(Provider::Profile), Level::Project, Level::Project));
    assert_eq!(chosen(&Case { project: None, ..case("", "") }), (Some(Provider::Ec2), Level::System, Level::System));
    let nobody = Case { project: None, system: "", ..case("", "") };
    assert_eq!(chosen(&nobody), (Some(Provider::DefaultChain), Level::Default, Level::Default));
}

#[test]
fn a_region_comes_from_another_level_than_credentials() {
    let plan = case("", "aws = { region = \"eu-west-1\" }").plan().expect("it is a good job");
    let step = plan.steps[0].call().expect("it uses a plugin");
    assert_eq!(step.region.as_ref().map(|region| region.from), Some(Level::Step));
    assert_eq!(step.credentials.from, Level::Project);
}

#[test]
fn the_system_can_forbid_the_default_chain() {
    let system = "[aws]\nallow_default_chain = false";
    let nobody = Case { project: None, system, ..case("", "") };
    assert!(matches!(nobody.error(), PlanError::Credentials(CredentialsError::DefaultChain { from: Level::Default })));
    let named = Case { system, ..case("[aws]\ncredentials = { provider = \"default_chain\" }", "") };
    assert!(matches!(named.error(), PlanError::Credentials(CredentialsError::DefaultChain { from: Level::Job })));
    let role = "[[aws.credentials.assume_role]]\nrole_arn = \"arn:aws:iam::123456789012:role/a\"";
    let built_on_it = Case { system, project: Some(role), ..case("", "") };
    assert!(matches!(
        built_on_it.error(),
        PlanError::Credentials(CredentialsError::DefaultChain { from: Level::Default })
    ));
    assert!(Case { system, ..case("", "") }.plan().is_ok());
}

#[test]
fn the_system_can_keep_providers_to_itself() {
    let system = "[aws]\nallow_other_providers = false\n[aws.credentials]\nprovider = \"ec2\"";
    let error = Case { system, ..case("", "") }.error();
    assert!(matches!(error, PlanError::Credentials(CredentialsError::OtherProvider { from: Level::Project })));
    let role = "[[aws.credentials.assume_role]]\nrole_arn = \"arn:aws:iam::123456789012:role/a\"";
    let over_the_host = Case { system, project: Some(role), ..case("", "") };
    assert_eq!(chosen(&over_the_host), (Some(Provider::Ec2), Level::Project, Level::System));
    let step = "aws = { credentials = { provider = \"ec2\" } }";
    let error = Case { system, project: Some(role), ..case("", step) }.error();
    assert!(matches!(error, PlanError::Credentials(CredentialsError::OtherProvider { from: Level::Step })));
}

#[test]
fn a_job_names_no_secret_of_another_project() {
    let key = |path| {
        format!("{{ provider = \"key_storage\", access_key_id = \"AKIDEXAMPLE\", secret_key_path = \"{path}\" }}")
    };
    let of = |path| case(&format!("[aws]\ncredentials = {}", key(path)), "");
    let error = of("keys/project/shop/aws").error();
    assert_eq!(error.to_string(), "this job may not use the key `keys/project/shop/aws`");
    assert!(error.because().contains("job.toml:3:"), "{}", error.because());
    assert!(matches!(of("keys/system/aws").error(), PlanError::Credentials(_)));
    let plan = of("keys/project/web/aws").plan().expect("its own project's");
    assert!(matches!(&plan.steps[0].call().expect("it uses a plugin").credentials.base, Base::KeyStorage { .. }));
}

const SECRET: &str = "[options.token]\nsecret = true\nkey = \"keys/shared/token\"\n[options.note]\n";

#[test]
fn a_secret_option_is_a_placeholder_everywhere() {
    let plan = Case { options: &[("note", "x")], ..case(SECRET, "") }.plan().expect("it is a good job");
    let placeholder = plan.options["token"].as_str().expect("it is text");
    let placeholder = placeholder.strip_prefix("stepwell-secret-token-").expect("it names its option");
    assert!(placeholder.len() == 32 && !placeholder.contains("0123456789abcdef"), "{placeholder}");
    assert_eq!(plan.secrets["token"].key.as_ref().map(KeyPath::as_str), Some("keys/shared/token"));
    assert_eq!(plan.secrets.len(), 1);
}

#[test]
fn a_secret_is_named_or_asked_for_and_never_given() {
    let named = Case { options: &[("token", "keys/shared/other")], ..case(SECRET, "") }.plan().expect("named");
    assert_eq!(named.secrets["token"].key.as_ref().map(KeyPath::as_str), Some("keys/shared/other"));
    let asked = Case { options: &[("token", "-")], ..case(SECRET, "") }.plan().expect("asked for");
    assert_eq!(asked.secrets["token"].key, None);
    let error = Case { options: &[("token", "hunter2")], ..case(SECRET, "") }.error();
    assert!(matches!(error, PlanError::SecretGiven { .. }));
    assert!(!error.explain().contains("hunter2"), "{}", error.explain());
    let foreign = Case { options: &[("token", "keys/project/shop/a")], ..case(SECRET, "") }.error();
    assert!(matches!(foreign, PlanError::Credentials(_)));
}

#[test]
fn a_secret_has_neither_default_nor_pattern() {
    for (option, place) in [
        ("secret = true\ndefault = \"hunter2\"", 4),
        ("secret = true\npattern = \"x\"", 4),
        ("key = \"keys/shared/a\"", 3),
    ] {
        let job = format!("name = \"job\"\n[options.token]\n{option}\n[[steps]]\nid = \"a\"\nuses = \"start\"\n");
        let error = Job::read(Source::new("job.toml", job)).map(|job| job.name).expect_err(option);
        assert!(error.because().contains(&format!("job.toml:{place}:")), "{}", error.explain());
        assert!(!error.explain().contains("hunter2"), "{}", error.explain());
    }
}

#[test]
fn a_session_policy_holds_what_the_step_may_call_and_nothing_else() {
    let plan = case("", "").plan().expect("it is a good job");
    let role = "arn:aws-cn:iam::123456789012:role/a".parse().expect("valid");
    let policy = crate::policy::session_policy(&plan.steps[0].call().expect("it uses a plugin").grants, &role);
    assert_eq!(
        policy["Statement"],
        json!([
            { "Effect": "Allow", "Action": ["ec2:DescribeInstances"], "Resource": "*" },
            { "Effect": "Allow", "Action": ["ec2:StartInstances"], "Resource": "arn:aws-cn:ec2:*:*:instance/*" },
        ])
    );
    let withheld = Case { system: "[grants.start]\ndeny = [\"ec2:StartInstances\"]", ..case("", "") };
    let plan = withheld.plan().expect("it goes without");
    let policy = crate::policy::session_policy(&plan.steps[0].call().expect("it uses a plugin").grants, &role);
    assert!(!policy.to_string().contains("StartInstances"), "{policy}");
}
