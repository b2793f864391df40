//! Two writers of one tenant at once, which only PostgreSQL lets in.

use super::*;
use acquaint::store::{Origin, Slot};
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
    let recent = store.start_run(&name("a"), &order(RunKind::Recent), NOW).await.expect("a claim");
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
    let claim = store.start_run(&name("a"), &order(RunKind::Full), NOW).await.expect("a claim");
    store.stage(&claim, &[badge("c-1", "p-1", "o-1", "s-1")]).await.expect("staged");
    let (mut holder, mut watcher) = (raw(&home).await, raw(&home).await);
    let mut hold = holder.begin().await.expect("a transaction");
    sqlx::query(AssertSqlSafe("SELECT 1 FROM tenant WHERE name = 'b' FOR UPDATE")).execute(&mut *hold).await.expect("held");
    let calls: Vec<_> = (0..8)
        .map(|_| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { store.set_settings(&name("b"), &Settings::default(), &Settings::default()).await })
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
    store.check().await.expect("it is at home");
    for of_another in ["home = '1.2'", "home_table = '1'"] {
        let was = home.raw("SELECT home || ' ' || home_table FROM compatibility").await.remove(0);
        home.raw(&format!("UPDATE compatibility SET {of_another}")).await;
        assert!(matches!(store.check().await, Err(StoreError::Moved)), "who is at work already hears of it");
        assert!(matches!(home.try_open().await.err(), Some(StoreError::Moved)));
        let (place, table) = was.split_once(' ').expect("two");
        home.raw(&format!("UPDATE compatibility SET home = '{place}', home_table = '{table}'")).await;
    }
    // A program of yesterday has written down the database alone.
    home.raw("UPDATE compatibility SET home_table = NULL").await;
    drop(home.open().await);
    assert_eq!(home.raw("SELECT (home_table IS NULL)::TEXT FROM compatibility").await, ["false"]);
    home.raw("UPDATE compatibility SET home = '1.2'").await;
    drop(store);
    let (store, origin) = store::open_as_it_is(&home.location).await.expect("opened");
    assert_eq!(origin, Origin::Elsewhere);
    store.restored(NOW).await.expect("told");
    drop(store);
    assert_eq!(shown(&*home.open().await, "a", Set::Published).await, Vec::<String>::new());
}

/// A real dump that is brought back by the server's own tools: in the place of what is there, and into a new database.
pub(super) async fn a_dump_that_was_brought_back_shows_nothing_until_it_is_told(server: &server::Server) {
    let home = server.home("dumped").await;
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    publish(&*store, "a", &[badge("c-1", "p-1", "o-1", "s-1")]).await;
    let Some(dump) = server.dump("dumped") else {
        return eprintln!("SKIPPED: a dump that was brought back (no pg_dump)");
    };
    store.check().await.expect("a dump changes nothing");
    publish(&*store, "a", &[]).await;
    drop(store);
    let elsewhere = server.home("elsewhere").await;
    for (home, database, more) in [(&home, "dumped", ["--clean", "--if-exists"].as_slice()), (&elsewhere, "elsewhere", [].as_slice())] {
        server.bring_back(&dump, database, more);
        assert!(matches!(home.try_open().await.err(), Some(StoreError::Moved)), "{database}");
        let (store, _) = store::open_as_it_is(&home.location).await.expect("opened");
        store.restored(NOW).await.expect("told");
        drop(store);
        assert_eq!(shown(&*home.open().await, "a", Set::Published).await, Vec::<String>::new(), "{database}");
    }
}

/// Looking for what is due keeps away from tenants whose run is alive: nobody waits for them, and they for nobody.
pub(super) async fn a_busy_tenant_keeps_no_schedule_waiting(home: Home) {
    let store = home.open().await;
    for it in ["a", "b"] {
        store.add_tenant(&tenant(it)).await.expect("added");
        store.edit_settings(&name(it), &|it| it.schedule = Some("*/5 * * * *".into())).await.expect("set");
        let slot = Slot { tenant: name(it), kind: RunKind::Full, served: NOW };
        assert!(store.serve(&slot, None, None, NOW).await.expect("served"));
    }
    let now = Millis(chrono::Utc::now().timestamp_millis()).max(NOW.plus(DAY));
    store.start_run(&name("a"), &order(RunKind::Full), now).await.expect("a claim");
    let mut holder = raw(&home).await;
    let mut hold = holder.begin().await.expect("a transaction");
    sqlx::query(AssertSqlSafe("SELECT 1 FROM tenant WHERE name = 'a' FOR UPDATE")).execute(&mut *hold).await.expect("held");
    let looked = tokio::time::timeout(std::time::Duration::from_secs(20), acquaint::schedule::queue_due(&*store, now)).await;
    assert_eq!(looked.expect("nobody waits for `a`").expect("looked"), 1);
    hold.rollback().await.expect("let go");
    assert_eq!(store.busy_tenants().await.expect("read").len(), 2);
}

/// Who has nothing to do about the schema does not wait for who stands still in the middle of it, and who has is told.
pub(super) async fn a_frozen_update_of_the_schema_is_told(home: Home) {
    drop(home.open().await);
    let mut holder = raw(&home).await;
    holder.lock().await.expect("held");
    home.open().await.tenants().await.expect("it opens meanwhile");
    home.raw("DELETE FROM _sqlx_migrations WHERE version = 7").await;
    let impatient = Location::Postgres(format!("{}?options=-c%20lock_timeout%3D200ms", home.raw_url));
    assert!(matches!(store::open(&impatient).await.err(), Some(StoreError::Busy(Rival::Schema))));
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
            let claim = store.start_run(&name(&format!("t-{it}")), &order(RunKind::Full), NOW).await?;
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
