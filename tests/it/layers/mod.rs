//! The house keeps its shape: which room may look at which, and the rules of style that no compiler checks.

mod cycles;
mod scan;

use scan::Scan;
use std::path::{Path, PathBuf};

/// What a room may look at, besides itself.
enum Sees {
    /// These rooms.
    Rooms(&'static [&'static str]),
    /// Every room above it.
    Above,
    /// Every room.
    Any,
}
use Sees::{Above, Any, Rooms};

/// The rooms in the order in which data moves. A row sees only rows above it; only the command line sees all.
const TABLE: &[(&str, Sees)] = &[
    ("model", Rooms(&[])),
    ("secrets", Rooms(&["model"])),
    ("lever", Rooms(&["model", "secrets"])),
    ("resume", Rooms(&["model"])),
    ("index", Rooms(&["model", "secrets"])),
    ("matching", Rooms(&["model"])),
    ("link", Rooms(&["model", "index", "matching"])),
    ("train", Rooms(&["model", "index", "matching", "link"])),
    ("badge", Rooms(&["model"])),
    ("store", Rooms(&["model", "secrets"])),
    ("access", Rooms(&["model", "secrets", "lever", "store"])),
    ("profiles", Rooms(&["model", "index", "store"])),
    ("contact", Rooms(&["model", "lever", "badge"])),
    ("night", Above),
    ("config", Above),
    ("schedule", Above),
    ("serve", Above),
    ("world", Rooms(&["model"])),
    ("replica", Rooms(&["model", "world"])),
    ("cli", Any),
    ("main", Any),
];

/// Who may give raw input to someone outside the run.
const REVEALS: &[&str] = &["src/model/raw.rs", "src/resume/pool.rs", "src/cli/resume.rs", "src/contact/mod.rs"];

/// Who may print.
const PRINTS: &[&str] = &["src/cli/output.rs"];

/// A file with more lines does a second thing.
const LONGEST: usize = 300;

/// What is one table may be longer.
const TABLES: &[&str] = &["src/store/ledger.rs"];

/// How SQL begins; a text in source that begins so belongs in a `.sql` file. What asks an engine about itself (`PRAGMA`) may stand
/// in source: it names none of our tables.
const SQL: &[&str] = &[
    "select ",
    "insert into ",
    "insert or ",
    "update ",
    "delete from ",
    "create table ",
    "create index ",
    "create unique ",
    "drop table ",
    "alter table ",
    "with ",
    "truncate ",
    "copy ",
];

/// One breach: the file, its line, and the rule.
type Breach = String;

/// All breaches of one source file.
fn breaches(file: &str, source: &str) -> Vec<Breach> {
    let scan = Scan::of(source);
    let mut found = Vec::new();
    let mut say = |line: usize, rule: String| found.push(format!("{file}:{line}: {rule}"));
    if !source.starts_with("//!") {
        say(1, "does not open with `//!`".into());
    }
    if source.lines().count() > LONGEST && !TABLES.contains(&file) {
        say(LONGEST, format!("has more than {LONGEST} lines"));
    }
    if !file.starts_with("src/") {
        return found;
    }
    let module = module_of(file);
    let room = module.first().map_or("lib", String::as_str);
    if room != "lib" && !TABLE.iter().any(|(it, _)| *it == room) {
        say(1, format!("`{room}` has no place in the table of rooms"));
    }
    for (line, path) in scan.paths() {
        match target(&module, &path) {
            Some(to) if to == room || may_see(room, &to) => {}
            Some(to) => say(line, format!("`{room}` must not look at `{to}`")),
            None => say(line, "names the whole crate".into()),
        }
    }
    for (line, rule) in words(file, &scan) {
        say(line, rule);
    }
    found.dedup();
    found
}

/// The rules about single words and texts.
fn words(file: &str, scan: &Scan) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (line, before, word, after) in scan.words() {
        let called = before == "." || before == ":";
        let rule = match word {
            "reveal" if called && !REVEALS.contains(&file) => "reveals raw input",
            "println" | "eprintln" | "print" | "eprint" | "dbg" if after == "!" && !PRINTS.contains(&file) => "prints",
            "anyhow" => "uses an error without a next step",
            _ => continue,
        };
        found.push((line, format!("{rule} (`{word}`)")));
    }
    for (line, text) in &scan.texts {
        let text = text.trim_start().to_lowercase();
        if let Some(sql) = SQL.iter().find(|it| text.starts_with(**it) && looks_like_sql(it, &text)) {
            found.push((*line, format!("has SQL outside of a .sql file (`{}…`)", sql.trim_end())));
        }
    }
    found
}

