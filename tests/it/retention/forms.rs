//! Every form in which a value could lie somewhere: spelled, encoded, digested.

use super::canaries::Canary;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fmt::Write;
use unicode_normalization::UnicodeNormalization;
use xxhash_rust::xxh3::xxh3_64;

/// Shorter byte strings are found anywhere by chance.
const LEAST: usize = 8;

/// Words within values that are public.
const EVERYBODYS: [&str; 2] = ["linkedin", "northwind"];

/// What to look for: how it is called, and its bytes.
pub(super) type Form = (String, Vec<u8>);

/// All forms of all that is known of a canary. Names of forms quote nothing.
pub(super) fn of(canary: &Canary) -> Vec<Form> {
    let mut found = Vec::new();
    for (field, text) in &canary.values {
        for spelling in spellings(text) {
            found.extend(of_text(&spelling).into_iter().map(|(form, bytes)| (format!("{} of {}, {form}", field, canary.label), bytes)));
        }
    }
    for text in normal_forms(canary) {
        found.extend(of_text(&text).into_iter().map(|(form, bytes)| (format!("normal form of {}, {form}", canary.label), bytes)));
    }
    for hash in canary.person.view().identifiers() {
        found.extend(of_hash(hash).map(|(form, bytes)| (format!("identifier of {}, {form}", canary.label), bytes)));
    }
    found.retain(|(_, bytes)| bytes.len() >= LEAST);
    found
}

/// One text as it is, folded in several ways, and its single words.
fn spellings(text: &str) -> BTreeSet<String> {
    let bare = |it: &str| it.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let mut all: BTreeSet<String> = [text.to_owned(), text.nfd().collect(), bare(text)].into();
    all.extend(text.split(|c: char| !c.is_alphanumeric()).map(str::to_owned));
    let folded: Vec<String> =
        all.iter().flat_map(|it| [it.to_lowercase(), it.to_uppercase(), any_ascii::any_ascii(it).to_lowercase()]).collect();
    all.extend(folded);
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    all.extend((digits.len() >= LEAST).then(|| [digits.clone(), digits.trim_start_matches('1').to_owned()]).into_iter().flatten());
    all.retain(|it| tells(it));
    all
}

/// Whether a text is long enough, and nobody else's.
fn tells(text: &str) -> bool {
    text.len() >= LEAST && !EVERYBODYS.contains(&text.to_lowercase().as_str())
}

/// What this program itself makes of the person.
fn normal_forms(canary: &Canary) -> BTreeSet<String> {
    let it = canary.person.view();
    let mut all: BTreeSet<String> = it.names().flat_map(|name| [name.value.whole(), name.value.words().join(" ")]).collect();
    all.extend(it.emails().chain(it.phones()).map(|it| it.value.to_owned()));
    all.extend(it.links().map(|it| it.value.value.to_owned()));
    all.extend(it.employers().map(|it| it.value.organization.to_owned()));
    all.extend(it.place().map(|it| it.city.to_owned()));
    all.retain(|it| tells(it));
    all
}

