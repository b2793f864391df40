//! What the client makes of Lever's bodies: documented nulls, odd types, what cannot be read, and lists that misbehave.

use super::server::{Fake, LISTING, json, page, row, status};
use acquaint::lever::{FileStatus, LeverError, Listed, Presence};
use acquaint::model::{ContactId, LeftOut, Millis, Opportunity, OpportunityId, Pipeline, RawPerson, RawText};
use std::fmt::Write;

const FULL: &str = include_str!("../../../fixtures/lever/opportunities.json");

fn reveal(list: Vec<RawText>) -> String {
    list.into_iter().map(RawText::reveal).collect::<Vec<_>>().join(",")
}

/// A row as one line: only what Lever said.
fn line((it, person): (Opportunity, RawPerson)) -> String {
    let mut line = format!("{} {} {}", it.id, it.contact, it.created_at.0);
    let mut say = |name: &str, value: Option<String>| value.into_iter().for_each(|it| write!(line, " {name}={it}").unwrap());
    say("stage", it.stage.map(|it| it.to_string()));
    say("seen", Some(it.stages_seen.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")).filter(|it| !it.is_empty()));
    say("mover", it.last_mover.map(|it| it.to_string()));
    say("owner", it.owner.map(|it| it.to_string()));
    say("by", it.sourced_by.map(|it| it.to_string()));
    say("archived", it.archived.map(|it| format!("{:?}/{:?}", it.reason.map(|it| it.to_string()), it.at.map(|it| it.0))));
    say("applied", it.applied.then(String::new));
    say("posting", it.posting.map(|it| it.to_string()));
    say("url", it.url.map(String::from));
    say("updated", it.updated_at.map(|it| it.0.to_string()));
    say("touched", it.last_interaction_at.map(|it| it.0.to_string()));
    say("snoozed", it.snoozed_until.map(|it| it.0.to_string()));
    say("store", it.store.allowed.map(|it| it.to_string()));
    say("store-end", it.store.expires_at.map(|it| it.0.to_string()));
    say("call", it.contact_consent.allowed.map(|it| it.to_string()));
    say("secret", it.confidential.then(String::new));
    say("anonymous", it.anonymized.then(String::new));
    say("name", person.name.map(RawText::reveal));
    say("headline", person.headline.map(RawText::reveal));
    say("location", person.location.map(RawText::reveal));
    say("emails", Some(reveal(person.emails)).filter(|it| !it.is_empty()));
    say("phones", Some(reveal(person.phones)).filter(|it| !it.is_empty()));
    say("links", Some(reveal(person.links)).filter(|it| !it.is_empty()));
    say("jobs", Some(reveal(person.positions.into_iter().filter_map(|it| it.organization).collect())).filter(|it| !it.is_empty()));
    line
}

fn lines(listed: Listed) -> String {
    let left_out = |it: LeftOut| format!("! {} {}: {}", it.kind, it.id, it.reason);
    listed.rows.into_iter().map(line).chain(listed.left_out.into_iter().map(left_out)).collect::<Vec<_>>().join("\n")
}

/// Lists one page with these items.
async fn check(items: &str, expected: &str) {
    let items = items.to_owned();
    let fake = Fake::serve(move |_, _| page(&items)).await;
    let listed = fake.client().list(&LISTING, &|_| ()).await.unwrap();
    assert_eq!(lines(listed), expected);
}

#[tokio::test]
async fn a_documented_page_is_read_in_full() {
    let fake = Fake::serve(|_, _| json(FULL)).await;
    let listed = fake.client().list(&LISTING, &|_| ()).await.unwrap();
    assert_eq!(listed.server_time, Millis::parse("2026-11-22T02:10:00Z"));
    insta::assert_snapshot!(lines(listed), @r#"
    o-1 c-1 1785830400123 stage=s-screen seen=applicant-new,s-screen mover=u-1 owner=u-1 applied= posting=p-1 url=https://hire.lever.co/candidates/o-1 updated=1786003200460 touched=1786003200456 store=true store-end=1848902400000 call=false name=Perpetua Lindgren-Osei headline=Quillfeather Freight, Mossgate Labs location=Porto, Portugal emails=perpetua@mail.example,p.lindgren@work.example phones=+351 912 000 111,+351 220 000 222 links=https://www.linkedin.com/in/perpetua-lo,https://github.com/perpetua-lo jobs=Quillfeather Freight
    o-2 c-2 1785744000000 stage=lead-new by=u-2 updated=1785744000003 touched=1785744000001 snoozed=1790000000000 secret= name=Tobit Varga
    o-3 c-1 1780000000000 stage=offer seen=lead-new mover=u-1 owner=u-1 archived=Some("r-hired")/Some(1785600000000) applied= updated=1785600000009 touched=1785600000000 name=Perpetua Lindgren-Osei
    o-4 c-3 1580000000000 stage=applicant-new archived=None/None anonymous= name=Anonymized
    "#);
}

#[tokio::test]
async fn odd_fields_cost_no_row() {
    check(&row("a", 5, ""), "a c-a 5").await;
    check(
        &row("a", -62_167_219_200_000, r#","name":null,"emails":null,"archived":null,"urls":null,"dataProtection":null"#),
        "a c-a -62167219200000",
    )
    .await;
    check(r#"{"id":"a","contact":{"id":"c","name":"x"},"createdAt":"253402300799000"}"#, "a c 253402300799000").await;
    check(r#"{"id":17,"contact":18,"createdAt":1.5e12,"stage":{"id":"s","text":"t"}}"#, "17 18 1500000000000 stage=s").await;
    check(
        &row("a", 5, r#","name":["x"],"emails":"x","links":[1,null,"u"],"phones":["1",{"value":"2"},{"type":null}],"stage":{}"#),
        "a c-a 5 phones=1,2 links=u",
    )
    .await;
    check(
        &row("a", 5, r#","archived":true,"isAnonymized":"true","confidentiality":"odd","origin":7,"stageChanges":{}"#),
        "a c-a 5 archived=None/None secret= anonymous=",
    )
    .await;
    check(
        &row("a", 5, r#","name":"Z\ud800oe","headline":"  ","unknown":{"deep":[[[{"x":1e999}]]]}"#),
        "a c-a 5 name=Z\u{fffd}\u{fffd}\u{fffd}oe",
    )
    .await;
    check(
        &row("a", 5, r#","updatedAt":"2026-01-02T03:04:05Z","snoozedUntil":"soon","applications":["p"]"#),
        "a c-a 5 updated=1767323045000",
    )
    .await;
    let long = format!(r#","name":"{}""#, "x".repeat(10_000_000));
    check(&row("a", 5, &long), "a c-a 5").await;
}

#[tokio::test]
async fn what_cannot_be_read_is_left_out_by_name() {
    let items = [
        &row("a", 5, ""),
        r#"{"id":"b","createdAt":5}"#,
        r#"{"id":"d","contact":"c"}"#,
        r#"{"contact":"c","createdAt":5}"#,
        "null",
        r#""text""#,
        &format!(r#"{{"id":"{}","contact":"c","createdAt":5}}"#, "x".repeat(201)),
    ];
    let expected = "a c-a 5
! opportunity b: it has no contact
! opportunity d: it has no date of creation
! opportunity item 4 of page 1: it has no readable id
! opportunity item 5 of page 1: it has no readable id
! opportunity item 6 of page 1: it has no readable id
! opportunity item 7 of page 1: it has no readable id";
    check(&items.join(","), expected).await;
}

#[tokio::test]
async fn invalid_utf8_in_a_name_costs_no_page() {
    let fake = Fake::serve(|_, _| {
        let mut body = br#"{"data":[{"id":"a","contact":"c","createdAt":5,"name":"Zo"#.to_vec();
        body.extend_from_slice(b"\xff\"}],\"hasNext\":false}");
        axum::response::IntoResponse::into_response(body)
    })
    .await;
    assert_eq!(lines(fake.client().list(&LISTING, &|_| ()).await.unwrap()), "a c 5 name=Zo\u{fffd}");
}

#[tokio::test]
async fn include_is_given_up_when_it_costs_a_field() {
    let fake = Fake::serve(|heard, _| if heard.get("include").is_some() { page(r#"{"id":"a"}"#) } else { json(FULL) }).await;
    let lever = fake.client();
    assert_eq!(lever.list(&LISTING, &|_| ()).await.unwrap().rows.len(), 4);
    assert_eq!(lever.usage().requests, 2);
    let Presence::There(one) = lever.opportunity(&OpportunityId::new("a").unwrap(), &LISTING).await.unwrap() else { panic!("it is there") };
    assert_eq!(one.stages_seen.len(), 2);
}

/// The rows a, b, c, d in pages of one; `token` makes the token of the next page.
async fn pages(token: fn(usize, usize) -> Option<String>, refused: Option<usize>) -> (Result<String, LeverError>, usize) {
    let fake = Fake::serve(move |heard, before| {
        if refused == Some(before) {
            return status(400);
        }
        let place: usize = heard.get("offset").map_or(0, |it| it.trim_matches(['[', ']', '"', '%']).parse().unwrap());
        let updated = format!(r#","updatedAt":{}"#, [9, 2, 3, 4][place]);
        let full = ["name", "headline", "location", "emails", "phones", "links", "urls", "stage", "stageChanges", "owner", "sourcedBy"];
        let rest = [
            "lastInteractionAt",
            "snoozedUntil",
            "archived",
            "origin",
            "applications",
            "confidentiality",
            "isAnonymized",
            "dataProtection",
        ];
        let nulls: String = full.iter().chain(&rest).map(|it| format!(r#","{it}":null"#)).collect();
        let item = row(["a", "b", "a", "d"][place], 100 - place as i64, &(updated + &nulls));
        match token(place, before).filter(|_| place < 3) {
            Some(next) => json(format!(r#"{{"data":[{item}],"hasNext":true,"next":{next:?}}}"#)),
            None => page(&item),
        }
    })
    .await;
    let listed = fake.client().list(&LISTING, &|_| ()).await;
    (listed.map(lines), fake.heard().len())
}

#[tokio::test]
async fn pages_are_followed_by_their_tokens() {
    let (listed, requests) = pages(|place, _| Some(format!("%[\"{}\"]", place + 1)), None).await;
    let all = "a c-a 100 updated=9\nb c-b 99 updated=2\nd c-d 97 updated=4";
    assert_eq!((listed.unwrap().as_str(), requests), (all, 4));
    let (listed, requests) = pages(|place, _| Some(format!("{}", place + 1)), Some(2)).await;
    assert_eq!(
        (listed.unwrap().as_str(), requests),
        (all, 11),
        "a token that is not known costs requests, most where bounds are not heeded, and no row"
    );
    let (listed, requests) = pages(|place, _| Some(format!("{}", (place + 1) % 2)), None).await;
    assert!(matches!(listed, Err(LeverError::Circle { .. })) && requests <= 5, "a token that comes again ends the list");
}

#[tokio::test]
async fn filters_are_what_was_asked_for() {
    let fake = Fake::serve(|_, _| page("")).await;
    let lever = fake.client();
    let listing = acquaint::lever::Listing { confidential: true, start: Some(Millis(7)), ..LISTING };
    lever.list_contact(&ContactId::new("c/1 ?").unwrap(), &listing).await.unwrap();
    lever.list_updated(Millis(40), &LISTING).await.unwrap();
    lever.list(&listing, &|_| ()).await.unwrap();
    let [contact, updated, all] = fake.heard().try_into().unwrap();
    let expect = |heard: &super::server::Heard, pairs: &[(&str, Option<&str>)]| {
        pairs.iter().for_each(|(name, value)| assert_eq!(heard.get(name), *value, "{name}"));
    };
    expect(&contact, &[("contact_id", Some("c/1 ?")), ("confidentiality", Some("all")), ("created_at_start", Some("7"))]);
    expect(&updated, &[("updated_at_start", Some("40")), ("confidentiality", None), ("created_at_start", None), ("limit", Some("100"))]);
    expect(&all, &[("created_at_start", Some("7")), ("created_at_end", None), ("expand", Some("applications"))]);
    assert!(fake.heard().iter().all(|it| it.path == "/v1/opportunities"));
}

#[tokio::test]
async fn the_deleted_list_is_asked_for_in_windows() {
    let fake = Fake::serve(|_, before| page(&format!(r#"{{"id":"o-{before}","contact":{}}}"#, ["\"c\"", "null", "{}"][before]))).await;
    let day = 86_400_000;
    let deleted = fake.client().deleted(Millis(0), Millis(60 * day), &LISTING).await.unwrap();
    let contacts: Vec<_> = deleted.iter().map(|it| it.contact.as_ref().map(ContactId::as_str)).collect();
    assert_eq!(contacts, [Some("c"), None, None]);
    let mut end = -1;
    for heard in fake.heard() {
        let bound = |name| heard.get(name).unwrap().parse::<i64>().unwrap();
        assert_eq!(bound("deleted_at_start"), end + 1);
        end = bound("deleted_at_end");
        assert!(end - bound("deleted_at_start") <= 29 * day);
    }
    assert_eq!(end, 60 * day);
}

#[tokio::test]
async fn presence_is_there_or_gone() {
    for (code, gone) in [(200, false), (403, true), (404, true)] {
        let fake =
            Fake::serve(move |_, _| if code == 200 { json(format!(r#"{{"data":{}}}"#, row("a", 5, ""))) } else { status(code) }).await;
        let presence = fake.client().opportunity(&OpportunityId::new("../x y").unwrap(), &LISTING).await.unwrap();
        assert_eq!(matches!(presence, Presence::Gone), gone);
        assert_eq!(fake.heard()[0].path, "/v1/opportunities/..%2Fx%20y");
    }
}

#[tokio::test]
async fn resumes_come_newest_first() {
    let fake = Fake::serve(|_, _| json(include_str!("../../../fixtures/lever/resumes.json"))).await;
    let resumes = fake.client().resumes(&OpportunityId::new("o").unwrap()).await.unwrap();
    let seen: Vec<_> =
        resumes.iter().map(|it| (it.id.as_str(), it.created_at.map(|it| it.0), it.status, it.size, it.positions.len())).collect();
    let expected = [
        ("r-2", Some(1_785_830_390_000), FileStatus::Processed, Some(184_233), 2),
        ("r-1", Some(1_785_744_000_000), FileStatus::NoFile, None, 0),
        ("r-3", Some(1_785_657_601_000), FileStatus::Error, Some(90_112), 0),
    ];
    assert_eq!(seen, expected);
    let mut job = resumes.into_iter().next().unwrap().positions.into_iter().next().unwrap();
    assert_eq!(job.start.take().map(RawText::reveal).as_deref(), Some("2021-03"));
    assert_eq!(job.organization.take().map(RawText::reveal).as_deref(), Some("Quillfeather Freight"));
    for answer in [|| status(404), || page(""), || json("[]")] {
        let fake = Fake::serve(move |_, _| answer()).await;
        assert!(fake.client().resumes(&OpportunityId::new("o").unwrap()).await.unwrap().is_empty());
    }
}

/// Reads the reference lists of an account that refuses those whose path ends so.
async fn reference(refused: &'static [&'static str], expected: (usize, usize, usize, usize), left_out: &[&str]) {
    let fake = Fake::serve(move |heard, _| {
        let list = heard.path.rsplit('/').next().unwrap();
        match list {
            _ if refused.contains(&list) => status(403),
            "disposition_stages" => json(include_str!("../../../fixtures/lever/disposition_stages.json")),
            "stages" => page(r#"{"id":"lead-new","text":"New lead"},{"id":"offer","text":"Offer"}"#),
            "archive_reasons" => page(r#"{"id":"r","text":"Hired","type":"hired"}"#),
            "users" => page(r#"{"id":"u","name":"Ada Boss","deactivatedAt":null},{"id":"v","name":null,"deactivatedAt":5}"#),
            "postings" => page(r#"{"id":"p","text":"Miller"}"#),
            other => panic!("{other} must not be asked for"),
        }
    })
    .await;
    let (found, missing) = fake.client().reference(&LISTING).await.unwrap();
    assert_eq!((found.stages.len(), found.reasons.len(), found.users.len(), found.postings.len()), expected);
    assert_eq!(missing.iter().map(|it| it.kind.as_str()).collect::<Vec<_>>(), left_out);
    if refused.is_empty() {
        let offer = found.stages.values().find(|it| it.text == "Offer").unwrap();
        assert_eq!((offer.pipeline, offer.rank), (Some(Pipeline::Offer), 261.5));
        assert_eq!(found.users.values().filter(|it| it.active).count(), 1);
        assert_eq!(found.reasons.values().filter(|it| it.hired).count(), 1);
        let users = fake.heard().into_iter().find(|it| it.path == "/v1/users").unwrap();
        assert_eq!(users.get("includeDeactivated"), Some("true"));
    }
    assert!(missing.iter().all(|it| it.reason.contains("box \"List ")));
}

#[tokio::test]
async fn a_refused_reference_list_is_left_out() {
    reference(&[], (3, 2, 2, 1), &[]).await;
    reference(&["users"], (3, 2, 0, 1), &["users"]).await;
    reference(&["postings", "users"], (3, 2, 0, 0), &["users", "postings"]).await;
    reference(&["disposition_stages"], (2, 1, 2, 1), &["disposition_stages"]).await;
    reference(&["disposition_stages", "archive_reasons"], (2, 0, 2, 1), &["disposition_stages", "archive_reasons"]).await;
}
