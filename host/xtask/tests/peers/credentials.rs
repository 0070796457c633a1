//! The sources of credentials and secrets for the program under test, checked with other clients.

use std::process::Command;
use std::time::Duration;

use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::{
    Authorization, AwsClient, CannedVault, EmulatorError, Failure, Fetch, Identities, Imds, Keys, Metadata, Ministack,
    Token, direct_to,
};
use stepwell_xtask::python::Venv;

const TTL: &str = "x-aws-ec2-metadata-token-ttl-seconds";
const IMDS_TOKEN: &str = "x-aws-ec2-metadata-token";
const ROLES: &str = "/latest/meta-data/iam/security-credentials/";
const HOUR: Duration = Duration::from_secs(3600);

fn venv() -> Venv {
    Venv::for_tests().unwrap()
}

/// The status, the header with the token's lifetime, and the body.
fn ask(
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Result<(u16, Option<String>, String), ureq::Error> {
    let config = ureq::Agent::config_builder().proxy(None).http_status_as_error(false).allow_non_standard_methods(true);
    let agent: ureq::Agent = config.timeout_global(Some(Duration::from_secs(2))).build().into();
    let mut request = ureq::http::Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut answer = agent.run(request.body(body.to_owned()).unwrap())?;
    let ttl = answer.headers().get(TTL).map(|value| value.to_str().unwrap().to_owned());
    Ok((answer.status().as_u16(), ttl, answer.body_mut().read_to_string()?))
}

fn get(metadata: &Metadata, path: &str, headers: &[(&str, &str)]) -> (u16, String) {
    let (status, _, body) = ask("GET", &format!("{}{path}", metadata.endpoint()), headers, "").unwrap();
    (status, body)
}

fn token(metadata: &Metadata, ttl: &str) -> (u16, Option<String>, String) {
    ask("PUT", &format!("{}/latest/api/token", metadata.endpoint()), &[(TTL, ttl)], "").unwrap()
}

/// The response of the service to a request with a token.
fn tell(metadata: &Metadata, path: &str) -> (u16, String) {
    let (_, _, token) = token(metadata, "60");
    get(metadata, path, &[(IMDS_TOKEN, &token)])
}

fn json_of(text: &str) -> Json {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error} in {text}"))
}

fn keys_of(document: &str) -> Keys {
    let document = json_of(document);
    let text = |name: &str| document.get(name)?.as_str().map(str::to_owned);
    let part = |name: &str| text(name).unwrap_or_else(|| panic!("{document}"));
    Keys { session_token: Some(part("Token")), ..Keys::new(&part("AccessKeyId"), &part("SecretAccessKey")) }
}

fn refusal(answer: Result<Json, EmulatorError>) -> String {
    match answer {
        Err(EmulatorError::Refused { code, .. }) => code,
        other => panic!("not refused: {other:?}"),
    }
}

fn canary() -> Metadata {
    let keys = Keys { session_token: Some("canary-token".to_owned()), ..Keys::new("ASIACANARY", "canary-secret") };
    Metadata::of_keys(&venv(), &keys, HOUR).unwrap()
}

/// A ministack that checks its callers, and the metadata service of an instance with a role there.
struct Cloud {
    venv: Venv,
    ministack: Ministack,
    metadata: Metadata,
}

impl Cloud {
    fn new(session: Duration) -> Self {
        let venv = venv();
        let ministack = Ministack::start(&venv, Identities::Enforced).unwrap();
        let role = ministack.client().unwrap().create_role("worker", &["ec2:DescribeInstances"]).unwrap();
        let metadata = Metadata::of_role(&venv, ministack.endpoint(), &role, &Keys::root(), session).unwrap();
        Self { venv, ministack, metadata }
    }

