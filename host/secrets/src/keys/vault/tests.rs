use secrecy::ExposeSecret as _;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;

use stepwell_model::NextAction as _;
use stepwell_xtask::emulator::CannedVault;
use stepwell_xtask::python::Venv;
use tempfile::TempDir;

use super::connection::check_address;
use super::error::VaultError;
use crate::keys::tests::{list, path, read, set, stores};
use crate::keys::{KeyError, KeyErrorKind, KeyStores, StoreError as _, Written};

const TOKEN: &str = "hvs.canary-token";

/// A Vault at this address, with a token in a file.
fn vault_at(home: &Path, address: &str, more: &str) -> KeyStores {
    let file = home.join("token");
    std::fs::write(&file, format!("{TOKEN}\n")).unwrap();
    let toml = "[[keys]]\npath = \"keys/vault\"\nstore = \"vault\"\ntoken_file = \"token\"\n";
    stores(home, &format!("{toml}address = \"{address}\"\n{more}"))
}

async fn fault(stores: &KeyStores) -> VaultError {
    let error = read(stores, "keys/vault/a").await.unwrap_err();
    assert!(!format!("{error:?}{}", error.explain()).contains("canary"), "{error:?}");
    error.store_error::<VaultError>().unwrap_or_else(|| panic!("{error:?}")).clone()
}

