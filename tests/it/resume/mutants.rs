//! Damaged files through the pool: every one has an outcome, and the pool goes on.

use super::pdfs::{ana, locked};
use super::{links, readers};
use acquaint::model::{RawResume, ResumeStatus};
use acquaint::resume::Where;
use futures::StreamExt;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;

/// Mutants of each file.
const EACH: u64 = 150;

/// One change of one kind.
fn mutant(bytes: &[u8], random: &mut ChaCha8Rng) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let at = random.random_range(0..bytes.len());
    match random.random_range(0..5) {
        0 => bytes.truncate(at),
        1 => (0..=random.random_range(0..20)).for_each(|_| {
            let at = random.random_range(0..bytes.len());
            bytes[at] ^= 1 << random.random_range(0..8);
        }),
        2 => bytes.iter_mut().skip(at).filter(|it| it.is_ascii_digit()).take(3).for_each(|it| *it = b'0' + random.random_range(0..10)),
        3 => drop(bytes.splice(at..at, std::iter::repeat_n(random.random(), 40))),
        _ => drop(bytes.drain(at..(at + 60).min(bytes.len()))),
    }
    bytes
}

#[tokio::test]
async fn every_mutant_has_an_outcome() {
    let readers = readers(2);
    let mut random = ChaCha8Rng::seed_from_u64(7);
    let files = [ana(), locked(""), locked("secret")];
    let mutants: Vec<_> = files.iter().flat_map(|it| (0..EACH).map(|_| mutant(it, &mut random)).collect::<Vec<_>>()).collect();
    let readings = futures::stream::iter(mutants).map(|it| readers.read(RawResume::new(it))).buffer_unordered(4);
    let mut outcomes = BTreeMap::new();
    let statuses: Vec<_> = readings.map(|it| it.status).collect().await;
    statuses.iter().for_each(|it| *outcomes.entry(it.as_str()).or_insert(0) += 1);
    assert_eq!(statuses.len() as u64, 3 * EACH);
    assert!(outcomes.get("ok").is_some_and(|it| *it > EACH / 2), "most small damage is survived: {outcomes:?}");
    assert!(outcomes.get("crashed").is_none_or(|it| *it <= EACH / 50), "hardly one kills its reader: {outcomes:?}");
    assert_eq!(outcomes.get("timeout"), None, "no mutant hangs: {outcomes:?}");
    let after = readers.read(RawResume::new(ana())).await;
    assert_eq!((after.status, links(after.links, Where::Annotation).len()), (ResumeStatus::Ok, 1));
}
