//! What only the embedded store has: a file that can be damaged, in the way, or read by others.

use super::*;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

async fn open(directory: &Path) -> Result<Arc<dyn Store>, StoreError> {
    store::open(&Location::Embedded(directory.to_owned())).await
}

/// Opens a data directory that `prepare` has put in a bad state.
async fn check(prepare: impl FnOnce(&Path), expected: fn(&StoreError) -> bool) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().join("data");
    prepare(&data);
    let error = open(&data).await.err().expect("an error");
    assert!(expected(&error), "{error}");
}

fn with_file(data: &Path, bytes: &[u8]) {
    fs::create_dir(data).expect("a folder");
    fs::write(data.join("acquaint.sqlite"), bytes).expect("a file");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_damaged() {
    check(|data| with_file(data, &[b'x'; 8192]), |it| matches!(it, StoreError::Damaged)).await;
}

#[tokio::test]
async fn a_file_in_place_of_the_directory_is_told() {
    check(|data| fs::write(data, "").expect("a file"), |it| matches!(it, StoreError::Disk(_))).await;
}

#[tokio::test]
async fn a_folder_in_place_of_the_file_is_told() {
    check(|data| fs::create_dir_all(data.join("acquaint.sqlite")).expect("a folder"), |it| matches!(it, StoreError::Disk(_))).await;
}

#[tokio::test]
async fn a_place_that_takes_no_files_is_told() {
    let error = open(Path::new("/proc/acquaint")).await.err().expect("an error");
    assert!(matches!(error, StoreError::Disk(_)), "{error}");
}

#[tokio::test]
async fn damage_in_the_middle_is_noticed() {
    let home = Home::embedded();
    let store = home.open().await;
    let batch: Vec<Profile> = (0..500).map(|it| profile(&format!("p-{it}"), &"x".repeat(200))).collect();
    store.put_profiles(&batch, NOW).await.expect("put");
    store.tidy().await.expect("all is well");
    drop(store);
    let path = file(&home, "");
    let mut bytes = fs::read(&path).expect("the file");
    let middle = bytes.len() / 2;
    bytes[middle..middle + 8192].fill(0x5a);
    fs::write(&path, bytes).expect("damaged");
    let found = match home.try_open().await {
        Ok(store) => store.tidy().await,
        Err(error) => Err(error),
    };
    assert!(matches!(found, Err(StoreError::Damaged)));
}

#[tokio::test]
async fn its_files_are_its_owners_alone() {
    let home = Home::embedded();
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!(mode(file(&home, "").parent().expect("a folder")), 0o700);
    for end in ["", "-wal", "-shm"] {
        assert_eq!(mode(&file(&home, end)), 0o600, "{end}");
    }
}

/// What was removed is neither in the file nor in its log.
#[tokio::test]
async fn nothing_is_left_of_what_was_removed() {
    let home = Home::embedded();
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    let mut stays = badge("contact-that-stays", "p-2", "o-2", "s-1");
    stays.opportunities.push(opportunity("contact-that-stays", "opportunity-that-goes", "s-1"));
    publish(&*store, "a", &[badge("contact-that-goes", "p-1", "o-1", "s-1"), stays]).await;
    let found = |text: &str| ["", "-wal"].iter().any(|end| contains(&fs::read(file(&home, end)).expect("a file"), text.as_bytes()));
    assert!(found("contact-that-goes") && found("opportunity-that-goes"));
    let claim = store.start_run(&name("a"), &order(RunKind::Full), NOW).await.expect("a claim");
    store.remove_now(&claim, &[contact("contact-that-goes")], &[id("opportunity-that-goes")]).await.expect("removed");
    store.tidy().await.expect("tidy");
    assert_eq!(fs::metadata(file(&home, "-wal")).expect("the log").len(), 0);
    assert!(!found("contact-that-goes") && !found("opportunity-that-goes"));
    assert!(found("contact-that-stays"));
}

fn contains(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|it| it == text)
}

fn file(home: &Home, end: &str) -> PathBuf {
    let Location::Embedded(data) = &home.location else { panic!("this home is embedded") };
    data.join(format!("acquaint.sqlite{end}"))
}

/// Two processes that start at once bring the schema up to date one after the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_open_at_once() {
    let home = Arc::new(Home::embedded());
    let tries: Vec<_> = (0..6)
        .map(|_| {
            let home = Arc::clone(&home);
            tokio::spawn(async move { home.try_open().await.map(drop) })
        })
        .collect();
    for it in tries {
        it.await.expect("no panic").expect("opened");
    }
}

