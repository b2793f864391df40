//! `tenant check` against the replica: which boxes are missing, by name; and `replica --faults` from outside.

use super::Home;
use crate::polite::Polite;
use acquaint::replica::{Faults, Key, Kind, Options, Permission, TEST_KEY};
use acquaint::world::{Account, Plan, World};
use insta::assert_snapshot;
use serde_json::Value;

/// A home with a tenant whose key has no box but those that are left, and the account behind it.
fn with_lever(key: Key, account: impl FnOnce(&mut Account)) -> (Home, Polite) {
    let mut world = World::new(&Plan { profiles: 0, ..Plan::for_opportunities(60) });
    account(&mut world.account);
    let replica = Polite::start(world.account, Options { keys: vec![key], ..Options::default() });
    let home = Home::new();
    home.file("acme.key", TEST_KEY);
    let added = home.run(&format!("tenant add acme --lever-key-file ~/acme.key --lever-url {} --quiet", replica.base_url()), "");
    assert_eq!(added.code, Some(0), "{}", added.stderr);
    (home, replica)
}

/// The newest opportunity has a résumé.
fn with_resumes(account: &mut Account) {
    let resume = account.opportunities.iter().find_map(|it| it.resumes.first()).expect("some have one").clone();
    account.opportunities.iter_mut().filter(|it| it.resumes.is_empty()).for_each(|it| it.resumes.push(resume.clone()));
}

/// What people see of a check, its cells apart by bars, and without the note that is always the same.
fn checked(home: &Home) -> String {
    let seen = home.see("tenant check acme").replace('\t', " | ");
    let lines = seen.lines().filter(|it| !it.starts_with("not seen from outside: boxes beyond these."));
    lines.map(str::trim_end).collect::<Vec<_>>().join("\n")
}

fn key() -> Key {
    Key::new(TEST_KEY)
}

