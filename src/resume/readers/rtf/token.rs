//! Bytes of rich text → groups, control words and text.

/// A piece of a file.
pub(super) enum Token<'a> {
    /// The start of a group.
    Open,
    /// Its end.
    Close,
    /// A control word with its number.
    Word(&'a str, Option<i32>),
    /// A control symbol: a backslash and this.
    Symbol(u8),
    /// A byte by its hexadecimal code.
    Code(u8),
    /// A byte as it stands.
    Byte(u8),
}

impl<'a> Token<'a> {
    /// The first token and what is left.
    pub(super) fn next(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        Some(match bytes {
            [b'{', rest @ ..] => (Self::Open, rest),
            [b'}', rest @ ..] => (Self::Close, rest),
            [b'\\', b'\'', high, low, rest @ ..] => {
                let digit = |it: u8| char::from(it).to_digit(16);
                let code = digit(*high).zip(digit(*low)).and_then(|(high, low)| u8::try_from(high * 16 + low).ok());
                (code.map_or(Self::Symbol(b'\''), Self::Code), rest)
            }
            [b'\\', first, rest @ ..] if !first.is_ascii_alphabetic() => (Self::Symbol(*first), rest),
            [b'\\', rest @ ..] => Self::word(rest),
            [byte, rest @ ..] => (Self::Byte(*byte), rest),
            [] => return None,
        })
    }

    /// A control word: letters, a number, one space that ends it.
    fn word(bytes: &'a [u8]) -> (Self, &'a [u8]) {
        let letters = bytes.iter().take(32).take_while(|it| it.is_ascii_alphabetic()).count();
        let (word, rest) = bytes.split_at(letters);
        let sign = usize::from(rest.first() == Some(&b'-'));
        let digits = rest[sign..].iter().take(10).take_while(|it| it.is_ascii_digit()).count();
        let (number, rest) = if digits > 0 { rest.split_at(sign + digits) } else { (&[][..], rest) };
        let number = str::from_utf8(number).ok().and_then(|it| it.parse().ok());
        (Self::Word(str::from_utf8(word).unwrap_or_default(), number), rest.strip_prefix(b" ").unwrap_or(rest))
    }
}
