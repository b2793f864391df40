//! Résumés: identifiers in text, our own files of every kind, a pool that survives them, and files of others with known content.

mod command;
mod evidence;
mod files;
mod identifiers;
mod mutants;
mod own;
mod pdfs;
mod pool;
mod readers;
mod reference;
mod world;

use acquaint::model::{RawResume, RawText};
use acquaint::resume::{Readers, Reading, Where};

/// A pool of the real program.
fn readers(children: usize) -> Readers {
    Readers::new(env!("CARGO_BIN_EXE_acquaint").into(), children)
}

/// Reads one file in a child of its own.
async fn read(bytes: Vec<u8>) -> Reading {
    readers(1).read(RawResume::new(bytes)).await
}

/// Texts as plain strings, for comparing.
fn plain(list: Vec<RawText>) -> Vec<String> {
    list.into_iter().map(RawText::reveal).collect()
}

/// Links of one place.
fn links(list: Vec<(RawText, Where)>, place: Where) -> Vec<String> {
    plain(list.into_iter().filter(|it| it.1 == place).map(|it| it.0).collect())
}
