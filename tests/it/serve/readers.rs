//! While one set of badges takes the place of another, whoever looks sees the old one or the new.

use super::*;

const READERS: usize = 200;
const PEOPLE: usize = 40;

/// Everybody at one stage.
fn at(stage: &str) -> Vec<StagedContact> {
    let one = |n: usize| {
        let who = format!("{n}");
        person(&who, Decision::Match, vec![Opportunity { stage: Some(id(stage)), ..opportunity(&who) }])
    };
    (0..PEOPLE).map(one).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_readers_see_whole_sets() {
    let place = Place::with(|it| it.rate = 1_000_000.try_into().expect("not zero")).await;
    place.publish(A, at("s-lead")).await;
    let token = place.role(A, Role::Operator).await;
    let asked = json!({ "profiles": (0..PEOPLE).map(|it| format!("p-{it}")).collect::<Vec<_>>() });
    let store = Arc::clone(&place.store);
    // A task of its own: the two hundred are one.
    let writer = tokio::spawn(async move {
        for stage in ["s-onsite", "s-lead", "s-onsite"] {
            publish(store.as_ref(), A, &at(stage), NOW.plus(-HOUR)).await;
        }
    });
    let reader = async || {
        let mut seen = Vec::new();
        while !writer.is_finished() || seen.is_empty() {
            let answer = place.post(&format!("/api/v1/tenants/{A}/badges/lookup"), &token, asked.clone()).await;
            // A machine that is too busy says so, and shows nothing.
            if answer.code() == 503 {
                continue;
            }
            let badges = answer.json()["badges"].clone();
            let mut stages: Vec<String> = badges.as_object().expect("badges").values().map(|it| it["stage"]["id"].to_string()).collect();
            assert_eq!(stages.len(), PEOPLE);
            stages.dedup();
            assert_eq!(stages.len(), 1, "a mixture: {stages:?}");
            seen.extend(stages);
        }
        seen
    };
    let seen = futures::future::join_all((0..READERS).map(|_| reader())).await;
    writer.await.expect("published");
    let seen: std::collections::BTreeSet<String> = seen.into_iter().flatten().collect();
    assert_eq!(seen.len(), 2, "both sets were seen: {seen:?}");
}
