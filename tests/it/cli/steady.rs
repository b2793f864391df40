//! Outputs without what moves, for snapshots.

use serde_json::Value;

/// Without bits and probabilities, which move with the weights.
pub(super) fn without_numbers(text: &str) -> String {
    let number = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-');
    ["\"probability\":", "\"bits\":"].iter().fold(text.to_owned(), |text, key| {
        let mut parts = text.split(key);
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |all, part| format!("{all}{key}N{}", part.trim_start_matches(number)))
    })
}

/// What is printed, without what differs from run to run: ids of runs, times of this day, and how many requests it took.
pub(super) fn steady(text: &str) -> String {
    let text: String = text.split_inclusive('\n').filter(|it| !it.contains("requests to Lever")).collect();
    let id = |word: &str| word.len() == 36 && word.starts_with("01") && word.bytes().filter(|it| *it == b'-').count() == 4;
    let time = |word: &str| word.len() == 24 && word.ends_with('Z') && !word.starts_with("2023");
    let steady = |word: &str| {
        if id(word) {
            "RUN".into()
        } else if time(word) {
            "TIME".into()
        } else {
            word.to_owned()
        }
    };
    let between = |c: char| !(c.is_alphanumeric() || matches!(c, '-' | ':' | '.'));
    let mut shown = String::new();
    for word in text.split_inclusive(between) {
        let bare = word.trim_end_matches(between);
        shown += &steady(bare.trim_end_matches(':'));
        shown += &word[bare.trim_end_matches(':').len()..];
    }
    shown
}

/// Without the weights, which training moves: a sign for every number in bits, and no line of odds.
pub(super) fn unweighed(text: &str) -> String {
    let sign = |word: &'_ str| if word.starts_with(['+', '-']) && word.parse::<f64>().is_ok() { "#".to_owned() } else { word.to_owned() };
    let line = |it: &str| it.split_whitespace().map(sign).collect::<Vec<_>>().join(" ");
    text.lines().filter(|it| !it.contains("bits: ")).map(line).collect::<Vec<_>>().join("\n")
}

/// The names of an object's fields, in order.
pub(super) fn fields(line: &str) -> String {
    let Value::Object(object) = serde_json::from_str(line).expect("one object") else { panic!("no object: {line}") };
    let mut names: Vec<(usize, &str)> = object.keys().map(|it| (line.find(&format!("\"{it}\":")).expect("there"), it.as_str())).collect();
    names.sort_unstable();
    names.into_iter().map(|(_, it)| it).collect::<Vec<_>>().join(" ")
}
