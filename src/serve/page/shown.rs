//! A badge in one line, with an icon and words. Only what `mask` let pass comes here.

use super::words::{ago, day, moment};
use crate::model::{BadgeOpportunity, ContactId, Kind, Millis, OpportunityId, ProfileId, RunState, TenantName};
use crate::serve::mask::{Seen as Status, Shown};
use crate::serve::problem::Problem;
use crate::serve::sight::Freshness;
use crate::serve::site::Site;
use crate::serve::viewer::Viewer;

/// A badge that this viewer sees.
pub(super) struct Seen(pub(super) Shown);

/// What the viewer sees of one profile's badge.
pub(super) async fn badge(site: &Site, viewer: &Viewer, tenant: &TenantName, profile: &ProfileId) -> Result<Option<Seen>, Problem> {
    let mut sight = site.sight(viewer.role(), tenant, std::slice::from_ref(profile)).await?;
    Ok(sight.badges.remove(profile).map(Seen))
}

impl Seen {
    /// Whom it stands for; nobody, where that is masked.
    pub(super) fn contacts(&self) -> &[ContactId] {
        self.0.contacts.as_deref().unwrap_or_default()
    }

    pub(super) fn opportunities(&self) -> Vec<OpportunityId> {
        self.all().iter().map(|it| it.id.clone()).collect()
    }

    fn all(&self) -> &[BadgeOpportunity] {
        self.0.opportunities.as_deref().unwrap_or_default()
    }

    /// The pages of Lever's own, the most recent first.
    pub(super) fn urls(&self) -> Vec<String> {
        self.all().iter().filter_map(|it| web(it.url.as_deref())).collect()
    }
}

/// The address of a page, and of nothing else: no link runs a script.
pub(super) fn web(url: Option<&str>) -> Option<String> {
    url.filter(|it| it.starts_with("https://") || it.starts_with("http://")).map(str::to_owned)
}

/// The address of a page as people write it, which may lack its scheme; none where it names no host, or brings a name and password along.
pub(super) fn page_of(link: &str) -> Option<String> {
    let text = if link.contains("://") { link.to_owned() } else { format!("https://{link}") };
    let url = url::Url::parse(&text).ok()?;
    let plain = matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
    (plain && url.domain().is_some_and(|it| it.contains('.'))).then(|| url.into())
}

/// One line.
pub(super) struct Line {
    pub(super) icon: &'static str,
    pub(super) class: &'static str,
    pub(super) lead: String,
    pub(super) parts: Vec<String>,
}

impl Line {
    fn new(icon: &'static str, class: &'static str, lead: impl Into<String>, parts: Vec<String>) -> Self {
        Self { icon, class, lead: lead.into(), parts }
    }

    /// The line as plain text.
    pub(super) fn text(&self) -> String {
        std::iter::once(&self.lead).chain(&self.parts).map(String::as_str).collect::<Vec<_>>().join(" · ")
    }
}

/// What was found of one profile.
#[derive(Clone, Copy)]
pub(super) struct Looked<'a> {
    /// Its badge, as the viewer may see it.
    pub(super) badge: Option<&'a Shown>,
    /// The profile is newer than the last night.
    pub(super) not_yet_checked: bool,
    /// It may be somebody's in Lever, which who reviews has yet to say.
    pub(super) in_question: bool,
}

/// How old badges are, and why.
#[derive(Clone, Copy)]
pub(super) struct Age {
    pub(super) freshness: Freshness,
    /// They are old, and the last run failed. A company without a schedule has old badges and nothing that failed.
    pub(super) failed: bool,
}

impl Age {
    pub(super) async fn of(site: &Site, tenant: &TenantName, freshness: Freshness) -> Result<Self, Problem> {
        // One run of a tenant is alive at most, and it says nothing yet.
        let runs = if freshness.stale { site.store.runs(tenant, 2).await? } else { Vec::new() };
        let last = runs.iter().map(|it| it.state).find(|it| !it.is_alive());
        Ok(Self { freshness, failed: matches!(last, Some(RunState::Failed | RunState::Lost)) })
    }
}

