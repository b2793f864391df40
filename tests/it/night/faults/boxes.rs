//! A check box that is not ticked costs the words or evidence that it stands for, and no badge; the operator is told its name.

use super::*;

/// What a part says in the badges, as pointers; `*` stands for each opportunity of a badge.
const STAGES: &[&str] = &["/stage/text", "/furthest_stage", "/kind", "/opportunities/*/stage/text"];
const REASONS: &[&str] = &["/archive_reason/text", "/status", "/opportunities/*/status"];

/// The badges without what these pointers name, and the most recent first no longer.
fn without(seen: &Seen, pointers: &[&str]) -> Seen {
    let blank = |badge: &Value| {
        let mut badge = badge.clone();
        let rows = badge["opportunities"].as_array().map_or(0, Vec::len);
        for pointer in pointers {
            for row in 0..rows {
                if let Some(value) = badge.pointer_mut(&pointer.replace('*', &row.to_string())) {
                    *value = Value::Null;
                }
            }
        }
        badge
    };
    seen.iter().map(|(profile, badge)| (profile.clone(), blank(badge))).collect()
}

/// A run by a key without these boxes names each part that is left out with its box; returns the badges.
async fn published(faults: &str, parts: &[(&str, &str)]) -> Seen {
    let home = changed(|_| ()).await;
    home.replica.misbehave(&habits(faults));
    let finished = home.good(AUTO).await;
    nothing_is_left(&home, &finished);
    let mut named: Vec<_> = finished.record.tally.left_out.iter().map(|it| (it.kind.as_str(), it.reason.as_str())).collect();
    named.sort_unstable();
    assert_eq!(named.iter().map(|it| it.0).collect::<Vec<_>>(), parts.iter().map(|it| it.0).collect::<Vec<_>>(), "{faults}");
    for ((_, reason), (_, checkbox)) in named.iter().zip(parts) {
        assert!(reason.contains(&format!("\"{checkbox}\"")), "{faults}: {reason}");
    }
    home.seen().await
}

/// The badges lose these words, and nothing else.
async fn lacks(faults: &str, parts: &[(&str, &str)], words: &[&str]) {
    let (quiet, seen) = (quiet().await, published(faults, parts).await);
    assert_eq!(&seen == quiet, words.is_empty(), "{faults}: what is lost was there");
    same(&without(&seen, words), &without(quiet, words), faults);
}

/// Evidence is lost with the part: a badge in twenty goes at most, or one of its contacts, and no more are shown who were not.
async fn lacks_evidence(faults: &str, parts: &[(&str, &str)], words: &[&str]) {
    let (quiet, seen) = (quiet().await, published(faults, parts).await);
    let (quiet, seen) = (without(quiet, words), without(&seen, words));
    let stays = quiet.iter().filter(|(profile, badge)| seen.get(*profile) == Some(badge)).count();
    assert!(stays * 20 >= quiet.len() * 19, "{faults}: {stays} of {} stay", quiet.len());
    let contacts = |badge: &Value| badge["contacts"].as_array().unwrap().clone();
    let known = |profile: &String| quiet.get(profile).map(contacts).unwrap_or_default();
    let new = seen.iter().filter(|(profile, badge)| !contacts(badge).iter().all(|it| known(profile).contains(it))).count();
    assert!(new * 20 <= quiet.len(), "{faults}: {new} of {} are new", quiet.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_users() {
    lacks("without:users", &[("users", "List users")], &["/recruiter/name", "/recruiter/active"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_postings() {
    lacks("without:postings", &[("postings", "List postings")], &["/opportunities/*/posting/text"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_stages_with_their_pipelines() {
    lacks("without:disposition-stages", &[("disposition_stages", "List stages")], &["/furthest_stage", "/kind"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_any_stages() {
    let parts = [("disposition_stages", "List stages"), ("stages", "List stages")];
    lacks("without:disposition-stages,without:stages", &parts, STAGES).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_archive_reasons() {
    let parts = [("archive_reasons", "List archive reasons"), ("disposition_stages", "List stages")];
    let lost = [REASONS, &["/furthest_stage", "/kind"]].concat();
    lacks("without:disposition-stages,without:archive-reasons", &parts, &lost).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_applications() {
    let lost = ["/kind", "/opportunities/*/posting"];
    lacks_evidence("no-applications", &[("applications", "List applications")], &lost).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_deleted() {
    lacks("without:opportunities-deleted", &[("deleted", "List deleted opportunities")], &[]).await;
}

/// Badges stay, also those that a résumé made; but not on a profile that the résumé alone led to.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_list_of_resumes() {
    lacks_evidence("without:resumes", &[("resumes", "List opportunity resumes")], &[]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_files_of_resumes() {
    lacks_evidence("without:resume-download", &[("resumes", "Download opportunity resumes")], &[]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_reading_one_opportunity() {
    check(&habits("without:opportunity"), Ends::Well).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_opportunities() {
    check(&habits("without:opportunities"), Ends::Failed(Exit::Refused, "tick \"List opportunities\"")).await;
}

/// Of words alone the run publishes as much as a quiet one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_several() {
    check(&habits("without:users,without:postings,without:opportunities-deleted"), Ends::Without(&["users", "postings", "deleted"])).await;
}
