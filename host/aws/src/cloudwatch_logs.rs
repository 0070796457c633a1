//! Amazon CloudWatch Logs: requests and answers of `wit/cloudwatch-logs.wit`.

use aws_config::SdkConfig;
use aws_sdk_cloudwatchlogs::{Client, config};

use crate::aws::{Clients, PerRegion, Service};
use crate::gate::Gate;

impl Service for Client {
    const INTERFACE: &'static str = "cloudwatch-logs";

    fn gated(config: &SdkConfig, gate: Gate) -> Self {
        Self::from_conf(config::Builder::from(config).interceptor(gate).build())
    }

    fn kept(clients: &Clients) -> &PerRegion<Self> {
        &clients.cloudwatch_logs
    }
}
