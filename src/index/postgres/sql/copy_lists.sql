COPY profile_list (slot, key, part, holders, numbers) FROM STDIN (FORMAT binary)
