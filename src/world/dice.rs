//! Chance from a seed: every person and every row has a stream of its own, so that one more draw here changes nothing there.

use rand::{Rng, RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What a stream of chance is for.
#[derive(Clone, Copy)]
pub(super) enum Stream {
    Market = 1,
    Lists,
    Owner,
    Person,
    Planted,
    Profile,
    Contact,
    Candidacy,
    Resume,
    Order,
    Dress,
    Parsed,
}

/// A stream of chance.
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    pub(super) fn new(seed: u64, stream: Stream, index: usize) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(((stream as u64) << 40) | index as u64);
        Self(rng)
    }

    /// Even in [0, 1).
    pub(super) fn unit(&mut self) -> f64 {
        self.0.random()
    }

    pub(super) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// Even in 0..n; 0 for an empty range.
    pub(super) fn below(&mut self, n: usize) -> usize {
        if n == 0 { 0 } else { self.0.random_range(0..n) }
    }

    /// Even in low..=high.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        self.0.random_range(low..=high.max(low))
    }

    pub(super) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    /// A place in the list of weights, as often as its weight says.
    pub(super) fn weighted(&mut self, weights: &[f64]) -> usize {
        let mut left = self.unit() * weights.iter().sum::<f64>();
        for (place, weight) in weights.iter().enumerate() {
            left -= weight;
            if left < 0.0 {
                return place;
            }
        }
        weights.len() - 1
    }

    /// A rank in 0..n with density 1/(rank + flat): Zipf's law with a flattened head.
    pub(super) fn rank(&mut self, n: usize, flat: f64) -> usize {
        let drawn = flat * (((n as f64 + flat) / flat).powf(self.unit()) - 1.0);
        (drawn as usize).min(n.saturating_sub(1))
    }

    /// Exponential with that mean.
    pub(super) fn exponential(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.unit()).ln()
    }

    /// Log-normal with that median; sigma is of the logarithm (Box–Muller).
    pub(super) fn lognormal(&mut self, median: f64, sigma: f64) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        median * (sigma * radius * (std::f64::consts::TAU * self.unit()).cos()).exp()
    }

    /// That many digits, the first of which is not 0.
    pub(super) fn digits(&mut self, count: usize) -> String {
        (0..count).map(|at| char::from(b'0' + self.between(i64::from(at == 0), 9) as u8)).collect()
    }

    /// That many hexadecimal digits.
    pub(super) fn hex(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b"0123456789abcdef"[self.below(16)])).collect()
    }

    /// A UUID of version 4.
    pub(super) fn uuid(&mut self) -> String {
        let mut bytes = [0; 16];
        self.0.fill_bytes(&mut bytes);
        uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
    }

    /// Puts the list in an order of chance.
    pub(super) fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.below(last + 1));
        }
    }
}
