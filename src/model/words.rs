//! The words of a name, side by side, as they are compared: without a heap.

/// No more words of a name are kept; nobody is told apart by the ninth.
pub(super) const MAX_WORDS: usize = 8;

/// The words of a text with one space between. Quicker than `split` where words are short.
pub fn spaced(text: &str) -> impl Iterator<Item = &str> + Clone {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = text.bytes().position(|it| it == b' ');
        rest = end.and_then(|it| text.get(it + 1..));
        Some(end.map_or(text, |it| &text[..it]))
    })
}

/// The words of one name, side by side.
#[derive(Clone, Copy)]
pub struct Words<'a> {
    list: [&'a str; MAX_WORDS],
    count: usize,
}

impl<'a> Words<'a> {
    /// Takes the first words.
    pub fn of(words: impl Iterator<Item = &'a str>) -> Self {
        let mut this = Self { list: [""; MAX_WORDS], count: 0 };
        for (place, word) in this.list.iter_mut().zip(words) {
            *place = word;
            this.count += 1;
        }
        this
    }

    /// The words longer than an initial, at most the first two and the last.
    #[must_use]
    pub fn main(&self) -> Self {
        let full = Self::of(self.iter().copied().filter(|it| it.len() > 1));
        match *full {
            [a, b, .., last] => Self::of([a, b, last].into_iter()),
            _ => full,
        }
    }
}

impl<'a> std::ops::Deref for Words<'a> {
    type Target = [&'a str];

    fn deref(&self) -> &[&'a str] {
        &self.list[..self.count]
    }
}
