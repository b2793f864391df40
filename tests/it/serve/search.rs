//! Search: whom words find, what chips leave, and pages that tell of everybody once.

use super::*;
use std::collections::BTreeSet;

const SEARCH: &str = "/api/v1/tenants/acme/search";

async fn ids(place: &Place, token: &str, query: &str) -> Vec<String> {
    let answer = place.get(&format!("{SEARCH}?{query}"), token).await;
    assert_eq!(answer.code(), 200, "{query}: {}", answer.text);
    let json = answer.json();
    json["results"].as_array().expect("a list").iter().map(|it| it["profile"]["id"].as_str().expect("an id").to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn words_find_people_and_chips_choose() {
    let place = Place::open().await;
    let token = place.role(A, Role::Operator).await;
    let check = async |query: &str, expected: &[&str]| {
        let mut found = ids(&place, &token, query).await;
        found.sort();
        assert_eq!(found, expected, "{query}");
    };
    check("q=ana+ruiz", &["p-active"]).await;
    check("q=horvath", &["p-archived"]).await; // One letter too many.
    check("q=carla+nortwind", &["p-hired"]).await;
    check("q=nobody-at-all", &[]).await;
    check("q=", &[]).await;
    check("q=ana&in_ats=hide", &[]).await;
    check("q=ines&in_ats=hide", &["p-absent"]).await;
    check("q=lisbon&status=archived", &["p-archived"]).await;
    check("q=weaver&archived_before=2026-05-01", &["p-archived"]).await;
    check("q=weaver&archived_before=2024-05-01", &[]).await;
    check("in_ats=only&status=hired", &["p-hired"]).await;
    // Who must not be contacted is there, and is nobody to come back to.
    check("stage=on+site&status=active", &["p-active", "p-expired", "p-forbidden", "p-once-hired"]).await;
    check("stage=on+site&untouched_days=90&status=active", &["p-active", "p-once-hired"]).await;
    check("reached=onsite&q=weaver", &["p-active", "p-archived", "p-hired", "p-once-hired"]).await;
    check("stage=on+site&untouched_days=101", &[]).await;
    check("recruiter=kim+berg&reached=offer", &[]).await;
    check("recruiter=u-kim&reached=screen&q=bela", &["p-archived"]).await;
    check("kind=prospect", &[]).await;
    check("kind=applicant", &["p-active", "p-archived", "p-hired", "p-once-hired"]).await;
}

/// Pages of every size tell of the same people, each once; hidden and only are the two halves.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_tell_of_everybody_once() {
    let place = Place::open().await;
    let token = place.role(A, Role::Sourcer).await;
    for query in [
        "q=weaver",
        "q=weaver&in_ats=hide",
        "q=weaver&in_ats=only",
        "in_ats=only",
        "q=weaver&status=do_not_contact",
        "in_ats=only&stage=s-onsite",
    ] {
        let whole = ids(&place, &token, &format!("{query}&limit=100")).await;
        for limit in 1..=4 {
            let (mut all, mut cursor) = (Vec::new(), String::new());
            for _ in 0..20 {
                let address = format!("{SEARCH}?{query}&limit={limit}&cursor={cursor}");
                let page = place.get(&address, &token).await.json();
                let results = page["results"].as_array().expect("a list").clone();
                assert!(results.len() <= limit);
                all.extend(results.iter().map(|it| it["profile"]["id"].as_str().expect("an id").to_owned()));
                match page["next"].as_str() {
                    Some(next) => cursor = next.to_owned(),
                    None => break,
                }
            }
            assert_eq!(all, whole, "{query} by {limit}");
        }
    }
    let set = async |query: &str| ids(&place, &token, query).await.into_iter().collect::<BTreeSet<_>>();
    let (hide, only) = (set("q=weaver&in_ats=hide").await, set("q=weaver&in_ats=only").await);
    assert!(hide.is_disjoint(&only));
    assert_eq!(&hide | &only, set("q=weaver").await);
    assert_eq!(set("in_ats=only").await, only);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_queries_get_an_answer() {
    let place = Place::open().await;
    let token = place.role(A, Role::Sourcer).await;
    let long = "x".repeat(501);
    for (expected, query) in [
        (200, "q=%27%3B+DROP+TABLE+run%3B--".to_owned()),
        (200, "q=%00%FF%E2%80%AE".to_owned()),
        (200, "q=%2A%3A%2A+AND+%28%5B%22".to_owned()),
        (200, format!("q={}", "a+".repeat(250))),
        (200, "q=%F0%9F%98%80&stage=%00".to_owned()),
        (200, "unknown=1".to_owned()),
        (422, format!("q={long}")),
        (422, "q=x&limit=0".to_owned()),
        (422, "q=x&limit=101".to_owned()),
        (400, "q=x&limit=1000".to_owned()),
        (400, "q=x&limit=-1".to_owned()),
        (400, "q=x&in_ats=perhaps".to_owned()),
        (400, "q=x&status=married".to_owned()),
        (400, "q=x&untouched_days=99999999999".to_owned()),
        (200, "q=x&untouched_days=4294967295".to_owned()),
        (422, "q=x&archived_before=yesterday".to_owned()),
        (422, "q=x&in_ats=hide&status=active".to_owned()),
        (422, "q=x&cursor=nonsense".to_owned()),
        (422, "q=x&cursor=cDp4".to_owned()),                     // A place among those who wear a badge.
        (422, "in_ats=only&cursor=aDox".to_owned()),             // A place among hits.
        (422, "q=weaver&cursor=aDo5OTk5OTk5OTk5OTk".to_owned()), // Further than a search goes.
    ] {
        let answer = place.get(&format!("{SEARCH}?{query}"), &token).await;
        assert_eq!(answer.code(), expected, "{query:.60}: {}", answer.text);
    }
}

/// A night is published between any two looks at the store: badges are of the one that is told all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn badges_are_as_old_as_it_is_told() {
    // Before the time is told for the last of so many times, a night is published.
    let (left, nights) = (Arc::new(AtomicI64::new(0)), AtomicI64::new(1));
    let count = Arc::clone(&left);
    let place = Place::with(|it| {
        let (store, clock) = (Arc::clone(&it.store), Arc::clone(&it.clock));
        it.clock = Arc::new(move || {
            if count.fetch_sub(1, Ordering::Relaxed) == 1 {
                let (people, ended) = (people(), NOW.plus(nights.fetch_add(1, Ordering::Relaxed) * 60_000 - HOUR));
                let night = publish(store.as_ref(), A, &people, ended);
                tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(night));
            }
            clock()
        });
    });
    let place = place.await;
    let token = place.role(A, Role::Operator).await;
    for query in ["q=weaver", "q=weaver&status=active", "in_ats=only", "in_ats=only&limit=1"] {
        for times in 1..=6 {
            left.store(times, Ordering::Relaxed);
            let answer = place.get(&format!("{SEARCH}?{query}"), &token).await.json();
            let hits = answer["results"].as_array().expect("a list").iter();
            let ages: Vec<_> = hits.map(|it| &it["badge"]).filter(|it| !it.is_null()).map(|it| &it["checked_at"]).collect();
            assert!(!ages.is_empty() && ages.iter().all(|it| **it == answer["checked_at"]), "{query}, {times}: {answer}");
        }
    }
}
