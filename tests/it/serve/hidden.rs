//! What the pages must not tell, asked in every way that they have: of who was hired, who must not be contacted, who is withheld.

use super::*;
use acquaint::model::{Lookers, Ruled, Ruling};

/// What is the person's own in public, taken out.
fn without_self(text: &str, who: &str) -> String {
    let own = profiles().into_iter().find(|it| it.id.as_str() == format!("p-{who}")).expect("a profile").name;
    let text = text.replace(&format!("p-{who}"), "P").replace(&format!("c-{who}"), "C");
    text.replace(&own, "N").replace(&own.replace(' ', "+"), "N")
}

/// Everything that a page shows of one person, by its status and text.
async fn asked(place: &Place, token: &str, who: &str) -> Vec<(u16, String)> {
    let words = profiles().into_iter().find(|it| it.id.as_str() == format!("p-{who}")).expect("a profile").name.replace(' ', "+");
    let mut answers = Vec::new();
    for path in [
        format!("profile?id=p-{who}"),
        format!("search?q={words}"),
        format!("search.csv?q={words}"),
        format!("search?q={words}&in_ats=only"),
        format!("search?q={words}&in_ats=hide"),
        format!("search.csv?q={words}&status=archived"),
        format!("search.csv?q={words}&reached=lead"),
        format!("search.csv?q={words}&untouched=1"),
        format!("contact?profile=p-{who}&contact=c-{who}"),
        format!("file?profile=p-{who}&contact=c-{who}&opportunity=o-{who}&resume=r"),
        format!("live?profile=p-{who}&contact=c-{who}"),
    ] {
        let answer = place.get(&format!("/t/{A}/{path}"), token).await;
        answers.push((answer.status.as_u16(), without_self(&answer.text, who)));
    }
    for (path, body) in [
        ("decide", format!("contact=c-{who}&profile=p-{who}&ruling=not_same")),
        ("decide", format!("contact=c-{who}&profile=p-{who}&ruling=same")),
        ("undo", format!("contact=c-{who}&profile=p-{who}")),
        ("recheck", format!("contact=c-{who}&profile=p-{who}")),
        ("list", format!("list=p-{who}%0Ahttps%3A%2F%2Flinkedin.com%2Fin%2Fp-{who}")),
        ("list", format!("list=p-{who}&csv=yes")),
    ] {
        let answer = place.form(&format!("/t/{A}/{path}"), token, &body).await;
        answers.push((answer.status.as_u16(), without_self(&answer.text, who)));
    }
    answers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_and_files_tell_nobody_apart() {
    let place = Place::open().await;
    let sourcer = place.role(A, Role::Sourcer).await;
    for alike in [&NEUTRAL[..], &UNSEEN[..]] {
        let names: Vec<&str> = alike.iter().map(|it| &it[2..]).collect();
        let first = asked(&place, &sourcer, names[0]).await;
        for other in &names[1..] {
            for (at, (one, two)) in first.iter().zip(asked(&place, &sourcer, other).await).enumerate() {
                assert_eq!(*one, two, "question {at} tells {} from {other}", names[0]);
            }
        }
        let told: String = first.into_iter().map(|it| it.1).collect();
        for word in ["hire.example", "Hired", "Show contact", "Why this badge"] {
            assert!(!told.contains(word), "{word} is told of {names:?}");
        }
    }
}

/// Where sourcers may look at people, they look at those whose badge they see, and a token at nobody.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn details_are_for_users_who_may() {
    let place = Place::open().await;
    let sam = place.signed_in("sam", Grant::Tenant(name(A), Role::Sourcer)).await;
    let olga = place.signed_in("olga", Grant::Tenant(name(A), Role::Operator)).await;
    let token = place.role(A, Role::Admin).await;
    let look = async |cookie: &str, who: &str| {
        let path = format!("/t/{A}/contact?profile=p-{who}&contact=c-{who}");
        place.with_cookie(Method::GET, &path, cookie).await.status.as_u16()
    };
    // 502: they may, and this tenant's key opens nothing.
    assert_eq!((look(&sam, "active").await, look(&olga, "active").await), (403, 502));
    assert_eq!(place.get("/t/acme/contact?profile=p-active&contact=c-active", &token).await.status.as_u16(), 403);
    let shows =
        async |cookie: &str| place.with_cookie(Method::GET, "/t/acme/profile?id=p-active", cookie).await.text.contains("Show contact");
    assert_eq!((shows(&sam).await, shows(&olga).await), (false, true));
    place.store.edit_settings(&name(A), &|it| it.contact = Lookers::Sourcers).await.expect("set");
    assert_eq!((look(&sam, "active").await, shows(&sam).await), (502, true));
    for who in NEUTRAL.iter().chain(&UNSEEN) {
        assert_eq!(look(&sam, &who[2..]).await, 404, "{who}");
    }
    let file = "/t/acme/file?profile=p-hired&contact=c-hired&opportunity=o-hired&resume=r";
    assert_eq!(place.with_cookie(Method::GET, file, &sam).await.status.as_u16(), 404);
    assert_eq!(place.with_cookie(Method::GET, "/t/acme/live?profile=p-review&contact=c-review", &sam).await.status.as_u16(), 403);
}

