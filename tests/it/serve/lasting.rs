//! What takes its time goes on when nobody waits for it any more.

use super::*;
use acquaint::model::RunId;
use sqlx::{Connection, SqliteConnection};

async fn state(place: &Place, run: RunId) -> Option<RunState> {
    place.store.run(run).await.ok().map(|it| it.state)
}

/// An admin who has asked for something today, which is written down, and a run that is held.
async fn held(place: &Place) -> (String, RunId) {
    let ada = place.signed_in("ada", Grant::Tenant(name(A), Role::Admin)).await;
    let claim = place.stage(A, &people()).await;
    place.store.end_run(&claim, &place.ending(RunState::Held).await, Some(NOW)).await.expect("held");
    assert_eq!(place.with_cookie(Method::GET, "/t/acme/runs", &ada).await.status, StatusCode::OK);
    (ada, claim.run)
}

/// Somebody else's way into the store.
async fn other(place: &Place) -> SqliteConnection {
    let file = place.folder.path().join("data/acquaint.sqlite");
    SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.expect("a connection")
}

/// Asks for it while somebody else writes into the store, until the server says that it takes too long. Then nobody else writes, and it is
/// done although nobody has asked again.
async fn check(path: &str, form: &str, expected: Option<RunState>) {
    let place = Place::with(|it| it.patience = Duration::from_secs(2)).await;
    let (ada, run) = held(&place).await;
    let mut writer = other(&place).await;
    sqlx::query("BEGIN IMMEDIATE").execute(&mut writer).await.expect("begun");
    let late = place.form_with_cookie(&path.replace("{run}", &run.to_string()), &ada, form).await;
    assert_eq!(late.status.as_u16(), 503, "{path}: {}", late.text);
    assert_eq!(state(&place, run).await, Some(RunState::Held), "{path}");
    sqlx::query("ROLLBACK").execute(&mut writer).await.expect("let go");
    for _ in 0..4_000 {
        if state(&place, run).await == expected {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{path} was given up with the request");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_begun_is_done_whoever_waits_for_it() {
    tokio::join!(
        check("/t/acme/runs/{run}/publish", "", Some(RunState::Published)),
        check("/t/acme/runs/{run}/drop", "", Some(RunState::Cancelled)),
        check("/t/acme/disconnect", "confirm=acme", None),
    );
}

/// The database's own log is tidied once nobody reads what is older; the answer does not wait for that.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_done_is_answered_before_the_log_is_tidied() {
    let place = Place::with(|it| it.patience = Duration::from_secs(5)).await;
    let (ada, run) = held(&place).await;
    let mut reader = other(&place).await;
    for sql in ["BEGIN", "SELECT count(*) FROM tenant"] {
        sqlx::query(sql).execute(&mut reader).await.expect("it reads on");
    }
    let published = place.form_with_cookie(&format!("/t/acme/runs/{run}/publish"), &ada, "").await;
    assert_eq!((published.status.as_u16(), state(&place, run).await), (303, Some(RunState::Published)), "{}", published.text);
}
