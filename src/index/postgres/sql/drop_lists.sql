DELETE FROM profile_list WHERE slot = $1 AND key = ANY($2)
