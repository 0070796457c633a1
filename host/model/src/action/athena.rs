//! Amazon Athena.

use super::ActionRow;

pub(super) static ROWS: [ActionRow; 0] = [];