/// Some first words are English too: these ask for a second one.
fn looks_like_sql(first: &str, text: &str) -> bool {
    match first {
        "update " => text.contains(" set "),
        "with " => text.contains(" as ("),
        "select " => text.contains(" from ") && !text.contains(" from pragma_"),
        "copy " => text.contains(" from ") || text.contains(" to std"),
        _ => true,
    }
}

/// The module path of a file: `src/store/sqlite.rs` is `store::sqlite`; the crate's root is empty.
fn module_of(file: &str) -> Vec<String> {
    let inside = file.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod");
    match inside {
        "lib" => Vec::new(),
        _ => inside.split('/').map(str::to_owned).collect(),
    }
}

/// The room that a path from `module` reaches; `None` for the crate's root as a whole.
fn target(module: &[String], path: &[String]) -> Option<String> {
    reached(module, path).into_iter().next().filter(|it| it != "*")
}

/// Where a path from `module` leads, from the crate's root on.
fn reached(module: &[String], path: &[String]) -> Vec<String> {
    let mut at: Vec<&str> = Vec::new();
    for (i, segment) in path.iter().enumerate() {
        match segment.as_str() {
            "super" => {
                if i == 0 {
                    at = module.iter().map(String::as_str).collect();
                }
                at.pop();
            }
            "crate" | "acquaint" if i == 0 => at.clear(),
            "self" => {}
            name => at.push(name),
        }
    }
    at.into_iter().map(str::to_owned).collect()
}

fn may_see(room: &str, to: &str) -> bool {
    let place = |name: &str| TABLE.iter().position(|(it, _)| *it == name);
    match (place(room), place(to)) {
        (Some(from), Some(at)) => match &TABLE[from].1 {
            Rooms(list) => list.contains(&to),
            Above => at < from,
            Any => true,
        },
        _ => false,
    }
}

fn rust_files(folder: &Path, into: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.map(|it| it.expect("a readable folder").path()) {
        if path.is_dir() {
            rust_files(&path, into);
        } else if path.extension().is_some_and(|it| it == "rs") {
            into.push(path);
        }
    }
}

#[test]
fn the_house_keeps_its_shape() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["src", "tests", "benches"] {
        rust_files(&root.join(folder), &mut files);
    }
    files.sort();
    let all = files.iter().flat_map(|path| {
        let name = path.strip_prefix(root).expect("inside the crate").to_string_lossy().into_owned();
        breaches(&name, &std::fs::read_to_string(path).expect("source is UTF-8"))
    });
    let all: Vec<Breach> = all.collect();
    assert!(all.is_empty(), "{} breaches:\n{}", all.len(), all.join("\n"));
}

#[test]
fn the_table_looks_upstream_only() {
    for (at, (room, sees)) in TABLE.iter().enumerate() {
        let Rooms(list) = sees else { continue };
        for to in *list {
            let above = TABLE[..at].iter().any(|(it, _)| it == to);
            assert!(above, "`{room}` would look at `{to}`, which is not above it");
        }
    }
}

#[test]
fn the_map_declares_the_rooms_in_the_order_of_the_table() {
    let map = include_str!("../../../src/lib.rs");
    let declared: Vec<&str> = map.lines().filter_map(|it| it.strip_prefix("pub mod ")).map(|it| it.trim_end_matches(';')).collect();
    let ordered: Vec<&str> = TABLE.iter().map(|(room, _)| *room).filter(|it| declared.contains(it)).collect();
    assert_eq!(declared, ordered);
}

#[test]
fn dependencies_name_no_banned_crate() {
    let manifest = include_str!("../../../Cargo.toml");
    assert!(!manifest.lines().any(|it| it.starts_with("anyhow")), "errors here have a next step: no anyhow");
}

/// Checks what is said of a small source; `//!` is put in front, so the first line of `source` is line 2.
fn check(file: &str, source: &str, expected: &[&str]) {
    let said = breaches(file, &format!("//! A file.\n{source}"));
    let expected: Vec<String> = expected.iter().map(|it| format!("{file}:{it}")).collect();
    assert_eq!(said, expected, "in:\n{source}");
}

