//! Amazon EC2 Auto Scaling: requests and answers of `wit/autoscaling.wit`.

use aws_config::SdkConfig;
use aws_sdk_autoscaling::{Client, config};

use crate::aws::{Clients, PerRegion, Service};
use crate::gate::Gate;

impl Service for Client {
    const INTERFACE: &'static str = "autoscaling";

    fn gated(config: &SdkConfig, gate: Gate) -> Self {
        Self::from_conf(config::Builder::from(config).interceptor(gate).build())
    }

    fn kept(clients: &Clients) -> &PerRegion<Self> {
        &clients.autoscaling
    }
}
