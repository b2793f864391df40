//! What people say of pairs by the pages: looked at again, taken back, told to who reviews.

use super::*;
use acquaint::model::{Publication, ResumePolicy};

const PAIR: &str = "contact=c-active&profile=p-active";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_looked_at_again_costs_what_the_company_wants() {
    let place = Place::open().await;
    let token = place.role(A, Role::Operator).await;
    for resumes in [ResumePolicy::None, ResumePolicy::Auto] {
        place.store.edit_settings(&name(A), &|it| it.resumes = resumes).await.expect("set");
        assert_eq!(place.form("/t/acme/recheck", &token, PAIR).await.status.as_u16(), 303);
        let claimed = place.store.claim_run(i64::MAX, &[], NOW).await.expect("asked").expect("a run");
        let order = claimed.order;
        assert_eq!((order.kind, order.resumes, order.publication), (RunKind::Recent, resumes, Publication::Guarded));
        place.store.publish(&claimed.claim, &place.ending(RunState::Published).await, NOW).await.expect("published");
    }
}

/// Each contact that is asked for costs requests.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_looked_at_again_whom_no_run_has_found() {
    let place = Place::open().await;
    let token = place.role(A, Role::Operator).await;
    for pair in ["contact=c-nobody&profile=p-active", "contact=c-active&profile=p-absent", "contact=c-withheld&profile=p-withheld"] {
        assert_eq!(place.form("/t/acme/recheck", &token, pair).await.status.as_u16(), 404, "{pair}");
    }
    assert_eq!(place.store.asked_again(&name(A)).await.expect("read"), []);
    assert!(place.store.claim_run(i64::MAX, &[], NOW).await.expect("asked").is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_decided_takes_it_back_on_the_profile() {
    let place = Place::open().await;
    let (sam, sue) = (place.role(A, Role::Sourcer).await, place.role(A, Role::Sourcer).await);
    let offers = async |token: &str| place.get("/t/acme/profile?id=p-active", token).await.text.contains("What you decided");
    assert!(!offers(&sam).await);
    assert_eq!(place.form("/t/acme/decide", &sam, &format!("{PAIR}&ruling=not_same&then=profile")).await.status.as_u16(), 303);
    assert_eq!((offers(&sam).await, offers(&sue).await), (true, false), "one's own, long after the toast has gone");
    let undone = place.form("/t/acme/undo", &sam, &format!("{PAIR}&then=profile")).await;
    assert_eq!((undone.status.as_u16(), undone.header("location")), (303, "/t/acme/profile?id=p-active"));
    assert!(!offers(&sam).await && place.get("/t/acme/profile?id=p-active", &sam).await.text.contains("In Lever"));
}

/// Taken back, it would be forgotten, and the next run could give the badge with nobody asked.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_run_asks_is_decided_and_not_taken_back() {
    const PAIR: &str = "contact=c-review&profile=p-review&then=decisions";
    let place = Place::open().await;
    let token = place.role(A, Role::Operator).await;
    let claim = place.stage(A, &people()).await;
    place.store.reopen(&claim, &[], &[(id("c-review"), id("p-review"))], NOW).await.expect("reopened");
    place.store.publish(&claim, &place.ending(RunState::Published).await, NOW).await.expect("published");
    let page = async || place.get("/t/acme/decisions", &token).await.text;
    let asked = page().await;
    assert!(asked.contains("To be decided anew") && asked.contains("value=\"same\"") && asked.contains("value=\"not_same\""), "{asked}");
    assert!(!asked.contains("/t/acme/undo"), "{asked}");
    assert_eq!(place.form("/t/acme/undo", &token, PAIR).await.status.as_u16(), 409, "nor by a form of one's own");
    assert_eq!(place.store.rulings(&name(A)).await.expect("read").len(), 1);
    let decided = place.form("/t/acme/decide", &token, &format!("{PAIR}&ruling=same")).await;
    assert_eq!((decided.status.as_u16(), decided.header("location")), (303, "/t/acme/decisions"));
    assert!(page().await.contains("/t/acme/undo"), "a person's word is taken back");
    assert_eq!(place.form("/t/acme/undo", &token, PAIR).await.status.as_u16(), 303);
    assert!(page().await.contains("To be decided anew"), "and the question is there again");
}

/// A question is told where the profile is found, to those who answer it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_reviews_sees_questions_among_hits() {
    let place = Place::open().await;
    for (role, told) in [(Role::Sourcer, false), (Role::Operator, true), (Role::Admin, true)] {
        let token = place.role(A, role).await;
        for path in ["search?q=hana+sato", "search.csv?q=hana+sato"] {
            let text = place.get(&format!("/t/{A}/{path}"), &token).await.text;
            assert_eq!(text.contains("Possible match"), told, "{path} to {}", role.as_str());
            assert_eq!(text.contains("Nothing to show"), !told, "{path} to {}", role.as_str());
        }
        let list = place.form("/t/acme/list", &token, "list=p-review").await.text;
        assert_eq!(list.contains("Possible match"), told, "a list to {}", role.as_str());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_link_leads_to_anything_but_a_page() {
    let place = Place::open().await;
    let token = place.role(A, Role::Operator).await;
    let evil = |who: &str| Opportunity { url: Some("javascript:alert(1)".into()), ..opportunity(who) };
    let found = [("review", Decision::Review), ("active", Decision::Match)];
    place.publish(A, found.map(|(who, decision)| person(who, decision, vec![evil(who)])).into()).await;
    for path in ["review?contact=c-review&profile=p-review", "profile?id=p-active"] {
        let page = place.get(&format!("/t/{A}/{path}"), &token).await;
        assert!(page.status == StatusCode::OK && !page.text.contains("javascript:"), "{path}");
    }
}

/// A profile is anybody's words: what is no page is text, and a page is a link however it is written.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_profiles_page_is_a_link_and_nothing_else_is() {
    let place = Place::open().await;
    let token = place.role(A, Role::Sourcer).await;
    for (written, leads) in [
        ("linkedin.com/in/ana", Some("https://linkedin.com/in/ana")),
        ("HTTPS://WWW.LinkedIn.com/in/ana", Some("https://www.linkedin.com/in/ana")),
        ("http://ana.example", Some("http://ana.example/")),
        ("javascript:alert(1)", None),
        ("javascript://ana.example/%0Aalert(1)", None),
        ("data:text/html,x", None),
        ("mailto:ana@ana.example", None),
        ("ana@ana.example", None),
        ("https://ana:word@ana.example/", None),
        ("https://localhost/", None),
        ("ana", None),
    ] {
        let mut profile = profiles().remove(0);
        profile.links = vec![written.to_owned()];
        place.store.put_profiles(&[profile], NOW).await.expect("put");
        let page = place.get("/t/acme/profile?id=p-active", &token).await.text;
        let shown = page.split("<dt>Pages</dt>").nth(1).and_then(|it| it.split("</dd>").next()).expect("its pages");
        let href = shown.split("href=\"").nth(1).and_then(|it| it.split('"').next());
        assert_eq!(href, leads, "{written}: {shown}");
    }
}
