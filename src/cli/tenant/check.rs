//! `acquaint tenant check NAME`: which of Lever's check boxes the company's key lacks for what the company wants.

use super::granted;
use crate::cli::{Context, Exit, Failure};
use crate::lever::{Feature, Finding, Grant, LeverError, Listing, Need};
use crate::model::{Lookers, ResumePolicy, Settings, TenantName};
use serde::Serialize;

/// What no answer tells.
const NOT_SEEN: &str = "not seen from outside: boxes beyond these. EEO, surveys, feedback, notes, offers, interviews and everything that \
                        writes should not be ticked; Acquaint never asks for them, so look at the key in Lever";

/// The answer for programs.
#[derive(Serialize)]
struct Checked<'a> {
    tenant: &'a TenantName,
    lists_opportunities: bool,
    permissions: Vec<Shown>,
    not_seen: &'static str,
}

#[derive(Serialize)]
struct Shown {
    checkbox: &'static str,
    scope: &'static str,
    features: Vec<&'static str>,
    grant: &'static str,
    /// Why it cannot be seen, or what happens without it.
    meaning: Option<&'static str>,
}

impl Shown {
    fn of(it: &Finding) -> Self {
        let (grant, meaning) = match it.grant {
            Grant::Granted => ("granted", None),
            Grant::Missing => ("missing", Some(it.need.without)),
            Grant::Unseen(reason) => ("unseen", Some(reason)),
        };
        let features = it.need.features.iter().map(|it| it.as_str()).collect();
        Self { checkbox: it.need.checkbox, scope: it.need.scope, features, grant, meaning }
    }

    fn row(&self) -> [String; 4] {
        [self.features.join(", "), self.checkbox.into(), self.grant.into(), self.meaning.unwrap_or_default().into()]
    }
}

pub(super) async fn run(name: &TenantName, context: &Context) -> Result<Exit, Failure> {
    let store = context.store().await?;
    let tenant = store.tenant(name).await?;
    if let Some((account, connection)) = context.account(&store, &tenant).await? {
        return granted::check(context, &tenant, &account, &connection).await;
    }
    let settings = &tenant.settings;
    let listing = Listing { confidential: settings.confidential, start: None, now: context.now() };
    let found = context.lever(&store, &tenant).await?.interactive().permissions(&listing, &wanted(settings)).await?;
    let missing: Vec<_> = found.iter().filter(|it| it.grant == Grant::Missing).map(|it| it.need).collect();
    let essential = missing.iter().find(|it| it.essential);
    let shown: Vec<Shown> = found.iter().map(Shown::of).collect();
    let output = &context.output;
    if output.json() {
        let lists_opportunities = essential.is_none();
        output.object(&Checked { tenant: name, lists_opportunities, permissions: shown, not_seen: NOT_SEEN });
    } else {
        output.rows(["for", "Lever's check box", "", ""], shown.iter().map(Shown::row));
        output.note(NOT_SEEN);
    }
    Ok(match (essential, missing.as_slice()) {
        (Some(need), _) => output.failure(&LeverError::Forbidden { checkbox: need.checkbox }.into()),
        (None, []) => Exit::Ok,
        (None, parts) => output.failure(&lacking(name, parts)),
    })
}

/// What the tenant may want of Lever by its settings. Whoever reads no résumés is not asked for their boxes because somebody might look.
fn wanted(settings: &Settings) -> Vec<Feature> {
    let looks = settings.contact != Lookers::Nobody;
    let resumes = settings.resumes != ResumePolicy::None;
    let all = [
        (settings.confidential, Feature::Confidential),
        (resumes, Feature::Resumes),
        (resumes && looks, Feature::ContactView),
        (looks && settings.attachments, Feature::Attachments),
    ];
    [Feature::Badges].into_iter().chain(all.into_iter().filter(|it| it.0).map(|it| it.1)).collect()
}

fn lacking(name: &TenantName, parts: &[&Need]) -> Failure {
    let boxes = parts.iter().map(|it| format!("\"{}\"", it.checkbox)).collect::<Vec<_>>().join(", ");
    Failure::new(
        Exit::Partial,
        format!("Lever refuses this key parts of the account: {boxes}"),
        "runs go on without these parts, and end with 4",
        format!("in Lever: Settings > Integrations and API > new key, tick them too; then `acquaint tenant set {name} key_file=FILE`"),
    )
}
