//! The Lever client: what it makes of odd bodies, how it waits, where it sends the key, and that its windows leave nothing out.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

mod bodies;
mod hosts;
mod limiter;
mod oauth;
mod replica;
mod retries;
mod server;
mod windows;
