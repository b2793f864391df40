-- Tenants: who they are, what they chose, and which set of rows is theirs.

--: add
INSERT INTO tenant (name, settings, sealed_key, sealed_secret, created_at) VALUES ($1, $2, $3, $4, $5)

--: all
SELECT t.name, t.settings, t.sealed_key, t.sealed_secret, t.created_at, r.id, t.checked_at, t.window_start
FROM tenant t LEFT JOIN run r ON r.tenant = t.name AND r.number = t.published
ORDER BY t.name

--: one
SELECT t.name, t.settings, t.sealed_key, t.sealed_secret, t.created_at, r.id, t.checked_at, t.window_start
FROM tenant t LEFT JOIN run r ON r.tenant = t.name AND r.number = t.published
WHERE t.name = $1

--: settings
SELECT settings FROM tenant WHERE name = $1

--: set_settings
-- Whoever changed them since they were read keeps what they chose.
UPDATE tenant SET settings = $2 WHERE name = $1 AND settings = $3

--: set_key
UPDATE tenant SET sealed_key = $2, sealed_secret = $3 WHERE name = $1

--: unpublish
-- As if there never had been a run.
UPDATE tenant SET published = NULL, checked_at = NULL, window_start = NULL, settings = $2 WHERE name = $1

--: drop_held
UPDATE run SET state = 'cancelled' WHERE tenant = $1 AND state = 'held'

--: remove
DELETE FROM tenant WHERE name = $1

--: lock
-- Writes nothing new: it makes other writers of the tenant wait for this transaction.
UPDATE tenant SET claims = claims WHERE name = $1 RETURNING published

--: next_number
UPDATE tenant SET claims = claims + 1 WHERE name = $1 RETURNING claims

--: flip
UPDATE tenant SET published = $2, checked_at = $3, window_start = $4 WHERE name = $1

--: seen
SELECT published, checked_at FROM tenant WHERE name = $1
