//! `stepwell schema`.

use stepwell_model::file_schema;

use crate::args::FileKind;
use crate::error::Exit;
use crate::out;

/// Carries the command out.
pub fn schema(file: FileKind) -> Exit {
    let schema = match file {
        FileKind::Job => file_schema::job(),
        FileKind::Project => file_schema::project(),
        FileKind::System => file_schema::system(),
    };
    out::line(&format!("{schema:#}"));
    Exit::Succeeded
}
