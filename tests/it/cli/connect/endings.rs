//! Every way in which connecting, or being connected, ends badly: its words and its code.

use super::Town;
use acquaint::replica::Consent;
use insta::assert_snapshot;

#[test]
fn a_denial_ends_with_three() {
    let town = Town::new(|it| it);
    town.replica.consent(Consent::Denied);
    assert_snapshot!(town.said(&town.connect("--quiet", |it| it)), @r"
    exit 3
    error: access was refused on Lever's page
      this means: nothing was stored: the tenant's connection and its badges are as they were
      what to do: ask a Super Admin of the Lever account to open the page and allow it; the page lists what is asked for
    ");
}

#[test]
fn another_state_ends_with_two() {
    let town = Town::new(|it| it);
    let swap = |it: String| it.replace("state=", "state=x");
    assert_snapshot!(town.said(&town.connect("--quiet", swap)), @r"
    exit 2
    error: the answer that came back belongs to another request
      this means: nothing was stored: the tenant's connection and its badges are as they were
      what to do: run it again and use the newest page alone: an old page, or someone else's, had answered
    ");
    assert_eq!(town.replica.sign_ins().exchanged, 0);
}

#[test]
fn no_answer_ends_with_six() {
    let town = Town::new(|it| it.with_redirect("http://127.0.0.1:1/other"));
    assert_snapshot!(town.said(&town.connect("--quiet --timeout 1", |it| it)), @r"
    exit 6
    error: nobody answered Lever's page in time
      this means: nothing was stored: the tenant's connection and its badges are as they were
      what to do: run it again, open the page on this machine and answer it; --timeout gives more time, --port another port of this machine
    ");
}

#[test]
fn a_port_that_is_taken_ends_with_two() {
    let town = Town::new(|it| it);
    let _taken = std::net::TcpListener::bind(("127.0.0.1", town.port)).expect("free");
    assert_snapshot!(town.said(&town.connect("--quiet", |it| it)), @r"
    exit 2
    error: Lever's answer cannot be received on this machine (address in use)
      this means: nothing was stored: the tenant's connection and its badges are as they were
      what to do: end what listens there, or register another redirect address with the app and name its port with --port
    ");
}

#[test]
fn a_wrong_secret_ends_with_three() {
    let town = Town::new(|it| it);
    town.file(|it| it["client_secret"] = "an-api-key".into());
    assert_snapshot!(town.said(&town.connect("--quiet --lever-oauth-file ~/app.json", |it| it)), @r"
    exit 3
    error: Lever does not accept the app's client secret
      this means: badges stand as they were, and this access cannot renew them
      what to do: write the app's client id and secret (no API key) into the OAuth file, then `acquaint tenant connect NAME --lever-oauth-file FILE`
    ");
}

#[test]
fn a_wrong_audience_ends_with_three() {
    let town = Town::new(|it| it);
    town.file(|it| it["audience"] = "https://api.sandbox.lever.co/v1/".into());
    assert_snapshot!(town.said(&town.connect("--quiet --lever-oauth-file ~/app.json", |it| it)), @r"
    exit 3
    error: Lever's tokens are not for this account's API: wrong audience or environment
      this means: badges stand as they were, and this access cannot renew them
      what to do: see that the tenant's environment (production, sandbox, eu) is the app's own; where Lever told you another `audience`, write it into the OAuth file; then `acquaint tenant connect NAME`
    ");
}

#[test]
fn a_revoked_app_ends_with_three() {
    let town = Town::connected();
    assert_eq!(town.home.run("tenant check acme", "").code, Some(0));
    town.replica.end_access_tokens();
    town.replica.forget_apps();
    assert_snapshot!(town.see("tenant check acme"), @r"
    exit 3
    error: Lever does not know this app any more, or has withdrawn it
      this means: badges stand as they were, and this access cannot renew them
      what to do: see in Lever whether the app still exists and may refresh tokens; then `acquaint tenant connect NAME --lever-oauth-file FILE`
    ");
}

#[test]
fn an_access_that_ended_says_why_and_ends_with_three() {
    let town = Town::connected();
    assert_eq!(town.home.run("tenant check acme", "").code, Some(0));
    town.replica.end_access_tokens();
    town.replica.withdraw();
    assert_snapshot!(town.see("tenant check acme"), @r"
    exit 3
    error: Lever does not accept the refresh token: the access was withdrawn, or the token was used twice
      this means: badges stand as they were, and this access cannot renew them
      what to do: see in Lever whether the app's access was withdrawn, and that no other program or copy of this store uses its token; then `acquaint tenant connect NAME`
    ");
    town.remember("renewed_at = renewed_at - 7776000000");
    assert_snapshot!(town.see("tenant check acme"), @r"
    exit 3
    error: the access to Lever was not used for 90 days, and Lever has ended it
      this means: badges stand as they were, and this access cannot renew them
      what to do: give access again: `acquaint tenant connect NAME`; a run a month keeps it alive
    ");
    town.remember("granted_at = renewed_at - 31536000000");
    assert_snapshot!(town.see("run acme --quiet"), @r"
    exit 3
    error: the access to Lever is over a year old, and Lever has ended it
      this means: badges stand as they were, and this access cannot renew them
      what to do: give access again: `acquaint tenant connect NAME`
    ");
    assert_eq!(town.connect("", |it| it).code, Some(0));
    assert_eq!(town.home.run("run acme --quiet", "").code, Some(0));
}
