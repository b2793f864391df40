//! Slots of the index in PostgreSQL: a look-up touches those that it needs, and they can lie on servers of their own.

use super::postgres::{Databases, key, write};
use super::{frequencies, item, near};
use acquaint::index::{Memory, PostgresIndex};

/// The statements of a look-up, as they are asked for one slot.
const LOOKUPS: [(&str, &str); 4] = [
    (include_str!("../../../src/index/postgres/sql/heads.sql"), "profile_list"),
    (include_str!("../../../src/index/postgres/sql/parts.sql"), "profile_list"),
    (include_str!("../../../src/index/postgres/sql/entries.sql"), "profile_entry"),
    (include_str!("../../../src/index/postgres/sql/values.sql"), "profile_value"),
];

/// Parts that are not asked for are not touched. How a part is read is the planner's choice: a small one is read whole, and rightly.
#[test]
fn a_look_up_touches_the_slots_it_needs() {
    let Some(databases) = Databases::start("a_look_up_touches_the_slots_it_needs") else { return };
    let url = databases.make();
    write(&url, 1, (0..3_000).map(|it| item(&format!("p{it}"), &[7, 5_000 + it], &[9_000 + it])).collect());
    databases.run(&url, "ANALYZE");
    for (statement, table) in LOOKUPS {
        let one = |slot: &str| statement.trim_end().replace("{slot}", slot).replace("{asked}", "'{5003, 5019, 5035}'");
        let plan = databases.ask(&url, &format!("EXPLAIN {}\nUNION ALL\n{}", one("3"), one("11"))).join("\n");
        let of = |slot: &str| plan.lines().filter(|it| it.contains(" Scan") && it.contains(&format!(" on {table}_{slot}"))).count();
        assert!(of("3") > 0 && of("11") > 0, "{plan}");
        assert_eq!(plan.matches(" Scan").count(), of("3") + of("11"), "{plan}");
    }
    the_schema_can_be_distributed(&databases, &url);
}

/// The rules of Citus for distributed tables (its manual, "Determining the Distribution Column" and "Limitations"): every unique key holds the
/// distribution column, nothing refers to them and they refer to nothing, no trigger, and no default that counts.
fn the_schema_can_be_distributed(databases: &Databases, url: &str) {
    let distributed =
        "SELECT relid::oid FROM unnest(ARRAY['profile_entry', 'profile_list', 'profile_value']) AS name, pg_partition_tree(name::regclass)";
    assert_eq!(databases.ask(url, &format!("SELECT count(*)::TEXT FROM ({distributed}) AS of")), ["51"], "three tables of sixteen slots");
    for (rule, sql) in [
        (
            "a unique key without the slot",
            "SELECT i.indexrelid::regclass::TEXT FROM pg_index i WHERE (i.indisunique OR i.indisexclusion) AND i.indrelid IN ({of}) AND NOT EXISTS (
                SELECT FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attname = 'slot' AND a.attnum = ANY(i.indkey))",
        ),
        ("a table without the slot", "SELECT of::regclass::TEXT FROM ({of}) AS t (of) WHERE NOT EXISTS (
                SELECT FROM pg_attribute a WHERE a.attrelid = t.of AND a.attname = 'slot' AND a.attnotnull)"),
        ("a foreign key", "SELECT conname::TEXT FROM pg_constraint WHERE contype = 'f' AND (conrelid IN ({of}) OR confrelid IN ({of}))"),
        ("a trigger", "SELECT tgname::TEXT FROM pg_trigger WHERE tgrelid IN ({of})"),
        ("a default", "SELECT adrelid::regclass::TEXT FROM pg_attrdef WHERE adrelid IN ({of})"),
        ("a part without a key", "SELECT c.relname::TEXT FROM pg_class c WHERE c.relkind = 'r' AND c.oid IN ({of}) AND NOT EXISTS (
                SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary)"),
    ] {
        assert_eq!(databases.ask(url, &sql.replace("{of}", distributed)), Vec::<String>::new(), "{rule}");
    }
}

#[test]
fn slots_can_lie_on_three_servers() {
    let Some(here) = Databases::start("slots_can_lie_on_three_servers") else { return };
    let others = [(); 2].map(|()| Databases::start("slots_can_lie_on_three_servers").unwrap());
    let url = here.make();
    let columns = "slot SMALLINT NOT NULL, ";
    let tables = [
        ("profile_entry", format!("{columns} number BIGINT, record BYTEA, keys BYTEA, counted BYTEA, words TSVECTOR"), "slot, number"),
        ("profile_list", format!("{columns} key BIGINT, part SMALLINT, holders BIGINT, numbers BYTEA"), "slot, key, part"),
        ("profile_value", format!("{columns} value BIGINT, holders BIGINT, word TEXT"), "slot, value"),
    ];
    here.run(&url, "CREATE EXTENSION postgres_fdw");
    for (at, other) in others.iter().enumerate() {
        let folder = other.server.folder().display().to_string();
        here.run(
            &url,
            &format!(
                "CREATE SERVER s{at} FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '{folder}', dbname 'postgres', batch_size '1000');
            CREATE USER MAPPING FOR CURRENT_USER SERVER s{at} OPTIONS (user 'acquaint')"
            ),
        );
        for slot in (0..16).filter(|it| it % 3 == at + 1) {
            for (table, columns, key) in &tables {
                other.run(&other.server.url("postgres"), &format!("CREATE TABLE {table}_{slot} ({columns}, PRIMARY KEY ({key}))"));
                here.run(
                    &url,
                    &format!(
                        "DROP TABLE {table}_{slot};
                    CREATE FOREIGN TABLE {table}_{slot} PARTITION OF {table} FOR VALUES IN ({slot}) SERVER s{at}"
                    ),
                );
            }
        }
    }
    let people =
        || (0..5_000_u64).map(|it| item(&format!("p{it}"), &[7, 10_000 + it, 20_000 + it / 3], &[30_000 + it % 50])).collect::<Vec<_>>();
    write(&url, 1, people());
    write(&url, 2, vec![item("p1", &[20_000], &[30_001]), item("new", &[10_002], &[])]);
    let (database, mut truth) = (PostgresIndex::open(&url, &key()).unwrap(), people());
    truth[1] = item("p1", &[20_000], &[30_001]);
    truth.push(item("new", &[10_002], &[]));
    let memory = Memory::build(truth).unwrap();
    for keys in [vec![7, 10_002, 20_000], vec![7], vec![10_001], vec![20_000, 7], vec![7, 10_900, 20_700, 20_701]] {
        assert_eq!(near(&database, &keys, 20), near(&memory, &keys, 20), "{keys:?}");
    }
    let hashes: Vec<u64> = (30_000..30_050).chain([7, 10_001, 10_002, 20_000]).collect();
    assert_eq!(frequencies(&database, &hashes), frequencies(&memory, &hashes));
    for (at, other) in others.iter().enumerate() {
        let held = other.ask(&other.server.url("postgres"), &format!("SELECT (count(*) > 100)::TEXT FROM profile_entry_{}", at + 1));
        assert_eq!(held, ["true"], "server {at} holds its slots");
    }
}
