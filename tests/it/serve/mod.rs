//! The server: who may ask, what they see, what a hostile request comes to. Each test serves a place of its own on loopback.

mod console;
mod deciding;
mod details;
mod figures;
mod folk;
mod found;
mod freshness;
mod giving;
mod hidden;
mod isolation;
mod lasting;
mod limits;
mod lists;
mod lookup;
mod masking;
mod pages;
mod postgres;
mod readers;
mod runs;
mod schemathesis;
mod search;
mod settings;
mod slow;
mod tokens;

use crate::store::hand::{ByHand as _, order};
use crate::store::server;
use acquaint::model::{
    AccountName, Archived, Consent, Decision, Evidence, Feature, FieldIndex, Grant, Level, Millis, Opportunity, Profile, Role, RunKind,
    RunState, Settings, Tally, TenantName,
};
use acquaint::secrets::KeySource;
use acquaint::serve::{self, Rooms, Site, proof};
use acquaint::store::{self, Account, Again, Claim, Ending, StagedContact, Store, Tenant, Token};
use folk::{NEUTRAL, UNSEEN, opportunity, people, person, profiles, reference};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, SET_COOKIE};
use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Value, json};
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

/// A Sunday in November.
const NOW: Millis = Millis(1_795_305_600_000);
const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
const A: &str = "acme";
const B: &str = "bolt";

/// A server with two tenants, the same people in both.
struct Place {
    store: Arc<dyn Store>,
    site: Arc<Site>,
    url: String,
    client: Client,
    clock: Arc<AtomicI64>,
    ticks: Arc<AtomicU64>,
    keys: Arc<KeySource>,
    folder: tempfile::TempDir,
}

impl Place {
    /// Serves the people of [`people`].
    async fn open() -> Self {
        Self::with(|_| ()).await
    }

    /// The same, with rooms that were changed.
    async fn with(change: impl FnOnce(&mut Rooms)) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let data = folder.path().join("data");
        let location = server::location(&data).await;
        let store = store::open(&location).await.expect("a store");
        let clock = Arc::new(AtomicI64::new(NOW.0));
        let (hands, ticks) = (Arc::clone(&clock), Arc::new(AtomicU64::new(0)));
        let beats = Arc::clone(&ticks);
        let keys = Arc::new(KeySource::MadeOnce(folder.path().join("key")));
        let mut rooms = Rooms {
            store: Arc::clone(&store),
            place: server::place(&location, &data),
            keys: Arc::clone(&keys),
            rate: serve::A_SECOND,
            connections: serve::CONNECTIONS,
            head: serve::HEAD,
            patience: serve::PATIENCE,
            clock: Arc::new(move || Millis(hands.load(Ordering::Relaxed))),
            ticks: Arc::new(move || Duration::from_millis(beats.load(Ordering::Relaxed))),
        };
        change(&mut rooms);
        let site = Site::new(rooms);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let served = Arc::clone(&site);
        let door = serve::Door { listener, proxies: Vec::new() };
        tokio::spawn(async move { serve::run(door, &served, std::future::pending()).await });
        let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        let place = Self { store, site, url, client, clock, ticks, keys, folder };
        place.fill().await;
        place
    }

    async fn fill(&self) {
        self.store.put_profiles(&profiles(), NOW.plus(-2 * DAY)).await.expect("put");
        for name in [A, B] {
            self.store.add_tenant(&tenant(name)).await.expect("added");
            self.publish(name, people()).await;
        }
        self.site.catch_up().await.expect("an index");
    }

    /// A night of the tenant, an hour ago, with these people.
    async fn publish(&self, tenant: &str, people: Vec<StagedContact>) {
        publish(self.store.as_ref(), tenant, &people, NOW.plus(-HOUR)).await;
    }

    async fn stage(&self, tenant: &str, people: &[StagedContact]) -> Claim {
        stage(self.store.as_ref(), tenant, people).await
    }

    async fn ending(&self, state: RunState) -> Ending {
        ending(self.store.as_ref(), state, NOW.plus(-HOUR)).await
    }

    fn now_is(&self, now: Millis) {
        self.clock.store(now.0, Ordering::Relaxed);
    }

    /// Time passes for those who have asked enough; it stands still otherwise.
    fn pass(&self, time: Duration) {
        self.ticks.fetch_add(time.as_millis().try_into().expect("not for ever"), Ordering::Relaxed);
    }

    /// A new token.
    async fn token(&self, grant: Grant) -> String {
        self.token_until(grant, None).await.0
    }

    async fn token_until(&self, grant: Grant, expires_at: Option<Millis>) -> (String, String) {
        let (text, hash) = proof::token();
        let token = Token { id: proof::token_id(&hash), grant, created_at: NOW, expires_at, seen_day: None };
        self.store.add_token(&hash, &token).await.expect("added");
        (text, token.id)
    }

    async fn role(&self, tenant: &str, role: Role) -> String {
        self.token(Grant::Tenant(name(tenant), role)).await
    }

    /// A user with the password `correct horse battery`.
    async fn user(&self, user: &str, grant: Grant) {
        let password = proof::password("correct horse battery").expect("long enough");
        let account = Account { name: AccountName::new(user).expect("a name"), grant, password, created_at: NOW, seen_day: None };
        self.store.add_account(&account).await.expect("added");
    }

    /// The cookie of a new user who came by an address that lets in once.
    async fn signed_in(&self, user: &str, grant: Grant) -> String {
        let account =
            Account { name: AccountName::new(user).expect("a name"), grant, password: "none".into(), created_at: NOW, seen_day: None };
        self.store.add_account(&account).await.expect("added");
        let (ticket, hash) = proof::ticket();
        self.store.begin_session(&hash, &account.name, NOW..NOW.plus(HOUR)).await.expect("begun");
        let entered = self.get(&format!("/enter?ticket={ticket}"), "").await;
        assert_eq!(entered.status.as_u16(), 303);
        entered.header(SET_COOKIE.as_str()).split(';').next().expect("a cookie").to_owned()
    }

    async fn with_cookie(&self, method: Method, path: &str, cookie: &str) -> Answer {
        let request = self.client.request(method, format!("{}{path}", self.url)).header(COOKIE, cookie);
        Answer::of(request.send().await.expect("an answer")).await
    }

    /// What a form of a page sends.
    async fn form(&self, path: &str, token: &str, body: &str) -> Answer {
        self.sent(path, (AUTHORIZATION.as_str(), &format!("Bearer {token}")), body).await
    }

    /// The same, by somebody who is signed in.
    async fn form_with_cookie(&self, path: &str, cookie: &str, body: &str) -> Answer {
        self.sent(path, (COOKIE.as_str(), cookie), body).await
    }

    async fn sent(&self, path: &str, header: (&str, &str), body: &str) -> Answer {
        let request = self.client.post(format!("{}{path}", self.url)).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        Answer::of(request.header(header.0, header.1).body(body.to_owned()).send().await.expect("an answer")).await
    }

    async fn ask(&self, method: Method, path: &str, token: &str, body: Option<Value>) -> Answer {
        let mut request = self.client.request(method, format!("{}{path}", self.url));
        if !token.is_empty() {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        if let Some(body) = body {
            request = request.header(CONTENT_TYPE, "application/json").body(body.to_string());
        }
        Answer::of(request.send().await.expect("an answer")).await
    }

    async fn get(&self, path: &str, token: &str) -> Answer {
        self.ask(Method::GET, path, token, None).await
    }

    async fn post(&self, path: &str, token: &str, body: Value) -> Answer {
        self.ask(Method::POST, path, token, Some(body)).await
    }
}

