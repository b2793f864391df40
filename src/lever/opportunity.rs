//! One opportunity of Lever's, taken apart: what the ledger may hold goes one way, what Lever says of the person the other.

use super::json::Value;
use crate::model::{Archived, Consent, ContactId, Opportunity, PostingId, ReasonId, StageId, UserId};
use crate::model::{RawPerson, RawPosition, RawText};
use std::{collections::HashMap, str::FromStr};

/// All that is used of an opportunity, and asked for by `include`.
pub(super) const FIELDS: [&str; 23] = [
    "id",
    "contact",
    "createdAt",
    "updatedAt",
    "lastInteractionAt",
    "snoozedUntil",
    "stage",
    "stageChanges",
    "owner",
    "sourcedBy",
    "archived",
    "origin",
    "applications",
    "urls",
    "confidentiality",
    "isAnonymized",
    "dataProtection",
    "name",
    "headline",
    "location",
    "emails",
    "phones",
    "links",
];

/// Why an item is left out.
pub(super) struct Unread {
    /// Its id, where that can be read.
    pub(super) id: Option<String>,
    pub(super) reason: &'static str,
}

/// Reads opportunities; ids that many of them share are kept once.
#[derive(Default)]
pub(super) struct Reader {
    stages: Interner<StageId>,
    users: Interner<UserId>,
    reasons: Interner<ReasonId>,
    postings: Interner<PostingId>,
}

impl Reader {
    /// Reads one item; all but its own id, its contact and its date may be absent or odd.
    pub(super) fn read(&mut self, item: Value<'_>) -> Result<(Opportunity, RawPerson), Unread> {
        let [
            id,
            contact,
            created,
            updated,
            interaction,
            snoozed,
            stage,
            changes,
            owner,
            sourced_by,
            archived,
            origin,
            applications,
            urls,
            confidentiality,
            anonymized,
            protection,
            name,
            headline,
            location,
            emails,
            phones,
            links,
        ] = item.fields(&FIELDS);
        let unread = |reason| Unread { id: id.id(), reason };
        let (stages_seen, last_mover) = self.changes(changes);
        let [store, contact_consent] = protection.fields(&["store", "contact"]).map(consent);
        let mut person = RawPerson {
            name: name.raw(),
            headline: headline.raw(),
            location: location.raw(),
            emails: texts(emails),
            phones: phones.some().filter_map(phone).collect(),
            links: texts(links),
            ..RawPerson::default()
        };
        let application = self.applications(applications, &mut person);
        let [show] = urls.fields(&["show"]);
        let row = Opportunity {
            id: parse(id).ok_or_else(|| unread("it has no readable id"))?,
            contact: parse::<ContactId>(contact).ok_or_else(|| unread("it has no contact"))?,
            stage: self.stages.one(stage),
            stages_seen,
            last_mover,
            owner: self.users.one(owner),
            sourced_by: self.users.one(sourced_by),
            archived: self.archived(archived),
            applied: application.posted || origin.text().is_some_and(|it| it == "applied"),
            posting: application.posting,
            url: show.text().map(String::into_boxed_str),
            created_at: created.millis().ok_or_else(|| unread("it has no date of creation"))?,
            updated_at: updated.millis(),
            last_interaction_at: interaction.millis(),
            snoozed_until: snoozed.millis(),
            store,
            contact_consent,
            confidential: confidentiality.text().is_some_and(|it| it != "non-confidential"),
            anonymized: anonymized.flag() == Some(true),
        };
        Ok((row, person))
    }

    /// Every stage named, each once, and who made the newest change that somebody made.
    fn changes(&mut self, changes: Value<'_>) -> (Vec<StageId>, Option<UserId>) {
        let mut stages = Vec::new();
        let mut mover = None;
        for change in changes.all() {
            let [stage, at, user] = change.fields(&["toStageId", "updatedAt", "userId"]);
            if let Some(stage) = self.stages.one(stage).filter(|it| !stages.contains(it)) {
                stages.push(stage);
            }
            let newer = |(before, _): &(_, UserId)| at.millis() >= *before;
            if let Some(user) = self.users.one(user).filter(|_| mover.as_ref().is_none_or(newer)) {
                mover = Some((at.millis(), user));
            }
        }
        stages.shrink_to_fit();
        (stages, mover.map(|(_, user)| user))
    }

    fn archived(&mut self, archived: Value<'_>) -> Option<Archived> {
        if archived.is_null() || archived.flag() == Some(false) {
            return None;
        }
        let [reason, at] = archived.fields(&["reason", "archivedAt"]);
        Some(Archived { reason: self.reasons.one(reason), at: at.millis() })
    }

    /// The posting of the newest application and whether any came through a posting. What the person wrote there is added: it
    /// may be an address or an employer that the record does not show.
    fn applications(&mut self, applications: Value<'_>, person: &mut RawPerson) -> Application {
        let mut found = Application::default();
        let mut newest = None;
        for it in applications.some() {
            let [kind, posting, created, company, email, links, number] =
                it.fields(&["type", "posting", "createdAt", "company", "email", "links", "phone"]);
            found.posted |= kind.text().is_some_and(|it| it == "posting");
            if let Some(posting) = self.postings.one(posting).filter(|_| newest.is_none() || created.millis() > newest) {
                (newest, found.posting) = (created.millis(), Some(posting));
            }
            let employer = company.raw().map(|it| RawPosition { organization: Some(it), ..RawPosition::default() });
            person.absorb(RawPerson {
                emails: email.raw().into_iter().collect(),
                phones: phone(number).into_iter().collect(),
                links: texts(links),
                positions: employer.into_iter().collect(),
                ..RawPerson::default()
            });
        }
        found
    }
}

#[derive(Default)]
struct Application {
    posted: bool,
    posting: Option<PostingId>,
}

/// An id as `model` has it.
pub(super) fn parse<I: FromStr>(value: Value<'_>) -> Option<I> {
    value.id()?.parse().ok()
}

pub(super) fn texts(list: Value<'_>) -> Vec<RawText> {
    list.some().filter_map(Value::raw).collect()
}

/// A phone is `{type, value}`, or the number alone.
fn phone(value: Value<'_>) -> Option<RawText> {
    value.fields(&["value"])[0].raw().or_else(|| value.raw())
}

fn consent(half: Value<'_>) -> Consent {
    let [allowed, expires_at] = half.fields(&["allowed", "expiresAt"]);
    Consent { allowed: allowed.flag(), expires_at: expires_at.millis() }
}

/// Ids that were seen, to share their text.
struct Interner<I>(HashMap<Box<str>, I>);

impl<I> Default for Interner<I> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<I: FromStr + Clone> Interner<I> {
    fn one(&mut self, value: Value<'_>) -> Option<I> {
        let text = value.id()?;
        if let Some(id) = self.0.get(text.as_str()) {
            return Some(id.clone());
        }
        let id: I = text.parse().ok()?;
        self.0.insert(text.into_boxed_str(), id.clone());
        Some(id)
    }
}
