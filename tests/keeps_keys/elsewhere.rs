//! Keys in Vault and in AWS Secrets Manager.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Stdio};

use serde_json::json;
use stepwell_xtask::emulator::{CannedVault, Identities, Keys, Ministack};

use super::{fed, keys, paths, said, set};
use crate::support::{Site, repository, venv};

const VAULT: &str = "[[keys]]\npath = \"keys/vault\"\nstore = \"vault\"\n";

#[test]
fn keys_lie_in_vault_in_vaults_documented_exchange_replayed() {
    let vault = CannedVault::start(&venv(), "hvs.canary").expect("it starts");
    let site = Site::without_aws().home_file("stepwell.toml", VAULT);
    let with = |arguments: &[&str], token: &str| {
        let mut command = keys(&site, arguments);
        command.env("VAULT_ADDR", vault.endpoint()).env("VAULT_TOKEN", token);
        command
    };
    let set = fed(with(&["set", "keys/vault/db/password"], "hvs.canary"), b"canary-secret");
    assert_eq!(said(&set), "keys/vault/db/password is set\n");
    let list = fed(with(&["list", "--output", "json"], "hvs.canary"), b"").json_lines();
    assert_eq!(
        (list.len(), &list[0]["path"], &list[0]["store"]),
        (1, &json!("keys/vault/db/password"), &json!("vault"))
    );
    let [what, _, next] =
        fed(with(&["set", "keys/vault/x"], "hvs.canary-wrong"), b"canary").three_lines(3).map(str::to_owned);
    assert_eq!(what, "error: Vault does not allow `secret/data/x`");
    assert!(next.contains("vault login"), "{next}");
    let [what, _, _] = fed(keys(&site, &["list"]), b"").three_lines(2).map(str::to_owned);
    assert_eq!(what, "error: there is no address of Vault");
    let mut command = keys(&site, &["list"]);
    command.env("VAULT_ADDR", "http://vault.example.com:8200");
    let [what, _, _] = fed(command, b"").three_lines(3).map(str::to_owned);
    assert_eq!(what, "error: no request is sent to Vault at `http://vault.example.com:8200`");

    // `vault login` writes the token to this file.
    let home = site.home().join("user");
    fs::create_dir(&home).expect("it is made");
    fs::write(home.join(".vault-token"), "hvs.canary\n").expect("it is written");
    let mut command = with(&["remove", "--yes", "keys/vault/db/password"], "");
    command.env("HOME", &home);
    assert_eq!(said(&fed(command, b"")), "keys/vault/db/password is removed\n");
    let [what, _, _] = fed(with(&["list"], ""), b"").three_lines(3).map(str::to_owned);
    assert_eq!(what, "error: there is no token for Vault");
}

#[test]
fn keys_lie_in_secrets_manager_as_far_as_iam_allows() {
    let ministack = Ministack::start(&venv(), Identities::Enforced).expect("it starts");
    let mut aws = ministack.client().expect("boto3 starts");
    let toml = "[[keys]]\npath = \"keys/aws\"\nstore = \"secrets_manager\"\nprefix = \"prod/\"\n";
    let site = Site::new(ministack.endpoint()).signing_as(Keys::root()).home_file("stepwell.toml", toml);
    assert_eq!(said(&set(&site, "keys/aws/web/token", "canary-one")), "keys/aws/web/token is set\n");
    let value =
        aws.call("secretsmanager", "GetSecretValue", json!({ "SecretId": "prod/web/token" })).expect("it is there");
    assert_eq!(value["SecretString"], "canary-one");
    let params = json!({ "Name": "prod/db", "SecretString": "{\"password\": \"canary\"}" });
    aws.call("secretsmanager", "CreateSecret", params).expect("it is made");
    assert_eq!(paths(&site), ["keys/aws/db/password", "keys/aws/web/token"]);
    assert_eq!(
        said(&fed(keys(&site, &["remove", "--yes", "keys/aws/web/token"]), b"")),
        "keys/aws/web/token is removed\n"
    );

    aws.call("iam", "CreateUser", json!({ "UserName": "nobody" })).expect("it is made");
    let answer = aws.call("iam", "CreateAccessKey", json!({ "UserName": "nobody" })).expect("it is made");
    let text = |key: &str| answer["AccessKey"][key].as_str().expect("it is text").to_owned();
    let site = site.signing_as(Keys::new(&text("AccessKeyId"), &text("SecretAccessKey")));
    let [what, _, next] = set(&site, "keys/aws/x", "canary").three_lines(3).map(str::to_owned);
    assert_eq!(what, "error: IAM does not allow `secretsmanager:GetSecretValue` on `prod/x`");
    assert!(next.contains("secretsmanager:GetSecretValue"), "{next}");
}

/// A Vault that refuses every request, with a certificate of an unknown authority.
struct Stranger {
    process: Child,
    address: String,
}

impl Stranger {
    fn start(folder: &Path) -> Self {
        let mut command = venv().command();
        command.current_dir(repository().join("tests/emulators")).args(["leash.py", "tls_vault.py"]).arg(folder);
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("it starts");
        let mut port = String::new();
        BufReader::new(process.stdout.take().expect("it is piped")).read_line(&mut port).expect("it says its port");
        Self { process, address: format!("https://localhost:{}", port.trim()) }
    }
}

impl Drop for Stranger {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _status = self.process.wait();
    }
}

#[test]
fn the_certificate_of_vault_must_be_known() {
    let site = Site::without_aws().home_file("stepwell.toml", VAULT);
    let vault = Stranger::start(site.home());
    let list = |authority: Option<&str>| {
        let mut command = keys(&site, &["list"]);
        command.env("VAULT_ADDR", &vault.address).env("VAULT_TOKEN", "hvs.canary");
        command.envs(authority.map(|file| ("VAULT_CACERT", site.home().join(file))));
        fed(command, b"").three_lines(3).map(str::to_owned)
    };
    let [what, _, next] = list(None);
    assert_eq!(what, format!("error: the certificate of `{}` is not accepted", vault.address));
    assert!(next.contains("VAULT_CACERT"), "{next}");
    let [what, _, _] = list(Some("authority.pem"));
    assert_eq!(what, "error: Vault does not allow `secret/metadata/`", "it was asked");
    for file in ["stepwell.toml", "none.pem"] {
        let [what, _, _] = list(Some(file));
        assert!(what.ends_with(&format!("{file}` is not a certificate")), "{what}");
    }
}
