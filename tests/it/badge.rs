//! The rules that make a badge, as a table: each line names one rule.

use acquaint::{
    badge::{Matched, Reading, badge},
    model::{
        Archived, Badge, Consent, ContactId, Evidence, Feature, Kind, Level, Millis, Opportunity, OpportunityId, Pipeline, ProfileId,
        Reason, ReasonId, Reference, Stage, StageId, Status, TenantName, User, UserId,
    },
};

const NOW: Millis = Millis(1_000_000);

fn reference() -> Reference {
    let stage = |text: &str, pipeline, rank| Stage { text: text.to_owned(), pipeline: Some(pipeline), rank };
    let stages = [
        ("lead-new", stage("New lead", Pipeline::Lead, 1.0)),
        ("lead-far", stage("Responded", Pipeline::Lead, 5.0)),
        ("screen", stage("Screen", Pipeline::Screen, 201.0)),
        ("offer", stage("Offer", Pipeline::Offer, 261.0)),
    ];
    let reasons = [("hired", true), ("withdrew", false)];
    let users = [("ana", true), ("left", false)];
    Reference {
        stages: stages.into_iter().map(|(id, it)| (StageId::new(id).unwrap(), it)).collect(),
        reasons: reasons.map(|(id, hired)| (ReasonId::new(id).unwrap(), Reason { text: id.to_owned(), hired })).into(),
        users: users.map(|(id, active)| (UserId::new(id).unwrap(), User { name: id.to_uppercase(), active })).into(),
        postings: [].into(),
    }
}

fn opportunity(id: &str) -> Opportunity {
    Opportunity {
        id: OpportunityId::new(id).unwrap(),
        contact: ContactId::new("c").unwrap(),
        stage: StageId::new("lead-new").ok(),
        stages_seen: vec![],
        last_mover: None,
        owner: None,
        sourced_by: None,
        archived: None,
        applied: false,
        posting: None,
        url: None,
        created_at: Millis(10),
        updated_at: Some(Millis(20)),
        last_interaction_at: Some(Millis(30)),
        snoozed_until: None,
        store: Consent::default(),
        contact_consent: Consent::default(),
        confidential: false,
        anonymized: false,
    }
}

fn made(opportunities: &[Opportunity]) -> Option<Badge> {
    let (tenant, reference) = (TenantName::new("acme").unwrap(), reference());
    let reading = Reading { tenant: &tenant, reference: &reference, checked_at: None, now: NOW };
    let evidence = [Evidence { feature: Feature::Email, level: Level::Same, bits: 9.0, on: None }];
    let contact = ContactId::new("c").unwrap();
    let matched = [Matched { contact: &contact, probability: 0.99, evidence: &evidence, opportunities }];
    badge(&ProfileId::new("p").unwrap(), &matched, &reading)
}

/// Builds opportunities `a`, `b`, … by the edits, and looks at one thing of their badge.
#[track_caller]
fn check<T: PartialEq + std::fmt::Debug>(edits: &[fn(&mut Opportunity)], look: fn(&Badge) -> T, wanted: T) {
    let ids = ["a", "b", "c"];
    let build = |(id, edit): (&&str, &fn(&mut Opportunity))| {
        let mut it = opportunity(id);
        edit(&mut it);
        it
    };
    let opportunities: Vec<_> = ids.iter().zip(edits).map(build).collect();
    let badge = made(&opportunities).expect("a badge");
    assert_eq!(look(&badge), wanted);
}

fn archive(it: &mut Opportunity, reason: &str) {
    it.archived = Some(Archived { reason: ReasonId::new(reason).ok(), at: Some(Millis(25)) });
}

fn first(badge: &Badge) -> String {
    badge.opportunities[0].id.to_string()
}

