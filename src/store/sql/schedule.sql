-- Which times of a schedule have been served, who works, and what is to be told.

--: served
SELECT tenant, kind, served FROM schedule

--: serve_first
INSERT INTO schedule (tenant, kind, served) VALUES ($1, $2, $3) ON CONFLICT (tenant, kind) DO NOTHING

--: serve_next
UPDATE schedule SET served = $3 WHERE tenant = $1 AND kind = $2 AND served = $4

--: seen
INSERT INTO worker (id, version, started_at, seen_at, runs) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at, runs = excluded.runs

--: forget_workers
DELETE FROM worker WHERE id = $1 OR seen_at < $2

--: workers
SELECT id, version, started_at, seen_at, runs FROM worker ORDER BY started_at, id

--: waiting
-- All that waits, and since when the first that is due has been waiting.
SELECT COUNT(*), MIN(queued_at), (SELECT COUNT(*) FROM run WHERE state = 'lost') FROM run WHERE state = 'queued'

--: ended
-- How runs ended lately, how long they took and what they asked of Lever.
SELECT kind, state, COUNT(*), CAST(SUM(finished_at - started_at) AS BIGINT), MAX(finished_at - started_at),
    CAST(COALESCE(SUM(CAST(tally ->> 'requests' AS BIGINT)), 0) AS BIGINT),
    CAST(COALESCE(SUM(CAST(tally ->> 'rate_limited' AS BIGINT)), 0) AS BIGINT)
FROM run WHERE finished_at >= $1 GROUP BY kind, state ORDER BY kind, state

--: untold
SELECT tenant, number, tell_at, id FROM run WHERE tell_at <= $1 ORDER BY tell_at LIMIT 1

--: tell
-- Whoever wins tells; if that comes to nothing, somebody tries again after a while.
UPDATE run SET tell_at = $4 WHERE tenant = $1 AND number = $2 AND tell_at = $3

--: told
UPDATE run SET tell_at = NULL WHERE tenant = $1 AND number = $2 AND tell_at = $3

--: take_allowance
-- A moment far ahead was written by a clock that has been set back since.
INSERT INTO allowance (account, full_at) VALUES ($1, $2 + $3)
ON CONFLICT (account) DO UPDATE SET full_at =
    CASE WHEN allowance.full_at > $2 AND allowance.full_at < $2 + 120000 THEN allowance.full_at ELSE $2 END + $3
RETURNING full_at

--: pause_allowance
-- A pause of another process may last longer.
INSERT INTO allowance (account, full_at) VALUES ($1, $2 + $3)
ON CONFLICT (account) DO UPDATE SET full_at =
    CASE WHEN allowance.full_at > $2 + $3 AND allowance.full_at < $2 + 120000 THEN allowance.full_at ELSE $2 + $3 END

--: min_binary
SELECT min_binary FROM compatibility

--: set_home
UPDATE compatibility SET home = $1, home_table = $2

--: home
SELECT home, home_table FROM compatibility

--: forget
DELETE FROM schedule WHERE tenant = $1

--: restored_sessions
DELETE FROM session

--: restored_keys
-- One that was revoked since would open again.
DELETE FROM token

--: restored_tenants
-- After a restore nobody knows what has left Lever since: no badge is shown, and the next run lists everything.
UPDATE tenant SET published = NULL, checked_at = NULL, window_start = NULL

--: restored_runs
UPDATE run SET state = 'lost', finished_at = $1, error = 'it was brought back from a backup', owner = NULL, lease_until = NULL,
    progress = NULL, tell_at = NULL
WHERE state IN ('queued', 'running', 'held')

--: restored_tokens
-- Lever takes the use of a refresh token that was spent since for a theft.
UPDATE oauth SET sealed_tokens = NULL, turn = turn + 1, owner = NULL, lease_until = NULL, unanswered = 0

--: restored_untold
UPDATE run SET tell_at = NULL WHERE tell_at IS NOT NULL

--: restored_workers
DELETE FROM worker

--: restored_allowances
DELETE FROM allowance

--: restored_schedule
UPDATE schedule SET served = $1
