-- Ids sort by their bytes (COLLATE "C"), as in SQLite. What every table and column is kept for is written in src/store/ledger.rs.

CREATE TABLE tenant (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    settings TEXT NOT NULL,
    sealed_key BYTEA NOT NULL,
    sealed_secret BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    claims BIGINT NOT NULL DEFAULT 0,
    published BIGINT,
    checked_at BIGINT,
    window_start BIGINT
);

CREATE TABLE profile (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    revision BIGINT NOT NULL UNIQUE,
    digest BIGINT NOT NULL,
    record TEXT,
    changed_at BIGINT NOT NULL
);
CREATE INDEX profile_removed ON profile (id) WHERE record IS NULL;

CREATE TABLE profile_revision (
    last BIGINT NOT NULL
);
INSERT INTO profile_revision (last) VALUES (0);

CREATE TABLE run (
    tenant TEXT COLLATE "C" NOT NULL REFERENCES tenant (name) ON DELETE CASCADE,
    number BIGINT NOT NULL,
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    tally TEXT NOT NULL,
    error TEXT,
    started_at BIGINT NOT NULL,
    finished_at BIGINT,
    window_start BIGINT,
    owner TEXT,
    lease_until BIGINT,
    has_rows BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant, number)
);
CREATE UNIQUE INDEX run_alive ON run (tenant) WHERE state IN ('queued', 'running');

CREATE TABLE left_out (
    tenant TEXT COLLATE "C" NOT NULL,
    run BIGINT NOT NULL,
    place BIGINT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (tenant, run, place),
    FOREIGN KEY (tenant, run) REFERENCES run (tenant, number) ON DELETE CASCADE
);

CREATE TABLE change (
    tenant TEXT COLLATE "C" NOT NULL,
    run BIGINT NOT NULL,
    profile TEXT COLLATE "C" NOT NULL,
    outcome TEXT NOT NULL,
    status_before TEXT,
    status_after TEXT,
    PRIMARY KEY (tenant, run, profile),
    FOREIGN KEY (tenant, run) REFERENCES run (tenant, number) ON DELETE CASCADE
);

CREATE TABLE reference (
    tenant TEXT COLLATE "C" NOT NULL,
    run BIGINT NOT NULL,
    list TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    words TEXT NOT NULL,
    pipeline TEXT,
    rank DOUBLE PRECISION,
    flag BIGINT,
    PRIMARY KEY (tenant, run, list, id),
    FOREIGN KEY (tenant, run) REFERENCES run (tenant, number) ON DELETE CASCADE
);

CREATE TABLE shared (
    tenant TEXT COLLATE "C" NOT NULL,
    run BIGINT NOT NULL,
    hash TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant, run, hash),
    FOREIGN KEY (tenant, run) REFERENCES run (tenant, number) ON DELETE CASCADE
);

CREATE TABLE restaged (
    tenant TEXT COLLATE "C" NOT NULL,
    run BIGINT NOT NULL,
    contact TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant, run, contact),
    FOREIGN KEY (tenant, run) REFERENCES run (tenant, number) ON DELETE CASCADE
);

CREATE TABLE pairing (
    tenant TEXT COLLATE "C" NOT NULL,
    run BIGINT NOT NULL,
    contact TEXT COLLATE "C" NOT NULL,
    profile TEXT COLLATE "C" NOT NULL,
    decision TEXT NOT NULL,
    probability DOUBLE PRECISION NOT NULL,
    evidence TEXT NOT NULL,
    PRIMARY KEY (tenant, run, contact),
    FOREIGN KEY (tenant, run) REFERENCES run (tenant, number) ON DELETE CASCADE
);
CREATE INDEX pairing_profile ON pairing (tenant, run, profile);

CREATE TABLE opportunity (
    tenant TEXT COLLATE "C" NOT NULL,
    run BIGINT NOT NULL,
    contact TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    stage TEXT,
    stages_seen TEXT NOT NULL,
    last_mover TEXT,
    owner TEXT,
    sourced_by TEXT,
    archived BIGINT NOT NULL,
    archive_reason TEXT,
    archived_at BIGINT,
    applied BIGINT NOT NULL,
    posting TEXT,
    url TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT,
    last_interaction_at BIGINT,
    snoozed_until BIGINT,
    store_allowed BIGINT,
    store_expires_at BIGINT,
    contact_allowed BIGINT,
    contact_expires_at BIGINT,
    confidential BIGINT NOT NULL,
    anonymized BIGINT NOT NULL,
    PRIMARY KEY (tenant, run, contact, id),
    FOREIGN KEY (tenant, run) REFERENCES run (tenant, number) ON DELETE CASCADE
);

CREATE TABLE resume (
    tenant TEXT COLLATE "C" NOT NULL,
    run BIGINT NOT NULL,
    contact TEXT COLLATE "C" NOT NULL,
    opportunity TEXT NOT NULL,
    resume TEXT,
    status TEXT NOT NULL,
    stamp BIGINT NOT NULL,
    profile TEXT COLLATE "C",
    decision TEXT,
    probability DOUBLE PRECISION,
    evidence TEXT,
    PRIMARY KEY (tenant, run, contact),
    FOREIGN KEY (tenant, run) REFERENCES run (tenant, number) ON DELETE CASCADE
);
