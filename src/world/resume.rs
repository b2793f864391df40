//! What a résumé says: the identifiers that Lever's fields lack, the jobs with their dates, and how the file is laid out or broken.

use super::account::{Contact, Document, Ms, Resume};
use super::dice::Dice;
use super::dress::{Dress, Make, headings};
use super::facts::{facts, words};
use super::market::Market;
use super::person::{Month, Person, month};
use super::profile::{github, linkedin};
use super::snapshot::{Flags, written};
use super::style::{Style, full_name};
use std::sync::Arc;

/// How the page is divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// From top to bottom.
    OneColumn,
    /// A bar with the addresses at the side.
    SideBar,
    /// A coloured block with the name at the top.
    HeaderBlock,
    /// Jobs to the left, the rest to the right.
    TwoColumns,
}

/// How text is put on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writing {
    /// `(text) Tj` in WinAnsi.
    Literal,
    /// `[(te) -20 (xt)] TJ`.
    Kerned,
    /// `<74657874> Tj`.
    Hex,
    /// Two bytes a character in a Type0 font with a ToUnicode map.
    Wide,
}

/// What is wrong with the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// A picture of a page, without text.
    Scan,
    /// Needs a password.
    Encrypted,
    /// The end is missing.
    Truncated,
    /// Bytes without meaning after a PDF's first line.
    Garbage,
    /// A web page under a PDF's name.
    Html,
}

/// A link: what one reads, and where it leads.
#[derive(Clone)]
pub struct ResumeLink {
    /// On the page. Where it differs from `url`, the address is in the annotation alone.
    pub text: String,
    /// Target of the annotation.
    pub url: String,
}

/// A job on a résumé.
#[derive(Clone)]
pub struct ResumeJob {
    /// Title.
    pub title: String,
    /// Employer.
    pub employer: String,
    /// Such as `Mar 2019 - Present`.
    pub dates: String,
    /// What was done.
    pub summary: String,
}

/// What a résumé says and how it is laid out; made into bytes by [`render`](super::render()).
#[derive(Clone)]
pub struct ResumeSpec {
    /// Division of the page.
    pub layout: Layout,
    /// Way of putting text.
    pub writing: Writing,
    /// What is wrong.
    pub fault: Fault,
    /// The name as its owner wrote it.
    pub name: String,
    /// The line under the name.
    pub headline: String,
    /// Address lines: place, e-mail, phone.
    pub contact: Vec<String>,
    /// Links.
    pub links: Vec<ResumeLink>,
    /// Newest first.
    pub jobs: Vec<ResumeJob>,
    /// Lines about schools.
    pub schools: Vec<String>,
    /// Words.
    pub skills: Vec<String>,
    /// Kind of file, language, and who else is in it.
    pub dress: Dress,
}

