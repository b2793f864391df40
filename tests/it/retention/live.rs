//! What is shown of a person is shown and let go: details and files, live from Lever, lie nowhere once somebody has looked at them,
//! whether Lever hands them out, breaks off in the middle, or the server dies before they have come.

use super::canaries::Canary;
use super::home::{Home, Running, until};
use super::process;
use acquaint::replica::{Fault, Kind};
use futures::future::join_all;
use reqwest::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, COOKIE, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response};
use rustix::process::Signal;

/// Those whom somebody may look at, and the page that shows them.
const LOOKS: [(&str, &str); 3] = [("matched", "contact"), ("resume", "contact"), ("review", "live")];
/// What such a page shows. Files are listed beside a badge alone.
const DETAILS: [&str; 4] = ["headline", "location", "email", "phone"];

fn details_of(label: &str, page: &str) -> String {
    format!("{page}?profile=profile-{label}&contact=contact-{label}")
}

fn file_of(label: &str) -> String {
    format!("{}&opportunity=opportunity-{label}&resume=resume-{label}&ending=pdf", details_of(label, "file"))
}

fn canary<'a>(home: &'a Home, label: &str) -> &'a Canary {
    home.town.canaries.iter().find(|it| it.label == label).expect("it is planted")
}

/// The first thing of this kind that Lever says of a canary.
fn said<'a>(of: &'a Canary, field: &str) -> &'a str {
    of.values.iter().find(|it| it.0 == field).map(|it| it.1.as_str()).expect("it is planted")
}

/// Adds an operator, and returns the password.
fn operator(home: &Home) -> String {
    home.ends(&["user", "add", "olga", "--tenant", "acme", "--role", "operator"], 0).trim().to_owned()
}

/// The real server, and somebody who has signed in.
struct Visitor<'a> {
    home: &'a Home,
    server: Running<'a>,
    client: Client,
    url: String,
    cookie: String,
}

impl<'a> Visitor<'a> {
    async fn enter(home: &'a Home, password: &str) -> Self {
        let server = home.start(&["serve", "--listen", "127.0.0.1:0", "--no-runs"]);
        assert!(until(|| !server.lines().is_empty()), "no pages are served");
        let url = server.lines().remove(0);
        let client = Client::builder().no_proxy().redirect(Policy::none()).build().expect("a client");
        let form = client.post(format!("{url}/sign-in")).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let entered = form.body(format!("name=olga&password={password}")).send().await.expect("an answer");
        let cookie = entered.headers()[SET_COOKIE].to_str().expect("text").split(';').next().expect("a cookie").to_owned();
        Self { home, server, client, url, cookie }
    }

    fn ask(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}/t/acme/{path}", self.url)).header(COOKIE, &self.cookie)
    }

    /// Looks at everybody who may be looked at, and takes their files.
    async fn look(&self) {
        for (label, page) in LOOKS {
            let canary = canary(self.home, label);
            let shown = text(self.ask(&details_of(label, page)).send().await.expect("an answer"), 200).await;
            for field in DETAILS.into_iter().chain((page == "contact").then_some("file name")) {
                assert!(shown.contains(said(canary, field)), "no {field} of {label}");
            }
            if page == "contact" {
                self.take(label).await;
            }
        }
    }

    /// Takes the file of one person, which a browser saves under a name of ours, and keeps in no cache.
    async fn take(&self, label: &str) {
        let answer = self.ask(&file_of(label)).send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), 200);
        assert_eq!(answer.headers()[CACHE_CONTROL], "no-store");
        assert_eq!(answer.headers()[CONTENT_DISPOSITION], "attachment; filename=\"resume.pdf\"");
        let file = answer.bytes().await.expect("a file");
        assert!(!self.home.needles().within(&file).is_empty(), "the file tells of {label}");
    }

    /// Nothing is in the figures, nor in what others see of the server at work.
    async fn is_discreet(&self) {
        let figures = text(self.client.get(format!("{}/metrics", self.url)).send().await.expect("an answer"), 200).await;
        assert!(figures.contains("/t/{tenant}/file"), "they count what was asked");
        assert!(self.home.needles().within(figures.as_bytes()).is_empty(), "the figures tell of a person");
        process::is_discreet(self.server.id(), self.home.needles());
    }

    fn leave(self) {
        process::send(self.server.id(), Signal::TERM);
        assert_eq!(self.server.end().code, Some(0));
    }
}

