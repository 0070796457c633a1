//! An AWS that checks identities.

use std::process::Command;
use std::sync::Mutex;

use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::{AwsClient, Identities, Keys, Ministack};

use super::{Site, ended, venv};

/// The account id of every ministack.
pub const ACCOUNT: &str = "000000000000";

/// ministack with a user `host` that may only assume roles.
pub struct Identity {
    pub ministack: Ministack,
    pub host: Keys,
    root: Mutex<AwsClient>,
}

impl Identity {
    pub fn new() -> Self {
        let ministack = Ministack::start(&venv(), Identities::Enforced).expect("ministack starts");
        let mut root = ministack.client().expect("a client starts");
        let host = user(&mut root, "host", &["sts:AssumeRole", "sts:TagSession"]);
        Self { ministack, host, root: Mutex::new(root) }
    }

    /// Makes a call as the root user.
    pub fn call(&self, service: &str, operation: &str, params: Json) -> Json {
        self.root.lock().expect("no test has failed").call(service, operation, params).expect("root may")
    }

    /// Another AWS client than ours, with these keys.
    pub fn client_of(&self, keys: &Keys) -> AwsClient {
        self.ministack.client_as(keys).expect("a client starts")
    }

    /// Creates a role with these permissions and this trust statement.
    pub fn role(&self, name: &str, trust: Json, actions: &[&str]) -> String {
        let document = json!({ "Version": "2012-10-17", "Statement": [trust] }).to_string();
        let params = json!({ "RoleName": name, "AssumeRolePolicyDocument": document });
        let made = self.call("iam", "CreateRole", params);
        let policy = policy(actions);
        self.call("iam", "PutRolePolicy", json!({ "RoleName": name, "PolicyName": "a", "PolicyDocument": policy }));
        made["Role"]["Arn"].as_str().expect("a role has an ARN").to_owned()
    }

    /// Replaces the trust statement of a role.
    pub fn trust(&self, role: &str, trust: Json) {
        let document = json!({ "Version": "2012-10-17", "Statement": [trust] }).to_string();
        self.call("iam", "UpdateAssumeRolePolicy", json!({ "RoleName": role, "PolicyDocument": document }));
    }

    pub fn instance(&self) -> String {
        let ids = self.root.lock().expect("no test has failed").run_instances(1).expect("root may");
        ids.into_iter().next().expect("one was asked for")
    }

    /// A site whose environment holds the keys of `host`.
    pub fn site(&self) -> Site {
        Site::new(self.ministack.endpoint()).signing_as(self.host.clone())
    }
}

/// Creates a user with these permissions.
pub fn user(root: &mut AwsClient, name: &str, actions: &[&str]) -> Keys {
    let policy = policy(actions);
    root.call("iam", "CreateUser", json!({ "UserName": name })).expect("root may");
    let attached = json!({ "UserName": name, "PolicyName": "a", "PolicyDocument": policy });
    root.call("iam", "PutUserPolicy", attached).expect("root may");
    let made = root.call("iam", "CreateAccessKey", json!({ "UserName": name })).expect("root may");
    let key = |name: &str| made["AccessKey"][name].as_str().expect("a key has both halves").to_owned();
    Keys::new(&key("AccessKeyId"), &key("SecretAccessKey"))
}

fn policy(actions: &[&str]) -> String {
    let statement = json!({ "Effect": "Allow", "Action": actions, "Resource": "*" });
    json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string()
}

/// A statement that trusts every principal with this external id; without one, the whole account.
pub fn trusting(external_id: Option<&str>) -> Json {
    let principal = json!({ "AWS": format!("arn:aws:iam::{ACCOUNT}:root") });
    let mut statement = json!({ "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal });
    if let Some(id) = external_id {
        statement["Condition"] = json!({ "StringEquals": { "sts:ExternalId": id } });
    }
    statement
}

/// The external id that `credentials trust` prints for the project of a site.
pub fn external_id(site: &Site) -> String {
    let shown = site.stepwell(&["credentials", "trust", "--output", "json"]);
    assert_eq!(shown.code, 0, "{shown:?}");
    shown.json_lines()[0]["external_id"].as_str().expect("it has one").to_owned()
}

/// Runs `job.toml` with changed environment variables. Returns the exit code and the printed JSON lines.
pub fn run_with(site: &Site, change: impl FnOnce(&mut Command)) -> (i32, Vec<Json>) {
    let mut command = site.command(&["run", "job.toml", "--output", "json"]);
    change(&mut command);
    let ended = ended(command.output().expect("stepwell starts"));
    (ended.code, ended.json_lines())
}
