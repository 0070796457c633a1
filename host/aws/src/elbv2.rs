//! Elastic Load Balancing (version 2): requests and answers of `wit/elbv2.wit`.

use aws_config::SdkConfig;
use aws_sdk_elasticloadbalancingv2::{Client, config};

use crate::aws::{Clients, PerRegion, Service};
use crate::gate::Gate;

impl Service for Client {
    const INTERFACE: &'static str = "elbv2";

    fn gated(config: &SdkConfig, gate: Gate) -> Self {
        Self::from_conf(config::Builder::from(config).interceptor(gate).build())
    }

    fn kept(clients: &Clients) -> &PerRegion<Self> {
        &clients.elbv2
    }
}
