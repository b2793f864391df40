-- Runs: whose turn it is, how they ended, and what becomes of their rows.

--: alive
SELECT number, state, owner, lease_until FROM run WHERE tenant = $1 AND state IN ('queued', 'running')

--: start
INSERT INTO run (tenant, number, id, kind, state, tally, started_at, owner, lease_until)
VALUES ($1, $2, $3, $4, 'running', '{}', $5, $6, $7)

--: lose
-- A sign of life that came meanwhile keeps it.
UPDATE run SET state = 'lost', finished_at = $3, error = 'its process ended', owner = NULL, lease_until = NULL, progress = NULL,
    tell_at = CASE WHEN queued_at IS NULL THEN NULL ELSE $3 END
WHERE tenant = $1 AND number = $2 AND state = 'running' AND (lease_until IS NULL OR lease_until = $4)

--: beat
UPDATE run SET lease_until = $4, progress = $5 WHERE tenant = $1 AND number = $2 AND id = $3 AND state = 'running'
RETURNING cancel_asked

--: fence
-- Before every write of a run: nothing changes when the claim was lost, and nobody takes it over before this transaction ends.
UPDATE run SET has_rows = 1 WHERE tenant = $1 AND number = $2 AND id = $3 AND state = 'running' RETURNING kind

--: cancel_asked
SELECT cancel_asked FROM run WHERE tenant = $1 AND number = $2

--: finish
UPDATE run SET state = $3, tally = $4, error = $5, finished_at = $6, window_start = $7, owner = NULL, lease_until = NULL,
    progress = NULL, tell_at = CASE WHEN queued_at IS NULL THEN NULL ELSE $6 END
WHERE tenant = $1 AND number = $2

--: held
-- With how far readers' set goes by now.
SELECT r.number, r.kind, r.finished_at, r.window_start, t.checked_at, t.window_start
FROM run r JOIN tenant t ON t.name = r.tenant WHERE r.tenant = $1 AND r.id = $2 AND r.state = 'held'

--: set_state
UPDATE run SET state = $3 WHERE tenant = $1 AND number = $2

--: supersede
-- Held runs that are older than one of this kind ($3), which is published or held now, are published no more, so nothing of them is kept.
-- A recent run takes the place of recent ones alone: a night that waits for its operator has looked at everybody.
UPDATE run SET state = 'cancelled', error = coalesce(error, 'a newer run took its place')
WHERE tenant = $1 AND number < $2 AND state = 'held' AND (kind = 'recent' OR $3 = 'full')

--: garbage
SELECT r.number FROM run r JOIN tenant t ON t.name = r.tenant
WHERE r.tenant = $1 AND r.has_rows = 1 AND r.state NOT IN ('queued', 'running', 'held')
    AND (t.published IS NULL OR r.number <> t.published)

--: swept
UPDATE run SET has_rows = 0 WHERE tenant = $1 AND number = $2

--: sweep_opportunity
DELETE FROM opportunity WHERE tenant = $1 AND run = $2
    AND contact IN (SELECT contact FROM opportunity WHERE tenant = $1 AND run = $2 LIMIT $3)

--: sweep_pairing
DELETE FROM pairing WHERE tenant = $1 AND run = $2
    AND contact IN (SELECT contact FROM pairing WHERE tenant = $1 AND run = $2 LIMIT $3)

--: sweep_resume
DELETE FROM resume WHERE tenant = $1 AND run = $2
    AND contact IN (SELECT contact FROM resume WHERE tenant = $1 AND run = $2 LIMIT $3)

--: sweep_restaged
DELETE FROM restaged WHERE tenant = $1 AND run = $2
    AND contact IN (SELECT contact FROM restaged WHERE tenant = $1 AND run = $2 LIMIT $3)

--: sweep_shared
DELETE FROM shared WHERE tenant = $1 AND run = $2
    AND hash IN (SELECT hash FROM shared WHERE tenant = $1 AND run = $2 LIMIT $3)

--: sweep_level_count
DELETE FROM level_count WHERE tenant = $1 AND run = $2
    AND feature IN (SELECT feature FROM level_count WHERE tenant = $1 AND run = $2 LIMIT $3)

--: sweep_reference
DELETE FROM reference WHERE tenant = $1 AND run = $2
    AND id IN (SELECT id FROM reference WHERE tenant = $1 AND run = $2 LIMIT $3)

--: add_changes
INSERT INTO change (tenant, run, profile, outcome, status_before, status_after)
SELECT $1, $2, value ->> 'profile', value ->> 'outcome', value ->> 'before', value ->> 'after' FROM json_each($3)

--: add_left_out
INSERT INTO left_out (tenant, run, place, kind, id, reason)
SELECT $1, $2, CAST(value ->> 'place' AS BIGINT), value ->> 'kind', value ->> 'id', value ->> 'reason' FROM json_each($3)

--: prune_changes
DELETE FROM change WHERE tenant = $1 AND run IN (SELECT number FROM run WHERE tenant = $1 AND finished_at < $2)

--: prune_left_out
DELETE FROM left_out WHERE tenant = $1 AND run IN (SELECT number FROM run WHERE tenant = $1 AND finished_at < $2)

--: prune_runs
-- The last good night says how many people have a profile, and a set that readers see belongs to a run. A few at a time: years of them
-- are no reason to keep the tenant waiting.
DELETE FROM run WHERE tenant = $1 AND number IN (
    SELECT number FROM run WHERE tenant = $1 AND finished_at < $2 AND has_rows = 0 AND state NOT IN ('queued', 'running', 'held')
        AND number <> COALESCE((SELECT published FROM tenant WHERE name = $1), 0)
        AND number <> COALESCE((SELECT MAX(number) FROM run WHERE tenant = $1 AND kind = 'full' AND state = 'published'), 0)
    ORDER BY number LIMIT 500)

--: list
SELECT number, id, tenant, kind, state, tally, started_at, finished_at, error, queued_at, due_at, slot, attempt, progress, owner
FROM run
WHERE tenant = $1 AND number < $3 AND ($4 = '' OR kind = $4) ORDER BY number DESC LIMIT $2

--: one
SELECT number, id, tenant, kind, state, tally, started_at, finished_at, error, queued_at, due_at, slot, attempt, progress, owner
FROM run WHERE id = $1

--: last_night
SELECT tally FROM run WHERE tenant = $1 AND kind = 'full' AND state = 'published' ORDER BY number DESC LIMIT 1

--: number
SELECT number, kind FROM run WHERE tenant = $1 AND id = $2

--: changes
SELECT profile, outcome, status_before, status_after FROM change WHERE tenant = $1 AND run = $2 ORDER BY profile

--: changes_after
SELECT profile, outcome, status_before, status_after FROM change WHERE tenant = $1 AND run = $2 AND profile > $3 ORDER BY profile LIMIT $4

--: gravest_changes
-- Removed, changed, added: as it happens, in the order of the words.
SELECT profile, outcome, status_before, status_after FROM change WHERE tenant = $1 AND run = $2 ORDER BY outcome DESC, profile LIMIT $3

--: left_out
SELECT run, kind, id, reason FROM left_out WHERE tenant = $1 AND run >= $2 AND run <= $3 AND (place < $4 OR kind NOT IN ('opportunity', 'resume'))
ORDER BY run, place
