//! Keys and other secrets: where they come from, how they are sealed, and how they are kept out of sight.
//!
//! Every sealed value has a data key of its own, which the master key wraps (XChaCha20-Poly1305; random 24-byte nonces need no
//! counter). Both are bound to `tenant|field|kek_id`, so a sealed value that is moved to another row does not open.

mod files;

pub use files::{KeyFileError, KeySource, read_key_file, read_secret_file};

use crate::model::TenantName;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{Key, KeyInit, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::{fmt, io};
use zeroize::Zeroizing;

/// Why a secret could not be read, made or opened. No variant quotes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretsError {
    /// Stop: PostgreSQL is used, and no master key was given.
    #[error("there is no master key")]
    Missing,
    /// Stop: neither `XDG_CONFIG_HOME` nor `HOME` says where the key is.
    #[error("there is no place for the master key")]
    NoHome,
    /// Stop: the file is there, or ought to be, and cannot be read.
    #[error("the master key's file cannot be read ({0})")]
    Unreadable(io::ErrorKind),
    /// Stop: the first key cannot be written.
    #[error("the master key cannot be made ({0})")]
    Unwritable(io::ErrorKind),
    /// Stop: nothing but white space.
    #[error("the master key is empty")]
    Empty,
    /// Stop: fewer than 32 bytes.
    #[error("the master key is too small")]
    TooSmall,
    /// Stop: not 32 bytes as they are, in hexadecimal or in base64.
    #[error("the master key is not 32 bytes")]
    Malformed,
    /// Stop: sealed with another master key.
    #[error("this is not the master key that the secret was sealed with")]
    WrongKey,
    /// Stop: not what was sealed for this tenant and field.
    #[error("a sealed secret is damaged or does not belong here")]
    Damaged,
}

impl SecretsError {
    /// What to do.
    #[must_use]
    pub const fn fix(self) -> &'static str {
        match self {
            Self::Missing => {
                "set ACQUAINT_KEY_FILE to a file with 32 random bytes (openssl rand -out FILE 32); keep it outside the database"
            }
            Self::NoHome => "set HOME, XDG_CONFIG_HOME or ACQUAINT_KEY_FILE",
            Self::Unreadable(_) => "check that ACQUAINT_KEY_FILE names the right file and that you may read it",
            Self::Unwritable(_) => "make the configuration folder writable, or set ACQUAINT_KEY_FILE",
            Self::Empty | Self::TooSmall | Self::Malformed => "give 32 bytes: as they are, as 64 hexadecimal digits, or in base64",
            Self::WrongKey => {
                "use the master key of this installation; if it is lost, enter each tenant's Lever key again (tenant set NAME key_file=F)"
            }
            Self::Damaged => "enter the tenant's Lever key again (tenant set NAME key_file=F)",
        }
    }
}

