-- The copy has all that a pairing tells, not its opportunities alone: a look-up puts texts together and makes none. Pairings of before
-- have none until a night stages them again, and are put together from their columns.

ALTER TABLE pairing DROP COLUMN opportunities;
ALTER TABLE pairing ADD COLUMN told TEXT;
CREATE OR REPLACE FUNCTION opportunity_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE pairing SET told = NULL WHERE tenant = OLD.tenant AND run = OLD.run AND contact = OLD.contact AND told IS NOT NULL;
    RETURN NULL;
END
$$;

-- The program of the step before writes the column that is gone.
UPDATE compatibility SET min_binary = 13 WHERE min_binary < 13;
