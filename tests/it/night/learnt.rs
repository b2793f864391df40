//! What a company's own people teach its next runs.

use super::*;
use crate::store::hand::order;
use acquaint::model::{Evidence, Feature, Level, LevelCount, Tally};
use acquaint::store::{Again, Ending};

/// A place of its own is half as bad as for everybody.
const AWAY: LevelCount = LevelCount { feature: Feature::Location, level: Level::Differs, people: 400, shift: 0.5 };

/// Makes it what the company's last good run has counted.
async fn teach(home: &Home, counts: &[LevelCount]) {
    let claim = home.store.start_run(&home.name, &order(RunKind::Full), NOW).await.unwrap();
    home.store.stage_level_counts(&claim, counts).await.unwrap();
    let (state, tally, changes) = (RunState::Published, Tally::default(), Vec::new());
    let ending = Ending { state, tally, error: None, changes, finished_at: NOW, again: Again::No };
    home.store.publish(&claim, &ending, NOW).await.unwrap();
}

/// What the badges say of people whose place is another: hundredths of a bit, each once.
async fn bits_of_places(home: &Home) -> Vec<i32> {
    let badges = home.badges().await;
    let away = |it: &&Evidence| it.feature == Feature::Location && it.level == Level::Differs;
    let mut bits: Vec<i32> =
        badges.iter().flat_map(|it| it.evidence.iter().filter(away)).map(|it| (it.bits * 100.0).round() as i32).collect();
    bits.sort();
    bits.dedup();
    bits
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_weighs_with_what_the_last_one_counted() {
    let home = Home::new(Setup::default()).await;
    home.good(FULL).await;
    let [before] = bits_of_places(&home).await[..] else { panic!("a place of its own weighs the same for everybody") };
    let counted = home.store.level_counts(&home.name).await.unwrap();
    assert!(counted.iter().any(|it| (it.feature, it.level) == (Feature::Location, Level::Same)), "{counted:?}");
    assert!(counted.iter().all(|it| it.people >= LevelCount::LEAST), "{counted:?}");
    teach(&home, &[AWAY]).await;
    home.good(Order { publication: Publication::Unguarded, ..FULL }).await;
    assert_eq!(bits_of_places(&home).await, [before + 50]);
    // What it counted itself is what the next one weighs with: here nothing that moves a weight.
    assert_eq!(home.store.level_counts(&home.name).await.unwrap(), counted);
    home.good(FULL).await;
    assert_eq!(bits_of_places(&home).await, [before]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_is_not_published_teaches_nothing() {
    let home = Home::new(Setup::default()).await;
    teach(&home, &[AWAY]).await;
    home.good(RECENT).await;
    assert_eq!(home.store.level_counts(&home.name).await.unwrap(), [AWAY]);
    let dry = home.run(Order { publication: Publication::DryRun, ..FULL }).await;
    assert_eq!(dry.record.state, RunState::DryRun);
    assert_eq!(home.store.level_counts(&home.name).await.unwrap(), [AWAY]);
    home.watched(FULL, &|_| (), std::future::ready(())).await.unwrap();
    assert_eq!(home.store.level_counts(&home.name).await.unwrap(), [AWAY]);
}
