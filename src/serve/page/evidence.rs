//! Why two records are taken for one person: in a sentence, and step by step as a waterfall. Quotes the profile alone.

use crate::model::{Evidence, Feature, Level, Profile, odds, percent, steps};
use crate::store::Pairing;

/// One step of a waterfall, drawn.
pub(super) struct Drawn {
    pub(super) name: &'static str,
    pub(super) says: &'static str,
    pub(super) value: Option<String>,
    pub(super) bits: String,
    /// Where the bar begins, and how long it is, of 100.
    pub(super) from: String,
    pub(super) length: String,
    pub(super) kind: &'static str,
}

/// All of it.
pub(super) struct Why {
    pub(super) sentence: String,
    pub(super) steps: Vec<Drawn>,
    /// Where the bars' odds are even, of 100.
    pub(super) even: String,
    pub(super) odds: String,
    pub(super) percent: String,
    pub(super) silent: String,
}

impl Why {
    /// Of one pair; `profile` is the one that the evidence points to.
    pub(super) fn of(pairing: &Pairing, profile: Option<&Profile>) -> Self {
        let found = steps(&pairing.evidence, &pairing.waterfall, profile);
        let totals = || [0.0].into_iter().chain(found.iter().map(|it| it.so_far));
        let (least, most) = totals().fold((0.0_f64, 0.0_f64), |(least, most), it| (least.min(it), most.max(it)));
        let place = |bits: f64| (bits - least) / (most - least).max(1.0) * 100.0;
        let mut before = 0.0;
        let drawn = found.iter().enumerate().map(|(number, it)| {
            let (from, to) = (place(it.so_far.min(before)), place(it.so_far.max(before)));
            before = it.so_far;
            Drawn {
                name: Feature::parse(it.name).map_or(it.name, plain),
                says: it.says,
                value: it.value.map(str::to_owned),
                bits: format!("{:+.1}", it.bits),
                from: format!("{from:.1}"),
                length: format!("{:.1}", (to - from).max(0.8)),
                kind: match it.bits {
                    _ if number == 0 => "start",
                    bits if bits < 0.0 => "against",
                    _ => "for",
                },
            }
        });
        let steps: Vec<Drawn> = drawn.collect();
        let end = found.last().map_or(0.0, |it| it.so_far);
        let silent = pairing.evidence.iter().filter(|it| it.level == Level::Silent).map(|it| plain(it.feature));
        Self {
            sentence: sentence(&pairing.evidence, pairing.probability),
            steps,
            even: format!("{:.1}", place(0.0)),
            odds: odds(end),
            percent: percent(pairing.probability),
            silent: silent.collect::<Vec<_>>().join(", "),
        }
    }
}

/// What speaks for it, what against, and how sure that is.
pub(super) fn sentence(evidence: &[Evidence], probability: f64) -> String {
    let said = |speaks: &dyn Fn(&&Evidence) -> bool| {
        let told: Vec<String> = evidence.iter().filter(speaks).map(|it| level(it).to_owned()).collect();
        if told.is_empty() { "nothing".to_owned() } else { told.join("; ") }
    };
    let agree = said(&|it| matches!(it.level, Level::Same | Level::Close | Level::Partial) && it.bits > 0.0);
    let against = said(&|it| it.level == Level::Differs && it.bits < 0.0);
    let wrong = 1.0 - probability;
    let odds = if wrong > 1e-6 && wrong < 0.5 { format!(" (1 in {:.0} like this is wrong)", 1.0 / wrong) } else { String::new() };
    format!("For: {agree}. Against: {against}. Confidence {}{odds}.", percent(probability))
}

fn plain(feature: Feature) -> &'static str {
    match feature {
        Feature::Name => "name",
        Feature::Linkedin => "LinkedIn page",
        Feature::Github => "GitHub account",
        Feature::Link => "web pages",
        Feature::Email => "e-mail",
        Feature::Phone => "phone",
        Feature::Employer => "employers",
        Feature::School => "schools",
        Feature::Location => "place",
        Feature::Title => "job title",
    }
}

fn level(it: &Evidence) -> String {
    let how = match it.level {
        Level::Same => "same",
        Level::Close => "almost the same",
        Level::Partial => "partly the same",
        Level::Differs => "another",
        Level::Shared => "shared",
        Level::Silent => "unknown",
    };
    format!("{how} {}", plain(it.feature))
}
