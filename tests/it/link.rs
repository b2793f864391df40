//! `acquaint link`: files in, lines out.

use acquaint::world::{Plan, World, candidates_jsonl, profiles_jsonl};
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
    assert!(
        told.starts_with("c-1: match, p-1, over 99.9") && told.contains("the same LinkedIn page: https://www.linkedin.com/in/ana-ruiz\n"),
        "{told}"
    );
    assert!(told.contains("c-2: none, no profile came near\n") && !told.contains("ana ruiz") && !told.contains("Zoltan"), "{told}");
    let page = std::fs::read_to_string(place.path().join("r.html")).unwrap();
    assert!(page.contains("<svg") && !page.contains("http") && !page.contains("<script") && !page.contains("Zoltan"));
}

#[test]
fn the_rows_of_an_explanation_add_up() {
    let done = link(folder(PROFILES.as_bytes(), CANDIDATES.as_bytes()).path(), &["--out", "m", "--explain"]);
    let told = String::from_utf8(done.stderr).unwrap();
    let rows = told.lines().take_while(|it| !it.is_empty()).filter_map(|it| {
        let mut words = it.split_whitespace();
        Some((words.next()?.parse::<f64>().ok()?, words.next()?.parse::<f64>().ok()))
    });
    let mut sum = 0.0;
    for (first, second) in rows {
        let so_far = second.unwrap_or(first);
        sum += if second.is_some() { first } else { 0.0 };
        assert!((sum - so_far).abs() < 0.005, "{told}");
    }
    assert!(sum > 5.0, "{told}");
}

