-- A pairing with all that its badge says: a look-up of a hundred reads one row each.

ALTER TABLE pairing ADD COLUMN opportunities TEXT;

-- Whatever takes an opportunity away, this program or an older one: the copy goes with it.
CREATE FUNCTION opportunity_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE pairing SET opportunities = NULL
    WHERE tenant = OLD.tenant AND run = OLD.run AND contact = OLD.contact AND opportunities IS NOT NULL;
    RETURN NULL;
END
$$;
CREATE TRIGGER opportunity_gone AFTER DELETE ON opportunity FOR EACH ROW EXECUTE FUNCTION opportunity_gone();
