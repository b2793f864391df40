//! Two writers of one tenant at once, which only PostgreSQL lets in.

use super::*;
use acquaint::store::Origin;
use sqlx::migrate::Migrate;
use sqlx::{AssertSqlSafe, PgConnection};

async fn raw(home: &Home) -> PgConnection {
    PgConnection::connect(&home.raw_url).await.expect("a connection")
}

/// Waits until so many of the store's statements wait for somebody's lock.
async fn waiting(watcher: &mut PgConnection, count: i64) {
    let asked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'acquaint'";
    for _ in 0..2_000 {
        if sqlx::query_scalar::<_, i64>(asked).fetch_one(&mut *watcher).await.expect("a count") >= count {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    panic!("nobody waits");
}

/// The removal comes when the recent run has looked for removed profiles, and has not yet put its rows in place of the old ones.
pub(super) async fn a_profile_removed_while_a_run_is_published_gets_no_badge(home: Home) {
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    store.put_profiles(&[profile("p-1", "x")], NOW).await.expect("put");
    publish(&*store, "a", &[badge("c-1", "p-1", "o-1", "s-1")]).await;
    let recent = store.start_run(&name("a"), RunKind::Recent, NOW).await.expect("a claim");
    store.stage(&recent, &[badge("c-1", "p-1", "o-1", "s-2")]).await.expect("staged");

    let (mut holder, mut watcher) = (raw(&home).await, raw(&home).await);
    let mut hold = holder.begin().await.expect("a transaction");
    sqlx::query(AssertSqlSafe("SELECT 1 FROM pairing WHERE contact = 'c-1' FOR UPDATE")).execute(&mut *hold).await.expect("held");
    let publishing = tokio::spawn({
        let store = Arc::clone(&store);
        async move { store.publish(&recent, &ending(RunState::Published), NOW).await }
    });
    waiting(&mut watcher, 1).await;
    let removing = tokio::spawn({
        let store = Arc::clone(&store);
        async move { store.remove_profiles(&[id("p-1")], NOW).await }
    });
    waiting(&mut watcher, 2).await;
    hold.rollback().await.expect("let go");
    publishing.await.expect("no panic").expect("published");
    removing.await.expect("no panic").expect("removed");
    assert_eq!(shown(&*store, "a", Set::Published).await, Vec::<String>::new());
    assert_eq!(home.raw("SELECT CAST(count(*) AS TEXT) FROM pairing").await, ["0"]);
}

/// All connections of a process wait for one row. A run at work hears that there is none left, keeps its claim, and goes on.
pub(super) async fn a_run_outlives_a_pool_without_connections(home: Home) {
    let store = home.open().await;
    for it in ["a", "b"] {
        store.add_tenant(&tenant(it)).await.expect("added");
    }
    let claim = store.start_run(&name("a"), RunKind::Full, NOW).await.expect("a claim");
    store.stage(&claim, &[badge("c-1", "p-1", "o-1", "s-1")]).await.expect("staged");
    let (mut holder, mut watcher) = (raw(&home).await, raw(&home).await);
    let mut hold = holder.begin().await.expect("a transaction");
    sqlx::query(AssertSqlSafe("SELECT 1 FROM tenant WHERE name = 'b' FOR UPDATE")).execute(&mut *hold).await.expect("held");
    let calls: Vec<_> = (0..8)
        .map(|_| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { store.set_settings(&name("b"), &Settings::default()).await })
        })
        .collect();
    waiting(&mut watcher, 8).await;
    let refused = store.beat(&claim, None, NOW).await;
    assert!(matches!(&refused, Err(StoreError::Database(it)) if it.contains("gives no connection")), "{refused:?}");
    hold.rollback().await.expect("let go");
    for it in calls {
        it.await.expect("no panic").expect("it waited for its turn");
    }
    store.beat(&claim, None, NOW).await.expect("alive");
    store.publish(&claim, &ending(RunState::Published), NOW).await.expect("published");
    assert_eq!(shown(&*store, "a", Set::Published).await, ["c-1>p-1@s-1"]);
}

/// A dump that was brought back is not worked on until somebody has taken note of it.
pub(super) async fn a_database_that_was_copied_is_refused_until_it_is_told(home: Home) {
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    publish(&*store, "a", &[badge("c-1", "p-1", "o-1", "s-1")]).await;
    drop(store);
    home.raw("UPDATE compatibility SET home = '1.2'").await;
    assert!(matches!(home.try_open().await.err(), Some(StoreError::Moved)));
    let (store, origin) = store::open_as_it_is(&home.location).await.expect("opened");
    assert_eq!(origin, Origin::Elsewhere);
    store.restored(NOW).await.expect("told");
    drop(store);
    assert_eq!(shown(&*home.open().await, "a", Set::Published).await, Vec::<String>::new());
}

/// Who has nothing to do about the schema does not wait for who stands still in the middle of it, and who has is told.
pub(super) async fn a_frozen_update_of_the_schema_is_told(home: Home) {
    drop(home.open().await);
    let mut holder = raw(&home).await;
    holder.lock().await.expect("held");
    home.open().await.tenants().await.expect("it opens meanwhile");
    home.raw("DELETE FROM _sqlx_migrations WHERE version = 7").await;
    let impatient = Location::Postgres(format!("{}?options=-c%20lock_timeout%3D200ms", home.raw_url));
    assert!(matches!(store::open(&impatient).await.err(), Some(StoreError::Busy("update of the schema"))));
    holder.unlock().await.expect("let go");
}

/// Many more calls at once than there are connections, and then not one connection left.
pub(super) async fn an_exhausted_server_is_told_and_harms_nothing(home: Home) {
    let store = home.open().await;
    for it in 0..40 {
        store.add_tenant(&tenant(&format!("t-{it}"))).await.expect("added");
    }
    let calls = (0..40).map(|it| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            let claim = store.start_run(&name(&format!("t-{it}")), RunKind::Full, NOW).await?;
            store.stage(&claim, &[badge("c-1", "p-1", "o-1", "s-1")]).await?;
            store.publish(&claim, &ending(RunState::Published), NOW).await
        })
    });
    for it in calls.collect::<Vec<_>>() {
        it.await.expect("no panic").expect("whoever comes waits for a connection");
    }
    let mut taken = Vec::new();
    while let Ok(it) = sqlx::PgConnection::connect(&home.raw_url).await {
        taken.push(it);
    }
    assert!(taken.len() > 20, "{} connections", taken.len());
    let refused = home.try_open().await;
    assert!(matches!(&refused, Err(StoreError::Database(it)) if it == "the server has no connection left"), "{:?}", refused.err());
    for it in taken {
        it.close().await.expect("closed");
    }
    let again = home.open().await;
    assert_eq!(shown(&*again, "t-39", Set::Published).await, ["c-1>p-1@s-1"]);
}
