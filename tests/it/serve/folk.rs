//! Whom the server knows: one of each kind, all invented.

use super::{DAY, NOW, id};
use acquaint::model::{
    Archived, Consent, Decision, Evidence, Feature, FieldIndex, Level, Opportunity, Pipeline, Profile, Reason, Reference, Stage, User,
    Waterfall,
};
use acquaint::store::{Pairing, StagedContact};
use serde_json::json;

/// Everybody who has a profile: those of [`people`], one who is absent, and some who share a word.
pub(super) fn profiles() -> Vec<Profile> {
    let line = |id: &str, name: &str| {
        json!({
            "id": id, "name": name, "headline": "Weaver", "location": "Lisbon, Portugal",
            "links": [format!("https://www.linkedin.com/in/{id}")],
            "positions": [{"organization": "Northwind", "title": "Weaver"}],
        })
    };
    let all = [
        ("p-active", "Ana Ruiz"),
        ("p-archived", "Bela Horvat"),
        ("p-hired", "Carla Nunes"),
        ("p-once-hired", "Dana Weiss"),
        ("p-forbidden", "Edda Lund"),
        ("p-expired", "Fay Okoro"),
        ("p-withheld", "Gita Rao"),
        ("p-review", "Hana Sato"),
        ("p-absent", "Ines Costa"),
    ];
    all.into_iter().map(|(id, name)| serde_json::from_value(line(id, name)).expect("a profile")).collect()
}

/// Those whom sourcers may not tell from each other.
pub(super) const NEUTRAL: [&str; 4] = ["p-hired", "p-once-hired", "p-forbidden", "p-expired"];
/// Those who look as if they were not there.
pub(super) const UNSEEN: [&str; 3] = ["p-withheld", "p-review", "p-absent"];

/// One of each kind.
pub(super) fn people() -> Vec<StagedContact> {
    let gone = |reason: &str| Some(Archived { reason: Some(id(reason)), at: Some(NOW.plus(-400 * DAY)) });
    let forbidden = Consent { allowed: Some(false), expires_at: None };
    let expired = Consent { allowed: Some(true), expires_at: Some(NOW.plus(-DAY)) };
    let archived = Opportunity { archived: gone("r-timing"), ..opportunity("archived") };
    let long_ago = Opportunity {
        archived: gone("r-hired"),
        id: id("o-long-ago"),
        last_interaction_at: Some(NOW.plus(-900 * DAY)),
        ..opportunity("once-hired")
    };
    vec![
        person("active", Decision::Match, vec![opportunity("active")]),
        person("archived", Decision::Match, vec![archived.clone()]),
        person("hired", Decision::Match, vec![Opportunity { archived: gone("r-hired"), ..opportunity("hired") }]),
        person("once-hired", Decision::Match, vec![opportunity("once-hired"), long_ago]),
        person("forbidden", Decision::Match, vec![Opportunity { contact_consent: forbidden, ..opportunity("forbidden") }]),
        person("expired", Decision::Match, vec![Opportunity { contact_consent: expired, ..opportunity("expired") }]),
        person("withheld", Decision::Match, vec![Opportunity { store: expired, ..opportunity("withheld") }]),
        person("review", Decision::Review, vec![opportunity("review")]),
    ]
}

pub(super) fn person(who: &str, decision: Decision, opportunities: Vec<Opportunity>) -> StagedContact {
    let evidence = Evidence { feature: Feature::Name, level: Level::Same, bits: 7.25, on: Some(FieldIndex(0)) };
    let pairing = Pairing {
        contact: id(&format!("c-{who}")),
        profile: id(&format!("p-{who}")),
        decision,
        probability: 0.99,
        evidence: vec![evidence],
        waterfall: Waterfall::default(),
    };
    StagedContact { contact: id(&format!("c-{who}")), pairing: Some(pairing), opportunities, resume: None }
}

pub(super) fn opportunity(who: &str) -> Opportunity {
    Opportunity {
        id: id(&format!("o-{who}")),
        contact: id(&format!("c-{who}")),
        stage: Some(id("s-onsite")),
        stages_seen: vec![id("s-lead")],
        last_mover: None,
        owner: Some(id("u-kim")),
        sourced_by: None,
        archived: None,
        applied: true,
        posting: None,
        url: Some(format!("https://hire.example/{who}").into()),
        created_at: NOW.plus(-500 * DAY),
        updated_at: Some(NOW.plus(-100 * DAY)),
        last_interaction_at: Some(NOW.plus(-100 * DAY)),
        snoozed_until: None,
        store: Consent::default(),
        contact_consent: Consent::default(),
        confidential: false,
        anonymized: false,
    }
}

pub(super) fn reference() -> Reference {
    let mut it = Reference::default();
    it.stages.insert(id("s-lead"), Stage { text: "New lead".into(), pipeline: Some(Pipeline::Lead), rank: 0.1 });
    it.stages.insert(id("s-onsite"), Stage { text: "On site".into(), pipeline: Some(Pipeline::Onsite), rank: 0.4 });
    it.reasons.insert(id("r-timing"), Reason { text: "Timing".into(), hired: false });
    it.reasons.insert(id("r-hired"), Reason { text: "Hired".into(), hired: true });
    it.users.insert(id("u-kim"), User { name: "Kim Berg".into(), active: true });
    it
}
