//! Flags, environment and file → each room's own settings. A flag wins over the environment, which wins over the file.

use crate::model::ProfileUrl;
use crate::night::PATIENCE;
use crate::secrets::KeySource;
use crate::store::Location;
use std::ffi::OsString;
use std::io::ErrorKind;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use url::{Host, Url};

/// Every key that `acquaint.toml` may have; all are texts.
pub const KEYS: [&str; 9] =
    ["alert_secret_file", "alert_url", "data_dir", "database_url", "index", "key_file", "profile_url", "standstill_minutes", "weights"];

/// The name of the file of settings in the data directory.
const FILE: &str = "acquaint.toml";

/// Minutes without progress: no polite wait lasts as long as the least, and no run should keep its company's turn for longer than a day.
const STANDSTILL: RangeInclusive<u64> = 5..=1440;

/// What the command line gave.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    /// `--data-dir`.
    pub data_dir: Option<PathBuf>,
    /// `--database-url`; must not hold a password.
    pub database_url: Option<String>,
    /// `--config`.
    pub config: Option<PathBuf>,
}

/// Where a variable of the environment is looked up; empty ones count as unset.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// Where the index of profiles is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IndexIn {
    /// In a folder of this machine, for its own processes.
    #[default]
    Folder,
    /// In the store's PostgreSQL database, for the processes of any machine.
    Database,
}

/// What the rooms are opened with.
pub struct Settings {
    /// Holds everything that is kept on this machine.
    pub data_dir: PathBuf,
    /// Where the store is.
    pub database: Location,
    /// Where the index of profiles is, when the store is in PostgreSQL.
    pub index: IndexIn,
    /// Where the master key comes from.
    pub key: Arc<KeySource>,
    /// Weights for the matcher in place of the shipped ones.
    pub weights: Option<PathBuf>,
    /// Where our profiles are shown: links to them in Lever say outright who a person is.
    pub profile_url: Option<ProfileUrl>,
    /// Where operators want to be told of runs, and the file with the secret that signs what they are told.
    pub alerts: Option<(Url, PathBuf)>,
    /// How long a worker's run may come no further.
    pub patience: Duration,
}

impl Settings {
    /// Everything in one folder, with a master key of its own.
    #[must_use]
    pub fn inside(folder: &Path) -> Self {
        let data_dir = folder.to_owned();
        Self {
            database: Location::Embedded(data_dir.clone()),
            index: IndexIn::Folder,
            key: Arc::new(KeySource::MadeOnce(folder.join("key"))),
            weights: None,
            profile_url: None,
            alerts: None,
            patience: PATIENCE,
            data_dir,
        }
    }
}

/// Why the settings do not hold. No variant quotes a value.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// Report: there is no place for the data.
    #[error("neither {0} nor HOME is set")]
    NoHome(&'static str),
    /// Report: the file of settings cannot be read.
    #[error("the settings in {file} cannot be read: {kind}")]
    Unreadable {
        /// Which file.
        file: PathBuf,
        /// What the system says.
        kind: ErrorKind,
    },
    /// Report: the file is not TOML.
    #[error("the settings in {file} are not TOML at line {line}")]
    Malformed {
        /// Which file.
        file: PathBuf,
        /// Where, counted from 1.
        line: usize,
    },
    /// Report: a key that we do not know is a mistake, not a thing to skip.
    #[error("the settings in {file} have an unknown key `{key}`")]
    UnknownKey {
        /// Which file.
        file: PathBuf,
        /// The key.
        key: String,
        /// The known key that is most like it.
        near: Option<&'static str>,
    },
    /// Report: the value of a key has another type.
    #[error("`{key}` in {file} must be a text")]
    NotText {
        /// Which file.
        file: PathBuf,
        /// The key.
        key: String,
    },
    /// Report: others can read the arguments of a process.
    #[error("the database URL on the command line holds a password")]
    PasswordInArgv,
    /// Report: an address without a place for the id.
    #[error("`profile_url` is not an address with one {{id}} in it, such as https://people.example/p/{{id}}")]
    ProfileUrl,
    /// Report: an address that anybody could read on its way, or none; or no secret beside it.
    #[error("`alert_url` is not an https address (http on this machine) with an `alert_secret_file` beside it")]
    Alerts,
    /// Report: no number, or one that ends runs which wait politely, or none.
    #[error("`standstill_minutes` is not a number from {} to {}", STANDSTILL.start(), STANDSTILL.end())]
    Standstill,
    /// Report: neither of the two places.
    #[error("`index` is `folder` or `database`")]
    Index,
    /// Report: SQLite has no place for it.
    #[error("`index` is `database`, and there is no `database_url`")]
    IndexWithoutDatabase,
    /// Report: not a URL of PostgreSQL.
    #[error("the database URL is not one of PostgreSQL")]
    DatabaseUrl,
}

