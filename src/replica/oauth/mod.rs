//! Lever's sign-in, imitated: the page on which access is given, and the tokens that follow from it.
//!
//! It answers as Auth0 does, which serves Lever's: refresh tokens rotate, and one that is used twice ends the access; an access ends a
//! year after it was given and after 90 days without use; a wrong audience gives tokens that the API does not know.

mod page;
mod token;

pub use page::Consent;

use super::allowance::{Bucket, Taken};
use super::reply::Reply;
use super::{Allowance, Key, Kind, Permission};
use crate::world::Ms;
use serde_json::json;
use std::collections::HashMap;
use std::fmt;
use std::time::Instant;
use url::form_urlencoded;

const DAY: Ms = 86_400_000;
const YEAR: Ms = 365 * DAY;
const UNUSED: Ms = 90 * DAY;
/// How long a code of the page can be changed into tokens.
const CODE: Ms = 600_000;
/// How long an access token lasts, in seconds.
const LASTS: i64 = 3_600;

/// An app that the sign-in knows.
#[derive(Clone)]
pub struct App {
    id: String,
    secret: String,
    redirects: Vec<String>,
    scopes: Option<Vec<String>>,
}

impl App {
    /// An app with these credentials, whose answers go to `http://127.0.0.1:8976/callback`.
    #[must_use]
    pub fn new(id: &str, secret: &str) -> Self {
        Self { id: id.into(), secret: secret.into(), redirects: vec!["http://127.0.0.1:8976/callback".into()], scopes: None }
    }

    /// The same with another redirect address.
    #[must_use]
    pub fn with_redirect(mut self, address: &str) -> Self {
        self.redirects = vec![address.into()];
        self
    }

    /// The same, which is given these scopes whatever it asks for.
    #[must_use]
    pub fn with_scopes(mut self, scopes: &[&str]) -> Self {
        self.scopes = Some(scopes.iter().map(|it| (*it).to_owned()).collect());
        self
    }

    /// How the sign-in calls it.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its secret.
    #[must_use]
    pub fn secret(&self) -> &str {
        &self.secret
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "App({}, ***)", self.id)
    }
}

/// What one person gave to one app.
struct Grant {
    app: String,
    scopes: Vec<String>,
    /// Whether the tokens are for this API.
    of_the_api: bool,
    given: Ms,
    used: Ms,
    /// Refresh tokens in order; the last one counts.
    refresh: Vec<String>,
    /// Access tokens with their ends.
    access: Vec<(String, Ms)>,
    ended: bool,
    bucket: Option<Bucket>,
}

/// What the page gave, and the browser carries.
struct Code {
    grant: usize,
    redirect: String,
    challenge: Option<String>,
    until: Ms,
}

/// How often the sign-in did what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SignIns {
    /// Codes changed into tokens.
    pub exchanged: u64,
    /// Renewals.
    pub renewed: u64,
    /// Refresh tokens that were used a second time.
    pub reused: u64,
}

/// The sign-in of one replica.
pub(super) struct OAuth {
    apps: Vec<App>,
    allowance: Option<Allowance>,
    consent: Consent,
    grants: Vec<Grant>,
    codes: HashMap<String, Code>,
    /// Codes and tokens, for those who look whether they were kept.
    handed_out: Vec<String>,
    /// How much later it is here than by the replica's clock.
    later: Ms,
    counts: SignIns,
}

/// One request to the sign-in.
pub(super) struct Asked<'a> {
    pub(super) kind: Kind,
    pub(super) query: &'a str,
    pub(super) body: &'a [u8],
    /// The API's address with its final slash: the audience.
    pub(super) audience: &'a str,
    pub(super) now: Ms,
}

/// An answer: a reply, or a redirect.
pub(super) struct Answered {
    pub(super) reply: Reply,
    pub(super) location: Option<String>,
}

/// Parameters of a query or a form.
struct Pairs(HashMap<String, String>);

impl Pairs {
    fn parse(text: &[u8]) -> Self {
        Self(form_urlencoded::parse(text).into_owned().collect())
    }

    fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }
}

impl OAuth {
    pub(super) fn new(apps: Vec<App>, allowance: Option<Allowance>) -> Self {
        Self {
            apps,
            allowance,
            consent: Consent::default(),
            grants: Vec::new(),
            codes: HashMap::new(),
            handed_out: Vec::new(),
            later: 0,
            counts: SignIns::default(),
        }
    }

