//! What each room's error means for people, and what they can do: the one place where errors become exit codes.

use super::{Exit, Failure};
use crate::config::ConfigError;
use crate::index::IndexError;
use crate::model::BadId;
use crate::store::StoreError;

const NOTHING_DONE: &str = "nothing was done";
const BADGES_STAND: &str = "badges stand as they were";
const NEWER: &str = "this data belongs to a newer version of acquaint, and an older one could spoil it";

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let text = error.to_string();
        match error {
            StoreError::Unknown("tenant") => Self::new(Exit::Usage, text, NOTHING_DONE, "`acquaint tenant list` prints the tenants' names"),
            StoreError::Unknown("run") => Self::new(Exit::Usage, text, NOTHING_DONE, "`acquaint runs NAME` prints a tenant's runs"),
            StoreError::Unknown(_) => Self::new(Exit::Usage, text, NOTHING_DONE, "check the name or id"),
            StoreError::Duplicate(_) => Self::new(Exit::Usage, text, NOTHING_DONE, "choose another name, or remove the old one first"),
            StoreError::Busy(_) => Self::new(Exit::Busy, text, NOTHING_DONE, "wait until it has ended, then try again"),
            StoreError::LostClaim => Self::new(Exit::Busy, text, BADGES_STAND, "look at `acquaint runs NAME`: another process took over"),
            StoreError::TooNew => Self::new(Exit::Internal, text, NEWER, "update acquaint, or name another --data-dir"),
            StoreError::Disk(_) => {
                Self::new(Exit::Internal, text, BADGES_STAND, "make room in the data directory and see that it is writable")
            }
            StoreError::Damaged => Self::new(Exit::Internal, text, "it cannot be read safely", "restore the data directory from a backup"),
            StoreError::Database(_) => Self::new(Exit::Internal, text, BADGES_STAND, "`acquaint doctor` looks for the cause"),
        }
    }
}

impl From<IndexError> for Failure {
    fn from(error: IndexError) -> Self {
        let text = error.to_string();
        match error {
            IndexError::Unusable(_) => Self::new(
                Exit::Internal,
                text,
                "profiles are safe: the index is made from the store",
                "remove the folder `index` in the data directory; it is made anew",
            ),
            IndexError::Busy => Self::new(Exit::Busy, text, NOTHING_DONE, "wait until it has ended, then try again"),
            IndexError::Disk(_) => Self::new(
                Exit::Internal,
                text,
                "profiles are safe: the index is made from the store",
                "make room in the data directory, then try again",
            ),
        }
    }
}

impl From<BadId> for Failure {
    fn from(error: BadId) -> Self {
        Self::new(Exit::Usage, error.to_string(), NOTHING_DONE, "check the name or id that was given")
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        let fix = match &error {
            ConfigError::NoHome(_) => "name a folder with --data-dir or ACQUAINT_DATA_DIR".into(),
            ConfigError::Unreadable { .. } => "check that the file exists, is yours to read, and is text".into(),
            ConfigError::Malformed { .. } => "write one `key = \"value\"` a line".into(),
            ConfigError::UnknownKey { near: Some(near), .. } => format!("did you mean `{near}`?"),
            ConfigError::UnknownKey { near: None, .. } => format!("the keys are {}", crate::config::KEYS.join(", ")),
            ConfigError::NotText { .. } => "put the value into double quotes".into(),
            ConfigError::PasswordInArgv => {
                "give the URL in ACQUAINT_DATABASE_URL or acquaint.toml: other users can read a command line".into()
            }
            ConfigError::DatabaseUrl => "write postgres://USER@HOST/DATABASE".into(),
        };
        Self::new(Exit::Usage, error.to_string(), NOTHING_DONE, fix)
    }
}
