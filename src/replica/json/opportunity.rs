//! Opportunities, contacts and applications.

use super::reference::{confidentiality, stage, user};
use crate::replica::{Key, Permission, book::Book, query::Query, reply::Refusal};
use crate::world::{Application, Contact, DataProtection, Deleted, Opportunity, StageChange};
use serde_json::{Map, Value, json};

type Write = fn(&Book, &Opportunity) -> Value;
type Column = (&'static str, Write);

/// Every field of an opportunity.
const FIELDS: [Column; 28] = [
    ("id", |_, it| json!(it.id)),
    ("name", |book, it| json!(book.contact_of(it).name)),
    ("contact", |book, it| json!(book.contact_of(it).id)),
    ("headline", |book, it| json!(book.contact_of(it).headline)),
    ("stage", |_, it| json!(it.stage)),
    ("confidentiality", |_, it| confidentiality(it.confidential)),
    ("location", |book, it| json!(book.contact_of(it).location)),
    ("phones", |book, it| phones(book.contact_of(it))),
    ("emails", |book, it| json!(book.contact_of(it).emails)),
    ("links", |book, it| json!(book.contact_of(it).links)),
    ("archived", |_, it| it.archived.as_ref().map_or(Value::Null, |(reason, at)| json!({ "reason": reason, "archivedAt": at }))),
    ("tags", |_, it| json!(it.tags)),
    ("sources", |_, it| json!(it.sources)),
    ("stageChanges", |book, it| it.stage_changes.iter().map(|it| stage_change(book, it)).collect()),
    ("origin", |_, it| json!(it.origin)),
    ("sourcedBy", |_, it| json!(it.sourced_by)),
    ("owner", |_, it| json!(it.owner)),
    ("followers", |_, it| json!(it.followers)),
    ("applications", |_, it| it.application.iter().map(|it| json!(it.id)).collect()),
    ("createdAt", |_, it| json!(it.created_at)),
    ("updatedAt", |_, it| json!(it.updated_at)),
    ("lastInteractionAt", |_, it| json!(it.last_interaction_at)),
    ("lastAdvancedAt", |_, it| json!(it.last_advanced_at)),
    ("snoozedUntil", |_, it| json!(it.snoozed_until)),
    ("urls", |_, it| urls(it)),
    ("isAnonymized", |book, it| json!(book.contact_of(it).anonymized)),
    ("dataProtection", |book, it| data_protection(book.contact_of(it).data_protection)),
    ("opportunityLocation", |_, _| json!("unspecified")),
];

/// What `expand` can open, and the permission that the opened record needs.
const EXPANDED: [(&str, Permission, Write); 6] = [
    ("applications", Permission::Applications, |book, it| it.application.iter().map(|app| application(book, it, app)).collect()),
    ("stage", Permission::Stages, |book, it| book.stage_place(&it.stage).map_or(Value::Null, |place| stage(&book.account.stages[place]))),
    ("owner", Permission::Users, |book, it| opened_user(book, it.owner.as_deref())),
    ("sourcedBy", Permission::Users, |book, it| opened_user(book, it.sourced_by.as_deref())),
    ("followers", Permission::Users, |book, it| it.followers.iter().map(|id| opened_user(book, Some(id))).collect()),
    ("contact", Permission::Contacts, |book, it| contact(book.contact_of(it))),
];

/// The fields that a request is to see: those of `include`, or all; and those of `expand` in any case.
pub(in crate::replica) struct Columns(Vec<Column>);

impl Columns {
    /// 403 when `expand` names a record that the key may not read.
    pub(in crate::replica) fn of(query: &Query, key: &Key) -> Result<Self, Refusal> {
        let opened: Vec<_> = EXPANDED.into_iter().filter(|(name, ..)| query.all("expand").any(|it| it == *name)).collect();
        if opened.iter().any(|(_, permission, _)| !key.may(*permission)) {
            return Err(Refusal::Forbidden);
        }
        let column = |(name, plain): Column| match opened.iter().find(|(it, ..)| *it == name) {
            Some((_, _, write)) => Some((name, *write)),
            None => query.wants(name).then_some((name, plain)),
        };
        Ok(Self(FIELDS.into_iter().filter_map(column).collect()))
    }

    pub(in crate::replica) fn opportunity(&self, book: &Book, it: &Opportunity) -> Value {
        let fields: Map<String, Value> = self.0.iter().map(|(name, write)| ((*name).to_owned(), write(book, it))).collect();
        Value::Object(fields)
    }

    /// The row as it was, with who deleted it and when.
    pub(in crate::replica) fn deleted(&self, book: &Book, it: &Deleted) -> Value {
        let mut value = self.opportunity(book, &it.opportunity);
        value["deletedBy"] = json!(it.by);
        value["deletedAt"] = json!(it.at);
        value
    }
}

/// A contact by itself.
pub(in crate::replica) fn contact(it: &Contact) -> Value {
    json!({
        "id": it.id,
        "name": it.name,
        "headline": it.headline,
        "isAnonymized": it.anonymized,
        "location": { "name": it.location },
        "emails": it.emails,
        "phones": phones(it),
        "dataProtection": data_protection(it.data_protection),
    })
}

fn application(book: &Book, opportunity: &Opportunity, it: &Application) -> Value {
    let contact = book.contact_of(opportunity);
    json!({
        "id": it.id,
        "type": it.kind,
        "candidateId": opportunity.id,
        "opportunityId": opportunity.id,
        "posting": it.posting,
        "postingHiringManager": null,
        "postingOwner": null,
        "name": contact.name,
        "company": it.company,
        "phone": contact.phones.first().map(|(kind, number)| json!({ "type": kind, "value": number })),
        "email": contact.emails.first(),
        "links": contact.links,
        "comments": null,
        "user": null,
        "customQuestions": [],
        "createdAt": it.created_at,
        "archived": null,
        "requisitionForHire": null,
        "ipAddress": null,
        "referer": null,
        "userAgent": null,
        "acceptLanguage": null,
        "timezone": null,
    })
}

fn opened_user(book: &Book, id: Option<&str>) -> Value {
    let found = book.account.users.iter().find(|it| Some(it.id.as_str()) == id);
    found.map_or(Value::Null, user)
}

fn phones(contact: &Contact) -> Value {
    contact.phones.iter().map(|(kind, number)| json!({ "type": kind, "value": number })).collect()
}

fn stage_change(book: &Book, it: &StageChange) -> Value {
    json!({ "toStageId": it.stage, "toStageIndex": book.stage_place(&it.stage), "updatedAt": it.at, "userId": it.user })
}

fn urls(it: &Opportunity) -> Value {
    json!({ "list": "https://hire.lever.co/candidates", "show": format!("https://hire.lever.co/candidates/{}", it.id) })
}

fn data_protection(it: Option<DataProtection>) -> Value {
    it.map_or(Value::Null, |it| {
        json!({
            "store": { "allowed": it.store_allowed, "expiresAt": it.store_expires_at },
            "contact": { "allowed": it.contact_allowed, "expiresAt": it.contact_expires_at },
        })
    })
}
