//! Amazon ECS: requests and answers of `wit/ecs.wit`.

use aws_config::SdkConfig;
use aws_sdk_ecs::{Client, config};

use crate::aws::{Clients, PerRegion, Service};
use crate::gate::Gate;

impl Service for Client {
    const INTERFACE: &'static str = "ecs";

    fn gated(config: &SdkConfig, gate: Gate) -> Self {
        Self::from_conf(config::Builder::from(config).interceptor(gate).build())
    }

    fn kept(clients: &Clients) -> &PerRegion<Self> {
        &clients.ecs
    }
}
