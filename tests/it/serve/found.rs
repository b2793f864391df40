//! The search page, and lists: what chips ask, how many are left out, how far anybody looks, what files hold.

use super::*;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

/// The addresses of the page's chips, by their words.
fn chips(page: &str) -> Vec<(String, String, bool)> {
    let chip = |it: &str| {
        let (tag, rest) = it.split_once('>')?;
        let words = rest.split("</a>").next()?.rsplit("svg>").next()?.trim().to_owned();
        Some((words, tag.split('"').next()?.replace("&#38;", "&").replace("&amp;", "&"), tag.contains("aria-current")))
    };
    page.split("class=\"chip\" href=\"").skip(1).filter_map(chip).collect()
}

/// Who is hidden has no badge of which anything could be asked.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hiding_and_asking_something_of_badges_take_each_others_place() {
    let place = Place::open().await;
    let token = place.role(A, Role::Operator).await;
    let of = async |query: &str| chips(&place.get(&format!("/t/{A}/search?q=weaver&{query}"), &token).await.text);
    let all = of("in_ats=hide").await;
    assert_eq!(all.len(), 9, "{all:?}");
    let badges = all.iter().skip(3);
    assert!(badges.clone().count() == 6 && badges.clone().all(|(_, to, _)| !to.contains("in_ats")), "{all:?}");
    let on: Vec<_> = all.iter().filter(|it| it.2).map(|it| it.0.as_str()).collect();
    assert_eq!(on, ["Hide in Lever"]);
    let all = of("reached=onsite&untouched=90").await;
    let hide = all.iter().find(|it| it.0 == "Hide in Lever").expect("a chip");
    assert_eq!(hide.1, format!("/t/{A}/search?q=weaver&in_ats=hide"));
    let only = all.iter().find(|it| it.0 == "Only in Lever").expect("a chip");
    assert!(only.1.contains("reached=onsite") && only.1.contains("untouched=90"), "{only:?}");
    // Both at once, as by an old address or the form: what is shown is what is lit.
    let both = of("in_ats=hide&reached=onsite").await;
    let on: Vec<_> = both.iter().filter(|it| it.2).map(|it| it.0.as_str()).collect();
    assert_eq!(on, ["All", "Reached onsite"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_who_are_hidden_are_counted_on_every_page() {
    let place = Place::open().await;
    let many: Vec<Profile> = (0..60)
        .map(|n| serde_json::from_value(json!({ "id": format!("q-{n}"), "name": "Jo Stranger", "headline": "Weaver" })).expect("a profile"))
        .collect();
    place.store.put_profiles(&many, NOW).await.expect("put");
    place.site.catch_up().await.expect("an index");
    let token = place.role(A, Role::Sourcer).await;
    let mut path = format!("/t/{A}/search?q=weaver&in_ats=hide");
    let mut pages = 0;
    loop {
        let page = place.get(&path, &token).await.text;
        assert!(page.contains("69 profiles · 6 hidden (in Lever)<"), "page {pages}");
        pages += 1;
        let Some((before, _)) = page.split_once("\">More</a>") else { break };
        path = before.rsplit("href=\"").next().expect("an address").replace("&#38;", "&").replace("&amp;", "&");
    }
    assert_eq!(pages, 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_looks_further_than_ten_thousand() {
    let place = Place::open().await;
    let token = place.role(A, Role::Sourcer).await;
    for (at, expected) in [(0, 200), (9_999, 200), (10_000, 422), (u64::MAX, 422)] {
        let cursor = BASE64_URL_SAFE_NO_PAD.encode(format!("h:{at}"));
        let answer = place.get(&format!("/api/v1/tenants/{A}/search?q=weaver&cursor={cursor}"), &token).await;
        assert_eq!(answer.code(), expected, "{at}: {}", answer.text);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_and_lists_have_a_limit_of_their_own() {
    let place = Place::open().await;
    let (one, other) = (place.role(A, Role::Sourcer).await, place.role(A, Role::Sourcer).await);
    let csv = async |token: &str| place.get("/t/acme/search.csv?q=ana", token).await.status.as_u16();
    let mut codes = Vec::new();
    for _ in 0..60 {
        codes.push(csv(&one).await);
    }
    assert_eq!(codes, [200; 60]);
    let list = async || place.form("/t/acme/list", &one, "list=p-active").await.status.as_u16();
    assert_eq!((list().await, csv(&one).await), (429, 429), "lists and files are counted together");
    place.pass(Duration::from_secs(1));
    assert_eq!((list().await, csv(&one).await), (200, 429), "a second brings another one");
    assert_eq!((csv(&other).await, place.get("/t/acme/search?q=ana", &one).await.status.as_u16()), (200, 200));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_cell_is_a_formula() {
    let place = Place::open().await;
    let token = place.role(A, Role::Sourcer).await;
    const TEXTS: [&str; 12] =
        ["=1+1", "+1", "-1", "@A1", "\t=1", "\n=1", "  =1", "\u{ff1d}1", "\u{ff0b}1", "\u{ff0d}1", "\u{ff20}A1", "\u{a0}\u{ff1d}1"];
    let all = TEXTS.iter().enumerate().map(|(n, text)| json!({ "id": format!("q-{n}"), "name": "Qasim Formula", "headline": text }));
    let all: Vec<Profile> = all.map(|it| serde_json::from_value(it).expect("a profile")).collect();
    place.store.put_profiles(&all, NOW).await.expect("put");
    place.site.catch_up().await.expect("an index");
    let csv = place.get("/t/acme/search.csv?q=qasim", &token).await.text;
    for text in TEXTS {
        assert!(csv.contains(&format!("\"'{text}\"")), "{text:?}: {csv}");
    }
}

/// Months are those of the calendar.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_years_are_no_720_days() {
    let place = Place::open().await;
    let token = place.role(A, Role::Sourcer).await;
    for (days, found) in [(729, false), (732, true)] {
        let archived = Some(Archived { reason: Some(id("r-timing")), at: Some(NOW.plus(-days * DAY)) });
        place.publish(A, vec![person("absent", Decision::Match, vec![Opportunity { archived, ..opportunity("absent") }])]).await;
        let csv = place.get("/t/acme/search.csv?q=ines&archived_months=24", &token).await.text;
        assert_eq!(csv.contains("p-absent"), found, "{days}: {csv}");
    }
}

/// Two profiles show one page: whoever asks by the page hears of the one with the badge, wherever it is asked.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_is_one_persons_everywhere() {
    let place = Place::open().await;
    let page = "https://www.linkedin.com/in/p-active";
    let twin = |id: &str| serde_json::from_value::<Profile>(json!({ "id": id, "name": "Ana Ruiz", "links": [page] })).expect("a profile");
    place.store.put_profiles(&["a-twin", "z-twin"].map(twin), NOW).await.expect("put");
    place.site.catch_up().await.expect("an index");
    let token = place.role(A, Role::Sourcer).await;
    let bookmark = place.get(&format!("/p?url={page}"), &token).await;
    assert_eq!(bookmark.header("location"), "/t/acme/profile?id=p-active");
    let list = place.form("/t/acme/list", &token, &format!("csv=yes&list={page}")).await.text;
    assert!(list.lines().nth(1).is_some_and(|it| it.contains("\"p-active\"")), "{list}");
    assert_eq!(place.get(&format!("/api/v1/tenants/{A}/why?url={page}"), &token).await.json()["profile"], "p-active");
    let looked = place.post(&format!("/api/v1/tenants/{A}/badges/lookup"), &token, json!({ "urls": [page] })).await.json();
    assert_eq!(looked["badges"][page]["profile"], "p-active");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_of_columns_is_nobody() {
    let place = Place::open().await;
    let token = place.role(A, Role::Sourcer).await;
    for (header, lines) in [
        ("Name,Email,LinkedIn", 1),
        ("Full name;E-mail address;Email;Phone;Profile URL;Rating", 1),
        ("\"Email\"", 1),
        ("p-absent", 2),
        ("p-absent,,", 2),
        ("Ana Ruiz,Company", 2),
        ("Name,https://linkedin.com/in/p-hired", 2),
        ("Ana,ana@person.example,Weaver", 2),
    ] {
        let csv = place.form("/t/acme/list", &token, &format!("csv=yes&list={header}%0Ap-active")).await.text;
        assert_eq!(csv.lines().count() - 1, lines, "{header}: {csv}");
    }
}
