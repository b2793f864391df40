//! What each room's error means for people, and what they can do: the one place where errors become exit codes.

use super::{Exit, Failure};
use crate::access::AccessError;
use crate::config::ConfigError;
use crate::index::IndexError;
use crate::lever::LeverError;
use crate::model::BadId;
use crate::night::NightError;
use crate::profiles::ProfilesError;
use crate::secrets::{KeyFileError, SecretsError};
use crate::store::{Rival, StoreError, Thing};

const NOTHING_DONE: &str = "nothing was done";
const IN_TURN: &str = "wait until it has ended, then try again; one that waits is begun by `acquaint serve` or `acquaint worker`";
const BADGES_STAND: &str = "badges stand as they were";
/// A server can end what it was asked for when nobody hears its answer any more.
const BADGES_WHOLE: &str = "badges are whole: the old ones, or the new ones if they were about to be published";
const NEWER: &str = "this data belongs to a newer version of acquaint, and an older one could spoil it";

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let text = error.to_string();
        match error {
            StoreError::Unknown(Thing::Tenant) => {
                Self::new(Exit::Usage, text, NOTHING_DONE, "`acquaint tenant list` prints the tenants' names")
            }
            StoreError::Unknown(Thing::Run) => Self::new(Exit::Usage, text, NOTHING_DONE, "`acquaint runs NAME` prints a tenant's runs"),
            StoreError::Unknown(_) => Self::new(Exit::Usage, text, NOTHING_DONE, "check the name or id"),
            StoreError::Duplicate(_) => Self::new(Exit::Usage, text, NOTHING_DONE, "choose another name, or remove the old one first"),
            StoreError::Busy(Rival::Run) => Self::new(Exit::Busy, text, NOTHING_DONE, IN_TURN),
            StoreError::Busy(_) => Self::new(Exit::Busy, text, NOTHING_DONE, "wait until it has ended, then try again"),
            StoreError::LostClaim => Self::new(Exit::Busy, text, BADGES_STAND, "look at `acquaint runs NAME`: another process took over"),
            StoreError::Cancelled => Self::new(Exit::Internal, text, BADGES_STAND, "run it again when it suits"),
            StoreError::Moved => Self::new(
                Exit::Internal,
                text,
                "nobody knows how old it is: people can have left Lever since, and what it shows may be theirs",
                "stop everything that works on it, then `acquaint restore`",
            ),
            StoreError::TooNew => Self::new(Exit::Internal, text, NEWER, "update acquaint, or name another --data-dir"),
            StoreError::Disk(_) => {
                Self::new(Exit::Internal, text, BADGES_STAND, "make room in the data directory and see that it is writable")
            }
            StoreError::Damaged => Self::new(Exit::Internal, text, "it cannot be read safely", "restore the data directory from a backup"),
            StoreError::Database(_) => {
                Self::new(Exit::Internal, text, BADGES_WHOLE, "see that the database runs and lets this user in, then try again")
            }
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
                "`acquaint profiles reindex` makes it anew; if a newer version or another master key made it, see first which is right",
            ),
            IndexError::Busy => Self::new(Exit::Busy, text, NOTHING_DONE, "wait until it has ended, then try again"),
            IndexError::Disk(_) => Self::new(
                Exit::Internal,
                text,
                "profiles are safe: the index is made from the store",
                "make room in the data directory and see that it is writable, then try again",
            ),
            IndexError::Database(_) => Self::new(
                Exit::Internal,
                text,
                "profiles are safe: the index is made from the store",
                "check that the server runs and has room, then try again",
            ),
        }
    }
}

impl From<ProfilesError> for Failure {
    fn from(error: ProfilesError) -> Self {
        let text = error.to_string();
        match error {
            ProfilesError::File { .. } => Self::new(
                Exit::Usage,
                text,
                "what was read before is kept; import takes the same file again without harm",
                "check that the file exists, is yours to read, and is whole",
            ),
            ProfilesError::Store(error) => error.into(),
            ProfilesError::Index(error) => error.into(),
        }
    }
}

