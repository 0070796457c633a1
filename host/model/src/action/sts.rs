//! AWS Security Token Service.

use super::{ActionRow, Service};

const STS: Service = Service { interface: "sts", name: "STS" };

pub(super) static ROWS: [ActionRow; 1] =
    [STS.look("get-caller-identity", &["GetCallerIdentity"], "sts:GetCallerIdentity")];
