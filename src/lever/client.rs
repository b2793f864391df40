//! How we go out: to Lever's own host, or to this machine.

use super::LeverError;
use reqwest::Client;
use url::{Host, Url};

/// A client that does nothing by itself: no redirects, no hidden retries; a proxy only where Lever is not this machine.
pub(super) fn client(base: &Url) -> Result<Client, LeverError> {
    let builder = Client::builder()
        .user_agent(concat!("acquaint/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never());
    let builder = if is_loopback(base) { builder.no_proxy() } else { builder.https_only(true) };
    builder.build().map_err(|e| LeverError::NoClient(e.without_url()))
}

/// Whether the address is this machine's own.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}
