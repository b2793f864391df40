//! The address at which a company shows our profiles. Where Lever's links hold one, somebody has said outright who the person is.

use super::link::unescaped;
use super::raw::{RawPerson, RawText};

/// An address with `{id}` where the profile's id stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileUrl {
    before: String,
    after: String,
}

impl ProfileUrl {
    /// Reads a pattern such as `https://people.example/p/{id}`; none when it has no address before the one `{id}`.
    #[must_use]
    pub fn parse(pattern: &str) -> Option<Self> {
        let (before, after) = pattern.trim().split_once("{id}")?;
        let bare = bare(before);
        (bare.contains('/') && !after.contains("{id}")).then(|| Self { before: bare.to_lowercase(), after: after.to_owned() })
    }

    /// The id in a link; scheme, `www.`, case of the address, query, a last slash and percent-encoding make no difference.
    fn id(&self, link: &str) -> Option<String> {
        let link = bare(link.trim());
        let (start, rest) = link.split_at_checked(self.before.len())?;
        let rest = if self.after.contains(['?', '#']) { rest } else { rest.split(['?', '#']).next().unwrap_or_default() };
        let id = rest.trim_end_matches('/').strip_suffix(self.after.trim_end_matches('/'))?;
        (start.eq_ignore_ascii_case(&self.before) && !id.is_empty() && !id.contains('/')).then(|| unescaped(id))
    }
}

impl RawPerson {
    /// Sets the links that show one of our profiles apart from the others.
    pub fn claim(&mut self, profiles: &ProfileUrl) {
        self.links.retain(|link| {
            let id = profiles.id(link.text());
            let other = id.is_none();
            self.own.extend(id.map(RawText::new));
            other
        });
    }
}

fn bare(link: &str) -> &str {
    let rest = link.split_once("://").map_or(link, |it| it.1);
    rest.strip_prefix("www.").unwrap_or(rest)
}
