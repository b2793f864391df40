-- The profile index, for any number of processes that have none of their own. What every table and column is kept for is written in
-- src/store/ledger.rs; all of it is made from the records, and can be made anew.
--
-- The three large tables are cut by `slot`, a stored column that is part of every unique key and of no foreign key, so that they can
-- be spread over servers: by foreign tables as partitions, or by Citus with `slot` as the distribution column. Keys stand at the
-- partitions, because a table with a unique key of its own takes no foreign partition; they begin with what is asked for, so that no
-- plan reads more than that. A look-up names the slots of what it asks for.

CREATE TABLE profile_index (
    format TEXT NOT NULL,
    revision BIGINT NOT NULL,
    profiles BIGINT NOT NULL
);
INSERT INTO profile_index (format, revision, profiles) VALUES ('', 0, 0);

CREATE TABLE profile_entry (
    slot SMALLINT NOT NULL,
    number BIGINT NOT NULL,
    record BYTEA NOT NULL,
    keys BYTEA NOT NULL,
    counted BYTEA NOT NULL,
    words TSVECTOR NOT NULL
) PARTITION BY LIST (slot);

CREATE TABLE profile_list (
    slot SMALLINT NOT NULL,
    key BIGINT NOT NULL,
    part SMALLINT NOT NULL,
    holders BIGINT NOT NULL,
    numbers BYTEA NOT NULL
) PARTITION BY LIST (slot);

CREATE TABLE profile_value (
    slot SMALLINT NOT NULL,
    value BIGINT NOT NULL,
    holders BIGINT NOT NULL,
    word TEXT COLLATE "C"
) PARTITION BY LIST (slot);

CREATE INDEX profile_entry_words ON profile_entry USING GIN (words);
CREATE INDEX profile_value_word ON profile_value (length(word)) WHERE word IS NOT NULL;

CREATE TABLE profile_entry_0 PARTITION OF profile_entry (PRIMARY KEY (number, slot)) FOR VALUES IN (0);
CREATE TABLE profile_entry_1 PARTITION OF profile_entry (PRIMARY KEY (number, slot)) FOR VALUES IN (1);
CREATE TABLE profile_entry_2 PARTITION OF profile_entry (PRIMARY KEY (number, slot)) FOR VALUES IN (2);
CREATE TABLE profile_entry_3 PARTITION OF profile_entry (PRIMARY KEY (number, slot)) FOR VALUES IN (3);
CREATE TABLE profile_entry_4 PARTITION OF profile_entry (PRIMARY KEY (number, slot)) FOR VALUES IN (4);
CREATE TABLE profile_entry_5 PARTITION OF profile_entry (PRIMARY KEY (number, slot)) FOR VALUES IN (5);
CREATE TABLE profile_entry_6 PARTITION OF profile_entry (PRIMARY KEY (number, slot)) FOR VALUES IN (6);
CREATE TABLE profile_entry_7 PARTITION OF profile_entry (PRIMARY KEY (number, slot)) FOR VALUES IN (7);
CREATE TABLE profile_entry_8 PARTITION OF profile_entry (PRIMARY KEY (number, slot)) FOR VALUES IN (8);
CREATE TABLE profile_entry_9 PARTITION OF profile_entry (PRIMARY KEY (number, slot)) FOR VALUES IN (9);
CREATE TABLE profile_entry_10 PARTITION OF profile_entry (PRIMARY KEY (number, slot)) FOR VALUES IN (10);
CREATE TABLE profile_entry_11 PARTITION OF profile_entry (PRIMARY KEY (number, slot)) FOR VALUES IN (11);
CREATE TABLE profile_entry_12 PARTITION OF profile_entry (PRIMARY KEY (number, slot)) FOR VALUES IN (12);
CREATE TABLE profile_entry_13 PARTITION OF profile_entry (PRIMARY KEY (number, slot)) FOR VALUES IN (13);
CREATE TABLE profile_entry_14 PARTITION OF profile_entry (PRIMARY KEY (number, slot)) FOR VALUES IN (14);
CREATE TABLE profile_entry_15 PARTITION OF profile_entry (PRIMARY KEY (number, slot)) FOR VALUES IN (15);

