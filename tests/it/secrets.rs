//! Secrets: sealed for one place, read from files, never shown.

use acquaint::model::TenantName;
use acquaint::secrets::{KeyFileError, KeySource, MasterKey, Secret, SecretsError, keyed_hash, read_key_file};
use proptest::prelude::*;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt;

fn tenant(text: &str) -> TenantName {
    TenantName::new(text).expect("a tenant's name")
}

fn given(bytes: &[u8]) -> KeySource {
    KeySource::Given(Secret::new(bytes.to_vec()))
}

fn master(byte: u8) -> MasterKey {
    MasterKey::load(&given(&[byte; 32])).expect("a key")
}

/// Loads a master key and says what came of it.
fn check(bytes: &[u8], expected: Result<(), SecretsError>) {
    let loaded = MasterKey::load(&given(bytes)).map(drop);
    assert_eq!(loaded, expected, "{} bytes", bytes.len());
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("key");
    fs::write(&path, bytes).expect("a file");
    assert_eq!(MasterKey::load(&KeySource::File(path)).map(drop), expected, "a file of {} bytes", bytes.len());
}

#[test]
fn a_master_key_is_32_bytes_in_any_common_form() {
    check(&[0xfe; 32], Ok(()));
    check(&[[0xfe; 32].as_slice(), b"\n"].concat(), Ok(()));
    check("ab".repeat(32).as_bytes(), Ok(()));
    check(format!("\n {} \n", "AB".repeat(32)).as_bytes(), Ok(()));
    check(b"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n", Ok(()));
    check(b"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", Ok(()));
    check(b"__________________________________________8=", Ok(()));
}

#[test]
fn other_master_keys_are_refused_each_in_its_way() {
    check(b"", Err(SecretsError::Empty));
    check(&[b' '; 32], Err(SecretsError::Empty));
    check(b"hunter2", Err(SecretsError::TooSmall));
    check("ab".repeat(16).as_bytes(), Err(SecretsError::TooSmall));
    check(&[1; 31], Err(SecretsError::TooSmall));
    check(&[0xfe; 33], Err(SecretsError::Malformed));
    check("ab".repeat(33).as_bytes(), Err(SecretsError::Malformed));
    check("pass phrase ".repeat(9).as_bytes(), Err(SecretsError::Malformed));
    check(&vec![b'a'; 100_000], Err(SecretsError::Malformed));
    let missing = KeySource::File("/nowhere/key".into());
    assert_eq!(MasterKey::load(&missing).err(), Some(SecretsError::Unreadable(std::io::ErrorKind::NotFound)));
    assert_eq!(MasterKey::load(&KeySource::Nowhere).err(), Some(SecretsError::Missing));
}

#[test]
fn all_forms_are_one_key() {
    let raw: Vec<u8> = (0..32).collect();
    let hex: String = raw.iter().map(|it| format!("{it:02x}")).collect();
    let ids = [raw.as_slice(), hex.as_bytes(), b"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="];
    let ids = ids.map(|it| MasterKey::load(&given(it)).expect("a key").id());
    assert!(ids.iter().all(|it| *it == ids[0]));
}

/// The source that an environment names.
fn source(env: &[(&str, &str)]) -> String {
    let find = |name: &str| env.iter().find(|(it, _)| *it == name).map(|(_, value)| OsString::from(value));
    format!("{:?} / {:?}", KeySource::embedded(find), KeySource::shared(find))
}

#[test]
fn the_environment_says_where_the_master_key_is() {
    assert_eq!(source(&[("ACQUAINT_KEY_FILE", "/k"), ("ACQUAINT_KEY", "secret")]), r#"Ok(File("/k")) / File("/k")"#);
    assert_eq!(source(&[("ACQUAINT_KEY", "secret"), ("HOME", "/h")]), "Ok(Given(Secret(***))) / Given(Secret(***))");
    assert_eq!(source(&[("XDG_CONFIG_HOME", "/x"), ("HOME", "/h")]), r#"Ok(MadeOnce("/x/acquaint/key")) / Nowhere"#);
    assert_eq!(source(&[("XDG_CONFIG_HOME", ""), ("HOME", "/h")]), r#"Ok(MadeOnce("/h/.config/acquaint/key")) / Nowhere"#);
    assert_eq!(source(&[]), "Err(NoHome) / Nowhere");
}

#[test]
fn the_default_key_is_made_once_for_its_owner_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("config").join("acquaint").join("key");
    let load = || MasterKey::load(&KeySource::MadeOnce(path.clone())).expect("a key").id();
    let ids: Vec<String> = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..8).map(|_| scope.spawn(load)).collect();
        tries.into_iter().map(|it| it.join().expect("no panic")).collect()
    });
    assert!(ids.iter().all(|it| *it == ids[0]));
    assert_eq!(load(), ids[0]);
    let mode = |path: &std::path::Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    let inside = path.parent().expect("a folder");
    assert_eq!((mode(&path), mode(inside)), (0o600, 0o700));
    assert_eq!(fs::read_dir(inside).expect("the folder").count(), 1, "no draft is left");
    assert_eq!(fs::read(&path).expect("the key").len(), 32);
}

