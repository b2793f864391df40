-- Profiles: records by id, and the order in which they changed.

--: digests
SELECT p.id, p.digest FROM json_each($1) ids CROSS JOIN profile p WHERE p.id = ids.value AND p.record IS NOT NULL

--: take_revisions
UPDATE profile_revision SET last = last + $1 RETURNING last

--: put
INSERT INTO profile (id, revision, digest, record, changed_at)
{rows}
ON CONFLICT (id) DO UPDATE SET
    revision = excluded.revision, digest = excluded.digest, record = excluded.record, changed_at = excluded.changed_at

--: arriving
-- Where many profiles arrive, before they take their places.
CREATE TEMPORARY TABLE profile_arriving (id TEXT, revision BIGINT, digest BIGINT, record TEXT, changed_at BIGINT) ON COMMIT DROP

--: copy_arriving
COPY profile_arriving (id, revision, digest, record, changed_at) FROM STDIN

--: arrived
SELECT id, revision, digest, record, changed_at FROM profile_arriving

--: records
SELECT p.id, p.record FROM json_each($1) ids CROSS JOIN profile p WHERE p.id = ids.value AND p.record IS NOT NULL

--: later
SELECT p.id FROM json_each($1) ids CROSS JOIN profile p WHERE p.id = ids.value AND p.record IS NOT NULL AND p.revision > $2

--: after
SELECT revision, id, record FROM profile WHERE revision > $1 ORDER BY revision LIMIT $2

--: count
SELECT (SELECT count(*) FROM profile) - (SELECT count(*) FROM profile WHERE record IS NULL), last FROM profile_revision

--: revision
SELECT last FROM profile_revision

--: lock_tenants
-- Writes nothing new: it makes whoever publishes wait for this transaction.
UPDATE tenant SET claims = claims

--: sets
-- Every set of rows of every tenant, so that a removed profile leaves each of them.
SELECT tenant, number FROM run WHERE has_rows = 1

--: leave_opportunity
DELETE FROM opportunity WHERE tenant = $1 AND run = $2 AND contact IN (
    SELECT contact FROM pairing WHERE tenant = $1 AND run = $2 AND profile IN (SELECT ids.value FROM json_each($3) ids))

--: leave_resume
DELETE FROM resume WHERE tenant = $1 AND run = $2 AND (profile IN (SELECT ids.value FROM json_each($3) ids) OR contact IN (
    SELECT contact FROM pairing WHERE tenant = $1 AND run = $2 AND profile IN (SELECT ids.value FROM json_each($3) ids)))

--: leave_pairing
DELETE FROM pairing WHERE tenant = $1 AND run = $2 AND profile IN (SELECT ids.value FROM json_each($3) ids)
