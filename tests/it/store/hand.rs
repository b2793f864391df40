//! What tests do to a store by hand, in few words.

use acquaint::model::{Order, Publication, ResumePolicy, RunKind, Settings, TenantName};
use acquaint::store::{Access, Store, StoreError};

/// A run of this kind that publishes its result whatever it is.
pub(crate) const fn order(kind: RunKind) -> Order {
    Order { kind, resumes: ResumePolicy::None, publication: Publication::Unguarded }
}

pub(crate) trait ByHand {
    /// Changes something of a tenant's choices, while nobody else does.
    async fn edit_settings(&self, name: &TenantName, edit: &dyn Fn(&mut Settings)) -> Result<(), StoreError>;
    /// Puts a sealed key in the place of what was there, and the tenant's secret with it.
    async fn set_key(&self, name: &TenantName, sealed_key: &[u8], sealed_secret: &[u8]) -> Result<(), StoreError>;
}

impl ByHand for dyn Store {
    async fn edit_settings(&self, name: &TenantName, edit: &dyn Fn(&mut Settings)) -> Result<(), StoreError> {
        let before = self.tenant(name).await?.settings;
        let mut after = before.clone();
        edit(&mut after);
        self.set_settings(name, &before, &after).await
    }

    async fn set_key(&self, name: &TenantName, sealed_key: &[u8], sealed_secret: &[u8]) -> Result<(), StoreError> {
        let choices = self.tenant(name).await?.settings;
        self.change_tenant(name, (&choices, &choices), Some(Access::Key { sealed_key, sealed_secret })).await
    }
}
