//! How a company lets us in: its key or app, tried before it takes the place of what was there.

use super::boxes::{self, Features};
use super::words::{address, capital};
use crate::access::{self, AccessError, Visiting};
use crate::lever::oauth::{App, Code, OAuthError, wanted};
use crate::lever::{Finding, Grant, Lever, LeverError, NEEDS, Need, base_url};
use crate::model::{Settings, TenantName};
use crate::secrets::{MasterKey, Secret};
use crate::serve::problem::Problem;
use crate::serve::site::Site;
use crate::store::{self, Connection, StoreError, Tenant, persistently};
use std::sync::Arc;

/// Where Lever's answer arrives, by an app that has it as its redirect address.
pub(super) const CALLBACK: &str = "/oauth/callback";

/// What is wrong, and what to do.
pub(super) type Told = (String, String);

/// A key, an app with the refresh token that somebody gave it elsewhere, or what Lever's page answered to a visit from here.
pub(super) enum Access {
    Key(Secret),
    App(Box<App>, Option<Secret>),
    Answer(Box<Visiting>, Code),
}

/// What was tried, ready to be kept.
enum Tried {
    Key(Secret),
    Connection(Connection),
}

/// Whose way in it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// A company's that is not stored yet.
    New,
    /// One's that has another by now, which serves until this one has shown that it works.
    Another,
}

impl Access {
    /// Reads what a form brought: a key, or an app's JSON.
    pub(super) fn read(key: &str, app: &str) -> Result<Self, Told> {
        match (key.trim(), app.trim()) {
            ("", "") => Err(("Neither a key nor an app was given.".into(), "Paste one of them.".into())),
            (key, "") if key.chars().any(char::is_whitespace) || !key.is_ascii() => {
                Err(("This is not a Lever key.".into(), "Paste the key alone, as Lever shows it once.".into()))
            }
            (key, "") => Ok(Self::Key(Secret::new(key.as_bytes().to_vec()))),
            ("", app) => match App::parse(&Secret::new(app.as_bytes().to_vec())) {
                Ok((app, token)) => Ok(Self::App(Box::new(app), token)),
                Err(error) => Err((format!("{error}."), error.fix().to_owned())),
            },
            _ => Err(("A company has a key or an app, not both.".into(), "Clear one of the two.".into())),
        }
    }

    /// Where the app signs in, when that is not Lever's own address.
    pub(super) fn signs_in_at(&self) -> Option<&str> {
        match self {
            // A visit goes to the address of an app that was looked at before.
            Self::Key(_) | Self::Answer(..) => None,
            Self::App(app, _) => app.token_url(),
        }
    }

    /// Whether Lever lets it in and lists opportunities, and what it lacks beside that. An app to which nobody has given access can only
    /// wait for a person, so it takes nobody's place.
    async fn tried(self, tenant: &Tenant, place: Place, (site, keys): (&Site, &MasterKey)) -> Result<(Tried, Lacks), Told> {
        match self {
            Self::Key(key) => key_tried(key, tenant, site).await,
            Self::App(app, Some(token)) => {
                let tried = access::first_renewal(keys, tenant, *app, (&token, site.now())).await.map_err(|it| trouble(&it))?;
                Ok((Tried::Connection(tried.connection), Lacks::of(tried.missing.iter().map(|it| it.scope))))
            }
            Self::Answer(visiting, code) => answer_tried(*visiting, code, tenant, (site, keys)).await,
            Self::App(..) if place == Place::Another && lets_in(tenant, site).await => Err(without_token(&tenant.name)),
            Self::App(app, None) => Ok((Tried::Connection(access::seal(keys, &tenant.name, &app, None)), Lacks::default())),
        }
    }
}

/// Whether Lever's answer comes to these pages.
pub(super) fn returns_here(app: &App) -> bool {
    app.redirect().path() == CALLBACK
}

async fn key_tried(key: Secret, tenant: &Tenant, site: &Site) -> Result<(Tried, Lacks), Told> {
    let settings = &tenant.settings;
    let asked = async {
        let base = base_url(settings.environment, settings.lever_url.as_deref())?;
        let lever = Lever::connect(base, Secret::new(key.expose().to_vec()))?;
        boxes::check(&lever, settings, &Features::of(settings).list(), site.now()).await
    };
    let missing = asked.await.and_then(|it| missing(&it)).map_err(|error| trouble(&error))?;
    Ok((Tried::Key(key), Lacks::of(missing.iter().map(|it| it.checkbox))))
}

