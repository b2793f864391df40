//! Keys on their way to the server. Whoever is looked up is asked for by hashes of names, addresses and numbers, and a server may write
//! what it is asked into its log: there a plain hash would tell whether somebody of that address was looked up. So hashes are
//! exchanged one for one under a secret that the database does not have.

use crate::index::{HASH_BITS, short};
use crate::secrets::Secret;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Bits of half a hash.
const HALF: u32 = HASH_BITS / 2;

/// Rounds of the exchange; four make it as good as a random one to whoever chooses the questions (Luby and Rackoff, 1988).
const ROUNDS: u8 = 6;

/// A random exchange of all hashes: a Feistel network over HMAC-SHA256. One for one, because two keys that meet behind it and not
/// before it would make other candidates than the index on disk.
pub(super) struct Veil(Hmac<Sha256>);

impl Veil {
    pub(super) fn new(secret: &Secret) -> Self {
        Self(Hmac::new_from_slice(secret.expose()).expect("HMAC takes a key of any length"))
    }

    /// What the server is told in place of a hash.
    pub(super) fn over(&self, hash: u64) -> u64 {
        let (mut left, mut right) = (short(hash) >> HALF, hash & ((1 << HALF) - 1));
        for round in 0..ROUNDS {
            (left, right) = (right, left ^ self.bits(round, right));
        }
        left << HALF | right
    }

    /// The same for several, sorted.
    pub(super) fn over_all(&self, hashes: &[u64]) -> Vec<u64> {
        let mut veiled: Vec<u64> = hashes.iter().map(|it| self.over(*it)).collect();
        veiled.sort_unstable();
        veiled
    }

    /// Names the secret without giving it away.
    pub(super) fn name(&self) -> u64 {
        self.over(0)
    }

    fn bits(&self, round: u8, half: u64) -> u64 {
        let mut mac = self.0.clone();
        mac.update(&[round]);
        mac.update(&half.to_le_bytes());
        let whole = mac.finalize().into_bytes();
        u64::from_le_bytes(std::array::from_fn(|at| whole[at])) & ((1 << HALF) - 1)
    }
}