/// What a report quotes is a profile's, and is text wherever it stands.
#[test]
fn a_report_quotes_profiles_as_text() {
    let profile = r#"{"id":"p-<b>","name":"Quentin Abara <i>","location":"Reykjavik","positions":[{"organization":"Glacier <script> Works"}],"schools":[{"organization":"Akureyri College"}]}"#;
    let names = ["Quentin Abara", "Q Abara", "Quentin Baraba", "Quentin Abarra"];
    let lives =
        [r#""location":"Reykjavik""#, r#""location":"Oslo""#, r#""positions":[{"organization":"Glacier Works"}]"#, r#""schools":[]"#];
    let person = |at: usize| format!(r#"{{"id":"c-{at}","name":"{}",{}}}"#, names[at / 4], lives[at % 4]);
    let candidates: Vec<String> = (0..16).map(person).collect();
    let place = folder(profile.as_bytes(), candidates.join("\n").as_bytes());
    assert_eq!(link(place.path(), &["--out", "m", "--report", "r.html"]).status.code(), Some(0));
    let page = std::fs::read_to_string(place.path().join("r.html")).unwrap();
    assert!(page.contains("p-&lt;b&gt;") && page.contains("Quentin Abara &lt;i&gt;"), "some of them are to review");
    assert!(!page.contains("<script") && !page.contains("<i>") && !page.contains("Baraba"));
}

/// Runs with this truth; the exit code, and the score as JSON.
fn scored(truth: &str, code: i32) -> Value {
    let place = folder(PROFILES.as_bytes(), CANDIDATES.as_bytes());
    std::fs::write(place.path().join("t"), truth).unwrap();
    let done = link(place.path(), &["--out", "m", "--truth", "t", "--json"]);
    let told = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(code), "{told}");
    serde_json::from_str(told.lines().last().unwrap()).unwrap()
}

#[test]
fn the_truth_scores_what_was_found() {
    let score = scored("{\"candidate\":\"c-1\",\"profiles\":[\"p-1\"],\"language\":\"es\"}\n{\"candidate\":\"c-2\",\"profiles\":[]}\n", 0);
    for (name, value) in
        [("precision", 1.0), ("recall", 1.0), ("candidate_recall", 1.0), ("best_f1", 1.0), ("false_badge_rate_no_profile", 0.0)]
    {
        assert_eq!(score[name], value, "{name}");
    }
    assert_eq!(score["recall_by_language"]["es"].to_string(), "[1,1.0]");
    let wrong = scored(
        "{\"candidate\":\"c-1\",\"profiles\":[]}\n{\"candidate\":\"c-2\",\"profiles\":[\"p-2\"]}\n{\"candidate\":\"c-3\",\"profiles\":[]}\n",
        4,
    );
    for (name, value) in [("precision", 0.0), ("recall", 0.0), ("false_badge_rate_no_profile", 0.5), ("candidate_recall", 0.0)] {
        assert_eq!(wrong[name], value, "{name}");
    }
    assert_eq!((&wrong["missing"], &wrong["unknown"]), (&Value::from(1), &Value::from(0)));
    assert_eq!(scored("not json\n{\"candidate\":\"c-1\",\"profiles\":[\"p-1\"]}\n", 4)["unknown"], 1);
}

/// `--truth` says what the workload's own scorer says.
#[test]
fn the_score_is_that_of_the_workload() {
    let Some(workload) = std::env::var_os("ACQUAINT_WORKLOAD").filter(|_| Command::new("python3").arg("--version").output().is_ok()) else {
        eprintln!("link::the_score_is_that_of_the_workload: skipped, ACQUAINT_WORKLOAD names no folder or there is no python3");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let packed = |name: &str| Path::new(&workload).join("dev-20k").join(format!("{name}.jsonl.zst"));
    let truth = folder.path().join("truth.jsonl");
    std::fs::write(&truth, zstd::decode_all(std::fs::File::open(packed("truth")).unwrap()).unwrap()).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_acquaint"));
    command.current_dir(folder.path()).args(["link", "--json", "--out", "m", "--profiles"]).arg(packed("profiles"));
    let ours = command.arg("--candidates").arg(packed("candidates")).arg("--truth").arg(packed("truth")).output().unwrap();
    let ours: Value = serde_json::from_slice(&ours.stderr).unwrap();
    let mut command = Command::new("python3");
    command.arg(Path::new(&workload).join("evaluate.py")).arg(&truth).arg(folder.path().join("m")).arg("--json");
    let theirs: Value = serde_json::from_slice(&command.output().unwrap().stdout).unwrap();
    let mut compared = 0;
    for (name, value) in theirs.as_object().unwrap().iter().filter(|it| it.0 != "false_badges_by_flag") {
        compared += same(name, value, &ours[name]);
    }
    assert!(compared > 60, "{compared} numbers");
}

/// Compares every number within; theirs are rounded to five digits.
fn same(name: &str, theirs: &Value, ours: &Value) -> usize {
    match theirs {
        Value::Object(map) => map.iter().map(|(key, value)| same(&format!("{name} {key}"), value, &ours[key])).sum(),
        Value::Array(list) => list.iter().enumerate().map(|(at, value)| same(name, value, &ours[at])).sum(),
        Value::Null => usize::from(ours.is_null()),
        _ => {
            let (theirs, ours) = (theirs.as_f64().unwrap(), ours.as_f64().unwrap_or(f64::NAN));
            assert!((theirs - ours).abs() < 0.00005, "{name}: {ours}, and the workload says {theirs}");
            1
        }
    }
}

/// Precision and recall on invented people from whom nothing was learnt: training takes worlds from seed 1001 on.
#[test]
fn a_world_is_matched_well() {
    let world = World::new(&Plan { seed: 77, profiles: 8_000, ..Plan::for_contacts(1_500) });
    let place = folder(profiles_jsonl(&world).as_bytes(), candidates_jsonl(&world.account).as_bytes());
    let done = link(place.path(), &[]);
    let badges: Vec<Value> = lines(&done.stdout).into_iter().filter(|it| it["decision"] == "match").collect();
    let truth = |it: &Value| world.truth.same_person(it["candidate"].as_str().unwrap(), it["profile"].as_str().unwrap());
    let right = badges.iter().filter(|it| truth(it)).count() as f64;
    let owners = world.truth.rows.iter().filter(|it| !it.profiles.is_empty()).count() as f64;
    let (precision, recall) = (right / badges.len() as f64, right / owners);
    assert!(precision >= 0.98 && recall >= 0.8, "precision {precision:.4}, recall {recall:.4}");
}
