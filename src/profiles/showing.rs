//! From the address of a page to the profiles that show it as their own.

use super::ProfilesError;
use crate::index::{self, Index};
use crate::model::{Link, Person, ProfileId, RawPerson, RawText};
use crate::store::Store;
use std::collections::HashMap;
use std::sync::Arc;

/// Profiles that are looked at for one address: more than any page has.
const NEAR: usize = 100;

/// For each address the profiles that show it; none for what is no person's page. However an address is written, it is the same.
///
/// # Errors
/// As the store and the index say.
pub async fn showing(store: &dyn Store, index: Arc<dyn Index>, addresses: &[String]) -> Result<Vec<Vec<ProfileId>>, ProfilesError> {
    let wanted: Vec<Option<Link>> = addresses.iter().map(|it| Link::parse(it)).collect();
    let keys: Vec<Vec<u64>> = addresses.iter().map(|it| keys(it)).collect();
    let near = tokio::task::spawn_blocking(move || -> Result<Vec<Vec<ProfileId>>, ProfilesError> {
        let found = index.near(&keys, NEAR)?;
        Ok(found.iter().map(|it| it.iter().filter_map(|it| ProfileId::new(it.id()).ok()).collect()).collect())
    });
    let near = near.await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))?;
    let mut all: Vec<ProfileId> = near.iter().flatten().cloned().collect();
    all.sort_unstable();
    all.dedup();
    let shown: HashMap<ProfileId, Vec<Link>> = store.profiles(&all).await?.into_iter().map(|it| (it.id, links(&it.links))).collect();
    let shows = |id: &ProfileId, wanted: &Link| shown.get(id).is_some_and(|links| links.contains(wanted));
    let own = near.into_iter().zip(&wanted).map(|(near, wanted)| match wanted {
        Some(wanted) => near.into_iter().filter(|id| shows(id, wanted)).collect(),
        None => Vec::new(),
    });
    Ok(own.collect())
}

fn keys(address: &str) -> Vec<u64> {
    let asked = RawPerson { links: vec![RawText::new(address.to_owned())], ..RawPerson::default() };
    index::keys(&Person::of_candidate(&asked).view())
}

fn links(texts: &[String]) -> Vec<Link> {
    texts.iter().filter_map(|it| Link::parse(it)).collect()
}
