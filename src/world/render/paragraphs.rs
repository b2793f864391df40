//! What a résumé says, from top to bottom, for the kinds of file that have no pages.

use super::page::lettered;
use crate::world::dress::headings;
use crate::world::resume::ResumeSpec;

/// How much a paragraph is raised over the others.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rank {
    /// The name.
    Title,
    /// Over a part.
    Heading,
    /// Over a job.
    Bold,
    /// The rest.
    Plain,
}

/// One paragraph.
pub(super) struct Paragraph {
    pub(super) rank: Rank,
    pub(super) text: String,
    /// Where a click on it leads.
    pub(super) link: Option<String>,
}

/// All paragraphs.
pub(super) fn paragraphs(spec: &ResumeSpec) -> Vec<Paragraph> {
    let words = headings(spec.dress.language);
    let mut list = Vec::new();
    let mut add = |rank, text: &str| list.push(Paragraph { rank, text: text.to_owned(), link: None });
    add(Rank::Title, &spec.name);
    add(Rank::Plain, &spec.headline);
    add(Rank::Plain, &spec.contact.join(" | "));
    list.extend(spec.links.iter().map(|it| Paragraph { rank: Rank::Plain, text: it.text.clone(), link: Some(it.url.clone()) }));
    let mut add = |rank, text: &str| list.push(Paragraph { rank, text: text.to_owned(), link: None });
    let heading = |text: &str| lettered(text, spec.dress.lettering);
    add(Rank::Heading, &heading(words.experience));
    for job in &spec.jobs {
        add(Rank::Bold, &format!("{}, {}", job.title, job.employer));
        add(Rank::Plain, &job.dates);
        add(Rank::Plain, &job.summary);
    }
    add(Rank::Heading, &heading(words.education));
    spec.schools.iter().for_each(|it| add(Rank::Plain, it));
    add(Rank::Heading, &heading(words.skills));
    add(Rank::Plain, &spec.skills.join(", "));
    if !spec.dress.referees.is_empty() {
        add(Rank::Heading, &heading(words.references));
        spec.dress.referees.iter().for_each(|it| add(Rank::Plain, it));
    }
    spec.dress.footer.iter().for_each(|it| add(Rank::Plain, it));
    list
}
