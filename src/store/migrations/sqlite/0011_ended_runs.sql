-- Runs by when they ended: those of the last day are counted, and those of years ago go.

CREATE INDEX run_ended ON run (finished_at) WHERE finished_at IS NOT NULL;
