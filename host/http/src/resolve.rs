//! The look-up of names, and the addresses that connections may lead to: those that it finds are the ones that are
//! connected to, so that a name cannot lead elsewhere the second time.

use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use stepwell_model::http::{Networks, Unreachable};

/// Every address of a name may not be reached.
#[derive(Debug, thiserror::Error)]
#[error("it leads to {0}")]
pub(crate) struct Refused(pub(crate) Unreachable);

/// Looks names up, and keeps the addresses that may be reached.
pub(crate) struct Reachable(pub(crate) Networks);

impl Resolve for Reachable {
    fn resolve(&self, name: Name) -> Resolving {
        let networks = self.0.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            Ok(Box::new(reachable(&networks, found)?.into_iter()) as Addrs)
        })
    }
}

/// The addresses of a name that may be reached.
fn reachable(networks: &Networks, found: impl Iterator<Item = SocketAddr>) -> Result<Vec<SocketAddr>, Refused> {
    let (mut kept, mut refused) = (Vec::new(), None);
    for address in found {
        match networks.refusal(address.ip()) {
            None => kept.push(address),
            Some(what) => refused = Some(what),
        }
    }
    match refused.filter(|_| kept.is_empty()) {
        Some(what) => Err(Refused(what)),
        None => Ok(kept),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_the_addresses_of_a_name_only_those_that_may_be_reached_are_connected_to() {
        let networks = Networks::parse(["10.1.0.0/16"]).expect("it is a network");
        let reached = |addresses: &[&str]| {
            let found = addresses.iter().map(|address| format!("{address}:0").parse().expect("it is an address"));
            let kept = reachable(&networks, found.collect::<Vec<_>>().into_iter());
            kept.map(|kept| kept.iter().map(|address| address.ip().to_string()).collect::<Vec<_>>().join(" "))
                .map_err(|Refused(what)| what)
        };
        // Each look-up is judged anew: a name that leads elsewhere the second time gets no further.
        assert_eq!(reached(&["93.184.215.14"]), Ok("93.184.215.14".to_owned()));
        assert_eq!(reached(&["127.0.0.1"]), Err(Unreachable::Loopback));
        assert_eq!(reached(&["127.0.0.1", "93.184.215.14", "169.254.169.254"]), Ok("93.184.215.14".to_owned()));
        assert_eq!(reached(&["10.1.2.3", "10.2.2.3"]), Ok("10.1.2.3".to_owned()));
        assert_eq!(reached(&[]), Ok(String::new()));
    }
}
