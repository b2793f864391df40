//! Inside of a room files look one way too: none looks at one that looks back at it, by whatever detour.

use super::scan::Scan;
use super::{TABLE, module_of, reached, rust_files};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

type Module = Vec<String>;
/// Which files each file looks at.
type Looks = BTreeMap<Module, BTreeSet<Module>>;

/// Of these files, by their names and sources. A folder and what lies in it are one thing, so between them nothing is counted.
fn looks(files: &[(String, String)]) -> Looks {
    let modules: BTreeSet<Module> = files.iter().map(|(file, _)| module_of(file)).collect();
    let mut looks = Looks::new();
    for (file, source) in files {
        let module = module_of(file);
        let seen = Scan::of(source).paths().into_iter().filter_map(|(_, path)| {
            let path = reached(&module, &path);
            (1..=path.len()).rev().map(|it| path[..it].to_vec()).find(|it| modules.contains(it))
        });
        let others = seen.filter(|it| !it.starts_with(&module) && !module.starts_with(it)).collect();
        looks.insert(module, others);
    }
    looks
}

/// All that a file comes to see by looking on and on.
fn seen_from(module: &Module, looks: &Looks) -> BTreeSet<Module> {
    let (mut seen, mut left) = (BTreeSet::new(), vec![module]);
    while let Some(it) = left.pop() {
        left.extend(looks[it].iter().filter(|it| seen.insert((*it).clone())));
    }
    seen
}

/// The files that see themselves.
fn rounds(files: &[(String, String)]) -> Vec<String> {
    let looks = looks(files);
    looks.keys().filter(|it| seen_from(it, &looks).contains(*it)).map(|it| it.join("::")).collect()
}

#[test]
fn no_file_looks_at_one_that_looks_back() {
    let rooms: Vec<_> = TABLE.iter().map(|(room, _)| (*room, files_of(room))).filter(|(_, files)| !files.is_empty()).collect();
    assert!(rooms.len() > 12, "rooms are folders: {}", rooms.len());
    for (room, files) in rooms {
        assert_eq!(rounds(&files), [""; 0], "in {room}");
    }
}

/// A room's files, by name, and their sources.
fn files_of(room: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    rust_files(&root.join("src").join(room), &mut paths);
    let read = |path: &Path| {
        let name = path.strip_prefix(root).expect("inside the crate").to_string_lossy().into_owned();
        (name, std::fs::read_to_string(path).expect("source is UTF-8"))
    };
    paths.iter().map(|it| read(it)).collect()
}

/// Whether these files of a room go round, and which.
fn check(files: &[(&str, &str)], expected: &[&str]) {
    let files: Vec<(String, String)> = files.iter().map(|(name, source)| (format!("src/r/{name}.rs"), (*source).to_owned())).collect();
    assert_eq!(rounds(&files), expected, "in {files:?}");
}

#[test]
fn a_round_is_found() {
    check(&[("a", "use super::b::B;"), ("b", "use super::c::C;"), ("c", "")], &[]);
    check(&[("a", "use super::b::B;"), ("b", "fn f() { crate::r::a::g() }"), ("c", "use super::a::A;")], &["r::a", "r::b"]);
    check(&[("a", "use super::{b, c::C};"), ("b", ""), ("c", "use super::d;"), ("d", "use super::a;")], &["r::a", "r::c", "r::d"]);
    // A folder declares its files, and they use what is in it.
    check(&[("mod", "mod a; use self::a::A;"), ("a", "use super::Frame;")], &[]);
    check(&[("p/mod", "use super::a::A;"), ("p/x", "use super::super::a::A;"), ("a", "use crate::r::p::x::X;")], &["r::a", "r::p::x"]);
}
