-- OAuth connections: an app, its tokens, and whose turn it is to renew them.

--: one
SELECT sealed_app, sealed_tokens, granted_at, renewed_at, unanswered FROM oauth WHERE tenant = $1

--: connect
-- A new connection ends the turn of a renewal that is still under way: its tokens are of the connection before.
INSERT INTO oauth (tenant, sealed_app, sealed_tokens, granted_at, renewed_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (tenant) DO UPDATE SET sealed_app = excluded.sealed_app, sealed_tokens = excluded.sealed_tokens,
    granted_at = excluded.granted_at, renewed_at = excluded.renewed_at, turn = oauth.turn + 1, owner = NULL, lease_until = NULL,
    unanswered = 0

--: lock
-- Writes nothing new: it makes other processes wait for this transaction.
UPDATE oauth SET turn = turn WHERE tenant = $1 RETURNING owner, lease_until

--: claim
UPDATE oauth SET turn = turn + 1, owner = $2, lease_until = $3, unanswered = 1 WHERE tenant = $1 RETURNING turn

--: renewed
UPDATE oauth SET sealed_tokens = $3, renewed_at = $4, owner = NULL, lease_until = NULL, unanswered = 0
WHERE tenant = $1 AND turn = $2

--: unchanged
UPDATE oauth SET owner = NULL, lease_until = NULL, unanswered = $3 WHERE tenant = $1 AND turn = $2

--: forget
DELETE FROM oauth WHERE tenant = $1
