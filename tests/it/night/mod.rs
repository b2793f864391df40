//! One run, from the list to the badges: an invented account behind the replica, a store and an index in a folder of their own.

mod badges;
mod clock;
mod decisions;
mod edits;
mod faults;
mod guard;
mod learnt;
mod left_out;
mod oauth;
mod postgres;
mod recent;
mod removals;
mod resumes;
mod tally;
mod turns;

use crate::polite::{Polite, QUICK, QUICKLY};
use crate::store::server;
use acquaint::index::{Place, ProfileIndex};
use acquaint::lever::limiter::Pace;
use acquaint::lever::{Lever, base_url};
use acquaint::matching::Matcher;
use acquaint::model::{Badge, Environment, Millis, ResumePolicy, RunKind, RunState, Settings, TenantName};
use acquaint::night::{self, Finished, Order, Publication, Rooms, Step, Stop, Watch};
use acquaint::profiles;
use acquaint::replica::{Allowance, Clock, Key, Options};
use acquaint::resume::Readers;
use acquaint::secrets::Secret;
use acquaint::store::{self, Set, Store, StoreError, Tenant, Which};
use acquaint::world::{Account, Confidential, Plan, Truth, World};
use futures::FutureExt;
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// An hour after the world's last word, so that a window that overlaps the run before has nothing of the world's in it.
const NOW: Millis = Millis(1_795_305_600_000 + 3_600_000);
const DAY: i64 = 86_400_000;

const FULL: Order = Order { kind: RunKind::Full, resumes: ResumePolicy::None, publication: Publication::Guarded };
const RECENT: Order = Order { kind: RunKind::Recent, ..FULL };

/// What a home is made of.
struct Setup {
    plan: Plan,
    settings: Settings,
    key: fn(Key) -> Key,
    pace: Pace,
    allowance: Allowance,
    page_limit: usize,
}

impl Default for Setup {
    fn default() -> Self {
        let plan = Plan { seed: 11, contacts: 300, opportunities: 500, profiles: 1_500, owners: 0.6, ..Plan::default() };
        Self { plan, settings: Settings::default(), key: |it| it, pace: QUICK, allowance: QUICKLY, page_limit: 100 }
    }
}

impl Setup {
    /// The tenant that shows confidential opportunities, with the key that may read them.
    fn confidential(mut self) -> Self {
        self.settings.confidential = true;
        self.key = Key::with_confidential;
        self
    }
}

/// A tenant with all that its runs need.
struct Home {
    folder: tempfile::TempDir,
    store: Arc<dyn Store>,
    /// Where the index is.
    place: Place,
    index: ProfileIndex,
    replica: Polite,
    truth: Truth,
    name: TenantName,
    pace: Pace,
    key: String,
}

impl Home {
    async fn new(setup: Setup) -> Self {
        Self::of(World::new(&setup.plan), setup).await
    }

    /// A home in another world than the plan's.
    async fn of(world: World, setup: Setup) -> Self {
        let World { profiles, account, truth } = world;
        let folder = tempfile::tempdir().unwrap();
        let location = server::location(folder.path()).await;
        let place = server::place(&location, folder.path());
        let store = store::open(&location).await.unwrap();
        store.put_profiles(&profiles, NOW).await.unwrap();
        let index = profiles::open_index(store.as_ref(), &place, &mut |_| ()).await.unwrap();
        let key = own_key();
        let keys = vec![(setup.key)(Key::new(&key))];
        let (allowance, page_limit) = (Some(setup.allowance), setup.page_limit);
        let options = Options { keys, allowance, page_limit, clock: Clock::Fixed(NOW.0), ..Options::default() };
        let replica = Polite::start(account, options);
        let name = TenantName::new("acme").unwrap();
        let home = Self { folder, store, place, index, replica, truth, name, pace: setup.pace, key };
        home.add(&home.name, setup.settings).await;
        home
    }

    /// Adds a tenant.
    async fn add(&self, name: &TenantName, settings: Settings) {
        self.store.add_tenant(&Tenant::new(name.clone(), settings, NOW)).await.unwrap();
    }

    /// Changes the tenant's choices.
    async fn choose(&self, choice: impl FnOnce(&mut Settings)) {
        let before = self.store.tenant(&self.name).await.unwrap().settings;
        let mut settings = before.clone();
        choice(&mut settings);
        self.store.set_settings(&self.name, &before, &settings).await.unwrap();
    }

    fn lever(&self) -> Lever {
        let base = base_url(Environment::Production, Some(&self.replica.base_url())).unwrap();
        Lever::paced(base, Secret::new(self.key.clone().into()), self.pace).unwrap()
    }

    /// A run that nobody stops.
    async fn run(&self, order: Order) -> Finished {
        self.watched(order, &|_| (), std::future::pending()).await.unwrap()
    }

    /// A run that must end well.
    async fn good(&self, order: Order) -> Finished {
        let finished = self.run(order).await;
        assert_eq!((finished.record.state, finished.record.error.as_deref()), (RunState::Published, None));
        finished
    }

