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

/// What each page tells that holds one hit at most, from the first to the last: the hit, and how many were left out before it.
async fn walked(place: &Place, token: &str, query: &str) -> Vec<(Option<String>, u64)> {
    let (mut pages, mut cursor) = (Vec::new(), String::new());
    loop {
        let answer = place.get(&format!("/api/v1/tenants/{A}/search?{query}&limit=1&cursor={cursor}"), token).await;
        assert_eq!(answer.code(), 200, "{query}: {}", answer.text);
        let page = answer.json();
        let hit = page["results"].as_array().filter(|it| it.len() <= 1).expect("one at most").first();
        let hit = hit.map(|it| it["profile"]["id"].as_str().expect("an id").to_owned());
        pages.push((hit, page["left_out"].as_u64().expect("a count")));
        let Some(next) = page["next"].as_str() else { return pages };
        next.clone_into(&mut cursor);
        assert!(pages.len() <= profiles().len(), "{query} goes on and on");
    }
}

/// What they must tell where everybody who is looked at stands in this order, and these are found.
fn pages(order: &[String], found: &[String]) -> Vec<(Option<String>, u64)> {
    let (mut pages, mut left_out) = (Vec::new(), 0);
    for id in order {
        if found.contains(id) {
            pages.push((Some(id.clone()), std::mem::take(&mut left_out)));
        } else {
            left_out += 1;
        }
    }
    if left_out > 0 || pages.is_empty() {
        pages.push((None, left_out));
    }
    pages
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
    let order = async |query: &str| walked(&place, &sourcer, query).await.into_iter().filter_map(|it| it.0).collect::<Vec<_>>();
    let (by_words, listed) = (order("q=weaver").await, order("in_ats=only").await);
    assert_eq!((by_words.len(), listed.len()), (9, 6), "everybody, and who wears a badge that is seen");
    for chip in CHIPS {
        // With words, and without where that lists people.
        for (query, order) in [(format!("q=weaver&{chip}"), &by_words), (chip.to_string(), &listed)] {
            let (ids, left_out) = found(&place, &sourcer, &query).await;
            for alike in [&NEUTRAL[..], &UNSEEN[..]] {
                let there = alike.iter().filter(|it| ids.iter().any(|id| id == *it)).count();
                assert!(there == 0 || there == alike.len(), "{query} tells {alike:?} apart: {ids:?}");
            }
            let neutral = ids.iter().any(|it| it == NEUTRAL[0]);
            let may = ["in_ats=any", "in_ats=only", "status=do_not_contact"].contains(chip);
            assert!(may || !neutral, "{query} finds the neutral: {ids:?}");
            // One at a time, so that places and counts of pages speak too. Without words nobody is listed who is not in Lever.
            let order = if ["in_ats=any", "in_ats=hide"].contains(&query.as_str()) { &Vec::new() } else { order };
            assert_eq!(walked(&place, &sourcer, &query).await, pages(order, &ids), "{query}");
            assert_eq!(left_out as usize + ids.len(), order.len(), "{query}");
        }
    }
    assert_eq!(found(&place, &sourcer, "q=weaver&status=hired").await, (vec![], 9));
    assert_eq!(found(&place, &sourcer, "q=weaver&in_ats=hide").await, (vec!["p-absent".into(), "p-review".into(), "p-withheld".into()], 6));
}

/// Where the key may not list reasons, or Lever has dropped one, nobody can tell who was hired.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reason_that_no_list_names_may_be_a_hire() {
    let place = Place::open().await;
    let gone = || Some(Archived { reason: Some(id("r-unlisted")), at: Some(NOW.plus(-400 * DAY)) });
    let ended = |name: &str| person(name, Decision::Match, vec![Opportunity { archived: gone(), ..opportunity(name) }]);
    let forbidden = people().into_iter().filter(|it| it.contact.as_str() == "c-forbidden");
    place.publish(A, ["archived", "hired"].map(ended).into_iter().chain(forbidden).collect()).await;
    let (sourcer, operator) = (place.role(A, Role::Sourcer).await, place.role(A, Role::Operator).await);
    for question in QUESTIONS {
        let expected = answer(&place, &sourcer, question, "p-forbidden").await;
        for profile in ["p-archived", "p-hired"] {
            assert_eq!(answer(&place, &sourcer, question, profile).await, expected, "{question} {profile}");
            assert!(answer(&place, &operator, question, profile).await.contains("r-unlisted"), "{question} {profile}");
        }
    }
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

