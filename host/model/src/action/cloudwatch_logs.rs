//! Amazon CloudWatch Logs.

use super::ActionRow;

pub(super) static ROWS: [ActionRow; 0] = [];