/// A whole night of a tenant that ended at `finished_at`.
async fn publish(store: &dyn Store, tenant: &str, people: &[StagedContact], finished_at: Millis) {
    let claim = stage(store, tenant, people).await;
    store.publish(&claim, &ending(store, RunState::Published, finished_at).await, NOW).await.expect("published");
}

async fn stage(store: &dyn Store, tenant: &str, people: &[StagedContact]) -> Claim {
    let claim = store.start_run(&name(tenant), &order(RunKind::Full), NOW).await.expect("a claim");
    store.stage_reference(&claim, &reference()).await.expect("staged");
    store.stage(&claim, people).await.expect("staged");
    claim
}

async fn ending(store: &dyn Store, state: RunState, finished_at: Millis) -> Ending {
    let profiles_revision = store.profile_count().await.expect("a count").1;
    let tally = Tally { pulled: 9, profiles_revision, ..Tally::default() };
    Ending { state, tally, error: None, changes: Vec::new(), finished_at, again: Again::No }
}

/// An answer, read.
#[derive(Debug)]
struct Answer {
    status: StatusCode,
    headers: reqwest::header::HeaderMap,
    text: String,
}

impl Answer {
    async fn of(response: Response) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        Self { status, headers, text: response.text().await.expect("text") }
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("JSON, not {}", self.text))
    }

    /// The status, and that an error is a problem.
    fn code(&self) -> u16 {
        let kind = self.headers.get(CONTENT_TYPE).map_or("", |it| it.to_str().expect("text"));
        if self.status.is_client_error() || self.status.is_server_error() {
            assert_eq!(kind, "application/problem+json", "{self:?}");
            assert_eq!(self.json()["status"], self.status.as_u16());
        }
        self.status.as_u16()
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |it| it.to_str().expect("text"))
    }
}

fn name(text: &str) -> TenantName {
    TenantName::new(text).expect("a tenant's name")
}

fn id<T: FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().expect("an id")
}

fn tenant(text: &str) -> Tenant {
    Tenant { sealed_key: vec![1], sealed_secret: vec![2], ..Tenant::new(name(text), Settings::default(), NOW) }
}
