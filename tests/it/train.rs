//! Weights learnt without labels: the same whatever the order of work, good enough to badge people of another world, and a file that
//! says the same when it is read again.

use acquaint::index::{Memory, entry};
use acquaint::link::Linker;
use acquaint::matching::{Counts, Matcher, Weights};
use acquaint::model::{Decision, Person, RawPerson};
use acquaint::train::{Source, learn};
use acquaint::world::{Plan, World, candidates_jsonl};

fn world(seed: u64, people: usize) -> World {
    World::new(&Plan { seed, profiles: 4 * people, ..Plan::for_contacts(people) })
}

fn people(world: &World) -> Vec<Person> {
    let read = |line: &str| Person::of_candidate(&serde_json::from_str::<RawPerson>(line).expect("a line of the world"));
    candidates_jsonl(&world.account).lines().map(read).collect()
}

fn learnt(threads: usize) -> Weights {
    let world = world(31, 900);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
    pool.install(|| {
        let people = people(&world);
        let source = Source::new(world.profiles, people).expect("an index");
        let (weights, learnt) = learn(&[source]).expect("lessons");
        assert!(learnt.linked > 100 && learnt.strangers > 20 && learnt.lessons > 2 * learnt.linked, "{learnt:?}");
        weights
    })
}

#[test]
fn what_is_learnt_badges_people_of_another_world() {
    let weights = learnt(2);
    assert_eq!(weights, learnt(1));
    assert_eq!(Weights::parse(&weights.to_toml()).as_ref(), Ok(&weights));
    let (world, matcher) = (world(32, 900), Matcher::new(weights));
    let index = Memory::build(world.profiles.iter().map(entry)).expect("an index");
    let people = people(&world);
    let people: Vec<_> = people.iter().map(Person::view).collect();
    let mut counts = Counts::default();
    people.iter().for_each(|it| counts.add(it));
    let judged = Linker::new(&index, &matcher).judge(&people, &counts, None).expect("verdicts");
    let badges: Vec<bool> = world
        .truth
        .rows
        .iter()
        .zip(&judged)
        .filter(|(_, it)| it.verdict.decision == Decision::Match)
        .map(|(row, it)| it.verdict.best.as_ref().is_some_and(|best| row.profiles.contains(&best.profile)))
        .collect();
    let (right, owners) = (badges.iter().filter(|it| **it).count(), world.truth.rows.iter().filter(|it| !it.profiles.is_empty()).count());
    assert!(right * 100 >= badges.len() * 97, "{right} of {} badges are right", badges.len());
    assert!(right * 10 >= owners * 4, "{right} of {owners} are found");
}

#[test]
fn the_shipped_weights_are_as_training_writes_them() {
    let file = include_str!("../../src/matching/weights.toml");
    assert_eq!(Weights::shipped().to_toml(), file);
    for wrong in ["", "provenance = 1", &file.replace("[name]", "[nome]"), &file.replace("exact =", "exakt =")] {
        assert!(Weights::parse(wrong).is_err());
    }
}
