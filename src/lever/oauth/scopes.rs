//! Which of Lever's scopes a tenant's choices need, and no more.

use crate::lever::checkbox;
use crate::model::{ResumePolicy, Settings};
use serde::Serialize;

/// A scope with what it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Scope {
    /// As Lever writes it.
    pub scope: &'static str,
    /// What a tenant lacks without it.
    pub gives: &'static str,
}

const OFFLINE: Scope = Scope { scope: "offline_access", gives: "runs without a person at the keyboard" };
const OPPORTUNITIES: Scope = Scope { scope: "opportunities:read:admin", gives: "badges" };
const RESUMES: Scope = Scope { scope: "resumes:read:admin", gives: "résumés as evidence" };
const CONFIDENTIAL: Scope = Scope { scope: "confidential:access:admin", gives: "badges of confidential opportunities" };
/// What every tenant's badges show.
const BADGES: [Scope; 7] = [
    OFFLINE,
    OPPORTUNITIES,
    Scope { scope: "applications:read:admin", gives: "whether a person applied, and for which job" },
    Scope { scope: "stages:read:admin", gives: "names of stages" },
    Scope { scope: "archive_reasons:read:admin", gives: "names of archive reasons, and who was hired" },
    Scope { scope: "users:read:admin", gives: "names of recruiters" },
    Scope { scope: "postings:read:admin", gives: "names of jobs" },
];

/// What these choices need. Acquaint writes nothing, so no scope writes.
#[must_use]
pub fn wanted(settings: &Settings) -> Vec<Scope> {
    let resumes = (settings.resumes != ResumePolicy::None).then_some(RESUMES);
    let confidential = settings.confidential.then_some(CONFIDENTIAL);
    BADGES.into_iter().chain(resumes).chain(confidential).collect()
}

/// The scope that stands for a check box.
pub(in crate::lever) fn of_checkbox(words: &str) -> &'static str {
    match words {
        checkbox::CONFIDENTIAL => CONFIDENTIAL.scope,
        checkbox::APPLICATIONS => "applications:read:admin",
        checkbox::STAGES => "stages:read:admin",
        checkbox::REASONS => "archive_reasons:read:admin",
        checkbox::USERS => "users:read:admin",
        checkbox::POSTINGS => "postings:read:admin",
        checkbox::RESUMES | checkbox::DOWNLOAD => RESUMES.scope,
        _ => OPPORTUNITIES.scope,
    }
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
        self.missing.contains(&OPPORTUNITIES)
    }
}
