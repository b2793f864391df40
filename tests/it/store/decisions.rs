//! What people decide acts at once, survives runs, and goes with whom it is about.

use super::*;
use acquaint::model::{Ruled, Ruling, Viewed};
use acquaint::store::Decided;

async fn decide(store: &dyn Store, contact: &str, profile: &str, ruling: Ruling) {
    let it = Ruled { contact: id(contact), profile: id(profile), ruling, who: "kim".into(), at: NOW };
    store.decide(&name("a"), &it).await.expect("decided");
}

async fn undecide(store: &dyn Store, contact: &str, profile: &str) -> Result<(), StoreError> {
    store.undecide(&name("a"), &id(contact), &id(profile), NOW).await
}

/// `contact>profile what` of each decision, in order of the pairs.
async fn rulings(store: &dyn Store) -> Vec<String> {
    let all = store.rulings(&name("a")).await.expect("read");
    let mut all: Vec<String> = all.iter().map(|it| format!("{}>{} {}", it.contact, it.profile, it.ruling.as_str())).collect();
    all.sort();
    all
}

fn doubtful(contact: &str, on: &str) -> StagedContact {
    StagedContact { pairing: Some(pairing(contact, on, Decision::Review)), ..badge(contact, on, &format!("o-{contact}"), "s-1") }
}

/// A tenant with a badge, a question, and a held run that says the same.
async fn decided_on(home: &Home) -> (Arc<dyn Store>, Claim) {
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    let set = [badge("c-1", "p-1", "o-1", "s-1"), doubtful("c-2", "p-2")];
    publish(&*store, "a", &set).await;
    let held = store.start_run(&name("a"), &order(RunKind::Full), NOW).await.expect("a claim");
    store.stage(&held, &set).await.expect("staged");
    store.end_run(&held, &ending(RunState::Held), None).await.expect("held");
    (store, held)
}

pub(super) async fn a_decision_acts_at_once(home: Home) {
    let (store, held) = decided_on(&home).await;
    for set in [Set::Published, Set::Staged(held.run)] {
        assert_eq!(shown(&*store, "a", set).await, ["c-1>p-1@s-1"]);
    }
    decide(&*store, "c-1", "p-1", Ruling::NotSame).await;
    decide(&*store, "c-2", "p-2", Ruling::Same).await;
    for set in [Set::Published, Set::Staged(held.run)] {
        assert_eq!(shown(&*store, "a", set).await, ["c-2>p-2@s-1"]);
    }
    undecide(&*store, "c-1", "p-1").await.expect("taken back");
    undecide(&*store, "c-2", "p-2").await.expect("taken back");
    for set in [Set::Published, Set::Staged(held.run)] {
        assert_eq!(shown(&*store, "a", set).await, ["c-1>p-1@s-1"]);
    }
    assert!(matches!(undecide(&*store, "c-1", "p-1").await, Err(StoreError::Unknown(Thing::Decision))));
    let unknown = store.undecide(&name("nobody"), &id("c-1"), &id("p-1"), NOW).await;
    assert!(matches!(unknown, Err(StoreError::Unknown(Thing::Tenant))));
}

/// Second thoughts, and what the first run had found.
pub(super) async fn the_last_decision_counts(home: Home) {
    let (store, _) = decided_on(&home).await;
    decide(&*store, "c-2", "p-2", Ruling::Later).await;
    decide(&*store, "c-2", "p-2", Ruling::Same).await;
    decide(&*store, "c-2", "p-9", Ruling::Same).await;
    assert_eq!(rulings(&*store).await, ["c-2>p-9 same"], "one contact is one person");
    decide(&*store, "c-1", "p-1", Ruling::NotSame).await;
    decide(&*store, "c-1", "p-1", Ruling::Later).await;
    assert_eq!(shown(&*store, "a", Set::Published).await, ["c-2>p-2@s-1"], "put off, so nothing is shown of the first");
    undecide(&*store, "c-1", "p-1").await.expect("taken back");
    assert_eq!(rulings(&*store).await, ["c-1>p-1 not_same", "c-2>p-9 same"], "the decision before holds again");
    assert_eq!(shown(&*store, "a", Set::Published).await, ["c-2>p-2@s-1"]);
    undecide(&*store, "c-1", "p-1").await.expect("taken back");
    assert_eq!(shown(&*store, "a", Set::Published).await, ["c-1>p-1@s-1", "c-2>p-2@s-1"], "the run had found a match");
}

