//! Pages and their tokens.

use super::account::{NOW, ago, opportunity};
use super::{get, ids, start};
use acquaint::replica::{DeletedWindow, Replica};
use std::collections::HashSet;

/// A replica with 257 opportunities more, four of which share each moment.
fn crowded() -> Replica {
    let replica = start(|_| {});
    replica.edit(|account| {
        account.opportunities.extend((0..257).map(|n| opportunity(&format!("n-{n:03}"), 0, ago(20) - n / 4)));
    });
    replica
}

/// One page after the token, which is sent as it was handed out or encoded once more.
async fn page(replica: &Replica, query: &str, token: Option<&str>, twice: bool) -> (u16, serde_json::Value) {
    let token = token.map(|it| if twice { it.replace('%', "%25") } else { it.to_owned() });
    let offset = token.map(|it| format!("&offset={it}")).unwrap_or_default();
    get(replica, &format!("/opportunities?{query}{offset}")).await
}

#[tokio::test]
async fn a_list_is_complete_while_rows_are_added() {
    for twice in [false, true] {
        let replica = crowded();
        let (mut seen, mut token, mut pages) = (Vec::new(), None::<String>, 0);
        loop {
            let (status, body) = page(&replica, "limit=10", token.as_deref(), twice).await;
            assert_eq!(status, 200);
            seen.extend(ids(&body).split(' ').map(str::to_owned));
            pages += 1;
            replica.edit(|account| account.opportunities.push(opportunity(&format!("late-{pages}"), 0, NOW + pages)));
            token = body["next"].as_str().map(str::to_owned);
            assert_eq!(body["hasNext"], token.is_some());
            if token.is_none() {
                break;
            }
        }
        let distinct: HashSet<&String> = seen.iter().collect();
        assert_eq!((seen.len(), distinct.len(), pages), (261, 261, 27));
        assert_eq!(&seen[..5], ["o-5", "o-3", "o-2", "o-1", "n-003"]);
    }
}

#[tokio::test]
async fn a_token_belongs_to_its_query() {
    let replica = crowded();
    let (_, first) = page(&replica, "tag=go&limit=1", None, false).await;
    let token = first["next"].as_str().expect("a second page");
    let check = async |path: &str, expected: u16| {
        let (status, body) = get(&replica, &path.replace("TOKEN", token)).await;
        assert_eq!(status, expected, "{path}");
        assert_eq!(body["message"] == "Invalid offset token", expected == 400, "{path}");
    };
    check("/opportunities?tag=go&limit=1&offset=TOKEN", 200).await;
    check("/opportunities?limit=7&tag=go&include=id&offset=TOKEN", 200).await;
    check("/opportunities?tag=rust&limit=1&offset=TOKEN", 400).await;
    check("/opportunities?offset=TOKEN", 400).await;
    check("/users?tag=go&offset=TOKEN", 400).await;
    check("/opportunities?tag=go&offset=0.1414895548650.abc", 400).await;
    check("/opportunities?tag=go&offset=", 400).await;
    check("/opportunities?tag=go&offset=%5B1%2C2%2C%22x%22%5D", 400).await;
}

#[tokio::test]
async fn every_list_can_have_small_pages() {
    let replica = start(|options| {
        options.page_limit = 1;
        options.deleted_window = DeletedWindow::Open;
    });
    let check = async |path: &str, expected: &str| {
        let (mut seen, mut offset) = (Vec::new(), String::new());
        loop {
            let (_, body) = get(&replica, &format!("{path}?limit=100{offset}")).await;
            seen.push(ids(&body));
            let Some(next) = body["next"].as_str() else { break };
            offset = format!("&offset={next}");
        }
        assert_eq!(seen.join(" "), expected, "{path}");
    };
    check("/opportunities", "o-5 o-3 o-2 o-1").await;
    check("/opportunities/deleted", "d-1 d-2").await;
    check("/applications/deleted", "a-d-1 a-d-2").await;
    check("/stages", "lead-new s-screen offer").await;
    check("/archive_reasons", "r-hired r-withdrew").await;
    check("/users", "u-2 u-1").await;
    check("/postings", "p-2 p-1").await;
    check("/opportunities/o-2/resumes", "f-ok f-locked f-gone").await;
}
