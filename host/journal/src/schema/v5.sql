-- `[concurrency]` of the job: the group of runs that share places, and how many. NULL without it, and for a dry run.
ALTER TABLE run ADD COLUMN concurrency_group TEXT;
ALTER TABLE run ADD COLUMN most INTEGER;
-- 1: the run waits for its place, and none of its steps has begun.
ALTER TABLE run ADD COLUMN queued INTEGER NOT NULL DEFAULT 0;

CREATE INDEX run_of_group ON run (concurrency_group, queued) WHERE concurrency_group IS NOT NULL AND state <> 'ended';
CREATE INDEX run_queued ON run (lease) WHERE queued = 1;
