//! Who may do what, where: the one table that keeps tenants apart, and roles.

use super::problem::Problem;
use super::site::Site;
use super::viewer::{Viewer, Who};
use crate::model::{Grant, Lookers, Role, TenantName};
use crate::store::Tenant;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use std::marker::PhantomData;
use std::sync::Arc;

macro_rules! rights {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// Something that not everybody may do in a tenant.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Right { $($(#[$doc])* $name,)* }

        $($(#[$doc])*
        ///
        /// Names the right in the signature of a handler.
        pub(super) struct $name;

        impl Needs for $name {
            const RIGHT: Right = Right::$name;
        })*
    };
}

/// What a handler asks of its viewer.
pub(super) trait Needs: Send + Sync {
    /// The right.
    const RIGHT: Right;
}

rights! {
    /// Search, look badges up, see why.
    SeeBadges,
    /// See runs, what they counted, and why they failed.
    SeeRuns,
    /// Start and cancel runs.
    StartRuns,
    /// See whose badges a run changed; publish or drop what is held.
    SettleRuns,
    /// Decide which pairs are one person.
    Review,
    /// Look at one person's details and files, live from Lever. The tenant chooses whether sourcers may.
    Contact,
    /// Connect a company with Lever, change its key and choices, disconnect it. A person does, and no token.
    Connect,
}

/// Whether the grant goes so far.
pub(super) fn may(grant: &Grant, tenant: &TenantName, right: Right) -> bool {
    match grant {
        Grant::Installation => matches!(right, Right::SeeRuns | Right::StartRuns | Right::Connect),
        Grant::Tenant(own, _) if own != tenant => false,
        Grant::Tenant(_, role) => match right {
            Right::SeeBadges => true,
            Right::SeeRuns | Right::StartRuns | Right::SettleRuns | Right::Review | Right::Contact => *role != Role::Sourcer,
            Right::Connect => *role == Role::Admin,
        },
    }
}

/// Whether the viewer may look at people's details in this tenant. Details are for a person to look at: no token may.
pub(super) fn may_contact(viewer: &Viewer, tenant: &Tenant) -> bool {
    let least = match tenant.settings.contact {
        Lookers::Nobody => return false,
        Lookers::Operators => Right::Contact,
        Lookers::Sourcers => Right::SeeBadges,
    };
    is_user(viewer) && may(&viewer.grant, &tenant.name, least)
}

/// Whether the viewer may do it in this tenant, by role and by being somebody. Connecting decides where a company's data comes from, or
/// ends it, so a person who is signed in does it: no token may.
pub(super) fn allows(viewer: &Viewer, tenant: &TenantName, right: Right) -> bool {
    may(&viewer.grant, tenant, right) && (right != Right::Connect || is_user(viewer))
}

/// Whether the viewer may connect companies that are not there yet.
pub(super) fn may_connect_more(viewer: &Viewer) -> bool {
    viewer.grant == Grant::Installation && is_user(viewer)
}

fn is_user(viewer: &Viewer) -> bool {
    matches!(viewer.who, Who::User(_))
}

/// A viewer who may do `R` in the tenant that the path names (`{tenant}`).
pub(super) struct Allowed<R> {
    /// Who asks.
    pub(super) viewer: Viewer,
    /// In which tenant.
    pub(super) tenant: TenantName,
    right: PhantomData<R>,
}

impl<R: Needs> FromRequestParts<Arc<Site>> for Allowed<R> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, Problem> {
        let viewer = Viewer::from_request_parts(parts, site).await?;
        let path = RawPathParams::from_request_parts(parts, site).await.map_err(|_| Problem::FORBIDDEN)?;
        let named = path.iter().find(|(name, _)| *name == "tenant").and_then(|(_, value)| TenantName::new(value).ok());
        // A name that nobody can have is refused as a stranger's is: neither says which tenants there are.
        let own = named.filter(|it| allows(&viewer, it, if R::RIGHT == Right::Contact { Right::SeeBadges } else { R::RIGHT }));
        let tenant = own.ok_or(Problem::FORBIDDEN)?;
        if viewer.grant == Grant::Installation || R::RIGHT == Right::Contact {
            let known = site.store.tenant(&tenant).await?;
            if R::RIGHT == Right::Contact && !may_contact(&viewer, &known) {
                return Err(Problem::FORBIDDEN);
            }
        }
        Ok(Self { viewer, tenant, right: PhantomData })
    }
}
