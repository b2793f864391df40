//! `acquaint backup FILE` and `acquaint restore [FILE]`: a copy of the store, and what follows when it is brought back.

use super::{Context, Exit, Failure};
use crate::store::{self, Location};
use std::path::PathBuf;

/// Copies the embedded store into a new file, whole and at one moment; runs and readers go on.
#[derive(clap::Args)]
#[command(after_help = "Example:
  acquaint backup /backups/acquaint-2026-11-22.sqlite

The copy holds profiles, badges and sealed keys, and opens with the same master key alone: keep that elsewhere. The index is not in it;
it is made from the store. A PostgreSQL database is copied with its own tools (pg_dump -Fc).")]
pub(super) struct Args {
    /// The new file; readable by you alone
    file: PathBuf,
}

/// Brings a backup back: no badge is shown, and nothing is published, until a run of the tenant has listed everything.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  acquaint restore /backups/acquaint-2026-11-22.sqlite   into a data directory without a store
  acquaint restore                                       after pg_restore: takes note of it

Stop everything that works on the store first. People can have left Lever since the backup, so its badges are not shown: the next run of
each tenant lists everything and publishes anew. Runs that were alive or held are lost. Tenants connected by OAuth connect again
(`tenant connect NAME`): Lever takes an old token for a stolen one.")]
pub(super) struct RestoreArgs {
    /// The backup of an embedded store; without one, the database was restored by its own tools
    file: Option<PathBuf>,
}

pub(super) async fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let store = context.store().await?;
    if args.file.exists() {
        return Err(wrong("there is such a file already", "name one that is not there yet"));
    }
    if matches!(context.settings()?.database, Location::Postgres(_)) {
        return Err(wrong("this store is a PostgreSQL database", "copy it with `pg_dump -Fc`"));
    }
    store.back_up(&args.file).await?;
    context.output.note(&format!("the store is copied to {}", args.file.display()));
    Ok(Exit::Ok)
}

pub(super) async fn restore(args: &RestoreArgs, context: &Context) -> Result<Exit, Failure> {
    let now = context.now();
    let store = match (&args.file, &context.settings()?.database) {
        (Some(file), Location::Embedded(directory)) => {
            if !file.is_file() {
                return Err(wrong("there is no such backup", "name a file that `acquaint backup` made"));
            }
            if directory.join("acquaint.sqlite").exists() {
                return Err(wrong("the data directory has a store", "move it away, or name another --data-dir"));
            }
            store::restore(file, directory, now).await?
        }
        (Some(_), Location::Postgres(_)) => {
            return Err(wrong("this store is a PostgreSQL database", "use `pg_restore`, then `acquaint restore` without a file"));
        }
        (None, _) => {
            let store = context.store().await?;
            store.restored(now).await?;
            store
        }
    };
    let (tenants, (profiles, _)) = (store.tenants().await?, store.profile_count().await?);
    let told =
        format!("{profiles} profiles and {} tenants are back; each tenant's next run lists everything, and publishes", tenants.len());
    context.output.note(&told);
    Ok(context.tidy(store.as_ref()).await)
}

fn wrong(error: &str, fix: &str) -> Failure {
    Failure::new(Exit::Usage, error, "nothing was done", fix)
}
