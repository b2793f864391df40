//! The index in PostgreSQL: it passes the suite, and agrees with the other two whatever was written in which order.

use super::{frequencies, half_an_index_is_not_read, item, near, suite};
use crate::store::server::Server;
use acquaint::index::{Entry, Found, Index, IndexError, IndexWriter, Memory, PostgresIndex, PostgresWriter, Row, SearchText};
use acquaint::model::ProfileId;
use acquaint::secrets::Secret;
use acquaint::store::{self, Location};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::cell::Cell;
use std::collections::BTreeMap;
use tokio::runtime::Runtime;

/// A server with databases that have the store's schema.
pub(super) struct Databases {
    pub(super) server: Server,
    runtime: Runtime,
    made: Cell<u32>,
}

impl Databases {
    pub(super) fn start(test: &str) -> Option<Self> {
        let Some(server) = Server::start() else {
            eprintln!("SKIPPED: {test} (no initdb and pg_ctl in PATH or /usr/lib/postgresql)");
            return None;
        };
        Some(Self { server, runtime: Runtime::new().unwrap(), made: Cell::new(0) })
    }

    /// The URL of a new one.
    pub(super) fn make(&self) -> String {
        let name = format!("d{}", self.made.replace(self.made.get() + 1));
        self.runtime.block_on(async {
            self.server.make(&name).await;
            drop(store::open(&Location::Postgres(self.server.url(&name))).await.unwrap());
        });
        self.server.url(&name)
    }

    /// The rows of a statement's first column.
    pub(super) fn ask(&self, url: &str, sql: &str) -> Vec<String> {
        self.runtime.block_on(async {
            let mut it = PgConnection::connect(url).await.unwrap();
            sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_all(&mut it).await.unwrap()
        })
    }

    pub(super) fn run(&self, url: &str, sql: &str) {
        self.runtime.block_on(async {
            let mut it = PgConnection::connect(url).await.unwrap();
            sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut it).await.unwrap();
        });
    }
}

pub(super) fn key() -> Secret {
    Secret::new(vec![7; 32])
}

fn row(entry: Entry) -> Row {
    Row::new(entry, &SearchText::default())
}

pub(super) fn write(url: &str, revision: i64, entries: Vec<Entry>) {
    let mut writer = PostgresWriter::open(url, &key()).unwrap();
    entries.into_iter().for_each(|it| writer.put(row(it)).unwrap());
    writer.commit(revision).unwrap();
    Box::new(writer).finish().unwrap();
}

fn id(text: &str) -> ProfileId {
    ProfileId::new(text).unwrap()
}

#[test]
fn postgresql_passes_the_suite() {
    let Some(databases) = Databases::start("index::postgres::postgresql_passes_the_suite") else { return };
    suite(|entries| {
        let url = databases.make();
        write(&url, 1, entries);
        Box::new(PostgresIndex::open(&url, &key()).unwrap())
    });
    let url = databases.make();
    assert!(matches!(PostgresIndex::open(&url, &key()), Err(IndexError::Unusable(_))), "it was never filled");
    one_writer_at_a_time(&url);
    what_was_not_committed_is_not_there(&url);
    let url = databases.make();
    half_an_index_is_not_read(&|| Box::new(PostgresWriter::open(&url, &key()).unwrap()), &|| {
        Ok(Box::new(PostgresIndex::open(&url, &key())?))
    });
    who_reads_when_it_is_filled_anew_is_told(&databases.make());
    what_is_anothers_is_left_alone(&databases);
    words_are_found(&databases.make());
    the_three_agree(&databases.make());
}

fn one_writer_at_a_time(url: &str) {
    let first = PostgresWriter::open(url, &key()).unwrap();
    assert!(matches!(PostgresWriter::open(url, &key()), Err(IndexError::Busy)));
    Box::new(first).finish().unwrap();
    assert!(PostgresWriter::open(url, &key()).is_ok());
    let other = PostgresIndex::open(url, &Secret::new(vec![8; 32]));
    assert!(matches!(other, Err(IndexError::Unusable(_))), "filled under another secret");
}

