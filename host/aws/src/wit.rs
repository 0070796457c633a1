//! The host's side of `wit/`: the types and traits that wasmtime generates for the world `plugin`. Generated once,
//! for the whole workspace, and here rather than in `stepwell-sandbox`: the service files implement these traits, and
//! the sandbox, which depends on this crate, links them and calls the exports.
//!
//! Only the list of interfaces is written by hand in this file.

pub mod v0_1;

wasmtime::component::bindgen!({
    path: "../../wit",
    world: "plugin",
    imports: { default: async | trappable },
    exports: { default: async },
    additional_derives: [serde::Serialize, serde::Deserialize],
    trappable_error_type: {
        "stepwell:types/types.call-error" => crate::HostError,
        "stepwell:files/files.file-error" => crate::FileFault,
        "stepwell:http/http.http-error" => crate::HttpFault,
    },
});

// The package of an interface has the interface's name.
pub use self::stepwell::{
    athena::athena, autoscaling::autoscaling, clock::clock, cloudwatch_logs::cloudwatch_logs, credentials::credentials,
    ec2::ec2, ecs::ecs, elbv2::elbv2, files::files, http::http, lambda::lambda, log::log, rds::rds, s3::s3, ssm::ssm,
    sts::sts, types::types,
};
