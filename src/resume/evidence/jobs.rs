//! Jobs and schools with their dates: each span of time in its section is one, and the words around it say what and where.

use super::country;
use super::dates::{self, Span};
use super::sections::{Line, Section};
use super::words::{Kind, is_unspaced, tells};
use serde::Serialize;
use unicode_script::{Script, UnicodeScript};

/// A job, as the résumé says it.
#[derive(Serialize, Default)]
pub(in crate::resume) struct Job {
    organization: Option<String>,
    title: Option<String>,
    start: Option<String>,
    end: Option<String>,
}

/// Time at a school.
#[derive(Serialize, Default)]
pub(in crate::resume) struct Study {
    organization: Option<String>,
    degree: Option<String>,
    field: Option<String>,
    start: Option<String>,
    end: Option<String>,
}

/// Entries of one kind that are kept.
const MAX_EACH: usize = 60;

/// Characters of the longest line over a job; longer ones are prose.
const MAX_HEADER: usize = 110;

/// The jobs, in the order of the text.
pub(super) fn jobs(lines: &[Line<'_>]) -> Vec<Job> {
    let headed = lines.iter().any(|it| it.section == Section::Experience);
    // Without any heading the jobs are wherever the dates are.
    let wanted = |it: &Section| if headed { *it == Section::Experience } else { matches!(it, Section::Top | Section::Summary) };
    let entries = blocks(lines, wanted).into_iter().flat_map(entries);
    let jobs = entries.filter_map(|it| job(&it.parts, it.span.as_ref())).filter(|it| headed || it.title.is_some());
    jobs.take(MAX_EACH).collect()
}

/// The schools, in the order of the text.
pub(super) fn schools(lines: &[Line<'_>]) -> Vec<Study> {
    let blocks = blocks(lines, |it| *it == Section::Education);
    blocks.into_iter().flat_map(studies).take(MAX_EACH).collect()
}

/// The lines of each run of wanted sections.
fn blocks<'a>(lines: &'a [Line<'a>], wanted: impl Fn(&Section) -> bool) -> Vec<Vec<&'a str>> {
    let mut blocks: Vec<Vec<&str>> = Vec::new();
    let mut open = false;
    for line in lines {
        let fits = wanted(&line.section) && !line.heading;
        match blocks.last_mut() {
            Some(block) if open && fits => block.push(&line.text),
            _ if fits => blocks.push(vec![&line.text]),
            _ => {}
        }
        open = fits;
    }
    blocks
}

/// What stands around one span of time.
struct Entry<'a> {
    span: Option<Span>,
    /// Pieces of the span's own line, then of its neighbours, the nearest first.
    parts: Vec<Vec<&'a str>>,
}

/// One entry for every line with a span of two dates, or one that lasts.
fn entries(block: Vec<&str>) -> Vec<Entry<'_>> {
    let found = |line: &&str| dates::span(line).filter(|span| span.start.is_some() && is_header(line));
    let mut spans: Vec<Option<Span>> = block.iter().map(found).collect();
    let anchors: Vec<usize> = (0..block.len()).filter(|at| spans[*at].is_some()).collect();
    // In one résumé the words stand either over their dates or under them.
    let over = anchors.first().is_some_and(|first| *first > 0);
    let mut entries = Vec::new();
    for (place, at) in anchors.iter().enumerate() {
        let span = spans[*at].take();
        let own = span.as_ref().map(|it| around(block[*at], it)).unwrap_or_default();
        let lines = match over {
            true => over_dates(&block[place.checked_sub(1).map_or(0, |it| anchors[it] + 1)..*at], &own),
            false => nearest(block[at + 1..anchors.get(place + 1).copied().unwrap_or(block.len())].iter()),
        };
        let parts = std::iter::once(own).chain(lines.into_iter().map(pieces)).collect();
        entries.push(Entry { span, parts });
    }
    entries
}

/// The lines over a span that speak of it.
fn over_dates<'a>(lines: &[&'a str], own: &[&'a str]) -> Vec<&'a str> {
    let near = nearest(lines.iter().rev());
    let works = |it: &&str| tells(it, Kind::Title);
    // With the dates in a column of their own, all that was done there comes between.
    let far: Vec<&str> = lines.iter().take(2).copied().filter(|it| is_header(it)).collect();
    let told = near.iter().any(works) || own.iter().any(works);
    if !told && far.iter().any(works) { far } else { near }
}

/// The first two lines that may say what and where.
fn nearest<'a, 'b: 'a>(lines: impl Iterator<Item = &'a &'b str>) -> Vec<&'b str> {
    lines.copied().filter(|it| !is_home(it)).take_while(|it| is_header(it)).take(2).collect()
}

/// Whether a line says nothing but where.
fn is_home(line: &str) -> bool {
    country::place(line).is_some_and(|(place, _)| place.len() + 2 >= line.trim().len()) && !tells(line, Kind::Title)
}

/// Whether a line may say what and where: short, no point of a list, no sentence.
fn is_header(line: &str) -> bool {
    let firm = || line.rsplit([',', ' ']).next().is_some_and(|it| tells(it, Kind::Firm));
    let prose = line.ends_with(['.', '。', ';', ':']) && line.split_whitespace().count() > 4 && !firm();
    line.chars().count() <= MAX_HEADER
        && !prose
        && !line.starts_with(['•', '-', '–', '*', '·', '▪', '●', '◦', '○', '■', '‣', '➢', '\u{f0b7}'])
}

/// The pieces of a line without its span.
fn around<'a>(line: &'a str, span: &Span) -> Vec<&'a str> {
    let mut found = pieces(&line[..span.at.start]);
    found.extend(pieces(&line[span.at.end..]));
    found
}

