//! Who looks, and how far that person or program may see.

use super::TenantName;
use super::evidence::words;
use serde::{Deserialize, Serialize};

words! {
    /// What a user or a token may do.
    Role {
        /// Searches, and sees badges; hired people and those who must not be contacted look alike.
        Sourcer = "sourcer",
        /// Watches and starts runs, settles held ones, reviews.
        Operator = "operator",
        /// The same, and gives access to others.
        Admin = "admin",
    }
}

/// How far someone may see: one role in one tenant, or the runs of all tenants and no person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grant {
    /// In this tenant alone.
    Tenant(TenantName, Role),
    /// Runs, counts and errors of every tenant.
    Installation,
}

impl Grant {
    /// The tenant; none for the installation.
    #[must_use]
    pub fn tenant(&self) -> Option<&TenantName> {
        match self {
            Self::Tenant(tenant, _) => Some(tenant),
            Self::Installation => None,
        }
    }

    /// The role's word. Whoever watches the installation is an operator.
    #[must_use]
    pub fn role(&self) -> Role {
        match self {
            Self::Tenant(_, role) => *role,
            Self::Installation => Role::Operator,
        }
    }

    /// What two columns hold of it; none for a role that the installation does not have.
    #[must_use]
    pub fn of(tenant: Option<TenantName>, role: Role) -> Option<Self> {
        match (tenant, role) {
            (Some(tenant), role) => Some(Self::Tenant(tenant, role)),
            (None, Role::Operator) => Some(Self::Installation),
            (None, _) => None,
        }
    }
}
