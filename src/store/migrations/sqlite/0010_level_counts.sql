-- How often records agree among a tenant's own people. Of fewer than twenty people nothing is kept.

CREATE TABLE level_count (
    tenant TEXT NOT NULL,
    run INTEGER NOT NULL,
    feature TEXT NOT NULL,
    level TEXT NOT NULL,
    people INTEGER NOT NULL CHECK (people >= 20),
    shift REAL NOT NULL,
    PRIMARY KEY (tenant, run, feature, level),
    FOREIGN KEY (tenant, run) REFERENCES run (tenant, number) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
