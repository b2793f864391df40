//! Who sees what, once more on PostgreSQL: this test binary is asked for what keeps tenants and roles apart,
//! and each place takes a database of its own on one server.

use crate::store::server::Server;

#[test]
fn who_sees_what_is_the_same_on_postgresql() {
    let Some(server) = Server::start() else {
        return eprintln!("SKIPPED: who_sees_what_is_the_same_on_postgresql (no initdb and pg_ctl in PATH or /usr/lib/postgresql)");
    };
    server.passes(&["serve::isolation::", "serve::masking::"]);
}
