//! Amazon S3: requests and answers of `wit/s3.wit`.

use aws_config::SdkConfig;
use aws_sdk_s3::{Client, config};

use crate::aws::{Clients, PerRegion, Service};
use crate::gate::Gate;

impl Service for Client {
    const INTERFACE: &'static str = "s3";

    fn gated(config: &SdkConfig, gate: Gate) -> Self {
        Self::from_conf(config::Builder::from(config).interceptor(gate).build())
    }

    fn kept(clients: &Clients) -> &PerRegion<Self> {
        &clients.s3
    }
}
