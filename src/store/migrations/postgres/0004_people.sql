-- Users, who is signed in, and tokens. A secret is never here: hashes alone.

CREATE TABLE account (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    tenant TEXT COLLATE "C" REFERENCES tenant (name) ON DELETE CASCADE,
    role TEXT NOT NULL,
    password TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_day BIGINT
);

CREATE TABLE session (
    hash BYTEA NOT NULL PRIMARY KEY,
    account TEXT COLLATE "C" NOT NULL REFERENCES account (name) ON DELETE CASCADE,
    expires_at BIGINT NOT NULL
);

CREATE TABLE token (
    hash BYTEA NOT NULL PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    tenant TEXT COLLATE "C" REFERENCES tenant (name) ON DELETE CASCADE,
    role TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    seen_day BIGINT
);