/// The badge's line, or what its absence means.
pub(super) fn line(it: Looked<'_>, age: Age, now: Millis) -> Line {
    let (Some(badge), Some(checked)) = (it.badge, age.freshness.checked_at) else { return absent(it, age, now) };
    let mut line = match badge.status {
        Status::DoNotContact => Line::new("stop", "stop", "Do not contact", Vec::new()),
        _ if badge.do_not_contact == Some(true) => Line::new("stop", "stop", "Do not contact", parts(badge, now)),
        Status::Hired => Line::new("in", "good", "Hired", vec![many(badge).unwrap_or_default()]),
        Status::Archived => Line::new("box", "", "In Lever", parts(badge, now)),
        Status::Snoozed => Line::new("moon", "in", "In Lever", parts(badge, now)),
        Status::Active => Line::new("in", "in", "In Lever", parts(badge, now)),
    };
    line.parts.retain(|it| !it.is_empty());
    if age.freshness.stale {
        line.parts.push(as_of(checked, age, now));
    }
    if it.not_yet_checked {
        line.parts.push("the profile has changed since".into());
    }
    line
}

/// No badge says different things by when it was looked for.
fn absent(it: Looked<'_>, age: Age, now: Millis) -> Line {
    match age.freshness.checked_at {
        Some(_) if it.in_question => Line::new("ask", "wait", "Possible match", vec!["review".into()]),
        None => Line::new("clock", "none", "Not checked yet", Vec::new()),
        Some(_) if it.not_yet_checked => Line::new("clock", "none", "Not checked yet", vec!["newer than the last run".into()]),
        Some(at) if age.freshness.stale => Line::new("warn", "wait", "Nothing to show from Lever", vec![as_of(at, age, now)]),
        Some(at) => Line::new("none", "none", format!("Nothing to show from Lever (checked {})", moment(at, now)), Vec::new()),
    }
}

fn as_of(at: Millis, age: Age, now: Millis) -> String {
    format!("as of {}{}", ago(at, now), if age.failed { ", the last check failed" } else { "" })
}

fn parts(it: &Shown, now: Millis) -> Vec<String> {
    let stage = it.stage.as_ref().map(|it| it.text.clone().unwrap_or_else(|| it.id.to_string()));
    let reached = it.furthest_stage.as_ref().and_then(|it| it.text.as_ref()).map(|it| format!("reached {it}"));
    let recruiter = it.recruiter.as_ref().map(|it| match (&it.name, it.active) {
        (Some(name), Some(false)) => format!("{name} (left)"),
        (Some(name), _) => name.clone(),
        (None, _) => "recruiter unknown".to_owned(),
    });
    let touched = it.last_interaction_at.or(it.updated_at).map(|at| format!("touched {}", ago(at, now)));
    let kind = it.kind.map(|it| if it == Kind::Applicant { "Applicant" } else { "Prospect" }.to_owned());
    let told: Vec<Option<String>> = match it.status {
        Status::Archived => {
            let why = it.archive_reason.as_ref().and_then(|it| it.text.as_ref());
            let ended = Some(why.map_or_else(|| "Archived".to_owned(), |why| format!("Archived ({why})")));
            vec![ended, it.archived_at.map(|at| ago(at, now)), reached, many(it), recruiter]
        }
        Status::Snoozed => {
            vec![kind, stage, it.snoozed_until.map(|at| format!("snoozed until {}", day(at))), many(it), recruiter]
        }
        _ => vec![kind, stage, touched, many(it), recruiter],
    };
    told.into_iter().flatten().collect()
}

/// How many opportunities, where there are several.
fn many(it: &Shown) -> Option<String> {
    let all = it.opportunities.as_deref().unwrap_or_default();
    let active = all.iter().filter(|it| it.status == crate::model::Status::Active).count();
    (all.len() > 1).then(|| format!("{} opportunities, {active} active", all.len()))
}
