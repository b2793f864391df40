//! Tokens and their renewal: by one at a time, kept before they are used, and each end of an access in its own words.

use crate::store::hand::ByHand as _;
use crate::store::server::Server;
use acquaint::access::{self, Account, Clock, Way};
use acquaint::lever::limiter::Pace;
use acquaint::lever::oauth::{App, OAuthError, Tokens};
use acquaint::lever::{Lever, LeverError};
use acquaint::model::{Millis, Settings, TenantName};
use acquaint::replica::{self, Fault, Kind, Options, Replica};
use acquaint::secrets::{KeySource, MasterKey, Secret};
use acquaint::store::{self, Connection, Location, Store, Tenant};
use acquaint::world;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

const NOW: Millis = Millis(1_795_305_600_000);
const DAY: i64 = 86_400_000;
const PACE: Pace = Pace { rate: 1_000, burst: 1_000, unit: Duration::from_millis(2), patience: Duration::from_secs(5) };
const SCOPES: &str = "offline_access opportunities:read:admin";

fn keys() -> MasterKey {
    MasterKey::load(&KeySource::Given(Secret::new((1..=32).collect()))).unwrap()
}

/// A tenant that is connected, a replica, and a clock for both.
struct Home {
    location: Location,
    replica: Replica,
    name: TenantName,
    clock: Arc<AtomicI64>,
    _folder: tempfile::TempDir,
}

impl Home {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self::at(Location::Embedded(folder.path().join("data")), folder).await
    }

    async fn at(location: Location, folder: tempfile::TempDir) -> Self {
        let options = Options { allowance: None, clock: replica::Clock::Fixed(NOW.0), ..Options::default() };
        let replica = Replica::start(world::Account::default(), options).unwrap();
        let (name, clock) = (TenantName::new("acme").unwrap(), Arc::new(AtomicI64::new(NOW.0)));
        let it = Self { location, replica, name, clock, _folder: folder };
        let settings = Settings { lever_url: Some(it.replica.base_url()), ..Settings::default() };
        it.store().await.add_tenant(&Tenant::new(it.name.clone(), settings, NOW)).await.unwrap();
        it.connect(|_| ()).await;
        it
    }

    /// Connects, with a file that was changed.
    async fn connect(&self, change: impl FnOnce(&mut serde_json::Value)) {
        let mut file = self.replica.oauth_file().unwrap();
        file["refresh_token"] = self.replica.give(SCOPES).into();
        change(&mut file);
        let (app, token) = App::parse(&Secret::new(file.to_string().into())).unwrap();
        let tokens = token.as_ref().and_then(Tokens::from_refresh_token);
        let connection = Connection { granted_at: Some(self.now()), ..access::seal(&keys(), &self.name, &app, tokens.as_ref()) };
        self.store().await.connect(&self.name, &connection, &[]).await.unwrap();
    }

    fn now(&self) -> Millis {
        Millis(self.clock.load(Ordering::SeqCst))
    }

    fn pass(&self, time: i64) {
        self.clock.fetch_add(time, Ordering::SeqCst);
        self.replica.pass(time);
    }

    async fn store(&self) -> Arc<dyn Store> {
        store::open(&self.location).await.unwrap()
    }

    /// The account as one more process knows it.
    async fn account(&self) -> Account {
        let (store, clock) = (self.store().await, Arc::clone(&self.clock));
        let tenant = store.tenant(&self.name).await.unwrap();
        let connection = store.connection(&self.name).await.unwrap().unwrap();
        let clock: Clock = Arc::new(move || Millis(clock.load(Ordering::SeqCst)));
        Account::open(store, keys(), &tenant, &Way { connection: &connection, pace: PACE, clock }).unwrap()
    }

    async fn lever(&self) -> Lever {
        self.account().await.lever().unwrap()
    }

    /// What a new process meets that asks Lever.
    async fn end(&self) -> Option<OAuthError> {
        match self.lever().await.check().await {
            Ok(()) => None,
            Err(LeverError::OAuth(error)) => Some(error),
            Err(other) => panic!("{other:?}"),
        }
    }

    fn renewed(&self) -> u64 {
        self.replica.sign_ins().renewed
    }
}

