//! Badges before and after, what changed between them, and the guard that holds a publication which would lose too much.

use super::{
    Night, NightError, Plan, Publication,
    gone::{Missing, Removed},
};
use crate::{
    badge::{Matched, Reading, badge},
    model::{Badge, Change, Millis, Outcome, ProfileId, Status, TenantName},
    store::{Published, Set, StoreError, Which},
};
use std::collections::{BTreeMap, HashSet};
use xxhash_rust::xxh3::xxh3_64;

/// A loss of up to this many badges is never held …
const GUARD_LEAST: usize = 20;
/// … nor one of up to this share.
const GUARD_SHARE: f64 = 0.10;

/// The badges that a reading of the store comes to, one a profile, by profile.
#[must_use]
pub fn badges(tenant: &TenantName, published: &Published, now: Millis) -> Vec<Badge> {
    let reading = Reading { tenant, reference: &published.reference, checked_at: published.checked_at, now };
    let same_profile = |a: &(crate::store::Pairing, _), b: &(crate::store::Pairing, _)| a.0.profile == b.0.profile;
    let groups = published.pairings.chunk_by(same_profile);
    groups
        .filter_map(|group| {
            let matched: Vec<_> = group
                .iter()
                .map(|(it, opportunities)| Matched {
                    contact: &it.contact,
                    probability: it.probability,
                    evidence: &it.evidence,
                    opportunities,
                })
                .collect();
            badge(&group.first()?.0.profile, &matched, &reading)
        })
        .collect()
}

/// What the tenant's readers see now.
pub(super) async fn before(night: &Night<'_>) -> Result<Published, StoreError> {
    night.rooms.store.read(&night.tenant.name, Set::Published, Which::Badges).await
}

/// What a reader sees of each badge, as a digest: a change of probability alone is not news.
fn digests(night: &Night<'_>, published: &Published) -> BTreeMap<ProfileId, (Status, u64)> {
    let seen = |mut it: Badge| {
        (it.probability, it.checked_at) = (0.0, None);
        it.evidence.clear();
        let text = serde_json::to_vec(&it).unwrap_or_default();
        (it.profile, (it.status, xxh3_64(&text)))
    };
    badges(&night.tenant.name, published, night.now).into_iter().map(seen).collect()
}

/// Compares the staged set with the one before, and asks the guard.
pub(super) async fn plan(night: &mut Night<'_>, before: &Published, removed: &Removed, missing: &Missing) -> Result<Plan, NightError> {
    let staged = night.rooms.store.read(&night.tenant.name, Set::Staged(night.claim.run), Which::Badges).await?;
    let (old, new) = (digests(night, before), digests(night, &staged));
    let changes = changes(&old, &new);
    let count = |outcome| changes.iter().filter(|it| it.outcome == outcome).count() as u64;
    night.tally.badges_added = count(Outcome::Added);
    night.tally.badges_changed = count(Outcome::Changed);
    night.tally.badges_removed = count(Outcome::Removed);
    let private = |it: &&(crate::store::Pairing, Vec<_>)| removed.whole(&it.0.contact, &it.1);
    let must_go: HashSet<_> = before.pairings.iter().filter(private).map(|(it, _)| &it.profile).collect();
    let lost = changes.iter().filter(|it| it.outcome == Outcome::Removed && !must_go.contains(&it.profile)).count();
    let doubtful = lost + missing.there.len();
    let held = night.tenant.settings.guard && night.order.publication == Publication::Guarded && too_many(doubtful, old.len());
    Ok(Plan { changes, held })
}

fn too_many(lost: usize, of: usize) -> bool {
    lost >= GUARD_LEAST && lost as f64 > GUARD_SHARE * of as f64
}

fn changes(old: &BTreeMap<ProfileId, (Status, u64)>, new: &BTreeMap<ProfileId, (Status, u64)>) -> Vec<Change> {
    let profiles: std::collections::BTreeSet<_> = old.keys().chain(new.keys()).collect();
    let change = |profile: &ProfileId| {
        let (before, after) = (old.get(profile), new.get(profile));
        let outcome = match (before, after) {
            (None, _) => Outcome::Added,
            (_, None) => Outcome::Removed,
            (Some(a), Some(b)) if a.1 != b.1 => Outcome::Changed,
            _ => return None,
        };
        Some(Change { profile: profile.clone(), outcome, before: before.map(|it| it.0), after: after.map(|it| it.0) })
    };
    profiles.into_iter().filter_map(change).collect()
}
