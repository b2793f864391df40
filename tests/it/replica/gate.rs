//! Keys, permissions, the allowance, faults, and what is counted.

use super::{account, client, get, get_as, start};
use acquaint::replica::{Allowance, Fault, Faults, Key, Kind, Options, Permission, Replica, TEST_KEY};
use futures::future::join_all;
use std::time::{Duration, Instant};

#[tokio::test]
async fn only_a_known_key_is_let_in() {
    let replica = start(|_| {});
    let request = || client().get(format!("{}/stages", replica.base_url()));
    let check = async |request: reqwest::RequestBuilder, expected: u16| {
        assert_eq!(request.send().await.expect("an answer").status().as_u16(), expected);
    };
    check(request().basic_auth(TEST_KEY, Some("")), 200).await;
    check(request().basic_auth(TEST_KEY, None::<&str>), 200).await;
    check(request().bearer_auth(TEST_KEY), 200).await;
    check(request(), 401).await;
    check(request().basic_auth(TEST_KEY, Some("password")), 401).await;
    check(request().basic_auth("", Some(TEST_KEY)), 401).await;
    check(request().bearer_auth("another"), 401).await;
    check(request().header("authorization", "Basic !!!"), 401).await;
    check(request().header("authorization", TEST_KEY), 401).await;
}

#[tokio::test]
async fn each_permission_guards_its_paths() {
    let window = format!("deleted_at_start={}&deleted_at_end={}", account::ago(9), account::ago(0));
    let table = [
        (Permission::Opportunities, "/opportunities".to_owned()),
        (Permission::Opportunities, format!("/opportunities/deleted?{window}")),
        (Permission::Applications, format!("/applications/deleted?{window}")),
        (Permission::Applications, "/opportunities?expand=applications".into()),
        (Permission::Users, "/opportunities?expand=owner".into()),
        (Permission::Users, "/users?includeDeactivated=true".into()),
        (Permission::Contacts, "/contacts/c-ana".into()),
        (Permission::Resumes, "/opportunities/o-2/resumes".into()),
        (Permission::Files, "/opportunities/o-2/files".into()),
        (Permission::Postings, "/postings".into()),
        (Permission::Stages, "/disposition_stages".into()),
        (Permission::ArchiveReasons, "/archive_reasons".into()),
        (Permission::Tags, "/tags".into()),
        (Permission::Sources, "/sources".into()),
    ];
    for (permission, path) in table {
        let replica = start(|options| options.keys.push(Key::new("less").without(permission)));
        assert_eq!(get(&replica, &path).await.0, 200, "{path}");
        assert_eq!(get_as(&replica, "less", &path).await.0, 403, "{path}");
    }
}

#[tokio::test]
async fn beyond_the_allowance_there_is_a_bare_429_for_each_key() {
    let replica = start(|options| {
        options.allowance = Some(Allowance { per_second: 0, burst: 3 });
        options.keys.push(Key::new("second"));
    });
    let mut statuses = Vec::new();
    for _ in 0..5 {
        statuses.push(get(&replica, "/stages").await);
    }
    let codes: Vec<u16> = statuses.iter().map(|it| it.0).collect();
    assert_eq!(codes, [200, 200, 200, 429, 429]);
    assert!(statuses[4].1.is_null());
    assert_eq!(get_as(&replica, "second", "/stages").await.0, 200);
    let stats = replica.stats();
    assert_eq!((stats.attempts, stats.rate_limited, stats.beyond_allowance), (6, 2, 2));
}

#[tokio::test]
async fn the_allowance_comes_back() {
    let replica = start(|options| options.allowance = Some(Allowance { per_second: 1000, burst: 1 }));
    for _ in 0..5 {
        while get(&replica, "/stages").await.0 == 429 {}
    }
    assert!(replica.stats().attempts >= 5);
}

#[tokio::test]
async fn answers_carry_levers_headers_and_the_replicas_time() {
    let replica = start(|_| {});
    let url = format!("{}/stages", replica.base_url());
    let answer = client().get(url).bearer_auth(TEST_KEY).send().await.expect("an answer");
    let header = |name: &str| answer.headers()[name].to_str().expect("text");
    assert_eq!(header("server"), "lever-data-api");
    assert_eq!(header("x-lever-region"), "global");
    assert_eq!(header("content-type"), "application/json; charset=utf-8");
    assert_eq!(header("date"), "Thu, 06 Aug 2026 07:06:40 GMT");
}

#[tokio::test]
async fn slow_answers_do_not_wait_for_each_other() {
    let latency = Duration::from_millis(300);
    let replica = start(|options| options.latency = latency);
    let begin = Instant::now();
    join_all((0..20).map(|_| get(&replica, "/stages"))).await;
    assert!((latency..latency * 10).contains(&begin.elapsed()));
}