    /// The identity of boto3 when it finds credentials itself.
    fn boto3_is(&self, lend: impl FnOnce(&mut Command)) -> String {
        let mut command = self.venv.command();
        command.args(["-c", "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])"]);
        // By default it tries once and waits for a second, which is too short on a busy machine.
        command.envs([("AWS_METADATA_SERVICE_TIMEOUT", "10"), ("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "3")]);
        direct_to(&mut command, self.ministack.endpoint(), &Keys::root());
        lend(&mut command);
        let output = command.output().unwrap();
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
    }

    fn handed_out(&self) -> Vec<Fetch> {
        let seen = self.metadata.seen().unwrap();
        seen.into_iter().filter(|fetch| fetch.access_key_id.is_some()).collect()
    }
}

#[test]
fn a_token_is_given_for_a_time_that_aws_allows_and_nothing_is_said_without_one() {
    let metadata = canary();
    for ttl in ["", "0", "21601", "-1", "soon"] {
        assert_eq!(token(&metadata, ttl).0, 400, "{ttl}");
    }
    let (status, ttl, live) = token(&metadata, "21600");
    assert_eq!((status, ttl.as_deref()), (200, Some("21600")));

    for path in [ROLES, "/latest/meta-data/instance-id", "/no/such/path"] {
        assert_eq!(get(&metadata, path, &[]).0, 401, "{path}");
        assert_eq!(get(&metadata, path, &[(IMDS_TOKEN, "guessed")]).0, 401, "{path}");
    }
    assert_eq!(
        get(&metadata, "/latest/meta-data/placement/region", &[(IMDS_TOKEN, &live)]),
        (200, "eu-central-1".into())
    );
    assert_eq!(get(&metadata, "/no/such/path", &[(IMDS_TOKEN, &live)]).0, 404);

    let (_, _, short) = token(&metadata, "1");
    assert_eq!(get(&metadata, ROLES, &[(IMDS_TOKEN, &short)]).0, 200);
    std::thread::sleep(Duration::from_millis(1100));
    assert_eq!(get(&metadata, ROLES, &[(IMDS_TOKEN, &short)]).0, 401);
}

#[test]
fn an_instance_gets_sessions_of_its_role_that_ministack_accepts_and_then_refuses() {
    let cloud = Cloud::new(HOUR);
    cloud.metadata.set_session(Duration::from_secs(3)).unwrap();
    let (status, role) = tell(&cloud.metadata, ROLES);
    assert_eq!((status, role.as_str()), (200, "worker"));
    let (_, document) = tell(&cloud.metadata, &format!("{ROLES}{role}"));
    let keys = keys_of(&document);
    assert_eq!(json_of(&document)["Code"], "Success");

    let mut worker = cloud.ministack.client_as(&keys).unwrap();
    worker.call("ec2", "DescribeInstances", json!({})).unwrap();
    assert_eq!(refusal(worker.call("ec2", "DescribeRegions", json!({}))), "UnauthorizedOperation");
    std::thread::sleep(Duration::from_secs(4));
    assert_eq!(refusal(worker.call("ec2", "DescribeInstances", json!({}))), "RequestExpired");

    let (_, again) = tell(&cloud.metadata, &format!("{ROLES}{role}"));
    let mut renewed: AwsClient = cloud.ministack.client_as(&keys_of(&again)).unwrap();
    renewed.call("ec2", "DescribeInstances", json!({})).unwrap();
    let ids: Vec<_> = cloud.handed_out().into_iter().filter_map(|fetch| fetch.access_key_id).collect();
    assert_eq!(ids, [keys.access_key_id, keys_of(&again).access_key_id]);
}

#[test]
fn another_client_finds_its_role_on_the_instance_and_in_the_container() {
    let cloud = Cloud::new(HOUR);
    let arn = "assumed-role/worker/";
    let who = cloud.boto3_is(|command| cloud.metadata.on_instance(command));
    assert!(who.contains(arn), "{who}");
    let who = cloud.boto3_is(|command| cloud.metadata.in_container(command, Authorization::None));
    assert!(who.contains(arn), "{who}");
    let right = Authorization::Variable(cloud.metadata.container_token());
    let who = cloud.boto3_is(|command| cloud.metadata.in_container(command, right));
    assert!(who.contains(arn), "{who}");

    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), cloud.metadata.container_token()).unwrap();
    let who = cloud.boto3_is(|command| cloud.metadata.in_container(command, Authorization::File(file.path())));
    assert!(who.contains(arn), "{who}");
    let places: Vec<_> = cloud.handed_out().into_iter().map(|fetch| (fetch.path, fetch.token)).collect();
    let pod = (Metadata::POD.to_owned(), Token::Valid);
    let instance = (format!("{ROLES}worker"), Token::Valid);
    assert_eq!(places, [instance, (Metadata::TASK.to_owned(), Token::None), pod.clone(), pod]);
}

#[test]
fn a_container_without_the_right_token_gets_nothing() {
    let mut metadata = canary();
    let (status, body) = get(&metadata, Metadata::POD, &[]);
    assert_eq!((status, &json_of(&body)["code"]), (401, &json!("Unauthorized")));
    let first = metadata.container_token().to_owned();
    assert_eq!(get(&metadata, Metadata::POD, &[("authorization", &first)]).0, 200);

    metadata.set_container_token("the second").unwrap();
    assert_eq!(get(&metadata, Metadata::POD, &[("authorization", &first)]).0, 401);
    assert_eq!(get(&metadata, Metadata::POD, &[("authorization", metadata.container_token())]).0, 200);
    assert_eq!(get(&metadata, "/v2/credentials/another-task", &[]).0, 400);

    let tokens: Vec<_> = metadata.seen().unwrap().into_iter().map(|fetch| fetch.token).collect();
    assert_eq!(tokens, [Token::None, Token::Valid, Token::Invalid, Token::Valid, Token::None]);
}

#[test]
fn an_instance_may_have_no_role_or_no_service_or_no_way_to_it() {
    let metadata = canary();
    metadata.set_imds(Imds::NoRole).unwrap();
    assert_eq!(tell(&metadata, ROLES).0, 404);
    assert_eq!(tell(&metadata, "/latest/meta-data/instance-id").0, 200);
    metadata.set_imds(Imds::Disabled).unwrap();
    assert_eq!(token(&metadata, "60").0, 403);
    metadata.set_imds(Imds::Silent).unwrap();
    let silent = ask("PUT", &format!("{}/latest/api/token", metadata.endpoint()), &[(TTL, "60")], "");
    assert!(matches!(silent, Err(ureq::Error::Timeout(_))), "{silent:?}");
    assert_eq!(metadata.seen().unwrap().last().unwrap().status, None);
    metadata.set_imds(Imds::On).unwrap();
    assert_eq!(tell(&metadata, ROLES), (200, "canary".to_owned()));
}

#[test]
fn as_many_requests_fail_as_were_to_fail() {
    let metadata = canary();
    let role = format!("{ROLES}canary");
    metadata.fail_next(2, Failure::ServerError).unwrap();
    assert_eq!(tell(&metadata, &role).0, 500);
    assert_eq!(get(&metadata, Metadata::TASK, &[]).0, 500);
    assert_eq!(keys_of(&tell(&metadata, &role).1).access_key_id, "ASIACANARY");

    metadata.fail_next(2, Failure::Refusal).unwrap();
    let (status, body) = tell(&metadata, &role);
    assert_eq!((status, &json_of(&body)["Code"]), (200, &json!("AssumeRoleUnauthorizedAccess")));
    let (status, body) = get(&metadata, Metadata::TASK, &[]);
    assert_eq!((status, &json_of(&body)["code"]), (400, &json!("AssumeRoleUnauthorizedAccess")));
    assert_eq!(keys_of(&tell(&metadata, &role).1).access_key_id, "ASIACANARY");
}

#[test]
fn a_role_that_may_not_be_assumed_is_reported_as_aws_does() {
    let venv = venv();
    let ministack = Ministack::start(&venv, Identities::Enforced).unwrap();
    let nobody = "arn:aws:iam::000000000000:role/nobody";
    let metadata = Metadata::of_role(&venv, ministack.endpoint(), nobody, &Keys::root(), HOUR).unwrap();
    let (status, body) = tell(&metadata, &format!("{ROLES}nobody"));
    assert_eq!((status, &json_of(&body)["Code"]), (200, &json!("AssumeRoleUnauthorizedAccess")));
}

/// A request to a canned Vault, with its token.
fn vault(vault: &CannedVault, method: &str, path: &str, body: &Json) -> (u16, Json) {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let url = format!("{}/v1/{path}", vault.endpoint());
    let (status, _, text) = ask(method, &url, &[("x-vault-token", "root")], &body).unwrap();
    (status, if text.is_empty() { Json::Null } else { json_of(&text) })
}

#[test]
fn a_secret_is_written_in_versions_read_deleted_and_forgotten() {
    let kv = CannedVault::start(&venv(), "root").unwrap();
    let (data, metadata) = ("secret/data/team/db", "secret/metadata/team/db");
    assert_eq!(vault(&kv, "GET", data, &Json::Null), (404, json!({"errors": []})));
    for (method, number) in [("POST", 1), ("PUT", 2)] {
        let (status, made) = vault(&kv, method, data, &json!({"data": {"password": number}}));
        assert_eq!((status, &made["data"]["version"]), (200, &json!(number)));
    }
    let (_, read) = vault(&kv, "GET", data, &Json::Null);
    assert_eq!(read["data"]["data"], json!({"password": 2}));
    assert_eq!(
        (&read["data"]["metadata"]["version"], &read["data"]["metadata"]["deletion_time"]),
        (&json!(2), &json!(""))
    );
    assert_eq!(vault(&kv, "GET", &format!("{data}?version=1"), &Json::Null).1["data"]["data"], json!({"password": 1}));

    assert_eq!(vault(&kv, "DELETE", data, &Json::Null), (204, Json::Null));
    let (status, gone) = vault(&kv, "GET", data, &Json::Null);
    assert_eq!((status, &gone["data"]["data"], &gone["data"]["metadata"]["version"]), (404, &Json::Null, &json!(2)));
    assert_ne!(gone["data"]["metadata"]["deletion_time"], "");
    assert_eq!(vault(&kv, "GET", metadata, &Json::Null).1["data"]["current_version"], 2);
    assert_eq!(vault(&kv, "DELETE", metadata, &Json::Null).0, 204);
    assert_eq!(vault(&kv, "GET", data, &Json::Null), (404, json!({"errors": []})));
}

#[test]
fn a_write_that_expects_another_version_is_refused() {
    let kv = CannedVault::start(&venv(), "root").unwrap();
    let write = |cas: u32| vault(&kv, "POST", "secret/data/x", &json!({"data": {}, "options": {"cas": cas}}));
    assert_eq!(write(1).0, 400);
    assert_eq!(write(0).0, 200);
    let (status, said) = write(0);
    assert_eq!(status, 400);
    assert_eq!(said["errors"][0], "check-and-set parameter did not match the current version");
    assert_eq!(vault(&kv, "DELETE", "secret/data/x", &Json::Null).0, 204);
    assert_eq!((write(0).0, write(1).0), (400, 200), "a deleted version still counts");
    assert_eq!(vault(&kv, "POST", "secret/data/x", &json!({"password": "x"})).0, 400);
}

#[test]
fn a_folder_lists_its_keys_and_its_folders_once() {
    let kv = CannedVault::start(&venv(), "root").unwrap();
    for path in ["a", "team/db", "team/web", "team/deep/er"] {
        vault(&kv, "POST", &format!("secret/data/{path}"), &json!({"data": {}}));
    }
    let keys = |method: &str, path: &str| vault(&kv, method, path, &Json::Null).1["data"]["keys"].clone();
    assert_eq!(keys("LIST", "secret/metadata/"), json!(["a", "team/"]));
    assert_eq!(keys("LIST", "secret/metadata/team"), json!(["db", "deep/", "web"]));
    assert_eq!(keys("GET", "secret/metadata/team/?list=true"), json!(["db", "deep/", "web"]));
    assert_eq!(vault(&kv, "LIST", "secret/metadata/none", &Json::Null), (404, json!({"errors": []})));
}

#[test]
fn a_vault_refuses_strangers_and_everybody_when_it_is_sealed() {
    let kv = CannedVault::start(&venv(), "root").unwrap();
    let url = format!("{}/v1/secret/data/x", kv.endpoint());
    let denied = (403, None, json!({"errors": ["permission denied"]}).to_string());
    assert_eq!(ask("GET", &url, &[], "").unwrap(), denied);
    let stranger = [("x-vault-token", "guessed"), ("x-vault-namespace", "team/")];
    assert_eq!(ask("GET", &url, &stranger, "").unwrap(), denied);
    assert_eq!(vault(&kv, "GET", "sys/health", &Json::Null).1["sealed"], false);

    kv.set_sealed(true).unwrap();
    assert_eq!(vault(&kv, "GET", "secret/data/x", &Json::Null), (503, json!({"errors": ["Vault is sealed"]})));
    assert_eq!(vault(&kv, "GET", "sys/health", &Json::Null).0, 503);
    kv.set_sealed(false).unwrap();
    kv.set_token("renewed").unwrap();
    assert_eq!(vault(&kv, "GET", "secret/data/x", &Json::Null).0, 403);

    let seen = kv.seen().unwrap();
    let [bare, named, ..] = seen.as_slice() else { panic!("{seen:?}") };
    assert_eq!((bare.token, bare.namespace.as_deref(), bare.status), (Token::None, None, Some(403)));
    assert_eq!((named.token, named.namespace.as_deref()), (Token::Invalid, Some("team")));
}
