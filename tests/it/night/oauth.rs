//! A night on OAuth: tokens end while it lasts, and nobody sees it.

use super::*;
use acquaint::access::{self, Account as Connected, Way};
use acquaint::lever::LeverError;
use acquaint::lever::oauth::{App, OAuthError, Tokens, wanted};
use acquaint::night::NightError;
use acquaint::replica::Kind;
use acquaint::secrets::{KeySource, MasterKey};

const READING: Order = Order { resumes: ResumePolicy::All, ..FULL };

fn keys() -> MasterKey {
    MasterKey::load(&KeySource::Given(Secret::new((1..=32).collect()))).unwrap()
}

fn small() -> Setup {
    let mut setup = Setup::default();
    setup.plan = Plan { contacts: 90, opportunities: 150, profiles: 300, ..setup.plan };
    setup.settings.resume_budget = 60;
    setup
}

/// A home whose tenant is connected by OAuth, without these scopes, and its client.
async fn connected(without: &str) -> (Home, Lever) {
    let home = Home::new(small()).await;
    let scopes: Vec<_> = wanted(&Settings::default()).iter().map(|it| it.scope).filter(|it| *it != without).collect();
    let mut file = home.replica.oauth_file().unwrap();
    file["refresh_token"] = home.replica.give(&scopes.join(" ")).into();
    let (app, token) = App::parse(&Secret::new(file.to_string().into())).unwrap();
    let tokens = Tokens::from_refresh_token(&token.unwrap()).unwrap();
    home.store.connect(&home.name, &access::seal(&keys(), &home.name, &app, Some(&tokens)), &[]).await.unwrap();
    home.choose(|it| it.lever_url = Some(home.replica.base_url())).await;
    let tenant = home.store.tenant(&home.name).await.unwrap();
    let connection = home.store.connection(&home.name).await.unwrap().unwrap();
    let way = Way { connection: &connection, pace: QUICK, clock: Arc::new(|| NOW) };
    let lever = Connected::open(Arc::clone(&home.store), keys(), &tenant, &way).unwrap().lever().unwrap();
    (home, lever)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tokens_that_end_in_the_middle_of_a_run_do_not_show() {
    let quiet = Home::new(small()).await;
    let expected = quiet.good(READING).await.record.tally;
    let (home, lever) = connected("").await;
    let (listed, read) = (AtomicU32::new(0), AtomicU32::new(0));
    let end_tokens = |step: Step| {
        let count = match step {
            Step::Listing(_) => &listed,
            Step::Reading(..) => &read,
            _ => return,
        };
        if count.fetch_add(1, Ordering::Relaxed) == 1 {
            home.replica.end_access_tokens();
        }
    };
    let finished = home.watched_by(lever, READING, &end_tokens, std::future::pending()).await.unwrap();
    assert_eq!((finished.record.state, finished.error.is_none()), (RunState::Published, true));
    let counts = home.replica.sign_ins();
    assert_eq!((counts.renewed, counts.reused), (3, 0), "the first one, and one for each end");
    assert!(home.replica.log().iter().any(|it| it.status == 401), "tokens did end");
    let tally = finished.record.tally;
    assert!(!home.badges().await.is_empty() && tally.resumes_read > 0);
    assert_eq!((tally.pulled, tally.matched, tally.resumes_read), (expected.pulled, expected.matched, expected.resumes_read));
    assert_eq!(home.seen().await, quiet.seen().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_access_that_ends_in_the_middle_of_a_run_changes_no_badge() {
    let (home, lever) = connected("").await;
    let first = home.watched_by(lever.clone(), FULL, &|_| (), std::future::pending()).await.unwrap();
    assert_eq!(first.record.state, RunState::Published);
    let badges = home.badges().await;
    home.replica.edit(|account| lone(&badges).iter().for_each(|(_, it)| touch(account, it, |row| row.owner = None)));
    let withdraw = |step: Step| {
        if matches!(step, Step::Listing(_)) {
            home.replica.withdraw();
        }
    };
    let finished = home.watched_by(lever, FULL, &withdraw, std::future::pending()).await.unwrap();
    assert_eq!(finished.record.state, RunState::Failed);
    assert!(matches!(finished.error, Some(NightError::Lever(LeverError::OAuth(OAuthError::Refused)))), "{:?}", finished.error);
    assert_eq!(home.badges().await, badges);
    assert_eq!(home.replica.stats().of(Kind::Token), 2, "one renewal, and one refusal");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scope_that_is_missing_costs_a_part_and_is_named() {
    for (scope, kind) in [("users:read:admin", "users"), ("postings:read:admin", "postings"), ("resumes:read:admin", "resumes")] {
        let (home, lever) = connected(scope).await;
        let finished = home.watched_by(lever, READING, &|_| (), std::future::pending()).await.unwrap();
        assert_eq!(finished.record.state, RunState::Published, "{scope}");
        let told = finished.record.tally.left_out;
        assert!(matches!(told.as_slice(), [it] if it.kind == kind && it.reason.contains(scope)), "{scope}: {told:?}");
    }
    let (home, lever) = connected("opportunities:read:admin").await;
    let finished = home.watched_by(lever, FULL, &|_| (), std::future::pending()).await.unwrap();
    let expected = matches!(&finished.error, Some(NightError::Lever(LeverError::Forbidden { checkbox: "opportunities:read:admin" })));
    assert!(expected, "{:?}", finished.error);
    assert!(home.replica.stats().violations.is_empty());
}
