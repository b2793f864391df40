-- Runs that wait for their turn: who asked for them, when they may begin, and how far they are.

ALTER TABLE run ADD COLUMN queued_at INTEGER;
ALTER TABLE run ADD COLUMN due_at INTEGER;
ALTER TABLE run ADD COLUMN slot INTEGER;
ALTER TABLE run ADD COLUMN attempt INTEGER NOT NULL DEFAULT 1;
ALTER TABLE run ADD COLUMN expected_ms INTEGER;
ALTER TABLE run ADD COLUMN resumes TEXT;
ALTER TABLE run ADD COLUMN publication TEXT;
ALTER TABLE run ADD COLUMN cancel_asked INTEGER NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN progress TEXT;
ALTER TABLE run ADD COLUMN tell_at INTEGER;
CREATE INDEX run_waiting ON run (due_at) WHERE state = 'queued';
CREATE INDEX run_untold ON run (tell_at) WHERE tell_at IS NOT NULL;

-- Which times of a tenant's schedule have been served: a row for each kind of run that is scheduled.
CREATE TABLE schedule (
    tenant TEXT NOT NULL REFERENCES tenant (name) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    served INTEGER NOT NULL,
    PRIMARY KEY (tenant, kind)
) STRICT, WITHOUT ROWID;

-- Processes that run nights.
CREATE TABLE worker (
    id TEXT NOT NULL PRIMARY KEY,
    version TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    runs INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What all processes together have taken of one Lever key's allowance.
CREATE TABLE allowance (
    account TEXT NOT NULL PRIMARY KEY,
    full_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The oldest program that may still work on this schema, by the last step that it knows.
CREATE TABLE compatibility (
    min_binary INTEGER NOT NULL
) STRICT;
INSERT INTO compatibility (min_binary) VALUES (3);
