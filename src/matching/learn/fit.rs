//! Moving counted weights to where judgements come out right.

use super::super::terms::{Counted, TERMS, floor};
use super::super::weights::Weights;
use super::{Lesson, Posterior, balance};
use rayon::prelude::*;

/// Steps of the ascent.
const STEPS: usize = 400;

/// How far a step goes at most, in bits.
const PACE: f64 = 0.05;

/// The weights that make the right outcomes likeliest, judged at that share of owners, while staying near those that were counted: the
/// posterior mode with a normal prior around each counted weight. Features that say the same twice lose what they say twice.
///
/// Adam (Kingma and Ba, 2015) on all lessons at once, so that the same lessons give the same weights.
#[must_use]
pub fn fit(counted: &Weights, lessons: &[&[Lesson]], prior: f64) -> Weights {
    const KEEPS: (f64, f64) = (0.9, 0.999);
    let mut weights = counted.clone();
    let (mut mean, mut square) = (vec![0.0; TERMS.len()], vec![0.0; TERMS.len()]);
    for step in 1..=STEPS {
        let mut slopes = slopes(&weights, lessons, prior);
        let count: f64 = lessons.iter().copied().flatten().map(|it| it.weight).sum();
        for (place, slope) in slopes.iter_mut().enumerate() {
            *slope = (*slope - pull(counted, &weights, place)) / count.max(1.0);
            mean[place] = KEEPS.0 * mean[place] + (1.0 - KEEPS.0) * *slope;
            square[place] = KEEPS.1 * square[place] + (1.0 - KEEPS.1) * *slope * *slope;
            let (even_mean, even_square) =
                (mean[place] / (1.0 - KEEPS.0.powi(step as i32)), square[place] / (1.0 - KEEPS.1.powi(step as i32)));
            let pace = PACE * (1.0 - step as f64 / (STEPS + 1) as f64);
            let bits = weights.bits(place) + pace * even_mean / (even_square.sqrt() + 1e-9);
            weights.terms[place].bits = bits.max(floor(place));
        }
    }
    weights
}

/// The normal prior's slope: a weight strays by two bits, a slope of rarity by a quarter, and what was not counted by less than one:
/// the people that lessons are made of have fewer relatives in the store than strangers have.
fn pull(counted: &Weights, weights: &Weights, place: usize) -> f64 {
    let strays: f64 = match TERMS[place].3 {
        Counted::Rarity => 0.25,
        Counted::From(_) => 0.8,
        _ => 2.0,
    };
    (weights.bits(place) - counted.bits(place)) / (strays * strays)
}

/// The slope of the log-likelihood by each weight.
fn slopes(weights: &Weights, lessons: &[&[Lesson]], prior: f64) -> Vec<f64> {
    /// Sums of a fixed number of lessons, so that the number of threads changes nothing.
    const TOGETHER: usize = 256;
    let counts = balance(lessons, prior);
    let parts: Vec<Vec<f64>> =
        lessons.par_iter().flat_map(|it| it.par_chunks(TOGETHER)).map(|it| sum(weights, it, prior, &counts)).collect();
    parts.into_iter().fold(vec![0.0; TERMS.len()], |mut all, part| {
        all.iter_mut().zip(part).for_each(|(a, b)| *a += b);
        all
    })
}

fn sum(weights: &Weights, lessons: &[Lesson], prior: f64, counts: &dyn Fn(&Lesson) -> f64) -> Vec<f64> {
    let mut slopes = vec![0.0; TERMS.len()];
    for lesson in lessons {
        let posterior = Posterior::of(lesson.pairs.iter(), lesson.profiles, weights, prior);
        for (at, (odds, findings)) in posterior.odds.iter().zip(&lesson.pairs).enumerate() {
            let should = if lesson.right == Some(at) { 1.0 } else { 0.0 };
            let by = counts(lesson) * (should - posterior.chances[at]) * std::f64::consts::LN_2;
            odds.slopes(findings, |term, slope| slopes[term] += by * slope);
        }
    }
    slopes
}
