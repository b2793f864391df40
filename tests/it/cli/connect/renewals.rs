//! Processes that meet at a renewal, or die there.

use super::Town;
use acquaint::replica::{Fault, Kind};
use insta::assert_snapshot;
use std::time::Duration;

#[test]
fn processes_that_meet_renew_once() {
    let town = Town::connected();
    for renewed in 1..=2 {
        town.replica.fail_next(Kind::Token, Fault::Delay(Duration::from_millis(300)));
        let children: Vec<_> = (0..4).map(|_| town.start("tenant check acme")).collect();
        for child in children {
            let ended = child.wait_with_output().expect("it ends");
            assert_eq!(ended.status.code(), Some(0), "{}", String::from_utf8_lossy(&ended.stderr));
        }
        assert_eq!((town.replica.sign_ins().renewed, town.replica.sign_ins().reused), (renewed, 0));
        town.replica.end_access_tokens();
    }
}

#[test]
fn a_kill_between_keeping_and_using_loses_nothing() {
    let town = Town::connected();
    town.killed_at(Kind::Opportunities);
    assert_eq!(town.home.run("tenant check acme", "").code, Some(0));
    assert_eq!((town.replica.sign_ins().renewed, town.replica.sign_ins().reused), (1, 0));
}

/// Lever's answer was on its way: nobody has the new token, and Lever takes the old one for stolen. It cannot be mended, only told.
#[test]
fn a_kill_before_the_answer_is_told_as_it_is() {
    let town = Town::connected();
    town.killed_at(Kind::Token);
    assert_snapshot!(town.see("tenant check acme"), @r"
    exit 3
    error: a renewal of the access to Lever broke off, and the new token is lost
      this means: Lever took the token that we had left for a stolen one, and ended the access; badges stand as they were
      what to do: give access again: `acquaint tenant connect NAME`
    ");
    assert_eq!(town.connect("", |it| it).code, Some(0));
    assert_eq!(town.home.run("tenant check acme", "").code, Some(0));
}