/// An answer's text; it has this status.
async fn text(answer: Response, status: u16) -> String {
    let (told, text) = (answer.status().as_u16(), answer.text().await.expect("text"));
    assert_eq!(told, status, "{text}");
    text
}

/// After a run somebody comes, looks at everybody, and goes.
pub(super) async fn everybody_is_looked_at(home: &Home) {
    let visitor = Visitor::enter(home, &operator(home)).await;
    visitor.look().await;
    visitor.is_discreet().await;
    visitor.leave();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_shown_is_not_stored() {
    let home = Home::new(&[]);
    home.ends(&["run", "acme"], 0);
    let password = operator(&home);
    let mut visitor = Visitor::enter(&home, &password).await;
    visitor.look().await;
    visitor.is_discreet().await;
    home.is_clean("people and files that were shown");

    let moment = home.freeze(Kind::ResumeDownload, 1);
    let asked = tokio::spawn(visitor.ask(&file_of("resume")).send());
    visitor.server.reaches(&moment);
    asked.abort();
    assert!(asked.await.is_err_and(|it| it.is_cancelled()), "who asked went away before the file had come");
    visitor.is_discreet().await;
    home.is_clean("somebody who did not wait for a file");

    let moment = home.freeze(Kind::ResumeDownload, 1);
    let asked = tokio::spawn(visitor.ask(&file_of("matched")).send());
    visitor.server.reaches(&moment);
    process::send(visitor.server.id(), Signal::ABORT);
    assert_eq!(visitor.server.end().code, None, "it died");
    assert!(asked.await.expect("no panic").is_err(), "with the file on its way");
    home.is_clean("a server that died meanwhile");

    let visitor = Visitor::enter(&home, &password).await;
    visitor.look().await;
    visitor.leave();
    home.is_clean("the server after it");
}

/// All at once, since most of the time is spent waiting for the next attempt.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_breaks_off_is_not_stored() {
    let home = Home::new(&[]);
    home.ends(&["run", "acme"], 0);
    let visitor = Visitor::enter(&home, &operator(&home)).await;
    let asked = |kind: Kind| home.replica.stats().of(kind);
    let (files, lists) = (asked(Kind::ResumeDownload), asked(Kind::Resumes));
    // As often as it is asked again.
    for kind in [Kind::ResumeDownload, Kind::Resumes] {
        (0..5).for_each(|_| home.replica.fail_next(kind, Fault::Truncate));
    }
    let file = tokio::spawn(visitor.ask(&file_of("resume")).send());
    let details = tokio::spawn(visitor.ask(&details_of("resume", "contact")).send());
    assert!(until(|| asked(Kind::ResumeDownload) > files && asked(Kind::Resumes) > lists), "the person is there, and is asked for files");
    for fault in [Fault::Status(500), Fault::Truncate].repeat(10) {
        home.replica.fail_next(Kind::Opportunities, fault);
    }
    let looks = LOOKS.map(|(label, page)| visitor.ask(&details_of(label, page)).send());
    for answer in join_all(looks).await {
        let page = text(answer.expect("an answer"), 200).await;
        assert!(page.contains("Badges are not affected"), "{page}");
        assert!(home.needles().within(page.as_bytes()).is_empty(), "half of a person is shown");
    }
    let page = text(details.await.expect("no panic").expect("an answer"), 200).await;
    let whose = canary(&home, "resume");
    assert!(page.contains(said(whose, "email")) && page.contains("The files cannot be listed"), "{page}");
    assert!(!page.contains(said(whose, "file name")), "{page}");
    let problem = text(file.await.expect("no panic").expect("an answer"), 502).await;
    assert!(home.needles().within(problem.as_bytes()).is_empty(), "half of a file is handed out");
    visitor.is_discreet().await;
    visitor.leave();
    home.is_clean("what Lever broke off");
}
