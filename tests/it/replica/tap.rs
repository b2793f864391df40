//! A stranger that was written for Lever and knows nothing of us: Singer's `tap-lever`, a process of its own, syncs the replica.

use acquaint::replica::{Options, Replica};
use acquaint::world::{Account, Plan, World, candidates_jsonl};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// What it is told to sync, of all that it knows.
const STREAMS: [&str; 6] = ["opportunities", "opportunity_resumes", "users", "stages", "archive_reasons", "postings"];
/// It asks for one day after another from here on, so the account is young.
const DAYS: u32 = 40;

/// Where its packages lie: made once for each version of the list of them. None where the registry or Python is out of reach.
fn installed() -> Option<PathBuf> {
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/replica/tap/requirements.txt");
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("tap-lever");
    fs::create_dir_all(&place).expect("a folder");
    let turn = File::create(place.with_extension("lock")).expect("a file");
    turn.lock().expect("its turn");
    let (done, wanted) = (place.join("installed.txt"), fs::read_to_string(&list).expect("a list"));
    let python = place.join("bin/python");
    if fs::read_to_string(&done).is_ok_and(|it| it == wanted) {
        return Some(python);
    }
    let quiet = |command: &mut Command| command.output().is_ok_and(|it| it.status.success());
    let made = quiet(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&place));
    let filled = made
        && quiet(Command::new(&python).args(["-m", "pip", "install", "--quiet", "--retries", "1", "--timeout", "20", "-r"]).arg(&list));
    if !filled {
        return None;
    }
    fs::write(&done, wanted).expect("a file");
    Some(python)
}

/// The tap with its files in a folder.
struct Tap {
    python: PathBuf,
    base: String,
    folder: tempfile::TempDir,
}

impl Tap {
    fn run(&self, args: &[&str]) -> Output {
        let wrapper = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/replica/tap/elsewhere.py");
        let mut command = Command::new(&self.python);
        command.arg("-B").arg(wrapper).arg(&self.base).args(["--config", "config.json"]).args(args).current_dir(self.folder.path());
        let output = command.output().expect("Python starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or_default());
        output
    }

    fn write(&self, name: &str, content: &Value) {
        fs::write(self.folder.path().join(name), content.to_string()).expect("a file");
    }

    /// What it knows to sync, with our streams ticked.
    fn catalog(&self) -> Value {
        let mut catalog: Value = serde_json::from_slice(&self.run(&["--discover"]).stdout).expect("a catalog");
        for stream in catalog["streams"].as_array_mut().expect("streams") {
            let selected = STREAMS.contains(&stream["stream"].as_str().expect("a name"));
            let whole = stream["metadata"].as_array_mut().expect("metadata").iter_mut().find(|it| it["breadcrumb"] == json!([]));
            whole.expect("of the stream itself")["metadata"]["selected"] = selected.into();
        }
        catalog
    }

    /// The records of each stream.
    fn sync(&self) -> BTreeMap<String, Vec<Value>> {
        let mut records: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        let output = self.run(&["--catalog", "catalog.json"]).stdout;
        for line in String::from_utf8(output).expect("text").lines() {
            let mut message: Value = serde_json::from_str(line).expect("a message");
            if message["type"] == "RECORD" {
                records.entry(message["stream"].as_str().expect("a name").to_owned()).or_default().push(message["record"].take());
            }
        }
        records
    }
}

/// What a client sees that asks as the tap does: no confidential records, users who are active, opportunities that were updated.
fn expected(account: &Account) -> BTreeMap<&'static str, BTreeSet<&str>> {
    let listed = || account.opportunities.iter().filter(|it| !it.confidential && it.updated_at.is_some());
    BTreeMap::from([
        ("opportunities", listed().map(|it| it.id.as_str()).collect()),
        ("opportunity_resumes", listed().flat_map(|it| &it.resumes).map(|it| it.id.as_str()).collect()),
        ("users", account.users.iter().filter(|it| it.deactivated_at.is_none()).map(|it| it.id.as_str()).collect()),
        ("stages", account.stages.iter().map(|it| it.id.as_str()).collect()),
        ("archive_reasons", account.reasons.iter().map(|it| it.id.as_str()).collect()),
        ("postings", account.postings.iter().filter(|it| !it.confidential).map(|it| it.id.as_str()).collect()),
    ])
}

#[test]
fn singers_tap_syncs_the_replica() {
    let Some(python) = installed() else {
        return eprintln!("SKIPPED: singers_tap_syncs_the_replica (no python3 with venv, or its packages are out of reach)");
    };
    let plan = Plan { contacts: 120, opportunities: 240, profiles: 10, span_days: DAYS, ..Plan::default() };
    let account = World::new(&plan).account;
    let replica = Replica::start(account.clone(), Options { allowance: None, page_limit: 5, ..Options::default() }).expect("a replica");
    let tap = Tap { python, base: replica.base_url(), folder: tempfile::tempdir().expect("a folder") };
    let first = plan.now.plus(-i64::from(DAYS + 1) * 86_400_000).rfc3339().expect("a day");
    tap.write("config.json", &json!({"token": replica.key(), "start_date": first}));
    let catalog = tap.catalog();
    tap.write("catalog.json", &catalog);
    let records = tap.sync();

    let expected = expected(&account);
    assert_eq!(records.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
    for (stream, ids) in &expected {
        let seen: BTreeSet<&str> = records[*stream].iter().map(|it| it["id"].as_str().expect("an id")).collect();
        assert_eq!((records[*stream].len(), &seen), (ids.len(), ids), "{stream}");
        assert!(ids.len() > 5, "{stream} is worth a look");
    }
    // The people are those of the replica's own export.
    let exported: BTreeMap<String, Value> = candidates_jsonl(&account)
        .lines()
        .map(|it| serde_json::from_str::<Value>(it).expect("a line"))
        .map(|it| (it["id"].as_str().expect("an id").to_owned(), it))
        .collect();
    assert!(records["opportunities"].iter().all(|it| exported[it["contact"].as_str().expect("an id")]["name"] == it["name"]));
    assert_eq!(replica.stats().violations, Vec::<String>::new());
}