/// Sixteen requests at once by four clients of two processes, when every token has ended.
async fn one_renews(home: &Home) {
    let accounts = [home.account().await, home.account().await];
    let clients: Vec<_> = (0..4).map(|it| accounts[it % 2].lever().unwrap()).collect();
    for round in 1..=3 {
        home.replica.fail_next(Kind::Token, Fault::Delay(Duration::from_millis(50)));
        let asked = (0..16).map(|it| {
            let lever = clients[it % 4].clone();
            tokio::spawn(async move { lever.check().await })
        });
        for it in asked.collect::<Vec<_>>() {
            it.await.unwrap().unwrap();
        }
        let counts = home.replica.sign_ins();
        assert_eq!((counts.renewed, counts.reused), (round, 0));
        home.replica.end_access_tokens();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_ask_at_once_one_renews() {
    one_renews(&Home::new().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_ask_at_once_one_renews_on_postgresql() {
    let Some(server) = Server::start() else {
        return eprintln!(
            "SKIPPED: of_many_who_ask_at_once_one_renews_on_postgresql (no initdb and pg_ctl in PATH or /usr/lib/postgresql)"
        );
    };
    one_renews(&Home::at(Location::Postgres(server.url("postgres")), tempfile::tempdir().unwrap()).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_is_about_to_end_is_renewed_before_it_is_used() {
    let home = Home::new().await;
    let lever = home.lever().await;
    for (passes, renewed) in [(0, 1), (3_500_000, 1), (41_000, 2), (3_500_000, 2)] {
        home.pass(passes);
        lever.check().await.unwrap();
        assert_eq!(home.renewed(), renewed, "after {passes}");
    }
    assert!(home.replica.log().iter().all(|it| it.status == 200), "Lever refused none");
    assert_eq!(lever.usage().requests, 4, "a renewal is no request of the API");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_process_takes_the_tokens_that_are_kept() {
    let home = Home::new().await;
    for _ in 0..3 {
        assert_eq!(home.end().await, None);
    }
    assert_eq!(home.renewed(), 1);
    assert_eq!(home.account().await.scopes().await.unwrap().unwrap(), SCOPES.split(' ').collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn new_tokens_are_kept_before_they_are_used() {
    let home = Home::new().await;
    home.replica.fail_next(Kind::Opportunities, Fault::Delay(Duration::from_secs(3_600)));
    let lever = home.lever().await;
    let asking = tokio::spawn(async move { lever.check().await });
    while home.replica.stats().of(Kind::Opportunities) == 0 {
        tokio::task::yield_now().await;
    }
    // The first use of the new token has not been answered yet: whoever dies here has lost nothing.
    asking.abort();
    assert!(!home.store().await.connection(&home.name).await.unwrap().unwrap().unanswered);
    assert_eq!(home.end().await, None);
    assert_eq!(home.renewed(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fresh_token_that_the_api_refuses_is_of_another_audience() {
    let home = Home::new().await;
    assert_eq!(home.end().await, None);
    for _ in 0..2 {
        home.replica.fail_next(Kind::Opportunities, Fault::Status(401));
    }
    assert_eq!(home.end().await, Some(OAuthError::WrongAudience));
    assert_eq!(home.renewed(), 2, "a refusal leads to one renewal");
    home.replica.fail_next(Kind::Opportunities, Fault::Status(401));
    assert_eq!(home.end().await, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_access_ends_after_a_year() {
    let home = Home::new().await;
    for _ in 0..4 {
        home.pass(80 * DAY);
        assert_eq!(home.end().await, None);
    }
    home.pass(46 * DAY);
    assert_eq!(home.end().await, Some(OAuthError::TooOld));
    assert_eq!(home.end().await, Some(OAuthError::TooOld), "and stays so");
    home.connect(|_| ()).await;
    assert_eq!(home.end().await, None, "until a person gives access again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_access_ends_after_ninety_days_without_use() {
    let home = Home::new().await;
    assert_eq!(home.end().await, None);
    home.pass(89 * DAY);
    assert_eq!(home.end().await, None);
    home.pass(91 * DAY);
    assert_eq!(home.end().await, Some(OAuthError::Unused));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_access_that_was_withdrawn_is_told() {
    let home = Home::new().await;
    assert_eq!(home.end().await, None);
    home.replica.withdraw();
    assert_eq!(home.end().await, Some(OAuthError::Refused));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refresh_token_that_somebody_else_used_is_told() {
    let home = Home::new().await;
    let copy = home.store().await.connection(&home.name).await.unwrap().unwrap();
    assert_eq!(home.end().await, None);
    // A copy of the store is brought back: its token was used since.
    home.store().await.connect(&home.name, &copy, &[]).await.unwrap();
    home.replica.end_access_tokens();
    assert_eq!(home.end().await, Some(OAuthError::Refused));
    assert_eq!(home.replica.sign_ins().reused, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_app_that_is_gone_or_has_another_secret_is_told() {
    let home = Home::new().await;
    home.connect(|it| it["client_secret"] = "another".into()).await;
    assert_eq!(home.end().await, Some(OAuthError::WrongSecret));
    home.connect(|_| ()).await;
    home.replica.forget_apps();
    assert_eq!(home.end().await, Some(OAuthError::UnknownApp));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tenant_without_tokens_is_not_connected() {
    let home = Home::new().await;
    home.connect(|it| it["refresh_token"] = serde_json::Value::Null).await;
    assert_eq!(home.end().await, Some(OAuthError::NotConnected));
    home.store().await.set_key(&home.name, b"key", &[]).await.unwrap();
    assert_eq!(home.replica.stats().of(Kind::Token), 0);
}

/// The sign-in's answers go wrong in this way; the connection then ends so, after so many requests for tokens.
async fn check(faults: &[Fault], expected: Option<OAuthError>, requests: u64) {
    let home = Home::new().await;
    faults.iter().for_each(|it| home.replica.fail_next(Kind::Token, *it));
    assert_eq!(home.end().await, expected, "{faults:?}");
    assert_eq!(home.replica.stats().of(Kind::Token), requests, "{faults:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn troubles_of_the_sign_in_that_pass_do_not_show() {
    check(&[Fault::Status(503), Fault::Status(429)], None, 3).await;
    let home = Home::new().await;
    (0..3).for_each(|_| home.replica.fail_next(Kind::Token, Fault::Status(503)));
    assert!(matches!(home.lever().await.check().await, Err(LeverError::Unavailable { status: Some(503), .. })));
    assert!(!home.store().await.connection(&home.name).await.unwrap().unwrap().unanswered, "Lever said that it gave nothing");
    assert_eq!(home.end().await, None);
}

/// Lever gave new tokens, and the answer was cut off: it takes the old refresh token for a stolen one, and that is told as it is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tokens_that_never_arrived_are_told_to_be_lost() {
    check(&[Fault::Truncate], Some(OAuthError::Lost), 2).await;
}

/// Who asked gave up while Lever's answer was on its way: it is kept all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_renewal_outlives_whoever_asked_for_it() {
    let home = Home::new().await;
    home.replica.fail_next(Kind::Token, Fault::Delay(Duration::from_millis(200)));
    let lever = home.lever().await;
    let asking = tokio::spawn({
        let lever = lever.clone();
        async move { lever.check().await }
    });
    while home.replica.stats().of(Kind::Token) == 0 {
        tokio::task::yield_now().await;
    }
    asking.abort();
    assert!(asking.await.unwrap_err().is_cancelled());
    lever.settled().await;
    assert_eq!(home.end().await, None);
    assert_eq!((home.renewed(), home.replica.stats().of(Kind::Opportunities)), (1, 1));
}
