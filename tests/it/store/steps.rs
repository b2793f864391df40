//! Steps of the schema on rows that a program of before has written: what readers see stays what it was.

use super::*;
use sqlx::migrate::Migrator;
use std::path::Path;

/// The last step before pairings got a copy of what they tell (0012, 0013), which makes a new table of theirs.
const BEFORE: i64 = 11;
/// The runs of that time.
const RUNS: [&str; 2] = ["01900000-0000-7000-8000-000000000001", "01900000-0000-7000-8000-000000000002"];
/// What the helpers of this suite say of a pairing, as it is kept, and as the first version kept it.
const EVIDENCE: &str = r#"[[["name","same",7.25,0],["email","shared",-0.1,null]],[-18.62,-0.5,-0.01,0.25]]"#;
const LEVELS_ALONE: &str = r#"[["name","same",7.25,0],["email","shared",-0.1,null]]"#;

/// The steps as they lie in the folder.
async fn files(of: &str) -> Migrator {
    Migrator::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/migrations").join(of)).await.expect("steps")
}

/// Takes the steps up to this one, as the program of then did.
async fn up_to(home: &Home, step: i64) {
    match &home.location {
        Location::Embedded(data) => {
            std::fs::create_dir(data).expect("a folder");
            let mut it = sqlx::SqliteConnection::connect(&format!("{}?mode=rwc", home.raw_url)).await.expect("a connection");
            files("sqlite").await.run_to(step, &mut it).await.expect("taken");
            it.close().await.expect("closed");
        }
        Location::Postgres(url) => {
            let mut it = sqlx::PgConnection::connect(url).await.expect("a connection");
            files("postgres").await.run_to(step, &mut it).await.expect("taken");
            it.close().await.expect("closed");
        }
    }
}

/// A tenant with a published night, and a recent run that is held.
async fn write(home: &Home) {
    let bytes = if matches!(home.location, Location::Embedded(_)) { "x'01'" } else { r"'\x01'" };
    let (now, then) = (NOW.0, NOW.0 + 1_000);
    home.raw(&format!(
        "INSERT INTO tenant (name, settings, sealed_key, sealed_secret, created_at, claims, published, checked_at, window_start)
         VALUES ('a', '{{}}', {bytes}, {bytes}, {now}, 2, 1, {then}, {now})"
    ))
    .await;
    for (number, (run, kind, state)) in (1..).zip([(RUNS[0], "full", "published"), (RUNS[1], "recent", "held")]) {
        home.raw(&format!(
            "INSERT INTO run (tenant, number, id, kind, state, tally, started_at, finished_at, window_start, has_rows)
             VALUES ('a', {number}, '{run}', '{kind}', '{state}', '{{}}', {now}, {then}, {now}, 1)"
        ))
        .await;
    }
    home.raw(
        "INSERT INTO reference (tenant, run, list, id, words, pipeline, rank, flag) VALUES
         ('a', 1, 'stage', 's-1', 'On site', 'onsite', 0.1, NULL), ('a', 1, 'user', 'u-1', 'Kim Berg', NULL, NULL, 0)",
    )
    .await;
    home.raw("INSERT INTO restaged (tenant, run, contact) VALUES ('a', 2, 'c-2'), ('a', 2, 'c-5')").await;
    write_pairings(home).await;
    write_opportunities(home).await;
}

async fn write_pairings(home: &Home) {
    for (run, contact, profile, decision, evidence) in [
        (1, "c-1", "p-1", "match", EVIDENCE),
        (1, "c-2", "p-2", "match", LEVELS_ALONE),
        (1, "c-3", "p-1", "review", EVIDENCE),
        (1, "c-4", "p-2", "none", EVIDENCE),
        (2, "c-2", "p-2", "match", EVIDENCE),
        (2, "c-5", "p-3", "match", EVIDENCE),
    ] {
        home.raw(&format!(
            "INSERT INTO pairing (tenant, run, contact, profile, decision, probability, evidence)
             VALUES ('a', {run}, '{contact}', '{profile}', '{decision}', 0.9987654321, '{evidence}')"
        ))
        .await;
    }
}

