-- What every table and column is kept for is written in src/store/ledger.rs.

CREATE TABLE tenant (
    name TEXT NOT NULL PRIMARY KEY,
    settings TEXT NOT NULL,
    sealed_key BLOB NOT NULL,
    sealed_secret BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    claims INTEGER NOT NULL DEFAULT 0,
    published INTEGER,
    checked_at INTEGER,
    window_start INTEGER
) STRICT;

CREATE TABLE profile (
    id TEXT NOT NULL PRIMARY KEY,
    revision INTEGER NOT NULL UNIQUE,
    digest INTEGER NOT NULL,
    record TEXT,
    changed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX profile_removed ON profile (id) WHERE record IS NULL;

CREATE TABLE profile_revision (
    last INTEGER NOT NULL
) STRICT;
INSERT INTO profile_revision (last) VALUES (0);

CREATE TABLE run (
    tenant TEXT NOT NULL REFERENCES tenant (name) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    tally TEXT NOT NULL,
    error TEXT,
    started_at INTEGER NOT NULL,
    finished_at INTEGER,
    window_start INTEGER,
    owner TEXT,
    lease_until INTEGER,
    has_rows INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant, number)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX run_alive ON run (tenant) WHERE state IN ('queued', 'running');

CREATE TABLE left_out (
    tenant TEXT NOT NULL,
    run INTEGER NOT NULL,
    place INTEGER NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (tenant, run, place),
    FOREIGN KEY (tenant, run) REFERENCES run (tenant, number) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE change (
    tenant TEXT NOT NULL,
    run INTEGER NOT NULL,
    profile TEXT NOT NULL,
    outcome TEXT NOT NULL,
    status_before TEXT,
    status_after TEXT,
    PRIMARY KEY (tenant, run, profile),
    FOREIGN KEY (tenant, run) REFERENCES run (tenant, number) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE reference (
    tenant TEXT NOT NULL,
    run INTEGER NOT NULL,
    list TEXT NOT NULL,
    id TEXT NOT NULL,
    words TEXT NOT NULL,
    pipeline TEXT,
    rank REAL,
    flag INTEGER,
    PRIMARY KEY (tenant, run, list, id),
    FOREIGN KEY (tenant, run) REFERENCES run (tenant, number) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE shared (
    tenant TEXT NOT NULL,
    run INTEGER NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (tenant, run, hash),
    FOREIGN KEY (tenant, run) REFERENCES run (tenant, number) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE restaged (
    tenant TEXT NOT NULL,
    run INTEGER NOT NULL,
    contact TEXT NOT NULL,
    PRIMARY KEY (tenant, run, contact),
    FOREIGN KEY (tenant, run) REFERENCES run (tenant, number) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE pairing (
    tenant TEXT NOT NULL,
    run INTEGER NOT NULL,
    contact TEXT NOT NULL,
    profile TEXT NOT NULL,
    decision TEXT NOT NULL,
    probability REAL NOT NULL,
    evidence TEXT NOT NULL,
    PRIMARY KEY (tenant, run, contact),
    FOREIGN KEY (tenant, run) REFERENCES run (tenant, number) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX pairing_profile ON pairing (tenant, run, profile);

CREATE TABLE opportunity (
    tenant TEXT NOT NULL,
    run INTEGER NOT NULL,
    contact TEXT NOT NULL,
    id TEXT NOT NULL,
    stage TEXT,
    stages_seen TEXT NOT NULL,
    last_mover TEXT,
    owner TEXT,
    sourced_by TEXT,
    archived INTEGER NOT NULL,
    archive_reason TEXT,
    archived_at INTEGER,
    applied INTEGER NOT NULL,
    posting TEXT,
    url TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER,
    last_interaction_at INTEGER,
    snoozed_until INTEGER,
    store_allowed INTEGER,
    store_expires_at INTEGER,
    contact_allowed INTEGER,
    contact_expires_at INTEGER,
    confidential INTEGER NOT NULL,
    anonymized INTEGER NOT NULL,
    PRIMARY KEY (tenant, run, contact, id),
    FOREIGN KEY (tenant, run) REFERENCES run (tenant, number) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE resume (
    tenant TEXT NOT NULL,
    run INTEGER NOT NULL,
    contact TEXT NOT NULL,
    opportunity TEXT NOT NULL,
    resume TEXT,
    status TEXT NOT NULL,
    stamp INTEGER NOT NULL,
    profile TEXT,
    decision TEXT,
    probability REAL,
    evidence TEXT,
    PRIMARY KEY (tenant, run, contact),
    FOREIGN KEY (tenant, run) REFERENCES run (tenant, number) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
