//! Search: profiles by words, with the badges that the viewer may see, and what is asked of them.
//!
//! One request looks at a bounded number of profiles. A page can therefore be short, or empty, and yet lead on: it is the last one
//! only where it has no cursor.

use super::filter::Filter;
use super::mask::Shown;
use super::problem::Problem;
use super::sight::{Freshness, Sight};
use super::site::Site;
use crate::model::{Profile, ProfileId, Role, TenantName};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// Profiles that one request looks at.
const EFFORT: usize = 2_000;
/// Profiles whose badges are read at once.
const STEP: usize = 500;
/// Characters of the words that are searched for.
const LONGEST: usize = 500;

/// Which profiles are asked for, by their being in Lever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum InAts {
    /// All of them; where something is asked of badges, those with such a badge.
    #[default]
    Any,
    /// Those without a badge.
    Hide,
    /// Those with one.
    Only,
}

/// What is asked.
pub(super) struct Query {
    /// Words of names, companies, titles and places; none lists who is in Lever.
    pub(super) words: String,
    pub(super) in_ats: InAts,
    pub(super) filter: Filter,
    /// Profiles on a page.
    pub(super) limit: usize,
    /// Where the page before ended.
    pub(super) cursor: Option<Cursor>,
}

/// A place in the list of who was found, or of who wears a badge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cursor {
    /// So many were looked at.
    Hits(usize),
    /// This one was the last.
    After(ProfileId),
}

impl Cursor {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        match std::str::from_utf8(&bytes).ok()?.split_once(':')? {
            ("h", count) => count.parse().ok().map(Self::Hits),
            ("p", id) => ProfileId::new(id).ok().map(Self::After),
            _ => None,
        }
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = match self {
            Self::Hits(count) => format!("h:{count}"),
            Self::After(id) => format!("p:{id}"),
        };
        f.write_str(&BASE64_URL_SAFE_NO_PAD.encode(text))
    }
}

/// One profile that was found.
#[derive(Serialize, ToSchema)]
pub(super) struct Hit {
    /// The public record; without e-mail and phone where the badge forbids contact or is masked.
    pub(super) profile: Profile,
    /// Its badge, as the viewer may see it; null where there is nothing to show.
    pub(super) badge: Option<Shown>,
    /// The profile is newer than the last night: that it has no badge means nothing.
    pub(super) not_yet_checked: bool,
}

impl Hit {
    /// Of who must not be contacted without e-mail and phone.
    pub(super) fn of(profile: Profile, badge: Option<Shown>, not_yet_checked: bool) -> Self {
        let reach = badge.as_ref().is_none_or(Shown::reach);
        Self { profile: if reach { profile } else { profile.without_contact_details() }, badge, not_yet_checked }
    }
}

/// One page.
#[derive(Serialize, ToSchema)]
pub(super) struct Found {
    #[serde(flatten)]
    pub(super) freshness: Freshness,
    /// Profiles with these words, whatever is asked of badges; null where there are no words.
    pub(super) total: Option<u64>,
    /// Profiles that were looked at for this page and left out, by `in_ats` and what else is asked of badges. Without words only those
    /// whose badge the viewer sees are looked at.
    pub(super) left_out: u64,
    /// Best first; without words by id.
    pub(super) results: Vec<Hit>,
    /// For the next page; null after the last. A page may be short, or empty, and not the last.
    pub(super) next: Option<String>,
}

/// Who looks, and where.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) site: &'a Site,
    pub(super) role: Role,
    pub(super) tenant: &'a TenantName,
}

/// A page under way.
#[derive(Default)]
struct Page {
    chosen: Vec<(ProfileId, Option<Shown>, bool)>,
    left_out: u64,
    looked_at: usize,
}

