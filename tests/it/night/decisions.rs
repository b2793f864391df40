//! What people decided is stronger than what a run finds.

use super::*;
use acquaint::model::{ContactId, Decision, ProfileId, Ruled, Ruling};
use acquaint::replica::{Fault, Kind};
use acquaint::store::Pairing;
use acquaint::world::{Deleted, Opportunity};

impl Home {
    async fn decide(&self, (profile, contact): &(String, String), ruling: Ruling) {
        let it = Ruled { contact: contact_id(contact), profile: profile_id(profile), ruling, who: "kim".into(), at: NOW };
        self.store.decide(&self.name, &it).await.unwrap();
    }

    async fn undecide(&self, (profile, contact): &(String, String)) {
        self.store.undecide(&self.name, &contact_id(contact), &profile_id(profile), NOW).await.unwrap();
    }

    /// What the ledger says of the contact and the profile.
    async fn pairing(&self, (profile, contact): &(String, String)) -> Option<Pairing> {
        let read = self.store.read(&self.name, Set::Published, Which::AllOf(&profile_id(profile))).await.unwrap();
        read.pairings.into_iter().map(|it| it.0).find(|it| it.contact.as_str() == contact)
    }

    async fn decision(&self, pair: &(String, String)) -> Option<Decision> {
        self.pairing(pair).await.map(|it| it.decision)
    }
}

fn contact_id(text: &str) -> ContactId {
    ContactId::new(text).unwrap()
}

fn profile_id(text: &str) -> ProfileId {
    ProfileId::new(text).unwrap()
}