#[test]
fn a_key_with_every_box_is_told_so() {
    let (home, replica) = with_lever(key(), with_resumes);
    assert_snapshot!(checked(&home), @r"
    exit 0
    badges | List opportunities | granted |
    badges | List applications | granted |
    badges, contact details | Read opportunity | granted |
    badges | List deleted opportunities | granted |
    badges | List stages | granted |
    badges | List archive reasons | unseen | not needed: the list of stages has them too
    badges | List users | granted |
    badges | List postings | granted |
    résumés, contact details | List opportunity resumes | granted |
    résumés, contact details | Download opportunity resumes | granted |
    ");
    let stats = replica.stats();
    assert!(stats.attempts <= 10, "{} requests", stats.attempts);
    assert_eq!((stats.of(Kind::ResumeDownload), stats.of(Kind::Forbidden)), (1, 0));
    let asked = replica.log().into_iter().filter(|it| it.kind == Kind::Opportunities).map(|it| it.query).collect::<Vec<_>>();
    assert_eq!(asked, ["limit=5&expand=applications&include=id"], "ids, and the applications that every run asks for");
}

#[test]
fn every_missing_box_is_named() {
    let key = key().without(Permission::Users).without(Permission::Stages).without(Permission::Applications);
    let (home, replica) = with_lever(key, with_resumes);
    replica.misbehave(
        &["without:opportunities-deleted", "without:opportunity", "without:resume-download"].map(|it| Faults::parse(it).unwrap()),
    );
    assert_snapshot!(checked(&home), @r#"
    exit 4
    badges | List opportunities | granted |
    badges | List applications | missing | badges name no posting, an applicant can count as a prospect, and some matches lack evidence
    badges, contact details | Read opportunity | missing | an opportunity that leaves the list is taken for gone without a second look
    badges | List deleted opportunities | missing | recent runs miss deletions until the next full run
    badges | List stages | missing | badges show the ids of stages
    badges | List archive reasons | granted |
    badges | List users | missing | badges show the ids of recruiters
    badges | List postings | granted |
    résumés, contact details | List opportunity resumes | granted |
    résumés, contact details | Download opportunity resumes | missing | no résumé is read, and more people stay in review
    error: Lever refuses this key parts of the account: "List applications", "Read opportunity", "List deleted opportunities", "List stages", "List users", "Download opportunity resumes"
      this means: runs go on without these parts, and end with 4
      what to do: in Lever: Settings > Integrations and API > new key, tick them too; then `acquaint tenant set acme key_file=FILE`
    "#);
    let shown = home.run("tenant check acme --json", "");
    let object: Value = serde_json::from_str(&shown.stdout).expect("one object");
    assert_eq!((shown.code, &object["lists_opportunities"]), (Some(4), &Value::Bool(true)));
    let missing = object["permissions"].as_array().unwrap().iter().filter(|it| it["grant"] == "missing");
    assert_eq!(
        missing.map(|it| it["scope"].as_str().unwrap()).collect::<Vec<_>>(),
        [
            "applications:read:admin",
            "opportunities:read:admin",
            "opportunities:read:admin",
            "stages:read:admin",
            "users:read:admin",
            "resumes:read:admin",
        ]
    );
}

#[test]
fn without_the_list_no_run_is_possible() {
    let (home, _replica) = with_lever(key().without(Permission::Opportunities), |_| ());
    assert_snapshot!(checked(&home), @r#"
    exit 3
    badges | List opportunities | missing | no run is possible
    badges | List applications | unseen | without the list there is nothing to ask for
    badges, contact details | Read opportunity | unseen | there is no opportunity to ask for
    badges | List deleted opportunities | missing | recent runs miss deletions until the next full run
    badges | List stages | granted |
    badges | List archive reasons | unseen | not needed: the list of stages has them too
    badges | List users | granted |
    badges | List postings | granted |
    résumés, contact details | List opportunity resumes | unseen | there is no opportunity to ask for
    résumés, contact details | Download opportunity resumes | unseen | there is no opportunity to ask for
    error: Lever refuses this key a part of the account: its box "List opportunities" is not ticked
      this means: badges stand as they were
      what to do: in Lever: Settings > Integrations and API > new key, tick "List opportunities"; then `acquaint tenant set NAME key_file=FILE`
    "#);
}

#[test]
fn confidential_access_is_asked_for_where_it_is_wanted() {
    let (home, replica) = with_lever(key(), |_| ());
    home.run("tenant set acme confidential=true resumes=none", "");
    assert_snapshot!(checked(&home), @r#"
    exit 3
    badges | List opportunities | granted |
    confidential badges | List opportunities, with access to confidential data | missing | no run is possible while the tenant has confidential=true
    badges | List applications | granted |
    badges, contact details | Read opportunity | granted |
    badges | List deleted opportunities | granted |
    badges | List stages | granted |
    badges | List archive reasons | unseen | not needed: the list of stages has them too
    badges | List users | granted |
    badges | List postings | granted |
    error: Lever refuses this key a part of the account: its box "List opportunities, with access to confidential data" is not ticked
      this means: badges stand as they were
      what to do: in Lever: Settings > Integrations and API > new key, tick "List opportunities, with access to confidential data"; then `acquaint tenant set NAME key_file=FILE`
    "#);
    assert_eq!((replica.stats().of(Kind::Resumes), replica.stats().of(Kind::Files)), (0, 0));
    let (home, _replica) = with_lever(key().with_confidential(), |_| ());
    home.run("tenant set acme confidential=true resumes=none", "");
    assert_eq!(home.run("tenant check acme", "").code, Some(0));
}

#[test]
fn what_an_empty_account_does_not_tell_is_said() {
    let (home, _replica) = with_lever(key(), |it| it.opportunities.clear());
    assert_snapshot!(checked(&home), @r"
    exit 0
    badges | List opportunities | granted |
    badges | List applications | granted |
    badges, contact details | Read opportunity | unseen | there is no opportunity to ask for
    badges | List deleted opportunities | granted |
    badges | List stages | granted |
    badges | List archive reasons | unseen | not needed: the list of stages has them too
    badges | List users | granted |
    badges | List postings | granted |
    résumés, contact details | List opportunity resumes | unseen | there is no opportunity to ask for
    résumés, contact details | Download opportunity resumes | unseen | there is no opportunity to ask for
    ");
}

#[test]
fn the_faults_of_the_replica_are_listed() {
    let help = Home::new().run("replica --help", "").stdout;
    for (written, about) in Faults::all() {
        assert!(help.contains(&written) && help.contains(&about[..20]), "{written}");
    }
}
