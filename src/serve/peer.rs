//! Whom a request comes from, as far as the connection and a proxy before us tell.

use axum::http::HeaderMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// The address that tries and large bodies are counted by: whom a proxy on this machine speaks for, or else the connection's own.
pub(super) fn whence(peer: SocketAddr, headers: &HeaderMap) -> String {
    network(told(peer, headers).unwrap_or_else(|| peer.ip().to_canonical())).to_string()
}

/// Whose connection it is, for their share of all; nobody's that comes from this machine, for a proxy here brings everybody.
pub(super) fn neighbour(peer: SocketAddr) -> Option<String> {
    let peer = peer.ip().to_canonical();
    (!peer.is_loopback()).then(|| network(peer).to_string())
}

/// Whom a proxy on this machine speaks for, for their share of what it brings.
pub(super) fn relayed(peer: SocketAddr, headers: &HeaderMap) -> Option<String> {
    Some(network(told(peer, headers)?).to_string())
}

/// What a proxy on this machine tells, after whatever the one it speaks for claims to be.
fn told(peer: SocketAddr, headers: &HeaderMap) -> Option<IpAddr> {
    let told = headers.get_all("x-forwarded-for").iter().next_back().and_then(|it| it.to_str().ok());
    let told = told.and_then(|it| it.rsplit(',').next()).and_then(|it| it.trim().parse::<IpAddr>().ok());
    told.filter(|_| peer.ip().to_canonical().is_loopback()).map(|it| it.to_canonical())
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
