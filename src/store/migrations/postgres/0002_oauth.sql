-- OAuth connections. Not with the tenant: an app and its tokens change by themselves, and a renewal has a turn of its own.

CREATE TABLE oauth (
    tenant TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES tenant (name) ON DELETE CASCADE,
    sealed_app BYTEA NOT NULL,
    sealed_tokens BYTEA,
    granted_at BIGINT,
    renewed_at BIGINT,
    turn BIGINT NOT NULL DEFAULT 0,
    owner TEXT,
    lease_until BIGINT,
    unanswered BIGINT NOT NULL DEFAULT 0
);
