-- Runs that wait for their turn: who asked for them, when they may begin, and how far they are.

ALTER TABLE run ADD COLUMN queued_at BIGINT;
ALTER TABLE run ADD COLUMN due_at BIGINT;
ALTER TABLE run ADD COLUMN slot BIGINT;
ALTER TABLE run ADD COLUMN attempt BIGINT NOT NULL DEFAULT 1;
ALTER TABLE run ADD COLUMN expected_ms BIGINT;
ALTER TABLE run ADD COLUMN resumes TEXT;
ALTER TABLE run ADD COLUMN publication TEXT;
ALTER TABLE run ADD COLUMN cancel_asked BIGINT NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN progress TEXT;
ALTER TABLE run ADD COLUMN tell_at BIGINT;
CREATE INDEX run_waiting ON run (due_at) WHERE state = 'queued';
CREATE INDEX run_untold ON run (tell_at) WHERE tell_at IS NOT NULL;

-- Which times of a tenant's schedule have been served: a row for each kind of run that is scheduled.
CREATE TABLE schedule (
    tenant TEXT COLLATE "C" NOT NULL REFERENCES tenant (name) ON DELETE CASCADE,
    kind TEXT COLLATE "C" NOT NULL,
    served BIGINT NOT NULL,
    PRIMARY KEY (tenant, kind)
);

-- Processes that run nights.
CREATE TABLE worker (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    runs BIGINT NOT NULL
);

-- What all processes together have taken of one Lever key's allowance.
CREATE TABLE allowance (
    account TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    full_at BIGINT NOT NULL
);

-- The oldest program that may still work on this schema, by the last step that it knows.
CREATE TABLE compatibility (
    min_binary BIGINT NOT NULL
);
INSERT INTO compatibility (min_binary) VALUES (3);
