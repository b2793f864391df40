//! The invented world's résumés in every kind of file: names, addresses and links against what was written.

use super::{plain, readers};
use acquaint::model::{Link, PersonName, RawResume, RawText, ResumeStatus};
use acquaint::resume::Reading;
use acquaint::world::{Document, Fault, Make, Plan, ResumeSpec, World, render};
use futures::StreamExt;
use std::collections::BTreeSet;

/// Résumés of each kind; the longest run of misses that 97 % allows is then three.
const EACH: usize = 120;

/// What was found of what was written.
#[derive(Default)]
struct Found {
    names: usize,
    emails: [usize; 2],
    wrong_emails: usize,
    links: [usize; 2],
    phones: [usize; 2],
    jobs: [usize; 2],
}

fn specs() -> Vec<ResumeSpec> {
    let plan = Plan { seed: 5, contacts: 400, opportunities: 700, profiles: 10, ..Plan::default() };
    let account = World::new(&plan).account;
    let documents = account.opportunities.iter().flat_map(|it| &it.resumes).map(|it| &it.document);
    let specs = documents.filter_map(|it| match it {
        Document::File(spec) if spec.fault == Fault::None => Some((**spec).clone()),
        _ => None,
    });
    specs.take(EACH).collect()
}

/// The words of a name, however it is written.
fn words(name: &str) -> BTreeSet<String> {
    PersonName::parse(name).map(|it| it.words().iter().cloned().collect()).unwrap_or_default()
}

/// Links in normal form: site and value.
fn links(list: impl Iterator<Item = String>) -> BTreeSet<String> {
    list.filter_map(|it| Link::parse(&it)).map(|it| format!("{:?} {}", it.site(), it.as_str())).collect()
}

impl Found {
    fn add(&mut self, spec: &ResumeSpec, reading: Reading) {
        let jobs = reading.positions.len();
        let person = reading.into_person();
        let name = person.name.map(RawText::reveal).unwrap_or_default();
        self.names += usize::from(words(&name) == words(&spec.name));
        let due: BTreeSet<String> = spec.contact.iter().filter(|it| it.contains('@')).map(|it| it.to_lowercase()).collect();
        let emails: BTreeSet<String> = plain(person.emails).into_iter().map(|it| it.to_lowercase()).collect();
        self.wrong_emails += emails.difference(&due).count();
        self.emails = [self.emails[0] + emails.intersection(&due).count(), self.emails[1] + due.len()];
        let (due, found) = (links(spec.links.iter().map(|it| it.url.clone())), links(plain(person.links).into_iter()));
        self.links = [self.links[0] + found.intersection(&due).count(), self.links[1] + due.len()];
        let digits = |it: &String| it.chars().filter(char::is_ascii_digit).collect::<String>();
        let last = |it: String| it[it.len().saturating_sub(9)..].to_owned();
        let due: BTreeSet<_> = spec.contact.iter().skip(1).filter(|it| !it.contains('@')).map(|it| last(digits(it))).collect();
        let found: BTreeSet<_> = plain(person.phones).iter().map(|it| last(digits(it))).collect();
        self.phones = [self.phones[0] + found.intersection(&due).count(), self.phones[1] + due.len()];
        self.jobs = [self.jobs[0] + jobs.min(spec.jobs.len()), self.jobs[1] + spec.jobs.len()];
    }
}

#[tokio::test]
async fn resumes_of_every_make_say_who_they_are_of() {
    let (specs, pool) = (specs(), readers(2));
    assert_eq!(specs.len(), EACH);
    for make in Make::ALL {
        let files = specs.iter().map(|spec| {
            let mut spec = spec.clone();
            spec.dress.make = make;
            spec
        });
        let read = |spec: ResumeSpec| async {
            let reading = pool.read(RawResume::new(render(&spec))).await;
            (spec, reading)
        };
        let mut readings = std::pin::pin!(futures::stream::iter(files).map(read).buffered(4));
        let mut found = Found::default();
        while let Some((spec, reading)) = readings.next().await {
            assert_eq!(reading.status, ResumeStatus::Ok, "{make:?}");
            found.add(&spec, reading);
        }
        let Found { names, emails, wrong_emails, links, phones, jobs } = found;
        eprintln!(
            "{make:?}: names {names}/{EACH}, e-mails {emails:?} and {wrong_emails} wrong, links {links:?}, phones {phones:?}, jobs {jobs:?}"
        );
        assert!(names * 100 >= EACH * 97, "{make:?}: {names} of {EACH} names");
        assert_eq!((emails[0], wrong_emails), (emails[1], 0), "{make:?}: e-mails");
        assert_eq!(links[0], links[1], "{make:?}: links");
        assert!(phones[0] * 100 >= phones[1] * 97, "{make:?}: phones");
        assert!(jobs[0] * 100 >= jobs[1] * 95, "{make:?}: jobs");
    }
}
