//! `acquaint link`: files in, lines out.

use serde_json::Value;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output};

const PROFILES: &str = r#"{"id":"p-1","name":"Ana Ruiz","location":"Madrid, Spain","links":["https://www.linkedin.com/in/ana-ruiz"],"unknown":1}
{"id":"p-2","name":"Bruno Jones","emails":null,"positions":[{"organization":"Acme","start":null}]}
"#;
const CANDIDATES: &str = r#"{"id":"c-1","name":"ana ruiz","links":["linkedin.com/in/Ana-Ruiz/"]}

{"id":"c-2","name":"Zoltan Kiss"}
"#;

fn link(folder: &Path, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_acquaint"));
    command.current_dir(folder).args(["link", "--profiles", "p", "--candidates", "c"]).args(more);
    command.output().unwrap()
}

fn folder(profiles: &[u8], candidates: &[u8]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("p"), profiles).unwrap();
    std::fs::write(folder.path().join("c"), candidates).unwrap();
    folder
}

fn lines(text: &[u8]) -> Vec<Value> {
    String::from_utf8(text.to_vec()).unwrap().lines().map(|it| serde_json::from_str(it).unwrap()).collect()
}

fn check(profiles: &[u8], candidates: &[u8], code: i32, stderr: &str, decisions: &str) {
    let done = link(folder(profiles, candidates).path(), &[]);
    assert_eq!(done.status.code(), Some(code));
    assert_eq!(String::from_utf8_lossy(&done.stderr), stderr);
    let found = lines(&done.stdout);
    let found: Vec<String> = found.iter().map(|it| format!("{} {}", it["candidate"], it["decision"]).replace('"', "")).collect();
    assert_eq!(found.join(", "), decisions);
}

#[test]
fn one_line_a_candidate_in_input_order() {
    let done = link(folder(PROFILES.as_bytes(), CANDIDATES.as_bytes()).path(), &[]);
    let found = lines(&done.stdout);
    assert_eq!(found[0]["profile"], "p-1");
    assert_eq!(found[0]["evidence"][0]["feature"], "name");
    assert_eq!(found[1].to_string(), {
        let none = r#"{"candidate":"c-2","decision":"none","evidence":[],"probability":0.0,"profile":null,"runner_up":null}"#;
        none.parse::<Value>().unwrap().to_string()
    });
    check(PROFILES.as_bytes(), CANDIDATES.as_bytes(), 0, "", "c-1 match, c-2 none");
}

#[test]
fn files_may_be_packed() {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(PROFILES.as_bytes()).unwrap();
    let zstd = zstd::encode_all(CANDIDATES.as_bytes(), 1).unwrap();
    check(&gzip.finish().unwrap(), &zstd, 0, "", "c-1 match, c-2 none");
}

#[test]
fn bad_lines_are_told_by_number() {
    let profiles = format!("\u{feff}{PROFILES}<html>\n");
    let candidates =
        [CANDIDATES.as_bytes(), b"{\"id\":\"\"}\n\xff\xfe\n{\"id\":\"c-3\",\"name\":\"\\ud800\"}\n[]\n{\"id\":\"c-4\",\"name\":null}"]
            .concat();
    let told = "p: 1 bad lines left out: 3\nc: 4 bad lines left out: 4, 5, 6, 7\n";
    check(profiles.as_bytes(), &candidates, 4, told, "c-1 match, c-2 none, c-4 none");
}

#[test]
fn empty_files_are_no_error() {
    check(b"", CANDIDATES.as_bytes(), 0, "", "c-1 none, c-2 none");
    check(PROFILES.as_bytes(), b"", 0, "", "");
}

#[test]
fn a_missing_or_broken_file_is_an_input_error() {
    let place = folder(PROFILES.as_bytes(), &[0x28, 0xb5, 0x2f, 0xfd, 1, 2, 3]);
    let broken = link(place.path(), &[]);
    assert_eq!(broken.status.code(), Some(2));
    std::fs::remove_file(place.path().join("p")).unwrap();
    let missing = link(place.path(), &["--json"]);
    assert_eq!(missing.status.code(), Some(2));
    let told: Value = serde_json::from_slice(&missing.stderr).unwrap();
    assert_eq!(told["error"], "p cannot be read (entity not found)");
}

#[test]
fn out_explain_and_report() {
    let place = folder(PROFILES.as_bytes(), CANDIDATES.as_bytes());
    let done = link(place.path(), &["--out", "m", "--explain", "--report", "r.html"]);
    assert_eq!((done.status.code(), done.stdout.len()), (Some(0), 0));
    assert_eq!(lines(&std::fs::read(place.path().join("m")).unwrap()).len(), 2);
    let told = String::from_utf8(done.stderr).unwrap();
    assert!(told.starts_with("c-1: match, p-1 with probability 0.9") && told.contains("\n  linkedin  same"), "{told}");
    let page = std::fs::read_to_string(place.path().join("r.html")).unwrap();
    assert!(page.contains("<svg") && !page.contains("http") && !page.contains("Ruiz"));
}

/// Precision and recall on a workload: `ACQUAINT_WORKLOAD` names the folder of workloads; `dev-20k` in it has `profiles`, `candidates`
/// and `truth`, each `.jsonl.zst`.
#[test]
fn a_workload_is_matched_well() {
    let Some(workload) = std::env::var_os("ACQUAINT_WORKLOAD") else {
        eprintln!("link::a_workload_is_matched_well: skipped, ACQUAINT_WORKLOAD names no folder");
        return;
    };
    let file = |name: &str| Path::new(&workload).join("dev-20k").join(format!("{name}.jsonl.zst"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_acquaint"));
    let done = command.arg("link").arg("--profiles").arg(file("profiles")).arg("--candidates").arg(file("candidates")).output().unwrap();
    let truth = lines(&zstd::decode_all(std::fs::File::open(file("truth")).unwrap()).unwrap());
    let owned = |it: &Value| truth.iter().find(|row| row["candidate"] == it["candidate"]).map(|row| row["profiles"].clone());
    let badges: Vec<Value> = lines(&done.stdout).into_iter().filter(|it| it["decision"] == "match").collect();
    let right = badges.iter().filter(|it| owned(it).is_some_and(|own| own.as_array().unwrap().contains(&it["profile"]))).count() as f64;
    let owners = truth.iter().filter(|it| it["profiles"] != Value::Array(Vec::new())).count() as f64;
    let (precision, recall) = (right / badges.len() as f64, right / owners);
    assert!(precision >= 0.99 && recall >= 0.88, "precision {precision:.4}, recall {recall:.4}");
}
