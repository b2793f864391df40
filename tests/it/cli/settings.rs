//! Flags, environment and file of settings, right and wrong.

use super::Home;
use insta::assert_snapshot;

#[test]
fn a_wrong_file_of_settings_is_named_with_its_key_and_line() {
    let home = Home::new();
    let toml = |name: &str, text: &[u8]| home.file(&format!("{name}/acquaint.toml"), text);
    toml("near", b"databse_url = \"postgres://db/x\"\n");
    toml("far", b"[worker]\nthreads = 4\n");
    toml("number", b"\nkey_file = 12\n");
    toml("broken", b"# fine\nkey_file = \"s3cret\n");
    toml("binary", b"key_file = \"\xff\"\n");
    assert_snapshot!(home.see("tenant list --data-dir ~/near"), @r"
    exit 2
    error: the settings in ~/near/acquaint.toml have an unknown key `databse_url`
      this means: nothing was done
      what to do: did you mean `database_url`?
    ");
    assert_snapshot!(home.see("tenant list --data-dir ~/near --json"), @r#"
    exit 2
    {"error":"the settings in ~/near/acquaint.toml have an unknown key `databse_url`","meaning":"nothing was done","fix":"did you mean `database_url`?","code":2}
    "#);
    assert_snapshot!(home.see("tenant list --data-dir ~/far"), @r"
    exit 2
    error: the settings in ~/far/acquaint.toml have an unknown key `worker`
      this means: nothing was done
      what to do: the keys are alert_secret_file, alert_url, data_dir, database_url, index, key_file, profile_url, standstill_minutes, weights
    ");
    assert_snapshot!(home.see("tenant list --data-dir ~/number"), @r"
    exit 2
    error: `key_file` in ~/number/acquaint.toml must be a text
      this means: nothing was done
      what to do: put the value into double quotes
    ");
    assert_snapshot!(home.see("tenant list --data-dir ~/broken"), @r#"
    exit 2
    error: the settings in ~/broken/acquaint.toml are not TOML at line 2
      this means: nothing was done
      what to do: write one `key = "value"` a line
    "#);
    assert_snapshot!(home.see("tenant list --data-dir ~/binary"), @r"
    exit 2
    error: the settings in ~/binary/acquaint.toml cannot be read: invalid data
      this means: nothing was done
      what to do: check that the file exists, is yours to read, and is text
    ");
    assert_snapshot!(home.see("tenant list --config ~/absent.toml"), @r"
    exit 2
    error: the settings in ~/absent.toml cannot be read: entity not found
      this means: nothing was done
      what to do: check that the file exists, is yours to read, and is text
    ");
}

#[test]
fn a_standstill_is_longer_than_any_polite_wait() {
    let home = Home::new();
    for (minutes, code) in [("5", 0), ("1440", 0), ("4", 2), ("1441", 2), ("-30", 2), ("30 minutes", 2), ("", 2)] {
        home.file("still/acquaint.toml", format!("standstill_minutes = \"{minutes}\"\n"));
        let ended = home.run("tenant list --data-dir ~/still", "");
        assert_eq!(ended.code, Some(code), "{minutes}: {}", ended.stderr);
        assert_eq!(ended.stderr.contains("is not a number from 5 to 1440"), code == 2, "{minutes}: {}", ended.stderr);
    }
}

#[test]
fn a_password_on_the_command_line_is_refused_and_not_repeated() {
    let home = Home::new();
    for url in ["postgres://acquaint:s3cret@db/acquaint", "postgres://db/acquaint?user=a&password=s3cret"] {
        let ended = home.run(&format!("tenant list --database-url {url}"), "");
        assert_eq!(ended.code, Some(2));
        assert!(!ended.stderr.contains("s3cret"), "{}", ended.stderr);
    }
    assert_snapshot!(home.see("tenant list --database-url postgres://a:s3cret@db/x"), @r"
    exit 2
    error: the database URL on the command line holds a password
      this means: nothing was done
      what to do: give the URL in ACQUAINT_DATABASE_URL or acquaint.toml: other users can read a command line
    ");
    assert_snapshot!(home.see("tenant list --database-url mysql://db/x"), @r"
    exit 2
    error: the database URL is not one of PostgreSQL
      this means: nothing was done
      what to do: write postgres://USER@HOST/DATABASE
    ");
}

#[test]
fn a_flag_wins_over_the_environment_which_wins_over_the_file() {
    let in_file = Home::new();
    in_file.file("settings.toml", "data_dir = \"from-file\"\n");
    let file = in_file.run("doctor --config ~/settings.toml", "").stdout;
    assert!(file.contains("~/from-file is not there yet"), "{file}");
    let variable = Home { variables: vec![("HOME", "/nowhere".into()), ("ACQUAINT_DATA_DIR", "/from-variable".into())], ..in_file };
    let shown = variable.run("doctor --config ~/settings.toml", "").stdout;
    assert!(shown.contains("/from-variable is not there yet"), "{shown}");
    let flag = variable.run("doctor --config ~/settings.toml --data-dir /from-flag", "").stdout;
    assert!(flag.contains("/from-flag is not there yet"), "{flag}");
}

#[test]
fn the_default_places_are_those_of_the_desktop() {
    let home = Home::new();
    assert!(home.run("doctor", "").stdout.contains("~/.local/share/acquaint is not there yet"));
    let relative = Home::new().with("XDG_DATA_HOME", "relative");
    assert!(relative.run("doctor", "").stdout.contains("~/.local/share/acquaint is not there yet"));
    let absolute = Home::new().with("XDG_DATA_HOME", "/srv/data");
    assert!(absolute.run("doctor", "").stdout.contains("/srv/data/acquaint is not there yet"));
    let nowhere = Home { variables: Vec::new(), ..Home::new() };
    assert_snapshot!(nowhere.see("tenant list"), @r"
    exit 2
    error: neither XDG_DATA_HOME nor HOME is set
      this means: nothing was done
      what to do: name a folder with --data-dir or ACQUAINT_DATA_DIR
    ");
}

#[test]
fn a_data_directory_that_cannot_be_used_is_told() {
    let home = Home::new();
    home.file("a-file", "");
    assert_snapshot!(home.see("tenant list --data-dir ~/a-file"), @r"
    exit 2
    error: the data directory ~/a-file is or lies in a file
      this means: nothing was done
      what to do: name a folder with --data-dir
    ");
    // Even root makes no folder here.
    assert_snapshot!(home.see("tenant list --data-dir /sys/acquaint"), @r"
    exit 1
    error: the data directory /sys/acquaint cannot be made: permission denied
      this means: nothing was done
      what to do: make it writable, or name another folder with --data-dir
    ");
}

#[test]
fn a_filter_of_logs_that_cannot_be_read_is_told() {
    let home = Home::new().with("ACQUAINT_LOG", "acquaint=loud=very");
    assert_snapshot!(home.see("completions bash"), @r"
    exit 2
    error: ACQUAINT_LOG is not a filter of logs
      this means: nothing was done
      what to do: write levels by target, such as `info` or `warn,acquaint=debug`
    ");
}
