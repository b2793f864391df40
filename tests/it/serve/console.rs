//! The operator's console: a bad night is seen for as long as it is the last one, however many small runs come after it.

use super::*;

/// A run of acme that ends so.
async fn ran(place: &Place, kind: RunKind, state: RunState) {
    let claim = place.store.start_run(&name(A), kind, NOW).await.expect("a claim");
    let ending =
        Ending { tally: Tally { pulled: 900, contacts: 9, matched: 7, unmatched: 2, ..Tally::default() }, ..place.ending(state).await };
    match state {
        RunState::Published => place.store.publish(&claim, &ending, NOW).await.expect("published"),
        _ => {
            let error = (state == RunState::Failed).then(|| "something broke".to_owned());
            place.store.end_run(&claim, &Ending { error, ..ending }, None).await.expect("ended");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bad_night_is_seen_behind_recent_runs() {
    let place = Place::open().await;
    let token = place.role(A, Role::Operator).await;
    ran(&place, RunKind::Full, RunState::Published).await;
    ran(&place, RunKind::Full, RunState::Failed).await;
    for _ in 0..70 {
        ran(&place, RunKind::Recent, RunState::Published).await;
    }
    ran(&place, RunKind::Full, RunState::DryRun).await;
    ran(&place, RunKind::Full, RunState::Cancelled).await;
    let page = place.get("/t/acme/runs", &token).await.text;
    for part in ["something broke", "About 21 requests", "Contacts by night, 2 nights", "With a badge", "Older runs"] {
        assert!(page.contains(part), "no {part:?} in {page}");
    }
    assert!(place.get("/console", &token).await.text.contains("something broke"));
    // All of the history can be reached: 75 runs, 30 a page.
    let (mut address, mut seen) = (Some("/t/acme/runs".to_owned()), 0);
    while let Some(it) = address {
        let page = place.get(&it, &token).await.text;
        seen += page.matches("<td><a data-step").count();
        let older = page.split('"').find(|it| it.starts_with("/t/acme/runs?before="));
        address = older.map(str::to_owned);
    }
    assert_eq!(seen, 75);
}
