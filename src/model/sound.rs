//! How a folded word sounds, alike where romanisations differ: `noor` and `nour`, `Ljubov` and `Lyubov`, `Jeongsu` and `Jungsu`,
//! `Tsvetkova` and `Cvetkova`.
//!
//! Letters are rewritten into six classes of consonants by voice and place and three of vowels, by the digraphs that schemes differ in:
//! BGN/PCGN, ISO 9, GOST 7.79, passports (ICAO 9303) and French and German custom for Cyrillic; Revised Romanisation and
//! McCune-Reischauer for Korean; Hepburn and its long vowels; Pinyin's and Wade-Giles' sibilants; French and English custom for Arabic.
//! Compiled for this crate from common knowledge of the schemes. Spellings that no rule joins are in `data/spellings.txt`.

use std::fmt;

/// What is heard of a word: classes of letters, vowels among them. Lives on the stack, since every two words that are compared are heard.
#[derive(Clone, Copy)]
pub struct Heard {
    letters: [u8; Sound::MOST],
    count: usize,
}

/// The consonants that are heard, and whether the word begins with a vowel.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Sound {
    bones: [u8; Self::MOST],
    count: usize,
}

impl Heard {
    /// Listens to a folded word.
    #[must_use]
    pub fn of(word: &str) -> Self {
        let mut heard = Self { letters: [0; Sound::MOST], count: 0 };
        let (word, mut at, mut last) = (word.as_bytes(), 0, 0);
        while at < word.len() {
            let (letters, used) = rule(word, at);
            last = if letters.is_empty() { 0 } else { last };
            for letter in letters.bytes() {
                if letter != last && heard.count < Sound::MOST {
                    heard.letters[heard.count] = letter;
                    heard.count += 1;
                }
                last = letter;
            }
            at += used;
        }
        heard
    }

    /// The letters.
    #[must_use]
    pub fn letters(&self) -> &[u8] {
        &self.letters[..self.count]
    }

    /// Its consonants.
    #[must_use]
    pub fn sound(&self) -> Sound {
        let mut sound = Sound { bones: [0; Sound::MOST], count: 0 };
        for (at, letter) in self.letters().iter().enumerate() {
            let bone = if is_vowel(*letter) { b'a' } else { *letter };
            if at == 0 || bone != b'a' {
                sound.bones[sound.count] = bone;
                sound.count += 1;
            }
        }
        sound
    }

    /// Whether vowels are missing, as where only consonants are written at home.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        3 * self.letters().iter().skip(1).filter(|it| is_vowel(**it)).count() < self.count
    }
}

impl Sound {
    /// Letters that are heard; no word of a name has more.
    const MOST: usize = 32;

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bones[..self.count]).unwrap_or_default()
    }
}

impl fmt::Debug for Heard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Heard(***)")
    }
}

impl fmt::Debug for Sound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sound(***)")
    }
}

/// Whether two words may begin with one sound, by their first letters alone: quicker to see than to hear.
#[must_use]
pub fn may_begin_alike(a: &str, b: &str) -> bool {
    let sounds = |word: &str| word.bytes().next().map_or(0, begins);
    sounds(a) & sounds(b) != 0
}

/// A bit for each sound that a word with this first letter may begin with.
const fn begins(letter: u8) -> u32 {
    const fn bits(sounds: &[u8]) -> u32 {
        let (mut all, mut at) = (0, 0);
        while at < sounds.len() {
            all |= 1 << (sounds[at] - b'a');
            at += 1;
        }
        all
    }
    match letter {
        b'a' | b'e' | b'i' | b'o' | b'u' | b'y' | b'j' => bits(b"a"),
        b'b' => bits(b"p"),
        b'c' => bits(b"cks"),
        b'd' => bits(b"tas"),
        b'f' => bits(b"f"),
        b'g' | b'q' => bits(b"k"),
        b'h' => bits(b"hsk"),
        b'k' => bits(b"kh"),
        b'p' => bits(b"pf"),
        b't' => bits(b"tcs"),
        b'v' | b'w' => bits(b"va"),
        b'x' | b'z' => bits(b"s"),
        b'l' | b'm' | b'n' | b'r' | b's' => bits(&[letter]),
        _ => 0,
    }
}

/// The consonants of a folded word, alike where romanisations differ.
#[must_use]
pub fn sound(word: &str) -> Sound {
    Heard::of(word).sound()
}

fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'i' | b'u')
}