/// The pieces of a line without dates.
fn bare(line: &str) -> Vec<&str> {
    dates::span(line).map_or_else(|| pieces(line), |span| around(line, &span))
}

/// What signs, wide blanks and the words for *at* keep apart.
fn pieces(line: &str) -> Vec<&str> {
    // What follows a label of the place is neither.
    let line = LABELS.iter().filter_map(|it| line.find(it)).min().map_or(line, |at| &line[..at]);
    const APART: [&str; 10] = [" at ", " @ ", " / ", " - ", " – ", " — ", " bei ", " chez ", "  ", " в компании "];
    let mut found = vec![line];
    for apart in APART {
        found = found.into_iter().flat_map(|it| it.split(apart)).collect();
    }
    let found = found.into_iter().flat_map(|it| it.split(['|', '•', '·', '\t', '،', '，', '、', '(', ')', '（', '）'])).flat_map(commas);
    // Where words have no blanks between them, a blank keeps more than words apart.
    let close = |c: char| is_unspaced(c) && c.script() != Script::Hangul;
    let found = found.flat_map(|it| if it.chars().any(close) { it.split(' ').collect() } else { vec![it] });
    let label = |it: &str| ["date", "dates", "period", "datum", "zeitraum"].contains(&it.trim_end_matches(':').to_lowercase().as_str());
    let found = found.map(|it| it.trim_matches(|c: char| c.is_whitespace() || ",;:–—-".contains(c)));
    found.filter(|it| it.chars().any(char::is_alphabetic) && !label(it)).collect()
}

/// Labels of the place.
const LABELS: [&str; 6] = ["Location:", "location:", "Place:", "Ort:", "Lugar:", "Lieu :"];

/// The parts between commas; a legal form stays with its firm (`Northwind, Inc.`).
fn commas(text: &str) -> Vec<&str> {
    let (mut parts, mut from) = (Vec::new(), 0);
    for (at, _) in text.match_indices(',') {
        let rest = text[at + 1..].split(',').next().unwrap_or_default().trim();
        let legal = rest.split_whitespace().count() <= 2 && rest.len() <= 9 && tells(rest, Kind::Firm);
        if !legal {
            parts.push(&text[from..at]);
            from = at + 1;
        }
    }
    parts.push(&text[from..]);
    parts
}

/// The first piece that names work is the title; the first other one that is no place is the employer.
fn job(parts: &[Vec<&str>], span: Option<&Span>) -> Option<Job> {
    let span = span?;
    let (mut title, mut employer): (Option<&str>, Option<String>) = (None, None);
    for (row, pieces) in parts.iter().enumerate() {
        if title.is_some() && employer.is_some() {
            break;
        }
        let is_title = |it: &&&str| tells(it, Kind::Title) && (!tells(it, Kind::Firm) || it.contains(' '));
        let found = pieces.iter().find(is_title).copied();
        let others = pieces.iter().filter(|it| Some(**it) != found && it.chars().count() >= 2);
        let other = others.clone().find(|it| tells(it, Kind::Firm) && !is_place(it)).or_else(|| others.clone().find(|it| !is_place(it)));
        // The line over it was too narrow for the employer's name, which went on in the one before.
        let ends = |it: &String| !it.contains(|c: char| c.is_numeric());
        let wrapped = row > 0 && found.is_some() && other.is_some() && title.is_none() && employer.as_ref().is_some_and(ends);
        if wrapped {
            employer = employer.zip(other).map(|(end, start)| format!("{start} {end}"));
        }
        title = title.or(found);
        employer = employer.or_else(|| other.map(|it| (*it).to_owned()));
    }
    let title = title.or_else(|| left_over(parts, employer.as_deref()));
    (title.is_some() || employer.is_some()).then(|| Job {
        organization: employer,
        title: title.map(str::to_owned),
        start: span.start.map(dates::Date::text),
        end: span.end.map(dates::Date::text),
    })
}

