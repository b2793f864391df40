//! How often records agree among a tenant's own people: numbers alone, and none so small that it speaks of anybody.

use super::{Feature, Level};
use serde::Serialize;

/// One level of one feature, counted over the people whom an identifier links to exactly one profile.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LevelCount {
    /// What was compared.
    pub feature: Feature,
    /// How it came out.
    pub level: Level,
    /// For so many people.
    pub people: u32,
    /// By so many bits it moves what the level weighs, for this tenant alone.
    pub shift: f64,
}

impl LevelCount {
    /// Of fewer people nothing is kept.
    pub const LEAST: u32 = 20;
}
