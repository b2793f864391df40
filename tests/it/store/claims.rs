//! Whose turn it is: one live run a tenant, and nothing is written by a run that lost its turn.

use super::*;

pub(super) async fn one_run_a_tenant(home: Home) {
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    store.add_tenant(&tenant("b")).await.expect("added");
    let first = store.start_run(&name("a"), &order(RunKind::Full), NOW).await.expect("a claim");
    assert!(matches!(store.start_run(&name("a"), &order(RunKind::Recent), NOW).await, Err(StoreError::Busy(Rival::Run))));
    store.start_run(&name("b"), &order(RunKind::Full), NOW).await.expect("another tenant's claim");
    let record = store.run(first.run).await.expect("the run");
    assert_eq!((record.state, record.started_at, record.finished_at), (RunState::Running, NOW, None));
    store.end_run(&first, &ending(RunState::DryRun), None).await.expect("ended");
    let second = store.start_run(&name("a"), &order(RunKind::Recent), NOW).await.expect("a claim");
    assert!(second.fence > first.fence);
    let states: Vec<_> = store.runs(&name("a"), 10).await.expect("runs").into_iter().map(|it| (it.state, it.kind)).collect();
    assert_eq!(states, [(RunState::Running, RunKind::Recent), (RunState::DryRun, RunKind::Full)]);
    assert_eq!(store.runs(&name("a"), 1).await.expect("runs").len(), 1);
    let past = async |kind, before| {
        let found = store.runs_of(&name("a"), Past { kind, before, limit: 9 }).await;
        found.map(|it| it.into_iter().map(|it| it.run).collect::<Vec<_>>())
    };
    assert_eq!(past(Some(RunKind::Full), None).await.expect("runs"), [first.run]);
    assert_eq!(past(None, Some(second.run)).await.expect("runs"), [first.run]);
    assert_eq!(past(Some(RunKind::Recent), Some(second.run)).await.expect("runs"), []);
    assert!(matches!(past(None, Some(acquaint::model::RunId::at(NOW))).await, Err(StoreError::Unknown(Thing::Run))));
}

pub(super) async fn of_many_claims_at_once_one_wins(home: Home) {
    let stores = [home.open().await, home.open().await];
    stores[0].add_tenant(&tenant("a")).await.expect("added");
    let tries = (0..8).map(|it| {
        let store = Arc::clone(&stores[it % 2]);
        tokio::spawn(async move { store.start_run(&name("a"), &order(RunKind::Full), NOW).await })
    });
    let mut won = 0;
    for it in tries.collect::<Vec<_>>() {
        match it.await.expect("no panic") {
            Ok(_) => won += 1,
            Err(error) => assert!(matches!(error, StoreError::Busy(Rival::Run)), "{error}"),
        }
    }
    assert_eq!(won, 1);
}

pub(super) async fn an_ended_lease_is_taken_over(home: Home) {
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    let old = store.start_run(&name("a"), &order(RunKind::Full), NOW).await.expect("a claim");
    store.stage(&old, &[badge("c-1", "p-1", "o-1", "s-1")]).await.expect("staged");
    store.beat(&old, None, NOW.plus(50_000)).await.expect("alive");
    let at = async |seconds: i64| store.start_run(&name("a"), &order(RunKind::Full), NOW.plus(seconds * 1_000)).await;
    assert!(matches!(at(109).await, Err(StoreError::Busy(Rival::Run))));
    let new = at(111).await.expect("taken over");
    let lost = store.run(old.run).await.expect("the run");
    assert_eq!((lost.state, lost.finished_at), (RunState::Lost, Some(NOW.plus(111_000))));
    store.sweep(&name("a")).await.expect("swept");
    assert_eq!(home.rows_of(old.fence).await, []);
    store.publish(&new, &ending(RunState::Published), NOW).await.expect("published");
}

pub(super) async fn a_dead_process_is_succeeded_at_once(home: Home) {
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    let mut child = std::process::Command::new("true").spawn().expect("a process");
    let dead = child.id();
    child.wait().expect("it ended");
    let old = store.start_run(&name("a"), &order(RunKind::Full), NOW).await.expect("a claim");
    store.stage(&old, &[badge("c-1", "p-1", "o-1", "s-1")]).await.expect("staged");
    let owner = home.raw("SELECT owner FROM run").await.remove(0);
    let (place, _) = owner.rsplit_once(&format!(" {} ", std::process::id())).expect("the owner names us");

    // A live process of another machine is not judged; a dead one of this machine is.
    home.raw(&format!("UPDATE run SET owner = 'elsewhere {dead} 1'")).await;
    assert!(matches!(store.start_run(&name("a"), &order(RunKind::Full), NOW).await, Err(StoreError::Busy(Rival::Run))));
    home.raw(&format!("UPDATE run SET owner = '{place} {dead} 1'")).await;
    store.start_run(&name("a"), &order(RunKind::Full), NOW).await.expect("succeeded");
    assert_eq!(store.run(old.run).await.expect("the run").state, RunState::Lost);
    store.sweep(&name("a")).await.expect("swept");
    assert_eq!(home.rows_of(old.fence).await, []);
}

