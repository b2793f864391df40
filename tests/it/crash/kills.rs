//! `kill -9` at a hundred random moments of `run`, `profiles import` and `publish` on each store.
//!
//! A moment is drawn over the whole life of the process, whose length an undisturbed one told. After each kill the next run ends
//! well, with the badges of a quiet run; a reader that looked all the while saw the old set or the new one; and nothing raw is left.

use super::site::{Badges, Place, Quiet, RUN, Site, State, are_equal};
use crate::retention::postgres::{self, LOUD};
use crate::retention::process;
use crate::store::server::Server;
use acquaint::model::Profile;
use acquaint::store::Revised;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rustix::process::Signal;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

const SEED: u64 = 20_261_122;
/// Two sites of each store work side by side, since a run waits for Lever's rate most of the time.
const KILLS_A_SITE: u32 = 50;

/// A site with its dice.
struct Lane<'a> {
    site: Site,
    quiet: &'a Quiet,
    dice: ChaCha8Rng,
    /// How long an undisturbed process of each verb lives.
    lives: BTreeMap<&'static str, Duration>,
    at: (State, State),
    /// Kills, and those after which readers already had the new badges, by verb.
    killed: BTreeMap<&'static str, (u32, u32)>,
}

impl<'a> Lane<'a> {
    fn new(place: Place<'_>, quiet: &'a Quiet, seed: u64) -> Self {
        let site = Site::new(place);
        let mut it = Self {
            site,
            quiet,
            dice: ChaCha8Rng::seed_from_u64(seed),
            lives: BTreeMap::new(),
            at: (State::First, State::First),
            killed: BTreeMap::new(),
        };
        it.measure("run", &RUN, 0);
        it.measure("run", &RUN, 0);
        it.import(State::Other);
        it.import(State::First);
        it.site.home.ends(&RUN, 0);
        are_equal(&it.site.badges(), &quiet.first, "before any kill");
        let run = it.hold();
        it.measure("publish", &["publish", "acme", &run], 0);
        it.at.0 = State::Other;
        it
    }

    fn measure(&mut self, verb: &'static str, args: &[&str], code: i32) {
        let began = Instant::now();
        self.site.home.ends(args, code);
        let life = self.lives.entry(verb).or_default();
        *life = began.elapsed().max(*life);
    }

    fn import(&mut self, state: State) {
        self.measure("import", &["profiles", "import", file(state)], 0);
        self.at.1 = state;
    }

