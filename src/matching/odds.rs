//! From what a pair shows to the odds that it is one person.

use super::compare::{FEATURES, Finding, Group, TABLE};
use super::terms::Term;
use super::weights::Weights;

/// What a pair shows, feature by feature, in the order of [`TABLE`].
pub(super) type Findings = [Finding; FEATURES];

/// The odds of a pair and what they are made of, all as log2.
pub(super) struct Odds {
    /// By feature.
    pub(super) bits: [f64; FEATURES],
    /// For one person over two, the likeness of namesakes allowed for.
    pub(super) odds: f64,
    /// How much of the doubt is a namesake's, 0 to 1.
    namesake: f64,
    /// The group in which such a namesake would agree.
    strongest: Option<Group>,
    /// Whether the family name agrees alone, as with brothers and sisters, who may agree in all but what names one person.
    kin: bool,
}

/// In which a relative or a colleague may agree besides the name.
const RELATIONS: [Group; 4] = [Group::Home, Group::Work, Group::Role, Group::Study];

impl Odds {
    /// Two people may share a name because they are relatives or colleagues, who share one thing of life besides: against such a
    /// namesake, name and strongest context say nothing, and only the rest speaks.
    pub(super) fn of(findings: &Findings, weights: &Weights, profiles: f64) -> Self {
        let bits = findings.each_ref().map(|it| it.shown.iter().map(|(term, amount)| weights.bits(term) * amount).sum());
        let total: f64 = bits.iter().sum();
        let mut by_group = [0.0; Group::COUNT];
        TABLE.iter().zip(findings).for_each(|(row, it)| by_group[row.1 as usize] += common(it, weights));
        let common = |group: Group| by_group[group as usize];
        let by_group = RELATIONS.map(|it| (common(it), it)).into_iter().max_by(|a, b| a.0.total_cmp(&b.0));
        let (most, strongest) = by_group.filter(|it| it.0 > 0.0).map_or((0.0, None), |(bits, group)| (bits, Some(group)));
        let kin = findings[0].shown.iter().any(|it| it.0 == Term::NameGivenDiffers as usize);
        let most = if kin { RELATIONS.map(common).iter().sum() } else { most };
        let relatives = total - common(Group::Name) - most + profiles.log2() + weights.of(Term::Namesake);
        let doubt = (-total).exp2() + (-relatives).exp2();
        Self { bits, odds: -doubt.log2(), namesake: (-relatives).exp2() / doubt, strongest, kin }
    }

    /// How the odds move with each weight: calls back with its place and the slope, a place perhaps more than once.
    pub(super) fn slopes(&self, findings: &Findings, mut moves: impl FnMut(usize, f64)) {
        for ((_, group, _), it) in TABLE.iter().zip(findings) {
            let explained = *group == Group::Name || Some(*group) == self.strongest || (self.kin && *group != Group::Identity);
            for (at, (term, amount)) in it.shown.iter().enumerate() {
                let share = if explained && at < it.common { 1.0 - self.namesake } else { 1.0 };
                moves(term, amount * share);
            }
        }
        moves(Term::Namesake as usize, self.namesake);
    }
}

/// The bits that such a namesake would have too.
fn common(finding: &Finding, weights: &Weights) -> f64 {
    finding.shown.iter().take(finding.common).map(|(term, amount)| weights.bits(term) * amount).sum::<f64>().max(0.0)
}
