//! Where secrets come from: files, the environment, standard input.

use super::{KEY_BYTES, Secret, SecretsError};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// More than any key has.
const LIMIT: usize = 16 << 10;

/// Where the master key comes from.
#[derive(Debug)]
pub enum KeySource {
    /// A file that must exist (`ACQUAINT_KEY_FILE`).
    File(PathBuf),
    /// The key itself (`ACQUAINT_KEY`).
    Given(Secret),
    /// The embedded default: made once, for its owner alone.
    MadeOnce(PathBuf),
    /// Nothing was given, and none may be made: with PostgreSQL, a key on one machine would lock all others out.
    Nowhere,
}

impl KeySource {
    /// The source for SQLite in the data directory. `env` reads a variable of the environment.
    ///
    /// # Errors
    /// [`SecretsError::NoHome`] when nothing says where the default key is.
    pub fn embedded(env: impl Fn(&str) -> Option<OsString>) -> Result<Self, SecretsError> {
        match Self::shared(&env) {
            Self::Nowhere => default_path(env).map(Self::MadeOnce),
            given => Ok(given),
        }
    }

    /// The source for PostgreSQL.
    pub fn shared(env: impl Fn(&str) -> Option<OsString>) -> Self {
        if let Some(path) = env("ACQUAINT_KEY_FILE") {
            return Self::File(path.into());
        }
        env("ACQUAINT_KEY").map_or(Self::Nowhere, |text| Self::Given(Secret::new(text.into_vec())))
    }
}

/// `$XDG_CONFIG_HOME/acquaint/key`; by the XDG Base Directory Specification a path that is not absolute is ignored.
fn default_path(env: impl Fn(&str) -> Option<OsString>) -> Result<PathBuf, SecretsError> {
    let absolute = |name| env(name).map(PathBuf::from).filter(|it| it.is_absolute());
    let folder = absolute("XDG_CONFIG_HOME").or_else(|| Some(absolute("HOME")?.join(".config")));
    Ok(folder.ok_or(SecretsError::NoHome)?.join("acquaint").join("key"))
}

pub(super) fn master_key(source: &KeySource) -> Result<Zeroizing<[u8; KEY_BYTES]>, SecretsError> {
    let bytes = match source {
        KeySource::Nowhere => return Err(SecretsError::Missing),
        KeySource::Given(secret) => return parse(secret.expose()),
        KeySource::File(path) => read(path),
        KeySource::MadeOnce(path) => match read(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                make(path).map_err(|error| SecretsError::Unwritable(error.kind()))?;
                read(path)
            }
            other => other,
        },
    };
    parse(bytes.map_err(|error| SecretsError::Unreadable(error.kind()))?.expose())
}

/// The key appears whole or not at all, and of two processes that make it at once one wins: it is written under another name and
/// linked to its own, which fails where the name is taken.
fn make(path: &Path) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("/"));
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let draft = folder.join(format!(".key-{}-{}", std::process::id(), uuid::Uuid::new_v4()));
    let made = write_new(&draft).and_then(|()| match fs::hard_link(&draft, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    });
    fs::remove_file(&draft).and(made)
}

fn write_new(path: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(Secret::random().expose())?;
    file.sync_all()
}

/// 32 bytes as they are, in hexadecimal, or in base64. 32 hexadecimal digits are 16 bytes and not 32.
fn parse(bytes: &[u8]) -> Result<Zeroizing<[u8; KEY_BYTES]>, SecretsError> {
    let text = bytes.trim_ascii();
    if text.is_empty() {
        return Err(SecretsError::Empty);
    }
    if let Ok(raw) = <[u8; KEY_BYTES]>::try_from(bytes).or_else(|_| text.try_into())
        && !text.iter().all(u8::is_ascii_hexdigit)
    {
        return Ok(Zeroizing::new(raw));
    }
    let decoded = Zeroizing::new(hexadecimal(text).or_else(|| base64(text)).unwrap_or_default());
    match (<[u8; KEY_BYTES]>::try_from(decoded.as_slice()), bytes.len()) {
        (Ok(key), _) => Ok(Zeroizing::new(key)),
        _ if !decoded.is_empty() && decoded.len() < KEY_BYTES => Err(SecretsError::TooSmall),
        (_, length) if length < KEY_BYTES => Err(SecretsError::TooSmall),
        _ => Err(SecretsError::Malformed),
    }
}

fn hexadecimal(text: &[u8]) -> Option<Vec<u8>> {
    let digit = |it: u8| char::from(it).to_digit(16).map(|it| it as u8);
    let pair = |pair: &[u8]| Some(digit(*pair.first()?)? << 4 | digit(*pair.get(1)?)?);
    text.chunks(2).map(pair).collect()
}

fn base64(text: &[u8]) -> Option<Vec<u8>> {
    [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD].iter().find_map(|it| it.decode(text).ok())
}

/// Why a file does not hold a Lever key. No variant quotes what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyFileError {
    /// Nothing has that name.
    #[error("there is no such key file")]
    Missing,
    /// The system refuses to open it.
    #[error("the key file may not be read")]
    Refused,
    /// It is a folder, or reading it failed.
    #[error("the key file cannot be read ({0})")]
    Unreadable(io::ErrorKind),
    /// Nothing but white space.
    #[error("the key file is empty")]
    Empty,
    /// Larger than any key.
    #[error("the key file is too large to be a key")]
    TooLarge,
    /// Not one line of plain characters.
    #[error("the key file does not hold a key")]
    Binary,
}

impl KeyFileError {
    /// What to do.
    #[must_use]
    pub const fn fix(self) -> &'static str {
        match self {
            Self::Missing | Self::Unreadable(_) => "check the path; - reads the key from standard input",
            Self::Refused => "make the file readable for you (chmod u+r), or give the key on standard input with -",
            Self::Empty => "put the API key from Lever's settings (Integrations and API) into the file",
            Self::TooLarge | Self::Binary => "the file must hold the API key alone, on one line",
        }
    }
}

/// Reads a key from a file, or from standard input when the path is `-`. White space around it is dropped.
///
/// # Errors
/// See [`KeyFileError`].
pub fn read_key_file(path: &Path) -> Result<Secret, KeyFileError> {
    let key = read_secret_file(path)?;
    if key.expose().iter().all(u8::is_ascii_graphic) { Ok(key) } else { Err(KeyFileError::Binary) }
}

/// The same for a secret that may have several lines.
///
/// # Errors
/// See [`KeyFileError`]; what the file holds is the caller's to judge.
pub fn read_secret_file(path: &Path) -> Result<Secret, KeyFileError> {
    let bytes = if path == Path::new("-") { limited(io::stdin().lock()) } else { read(path) };
    let bytes = bytes.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => KeyFileError::Missing,
        io::ErrorKind::PermissionDenied => KeyFileError::Refused,
        kind => KeyFileError::Unreadable(kind),
    })?;
    match bytes.expose().trim_ascii() {
        _ if bytes.expose().len() > LIMIT => Err(KeyFileError::TooLarge),
        [] => Err(KeyFileError::Empty),
        secret => Ok(Secret::new(secret.to_vec())),
    }
}

fn read(path: &Path) -> io::Result<Secret> {
    limited(File::open(path)?)
}

/// Reads one byte more than the limit, into memory that is not moved while it grows.
fn limited(source: impl Read) -> io::Result<Secret> {
    let mut bytes = Vec::with_capacity(LIMIT + 64);
    source.take(LIMIT as u64 + 1).read_to_end(&mut bytes)?;
    Ok(Secret::new(bytes))
}
