//! AWS Security Token Service: requests and answers of `wit/deps/sts.wit`.

use aws_config::SdkConfig;
use aws_sdk_sts::{Client, config};
use serde_json::json;
use stepwell_model::action;

use crate::AwsCalls;
use crate::aws::{Clients, PerRegion, Service};
use crate::error::HostError;
use crate::gate::Gate;
use crate::wit::sts;

impl Service for Client {
    type Rows = action::sts::Service;

    fn gated(config: &SdkConfig, gate: Gate) -> Self {
        Self::from_conf(config::Builder::from(config).interceptor(gate).build())
    }

    fn kept(clients: &Clients) -> &PerRegion<Self> {
        &clients.sts
    }
}

impl sts::Host for AwsCalls<'_> {
    async fn get_caller_identity(&mut self) -> Result<sts::CallerIdentity, HostError> {
        let send = |sts: Client, pass| sts.get_caller_identity().customize().interceptor(pass).send();
        self.call(action::sts::GET_CALLER_IDENTITY, json!({}), send, |answer| {
            let text = |text: Option<&str>| text.map(str::to_owned);
            let (account, arn, user_id) = (text(answer.account()), text(answer.arn()), text(answer.user_id()));
            Ok(sts::CallerIdentity { account, arn, user_id })
        })
        .await
    }
}