#[test]
fn a_default_key_that_cannot_be_made_is_told() {
    let path = "/proc/acquaint/key".into();
    assert!(matches!(MasterKey::load(&KeySource::MadeOnce(path)), Err(SecretsError::Unwritable(_))));
}

#[test]
fn what_is_sealed_opens_in_its_place_alone() {
    let (ours, theirs) = (master(1), master(2));
    let (a, b) = (tenant("a"), tenant("b"));
    let sealed = ours.seal(&a, "lever_key", b"k-123");
    assert_eq!(ours.open(&a, "lever_key", &sealed).expect("opened").expose(), b"k-123");
    assert_eq!(ours.open(&b, "lever_key", &sealed).err(), Some(SecretsError::Damaged));
    assert_eq!(ours.open(&a, "secret", &sealed).err(), Some(SecretsError::Damaged));
    assert_eq!(theirs.open(&a, "lever_key", &sealed).err(), Some(SecretsError::WrongKey));
    assert!(!sealed.windows(5).any(|it| it == b"k-123"));
    assert_ne!(sealed, ours.seal(&a, "lever_key", b"k-123"), "nothing tells that two tenants have one key");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn sealing_keeps_every_byte_and_notices_every_change(plain: Vec<u8>, at: prop::sample::Index, bit in 0..8_u8) {
        let (key, a) = (master(3), tenant("a"));
        let mut sealed = key.seal(&a, "f", &plain);
        let opened = key.open(&a, "f", &sealed).expect("opened");
        prop_assert_eq!(opened.expose(), plain.as_slice());
        let at = at.index(sealed.len());
        prop_assert!(key.open(&a, "f", &sealed[..at]).is_err());
        sealed[at] ^= 1 << bit;
        prop_assert!(key.open(&a, "f", &sealed).is_err());
    }
}

#[test]
fn nothing_shows_a_secret() {
    let secret = Secret::new(b"hunter2".to_vec());
    assert_eq!(format!("{secret:?}"), "Secret(***)");
    assert_eq!(format!("{:?}", master(1)), format!("MasterKey({})", master(1).id()));
    assert_eq!((secret.expose_text(), Secret::new(vec![0xff]).expose_text()), (Some("hunter2"), None));
}

/// RFC 4231, test case 2, cut to 16 bytes.
#[test]
fn a_keyed_hash_is_hmac() {
    let hash = keyed_hash(&Secret::new(b"Jefe".to_vec()), b"what do ya want for nothing?");
    assert_eq!(format!("{:032x}", u128::from_be_bytes(hash)), "5bdcc146bf60754e6a042426089575c7");
}

/// Writes a Lever key file and reads it.
fn check_file(bytes: &[u8], expected: Result<&str, KeyFileError>) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("lever.key");
    fs::write(&path, bytes).expect("a file");
    let found = read_key_file(&path);
    assert_eq!(found.as_ref().map(|it| it.expose_text().expect("text")).map_err(|it| *it), expected);
}

#[test]
fn lever_key_files_hold_one_key() {
    check_file(b"abc-DEF_123=\r\n", Ok("abc-DEF_123="));
    check_file(b"\t  abc \n\n", Ok("abc"));
    check_file(b"", Err(KeyFileError::Empty));
    check_file(b" \n\t", Err(KeyFileError::Empty));
    check_file(b"two keys", Err(KeyFileError::Binary));
    check_file(b"one\ntwo", Err(KeyFileError::Binary));
    check_file("schlüssel".as_bytes(), Err(KeyFileError::Binary));
    check_file(&[0, 159, 146, 150], Err(KeyFileError::Binary));
    check_file(&vec![b'a'; 1 << 20], Err(KeyFileError::TooLarge));
    check_file(&vec![b' '; 1 << 20], Err(KeyFileError::TooLarge));
    assert_eq!(read_key_file("/nowhere/lever.key".as_ref()).err(), Some(KeyFileError::Missing));
    assert!(matches!(read_key_file("/proc".as_ref()), Err(KeyFileError::Unreadable(_))));
}
