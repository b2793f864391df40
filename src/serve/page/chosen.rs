//! A company's choices, as the form of its settings sends them.

use super::entry::Told;
use crate::model::{Lookers, Millis, ReasonsFor, ResumePolicy, Settings, TenantName};
use crate::schedule::Timetable;
use serde::Deserialize;
use xxhash_rust::xxh3::xxh3_64;

/// Choices, as the form sends them.
#[derive(Deserialize)]
pub(super) struct Chosen {
    /// The stamp of those that it showed; a program that shows none sends none.
    stamp: Option<String>,
    #[serde(default)]
    start_date: String,
    #[serde(default)]
    confidential: Option<String>,
    #[serde(default)]
    guard: Option<String>,
    resumes: ResumePolicy,
    resume_budget: u32,
    #[serde(default)]
    schedule: String,
    #[serde(default)]
    time_zone: String,
    #[serde(default)]
    blackout: String,
    #[serde(default)]
    paused: Option<String>,
    contact: Lookers,
    #[serde(default)]
    attachments: Option<String>,
    /// None leaves it as it is.
    archive_reasons: Option<ReasonsFor>,
}

/// What tells whether the choices are still as a form showed them. No choice of the form changes the address.
pub(super) fn stamp(settings: &Settings) -> String {
    let choices = Settings { lever_url: None, ..settings.clone() };
    format!("{:016x}", xxh3_64(&serde_json::to_vec(&choices).unwrap_or_default()))
}

impl Chosen {
    /// Whether others have been made since the form was drawn.
    pub(super) fn is_stale(&self, now: &Settings) -> bool {
        self.stamp.as_ref().is_some_and(|it| *it != stamp(now))
    }

    /// These choices over those that hold.
    pub(super) fn over(&self, name: &TenantName, before: Settings) -> Result<Settings, Told> {
        let start_date = match self.start_date.trim() {
            "" => None,
            day => Some(Millis::parse(day).ok_or_else(|| ("This is not a day.".to_owned(), "Write it as 2024-01-31.".to_owned()))?),
        };
        let said = |text: &str| Some(text.trim().to_owned()).filter(|it| !it.is_empty());
        let chosen = Settings {
            start_date,
            confidential: self.confidential.is_some(),
            guard: self.guard.is_some(),
            resumes: self.resumes,
            resume_budget: self.resume_budget,
            schedule: said(&self.schedule),
            time_zone: said(&self.time_zone),
            blackout: said(&self.blackout),
            paused: self.paused.is_some(),
            contact: self.contact,
            attachments: self.attachments.is_some(),
            archive_reasons: self.archive_reasons.unwrap_or(before.archive_reasons),
            ..before
        };
        match Timetable::of(name, &chosen) {
            Ok(_) => Ok(chosen),
            Err(error) => Err(("The schedule cannot be read.".to_owned(), format!("{error}."))),
        }
    }
}
