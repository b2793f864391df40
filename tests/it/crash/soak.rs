//! Workers, the database and the network between them die again and again while every tenant's runs are queued. In the end every tenant
//! has exactly the badges of an undisturbed run, every order was published once, and nothing raw is left.
//!
//! `ACQUAINT_SOAK="workers=4 tenants=100 seconds=300"` makes it as long as `benches/soak` wants it.

use super::network::Network;
use super::site::are_equal;
use crate::retention::canaries::town_of;
use crate::retention::home::{Home, Running};
use crate::retention::postgres::{self, LOUD};
use crate::retention::process;
use crate::store::server::Server;
use acquaint::model::{Millis, Order, Publication, ResumePolicy, RunKind, RunState, TenantName};
use acquaint::night;
use acquaint::replica::{Key, Options, TEST_KEY};
use acquaint::store::{self, Location, Set, Store, StoreError, Which};
use acquaint::world::Plan;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rustix::process::Signal;
use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

const SEED: u64 = 20_261_124;
/// Without résumés: which of them a budget reaches hangs on how many runs there were before.
const ORDER: Order = Order { kind: RunKind::Full, resumes: ResumePolicy::None, publication: Publication::Unguarded };
/// When badges are judged.
const NOW: Millis = Millis(1_795_305_600_000);
/// What is queued when the harm ends has ended by then.
const DRAINED: Duration = Duration::from_secs(300);

/// One number of each kind of harm in [`Soak::disturb`].
const EACH: [u32; 6] = [0, 6, 10, 4, 8, 5];

/// How long, and how much.
struct Shape {
    workers: usize,
    tenants: usize,
    seconds: u64,
}

impl Shape {
    fn asked() -> Self {
        let asked = std::env::var("ACQUAINT_SOAK").unwrap_or_default();
        let number = |name: &str, short| {
            let value = asked.split_whitespace().filter_map(|it| it.split_once('=')).find(|it| it.0 == name);
            value.map_or(short, |it| it.1.parse().expect("a number"))
        };
        let (workers, tenants) = (number("workers", 2), number("tenants", 3));
        Self { workers: workers as usize, tenants: tenants as usize, seconds: number("seconds", 12) }
    }
}

/// What is going on.
struct Soak<'a> {
    home: &'a Home,
    server: &'a Server,
    network: Network,
    runtime: Runtime,
    store: Arc<dyn Store>,
    tenants: Vec<TenantName>,
    /// Orders that were taken, by tenant.
    orders: BTreeMap<TenantName, usize>,
    dice: ChaCha8Rng,
    harm: BTreeMap<&'static str, u32>,
}

impl<'a> Soak<'a> {
    fn new(home: &'a Home, server: &'a Server, shape: &Shape) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
        let tenants: Vec<TenantName> = (0..shape.tenants).map(|it| TenantName::new(&format!("t-{it}")).expect("a name")).collect();
        for it in &tenants {
            fs::write(home.path(&format!("{it}.key")), it.as_str()).expect("a file");
            home.ends(
                &["tenant", "add", it.as_str(), "--lever-key-file", &format!("../{it}.key"), "--lever-url", &home.replica.base_url()],
                0,
            );
        }
        let store = runtime.block_on(store::open(&Location::Postgres(server.url("postgres")))).expect("the store");
        // The first worker has no index of its own, and asks the database's over the network that is cut.
        fs::create_dir(home.path("data-of-0")).expect("a folder");
        fs::write(home.path("data-of-0/acquaint.toml"), "index = \"database\"\n").expect("a file");
        let network = Network::to(server.folder().join(".s.PGSQL.5432"));
        let (orders, harm) = Default::default();
        Self { home, server, network, runtime, store, tenants, orders, dice: ChaCha8Rng::seed_from_u64(SEED), harm }
    }

    /// A worker with a data directory of its own, which reaches the database over the network.
    fn worker(&self, place: usize) -> Running<'a> {
        let url = self.network.url("postgres");
        self.home.start(&["worker", "--data-dir", &format!("../data-of-{place}"), "--database-url", &url])
    }

    /// Queues a run for everybody whose last one has ended. A server that is down is asked again later.
    fn queue(&mut self) {
        for it in &self.tenants {
            match self.runtime.block_on(self.store.queue_run(it, &ORDER, now())) {
                Ok(_) => *self.orders.entry(it.clone()).or_default() += 1,
                Err(StoreError::Busy(_) | StoreError::Database(_)) => {}
                Err(error) => panic!("{error}"),
            }
        }
    }

    /// Something dies: everything once, and then by chance.
    fn disturb(&mut self, workers: &mut [Running<'a>]) {
        let place = self.dice.random_range(0..workers.len());
        let chance = self.dice.random_range(0..12);
        let what = match EACH.get(self.harm.values().sum::<u32>() as usize).copied().unwrap_or(chance) {
            0..4 => {
                process::send(workers[place].id(), Signal::KILL);
                workers[place] = self.worker(place);
                "workers killed"
            }
            4 => {
                // Shorter than a lease: nobody takes its runs over, and what it held was let go or waits for it.
                process::send(workers[place].id(), Signal::STOP);
                std::thread::sleep(Duration::from_millis(self.dice.random_range(200..3_000)));
                process::send(workers[place].id(), Signal::CONT);
                "workers that stood still"
            }
            5 => {
                process::send(workers[place].id(), Signal::TERM);
                let old = std::mem::replace(&mut workers[place], self.worker(place));
                assert_eq!(old.end().code, Some(0), "a worker that is told to stop ends well");
                "workers told to stop"
            }
            6..8 => {
                self.server.crash();
                self.server.resume();
                "ends of the server"
            }
            8..10 => {
                self.server.kill();
                self.server.resume();
                "deaths of the server"
            }
            _ => {
                self.network.cut();
                std::thread::sleep(Duration::from_millis(self.dice.random_range(200..1_500)));
                self.network.mend();
                "cuts of the network"
            }
        };
        *self.harm.entry(what).or_default() += 1;
    }

    fn badges(&self, tenant: &TenantName) -> String {
        let published = self.runtime.block_on(self.store.read(tenant, Set::Published, Which::Badges)).expect("readers are served");
        let line = |it| {
            let mut value = serde_json::to_value(it).expect("JSON");
            for field in ["tenant", "checked_at"] {
                value.as_object_mut().expect("an object").remove(field).expect("a field");
            }
            value.to_string() + "\n"
        };
        night::badges(tenant, &published, NOW).into_iter().map(line).collect()
    }

    /// Waits until nothing is queued or at work.
    fn drain(&self) {
        let began = Instant::now();
        let alive = || {
            let latest = |it| self.runtime.block_on(self.store.runs(it, 1)).expect("runs").pop().map(|it| it.state);
            self.tenants.iter().filter(|it| matches!(latest(it), Some(RunState::Queued | RunState::Running))).count()
        };
        while alive() > 0 {
            assert!(began.elapsed() < DRAINED, "{} runs do not end", alive());
            std::thread::sleep(Duration::from_millis(200));
        }
        eprintln!("the queue was empty {} s after the last harm", began.elapsed().as_secs());
    }

    /// Each order was published once, by its last attempt; whatever was before it had ended without.
    fn each_order_was_published_once(&self) {
        let mut lost = 0;
        for it in &self.tenants {
            let runs = self.runtime.block_on(self.store.runs(it, 10_000)).expect("runs");
            let published = runs.iter().filter(|it| it.state == RunState::Published).count();
            let said: Vec<_> = runs.iter().map(|it| (it.state, it.error.clone(), it.queued.map(|it| it.attempt))).collect();
            assert_eq!(Some(&published), self.orders.get(it), "{it}: {said:?}");
            lost += runs.len() - published;
        }
        eprintln!("{} orders were published, after {lost} attempts that came to nothing", self.orders.values().sum::<usize>());
    }
}