pub(super) async fn a_decision_made_meanwhile_holds(home: Home) {
    let (store, held) = decided_on(&home).await;
    let run = store.start_run(&name("a"), &order(RunKind::Full), NOW).await.expect("a claim");
    store.stage(&run, &[badge("c-1", "p-1", "o-1", "s-2"), doubtful("c-2", "p-2")]).await.expect("staged");
    decide(&*store, "c-1", "p-1", Ruling::NotSame).await;
    decide(&*store, "c-2", "p-2", Ruling::Same).await;
    store.end_run(&run, &ending(RunState::Failed), None).await.expect("failed");
    store.publish_held(&name("a"), held.run, NOW).await.expect("published");
    assert_eq!(shown(&*store, "a", Set::Published).await, ["c-2>p-2@s-1"]);
    let recent = store.start_run(&name("a"), &order(RunKind::Recent), NOW).await.expect("a claim");
    store.stage(&recent, &[badge("c-1", "p-1", "o-1", "s-3")]).await.expect("staged");
    store.publish(&recent, &ending(RunState::Published), NOW).await.expect("published");
    assert_eq!(shown(&*store, "a", Set::Published).await, ["c-2>p-2@s-1"], "a recent run brings it back no more than a full one");
}

pub(super) async fn a_decision_goes_with_whom_it_is_about(home: Home) {
    let (store, _) = decided_on(&home).await;
    store.put_profiles(&[profile("p-1", "x"), profile("p-2", "x")], NOW).await.expect("written");
    decide(&*store, "c-1", "p-1", Ruling::NotSame).await;
    decide(&*store, "c-2", "p-2", Ruling::Same).await;
    decide(&*store, "c-3", "p-3", Ruling::Later).await;
    store.remove_profiles(&[id("p-1")], NOW).await.expect("removed");
    assert_eq!(rulings(&*store).await, ["c-2>p-2 same", "c-3>p-3 later"]);
    let run = store.start_run(&name("a"), &order(RunKind::Full), NOW).await.expect("a claim");
    store.remove_now(&run, &[contact("c-3")], &[id("o-c-2")]).await.expect("removed");
    assert_eq!(shown(&*store, "a", Set::Published).await, Vec::<String>::new());
    assert_eq!(
        rulings(&*store).await,
        ["c-2>p-2 same"],
        "withheld is forgotten; who has nothing left is until somebody may be in the place"
    );
    decide(&*store, "c-4", "p-4", Ruling::Same).await;
    store.reopen(&run, &[contact("c-2"), contact("c-4")], &[(contact("c-5"), id("p-4"))], NOW).await.expect("reopened");
    assert_eq!(rulings(&*store).await, ["c-5>p-4 reopened"]);
    store.end_run(&run, &ending(RunState::Failed), None).await.expect("failed");
    store.remove_tenant(&name("a"), NOW).await.expect("removed");
    for table in ["decision", "recheck", "viewing"] {
        assert_eq!(home.raw(&format!("SELECT CAST(count(*) AS TEXT) FROM {table}")).await, ["0"], "{table}");
    }
}

/// Who decides sees the likeliest first, and what was put off last.
pub(super) async fn questions_come_in_order(home: Home) {
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    let mut set: Vec<_> = (1..5).map(|it| doubtful(&format!("c-{it}"), &format!("p-{it}"))).collect();
    for (it, probability) in set.iter_mut().zip([0.4, 0.9, 0.7, 0.6]) {
        it.pairing.as_mut().expect("a pairing").probability = probability;
    }
    set.push(badge("c-9", "p-9", "o-9", "s-1"));
    publish(&*store, "a", &set).await;
    decide(&*store, "c-2", "p-2", Ruling::Later).await;
    let waiting = async |now, skip, limit| {
        let which = Which::Reviews { now, skip, limit };
        let mut found = store.read(&name("a"), Set::Published, which).await.expect("read");
        // A reading is sorted by profile; the order is in which ones it has.
        found.pairings.sort_by(|(a, _), (b, _)| a.contact.cmp(&b.contact));
        lines(&found)
    };
    let before = NOW.plus(-1);
    assert_eq!(waiting(before, 0, 2).await, ["c-3>p-3@s-1", "c-4>p-4@s-1"]);
    assert_eq!(waiting(before, 2, 2).await, ["c-1>p-1@s-1", "c-2>p-2@s-1"]);
    assert_eq!((waiting(before, 0, 9).await.len(), store.review_count(&name("a"), before).await.expect("read")), (4, 4));
    // Their data may be stored until NOW.
    assert_eq!((waiting(NOW, 0, 9).await.len(), store.review_count(&name("a"), NOW).await.expect("read")), (0, 0));
}

pub(super) async fn who_is_asked_for_again_waits_for_a_run(home: Home) {
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    let waiting = async || store.asked_again(&name("a")).await.expect("read");
    store.ask_again(&name("a"), &id("c-1"), NOW.plus(-1)).await.expect("asked");
    let run = store.start_run(&name("a"), &order(RunKind::Recent), NOW).await.expect("a claim");
    store.ask_again(&name("a"), &id("c-2"), NOW.plus(1)).await.expect("asked");
    assert_eq!(waiting().await, [contact("c-1"), contact("c-2")]);
    store.publish(&run, &ending(RunState::Published), NOW).await.expect("published");
    assert_eq!(waiting().await, [contact("c-2")], "asked for after the run began");
    assert!(matches!(store.ask_again(&name("nobody"), &id("c-1"), NOW).await, Err(StoreError::Unknown(Thing::Tenant))));
}

