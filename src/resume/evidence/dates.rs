//! Spans of time in a line, in the ways and languages in which résumés write them.

use super::words::key;
use any_ascii::any_ascii_char;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

/// A year, and its month where one is said.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Date {
    year: u16,
    month: Option<u8>,
}

impl Date {
    /// `YYYY-MM` or `YYYY`.
    pub(super) fn text(self) -> String {
        self.month.map_or_else(|| format!("{:04}", self.year), |month| format!("{:04}-{month:02}", self.year))
    }
}

/// From when until when; an end alone where one date stands.
pub(super) struct Span {
    pub(super) start: Option<Date>,
    /// None while it lasts.
    pub(super) end: Option<Date>,
    /// Where it stands in the line.
    pub(super) at: Range<usize>,
}

enum Token {
    Number(u32, usize),
    Word(Meaning),
    /// A hyphen or dash of any length.
    Dash,
    /// `.`, `/`, `年` and the like, which join the parts of a date.
    Joint(char),
    Other,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Month(u8),
    Now,
    To,
    Since,
    Nothing,
}

/// The first span of two dates in the line, else its first date.
pub(super) fn span(line: &str) -> Option<Span> {
    if !line.chars().any(|c| c.is_numeric()) {
        return None;
    }
    let tokens = tokens(line);
    let is = |at: usize, meaning| matches!(tokens.get(at), Some((Token::Word(it), _)) if *it == meaning);
    let (mut single, mut at) = (None, 0);
    while at < tokens.len() {
        let Some((start, next)) = date(&tokens, at) else {
            at += 1;
            continue;
        };
        let since = at > 0 && is(at - 1, Meaning::Since);
        let parts = (next..).take_while(|it| matches!(tokens.get(*it), Some((Token::Dash, _))) || is(*it, Meaning::To)).count();
        let behind = next + parts;
        let now = (behind..).take_while(|it| is(*it, Meaning::Now)).count();
        let place = |from: usize, to: usize| tokens[from].1.start..tokens[to - 1].1.end;
        let until = date(&tokens, behind).filter(|it| parts > 0 && it.0.year >= start.year);
        if let Some((end, last)) = until {
            return Some(Span { start: Some(start), end: Some(end), at: place(at, last) });
        }
        if now > 0 || (parts > 0 && behind == tokens.len()) || since {
            return Some(Span { start: Some(start), end: None, at: place(at - usize::from(since), behind + now) });
        }
        single.get_or_insert_with(|| Span { start: None, end: Some(start), at: place(at, next) });
        at = next;
    }
    single
}

/// The date that begins at this token, and the token behind it.
fn date(tokens: &[(Token, Range<usize>)], at: usize) -> Option<(Date, usize)> {
    let token = |it: usize| tokens.get(it).map(|it| &it.0);
    let number = |it: usize| match token(it) {
        Some(Token::Number(value, digits)) => Some((*value, *digits)),
        _ => None,
    };
    let year = |it: usize| number(it).filter(|(value, digits)| *digits == 4 && (1950..=2100).contains(value)).map(|it| it.0 as u16);
    let month = |it: usize| number(it).filter(|(value, digits)| *digits <= 2 && (1..=12).contains(value)).map(|it| it.0 as u8);
    let joint = |it: usize| matches!(token(it), Some(Token::Joint('.' | '/' | '-' | '\'')) | Some(Token::Dash));
    if let Some(Token::Word(Meaning::Month(month))) = token(at) {
        let behind = (at + 1..at + 4).find(|it| !matches!(token(*it), Some(Token::Joint(_))))?;
        let short = || number(behind).filter(|it| it.1 == 2 && matches!(token(behind - 1), Some(Token::Joint('\'')))).map(|it| two(it.0));
        let year = year(behind).or_else(short)?;
        return Some((Date { year, month: Some(*month) }, behind + 1));
    }
    if let Some(found) = year(at) {
        if matches!(token(at + 1), Some(Token::Joint('年'))) {
            let month = month(at + 2).filter(|_| matches!(token(at + 3), Some(Token::Joint('月'))));
            return Some((Date { year: found, month }, if month.is_some() { at + 4 } else { at + 2 }));
        }
        // `2019-03` but not `2019 - 2021`, nor the first half of `2019/03/05`.
        let month = month(at + 2).filter(|_| joint(at + 1) && number(at + 2).is_some_and(|it| it.1 == 2));
        let day = month.is_some() && joint(at + 3) && number(at + 4).is_some_and(|it| it.1 <= 2);
        let behind = if day { at + 5 } else { at + 3 };
        return Some((Date { year: found, month }, if month.is_some() { behind } else { at + 1 }));
    }
    // `03/2019`, `3.2019`, `05.03.2019`.
    let first = month(at).filter(|_| joint(at + 1));
    if let Some((month, year)) = first.zip(year(at + 2)) {
        return Some((Date { year, month: Some(month) }, at + 3));
    }
    let day = number(at).filter(|(value, digits)| *digits <= 2 && (1..=31).contains(value) && joint(at + 1) && joint(at + 3));
    let (month, year) = day.and(month(at + 2)).zip(year(at + 4))?;
    Some((Date { year, month: Some(month) }, at + 5))
}

