//! Lines under their headings: what a line means depends on where it stands.

use super::words::{key, unspaced};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The part of a résumé.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Section {
    /// Before any heading.
    Top,
    /// Where and how to reach the person.
    Contact,
    /// The person in prose.
    Summary,
    /// Jobs.
    Experience,
    /// Schools.
    Education,
    /// Other people who vouch for the person.
    References,
    /// Skills, languages, publications and the like.
    Other,
}

/// A line of the text with the section it stands in.
pub(super) struct Line<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) section: Section,
    /// Whether it is a heading itself.
    pub(super) heading: bool,
}

/// What a line says that is known by heart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    /// `Curriculum Vitae`: names the paper, not the person.
    Paper,
    /// `Name`, before the name.
    NameLabel,
    Heading(Section),
}

/// Letters of the longest heading.
const MAX_HEADING: usize = 60;

/// The lines that say anything, under their headings.
pub(super) fn lines(text: &str) -> Vec<Line<'_>> {
    let mut section = Section::Top;
    let mut lines = Vec::new();
    for line in text.lines().map(str::trim).filter(|it| !it.is_empty()) {
        let text = unspaced(line).map_or(Cow::Borrowed(line), Cow::Owned);
        if let Some(found) = heading(&text) {
            section = found;
            lines.push(Line { text, section, heading: true });
            continue;
        }
        if let Some((found, at)) = label(&text) {
            section = found;
            let rest = text[at..].trim().to_owned();
            lines.push(Line { text, section, heading: true });
            lines.push(Line { text: Cow::Owned(rest), section, heading: false });
            continue;
        }
        let heading = known(&text) == Some(Known::Paper);
        lines.push(Line { text, section, heading });
    }
    lines
}

/// The section that a whole line opens.
fn heading(line: &str) -> Option<Section> {
    if line.len() > 3 * MAX_HEADING || line.chars().count() > MAX_HEADING || line.ends_with('.') {
        return None;
    }
    let section = |text: &str| match known(text) {
        Some(Known::Heading(it)) => Some(it),
        _ => None,
    };
    // `Education & Certifications`, `Berufserfahrung / Praktika`: the first word counts.
    let first = || line.split(['&', '/', '|', ',', '·', '•', '(']).map(str::trim).find(|it| !it.is_empty());
    let joined = || {
        let short = line.split_whitespace().count() <= 5;
        let (before, _) = [" and ", " und ", " y ", " et ", " e ", " i ", " и "].iter().find_map(|it| line.split_once(it))?;
        section(before).filter(|_| short)
    };
    let parted = || first().filter(|it| it.len() < line.len() && line.split_whitespace().count() <= 6).and_then(section);
    section(line).or_else(parted).or_else(joined)
}

/// The section that a label opens in the middle of a line (`Education: …`), and where the rest begins. Labels of skills and the
/// like stand inside of jobs, which they do not end.
fn label(line: &str) -> Option<(Section, usize)> {
    let (before, rest) = line.split_once([':', '：'])?;
    let at = line.len() - rest.len();
    let opens = |it: &Section| matches!(it, Section::Experience | Section::Education | Section::References);
    (before.chars().count() <= MAX_HEADING && !rest.trim().is_empty()).then_some(())?;
    heading(before).filter(opens).map(|it| (it, at))
}

/// What stands behind a label of the name, if the line begins with one; empty when the name must be in the next line.
pub(super) fn after_name_label(line: &str) -> Option<&str> {
    let is_label = |it: &str| it.chars().count() <= 30 && known(it) == Some(Known::NameLabel);
    if let Some((before, rest)) = line.split_once([':', '：']) {
        return is_label(before).then(|| rest.trim());
    }
    if is_label(line) {
        return Some("");
    }
    // `氏　名 山田 太郎`: no sign, but a label that is no word of anything else.
    let ends = line.char_indices().filter(|(_, c)| c.is_whitespace()).map(|(at, _)| at).take(4);
    let found = ends.filter(|at| !line[..*at].is_ascii() && is_label(&line[..*at])).last()?;
    Some(line[found..].trim())
}

/// The line without the name of the paper in front of it (`Lebenslauf von Ana Ruiz`); none when there is none.
pub(super) fn after_paper(line: &str) -> Option<&str> {
    if known(line) == Some(Known::Paper) {
        return Some("");
    }
    let ends = line.char_indices().filter(|(_, c)| c.is_whitespace() || ":：-–—|".contains(*c)).map(|(at, _)| at).take(4);
    let at = ends.filter(|at| known(&line[..*at]) == Some(Known::Paper)).last()?;
    let rest = line[at..].trim_start_matches(|c: char| c.is_whitespace() || ":：-–—|".contains(c));
    Some(["of ", "von ", "de ", "di ", "for "].iter().find_map(|it| rest.strip_prefix(it)).unwrap_or(rest))
}

/// Whether a text names a section or the paper, and so no person.
pub(super) fn is_heading(text: &str) -> bool {
    known(text).is_some()
}

fn known(text: &str) -> Option<Known> {
    KNOWN.get(&key(text)).copied()
}

static KNOWN: LazyLock<HashMap<String, Known>> = LazyLock::new(|| {
    let mut known = HashMap::new();
    for line in include_str!("../data/headings.tsv").lines().filter(|it| !it.starts_with('#')) {
        let Some((kind, phrases)) = line.split_once('\t') else { continue };
        let kind = match kind {
            "title" => Known::Paper,
            "name" => Known::NameLabel,
            "contact" => Known::Heading(Section::Contact),
            "summary" => Known::Heading(Section::Summary),
            "experience" => Known::Heading(Section::Experience),
            "education" => Known::Heading(Section::Education),
            "references" => Known::Heading(Section::References),
            _ => Known::Heading(Section::Other),
        };
        for phrase in phrases.split('|') {
            known.entry(key(phrase)).or_insert(kind);
        }
    }
    known
});
