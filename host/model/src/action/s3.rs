//! Amazon S3.

use super::ActionRow;

pub(super) static ROWS: [ActionRow; 0] = [];
