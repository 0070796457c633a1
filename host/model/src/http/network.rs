//! The networks that requests of plugins may reach.
//!
//! A name can lead to any address, so the address is what is judged, after the look-up and before the connection.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

use ipnet::{IpNet, Ipv6Net};

use crate::error::NextAction;

/// Networks that the operator lists, beside the public ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Networks(Vec<IpNet>);

/// A text that is no network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no network")]
pub struct NetworkError {
    /// The text.
    pub text: String,
}

impl NextAction for NetworkError {
    fn because(&self) -> String {
        "a network is an address and a length, without further bits (CIDR)".to_owned()
    }

    fn next(&self) -> String {
        match self.text.parse::<IpNet>() {
            Ok(net) => format!("write `{}`", net.trunc()),
            Err(_) => "write a network such as `10.20.0.0/16`, or an address as `10.20.0.7/32`".to_owned(),
        }
    }
}

/// An address that no request reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreachable {
    /// The service that gives the host its credentials.
    Metadata,
    /// This machine.
    Loopback,
    /// A network that is not public.
    Private,
    /// An address that is no single machine's, or that nobody has.
    NotAHost,
}

impl fmt::Display for Unreachable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Metadata => "the address of a service that gives out credentials",
            Self::Loopback => "an address of this machine",
            Self::Private => "an address of a private network",
            Self::NotAHost => "an address that no server has",
        })
    }
}

/// The services that give credentials to instances and containers of AWS, and their like of other clouds.
const METADATA: [IpAddr; 6] = [
    IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254)),
    IpAddr::V4(Ipv4Addr::new(169, 254, 170, 2)),
    IpAddr::V4(Ipv4Addr::new(169, 254, 170, 23)),
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x23)),
];

/// Networks that IANA's registries of special-purpose addresses do not call globally reachable (RFC 6890).
static SPECIAL: LazyLock<Vec<(IpNet, Unreachable)>> = LazyLock::new(|| {
    use Unreachable::{Loopback, NotAHost, Private};
    let networks = [
        ("0.0.0.0/8", Loopback), // Linux connects to itself.
        ("10.0.0.0/8", Private),
        ("100.64.0.0/10", Private),
        ("127.0.0.0/8", Loopback),
        ("169.254.0.0/16", Private),
        ("172.16.0.0/12", Private),
        ("192.0.0.0/24", Private),
        ("192.0.2.0/24", NotAHost),
        ("192.88.99.0/24", NotAHost),
        ("192.168.0.0/16", Private),
        ("198.18.0.0/15", Private),
        ("198.51.100.0/24", NotAHost),
        ("203.0.113.0/24", NotAHost),
        ("224.0.0.0/4", NotAHost),
        ("240.0.0.0/4", NotAHost),
        ("::/128", Loopback),
        ("::1/128", Loopback),
        ("64:ff9b:1::/48", Private),
        ("100::/64", NotAHost),
        ("2001::/23", NotAHost),
        ("2001:db8::/32", NotAHost),
        ("2002::/16", NotAHost), // 6to4, which hides an IPv4 address.
        ("3fff::/20", NotAHost),
        ("5f00::/16", Private),
        ("fc00::/7", Private),
        ("fe80::/10", Private),
        ("fec0::/10", Private),
        ("ff00::/8", NotAHost),
    ];
    networks.into_iter().filter_map(|(net, what)| Some((net.parse().ok()?, what))).collect()
});

/// NAT64 (RFC 6052): the last four bytes are the IPv4 address that is reached.
static NAT64: LazyLock<Option<Ipv6Net>> = LazyLock::new(|| "64:ff9b::/96".parse().ok());

impl Networks {
    /// Reads the list of a file.
    ///
    /// # Errors
    /// The position of the first text that is no network, and what it is.
    pub fn parse<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Self, (usize, NetworkError)> {
        let parse = |(at, text): (usize, &str)| match text.parse::<IpNet>() {
            Ok(net) if net.trunc() == net => Ok(net),
            _ => Err((at, NetworkError { text: text.to_owned() })),
        };
        texts.into_iter().enumerate().map(parse).collect::<Result<_, _>>().map(Self)
    }

