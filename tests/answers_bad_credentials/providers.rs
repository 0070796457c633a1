//! Providers that give no credentials.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use stepwell_xtask::emulator::{Authorization, Failure, Imds, Keys, Metadata};

use super::{NONE, assert_says, naming, run, site};
use crate::support::{Ended, NOBODY, Site, venv};

const TOKEN: &str = "check `token_file` and `role_arn`, or AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN";
const CONTAINER_TOKEN: &str = "check AWS_CONTAINER_AUTHORIZATION_TOKEN, or AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
const LONG: Duration = Duration::from_secs(3_600);

/// A metadata service whose credentials are canaries.
fn metadata() -> Metadata {
    let keys = Keys::new("ASIACANARYCANARY1234", "canary-secret-of-the-instance");
    Metadata::of_keys(&venv(), &keys, LONG).expect("it starts")
}

fn without_keys(command: &mut Command) -> &mut Command {
    command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY")
}

#[test]
fn an_access_key_whose_secret_is_not_there() {
    let key = |path: &str| {
        naming(&format!("provider = \"key_storage\"\naccess_key_id = \"AKIACANARY\"\nsecret_key_path = \"{path}\"\n"))
    };
    let site = key("keys/web/aws");
    assert_says(
        &site,
        &site.run(),
        3,
        [
            NONE,
            "key_storage: there is no key `keys/web/aws`: the store `file` has no such key",
            "set it with `stepwell keys set keys/web/aws`, or look for it with `stepwell keys list`",
        ],
    );
    let site = key("keys/project/other/aws");
    assert_says(
        &site,
        &site.run(),
        3,
        [
            "this job may not use the key `keys/project/other/aws`",
            "keys below keys/project/other/ belong to the project `other` (./project.toml:5:19)",
            "use a key of the job's own project, below keys/project/NAME/, or a shared one, such as keys/shared/x",
        ],
    );
}

#[test]
fn a_token_file_without_a_token() {
    let site = naming("provider = \"web_identity\"\n").file("empty", " \n").file("folder/x", "").file("bytes", [0xff]);
    for (file, because) in [
        ("nowhere", "the token file `./nowhere` cannot be read: no such file or directory"),
        ("folder", "the token file `./folder` cannot be read: is a directory"),
        ("bytes", "the token file `./bytes` cannot be read: it has bytes that are no UTF-8"),
        ("empty", "the token file `./empty` is empty"),
    ] {
        let ended = run(&site, |command| {
            command.env("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/web");
            command.env("AWS_WEB_IDENTITY_TOKEN_FILE", site.path(file));
        });
        assert_says(&site, &ended, 3, [NONE, &format!("web_identity: {because}"), TOKEN]);
    }
    let because = "web_identity: $AWS_WEB_IDENTITY_TOKEN_FILE was not set";
    assert_says(&site, &site.run(), 3, [NONE, because, TOKEN]);
}

const SILENT: &str = "ec2: the instance metadata service gave no token: timed out";
const HOP_LIMIT: &str =
    "run on an EC2 instance; in a container, raise HttpPutResponseHopLimit to 2 in the instance's metadata options";

#[test]
fn an_instance_without_metadata() {
    let metadata = metadata();
    let site = naming("provider = \"ec2\"\n");
    let switched_off = run(&site, |command| {
        without_keys(command);
    });
    let because = "ec2: AWS_EC2_METADATA_DISABLED switches the instance metadata service off";
    let next = "unset AWS_EC2_METADATA_DISABLED, or choose another provider";
    assert_says(&site, &switched_off, 3, [NONE, because, next]);
    let disabled = "ec2: the instance metadata service is switched off (it answered 403)";
    let no_role = "ec2: the instance has no role (the instance metadata service answered 404)";
    for (imds, because, next) in [
        (Imds::Disabled, disabled, "enable HttpEndpoint in the instance's metadata options"),
        (Imds::NoRole, no_role, "attach an instance profile with a role to the instance"),
        (Imds::Silent, SILENT, HOP_LIMIT),
    ] {
        metadata.set_imds(imds).expect("it answers");
        assert_says(&site, &run(&site, |command| metadata.on_instance(command)), 3, [NONE, because, next]);
    }
    let elsewhere = run(&site, |command| {
        metadata.on_instance(command);
        command.env("AWS_EC2_METADATA_SERVICE_ENDPOINT", NOBODY);
    });
    let because = "ec2: the instance metadata service did not answer: connection refused";
    let next = "run on an EC2 instance, and check AWS_EC2_METADATA_SERVICE_ENDPOINT";
    assert_says(&site, &elsewhere, 3, [NONE, because, next]);
}

