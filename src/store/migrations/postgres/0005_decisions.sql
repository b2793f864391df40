-- What people decided about pairs, which contacts they want looked at again, and who looked at whose live details.

CREATE TABLE decision (
    tenant TEXT COLLATE "C" NOT NULL REFERENCES tenant (name) ON DELETE CASCADE,
    contact TEXT COLLATE "C" NOT NULL,
    profile TEXT COLLATE "C" NOT NULL,
    what TEXT NOT NULL,
    who TEXT NOT NULL,
    decided_at BIGINT NOT NULL,
    was TEXT,
    PRIMARY KEY (tenant, contact, profile)
);
CREATE INDEX decision_profile ON decision (profile);

CREATE TABLE recheck (
    tenant TEXT COLLATE "C" NOT NULL REFERENCES tenant (name) ON DELETE CASCADE,
    contact TEXT COLLATE "C" NOT NULL,
    asked_at BIGINT NOT NULL,
    PRIMARY KEY (tenant, contact)
);

CREATE TABLE viewing (
    tenant TEXT COLLATE "C" NOT NULL REFERENCES tenant (name) ON DELETE CASCADE,
    at BIGINT NOT NULL,
    who TEXT NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    what TEXT NOT NULL
);
CREATE INDEX viewing_of ON viewing (tenant, at);
