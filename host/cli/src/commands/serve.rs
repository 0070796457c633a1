//! `stepwell serve`.

use std::time::Duration;

use stepwell_journal::JournalStore;
use stepwell_model::NextAction as _;

use crate::args::ServeArgs;
use crate::error::{CliError, Exit};
use crate::setup::Home;
use crate::{access, follow, out, render};

/// How often the journal is asked for runs that nobody executes.
const LOOK: Duration = Duration::from_secs(1);

/// Runs that are taken at once: reading them holds the journal for some milliseconds.
const AT_ONCE: usize = 10_000;

/// Carries the command out.
pub async fn serve(args: ServeArgs) -> Result<Exit, CliError> {
    let home = Home::open()?;
    let (journal, library) = (JournalStore::open(&home.path)?, home.library(None)?);
    let engine = access::engine(journal, library, home.aws(), false);
    let [mut interrupt, mut terminate, mut hang_up] =
        follow::signals().map_err(|error| CliError::System { what: "catch signals", reason: error.to_string() })?;
    out::error(&render::runs::serving(&home.path));
    loop {
        let taken = match engine.take_open(AT_ONCE).await {
            Ok(taken) => taken,
            Err(error) => {
                tracing::warn!(%error, because = error.because(), "the journal cannot be asked; it is again in a second");
                0
            }
        };
        if taken > 0 {
            out::error(&render::runs::taken(taken));
        }
        if args.until_idle && taken == 0 && engine.load() == 0 {
            break;
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            _ = interrupt.recv() => break,
            _ = terminate.recv() => break,
            _ = hang_up.recv() => break,
        }
    }
    engine.leave().await.map_err(CliError::Journal)?;
    Ok(Exit::Succeeded)
}
