use std::sync::atomic::{AtomicU32, Ordering};

use super::*;
use crate::credentials::explain;

/// Gives credentials of a fixed lifetime, a limited number of times, and counts the requests.
#[derive(Debug, Clone)]
struct Counted {
    lasting: Duration,
    gives: u32,
    asked: Arc<AtomicU32>,
}

impl ProvideCredentials for Counted {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            let number = self.asked.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(Duration::from_millis(20)).await;
            if number >= self.gives {
                return Err(CredentialsError::provider_error("the role is gone"));
            }
            let expiry = SystemTime::now() + self.lasting;
            Ok(Credentials::new(format!("ASIA{number:04}"), "canary-secret", None, Some(expiry), "test"))
        })
    }
}

fn issuer(lasting: Duration, gives: u32) -> (Issuer, Arc<AtomicU32>) {
    let asked = Arc::new(AtomicU32::new(0));
    let provider = Counted { lasting, gives, asked: Arc::clone(&asked) };
    (Issuer::new(Stage::Base(Provider::Ec2), provider, Masker::new()), asked)
}

#[tokio::test]
async fn everybody_who_needs_credentials_at_once_shares_one_request() {
    let (issuer, asked) = issuer(Duration::from_secs(3_600), 9);
    let issuer = Arc::new(issuer);
    let each = |issuer: &Arc<Issuer>| {
        let issuer = Arc::clone(issuer);
        tokio::spawn(async move { issuer.credentials().await.unwrap().access_key_id().to_owned() })
    };
    for asking in (0..50).map(|_| each(&issuer)).collect::<Vec<_>>() {
        assert_eq!(asking.await.unwrap(), "ASIA0000");
    }
    assert_eq!(asked.load(Ordering::Relaxed), 1);
}

#[test]
fn credentials_are_renewed_five_minutes_before_their_end_and_short_ones_halfway() {
    let now = SystemTime::UNIX_EPOCH;
    for (lasting, renewed) in [(3_600, 3_300), (900, 600), (600, 300), (4, 2), (0, 0)] {
        let at = renew_at(now, now + Duration::from_secs(lasting));
        assert_eq!(at, now + Duration::from_secs(renewed), "{lasting}");
    }
    assert_eq!(renew_at(now + Duration::from_secs(9), now), now, "what is over is renewed at once");
}

#[tokio::test]
async fn what_still_lasts_is_used_when_its_renewal_fails_and_not_after_its_end() {
    let (issuer, asked) = issuer(Duration::from_secs(2), 1);
    issuer.credentials().await.unwrap();
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    assert_eq!(issuer.credentials().await.unwrap().access_key_id(), "ASIA0000", "half of its time is over");
    assert_eq!(asked.load(Ordering::Relaxed), 2, "a renewal was tried");
    tokio::time::sleep(Duration::from_millis(1_000)).await;
    let error = issuer.credentials().await.unwrap_err();
    assert_eq!(explain(&error).0, "ec2: the role is gone");
}

#[tokio::test]
async fn what_aws_does_not_accept_is_asked_for_again() {
    let (issuer, asked) = issuer(Duration::from_secs(3_600), 9);
    issuer.credentials().await.unwrap();
    issuer.forget().await;
    issuer.credentials().await.unwrap();
    assert_eq!(asked.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn all_that_is_issued_is_masked() {
    let (issuer, _) = issuer(Duration::from_secs(3_600), 9);
    issuer.credentials().await.unwrap();
    assert_eq!(issuer.masker.text("canary-secret of ASIA0000"), "***** of *****");
    assert!(!format!("{issuer:?}").contains("canary"));
}
