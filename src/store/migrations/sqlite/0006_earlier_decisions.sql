-- What a decision took the place of, so that taking it back brings that again.

ALTER TABLE decision ADD COLUMN earlier TEXT;
