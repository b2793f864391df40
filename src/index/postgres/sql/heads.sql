SELECT key, part, holders, numbers FROM profile_list WHERE slot = {slot} AND part = 0 AND key = ANY({asked}::BIGINT[])
