//! Typed functions whose calls the models of AWS's services describe: the function says which operation it is, and the
//! model turns its record into a request and AWS's answer into its record.

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value as Json;
use stepwell_generic::archive::{Archive, ArchiveError};
use stepwell_generic::{model, protocol, record};
use stepwell_model::action::{self, Row};

use crate::AwsCalls;
use crate::aws::{Clients, PerRegion};
use crate::calls::Told;
use crate::error::{HostError, HostFault};
use crate::generic::{Answered, Call, Client, Described, unwritten};

macro_rules! modelled {
    ($($service:ident),+) => {$(
        impl Described for action::$service::Service {
            fn kept(clients: &Clients) -> &PerRegion<Client<Self>> {
                &clients.$service
            }
        }
    )+};
}

modelled!(autoscaling, ecs, elbv2, rds);

impl AwsCalls<'_> {
    /// Makes the call of a typed function. `names` is the journal's record of it, `request` the function's record.
    pub(crate) async fn modelled<S, W>(
        &mut self,
        row: Row<S>,
        names: Json,
        request: impl Serialize + Send,
    ) -> Result<W, HostError>
    where
        S: Described,
        W: Told,
    {
        let action = row.row().action.as_str();
        let (service, model) = find(&row).map_err(|source| HostFault::Models { action, source })?;
        let given = serde_json::to_value(request).unwrap_or_default();
        let request = record::request(&service, &model, &given);
        let written =
            protocol::request(&service, &model, &request).map_err(|error| unwritten(&error).of(row.row().action))?;
        let call = Call { service: Arc::clone(&service), model: Arc::clone(&model), request, written };
        let send = |client: Client<S>, pass| async move { client.send(call, pass).await };
        let convert = |answered: Answered| {
            let told = record::answer(&service, &model, &answered.response);
            serde_json::from_value(told).map_err(|error| HostError::of_record(&error))
        };
        Box::pin(self.call(row, names, send, convert)).await
    }
}

/// The operation of a row, with its service.
fn find<S>(row: &Row<S>) -> Result<(Arc<model::Service>, Arc<model::Operation>), ArchiveError> {
    let row = row.row();
    let service = Archive::shipped().service(row.function.interface)?;
    let name = row.operations.first().copied().unwrap_or_default();
    let missing = || ArchiveError::Damaged { part: format!("{}/{name}", row.function.interface) };
    let model = service.operation(name).ok_or_else(missing)?.clone();
    Ok((service, Arc::new(model)))
}
