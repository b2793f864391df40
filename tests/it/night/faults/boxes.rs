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

/// A key without these boxes: the parts that are left out, the name of the box of each, and what the badges lose.
async fn lacks(faults: &str, parts: &[(&str, &str)], lost: &[&str]) {
    let quiet = quiet().await;
    let home = changed(|_| ()).await;
    home.replica.misbehave(&habits(faults));
    let finished = home.good(AUTO).await;
    let mut named: Vec<_> = finished.record.tally.left_out.iter().map(|it| (it.kind.as_str(), it.reason.as_str())).collect();
    named.sort_unstable();
    assert_eq!(named.iter().map(|it| it.0).collect::<Vec<_>>(), parts.iter().map(|it| it.0).collect::<Vec<_>>(), "{faults}");
    for ((_, reason), (_, checkbox)) in named.iter().zip(parts) {
        assert!(reason.contains(&format!("\"{checkbox}\"")), "{faults}: {reason}");
    }
    let seen = home.seen().await;
    nothing_is_left(&home, &finished);
    assert_eq!(&seen == quiet, lost.is_empty(), "{faults}: and what is lost was there");
    // Applications are evidence too: who was known by them alone is not, any more.
    let known = |(profile, badge): (&String, &Value)| seen.contains_key(profile).then(|| (profile.clone(), badge.clone()));
    let expected: Seen = if faults == "no-applications" { quiet.iter().filter_map(known).collect() } else { quiet.clone() };
    assert!(expected.len() * 20 >= quiet.len() * 19, "{faults}: {} of {} badges", expected.len(), quiet.len());
    same(&without(&seen, lost), &without(&expected, lost), faults);
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
    lacks("no-applications", &[("applications", "List applications")], &lost).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_deleted() {
    lacks("without:opportunities-deleted", &[("deleted", "List deleted opportunities")], &[]).await;
}

/// Badges that a résumé made stay until it can be read again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_list_of_resumes() {
    lacks("without:resumes", &[("resumes", "List opportunity resumes")], &[]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_files_of_resumes() {
    lacks("without:resume-download", &[("resumes", "Download opportunity resumes")], &[]).await;
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
