//! Why a store does not do what it is asked: each error is a next step.

use std::fmt;

/// Why the store did not do it. No variant quotes a value.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Report: nobody has that name or id.
    #[error("there is no such {0}")]
    Unknown(Thing),
    /// Report: it is there already.
    #[error("there is already such a {0}")]
    Duplicate(Thing),
    /// Wait: somebody else is at it.
    #[error("another {0} is at work")]
    Busy(Rival),
    /// Stop: the claim was lost to another process; nothing that follows may be written.
    #[error("this run lost its claim")]
    LostClaim,
    /// Stop: a person asked this run to; its result is not kept.
    #[error("somebody asked this run to stop")]
    Cancelled,
    /// Stop: its rows were copied from another database, and that was not taken note of.
    #[error("the database is a copy that was brought back, and that is not taken note of")]
    Moved,
    /// Stop: written by a newer version of this program.
    #[error("the store was written by a newer version")]
    TooNew,
    /// Stop: the disk is full or cannot be written.
    #[error("the store cannot be written: {0}")]
    Disk(&'static str),
    /// Stop: the file is damaged.
    #[error("the store is damaged")]
    Damaged,
    /// Stop: the database does not answer, or answered what it should not. Its message is not kept: it can quote parameters.
    #[error("the database failed: {0}")]
    Database(String),
}

/// What a store was asked for and has not, or was given and has already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thing {
    /// A company.
    Tenant,
    /// A user of the pages.
    User,
    /// A program's token.
    Token,
    /// A tenant's OAuth connection.
    Connection,
    /// What somebody decided of a pair.
    Decision,
    /// A run, whatever became of it.
    Run,
    /// A run that waits for its publication.
    HeldRun,
    /// A run that is queued or at work.
    RunAtWork,
    /// A row with a key that is taken.
    Row,
    /// A database in the place where another one is to come.
    Store,
    /// A file to copy: only the embedded store is one.
    File,
}

impl fmt::Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tenant => "tenant",
            Self::User => "user",
            Self::Token => "token",
            Self::Connection => "connection",
            Self::Decision => "decision",
            Self::Run => "run",
            Self::HeldRun => "held run",
            Self::RunAtWork => "run at work",
            Self::Row => "row",
            Self::Store => "store",
            Self::File => "file of a store: PostgreSQL has tools of its own for backups",
        })
    }
}

/// Who is at work, so that somebody else has to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rival {
    /// A run of the same tenant, which may also wait for its turn.
    Run,
    /// A process that runs nights.
    Worker,
    /// A renewal of the same tenant's tokens.
    Renewal,
    /// Too many readers.
    Reader,
    /// A writer.
    Writer,
    /// Somebody who has changed the same settings meanwhile.
    Settings,
    /// A program that takes steps of the schema.
    Schema,
}

impl fmt::Display for Rival {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Run => "run",
            Self::Worker => "worker",
            Self::Renewal => "renewal",
            Self::Reader => "reader",
            Self::Writer => "writer",
            Self::Settings => "change of the settings",
            Self::Schema => "update of the schema",
        })
    }
}
