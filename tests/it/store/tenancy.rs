//! Tenants: added once, apart from each other, gone when removed.

use super::*;
use acquaint::model::ResumePolicy;
use acquaint::store::{Access, Connection};

pub(super) async fn a_tenant_is_added_once(home: Home) {
    let store = home.open().await;
    store.add_tenant(&tenant("b")).await.expect("added");
    store.add_tenant(&tenant("a")).await.expect("added");
    assert!(matches!(store.add_tenant(&tenant("a")).await, Err(StoreError::Duplicate(Thing::Tenant))));
    let names: Vec<_> = store.tenants().await.expect("tenants").into_iter().map(|it| it.name).collect();
    assert_eq!(names, [name("a"), name("b")]);
    drop(store);

    let found = home.open().await.tenant(&name("a")).await.expect("still there");
    assert_eq!((found.sealed_key, found.sealed_secret, found.created_at), (vec![0, 1, 255], vec![7], NOW));
    assert_eq!((found.published_run, found.checked_at, found.window_start), (None, None, None));
}

pub(super) async fn a_tenant_changes_its_mind(home: Home) {
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    let settings = Settings {
        lever_url: Some("http://127.0.0.1:1".into()),
        resumes: ResumePolicy::None,
        start_date: Some(NOW),
        ..Settings::default()
    };
    store.set_settings(&name("a"), &Settings::default(), &settings).await.expect("set");
    store.set_key(&name("a"), &[9; 200], &[8; 90]).await.expect("set");
    let found = store.tenant(&name("a")).await.expect("found");
    assert_eq!((found.settings, found.sealed_key, found.sealed_secret), (settings.clone(), vec![9; 200], vec![8; 90]));

    let nobody = name("nobody");
    assert!(matches!(store.tenant(&nobody).await, Err(StoreError::Unknown(Thing::Tenant))));
    assert!(matches!(store.set_settings(&nobody, &settings, &settings).await, Err(StoreError::Unknown(Thing::Tenant))));
    assert!(matches!(store.set_key(&nobody, &[], &[]).await, Err(StoreError::Unknown(Thing::Tenant))));
    assert!(matches!(store.remove_tenant(&nobody, NOW).await, Err(StoreError::Unknown(Thing::Tenant))));
    assert!(matches!(store.start_run(&nobody, &order(RunKind::Full), NOW).await, Err(StoreError::Unknown(Thing::Tenant))));
    assert!(matches!(store.runs(&nobody, 5).await, Err(StoreError::Unknown(Thing::Tenant))));
    assert!(matches!(store.read(&nobody, Set::Published, Which::Badges).await, Err(StoreError::Unknown(Thing::Tenant))));
}

/// Two people read the same choices, and each makes one of their own.
pub(super) async fn a_choice_that_was_made_meanwhile_stays(home: Home) {
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    let read = Settings::default();
    let (one, other) = (Settings { paused: true, ..read.clone() }, Settings { guard: false, ..read.clone() });
    store.set_settings(&name("a"), &read, &one).await.expect("set");
    let (connection, sealed_secret) = (Connection { sealed_app: vec![3], ..Connection::default() }, [8].as_slice());
    for access in
        [None, Some(Access::Key { sealed_key: &[9], sealed_secret }), Some(Access::App { connection: &connection, sealed_secret })]
    {
        let late = store.change_tenant(&name("a"), (&read, &other), access).await;
        assert!(matches!(late, Err(StoreError::Busy(Rival::Settings))));
        let found = store.tenant(&name("a")).await.expect("found");
        assert_eq!((&found.settings, found.sealed_key, found.sealed_secret), (&one, vec![0, 1, 255], vec![7]), "nothing was written");
        assert!(store.connection(&name("a")).await.expect("read").is_none());
        store.change_tenant(&name("a"), (&one, &one), access).await.expect("set");
        let found = store.tenant(&name("a")).await.expect("found");
        let is_key = matches!(access, Some(Access::Key { .. }));
        assert_eq!((found.sealed_key == [9], found.sealed_secret == [8]), (is_key, access.is_some()));
        assert_eq!(store.connection(&name("a")).await.expect("read").is_some(), matches!(access, Some(Access::App { .. })));
        store.set_key(&name("a"), &[0, 1, 255], &[7]).await.expect("set");
    }
    // What a program of yesterday has written is read as it is, without the choices that it did not know.
    home.raw("UPDATE tenant SET settings = '{\"paused\": true}'").await;
    store.edit_settings(&name("a"), &|it| it.guard = false).await.expect("edited");
    let found = store.tenant(&name("a")).await.expect("found").settings;
    assert_eq!(found, Settings { guard: false, ..one });
}

