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
    assert_snapshot!(home.see("tenant list --data-dir ~/near"), @"");
    assert_snapshot!(home.see("tenant list --data-dir ~/near --json"), @"");
    assert_snapshot!(home.see("tenant list --data-dir ~/far"), @"");
    assert_snapshot!(home.see("tenant list --data-dir ~/number"), @"");
    assert_snapshot!(home.see("tenant list --data-dir ~/broken"), @"");
    assert_snapshot!(home.see("tenant list --data-dir ~/binary"), @"");
    assert_snapshot!(home.see("tenant list --config ~/absent.toml"), @"");
}

#[test]
fn a_password_on_the_command_line_is_refused_and_not_repeated() {
    let home = Home::new();
    for url in ["postgres://acquaint:s3cret@db/acquaint", "postgres://db/acquaint?user=a&password=s3cret"] {
        let ended = home.run(&format!("tenant list --database-url {url}"), "");
        assert_eq!(ended.code, Some(2));
        assert!(!ended.stderr.contains("s3cret"), "{}", ended.stderr);
    }
    assert_snapshot!(home.see("tenant list --database-url postgres://a:s3cret@db/x"), @"");
    assert_snapshot!(home.see("tenant list --database-url mysql://db/x"), @"");
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
    assert_snapshot!(nowhere.see("tenant list"), @"");
}

#[test]
fn a_data_directory_that_cannot_be_used_is_told() {
    let home = Home::new();
    home.file("a-file", "");
    assert_snapshot!(home.see("tenant list --data-dir ~/a-file"), @"");
    // Even root makes no folder here.
    assert_snapshot!(home.see("tenant list --data-dir /sys/acquaint"), @"");
}

#[test]
fn a_filter_of_logs_that_cannot_be_read_is_told() {
    let home = Home::new().with("ACQUAINT_LOG", "acquaint=loud=very");
    assert_snapshot!(home.see("completions bash"), @"");
}
