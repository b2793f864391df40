//! What look-ups of each tenant need not read again: its lists, as long as the store says that they hold.

use crate::model::TenantName;
use crate::store::Common;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The lists of as many tenants are held. One more takes another's place, who reads them anew.
const MANY: usize = 200;

/// The lists, by tenant.
#[derive(Default)]
pub(super) struct Memory(Mutex<HashMap<TenantName, Arc<Common>>>);

impl Memory {
    /// Those that were read last.
    pub(super) fn of(&self, tenant: &TenantName) -> Option<Arc<Common>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(tenant).cloned()
    }

    /// Puts newer ones in their place.
    pub(super) fn keep(&self, tenant: &TenantName, common: &Arc<Common>) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= MANY
            && !held.contains_key(tenant)
            && let Some(other) = held.keys().next().cloned()
        {
            held.remove(&other);
        }
        held.insert(tenant.clone(), Arc::clone(common));
    }
}
