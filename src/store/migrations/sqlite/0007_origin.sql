-- In which database the rows were written, so that a copy that is brought back is noticed; which time of a schedule was told to be late.

ALTER TABLE compatibility ADD COLUMN home TEXT;
ALTER TABLE schedule ADD COLUMN late_told INTEGER;
CREATE INDEX run_lost ON run (tenant) WHERE state = 'lost';

-- A program that does not know of decisions would publish what somebody has refused.
UPDATE compatibility SET min_binary = 5 WHERE min_binary < 5;
