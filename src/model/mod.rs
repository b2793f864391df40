//! The words of the product and their one normal form. No I/O, no async, no clock.

mod badge;
pub mod compact;
mod draft;
mod email;
mod evidence;
mod fold;
mod identifier;
mod ids;
mod indic;
mod known;
mod layout;
mod level_count;
mod link;
mod merge;
mod name;
mod opportunity;
mod organization;
mod person;
mod phone;
mod place;
mod profile;
mod profile_url;
mod raw;
mod ruling;
mod run;
mod sound;
mod standing;
mod steps;
mod tenant;
mod time;
mod value;
mod view;
mod viewer;
mod words;

pub use badge::{Badge, BadgeOpportunity, Kind, Named, Recruiter, Staged, Status};
pub use email::Email;
pub use evidence::{Decision, Evidence, Feature, FieldIndex, Level, Scored, Verdict, Waterfall};
pub use identifier::{Identifier, identifier};
pub use ids::{
    AccountName, BadId, ContactId, FileId, OpportunityId, PostingId, ProfileId, ReasonId, ResumeId, RunId, StageId, TenantName, UserId,
};
pub use level_count::LevelCount;
pub use link::{Link, Site};
pub use merge::Telling;
pub use name::PersonName;
pub use opportunity::{Archived, Consent, Opportunity, Pipeline, Reason, Reference, Stage, User};
pub use organization::{Organization, says_nothing, unspaced};
pub use person::Person;
pub use phone::Phone;
pub use profile::{Position, Profile, School};
pub use profile_url::ProfileUrl;
pub use raw::{Candidate, RawPerson, RawPosition, RawResume, RawSchool, RawText};
pub use ruling::{Ruled, Ruling, Viewed};
pub use run::{
    Change, LeftOut, Order, Outcome, Progress, Publication, Queued, ResumeStatus, RunKind, RunRecord, RunState, RunStep, Tally, Unmatched,
};
pub use sound::{Heard, Sound, may_begin_alike, sound};
pub use standing::{Standing, roots, standing};
pub use steps::{Step, odds, percent, steps};
pub use tenant::{Environment, Lookers, ReasonsFor, ResumePolicy, Settings};
pub use time::Millis;
pub use value::{AsItIs, ByHash, Value, hashed, in_order, namesakes, value};
pub use view::{LinkView, Listed, NameView, PersonView, Place, Stay, Teller};
pub use viewer::{Grant, Role};
pub use words::{Words, spaced};
