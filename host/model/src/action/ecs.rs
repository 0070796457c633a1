//! Amazon ECS.

use super::ActionRow;

pub(super) static ROWS: [ActionRow; 0] = [];
