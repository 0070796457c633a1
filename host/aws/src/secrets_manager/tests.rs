use std::path::Path;
use std::sync::Arc;

use aws_config::{BehaviorVersion, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::body::SdkBody;
use aws_types::region::Region;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value as Json, json};
use stepwell_model::NextAction as _;
use stepwell_model::id::KeyPath;
use stepwell_model::settings::System;
use stepwell_model::source::Source;
use stepwell_secrets::{AskPassphrase, KeyError, KeyErrorKind, KeyStores, Masker, StoreError as _, Written};
use stepwell_xtask::emulator::{AwsClient, Identities, Keys, Ministack};
use stepwell_xtask::python::Venv;
use tempfile::TempDir;

use super::{Configs, SecretsManagerError, secrets_manager};
use crate::http;
use crate::tests::replay::Replay;

/// The stores here have no passphrase.
struct Unasked;

impl AskPassphrase for Unasked {
    fn passphrase(&self, _: bool) -> Result<SecretString, String> {
        panic!("no store has a passphrase")
    }
}

/// The stores of a `STEPWELL_HOME` with this `stepwell.toml`.
fn stores(home: &Path, toml: &str, configs: Configs) -> KeyStores {
    let settings = System::read(Source::new("stepwell.toml", toml)).unwrap().key_stores;
    KeyStores::open(home, &settings, Masker::default(), Arc::new(Unasked), &secrets_manager(configs))
}

fn path(path: &str) -> KeyPath {
    path.parse().unwrap()
}

async fn read(stores: &KeyStores, key: &str) -> Result<String, KeyError> {
    Ok(stores.secret(&path(key), &Masker::new()).await?.expose_secret().to_owned())
}

async fn set(stores: &KeyStores, key: &str, secret: &str) -> Result<Written, KeyError> {
    stores.set(&path(key), &secret.into()).await
}

/// The paths that are listed, when all stores could be read.
async fn list(stores: &KeyStores, prefix: Option<&str>) -> Vec<String> {
    let listing = stores.list(prefix).await;
    assert_eq!(listing.unread, []);
    listing.keys.iter().map(|listed| listed.key.path.to_string()).collect()
}

struct Cloud {
    ministack: Ministack,
    aws: AwsClient,
    home: TempDir,
}

impl Cloud {
    fn start() -> Self {
        let ministack = Ministack::start(&Venv::for_tests().unwrap(), Identities::Enforced).unwrap();
        Self { aws: ministack.client().unwrap(), ministack, home: TempDir::new().unwrap() }
    }

    /// A user with these permissions.
    fn user(&mut self, name: &str, statements: &Json) -> Keys {
        self.aws.call("iam", "CreateUser", json!({ "UserName": name })).unwrap();
        let document = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
        let params = json!({ "UserName": name, "PolicyName": "own", "PolicyDocument": document });
        self.aws.call("iam", "PutUserPolicy", params).unwrap();
        let answer = self.aws.call("iam", "CreateAccessKey", json!({ "UserName": name })).unwrap();
        let text = |key: &str| answer["AccessKey"][key].as_str().unwrap().to_owned();
        Keys::new(&text("AccessKeyId"), &text("SecretAccessKey"))
    }

    fn secret(&mut self, name: &str, text: &str) {
        self.aws.call("secretsmanager", "CreateSecret", json!({ "Name": name, "SecretString": text })).unwrap();
    }

    fn stores(&self, keys: &Keys, more: &str) -> KeyStores {
        let toml = format!("[[keys]]\npath = \"keys/aws\"\nstore = \"secrets_manager\"\n{more}");
        stores(self.home.path(), &toml, configs(self.ministack.endpoint(), keys))
    }
}

fn configs(endpoint: &str, keys: &Keys) -> Configs {
    let credentials = Credentials::new(&keys.access_key_id, &keys.secret_access_key, None, None, "test");
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .endpoint_url(endpoint)
        .http_client(http::client())
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .build();
    Arc::new(move |region, _| {
        let region = region.unwrap_or(Region::new("eu-central-1"));
        let config = config.to_builder().region(region).build();
        Box::pin(async { Ok(config) })
    })
}

