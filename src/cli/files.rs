//! What people name on the command line → files: a folder stands for all that is in it, a pattern for what it fits.

use std::path::{Path, PathBuf};

/// Folders inside of folders that are followed.
const MAX_DEPTH: usize = 32;

/// The files that these arguments mean, in their order; those of a folder or a pattern by name. Hidden files are left out unless
/// they are named; what cannot be found stays, so that it is told.
pub(super) fn files(named: &[PathBuf]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for path in named {
        if path.is_dir() {
            files.extend(inside(path, MAX_DEPTH));
        } else if path.exists() {
            files.push(path.clone());
        } else {
            let before = files.len();
            let fits = path.to_str().filter(|it| it.contains(['*', '?', '['])).and_then(|it| glob::glob(it).ok());
            for it in fits.into_iter().flatten().flatten() {
                if it.is_dir() { files.extend(inside(&it, MAX_DEPTH)) } else { files.push(it) }
            }
            if files.len() == before {
                files.push(path.clone());
            }
        }
    }
    files
}

fn inside(folder: &Path, depth: usize) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return vec![folder.to_owned()] };
    let hidden = |it: &PathBuf| it.file_name().is_some_and(|it| it.as_encoded_bytes().starts_with(b"."));
    let mut paths: Vec<PathBuf> = entries.flatten().map(|it| it.path()).filter(|it| !hidden(it)).collect();
    paths.sort();
    let deeper = |it: PathBuf| match it.is_dir() {
        // A link may lead back up.
        true if depth == 0 || it.is_symlink() => Vec::new(),
        true => inside(&it, depth - 1),
        false => vec![it],
    };
    paths.into_iter().flat_map(deeper).collect()
}