    /// Which of its two addresses a path is.
    pub(super) fn kind(path: &str) -> Option<Kind> {
        match path {
            "/authorize" => Some(Kind::Authorize),
            "/oauth/token" => Some(Kind::Token),
            _ => None,
        }
    }

    pub(super) fn answer(&mut self, asked: &Asked<'_>) -> Answered {
        let now = asked.now + self.later;
        match asked.kind {
            Kind::Authorize => self.page(&Pairs::parse(asked.query.as_bytes()), asked.audience, now),
            _ => Answered { reply: self.token(&Pairs::parse(asked.body), now), location: None },
        }
    }

    /// What a token of the API may do, and what its allowance says.
    pub(super) fn admit(&mut self, token: &str, now: Ms) -> Option<(Key, Option<Taken>)> {
        let now = now + self.later;
        let is = |grant: &&mut Grant| grant.access.iter().any(|(it, ends)| it == token && *ends > now);
        let grant = self.grants.iter_mut().find(is).filter(|it| it.of_the_api && !it.ended)?;
        let taken = grant.bucket.as_mut().map(|it| it.take(Instant::now()));
        Some((grant.key(), taken))
    }

    /// Gives access without a page.
    pub(super) fn give(&mut self, scopes: &str, now: Ms) -> String {
        let Some(app) = self.apps.first().cloned() else { return String::new() };
        let place = self.grant(&app, scopes, true, now + self.later);
        self.grants[place].refreshed(&mut self.handed_out)
    }

    pub(super) fn handed_out(&self) -> Vec<String> {
        self.handed_out.clone()
    }

    pub(super) fn set_consent(&mut self, consent: Consent) {
        self.consent = consent;
    }

    pub(super) fn pass(&mut self, time: Ms) {
        self.later += time;
    }

    pub(super) fn end_access_tokens(&mut self) {
        self.grants.iter_mut().for_each(|it| it.access.clear());
    }

    pub(super) fn withdraw(&mut self) {
        self.grants.iter_mut().for_each(|it| it.ended = true);
    }

    pub(super) fn forget_apps(&mut self) {
        self.apps.clear();
    }

    pub(super) fn apps(&self) -> &[App] {
        &self.apps
    }

    pub(super) fn counts(&self) -> SignIns {
        self.counts
    }

    fn grant(&mut self, app: &App, asked: &str, of_the_api: bool, now: Ms) -> usize {
        let asked = asked.split_whitespace().map(str::to_owned).collect();
        let scopes: Vec<String> = app.scopes.clone().unwrap_or(asked);
        // What is not for the API has none of its scopes.
        let scopes = scopes.into_iter().filter(|it| of_the_api || it == "offline_access").collect();
        let bucket = self.allowance.map(|it| Bucket::new(it, Instant::now()));
        let (refresh, access) = (Vec::new(), Vec::new());
        self.grants.push(Grant { app: app.id.clone(), scopes, of_the_api, given: now, used: now, refresh, access, ended: false, bucket });
        self.grants.len() - 1
    }
}

/// What each permission is called as a scope.
const SCOPES: [(Permission, &str); 11] = [
    (Permission::Applications, "applications"),
    (Permission::ArchiveReasons, "archive_reasons"),
    (Permission::Contacts, "contact"),
    (Permission::Files, "files"),
    (Permission::Opportunities, "opportunities"),
    (Permission::Postings, "postings"),
    (Permission::Resumes, "resumes"),
    (Permission::Sources, "sources"),
    (Permission::Stages, "stages"),
    (Permission::Tags, "tags"),
    (Permission::Users, "users"),
];

impl Grant {
    /// The key that may do the same; the right to write includes the right to read.
    fn key(&self) -> Key {
        let has = |name: &str| ["read", "write"].iter().any(|it| self.scopes.contains(&format!("{name}:{it}:admin")));
        let denied = SCOPES.iter().filter(|(_, name)| !has(name)).map(|(permission, _)| *permission);
        let key = denied.fold(Key::new(""), Key::without);
        if self.scopes.iter().any(|it| it == "confidential:access:admin") { key.with_confidential() } else { key }
    }
}

/// An error of the sign-in, in its own form.
fn refused(status: u16, error: &str, description: &str) -> Reply {
    Reply::json(status, &json!({ "error": error, "error_description": description }))
}

/// Random enough for an imitation, and never the same twice.
fn secret(prefix: &str) -> String {
    format!("{prefix}-{}", uuid::Uuid::new_v4().simple())
}
