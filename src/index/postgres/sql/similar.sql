SELECT word FROM profile_value WHERE word IS NOT NULL AND length(word) BETWEEN $1 AND $2
