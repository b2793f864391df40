//! Old is said to be old, and what nobody has looked at is not said to be absent.

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn badges_grow_stale() {
    let place = Place::open().await;
    place.store.add_tenant(&tenant("never")).await.expect("added");
    let (token, never) = (place.role(A, Role::Sourcer).await, place.role("never", Role::Sourcer).await);
    let seen = async |tenant: &str, token: &str| {
        let answer =
            place.post(&format!("/api/v1/tenants/{tenant}/badges/lookup"), token, json!({ "profiles": ["p-active"] })).await.json();
        (answer["checked_at"].clone(), answer["stale"].clone(), answer["not_yet_checked"].clone())
    };
    let checked = json!("2026-11-21T23:00:00Z");
    assert_eq!(seen(A, &token).await, (checked.clone(), json!(false), json!([])));
    place.now_is(NOW.plus(36 * HOUR));
    assert_eq!(seen(A, &token).await, (checked, json!(true), json!([])));
    assert_eq!(seen("never", &never).await, (json!(null), json!(true), json!(["p-active"])));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newer_profile_is_not_yet_checked() {
    let place = Place::open().await;
    let token = place.role(A, Role::Sourcer).await;
    let profile = |id: &str| serde_json::from_value::<Profile>(json!({ "id": id, "name": "Jo Newcomer" })).expect("a profile");
    place.store.put_profiles(&[profile("p-new"), profile("p-absent")], NOW).await.expect("put");
    place.site.catch_up().await.expect("an index");
    let asked = json!({ "profiles": ["p-new", "p-absent", "p-new", "p-active", "nobody"] });
    let answer = place.post(&format!("/api/v1/tenants/{A}/badges/lookup"), &token, asked).await.json();
    assert_eq!(answer["not_yet_checked"], json!(["p-new", "p-absent"]), "once, however often it is asked for");
    let hits = place.get(&format!("/api/v1/tenants/{A}/search?q=newcomer"), &token).await.json();
    assert_eq!((&hits["total"], &hits["results"][0]["not_yet_checked"]), (&json!(2), &json!(true)));
    // The next night has seen them: what was remembered of the one before is not used.
    place.publish(A, people()).await;
    let answer = place.post(&format!("/api/v1/tenants/{A}/badges/lookup"), &token, json!({ "profiles": ["p-new"] })).await.json();
    assert_eq!(answer["not_yet_checked"], json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_removal_is_seen_at_once() {
    let place = Place::open().await;
    let token = place.role(A, Role::Operator).await;
    let badge = async || place.get(&format!("/api/v1/tenants/{A}/profiles/p-active"), &token).await.json()["badge"].clone();
    assert!(!badge().await.is_null());
    let claim = place.stage(A, &[]).await;
    place.store.remove_now(&claim, &[id("c-active")], &[]).await.expect("removed");
    assert!(badge().await.is_null());
    let found = place.get(&format!("/api/v1/tenants/{A}/search?in_ats=only&status=active"), &token).await.json();
    assert!(found["results"].as_array().expect("a list").iter().all(|it| it["profile"]["id"] != "p-active"));
}

/// Old badges are old; that something failed is said where it did.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_a_check_that_failed_is_said_to_have_failed() {
    let place = Place::open().await;
    let token = place.role(A, Role::Sourcer).await;
    let failed = async |told: bool| {
        for path in ["search?q=ines+costa", "search.csv?q=ines+costa", "profile?id=p-absent", "search.csv?q=ana+ruiz"] {
            let page = place.get(&format!("/t/{A}/{path}"), &token).await.text;
            assert!(page.contains("as of yesterday"), "{path}: {page}");
            assert_eq!(page.contains("the last check failed"), told, "{path}");
        }
    };
    place.now_is(NOW.plus(36 * HOUR));
    failed(false).await;
    for (state, told) in [(RunState::Failed, true), (RunState::DryRun, false)] {
        let claim = place.stage(A, &[]).await;
        place.store.end_run(&claim, &place.ending(state).await, None).await.expect("ended");
        failed(told).await;
    }
    place.stage(A, &[]).await;
    failed(false).await;
}
