//! What operators decided about uncertain calls.

use rusqlite::{Connection, OptionalExtension as _, Row};
use stepwell_model::event::Decision;
use stepwell_model::id::{RunId, StepPath};
use stepwell_model::run_store::{DecideError, DecisionLeft, OperatorDecision, RunKey, RunState};

use crate::lease::Turn;
use crate::row::{self, micros, time};

/// The columns that [`read`] reads.
const DECISION: &str =
    "decision.step, decision.attempt, decision.call, decision.decision, decision.operator, decision.at";

fn read(row: &Row<'_>, first: usize) -> rusqlite::Result<OperatorDecision> {
    let text: String = row.get(first + 3)?;
    let decision = Decision::ALL.into_iter().find(|decision| decision.as_str() == text);
    Ok(OperatorDecision {
        step: row::name(row, first)?,
        attempt: row.get(first + 1)?,
        call: row.get::<_, i64>(first + 2)?.cast_unsigned(),
        decision: decision.ok_or_else(|| row::strange(first + 3))?,
        by: row.get(first + 4)?,
        at: time(row, first + 5)?,
    })
}

impl Turn<'_> {
    /// Leaves decisions for the process that executes the run: all or none.
    pub(crate) fn decide(
        &self,
        id: RunId,
        decisions: &[OperatorDecision],
    ) -> rusqlite::Result<Result<DecisionLeft, DecideError>> {
        let Some(((run, state, _), held_by)) = self.find(&id)? else { return Ok(Err(DecideError::NotFound { id })) };
        if state == RunState::Ended {
            return Ok(Err(DecideError::Ended { id }));
        }
        for decision in decisions {
            if let Some(earlier) = self.earlier(run, decision)? {
                return Ok(Err(DecideError::Decided { id, earlier: Box::new(earlier) }));
            }
        }
        const INSERT: &str = "INSERT INTO decision (run, step, attempt, call, decision, operator, at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let mut insert = self.connection.prepare_cached(INSERT)?;
        for OperatorDecision { step, attempt, call, decision, by, at } in decisions {
            let call = call.cast_signed();
            insert.execute((run.0, step.as_str(), attempt, call, decision.as_str(), by, micros(*at)))?;
        }
        Ok(Ok(DecisionLeft { held_by }))
    }

    fn earlier(&self, run: RunKey, decision: &OperatorDecision) -> rusqlite::Result<Option<OperatorDecision>> {
        let find =
            format!("SELECT {DECISION} FROM decision WHERE run = ?1 AND step = ?2 AND attempt = ?3 AND call = ?4");
        let mut find = self.connection.prepare_cached(&find)?;
        let of = (run.0, decision.step.as_str(), decision.attempt, decision.call.cast_signed());
        find.query_row(of, |row| read(row, 0)).optional()
    }
}

/// The decisions about runs of a process that these runs have no record of.
pub(crate) fn open(connection: &Connection, process: i64) -> rusqlite::Result<Vec<(RunKey, OperatorDecision)>> {
    let find = format!(
        "SELECT decision.run, {DECISION} FROM decision JOIN run ON run.key = decision.run
         WHERE decision.recorded = 0 AND run.lease = ?1 ORDER BY decision.at"
    );
    let mut find = connection.prepare_cached(&find)?;
    find.query_map([process], |row| Ok((row::key(row, 0)?, read(row, 1)?)))?.collect()
}

/// The last decision about a step.
pub(crate) fn last(
    connection: &Connection,
    run: RunKey,
    step: &StepPath,
) -> rusqlite::Result<Option<OperatorDecision>> {
    let find = format!(
        "SELECT {DECISION} FROM decision WHERE run = ?1 AND step = ?2
         ORDER BY at DESC, attempt DESC, call DESC LIMIT 1"
    );
    connection.prepare_cached(&find)?.query_row((run.0, step.as_str()), |row| read(row, 0)).optional()
}

/// The run has a record of the decision about this step.
pub(crate) fn recorded(connection: &Connection, run: RunKey, step: &str) -> rusqlite::Result<()> {
    let update = "UPDATE decision SET recorded = 1 WHERE run = ?1 AND step = ?2 AND recorded = 0";
    connection.prepare_cached(update)?.execute((run.0, step))?;
    Ok(())
}
