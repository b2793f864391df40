//! The words of the product and their one normal form. No I/O, no async, no clock.

mod badge;
pub mod compact;
mod email;
mod evidence;
mod fold;
mod ids;
mod link;
mod merge;
mod name;
mod opportunity;
mod organization;
mod person;
mod phone;
mod profile;
mod raw;
mod run;
mod tenant;
mod time;
mod value;

pub use badge::{Badge, BadgeOpportunity, Kind, Named, Recruiter, Staged, Status};
pub use email::Email;
pub use evidence::{Decision, Evidence, Feature, FieldIndex, Level, Scored, Verdict};
pub use ids::{BadId, ContactId, OpportunityId, PostingId, ProfileId, ReasonId, ResumeId, RunId, StageId, TenantName, UserId};
pub use link::{Link, Site};
pub use merge::Telling;
pub use name::{PersonName, nicknames, roots, sound};
pub use opportunity::{Archived, Consent, Opportunity, Pipeline, Reason, Reference, Stage, User};
pub use organization::Organization;
pub use person::{Identifier, Listed, Person, Place, Stay, identifier};
pub use phone::Phone;
pub use profile::{Position, Profile, School};
pub use raw::{Candidate, RawPerson, RawPosition, RawResume, RawSchool, RawText};
pub use run::{Change, LeftOut, Outcome, ResumeStatus, RunKind, RunRecord, RunState, Tally};
pub use tenant::{Environment, ResumePolicy, Settings};
pub use time::Millis;
pub use value::{Value, hashed, in_order, namesakes, value};
