-- Held until the connection ends, however it ends; of one that was killed, until the server hears of it.
SELECT pg_advisory_lock($1)
