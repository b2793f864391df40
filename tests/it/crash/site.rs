//! One installation with canaries, whose account and profiles have two states each, and the badges that quiet runs come to.

use crate::retention::canaries::{Town, town_of};
use crate::retention::home::Home;
use crate::store::server::Server;
use acquaint::model::{Millis, TenantName};
use acquaint::night;
use acquaint::replica::Options;
use acquaint::store::{self, Location, Set, Store, Which};
use acquaint::world::{Account, Plan, World};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

/// When badges are judged: a snooze that ends while the test runs must not look like a change.
const NOW: Millis = Millis(1_795_305_600_000);

/// Publishes whatever is lost, and says what it counted.
pub(super) const RUN: [&str; 4] = ["run", "acme", "--yes", "--json"];

/// Where a site keeps its store.
#[derive(Clone, Copy)]
pub(super) enum Place<'a> {
    Embedded,
    /// SQLite in a data directory elsewhere.
    In(&'a Path),
    Postgres(&'a Server, &'a str),
}

/// The states of an account and of a file of profiles.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum State {
    /// As the world made them.
    First,
    /// Half of the people cannot be recognised, and everybody else is at another stage.
    Other,
}

/// All of the badges that the rules decide, in order. When they were checked differs from night to night, and so does how much a
/// value weighs: profiles that were replaced count for its frequency until the index is merged. The canaries' own badges are left
/// out: they hang on when their résumés are read.
pub(super) type Badges = String;

pub(super) struct Site {
    pub(super) home: Home,
    pub(super) store: Arc<dyn Store>,
    pub(super) runtime: Runtime,
    account: Account,
}

impl Site {
    pub(super) fn new(place: Place<'_>) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
        let mut town = town_of(&Plan { contacts: 150, opportunities: 180, profiles: 1_950, ..Plan::default() });
        only_canaries_have_resumes(&mut town);
        nobody_is_in_doubt(&mut town);
        let account = town.world.account.clone();
        let variables = match place {
            Place::Embedded => Vec::new(),
            Place::In(folder) => vec![("ACQUAINT_DATA_DIR", folder.display().to_string())],
            Place::Postgres(server, database) => {
                runtime.block_on(server.make(database));
                vec![("ACQUAINT_DATABASE_URL", server.url(database)), ("ACQUAINT_KEY", "0c".repeat(32))]
            }
        };
        let home = Home::over(town, Options::default(), &variables);
        home.ends(&["tenant", "set", "acme", "resume_budget=2"], 0);
        fs::write(home.path("other.jsonl"), other(&fs::read_to_string(home.path("profiles.jsonl")).expect("a file"))).expect("a file");
        let location = match place {
            Place::Embedded => Location::Embedded(home.path("data")),
            Place::In(folder) => Location::Embedded(folder.to_owned()),
            Place::Postgres(server, database) => Location::Postgres(server.url(database)),
        };
        let store = runtime.block_on(store::open(&location)).expect("the store");
        Self { home, store, runtime, account }
    }

    /// Lever's side goes over to this state.
    pub(super) fn account(&self, state: State) {
        self.home.replica.edit(|it| {
            *it = self.account.clone();
            if state == State::Other {
                change(it);
            }
        });
    }

    /// The badges that readers see now.
    pub(super) fn badges(&self) -> Badges {
        self.runtime.block_on(badges(self.store.as_ref()))
    }

