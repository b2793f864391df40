//! Whose an address is: a referee's, a recruiter's or a firm's stands in the same paper.

use super::name::Spellings;
use super::sections::{Line, Section};
use super::words::{Kind, tells};
use crate::model::PersonName;

/// Whose an address or a number is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// The candidate's.
    Own,
    /// Somebody else's, or a firm's.
    Other,
}

/// Lines around an address that may say whose it is.
const NEAR: usize = 2;

/// The lines of a résumé, as far as they say whose an address is.
pub(super) struct Places<'a> {
    lines: &'a [Line<'a>],
    /// The lines in small letters, and their digits alone.
    lower: Vec<String>,
    digits: Vec<String>,
}

impl<'a> Places<'a> {
    pub(super) fn new(lines: &'a [Line<'a>]) -> Self {
        let digits = lines.iter().map(|it| it.text.chars().filter(char::is_ascii_digit).collect());
        Self { lines, lower: lines.iter().map(|it| it.text.to_lowercase()).collect(), digits: digits.collect() }
    }

    /// Whose an e-mail address is. One that the name's words spell is the candidate's wherever it stands, but among referees.
    pub(super) fn email(&self, email: &str, name: Option<&PersonName>) -> Whose {
        let spelled = name.is_some_and(|it| Spellings::new(std::iter::once(email), std::iter::empty(), "").agree(it.words()) >= 0.8);
        let at = self.line_of(email);
        let (local, host) = email.split_once('@').unwrap_or((email, ""));
        let shared = tells(local, Kind::Role) || tells(&local.split(['.', '-', '_']).next().unwrap_or_default().to_uppercase(), Kind::Role);
        let page = name.is_some_and(|it| Spellings::new(std::iter::once(host), std::iter::empty(), "").agree(it.words()) >= 0.8);
        if shared && !page {
            return Whose::Other;
        }
        match at {
            Some(at) if self.of_others(at) && (!spelled || self.among_referees(at)) => Whose::Other,
            _ => Whose::Own,
        }
    }

    /// Whose a phone number is.
    pub(super) fn phone(&self, phone: &str) -> Whose {
        let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
        match self.digits.iter().position(|it| it.contains(&digits)) {
            Some(at) if self.of_others(at) => Whose::Other,
            _ => Whose::Own,
        }
    }

    /// Whose a link is: only among referees it is not the candidate's.
    pub(super) fn link(&self, url: &str) -> Whose {
        let bare = url.trim_start_matches("https://").trim_start_matches("http://").trim_start_matches("www.").trim_end_matches('/');
        let at = self.line_of(bare);
        if at.is_some_and(|at| self.among_referees(at)) { Whose::Other } else { Whose::Own }
    }

    /// The first line with this address in it; none for one that is behind a click or written in another way.
    fn line_of(&self, address: &str) -> Option<usize> {
        let address = address.to_lowercase();
        self.lower.iter().position(|it| it.contains(&address))
    }

    fn among_referees(&self, at: usize) -> bool {
        self.lines[at].section == Section::References
    }

    /// Whether the line, or a label close over it, speaks of somebody else.
    fn of_others(&self, at: usize) -> bool {
        let line = &self.lines[at];
        let label = |line: &Line<'_>| line.text.chars().count() <= 90 && tells(&before_address(&line.text), Kind::Other);
        let close = self.lines[at.saturating_sub(NEAR)..=at].iter().filter(|it| it.section == line.section);
        // At the top the paper speaks of its owner: `Recruiter` is a job there.
        let heads = matches!(line.section, Section::Top | Section::Contact) && at < self.lines.len() / 2;
        self.among_referees(at) || (!heads && close.into_iter().any(label))
    }
}

/// A line's words without addresses, whose own words mean nothing.
fn before_address(line: &str) -> String {
    line.split_whitespace().filter(|it| !it.contains('@') && !it.contains("//")).collect::<Vec<_>>().join(" ")
}
