COPY profile_entry (slot, number, record, keys, counted, words) FROM STDIN (FORMAT binary)