impl From<LeverError> for Failure {
    fn from(error: LeverError) -> Self {
        let text = error.to_string();
        match error {
            LeverError::Unauthorized => {
                Self::new(Exit::Refused, text, BADGES_STAND, "make a new API key in Lever, then `acquaint tenant set NAME key_file=FILE`")
            }
            LeverError::Forbidden { checkbox } if checkbox.contains(':') => Self::new(
                Exit::Refused,
                text,
                BADGES_STAND,
                "allow the scope for the app in Lever, then `acquaint tenant connect NAME`; `tenant check NAME` says what was granted",
            ),
            LeverError::Forbidden { checkbox } => Self::new(
                Exit::Refused,
                text,
                BADGES_STAND,
                format!(
                    "in Lever: Settings > Integrations and API > new key, tick \"{checkbox}\"; then `acquaint tenant set NAME key_file=FILE`"
                ),
            ),
            LeverError::RateLimited => Self::new(
                Exit::Unavailable,
                text,
                BADGES_STAND,
                "see whether another program uses this key, then try again in some minutes",
            ),
            LeverError::Unavailable { .. } => {
                Self::new(Exit::Unavailable, text, BADGES_STAND, "check the connection and https://status.lever.co, then try again")
            }
            LeverError::Malformed { .. }
            | LeverError::Circle { .. }
            | LeverError::TooLarge { .. }
            | LeverError::Refused { status: 300..=399, .. } => {
                Self::new(Exit::Unavailable, text, BADGES_STAND, "see whether a proxy answers in Lever's place, then try again")
            }
            LeverError::NotFound => {
                Self::new(Exit::Usage, text, BADGES_STAND, "check the address: `acquaint tenant set NAME lever_url=URL`")
            }
            LeverError::Refused { .. } => Self::new(Exit::Internal, text, BADGES_STAND, "update acquaint; if it is new, report this"),
            LeverError::BadUrl(_) => {
                Self::new(Exit::Usage, text, NOTHING_DONE, "write https://HOST, or http://127.0.0.1:PORT for a replica")
            }
            LeverError::OAuth(error) => error.into(),
            LeverError::NoClient(_) => Self::new(Exit::Internal, text, NOTHING_DONE, "install the package `ca-certificates`"),
        }
    }
}

impl From<AccessError> for Failure {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::Store(error) => error.into(),
            AccessError::Secrets(error) => error.into(),
            AccessError::Lever(error) => error.into(),
        }
    }
}

impl From<NightError> for Failure {
    fn from(error: NightError) -> Self {
        match error {
            NightError::Lever(error) => error.into(),
            NightError::Store(error) => error.into(),
            NightError::Index(error) => error.into(),
            NightError::Cancelled | NightError::Leaving => Self::new(
                Exit::Internal,
                error.to_string(),
                "badges stand as they were; removals for privacy are published",
                "run it again when it suits",
            ),
            NightError::StoodStill { .. } => Self::new(
                Exit::Unavailable,
                error.to_string(),
                "badges stand as they were; removals for privacy are published",
                "see that Lever and the database answer and this machine has room to work, then run it again",
            ),
        }
    }
}

impl From<SecretsError> for Failure {
    fn from(error: SecretsError) -> Self {
        let input = [SecretsError::Missing, SecretsError::NoHome, SecretsError::Empty, SecretsError::TooSmall, SecretsError::Malformed];
        let is_input = input.contains(&error) || matches!(error, SecretsError::Unreadable(_));
        Self::new(
            if is_input { Exit::Usage } else { Exit::Internal },
            error.to_string(),
            "the tenants' Lever keys cannot be sealed or opened; badges stand as they were",
            error.fix(),
        )
    }
}

impl From<KeyFileError> for Failure {
    fn from(error: KeyFileError) -> Self {
        Self::new(Exit::Usage, error.to_string(), NOTHING_DONE, error.fix())
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
            ConfigError::ProfileUrl => "write the address of a profile with {id} where its id stands, or leave the key out".into(),
            ConfigError::Alerts => {
                "write https://HOST/PATH, and the name of a file with 32 random bytes that the receiver knows too".into()
            }
            ConfigError::Standstill => "write `standstill_minutes = \"30\"`, or leave it out".into(),
            ConfigError::Index | ConfigError::IndexWithoutDatabase => {
                "leave `index` out, or name a PostgreSQL database and write `index = \"database\"`".into()
            }
            ConfigError::DatabaseUrl => "write postgres://USER@HOST/DATABASE".into(),
        };
        Self::new(Exit::Usage, error.to_string(), NOTHING_DONE, fix)
    }
}