/// Changes the answer into tokens, and sees by them what Lever shows, as by a key.
async fn answer_tried(visiting: Visiting, code: Code, tenant: &Tenant, (site, keys): (&Site, &MasterKey)) -> Result<(Tried, Lacks), Told> {
    let settings = &tenant.settings;
    let tried = async {
        let let_in = visiting.ended(code, (keys, tenant), site.now()).await?;
        let findings = boxes::check(&let_in.lever()?, settings, &Features::of(settings).list(), site.now()).await?;
        // Granted and refused all the same: a token of the sandbox shown to production is answered so.
        let missing = missing(&findings).map_err(|_| OAuthError::WrongAudience)?;
        Ok((let_in, missing))
    };
    let (let_in, missing) = tried.await.map_err(|error| trouble(&error))?;
    // What was not asked for is not missing.
    let asked = wanted(settings);
    let missing = missing.iter().map(|it| it.scope).filter(|scope| asked.iter().any(|it| it.scope == *scope));
    let lacks = Lacks::of(missing.chain(let_in.missing.iter().map(|it| it.scope)));
    Ok((Tried::Connection(let_in.connection), lacks))
}

/// What was found missing; an error where no run is possible without it.
fn missing(findings: &[Finding]) -> Result<Vec<&'static Need>, LeverError> {
    match boxes::lacks_essential(findings) {
        Some(checkbox) => Err(LeverError::Forbidden { checkbox }),
        None => Ok(findings.iter().filter(|it| it.grant == Grant::Missing).map(|it| it.need).collect()),
    }
}

/// Whether the company has a way in that serves by now.
async fn lets_in(tenant: &Tenant, site: &Site) -> bool {
    match site.store.connection(&tenant.name).await {
        Ok(Some(it)) => it.sealed_tokens.is_some(),
        Ok(None) => !tenant.sealed_key.is_empty(),
        Err(_) => true,
    }
}

fn without_token(tenant: &TenantName) -> Told {
    let fix = format!(
        "Nothing was changed, and the way in that there is goes on serving. Add the refresh_token to the JSON; or name \
         https://HOST/oauth/callback as its redirect_uri, HOST being these pages' own, and register that with the app; or run `acquaint \
         tenant connect {tenant} --lever-oauth-file FILE`, by which a person gives access first."
    );
    ("Nobody has given this app access yet.".into(), fix)
}

/// Permissions that were found missing and without which runs are possible: by their places in [`NEEDS`].
#[derive(Default)]
pub(super) struct Lacks(Vec<usize>);

impl Lacks {
    /// By the names of check boxes or scopes.
    fn of<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let mut places: Vec<usize> = names.filter_map(|it| NEEDS.iter().position(|need| need.checkbox == it || need.scope == it)).collect();
        places.sort_unstable();
        places.dedup();
        Self(places)
    }

    /// The settings of the company, with what has to be told there.
    pub(super) fn address(&self, tenant: &TenantName, done: &str) -> String {
        let lacks: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        address(&format!("/t/{tenant}/settings"), &[(done, "yes"), ("lacks", &lacks.join("-"))])
    }

    /// What an address says.
    pub(super) fn told(text: &str) -> Vec<&'static Need> {
        text.split('-').filter_map(|it| NEEDS.get(it.parse::<usize>().ok()?)).collect()
    }
}

/// Tries the access and keeps it, whoever waits for it: a token that was tried is spent, and the one that came for it must not be lost.
pub(super) async fn connected(site: &Arc<Site>, access: Access, tenant: Tenant, place: Place) -> Result<Result<Lacks, Told>, Problem> {
    let kept = Arc::clone(site);
    site.to_the_end(async move {
        let site = kept;
        let keys = MasterKey::load(&site.keys).map_err(no_keys)?;
        let (tried, lacks) = match access.tried(&tenant, place, (&site, &keys)).await {
            Ok(tried) => tried,
            Err(told) => return Ok(Err(told)),
        };
        if place == Place::New {
            match site.store.add_tenant(&tenant).await {
                Err(StoreError::Duplicate(_)) => {
                    return Ok(Err(("There is already a company of that name.".into(), "Choose another name.".into())));
                }
                added => added?,
            }
        }
        tried.keep(&site, &tenant, &keys).await?;
        Ok(Ok(lacks))
    })
    .await
}

