//! Badges as a viewer may see them: read in one snapshot, masked at once. Nothing else in this room reads badges.

use super::mask::Shown;
use super::problem::Problem;
use super::site::Site;
use crate::badge;
use crate::model::{Millis, ProfileId, Reference, Role, TenantName};
use crate::night;
use crate::store::{LookUp, Published, Set, Which};
use serde::Serialize;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use utoipa::ToSchema;

/// Badges that are older were missed by a night: a night and a half.
const STALE_MS: i64 = 36 * 3_600_000;

/// How old badges are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub(in crate::serve) struct Freshness {
    /// The end of the tenant's last good run; null for never.
    pub checked_at: Option<Millis>,
    /// Whether that is more than 36 hours ago, or never was: badges may be out of date, and people may lack theirs.
    pub stale: bool,
}

impl Freshness {
    pub(super) fn at(checked_at: Option<Millis>, now: Millis) -> Self {
        Self { checked_at, stale: checked_at.is_none_or(|it| it < now.plus(-STALE_MS)) }
    }
}

/// What a viewer sees of some profiles.
pub(super) struct Sight {
    /// How old it is.
    pub(super) freshness: Freshness,
    /// Their badges.
    pub(super) badges: HashMap<ProfileId, Shown>,
    /// Those that were added or changed since the last night: that they have no badge means nothing.
    pub(super) unchecked: HashSet<ProfileId>,
    /// Those that may be somebody's in Lever, which a person has yet to say. Sourcers learn of none.
    pub(super) questions: HashSet<ProfileId>,
    /// Lever's lists.
    pub(super) reference: Arc<Reference>,
}

impl Sight {
    /// Of which set it is: how old that is, and the lists that go with it.
    pub(super) fn of(&self) -> (Freshness, Arc<Reference>) {
        (self.freshness, Arc::clone(&self.reference))
    }

    /// Of several profiles that show one page, the one that is told of: the first with a badge, or else the first. Whoever asks by the
    /// page hears of the same one everywhere.
    pub(super) fn told_of<'a>(&self, profiles: &'a [ProfileId]) -> Option<&'a ProfileId> {
        profiles.iter().find(|it| self.badges.contains_key(*it)).or(profiles.first())
    }
}

impl Site {
    /// Whatever a run found of the profile: badges, questions, near misses; of nobody who is withheld by now.
    pub(super) async fn near(&self, tenant: &TenantName, profile: &ProfileId) -> Result<Published, Problem> {
        let mut near = self.store.read(tenant, Set::Published, Which::AllOf(profile)).await?;
        let now = self.now();
        near.pairings.retain(|(_, opportunities)| !badge::withheld(opportunities, now));
        Ok(near)
    }

    /// What the role sees of these profiles.
    pub(super) async fn sight(&self, role: Role, tenant: &TenantName, profiles: &[ProfileId]) -> Result<Sight, Problem> {
        let known = self.memory.of(tenant);
        let LookUp { common, pairings, questions, unchecked, archive_reasons } =
            self.store.look_up(tenant, profiles, known.clone()).await?;
        if known.is_none_or(|it| !Arc::ptr_eq(&it, &common)) {
            self.memory.keep(tenant, &common);
        }
        let now = self.now();
        let published = Published { reference: Arc::clone(&common.reference), checked_at: common.checked_at, pairings };
        let found = night::badges(tenant, &published, now);
        let shown = found.into_iter().map(|it| (it.profile.clone(), Shown::to(role, archive_reasons, it)));
        let open = questions.into_iter().filter(|(_, opportunities)| role != Role::Sourcer && !badge::withheld(opportunities, now));
        Ok(Sight {
            freshness: Freshness::at(common.checked_at, now),
            badges: shown.collect(),
            unchecked: unchecked.into_iter().collect(),
            questions: open.map(|(it, _)| it.profile).collect(),
            reference: Arc::clone(&common.reference),
        })
    }
}
