//! What sourcers must not learn, asked for in every way that there is.

use super::*;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

/// Every question that could tell two profiles apart. `{}` stands for the profile's id.
const QUESTIONS: &[&str] =
    &["GET /profiles/{}", "GET /why?profile={}", "GET /why?url=https%3A%2F%2Flinkedin.com%2Fin%2F{}", "LOOKUP profiles", "LOOKUP urls"];

/// Everything that a search can ask of badges, with the value that fits a person who was hired, or is not to be contacted.
const CHIPS: &[&str] = &[
    "in_ats=any",
    "in_ats=hide",
    "in_ats=only",
    "status=active",
    "status=archived",
    "status=hired",
    "status=snoozed",
    "status=do_not_contact",
    "stage=s-onsite",
    "stage=On+site",
    "kind=applicant",
    "kind=prospect",
    "recruiter=u-kim",
    "recruiter=Kim+Berg",
    "archived_before=2026-11-01",
    "reached=lead",
    "reached=onsite",
    "untouched_days=1",
    "untouched_days=0",
];

/// What is the profile's own, taken out.
fn without_self(text: &str, profile: &str) -> String {
    let own = profiles().into_iter().find(|it| it.id.as_str() == profile).expect("a profile");
    text.replace(profile, "P").replace(&own.name, "N")
}

async fn answer(place: &Place, token: &str, question: &str, profile: &str) -> String {
    let base = format!("/api/v1/tenants/{A}");
    let answer = match question.split_once(' ').expect("a verb") {
        ("LOOKUP", "urls") => {
            let url = format!("http://linkedin.com/in/{profile}/");
            place.post(&format!("{base}/badges/lookup"), token, json!({ "urls": [url] })).await
        }
        ("LOOKUP", _) => place.post(&format!("{base}/badges/lookup"), token, json!({ "profiles": [profile] })).await,
        (_, path) => place.get(&format!("{base}{}", path.replace("{}", profile)), token).await,
    };
    assert_eq!(answer.code(), 200, "{question}: {}", answer.text);
    without_self(&answer.text, profile)
}

