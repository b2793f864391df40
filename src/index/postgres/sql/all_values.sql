SELECT value, holders FROM profile_value WHERE word IS NULL