/// Where a reason for archiving could be told: the interface, pages, lists, files.
const TOLD_IN: &[&str] = &[
    "/api/v1/tenants/acme/profiles/p-archived",
    "/api/v1/tenants/acme/why?profile=p-archived",
    "/api/v1/tenants/acme/why?url=https%3A%2F%2Flinkedin.com%2Fin%2Fp-archived",
    "/api/v1/tenants/acme/search?q=weaver",
    "/api/v1/tenants/acme/search?in_ats=only&status=archived",
    "/t/acme/profile?id=p-archived",
    "/t/acme/search?q=weaver",
    "/t/acme/search?in_ats=only&status=archived",
    "/t/acme/search.csv?q=weaver",
];

/// Whether each of them, look-ups and the list of addresses tells the reason.
async fn tells(place: &Place, token: &str) -> Vec<bool> {
    let mut texts = Vec::new();
    for path in TOLD_IN {
        let answer = place.get(path, token).await;
        assert!(answer.status.as_u16() == 200 && answer.text.to_lowercase().contains("archived"), "{path}: {}", answer.text);
        texts.push(answer.text);
    }
    let lookup = json!({ "profiles": ["p-archived"] });
    texts.push(place.post("/api/v1/tenants/acme/badges/lookup", token, lookup).await.text);
    texts.push(place.form("/t/acme/list", token, "list=p-archived").await.text);
    texts.push(place.form("/t/acme/list", token, "list=p-archived&csv=yes").await.text);
    texts.iter().map(|it| it.contains("Timing") || it.contains("r-timing")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reasons_are_told_to_whom_the_company_says() {
    let place = Place::open().await;
    let (sourcer, other) = (place.role(A, Role::Sourcer).await, place.role(B, Role::Sourcer).await);
    let all = vec![true; TOLD_IN.len() + 3];
    assert_eq!(tells(&place, &sourcer).await, all, "by default everyone is told");
    let admin = place.signed_in("ada", Grant::Tenant(name(A), Role::Admin)).await;
    let choices = "resumes=none&resume_budget=1&contact=nobody";
    let save = async |more: &str| place.form_with_cookie("/t/acme/settings", &admin, &format!("{choices}{more}")).await.status.as_u16();
    assert_eq!(save("&archive_reasons=operators").await, 303);
    assert_eq!(tells(&place, &sourcer).await, vec![false; all.len()], "at once");
    assert_eq!(save("").await, 303);
    assert_eq!(tells(&place, &sourcer).await, vec![false; all.len()], "a form without the choice leaves it");
    for role in [Role::Operator, Role::Admin] {
        assert_eq!(tells(&place, &place.role(A, role).await).await, all, "{}", role.as_str());
    }
    let badge = |answer: Answer| answer.json()["badges"]["p-archived"].clone();
    let ask = async |tenant: &str, token: &str| {
        badge(place.post(&format!("/api/v1/tenants/{tenant}/badges/lookup"), token, json!({ "profiles": ["p-archived"] })).await)
    };
    let (own, others) = (ask(A, &sourcer).await, ask(B, &other).await);
    assert_eq!((&own["status"], &own["archive_reason"]), (&json!("archived"), &json!(null)));
    assert_eq!((&own["archived_at"], &own["stage"]), (&others["archived_at"], &others["stage"]), "the rest is told");
    assert_eq!(others["archive_reason"]["text"], "Timing", "another company's choice is its own");
    // No question finds by a reason that is not told.
    let before = found(&place, &sourcer, "q=weaver").await;
    for query in ["q=timing", "q=weaver&stage=Timing", "q=weaver&recruiter=Timing"] {
        assert!(found(&place, &sourcer, query).await.0.is_empty(), "{query}");
    }
    assert_eq!(save("&archive_reasons=nobody").await, 422);
    assert_eq!(save("&archive_reasons=everyone").await, 303);
    assert_eq!((tells(&place, &sourcer).await, found(&place, &sourcer, "q=weaver").await), (all, before));
}