/// Makes the contact another record of the same person, as a merge in Lever does.
fn rename(account: &mut Account, contact: &str, to: &str) {
    to.clone_into(&mut person(account, contact).id);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn not_the_same_is_never_a_badge() {
    let home = Home::new(Setup::default()).await;
    home.good(FULL).await;
    let pair = lone(&home.badges().await).remove(0);
    home.decide(&pair, Ruling::NotSame).await;
    let gone = async || !home.seen().await.contains_key(&pair.0);
    assert!(gone().await, "at once, without a run");
    for order in [RECENT, FULL] {
        home.good(order).await;
        assert!(gone().await, "after a {} run", order.kind.as_str());
        let others = home.store.read(&home.name, Set::Published, Which::Badges).await.unwrap();
        assert!(others.pairings.iter().all(|(it, _)| it.contact.as_str() != pair.1 || it.profile.as_str() != pair.0));
    }
    home.undecide(&pair).await;
    home.good(RECENT).await;
    assert_eq!(home.decision(&pair).await, Some(Decision::Match), "judged anew, as if nobody had said a word");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_is_a_badge_even_under_doubt() {
    let home = Home::new(Setup::default()).await;
    home.good(FULL).await;
    let pair = lone(&home.badges().await).remove(0);
    home.decide(&pair, Ruling::Same).await;
    home.replica.edit(|account| disguise(account, &pair.1));
    home.good(FULL).await;
    let kept = home.pairing(&pair).await.unwrap();
    assert_eq!(kept.decision, Decision::Match);
    assert!(kept.probability < 0.5, "the run itself would have none of it: {}", kept.probability);
    home.undecide(&pair).await;
    home.good(FULL).await;
    assert_ne!(home.decision(&pair).await, Some(Decision::Match));
    home.decide(&pair, Ruling::Same).await;
    home.good(RECENT).await;
    assert_eq!(home.decision(&pair).await, Some(Decision::Match), "a pair that no run had found, by the next run of any kind");
    home.store.remove_profiles(&[profile_id(&pair.0)], NOW).await.unwrap();
    home.good(FULL).await;
    assert_eq!(home.decision(&pair).await, None, "while the profile exists");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_put_off_stays_in_review() {
    let home = Home::new(Setup::default()).await;
    home.good(FULL).await;
    let pair = lone(&home.badges().await).remove(0);
    home.decide(&pair, Ruling::Later).await;
    home.good(FULL).await;
    assert_eq!(home.decision(&pair).await, Some(Decision::Review));
}

/// Deletes the contact's candidacies, and brings the same person in again as another record, which the deleted list tells.
fn replace(account: &mut Account, contact: &str, to: &str) {
    let (at, rows) = (place(account, contact), take_rows(account, contact));
    let successor = acquaint::world::Contact { id: to.to_owned(), ..account.contacts[at].clone() };
    account.contacts.push(successor);
    let contact = account.contacts.len() - 1;
    let again = |it: &Opportunity| Opportunity { id: format!("{}-again", it.id), contact, updated_at: Some(NOW.0), ..it.clone() };
    account.opportunities.extend(rows.iter().map(again));
    account.deleted.extend(rows.into_iter().map(|opportunity| Deleted { opportunity, by: String::new(), at: NOW.0 }));
}

/// A way in which another record takes a contact's place.
type Follow = fn(&mut Account, &str, &str);

async fn a_contact_that_vanishes(ruling: Ruling, follow: Follow, order: Order) {
    let home = Home::new(Setup::default()).await;
    home.good(FULL).await;
    let pair = lone(&home.badges().await).remove(0);
    home.decide(&pair, ruling).await;
    home.replica.edit(|account| follow(account, &pair.1, "another-record"));
    let successor = (pair.0.clone(), "another-record".to_owned());
    for (night, order) in [("in which it vanished", order), ("after", FULL)] {
        home.good(order).await;
        assert_eq!(home.decision(&pair).await, None);
        assert_eq!(home.decision(&successor).await, Some(Decision::Review), "{ruling:?}: the night {night}");
    }
    let rulings = home.store.rulings(&home.name).await.unwrap();
    let told: Vec<_> = rulings.iter().map(|it| (it.contact.as_str(), it.ruling)).collect();
    assert_eq!(told, [("another-record", Ruling::Reopened)], "nothing is kept of who left");
    home.decide(&successor, Ruling::Same).await;
    home.good(FULL).await;
    assert_eq!(home.decision(&successor).await, Some(Decision::Match));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_in_the_place_of_a_decided_contact_is_decided_on_anew() {
    a_contact_that_vanishes(Ruling::NotSame, rename, FULL).await;
    a_contact_that_vanishes(Ruling::Same, rename, FULL).await;
    a_contact_that_vanishes(Ruling::NotSame, replace, FULL).await;
    a_contact_that_vanishes(Ruling::NotSame, replace, RECENT).await;
}

/// The removal is published before the run fails; what was decided has yet to tell the next run whose place was taken.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_fails_loses_no_decision() {
    let home = Home::new(Setup::default()).await;
    home.good(FULL).await;
    let pair = lone(&home.badges().await).remove(0);
    home.decide(&pair, Ruling::NotSame).await;
    home.replica.edit(|account| replace(account, &pair.1, "another-record"));
    home.replica.fail_next(Kind::Opportunities, Fault::Status(401));
    assert_eq!(home.run(FULL).await.record.state, RunState::Failed);
    home.good(FULL).await;
    let successor = (pair.0.clone(), "another-record".to_owned());
    assert_eq!(home.decision(&successor).await, Some(Decision::Review));
}

/// The tenant's start takes contacts out of the list, not out of Lever.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_contact_that_is_not_listed_keeps_its_decisions() {
    let home = Home::new(Setup::default()).await;
    home.good(FULL).await;
    let pair = lone(&home.badges().await).remove(0);
    home.decide(&pair, Ruling::NotSame).await;
    home.choose(|it| it.start_date = Some(NOW)).await;
    home.run(FULL).await;
    home.choose(|it| it.start_date = None).await;
    home.run(Order { publication: Publication::Unguarded, ..FULL }).await;
    assert!(!home.seen().await.contains_key(&pair.0));
    assert_eq!(home.store.rulings(&home.name).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_can_be_looked_at_again() {
    let home = Home::new(Setup::default()).await;
    home.good(FULL).await;
    let (profile, contact) = lone(&home.badges().await).remove(0);
    let before = home.seen().await;
    // Lever does not date every change.
    home.replica.edit(|account| {
        let (at, owner) = (place(account, &contact), account.users[1].id.clone());
        account.opportunities.iter_mut().filter(|it| it.contact == at).for_each(|it| it.owner = Some(owner.clone()));
    });
    home.good(RECENT).await;
    assert_eq!(home.seen().await[&profile], before[&profile]);
    home.store.ask_again(&home.name, &contact_id(&contact), NOW).await.unwrap();
    let spent = home.replica.stats().attempts;
    let record = home.good(RECENT).await.record;
    assert_ne!(home.seen().await[&profile], before[&profile]);
    assert!(record.tally.contacts == 1 && home.replica.stats().attempts - spent <= 10, "{:?}", record.tally);
    assert_eq!(home.store.asked_again(&home.name).await.unwrap(), []);
}