pub(super) async fn a_removed_tenant_leaves_nothing(home: Home) {
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    store.add_tenant(&tenant("b")).await.expect("added");
    publish(&*store, "b", &[badge("c-1", "p-1", "o-1", "s-1")]).await;
    publish(&*store, "a", &[badge("c-1", "p-1", "o-1", "s-1")]).await;
    let live = store.start_run(&name("a"), &order(RunKind::Full), NOW).await.expect("a claim");
    store.stage_reference(&live, &reference("s-1")).await.expect("staged");
    assert!(matches!(store.remove_tenant(&name("a"), NOW).await, Err(StoreError::Busy(Rival::Run))));
    store.end_run(&live, &ending(RunState::Held), None).await.expect("held");
    store.remove_tenant(&name("a"), NOW).await.expect("removed");

    for table in store::ledger::LEDGER.iter().filter(|it| it.columns.iter().any(|(column, _)| *column == "tenant")) {
        let sql = format!("SELECT CAST(count(*) AS TEXT) FROM {} WHERE tenant = 'a'", table.name);
        assert_eq!(home.raw(&sql).await, ["0"], "{}", table.name);
    }
    assert_eq!(shown(&*store, "b", Set::Published).await, ["c-1>p-1@s-1"]);
}

/// No pairing can be deleted any more.
async fn refuse_deletions(home: &Home) {
    let trigger = "CREATE TRIGGER refuse BEFORE DELETE ON pairing";
    if matches!(home.location, Location::Embedded(_)) {
        home.raw(&format!("{trigger} BEGIN SELECT RAISE(ABORT, 'no'); END")).await;
    } else {
        home.raw("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no''; END'").await;
        home.raw(&format!("{trigger} FOR EACH ROW EXECUTE FUNCTION refuse()")).await;
    }
}

/// Who is half gone is as one that was never looked at, and nobody's run brings anything back.
pub(super) async fn a_removal_that_broke_off_leaves_no_untruth(home: Home) {
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    publish(&*store, "a", &[badge("c-1", "p-1", "o-1", "s-1")]).await;
    refuse_deletions(&home).await;
    assert!(store.remove_tenant(&name("a"), NOW).await.is_err());
    let left = store.tenant(&name("a")).await.expect("half gone");
    assert_eq!((left.published_run, left.checked_at, left.window_start, left.settings.paused), (None, None, None, true));
    assert_eq!(shown(&*store, "a", Set::Published).await, Vec::<String>::new());
    let on = if matches!(home.location, Location::Embedded(_)) { "" } else { "ON pairing" };
    home.raw(&format!("DROP TRIGGER refuse {on}")).await;
    store.remove_tenant(&name("a"), NOW).await.expect("removed");
    assert!(matches!(store.tenant(&name("a")).await, Err(StoreError::Unknown(Thing::Tenant))));
}

pub(super) async fn tenants_do_not_see_each_other(home: Home) {
    let store = home.open().await;
    for it in ["a", "b"] {
        store.add_tenant(&tenant(it)).await.expect("added");
    }
    publish(&*store, "a", &[badge("c-1", "p-1", "o-1", "s-a")]).await;
    publish(&*store, "b", &[badge("c-1", "p-1", "o-1", "s-b")]).await;
    assert_eq!(shown(&*store, "a", Set::Published).await, ["c-1>p-1@s-a"]);

    // The same numbers and ids in both: what one removes, holds or drops must not touch the other.
    let claim = store.start_run(&name("a"), &order(RunKind::Full), NOW).await.expect("a claim");
    store.stage(&claim, &[badge("c-2", "p-2", "o-2", "s-a")]).await.expect("staged");
    store.remove_now(&claim, &[contact("c-1")], &[id("o-1")]).await.expect("removed");
    store.end_run(&claim, &ending(RunState::Held), None).await.expect("held");
    assert_eq!(shown(&*store, "a", Set::Published).await, Vec::<String>::new());
    assert_eq!(shown(&*store, "b", Set::Published).await, ["c-1>p-1@s-b"]);
    for done in [
        store.publish_held(&name("b"), claim.run, NOW).await,
        store.drop_held(&name("b"), claim.run, NOW).await,
        store.read(&name("b"), Set::Staged(claim.run), Which::Badges).await.map(drop),
    ] {
        assert!(matches!(done, Err(StoreError::Unknown(_))));
    }
    let runs = store.runs(&name("b"), 10).await.expect("runs");
    assert!(runs.iter().all(|it| it.tenant == name("b")) && runs.len() == 1);
    let forged = Claim { tenant: name("b"), ..store.start_run(&name("a"), &order(RunKind::Full), NOW).await.expect("a claim") };
    assert!(matches!(store.stage(&forged, &[unmatched("c-1")]).await, Err(StoreError::LostClaim)));
}

pub(super) async fn a_newer_store_is_left_alone(home: Home) {
    drop(home.open().await);
    let columns = "version, description, success, checksum, execution_time";
    let newer =
        format!("INSERT INTO _sqlx_migrations ({columns}) SELECT 9999, description, success, checksum, 0 FROM _sqlx_migrations LIMIT 1");
    home.raw(&newer).await;
    // A step that we do not know is none of our business, until whoever took it says so.
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("yesterday's program works on");
    store.check().await.expect("and may");
    home.raw("UPDATE compatibility SET min_binary = 9999").await;
    assert!(matches!(home.try_open().await, Err(StoreError::TooNew)));
    assert!(matches!(store.check().await, Err(StoreError::TooNew)), "who is at work already hears of it");
}
