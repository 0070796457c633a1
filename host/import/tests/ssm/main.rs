//! Automation documents of AWS Systems Manager, and the job files that the import makes of them.

// For clippy, which lets tests panic.
#![cfg(test)]

mod documents;
mod flow;
mod refusals;

use stepwell_import::{Import, SsmError, import_ssm};
use stepwell_model::source::Source;

fn try_read(text: &str) -> Result<Import, SsmError> {
    import_ssm(&Source::new("document.yaml", text))
}