/// A permission that ends between two nights ends in review too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn review_tells_nothing_of_who_is_withheld_by_now() {
    let place = Place::open().await;
    let until = Consent { allowed: Some(true), expires_at: Some(NOW.plus(HOUR)) };
    place.publish(A, vec![person("review", Decision::Review, vec![Opportunity { store: until, ..opportunity("review") }])]).await;
    let olga = place.signed_in("olga", Grant::Tenant(name(A), Role::Operator)).await;
    let see = async |path: &str| place.with_cookie(Method::GET, &format!("/t/{A}/{path}"), &olga).await;
    const PAIR: &str = "contact=c-review&profile=p-review";
    let review = format!("review?{PAIR}");
    let (queue, profile) = (see(&review).await.text, see("profile?id=p-review").await.text);
    assert!(queue.contains("Hana Sato") && queue.contains("class=\"count\">1<") && profile.contains("Possible match"));
    place.now_is(NOW.plus(HOUR));
    let (queue, profile) = (see(&review).await.text, see("profile?id=p-review").await.text);
    assert!(!queue.contains("Hana Sato") && queue.contains("There are none now") && !profile.contains("Possible match"), "{queue}");
    assert!(see("runs").await.text.contains("/review\">0<"));
    assert_eq!(see(&format!("live?{PAIR}")).await.status.as_u16(), 404);
    let token = place.role(A, Role::Operator).await;
    assert_eq!(place.form("/t/acme/decide", &token, &format!("{PAIR}&ruling=same")).await.status.as_u16(), 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sourcer_takes_no_reviewers_decision_away() {
    let place = Place::open().await;
    let sam = place.role(A, Role::Sourcer).await;
    let it = Ruled { contact: id("c-active"), profile: id("p-active"), ruling: Ruling::Same, who: "user olga".into(), at: NOW };
    place.store.decide(&name(A), &it).await.expect("decided");
    const PAIR: &str = "contact=c-active&profile=p-active";
    assert_eq!(place.form("/t/acme/decide", &sam, &format!("{PAIR}&ruling=not_same")).await.status.as_u16(), 409);
    assert_eq!(place.form("/t/acme/undo", &sam, PAIR).await.status.as_u16(), 403);
    assert_eq!(place.store.rulings(&name(A)).await.expect("read"), [it]);
    const OTHER: &str = "contact=c-archived&profile=p-archived";
    assert_eq!(place.form("/t/acme/decide", &sam, &format!("{OTHER}&ruling=not_same")).await.status.as_u16(), 303);
    assert_eq!(place.form("/t/acme/undo", &sam, OTHER).await.status.as_u16(), 303);
}

/// How somebody is reached is not shown of who must not be contacted, to no role.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_profile_of_who_must_not_be_contacted_has_no_address() {
    let place = Place::open().await;
    let reachable = |who: &str| {
        let line =
            json!({ "id": format!("p-{who}"), "name": "Reachable", "emails": ["public@person.example"], "phones": ["+351912345678"] });
        serde_json::from_value::<Profile>(line).expect("a profile")
    };
    let all = ["active", "forbidden", "review", "absent"].map(reachable);
    place.store.put_profiles(&all, NOW).await.expect("put");
    let forbidden = Consent { allowed: Some(false), expires_at: None };
    let mut found = people();
    found.retain(|it| it.contact.as_str() != "c-review");
    found.push(person("review", Decision::Review, vec![Opportunity { contact_consent: forbidden, ..opportunity("review") }]));
    found.push(person("absent", Decision::Review, vec![opportunity("absent")]));
    for it in found.iter_mut().filter_map(|it| it.pairing.as_mut()) {
        let same = |feature| Evidence { feature, level: Level::Same, bits: 9.5, on: Some(FieldIndex(0)) };
        it.evidence.extend([Feature::Email, Feature::Phone].map(same));
    }
    place.publish(A, found).await;
    for role in [Role::Sourcer, Role::Operator] {
        let token = place.role(A, role).await;
        let reach = async |path: &str, who: &str| {
            let answer = place.get(&path.replace("{}", who), &token).await;
            assert_eq!(answer.status.as_u16(), 200, "{path}");
            (answer.text.contains("public@person.example"), answer.text.contains("351912345678"))
        };
        let check = async |path: &str, shown: &str, hidden: &str| {
            let told = (reach(path, shown).await, reach(path, hidden).await);
            assert_eq!(told, ((true, true), (false, false)), "{path} to {}", role.as_str());
        };
        for path in ["/t/acme/profile?id=p-{}", "/api/v1/tenants/acme/profiles/p-{}", "/api/v1/tenants/acme/why?profile=p-{}"] {
            check(path, "active", "forbidden").await;
        }
        if role == Role::Operator {
            check("/t/acme/review?contact=c-{}&profile=p-{}", "absent", "review").await;
            check("/api/v1/tenants/acme/why?profile=p-{}", "absent", "review").await;
        }
        let list = place.get("/api/v1/tenants/acme/search?in_ats=only&limit=100", &token).await.json();
        for hit in list["results"].as_array().expect("a list") {
            let (who, reach) = (hit["profile"]["id"].as_str(), hit["profile"].to_string().contains("public@person.example"));
            assert_eq!(reach, who == Some("p-active"), "{who:?} to {}", role.as_str());
        }
        let csv = place.get(&format!("/t/{A}/search.csv?in_ats=only"), &token).await.text;
        assert!(csv.contains("p-forbidden") && !csv.contains("public@person.example"), "{csv}");
    }
}
