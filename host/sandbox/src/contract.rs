//! The packages of the contract: which of their versions a plugin may have been built with.
//!
//! A plugin of an earlier version keeps running: its imports are linked to the functions of today under their earlier
//! names too (`state.rs`), and `exports.rs` calls its exports.

use stepwell_model::action::{self, Function};

/// A package of the contract.
pub(crate) struct Package {
    /// Namespace and name, such as `stepwell:ec2`.
    pub(crate) name: &'static str,
    /// The releases that the host accepts, the newest last. No two are of one track.
    pub(crate) releases: &'static [Release],
}

/// A release of a package. Its whole track is accepted: the functions that a later release of the track may add are
/// looked up one by one.
pub(crate) struct Release {
    pub(crate) version: &'static str,
    pub(crate) interfaces: &'static [&'static str],
}

impl Release {
    /// Whether the release has this interface for plugins to import.
    pub(crate) fn can_be_imported(&self, interface: &str) -> bool {
        interface != EXPORTED && self.interfaces.contains(&interface)
    }
}

/// The interface that a plugin exports.
pub(crate) const EXPORTED: &str = "step";

/// The package of the interface that a plugin exports. Release 0.1 was the whole contract.
pub(crate) const STEP: &Package = &Package {
    name: "stepwell:step",
    releases: &[
        Release { version: "0.1.0", interfaces: ALL_0_1 },
        Release { version: "0.2.0", interfaces: &[EXPORTED] },
    ],
};

const ALL_0_1: &[&str] = &[
    "athena",
    "autoscaling",
    "clock",
    "cloudwatch-logs",
    "credentials",
    "ec2",
    "ecs",
    "elbv2",
    "files",
    "lambda",
    "log",
    "rds",
    "s3",
    "ssm",
    "step",
    "sts",
    "types",
];

/// A package with one interface of its name, and one release.
macro_rules! package {
    ($name:literal) => {
        package!($name, "0.2.0")
    };
    ($name:literal, $version:literal) => {
        &Package { name: concat!("stepwell:", $name), releases: &[Release { version: $version, interfaces: &[$name] }] }
    };
}

/// Every package of the contract.
pub(crate) const PACKAGES: &[&Package] = &[
    STEP,
    package!("athena"),
    package!("autoscaling"),
    package!("clock"),
    package!("cloudwatch-logs"),
    package!("credentials"),
    package!("ec2"),
    package!("ecs"),
    package!("elbv2"),
    package!("files"),
    package!("http", "0.1.0"),
    package!("lambda"),
    package!("log"),
    package!("rds"),
    package!("s3"),
    package!("ssm"),
    package!("sts"),
    package!("types"),
];

/// The releases of the contract that plugins may have been built with, as `stepwell:step@0.1.0`.
pub fn accepted_contracts() -> impl Iterator<Item = String> {
    STEP.accepted()
}

/// `package/interface@version`.
pub(crate) struct Name<'a> {
    pub(crate) package: &'a str,
    pub(crate) interface: &'a str,
    pub(crate) version: &'a str,
}

impl<'a> Name<'a> {
    pub(crate) fn parse(name: &'a str) -> Option<Self> {
        let (package, rest) = name.split_once('/')?;
        let (interface, version) = rest.split_once('@').unwrap_or((rest, ""));
        Some(Self { package, interface, version })
    }

    /// The package when it is of the contract.
    pub(crate) fn of_contract(&self) -> Option<&'static Package> {
        PACKAGES.iter().copied().find(|package| package.name == self.package)
    }
}

impl Package {
    /// The accepted release of the track of this version.
    pub(crate) fn release(&self, version: &str) -> Option<&'static Release> {
        self.releases.iter().find(|release| track(release.version) == track(version))
    }

    /// The version in `wit/`.
    pub(crate) fn newest(&self) -> &'static str {
        self.releases.last().map_or("", |release| release.version)
    }

    /// The exported interface of a release, as `stepwell:step/step@0.1.0`.
    pub(crate) fn exported(&self, release: &Release) -> String {
        format!("{}/{EXPORTED}@{}", self.name, release.version)
    }

    /// The accepted releases, as `stepwell:step@0.1.0`.
    pub(crate) fn accepted(&self) -> impl Iterator<Item = String> {
        self.releases.iter().map(|release| format!("{}@{}", self.name, release.version))
    }
}

/// The part of a version that must be equal in the component model: `0.1` of `0.1.7`, `2` of `2.3.4`.
pub(crate) fn track(version: &str) -> &str {
    let major_end = version.find('.').unwrap_or(version.len());
    let minor_end = version.get(major_end + 1..).and_then(|rest| rest.find('.')).map(|at| major_end + 1 + at);
    let end = if version.starts_with("0.") { minor_end.unwrap_or(version.len()) } else { major_end };
    version.get(..end).unwrap_or(version)
}

/// The names under which plugins import an interface: `stepwell:step/ec2@0.1.0`, `stepwell:ec2/ec2@0.2.0`.
pub(crate) fn instances(interface: &str) -> impl Iterator<Item = String> {
    PACKAGES.iter().flat_map(move |package| {
        let having = package.releases.iter().filter(move |release| release.can_be_imported(interface));
        having.map(move |release| format!("{}/{interface}@{}", package.name, release.version))
    })
}

/// The functions of an interface that a plugin can import.
pub(crate) fn functions(interface: &str) -> impl Iterator<Item = &'static str> {
    let all = action::host::FUNCTIONS.iter().copied().chain(action::rows().map(|row| row.function));
    all.filter(move |function: &Function| function.interface == interface).map(|function| function.name)
}
