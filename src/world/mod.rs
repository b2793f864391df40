//! A seeded set of invented people: profiles, a Lever account, résumés, and the truth about who is who.
//!
//! Everything follows from [`Plan::seed`]. People live (`person`), the public sees a part of it (`profile`), a recruiter typed
//! another part some years ago, with mistakes (`snapshot`, `resume`), and other people stand close by (`planted`). What was
//! done to a record is told by flags: `no_profile moved_job employer_variant dropped_job no_headline nickname initial swap typo
//! nodiacritics native translit surname_change no_linkedin stale_slug wrong_link recruiter_link agency_contact relay_email
//! second_contact twin_profile near_city near_employer near_school near_father near_sibling resume resume_linkedin resume_email
//! resume_unreadable resume_missing anonymized`.
//!
//! A contact is **withheld** when any of its listed opportunities has `dataProtection.store` not allowed or expired, or when no
//! listed opportunity remains after the anonymised and (unless the tenant allows them) the confidential ones are left out.
//! Opportunities that are left out appear in no badge.

mod account;
mod build;
mod candidacy;
mod dice;
mod dress;
mod expect;
mod export;
mod facts;
mod lists;
mod market;
mod names;
mod parsed;
mod part;
mod person;
mod planted;
mod profile;
mod render;
mod resume;
mod romanise;
mod snapshot;
mod style;
mod truth;

pub use account::{
    Account, Application, Contact, DataProtection, Deleted, Document, Ms, Opportunity, ParsedPosition, ParsedSchool, Posting, Reason,
    Resume, Stage, StageChange, User,
};
pub use dress::{Dress, Lettering, Make};
pub use expect::{ExpectedBadge, ExpectedOpportunity, ExpectedRecruiter, ExpectedStage, ExpectedText, show_url};
pub use export::{candidates_jsonl, profiles_jsonl, truth_jsonl};
pub use render::render;
pub use resume::{Fault, Layout, ResumeJob, ResumeLink, ResumeSpec, Writing};
pub use truth::{Confidential, Row, Truth, Withheld, withheld};

use crate::model::{Millis, Profile};

/// What to invent. The same plan gives the same world.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Another number, another world.
    pub seed: u64,
    /// Contacts in the account.
    pub contacts: usize,
    /// Their listed opportunities: at least one and at most four a contact.
    pub opportunities: usize,
    /// Of the contacts' people, those who have a profile: 0.05 to 0.95.
    pub owners: f64,
    /// How many times as often as in life recruiters and people make mistakes, forget, and write things otherwise: 0 to 4.
    pub errors: f64,
    /// Profiles of people who are not in the account.
    pub profiles: usize,
    /// The moment at which the account and the profiles are seen.
    pub now: Millis,
    /// Days before `now` over which `createdAt` is spread, at least 1.
    pub span_days: u32,
}

impl Default for Plan {
    /// 3,000 contacts with 5,000 opportunities over six years, 20,000 profiles besides; 2026-11-22.
    fn default() -> Self {
        let now = Millis(1_795_305_600_000);
        Self { seed: 1, contacts: 3_000, opportunities: 5_000, owners: 0.5, errors: 1.0, profiles: 20_000, now, span_days: 2_190 }
    }
}

impl Plan {
    /// The default with that many opportunities, and three contacts to five of them.
    #[must_use]
    pub fn for_opportunities(opportunities: usize) -> Self {
        Self { contacts: (opportunities * 3).div_ceil(5), opportunities, ..Self::default() }
    }

    /// The default with that many contacts, and five opportunities to three of them.
    #[must_use]
    pub fn for_contacts(contacts: usize) -> Self {
        Self { contacts, opportunities: contacts * 5 / 3, ..Self::default() }
    }
}

/// Invented people, seen from three sides.
pub struct World {
    /// The public side.
    pub profiles: Vec<Profile>,
    /// Lever's side.
    pub account: Account,
    /// The side that nobody has in life.
    pub truth: Truth,
}

impl World {
    /// Invents the world of a plan.
    #[must_use]
    pub fn new(plan: &Plan) -> Self {
        build::build(plan)
    }
}