/// By first letter: letters as written, as heard at the beginning of a word and further on; the longest first.
const RULES: [&[(&str, &str, &str)]; 26] = [
    &[("aye", "i", "i"), ("ai", "i", "i"), ("ay", "i", "i"), ("aj", "i", "i"), ("ae", "a", "a")],
    &[("b", "p", "p")],
    &[("chr", "kr", "kr"), ("ch", "c", "c"), ("ck", "k", "k"), ("cz", "c", "c")],
    &[("dzh", "i", "i"), ("dj", "i", "i"), ("dz", "s", "s"), ("dt", "t", "t"), ("d", "t", "t")],
    &[("ei", "i", "i"), ("ey", "i", "i"), ("ej", "i", "i"), ("eo", "u", "u"), ("eu", "u", "u"), ("e", "i", "i")],
    &[],
    &[("g", "k", "k")],
    &[("hs", "s", "s"), ("hr", "kr", "r"), ("hl", "kl", "l"), ("h", "h", "")], // Hrytsenko is Gritsenko.
    &[
        ("iya", "ia", "ia"),
        ("ija", "ia", "ia"),
        ("iia", "ia", "ia"),
        ("iye", "i", "i"),
        ("ije", "i", "i"),
        ("iie", "i", "i"),
        ("iou", "iu", "iu"),
        ("ie", "i", "i"),
        ("io", "iu", "iu"),
        ("ij", "i", "i"),
        ("iy", "i", "i"),
    ],
    &[("jeo", "iu", "iu"), ("jou", "iu", "iu"), ("je", "i", "i"), ("jo", "iu", "iu"), ("j", "i", "i")],
    &[("kh", "h", "")],
    &[],
    &[],
    &[],
    &[
        ("owa", "uva", "uva"),
        ("owe", "uvi", "uvi"),
        ("owi", "uvi", "uvi"),
        ("owy", "uvi", "uvi"),
        ("ou", "u", "u"),
        ("oo", "u", "u"),
        ("ow", "u", "u"),
        ("oe", "u", "u"),
        ("o", "u", "u"),
    ],
    &[("ph", "f", "f"), ("pf", "f", "f")],
    &[("qu", "k", "k"), ("q", "k", "k")],
    &[],
    &[("schtsch", "s", "s"), ("shch", "s", "s"), ("szcz", "s", "s"), ("sch", "s", "s"), ("sz", "s", "s")],
    &[("tsch", "c", "c"), ("tch", "c", "c"), ("ts", "s", "s"), ("tz", "s", "s")],
    &[("ue", "u", "u")],
    &[],
    &[],
    &[("x", "s", "ks")],
    &[("yeo", "iu", "iu"), ("you", "iu", "iu"), ("ye", "i", "i"), ("yo", "iu", "iu"), ("y", "i", "i")],
    &[("z", "s", "s")],
];

/// What is heard at that place of the word, and how many bytes it takes.
fn rule(word: &[u8], at: usize) -> (&'static str, usize) {
    let rest = &word[at..];
    let Some(rules) = usize::from(rest[0]).checked_sub(usize::from(b'a')).and_then(|it| RULES.get(it)) else { return ("", 1) };
    if let Some((written, start, inside)) = rules.iter().find(|it| rest.starts_with(it.0.as_bytes())) {
        return (if at == 0 { start } else { inside }, written.len());
    }
    (alone(word, at), 1)
}

/// A letter whose neighbours say how it is heard, or that is heard as it is written.
fn alone(word: &[u8], at: usize) -> &'static str {
    const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz";
    let (before, after) = (at.checked_sub(1).map(|it| word[it]), word.get(at + 1));
    let written_vowel = |it: u8| matches!(it, b'a' | b'e' | b'i' | b'o' | b'u');
    match word[at] {
        // Soft before front vowels and at the end, as Slavic and Romance languages have it; `cv` begins no word of others.
        b'c' if matches!(after, None | Some(b'e' | b'i' | b'y' | b'v')) => "s",
        b'c' => "k",
        b'f' if after.is_none() && before == Some(b'f') => "v",
        b'f' if after == Some(&b'f') && at + 2 == word.len() => "v",
        // Arabic and Hebrew write one letter for the consonant and the vowel.
        b'w' | b'v' if before.is_some_and(|it| !written_vowel(it)) && after.is_none_or(|it| !written_vowel(*it)) => "u",
        b'w' => "v",
        letter => {
            let place = usize::from(letter - b'a');
            &LETTERS[place..=place]
        }
    }
}
