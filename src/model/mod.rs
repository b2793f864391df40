//! The words of the product and their one normal form. No I/O, no async, no clock.

mod badge;
mod evidence;
mod ids;
mod opportunity;
mod profile;
mod raw;
mod run;
mod tenant;
mod time;

pub use badge::{Badge, BadgeOpportunity, Kind, Named, Recruiter, Staged, Status};
pub use evidence::{Decision, Evidence, Feature, FieldIndex, Level, Scored, Verdict};
pub use ids::{BadId, ContactId, OpportunityId, PostingId, ProfileId, ReasonId, ResumeId, RunId, StageId, TenantName, UserId};
pub use opportunity::{Archived, Consent, Opportunity, Pipeline, Reason, Reference, Stage, User};
pub use profile::{Position, Profile, School};
pub use raw::{Candidate, RawPerson, RawPosition, RawResume, RawSchool, RawText};
pub use run::{Change, LeftOut, Outcome, ResumeStatus, RunKind, RunRecord, RunState, Tally};
pub use tenant::{Environment, ResumePolicy, Settings};
pub use time::Millis;
