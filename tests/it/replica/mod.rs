//! The replica answers as Lever is documented to answer.

mod account;
mod answers;
mod command;
mod gate;
mod pages;
mod tap;

use acquaint::replica::{Options, Replica, TEST_KEY};
use serde_json::Value;

/// Serves the small account without a limit of speed, with the clock at [`account::NOW`].
fn start(change: impl FnOnce(&mut Options)) -> Replica {
    let mut options = Options { allowance: None, clock: acquaint::replica::Clock::Fixed(account::NOW), ..Options::default() };
    change(&mut options);
    Replica::start(account::small(), options).expect("a free port")
}

/// The test's own client: making one takes milliseconds, and each test has a thread and a runtime of its own.
fn client() -> reqwest::Client {
    thread_local!(static CLIENT: reqwest::Client = reqwest::Client::new());
    CLIENT.with(Clone::clone)
}

/// Status and body of one request with the test key.
async fn get(replica: &Replica, path: &str) -> (u16, Value) {
    get_as(replica, TEST_KEY, path).await
}

async fn get_as(replica: &Replica, key: &str, path: &str) -> (u16, Value) {
    let url = format!("{}{path}", replica.base_url());
    let answer = client().get(url).basic_auth(key, Some("")).send().await.expect("an answer");
    let status = answer.status().as_u16();
    let text = answer.text().await.expect("a whole body");
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

/// The ids of a page's rows, separated by spaces.
fn ids(page: &Value) -> String {
    let rows = page["data"].as_array().expect("a list");
    rows.iter().map(|it| it["id"].as_str().expect("an id")).collect::<Vec<_>>().join(" ")
}
