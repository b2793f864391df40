//! The address of a person's page in the one form that is compared.

use std::fmt;
use url::Url;

/// Whose page it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Site {
    /// A public LinkedIn profile; the value is its slug.
    Linkedin = 0,
    /// A GitHub account; the value is the user name.
    Github = 1,
    /// Any other page; the value is host and path.
    Page = 2,
    /// One of our own profiles; the value is its id.
    Own = 3,
}

impl Site {
    /// The site that `site as u8` stands for.
    pub(super) const fn of(number: u8) -> Self {
        match number {
            0 => Self::Linkedin,
            1 => Self::Github,
            3 => Self::Own,
            _ => Self::Page,
        }
    }
}

/// A page in the one form we compare. `Debug` shows the site alone.
#[derive(PartialEq, Eq, Hash)]
pub struct Link {
    site: Site,
    value: String,
}

impl Link {
    /// One of our own profiles, by its id.
    #[must_use]
    pub(super) fn own(id: &str) -> Self {
        Self { site: Site::Own, value: id.to_owned() }
    }

    /// Reads a URL however it is written: scheme, `www.`, regional and mobile hosts, query, fragment, trailing slash, case and
    /// percent-encoding make no difference. `None` for what names no person's page: companies, searches, the front page.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        const MAX_BYTES: usize = 2_048;
        let text = text.trim();
        if text.is_empty() || text.len() > MAX_BYTES {
            return None;
        }
        let url =
            if text.contains("://") { Url::parse(text) } else { Url::parse(&format!("https://{}", text.trim_start_matches('/'))) }.ok()?;
        let host = url.host_str()?.to_lowercase();
        let host = host.strip_prefix("www.").unwrap_or(&host);
        let parts: Vec<String> = url.path_segments()?.map(decoded).filter(|it| !it.is_empty()).collect();
        if host == "linkedin.com" || host.ends_with(".linkedin.com") {
            return linkedin(&parts);
        }
        if host == "github.com" {
            return github(&parts);
        }
        page(host, &parts)
    }

    /// Whose page it is.
    #[must_use]
    pub fn site(&self) -> Site {
        self.site
    }

    /// The slug, the user name, or host and path.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.value
    }
}

fn linkedin(parts: &[String]) -> Option<Link> {
    let after = |word: &str| parts.iter().position(|it| it == word).map(|at| &parts[at + 1..]);
    let slug = match (after("in"), after("pub")) {
        (Some([slug, ..]), _) => slug.clone(),
        // The old public address /pub/ana-ruiz/1/23/456 became /in/ana-ruiz-456231: the groups in reverse, zero-padded to three.
        (_, Some([name, a, b, c, ..])) => format!("{name}-{c:0>3}{b:0>3}{a}"),
        (_, Some([name])) => name.clone(),
        _ => return None,
    };
    Some(Link { site: Site::Linkedin, value: slug })
}

fn github(parts: &[String]) -> Option<Link> {
    const NOT_USERS: [&str; 10] =
        ["orgs", "features", "about", "search", "login", "marketplace", "topics", "sponsors", "settings", "explore"];
    let user = parts.first().filter(|it| !NOT_USERS.contains(&it.as_str()))?;
    Some(Link { site: Site::Github, value: user.trim_start_matches('@').to_owned() })
}

/// Hosts of many people's pages name a person only by the path.
fn page(host: &str, parts: &[String]) -> Option<Link> {
    const CROWDS: [&str; 10] = [
        "twitter.com",
        "x.com",
        "facebook.com",
        "instagram.com",
        "medium.com",
        "gitlab.com",
        "stackoverflow.com",
        "youtube.com",
        "lnkd.in",
        "bit.ly",
    ];
    let crowd = CROWDS.contains(&host) || !host.contains('.');
    if host == "lnkd.in" || host == "bit.ly" || (crowd && parts.is_empty()) {
        return None;
    }
    let path = parts.iter().map(|it| format!("/{it}")).collect::<String>();
    Some(Link { site: Site::Page, value: format!("{host}{path}") })
}

/// Percent-decoding of UTF-8, in lower case.
fn decoded(part: &str) -> String {
    unescaped(part).trim().to_lowercase()
}

/// Percent-decoding of UTF-8; bytes that are no UTF-8 are replaced.
pub(super) fn unescaped(part: &str) -> String {
    let hex = |it: u8| char::from(it).to_digit(16).and_then(|it| u8::try_from(it).ok());
    let (mut bytes, mut rest) = (Vec::with_capacity(part.len()), part.as_bytes());
    while let [first, tail @ ..] = rest {
        rest = tail;
        let pair = match tail {
            [high, low, ..] if *first == b'%' => hex(*high).zip(hex(*low)),
            _ => None,
        };
        bytes.push(pair.map_or(*first, |(high, low)| high * 16 + low));
        rest = if pair.is_some() { &tail[2..] } else { rest };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Link({:?}, ***)", self.site)
    }
}
