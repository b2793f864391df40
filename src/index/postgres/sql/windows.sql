-- Number by number: a range would be as good where the table is known to be large, which while it is filled it is not.
SELECT number, record, keys, counted, tsvector_to_array(words) FROM profile_entry WHERE slot = {slot} AND number = ANY({asked}::BIGINT[])
