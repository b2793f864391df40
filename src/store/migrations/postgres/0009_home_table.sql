-- Which table says where the rows were written, so that a backup that is brought back in the place of what was there is noticed too.

ALTER TABLE compatibility ADD COLUMN home_table TEXT;
