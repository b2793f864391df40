//! Damaged files of every format through the pool: each has an outcome with its type, and the pool goes on.

use super::own::{bytes, manifest};
use super::pdfs::{ana, locked};
use super::{links, readers};
use acquaint::model::{RawResume, ResumeStatus};
use acquaint::resume::{Readers, Where};
use futures::StreamExt;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// Mutants of each format.
const EACH: usize = 1000;

/// Bytes of the largest original; large ones are only slower.
const LARGEST: usize = 60_000;

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

/// A package whose parts are changed one by one and packed again: damage that a checksum does not stop.
fn repacked(bytes: &[u8], random: &mut ChaCha8Rng) -> Vec<u8> {
    let mut package = ZipArchive::new(Cursor::new(bytes)).expect("a whole package");
    let mut packed = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for index in 0..package.len() {
        let mut part = Vec::new();
        let mut file = package.by_index(index).expect("a part of its directory");
        file.read_to_end(&mut part).expect("a whole part");
        let text = file.name().is_ok_and(|it| it.ends_with(".xml") || it.ends_with(".rels"));
        if text && !part.is_empty() && random.random_bool(0.5) {
            part = mutant(&part, random);
        }
        packed.start_file(file.name().expect("a name in UTF-8"), stored).expect("memory takes it");
        packed.write_all(&part).expect("memory takes it");
    }
    packed.finish().expect("memory takes it").into_inner()
}

/// Reads the mutants of one format and checks what became of them.
async fn check(readers: &Readers, format: &str, files: &[Vec<u8>], seed: u64) {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mutants = (0..EACH).map(|at| {
        let file = &files[at % files.len()];
        if file.starts_with(b"PK") && at % 2 == 0 { repacked(file, &mut random) } else { mutant(file, &mut random) }
    });
    let readings = futures::stream::iter(mutants).map(|it| readers.read(RawResume::new(it))).buffer_unordered(4);
    let statuses: Vec<ResumeStatus> = readings.map(|it| it.status).collect().await;
    let mut outcomes: BTreeMap<&str, usize> = BTreeMap::new();
    statuses.iter().for_each(|it| *outcomes.entry(it.as_str()).or_default() += 1);
    eprintln!("{format:9} {} files, seed {seed}: {outcomes:?}", files.len());
    assert_eq!(outcomes.values().sum::<usize>(), EACH, "an outcome each, of {format}");
    assert!(outcomes.get("ok").is_some_and(|it| *it > EACH / 3), "most small damage is survived, of {format}: {outcomes:?}");
    assert_eq!((outcomes.get("crashed"), outcomes.get("timeout")), (None, None), "no {format} kills or holds its reader: {outcomes:?}");
}

#[tokio::test]
async fn every_mutant_has_an_outcome() {
    let readers = readers(2);
    let mut files: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
    for entry in manifest() {
        let file = bytes(&entry.file);
        if file.len() <= LARGEST {
            files.entry(entry.format).or_default().push(file);
        }
    }
    files.entry("pdf".into()).or_default().extend([ana(), locked(""), locked("secret")]);
    assert_eq!(files.len(), 8, "a format without files: {:?}", files.keys());
    for (seed, (format, files)) in (7..).zip(&files) {
        check(&readers, format, files, seed).await;
    }
    let after = readers.read(RawResume::new(ana())).await;
    assert_eq!((after.status, links(after.links, Where::Annotation).len()), (ResumeStatus::Ok, 1));
}