pub(super) async fn some_decisions_are_read(home: Home) {
    let (store, _) = decided_on(&home).await;
    for (at, contact, profile) in [(1, "c-1", "p-1"), (2, "c-2", "p-2"), (3, "c-3", "p-1")] {
        let it = Ruled { contact: id(contact), profile: id(profile), ruling: Ruling::Later, who: "kim".into(), at: NOW.plus(at) };
        store.decide(&name("a"), &it).await.expect("decided");
    }
    let some = async |which: Decided<'_>| {
        let read = store.rulings_of(&name("a"), which).await.expect("read");
        read.iter().map(|it| format!("{}>{}", it.contact, it.profile)).collect::<Vec<_>>()
    };
    assert_eq!(some(Decided::All).await, ["c-3>p-1", "c-2>p-2", "c-1>p-1"]);
    assert_eq!(some(Decided::Newest(2)).await, ["c-3>p-1", "c-2>p-2"]);
    assert_eq!(some(Decided::On(&[id("p-1"), id("p-9")])).await, ["c-3>p-1", "c-1>p-1"]);
    assert_eq!(some(Decided::On(&[])).await, Vec::<String>::new());
    assert!(store.rulings_of(&name("b"), Decided::Newest(9)).await.expect("read").is_empty());
}

pub(super) async fn views_are_kept_for_ninety_days(home: Home) {
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    let view = |days: i64| Viewed { at: NOW.plus(days * DAY), who: "kim".into(), subject: "00ff".into(), what: "details".into() };
    let read = async |days: i64| store.views(&name("a"), 9, NOW.plus(days * DAY)).await.expect("read");
    for days in [0, 1] {
        store.note_view(&name("a"), &view(days)).await.expect("noted");
    }
    assert_eq!(read(1).await, [view(1), view(0)]);
    // Though nothing has been there to take it away since.
    assert_eq!((read(91).await, read(92).await), (vec![view(1)], vec![]));
    let run = store.start_run(&name("a"), &order(RunKind::Full), NOW.plus(90 * DAY + 1)).await.expect("a claim");
    assert_eq!(read(0).await, [view(1)]);
    store.note_view(&name("a"), &view(92)).await.expect("noted");
    assert_eq!(home.raw("SELECT CAST(count(*) AS TEXT) FROM viewing").await, ["1"]);
    store.end_run(&run, &ending(RunState::Failed), None).await.expect("failed");
}

/// Who takes a decision back brings the one before again, with its name and time; nobody's word is lost by another's second thoughts.
pub(super) async fn a_decision_taken_back_brings_the_one_before(home: Home) {
    let (store, _) = decided_on(&home).await;
    let say = async |profile: &str, ruling, who: &str, at: i64| {
        let it = Ruled { contact: id("c-2"), profile: id(profile), ruling, who: who.into(), at: NOW.plus(at) };
        store.decide(&name("a"), &it).await.expect("decided");
    };
    let said = async || {
        let mut all = store.rulings(&name("a")).await.expect("read");
        all.sort_by(|a, b| a.profile.cmp(&b.profile));
        all.iter().map(|it| format!("{} {} by {} at {}", it.profile, it.ruling.as_str(), it.who, it.at.0 - NOW.0)).collect::<Vec<_>>()
    };
    let badges = async || shown(&*store, "a", Set::Published).await;
    say("p-2", Ruling::Same, "olga", 1).await;
    say("p-2", Ruling::NotSame, "sam", 2).await;
    say("p-2", Ruling::NotSame, "sam", 3).await;
    assert_eq!((said().await, badges().await), (vec!["p-2 not_same by sam at 3".into()], vec!["c-1>p-1@s-1".to_owned()]));
    undecide(&*store, "c-2", "p-2").await.expect("taken back");
    assert_eq!(said().await, ["p-2 same by olga at 1"], "a second click is no second decision");
    assert_eq!(badges().await, ["c-1>p-1@s-1", "c-2>p-2@s-1"]);
    // Another profile takes its place, and gives it back.
    say("p-9", Ruling::Same, "ada", 4).await;
    assert_eq!(said().await, ["p-9 same by ada at 4"]);
    undecide(&*store, "c-2", "p-9").await.expect("taken back");
    assert_eq!(said().await, ["p-2 same by olga at 1"]);
    // What was said before is not brought back beside a later word.
    say("p-2", Ruling::Later, "sam", 5).await;
    say("p-9", Ruling::Same, "ada", 6).await;
    undecide(&*store, "c-2", "p-2").await.expect("taken back");
    assert_eq!(said().await, ["p-9 same by ada at 6"]);
    undecide(&*store, "c-2", "p-9").await.expect("taken back");
    assert_eq!((said().await, badges().await), (vec![], vec!["c-1>p-1@s-1".to_owned()]), "a question again, as the run had found");
}
