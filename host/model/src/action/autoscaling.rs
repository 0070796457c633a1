//! Amazon EC2 Auto Scaling.

use super::ActionRow;

pub(super) static ROWS: [ActionRow; 0] = [];
