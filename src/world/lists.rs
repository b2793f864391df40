//! Lever's reference lists of the invented company: stages, archive reasons, users, postings.

use super::account::{Ms, Posting, Reason, Stage, User};
use super::dice::{Dice, Stream};

/// Milliseconds of a day.
pub(super) const DAY: Ms = 86_400_000;

/// Id (`*` for a UUID), words, pipeline, rank.
const STAGES: &[(&str, &str, &str, f64)] = &[
    ("lead-new", "New lead", "lead", 1.0),
    ("lead-reached-out", "Reached out", "lead", 3.0),
    ("lead-responded", "Responded", "lead", 5.0),
    ("applicant-new", "New applicant", "applicant", 101.0),
    ("*", "Résumé review", "applicant", 103.5),
    ("*", "Recruiter screen", "screen", 201.0),
    ("*", "Take-home task", "screen", 203.0),
    ("*", "Phone interview", "screen", 211.25),
    ("*", "On-site interview", "onsite", 231.0),
    ("*", "Hiring committee", "onsite", 233.0),
    ("offer", "Offer", "offer", 261.0),
    ("offer-accepted", "Offer accepted", "offer", 262.0),
];

/// Words, whether hired, whether in use.
const REASONS: &[(&str, bool, bool)] = &[
    ("Hired", true, true),
    ("Underqualified", false, true),
    ("Unresponsive", false, true),
    ("Withdrew", false, true),
    ("Position closed", false, true),
    ("Timing", false, true),
    ("Offer declined", false, true),
    ("Culture fit - OLD", false, false),
    ("Hired elsewhere in the group - OLD", true, false),
];

const USERS: &[&str] = &[
    "Ines Duarte",
    "Rafael Moreno",
    "Priya Raman",
    "Tom Okafor",
    "Lena Vogt",
    "Marcus Hale",
    "Aiko Tanabe",
    "Sofia Lindgren",
    "Daniel Osei",
    "Chloe Martin",
    "Old Recruiter",
    "Grace Whitfield",
    "Pavel Novák",
    "Yusuf Demir",
];

/// Of the users, those that left: places in [`USERS`].
const LEFT: &[usize] = &[3, 8, 10, 13];

const TEAMS: &[&str] = &["Engineering", "Data", "Product", "Design", "Sales", "Finance", "People", "Support", "Security", "Marketing"];
const ROLES: &[&str] = &["Engineer", "Analyst", "Manager", "Lead", "Specialist", "Director"];

/// The four lists.
pub(super) struct Lists {
    pub(super) stages: Vec<Stage>,
    pub(super) reasons: Vec<Reason>,
    pub(super) users: Vec<User>,
    pub(super) postings: Vec<Posting>,
}

impl Lists {
    pub(super) fn new(seed: u64, now: Ms) -> Self {
        let mut dice = Dice::new(seed, Stream::Lists, 0);
        let mut id = |fixed: &str| if fixed == "*" { dice.uuid() } else { fixed.to_owned() };
        let stages =
            STAGES.iter().map(|&(fixed, text, pipeline, rank)| Stage { id: id(fixed), text: text.into(), pipeline, rank }).collect();
        let reasons = REASONS.iter().map(|&(text, hired, used)| Reason { id: id("*"), text: text.into(), hired, active: used }).collect();
        let users = USERS.iter().enumerate().map(|(place, name)| User {
            id: id("*"),
            name: (*name).into(),
            deactivated_at: LEFT.contains(&place).then(|| now - (40 + 97 * place as Ms) * DAY),
        });
        Self { stages, reasons, users: users.collect(), postings: postings(&mut Dice::new(seed, Stream::Lists, 1)) }
    }
}

fn postings(dice: &mut Dice) -> Vec<Posting> {
    let kinds = TEAMS.iter().flat_map(|team| ROLES.iter().map(move |role| format!("{team} {role}")));
    let posting = |(place, text): (usize, String)| {
        let state = ["published", "published", "internal", "closed", "closed", "draft"][dice.weighted(&[4.0, 2.0, 1.0, 1.0, 1.0, 0.4])];
        Posting { id: dice.uuid(), text, state, confidential: place % 13 == 5 }
    };
    kinds.enumerate().map(posting).collect()
}
