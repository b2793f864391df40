//! One company with its own Lever connection, and what it chose.

use super::Millis;
use super::evidence::words;
use serde::{Deserialize, Serialize};

words! {
    /// Which of Lever's hosts holds the account.
    Environment {
        /// `api.lever.co`.
        Production = "production",
        /// `api.sandbox.lever.co`.
        Sandbox = "sandbox",
        /// `api.eu.lever.co`.
        Eu = "eu",
    }
}

words! {
    /// When a run reads résumés.
    ResumePolicy {
        /// Where one could change the verdict.
        Auto = "auto",
        /// Never.
        None = "none",
        /// Every contact's newest.
        All = "all",
    }
}

words! {
    /// Who may look at one person's details, live from Lever.
    Lookers {
        /// Nobody: details stay in Lever.
        Nobody = "nobody",
        /// Those who review.
        Operators = "operators",
        /// Sourcers too.
        Sourcers = "sourcers",
    }
}

words! {
    /// Who is told why a candidacy was archived.
    ReasonsFor {
        /// All who see badges.
        Everyone = "everyone",
        /// Those who review.
        Operators = "operators",
    }
}

impl ReasonsFor {
    /// As [`Lookers::is_usual`].
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
    fn is_usual(&self) -> bool {
        *self == Self::Everyone
    }
}

impl Lookers {
    /// Whether it is what holds unless somebody chose: then it is not written, and an older program reads the rest.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
    fn is_usual(&self) -> bool {
        *self == Self::Operators
    }
}

/// A tenant's choices; all that `tenant set` knows, but for the key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Where the account is.
    pub environment: Environment,
    /// Overrides `environment`: a base without a final `/v1`.
    pub lever_url: Option<String>,
    /// Opportunities created earlier are not listed.
    pub start_date: Option<Millis>,
    /// Whether confidential opportunities make badges too.
    pub confidential: bool,
    /// Whether a run that would lose more than 10 % and at least 20 badges is held.
    pub guard: bool,
    /// When résumés are read.
    pub resumes: ResumePolicy,
    /// Requests for résumés a run.
    pub resume_budget: u32,
    /// When runs are due: a preset or cron; none for never.
    pub schedule: Option<String>,
    /// Where those times are told, by a name of the IANA database; UTC where none is given.
    pub time_zone: Option<String>,
    /// Spans of the day in which no scheduled run begins.
    pub blackout: Option<String>,
    /// Whether no scheduled run begins until further notice.
    pub paused: bool,
    /// Who may look at people's details.
    #[serde(skip_serializing_if = "Lookers::is_usual")]
    pub contact: Lookers,
    /// Whether they see that person's other files too, beside résumés.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub attachments: bool,
    /// Who is told Lever's reasons for archiving.
    #[serde(skip_serializing_if = "ReasonsFor::is_usual")]
    pub archive_reasons: ReasonsFor,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            environment: Environment::Production,
            lever_url: None,
            start_date: None,
            confidential: false,
            guard: true,
            resumes: ResumePolicy::Auto,
            resume_budget: 20_000,
            schedule: None,
            time_zone: None,
            blackout: None,
            paused: false,
            contact: Lookers::Operators,
            attachments: false,
            archive_reasons: ReasonsFor::Everyone,
        }
    }
}
