//! All that this binary's tests log, as the program would log it with everything turned on.

use std::io;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use tracing_subscriber::filter::EnvFilter;

static SAID: Mutex<Vec<u8>> = Mutex::new(Vec::new());

fn held() -> MutexGuard<'static, Vec<u8>> {
    SAID.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Begins to listen, once.
pub(super) fn logs() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let filter = EnvFilter::new("info,acquaint=trace");
        tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(|| Ear).init();
    });
}

/// What was logged so far.
pub(super) fn said() -> Vec<u8> {
    held().clone()
}

struct Ear;

impl io::Write for Ear {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        held().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