    /// Begins to look at the badges again and again.
    pub(super) fn watch(&self) -> Watch {
        let done = Arc::new(AtomicBool::new(false));
        let (store, stop) = (Arc::clone(&self.store), Arc::clone(&done));
        let reader = self.runtime.spawn(async move {
            let mut seen = BTreeSet::new();
            while !stop.load(Ordering::Relaxed) {
                seen.insert(badges(store.as_ref()).await);
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            seen
        });
        Watch { done, reader }
    }

    /// All that was seen.
    pub(super) fn seen(&self, watch: Watch) -> BTreeSet<Badges> {
        watch.done.store(true, Ordering::Relaxed);
        self.runtime.block_on(watch.reader).expect("readers are served")
    }

    /// Nothing of a canary is in any folder; what was printed so far is forgotten then.
    ///
    /// A copy is searched that another process made: whoever closes a file gives up all the locks that its process has on it, and
    /// our reader has the store open.
    pub(super) fn is_clean(&self, after: &str) {
        let copy = tempfile::tempdir().expect("a folder");
        let copied = Command::new("cp").arg("-a").arg(self.home.path("")).arg(copy.path()).status();
        assert!(copied.expect("cp starts").success(), "a copy");
        let found = self.home.needles().below(copy.path());
        assert!(found.is_empty(), "after {after}:\n{}", found.join("\n"));
        for file in fs::read_dir(self.home.path("printed")).expect("a folder").flatten() {
            fs::remove_file(file.path()).expect("it is ours");
        }
    }
}

/// A reader at work.
pub(super) struct Watch {
    done: Arc<AtomicBool>,
    reader: JoinHandle<BTreeSet<Badges>>,
}

/// What undisturbed runs of a site of its own come to.
pub(super) struct Quiet {
    /// Of the first account and the first profiles.
    pub(super) first: Badges,
    /// Of the other account.
    pub(super) other_account: Badges,
    /// Of the other profiles.
    pub(super) other_profiles: Badges,
}

impl Quiet {
    pub(super) fn new() -> Self {
        let site = Site::new(Place::Embedded);
        let run = || {
            site.home.ends(&RUN, 0);
            site.badges()
        };
        let first = run();
        site.account(State::Other);
        let other_account = run();
        site.account(State::First);
        site.home.ends(&["profiles", "import", "../other.jsonl"], 0);
        let other_profiles = run();
        let lost = |other: &Badges| first.lines().count().saturating_sub(other.lines().count());
        assert!(lost(&other_account) >= 20 && lost(&other_profiles) >= 20, "the sets differ by much");
        Self { first, other_account, other_profiles }
    }
}

async fn badges(store: &dyn Store) -> Badges {
    let name = TenantName::new("acme").expect("a name");
    let published = store.read(&name, Set::Published, Which::Badges).await.expect("readers are served");
    let others = night::badges(&name, &published, NOW).into_iter().filter(|it| !it.profile.as_str().starts_with("profile-"));
    let line = |it| {
        let mut value = serde_json::to_value(it).expect("JSON");
        for field in ["probability", "evidence", "checked_at"] {
            value.as_object_mut().expect("an object").remove(field).expect("a field");
        }
        value.to_string() + "\n"
    };
    others.map(line).collect()
}

/// Says whose badges differ, when some do.
pub(super) fn are_equal(seen: &Badges, expected: &Badges, when: &str) {
    let whose = |line: &str| {
        let it: Value = serde_json::from_str(line).expect("a badge");
        format!("{} at {} of {}", it["profile"], it["stage"]["text"], it["contacts"])
    };
    let only = |a: &Badges, b: &Badges| a.lines().filter(|it| !b.contains(it)).map(whose).collect::<Vec<_>>();
    let (more, less) = (only(seen, expected), only(expected, seen));
    assert!(more.is_empty() && less.is_empty(), "{when}: {more:#?} in place of {less:#?}");
}

/// Other people's résumés would take requests, and a run's time is the rate's.
fn only_canaries_have_resumes(town: &mut Town) {
    let rows = town.world.account.opportunities.iter_mut();
    rows.filter(|it| !it.id.starts_with("opportunity-")).for_each(|it| it.resumes.clear());
}

/// Whoever has a profile is known by its page, and nobody is like anybody else: a verdict in doubt may turn with the weight of a name,
/// which profiles that were replaced still count for.
fn nobody_is_in_doubt(town: &mut Town) {
    let World { profiles, account, truth } = &mut town.world;
    // Many, so that an import takes several batches, and brief, so that it does not take long.
    for it in profiles.iter_mut().filter(|it| !it.id.as_str().starts_with("profile-")) {
        let brief = serde_json::json!({"id": it.id, "name": it.name});
        *it = serde_json::from_value(brief).expect("a profile");
    }
    for (place, row) in truth.rows.iter().enumerate() {
        let contact = &mut account.contacts[place];
        contact.name = match row.profiles.first() {
            Some(own) => format!("Pers{own} Nomen{own}"),
            None => format!("Pers{place} Nomen{place}"),
        };
        (contact.emails, contact.phones, contact.links) = (Vec::new(), Vec::new(), Vec::new());
        (contact.headline, contact.location) = (String::new(), String::new());
        let Some((own, twins)) = row.profiles.split_first() else { continue };
        profiles.retain(|it| !twins.contains(&it.id));
        let page = format!("https://www.linkedin.com/in/page-of-{own}");
        contact.links.push(page.clone());
        for it in profiles.iter_mut().filter(|it| it.id == *own) {
            (it.name, it.links) = (contact.name.clone(), vec![page.clone()]);
        }
    }
}

fn change(account: &mut Account) {
    let stage = account.stages[1].id.clone();
    let Account { contacts, opportunities, .. } = account;
    for (place, contact) in contacts.iter_mut().enumerate().filter(|(_, it)| !it.id.starts_with("contact-")) {
        if place % 2 == 0 {
            (contact.name, contact.links) = ("Nemo".into(), Vec::new());
        }
    }
    opportunities.iter_mut().for_each(|it| it.stage.clone_from(&stage));
}

/// The other state of a file of profiles: every record is written anew, and half of the people are nobody any more.
fn other(jsonl: &str) -> String {
    let line = |(place, line): (usize, &str)| {
        let mut it: Value = serde_json::from_str(line).expect("a profile");
        let known = it["id"].as_str().expect("an id").starts_with("profile-");
        if place % 2 == 0 && !known {
            it = serde_json::json!({"id": it["id"], "name": "Nemo"});
        }
        it["source"] = "second".into();
        it.to_string() + "\n"
    };
    jsonl.lines().enumerate().map(line).collect()
}
