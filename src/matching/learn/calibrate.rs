//! What a probability is worth, and where the bands begin.

use super::super::decide::crowd;
use super::super::weights::{Deciding, Weights};
use super::{Lesson, Posterior, balance};

/// One judged lesson: the model's logit, what the crowd adds, whether the best profile is the right one, and how much it counts.
struct Judged {
    logit: f64,
    namesakes: usize,
    right: bool,
    weight: f64,
}

/// Calibration and bands from people whom the weights were not fitted to. `shares` are the shares of owners at which it must hold.
///
/// Platt's logistic regression (1999) of right or wrong on the logit of the best profile, with the number of namesakes.
#[must_use]
pub fn calibrate(held_out: &[(&Weights, &[Lesson])], shares: &[f64]) -> Deciding {
    let all: Vec<Vec<Judged>> = shares.iter().map(|share| judged(held_out, *share)).collect();
    let [slope, intercept, crowd] = platt(&all);
    bands(Deciding { match_at: 1.0, review_at: 1.0, slope, intercept, crowd }, &all)
}

/// Lessons with a profile count by the share of owners in all, those without by the rest.
fn judged(held_out: &[(&Weights, &[Lesson])], share: f64) -> Vec<Judged> {
    let lessons: Vec<&[Lesson]> = held_out.iter().map(|it| it.1).collect();
    let counts = balance(&lessons, share);
    let pairs = held_out.iter().flat_map(|(weights, lessons)| lessons.iter().map(move |it| (*weights, it)));
    pairs.filter_map(|(weights, it)| judge(weights, it, share).map(|judged| Judged { weight: counts(it), ..judged })).collect()
}

fn judge(weights: &Weights, lesson: &Lesson, share: f64) -> Option<Judged> {
    let posterior = Posterior::of(lesson.pairs.iter(), lesson.profiles, weights, share);
    let (at, p) = posterior.chances.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1))?;
    let p = p.clamp(1e-9, 1.0 - 1e-9);
    Some(Judged { logit: (p / (1.0 - p)).ln(), namesakes: lesson.namesakes, right: lesson.right == Some(at), weight: lesson.weight })
}

/// How firmly slope, intercept and crowd stay at one, none and none (one over the variance of a normal prior), so that a few lessons in
/// doubt cannot throw them far: they stray by .3, 1 and .1.
const FIRM: [f64; 3] = [10.0, 1.0, 100.0];

/// Newton's method on three numbers; what is sure already says nothing of doubt and is left out.
fn platt(judged: &[Vec<Judged>]) -> [f64; 3] {
    const SURE: f64 = 12.0;
    let mut found = [1.0, 0.0, 0.0];
    for _ in 0..30 {
        let (mut slope, mut bend) = ([0.0; 3], [[0.0; 3]; 3]);
        // Every share of owners looks at the same lessons, which are no more for being looked at thrice.
        let once = 1.0 / judged.len().max(1) as f64;
        for it in judged.iter().flatten().filter(|it| it.logit.abs() < SURE) {
            let x = [it.logit, 1.0, -crowd(it.namesakes)];
            let p = 1.0 / (1.0 + (-dot(found, x)).exp());
            let weight = once * it.weight;
            let miss = weight * (f64::from(u8::from(it.right)) - p);
            for a in 0..3 {
                slope[a] += miss * x[a];
                (0..3).for_each(|b| bend[a][b] += weight * p * (1.0 - p) * x[a] * x[b]);
            }
        }
        (0..3).for_each(|at| {
            bend[at][at] += FIRM[at];
            slope[at] -= FIRM[at] * (found[at] - [1.0, 0.0, 0.0][at]);
        });
        let step = solved(bend, slope);
        (0..3).for_each(|at| found[at] += step[at]);
    }
    found
}

fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Cramer's rule.
fn solved(matrix: [[f64; 3]; 3], right: [f64; 3]) -> [f64; 3] {
    let det = |m: [[f64; 3]; 3]| {
        m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
            + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
    };
    let whole = det(matrix);
    [0, 1, 2].map(|column| {
        let mut replaced = matrix;
        (0..3).for_each(|row| replaced[row][column] = right[row]);
        det(replaced) / whole
    })
}

/// Badges are right at least so often, at every share of owners; these people had their identifiers hidden, so that in life it is oftener.
const PRECISION: f64 = 0.985;

/// A badge is never given below this probability.
const BADGE_FROM: f64 = 0.94;

/// Nobody is asked to look at less than this: three in ten.
const LOOK_FROM: f64 = 0.3;

/// The share of these candidates whom people look at, at most.
const LOOKED_AT: f64 = 0.06;

/// The lowest bands that keep these promises.
fn bands(decision: Deciding, judged: &[Vec<Judged>]) -> Deciding {
    let calibrated = |it: &Judged| (decision.calibrated(1.0 / (1.0 + (-it.logit).exp()), it.namesakes), it.right, it.weight);
    let sorted = |judged: &Vec<Judged>| {
        let mut all: Vec<_> = judged.iter().map(calibrated).collect();
        all.sort_by(|a, b| b.0.total_cmp(&a.0));
        all
    };
    let by_share: Vec<Vec<(f64, bool, f64)>> = judged.iter().map(sorted).collect();
    let steps = |from: u32, to: u32| (from..to).map(|it| f64::from(it) / 1000.0);
    let precise = |at: f64| by_share.iter().all(|it| precision(it, at) >= PRECISION);
    let match_at = steps((BADGE_FROM * 1000.0) as u32, 1000).find(|at| precise(*at)).unwrap_or(0.999);
    let few = |at: f64| by_share.iter().all(|it| between(it, at, match_at) <= LOOKED_AT);
    let review_at = steps((LOOK_FROM * 1000.0) as u32, (match_at * 1000.0) as u32).find(|at| few(*at)).unwrap_or(match_at);
    Deciding { match_at, review_at, ..decision }
}

fn precision(judged: &[(f64, bool, f64)], at: f64) -> f64 {
    let (mut right, mut all) = (0.0, 0.0);
    for (_, is_right, weight) in judged.iter().take_while(|it| it.0 >= at) {
        all += weight;
        right += if *is_right { *weight } else { 0.0 };
    }
    if all > 0.0 { right / all } else { 1.0 }
}

fn between(judged: &[(f64, bool, f64)], from: f64, to: f64) -> f64 {
    let within: f64 = judged.iter().filter(|it| (from..to).contains(&it.0)).map(|it| it.2).sum();
    within / judged.iter().map(|it| it.2).sum::<f64>().max(1.0)
}
