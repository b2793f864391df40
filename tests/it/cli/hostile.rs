//! Input that nobody should send, and places that cannot be used: told with a code, nothing lost, no panic.

use super::Home;
use insta::assert_snapshot;

/// Lines of person JSONL, most of them bad.
fn lines() -> Vec<u8> {
    let mut bytes = Vec::new();
    for line in [
        b"{\"id\":\"a\",\"name\":\"Ana Ruiz\"}".to_vec(),
        b"{\"id\":\"a\",\"name\":\"Ana Ruiz again\"}".to_vec(),
        format!("{{\"id\":\"long\",\"name\":\"{}\"}}", "x".repeat(10_000_000)).into_bytes(),
        format!("{{\"id\":\"longer\",\"name\":\"{}\"}}", "x".repeat(17_000_000)).into_bytes(),
        b"{\"id\":\"half\",\"name\":\"lone \\ud800 half\"}".to_vec(),
        b"{\"id\":\"bytes\",\"name\":\"\xff\xfe\"}".to_vec(),
        "{\"id\":\"rtl\",\"name\":\"\u{202e}evil \u{5d3}\u{5d5}\u{5d3} Z\u{301}\u{302}\u{303}e\"}".into(),
        b"{\"id\":\"esc\",\"name\":\"\\u001b[31mRed\\u0000\"}".to_vec(),
        b"{\"id\":\"years\",\"name\":\"Old\",\"positions\":[{\"organization\":\"X\",\"start\":\"0000-00\",\"end\":\"9999-12\"}]}".to_vec(),
        b"{\"id\":\"\",\"name\":\"Nobody\"}".to_vec(),
        format!("{{\"id\":\"{}\",\"name\":\"Wide\"}}", "i".repeat(201)).into_bytes(),
        b"{\"id\":7,\"name\":\"Number\"}".to_vec(),
        b"{\"id\":\"none\",\"name\":null}".to_vec(),
        b"<html>maria.canary@example.org</html>".to_vec(),
        format!("{{\"id\":\"deep\",\"name\":\"D\",\"x\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000)).into_bytes(),
        b"[]".to_vec(),
    ] {
        bytes.extend(line);
        bytes.push(b'\n');
    }
    bytes
}

#[test]
fn bad_lines_are_counted_and_the_good_ones_are_kept() {
    let home = Home::new();
    home.file("bad.jsonl", lines());
    assert_snapshot!(home.see("profiles import ~/bad.jsonl"), @r"
    exit 4
    16 lines: 6 added, 1 changed, 0 the same, 9 left out
    ~/bad.jsonl, line 4: the line is too long
    ~/bad.jsonl, line 5: not JSON at column 33
    ~/bad.jsonl, line 6: not UTF-8
    ~/bad.jsonl, line 10: an id must not be empty
    ~/bad.jsonl, line 11: an id has at most 200 bytes
    ");
    assert_snapshot!(home.see("profiles search evil"), @r"
    exit 0
    rtl	 evil דוד Ź̂̃e		
    1 of 1 profiles
    ");
    assert_snapshot!(home.see("profiles show years"), @r#"
    exit 0
    {"id":"years","name":"Old","positions":[{"organization":"X","start":"0000-00","end":"9999-12"}]}
    "#);
    let linked = home.run("link --profiles ~/bad.jsonl --candidates ~/bad.jsonl", "");
    assert_eq!(linked.code, Some(4));
    assert_snapshot!(linked.stderr, @r"
    ~/bad.jsonl: 8 bad lines left out: 5, 6, 10, 11, 12, 13, 14, 16
    ~/bad.jsonl: 7 bad lines left out: 5, 6, 10, 11, 12, 14, 16
    ");
    assert!(!linked.stderr.contains("canary"));
}

#[test]
fn files_that_are_not_there_or_not_whole_are_told() {
    let home = Home::new();
    home.file("cut.gz", [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x55]);
    assert_snapshot!(home.see("profiles import ~/cut.gz"), @r"
    exit 2
    error: ~/cut.gz cannot be read: unexpected end of file
      this means: what was read before is kept; import takes the same file again without harm
      what to do: check that the file exists, is yours to read, and is whole
    ");
    assert_snapshot!(home.see("profiles import ~/absent.jsonl"), @r"
    exit 2
    error: ~/absent.jsonl cannot be read: entity not found
      this means: what was read before is kept; import takes the same file again without harm
      what to do: check that the file exists, is yours to read, and is whole
    ");
    assert_snapshot!(home.see("profiles import ~/ --json"), @r#"
    exit 2
    {"error":"~/ cannot be read: is a directory","meaning":"what was read before is kept; import takes the same file again without harm","fix":"check that the file exists, is yours to read, and is whole","code":2}
    "#);
    assert_snapshot!(home.see("link --profiles ~/cut.gz --candidates ~/cut.gz"), @r"
    exit 2
    error: ~/cut.gz cannot be read (unexpected end of file)
      this means: nothing was matched, or not all of it
      what to do: name a readable file of person JSONL, plain, .gz or .zst
    ");
}

#[test]
fn link_writes_over_nothing_that_it_reads() {
    let home = Home::new();
    let input = home.file("people.jsonl", "{\"id\":\"a\",\"name\":\"Ana Ruiz\"}\n");
    std::os::unix::fs::symlink(&input, home.path("same.jsonl")).expect("a writable home");
    let files = "--profiles ~/people.jsonl --candidates ~/people.jsonl";
    assert_snapshot!(home.see(&format!("link {files} --out ~/same.jsonl")), @r"
    exit 2
    error: ~/same.jsonl would be written over
      this means: nothing was read or written
      what to do: give every input and output a file of its own
    ");
    assert_snapshot!(home.see(&format!("link {files} --out ~/out.jsonl --report ~/out.jsonl")), @r"
    exit 2
    error: ~/out.jsonl would be written over
      this means: nothing was read or written
      what to do: give every input and output a file of its own
    ");
    assert_eq!(home.run(&format!("link {files} --report {input}"), "").code, Some(2));
    assert_eq!(std::fs::read_to_string(&input).expect("still there").lines().count(), 1);
}

#[test]
fn resumes_that_cannot_be_read_are_an_outcome_or_are_told() {
    let home = Home::new();
    let huge = std::fs::File::create(home.path("huge.pdf")).expect("a writable home");
    huge.set_len(500 << 20).expect("a sparse file");
    home.file("broken.pdf", "%PDF-1.7 and no more");
    home.file("cv.txt", "Ana Ruiz\nana@example.org\nSoftware engineer with ten years of experience in building things for people.");
    assert_snapshot!(home.see("resume ~/huge.pdf ~/broken.pdf ~/cv.txt"), @r"
    exit 4
    ~/huge.pdf	too_large	unknown	0				
    ~/broken.pdf	unsupported	pdf	0				
    ~/cv.txt	ok	text	0	Ana Ruiz	ana@example.org
    ");
    assert_snapshot!(home.see("resume /dev/zero"), @r"
    exit 4
    /dev/zero	too_large	unknown	0
    ");
    assert_snapshot!(home.see("resume ~/cv.txt ~/absent.pdf --quiet"), @r"
    exit 4
    ~/cv.txt	ok	text	0	Ana Ruiz	ana@example.org		
    error: ~/absent.pdf cannot be opened: entity not found
      this means: the file was left out; the others are read
      what to do: check the name and the permissions
    ");
    assert_snapshot!(home.see("resume ~/absent.pdf --json"), @r#"
    exit 2
    {"error":"~/absent.pdf cannot be opened: entity not found","meaning":"nothing was read","fix":"check the name and the permissions","code":2}
    "#);
}

#[test]
fn a_store_of_a_newer_version_is_left_alone() {
    let home = Home::new();
    assert_eq!(home.run("tenant list", "").code, Some(0));
    let file = home.path(".local/share/acquaint/acquaint.sqlite");
    let bump = async {
        use sqlx::Connection;
        let mut store = sqlx::SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.expect("a store");
        let columns = "version, description, success, checksum, execution_time";
        let newer = format!(
            "INSERT INTO _sqlx_migrations ({columns}) SELECT 9999, description, success, checksum, 0 FROM _sqlx_migrations LIMIT 1"
        );
        sqlx::query(sqlx::AssertSqlSafe(newer)).execute(&mut store).await.expect("a row");
        sqlx::query("UPDATE compatibility SET min_binary = 9999").execute(&mut store).await.expect("a row");
        store.close().await.expect("closed");
    };
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(bump);
    let before = std::fs::read(&file).expect("there");
    assert_snapshot!(home.see("tenant list"), @r"
    exit 1
    error: the store was written by a newer version
      this means: this data belongs to a newer version of acquaint, and an older one could spoil it
      what to do: update acquaint, or name another --data-dir
    ");
    assert_snapshot!(home.see("profiles stats --json"), @r#"
    exit 1
    {"error":"the store was written by a newer version","meaning":"this data belongs to a newer version of acquaint, and an older one could spoil it","fix":"update acquaint, or name another --data-dir","code":1}
    "#);
    assert_eq!(std::fs::read(&file).expect("there"), before);
}

#[test]
fn a_second_writer_of_the_index_ends_with_eight() {
    let home = Home::new();
    home.file("people.jsonl", "{\"id\":\"a\",\"name\":\"Ana Ruiz\"}\n");
    assert_eq!(home.run("profiles import ~/people.jsonl", "").code, Some(0));
    let writer = acquaint::index::DiskWriter::open(&home.path(".local/share/acquaint/index")).expect("nobody writes");
    assert_snapshot!(home.see("profiles import ~/people.jsonl"), @r"
    exit 8
    error: another import is writing the index
      this means: nothing was done
      what to do: wait until it has ended, then try again
    ");
    assert_snapshot!(home.see("profiles remove a --json"), @r#"
    exit 8
    {"error":"another import is writing the index","meaning":"nothing was done","fix":"wait until it has ended, then try again","code":8}
    "#);
    assert_snapshot!(home.see("profiles search ana --quiet"), @r"
    exit 0
    a	Ana Ruiz
    ");
    drop(writer);
    assert_eq!(home.run("profiles remove a", "").code, Some(0));
}

#[test]
fn a_demo_ends_with_its_figures_and_is_not_run_twice_in_one_place() {
    let home = Home::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    assert_snapshot!(home.see(&format!("demo --once --people 5 --quiet --listen {address}")).replace(&address, "ADDR"), @r"
    exit 2
    error: the invented Lever account cannot be served at ADDR: address in use
      this means: nothing was run
      what to do: name another address with --listen
    ");
    assert!(!home.path(".local").exists() && !home.path(".config").exists());
    let shown = home.run("demo --once --people 20 --json --quiet --data-dir ~/demo", "");
    assert_eq!((shown.code, shown.stderr.as_str()), (Some(0), ""));
    let lines: Vec<serde_json::Value> = shown.stdout.lines().map(|it| serde_json::from_str(it).expect("an object a line")).collect();
    assert_eq!((lines.len(), &lines[0]["state"]), (2, &"published".into()));
    assert!(["badges", "badged_contacts", "owners", "precision", "recall"].iter().all(|it| lines[1][it].is_number()), "{}", lines[1]);
    assert_snapshot!(home.see("demo --once --people 20 --quiet --data-dir ~/demo"), @r"
    exit 2
    error: there is already a tenant demo
      this means: nothing was done
      what to do: `acquaint tenant remove demo --purge`, or name another --data-dir
    ");
}
