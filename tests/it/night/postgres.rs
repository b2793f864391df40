//! The whole night once more, on PostgreSQL: this test binary is asked for all tests of this folder, and each home takes a database
//! of its own on one server.

use crate::store::server::Server;

#[test]
fn the_night_passes_on_postgresql() {
    let Some(server) = Server::start() else {
        return eprintln!("SKIPPED: the_night_passes_on_postgresql (no initdb and pg_ctl in PATH or /usr/lib/postgresql)");
    };
    server.passes(&["night::", "--skip", "night::postgres"]);
}