async fn fault(stores: &KeyStores, key: &str) -> SecretsManagerError {
    let error = read(stores, key).await.unwrap_err();
    assert!(!format!("{error:?}{}", error.explain()).contains("canary"), "{error:?}");
    error.store_error::<SecretsManagerError>().unwrap_or_else(|| panic!("{error:?}")).clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_set_read_listed_and_removed_in_secrets_manager() {
    let mut cloud = Cloud::start();
    cloud.secret("other/token", "canary-other");
    cloud.secret("prod/x+y", "its name is no key path");
    let stores = cloud.stores(&Keys::root(), "prefix = \"prod/\"\n");
    assert_eq!(set(&stores, "keys/aws/web/token", "canary-one\n").await, Ok(Written::New));
    assert_eq!(set(&stores, "keys/aws/web/token", "canary-two").await, Ok(Written::Replaced));
    assert_eq!(read(&stores, "keys/aws/web/token").await.unwrap(), "canary-two");
    assert_eq!(list(&stores, Some("keys/aws")).await, ["keys/aws/web/token"]);
    let described =
        cloud.aws.call("secretsmanager", "DescribeSecret", json!({ "SecretId": "prod/web/token" })).unwrap();
    assert_eq!(described["Name"], "prod/web/token");
    assert_eq!(stores.remove(&path("keys/aws/web/token")).await, Ok(true));
    let error = fault(&stores, "keys/aws/web/token").await;
    assert!(matches!(&error, SecretsManagerError::Deleted { .. }), "{error:?}");
    assert!(error.next().contains("restore-secret --secret-id prod/web/token"), "{}", error.explain());
    cloud
        .aws
        .call("secretsmanager", "RestoreSecret", json!({ "SecretId": "prod/web/token" }))
        .expect("it was not forced");
    assert!(matches!(read(&stores, "keys/aws/none").await, Err(KeyError::NoSuchKey { .. })));
    assert_eq!(stores.remove(&path("keys/aws/none")).await, Ok(false));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_members_of_a_json_object_are_keys_and_the_secret_is_not() {
    let mut cloud = Cloud::start();
    cloud.secret("db", r#"{"password": "canary", "port": 5432, "none": null, "engine": {"name": "pg"}}"#);
    let stores = cloud.stores(&Keys::root(), "");
    let members = ["keys/aws/db/engine", "keys/aws/db/password", "keys/aws/db/port"];
    assert_eq!(list(&stores, Some("keys/aws")).await, members);
    assert_eq!(read(&stores, "keys/aws/db/password").await.unwrap(), "canary");
    assert_eq!(read(&stores, "keys/aws/db/port").await.unwrap(), "5432");
    assert_eq!(read(&stores, "keys/aws/db/engine").await.unwrap(), r#"{"name":"pg"}"#);
    for none in ["keys/aws/db", "keys/aws/db/none", "keys/aws/db/x"] {
        assert!(matches!(read(&stores, none).await, Err(KeyError::NoSuchKey { .. })), "{none}");
    }
    assert_eq!(set(&stores, "keys/aws/db/password", "canary-two").await, Ok(Written::Replaced));
    assert_eq!(stores.remove(&path("keys/aws/db/engine")).await, Ok(true));
    let value = cloud.aws.call("secretsmanager", "GetSecretValue", json!({ "SecretId": "db" })).unwrap();
    let value: Json = serde_json::from_str(value["SecretString"].as_str().unwrap()).unwrap();
    assert_eq!(value, json!({ "password": "canary-two", "port": 5432, "none": null }));
    for refused in [set(&stores, "keys/aws/db", "canary").await, set(&stores, "keys/aws/new", r#"{"a": "b"}"#).await] {
        assert_eq!(refused.unwrap_err().kind(), KeyErrorKind::Wrong);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn regions_are_one_list_and_the_first_one_wins() {
    let cloud = Cloud::start();
    let one = |region: &str| cloud.stores(&Keys::root(), &format!("regions = [\"{region}\"]\n"));
    set(&one("eu-central-1"), "keys/aws/both", "canary-eu").await.unwrap();
    set(&one("us-east-1"), "keys/aws/both", "canary-us").await.unwrap();
    set(&one("us-east-1"), "keys/aws/us", "canary-only").await.unwrap();
    let both = cloud.stores(&Keys::root(), "regions = [\"eu-central-1\", \"us-east-1\"]\n");
    assert_eq!(list(&both, Some("keys/aws")).await, ["keys/aws/both", "keys/aws/us"]);
    assert_eq!(read(&both, "keys/aws/both").await.unwrap(), "canary-eu");
    assert_eq!(read(&both, "keys/aws/us").await.unwrap(), "canary-only");
    assert_eq!(set(&both, "keys/aws/us", "canary-new").await, Ok(Written::Replaced));
    assert_eq!(read(&one("us-east-1"), "keys/aws/us").await.unwrap(), "canary-new");
    assert!(read(&one("eu-central-1"), "keys/aws/us").await.is_err(), "it stays in its region");
}

#[tokio::test(flavor = "multi_thread")]
async fn excluded_secrets_are_not_keys() {
    let mut cloud = Cloud::start();
    for name in ["web/db", "web/db-test", "api/db", "web/token"] {
        cloud.secret(name, "canary");
    }
    let stores = cloud.stores(&Keys::root(), "include = \"db\"\nexclude = \"test\"\n");
    assert_eq!(list(&stores, Some("keys/aws")).await, ["keys/aws/api/db", "keys/aws/web/db"]);
    assert!(matches!(read(&stores, "keys/aws/web/token").await, Err(KeyError::NoSuchKey { .. })));
    let error = set(&stores, "keys/aws/web/token", "canary").await.unwrap_err();
    let error = error.store_error();
    assert!(matches!(error, Some(SecretsManagerError::LeftOut { .. })), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn all_pages_are_listed() {
    let mut cloud = Cloud::start();
    for number in 0..120 {
        cloud.secret(&format!("k{number:03}"), "canary");
    }
    let expected: Vec<_> = (0..120).map(|number| format!("keys/aws/k{number:03}")).collect();
    assert_eq!(list(&cloud.stores(&Keys::root(), ""), Some("keys/aws")).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_for_one_secret_reads_its_members_and_nothing_else() {
    let mut cloud = Cloud::start();
    cloud.secret("db", r#"{"password": "canary"}"#);
    cloud.secret("other", "canary-other");
    let statements = json!([
        { "Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": "arn:aws:secretsmanager:*:*:secret:db-*" },
        { "Effect": "Allow", "Action": "secretsmanager:ListSecrets", "Resource": "*" },
    ]);
    let keys = cloud.user("reader", &statements);
    let stores = cloud.stores(&keys, "");
    assert_eq!(read(&stores, "keys/aws/db/password").await.unwrap(), "canary");
    let error = fault(&stores, "keys/aws/other").await;
    assert!(matches!(&error, SecretsManagerError::Denied { name, .. } if name == "other"), "{error:?}");
    assert!(
        error.kind() == KeyErrorKind::Refused && error.next().contains("secretsmanager:GetSecretValue"),
        "{error:?}"
    );
    let error = set(&stores, "keys/aws/db/password", "canary-two").await.unwrap_err();
    assert!(error.to_string().contains("secretsmanager:PutSecretValue"), "{}", error.explain());
    assert_eq!(list(&stores, Some("keys/aws")).await, ["keys/aws/db/password", "keys/aws/other"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_that_aws_does_not_know_are_refused() {
    let cloud = Cloud::start();
    let stores = cloud.stores(&Keys::new("AKIAUNKNOWNUNKNOWN12", "canary"), "");
    let error = fault(&stores, "keys/aws/a").await;
    assert!(matches!(&error, SecretsManagerError::NoCredentials { .. }), "{error:?}");
    assert_eq!(error.kind(), KeyErrorKind::Refused);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_binary_secret_is_not_a_key() {
    let mut cloud = Cloud::start();
    let params = json!({ "Name": "blob", "SecretBinary": "Y2FuYXJ5" });
    cloud.aws.call("secretsmanager", "CreateSecret", params).unwrap();
    let stores = cloud.stores(&Keys::root(), "");
    assert!(matches!(fault(&stores, "keys/aws/blob").await, SecretsManagerError::Binary { .. }));
    assert!(list(&stores, Some("keys/aws")).await.is_empty());
}

/// The store's error when AWS responds with this one, which the emulator never gives.
async fn answered(code: &str, message: &str) -> SecretsManagerError {
    let body = json!({ "__type": code, "message": message }).to_string();
    let response = HttpResponse::new(400.try_into().unwrap(), SdkBody::from(body));
    let credentials = Credentials::new("AKIATEST", "canary", None, None, "test");
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new("eu-central-1"))
        .http_client(Replay::new([response]))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .build();
    let configs: Configs = Arc::new(move |_, _| {
        let config = config.clone();
        Box::pin(async { Ok(config) })
    });
    let home = TempDir::new().unwrap();
    let toml = "[[keys]]\npath = \"keys/aws\"\nstore = \"secrets_manager\"\n";
    fault(&stores(home.path(), toml, configs), "keys/aws/a").await
}

#[tokio::test]
async fn a_kms_key_that_does_not_decrypt_is_told_apart_from_a_missing_permission() {
    for (code, message) in [
        ("DecryptionFailure", "Secrets Manager can't decrypt the protected secret text using the provided KMS key."),
        ("AccessDeniedException", "Access to KMS is not allowed"),
    ] {
        let error = answered(code, message).await;
        assert!(matches!(error, SecretsManagerError::Kms { .. }), "{error:?}");
        assert!(error.because() == message && error.next().contains("kms:Decrypt"), "{}", error.explain());
    }
    let error = answered("AccessDeniedException", "User: x is not authorized to perform: y").await;
    assert!(matches!(error, SecretsManagerError::Denied { .. }), "{error:?}");
}

#[tokio::test]
async fn a_signature_that_aws_quotes_is_not_repeated() {
    let error = answered("InvalidSignatureException", "The canonical string should have been canary").await;
    assert!(matches!(error, SecretsManagerError::NoCredentials { .. }), "{error:?}");
    let error = answered("InternalServiceError", "try later").await;
    assert!(matches!(&error, SecretsManagerError::Answer { .. }) && error.kind() == KeyErrorKind::Broken, "{error:?}");
}