#[test]
fn the_most_recent_opportunity_is_the_last_touched() {
    check(&[|_| {}, |it| it.last_interaction_at = Some(Millis(31))], first, "b".into());
    check(&[|_| {}, |it| (it.last_interaction_at, it.updated_at) = (None, Some(Millis(40)))], first, "b".into());
    check(&[|_| {}, |it| (it.last_interaction_at, it.updated_at, it.created_at) = (None, None, Millis(50))], first, "b".into());
    check(&[|it| archive(it, "withdrew"), |_| {}], first, "b".into());
    check(&[|_| {}, |_| {}], first, "a".into());
}

#[test]
fn status_comes_from_the_archive_then_the_snooze() {
    check(&[|it| archive(it, "hired")], |it| it.status, Status::Hired);
    check(&[|it| archive(it, "withdrew")], |it| it.status, Status::Archived);
    check(&[|it| archive(it, "nobody knows")], |it| it.status, Status::Archived);
    check(&[|it| it.snoozed_until = Some(NOW.plus(1))], |it| it.status, Status::Snoozed);
    check(&[|it| it.snoozed_until = Some(NOW)], |it| it.status, Status::Active);
}

#[test]
fn an_applicant_applied_or_is_further_than_a_lead() {
    check(&[|_| {}], |it| it.kind, Kind::Prospect);
    check(&[|it| it.applied = true], |it| it.kind, Kind::Applicant);
    check(&[|it| it.stage = StageId::new("screen").ok()], |it| it.kind, Kind::Applicant);
    check(&[|it| it.stage = StageId::new("unlisted").ok()], |it| it.kind, Kind::Prospect);
}

#[test]
fn the_furthest_stage_is_found_among_all_that_were_seen() {
    let furthest = |it: &Badge| it.furthest_stage.as_ref().map(|it| it.id.to_string());
    check(&[|_| {}], furthest, Some("lead-new".into()));
    check(&[|it| it.stages_seen = vec![StageId::new("lead-far").unwrap()]], furthest, Some("lead-far".into()));
    check(&[|_| {}, |it| it.stages_seen = vec![StageId::new("offer").unwrap()]], furthest, Some("offer".into()));
    check(&[|it| it.stages_seen = vec![StageId::new("a-stage-no-list-names").unwrap()]], furthest, Some("lead-new".into()));
    check(&[|it| it.stage = None], furthest, None);
}

#[test]
fn the_recruiter_is_owner_then_mover_then_sourcer() {
    let recruiter = |it: &Badge| it.recruiter.as_ref().map(|it| (it.id.to_string(), it.name.clone(), it.active));
    check(&[|_| {}], recruiter, None);
    check(&[|it| it.sourced_by = UserId::new("ana").ok()], recruiter, Some(("ana".into(), Some("ANA".into()), Some(true))));
    check(
        &[|it| (it.sourced_by, it.last_mover) = (UserId::new("ana").ok(), UserId::new("left").ok())],
        recruiter,
        Some(("left".into(), Some("LEFT".into()), Some(false))),
    );
    check(
        &[|it| (it.last_mover, it.owner) = (UserId::new("left").ok(), UserId::new("nobody").ok())],
        recruiter,
        Some(("nobody".into(), None, None)),
    );
}

#[test]
fn contact_is_forbidden_by_any_opportunity() {
    let no = |allowed, expires_at| Consent { allowed, expires_at };
    assert!(no(None, None).permits(NOW) && no(Some(true), Some(NOW.plus(1))).permits(NOW));
    assert!(!no(Some(false), None).permits(NOW) && !no(Some(true), Some(NOW)).permits(NOW));
    check(&[|_| {}], |it| it.do_not_contact, false);
    let forbid: fn(&mut Opportunity) = |it| it.contact_consent.allowed = Some(false);
    check(&[|_| {}, forbid], |it| it.do_not_contact, true);
}

#[test]
fn nobody_is_shown_whose_data_may_not_be_stored_or_who_has_nothing_to_show() {
    let mut forbidden = opportunity("a");
    forbidden.store.expires_at = Some(NOW);
    assert_eq!(made(&[forbidden, opportunity("b")]), None);
    assert_eq!(made(&[]), None);
}
