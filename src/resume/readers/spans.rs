//! What a PDF's page needs before its pieces of text are put in lines: icons that do not bind two lines, letter-spaced words,
//! accents on their letters, spaces of right-to-left text in their places.

use pdfboss_output::TextSpan;
use unicode_normalization::char::compose;
use unicode_script::{Script, UnicodeScript};

/// The widest gap between letters of one word, in sizes of the type; the narrowest that reads as a space.
const TRACKING: std::ops::RangeInclusive<f32> = 0.1..=1.0;

/// How far gaps of one word may differ, in sizes: kerning.
const KERNING: f32 = 0.12;

/// Pieces that must follow one another so that a word is letter-spaced, and letters among them.
const SPACED: usize = 4;
const LETTERS: usize = 3;

/// Accents that stand alone, and the marks that combine (TeX's old fonts draw one over a letter).
const ACCENTS: [(char, char); 14] = [
    ('´', '\u{301}'),
    ('ˊ', '\u{301}'),
    ('`', '\u{300}'),
    ('ˋ', '\u{300}'),
    ('¨', '\u{308}'),
    ('ˆ', '\u{302}'),
    ('˜', '\u{303}'),
    ('ˇ', '\u{30c}'),
    ('˚', '\u{30a}'),
    ('¯', '\u{304}'),
    ('˘', '\u{306}'),
    ('˙', '\u{307}'),
    ('˝', '\u{30b}'),
    ('¸', '\u{327}'),
];

/// Puts a page's pieces right, in the order in which they are drawn.
pub(super) fn mend(spans: Vec<TextSpan>) -> Vec<TextSpan> {
    let mut spans = joined(accented(spans));
    let body = body_size(&spans);
    for span in &mut spans {
        if is_sign(span) {
            // An icon beside two lines would make them one.
            span.size = span.size.min(body);
        }
        turn_spaces(span);
    }
    spans
}

/// The size of most characters.
fn body_size(spans: &[TextSpan]) -> f32 {
    let mut sizes: Vec<(f32, usize)> = spans.iter().map(|it| (it.size, it.text.len())).collect();
    sizes.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = sizes.iter().map(|it| it.1).sum::<usize>() / 2;
    let mut seen = 0;
    let middle = sizes.iter().find(|it| {
        seen += it.1;
        seen > half
    });
    middle.map_or(f32::MAX, |it| it.0)
}

/// An icon or a bullet: of a font of pictures, or without a letter or digit.
fn is_sign(span: &TextSpan) -> bool {
    let font = span.font_name.to_ascii_lowercase();
    let icons = ["awesome", "icon", "symbol", "dingbat", "webding", "wingding"].iter().any(|it| font.contains(it));
    icons || !span.text.contains(char::is_alphanumeric)
}

/// Whether the second piece goes on in the first one's line and type.
fn follows(first: &TextSpan, second: &TextSpan) -> bool {
    let near = |a: f32, b: f32| (a - b).abs() < 0.05 * first.size;
    near(first.y, second.y) && near(first.size, second.size) && first.font == second.font && first.rotate == 0 && second.rotate == 0
}

/// Joins the letters of letter-spaced words: single characters in a row with the same gap after each.
fn joined(spans: Vec<TextSpan>) -> Vec<TextSpan> {
    let mut done: Vec<TextSpan> = Vec::with_capacity(spans.len());
    let mut rest = spans.into_iter().peekable();
    while let Some(first) = rest.next() {
        let mut run = vec![first];
        let mut usual = None;
        while let (Some(last), Some(next)) = (run.last(), rest.peek()) {
            let gap = (next.x - last.end_x) / last.size.max(1.0);
            let even = usual.is_none_or(|usual: f32| (gap - usual).abs() <= KERNING);
            if !(is_single(last) && is_single(next) && follows(last, next) && TRACKING.contains(&gap) && even) {
                break;
            }
            usual.get_or_insert(gap);
            run.extend(rest.next());
        }
        let letters = run.iter().filter(|it| it.text.contains(char::is_alphabetic)).count();
        if run.len() >= SPACED && letters >= LETTERS { done.extend(one(run)) } else { done.append(&mut run) }
    }
    done
}

