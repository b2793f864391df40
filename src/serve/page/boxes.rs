//! Lever's check boxes: which ones the chosen features need, and which ones a key has.

use crate::lever::oauth::Difference;
use crate::lever::{Feature, Finding, Grant, Lever, LeverError, Listing, NEEDS, Need};
use crate::model::{Lookers, Millis, ResumePolicy, Settings};
use serde::Deserialize;

/// What is wanted beside badges, as a form sends it.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Features {
    #[serde(default)]
    pub(super) resumes: Option<String>,
    #[serde(default)]
    pub(super) contact_view: Option<String>,
    #[serde(default)]
    pub(super) attachments: Option<String>,
    #[serde(default)]
    pub(super) confidential: Option<String>,
}

impl Features {
    /// What a tenant's choices come to.
    pub(super) fn of(settings: &Settings) -> Self {
        let on = |it: bool| it.then(|| "on".to_owned());
        let looks = settings.contact != Lookers::Nobody;
        Self {
            resumes: on(settings.resumes != ResumePolicy::None),
            contact_view: on(looks),
            attachments: on(looks && settings.attachments),
            confidential: on(settings.confidential),
        }
    }

    /// These choices over what holds otherwise.
    pub(super) fn over(&self, usual: Settings) -> Settings {
        Settings {
            resumes: if self.resumes.is_some() { ResumePolicy::Auto } else { ResumePolicy::None },
            contact: if self.contact_view.is_some() { Lookers::Operators } else { Lookers::Nobody },
            attachments: self.attachments.is_some(),
            confidential: self.confidential.is_some(),
            ..usual
        }
    }

    pub(super) fn list(&self) -> Vec<Feature> {
        let chosen = [
            (&self.resumes, Feature::Resumes),
            (&self.contact_view, Feature::ContactView),
            (&self.attachments, Feature::Attachments),
            (&self.confidential, Feature::Confidential),
        ];
        let chosen = chosen.into_iter().filter(|it| it.0.is_some()).map(|it| it.1);
        [Feature::Badges].into_iter().chain(chosen).collect()
    }
}

/// One box of Lever's.
pub(super) struct Line {
    pub(super) checkbox: &'static str,
    pub(super) scope: &'static str,
    pub(super) wanted_for: String,
    pub(super) without: &'static str,
    /// None before anybody asked.
    pub(super) found: Option<Has>,
}

/// Whether a key has it, in an icon and words.
pub(super) struct Has {
    pub(super) icon: &'static str,
    pub(super) words: String,
    pub(super) class: &'static str,
}

impl Line {
    fn of(need: &Need, wanted: &[Feature], found: Option<Has>) -> Self {
        let features: Vec<&str> = need.features.iter().filter(|it| wanted.contains(it)).map(|it| it.as_str()).collect();
        Self { checkbox: need.checkbox, scope: need.scope, wanted_for: features.join(", "), without: need.without, found }
    }
}

/// The boxes to tick for these features, and no other.
pub(super) fn to_tick(wanted: &[Feature]) -> Vec<Line> {
    NEEDS.iter().filter(|need| need.features.iter().any(|it| wanted.contains(it))).map(|need| Line::of(need, wanted, None)).collect()
}

/// Asks Lever which of them the key has: about a dozen requests.
pub(super) async fn check(lever: &Lever, settings: &Settings, wanted: &[Feature], now: Millis) -> Result<Vec<Finding>, LeverError> {
    let listing = Listing { confidential: settings.confidential, start: None, now };
    lever.interactive().permissions(&listing, wanted).await
}

pub(super) fn found(findings: &[Finding], wanted: &[Feature]) -> Vec<Line> {
    let told = |it: &Finding| {
        let (icon, words, class) = match it.grant {
            Grant::Granted => ("in", "granted".to_owned(), "good"),
            Grant::Missing if it.need.essential => ("stop", "missing: no run is possible".to_owned(), "stop"),
            Grant::Missing => ("warn", "missing".to_owned(), "wait"),
            Grant::Unseen(why) => ("ask", format!("not seen: {why}"), ""),
        };
        Has { icon, words, class }
    };
    findings.iter().map(|it| Line::of(it.need, wanted, Some(told(it)))).collect()
}

/// Without these no run is possible.
pub(super) fn lacks_essential(findings: &[Finding]) -> Option<&'static str> {
    findings.iter().find(|it| it.need.essential && it.grant == Grant::Missing).map(|it| it.need.checkbox)
}

/// The scopes of an OAuth access that no choice needs. What the check asks for is not too much.
pub(super) fn too_many(granted: Option<&[String]>, settings: &Settings) -> Vec<String> {
    let asked_for = to_tick(&Features::of(settings).list());
    let too_many = Difference::of(granted, settings).too_many.into_iter();
    too_many.filter(|it| asked_for.iter().all(|line| line.scope != it)).collect()
}