fn who_reads_when_it_is_filled_anew_is_told(url: &str) {
    write(url, 1, vec![item("a", &[1], &[])]);
    let index = PostgresIndex::open(url, &key()).unwrap();
    PostgresWriter::open(url, &key()).unwrap().clear().unwrap();
    assert!(matches!(index.near(&[vec![1]], 9), Err(IndexError::Busy)), "nobody is not what was found");
    assert!(matches!(index.search("ana", 9, 0), Err(IndexError::Busy)), "nor by words");
}

/// Two programs, or two master keys, on one database: neither empties what the other has filled.
fn what_is_anothers_is_left_alone(databases: &Databases) {
    let url = databases.make();
    write(&url, 1, vec![item("a", &[1], &[])]);
    let ours = databases.ask(&url, "SELECT format FROM profile_index").remove(0);
    let (version, secret) = ours.rsplit_once('.').unwrap();
    let (format, records) = version.split_once('.').unwrap();
    let newer = |it: &str| it.parse::<u32>().unwrap() + 1;
    let held = || databases.ask(&url, "SELECT count(*)::TEXT FROM profile_entry").remove(0);
    for other in [
        format!("{}.{records}.{secret}", newer(format)),
        format!("{format}.{}.{secret}", newer(records)),
        format!("{format}.{}.{secret} filling", newer(records)),
        format!("{version}.{secret}0"),
        format!("{version}.0"),
        format!("0.{records}.0"),
        "of a later day".into(),
    ] {
        databases.run(&url, &format!("UPDATE profile_index SET format = '{other}'"));
        assert!(matches!(PostgresIndex::open(&url, &key()), Err(IndexError::Unusable(_))), "{other}");
        assert!(matches!(PostgresWriter::open(&url, &key()).err(), Some(IndexError::Unusable(_))), "{other}");
        assert_eq!(held(), "1", "{other}");
    }
    let writer = PostgresWriter::anew(&url, &key()).unwrap();
    assert_eq!((writer.revision(), writer.is_whole(), held().as_str()), (0, false, "0"), "somebody has asked for that");
    Box::new(writer).finish().unwrap();
    write(&url, 1, vec![item("a", &[1], &[])]);
    databases.run(&url, &format!("UPDATE profile_index SET format = '0.{records}.{secret}'"));
    let writer = PostgresWriter::open(&url, &key()).unwrap();
    assert_eq!((writer.revision(), held().as_str()), (0, "0"), "what is older is filled anew");
}

fn what_was_not_committed_is_not_there(url: &str) {
    write(url, 1, vec![item("a", &[1], &[])]);
    let mut writer = PostgresWriter::open(url, &key()).unwrap();
    (0..5_000).for_each(|it| writer.put(row(item(&format!("p{it}"), &[1], &[]))).unwrap());
    let index = PostgresIndex::open(url, &key()).unwrap();
    assert_eq!((near(&index, &[1], 9).as_str(), index.revision(), index.len()), ("a", 1, 1));
}

