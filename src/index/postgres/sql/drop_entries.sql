DELETE FROM profile_entry WHERE slot = $1 AND number = ANY($2)
