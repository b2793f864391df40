//! How right the badges are on invented people whom nothing was learnt from: worlds with few, half, and nearly all owners, and with as
//! many mistakes as in life, half as many and twice as many; mean and spread over seeds.
//!
//! `cargo bench --bench accuracy [-- --seeds N] [--people N] [--weights FILE]`. Profiles are five times the people.

use acquaint::index::{Memory, entry};
use acquaint::link::Linker;
use acquaint::matching::{Counts, Matcher, Weights};
use acquaint::model::{Decision, Person, RawPerson, Verdict};
use acquaint::world::{Plan, World, candidates_jsonl};
use std::io::Write;

/// What one world showed.
struct Score {
    precision: f64,
    recall: f64,
    review: f64,
    review_true: f64,
    best_f1: f64,
    calibration: f64,
    /// The share of owners that was estimated.
    prior: f64,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let option = |name: &str| std::env::args().skip_while(|it| it != name).nth(1);
    let number = |name: &str, default: u64| option(name).and_then(|it| it.parse().ok()).unwrap_or(default);
    let matcher = match option("--weights") {
        Some(file) => Matcher::new(Weights::parse(&std::fs::read_to_string(file)?)?),
        None => Matcher::shipped(),
    };
    let (seeds, people) = (number("--seeds", 5), number("--people", 4_000) as usize);
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "owners errors  precision        recall           best F1          review          of it true  ECE              owners estimated (mean ± spread of {seeds} seeds)"
    )?;
    for (owners, errors) in [(0.05, 1.0), (0.5, 1.0), (0.95, 1.0), (0.5, 0.5), (0.5, 2.0), (0.05, 2.0)] {
        let scores: Result<Vec<Score>, _> = (1..=seeds)
            .map(|seed| score(&matcher, &Plan { seed, owners, errors, profiles: 5 * people, ..Plan::for_contacts(people) }))
            .collect();
        let scores = scores?;
        let told = |of: fn(&Score) -> f64| told(scores.iter().map(of).collect());
        writeln!(
            out,
            "{owners:<6} {errors:<6}  {}  {}  {}  {}  {}  {}  {}",
            told(|it| it.precision),
            told(|it| it.recall),
            told(|it| it.best_f1),
            told(|it| it.review),
            told(|it| it.review_true),
            told(|it| it.calibration),
            told(|it| it.prior),
        )?;
    }
    Ok(())
}

/// Mean, and the largest distance from it.
fn told(values: Vec<f64>) -> String {
    let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
    let spread = values.iter().map(|it| (it - mean).abs()).fold(0.0, f64::max);
    format!("{mean:.4} ± {spread:.4}")
}

fn score(matcher: &Matcher, plan: &Plan) -> Result<Score, Box<dyn std::error::Error>> {
    let world = World::new(plan);
    let index = Memory::build(world.profiles.iter().map(entry))?;
    let lines = candidates_jsonl(&world.account);
    let people: Result<Vec<Person>, _> =
        lines.lines().map(|it| serde_json::from_str::<RawPerson>(it).map(|it| Person::of_candidate(&it))).collect();
    let people = people?;
    let mut counts = Counts::default();
    let people: Vec<_> = people.iter().map(Person::view).collect();
    people.iter().for_each(|it| counts.add(it));
    let linker = Linker::new(&index, matcher);
    let compared = linker.compare(&people, &counts)?;
    let prior = linker.prior(&compared);
    let judged: Vec<_> = compared.into_iter().map(|it| linker.decide(it, prior)).collect();
    let right = |at: usize, it: &Verdict| it.best.as_ref().is_some_and(|best| world.truth.rows[at].profiles.contains(&best.profile));
    let rows: Vec<(Decision, f64, bool)> = judged
        .iter()
        .enumerate()
        .map(|(at, it)| (it.verdict.decision, it.verdict.best.as_ref().map_or(0.0, |it| it.probability), right(at, &it.verdict)))
        .collect();
    Ok(summary(&rows, prior, world.truth.rows.iter().filter(|it| !it.profiles.is_empty()).count()))
}

fn summary(rows: &[(Decision, f64, bool)], prior: f64, owners: usize) -> Score {
    let of = |decision: Decision| rows.iter().filter(move |it| it.0 == decision);
    let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
    let (badges, right) = (of(Decision::Match).count(), of(Decision::Match).filter(|it| it.2).count());
    let (reviews, true_reviews) = (of(Decision::Review).count(), of(Decision::Review).filter(|it| it.2).count());
    let mut sorted: Vec<_> = rows.iter().filter(|it| it.1 > 0.0).collect();
    sorted.sort_by(|a, b| b.1.total_cmp(&a.1));
    let mut hits = 0;
    let f1 = |(at, row): (usize, &&(Decision, f64, bool))| {
        hits += usize::from(row.2);
        2.0 * hits as f64 / (at + 1 + owners) as f64
    };
    let best_f1 = sorted.iter().enumerate().map(f1).fold(0.0, f64::max);
    let bins = sorted.chunks((sorted.len() / 10).max(1));
    let miss = |bin: &[&(Decision, f64, bool)]| bin.iter().map(|it| it.1 - f64::from(u8::from(it.2))).sum::<f64>().abs();
    Score {
        precision: share(right, badges),
        recall: share(right, owners),
        review: share(reviews, rows.len()),
        review_true: share(true_reviews, reviews),
        best_f1,
        calibration: bins.map(miss).sum::<f64>() / sorted.len().max(1) as f64,
        prior,
    }
}