/// A title that no list has: the only other line next to an employer, if it is short enough for one.
fn left_over<'a>(parts: &[Vec<&'a str>], employer: Option<&str>) -> Option<&'a str> {
    let mut alone = parts.iter().filter_map(|it| <[&str; 1]>::try_from(it.as_slice()).ok()).map(|[it]| it);
    let fits = |it: &&str| Some(*it) != employer && it.split(' ').count() <= 5 && !it.contains(|c: char| c.is_numeric()) && !is_place(it);
    alone.find(fits).filter(|_| employer.is_some())
}

fn is_place(piece: &str) -> bool {
    const TERMS: [&str; 9] = ["remote", "hybrid", "onsite", "full-time", "part-time", "full time", "part time", "freelance", "contract"];
    let lower = piece.to_lowercase();
    // `2 years 4 months`, as some programs count.
    let length = lower.starts_with(|c: char| c.is_ascii_digit()) && ["month", "mos", "year", "yrs"].iter().any(|it| lower.contains(it));
    length || TERMS.contains(&lower.as_str()) || country::named(piece).is_some()
}

/// One for every piece that names a school, with the degree and the dates that stand in its line or next to it.
fn studies(block: Vec<&str>) -> Vec<Study> {
    let named: Vec<(usize, &str)> =
        block.iter().enumerate().filter(|(_, it)| is_header(it)).filter_map(|(at, it)| Some((at, school(it)?))).collect();
    let over = named.first().is_some_and(|it| it.0 > 0);
    let mut studies = Vec::new();
    for (place, (at, school)) in named.iter().enumerate() {
        let from = place.checked_sub(1).map_or(0, |it| named[it].0 + 1);
        let to = named.get(place + 1).map_or(block.len(), |it| it.0);
        // Its own line, then its neighbours: in one résumé the degree stands either over the school or under it.
        let (after, before) = (at + 1..to.min(at + 3), (from..*at).rev().take(2));
        let span = std::iter::once(*at).chain(after.clone()).chain(before.clone()).find_map(|it| dates::span(block[it]));
        let order: Vec<usize> = if over { before.chain(after).collect() } else { after.chain(before).collect() };
        let told = std::iter::once(*at)
            .chain(order)
            .find_map(|it| bare(block[it]).into_iter().find(|piece| piece != school && tells(piece, Kind::Degree)));
        let (led, school) = leading(school);
        let degree = led.or(told);
        let (degree, field) = degree.map_or((None, None), parted);
        studies.push(Study {
            organization: Some(school.to_owned()),
            degree,
            field,
            start: span.as_ref().and_then(|it| it.start).map(dates::Date::text),
            end: span.and_then(|it| it.end).map(dates::Date::text),
        });
    }
    studies
}

/// The degree in front of a school's name (`PhD Princeton University`), and the name.
fn leading(school: &str) -> (Option<&str>, &str) {
    match school.split_once(' ') {
        Some((degree, rest)) if tells(degree, Kind::Degree) && tells(rest, Kind::School) && !tells(degree, Kind::School) => {
            (Some(degree), rest)
        }
        _ => (None, school),
    }
}

fn school(line: &str) -> Option<&str> {
    let mut found = bare(line).into_iter().filter(|it| tells(it, Kind::School)).peekable();
    let first = found.peek().copied();
    // `School of Law, University of Leeds`: the greater one has the degree in it less often.
    found.find(|it| !tells(it, Kind::Degree) || it.chars().any(is_unspaced)).or(first)
}

/// `MSc in Physics` is a degree and its field.
fn parted(degree: &str) -> (Option<String>, Option<String>) {
    let parts = [" in ", " of ", " en ", " im ", " em "].iter().find_map(|it| degree.split_once(it));
    match parts {
        Some((degree, field)) => (Some(degree.trim().to_owned()), Some(field.trim().to_owned())),
        None => (Some(degree.to_owned()), None),
    }
}