pub(super) async fn a_lost_claim_writes_nothing(home: Home) {
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    publish(&*store, "a", &[badge("c-1", "p-1", "o-1", "s-1")]).await;
    let old = store.start_run(&name("a"), &order(RunKind::Full), NOW).await.expect("a claim");
    let new = store.start_run(&name("a"), &order(RunKind::Full), NOW.plus(DAY)).await.expect("taken over");
    for done in [
        store.beat(&old, None, NOW).await.map(drop),
        store.stage(&old, &[badge("c-2", "p-2", "o-2", "s-1")]).await,
        store.stage_reference(&old, &reference("s-1")).await,
        store.stage_shared(&old, &[[1; 16]]).await,
        store.stage_level_counts(&old, &[]).await,
        store.remove_now(&old, &[contact("c-1")], &[]).await,
        store.reopen(&old, &[contact("c-1")], &[], NOW).await,
        store.publish(&old, &ending(RunState::Published), NOW).await,
        store.end_run(&old, &ending(RunState::Failed), None).await,
    ] {
        assert!(matches!(done, Err(StoreError::LostClaim)));
    }
    store.sweep(&name("a")).await.expect("swept");
    assert_eq!(home.rows_of(old.fence).await, []);
    assert_eq!(shown(&*store, "a", Set::Published).await, ["c-1>p-1@s-1"]);
    assert_eq!(store.run(old.run).await.expect("the run").state, RunState::Lost);
    store.beat(&new, None, NOW).await.expect("alive");
}

/// A crash between the flip and the sweep leaves rows of the old set: nobody sees them, and the next run sweeps them.
pub(super) async fn garbage_is_swept(home: Home) {
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    let old = publish(&*store, "a", &[badge("c-1", "p-1", "o-1", "s-1")]).await;
    publish(&*store, "a", &[badge("c-2", "p-2", "o-2", "s-1")]).await;
    assert_eq!(home.rows_of(old.fence).await, []);
    home.raw(&format!("UPDATE run SET has_rows = 1 WHERE number = {}", old.fence)).await;
    let columns = "contact, profile, decision, probability, evidence";
    let of_old = format!("INSERT INTO pairing (tenant, run, {columns}) SELECT tenant, {}, {columns} FROM pairing", old.fence);
    home.raw(&of_old).await;
    assert_eq!(home.rows_of(old.fence).await.len(), 1);
    assert_eq!(shown(&*store, "a", Set::Published).await, ["c-2>p-2@s-1"]);
    let next = store.start_run(&name("a"), &order(RunKind::Full), NOW).await.expect("a claim");
    store.stage(&next, &[badge("c-3", "p-3", "o-3", "s-1")]).await.expect("staged");
    store.sweep(&name("a")).await.expect("swept");
    assert_eq!(home.rows_of(old.fence).await, []);
    assert!(!home.rows_of(next.fence).await.is_empty(), "a run at work keeps its rows");
    assert_eq!(shown(&*store, "a", Set::Published).await, ["c-2>p-2@s-1"]);
}

/// The server's clock is not this machine's: a lease lasts a minute by the clock that all go by.
pub(super) async fn a_lease_goes_by_the_clock_that_all_share(home: Home) {
    let skewed = matches!(home.location, Location::Postgres(_));
    if skewed {
        // A server whose clock is five minutes ahead, as far as a statement can tell.
        home.raw("CREATE SCHEMA ahead").await;
        let clock = "CREATE FUNCTION ahead.clock_timestamp() RETURNS TIMESTAMPTZ LANGUAGE SQL AS \
            'SELECT pg_catalog.clock_timestamp() + INTERVAL ''5 minutes'''";
        home.raw(clock).await;
        let database = home.raw("SELECT current_database()::TEXT").await.remove(0);
        home.raw(&format!("ALTER DATABASE {database} SET search_path = ahead, public, pg_catalog")).await;
    }
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    let claim = store.start_run(&name("a"), &order(RunKind::Full), NOW).await.expect("a claim");
    store.beat(&claim, None, NOW).await.expect("alive");
    let until: i64 = home.raw("SELECT CAST(lease_until AS TEXT) FROM run").await[0].parse().expect("a number");
    let ahead = until - NOW.plus(60_000).0;
    assert!((ahead - if skewed { 300_000 } else { 0 }).abs() < 60_000, "{ahead}");
    for refused in [store.start_run(&name("a"), &order(RunKind::Full), NOW).await.map(drop), store.remove_tenant(&name("a"), NOW).await] {
        assert!(matches!(refused, Err(StoreError::Busy(Rival::Run))), "it is alive, whatever our own clock says");
    }
    assert_eq!(store.end_dead_runs(NOW).await.expect("looked"), 0);
}

