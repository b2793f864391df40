//! A person's name in the one form that is compared: words without order, titles, ranks or script.

use super::fold::{Word, folded, words};
use super::sound::Heard;
use super::standing::standing;
use super::words::MAX_WORDS;
use std::borrow::Cow;
use std::fmt;
use unicode_script::Script;

/// The words of a name, romanised and folded, in the order given name first where the writing shows it. Comparison ignores the
/// order. `Debug` prints `PersonName(***)`.
#[derive(PartialEq, Eq, Hash)]
pub struct PersonName(Vec<String>);

impl PersonName {
    /// Returns `None` when no letter is left.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = without_asides(head(text));
        let text = initials_apart(&text);
        let mut all = words(&text);
        let shouted = all.iter().all(|it| it.upper);
        let pronouns = text.contains('/');
        let mut found = Vec::with_capacity(4);
        for (part, titles) in in_given_order(&text, !shouted) {
            let list = if part.len() == text.len() { std::mem::take(&mut all) } else { words(part) };
            let count = list.len();
            for (at, word) in list.into_iter().enumerate() {
                let place = (found.is_empty(), at + 1 == count);
                let spoken = word.text.bytes().any(|b| b.is_ascii_alphabetic()) && !(pronouns && is_pronoun(&word.text));
                if spoken && !is_credential(&word, place.0, titles) && !is_remark(&word.text, place) {
                    part_into(word, &mut found);
                }
            }
        }
        Self::of_words(found)
    }

    /// The name that a page's slug spells (`ana-ruiz-4a81` → ana, ruiz; `anaruiz` → anaruiz); `None` when it is too short to be
    /// one, or spells what these stated names say already.
    #[must_use]
    pub fn of_slug(slug: &str, stated: &[&Self]) -> Option<Self> {
        const LEAST: usize = 6;
        let spelled = |it: &&str| it.len() > 1 && it.bytes().all(|b| b.is_ascii_alphabetic());
        let folded = folded(slug);
        let found = || folded.split(' ').filter(spelled);
        let whole: String = found().collect();
        let told = |it: &&Self| {
            let within = it.0.iter().filter(|word| word.len() > 1 && whole.contains(word.as_str()));
            let covered: usize = within.map(String::len).sum();
            covered >= whole.len()
        };
        (whole.len() >= LEAST && !stated.iter().any(told)).then(|| Self::of_words(found().map(str::to_owned).collect())).flatten()
    }

    /// The name that stands before the sign of an address (`ana.ruiz82` → ana, ruiz), where it says more than these stated names
    /// and shares a word with one of them: what shares none may be anybody's.
    #[must_use]
    pub fn of_address(local: &str, stated: &[&Self]) -> Option<Self> {
        const LEAST: usize = 3;
        let parts: Vec<String> =
            local.split(|it: char| !it.is_ascii_alphabetic()).filter(|it| it.len() > 1).map(str::to_ascii_lowercase).collect();
        let whole = parts.concat();
        let known = || stated.iter().flat_map(|it| &it.0).filter(|it| it.len() >= LEAST);
        // What is left when the stated words are taken out: nothing, or a letter, which is news where it begins the address and no word.
        let told = |it: &&Self| {
            let rest = it.0.iter().filter(|word| word.len() > 1).fold(whole.clone(), |rest, word| rest.replacen(word.as_str(), "", 1));
            let initial = |word: &String| word.starts_with(&rest);
            rest.len() < 2 && (!whole.starts_with(&rest) || it.0.iter().any(initial))
        };
        if whole.len() <= LEAST || stated.iter().any(told) {
            return None;
        }
        let found = match parts.as_slice() {
            [joined] => {
                let word =
                    known().filter(|it| joined.starts_with(it.as_str()) || joined.ends_with(it.as_str())).max_by_key(|it| it.len())?;
                let rest = joined.strip_prefix(word.as_str()).or_else(|| joined.strip_suffix(word.as_str()))?;
                if joined.starts_with(word.as_str()) { vec![word.clone(), rest.to_owned()] } else { vec![rest.to_owned(), word.clone()] }
            }
            _ => parts,
        };
        let one_name =
            |a: &str, b: &str| a == b || standing(a, b).is_some() || (a.len() > LEAST && Heard::of(a).letters() == Heard::of(b).letters());
        let shares = known().any(|word| found.iter().any(|it| one_name(it, word)));
        (shares && found.len() > 1).then(|| Self::of_words(found)).flatten()
    }

    fn of_words(found: Vec<String>) -> Option<Self> {
        let mut found = servants(found);
        if found.iter().filter(|it| !is_particle(it)).count() > 1 {
            found.retain(|it| !is_particle(it));
        }
        found.truncate(MAX_WORDS);
        for word in &mut found {
            word.truncate(32); // ASCII: every byte is a character.
        }
        (!found.is_empty()).then_some(Self(found))
    }

    /// Its words; a word of one letter is an initial.
    #[must_use]
    pub fn words(&self) -> &[String] {
        &self.0
    }
}

impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonName(***)")
    }
}

/// The characters that are looked at.
fn head(text: &str) -> &str {
    if text.len() <= super::fold::MAX_CHARS {
        return text;
    }
    text.char_indices().nth(super::fold::MAX_CHARS).map_or(text, |(end, _)| &text[..end])
}

/// Brackets hold pronouns and second names; the second names stay, as words.
fn without_asides(text: &str) -> Cow<'_, str> {
    if !text.contains(['(', '[']) {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find(['(', '[']) {
        let close = rest[open..].find([')', ']']).map_or(rest.len(), |it| open + it + 1);
        let aside = &rest[open..close];
        let pronouns = aside.contains('/') || words(aside).iter().any(|it| is_pronoun(&it.text));
        kept.push_str(&rest[..open]);
        kept.push(' ');
        if !pronouns {
            kept.push_str(aside);
        }
        rest = &rest[close..];
    }
    kept.push_str(rest);
    Cow::Owned(kept)
}

/// `Ruiz, Ana` is Ana Ruiz, but `Ana Ruiz, PhD` is not; parts with whether short capitals in them are titles. They are none where
/// the whole name is in capitals.
fn in_given_order(text: &str, capitals_mean: bool) -> Vec<(&str, bool)> {
    let Some((before, after)) = text.split_once([',', '،', '，']) else { return vec![(text, false)] };
    let behind = words(after);
    let titles = behind.iter().all(|it| is_credential(it, false, capitals_mean)) && !are_initials(before, &behind);
    if titles { vec![(before, false), (after, capitals_mean)] } else { vec![(after, false), (before, false)] }
}

/// `Ruiz, A.` and `Kim, MJ`: a capital alone, or capitals that are no known title behind a family name alone, stand for given names.
fn are_initials(before: &str, behind: &[Word]) -> bool {
    let family_alone = || words(before).iter().filter(|it| !is_particle(&it.text)).count() == 1;
    let unknown = || !behind.is_empty() && !behind.iter().any(|it| is_credential(it, false, false));
    behind.iter().any(|it| it.text.len() == 1) || (unknown() && family_alone())
}

/// `J.R. Smith` has two initials, but `Ana Ruiz M.D.` has a degree.
fn initials_apart(text: &str) -> Cow<'_, str> {
    if !text.contains('.') {
        return Cow::Borrowed(text);
    }
    let is_row =
        |it: &str| it.len() > 3 && it.split('.').all(|it| it.chars().count() < 2) && it.chars().filter(|it| it.is_alphabetic()).count() > 1;
    let mut words = text.split_whitespace().enumerate().peekable();
    let mut out = String::with_capacity(text.len());
    while let Some((at, word)) = words.next() {
        let apart = is_row(word) && (at == 0 || words.peek().is_some());
        out.push_str(&if apart { word.replace('.', ". ") } else { word.to_owned() });
        out.push(' ');
    }
    Cow::Owned(out)
}

