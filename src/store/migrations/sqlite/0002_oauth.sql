-- OAuth connections. Not with the tenant: an app and its tokens change by themselves, and a renewal has a turn of its own.

CREATE TABLE oauth (
    tenant TEXT NOT NULL PRIMARY KEY REFERENCES tenant (name) ON DELETE CASCADE,
    sealed_app BLOB NOT NULL,
    sealed_tokens BLOB,
    granted_at INTEGER,
    renewed_at INTEGER,
    turn INTEGER NOT NULL DEFAULT 0,
    owner TEXT,
    lease_until INTEGER,
    unanswered INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
