//! The whole night once more, on PostgreSQL: this test binary is asked for all tests of this folder, and each home takes a database
//! of its own on one server.

use crate::store::server::Server;
use acquaint::index::Place;
use acquaint::secrets::Secret;
use acquaint::store::Location;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Says where the server is, to the homes of the child.
const SERVER: &str = "ACQUAINT_TEST_SERVER";

/// The store of a home: inside its folder, or a new database on the server that the parent started.
pub(super) async fn location(folder: &Path) -> Location {
    static HOMES: AtomicU32 = AtomicU32::new(0);
    let Ok(server) = std::env::var(SERVER) else { return Location::Embedded(folder.to_owned()) };
    let name = format!("night_{}", HOMES.fetch_add(1, Ordering::Relaxed));
    let mut it = PgConnection::connect(&server).await.unwrap();
    sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name} TEMPLATE template0"))).execute(&mut it).await.unwrap();
    Location::Postgres(server.replace("/postgres", &format!("/{name}")))
}

/// The index of a home: beside its store, or in its database, so that all nights once have an index in PostgreSQL too.
pub(super) fn place(store: &Location, folder: &Path) -> Place {
    match store {
        Location::Embedded(_) => Place::Folder(folder.join("index")),
        Location::Postgres(url) => Place::Database { url: url.clone(), key: Arc::new(Secret::new(vec![7; 32])) },
    }
}

#[test]
fn the_night_passes_on_postgresql() {
    let Some(server) = Server::start() else {
        return eprintln!("SKIPPED: the_night_passes_on_postgresql (no initdb and pg_ctl in PATH or /usr/lib/postgresql)");
    };
    let binary = std::env::current_exe().unwrap();
    let mut child = Command::new(binary);
    child.args(["night::", "--skip", "night::postgres"]).env(SERVER, server.url("postgres"));
    let output = child.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
