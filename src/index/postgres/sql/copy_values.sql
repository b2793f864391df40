COPY profile_value (slot, value, holders, word) FROM STDIN (FORMAT binary)
