-- Milliseconds of the clock that goes on while the machine sleeps, and which clock that is: the boot of the machine and
-- the time namespace of the process. Times of different clocks cannot be compared.
ALTER TABLE process RENAME COLUMN beat TO beat_boottime;
ALTER TABLE process ADD COLUMN clock TEXT NOT NULL DEFAULT '';

-- What operators decided about uncertain calls, for the process that executes the run. The first decision about a call
-- stays: a second operator is told of it.
CREATE TABLE decision (
    run INTEGER NOT NULL REFERENCES run (key) ON DELETE CASCADE,
    step TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    call INTEGER NOT NULL,
    decision TEXT NOT NULL CHECK (decision IN ('retry', 'skip', 'fail')),
    operator TEXT NOT NULL,
    at INTEGER NOT NULL,
    recorded INTEGER NOT NULL DEFAULT 0,   -- 1: the run has a record of it
    PRIMARY KEY (run, step, attempt, call)
) STRICT, WITHOUT ROWID;

CREATE INDEX decision_open ON decision (run) WHERE recorded = 0;
