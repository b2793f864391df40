//! How far someone may see, as the command line says it: for `user` and `token`.

use super::Failure;
use crate::model::{Grant, Role, TenantName};
use crate::store::Store;

/// The role, in a tenant or over the installation.
#[derive(clap::Args)]
pub(super) struct Reach {
    /// What it may do: sourcer, operator or admin
    #[arg(long, value_name = "ROLE", value_parser = role)]
    role: Role,
    /// Of no tenant: runs, counts and errors of all, and no person (with the role operator)
    #[arg(long)]
    installation: bool,
}

fn role(word: &str) -> Result<Role, &'static str> {
    Role::parse(word).ok_or("sourcer, operator or admin")
}

impl Reach {
    /// The grant, for a tenant that there is.
    pub(super) async fn grant(&self, tenant: Option<&TenantName>, store: &dyn Store) -> Result<Grant, Failure> {
        let wrong = |what: &str, fix: &str| Failure::new(super::Exit::Usage, what, "nothing was done", fix);
        match (tenant, self.installation) {
            (Some(name), false) => Ok(Grant::Tenant(store.tenant(name).await?.name, self.role)),
            (None, true) => Grant::of(None, self.role).ok_or_else(|| wrong("the installation has operators alone", "say --role operator")),
            (Some(_), true) => Err(wrong("a tenant and --installation exclude each other", "leave one of them out")),
            (None, false) => Err(wrong("no tenant was named", "name one, or say --installation")),
        }
    }
}

/// What lists show of a grant.
pub(super) fn cells(grant: &Grant) -> [String; 2] {
    let tenant = grant.tenant().map_or_else(|| "all, no person".to_owned(), ToString::to_string);
    [tenant, grant.role().as_str().to_owned()]
}
