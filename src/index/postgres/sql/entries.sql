SELECT number, record, keys FROM profile_entry WHERE slot = {slot} AND number = ANY({asked}::BIGINT[])