#[test]
fn a_path_to_a_room_that_is_not_allowed_is_found() {
    check("src/model/time.rs", "use crate::store::Store;", &["2: `model` must not look at `store`"]);
    check("src/matching/mod.rs", "use crate::{index::{Found, Index}, model};", &["2: `matching` must not look at `index`"]);
    check("src/badge.rs", "use crate::{\n    model,\n    store::{\n        Set,\n    },\n};", &["2: `badge` must not look at `store`"]);
    check("src/index/tantivy.rs", "use super::super::lever::Client;", &["2: `index` must not look at `lever`"]);
    check("src/badge.rs", "use super::night;", &["2: `badge` must not look at `night`"]);
    check("src/index/disk/reader.rs", "fn f() { super::super::super::cli::run() }", &["2: `index` must not look at `cli`"]);
    check("src/night.rs", "fn f() -> crate::cli::Exit { x }", &["2: `night` must not look at `cli`"]);
    check("src/replica/mod.rs", "use crate::lever::Opportunity;", &["2: `replica` must not look at `lever`"]);
    check("src/model/ids.rs", "macro_rules! m { () => { $crate::store::Tenant } }", &["2: `model` must not look at `store`"]);
    check("src/model/ids.rs", "pub(in crate::store) fn f() {}", &["2: `model` must not look at `store`"]);
    check("src/badge.rs", "use acquaint::store::Set;", &["2: `badge` must not look at `store`"]);
    check("src/store/mod.rs", "use crate::model;\nuse crate::*;", &["3: names the whole crate"]);
    check("src/store/mod.rs", "use crate as house;", &["2: names the whole crate"]);
    check("src/store/mod.rs", "use crate::{self, model};", &["2: names the whole crate"]);
    check("src/badge.rs", "use super::*;", &["2: names the whole crate"]);
}

#[test]
fn a_path_that_is_allowed_is_not() {
    check("src/store/sqlite.rs", "use super::{StoreError, sql::*};\nuse crate::{model::RunId, secrets};", &[]);
    check("src/night.rs", "use crate::{badge, lever::Lever, store::{self, Store}};", &[]);
    check("src/cli/tenant.rs", "use crate::world; use super::Context;", &[]);
    check("src/main.rs", "use acquaint::cli::{self, Cli};", &[]);
    check("src/badge.rs", "// use crate::store::Set;\nconst S: &str = \"crate::store\";\n/* crate::night /* twice */ */", &[]);
    check("src/badge.rs", "const R: &str = r#\"a \" crate::store\"#; fn f<'a>(c: char) -> bool { c == '\"' || c == '\\'' }", &[]);
    check("src/index/disk/reader.rs", "use super::super::Index; use super::writer;", &[]);
}

#[test]
fn a_room_without_a_place_is_found() {
    check("src/utils.rs", "", &["1: `utils` has no place in the table of rooms"]);
    check("src/common/strings.rs", "", &["1: `common` has no place in the table of rooms"]);
}

#[test]
fn a_breach_of_style_is_found() {
    check("src/badge.rs", "fn f(t: RawText) { t.reveal(); }", &["2: reveals raw input (`reveal`)"]);
    check("src/badge.rs", "fn f(t: Option<RawText>) { t.map(RawText::reveal); }", &["2: reveals raw input (`reveal`)"]);
    check("src/resume/pool.rs", "fn f(t: RawResume) { t.reveal(); }", &[]);
    check("src/night.rs", "fn f() {\n    println!(\"x\");\n    eprintln!(); }", &["3: prints (`println`)", "4: prints (`eprintln`)"]);
    check("src/cli/output.rs", "fn f() { eprintln!(); }", &[]);
    check("src/store/sqlite.rs", "const Q: &str = \"SELECT id FROM profile\";", &["2: has SQL outside of a .sql file (`select…`)"]);
    check("src/store/sqlite.rs", "const Q: &str = r#\"\n  delete from badge\"#;", &["2: has SQL outside of a .sql file (`delete from…`)"]);
    check("src/cli/mod.rs", "const Q: &str = \"update the index, then run again\";", &[]);
    check("src/badge.rs", "use anyhow::Result;", &["2: uses an error without a next step (`anyhow`)"]);
    let long = "\n".repeat(LONGEST);
    check("src/badge.rs", &long, &["300: has more than 300 lines"]);
    assert_eq!(breaches("tests/it/x.rs", "fn f() {}"), ["tests/it/x.rs:1: does not open with `//!`"]);
}