#[test]
fn an_instance_whose_role_gives_no_credentials() {
    let metadata = metadata();
    let site = naming("provider = \"ec2\"\n");
    let refused = "ec2: EC2 may not assume the role of the instance (AssumeRoleUnauthorizedAccess)";
    let failed = "ec2: the instance metadata service answered 500";
    for (failure, because, next) in [
        (Failure::Refusal, refused, "have the trust policy of the role name the service ec2.amazonaws.com"),
        (Failure::ServerError, failed, "try again; if it stays, look at the instance's role and its metadata options"),
    ] {
        metadata.fail_next(100, failure).expect("it answers");
        assert_says(&site, &run(&site, |command| metadata.on_instance(command)), 3, [NONE, because, next]);
    }
}

#[test]
fn a_container_that_gives_no_credentials() {
    let metadata = metadata();
    let site = naming("provider = \"ecs\"\n");
    assert_says(
        &site,
        &site.run(),
        3,
        [
            NONE,
            "ecs: neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set",
            "run in an ECS task with a task role or in an EKS pod with a pod identity, or choose another provider",
        ],
    );
    let answered = "ecs: the credentials endpoint of the container answered";
    let (nowhere, wrong) = (site.path("nowhere"), Authorization::Variable("canary-wrong-token"));
    for (authorization, because) in [
        (wrong, format!("{answered} 401")),
        (
            Authorization::File(Path::new(&nowhere)),
            "ecs: the file of AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE cannot be read: no such file or directory"
                .to_owned(),
        ),
    ] {
        let ended = run(&site, |command| metadata.in_container(command, authorization));
        assert_says(&site, &ended, 3, [NONE, &because, CONTAINER_TOKEN]);
    }
    metadata.fail_next(1, Failure::Refusal).expect("it answers");
    let refused = run(&site, |command| metadata.in_container(command, Authorization::None));
    let next = "check the role of the task or pod, and whether it may be assumed for it";
    assert_says(&site, &refused, 3, [NONE, &format!("{answered} 400"), next]);
}

/// The authorization token goes only to this machine, to the agents of ECS and EKS, and to servers that prove their
/// name with TLS.
#[test]
fn a_container_endpoint_that_must_not_get_the_token() {
    let site = naming("provider = \"ecs\"\n");
    let foreign = |uri: &str| {
        run(&site, |command| {
            command.env("AWS_CONTAINER_CREDENTIALS_FULL_URI", uri);
            command.env("AWS_CONTAINER_AUTHORIZATION_TOKEN", "canary-token");
        })
    };
    let because =
        "ecs: invalid full URI for ECS provider (URI did not refer to an allowed IP address): http://192.0.2.1/creds";
    let next = "point AWS_CONTAINER_CREDENTIALS_FULL_URI at https, or at an address of this machine";
    assert_says(&site, &foreign("http://192.0.2.1/creds"), 3, [NONE, because, next]);
    let because = "ecs: invalid full URI for ECS provider (URI was invalid): no address";
    assert_says(&site, &foreign("no address"), 3, [NONE, because, next]);
    let because = "ecs: the credentials endpoint of the container did not answer: connection refused";
    let next = "check that the address in AWS_CONTAINER_CREDENTIALS_FULL_URI is the one of the container's agent";
    assert_says(&site, &foreign(NOBODY), 3, [NONE, because, next]);
}

const BY_HAND: &str = "run the profile's credential_process by hand, and correct what it says";

/// Profile files, why their profile `web` gives no credentials, and what to do next.
const PROFILES: &[(&str, &str, &str)] = &[
    (
        "[profile other]\nregion = x\n",
        "there is no profile `web`: `./config` and `/dev/null` have `other`",
        "name a profile that there is in `profile`",
    ),
    (
        "[profile web]\nregion = x\n",
        "it names no credentials, or there is no profile at all",
        "write credentials into the profile (`aws configure`), and check AWS_CONFIG_FILE",
    ),
    (
        "[profile web]\naws_access_key_id = AKIACANARY\n",
        "invalid credential source in `web`: profile missing aws_secret_access_key",
        "correct the profile",
    ),
    (
        "[profile web]\ncredential_process = sh -c 'echo canary; exit 3'\n",
        "its credential_process ended with exit status: 3",
        BY_HAND,
    ),
    (
        // A process with tracing enabled prints what it sends.
        "[profile web]\ncredential_process = sh -c 'echo Authorization: canary >&2; exit 1'\n",
        "its credential_process ended with exit status: 1",
        BY_HAND,
    ),
    (
        "[profile web]\ncredential_process = echo canary\n",
        "its credential_process gave no credentials, could not parse response: invalid JSON in response: Error at offset 0: unexpected token 'c'. Expected one of '{', '[', '\"', 'null', 'true', 'false', <number>",
        BY_HAND,
    ),
    (
        "[profile web]\nsso_session = s\nsso_account_id = 000000000000\nsso_role_name = x\n[sso-session s]\nsso_region = eu-central-1\nsso_start_url = https://example.com/start\n",
        "an error occurred while loading an access token: failed to load the cached SSO token",
        "sign in again with `aws sso login`",
    ),
];

