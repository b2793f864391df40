-- What people decided about pairs: kept beside the runs' own verdicts, and stronger than them.

--: found
-- What the published set says of the pair, for who takes a decision back.
SELECT p.decision FROM tenant t JOIN pairing p ON p.tenant = t.name AND p.run = t.published
WHERE t.name = $1 AND p.contact = $2 AND p.profile = $3

--: said
SELECT was, what, who, decided_at, earlier FROM decision WHERE tenant = $1 AND contact = $2 AND profile = $3

--: put
-- What the run had found is kept from the first decision on: a later one finds what the first one made of it.
INSERT INTO decision (tenant, contact, profile, what, who, decided_at, was, earlier) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (tenant, contact, profile) DO UPDATE
SET what = excluded.what, who = excluded.who, decided_at = excluded.decided_at, earlier = excluded.earlier

--: yield
-- A contact is one person: of several profiles said to be the same, the last counts.
DELETE FROM decision WHERE tenant = $1 AND contact = $2 AND profile <> $3 AND what = 'same'
RETURNING profile, was, what, who, decided_at, earlier

--: another
SELECT profile FROM decision WHERE tenant = $1 AND contact = $2 AND profile <> $3 AND what = 'same'

--: removed
SELECT 1 FROM profile WHERE id = $1 AND record IS NULL

--: take_back
DELETE FROM decision WHERE tenant = $1 AND contact = $2 AND profile = $3

--: mark
UPDATE pairing SET decision = $5 WHERE tenant = $1 AND run = $2 AND contact = $3 AND profile = $4

--: all
SELECT contact, profile, what, who, decided_at FROM decision WHERE tenant = $1 ORDER BY decided_at DESC, contact, profile

--: on
SELECT contact, profile, what, who, decided_at FROM decision
WHERE tenant = $1 AND profile IN (SELECT ids.value FROM json_each($2) ids) ORDER BY decided_at DESC, contact, profile

--: newest
SELECT contact, profile, what, who, decided_at FROM decision WHERE tenant = $1 ORDER BY decided_at DESC, contact, profile LIMIT $2

--: apply
-- Decisions of the time when the run was at work.
UPDATE pairing SET decision = (
    SELECT CASE d.what WHEN 'same' THEN 'match' WHEN 'not_same' THEN 'none' ELSE 'review' END FROM decision d
    WHERE d.tenant = $1 AND d.contact = pairing.contact AND d.profile = pairing.profile)
WHERE tenant = $1 AND run = $2 AND contact IN (SELECT contact FROM decision WHERE tenant = $1)
    AND EXISTS (SELECT 1 FROM decision d WHERE d.tenant = $1 AND d.contact = pairing.contact AND d.profile = pairing.profile)

--: forget_contacts
DELETE FROM decision WHERE tenant = $1 AND contact IN (SELECT ids.value FROM json_each($2) ids)

--: forget_profiles
DELETE FROM decision WHERE profile IN (SELECT ids.value FROM json_each($1) ids)

--: reopen
INSERT INTO decision (tenant, contact, profile, what, who, decided_at)
SELECT $1, value ->> 'contact', value ->> 'profile', 'reopened', $3, $4 FROM json_each($2) WHERE true
ON CONFLICT (tenant, contact, profile) DO NOTHING

--: ask_again
INSERT INTO recheck (tenant, contact, asked_at) VALUES ($1, $2, $3)
ON CONFLICT (tenant, contact) DO UPDATE SET asked_at = excluded.asked_at

--: asked_again
SELECT contact FROM recheck WHERE tenant = $1 ORDER BY contact

--: looked_again
-- What was asked for after the run began is for the next one.
DELETE FROM recheck WHERE tenant = $1 AND asked_at <= (SELECT started_at FROM run WHERE tenant = $1 AND number = $2)

--: forget_asked
DELETE FROM recheck WHERE tenant = $1 AND contact IN (SELECT ids.value FROM json_each($2) ids)

--: note_view
INSERT INTO viewing (tenant, at, who, subject, what) VALUES ($1, $2, $3, $4, $5)

--: views
SELECT at, who, subject, what FROM viewing WHERE tenant = $1 AND at >= $3 ORDER BY at DESC LIMIT $2

--: prune_views
DELETE FROM viewing WHERE tenant = $1 AND at < $2
