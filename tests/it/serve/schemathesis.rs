//! A stranger that was written for any interface, schemathesis, reads the description and asks the real server everything that it
//! can think of: no error of the server's own, and no answer that is not described.

use super::tokens::{Served, home, printed};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where its packages lie: made once for each version of the list of them. None where the registry or Python is out of reach.
fn installed() -> Option<PathBuf> {
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/serve/schemathesis/requirements.txt");
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("schemathesis");
    fs::create_dir_all(&place).expect("a folder");
    let turn = File::create(place.with_extension("lock")).expect("a file");
    turn.lock().expect("its turn");
    let (done, wanted) = (place.join("installed.txt"), fs::read_to_string(&list).expect("a list"));
    let binary = place.join("bin/schemathesis");
    if fs::read_to_string(&done).is_ok_and(|it| it == wanted) {
        return Some(binary);
    }
    let quiet = |command: &mut Command| command.output().is_ok_and(|it| it.status.success());
    let made = quiet(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&place));
    let pip = ["-m", "pip", "install", "--quiet", "--retries", "1", "--timeout", "20", "-r"];
    if !made || !quiet(Command::new(place.join("bin/python")).args(pip).arg(&list)) {
        return None;
    }
    fs::write(&done, wanted).expect("a file");
    Some(binary)
}

/// Who asks, and how much: the server refuses a sourcer most of what it would do for an admin, so a few questions are enough there.
const STRANGERS: [(&str, &str, &str); 2] = [("admin", "examples,coverage,fuzzing", "40"), ("sourcer", "examples,fuzzing", "10")];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stranger_finds_no_fault() {
    let Some(schemathesis) = installed() else {
        assert!(std::env::var_os("CI").is_none(), "the stranger cannot be installed: no python3 with venv, or no registry of its packages");
        eprintln!("SKIPPED: a_stranger_finds_no_fault (no python3 with venv, or no registry of its packages)");
        return;
    };
    let home = home().await;
    // What is asked for is mostly there: strangers guess no names.
    // And a stream of a run that waits would go on for as long as the stranger listens, so it listens to one that is over.
    let runs = printed(home.path(), "runs acme --json");
    let run: serde_json::Value = serde_json::from_str(runs.lines().next().expect("a run")).expect("JSON");
    let settings = format!(
        "[parameters]\ntenant = \"acme\"\nprofile = \"p-active\"\n\n[[operations]]\ninclude-path-regex = \"/events$\"\nparameters = {{ run = {} }}\n",
        run["run"]
    );
    let served = Served::start(home.path(), &["--no-runs", "--rate", "100000"]);
    let strangers = STRANGERS.map(|(role, phases, examples)| {
        let token = printed(home.path(), &format!("token create acme --role {role}"));
        // Each in a folder of its own, for it leaves files where it works.
        let folder = home.path().join(role);
        fs::create_dir(&folder).expect("a folder");
        fs::write(folder.join("schemathesis.toml"), &settings).expect("a file");
        let mut command = Command::new(&schemathesis);
        command.arg("run").arg(format!("{}/api/v1/openapi.json", served.url)).current_dir(folder);
        command.args(["--header", &format!("Authorization: Bearer {token}")]);
        command.args(["--checks", "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"]);
        command.args(["--phases", phases, "--max-examples", examples, "--seed", "1", "--no-color"]);
        (role, tokio::task::spawn_blocking(move || command.output().expect("it ends")))
    });
    for (role, stranger) in strangers {
        let output = stranger.await.expect("it ends");
        assert!(output.status.success(), "as {role}: {}", String::from_utf8_lossy(&output.stdout));
    }
    assert_eq!(served.stop(), Some(0));
}
