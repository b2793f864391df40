//! The same with PostgreSQL: the whole cluster on disk, and a log that tells every statement.

use super::home::Home;
use super::{live, process};
use crate::store::server::Server;
use acquaint::replica::Kind;
use rustix::process::Signal;
use sqlx::{Connection, PgConnection};

/// The server says as much as it can.
pub(crate) const LOUD: &str = "-c logging_collector=on -c log_directory=log -c log_statement=all -c log_min_messages=debug1 -c log_min_error_statement=debug1 \
     -c log_duration=on -c log_connections=on -c log_parameter_max_length=-1 -c log_parameter_max_length_on_error=-1";

/// What the server has told and written so far holds nothing of a canary, row by row either.
pub(crate) async fn is_clean(server: &Server, database: &str, home: &Home, after: &str) {
    let mut it = PgConnection::connect(&server.url(database)).await.expect("a connection");
    sqlx::query("CHECKPOINT").execute(&mut it).await.expect("a checkpoint");
    let found = home.needles().below(server.folder());
    assert!(found.is_empty(), "after {after}:\n{}", found.join("\n"));
    // What is long is packed in a way of the server's own.
    let rows = "SELECT coalesce(string_agg(query_to_xml(format('SELECT * FROM %I', table_name), true, false, '')::text, ' '), '') \
                FROM information_schema.tables WHERE table_schema = 'public'";
    let rows: String = sqlx::query_scalar(rows).fetch_one(&mut it).await.expect("rows");
    assert!(rows.contains("profile-matched"), "the rows are those of this installation");
    let found = home.needles().within(rows.as_bytes());
    assert!(found.is_empty(), "after {after}, in rows: {found:?}");
    home.is_clean(after);
}

/// What the log has is what the ledger may have.
fn the_log_tells(server: &Server, text: &str) -> bool {
    let files = super::search::files(server.folder());
    let logs = files.iter().filter(|it| it.extension().is_some_and(|it| it == "log"));
    logs.filter_map(|it| std::fs::read(it).ok()).any(|it| String::from_utf8_lossy(&it).contains(text))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_left_in_postgresql_or_its_log() {
    let Some(server) = Server::start_with(LOUD) else {
        return eprintln!("SKIPPED: nothing_is_left_in_postgresql_or_its_log (no initdb and pg_ctl in PATH or /usr/lib/postgresql)");
    };
    let key: String = (0..32).map(|it| format!("{:02x}", it * 7 + 1)).collect();
    let index = ("ACQUAINT_INDEX", "database".to_owned());
    let home = Home::new(&[("ACQUAINT_DATABASE_URL", server.url("postgres")), ("ACQUAINT_KEY", key), index]);
    is_clean(&server, "postgres", &home, "nothing but an import").await;
    for (kind, nth) in [(Kind::Opportunities, 20), (Kind::ResumeDownload, 6)] {
        let moment = home.freeze(kind, nth);
        let mut running = home.start(&["run", "acme"]);
        running.reaches(&moment);
        process::send(running.id(), Signal::KILL);
        running.end();
        is_clean(&server, "postgres", &home, &format!("killed at {kind:?} {nth}")).await;
    }
    home.ends(&["run", "acme"], 0);
    home.ends(&["badges", "acme", "--json"], 0);
    is_clean(&server, "postgres", &home, "a run that is done").await;
    live::everybody_is_looked_at(&home).await;
    is_clean(&server, "postgres", &home, "people and files that were shown").await;
    assert!(the_log_tells(&server, "INSERT INTO viewing"), "that somebody looked is noted");
    assert!(the_log_tells(&server, "contact-matched"), "the log tells what statements were given");
    assert!(the_log_tells(&server, "FROM profile_list"), "and what was looked up");
    for canary in &home.town.canaries {
        for identifier in canary.person.view().identifiers() {
            // As far as the index keeps it, which is what would be asked for.
            let plain = (identifier % (1 << 40)).to_string();
            assert!(!the_log_tells(&server, &plain), "a plain hash of {}", canary.label);
        }
    }
}