#[tokio::test]
async fn writes_and_what_is_never_read_are_violations() {
    let replica = start(|_| {});
    let client = client();
    let url = format!("{}/opportunities/o-1/notes", replica.base_url());
    let posted = client.post(&url).bearer_auth(TEST_KEY).body("{}").send().await.expect("an answer");
    let put = client.put(format!("{}/opportunities/o-1", replica.base_url())).bearer_auth(TEST_KEY).send().await.expect("an answer");
    assert_eq!((posted.status().as_u16(), put.status().as_u16()), (403, 403));
    for path in ["/opportunities/o-1/offers", "/eeo/responses", "/surveys"] {
        assert_eq!(get(&replica, path).await.0, 403, "{path}");
    }
    get(&replica, "/stages").await;
    assert_eq!(replica.stats().violations, ["POST notes", "PUT opportunities", "GET offers", "GET eeo", "GET surveys"]);
}

#[tokio::test]
async fn requests_are_counted_and_logged() {
    let replica = start(|_| {});
    get(&replica, "/opportunities?limit=2").await;
    get(&replica, "/opportunities/o-1").await;
    get(&replica, "/opportunities?limit=3").await;
    let stats = replica.stats();
    assert_eq!((stats.attempts, stats.of(Kind::Opportunities), stats.of(Kind::Opportunity), stats.of(Kind::Users)), (3, 2, 1, 0));
    let log: Vec<_> = replica.log().into_iter().map(|it| (it.kind, it.query, it.status)).collect();
    assert_eq!(log[0], (Kind::Opportunities, "limit=2".to_owned(), 200));
    assert_eq!(log[2].1, "limit=3");
}

#[tokio::test]
async fn one_request_can_be_made_to_fail() {
    let replica = start(|_| {});
    let ask = async |path: &str| {
        let url = format!("{}{path}", replica.base_url());
        let answer = client().get(url).bearer_auth(TEST_KEY).send().await.expect("an answer");
        (answer.status().as_u16(), answer.text().await.ok())
    };
    replica.fail_next(Kind::Stages, Fault::Status(503));
    replica.fail_next(Kind::Stages, Fault::Html);
    replica.fail_next(Kind::Stages, Fault::Truncate);
    assert_eq!(ask("/users").await.0, 200);
    assert_eq!(ask("/stages").await.0, 503);
    assert!(ask("/stages").await.1.is_some_and(|it| it.starts_with("<!doctype html>")));
    assert_eq!(ask("/stages").await, (200, None));
    assert!(ask("/stages").await.1.is_some_and(|it| it.ends_with('}')));
}

#[tokio::test]
async fn habits_hit_about_one_in_twenty_and_are_seeded() {
    let hits = async |faults: &str, seed: u64| {
        let faults: Vec<Faults> = Faults::parse(faults).into_iter().collect();
        let replica = start(|options: &mut Options| (options.faults, options.seed) = (faults, seed));
        let mut hits = Vec::new();
        for n in 0..120 {
            let (status, body) = get(&replica, "/stages").await;
            if status != 200 || body.is_null() {
                hits.push((n, status));
            }
        }
        hits
    };
    assert!(hits("none", 1).await.is_empty());
    let limited = hits("rate-limit", 1).await;
    assert!((1..=20).contains(&limited.len()) && limited.iter().all(|it| it.1 == 429));
    assert_eq!(limited, hits("rate-limit", 1).await);
    assert_ne!(limited, hits("rate-limit:0.05", 2).await);
    let errors = hits("server-error:0.5", 1).await;
    assert!([500, 502, 503, 504].iter().all(|status| errors.iter().any(|it| it.1 == *status)) && (40..80).contains(&errors.len()));
    assert!(hits("html", 1).await.iter().all(|it| it.1 == 200));
    let revoked = hits("revoked", 1).await;
    assert_eq!((revoked.len(), revoked[0]), (70, (50, 401)));
}

#[test]
fn every_fault_has_a_word() {
    let words: Vec<String> = Faults::all().map(|it| it.0).collect();
    assert!(words.len() > 30 && words.iter().all(|it| Faults::parse(it).is_some()));
    for wrong in ["plague", "", "rate-limit:2", "rate-limit:x", "revoked:0", "without:moons", "oldest-first:1", "clock:x"] {
        assert_eq!(Faults::parse(wrong), None, "{wrong}");
    }
    assert_eq!(Faults::parse("without:resume-download"), Some(Faults::Without(Kind::ResumeDownload)));
}

#[tokio::test]
async fn the_port_is_taken_while_it_serves_and_free_afterwards() {
    let replica = start(|_| {});
    let listen = replica.base_url().trim_start_matches("http://").trim_end_matches("/v1").parse().expect("an address");
    let again = || Replica::start(account::small(), Options { listen, ..Options::default() });
    let error = again().err().expect("the port is taken");
    assert_eq!(error.kind(), std::io::ErrorKind::AddrInUse);
    replica.misbehave(&[Faults::HTML]);
    assert!(get(&replica, "/stages").await.0 == 200);
    replica.stop();
    again().expect("the port is free").stop();
}