async fn write_opportunities(home: &Home) {
    let (first, last, now, later) = (i64::MIN, i64::MAX, NOW.0, NOW.0 + DAY);
    // As `opportunity` and `silent_opportunity` say it.
    let whole = |stage: &str| {
        let stages = format!(r#"'{stage}', '["lead-new","{stage}"]'"#);
        let times = format!("{first}, {last}, {now}, {later}, 1, {now}, 0, NULL");
        format!("{stages}, 'u-1', 'u-2', 'u-3', 1, 'r-1', {now}, 1, 'post-1', 'https://hire.example/1', {times}, 1, 0")
    };
    let unsaid = ["NULL"; 7].join(", ");
    let silent = format!("NULL, '[]', NULL, NULL, NULL, 0, NULL, NULL, 0, NULL, NULL, {first}, {unsaid}, 0, 0");
    for (run, contact, opportunity, columns) in [
        (1, "c-1", "o-1", whole("s-1")),
        (1, "c-1", "o-2", silent.clone()),
        (1, "c-2", "o-3", whole("s-1")),
        (1, "c-3", "o-4", silent.clone()),
        (1, "c-4", "o-5", silent),
        (2, "c-2", "o-3", whole("s-2")),
        (2, "c-5", "o-6", whole("s-1")),
    ] {
        home.raw(&format!("INSERT INTO opportunity VALUES ('a', {run}, '{contact}', '{opportunity}', {columns})")).await;
    }
}

/// What a look-up of all profiles says, as lines; a reading says the same.
async fn looked_up(store: &dyn Store) -> Vec<String> {
    let ids: Vec<ProfileId> = ["p-1", "p-2", "p-3"].map(id).to_vec();
    let seen = store.look_up(&name("a"), &ids, None).await.expect("looked up");
    let badges = store.read(&name("a"), Set::Published, Which::BadgesOf(&ids)).await.expect("read");
    let reviews = Which::Reviews { now: NOW.plus(-1), skip: 0, limit: 9 };
    let questions = store.read(&name("a"), Set::Published, reviews).await.expect("read");
    assert_eq!((&seen.pairings, &seen.questions), (&badges.pairings, &questions.pairings));
    assert_eq!((&seen.common.reference, seen.common.checked_at), (&badges.reference, badges.checked_at));
    [lines(&badges), lines(&questions)].concat()
}

pub(super) async fn every_file_is_a_step(home: Home) {
    home.open().await;
    let of = if matches!(home.location, Location::Embedded(_)) { "sqlite" } else { "postgres" };
    let expected: Vec<String> = files(of).await.iter().map(|it| format!("{} {}", it.version, it.description)).collect();
    let taken = home.raw("SELECT CAST(version AS TEXT) || ' ' || description FROM _sqlx_migrations ORDER BY version").await;
    assert_eq!(taken, expected);
}

pub(super) async fn rows_of_before_are_read_as_they_were(home: Home) {
    up_to(&home, BEFORE).await;
    write(&home).await;
    let store = home.open().await;
    assert_eq!(home.raw("SELECT contact FROM pairing WHERE told IS NOT NULL").await, Vec::<String>::new(), "no copy is made of old rows");
    assert_eq!(looked_up(&*store).await, ["c-1>p-1@s-1,-", "c-2>p-2@s-1", "c-3>p-1@-"]);
    let read = store.read(&name("a"), Set::Published, Which::Badges).await.expect("read");
    let opportunities = vec![opportunity("c-1", "o-1", "s-1"), silent_opportunity("c-1", "o-2")];
    assert_eq!(read.pairings[0], (pairing("c-1", "p-1", Decision::Match), opportunities), "all of it");
    let (of_before, _) = &read.pairings[1];
    let expected = pairing("c-2", "p-2", Decision::Match);
    assert_eq!((&of_before.evidence, of_before.probability), (&expected.evidence, expected.probability));
    assert_eq!((read.reference.as_ref(), read.checked_at), (&reference("s-1"), Some(NOW.plus(1_000))));
    let near = store.read(&name("a"), Set::Published, Which::AllOf(&id("p-2"))).await.expect("read");
    assert_eq!(lines(&near), ["c-2>p-2@s-1", "c-4>p-2@-"], "a near miss too");
    let held = id(RUNS[1]);
    assert_eq!(shown(&*store, "a", Set::Staged(held)).await, ["c-1>p-1@s-1,-", "c-2>p-2@s-2", "c-5>p-3@s-1"]);

    store.publish_held(&name("a"), held, NOW).await.expect("published");
    assert_eq!(looked_up(&*store).await, ["c-1>p-1@s-1,-", "c-2>p-2@s-2", "c-5>p-3@s-1", "c-3>p-1@-"]);
    let claim = store.start_run(&name("a"), &order(RunKind::Recent), NOW).await.expect("a claim");
    store.remove_now(&claim, &[], &[id("o-2"), id("o-6")]).await.expect("removed");
    assert_eq!(looked_up(&*store).await, ["c-1>p-1@s-1", "c-2>p-2@s-2", "c-3>p-1@-"], "what goes is gone, with a copy or without");
    store.stage(&claim, &[badge("c-2", "p-2", "o-3", "s-3")]).await.expect("staged");
    store.publish(&claim, &ending(RunState::Published), NOW).await.expect("published");
    assert_eq!(looked_up(&*store).await, ["c-1>p-1@s-1", "c-2>p-2@s-3", "c-3>p-1@-"]);
    assert_eq!(home.raw("SELECT contact FROM pairing WHERE told IS NOT NULL").await, ["c-2"], "a night copies what it stages");
    store.remove_tenant(&name("a"), NOW).await.expect("removed");
    assert_eq!(home.raw("SELECT CAST(count(*) AS TEXT) FROM pairing").await, ["0"], "pairings still go with their tenant");
}