    /// The badges of a quiet run over what Lever and the store hold now.
    fn expected(&self) -> &'a Badges {
        match self.at {
            (State::First, State::First) => &self.quiet.first,
            (State::Other, State::First) => &self.quiet.other_account,
            (State::First, State::Other) => &self.quiet.other_profiles,
            (State::Other, State::Other) => unreachable!("one changes at a time"),
        }
    }

    /// Kills a process somewhere in its life; false when it had ended by then.
    fn kill(&mut self, verb: &'static str, args: &[&str]) -> bool {
        let life = self.lives[verb];
        let running = self.site.home.start(args);
        std::thread::sleep(life.mul_f64(self.dice.random()));
        process::send(running.id(), Signal::KILL);
        let ended = running.end().code;
        assert!(ended.is_none_or(|it| it == 0), "{verb} ended with {ended:?}");
        // A guess of the life that other work on this machine has spoilt would make every kill too late, or too early.
        let life = self.lives.get_mut(verb).expect("it was measured");
        *life = life.mul_f64(if ended.is_none() { 1.04 } else { 0.88 });
        ended.is_none()
    }

    fn kills(&self) -> u32 {
        self.killed.values().map(|it| it.0).sum()
    }

    /// A run that must end well, and its badges.
    fn run_well(&self) {
        self.site.home.ends(&RUN, 0);
        are_equal(&self.site.badges(), self.expected(), &format!("{:?} after {} kills", self.at, self.kills()));
    }

    /// Lets one verb be killed or end, while somebody looks; the next run comes to the new badges.
    fn disturb(&mut self, verb: Verb, old: &'a Badges) {
        let watch = self.site.watch();
        let killed = match &verb {
            Verb::Run => self.kill("run", &RUN),
            Verb::Import(to) => self.kill("import", &["profiles", "import", file(*to)]),
            Verb::Publish(run) => self.kill("publish", &["publish", "acme", run]),
        };
        let now = self.site.badges();
        match &verb {
            Verb::Import(to) => {
                // The index goes as far as the store had come, whichever verb is next.
                if self.dice.random() {
                    self.site.home.ends(&RUN, 0);
                }
                self.import(*to);
                self.is_whole(*to);
            }
            Verb::Publish(run) => {
                // A server can end what it was asked for after its client died, so the old set may be seen for a moment.
                let code = self.site.home.start(&["publish", "acme", run]).end().code;
                assert!(code == Some(2) || code == Some(0) && now == *old, "the second publish ends with {code:?}");
            }
            Verb::Run => {}
        }
        self.run_well();
        let mut seen = self.site.seen(watch);
        let new = self.expected();
        assert!(now == *old || now == *new, "half of {} is published", verb.name());
        if matches!(verb, Verb::Import(_)) {
            // A run over half of an import has badges of its own.
            are_equal(&now, old, "an import changes no badge");
        } else {
            seen.retain(|it| it != old && it != new);
            assert!(seen.is_empty(), "a reader saw {} mixtures", seen.len());
        }
        if killed {
            let counted = self.killed.entry(verb.name()).or_default();
            *counted = (counted.0 + 1, counted.1 + u32::from(now == *new));
        }
        self.site.is_clean(&format!("kill {} of a site, in {}", self.kills(), verb.name()));
    }

    /// One more moment, of a verb that is drawn.
    fn next(&mut self) {
        let drawn = self.dice.random_range(0..4);
        match drawn {
            0 | 1 => {
                let old = self.back_to_first_profiles();
                self.at.0 = flipped(self.at.0);
                self.site.account(self.at.0);
                self.disturb(Verb::Run, old);
            }
            2 => {
                if self.at.0 == State::Other {
                    self.account_first();
                }
                let old = self.expected();
                self.at.1 = flipped(self.at.1);
                self.disturb(Verb::Import(self.at.1), old);
            }
            _ => {
                self.back_to_first_profiles();
                if self.at.0 == State::Other {
                    self.account_first();
                }
                let old = self.expected();
                let run = self.hold();
                self.disturb(Verb::Publish(run), old);
            }
        }
    }

    fn back_to_first_profiles(&mut self) -> &'a Badges {
        if self.at.1 == State::Other {
            self.import(State::First);
            self.run_well();
        }
        self.expected()
    }

    fn account_first(&mut self) {
        self.at.0 = State::First;
        self.site.account(State::First);
        self.run_well();
    }

    /// A run that the guard holds, since Lever goes over to the other state.
    fn hold(&mut self) -> String {
        self.at.0 = State::Other;
        self.site.account(State::Other);
        let held = self.site.home.object(&["run", "acme"], 5);
        held["run"].as_str().expect("an id").to_owned()
    }

    /// Every profile is as the file has it, in the store and in the index.
    fn is_whole(&self, state: State) {
        let stats = self.site.home.object(&["profiles", "stats"], 0);
        assert_eq!((&stats["in_step"], &stats["indexed"]), (&true.into(), &stats["profiles"]));
        let kept = self.site.runtime.block_on(self.site.store.profiles_after(0, 10_000)).expect("profiles");
        let line = |it: &Revised| serde_json::to_string(it.profile.as_ref().expect("nobody was removed")).expect("JSON");
        let kept: BTreeSet<_> = kept.iter().map(line).collect();
        let read = |line: &str| serde_json::to_string(&serde_json::from_str::<Profile>(line).expect("a profile")).expect("JSON");
        let file = std::fs::read_to_string(self.site.home.path("work").join(file(state))).expect("a file");
        assert!(kept == file.lines().map(read).collect(), "the store holds what was imported");
    }
}

/// What is killed.
enum Verb {
    Run,
    Import(State),
    Publish(String),
}

impl Verb {
    fn name(&self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Import(_) => "import",
            Self::Publish(_) => "publish",
        }
    }
}

fn file(state: State) -> &'static str {
    match state {
        State::First => "../profiles.jsonl",
        State::Other => "../other.jsonl",
    }
}

fn flipped(state: State) -> State {
    match state {
        State::First => State::Other,
        State::Other => State::First,
    }
}

/// Kills until there were enough; says how many of which verb, and after how many the new badges were there.
fn lane(place: Place<'_>, quiet: &Quiet, seed: u64) {
    let mut lane = Lane::new(place, quiet, seed);
    let mut tries = 0;
    while lane.kills() < KILLS_A_SITE {
        tries += 1;
        assert!(tries < 3 * KILLS_A_SITE, "processes end before they are killed");
        lane.next();
    }
    eprintln!("seed {seed}: kills and how many came after the flip {:?}; lives {:?}; {tries} tries", lane.killed, lane.lives);
    assert!(["run", "import", "publish"].iter().all(|it| lane.killed[it].0 > 0));
    if let Place::Postgres(server, database) = place {
        lane.site.runtime.block_on(postgres::is_clean(server, database, &lane.site.home, "all kills"));
    }
}

#[test]
fn a_hundred_kills_on_each_store() {
    eprintln!("a_hundred_kills_on_each_store: seeds from {SEED}");
    let server = Server::start_with(LOUD);
    let quiet = Quiet::new();
    let mut places = vec![Place::Embedded, Place::Embedded];
    match &server {
        Some(server) => places.extend([Place::Postgres(server, "one"), Place::Postgres(server, "two")]),
        None => eprintln!("SKIPPED: a hundred kills on PostgreSQL (no initdb and pg_ctl in PATH or /usr/lib/postgresql)"),
    }
    std::thread::scope(|all| {
        let lanes: Vec<_> = (SEED..)
            .zip(places)
            .map(|(seed, place)| {
                all.spawn({
                    let quiet = &quiet;
                    move || lane(place, quiet, seed)
                })
            })
            .collect();
        lanes.into_iter().for_each(|it| it.join().expect("it passes"));
    });
}
