//! What became of the contacts of a night, and why.

use super::words::number;
use crate::model::{Tally, Unmatched};

/// A part of the contacts of the last good night, and why it is so.
pub(super) struct Cover {
    pub(super) what: &'static str,
    pub(super) count: String,
    pub(super) share: String,
    pub(super) why: &'static str,
}

/// Where the contacts of a night went.
pub(super) fn coverage(tally: &Tally) -> Vec<Cover> {
    let why = |it: Unmatched| tally.unmatched_why.get(&it).copied().unwrap_or_default();
    let told = why(Unmatched::NobodyNear) + why(Unmatched::NotNearEnough) + why(Unmatched::LittleSaid);
    let rows = [
        ("With a badge", tally.matched, "The profile is the person's, by more than enough evidence."),
        ("In review", tally.review, "A person has to look: the evidence is good, and not good enough."),
        (
            "Nobody near",
            why(Unmatched::NobodyNear),
            "No public profile is anything like the person: most likely the store does not have it.",
        ),
        (
            "Not near enough",
            why(Unmatched::NotNearEnough),
            "Profiles come near, as namesakes do. More evidence in Lever (a LinkedIn page, an e-mail) would tell.",
        ),
        ("Little said", why(Unmatched::LittleSaid), "Lever has little more than a name: no address, number, page or employer."),
        ("Without a badge", tally.unmatched.saturating_sub(told), "Counted before reasons were."),
        ("Withheld", tally.withheld, "Anonymised, confidential, or storing is not allowed: not matched at all."),
    ];
    let of = tally.contacts.max(1) as f64;
    let row = |(what, count, why): (&'static str, u64, &'static str)| Cover {
        what,
        share: format!("{:.0} %", count as f64 / of * 100.0),
        count: number(count),
        why,
    };
    rows.into_iter().filter(|it| it.1 > 0).map(row).collect()
}