/// `Abd al-Rahman` and `Abdul Rahman` are one word, however it is written; `Abdul Khan` is two.
fn servants(found: Vec<String>) -> Vec<String> {
    const SERVANT: [&str; 5] = ["abd", "abdul", "abdel", "abdal", "abdoul"];
    if !found.iter().any(|it| it.starts_with(SERVANT[0])) {
        return found;
    }
    let mut out: Vec<String> = Vec::with_capacity(found.len());
    let names = found.iter().filter(|it| !is_particle(it)).count();
    let mut words = found.into_iter().peekable();
    while let Some(word) = words.next() {
        if SERVANT.contains(&word.as_str()) && (word == "abd" || names > 2) {
            let next = words.find(|it| !is_particle(it));
            out.push(format!("abd{}", next.unwrap_or_default()));
            continue;
        }
        let joined = SERVANT[1..].iter().find_map(|it| word.strip_prefix(it)).filter(|it| it.len() > 2).map(|it| format!("abd{it}"));
        out.push(joined.unwrap_or(word));
    }
    out
}

/// Han and Hangul names are written without spaces, the family name first; anything else is one word. Arabic writes its article
/// together with the word.
fn part_into(word: Word, found: &mut Vec<String>) {
    const ARTICLE: &str = "al";
    let syllables = &word.starts;
    if word.script == Script::Arabic && word.text.len() > 2 * ARTICLE.len() {
        return found.push(word.text.strip_prefix(ARTICLE).unwrap_or(&word.text).to_owned());
    }
    if !matches!(word.script, Script::Han | Script::Hangul) || !(2..=4).contains(&syllables.len()) {
        return found.push(word.text);
    }
    let family = if syllables.len() == 4 { 2 } else { 1 };
    let (family, given) = word.text.split_at(syllables[family]);
    // One letter would be an initial, and of characters with two readings the family's is another.
    let family = match (word.script, family) {
        (Script::Hangul, "i") => "lee",
        (Script::Hangul, "o") => "oh",
        (Script::Hangul, "u") => "woo",
        (Script::Han, "ceng") => "zeng",
        _ => family,
    };
    found.extend([given.to_owned(), family.to_owned()]);
}

fn is_pronoun(word: &str) -> bool {
    matches!(word, "he" | "him" | "his" | "she" | "her" | "hers" | "they" | "them" | "theirs" | "ze" | "hir")
}

/// `de`, `van`, `bin`: written or not, they tell nobody apart.
fn is_particle(word: &str) -> bool {
    const PARTICLES: [&str; 24] = [
        "de", "da", "do", "dos", "das", "del", "della", "di", "la", "le", "van", "von", "der", "den", "ter", "ten", "bin", "bint", "ibn",
        "al", "el", "y", "e", "zu",
    ];
    PARTICLES.contains(&word)
}

/// Words that say what kind of name the others are: `née`, `aka`. None of them begins or ends a name.
fn is_remark(word: &str, (first, last): (bool, bool)) -> bool {
    !first && !last && matches!(word, "nee" | "geb" | "geborene" | "born" | "formerly" | "fka" | "aka" | "dite" | "dit")
}

/// Titles, degrees, certificates and generations. After a comma, or in capitals at the end, any short capitals are one. At the
/// beginning only titles are: `Md Rahman` and `JR Smith` are called so.
fn is_credential(word: &Word, first: bool, after_comma: bool) -> bool {
    const TITLES: [&str; 7] = ["mr", "mrs", "ms", "miss", "mx", "dr", "prof"];
    const ALWAYS: [&str; 53] = [
        "phd", "mba", "cpa", "pmp", "cfa", "msc", "bsc", "mr", "mrs", "ms", "dr", "prof", "jr", "sr", "ii", "iii", "iv", "esq", "dds",
        "cissp", "shrm", "phr", "sphr", "csm", "cscp", "frm", "acca", "md", "rn", "jd", "llm", "llb", "beng", "meng", "mphil", "dphil",
        "dipl", "cfp", "cma", "cisa", "cism", "itil", "mpa", "mph", "pharmd", "dvm", "aca", "fca", "cipd", "gphr", "scp", "cphr", "edd",
    ];
    let text = word.text.as_str();
    match first {
        true => TITLES.contains(&text) || (after_comma && word.upper && ALWAYS.contains(&text)),
        false => ALWAYS.contains(&text) || (after_comma && word.upper && text.len() <= 6),
    }
}
