//! Profiles that change between two nights: what is not yet checked says so, and the next night is that of an index built anew.

use super::*;
use acquaint::model::{Profile, ProfileId};
use acquaint::store::Pairing;

impl Home {
    /// Opens the index again, in step with the store.
    async fn reopen(&mut self) {
        self.index = profiles::open_index(self.store.as_ref(), &self.place, &mut |_| ()).await.unwrap();
    }

    /// Begins one on disk, wherever the other is.
    async fn open_anew(&mut self) {
        self.place = Place::Folder(self.folder.path().join("anew"));
        self.reopen().await;
    }

    async fn unchecked(&self, ids: &[ProfileId]) -> Vec<ProfileId> {
        self.store.not_yet_checked(&self.name, ids).await.unwrap()
    }

    /// Every badge with its evidence, and how many contacts came to what.
    async fn outcome(&self, finished: &Finished) -> (Vec<Pairing>, [u64; 4]) {
        let published = self.store.read(&self.name, Set::Published, Which::Badges).await.unwrap();
        let tally = &finished.record.tally;
        let counts = [tally.matched, tally.review, tally.unmatched, tally.owners_per_million];
        (published.pairings.into_iter().map(|it| it.0).collect(), counts)
    }
}

/// Every seventh profile is removed, and every fifth changes its life.
async fn edit(home: &Home) -> (Vec<ProfileId>, Vec<ProfileId>) {
    let all: Vec<Profile> = home.store.profiles_after(0, 10_000).await.unwrap().into_iter().filter_map(|it| it.profile).collect();
    let removed: Vec<ProfileId> = all.iter().step_by(7).map(|it| it.id.clone()).collect();
    let stay: Vec<&Profile> = all.iter().filter(|it| !removed.contains(&it.id)).collect();
    let changed: Vec<Profile> = stay
        .iter()
        .step_by(5)
        .zip(stay.iter().skip(3))
        .map(|(it, other)| Profile { positions: other.positions.clone(), location: other.location.clone(), ..(*it).clone() })
        .collect();
    home.store.remove_profiles(&removed, NOW).await.unwrap();
    home.store.put_profiles(&changed, NOW).await.unwrap();
    let same = stay.iter().skip(1).step_by(5).map(|it| it.id.clone()).collect();
    (changed.iter().map(|it| it.id.clone()).collect(), same)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_night_is_that_of_an_index_built_anew() {
    let mut home = Home::new(Setup::default()).await;
    let unguarded = Order { publication: Publication::Unguarded, ..FULL };
    home.good(unguarded).await;
    let (changed, same) = edit(&home).await;
    let asked = [changed.clone(), same].concat();
    let changed = home.unchecked(&asked).await; // Two people may have had one life already.
    assert!(changed.len() > 50 && changed.len() < asked.len() / 2 + 1);

    home.reopen().await;
    home.good(RECENT).await;
    assert_eq!(home.unchecked(&asked).await, changed, "a recent run compares them with few contacts");
    let night = home.good(unguarded).await;
    let edited = home.outcome(&night).await;
    assert!(home.unchecked(&asked).await.is_empty() && edited.0.len() > 50);

    home.open_anew().await;
    let night = home.good(unguarded).await;
    assert!(home.outcome(&night).await == edited, "the index was edited, or built anew");
}

/// What the tenant's last night decided, by contact.
async fn decided(home: &Home, tenant: &TenantName) -> BTreeMap<String, String> {
    let published = home.store.read(tenant, Set::Published, Which::Badges).await.unwrap();
    let told = |it: Pairing| (it.contact.to_string(), format!("{} {}", it.decision.as_str(), it.profile));
    published.pairings.into_iter().map(|it| told(it.0)).collect()
}

/// A store that grew fourfold has other namesakes, and other shares of people in it: what résumés came to before is judged anew.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_resume_came_to_is_judged_anew_when_the_store_has_grown() {
    const AUTO: Order = Order { resumes: ResumePolicy::Auto, publication: Publication::Unguarded, ..FULL };
    let mut home = Home::new(Setup::default()).await;
    home.good(AUTO).await;
    let others = World::new(&Plan { seed: 12, contacts: 60, opportunities: 100, profiles: 6_000, ..Plan::default() });
    home.store.put_profiles(&others.profiles, NOW).await.unwrap();
    home.reopen().await;
    home.good(AUTO).await;
    let grown = decided(&home, &home.name).await;

    let before = std::mem::replace(&mut home.name, TenantName::new("fresh").unwrap());
    home.add(&home.name, Settings::default()).await;
    home.good(AUTO).await;
    let fresh = decided(&home, &home.name).await;
    assert!(fresh.len() > 50);
    assert_eq!(grown, fresh, "{before} remembers, and {} does not", home.name);
}

#[tokio::test(flavor = "multi_thread")]
async fn before_the_first_night_nothing_is_checked() {
    let home = Home::new(Setup::default()).await;
    let some: Vec<ProfileId> = home.store.profiles_after(0, 3).await.unwrap().into_iter().map(|it| it.id).collect();
    assert_eq!(home.unchecked(&some).await, some);
    home.good(FULL).await;
    assert!(home.unchecked(&some).await.is_empty());
    assert!(home.unchecked(&[ProfileId::new("stranger").unwrap()]).await.is_empty(), "who is not there has no state");
}
