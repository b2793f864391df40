UPDATE profile_index SET format = $1, revision = $2, profiles = $3