impl Tried {
    /// Seals and stores it, in place of what was there; a run at work goes on with what it began with.
    async fn keep(self, site: &Site, tenant: &Tenant, keys: &MasterKey) -> Result<(), Problem> {
        let name = &tenant.name;
        // Where the master key was lost, the tenant's secret is lost with it, and begins anew.
        let sealed_secret = &match access::tenant_secret(keys, tenant) {
            Ok(_) => tenant.sealed_secret.clone(),
            Err(_) => access::seal_new_secret(keys, name),
        };
        let lever_url = tenant.settings.lever_url.as_ref();
        match self {
            Self::Key(key) => {
                let sealed_key = &access::seal_lever_key(keys, name, &key);
                stored(site, name, lever_url, store::Access::Key { sealed_key, sealed_secret }).await
            }
            Self::Connection(connection) => {
                stored(site, name, lever_url, store::Access::App { connection: &connection, sealed_secret }).await
            }
        }
    }
}

/// Stores it with the address that it was tried at, both or neither: at no moment does a key go to the other's address. Lever was asked
/// meanwhile, so what else somebody chose since stays.
async fn stored(site: &Site, name: &TenantName, lever_url: Option<&String>, access: store::Access<'_>) -> Result<(), Problem> {
    let attempt = || async move {
        let before = site.store.tenant(name).await?.settings;
        let after = Settings { lever_url: lever_url.cloned(), ..before.clone() };
        site.store.change_tenant(name, (&before, &after), Some(access)).await
    };
    Ok(persistently(attempt).await?)
}

pub(super) fn no_keys(error: impl std::fmt::Display) -> Problem {
    tracing::error!(%error, "the master key cannot be used");
    Problem::BROKE
}

/// What an error of Lever's means for who connects a company.
pub(super) fn trouble(error: &LeverError) -> Told {
    let fix = match error {
        LeverError::Unauthorized => "Paste the key again; if it was revoked, make a new one in Lever.".into(),
        LeverError::Forbidden { checkbox } if checkbox.contains(':') => "Allow it for the app in Lever, then give access anew.".into(),
        LeverError::Forbidden { checkbox } => format!("Keys cannot be changed later: make a new one in Lever and tick “{checkbox}”."),
        LeverError::BadUrl(_) => "Write https://HOST, or http://127.0.0.1:PORT for a replica; empty for Lever itself.".into(),
        LeverError::RateLimited => "Another program uses this key: try again in a minute.".into(),
        LeverError::OAuth(error) => ungiven(error).into(),
        _ => "See whether the environment is right and Lever is up, then try again.".into(),
    };
    (format!("{}.", capital(&error.to_string())), fix)
}

/// The same of an access that a person gives.
fn ungiven(error: &OAuthError) -> &'static str {
    match error {
        OAuthError::Denied => "Ask a Super Admin of Lever to allow it; Lever's page lists what is asked for.",
        OAuthError::Page(_) => "See that the app in Lever has these scopes and exactly this redirect address.",
        OAuthError::CodeRefused => "Give access once more; see that the app registered exactly this redirect address.",
        OAuthError::WrongSecret => "Give the app's JSON once more, with its client id and secret, and no API key.",
        OAuthError::UnknownApp => "See in Lever whether the app still exists, then give its JSON once more.",
        OAuthError::WrongAudience => {
            "See that the environment is the app's own; where Lever told you another audience, write it into the app's JSON."
        }
        OAuthError::NoRefreshToken => "Allow the scope offline_access for the app in Lever, then give access once more.",
        _ => "Connect again: the access was withdrawn, or has ended.",
    }
}

/// The same for a tenant whose account cannot even be opened.
pub(super) fn closed(error: &AccessError) -> Told {
    match error {
        AccessError::Lever(error) => trouble(error),
        _ => ("The key that is stored cannot be opened.".into(), "Give the key again: the master key has changed.".into()),
    }
}
