-- How often records agree among a tenant's own people. Of fewer than twenty people nothing is kept.

CREATE TABLE level_count (
    tenant TEXT COLLATE "C" NOT NULL,
    run BIGINT NOT NULL,
    feature TEXT COLLATE "C" NOT NULL,
    level TEXT COLLATE "C" NOT NULL,
    people BIGINT NOT NULL CHECK (people >= 20),
    shift DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (tenant, run, feature, level),
    FOREIGN KEY (tenant, run) REFERENCES run (tenant, number) ON DELETE CASCADE
);
