//! The steps of the schema, file by file. One that was taken stays as it is: each database remembers its checksum.

use sqlx::SqlSafeStr as _;
use sqlx::migrate::{Migration, MigrationType, Migrator};

/// What a step's file is called, without its ending, and what is in it.
type Step = (&'static str, &'static str);

macro_rules! steps {
    ($folder:literal: $($file:literal)*) => {
        &[$(($file, include_str!(concat!("migrations/", $folder, "/", $file, ".sql")))),*]
    };
}

pub(super) const OF_SQLITE: &[Step] = steps!("sqlite":
    "0001_ledger"
    "0002_oauth"
    "0003_schedule"
    "0004_people"
    "0005_decisions"
    "0006_earlier_decisions"
    "0007_origin"
    "0009_home_table"
    "0010_level_counts"
    "0011_ended_runs"
    "0012_told"
    "0013_told_whole"
);

pub(super) const OF_POSTGRES: &[Step] = steps!("postgres":
    "0001_ledger"
    "0002_oauth"
    "0003_schedule"
    "0004_people"
    "0005_decisions"
    "0006_profile_index"
    "0007_origin"
    "0008_earlier_decisions"
    "0009_home_table"
    "0010_level_counts"
    "0011_ended_runs"
    "0012_told"
    "0013_told_whole"
);

/// Takes these steps. A newer program's are none of our business: it says itself which programs may still work here.
pub(super) fn migrator(steps: &[Step]) -> Migrator {
    let mut all = Migrator::with_migrations(steps.iter().map(step).collect());
    all.set_ignore_missing(true);
    all
}

/// The number of the last step.
pub(super) fn newest(steps: &[Step]) -> i64 {
    steps.iter().map(|(file, _)| numbered(file).0).max().unwrap_or_default()
}

fn numbered(file: &str) -> (i64, &str) {
    let (number, name) = file.split_once('_').expect("a file is called by a number and a name");
    (number.parse().expect("a number"), name)
}

fn step(&(file, sql): &Step) -> Migration {
    let (version, name) = numbered(file);
    Migration::new(version, name.replace('_', " ").into(), MigrationType::Simple, sql.into_sql_str(), false)
}
