//! The search can fail: whatever is planted in a file is found there, in each form.

use super::canaries::town;
use super::forms::{self, Form};
use super::search::Needles;
use acquaint::world::{profiles_jsonl, render};
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

/// Values of three scripts, and some that are mostly signs.
const VALUES: [&str; 5] =
    ["Quorvithene Zelmaraxune", "Жвартенолий Крупчелюбов", "Ångströmëlda/曖瀧驫麤", "a.b+c@d-e.example", "+1 (415) 555-0142"];

/// Plants bytes in the middle of a file, and looks for the form that they are.
fn check(needles: &Needles, (form, bytes): &Form, folder: &Path) {
    for pack in [plain, gzip, zlib, zstd] {
        let file = [b"SQLite format 3\0 \x28\xb5\x2f\xfd\x1f\x8b\x08\x78\x9c".as_slice(), &pack(bytes), b" and so on"].concat();
        assert!(needles.within(&file).contains(form.as_str()), "{form}");
    }
    std::fs::write(folder.join(".hidden-wal"), bytes).expect("a file");
    let found = needles.below(folder.parent().expect("a folder"));
    assert!(found.iter().any(|it| it.ends_with(form.as_str())), "{form} in a file");
}

fn plain(bytes: &[u8]) -> Vec<u8> {
    bytes.to_vec()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(bytes).and_then(|()| packed.finish()).expect("memory")
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
    packed.write_all(bytes).and_then(|()| packed.finish()).expect("memory")
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ::zstd::encode_all(bytes, 3).expect("memory")
}

#[test]
fn every_form_is_found_where_it_is_planted() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let inner = folder.path().join("deep");
    std::fs::create_dir(&inner).expect("a folder");
    for value in VALUES {
        // A form that is spelled like another (plain ASCII in JSON) counts under the first one's name.
        let mut seen = BTreeSet::new();
        let forms: Vec<Form> = forms::of_text(value).into_iter().filter(|it| seen.insert(it.1.clone())).collect();
        assert!(forms.len() > 25, "a value has many forms");
        let needles = Needles::new(forms.clone());
        forms.iter().for_each(|it| check(&needles, it, &inner));
        assert!(needles.within(&[b'x'; 10_000]).is_empty());
    }
}

/// Each form against what another program says that it is.
#[test]
fn forms_are_what_they_are_called() {
    let check = |value: &str, form: &str, expected: &[u8]| {
        let forms = forms::of_text(value);
        assert!(forms.iter().any(|it| it.0 == form && it.1 == expected), "{form}");
    };
    check("canary-1", "hex", b"63616e6172792d31");
    check("canary-1", "base64", b"Y2FuYXJ5LT");
    check("canary-1", "base64, one later", b"NhbmFyeS0x");
    check("canary-1", "base64, two later", b"jYW5hcnktM");
    check("canary-1", "UTF-16 LE", b"c\0a\0n\0a\0r\0y\0-\x001\0");
    check("Ångström", "JSON", br"\u00c5ngstr\u00f6m");
    check("Ångström", "percent", b"%C3%85ngstr%C3%B6m");
    check("Ångström", "debug, not ASCII", br"\u{c5}ngstr\u{f6}m");
    check("Ångström", "octets", br"\xc3\x85ngstr\xc3\xb6m");
    // `printf abc | md5sum`, `sha1sum`, `sha256sum`.
    check("abc", "MD5, hex", b"900150983cd24fb0");
    check("abc", "SHA-1, hex", b"a9993e364706816a");
    check("abc", "SHA-256, hex", b"ba7816bf8f01cfea");
    check("abc", "SHA-256, base64", b"ungWv48Bz+pBQUDe");
}

/// Lever's side is found in what Lever sends, and nothing of it among the profiles.
#[test]
fn canaries_are_on_levers_side_alone() {
    let town = town();
    let needles = Needles::of(&town.canaries);
    let found = needles.within(profiles_jsonl(&town.world).as_bytes());
    assert!(found.is_empty(), "{found:?}");
    for canary in &town.canaries {
        let contact = town.world.account.contacts.iter().position(|it| it.id == canary.contact).expect("it is planted");
        let opportunity = town.world.account.opportunities.iter().find(|it| it.contact == contact).expect("it is planted");
        assert!(!needles.within(town.world.account.contacts[contact].emails[0].as_bytes()).is_empty(), "{}", canary.label);
        let acquaint::world::Document::File(spec) = &opportunity.resumes[0].document else { panic!("it is a file") };
        assert!(!needles.within(&render(spec)).is_empty(), "the résumé of {}", canary.label);
    }
}
