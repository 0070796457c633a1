//! `stepwell serve`.

use std::time::Duration;

use clap::Args;
use stepwell_model::NextAction as _;

use crate::error::{CliError, Exit};
use crate::operator::open_home_unattended;
use crate::signals::Signals;
use crate::{out, render};

/// How often the journal is searched for abandoned runs.
const POLL: Duration = Duration::from_secs(1);

/// Runs that are claimed at once. Reading them occupies the journal for some milliseconds.
const AT_ONCE: usize = 10_000;

/// `stepwell serve`.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// End as soon as no run is left that can proceed
    #[arg(long)]
    until_idle: bool,
}

impl ServeArgs {
    pub async fn serve(self) -> Result<Exit, CliError> {
        let home = open_home_unattended()?;
        let engine = home.engine().await?;
        let mut signals = Signals::catch()?;
        out::error(&render::runs::serving(home.path()));
        loop {
            let taken = match engine.take_open(AT_ONCE).await {
                Ok(taken) => taken,
                Err(error) => {
                    tracing::warn!(%error, because = error.because(), "cannot read the journal; retrying in 1 s");
                    0
                }
            };
            if taken > 0 {
                out::error(&render::runs::taken(taken));
            }
            if self.until_idle && taken == 0 && engine.load() == 0 {
                break;
            }
            tokio::select! {
                () = tokio::time::sleep(POLL) => {}
                _ = signals.next() => break,
            }
        }
        engine.leave().await?;
        Ok(Exit::Succeeded)
    }
}
