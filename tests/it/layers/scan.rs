//! Reads Rust just well enough: comments out, texts aside, and the paths that start at the crate or above.

/// A source without its comments and texts.
pub(super) struct Scan {
    /// Words and signs with their lines, in order.
    tokens: Vec<(usize, String)>,
    /// Texts (string literals) with the line each begins on.
    pub(super) texts: Vec<(usize, String)>,
}

impl Scan {
    pub(super) fn of(source: &str) -> Self {
        let mut reader = Reader { chars: source.chars().collect(), at: 0, line: 1 };
        let mut scan = Self { tokens: Vec::new(), texts: Vec::new() };
        while reader.at < reader.chars.len() {
            reader.step(&mut scan);
        }
        scan
    }

    /// Every word with its line, the sign before it and the sign after it.
    pub(super) fn words(&self) -> impl Iterator<Item = (usize, &str, &str, &str)> {
        (0..self.tokens.len()).filter(|at| is_word(self.token(*at))).map(|at| {
            let before = at.checked_sub(1).map_or("", |it| self.token(it));
            (self.tokens[at].0, before, self.token(at), self.token(at + 1))
        })
    }

    /// Every path that starts with `crate`, `super` or the crate's name, with its line; groups are spelt out.
    pub(super) fn paths(&self) -> Vec<(usize, Vec<String>)> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < self.tokens.len() {
            let root = matches!(self.token(at), "crate" | "super" | "acquaint");
            let inside = at > 0 && matches!(self.token(at - 1), ":" | ".");
            let goes_on = self.token(at + 1) == ":" && self.token(at + 2) == ":";
            if root && !inside && (goes_on || self.token(at + 1) == "as") {
                let mut paths = Vec::new();
                let line = self.tokens[at].0;
                at = self.path(at, &[], &mut paths);
                found.extend(paths.into_iter().map(|it| (line, it)));
            } else {
                at += 1;
            }
        }
        found
    }

    /// Reads one path from `at`, with the segments before it; returns where it ends.
    fn path(&self, mut at: usize, before: &[String], into: &mut Vec<Vec<String>>) -> usize {
        let mut path = before.to_vec();
        loop {
            match self.token(at) {
                "{" => return self.group(at + 1, &path, into),
                "*" => path.push("*".into()),
                word if is_word(word) => path.push(word.into()),
                _ => break,
            }
            at += 1;
            if self.token(at) != ":" || self.token(at + 1) != ":" {
                break;
            }
            at += 2;
        }
        into.push(path);
        at
    }

    fn group(&self, mut at: usize, before: &[String], into: &mut Vec<Vec<String>>) -> usize {
        while at < self.tokens.len() && self.token(at) != "}" {
            let end = if is_word(self.token(at)) || self.token(at) == "*" { self.path(at, before, into) } else { at + 1 };
            at = if self.token(end) == "as" { end + 2 } else { end.max(at + 1) };
        }
        at + 1
    }

    fn token(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |(_, it)| it)
    }
}

fn is_word(token: &str) -> bool {
    token.starts_with(|c: char| c == '_' || c.is_alphanumeric())
}

struct Reader {
    chars: Vec<char>,
    at: usize,
    line: usize,
}

impl Reader {
    fn peek(&self, ahead: usize) -> char {
        self.chars.get(self.at + ahead).copied().unwrap_or('\0')
    }

    fn next(&mut self) -> char {
        let c = self.peek(0);
        self.at += 1;
        self.line += usize::from(c == '\n');
        c
    }

    fn step(&mut self, scan: &mut Scan) {
        match (self.peek(0), self.peek(1)) {
            ('/', '/') => while self.at < self.chars.len() && self.next() != '\n' {},
            ('/', '*') => self.block_comment(),
            ('"', _) => self.text(0, false, scan),
            ('\'', _) => self.quote(),
            (c, _) if c == '_' || c.is_alphanumeric() => self.word(scan),
            (c, _) => {
                if !c.is_whitespace() {
                    scan.tokens.push((self.line, c.to_string()));
                }
                self.next();
            }
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0;
        while self.at < self.chars.len() {
            let step = match (self.peek(0), self.peek(1)) {
                ('/', '*') => 1,
                ('*', '/') => -1,
                _ => 0,
            };
            depth += step;
            self.next();
            if step != 0 {
                self.next();
            }
            if depth == 0 {
                return;
            }
        }
    }

    /// A character, or a lifetime.
    fn quote(&mut self) {
        self.next();
        if self.peek(0) == '\\' {
            self.next();
            self.next();
            while self.at < self.chars.len() && self.next() != '\'' {}
        } else if self.peek(1) == '\'' {
            self.next();
            self.next();
        }
    }

    /// A word; the letters before a text (`r#"`, `b"`, `c"`) belong to the text.
    fn word(&mut self, scan: &mut Scan) {
        let line = self.line;
        let mut word = String::new();
        while self.peek(0) == '_' || self.peek(0).is_alphanumeric() {
            word.push(self.next());
        }
        let hashes = (0..).take_while(|it| self.peek(*it) == '#').count();
        let prefix = matches!(word.as_str(), "r" | "b" | "c" | "br" | "cr");
        if prefix && self.peek(hashes) == '"' {
            self.at += hashes;
            self.text(hashes, word.ends_with('r'), scan);
        } else if word == "b" && self.peek(0) == '\'' {
            self.quote();
        } else {
            scan.tokens.push((line, word));
        }
    }

    fn text(&mut self, hashes: usize, raw: bool, scan: &mut Scan) {
        let line = self.line;
        let mut text = String::new();
        self.next();
        while self.at < self.chars.len() {
            match self.next() {
                '\\' if !raw => text.extend(Some(self.next()).filter(|c| *c != '\n')),
                '"' if (0..hashes).all(|it| self.peek(it) == '#') => break,
                c => text.push(c),
            }
        }
        self.at += hashes;
        scan.texts.push((line, text));
    }
}
