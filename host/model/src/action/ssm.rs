//! AWS Systems Manager.

use super::ActionRow;

pub(super) static ROWS: [ActionRow; 0] = [];
