-- What a server says of itself.

--: now
SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)

--: setting
SELECT current_setting($1, true)

--: home
-- Which database this is, and which table: a dump that is brought back elsewhere, or under the same name, has another database, and one
-- that is brought back in the place of what was there has another table.
SELECT system_identifier::TEXT || '.' || (SELECT oid::TEXT FROM pg_database WHERE datname = current_database()),
    (SELECT 'compatibility'::REGCLASS::OID::TEXT)
FROM pg_control_system()

--: steps
SELECT version FROM _sqlx_migrations WHERE success