/// `'19` is 2019, `'98` is 1998.
fn two(year: u32) -> u16 {
    (if year < 50 { 2000 + year } else { 1900 + year }) as u16
}

fn tokens(line: &str) -> Vec<(Token, Range<usize>)> {
    let (mut tokens, mut at) = (Vec::new(), 0);
    while let Some(c) = line[at..].chars().next() {
        let one = at + c.len_utf8();
        let until = |stop: fn(char) -> bool| line[at..].find(stop).map_or(line.len(), |it| at + it);
        let (token, end) = match c {
            _ if c.is_whitespace() => {
                at = one;
                continue;
            }
            '年' | '년' => (Token::Joint('年'), one),
            '月' | '월' => (Token::Joint('月'), one),
            '日' | '일' => (Token::Joint('日'), one),
            '-' | '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '~' | '〜' | '～' | '→' => (Token::Dash, one),
            '’' => (Token::Joint('\''), one),
            '.' | '/' | '\'' | ',' => (Token::Joint(c), one),
            _ if digit(c).is_some() => {
                let end = until(|c| digit(c).is_none());
                let digits = line[at..end].chars().filter_map(digit);
                let value = digits.clone().fold(0_u32, |sum, it| sum.saturating_mul(10).saturating_add(it));
                (Token::Number(value, digits.count()), end)
            }
            _ if is_letter(c) => {
                let end = until(|c| !is_letter(c));
                (Token::Word(meaning(&line[at..end])), end)
            }
            _ => (Token::Other, one),
        };
        tokens.push((token, at..end));
        at = end;
    }
    tokens
}

fn is_letter(c: char) -> bool {
    (c.is_alphabetic() || unicode_normalization::char::is_combining_mark(c)) && !"年월月년日일".contains(c)
}

/// A digit of any script.
fn digit(c: char) -> Option<u32> {
    if c.is_ascii() {
        c.to_digit(10)
    } else {
        Some(c).filter(|c| c.is_numeric()).and_then(|c| any_ascii_char(c).parse().ok()).filter(|it| *it < 10)
    }
}

fn meaning(word: &str) -> Meaning {
    MEANINGS.get(&key(word)).copied().unwrap_or(Meaning::Nothing)
}

static MEANINGS: LazyLock<HashMap<String, Meaning>> = LazyLock::new(|| {
    let mut meanings = HashMap::new();
    let lines = || include_str!("../data/months.tsv").lines().filter(|it| !it.starts_with('#')).filter_map(|it| it.split_once('\t'));
    let of = |kind: &str| match kind {
        "now" => Meaning::Now,
        "to" => Meaning::To,
        "since" => Meaning::Since,
        month => month.parse().map_or(Meaning::Nothing, Meaning::Month),
    };
    for (kind, words) in lines() {
        for word in words.split(' ') {
            meanings.entry(key(&word.replace('_', " "))).or_insert(of(kind));
        }
    }
    // Short forms come after every full one, and the first month that claims one has it.
    for (kind, words) in lines().filter(|(kind, _)| matches!(of(kind), Meaning::Month(_))) {
        for word in words.split(' ').map(key) {
            for length in 3..=5 {
                let short: String = word.chars().take(length).collect();
                meanings.entry(short).or_insert(of(kind));
            }
        }
    }
    meanings
});
