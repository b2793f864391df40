//! From what a pair shows to the odds that it is one person.

use super::compare::{FEATURES, Finding, Group, TABLE};
use super::terms::Term;
use super::weights::{IDENTIFIERS, Weights};
use crate::model::Level;

/// What a pair shows, feature by feature, in the order of [`TABLE`].
pub(super) type Findings = [Finding; FEATURES];

/// The odds of a pair and what they are made of, all as log2.
pub(super) struct Odds {
    /// By feature.
    pub(super) bits: [f64; FEATURES],
    /// For one person over two, the likeness of namesakes allowed for.
    pub(super) odds: f64,
    /// By feature: the bits that such a namesake would have too.
    common: [f64; FEATURES],
    /// How much of the doubt is each namesake's, 0 to 1.
    doubts: [f64; OTHERS.len()],
    /// How much of it is the referrer's, and in which groups that one agrees.
    referred: (f64, &'static [Group]),
    /// In which groups the first one agrees.
    nearest: &'static [Group],
}

/// In which a relative or a colleague may agree besides the name.
const RELATIONS: [&[Group]; 4] = [&[Group::Home], &[Group::Work], &[Group::Role], &[Group::Study]];

/// Namesakes with more than the name in common: what makes each seldom, and in which groups they agree too. The first agrees in the one
/// in which the pair agrees most.
const OTHERS: [(&[Term], &[Group]); 3] = [
    (&[Term::Namesake], &[]),
    (&[Term::Namesake, Term::Colleague], &[Group::Work, Group::Role, Group::Home]),
    (&[Term::Namesake, Term::Relative], &[Group::Home, Group::Study]),
];

impl Odds {
    /// Two people may share a name because they are relatives or colleagues, who share one thing of life besides, and now and then all of a
    /// home or all of a place of work: against such a namesake, name and context say nothing, and only the rest speaks.
    pub(super) fn of(findings: &Findings, weights: &Weights, profiles: f64) -> Self {
        let bits = findings.each_ref().map(|it| it.shown.iter().map(|(term, amount)| weights.bits(term) * amount).sum());
        let total: f64 = bits.iter().sum();
        let common = findings.each_ref().map(|it| common(it, weights));
        let mut by_group = [0.0; Group::COUNT];
        TABLE.iter().zip(common).for_each(|(row, bits)| by_group[row.1 as usize] += bits);
        let of_groups = |groups: &[Group]| groups.iter().map(|it| by_group[*it as usize]).sum::<f64>();
        // Brothers and sisters share the family name alone, and may agree in all but what names one person.
        let kin = findings[0].shown.iter().any(|it| it.0 == Term::NameGivenDiffers as usize);
        let strongest = RELATIONS.into_iter().max_by(|a, b| of_groups(a).total_cmp(&of_groups(b))).unwrap_or_default();
        let nearest = if kin { ALL } else { strongest };
        let by_chance = (-total).exp2();
        let explained = [nearest, OTHERS[1].1, OTHERS[2].1].map(of_groups);
        let doubts: [f64; OTHERS.len()] = std::array::from_fn(|at| {
            // Whoever explains no more than the first one is among those whom the first one stands for.
            if at > 0 && explained[at] <= explained[0] {
                return 0.0;
            }
            let seldom: f64 = OTHERS[at].0.iter().map(|it| weights.of(*it)).sum();
            let rest = total - of_groups(&[Group::Name]) - explained[at] + profiles.log2() + seldom;
            (-rest).exp2()
        });
        // Whose identifier stands on another's record is somebody near to them, more often than not.
        let identified = TABLE.iter().zip(findings).any(|(row, it)| it.level == Level::Same && IDENTIFIERS.contains(&row.0));
        let referred = if identified { (of_groups(strongest) - total - weights.of(Term::Referrer)).exp2() } else { 0.0 };
        let doubt = by_chance + referred + doubts.iter().sum::<f64>();
        Self { bits, odds: -doubt.log2(), common, doubts: doubts.map(|it| it / doubt), referred: (referred / doubt, strongest), nearest }
    }

    /// How the odds move with each weight: calls back with its place and the slope, a place perhaps more than once.
    pub(super) fn slopes(&self, findings: &Findings, mut moves: impl FnMut(usize, f64)) {
        let agrees = |at: usize, group: Group| group == Group::Name || self.groups(at).contains(&group);
        for (((_, group, _), it), common) in TABLE.iter().zip(findings).zip(self.common) {
            let others = (0..OTHERS.len()).filter(|at| common > 0.0 && agrees(*at, *group)).map(|at| self.doubts[at]);
            let referred = if common > 0.0 && self.referred.1.contains(group) { self.referred.0 } else { 0.0 };
            let explained = others.sum::<f64>() + referred;
            for (at, (term, amount)) in it.shown.iter().enumerate() {
                moves(term, amount * if at < it.common { 1.0 - explained } else { 1.0 });
            }
        }
        for ((terms, _), doubt) in OTHERS.iter().zip(self.doubts) {
            terms.iter().for_each(|it| moves(*it as usize, doubt));
        }
        moves(Term::Referrer as usize, self.referred.0);
    }

    /// In which groups such a namesake agrees besides the name.
    fn groups(&self, at: usize) -> &'static [Group] {
        if at == 0 { self.nearest } else { OTHERS[at].1 }
    }
}

/// What brothers and sisters may agree in.
const ALL: &[Group] = &[Group::Home, Group::Work, Group::Role, Group::Study];

/// The bits that such a namesake would have too.
fn common(finding: &Finding, weights: &Weights) -> f64 {
    finding.shown.iter().take(finding.common).map(|(term, amount)| weights.bits(term) * amount).sum::<f64>().max(0.0)
}