/// Encodings and digests of one text.
pub(super) fn of_text(text: &str) -> Vec<Form> {
    let bytes = text.as_bytes();
    let wide = |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let mut all: Vec<(&str, Vec<u8>)> = vec![
        ("plain", bytes.to_vec()),
        ("UTF-16 LE", wide(u16::to_le_bytes)),
        ("UTF-16 BE", wide(u16::to_be_bytes)),
        ("hex", hex(bytes).into()),
        ("HEX", hex(bytes).to_uppercase().into()),
        ("percent", percent(text, |c| !c.is_ascii_alphanumeric() && !"-_.~".contains(c)).into()),
        ("percent, all", percent(text, |_| true).into()),
        ("form", percent(text, |c| !c.is_ascii_alphanumeric() && !"-_.~ ".contains(c)).replace(' ', "+").into()),
        ("JSON", escaped(text, |c| !c.is_ascii()).into()),
        ("JSON, upper case", escaped_upper(text).into()),
        ("JSON, all", escaped(text, |_| true).into()),
        ("debug", text.escape_unicode().to_string().into()),
        (
            "debug, not ASCII",
            text.chars().map(|c| if c.is_ascii() { c.to_string() } else { c.escape_unicode().to_string() }).collect::<String>().into(),
        ),
        ("octets", bytes.escape_ascii().to_string().into()),
    ];
    for (at, name) in ["base64", "base64, one later", "base64, two later"].into_iter().enumerate() {
        all.push((name, inner_base64(bytes, at, &STANDARD_NO_PAD).into()));
        all.push((name, inner_base64(bytes, at, &URL_SAFE_NO_PAD).into()));
    }
    let mut forms: Vec<Form> = all.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)).collect();
    let digests =
        [("MD5", Md5::digest(bytes).to_vec()), ("SHA-1", Sha1::digest(bytes).to_vec()), ("SHA-256", Sha256::digest(bytes).to_vec())];
    for (name, digest) in digests {
        forms.extend(of_digest(&digest).map(|(form, bytes)| (format!("{name}, {form}"), bytes)));
    }
    forms.extend(of_hash(xxh3_64(bytes)).map(|(form, bytes)| (format!("XXH3, {form}"), bytes)));
    forms.retain(|(_, bytes)| bytes.len() >= LEAST);
    forms
}

/// A digest; of each form its beginning, for one that was cut short.
fn of_digest(digest: &[u8]) -> impl Iterator<Item = (&'static str, Vec<u8>)> {
    let beginning = |text: String| text.as_bytes()[..16].to_vec();
    let all = [
        ("raw", digest[..12].to_vec()),
        ("hex", beginning(hex(digest))),
        ("HEX", beginning(hex(digest).to_uppercase())),
        ("base64", beginning(STANDARD_NO_PAD.encode(digest))),
        ("base64 for URLs", beginning(URL_SAFE_NO_PAD.encode(digest))),
    ];
    all.into_iter()
}

/// A hash of eight bytes.
fn of_hash(hash: u64) -> impl Iterator<Item = (&'static str, Vec<u8>)> {
    let signed = hash.cast_signed();
    let all = [
        ("little-endian", hash.to_le_bytes().to_vec()),
        ("big-endian", hash.to_be_bytes().to_vec()),
        ("hex", hex(&hash.to_be_bytes()).into()),
        ("number", hash.to_string().into()),
        ("signed", signed.unsigned_abs().to_string().into()),
    ];
    all.into_iter()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, it| {
        let _written = write!(text, "{it:02x}");
        text
    })
}

fn percent(text: &str, is_encoded: impl Fn(char) -> bool) -> String {
    let mut buffer = [0; 4];
    text.chars().fold(String::new(), |mut all, c| {
        if !is_encoded(c) {
            all.push(c);
            return all;
        }
        c.encode_utf8(&mut buffer).bytes().for_each(|it| all.push_str(&format!("%{it:02X}")));
        all
    })
}

fn escaped(text: &str, is_escaped: impl Fn(char) -> bool) -> String {
    let mut buffer = [0; 2];
    text.chars().fold(String::new(), |mut all, c| {
        if !is_escaped(c) {
            all.push(c);
            return all;
        }
        c.encode_utf16(&mut buffer).iter().for_each(|it| all.push_str(&format!("\\u{it:04x}")));
        all
    })
}

fn escaped_upper(text: &str) -> String {
    let mut buffer = [0; 2];
    text.chars().fold(String::new(), |mut all, c| {
        match c.is_ascii() {
            true => all.push(c),
            false => c.encode_utf16(&mut buffer).iter().for_each(|it| all.push_str(&format!("\\u{it:04X}"))),
        }
        all
    })
}

/// The characters that depend on these bytes alone when `before` other bytes stand before them and any after.
fn inner_base64(bytes: &[u8], before: usize, engine: &impl Engine) -> String {
    let text = engine.encode([&vec![0; before], bytes].concat());
    let (first, last) = ((before * 8).div_ceil(6), (before + bytes.len()) * 8 / 6);
    text[first..last].to_owned()
}
