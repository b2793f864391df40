//! Verbs and flags: help for each, and what is said of those that do not exist.

use super::Home;
use insta::assert_snapshot;

/// The verbs that a page of help lists.
fn verbs(help: &str) -> Vec<String> {
    let listed = help.lines().skip_while(|it| *it != "Commands:").skip(1).take_while(|it| !it.is_empty());
    let names = listed.filter(|it| it.starts_with("  ") && !it.starts_with("   ")).filter_map(|it| it.split_whitespace().next());
    names.filter(|it| *it != "help").map(str::to_owned).collect()
}

/// Checks the help of a verb and of every verb below it; returns how many have no verbs below them.
fn check_help(home: &Home, verb: &str) -> usize {
    let help = home.run(&format!("{verb} --help"), "");
    assert_eq!((help.code, help.stderr.as_str()), (Some(0), ""), "{verb} --help");
    let below = verbs(&help.stdout);
    if below.is_empty() {
        assert!(help.stdout.contains("Example"), "`{verb} --help` shows no example:\n{}", help.stdout);
        return 1;
    }
    below.iter().map(|it| check_help(home, format!("{verb} {it}").trim())).sum()
}

#[test]
fn every_verb_has_help_with_an_example() {
    assert!(check_help(&Home::new(), "") >= 7);
}

#[test]
fn a_verb_or_flag_that_does_not_exist_is_a_usage_error() {
    let home = Home::new();
    assert_snapshot!(home.see("frobnicate"), @r"
    exit 2
    error: unrecognized subcommand 'frobnicate'

    Usage: acquaint [OPTIONS] <COMMAND>

    For more information, try '--help'.
    ");
    assert_snapshot!(home.see("frobnicate --json"), @r#"
    exit 2
    {"error":"unrecognized subcommand 'frobnicate'","meaning":"nothing was done","fix":"`acquaint help` lists verbs and options","code":2}
    "#);
    assert_snapshot!(home.see("doctor --colour"), @r"
    exit 2
    error: unexpected argument '--colour' found

    Usage: acquaint doctor [OPTIONS]

    For more information, try '--help'.
    ");
    assert_snapshot!(home.see("doctor --jsno --json"), @r#"
    exit 2
    {"error":"unexpected argument '--jsno' found","meaning":"nothing was done","fix":"a similar argument exists: '--json'","code":2}
    "#);
    assert_snapshot!(home.see("tenant add acme --json"), @r#"
    exit 2
    {"error":"the following required arguments were not provided: --lever-key-file <FILE>","meaning":"nothing was done","fix":"`acquaint help` lists verbs and options","code":2}
    "#);
    assert_snapshot!(home.see("completions tcsh"), @r"
    exit 2
    error: invalid value 'tcsh' for '<SHELL>'
      [possible values: bash, elvish, fish, powershell, zsh]

      tip: a similar value exists: 'zsh'

    For more information, try '--help'.
    ");
    assert_eq!(home.run("", "").code, Some(2));
}

#[test]
fn what_is_not_there_yet_is_a_usage_error() {
    let home = Home::new();
    let ended = home.run("prove acme", "");
    assert!(ended.code == Some(2) && ended.stderr.starts_with("error: unrecognized subcommand"), "{}", ended.stderr);
}

#[test]
fn global_flags_stand_before_or_after_the_verb() {
    let home = Home::new();
    let before = home.see("--data-dir ~/d --json tenant list");
    let after = home.see("tenant list --json --data-dir ~/d");
    assert_eq!((before.as_str(), after.as_str()), ("exit 0\n", "exit 0\n"));
}

#[test]
fn completions_and_the_version_go_to_stdout() {
    let home = Home::new();
    let script = home.run("completions bash", "");
    assert!(script.stdout.contains("_acquaint()") && script.stderr.is_empty() && script.code == Some(0));
    assert!(home.see("--version").starts_with("exit 0\nacquaint "));
}

#[test]
fn output_that_cannot_be_written_is_an_error_but_a_reader_that_left_is_not() {
    let home = Home::new();
    let binary = env!("CARGO_BIN_EXE_acquaint");
    let shell = |pipe: &str| {
        let script = format!("{binary} completions bash {pipe}; echo \"code $?\"");
        let output = std::process::Command::new("bash").args(["-c", &script]).env_clear().env("HOME", home.path("")).output();
        let output = output.expect("bash is there");
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
    };
    assert_snapshot!(shell("> /dev/full"), @r"
    code 1
    error: the output could not be written
      this means: what was printed is not complete; the work itself is done
      what to do: make room where the output goes, then run the command again
    ");
    assert_snapshot!(shell("| (exec 0<&-); echo \"first ${PIPESTATUS[0]}\""), @r"
    first 0
    code 0
    ");
}
