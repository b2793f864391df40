//! `GET …/why`: why a profile has a badge, or why it has none; from the ledger.

use super::{Refusals, badges};
use crate::model::{ContactId, Decision, Evidence, Feature, Level, Profile, ProfileId, Role, TenantName, Waterfall};
use crate::profiles;
use crate::serve::mask::Shown;
use crate::serve::problem::Problem;
use crate::serve::rights::{Allowed, SeeBadges};
use crate::serve::sight::Freshness;
use crate::serve::site::Site;
use axum::Json;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

/// Whom it is about.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Whom {
    /// The profile's id …
    profile: Option<String>,
    /// … or the address of a page that the profile shows.
    url: Option<String>,
}

/// Why.
#[derive(Serialize, ToSchema)]
pub(super) struct Why {
    /// The profile.
    profile: ProfileId,
    #[serde(flatten)]
    freshness: Freshness,
    /// The profile is newer than the last night.
    not_yet_checked: bool,
    /// Its badge; null where there is nothing to show.
    badge: Option<Shown>,
    /// Who came near, the nearest first. To sourcers only those whose badge it is, where it may be seen.
    contacts: Vec<Near>,
}

/// One contact that came near.
#[derive(Serialize, ToSchema)]
pub(super) struct Near {
    /// The person in Lever.
    contact: ContactId,
    /// A badge, a question, or a miss.
    decision: Decision,
    /// Calibrated.
    probability: f64,
    /// What was compared.
    evidence: Vec<Line>,
    /// What else led to the probability, in bits.
    waterfall: Waterfall,
}

/// One comparison with its weight.
#[derive(Serialize, ToSchema)]
pub(super) struct Line {
    /// What was compared.
    feature: Feature,
    /// How it came out.
    level: Level,
    /// Its weight.
    bits: f32,
    /// The profile's own value that agreed; of who must not be contacted no e-mail and no phone.
    value: Option<String>,
}

impl Line {
    fn of(it: &Evidence, profile: &Profile) -> Self {
        Self { feature: it.feature, level: it.level, bits: it.bits, value: profile.quote(it).map(str::to_owned) }
    }
}

/// Why a profile has a badge, or why it has none.
#[utoipa::path(
    get, path = "/api/v1/tenants/{tenant}/why", params(("tenant" = TenantName, Path), Whom),
    responses((status = 200, description = "What the ledger says", body = Why), Refusals)
)]
pub(super) async fn why(State(site): State<Arc<Site>>, it: Allowed<SeeBadges>, Query(whom): Query<Whom>) -> Result<Json<Why>, Problem> {
    let profile = match (whom.profile, whom.url) {
        (Some(id), None) => badges::known(&site, &id).await?,
        (None, Some(url)) => by_url(&site, &it, url).await?,
        _ => return Err(Problem::unfit("name either profile or url")),
    };
    let role = it.viewer.role();
    let mut sight = site.sight(role, &it.tenant, std::slice::from_ref(&profile.id)).await?;
    let badge = sight.badges.remove(&profile.id);
    let not_yet_checked = sight.unchecked.contains(&profile.id);
    let contacts = near(&site, &it.tenant, &profile, Sees { role, badge: badge.as_ref() }).await?;
    Ok(Json(Why { profile: profile.id, freshness: sight.freshness, not_yet_checked, badge, contacts }))
}

/// What the viewer sees already.
struct Sees<'a> {
    role: Role,
    badge: Option<&'a Shown>,
}

impl Sees<'_> {
    /// Whether it may be told how the person is reached.
    fn reach(&self) -> bool {
        self.badge.is_none_or(Shown::reach)
    }

    /// Whether the contact may be told of. A sourcer learns of nobody but by a badge that is not masked.
    fn contact(&self, contact: &ContactId) -> bool {
        let shown = self.badge.and_then(|it| it.contacts.as_ref()).is_some_and(|it| it.contains(contact));
        shown || self.role != Role::Sourcer
    }
}

async fn near(site: &Site, tenant: &TenantName, profile: &Profile, sees: Sees<'_>) -> Result<Vec<Near>, Problem> {
    let mut found = site.near(tenant, &profile.id).await?.pairings;
    found.retain(|(it, _)| sees.contact(&it.contact));
    found.sort_by(|(a, _), (b, _)| b.probability.total_cmp(&a.probability).then_with(|| a.contact.cmp(&b.contact)));
    let (now, bare) = (site.now(), profile.clone().without_contact_details());
    let near = found.into_iter().map(|(it, opportunities)| {
        let reach = sees.reach() && opportunities.iter().all(|it| it.contact_consent.permits(now));
        let quoted = if reach { profile } else { &bare };
        Near {
            contact: it.contact,
            decision: it.decision,
            probability: it.probability,
            evidence: it.evidence.iter().map(|it| Line::of(it, quoted)).collect(),
            waterfall: it.waterfall,
        }
    });
    Ok(near.collect())
}

async fn by_url(site: &Arc<Site>, it: &Allowed<SeeBadges>, url: String) -> Result<Profile, Problem> {
    let shown: Vec<ProfileId> = profiles::showing(site.store.as_ref(), site.index()?, &[url]).await?.into_iter().flatten().collect();
    let sight = site.sight(it.viewer.role(), &it.tenant, &shown).await?;
    let id = sight.told_of(&shown).ok_or(Problem::unknown("no profile shows this page"))?;
    badges::known(site, id.as_str()).await
}