/// Calibrated probabilities come back bit by bit, or a run would seem to change what it did not.
#[tokio::test]
async fn probabilities_come_back_exactly() {
    let home = Home::embedded();
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    let mut seed = 1_u64;
    let staged: Vec<_> = (0..2_000)
        .map(|it| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let mut staged = badge(&format!("c-{it:05}"), &format!("p-{it:05}"), &format!("o-{it}"), "s-1");
            staged.pairing.as_mut().expect("a pairing").probability = (seed >> 11) as f64 / (1_u64 << 53) as f64;
            staged
        })
        .collect();
    publish(&*store, "a", &staged).await;
    let found = store.read(&name("a"), Set::Published, Which::Badges).await.expect("read");
    assert!(found.pairings.iter().zip(&staged).all(|((it, _), staged)| Some(it) == staged.pairing.as_ref()));
    // Smaller ones are no badges.
    let large = found.pairings.into_iter().filter(|it| it.0.probability > 1.0 / 512.0).collect::<Vec<_>>();
    for some in large.chunks(100) {
        let ids: Vec<_> = some.iter().map(|it| it.0.profile.clone()).collect();
        assert_eq!(store.look_up(&name("a"), &ids, None).await.expect("looked up").pairings, some);
    }
}

/// A copy of one moment, made while others write; it opens elsewhere, shows nothing until a run has listed everything, and replaces no store.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_is_whole_and_comes_back_with_care() {
    let home = Home::embedded();
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    store.put_profiles(&[profile("p-1", "first")], NOW).await.expect("written");
    publish(&*store, "a", &[badge("c-1", "p-1", "o-1", "s-1")]).await;
    let folder = tempfile::tempdir().expect("a folder");
    let copy = folder.path().join("copy.sqlite");
    let claim = store.start_run(&name("a"), &order(RunKind::Full), NOW).await.expect("a claim");
    let writer = Arc::clone(&store);
    let busy = tokio::spawn(async move {
        for it in 0..40 {
            writer.stage(&claim, &[badge(&format!("c-{it}"), "p-1", &format!("o-{it}"), "s-1")]).await.expect("staged");
        }
    });
    store.back_up(&copy).await.expect("copied");
    busy.await.expect("no panic");
    assert_eq!(fs::metadata(&copy).expect("the copy").permissions().mode() & 0o777, 0o600);
    assert!(store.back_up(&copy).await.is_err(), "a backup is not written over");

    let elsewhere = folder.path().join("data");
    let back = store::restore(&copy, &elsewhere, NOW.plus(DAY)).await.expect("restored");
    back.tidy().await.expect("sound");
    assert_eq!(back.profiles(&[id("p-1")]).await.expect("read").len(), 1);
    assert_eq!(shown(&*back, "a", Set::Published).await, Vec::<String>::new());
    assert_eq!(back.runs(&name("a"), 1).await.expect("runs")[0].state, RunState::Lost);
    assert_eq!(fs::metadata(elsewhere.join("acquaint.sqlite")).expect("the store").permissions().mode() & 0o777, 0o600);
    assert!(matches!(store::restore(&copy, &elsewhere, NOW).await.err(), Some(StoreError::Duplicate(Thing::Store))));
    assert_eq!(shown(&*store, "a", Set::Published).await, ["c-1>p-1@s-1"], "the store itself is as it was");
}

/// A restore that was killed on its way has left no store, and can be begun again; the log of an old one must not be read with it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restore_that_broke_off_is_no_store() {
    let home = Home::embedded();
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    publish(&*store, "a", &[badge("c-1", "p-1", "o-1", "s-1")]).await;
    let folder = tempfile::tempdir().expect("a folder");
    let (copy, data) = (folder.path().join("copy.sqlite"), folder.path().join("data"));
    store.back_up(&copy).await.expect("copied");
    fs::create_dir(&data).expect("a folder");
    for end in ["-wal", "-shm"] {
        let part = data.join(format!("acquaint.sqlite{end}"));
        fs::write(&part, "of another store").expect("a file");
        assert!(matches!(store::restore(&copy, &data, NOW).await.err(), Some(StoreError::Duplicate(Thing::Store))), "{end}");
        fs::remove_file(part).expect("removed");
    }
    for end in ["", "-wal"] {
        fs::write(data.join(format!("acquaint.restoring{end}")), "half of it").expect("a file");
    }
    assert!(!store::is_there(&data));
    let back = store::restore(&copy, &data, NOW).await.expect("restored");
    assert_eq!(shown(&*back, "a", Set::Published).await, Vec::<String>::new(), "it was told before it was a store");
    assert!(!data.join("acquaint.restoring").exists());
}