impl Settings {
    /// Puts flags, environment and file together.
    ///
    /// # Errors
    /// Any [`ConfigError`]; nothing is created or opened but the file of settings.
    pub fn gather(flags: &Flags, environment: Environment<'_>) -> Result<Self, ConfigError> {
        let variable = |name: &str| environment(name).filter(|it| !it.is_empty());
        let named = flags.data_dir.clone().or_else(|| variable("ACQUAINT_DATA_DIR").map(PathBuf::from));
        let file = match (&flags.config, &named) {
            (Some(file), _) => File::read(file)?,
            (None, Some(folder)) => File::read_if_there(&folder.join(FILE))?,
            (None, None) => File::read_if_there(&home("XDG_DATA_HOME", ".local/share", environment)?.join(FILE))?,
        };
        let data_dir = match named.or_else(|| file.path("data_dir")) {
            Some(folder) => folder,
            None => home("XDG_DATA_HOME", ".local/share", environment)?,
        };
        let url = database_url(flags, variable("ACQUAINT_DATABASE_URL"), &file)?;
        let database = url.map_or_else(|| Location::Embedded(data_dir.clone()), Location::Postgres);
        let key = Arc::new(key_source(&database, &file, &variable));
        let profile_url = file.text("profile_url").map(|it| ProfileUrl::parse(&it).ok_or(ConfigError::ProfileUrl)).transpose()?;
        let alerts = file.text("alert_url").map(|it| alerts(&it, file.path("alert_secret_file"))).transpose()?;
        let patience = file.text("standstill_minutes").map_or(Ok(PATIENCE), |it| patience(&it))?;
        let index = index(&file, &variable, &database)?;
        Ok(Self { data_dir, index, database, key, weights: file.path("weights"), profile_url, alerts, patience })
    }
}

fn index(file: &File, variable: &dyn Fn(&str) -> Option<OsString>, database: &Location) -> Result<IndexIn, ConfigError> {
    let named = variable("ACQUAINT_INDEX").map(|it| it.into_string().map_err(|_| ConfigError::Index)).transpose()?;
    match (named.or_else(|| file.text("index")).as_deref(), database) {
        (None | Some("folder"), _) => Ok(IndexIn::Folder),
        (Some("database"), Location::Postgres(_)) => Ok(IndexIn::Database),
        (Some("database"), Location::Embedded(_)) => Err(ConfigError::IndexWithoutDatabase),
        (Some(_), _) => Err(ConfigError::Index),
    }
}

fn patience(minutes: &str) -> Result<Duration, ConfigError> {
    let minutes: u64 = minutes.parse().map_err(|_| ConfigError::Standstill)?;
    if STANDSTILL.contains(&minutes) { Ok(Duration::from_secs(minutes * 60)) } else { Err(ConfigError::Standstill) }
}

fn alerts(url: &str, secret: Option<PathBuf>) -> Result<(Url, PathBuf), ConfigError> {
    let url = Url::parse(url).map_err(|_| ConfigError::Alerts)?;
    let ours = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    let safe = url.scheme() == "https" || url.scheme() == "http" && ours;
    secret.filter(|_| safe).map(|it| (url, it)).ok_or(ConfigError::Alerts)
}