/// Whose résumé it is and when it was written.
pub(super) struct Writer<'a> {
    pub(super) person: &'a Person,
    pub(super) market: &'a Market,
    pub(super) at: Ms,
    /// See [`super::Plan::errors`].
    pub(super) errors: f64,
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl Writer<'_> {
    /// A résumé as Lever holds it. Flags say what it adds to the contact's fields.
    pub(super) fn resume(&self, contact: &Contact, flags: &mut Flags, dice: &mut Dice) -> Resume {
        let spec = self.spec(dice);
        let (odd, make) = (dice.below(100), spec.dress.make);
        let (document, status) = match (odd, spec.fault) {
            (0, _) => (Document::Unprocessable, "error"),
            (1, _) => (Document::Missing, "processed"),
            (2, _) => (Document::Unprocessable, "processing"),
            (_, fault) => (Document::File(Arc::new(spec)), if fault == Fault::None { "processed" } else { "unsupported" }),
        };
        if let Document::File(spec) = &document {
            note(spec, contact, flags);
        } else {
            flags.insert("resume_missing");
        }
        let (id, ext) = (dice.uuid(), [make.ext(), dotted(make)][dice.below(2)]);
        let positions = if status == "processed" && dice.chance(0.9) { self.positions(dice) } else { Vec::new() };
        let (parsed, schools) = self.reworded(positions, &id);
        Resume {
            id,
            created_at: self.at,
            status,
            ext,
            file_name: format!("{}_CV.{}", full_name(self.person, month(self.at), &self.style()).replace(' ', "_"), make.ext()),
            parsed,
            schools,
            document,
        }
    }

    fn style(&self) -> Style {
        Style { scheme: self.person.scheme, ..Style::default() }
    }

    fn spec(&self, dice: &mut Dice) -> ResumeSpec {
        let (person, at) = (self.person, month(self.at));
        let native = facts().locales[person.locale].native && dice.chance(0.15);
        let dress = Dress::of(person, self.market, self.at);
        let dress = if native { dress.at_home(person) } else { dress };
        let style = Style { native, middle: dice.chance(0.2), both_families: dice.chance(0.5), ..self.style() };
        let place = &facts().places[person.home_at(at)];
        let mut contact = vec![format!("{}, {}", place.city, place.country)];
        if dice.chance(0.92) {
            contact.push(person.emails[0].clone());
        }
        if dice.chance(0.8) {
            contact.push(written(&person.phone, dice));
        }
        let jobs: Vec<ResumeJob> = person
            .jobs_at(at)
            .enumerate()
            .filter(|it| it.0 == 0 || !dice.chance(0.08))
            .map(|it| it.1)
            .collect::<Vec<_>>()
            .into_iter()
            .map(|it| self.job(it, at, &dress, dice))
            .collect();
        // A quarter of the plain ones in two columns, by the name's length: one more draw would change all that follows.
        let plain = if person.slug.len().is_multiple_of(4) { Layout::TwoColumns } else { Layout::OneColumn };
        let layout = *dice.pick(&[plain, Layout::OneColumn, Layout::SideBar, Layout::HeaderBlock]);
        ResumeSpec {
            layout,
            writing: [Writing::Literal, Writing::Kerned, Writing::Hex, Writing::Wide][dice.weighted(&[0.35, 0.3, 0.25, 0.1])],
            fault: [Fault::None, Fault::Scan, Fault::Encrypted, Fault::Truncated, Fault::Garbage, Fault::Html]
                [dice.weighted(&[0.93, 0.025, 0.015, 0.01, 0.01, 0.01])],
            name: full_name(person, at, &style),
            headline: jobs.first().map(|it| it.title.clone()).unwrap_or_default(),
            contact,
            links: self.links(dice),
            jobs,
            schools: person.studies.iter().map(|it| self.school(it)).collect(),
            skills: (0..6).map(|_| dice.pick(words("title", "skill")).spaced()).collect(),
            dress,
        }
        .readable()
    }

    /// Two of three give LinkedIn; for most of these the address is in the annotation alone.
    fn links(&self, dice: &mut Dice) -> Vec<ResumeLink> {
        let mut links = Vec::new();
        let mut add = |word: &str, url: String, dice: &mut Dice| {
            let text = if dice.chance(0.66) { word.to_owned() } else { url.trim_start_matches("https://").to_owned() };
            links.push(ResumeLink { text, url: if url.contains("://") { url } else { format!("https://{url}") } });
        };
        if dice.chance(0.62) {
            let url = linkedin(&self.person.slug, dice);
            add("LinkedIn", url, dice);
        }
        if dice.chance(0.2) {
            let url = github(&self.person.github, dice);
            add("GitHub", url, dice);
        }
        links
    }

    fn job(&self, job: &super::person::Job, at: Month, dress: &Dress, dice: &mut Dice) -> ResumeJob {
        let say = |it: Month| match dress.language {
            "en" => format!("{} {}", MONTHS[(it % 12) as usize], it / 12),
            "zh" | "ja" => format!("{}年{}月", it / 12, it % 12 + 1),
            _ => format!("{:02}/{}", it % 12 + 1, it / 12),
        };
        let end = job.end.filter(|it| *it <= at).map_or_else(|| headings(dress.language).present.to_owned(), say);
        ResumeJob {
            title: job.title.clone(),
            employer: self.market.called(job.company, dice).to_owned(),
            dates: format!("{} - {end}", say(job.start)),
            summary: dice.pick(words("title", "deed")).spaced(),
        }
    }

    fn school(&self, it: &super::person::Study) -> String {
        format!("{} in {}, {} ({} - {})", it.degree, it.field, self.market.schools[it.school].name, it.start, it.end)
    }
}

impl ResumeSpec {
    /// Only PDFs are broken in the ways that are told of here.
    fn readable(mut self) -> Self {
        if self.fault != Fault::None {
            self.dress.make = Make::Pdf;
        }
        self
    }
}

/// Lever writes the ending with and without its dot.
fn dotted(make: Make) -> &'static str {
    match make {
        Make::Pdf => ".pdf",
        Make::Docx => ".docx",
        other => other.ext(),
    }
}

/// Says what a reader would gain.
fn note(spec: &ResumeSpec, contact: &Contact, flags: &mut Flags) {
    if spec.fault != Fault::None {
        flags.insert("resume_unreadable");
        return;
    }
    flags.insert("resume");
    let is_linkedin = |url: &String| url.to_lowercase().contains("linkedin.com/in/");
    if spec.links.iter().any(|it| is_linkedin(&it.url)) && !contact.links.iter().any(is_linkedin) {
        flags.insert("resume_linkedin");
    }
    if spec.contact.iter().any(|it| it.contains('@') && !contact.emails.contains(it)) {
        flags.insert("resume_email");
    }
}