/// Bytes that nobody sees: wiped when dropped, and shown as `***`.
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Takes over bytes where they arrive.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// 32 new random bytes, such as a tenant's own secret for [`keyed_hash`].
    #[must_use]
    pub fn random() -> Self {
        Self::new(random::<32>().to_vec())
    }

    /// The bytes, for the one place that needs them.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// The bytes as text, when they are.
    #[must_use]
    pub fn expose_text(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

const KEY_BYTES: usize = 32;
const ID_BYTES: usize = 8;
const NONCE_BYTES: usize = 24;
const TAG_BYTES: usize = 16;
const WRAPPED_BYTES: usize = NONCE_BYTES + KEY_BYTES + TAG_BYTES;
/// The first byte of a sealed value: the layout `1 | kek_id | nonce, wrapped data key | nonce, sealed value`.
const LAYOUT: u8 = 1;
/// The field in whose name data keys are wrapped.
const DATA_KEY: &str = "data-key";

/// The key that wraps every data key.
pub struct MasterKey {
    wrapping: Zeroizing<[u8; KEY_BYTES]>,
    id: [u8; ID_BYTES],
}

impl MasterKey {
    /// Reads the master key, or makes the embedded default.
    ///
    /// # Errors
    /// All of [`SecretsError`] but `WrongKey` and `Damaged`.
    pub fn load(source: &KeySource) -> Result<Self, SecretsError> {
        files::master_key(source).map(|key| Self::new(&key))
    }

    /// The wrapping key and the public id come from the master key by HKDF (RFC 5869), so neither gives it away.
    fn new(master: &[u8; KEY_BYTES]) -> Self {
        let derive = Hkdf::<Sha256>::new(None, master);
        let mut wrapping = Zeroizing::new([0; KEY_BYTES]);
        let mut id = [0; ID_BYTES];
        derive.expand(b"acquaint wrapping key 1", &mut *wrapping).expect("32 bytes are less than HKDF's limit");
        derive.expand(b"acquaint key id 1", &mut id).expect("8 bytes are less than HKDF's limit");
        Self { wrapping, id }
    }

    /// Names the key without giving it away; 16 hexadecimal digits.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{:016x}", u64::from_be_bytes(self.id))
    }

    /// A name for a value that this master key alone can make, and from which the value cannot be had; 32 hexadecimal digits.
    #[must_use]
    pub fn name_of(&self, value: &[u8]) -> String {
        keyed_hash(&self.derived(b"acquaint names 1"), value).iter().map(|it| format!("{it:02x}")).collect()
    }

    /// The secret under which keys of profiles are asked for outside of this process.
    #[must_use]
    pub fn index_key(&self) -> Secret {
        self.derived(b"acquaint index 1")
    }

    fn derived(&self, purpose: &[u8]) -> Secret {
        let mut secret = Zeroizing::new(vec![0; KEY_BYTES]);
        let derive = Hkdf::<Sha256>::from_prk(&*self.wrapping).expect("32 bytes are what HKDF takes");
        derive.expand(purpose, &mut secret).expect("32 bytes are less than HKDF's limit");
        Secret(secret)
    }

    /// Seals a value for one field of one tenant.
    #[must_use]
    pub fn seal(&self, tenant: &TenantName, field: &str, plain: &[u8]) -> Vec<u8> {
        let data_key = Zeroizing::new(random::<KEY_BYTES>());
        let mut sealed = vec![LAYOUT];
        sealed.extend_from_slice(&self.id);
        sealed.extend(encrypt(&self.wrapping, &self.bound_to(tenant, DATA_KEY), &*data_key));
        sealed.extend(encrypt(&data_key, &self.bound_to(tenant, field), plain));
        sealed
    }

    /// Opens what was sealed for the same tenant and field.
    ///
    /// # Errors
    /// [`SecretsError::WrongKey`] when it was sealed with another master key, else [`SecretsError::Damaged`].
    pub fn open(&self, tenant: &TenantName, field: &str, sealed: &[u8]) -> Result<Secret, SecretsError> {
        let (layout, rest) = sealed.split_first().ok_or(SecretsError::Damaged)?;
        let (id, rest) = rest.split_at_checked(ID_BYTES).ok_or(SecretsError::Damaged)?;
        let (wrapped, value) = rest.split_at_checked(WRAPPED_BYTES).ok_or(SecretsError::Damaged)?;
        if *layout != LAYOUT {
            return Err(SecretsError::Damaged);
        }
        if id != self.id {
            return Err(SecretsError::WrongKey);
        }
        let data_key = decrypt(&self.wrapping, &self.bound_to(tenant, DATA_KEY), wrapped)?;
        let data_key = data_key.expose().try_into().map_err(|_| SecretsError::Damaged)?;
        decrypt(data_key, &self.bound_to(tenant, field), value)
    }

    fn bound_to(&self, tenant: &TenantName, field: &str) -> String {
        format!("{tenant}|{field}|{}", self.id())
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MasterKey({})", self.id())
    }
}

/// HMAC-SHA256 (RFC 2104): whoever has the secret can tell that the message is ours.
#[must_use]
pub fn sign(secret: &Secret, message: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose()).expect("HMAC takes a key of any length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

/// HMAC-SHA256 (RFC 2104), its first 16 bytes: tells two values apart without keeping either, to whoever has the secret alone.
#[must_use]
pub fn keyed_hash(secret: &Secret, value: &[u8]) -> [u8; 16] {
    let whole = sign(secret, value);
    std::array::from_fn(|at| whole[at])
}

fn encrypt(key: &[u8; KEY_BYTES], bound_to: &str, plain: &[u8]) -> Vec<u8> {
    let nonce = random::<NONCE_BYTES>();
    let payload = Payload { msg: plain, aad: bound_to.as_bytes() };
    let sealed = cipher(key).encrypt(&XNonce::from(nonce), payload).expect("a secret is shorter than the cipher's limit of 256 GiB");
    [nonce.as_slice(), &sealed].concat()
}

fn decrypt(key: &[u8; KEY_BYTES], bound_to: &str, sealed: &[u8]) -> Result<Secret, SecretsError> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or(SecretsError::Damaged)?;
    let payload = Payload { msg: sealed, aad: bound_to.as_bytes() };
    let plain = cipher(key).decrypt(&XNonce::from(*nonce), payload);
    plain.map(Secret::new).map_err(|_| SecretsError::Damaged)
}

fn cipher(key: &[u8; KEY_BYTES]) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&Key::from(*key))
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("Linux gives random bytes once it has started");
    bytes
}
