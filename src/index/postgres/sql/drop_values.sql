DELETE FROM profile_value WHERE slot = $1 AND value = ANY($2)
