//! How much the server does on one core, and how long people wait.
//!
//! The real binary serves a SQLite store in a temporary folder: a million invented profiles (or `--people N`), all of whom wear a badge
//! of one tenant. Timed from outside, over loopback, with the files in the page cache:
//! - `look-up`: 100 random ids a request, as fast as eight connections ask: requests a second, and requests a second of the server's own
//!   processor time (all its threads, user and system);
//! - `at half load`: 250 such requests a second, sent on time whether or not the ones before were answered: median, p99, longest, of nine
//!   rounds of five seconds in the order of their p99, so that a moment in which the machine was another's shows as such;
//! - `search`: one at a time: a name, a name with a typing error, two words, a company; with everybody, without and with those in Lever
//!   alone: median, p95, longest;
//! - `search page`: the same questions of the page that people see, `/t/acme/search`, with a session's cookie.
//!
//! `cargo bench --bench serve -- --people 1000000`; and with the server on the first core and whoever asks on the second:
//! `taskset -c 1 cargo bench --bench serve -- --one-core`

mod asker;
mod fill;

use asker::Asker;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let people = args.iter().position(|it| it == "--people").and_then(|at| args.get(at + 1)).and_then(|it| it.parse().ok());
    let people: u64 = people.unwrap_or(1_000_000);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("threads");
    runtime.block_on(async {
        let start = Instant::now();
        let data = folder.path().join("data");
        let token = fill::fill(&data, people).await;
        let ticket = fill::ticket(&data).await;
        report(&format!("{people} profiles with badges, stored and indexed in {:.0} s", start.elapsed().as_secs_f64()));
        let server = Server::start(folder.path(), token, args.iter().any(|it| it == "--one-core"));
        server.ready().await;
        look_up(&server, people).await;
        at_half_load(&server, people).await;
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
    free: Mutex<Vec<Asker>>,
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
        Self { child, url: format!("{}/api/v1/tenants/acme", url.trim()), token, client: reqwest::Client::new(), free: Mutex::default() }
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

    /// Asks over a connection that nobody else asks over by now, and which stays open.
    async fn look_up(&self, body: String) {
        let free = self.free.lock().expect("no panic").pop();
        let mut asker = match free {
            Some(it) => it,
            None => Asker::to(&self.url, &self.token).await,
        };
        assert!(asker.ask(&body).await > 10_000, "badges");
        self.free.lock().expect("no panic").push(asker);
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

fn body(n: u64, people: u64) -> String {
    let ids: Vec<String> = (0..100).map(|it| format!("\"p{}\"", pick(n * 100 + it, people))).collect();
    format!(r#"{{"profiles":[{}]}}"#, ids.join(","))
}

async fn look_up(server: &Server, people: u64) {
    const SECONDS: u64 = 10;
    let (over, count) = (AtomicBool::new(false), AtomicU64::new(0));
    let asker = async |seed: u64| {
        let mut n = seed << 32;
        while !over.load(Ordering::Relaxed) {
            server.look_up(body(n, people)).await;
            count.fetch_add(1, Ordering::Relaxed);
            n += 1;
        }
    };
    let clock = async {
        tokio::time::sleep(Duration::from_secs(1)).await; // Until everything is open.
        let (start, cpu, before) = (Instant::now(), server.cpu(), count.load(Ordering::Relaxed));
        tokio::time::sleep(Duration::from_secs(SECONDS)).await;
        let done = (count.load(Ordering::Relaxed) - before) as f64;
        let (took, spent) = (start.elapsed().as_secs_f64(), (server.cpu() - cpu).as_secs_f64());
        over.store(true, Ordering::Relaxed);
        report(&format!("look-up        {:7.0} requests a second, {:.0} a CPU-second of the server", done / took, done / spent));
    };
    tokio::join!(futures::future::join_all((1..=8).map(asker)), clock);
}

async fn at_half_load(server: &Server, people: u64) {
    const A_SECOND: u64 = 250;
    const SECONDS: u64 = 5;
    const ROUNDS: u64 = 9;
    let mut rounds = Vec::new();
    for round in 0..ROUNDS {
        let start = Instant::now();
        let one = async |n: u64| {
            let due = start + Duration::from_micros(n * 1_000_000 / A_SECOND);
            tokio::time::sleep_until(due.into()).await;
            server.look_up(body((round << 32) + n + 7, people)).await;
            due.elapsed()
        };
        let mut times = futures::future::join_all((0..A_SECOND * SECONDS).map(one)).await;
        times.sort_unstable();
        rounds.push((times[times.len() * 99 / 100], times));
    }
    rounds.sort_unstable();
    for (name, at) in [("best", 0), ("middle", rounds.len() / 2), ("worst", rounds.len() - 1)] {
        report(&format!("at half load   {}, {name} round", spread(rounds[at].1.clone(), 99)));
    }
}

async fn search(server: &Server) {
    let mut times = Vec::new();
    for query in questions() {
        let start = Instant::now();
        assert_eq!(server.search(&query).await.0, 200);
        times.push(start.elapsed());
    }
    report(&format!("search         {}", spread(times, 95)));
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
    report(&format!("search page    {}", spread(times, 95)));
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

fn spread(mut times: Vec<Duration>, high: usize) -> String {
    times.sort_unstable();
    let at = |percent: usize| times[(times.len() - 1) * percent / 100].as_secs_f64() * 1_000.0;
    format!("{:5.1} ms at the median, {:.1} ms at p{high}, {:.1} ms at most, of {}", at(50), at(high), at(100), times.len())
}

#[expect(clippy::print_stdout, reason = "a benchmark's output is its purpose")]
fn report(line: &str) {
    println!("{line}");
}