/// Without a home there is no place to make a key, which matters only to those who need one.
fn key_source(database: &Location, file: &File, variable: &dyn Fn(&str) -> Option<OsString>) -> KeySource {
    match (KeySource::shared(variable), file.path("key_file"), database) {
        (KeySource::Nowhere, Some(path), _) => KeySource::File(path),
        (KeySource::Nowhere, None, Location::Embedded(_)) => KeySource::embedded(variable).unwrap_or(KeySource::Nowhere),
        (given, ..) => given,
    }
}

fn database_url(flags: &Flags, variable: Option<OsString>, file: &File) -> Result<Option<String>, ConfigError> {
    let in_argv = flags.database_url.is_some();
    let variable = variable.map(|it| it.into_string().map_err(|_| ConfigError::DatabaseUrl)).transpose()?;
    let Some(text) = flags.database_url.clone().or(variable).or_else(|| file.text("database_url")) else { return Ok(None) };
    let url = Url::parse(&text).map_err(|_| ConfigError::DatabaseUrl)?;
    if !matches!(url.scheme(), "postgres" | "postgresql") {
        return Err(ConfigError::DatabaseUrl);
    }
    if in_argv && (url.password().is_some() || url.query_pairs().any(|(name, _)| name.contains("password"))) {
        return Err(ConfigError::PasswordInArgv);
    }
    Ok(Some(text))
}

/// Our folder under one of the base directories of the XDG specification 0.8, which says to ignore relative ones.
fn home(variable: &'static str, inside_home: &str, environment: Environment<'_>) -> Result<PathBuf, ConfigError> {
    let absolute = |name: &str| environment(name).map(PathBuf::from).filter(|it| it.is_absolute());
    let base = absolute(variable).or_else(|| Some(absolute("HOME")?.join(inside_home)));
    Ok(base.ok_or(ConfigError::NoHome(variable))?.join("acquaint"))
}

/// The file of settings, its keys checked. Relative paths in it start at its own folder.
#[derive(Default)]
struct File {
    folder: PathBuf,
    table: toml::Table,
}

impl File {
    fn read_if_there(file: &Path) -> Result<Self, ConfigError> {
        match Self::read(file) {
            Err(ConfigError::Unreadable { kind: ErrorKind::NotFound | ErrorKind::NotADirectory, .. }) => Ok(Self::default()),
            read => read,
        }
    }

    fn read(file: &Path) -> Result<Self, ConfigError> {
        let unreadable = |error: std::io::Error| ConfigError::Unreadable { file: file.into(), kind: error.kind() };
        let text = std::fs::read_to_string(file).map_err(unreadable)?;
        // The parser's message quotes the line, which can hold a password: keep its number only.
        let table: toml::Table = toml::from_str(&text).map_err(|error| {
            let before = error.span().and_then(|it| text.get(..it.start)).unwrap_or_default();
            ConfigError::Malformed { file: file.into(), line: before.matches('\n').count() + 1 }
        })?;
        for (key, value) in &table {
            if !KEYS.contains(&key.as_str()) {
                return Err(ConfigError::UnknownKey { file: file.into(), key: key.clone(), near: nearest(key, &KEYS) });
            }
            if !value.is_str() {
                return Err(ConfigError::NotText { file: file.into(), key: key.clone() });
            }
        }
        let folder = file.parent().map(Path::to_path_buf).unwrap_or_default();
        Ok(Self { folder, table })
    }

    fn text(&self, key: &str) -> Option<String> {
        self.table.get(key)?.as_str().map(str::to_owned)
    }

    fn path(&self, key: &str) -> Option<PathBuf> {
        Some(self.folder.join(self.text(key)?))
    }
}

/// The known word that a mistyped one most resembles; none when none is near.
#[must_use]
pub fn nearest(word: &str, known: &[&'static str]) -> Option<&'static str> {
    let scored = known.iter().map(|it| (strsim::jaro_winkler(word, it), *it));
    scored.filter(|(score, _)| *score > 0.8).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, it)| it)
}