    /// Why a request may not go to this address. None when it may.
    ///
    /// A service that gives out credentials has to be listed by its own address: a network that contains it is not
    /// enough.
    pub fn refusal(&self, address: IpAddr) -> Option<Unreachable> {
        let address = reached(address);
        if METADATA.contains(&address) {
            let is_own = self.0.iter().any(|net| net.addr() == address && net.prefix_len() == net.max_prefix_len());
            return (!is_own).then_some(Unreachable::Metadata);
        }
        if self.0.iter().any(|net| net.contains(&address)) {
            return None;
        }
        SPECIAL.iter().find(|(net, _)| net.contains(&address)).map(|(_, what)| *what)
    }
}

/// The address that packets reach: an IPv6 address can stand for one of IPv4.
pub(super) fn reached(address: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = address else { return address };
    let [.., a, b, c, d] = v6.octets();
    let is_compatible = matches!(v6.segments(), [0, 0, 0, 0, 0, 0, high, low] if (high, low) > (0, 1));
    let is_nat64 = NAT64.is_some_and(|net| net.contains(&v6));
    match v6.to_ipv4_mapped() {
        Some(v4) => v4.into(),
        None if is_nat64 || is_compatible => Ipv4Addr::new(a, b, c, d).into(),
        None => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(networks: &[&str], address: &str) -> Option<Unreachable> {
        let networks = Networks::parse(networks.iter().copied()).expect("they are networks");
        networks.refusal(address.parse().expect("it is an address"))
    }

    #[test]
    fn only_public_addresses_are_reached() {
        for address in
            ["93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::8.8.8.8", "::ffff:8.8.8.8"]
        {
            assert_eq!(refusal(&[], address), None, "{address}");
        }
        use Unreachable::{Loopback, Metadata, NotAHost, Private};
        for (address, what) in [
            ("127.0.0.1", Loopback),
            ("127.255.255.254", Loopback),
            ("0.0.0.0", Loopback),
            ("::1", Loopback),
            ("::", Loopback),
            ("::ffff:127.0.0.1", Loopback),
            ("::7f00:1", Loopback),
            ("64:ff9b::127.0.0.1", Loopback),
            ("10.1.2.3", Private),
            ("172.31.255.255", Private),
            ("192.168.0.1", Private),
            ("100.64.0.1", Private),
            ("169.254.0.1", Private),
            ("fe80::1", Private),
            ("fd12::1", Private),
            ("fec0::1", Private),
            ("::ffff:10.0.0.1", Private),
            ("64:ff9b::10.0.0.1", Private),
            ("64:ff9b:1::1", Private),
            ("224.0.0.1", NotAHost),
            ("255.255.255.255", NotAHost),
            ("ff02::1", NotAHost),
            ("2002:7f00:1::", NotAHost),
            ("2001::1", NotAHost),
            ("192.0.2.1", NotAHost),
            ("169.254.169.254", Metadata),
            ("169.254.170.2", Metadata),
            ("169.254.170.23", Metadata),
            ("::ffff:169.254.169.254", Metadata),
            ("64:ff9b::a9fe:a9fe", Metadata),
            ("fd00:ec2::254", Metadata),
        ] {
            assert_eq!(refusal(&[], address), Some(what), "{address}");
        }
        assert_eq!(SPECIAL.len(), 28, "each network is one");
        assert!(NAT64.is_some());
    }

    #[test]
    fn a_listed_network_is_reached_and_one_with_credentials_by_its_own_address_only() {
        assert_eq!(refusal(&["10.0.0.0/8"], "10.1.2.3"), None);
        assert_eq!(refusal(&["10.0.0.0/8"], "::ffff:10.1.2.3"), None);
        assert_eq!(refusal(&["10.0.0.0/8"], "172.16.0.1"), Some(Unreachable::Private));
        for wide in ["0.0.0.0/0", "169.254.0.0/16", "169.254.169.254/31"] {
            assert_eq!(refusal(&[wide], "169.254.169.254"), Some(Unreachable::Metadata), "{wide}");
        }
        assert_eq!(refusal(&["169.254.169.254/32"], "169.254.169.254"), None);
    }

    #[test]
    fn what_is_no_network_is_told_with_its_position() {
        for (text, next) in [
            ("10.1.0.0/8", "write `10.0.0.0/8`"),
            ("10.0.0.1", "write a network such as `10.20.0.0/16`, or an address as `10.20.0.7/32`"),
            ("intranet", "write a network such as `10.20.0.0/16`, or an address as `10.20.0.7/32`"),
        ] {
            let (at, error) = Networks::parse(["10.0.0.0/8", text]).expect_err(text);
            assert_eq!((at, error.next().as_str()), (1, next));
        }
    }
}
