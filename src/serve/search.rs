//! Search: profiles by words, with the badges that the viewer may see, and what is asked of them.
//!
//! One request looks at a bounded number of profiles. A page can therefore be short, or empty, and yet lead on: it is the last one
//! only where it has no cursor.

use super::cursor::Cursor;
use super::filter::Filter;
use super::mask::Shown;
use super::problem::Problem;
use super::sight::{Freshness, Sight};
use super::site::Site;
use super::viewer::Viewer;
use crate::model::{Millis, Profile, ProfileId, Reference, TenantName};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// Profiles that one request looks at.
pub(super) const EFFORT: usize = 2_000;
/// Profiles whose badges are read at once.
pub(super) const STEP: usize = 500;
/// As many of those who are found are gone through, page by page. The index makes room for all that come before a page.
const FURTHEST: usize = 10_000;
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

/// One profile that was found.
#[derive(Serialize, ToSchema)]
pub(super) struct Hit {
    /// The public record; without e-mail and phone where the badge forbids contact or is masked.
    pub(super) profile: Profile,
    /// Its badge, as the viewer may see it; null where there is nothing to show.
    pub(super) badge: Option<Shown>,
    /// The profile is newer than the last night: that it has no badge means nothing.
    pub(super) not_yet_checked: bool,
    /// Somebody who reviews has yet to say whether this is a person in Lever. Pages say so; programs are not told.
    #[serde(skip)]
    pub(super) in_question: bool,
}

impl Hit {
    /// As the viewer sees the profile.
    pub(super) fn of(profile: Profile, sight: &Sight) -> Self {
        let seen = Chosen::of(&profile.id, sight);
        Self::new(profile, seen)
    }

    /// Of who must not be contacted without e-mail and phone.
    fn new(profile: Profile, it: Chosen) -> Self {
        let reach = it.badge.as_ref().is_none_or(Shown::reach);
        let profile = if reach { profile } else { profile.without_contact_details() };
        Self { profile, badge: it.badge, not_yet_checked: it.not_yet_checked, in_question: it.in_question }
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
    /// There are more, and a search goes no further: ask for less.
    pub(super) cut: bool,
    #[serde(skip)]
    pub(super) reference: Arc<Reference>,
}

/// Who looks, and where.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) site: &'a Site,
    pub(super) viewer: &'a Viewer,
    pub(super) tenant: &'a TenantName,
}

/// A page under way.
#[derive(Default)]
struct Page {
    /// Of which set the first badges were: one that is published meanwhile makes none of them newer.
    of: Option<(Freshness, Arc<Reference>)>,
    chosen: Vec<Chosen>,
    left_out: u64,
    looked_at: usize,
    cut: bool,
}

/// One profile of a page, before its record is read.
struct Chosen {
    id: ProfileId,
    badge: Option<Shown>,
    not_yet_checked: bool,
    in_question: bool,
}