fn words_are_found(url: &str) {
    let person = |it: &str, [name, company, title, place]: [&str; 4]| {
        let search = SearchText { name: name.into(), company: company.into(), title: title.into(), place: place.into() };
        Row::new(item(it, &[], &[]), &search)
    };
    let mut writer = PostgresWriter::open(url, &key()).unwrap();
    writer.put(person("ana", ["Ana Ruíz Calderón", "Northwind Traders", "Staff Engineer", "Madrid, Spain"])).unwrap();
    writer.put(person("ivan", ["Иван Петров", "Northwind", "Accountant", "Sofia"])).unwrap();
    writer.put(person("madrid", ["Madrid Jones", "Contoso", "Engineer (Platform)", "Boston"])).unwrap();
    writer.put(person("gone", ["Gone Forever", "Madrid", "", ""])).unwrap();
    writer.commit(1).unwrap();
    writer.remove(&id("gone")).unwrap();
    writer.commit(2).unwrap();
    let index = PostgresIndex::open(url, &key()).unwrap();
    let check = |query: &str, expected: &[&str]| {
        let hits = index.search(query, 10, 0).unwrap();
        let found: Vec<&str> = hits.profiles.iter().map(ProfileId::as_str).collect();
        assert_eq!((found.as_slice(), hits.total), (expected, expected.len() as u64), "{query}");
    };
    check("Calderon RUIZ", &["ana"]);
    check("claderon", &["ana"]);
    check("иван", &["ivan"]);
    check("ana northwnd", &["ana"]);
    check("madrid", &["madrid", "ana"]);
    check("madird engineer", &["madrid", "ana"]);
    check("spain contoso", &[]);
    check("forever", &[]);
    check("rui", &[]);
    check("'); DROP TABLE profile; --", &[]);
    check("  ,;( ", &[]);
    let page = index.search("engineer", 1, 1).unwrap();
    assert_eq!((page.profiles.len(), page.total), (1, 2));
    let past = index.search("engineer", 5, 9).unwrap();
    assert_eq!((past.profiles.len(), past.total), (0, 2));
}

/// Edits in any order and in any commits; a key that everybody has grows until its list is cut and shrinks again.
fn the_three_agree(url: &str) {
    let edit = (0..40_u16, proptest::option::weighted(0.8, proptest::collection::vec(0..9_u64, 0..5)), any::<bool>());
    let asked = proptest::collection::vec(proptest::collection::vec(0..10_u64, 0..5), 20);
    let cases = (proptest::collection::vec(edit, 1..80), asked, 0..12_usize, any::<bool>());
    let mut runner = TestRunner::new(Config { cases: 12, failure_persistence: None, ..Config::default() });
    let checked = runner.run(&cases, |(edits, asked, limit, crowd)| {
        let mut writer = PostgresWriter::open(url, &key()).unwrap();
        writer.clear().unwrap();
        let mut truth: BTreeMap<String, Entry> = BTreeMap::new();
        let put = |writer: &mut PostgresWriter, who: String, keys: &[u64]| {
            let of = || item(&who, keys, &[100 + keys.len() as u64, 200]);
            writer.put(row(of())).unwrap();
            let entry = of();
            (who.clone(), entry)
        };
        for it in 0..if crowd { 4_200 } else { 0 } {
            truth.extend([put(&mut writer, format!("crowd{it}"), &[0, 1_000 + it])]);
        }
        for (revision, (who, keys, commit)) in edits.into_iter().enumerate() {
            let who = format!("p{who}");
            match keys {
                Some(keys) => truth.extend([put(&mut writer, who, &keys)]),
                None => {
                    writer.remove(&id(&who)).unwrap();
                    truth.remove(&who);
                }
            }
            if commit {
                writer.commit(revision as i64).unwrap();
            }
        }
        for it in 0..if crowd { 150 } else { 0 } {
            writer.remove(&id(&format!("crowd{it}"))).unwrap();
            truth.remove(&format!("crowd{it}"));
        }
        writer.commit(99).unwrap();
        Box::new(writer).finish().unwrap();
        let database = PostgresIndex::open(url, &key()).unwrap();
        prop_assert_eq!((database.len(), database.revision()), (truth.len() as u64, 99));
        let memory = Memory::build(truth.into_values()).unwrap();
        let ids = |index: &dyn Index| -> Vec<Vec<String>> {
            let found = index.near(&asked, limit).unwrap();
            found.iter().map(|one| one.iter().map(|it| Found::id(it).to_owned()).collect()).collect()
        };
        prop_assert_eq!(ids(&database), ids(&memory));
        let hashes: Vec<u64> = (0..10).chain(100..106).chain([200]).collect();
        prop_assert_eq!(frequencies(&database, &hashes), frequencies(&memory, &hashes));
        Ok(())
    });
    checked.unwrap();
}