/// Runs with these profile files and no other credentials.
fn with_profiles(site: &Site) -> Ended {
    run(site, |command| {
        without_keys(command).env("AWS_CONFIG_FILE", site.path("config")).env("AWS_PROFILE", "web");
        command.env("HOME", site.path("nobody"));
    })
}

#[test]
fn a_profile_that_gives_no_credentials() {
    for (file, because, next) in PROFILES {
        let site = naming("provider = \"profile\"\nprofile = \"web\"\n").file("config", file);
        assert_says(&site, &with_profiles(&site), 3, [NONE, &format!("profile: {because}"), next]);
    }
    let because =
        "could not parse profile file: error parsing ./config on line 3: Profile definition must end with ']'";
    let next = "correct the file, or name another one in AWS_CONFIG_FILE or AWS_SHARED_CREDENTIALS_FILE";
    for (table, provider) in [("[aws.credentials]\nprovider = \"profile\"\n", "profile: "), ("", "")] {
        let site = site(table).file("config", "[profile web]\naws_secret_access_key = canary\n[profile\n");
        assert_says(&site, &with_profiles(&site), 3, [NONE, &format!("{provider}{because}"), next]);
    }
}

#[test]
fn a_default_chain_that_finds_nothing() {
    let site = site("");
    let tried = "no provider has any: Environment (environment variable not set), Profile (none is configured), WebIdentityToken ($AWS_WEB_IDENTITY_TOKEN_FILE was not set), EcsContainer (ECS provider not configured), Ec2InstanceMetadata (IMDS disabled by AWS_EC2_METADATA_DISABLED env var set to `true`)";
    let next = "name a provider in [aws.credentials], set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run where a role is attached";
    let ended = run(&site, |command| {
        without_keys(command);
    });
    assert_says(&site, &ended, 3, [NONE, tried, next]);
}

#[test]
fn a_variable_that_names_credentials_and_gives_none_is_told_before_the_providers_after_it() {
    let chain = "; then no provider has any: ";
    for (name, value, because, next) in [
        (
            "AWS_SECRET_ACCESS_KEY",
            "canary-secret",
            "AWS_SECRET_ACCESS_KEY is set without AWS_ACCESS_KEY_ID",
            "next: set AWS_ACCESS_KEY_ID too, or unset AWS_SECRET_ACCESS_KEY to use other credentials",
        ),
        (
            "AWS_PROFILE",
            "web",
            "AWS_PROFILE names the profile `web`, which has no credentials",
            "next: write credentials into the profile (`aws configure`), or name another one",
        ),
    ] {
        let site = site("").file("config", "[profile web]\nregion = x\n");
        let ended = run(&site, |command| {
            without_keys(command).env(name, value).env("AWS_CONFIG_FILE", site.path("config"));
            command.env("HOME", site.path("nobody"));
        });
        let [_, told, advice] = ended.three_lines(3).map(str::to_owned);
        assert!(told.starts_with(&format!("because: {because}{chain}")), "{told}");
        assert_eq!(advice, next);
        assert!(!ended.stderr.contains("canary"), "{ended:?}");
    }
}

#[test]
fn a_profile_that_does_not_exist_is_named_with_the_nearest_also_where_it_would_give_the_region() {
    let told = "there is no profile `wbe`, which AWS_PROFILE names: `./config` and `/dev/null` have `web`";
    let next = "write `web` in AWS_PROFILE";
    let site = site("").file("config", "[profile web]\nregion = eu-west-1\n");
    let with = |has_region: bool, has_keys: bool| {
        run(&site, |command| {
            if !has_keys {
                without_keys(command);
            }
            if !has_region {
                command.env_remove("AWS_REGION").env_remove("AWS_DEFAULT_REGION");
            }
            command.env("AWS_PROFILE", "wbe").env("AWS_CONFIG_FILE", site.path("config"));
            command.env("HOME", site.path("nobody")).env("AWS_EC2_METADATA_DISABLED", "true");
        })
    };
    let no_region =
        "step `it` failed: no AWS region is configured for `sts:GetCallerIdentity`: there is no profile `wbe`";
    assert_says(&site, &with(false, false), 3, [no_region, told, next]);
    assert_says(&site, &with(false, true), 3, [no_region, told, next]);
    assert_says(&site, &with(true, false), 3, [NONE, told, next]);
}
