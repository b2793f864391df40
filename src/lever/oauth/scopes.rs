//! Which of Lever's scopes a tenant's choices need, and no more.

use crate::lever::Feature;
use crate::lever::needs::NEEDS;
use crate::model::{Lookers, ResumePolicy, Settings};
use serde::Serialize;

/// A scope with what it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Scope {
    /// As Lever writes it.
    pub scope: &'static str,
    /// What happens without it.
    pub without: &'static str,
}

const OFFLINE: Scope = Scope { scope: "offline_access", without: "no run is possible an hour after access was given" };
const OPPORTUNITIES: &str = "opportunities:read:admin";

/// What these choices need. Acquaint writes nothing, so no scope writes.
#[must_use]
pub fn wanted(settings: &Settings) -> Vec<Scope> {
    let resumes = (settings.resumes != ResumePolicy::None).then_some(Feature::Resumes);
    let confidential = settings.confidential.then_some(Feature::Confidential);
    let attachments = (settings.attachments && settings.contact != Lookers::Nobody).then_some(Feature::Attachments);
    let features: Vec<Feature> = [Feature::Badges].into_iter().chain(resumes).chain(attachments).chain(confidential).collect();
    let mut scopes = vec![OFFLINE];
    for need in NEEDS.iter().filter(|it| it.features.iter().any(|it| features.contains(it))) {
        if scopes.iter().all(|it| it.scope != need.scope) {
            scopes.push(Scope { scope: need.scope, without: need.without });
        }
    }
    scopes
}

/// The scope that stands for a check box.
pub(in crate::lever) fn of_checkbox(words: &str) -> &'static str {
    NEEDS.iter().find(|it| it.checkbox == words).map_or(OPPORTUNITIES, |it| it.scope)
}

/// What was granted beside what is wanted.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Wanted, and neither granted itself nor by the right to write.
    pub missing: Vec<Scope>,
    /// Granted, and not wanted.
    pub too_many: Vec<String>,
}

impl Difference {
    /// What was granted for these choices; nothing where Lever did not say. Names that are not of a scope's form are `?`: they are shown
    /// to people.
    #[must_use]
    pub fn of(granted: Option<&[String]>, settings: &Settings) -> Self {
        let mut it = granted.map_or_else(Self::default, |it| Self::between(it, &wanted(settings)));
        let unruly = |it: &String| it.is_empty() || !it.bytes().all(|it| it.is_ascii_alphanumeric() || b"_:.-".contains(&it));
        it.too_many.iter_mut().filter(|it| unruly(it)).for_each(|it| "?".clone_into(it));
        it
    }

    /// Compares; Lever's right to write includes the right to read.
    #[must_use]
    pub fn between(granted: &[String], wanted: &[Scope]) -> Self {
        let has = |scope: &str| granted.iter().any(|it| it == scope || it.replace(":write:", ":read:") == scope);
        let asked = |it: &String| wanted.iter().any(|wanted| wanted.scope == it);
        Self {
            missing: wanted.iter().filter(|it| !has(it.scope)).copied().collect(),
            too_many: granted.iter().filter(|it| !asked(it)).cloned().collect(),
        }
    }

    /// Whether not even opportunities may be listed.
    #[must_use]
    pub fn is_useless(&self) -> bool {
        self.missing.iter().any(|it| it.scope == OPPORTUNITIES)
    }
}
