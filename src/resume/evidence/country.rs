//! Countries: their names where people say where they live, and how their phone numbers are dialled.

use super::words::key;
use std::sync::LazyLock;

/// A country as far as it helps to read a phone number.
pub(super) struct Country {
    iso: &'static str,
    code: &'static str,
    /// Dialled before a number at home.
    trunk: &'static str,
    fewest: usize,
    most: usize,
    names: Vec<String>,
}

static COUNTRIES: LazyLock<Vec<Country>> = LazyLock::new(|| {
    let lines = include_str!("../data/countries.tsv").lines().filter(|it| !it.starts_with('#'));
    lines.filter_map(|line| country(&line.split('\t').collect::<Vec<_>>())).collect()
});

fn country(cells: &[&'static str]) -> Option<Country> {
    let [iso, code, trunk, fewest, most, names] = cells else { return None };
    let names = names.split('|').map(key).collect();
    Some(Country { iso, code, trunk, fewest: fewest.parse().ok()?, most: most.parse().ok()?, names })
}

/// The country that a text names as a whole.
pub(super) fn named(text: &str) -> Option<&'static Country> {
    let key = key(text);
    COUNTRIES.iter().find(|it| it.names.contains(&key))
}

/// The country of a domain's last part; `.io`, `.co` and the like tell none.
pub(super) fn of_domain(host: &str) -> Option<&'static Country> {
    const SOLD: [&str; 6] = ["co", "me", "tv", "in", "ca", "us"];
    let last = host.rsplit('.').next()?.to_ascii_lowercase();
    let iso = if last == "uk" { "gb".to_owned() } else { last };
    COUNTRIES.iter().find(|it| it.iso.eq_ignore_ascii_case(&iso) && !SOLD.contains(&iso.as_str()))
}

/// The place in a line: `City, Country`, or `City, ST` in the United States, without what stands around it.
pub(super) fn place(line: &str) -> Option<(&str, Option<&'static Country>)> {
    for part in line.split(['|', '•', '·', '●', '◆', ';']).flat_map(|it| it.split("   ")).map(str::trim) {
        let part = part.rsplit([':', '：']).next().unwrap_or(part).trim();
        let Some((before, last)) = part.rsplit_once([',', '،', '，', '、']) else { continue };
        let words = before.split_whitespace().count();
        if words == 0 || words > 8 || part.contains('@') {
            continue;
        }
        let last = last.trim();
        let state = || STATES.contains(&last.get(..2).unwrap_or_default()) && last[2..].trim().bytes().all(|it| it.is_ascii_digit());
        match named(last) {
            Some(country) => return Some((city(part), Some(country))),
            None if state() => return Some((city(part), named("usa"))),
            None => {}
        }
    }
    None
}

/// Without the street: what has digits before the last two or three parts.
fn city(place: &str) -> &str {
    let parts: Vec<(usize, &str)> = place.match_indices([',', '،', '，', '、']).collect();
    let street = parts
        .iter()
        .rev()
        .skip(1)
        .find(|(at, _)| place[..*at].rsplit([',', '،', '，', '、']).next().is_some_and(|it| it.contains(char::is_numeric)));
    street.map_or(place, |(at, comma)| place[at + comma.len()..].trim())
}

const STATES: [&str; 51] = [
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "DC", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS", "KY", "LA", "ME", "MD", "MA",
    "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM", "NY", "NC", "ND", "OH", "OK", "OR", "PA", "RI", "SC", "SD", "TN", "TX",
    "UT", "VT", "VA", "WA", "WV", "WI", "WY",
];

/// The number in E.164 where that is certain: it has its country's code, or the country is known and the length fits it.
pub(super) fn e164(written: &str, home: Option<&Country>) -> Option<String> {
    let main = written.split(['x', 'X', '#', ';', ',']).next().unwrap_or_default();
    let international = main.trim_start().trim_start_matches('(').starts_with('+');
    // `+44 (0) 20 …`: the trunk prefix is for callers at home.
    let main = if international { main.replacen("(0)", "", 1) } else { main.to_owned() };
    let digits: String = main.chars().filter(char::is_ascii_digit).collect();
    let whole = if international { Some(digits.as_str()) } else { digits.strip_prefix("00") };
    if let Some(whole) = whole {
        return ((7..=15).contains(&whole.len()) && !whole.starts_with('0')).then(|| format!("+{whole}"));
    }
    let country = home.or_else(|| north_american(&main, &digits).then(|| named("usa")).flatten())?;
    let national = match digits.strip_prefix(country.trunk) {
        Some(rest) if !country.trunk.is_empty() => rest,
        // Written without the zero it is dialled with: another country's, or a short form.
        _ if country.trunk == "0" => return with_code(&digits, country),
        _ => digits.as_str(),
    };
    let fits = (country.fewest..=country.most).contains(&national.len()) && !national.starts_with('0');
    if fits { Some(format!("+{}{national}", country.code)) } else { with_code(&digits, country) }
}

/// A number that begins with its country's code and says so by its length alone.
fn with_code(digits: &str, country: &Country) -> Option<String> {
    let national = digits.strip_prefix(country.code)?;
    let longer = digits.len() > country.most && (country.fewest..=country.most).contains(&national.len());
    let mobile = country.code.len() > 1 && longer && !national.starts_with('0');
    mobile.then(|| format!("+{digits}"))
}

/// `(415) 555-2671` and `415-555-2671` are written so in North America alone.
fn north_american(written: &str, digits: &str) -> bool {
    let groups: Vec<&str> = written.split(|c: char| !c.is_ascii_digit()).filter(|it| !it.is_empty()).collect();
    let shaped = matches!(groups.iter().map(|it| it.len()).collect::<Vec<_>>()[..], [3, 3, 4]);
    let area = |at: usize| digits.as_bytes().get(at).is_some_and(|it| (b'2'..=b'9').contains(it));
    shaped && area(0) && area(3)
}
