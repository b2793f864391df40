//! A small account with one of each kind.

use acquaint::world::{
    Account, Application, Contact, DataProtection, Deleted, Document, Dress, Fault, Layout, Ms, Opportunity, ParsedPosition, Posting,
    Reason, Resume, ResumeSpec, Stage, StageChange, User, Writing,
};
use std::sync::Arc;

pub(crate) const NOW: Ms = 1_786_000_000_000;
pub(crate) const DAY: Ms = 24 * 3600 * 1000;

/// Days before [`NOW`].
pub(crate) fn ago(days: Ms) -> Ms {
    NOW - days * DAY
}

pub(crate) fn small() -> Account {
    let hired = Reason { id: "r-hired".into(), text: "Hired".into(), hired: true, active: true };
    let withdrew = Reason { id: "r-withdrew".into(), text: "Withdrew".into(), hired: false, active: false };
    Account {
        contacts: vec![person("c-ana", "Ana Ruiz"), person("c-bo", "Bo Lind"), anonymised("c-cy")],
        opportunities: opportunities(),
        deleted: vec![deleted("d-1", 3, false), deleted("d-2", 40, false), deleted("d-3", 3, true)],
        stages: [("lead-new", "New lead", "lead"), ("s-screen", "Recruiter screen", "screen"), ("offer", "Offer", "offer")]
            .map(|(id, text, pipeline)| Stage { id: id.into(), text: text.into(), pipeline, rank: 1.0 })
            .into(),
        reasons: vec![hired, withdrew],
        users: vec![user("u-1", "Ines Duarte", None), user("u-2", "Rafael Moreno", None), user("u-3", "Old Recruiter", Some(ago(9)))],
        postings: vec![posting("p-1", "published", false), posting("p-2", "draft", false), posting("p-3", "internal", true)],
    }
}

fn opportunities() -> Vec<Opportunity> {
    let mut lead = opportunity("o-1", 0, ago(10));
    lead.tags = vec!["rust".into(), "go".into()];
    lead.sources = vec!["LinkedIn".into()];
    let mut applied = opportunity("o-2", 0, ago(8));
    applied.origin = "applied";
    applied.stage = "s-screen".into();
    applied.owner = Some("u-1".into());
    applied.followers = vec!["u-1".into(), "u-3".into()];
    applied.tags = vec!["go".into()];
    applied.application = Some(application("a-2", "p-1"));
    applied.snoozed_until = Some(NOW + DAY);
    applied.last_advanced_at = Some(ago(7));
    applied.stage_changes = vec![StageChange { stage: "s-screen".into(), at: ago(7), user: Some("u-1".into()) }];
    applied.resumes = vec![
        resume("f-gone", "processed", Document::Missing),
        resume("f-locked", "error", Document::Unprocessable),
        resume("f-ok", "processed", Document::File(Arc::new(spec()))),
    ];
    let mut hired = opportunity("o-3", 1, ago(6));
    hired.archived = Some(("r-hired".into(), ago(2)));
    hired.updated_at = None;
    hired.snoozed_until = Some(ago(1));
    let mut secret = opportunity("o-4", 1, ago(5));
    secret.confidential = true;
    secret.application = Some(application("a-4", "p-3"));
    let mut gone = opportunity("o-5", 2, ago(5));
    gone.archived = Some(("r-withdrew".into(), ago(4)));
    vec![hired, gone, lead, secret, applied]
}

pub(crate) fn opportunity(id: &str, contact: usize, created_at: Ms) -> Opportunity {
    Opportunity {
        id: id.into(),
        contact,
        stage: "lead-new".into(),
        archived: None,
        stage_changes: Vec::new(),
        origin: "sourced",
        owner: None,
        sourced_by: None,
        followers: Vec::new(),
        tags: Vec::new(),
        sources: Vec::new(),
        application: None,
        created_at,
        updated_at: Some(created_at + 1),
        last_interaction_at: Some(created_at),
        last_advanced_at: None,
        snoozed_until: None,
        confidential: false,
        resumes: Vec::new(),
    }
}

fn person(id: &str, name: &str) -> Contact {
    let mail = format!("{}@example.org", name.to_lowercase().replace(' ', "."));
    Contact {
        id: id.into(),
        name: name.into(),
        headline: "Northwind, Caldera Labs".into(),
        location: "Porto, Portugal".into(),
        emails: vec![mail],
        phones: vec![(Some("mobile"), "+351 912 000 111".into()), (None, "+351 220 000 222".into())],
        links: vec!["https://github.com/example-person".into()],
        anonymized: false,
        data_protection: None,
    }
}

fn anonymised(id: &str) -> Contact {
    let data_protection =
        DataProtection { store_allowed: true, store_expires_at: Some(NOW), contact_allowed: false, contact_expires_at: None };
    Contact {
        id: id.into(),
        name: "Anonymized".into(),
        headline: String::new(),
        location: String::new(),
        emails: Vec::new(),
        phones: Vec::new(),
        links: Vec::new(),
        anonymized: true,
        data_protection: Some(data_protection),
    }
}

fn application(id: &str, posting: &str) -> Application {
    Application { id: id.into(), kind: "posting", posting: Some(posting.into()), company: Some("Northwind".into()), created_at: ago(8) }
}

fn resume(id: &str, status: &'static str, document: Document) -> Resume {
    let job = ParsedPosition { organization: "Northwind".into(), title: "Engineer".into(), start: Some((2021, Some(3))), end: None };
    Resume {
        id: id.into(),
        created_at: ago(8),
        status,
        ext: ".pdf",
        file_name: "cv.pdf".into(),
        parsed: vec![job],
        schools: Vec::new(),
        document,
    }
}

fn deleted(id: &str, days: Ms, confidential: bool) -> Deleted {
    let mut opportunity = opportunity(id, 1, ago(50));
    opportunity.confidential = confidential;
    opportunity.application = Some(application(&format!("a-{id}"), "p-1"));
    Deleted { opportunity, by: "u-1".into(), at: ago(days) }
}

fn user(id: &str, name: &str, deactivated_at: Option<Ms>) -> User {
    User { id: id.into(), name: name.into(), deactivated_at }
}

fn posting(id: &str, state: &'static str, confidential: bool) -> Posting {
    Posting { id: id.into(), text: "Backend Engineer".into(), state, confidential }
}

/// A document that can be made.
pub(crate) fn spec() -> ResumeSpec {
    ResumeSpec {
        layout: Layout::OneColumn,
        writing: Writing::Literal,
        fault: Fault::None,
        name: "Ana Ruiz".into(),
        headline: "Engineer".into(),
        contact: vec!["ana.ruiz@example.org".into()],
        links: Vec::new(),
        jobs: Vec::new(),
        schools: Vec::new(),
        skills: Vec::new(),
        dress: Dress::default(),
    }
}
