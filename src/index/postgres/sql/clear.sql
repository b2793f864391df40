TRUNCATE profile_entry, profile_list, profile_value