impl Reader<'_> {
    /// One page of the answer.
    pub(super) async fn search(self, query: &Query) -> Result<Found, Problem> {
        if query.words.chars().count() > LONGEST {
            return Err(Problem::unfit("more words than anybody is found by: at most 500 characters"));
        }
        if query.in_ats == InAts::Hide && !query.filter.is_empty() {
            return Err(Problem::unfit("in_ats=hide leaves no badge of which anything could be asked"));
        }
        let listed = query.words.trim().is_empty();
        let mut page = Page::default();
        let (total, next) = match (listed, &query.cursor) {
            (true, Some(Cursor::Hits(_))) | (false, Some(Cursor::After(_))) => return Err(BAD_CURSOR),
            (true, _) if query.in_ats != InAts::Only && query.filter.is_empty() => (None, None),
            (true, _) => (None, self.list(query, &mut page).await?),
            (false, _) => self.find(query, &mut page).await.map(|(total, next)| (Some(total), next))?,
        };
        let freshness = self.sight(&[]).await?.freshness;
        let next = next.map(|it| it.to_string());
        Ok(Found { freshness, total, left_out: page.left_out, results: self.hits(page.chosen).await?, next })
    }

    /// Goes through those who wear a badge that the viewer sees, by id. Who wears one that nobody sees is neither counted nor named by a
    /// cursor, and no page is promised for them.
    async fn list(self, query: &Query, page: &mut Page) -> Result<Option<Cursor>, Problem> {
        let mut after = if let Some(Cursor::After(id)) = &query.cursor { Some(id.clone()) } else { None };
        let mut last = None;
        loop {
            let mut ids = self.site.store.badged(self.tenant, after.as_ref(), STEP as u32).await?;
            let is_end = ids.len() < STEP;
            after = ids.last().cloned();
            let sight = self.sight(&ids).await?;
            ids.retain(|it| sight.badges.contains_key(it));
            if !ids.is_empty() && page.is_done(query) {
                return Ok(last);
            }
            let taken = page.take(&ids, &sight, (query, self.site));
            last = taken.checked_sub(1).map(|at| Cursor::After(ids[at].clone())).or(last);
            if taken < ids.len() {
                return Ok(last);
            }
            if is_end {
                return Ok(None);
            }
        }
    }

    /// Goes through those who are found by the words, the best first. Returns how many there are, too.
    async fn find(self, query: &Query, page: &mut Page) -> Result<(u64, Option<Cursor>), Problem> {
        let mut at = if let Some(Cursor::Hits(count)) = query.cursor { count } else { 0 };
        let everybody = query.in_ats == InAts::Any && query.filter.is_empty();
        let mut step = if everybody { query.limit } else { query.limit * 2 };
        loop {
            let (ids, total) = self.found(&query.words, at, step).await?;
            for part in ids.chunks(STEP) {
                let taken = page.take(part, &self.sight(part).await?, (query, self.site));
                at += taken;
                if taken < part.len() {
                    break;
                }
            }
            if ids.is_empty() || at as u64 >= total {
                return Ok((total, None));
            }
            if page.is_done(query) {
                return Ok((total, Some(Cursor::Hits(at))));
            }
            step = EFFORT - page.looked_at;
        }
    }

    /// Off the threads that wait for others: the index reads its files.
    async fn found(self, words: &str, offset: usize, limit: usize) -> Result<(Vec<ProfileId>, u64), Problem> {
        let (index, words) = (self.site.index()?, words.to_owned());
        let found = tokio::task::spawn_blocking(move || index.search(&words, limit, offset)).await.map_err(|_| Problem::BROKE)??;
        Ok((found.profiles, found.total))
    }

    async fn sight(self, ids: &[ProfileId]) -> Result<Sight, Problem> {
        self.site.sight(self.role, self.tenant, ids).await
    }

    /// Adds the records; a profile that was removed in between is gone.
    async fn hits(self, chosen: Vec<(ProfileId, Option<Shown>, bool)>) -> Result<Vec<Hit>, Problem> {
        let ids: Vec<ProfileId> = chosen.iter().map(|it| it.0.clone()).collect();
        let mut profiles = self.site.store.profiles(&ids).await?.into_iter().peekable();
        let hit = |(id, badge, not_yet_checked)| {
            let profile = profiles.next_if(|it| it.id == id)?;
            Some(Hit::of(profile, badge, not_yet_checked))
        };
        Ok(chosen.into_iter().filter_map(hit).collect())
    }
}

/// What is wrong with a cursor that fits nothing.
pub(super) const BAD_CURSOR: Problem = Problem::unfit("the cursor is not one of this search");

impl Page {
    /// Whether it is full, or enough was looked at for it.
    fn is_done(&self, query: &Query) -> bool {
        self.chosen.len() >= query.limit || self.looked_at >= EFFORT
    }

    /// Takes from the front until the page is full; returns how many were looked at.
    fn take(&mut self, ids: &[ProfileId], sight: &Sight, (query, site): (&Query, &Site)) -> usize {
        let now = site.now();
        for (at, id) in ids.iter().enumerate() {
            if self.chosen.len() == query.limit {
                return at;
            }
            let badge = sight.badges.get(id);
            let fits = match query.in_ats {
                InAts::Hide => badge.is_none(),
                InAts::Any if query.filter.is_empty() => true,
                InAts::Any | InAts::Only => badge.is_some_and(|it| query.filter.admits(it, now)),
            };
            self.looked_at += 1;
            if fits {
                self.chosen.push((id.clone(), badge.cloned(), sight.unchecked.contains(id)));
            } else {
                self.left_out += 1;
            }
        }
        ids.len()
    }
}

impl Site {
    /// The viewer's way into a tenant's badges.
    pub(super) fn reader<'a>(self: &'a Arc<Self>, role: Role, tenant: &'a TenantName) -> Reader<'a> {
        Reader { site: self, role, tenant }
    }
}