impl Chosen {
    fn of(id: &ProfileId, sight: &Sight) -> Self {
        let (not_yet_checked, in_question) = (sight.unchecked.contains(id), sight.questions.contains(id));
        Self { id: id.clone(), badge: sight.badges.get(id).cloned(), not_yet_checked, in_question }
    }
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
            (false, Some(Cursor::Hits(at))) if *at >= FURTHEST => return Err(TOO_FAR),
            (true, _) if query.in_ats != InAts::Only && query.filter.is_empty() => (None, None),
            (true, _) => (None, self.list(query, &mut page).await?),
            (false, _) => self.find(query, &mut page).await.map(|(total, next)| (Some(total), next))?,
        };
        let (freshness, reference) = match page.of {
            Some(it) => it,
            None => self.sight(&[]).await?.of(),
        };
        let (next, left_out, cut) = (next.map(|it| it.to_string()), page.left_out, page.cut);
        Ok(Found { freshness, total, left_out, results: self.hits(page.chosen).await?, next, cut, reference })
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
        let mut step = if query.asks() { query.limit * 2 } else { query.limit };
        loop {
            let (ids, total) = self.found(&query.words, at, step).await?;
            for part in ids.chunks(STEP) {
                let taken = page.take(part, &self.sight(part).await?, (query, self.site));
                at += taken;
                if taken < part.len() {
                    break;
                }
            }
            page.cut = at >= FURTHEST && (at as u64) < total;
            if ids.is_empty() || at as u64 >= total || page.cut {
                return Ok((total, None));
            }
            if page.is_done(query) {
                return Ok((total, Some(Cursor::Hits(at))));
            }
            step = EFFORT - page.looked_at;
        }
    }

    /// Off the threads that wait for others: the index reads its files. The turn is the search's: whoever goes away meanwhile frees no
    /// place that is not free.
    pub(super) async fn found(self, words: &str, offset: usize, limit: usize) -> Result<(Vec<ProfileId>, u64), Problem> {
        let (index, words) = (self.site.index()?, words.to_owned());
        let turn = self.site.limits.search(&self.viewer.name()).await?;
        let search = move || {
            let found = index.search(&words, limit, offset);
            drop(turn);
            found
        };
        let found = tokio::task::spawn_blocking(search).await.map_err(|_| Problem::BROKE)??;
        Ok((found.profiles, found.total))
    }

    pub(super) async fn sight(self, ids: &[ProfileId]) -> Result<Sight, Problem> {
        self.site.sight(self.viewer.role(), self.tenant, ids).await
    }

    /// Adds the records; a profile that was removed in between is gone.
    async fn hits(self, chosen: Vec<Chosen>) -> Result<Vec<Hit>, Problem> {
        let ids: Vec<ProfileId> = chosen.iter().map(|it| it.id.clone()).collect();
        let mut profiles = self.site.store.profiles(&ids).await?.into_iter().peekable();
        let hit = |it: Chosen| Some(Hit::new(profiles.next_if(|known| known.id == it.id)?, it));
        Ok(chosen.into_iter().filter_map(hit).collect())
    }
}

/// What is wrong with a cursor that fits nothing.
pub(super) const BAD_CURSOR: Problem = Problem::unfit("the cursor is not one of this search");
/// What is wrong with one that leads too far.
const TOO_FAR: Problem = Problem::unfit("a search goes through the first 10,000 profiles; ask for less");

impl Query {
    /// Whether anything is asked of badges.
    pub(super) fn asks(&self) -> bool {
        self.in_ats != InAts::Any || !self.filter.is_empty()
    }

    /// Whether a profile with this badge, or with none, is asked for.
    pub(super) fn admits(&self, badge: Option<&Shown>, now: Millis) -> bool {
        match self.in_ats {
            InAts::Hide => badge.is_none(),
            InAts::Any if self.filter.is_empty() => true,
            InAts::Any | InAts::Only => badge.is_some_and(|it| self.filter.admits(it, now)),
        }
    }
}

impl Page {
    /// Whether it is full, or enough was looked at for it.
    fn is_done(&self, query: &Query) -> bool {
        self.chosen.len() >= query.limit || self.looked_at >= EFFORT
    }

    /// Takes from the front until the page is full; returns how many were looked at.
    fn take(&mut self, ids: &[ProfileId], sight: &Sight, (query, site): (&Query, &Site)) -> usize {
        let now = site.now();
        self.of.get_or_insert_with(|| sight.of());
        for (at, id) in ids.iter().enumerate() {
            if self.chosen.len() == query.limit {
                return at;
            }
            self.looked_at += 1;
            if query.admits(sight.badges.get(id), now) {
                self.chosen.push(Chosen::of(id, sight));
            } else {
                self.left_out += 1;
            }
        }
        ids.len()
    }
}

impl Site {
    /// The viewer's way into a tenant's badges.
    pub(super) fn reader<'a>(self: &'a Arc<Self>, viewer: &'a Viewer, tenant: &'a TenantName) -> Reader<'a> {
        Reader { site: self, viewer, tenant }
    }
}
