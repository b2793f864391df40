//! The world as JSON lines: profiles, truth, and what Lever tells of each contact without a download.

use super::account::{Account, Contact, Opportunity};
use super::{Truth, World};
use serde_json::{Value, json};

/// Person JSONL of every profile.
#[must_use]
pub fn profiles_jsonl(world: &World) -> String {
    lines(world.profiles.iter().map(|it| serde_json::to_string(it).unwrap_or_default()))
}

/// `{"contact","candidate","profiles","flags","withheld","language"}`, a line a contact; `candidate` is the contact's id again, for
/// readers of `link`'s output.
#[must_use]
pub fn truth_jsonl(truth: &Truth) -> String {
    lines(truth.rows.iter().map(|row| {
        json!({"contact": row.contact, "candidate": row.contact, "profiles": row.profiles, "flags": row.flags, "withheld": row.withheld, "language": row.language}).to_string()
    }))
}

/// Person JSONL of every contact, with the jobs and schools that Lever's own reader found in its newest résumé.
#[must_use]
pub fn candidates_jsonl(account: &Account) -> String {
    let mut newest: Vec<Option<&Opportunity>> = vec![None; account.contacts.len()];
    for it in account.opportunities.iter().filter(|it| it.resumes.iter().any(|resume| !resume.parsed.is_empty())) {
        let seat = &mut newest[it.contact];
        if seat.is_none_or(|was| was.created_at < it.created_at) {
            *seat = Some(it);
        }
    }
    lines(account.contacts.iter().zip(newest).map(|(contact, row)| candidate(contact, row).to_string()))
}

fn candidate(contact: &Contact, newest: Option<&Opportunity>) -> Value {
    let date =
        |it: Option<(i32, Option<u32>)>| it.map(|(year, month)| month.map_or(year.to_string(), |month| format!("{year}-{month:02}")));
    let parsed = newest.and_then(|it| it.resumes.iter().rev().find(|resume| !resume.parsed.is_empty()));
    let mut positions: Vec<Value> = parsed
        .map_or(&[][..], |it| &it.parsed)
        .iter()
        .map(|it| json!({"organization": it.organization, "title": it.title, "start": date(it.start), "end": date(it.end)}))
        .collect();
    if positions.is_empty() {
        positions = contact.headline.split(", ").filter(|it| !it.is_empty()).map(|it| json!({"organization": it})).collect();
    }
    let year = |it: i32| it.to_string();
    let schools = parsed
        .map_or(&[][..], |it| &it.schools)
        .iter()
        .map(|it| json!({"organization": it.organization, "start": it.years.map(|it| year(it.0)), "end": it.years.map(|it| year(it.1))}));
    let schools: Vec<Value> = schools.collect();
    let text = |it: &String| (!it.is_empty()).then(|| it.clone());
    json!({
        "id": contact.id, "name": contact.name, "headline": text(&contact.headline), "location": text(&contact.location),
        "emails": contact.emails, "phones": contact.phones.iter().map(|it| &it.1).collect::<Vec<_>>(), "links": contact.links,
        "positions": positions, "schools": schools,
    })
}

fn lines(rows: impl Iterator<Item = String>) -> String {
    rows.fold(String::new(), |all, row| all + &row + "\n")
}