/// Whom a search finds.
async fn found(place: &Place, token: &str, query: &str) -> (Vec<String>, u64) {
    let answer = place.get(&format!("/api/v1/tenants/{A}/search?{query}"), token).await;
    assert_eq!(answer.code(), 200, "{query}: {}", answer.text);
    let json = answer.json();
    let mut ids: Vec<String> =
        json["results"].as_array().expect("a list").iter().map(|it| it["profile"]["id"].as_str().expect("an id").to_owned()).collect();
    ids.sort();
    (ids, json["left_out"].as_u64().expect("a count"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_neutral_are_one_and_the_unseen_are_absent() {
    let place = Place::open().await;
    let sourcer = place.role(A, Role::Sourcer).await;
    for question in QUESTIONS {
        for alike in [&NEUTRAL[..], &UNSEEN[..]] {
            let first = answer(&place, &sourcer, question, alike[0]).await;
            for other in &alike[1..] {
                assert_eq!(answer(&place, &sourcer, question, other).await, first, "{question}: {} and {other}", alike[0]);
            }
        }
        let (neutral, absent) = (answer(&place, &sourcer, question, NEUTRAL[0]).await, answer(&place, &sourcer, question, UNSEEN[0]).await);
        assert!(neutral.contains(r#""status":"do_not_contact""#) && !absent.contains("do_not_contact"), "{question}: {neutral}");
        for word in ["c-", "o-", "s-onsite", "u-kim", "Kim", "r-hired", "hire.example", "hired", "archived\"", "name\",\"level"] {
            assert!(!neutral.contains(word), "{question} tells {word}: {neutral}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn filters_counts_and_pages_find_nobody_out() {
    let place = Place::open().await;
    let sourcer = place.role(A, Role::Sourcer).await;
    for chip in CHIPS {
        // With words, and without where that lists people.
        for query in [format!("q=weaver&{chip}"), chip.to_string()] {
            let (ids, _) = found(&place, &sourcer, &query).await;
            for alike in [&NEUTRAL[..], &UNSEEN[..]] {
                let there = alike.iter().filter(|it| ids.iter().any(|id| id == *it)).count();
                assert!(there == 0 || there == alike.len(), "{query} tells {alike:?} apart: {ids:?}");
            }
            let neutral = ids.iter().any(|it| it == NEUTRAL[0]);
            let may = ["in_ats=any", "in_ats=only", "status=do_not_contact"].contains(chip);
            assert!(may || !neutral, "{query} finds the neutral: {ids:?}");
            // One at a time, so that places and counts of pages speak too.
            let (one, left_out) = found(&place, &sourcer, &format!("{query}&limit=100")).await;
            assert!(one == ids && left_out as usize + ids.len() <= profiles().len());
        }
    }
    assert_eq!(found(&place, &sourcer, "q=weaver&status=hired").await, (vec![], 9));
    assert_eq!(found(&place, &sourcer, "q=weaver&in_ats=hide").await, (vec!["p-absent".into(), "p-review".into(), "p-withheld".into()], 6));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn operators_see_what_is_there() {
    let place = Place::open().await;
    for role in [Role::Operator, Role::Admin] {
        let token = place.role(A, role).await;
        let status = async |profile: &str| {
            let answer = place.get(&format!("/api/v1/tenants/{A}/profiles/{profile}"), &token).await.json();
            (answer["badge"]["status"].clone(), answer["badge"]["do_not_contact"].clone())
        };
        assert_eq!(status("p-hired").await, (json!("hired"), json!(false)));
        assert_eq!(status("p-forbidden").await, (json!("active"), json!(true)));
        assert_eq!(status("p-withheld").await, (json!(null), json!(null)));
        let review = place.get(&format!("/api/v1/tenants/{A}/why?profile=p-review"), &token).await.json();
        assert_eq!((&review["badge"], &review["contacts"][0]["decision"]), (&json!(null), &json!("review")));
        assert_eq!(review["contacts"][0]["evidence"][0]["value"], "Hana Sato");
        let withheld = place.get(&format!("/api/v1/tenants/{A}/why?profile=p-withheld"), &token).await.json();
        assert_eq!(withheld["contacts"], json!([]));
        assert_eq!(found(&place, &token, "q=weaver&status=hired").await.0, ["p-hired"]);
    }
}

/// Whom a page of the list leads on from.
fn named_by(cursor: &str) -> String {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).expect("base64");
    String::from_utf8(bytes).expect("text").split_once(':').expect("a kind").1.to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_list_neither_counts_nor_names_who_is_withheld() {
    let place = Place::open().await;
    let path = format!("/api/v1/tenants/{A}/search");
    for role in [Role::Sourcer, Role::Operator] {
        let token = place.role(A, role).await;
        let mut seen = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = place.get(&format!("{path}?in_ats=only&limit=1&cursor={cursor}"), &token).await.json();
            assert_eq!((page["left_out"].as_u64(), page["results"].as_array().map(Vec::len)), (Some(0), Some(1)), "{page}");
            seen.push(page["results"][0]["profile"]["id"].as_str().expect("an id").to_owned());
            let Some(next) = page["next"].as_str() else { break };
            assert!(seen.contains(&named_by(next)), "a cursor names {}", named_by(next));
            next.clone_into(&mut cursor);
        }
        // Who is withheld comes last by id: the page before leads nowhere.
        assert_eq!(seen, ["p-active", "p-archived", "p-expired", "p-forbidden", "p-hired", "p-once-hired"]);
        // Nor is anybody found between two ids that somebody made up.
        for (after, expected) in [("p-vvv", 0), ("p-once-hired", 0), ("p-withheld", 0), ("p-", 6)] {
            let cursor = BASE64_URL_SAFE_NO_PAD.encode(format!("p:{after}"));
            let page = place.get(&format!("{path}?in_ats=only&status=snoozed&cursor={cursor}"), &token).await.json();
            assert_eq!((page["left_out"].as_u64(), &page["next"]), (Some(expected), &json!(null)), "after {after}");
        }
    }
}