CREATE TABLE profile_list_0 PARTITION OF profile_list (PRIMARY KEY (key, part, slot)) FOR VALUES IN (0);
CREATE TABLE profile_list_1 PARTITION OF profile_list (PRIMARY KEY (key, part, slot)) FOR VALUES IN (1);
CREATE TABLE profile_list_2 PARTITION OF profile_list (PRIMARY KEY (key, part, slot)) FOR VALUES IN (2);
CREATE TABLE profile_list_3 PARTITION OF profile_list (PRIMARY KEY (key, part, slot)) FOR VALUES IN (3);
CREATE TABLE profile_list_4 PARTITION OF profile_list (PRIMARY KEY (key, part, slot)) FOR VALUES IN (4);
CREATE TABLE profile_list_5 PARTITION OF profile_list (PRIMARY KEY (key, part, slot)) FOR VALUES IN (5);
CREATE TABLE profile_list_6 PARTITION OF profile_list (PRIMARY KEY (key, part, slot)) FOR VALUES IN (6);
CREATE TABLE profile_list_7 PARTITION OF profile_list (PRIMARY KEY (key, part, slot)) FOR VALUES IN (7);
CREATE TABLE profile_list_8 PARTITION OF profile_list (PRIMARY KEY (key, part, slot)) FOR VALUES IN (8);
CREATE TABLE profile_list_9 PARTITION OF profile_list (PRIMARY KEY (key, part, slot)) FOR VALUES IN (9);
CREATE TABLE profile_list_10 PARTITION OF profile_list (PRIMARY KEY (key, part, slot)) FOR VALUES IN (10);
CREATE TABLE profile_list_11 PARTITION OF profile_list (PRIMARY KEY (key, part, slot)) FOR VALUES IN (11);
CREATE TABLE profile_list_12 PARTITION OF profile_list (PRIMARY KEY (key, part, slot)) FOR VALUES IN (12);
CREATE TABLE profile_list_13 PARTITION OF profile_list (PRIMARY KEY (key, part, slot)) FOR VALUES IN (13);
CREATE TABLE profile_list_14 PARTITION OF profile_list (PRIMARY KEY (key, part, slot)) FOR VALUES IN (14);
CREATE TABLE profile_list_15 PARTITION OF profile_list (PRIMARY KEY (key, part, slot)) FOR VALUES IN (15);

CREATE TABLE profile_value_0 PARTITION OF profile_value (PRIMARY KEY (value, slot)) FOR VALUES IN (0);
CREATE TABLE profile_value_1 PARTITION OF profile_value (PRIMARY KEY (value, slot)) FOR VALUES IN (1);
CREATE TABLE profile_value_2 PARTITION OF profile_value (PRIMARY KEY (value, slot)) FOR VALUES IN (2);
CREATE TABLE profile_value_3 PARTITION OF profile_value (PRIMARY KEY (value, slot)) FOR VALUES IN (3);
CREATE TABLE profile_value_4 PARTITION OF profile_value (PRIMARY KEY (value, slot)) FOR VALUES IN (4);
CREATE TABLE profile_value_5 PARTITION OF profile_value (PRIMARY KEY (value, slot)) FOR VALUES IN (5);
CREATE TABLE profile_value_6 PARTITION OF profile_value (PRIMARY KEY (value, slot)) FOR VALUES IN (6);
CREATE TABLE profile_value_7 PARTITION OF profile_value (PRIMARY KEY (value, slot)) FOR VALUES IN (7);
CREATE TABLE profile_value_8 PARTITION OF profile_value (PRIMARY KEY (value, slot)) FOR VALUES IN (8);
CREATE TABLE profile_value_9 PARTITION OF profile_value (PRIMARY KEY (value, slot)) FOR VALUES IN (9);
CREATE TABLE profile_value_10 PARTITION OF profile_value (PRIMARY KEY (value, slot)) FOR VALUES IN (10);
CREATE TABLE profile_value_11 PARTITION OF profile_value (PRIMARY KEY (value, slot)) FOR VALUES IN (11);
CREATE TABLE profile_value_12 PARTITION OF profile_value (PRIMARY KEY (value, slot)) FOR VALUES IN (12);
CREATE TABLE profile_value_13 PARTITION OF profile_value (PRIMARY KEY (value, slot)) FOR VALUES IN (13);
CREATE TABLE profile_value_14 PARTITION OF profile_value (PRIMARY KEY (value, slot)) FOR VALUES IN (14);
CREATE TABLE profile_value_15 PARTITION OF profile_value (PRIMARY KEY (value, slot)) FOR VALUES IN (15);

-- Lists are numbers without likeness: packing them costs time and saves nothing.
ALTER TABLE profile_list_0 ALTER COLUMN numbers SET STORAGE EXTERNAL;
ALTER TABLE profile_list_1 ALTER COLUMN numbers SET STORAGE EXTERNAL;
ALTER TABLE profile_list_2 ALTER COLUMN numbers SET STORAGE EXTERNAL;
ALTER TABLE profile_list_3 ALTER COLUMN numbers SET STORAGE EXTERNAL;
ALTER TABLE profile_list_4 ALTER COLUMN numbers SET STORAGE EXTERNAL;
ALTER TABLE profile_list_5 ALTER COLUMN numbers SET STORAGE EXTERNAL;
ALTER TABLE profile_list_6 ALTER COLUMN numbers SET STORAGE EXTERNAL;
ALTER TABLE profile_list_7 ALTER COLUMN numbers SET STORAGE EXTERNAL;
ALTER TABLE profile_list_8 ALTER COLUMN numbers SET STORAGE EXTERNAL;
ALTER TABLE profile_list_9 ALTER COLUMN numbers SET STORAGE EXTERNAL;
ALTER TABLE profile_list_10 ALTER COLUMN numbers SET STORAGE EXTERNAL;
ALTER TABLE profile_list_11 ALTER COLUMN numbers SET STORAGE EXTERNAL;
ALTER TABLE profile_list_12 ALTER COLUMN numbers SET STORAGE EXTERNAL;
ALTER TABLE profile_list_13 ALTER COLUMN numbers SET STORAGE EXTERNAL;
ALTER TABLE profile_list_14 ALTER COLUMN numbers SET STORAGE EXTERNAL;
ALTER TABLE profile_list_15 ALTER COLUMN numbers SET STORAGE EXTERNAL;
