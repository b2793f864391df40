SELECT format, revision, profiles FROM profile_index