    async fn watched(
        &self,
        order: Order,
        progress: &(dyn Fn(Step) + Send + Sync),
        cancel: impl Future<Output = ()>,
    ) -> Result<Finished, StoreError> {
        self.watched_by(self.lever(), order, progress, cancel).await
    }

    /// The same with a client of the caller's.
    async fn watched_by(
        &self,
        lever: Lever,
        order: Order,
        progress: &(dyn Fn(Step) + Send + Sync),
        cancel: impl Future<Output = ()>,
    ) -> Result<Finished, StoreError> {
        let tenant = self.store.tenant(&self.name).await.unwrap();
        let (matcher, secret) = (Matcher::shipped(), Secret::new(vec![7; 32]));
        let readers = Readers::new(env!("CARGO_BIN_EXE_acquaint").into(), 2);
        let (store, index) = (self.store.as_ref(), &self.index);
        let rooms = Rooms { store, index, matcher: &matcher, lever: &lever, readers: &readers, secret: &secret, profile_url: None };
        night::run(rooms, &tenant, order, Watch { clock: &|| NOW, progress }, cancel.map(|()| Stop::Asked)).await
    }

    async fn badges(&self) -> Vec<Badge> {
        self.badges_at(NOW).await
    }

    async fn badges_at(&self, now: Millis) -> Vec<Badge> {
        let published = self.store.read(&self.name, Set::Published, Which::Badges).await.unwrap();
        night::badges(&self.name, &published, now)
    }

    /// What readers see of each badge, by profile; what a new estimate alone would change is left out.
    async fn seen(&self) -> BTreeMap<String, serde_json::Value> {
        self.badges().await.iter().map(|it| (it.profile.to_string(), told(it))).collect()
    }

    fn account(&self) -> Account {
        self.replica.edit(|it| it.clone())
    }

    /// The badge that the truth knows for these contacts, as JSON.
    fn expected(&self, account: &Account, contacts: &[&str], now: Millis, confidential: Confidential) -> serde_json::Value {
        serde_json::to_value(self.truth.expected_badge(account, contacts, now, confidential)).unwrap()
    }
}

/// A key is paced once a process and host, so no two homes share one.
fn own_key() -> String {
    static KEYS: AtomicU32 = AtomicU32::new(0);
    format!("night-{}", KEYS.fetch_add(1, Ordering::Relaxed))
}

/// All of a badge that the rules decide.
fn told(badge: &Badge) -> serde_json::Value {
    let mut value = serde_json::to_value(badge).unwrap();
    for field in ["tenant", "profile", "probability", "evidence", "checked_at"] {
        value.as_object_mut().unwrap().remove(field).unwrap();
    }
    value
}

/// Badges of one contact each, with that contact: what a test can spoil without touching another.
fn lone(badges: &[Badge]) -> Vec<(String, String)> {
    let lone = badges.iter().filter(|it| it.contacts.len() == 1);
    lone.map(|it| (it.profile.to_string(), it.contacts[0].to_string())).collect()
}

/// A night after which no badge hangs on how many people have a profile: whoever is in some doubt leaves. The stories that begin with it
/// let others leave, the share of owners falls with each, and would take badges in doubt along.
async fn settled(home: &Home) -> Vec<Badge> {
    /// A third of all owners could leave, and this would still be a badge.
    const SURE: f64 = 0.985;
    loop {
        home.good(Order { publication: Publication::Unguarded, ..FULL }).await;
        let badges = home.badges().await;
        let doubtful: Vec<_> = badges.iter().filter(|it| it.probability < SURE).flat_map(|it| &it.contacts).collect();
        if doubtful.is_empty() {
            return badges;
        }
        home.replica.edit(|account| doubtful.iter().for_each(|it| drop(take_rows(account, it.as_str()))));
    }
}

/// The place of a contact in the account.
fn place(account: &Account, contact: &str) -> usize {
    account.contacts.iter().position(|it| it.id == contact).unwrap()
}

/// Changes all opportunities of a contact, and says that they changed now.
fn touch(account: &mut Account, contact: &str, change: impl Fn(&mut acquaint::world::Opportunity)) {
    let at = place(account, contact);
    for it in account.opportunities.iter_mut().filter(|it| it.contact == at) {
        change(it);
        it.updated_at = Some(NOW.0);
    }
}

/// Takes a contact's rows out of the account, and returns them.
fn take_rows(account: &mut Account, contact: &str) -> Vec<acquaint::world::Opportunity> {
    let at = place(account, contact);
    let (gone, stay) = std::mem::take(&mut account.opportunities).into_iter().partition(|it| it.contact == at);
    account.opportunities = stay;
    gone
}

/// A contact of the account.
fn person<'a>(account: &'a mut Account, contact: &str) -> &'a mut acquaint::world::Contact {
    let at = place(account, contact);
    &mut account.contacts[at]
}

/// Makes a contact unlike anybody, so that its badge is lost for no reason of privacy.
fn disguise(account: &mut Account, contact: &str) {
    let it = person(account, contact);
    it.name = format!("Zzyx Qwrt{}", &it.id[..4]);
    (it.headline, it.location) = (String::new(), String::new());
    (it.emails, it.phones, it.links) = (Vec::new(), Vec::new(), Vec::new());
}
