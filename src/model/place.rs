//! Where a person lives, in the one form that is compared.

use super::fold::folded;
use super::known::{Map, rows};
use std::sync::LazyLock;

/// City, and country or state.
pub(super) struct Home {
    pub(super) city: String,
    pub(super) region: String,
}

impl Home {
    /// City first, country or state last, as most people write it; each by the name that is compared.
    pub(super) fn parse(text: &str) -> Option<Self> {
        const MAX_BYTES: usize = 40;
        let mut parts = text.split([',', ';', '|']).map(folded).filter(|it| !it.is_empty());
        let city = parts.next()?;
        let region = parts.next_back().unwrap_or_default();
        let (mut city, mut region) = match (NAMES.cities.get(&city).or_else(|| NAMES.cities.get(proper(&city))), NAMES.regions.get(&city)) {
            (Some(known), _) => (known.clone(), region),
            // A country alone.
            (None, Some(code)) if region.is_empty() && !CITY_STATES.contains(&city.as_str()) => (code.clone(), region),
            _ => (proper(&city).to_owned(), region),
        };
        if let Some(code) = NAMES.regions.get(&region) {
            region.clone_from(code);
        }
        city.truncate(MAX_BYTES); // ASCII: every byte is a character.
        region.truncate(MAX_BYTES);
        Some(Self { city, region })
    }
}

/// Countries that are cities.
const CITY_STATES: [&str; 3] = ["singapore", "hong kong", "hong kong sar"];

/// `Greater Boston Area` is Boston.
fn proper(city: &str) -> &str {
    let inner = city.strip_prefix("greater ").unwrap_or(city);
    let ends = [" metropolitan area", " metro area", " metropolitan region", " area", " region", " city area"];
    ends.iter().find_map(|it| inner.strip_suffix(it)).unwrap_or(inner)
}

/// Other names of places, folded.
#[derive(Default)]
struct Names {
    cities: Map<String>,
    regions: Map<String>,
}

static NAMES: LazyLock<Names> = LazyLock::new(|| {
    const CODE: usize = 2;
    let mut names = Names::default();
    for line in rows(include_str!("data/places.txt")) {
        let Some((name, others)) = line.split_once('|') else { continue };
        let name = folded(name);
        let map = if name.len() == CODE { &mut names.regions } else { &mut names.cities };
        map.extend(others.split('|').map(|it| (folded(it), name.clone())));
    }
    names
});
