//! Links to the AWS console.

use crate::{credentials, log};

/// Prints a link to a page of the AWS console in the region of the step, and returns it. `path` follows the host name,
/// such as `athena/home?region={region}#/query-editor/history/ID`; `{region}` is replaced.
///
/// Without a known region there is no link; then no call was made either.
pub fn link(label: &str, path: &str) -> Option<String> {
    let region = credentials::describe().region?;
    let url = url(&region, path);
    log::link(label, &url);
    Some(url)
}

/// The URL of [`link`], which it does not print.
#[must_use]
pub fn url(region: &str, path: &str) -> String {
    // Each partition has its own console.
    let domain = match region.split_once('-') {
        Some(("cn", _)) => "console.amazonaws.cn",
        Some(("us", rest)) if rest.starts_with("gov-") => "console.amazonaws-us-gov.com",
        _ => "console.aws.amazon.com",
    };
    format!("https://{region}.{domain}/{}", path.replace("{region}", region))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_partition_has_its_own_console() {
        let athena = |region| url(region, "athena/home?region={region}#/x");
        assert_eq!(athena("eu-west-1"), "https://eu-west-1.console.aws.amazon.com/athena/home?region=eu-west-1#/x");
        assert!(athena("cn-north-1").starts_with("https://cn-north-1.console.amazonaws.cn/"));
        assert!(athena("us-gov-west-1").starts_with("https://us-gov-west-1.console.amazonaws-us-gov.com/"));
        assert!(athena("us-east-1").starts_with("https://us-east-1.console.aws.amazon.com/"));
    }
}
