-- What people decided about pairs, which contacts they want looked at again, and who looked at whose live details.

CREATE TABLE decision (
    tenant TEXT NOT NULL REFERENCES tenant (name) ON DELETE CASCADE,
    contact TEXT NOT NULL,
    profile TEXT NOT NULL,
    what TEXT NOT NULL,
    who TEXT NOT NULL,
    decided_at INTEGER NOT NULL,
    was TEXT,
    PRIMARY KEY (tenant, contact, profile)
) STRICT, WITHOUT ROWID;
CREATE INDEX decision_profile ON decision (profile);

CREATE TABLE recheck (
    tenant TEXT NOT NULL REFERENCES tenant (name) ON DELETE CASCADE,
    contact TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, contact)
) STRICT, WITHOUT ROWID;

CREATE TABLE viewing (
    tenant TEXT NOT NULL REFERENCES tenant (name) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    subject TEXT NOT NULL,
    what TEXT NOT NULL
) STRICT;
CREATE INDEX viewing_of ON viewing (tenant, at);
