-- Runs that wait for their turn.

--: enqueue
-- How long it will last: as the last of its kind that came to its end, or, for what changed, little. What is not known at all is
-- taken to be long, so that it does not hold up what is known to be short.
INSERT INTO run (tenant, number, id, kind, state, tally, started_at, queued_at, due_at, slot, resumes, publication, tell_at, expected_ms)
VALUES ($1, $2, $3, $4, 'queued', '{}', $5, $5, $6, $7, $8, $9, $10, COALESCE((
    SELECT finished_at - started_at FROM run WHERE tenant = $1 AND kind = $4 AND state IN ('published', 'held', 'dry_run')
    ORDER BY number DESC LIMIT 1
), CASE WHEN $4 = 'recent' AND (SELECT window_start FROM tenant WHERE name = $1) IS NOT NULL THEN 600000 ELSE 3600000 END))

--: promote
-- A schedule's run waits while its tenant wants to be left alone; what a person asks for does not, and stands in its place.
UPDATE run SET slot = NULL, kind = $2, resumes = $3, publication = $4, due_at = $5
WHERE tenant = $1 AND state = 'queued' AND slot IS NOT NULL AND ($2 = 'full' OR kind = 'recent')
RETURNING id

--: again
-- The same order once more, in place of a run that did not come to its end. It has waited since the first was asked for, and is late
-- when that one would have been; where that time has passed already, it is told when this one is late.
INSERT INTO run (tenant, number, id, kind, state, tally, started_at, queued_at, due_at, slot, resumes, publication, tell_at, expected_ms,
    attempt)
SELECT tenant, $3, $4, kind, 'queued', '{}', $5, queued_at, $6, slot, resumes, publication,
    CASE WHEN queued_at + $7 > $5 THEN queued_at + $7 ELSE $6 + $7 END, expected_ms, $8
FROM run WHERE tenant = $1 AND number = $2

--: silence
-- What is begun again is not told yet.
UPDATE run SET tell_at = NULL WHERE tenant = $1 AND number = $2

--: attempt
SELECT attempt FROM run WHERE tenant = $1 AND number = $2 AND queued_at IS NOT NULL AND cancel_asked = 0

--: waiting
-- The shortest first, among those of one age: what waits longer than a long run lasts goes before a short one. What a schedule asked
-- for does not begin while its tenant wants to be left alone; what a person asked for does.
SELECT tenant, number FROM run WHERE state = 'queued' AND due_at <= $1 AND expected_ms <= $2
    AND (slot IS NULL OR tenant NOT IN (SELECT ids.value FROM json_each($3) ids))
ORDER BY queued_at + expected_ms, tenant LIMIT 16

--: claim
-- A recent run of a tenant that never had a good one is a full one.
UPDATE run SET state = 'running', started_at = $3, owner = $4, lease_until = $5, tell_at = NULL,
    kind = CASE WHEN (SELECT window_start FROM tenant WHERE name = $1) IS NULL THEN 'full' ELSE kind END
WHERE tenant = $1 AND number = $2 AND state = 'queued'
RETURNING id, kind, resumes, publication

--: alive
SELECT DISTINCT tenant FROM run WHERE state IN ('queued', 'running')

--: at_work
SELECT tenant, number, owner, lease_until FROM run WHERE state = 'running'

--: cancel_queued
UPDATE run SET state = 'cancelled', finished_at = $3, tell_at = NULL WHERE tenant = $1 AND id = $2 AND state = 'queued'

--: ask_to_stop
UPDATE run SET cancel_asked = 1 WHERE tenant = $1 AND id = $2 AND state = 'running'

--: late_once
UPDATE schedule SET late_told = $3 WHERE tenant = $1 AND kind = $2 AND (late_told IS NULL OR late_told < $3)

--: tell_of_the_live
-- A time of the schedule waits for it.
UPDATE run SET tell_at = $2 WHERE tenant = $1 AND state = 'running'

--: give_up
-- Its process has let go of it, and could not write how it ended.
UPDATE run SET state = 'lost', finished_at = $4, error = 'its end could not be written', owner = NULL, lease_until = NULL,
    progress = NULL, tell_at = CASE WHEN queued_at IS NULL THEN NULL ELSE $4 END
WHERE tenant = $1 AND number = $2 AND id = $3 AND state = 'running'
