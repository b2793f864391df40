//! Whom a request comes from, as far as the connection and a proxy before us tell.

use axum::http::HeaderMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// The address that tries and large bodies are counted by. A proxy on this machine tells whom it speaks for, after whatever that one
/// claims to be.
pub(super) fn whence(peer: SocketAddr, headers: &HeaderMap) -> String {
    let peer = peer.ip().to_canonical();
    let told = headers.get_all("x-forwarded-for").iter().next_back().and_then(|it| it.to_str().ok());
    let told = told.and_then(|it| it.rsplit(',').next()).and_then(|it| it.trim().parse::<IpAddr>().ok());
    let address = told.filter(|_| peer.is_loopback()).map_or(peer, |it| it.to_canonical());
    network(address).to_string()
}

/// Of IPv6 the half that names a network: whoever has one address there has all of them.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(it) => Ipv6Addr::from_bits(it.to_bits() & !u128::from(u64::MAX)).into(),
        IpAddr::V4(_) => address,
    }
}

/// Whether the browser is spoken to through a proxy with TLS. Whoever sends the header by themselves harms themselves alone.
pub(super) fn over_https(headers: &HeaderMap) -> bool {
    headers.get("x-forwarded-proto").is_some_and(|it| it.as_bytes().eq_ignore_ascii_case(b"https"))
}
