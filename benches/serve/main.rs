//! How much the server does on one core, and how long people wait.
//!
//! The real binary serves a SQLite store in a temporary folder: a million invented profiles (or `--people N`), all of whom wear a badge
//! of one tenant. Timed from outside, over loopback, with the files in the page cache:
//! - `look-up`: 100 random ids a request, as fast as eight connections ask: requests a second, and requests a second of the server's own
//!   processor time (all its threads, user and system);
//! - `at half load`: 250 such requests a second, sent on time whether or not the ones before were answered (32 connections): median, p99,
//!   longest, of rounds of five seconds in the order of their p99;
//! - `as much computing`: before and after each of these rounds a process that only computes, for as long as the server computes for a
//!   request, 250 times a second on the same core: the p99 that the machine itself gives. Where its host takes the processor away for
//!   milliseconds at a time, no program answers in fewer. `at half load, left alone` are the rounds before and after which this p99 was
//!   within twice the time of the computing: there are rounds until fifteen of these are seen, or sixty of all;
//! - `search`: one at a time: a name, a name with a typing error, two words, a company; with everybody, without and with those in Lever
//!   alone: median, p95, longest;
//! - `search page`: the same questions of the page that people see, `/t/acme/search`, with a session's cookie.
//!
//! `cargo bench --bench serve -- --people 1000000`; and with the server on the first core and whoever asks on the second:
//! `taskset -c 1 cargo bench --bench serve -- --one-core`

mod asker;
mod beat;
mod fill;
mod look_ups;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let number = |name: &str| args.iter().position(|it| it == name).and_then(|at| args.get(at + 1)).and_then(|it| it.parse::<u64>().ok());
    if let Some(nanos) = number("--compute") {
        return report(&beat::compute(nanos).as_nanos().to_string());
    }
    let (people, one_core) = (number("--people").unwrap_or(1_000_000), args.iter().any(|it| it == "--one-core"));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    let (start, data) = (Instant::now(), folder.path().join("data"));
    let (token, ticket) = runtime.block_on(async { (fill::fill(&data, people).await, fill::ticket(&data).await) });
    report(&format!("{people} profiles with badges, stored and indexed in {:.0} s", start.elapsed().as_secs_f64()));
    let server = Server::start(folder.path(), token, one_core);
    runtime.block_on(server.ready());
    let work = look_ups::at_full_load(&server, people);
    look_ups::at_half_load(&server, people, work, one_core);
    runtime.block_on(async {
        search(&server).await;
        search_page(&server, &ticket).await;
    });
}

/// The binary, serving.
struct Server {
    child: Child,
    url: String,
    token: String,
    client: reqwest::Client,
}

impl Server {
    fn start(home: &Path, token: String, one_core: bool) -> Self {
        let binary = env!("CARGO_BIN_EXE_acquaint");
        let mut command = Command::new(if one_core { "taskset" } else { binary });
        if one_core {
            command.args(["-c", "0", binary]);
        }
        command.env("HOME", home).env("ACQUAINT_DATA_DIR", home.join("data")).stdout(Stdio::piped());
        command.args(["serve", "--no-runs", "--listen", "127.0.0.1:0", "--rate", "1000000"]);
        let mut child = command.spawn().expect("it starts");
        let mut url = String::new();
        BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut url).expect("a line");
        Self { child, url: format!("{}/api/v1/tenants/acme", url.trim()), token, client: reqwest::Client::new() }
    }

    /// Until the index is open.
    async fn ready(&self) {
        while self.search("q=fir1").await.0 == 503 {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    async fn search(&self, query: &str) -> (u16, usize) {
        let request = self.client.get(format!("{}/search?{query}", self.url)).bearer_auth(&self.token);
        let answer = request.send().await.expect("an answer");
        let status = answer.status().as_u16();
        (status, answer.bytes().await.expect("a body").len())
    }

    /// Processor time of the server so far, to a hundredth of a second.
    fn cpu(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).expect("Linux");
        let after_name = stat.rsplit(')').next().unwrap_or_default();
        let ticks: u64 = after_name.split_whitespace().skip(11).take(2).map(|it| it.parse::<u64>().expect("a number of ticks")).sum();
        Duration::from_millis(ticks * 10)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _ended = self.child.wait();
    }
}

/// The `n`th number of a fixed, even spread over `0..of`.
fn pick(n: u64, of: u64) -> u64 {
    xxhash_rust::xxh3::xxh3_64(&n.to_le_bytes()) % of
}

async fn search(server: &Server) {
    let mut times = Vec::new();
    for query in questions() {
        let start = Instant::now();
        assert_eq!(server.search(&query).await.0, 200);
        times.push(start.elapsed());
    }
    times.sort_unstable();
    report(&format!("search         {}", spread(&times, 95)));
}

/// What people see: drawn, with chips, stages and recruiters.
async fn search_page(server: &Server, ticket: &str) {
    let root = server.url.split("/api/").next().expect("an address");
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    let entered = client.get(format!("{root}/enter?ticket={ticket}")).send().await.expect("an answer");
    let cookie = entered.headers().get("set-cookie").and_then(|it| it.to_str().ok()).expect("a session");
    let cookie = cookie.split(';').next().expect("a cookie").to_owned();
    let mut times = Vec::new();
    for query in questions() {
        let start = Instant::now();
        let request = client.get(format!("{root}/t/acme/search?{}", query.replace("_days", ""))).header("cookie", &cookie);
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), 200);
        let page = answer.text().await.expect("a page");
        times.push(start.elapsed());
        assert!(page.contains("role=\"search\""), "the page, not the sign-in");
    }
    times.sort_unstable();
    report(&format!("search page    {}", spread(&times, 95)));
}

fn questions() -> Vec<String> {
    let mut all = Vec::new();
    for n in 0..50 {
        let (first, last, works) = (pick(n, 2_000), pick(n + 1_000, 20_000), pick(n + 2_000, 30_000));
        for words in
            [format!("fir{first}+las{last}"), format!("firx{first}+last{last}"), format!("maker+las{last}"), format!("works+{works}")]
        {
            for chip in ["any", "hide", "only", "any&status=active&untouched_days=30"] {
                all.push(format!("q={words}&in_ats={chip}"));
            }
        }
    }
    all
}

/// Of times in order.
fn spread(times: &[Duration], high: usize) -> String {
    let at = |percent| beat::at(times, percent).as_secs_f64() * 1_000.0;
    format!("{:5.1} ms at the median, {:.1} ms at p{high}, {:.1} ms at most, of {}", at(50), at(high), at(100), times.len())
}

#[expect(clippy::print_stdout, reason = "a benchmark's output is its purpose")]
fn report(line: &str) {
    println!("{line}");
}
