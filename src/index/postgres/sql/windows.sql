SELECT number, record, keys, counted, tsvector_to_array(words) FROM unnest({asked}::BIGINT[]) AS home (first)
    JOIN profile_entry ON slot = {slot} AND number BETWEEN first AND first + 15
