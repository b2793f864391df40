-- Users, who is signed in, and tokens. A secret is never here: hashes alone.

CREATE TABLE account (
    name TEXT NOT NULL PRIMARY KEY,
    tenant TEXT REFERENCES tenant (name) ON DELETE CASCADE,
    role TEXT NOT NULL,
    password TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    seen_day INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
    hash BLOB NOT NULL PRIMARY KEY,
    account TEXT NOT NULL REFERENCES account (name) ON DELETE CASCADE,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE token (
    hash BLOB NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    tenant TEXT REFERENCES tenant (name) ON DELETE CASCADE,
    role TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    seen_day INTEGER
) STRICT, WITHOUT ROWID;
