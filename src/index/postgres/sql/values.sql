SELECT value, holders, word FROM profile_value WHERE slot = {slot} AND value = ANY({asked}::BIGINT[])
