-- A word is worth what it is worth in the best of its fields: name, company, title, place.
SELECT record, count(*) OVER ()
FROM profile_entry, LATERAL (
    SELECT sum(CASE
        WHEN words @@ (any_of || ':A')::tsquery THEN 8
        WHEN words @@ (any_of || ':B')::tsquery THEN 4
        WHEN words @@ (any_of || ':C')::tsquery THEN 3
        WHEN words @@ (any_of || ':D')::tsquery THEN 2
        ELSE 0 END)
    FROM unnest($2::TEXT[]) AS any_of) AS worth (sum)
WHERE words @@ $1::tsquery
ORDER BY worth.sum DESC, number
LIMIT $3 OFFSET $4