/// A process that cannot tell when it began is not taken for another of its number.
pub(super) async fn who_cannot_be_seen_is_alive(home: Home) {
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    store.start_run(&name("a"), &order(RunKind::Full), NOW).await.expect("a claim");
    let owner = home.raw("SELECT owner FROM run").await.remove(0);
    let (rest, _) = owner.rsplit_once(' ').expect("it ends with the start");
    home.raw(&format!("UPDATE run SET owner = '{rest} ?'")).await;
    assert!(matches!(store.start_run(&name("a"), &order(RunKind::Full), NOW).await, Err(StoreError::Busy(Rival::Run))));
}

/// A run that nobody looks at any more goes after two years, unless something still hangs on it.
pub(super) async fn old_runs_go(home: Home) {
    const YEAR: i64 = 366 * DAY;
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    store.add_tenant(&tenant("b")).await.expect("added");
    let other = store.start_run(&name("b"), &order(RunKind::Full), NOW).await.expect("a claim");
    store.end_run(&other, &ending(RunState::Failed), None).await.expect("ended");
    let before = publish(&*store, "a", &[badge("c-1", "p-1", "o-1", "s-1")]).await;
    let good = publish(&*store, "a", &[badge("c-2", "p-2", "o-2", "s-1")]).await;
    let recent = store.start_run(&name("a"), &order(RunKind::Recent), NOW).await.expect("a claim");
    store.publish(&recent, &ending(RunState::Published), NOW).await.expect("published");
    let mut ended = Vec::new();
    for state in [RunState::Failed, RunState::DryRun, RunState::Cancelled, RunState::Held] {
        let it = store.start_run(&name("a"), &order(RunKind::Full), NOW).await.expect("a claim");
        store.stage(&it, &[badge("c-3", "p-3", "o-3", "s-1")]).await.expect("staged");
        store.end_run(&it, &ending(state), Some(NOW)).await.expect("ended");
        ended.push(it);
    }
    let runs = async || store.runs(&name("a"), 50).await.expect("runs").iter().map(|it| it.run).collect::<Vec<_>>();
    let young = store.start_run(&name("a"), &order(RunKind::Full), NOW.plus(YEAR)).await.expect("a claim");
    store.end_run(&young, &Ending { finished_at: NOW.plus(YEAR), ..ending(RunState::Failed) }, None).await.expect("ended");
    assert_eq!(runs().await.len(), 8, "they are kept for two years");

    let now = store.start_run(&name("a"), &order(RunKind::Full), NOW.plus(2 * YEAR + DAY)).await.expect("a claim");
    let kept = [now.run, young.run, ended[3].run, good.run];
    assert_eq!(runs().await, kept, "what is at work, young, held, or the last good one, which readers see");
    for gone in [&before, &recent, &ended[0], &ended[1], &ended[2]] {
        assert!(matches!(store.run(gone.run).await, Err(StoreError::Unknown(Thing::Run))));
        assert_eq!(home.rows_of(gone.fence).await, []);
        for table in ["change", "left_out"] {
            let left = home.raw(&format!("SELECT tenant FROM {table} WHERE tenant = 'a' AND run = {}", gone.fence)).await;
            assert!(left.is_empty(), "{table}");
        }
    }
    assert_eq!(shown(&*store, "a", Set::Published).await, ["c-2>p-2@s-1"]);
    store.run(other.run).await.expect("another tenant's stay until it runs");
    // Once another is the last good one, the one before it goes too.
    store.publish(&now, &Ending { finished_at: NOW.plus(2 * YEAR + DAY), ..ending(RunState::Published) }, NOW).await.expect("published");
    let next = store.start_run(&name("a"), &order(RunKind::Full), NOW.plus(2 * YEAR + DAY)).await.expect("a claim");
    assert_eq!(runs().await, [next.run, now.run, young.run]);
}
