//! What an OAuth connection may do, beside what the tenant's choices need.

use crate::access::Account;
use crate::cli::{Context, Exit, Failure};
use crate::lever::LeverError;
use crate::lever::oauth::{Difference, OAuthError};
use crate::model::{Millis, TenantName};
use crate::store::{Connection, Tenant};
use serde::Serialize;

/// Lever ends every access after so long.
const YEAR: i64 = 365 * 86_400_000;

/// What nobody can see from outside of Lever.
const UNSEEN: [&str; 2] = [
    "whether the person who gave access sees every opportunity: Lever lists what that person may see",
    "which scopes Lever's page offered and the app does not have",
];

/// Granted and wanted, compared.
#[derive(Serialize)]
pub(super) struct Scopes<'a> {
    tenant: &'a TenantName,
    /// None where Lever has not said.
    granted: Option<&'a [String]>,
    #[serde(flatten)]
    difference: Difference,
}

/// What a check found, for programs.
#[derive(Serialize)]
struct Checked<'a> {
    #[serde(flatten)]
    scopes: &'a Scopes<'a>,
    lists_opportunities: bool,
    ends_at: Option<Millis>,
    unseen: [&'static str; 2],
}

impl<'a> Scopes<'a> {
    /// Compares.
    pub(super) fn of(tenant: &'a Tenant, granted: Option<&'a [String]>) -> Self {
        Self { tenant: &tenant.name, granted, difference: Difference::of(granted, &tenant.settings) }
    }

    /// An access that cannot even list opportunities is of no use.
    pub(super) fn lists_opportunities(&self) -> Result<(), LeverError> {
        if self.difference.is_useless() { Err(LeverError::Forbidden { checkbox: "opportunities:read:admin" }) } else { Ok(()) }
    }

    fn exit(&self) -> Exit {
        if self.difference.missing.is_empty() { Exit::Ok } else { Exit::Partial }
    }

    fn rows(&self) -> Vec<[String; 3]> {
        let missing = self.difference.missing.iter().map(|it| ["missing".into(), it.scope.into(), format!("without it: {}", it.without)]);
        let more = "no choice of this tenant needs it: take it from the app in Lever, then `tenant connect`";
        let too_many = self.difference.too_many.iter().map(|it| ["too much".into(), it.clone(), more.into()]);
        missing.chain(too_many).collect()
    }
}

/// Tells what was granted, and the code that fits it.
pub(super) fn tell(context: &Context, scopes: &Scopes<'_>) -> Exit {
    if context.output.json() {
        context.output.object(scopes);
    } else {
        context.output.rows(["", "scope", ""], scopes.rows());
    }
    scopes.exit()
}

/// `tenant check` of a tenant that is connected by OAuth: one list, and no renewal unless one is due.
pub(super) async fn check(context: &Context, tenant: &Tenant, account: &Account, connection: &Connection) -> Result<Exit, Failure> {
    let granted = account.scopes().await?;
    let scopes = Scopes::of(tenant, granted.as_deref());
    scopes.lists_opportunities()?;
    account.lever()?.interactive().check().await.map_err(|error| match error {
        // Granted and refused all the same: a token of the sandbox shown to production is answered so.
        LeverError::Forbidden { .. } if granted.is_some() => OAuthError::WrongAudience.into(),
        error => error,
    })?;
    let ends_at = connection.granted_at.map(|it| it.plus(YEAR));
    if context.output.json() {
        context.output.object(&Checked { scopes: &scopes, lists_opportunities: true, ends_at, unseen: UNSEEN });
        return Ok(scopes.exit());
    }
    context.output.line(&format!("{}: the OAuth access lists opportunities", tenant.name));
    let ends = ends_at.and_then(Millis::rfc3339).map_or_else(|| "a year after it was given".into(), |it| format!("at {it}"));
    context.output.note(&format!("it ends {ends}, or after 90 days without a run; connect again before"));
    if granted.is_none() {
        context.output.note("Lever has not said what it granted");
    }
    UNSEEN.iter().for_each(|it| context.output.note(&format!("not visible from outside: {it}")));
    context.output.rows(["", "scope", ""], scopes.rows());
    Ok(scopes.exit())
}
