//! The operator's console: a bad night is seen for as long as it is the last one, however many small runs come after it; what a run will
//! cost is told by what is known; and one at work is told of wherever it is shown.

use super::*;
use acquaint::model::{Order, Progress, Publication, ResumePolicy, ResumeStatus, RunStep};
use acquaint::night::{NightError, PATIENCE};
use acquaint::store::Worker;

/// A run of acme that ends so.
async fn ran(place: &Place, kind: RunKind, state: RunState) {
    let claim = place.store.start_run(&name(A), &order(kind), NOW).await.expect("a claim");
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
        seen += page.matches("<a data-step").count();
        let older = page.split('"').find(|it| it.starts_with("/t/acme/runs?before="));
        address = older.map(str::to_owned);
    }
    assert_eq!(seen, 75);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_run_costs_is_told_by_the_last_whole_one() {
    let place = Place::open().await;
    let token = place.role(A, Role::Operator).await;
    let read = |ok: u64| [(ResumeStatus::Ok, ok)].into();
    let size = Tally { pulled: 900, contacts: 90, withheld: 10, resumes_needed: 50, ..Tally::default() };
    let night = Tally { resumes_read: 20, resumes_deferred: 30, resume_outcomes: read(20), ..size.clone() };
    let whole = Tally { resumes_needed: 80, resumes_read: 80, resume_outcomes: read(80), ..size.clone() };
    for (state, tally, resumes, says) in [
        (RunState::DryRun, size.clone(), ResumePolicy::Auto, "About 121 requests, 50 résumés, 13 s."),
        (RunState::DryRun, size.clone(), ResumePolicy::None, "About 21 requests, 3 s."),
        (RunState::DryRun, size.clone(), ResumePolicy::All, "About 181 requests, 80 résumés"),
        // What was put off, and a tenth of what was read.
        (RunState::Published, night.clone(), ResumePolicy::Auto, "About 85 requests, 32 résumés"),
        // Everybody's but those that this night and the one before read.
        (RunState::Published, night, ResumePolicy::All, "About 101 requests, 40 résumés"),
        (RunState::Published, whole, ResumePolicy::All, "About 37 requests, 8 résumés"),
    ] {
        let claim = place.store.start_run(&name(A), &order(RunKind::Full), NOW).await.expect("a claim");
        let ending = Ending { tally, ..place.ending(state).await };
        match state {
            RunState::Published => place.store.publish(&claim, &ending, NOW).await.expect("published"),
            _ => place.store.end_run(&claim, &ending, None).await.expect("ended"),
        }
        place.store.edit_settings(&name(A), &|it| it.resumes = resumes).await.expect("set");
        let page = place.get("/t/acme/runs", &token).await.text;
        assert!(page.contains(says) && page.contains("publishes nothing. About 21 requests, 3 s."), "no {says:?} in {page}");
        let run = place.get(&format!("/t/acme/runs/{}", claim.run), &token).await.text;
        assert_eq!(run.contains("What would change"), state == RunState::DryRun, "{run}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_at_work_is_told_of_wherever_it_is_shown() {
    let place = Place::open().await;
    let token = place.role(A, Role::Operator).await;
    ran(&place, RunKind::Full, RunState::Published).await;
    let claim = place.store.start_run(&name(A), &order(RunKind::Full), NOW).await.expect("a claim");
    let progress = Progress { step: RunStep::Listing, done: 300, of: 0, pulled: 300, requests: 4 };
    place.store.beat(&claim, Some(&progress), NOW).await.expect("alive");
    let events = format!("data-events=\"/api/v1/tenants/acme/runs/{}/events\"", claim.run);
    let own = format!("/t/acme/runs/{}", claim.run);
    for page in ["/console", "/t/acme/runs", &own] {
        let text = place.get(page, &token).await.text;
        for part in [events.as_str(), "33 %", "300 opportunities listed", "a few seconds more", "aria-current=\"step\">List<"] {
            assert!(text.contains(part), "no {part:?} on {page}: {text}");
        }
        // What is drawn anew has nothing to press.
        let drawn = text.split("data-drawn").nth(1).and_then(|it| it.split("hidden-words").next()).expect("a part");
        assert!(!drawn.contains("<button") && !drawn.contains("<a ") && !drawn.contains("role="), "{page}: {drawn}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_nobody_begins_says_what_to_do() {
    let place = Place::open().await;
    let token = place.role(A, Role::Operator).await;
    let order = Order { kind: RunKind::Full, resumes: ResumePolicy::None, publication: Publication::Guarded };
    let run = place.store.queue_run(&name(A), &order, NOW).await.expect("queued");
    let seen = |seen_at| Worker { id: String::new(), version: "1.2.3".into(), started_at: NOW, seen_at, runs: 0 };
    for (seen_at, nobody) in [(None, true), (Some(NOW), false), (Some(NOW.plus(-HOUR)), true)] {
        if let Some(at) = seen_at {
            place.store.worker_seen(&seen(at)).await.expect("seen");
        }
        for page in ["/console".into(), "/t/acme/runs".into(), format!("/t/acme/runs/{run}"), format!("/t/acme/runs/{run}/progress")] {
            let text = place.get(&page, &token).await.text;
            assert_eq!(text.contains("no worker is alive to run it: start `acquaint worker`"), nobody, "{page}: {text}");
            assert_eq!(text.contains("It waits for its turn."), !nobody, "{page}: {text}");
            assert_eq!(text.contains("No worker is alive."), nobody && !page.contains(&run.to_string()), "{page}: {text}");
        }
    }
    // One that is at work has somebody.
    place.store.claim_run(i64::MAX, &[], NOW).await.expect("asked").expect("a run");
    assert!(!place.get("/t/acme/runs", &token).await.text.contains("o worker is alive"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_of_another_year_says_which() {
    let place = Place::open().await;
    let token = place.role(A, Role::Operator).await;
    for (ago, began) in [(400 * DAY, "18 Oct 2025 00:00 UTC"), (200 * DAY, "6 May 00:00 UTC")] {
        let claim = place.store.start_run(&name(A), &order(RunKind::Recent), NOW.plus(-ago)).await.expect("a claim");
        place.store.end_run(&claim, &place.ending(RunState::DryRun).await, None).await.expect("ended");
        let page = place.get(&format!("/t/acme/runs/{}", claim.run), &token).await.text;
        assert!(page.contains(&format!("run of {began}")), "no {began:?} in {page}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_stood_still_is_told_with_what_follows() {
    let place = Place::open().await;
    let token = place.role(A, Role::Operator).await;
    let claim = place.store.start_run(&name(A), &order(RunKind::Full), NOW).await.expect("a claim");
    let error = NightError::StoodStill { at: "listing", limit: PATIENCE };
    let ending = Ending { error: Some(error.to_string()), ..place.ending(RunState::Failed).await };
    place.store.end_run(&claim, &ending, None).await.expect("ended");
    let page = place.get("/t/acme/runs", &token).await.text;
    for part in ["It was ended: the run stood still for 30 min while listing.", "another attempt is made once", "acquaint doctor"] {
        assert!(page.contains(part), "no {part:?} in {page}");
    }
}
