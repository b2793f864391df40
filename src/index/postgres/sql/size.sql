SELECT coalesce(sum(pg_total_relation_size(relid)), 0)::BIGINT FROM unnest(ARRAY['profile_entry', 'profile_list', 'profile_value']) AS name,
    pg_partition_tree(name::regclass)
