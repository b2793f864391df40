//! Who is who: which profiles belong to each contact, what was done to the record, and which contacts may not be shown.

use super::account::{Account, Contact, DataProtection, Opportunity};
use crate::model::{Millis, ProfileId};
use serde::Serialize;
use std::collections::HashMap;

/// Whether the tenant wants confidential opportunities in badges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confidential {
    /// The default.
    LeftOut,
    /// `confidential = true`.
    Shown,
}

/// Why a contact makes no badge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Withheld {
    /// Lever anonymised the person.
    Anonymized,
    /// `dataProtection.store` is not allowed.
    StoreNotAllowed,
    /// `dataProtection.store` has expired.
    StoreExpired,
    /// Every opportunity is confidential.
    Confidential,
    /// No opportunity is listed.
    Unlisted,
}

/// The truth about one contact.
#[derive(Clone, Serialize)]
pub struct Row {
    /// Lever's id of the contact.
    pub contact: String,
    /// Every profile of that person; empty where there is none, and for anonymised contacts, of whom nothing is left to match.
    pub profiles: Vec<ProfileId>,
    /// What was done to the record, sorted; see `world`'s head for the words.
    pub flags: Vec<&'static str>,
    /// By the plan's `now` and the default settings.
    pub withheld: Option<Withheld>,
    /// Of the name.
    pub language: &'static str,
}

/// The truth about every contact.
#[derive(Clone, Default)]
pub struct Truth {
    /// In the order of [`Account::contacts`].
    pub rows: Vec<Row>,
    places: HashMap<String, usize>,
}

impl Truth {
    pub(super) fn new(rows: Vec<Row>) -> Self {
        let places = rows.iter().enumerate().map(|(place, row)| (row.contact.clone(), place)).collect();
        Self { rows, places }
    }

    /// The row of a contact.
    #[must_use]
    pub fn of(&self, contact: &str) -> Option<&Row> {
        self.rows.get(*self.places.get(contact)?)
    }

    /// Whether that contact and that profile are one person.
    #[must_use]
    pub fn same_person(&self, contact: &str, profile: &str) -> bool {
        self.of(contact).is_some_and(|row| row.profiles.iter().any(|it| it.as_str() == profile))
    }
}

/// Why the contact at that place is withheld at that moment, if it is.
#[must_use]
pub fn withheld(account: &Account, contact: usize, now: Millis, confidential: Confidential) -> Option<Withheld> {
    let listed: Vec<&Opportunity> = account.opportunities.iter().filter(|it| it.contact == contact).collect();
    withheld_of(account.contacts.get(contact)?, &listed, now, confidential)
}

pub(super) fn withheld_of(person: &Contact, listed: &[&Opportunity], now: Millis, confidential: Confidential) -> Option<Withheld> {
    match person.data_protection {
        _ if listed.is_empty() => Some(Withheld::Unlisted),
        _ if person.anonymized => Some(Withheld::Anonymized),
        Some(DataProtection { store_allowed: false, .. }) => Some(Withheld::StoreNotAllowed),
        Some(DataProtection { store_expires_at: Some(end), .. }) if end <= now.0 => Some(Withheld::StoreExpired),
        _ if listed.iter().all(|it| left_out(it, confidential)) => Some(Withheld::Confidential),
        _ => None,
    }
}

/// Whether an opportunity of a contact that is not anonymised is left out of badges.
pub(super) fn left_out(opportunity: &Opportunity, confidential: Confidential) -> bool {
    opportunity.confidential && confidential == Confidential::LeftOut
}
