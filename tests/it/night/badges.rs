//! Every field of every badge, by a second reading of the rules that knows the truth.

use super::*;

/// The right contacts among all that wear a badge.
struct Score {
    right: usize,
    all: usize,
}

/// Runs a world, and compares each badge whose contacts are right with the badge that they must have.
async fn check(seed: u64, confidential: Confidential) -> Score {
    let plain = Setup::default();
    let setup = Setup { plan: Plan { seed, ..plain.plan.clone() }, ..plain };
    let home = Home::new(if confidential == Confidential::Shown { setup.confidential() } else { setup }).await;
    home.good(FULL).await;
    let (account, badges) = (home.account(), home.badges().await);
    let mut score = Score { right: 0, all: 0 };
    for badge in &badges {
        let contacts: Vec<_> = badge.contacts.iter().map(|it| it.as_str()).collect();
        let right = contacts.iter().filter(|it| home.truth.same_person(it, badge.profile.as_str())).count();
        score.right += right;
        score.all += contacts.len();
        if right == contacts.len() {
            let expected = home.expected(&account, &contacts, NOW, confidential);
            assert_eq!(told(badge), expected, "seed {seed}: the badge of {}", badge.profile);
        }
        let open = |id: &&str| acquaint::world::withheld(&account, place(&account, id), NOW, confidential).is_none();
        assert!(contacts.iter().all(open), "seed {seed}: a withheld contact is shown");
    }
    assert!(badges.len() >= 80, "seed {seed}: {} badges prove little", badges.len());
    let several = badges.iter().filter(|it| it.opportunities.len() > 1).count();
    let people = badges.iter().filter(|it| it.contacts.len() > 1).count();
    assert!(several >= 20 && people >= 1, "seed {seed}: {several} with several opportunities, {people} with several contacts");
    score
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn badges_are_those_of_the_rules() {
    let worlds = [
        (21, Confidential::LeftOut),
        (22, Confidential::Shown),
        (23, Confidential::LeftOut),
        (24, Confidential::Shown),
        (25, Confidential::LeftOut),
    ];
    let mut sum = Score { right: 0, all: 0 };
    for (seed, confidential) in worlds {
        let score = check(seed, confidential).await;
        (sum.right, sum.all) = (sum.right + score.right, sum.all + score.all);
    }
    let precision = sum.right as f64 / sum.all as f64;
    assert!(precision >= 0.98, "of {} contacts with a badge, {} wear the right one", sum.all, sum.right);
}

/// What the tenant no longer wants shown goes with the next run, and only that.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn confidential_records_come_and_go_with_the_tenants_choice() {
    let home = Home::new(Setup::default().confidential()).await;
    home.good(FULL).await;
    let shown = home.seen().await;
    home.choose(|it| it.confidential = false).await;
    home.good(Order { publication: Publication::Unguarded, ..FULL }).await;
    let account = home.account();
    let hidden: Vec<&str> = account.opportunities.iter().filter(|it| it.confidential).map(|it| it.id.as_str()).collect();
    let text = serde_json::to_string(&home.seen().await).unwrap();
    assert!(hidden.iter().all(|it| !text.contains(it)));
    let before = serde_json::to_string(&shown).unwrap();
    assert!(hidden.iter().any(|it| before.contains(it)), "this world must have had some to hide");
}
