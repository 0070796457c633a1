-- Times are microseconds since 1970.

CREATE TABLE process (
    key INTEGER PRIMARY KEY AUTOINCREMENT, -- never given to another: a process that was taken for dead may come back
    id TEXT NOT NULL UNIQUE,               -- names its lock file
    pid INTEGER NOT NULL,
    host TEXT NOT NULL,
    started INTEGER NOT NULL,
    beat INTEGER NOT NULL                  -- milliseconds of the monotonic clock, which stands still in a laptop that sleeps
) STRICT;

CREATE TABLE snapshot (
    key INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE,
    text TEXT NOT NULL
) STRICT;

CREATE TABLE component (
    key INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE,
    bytes BLOB NOT NULL
) STRICT;

CREATE TABLE snapshot_component (
    snapshot INTEGER NOT NULL REFERENCES snapshot (key) ON DELETE CASCADE,
    component INTEGER NOT NULL REFERENCES component (key),
    PRIMARY KEY (snapshot, component)
) STRICT, WITHOUT ROWID;

CREATE INDEX component_used ON snapshot_component (component);

-- Written with every record, hence without what is long.
CREATE TABLE run (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    job TEXT NOT NULL,
    project TEXT,
    dry_run INTEGER NOT NULL,
    snapshot INTEGER NOT NULL REFERENCES snapshot (key),
    state TEXT NOT NULL CHECK (state IN ('open', 'paused', 'ended')),
    last_seq INTEGER NOT NULL,
    wake INTEGER,
    started INTEGER NOT NULL,
    finished INTEGER,
    outcome TEXT,
    cancel INTEGER NOT NULL DEFAULT 0,     -- 1: somebody asked for it; 2: and the run knows
    lease INTEGER REFERENCES process (key),
    leased INTEGER
) STRICT;

CREATE INDEX run_started ON run (started);
CREATE INDEX run_of_job ON run (job, started);
CREATE INDEX run_snapshot ON run (snapshot);
CREATE INDEX run_free ON run (wake) WHERE state = 'open' AND lease IS NULL;
CREATE INDEX run_held ON run (lease) WHERE lease IS NOT NULL;
CREATE INDEX run_to_cancel ON run (lease) WHERE cancel = 1;

-- What a run was started with.
CREATE TABLE given (
    run INTEGER PRIMARY KEY REFERENCES run (key) ON DELETE CASCADE,
    text TEXT NOT NULL
) STRICT;

CREATE TABLE event (
    key INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES run (key) ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    json TEXT NOT NULL,
    UNIQUE (run, seq)
) STRICT;
