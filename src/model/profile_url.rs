//! The address at which a company shows our profiles. Where Lever's links hold one, somebody has said outright who the person is.

use super::raw::{RawPerson, RawText};

/// An address with `{id}` where the profile's id stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileUrl {
    before: String,
    after: String,
}

/// How a link to one of our profiles begins in the form that is compared.
pub(super) const OWN: &str = "acquaint:";

impl ProfileUrl {
    /// Reads a pattern such as `https://people.example/p/{id}`; none when it has no address before the one `{id}`.
    #[must_use]
    pub fn parse(pattern: &str) -> Option<Self> {
        let (before, after) = pattern.trim().split_once("{id}")?;
        let bare = bare(before);
        (bare.contains('/') && !after.contains("{id}")).then(|| Self { before: bare.to_lowercase(), after: after.to_owned() })
    }

    /// The id in a link; scheme, `www.`, case of the address, query and a last slash make no difference.
    fn id<'a>(&self, link: &'a str) -> Option<&'a str> {
        let link = bare(link.trim());
        let (start, rest) = link.split_at_checked(self.before.len())?;
        let rest = if self.after.contains(['?', '#']) { rest } else { rest.split(['?', '#']).next().unwrap_or_default() };
        let id = rest.trim_end_matches('/').strip_suffix(self.after.trim_end_matches('/'))?;
        (start.eq_ignore_ascii_case(&self.before) && !id.is_empty() && !id.contains('/')).then_some(id)
    }
}

impl RawPerson {
    /// Marks the links that show one of our profiles.
    pub fn claim(&mut self, profiles: &ProfileUrl) {
        for link in &mut self.links {
            if let Some(id) = profiles.id(link.text()) {
                *link = RawText::new(format!("{OWN}{id}"));
            }
        }
    }
}

fn bare(link: &str) -> &str {
    let rest = link.split_once("://").map_or(link, |it| it.1);
    rest.strip_prefix("www.").unwrap_or(rest)
}
