-- A pairing with all that its badge says: a look-up of a hundred reads one row each. Rows of this size want a table of their own order:
-- without one they stand in every node of the tree, which then is twice as deep.

CREATE TABLE pairing_told (
    tenant TEXT NOT NULL,
    run INTEGER NOT NULL,
    contact TEXT NOT NULL,
    profile TEXT NOT NULL,
    decision TEXT NOT NULL,
    probability REAL NOT NULL,
    evidence TEXT NOT NULL,
    opportunities TEXT,
    PRIMARY KEY (tenant, run, contact),
    FOREIGN KEY (tenant, run) REFERENCES run (tenant, number) ON DELETE CASCADE
) STRICT;
INSERT INTO pairing_told (tenant, run, contact, profile, decision, probability, evidence)
SELECT tenant, run, contact, profile, decision, probability, evidence FROM pairing ORDER BY tenant, run, contact;
DROP TABLE pairing;
ALTER TABLE pairing_told RENAME TO pairing;
CREATE INDEX pairing_profile ON pairing (tenant, run, profile);

-- Whatever takes an opportunity away, this program or an older one: the copy goes with it.
CREATE TRIGGER opportunity_gone AFTER DELETE ON opportunity BEGIN
    UPDATE pairing SET opportunities = NULL
    WHERE tenant = OLD.tenant AND run = OLD.run AND contact = OLD.contact AND opportunities IS NOT NULL;
END;
