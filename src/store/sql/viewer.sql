-- Users, who is signed in, and tokens.

--: add_account
INSERT INTO account (name, tenant, role, password, created_at) VALUES ($1, $2, $3, $4, $5)

--: accounts
SELECT name, tenant, role, password, created_at, seen_day FROM account ORDER BY name

--: account
SELECT name, tenant, role, password, created_at, seen_day FROM account WHERE name = $1

--: set_password
UPDATE account SET password = $2 WHERE name = $1

--: account_seen
UPDATE account SET seen_day = $2 WHERE name = $1

--: remove_account
DELETE FROM account WHERE name = $1

--: begin_session
INSERT INTO session (hash, account, expires_at) VALUES ($1, $2, $3)

--: session
SELECT a.name, a.tenant, a.role, a.password, a.created_at, a.seen_day
FROM session s JOIN account a ON a.name = s.account WHERE s.hash = $1 AND s.expires_at > $2

--: end_session
DELETE FROM session WHERE hash = $1

--: end_sessions
DELETE FROM session WHERE account = $1

--: prune_sessions
DELETE FROM session WHERE expires_at <= $1

--: add_token
INSERT INTO token (hash, id, tenant, role, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)

--: tokens
SELECT id, tenant, role, created_at, expires_at, seen_day FROM token ORDER BY created_at, id

--: token
SELECT id, tenant, role, created_at, expires_at, seen_day FROM token
WHERE hash = $1 AND (expires_at IS NULL OR expires_at > $2)

--: token_seen
UPDATE token SET seen_day = $2 WHERE hash = $1

--: remove_token
DELETE FROM token WHERE id = $1
