//! Alerts: a signed message to one address when a run failed, is late, is held or has ended well. Counts alone, no person.
//!
//! The form is that of the Standard Webhooks specification 1.0 (headers `webhook-id`, `webhook-timestamp`, `webhook-signature`). A
//! message that is not taken is sent again every minute for a day; its id stays the same.

use super::House;
use crate::model::{Change, Millis, RunRecord, RunState, Status};
use crate::secrets::{Secret, sign};
use crate::store::{Store, StoreError};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// How long the receiver may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// What is older is told to nobody.
const STALE_MS: i64 = 24 * 3_600_000;
/// What secrets of the specification begin with; the rest is base64.
const PREFIX: &[u8] = b"whsec_";

/// Where alerts go.
pub struct Alerts {
    url: Url,
    secret: Secret,
    client: reqwest::Client,
}

/// Why an alert did not arrive. No variant quotes the address.
#[derive(Debug, thiserror::Error)]
pub enum AlertError {
    /// As the store says.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Wait: the receiver does not answer.
    #[error("the receiver of alerts cannot be reached")]
    Unreachable,
    /// Report: the receiver does not take it.
    #[error("the receiver of alerts answers {0}")]
    Refused(u16),
}

/// The message.
#[derive(Serialize)]
struct Message<'a> {
    /// `run.failed`, `run.late`, `run.held` or `run.finished`.
    r#type: &'static str,
    timestamp: Millis,
    data: Digest<'a>,
}

/// What is told of a run.
#[derive(Serialize)]
struct Digest<'a> {
    /// Its `left_out` names nothing here.
    #[serde(flatten)]
    record: &'a RunRecord,
    /// How many badges were added, changed and removed, by their status before and after.
    changes: BTreeMap<String, u64>,
}

/// Sends alerts again and again, beside whatever else is done, so that nothing waits for their receiver. Returns only where they go
/// nowhere.
pub async fn tell(house: Arc<House>, pause: Duration) {
    let Some(alerts) = &house.alerts else { return };
    loop {
        if let Err(error) = alerts.send_waiting(house.store.as_ref(), Millis(chrono::Utc::now().timestamp_millis())).await {
            tracing::warn!(%error, "an alert did not arrive; it is sent again");
        }
        tokio::time::sleep(pause).await;
    }
}

impl Alerts {
    /// Prepares to send; `url` is https, or http on this machine.
    ///
    /// # Errors
    /// Where HTTPS does not work on this machine.
    pub fn new(url: Url, secret: &Secret) -> Result<Self, reqwest::Error> {
        let bytes = secret.expose();
        let decoded = bytes.strip_prefix(PREFIX).and_then(|it| STANDARD.decode(it).ok());
        let secret = Secret::new(decoded.unwrap_or_else(|| bytes.to_vec()));
        let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(PATIENCE);
        let builder = if url.scheme() == "http" { builder.no_proxy() } else { builder.https_only(true) };
        Ok(Self { url, secret, client: builder.build()? })
    }

    /// Sends what waits to be told, until nothing does. Returns how many were sent.
    ///
    /// # Errors
    /// Why one did not arrive: it is tried again in a minute, by whichever process is first.
    pub async fn send_waiting(&self, store: &dyn Store, now: Millis) -> Result<u64, AlertError> {
        let mut sent = 0;
        while let Some(alert) = store.next_alert(now).await? {
            let mut record = alert.record.clone();
            let since = match record.state {
                // However long it has been: that is the news.
                RunState::Running => now,
                _ => record.finished_at.or(record.queued.map(|it| it.due_at)).unwrap_or(record.started_at),
            };
            if let Some(event) = event(record.state).filter(|_| since > now.plus(-STALE_MS)) {
                record.tally.left_out.clear();
                let changes = counted(&store.changes(record.run).await?);
                let message = Message { r#type: event, timestamp: now, data: Digest { record: &record, changes } };
                self.send(&format!("{}.{event}", record.run), &message, now).await?;
                sent += 1;
            }
            store.alert_told(&alert).await?;
        }
        Ok(sent)
    }

    /// Comes as far as the receiver's host, by the way that alerts take, and tells it nothing: what it answers to a question for the head
    /// of its first page does not matter.
    ///
    /// # Errors
    /// [`AlertError::Unreachable`].
    pub async fn reach(&self) -> Result<(), AlertError> {
        let root = self.url.origin().ascii_serialization();
        self.client.head(root).send().await.map(drop).map_err(|_| AlertError::Unreachable)
    }

    async fn send(&self, id: &str, message: &Message<'_>, now: Millis) -> Result<(), AlertError> {
        let body = serde_json::to_string(message).map_err(|_| AlertError::Unreachable)?;
        let seconds = now.0 / 1000;
        let signature = STANDARD.encode(sign(&self.secret, format!("{id}.{seconds}.{body}").as_bytes()));
        let request = self.client.post(self.url.clone()).header("content-type", "application/json").header("webhook-id", id);
        let request = request.header("webhook-timestamp", seconds).header("webhook-signature", format!("v1,{signature}"));
        let answer = request.body(body).send().await.map_err(|_| AlertError::Unreachable)?;
        if answer.status().is_success() { Ok(()) } else { Err(AlertError::Refused(answer.status().as_u16())) }
    }
}

/// What is told of a run in this state. One that a person cancelled is no news; what is queued and comes here is late, and what is at
/// work makes a time of the schedule late.
fn event(state: RunState) -> Option<&'static str> {
    match state {
        RunState::Queued | RunState::Running => Some("run.late"),
        RunState::Held => Some("run.held"),
        RunState::Failed | RunState::Lost => Some("run.failed"),
        RunState::Published | RunState::DryRun => Some("run.finished"),
        RunState::Cancelled => None,
    }
}

/// `active>hired` → 3.
fn counted(changes: &[Change]) -> BTreeMap<String, u64> {
    let word = |it: Option<Status>| it.map_or("none", Status::as_str);
    let mut counts = BTreeMap::new();
    for it in changes {
        *counts.entry(format!("{}>{}", word(it.before), word(it.after))).or_default() += 1;
    }
    counts
}
