//! An index that was edited answers as one built anew: who is near, how rare a value is, and every verdict that follows.

use super::*;
use acquaint::index::{Memory, entry};
use acquaint::link::Linker;
use acquaint::matching::{Counts, Matcher};
use acquaint::model::{Person, Profile, RawPerson};
use proptest::prelude::*;
use serde_json::json;
use std::collections::BTreeMap;

/// One visit to the store: these profiles written in these versions, or these removed.
#[derive(Debug, Clone)]
enum Edit {
    Import(Vec<(usize, usize)>),
    Remove(Vec<usize>),
}

/// A few names, employers and places, so that every value is shared, and every edit changes how rare it is.
fn person(at: usize, version: usize) -> serde_json::Value {
    let pick = |list: &[&'static str], at: usize| list[at % list.len()];
    let name = format!("{} {}", pick(&["Ana", "Bob", "Carla"], at), pick(&["Ruiz", "Miller"], at / 3 + version / 2));
    let job = pick(&["Acme", "Northwind", "Contoso"], at + version);
    json!({"id": format!("p{at}"), "name": name, "location": pick(&["Madrid", "Oslo"], version), "positions": [{"organization": job}],
        "emails": [format!("{}@example.org", at / 2)]})
}

fn profile(at: usize, version: usize) -> Profile {
    serde_json::from_value(person(at, version)).unwrap()
}

/// Every verdict on a list of candidates, and the digest of what was considered.
fn verdicts(index: &dyn Index) -> Vec<String> {
    let raw = |it| Person::of_candidate(&serde_json::from_value::<RawPerson>(it).unwrap());
    let people: Vec<Person> = (0..24).map(|at| raw(person(at, at / 5))).collect();
    let mut counts = Counts::default();
    people.iter().for_each(|it| counts.add(&it.view()));
    let matcher = Matcher::shipped();
    let views: Vec<_> = people.iter().map(Person::view).collect();
    let judged = Linker::new(index, &matcher).judge(&views, &counts, None).unwrap();
    judged.iter().map(|it| format!("{:?} {}", it.verdict, it.stamp)).collect()
}

impl House {
    async fn edit(&self, edits: &[Edit]) {
        for edit in edits {
            match edit {
                Edit::Import(people) => {
                    let lines: String = people.iter().map(|it| format!("{}\n", person(it.0, it.1))).collect();
                    self.import(&[self.file("edit.jsonl", lines)]).await.unwrap();
                }
                Edit::Remove(people) => {
                    let ids: Vec<_> = people.iter().map(|it| id(&format!("p{it}"))).collect();
                    remove(&*self.store, &self.index(), &ids, NOW).await.unwrap();
                }
            }
        }
    }
}

/// What is left of these edits.
fn left(edits: &[Edit]) -> Vec<Profile> {
    let mut versions = BTreeMap::new();
    for edit in edits {
        match edit {
            Edit::Import(people) => versions.extend(people.iter().copied()),
            Edit::Remove(people) => versions.retain(|at, _| !people.contains(at)),
        }
    }
    versions.into_iter().map(|(at, version)| profile(at, version)).collect()
}

/// The edited index, one built anew on disk and one in memory give the same.
async fn check(edits: &[Edit]) {
    let (edited, fresh) = (House::new().await, House::new().await);
    edited.edit(edits).await;
    let left = left(edits);
    fresh.store.put_profiles(&left, NOW).await.unwrap();
    let memory = Memory::build(left.iter().map(entry)).unwrap();
    let (edited, fresh) = (edited.open().await, fresh.open().await);
    assert_eq!((edited.len(), fresh.len()), (memory.len(), memory.len()));
    let expected = verdicts(&memory);
    assert_eq!(verdicts(&fresh), expected, "built anew");
    assert_eq!(verdicts(&edited), expected, "edited");
}

fn edit() -> impl Strategy<Value = Edit> {
    let import = prop::collection::vec((0..24_usize, 0..4_usize), 1..14).prop_map(Edit::Import);
    let remove = prop::collection::vec(0..24_usize, 1..5).prop_map(Edit::Remove);
    prop_oneof![3 => import, 1 => remove]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn after_any_edits_the_index_answers_as_one_built_anew(edits in prop::collection::vec(edit(), 1..7)) {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(check(&edits));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn deleted_profiles_of_a_common_value_are_not_counted() {
    let all: Vec<_> = (0..2_000).map(|at| (at, 0)).collect();
    let gone: Vec<_> = (0..150).map(|it| it * 7).collect();
    let changed = (1..100).map(|it| (it * 11, 1)).collect();
    check(&[Edit::Import(all), Edit::Remove(gone), Edit::Import(changed)]).await;
}
