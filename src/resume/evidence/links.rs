//! Links in the one form in which they are shown and compared.

use crate::model::{Link, Site};
use url::Url;

/// The canonical form: with a scheme, the host in small letters; the public page of a person on LinkedIn and an account on GitHub
/// without the region, query and ending that make no difference. Others keep theirs, which may be what names the page.
pub(super) fn canonical(url: &str) -> String {
    let whole = if url.contains("://") { url.to_owned() } else { format!("https://{}", url.trim_start_matches("//")) };
    let Some((scheme, rest)) = whole.split_once("://") else { return whole };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    let host = host.to_lowercase();
    let plain = path.split(['?', '#']).next().unwrap_or_default().trim_matches('/');
    let parts = plain.split('/').count();
    match (Link::parse(&whole).map(|it| it.site()), host.strip_prefix("www.").unwrap_or(&host)) {
        (Some(Site::Linkedin), _) if parts == 2 && plain.to_lowercase().starts_with("in/") => {
            format!("https://www.linkedin.com/{}", plain.to_lowercase())
        }
        (Some(Site::Github), _) if parts == 1 && !plain.is_empty() => format!("https://github.com/{plain}"),
        _ => format!("{}://{host}{path}", scheme.to_lowercase()),
    }
}

/// Whether a link names the candidate's own page: works of others are linked too.
pub(super) fn is_page(url: &str, all: &[String]) -> bool {
    let deep =
        |it: &str| Url::parse(it).is_ok_and(|it| it.path_segments().is_some_and(|parts| parts.filter(|it| !it.is_empty()).count() > 1));
    let github = |it: &str| Link::parse(it).filter(|it| it.site() == Site::Github);
    let Some(this) = github(url) else { return true };
    // A repository tells its owner, who is the candidate when no account is linked and all repositories have one owner.
    let accounts: Vec<Link> = all.iter().filter(|it| !deep(it)).filter_map(|it| github(it)).collect();
    let owners: Vec<Link> = all.iter().filter_map(|it| github(it)).collect();
    if !deep(url) || accounts.contains(&this) { true } else { accounts.is_empty() && owners.iter().all(|it| *it == this) }
}
