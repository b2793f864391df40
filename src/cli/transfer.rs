//! `acquaint profiles move`: profiles from this machine into PostgreSQL, or back.

use super::bars::Bars;
use super::{Context, Exit, Failure};
use crate::index::Place;
use crate::profiles;
use crate::store::{self, Location, Store, Upserted};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Between the store in use and another in a folder: one of the two ways.
#[derive(clap::Args)]
#[group(required = true, multiple = false)]
pub(super) struct Ways {
    /// Take the profiles of the data directory DIR into the store in use
    #[arg(long, value_name = "DIR")]
    from: Option<PathBuf>,
    /// Give the profiles of the store in use to the data directory DIR
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
}

pub(super) async fn run(ways: &Ways, context: &Context) -> Result<Exit, Failure> {
    let ours = context.store().await?;
    let (from, to, index): (Arc<dyn Store>, Arc<dyn Store>, Place) = match ways {
        Ways { from: Some(folder), .. } => (other(folder, context).await?, ours, context.index_place()?),
        Ways { to, .. } => {
            let folder = to.clone().unwrap_or_default();
            let index = Place::Folder(folder.join("index"));
            (ours, store::open(&Location::Embedded(folder)).await?, index)
        }
    };
    let mut bars = Bars::new(context);
    let done = profiles::transfer(&*from, &*to, &index, context.now(), &mut |it| bars.show(it)).await?;
    drop(bars);
    tell(&done, context);
    context.output.note("the profiles are still where they came from: remove them there once nothing reads them any more");
    Ok(context.tidy(to.as_ref()).await)
}

/// The store in a folder, which must be there.
async fn other(folder: &Path, context: &Context) -> Result<Arc<dyn Store>, Failure> {
    let same = matches!(&context.settings()?.database, Location::Embedded(ours) if ours == folder);
    if same || !store::is_there(folder) {
        let what = if same { "the store in use is the one to take from" } else { "there is no store in the folder to take from" };
        let fix = "name the data directory of the other store with --from, and the database with ACQUAINT_DATABASE_URL";
        return Err(Failure::new(Exit::Usage, what, "nothing was done", fix));
    }
    Ok(store::open(&Location::Embedded(folder.to_owned())).await?)
}

fn tell(done: &Upserted, context: &Context) {
    /// What was moved.
    #[derive(Serialize)]
    struct Moved {
        added: u64,
        changed: u64,
        same: u64,
    }
    let Upserted { added, changed, same } = *done;
    if context.output.json() {
        context.output.object(&Moved { added, changed, same });
    } else {
        context.output.line(&format!("{} profiles: {added} added, {changed} changed, {same} the same", done.all()));
    }
}