fn canned() -> CannedVault {
    CannedVault::start(&Venv::for_tests().unwrap(), TOKEN).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_set_read_listed_and_removed_in_vaults_documented_exchange_replayed() {
    let (vault, home) = (canned(), TempDir::new().unwrap());
    let stores = vault_at(home.path(), vault.endpoint(), "prefix = \"team\"\n");
    assert!(list(&stores, Some("keys/vault")).await.is_empty());
    assert_eq!(set(&stores, "keys/vault/web/token", "canary-one\n").await, Ok(Written::New));
    assert_eq!(set(&stores, "keys/vault/web/token", "canary-two").await, Ok(Written::Replaced));
    assert_eq!(read(&stores, "keys/vault/web/token").await.unwrap(), "canary-two");
    assert_eq!(list(&stores, Some("keys/vault")).await, ["keys/vault/web/token"]);
    assert_eq!(stores.remove(&path("keys/vault/web/token")).await, Ok(true));
    assert_eq!(stores.remove(&path("keys/vault/web/token")).await, Ok(false));
    assert!(matches!(read(&stores, "keys/vault/web/token").await, Err(KeyError::NoSuchKey { .. })));
    assert!(list(&stores, Some("keys/vault")).await.is_empty(), "a deleted version is no key");
    assert_eq!(set(&stores, "keys/vault/web/token", "canary-three").await, Ok(Written::New));
    let seen = vault.seen().unwrap();
    let paths = seen.iter().all(|request| {
        let rest = ["/v1/secret/data/team/web", "/v1/secret/metadata/team"];
        rest.iter().any(|place| request.path.starts_with(place))
    });
    assert!(paths, "{seen:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_other_field_is_a_key_of_its_own_in_vaults_documented_exchange_replayed() {
    let (vault, home) = (canned(), TempDir::new().unwrap());
    let stores = vault_at(home.path(), vault.endpoint(), "");
    let body = r#"{"data": {"password": "canary", "port": 5432, "none": null, "a b": "spaces are no key"}}"#;
    put(&vault, "db", body);
    assert_eq!(list(&stores, Some("keys/vault")).await, ["keys/vault/db/password", "keys/vault/db/port"]);
    assert_eq!(read(&stores, "keys/vault/db/password").await.unwrap(), "canary");
    assert_eq!(read(&stores, "keys/vault/db/port").await.unwrap(), "5432");
    for none in ["keys/vault/db", "keys/vault/db/none", "keys/vault/db/value", "keys/vault/db/password/x"] {
        assert!(matches!(read(&stores, none).await, Err(KeyError::NoSuchKey { .. })), "{none}");
    }
    assert_eq!(set(&stores, "keys/vault/db/password", "canary-two").await, Ok(Written::Replaced));
    assert_eq!(read(&stores, "keys/vault/db/port").await.unwrap(), "5432", "the other fields stay");
    assert_eq!(set(&stores, "keys/vault/db", "the value").await, Ok(Written::New));
    assert_eq!(
        list(&stores, Some("keys/vault")).await,
        ["keys/vault/db", "keys/vault/db/password", "keys/vault/db/port"]
    );
    assert_eq!(stores.remove(&path("keys/vault/db/password")).await, Ok(true));
    assert_eq!(list(&stores, Some("keys/vault")).await, ["keys/vault/db", "keys/vault/db/port"]);
    // A secret of that name goes before a field.
    put(&vault, "db/port", r#"{"data": {"value": "own secret"}}"#);
    assert_eq!(read(&stores, "keys/vault/db/port").await.unwrap(), "own secret");
}

fn put(vault: &CannedVault, name: &str, body: &str) {
    let address = vault.endpoint().trim_start_matches("http://");
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    let head = format!("POST /v1/secret/data/{name} HTTP/1.1\r\nHost: {address}\r\nX-Vault-Token: {TOKEN}");
    write!(stream, "{head}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}", body.len()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_namespace_goes_with_every_request_in_vaults_documented_exchange_replayed() {
    let (vault, home) = (canned(), TempDir::new().unwrap());
    let stores = vault_at(home.path(), vault.endpoint(), "namespace = \"ops/eu\"\n");
    set(&stores, "keys/vault/a", "canary").await.unwrap();
    assert!(vault.seen().unwrap().iter().all(|request| request.namespace.as_deref() == Some("ops/eu")));
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_are_told_apart_in_vaults_documented_exchange_replayed() {
    let (vault, home) = (canned(), TempDir::new().unwrap());
    let stores = vault_at(home.path(), vault.endpoint(), "");
    vault.set_sealed(true).unwrap();
    assert!(matches!(fault(&stores).await, VaultError::Sealed { .. }));
    vault.set_sealed(false).unwrap();
    vault.set_token("another").unwrap();
    let error = fault(&stores).await;
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (KeyErrorKind::Refused, "Vault does not allow `secret/data/a`")
    );
    vault.set_token(TOKEN).unwrap();
    let elsewhere = vault_at(home.path(), vault.endpoint(), "mount = \"kv\"\n");
    assert!(matches!(fault(&elsewhere).await, VaultError::NoEngine { .. }));
    std::fs::write(home.path().join("token"), "two\nlines").unwrap();
    assert!(matches!(fault(&stores).await, VaultError::BadToken { .. }));
    std::fs::remove_file(home.path().join("token")).unwrap();
    assert!(matches!(fault(&stores).await, VaultError::NoTokenFile { .. }));
}

/// Serves one request with this response, and returns the request.
fn answer_once(answer: &'static str) -> (String, std::thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let asked = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut asked = [0; 4096];
        let length = stream.read(&mut asked).unwrap();
        stream.write_all(answer.as_bytes()).unwrap();
        String::from_utf8_lossy(&asked[..length]).into_owned()
    });
    (address, asked)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_does_not_get_the_token() {
    let home = TempDir::new().unwrap();
    let (elsewhere, asked_there) = answer_once("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let answer = format!("HTTP/1.1 307 T\r\nLocation: {elsewhere}/v1/secret/data/a\r\nContent-Length: 0\r\n\r\n");
    let (address, asked) = answer_once(Box::leak(answer.into_boxed_str()));
    let error = fault(&vault_at(home.path(), &address, "")).await;
    assert!(matches!(error, VaultError::Answer { .. }) && error.because().contains("307"), "{error:?}");
    assert!(asked.join().unwrap().to_lowercase().contains("x-vault-token"));
    assert!(!asked_there.is_finished(), "the other address got no request");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreadable_response_is_not_shown() {
    let home = TempDir::new().unwrap();
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Length: 21\r\n\r\n{\"data\": \"canary one\"}",
        "HTTP/1.1 502 Bad\r\nContent-Length: 6\r\n\r\ncanary",
    ] {
        let (address, _) = answer_once(answer);
        assert!(matches!(fault(&vault_at(home.path(), &address, "")).await, VaultError::Answer { .. }));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_connection_and_a_server_without_tls_are_told_apart() {
    let home = TempDir::new().unwrap();
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = fault(&vault_at(home.path(), &format!("https://{free}"), "")).await;
    assert_eq!(error.because(), "connection refused");
    assert_eq!(error.to_string(), format!("Vault does not answer at `https://{free}`"));
    let (address, _) = answer_once("HTTP/1.1 400 Bad\r\n\r\n");
    let error = fault(&vault_at(home.path(), &address.replace("http:", "https:"), "")).await;
    assert!(matches!(error, VaultError::Unreachable { .. }), "{error:?}");
}

#[test]
fn the_token_does_not_travel_unencrypted() {
    for address in ["http://vault.example.com:8200", "http://10.0.0.1:8200", "http://localhost.evil.example/"] {
        let error = check_address(address).unwrap_err();
        assert!(matches!(error, VaultError::InTheClear { .. }) && error.kind() == KeyErrorKind::Refused, "{error:?}");
    }
    for address in ["https://vault.example.com:8200", "http://127.0.0.1:8200/", "http://[::1]:8200", "http://localhost"]
    {
        assert!(check_address(address).is_ok(), "{address}");
    }
}

#[test]
fn a_malformed_address_is_not_shown() {
    for address in
        ["canary", "ftp://canary", "https://user:canary@vault", "https://vault/canary", "https://vault?canary"]
    {
        let error = check_address(address).unwrap_err();
        assert!(matches!(error, VaultError::BadAddress { .. }), "{error:?}");
        assert!(!error.explain().contains("canary"), "{}", error.explain());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_is_masked() {
    let (vault, home) = (canned(), TempDir::new().unwrap());
    let stores = vault_at(home.path(), vault.endpoint(), "");
    set(&stores, "keys/vault/a", "canary-secret").await.unwrap();
    assert_eq!(stores.0.masker.text(TOKEN), "*****");
    assert_eq!(stores.secret(&path("keys/vault/a"), &stores.0.masker).await.unwrap().expose_secret(), "canary-secret");
    assert_eq!(stores.0.masker.text("a canary-secret b"), "a ***** b");
}
