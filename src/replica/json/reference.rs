//! Stages, archive reasons, users, postings.

use crate::world::{Account, Ms, Posting, Reason, Stage, User};
use serde_json::{Value, json};

/// The account does not say when its users and postings were made: before everything else.
pub(in crate::replica) const ALWAYS: Ms = 1_400_000_000_000;

pub(in crate::replica) fn stage(it: &Stage) -> Value {
    json!({ "id": it.id, "text": it.text })
}

pub(in crate::replica) fn archive_reason(it: &Reason) -> Value {
    json!({ "id": it.id, "text": it.text, "status": status(it), "type": kind(it) })
}

/// `hired` or `non-hired`.
pub(in crate::replica) fn kind(it: &Reason) -> &'static str {
    if it.hired { "hired" } else { "non-hired" }
}

/// Stages with their pipeline, and archive reasons whose type is null where nobody was hired.
pub(in crate::replica) fn disposition_stages(account: &Account) -> Value {
    let stage = |it: &Stage| {
        let has_interview = matches!(it.pipeline, "screen" | "onsite");
        json!({ "id": it.id, "text": it.text, "pipeline": it.pipeline, "rank": it.rank, "hasInterview": has_interview })
    };
    let reason = |it: &Reason| json!({ "id": it.id, "text": it.text, "type": it.hired.then_some("hired"), "status": status(it) });
    let stages: Vec<Value> = account.stages.iter().map(stage).collect();
    let reasons: Vec<Value> = account.reasons.iter().map(reason).collect();
    json!({ "data": { "stages": stages, "archiveReasons": reasons } })
}

pub(in crate::replica) fn user(it: &User) -> Value {
    let username = it.name.to_lowercase().split_whitespace().collect::<Vec<_>>().join(".");
    json!({
        "id": it.id,
        "name": it.name,
        "username": username,
        "email": format!("{username}@acme.example"),
        "accessRole": "team member",
        "photo": null,
        "createdAt": ALWAYS,
        "deactivatedAt": it.deactivated_at,
        "externalDirectoryId": null,
        "linkedContactIds": null,
        "jobTitle": null,
        "managerId": null,
    })
}

pub(in crate::replica) fn posting(it: &Posting) -> Value {
    json!({
        "id": it.id,
        "text": it.text,
        "state": it.state,
        "distributionChannels": (it.state == "published").then_some(["public", "internal"]),
        "user": null,
        "owner": null,
        "hiringManager": null,
        "categories": {
            "commitment": "Full-time", "department": null, "level": null, "location": "Lisbon", "team": null, "allLocations": ["Lisbon"]
        },
        "tags": [],
        "content": { "description": "", "descriptionHtml": "", "lists": [], "closing": "", "closingHtml": "" },
        "country": "PT",
        "followers": [],
        "reqCode": null,
        "requisitionCodes": [],
        "urls": posting_urls(it),
        "confidentiality": confidentiality(it.confidential),
        "createdAt": ALWAYS,
        "updatedAt": ALWAYS,
        "workplaceType": "unspecified",
        "transcribeInterviews": false,
        "screening": { "enabled": false },
    })
}

/// `confidential` or `non-confidential`.
pub(super) fn confidentiality(confidential: bool) -> Value {
    json!(if confidential { "confidential" } else { "non-confidential" })
}

/// Null for drafts and closed postings, which have no page.
fn posting_urls(it: &Posting) -> Value {
    if matches!(it.state, "draft" | "closed") {
        return Value::Null;
    }
    let list = "https://jobs.lever.co/acme-example";
    json!({ "list": list, "show": format!("{list}/{}", it.id), "apply": format!("{list}/{}/apply", it.id) })
}

fn status(it: &Reason) -> &'static str {
    if it.active { "active" } else { "inactive" }
}
