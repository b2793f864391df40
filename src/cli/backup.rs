//! `acquaint backup FILE` and `acquaint restore [FILE]`: a copy of the store, and what follows when it is brought back.

use super::{Context, Exit, Failure};
use crate::model::Millis;
use crate::store::{self, Location, Origin, Rival, Store, StoreError};
use std::path::PathBuf;
use std::sync::Arc;

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
  acquaint restore --yes                                 the same where the database looks as before (a copy of its files)

Stop everything that works on the store first. People can have left Lever since the backup, so its badges are not shown: the next run of
each tenant lists everything and publishes anew. Runs that were alive or held are lost. Everybody signs in again, and every token is
revoked: one that was revoked since the backup would open again. Tenants connected by OAuth connect again (`tenant connect NAME`): Lever
takes an old token for a stolen one.")]
pub(super) struct RestoreArgs {
    /// The backup of an embedded store; without one, the database was restored by its own tools
    file: Option<PathBuf>,
    /// Take note of it even though the store looks as it was
    #[arg(long)]
    yes: bool,
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
            store::restore(file, directory, now).await.map_err(|error| match error {
                StoreError::Duplicate(_) => {
                    wrong("the data directory has a store, or a part of one", "move its files away, or name another --data-dir")
                }
                other => other.into(),
            })?
        }
        (Some(_), Location::Postgres(_)) => {
            return Err(wrong("this store is a PostgreSQL database", "use `pg_restore`, then `acquaint restore` without a file"));
        }
        (None, Location::Embedded(directory)) if !store::is_there(directory) => {
            return Err(wrong("there is no store", "name a file that `acquaint backup` made"));
        }
        (None, location) => take_note(args, location, now).await?,
    };
    let (tenants, (profiles, _)) = (store.tenants().await?, store.profile_count().await?);
    let told = format!(
        "{profiles} profiles and {} tenants are back; each tenant's next run lists everything, and publishes. Everybody is signed out, and \
         no token opens any more: `acquaint token create` makes new ones",
        tenants.len()
    );
    context.output.note(&told);
    Ok(context.tidy(store.as_ref()).await)
}

/// Takes note of a database that its own tools brought back. One that does not look like that is asked about first.
async fn take_note(args: &RestoreArgs, location: &Location, now: Millis) -> Result<Arc<dyn Store>, Failure> {
    let (store, origin) = store::open_as_it_is(location).await?;
    if origin == Origin::Here {
        if !args.yes {
            let fix = "if it was brought back all the same, write `acquaint restore --yes`: badges, sessions and tokens go";
            return Err(wrong("this store does not look as if it had been brought back", fix));
        }
        if store.workers().await?.iter().any(|it| it.is_alive(now)) {
            return Err(StoreError::Busy(Rival::Worker).into());
        }
    }
    store.restored(now).await?;
    Ok(store)
}

fn wrong(error: &str, fix: &str) -> Failure {
    Failure::new(Exit::Usage, error, "nothing was done", fix)
}
