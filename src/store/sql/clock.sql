-- What a server says of itself.

--: now
SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)

--: setting
SELECT current_setting($1, true)
