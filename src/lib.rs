//! Acquaint finds which public profiles are already in a company's Lever account.
//!
//! One run lists a tenant's Lever opportunities, reads résumés where they matter, matches each person against an indexed store of
//! public profiles, publishes *already in ATS* badges and forgets the raw inputs. The rooms stand in the order in which data
//! moves; a room looks only at rooms above it, and `tests/it/layers` holds the table that keeps it so.

pub mod model;
pub mod secrets;
pub mod lever;
pub mod resume;
pub mod index;
pub mod matching;
pub mod link;
pub mod train;
pub mod badge;
pub mod store;
pub mod access;
pub mod profiles;
pub mod contact;
pub mod night;
pub mod config;
pub mod schedule;
pub mod serve;
pub mod world;
pub mod replica;
pub mod cli;

/// Normal forms are many short texts that come and go: of an import a fifth of the time is glibc's allocator (`benches/import.rs`). SQLite
/// has this one too: the text of a look-up is no sooner given back to the kernel than it is asked for again (`benches/serve`).
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;