fn now() -> Millis {
    Millis(chrono::Utc::now().timestamp_millis())
}

#[test]
fn whatever_dies_every_tenant_comes_to_the_badges_of_an_undisturbed_run() {
    let shape = Shape::asked();
    let long = shape.seconds > 60;
    let Some(server) = Server::start_with(if long { "" } else { LOUD }) else {
        return eprintln!("SKIPPED: the soak (no initdb and pg_ctl in PATH or /usr/lib/postgresql)");
    };
    let town = town_of(&Plan { contacts: 60, opportunities: 80, profiles: 200, ..Plan::default() });
    let keys = std::iter::once(TEST_KEY.to_owned()).chain((0..shape.tenants).map(|it| format!("t-{it}")));
    let options = Options { page_limit: 20, keys: keys.map(|it| Key::new(&it)).collect(), ..Options::default() };
    let home = Home::over(town, options, &[("ACQUAINT_DATABASE_URL", server.url("postgres")), ("ACQUAINT_KEY", "0c".repeat(32))]);
    let mut soak = Soak::new(&home, &server, &shape);
    let mut workers: Vec<_> = (0..shape.workers).map(|it| soak.worker(it)).collect();
    eprintln!("{} workers, {} tenants, {} s, seed {SEED}", shape.workers, shape.tenants, shape.seconds);
    let (began, mut is_other) = (Instant::now(), false);
    while began.elapsed() < Duration::from_secs(shape.seconds) || soak.harm.len() < EACH.len() {
        soak.queue();
        std::thread::sleep(Duration::from_millis(soak.dice.random_range(700..3_000)));
        soak.disturb(&mut workers);
        if !is_other && began.elapsed() > Duration::from_secs(shape.seconds / 2) {
            home.replica.edit(|it| {
                let stage = it.stages[1].id.clone();
                it.opportunities.iter_mut().for_each(|row| row.stage.clone_from(&stage));
            });
            // Profiles come and go meanwhile, too.
            let gone = home.town.world.profiles[0].id.to_string();
            home.ends(&["profiles", "remove", &gone], 0);
            is_other = true;
        }
    }
    soak.drain();
    soak.queue();
    soak.drain();
    eprintln!("{:?}", soak.harm);
    home.ends(&["run", "acme", "--yes", "--resumes", "none"], 0);
    let expected = soak.badges(&TenantName::new("acme").expect("a name"));
    assert!(expected.lines().count() > 10, "there is something to see");
    soak.tenants.iter().for_each(|it| are_equal(&soak.badges(it), &expected, it.as_str()));
    soak.each_order_was_published_once();
    for it in workers {
        process::send(it.id(), Signal::TERM);
        let ended = it.end();
        assert_eq!(ended.code, Some(0), "{}", ended.stderr.lines().last().unwrap_or_default());
    }
    assert!(soak.runtime.block_on(soak.store.workers()).expect("read").len() <= soak.harm.values().sum::<u32>() as usize);
    soak.runtime.block_on(postgres::is_clean(&server, "postgres", &home, "all of it"));
}
