//! Lever misbehaves: what becomes of the run, of the badges and of the operator. Every fault is a test of its own, and every test
//! compares the badges with those of a quiet run, asks how the program would end, and searches what is left for the people planted
//! on Lever's side.

mod boxes;
mod edits;
mod lasting;
mod passing;
mod watch;
mod ways;

use super::*;
use crate::retention::canaries::{Town, town};
use crate::retention::search::Needles;
use acquaint::cli::{Exit, Failure};
use acquaint::replica::{Fault, Faults};
use serde_json::Value;
use std::sync::OnceLock;
use tokio::sync::OnceCell;

/// With résumés, so that a fault can fall on them too.
const AUTO: Order = Order { resumes: ResumePolicy::Auto, ..FULL };

/// What readers see, by profile.
type Seen = BTreeMap<String, Value>;

/// The town of the canaries, served in small pages, so that a fault falls into the middle of a list.
async fn home(choice: impl FnOnce(&mut Setup)) -> Home {
    watch::logs();
    let mut setup = Setup { page_limit: 20, ..Setup::default() };
    choice(&mut setup);
    Home::of(town().world, setup).await
}

/// A home that had a good night, and whose account has changed since: every badge would say something else.
async fn changed(choice: impl FnOnce(&mut Setup)) -> Home {
    let home = home(choice).await;
    home.good(AUTO).await;
    home.replica.edit(|account| {
        let owner = account.users[0].id.clone();
        for it in &mut account.opportunities {
            it.owner = Some(owner.clone());
            // Touched, so that résumés are read again; in the same order as before.
            (it.updated_at, it.last_interaction_at) = (it.updated_at.map(|at| at + 1), it.last_interaction_at.map(|at| at + 1));
        }
    });
    home
}

/// The badges of a quiet run over the changed account.
async fn quiet() -> &'static Seen {
    static QUIET: OnceCell<Seen> = OnceCell::const_new();
    let run = || async {
        let home = changed(|_| ()).await;
        let before = home.seen().await;
        home.good(AUTO).await;
        let seen = home.seen().await;
        assert!(seen.len() > 60 && seen != before, "a quiet run changes what is seen");
        seen
    };
    QUIET.get_or_init(run).await
}

/// How a run must end.
enum Ends<'a> {
    /// Published, as by a quiet run.
    Well,
    /// Published without these parts.
    Without(&'a [&'a str]),
    /// Failed, with this code and these words for the operator.
    Failed(Exit, &'a str),
}

/// One run over the changed account while Lever has these habits.
async fn check(habits: &[Faults], ends: Ends<'_>) {
    check_with(|_| (), habits, ends).await;
}

async fn check_with(choice: impl FnOnce(&mut Setup), habits: &[Faults], ends: Ends<'_>) {
    let quiet = quiet().await;
    let home = changed(choice).await;
    let before = home.seen().await;
    home.replica.misbehave(habits);
    let finished = home.run(AUTO).await;
    nothing_is_left(&home, &finished);
    let seen = home.seen().await;
    let left_out: Vec<&str> = finished.record.tally.left_out.iter().map(|it| it.kind.as_str()).collect();
    match ends {
        Ends::Well => {
            assert_eq!((finished.record.state, left_out.as_slice()), (RunState::Published, [].as_slice()), "{habits:?}: {finished:?}");
            same(&seen, quiet, &format!("{habits:?}: the badges of a quiet run"));
        }
        Ends::Without(parts) => {
            assert_eq!((finished.record.state, left_out.as_slice()), (RunState::Published, parts), "{habits:?}: {finished:?}");
        }
        Ends::Failed(code, words) => {
            assert_eq!(finished.record.state, RunState::Failed, "{habits:?}");
            same(&seen, &before, &format!("{habits:?}: the badges of the run before"));
            let failure = Failure::from(finished.error.expect("it failed"));
            assert_eq!(failure.code, code, "{habits:?}: {failure:?}");
            let text = format!("{} {} {}", failure.error, failure.meaning, failure.fix);
            assert!(text.contains(words) && text.contains("badges stand as they were"), "{habits:?}: {text}");
        }
    }
}

/// Two sets of badges are one.
fn same(one: &Seen, other: &Seen, what: &str) {
    let profiles = one.keys().chain(other.keys());
    let differing: Vec<_> = profiles.filter(|it| one.get(*it) != other.get(*it)).map(|it| (one.get(it), other.get(it))).collect();
    assert!(differing.is_empty(), "{what}: {} of {} differ, such as {:#?}", differing.len(), other.len(), differing[0]);
}

/// Nothing of a canary is in the store, the index, the record, the error or the logs; and Lever was asked politely.
fn nothing_is_left(home: &Home, finished: &Finished) {
    static NEEDLES: OnceLock<Needles> = OnceLock::new();
    let needles = NEEDLES.get_or_init(|| Needles::of(&town().canaries));
    let found = needles.below(home.folder.path());
    assert!(found.is_empty(), "{}", found.join("\n"));
    let said = format!("{finished:?} {}", serde_json::to_string(&finished.record).unwrap());
    assert!(needles.within(said.as_bytes()).is_empty(), "the record or the error quotes a person");
    let found = needles.within(&watch::said());
    assert!(found.is_empty(), "the logs quote a person: {found:?}");
    home.replica.was_asked_politely();
}

fn habits(text: &str) -> Vec<Faults> {
    text.split(',').map(|it| Faults::parse(it).unwrap_or_else(|| panic!("{it} is no fault"))).collect()
}

/// The search can fail: what Lever serves in this town is what is looked for.
#[test]
fn the_town_has_something_to_find() {
    let Town { world, canaries } = town();
    let needles = Needles::of(&canaries);
    let spoken = world.account.contacts.iter().map(|it| it.emails.join(" ")).collect::<Vec<_>>().join(" ");
    assert!(needles.within(spoken.as_bytes()).len() >= canaries.len());
}
