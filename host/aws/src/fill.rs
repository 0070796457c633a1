//! Secrets in the place of their placeholders, in a request that is about to be signed.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use stepwell_secrets::Secrets;

/// A placeholder where other people would see the secret: in the address or the head of a request, or in what AWS keeps
/// in the clear, such as a query.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a secret would stand in the {place} of the request")]
pub(crate) struct Misplaced {
    pub(crate) place: &'static str,
}

/// Puts the secrets into the body of a request. The answer is whether there was a placeholder in it.
pub(crate) fn fill(secrets: &Secrets, request: &mut HttpRequest) -> Result<bool, BoxError> {
    if secrets.is_empty() {
        return Ok(false);
    }
    if secrets.stands_in(request.uri()) {
        return Err(Misplaced { place: "address" }.into());
    }
    if request.headers().iter().any(|(_, value)| secrets.stands_in(value)) {
        return Err(Misplaced { place: "head" }.into());
    }
    let body = request.body().bytes().and_then(|bytes| std::str::from_utf8(bytes).ok());
    let Some(filled) = body.and_then(|body| secrets.fill(request.headers().get("content-type"), body)) else {
        return Ok(false);
    };
    request.headers_mut().insert("content-length", filled.len().to_string());
    *request.body_mut() = SdkBody::from(filled);
    Ok(true)
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;

    const PLACEHOLDER: &str = "stepwell-secret-token-0123456789abcdef";

    fn secrets(secret: &str) -> Secrets {
        Secrets::new([(PLACEHOLDER.to_owned(), SecretString::from(secret))])
    }

    #[test]
    fn a_request_with_a_secret_has_the_length_that_it_has_with_it() {
        let mut request = HttpRequest::new(SdkBody::from(format!("Action=X&Value={PLACEHOLDER}")));
        request.set_uri("https://ec2.eu-central-1.amazonaws.com/").unwrap();
        request.headers_mut().insert("content-type", "application/x-www-form-urlencoded");
        request.headers_mut().insert("content-length", "0");
        assert!(fill(&secrets("a b"), &mut request).unwrap());
        assert_eq!(request.body().bytes().unwrap(), b"Action=X&Value=a%20b");
        assert_eq!(request.headers().get("content-length"), Some("20"));
        assert!(!fill(&secrets("a b"), &mut request).unwrap());
    }

    #[test]
    fn a_secret_never_stands_in_an_address_or_a_head() {
        let secrets = secrets("canary");
        let mut request = HttpRequest::new(SdkBody::empty());
        request.set_uri(format!("https://example.com/{PLACEHOLDER}")).unwrap();
        assert!(fill(&secrets, &mut request).unwrap_err().is::<Misplaced>());
        let mut request = HttpRequest::new(SdkBody::empty());
        request.headers_mut().insert("x-amz-meta-a", PLACEHOLDER);
        assert!(fill(&secrets, &mut request).unwrap_err().is::<Misplaced>());
    }
}