fn is_single(span: &TextSpan) -> bool {
    let mut characters = span.text.chars();
    characters.next().is_some_and(|c| !is_rtl(c)) && characters.next().is_none()
}

/// One piece of the text of all.
fn one(mut run: Vec<TextSpan>) -> Option<TextSpan> {
    let text: String = run.iter().map(|it| it.text.as_str()).collect();
    let places: Vec<f32> = run.iter().map(|it| it.x).collect();
    let last = run.pop()?;
    let mut joined = run.into_iter().next()?;
    (joined.end_x, joined.bbox.x1) = (last.end_x, last.bbox.x1);
    joined.glyph_x = if text.chars().any(|c| c >= '\u{300}') { places.into() } else { Box::default() };
    joined.text = text;
    Some(joined)
}

/// Puts accents that are drawn alone on the letter that they are drawn over.
fn accented(spans: Vec<TextSpan>) -> Vec<TextSpan> {
    let mut done: Vec<TextSpan> = Vec::with_capacity(spans.len());
    for mut span in spans {
        if let Some(accent) = done.pop()
            && !put(&accent, &mut span)
        {
            done.push(accent);
        }
        done.push(span);
    }
    done
}

/// Whether the first piece was an accent over the second one's first letter, and is on it now.
fn put(accent: &TextSpan, span: &mut TextSpan) -> bool {
    let mut sign = accent.text.chars();
    let mark = sign.next().and_then(|c| ACCENTS.iter().find(|it| it.0 == c)).filter(|_| sign.next().is_none());
    let over = (accent.x - span.x).abs() < 0.6 * span.size && (accent.y - span.y).abs() < 0.5 * span.size;
    let (Some((_, mark)), true, Some(base)) = (mark, over, span.text.chars().next()) else { return false };
    let plain = match base {
        'ı' => 'i',
        'ȷ' => 'j',
        c => c,
    };
    let Some(letter) = compose(plain, *mark) else { return false };
    span.text.replace_range(..base.len_utf8(), letter.encode_utf8(&mut [0; 4]));
    true
}

/// A piece of right-to-left text in reading order may have kept its spaces where they are drawn: the one at the right end comes
/// first, the one at the left end last.
fn turn_spaces(span: &mut TextSpan) {
    let count = span.text.chars().count();
    if !span.logical || span.glyph_x.len() != count || count < 2 || !span.text.contains(is_rtl) || span.text.contains(is_ltr) {
        return;
    }
    let glyphs: Vec<(char, f32)> = span.text.chars().zip(span.glyph_x.iter().copied()).collect();
    let letters = || glyphs.iter().filter(|it| !it.0.is_whitespace()).map(|it| it.1);
    let (right, left) = (letters().fold(f32::MIN, f32::max), letters().fold(f32::MAX, f32::min));
    let place = |it: &(char, f32)| match it {
        (c, x) if c.is_whitespace() && *x > right => 0,
        (c, x) if c.is_whitespace() && *x < left => 2,
        _ => 1,
    };
    let mut turned = glyphs.clone();
    turned.sort_by_key(place);
    span.text = turned.iter().map(|it| it.0).collect();
    span.glyph_x = turned.iter().map(|it| it.1).collect();
}

/// Letters of the scripts that are written from right to left.
pub(super) fn is_rtl(c: char) -> bool {
    c >= '\u{590}' && matches!(c.script(), Script::Hebrew | Script::Arabic | Script::Syriac | Script::Thaana | Script::Nko)
}

fn is_ltr(c: char) -> bool {
    c.is_alphanumeric() && !is_rtl(c)
}
