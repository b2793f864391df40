//! Why a store does not do what it is asked: each error is a next step.

/// Why the store did not do it. No variant quotes a value.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Report: nobody has that name or id.
    #[error("there is no such {0}")]
    Unknown(&'static str),
    /// Report: the name is taken.
    #[error("there is already such a {0}")]
    Duplicate(&'static str),
    /// Wait: another run, import or writer holds the claim.
    #[error("another {0} is at work")]
    Busy(&'static str),
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
