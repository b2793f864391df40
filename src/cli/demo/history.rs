//! What makes the demo's pages worth a look: nights before this one, a publication that is held, and somebody to sign in as.

use crate::cli::serve::{Opening, Runs, until_stopped};
use crate::cli::{Context, Exit, Failure, browser, run};
use crate::model::{AccountName, Badge, Grant, Millis, ResumePolicy, Role, RunKind, TenantName};
use crate::night::{Order, Publication};
use crate::replica::{Faults, Replica};
use crate::schedule::Limits;
use crate::serve::proof;
use crate::store::{self, Store};
use crate::world;
use serde_json::json;
use std::collections::HashSet;
use std::io::{IsTerminal, stdout};
use std::net::SocketAddr;
use std::sync::Arc;

/// Every so many badges move on in a day.
const MOVED: usize = 20;
/// Every so many are lost in the night that is held, and at least as many as the guard minds.
const LOST: usize = 8;
const LOST_LEAST: usize = 30;

const HOUR: i64 = 3_600_000;
/// How long ago the first night took place, a recent run of the next day, and the night after it. The one that is held was just now.
pub(super) const FIRST_NIGHT: i64 = 48 * HOUR;
const RECENTLY: i64 = 27 * HOUR;
const LAST_NIGHT: i64 = 24 * HOUR;

/// Who may sign in, and as what; they go with the demo's tenant.
pub(super) const PEOPLE: [(&str, Role); 3] = [("sam", Role::Sourcer), ("olga", Role::Operator), ("ada", Role::Admin)];
/// As whom a browser is opened: the admin, who may see everything that there is of the company.
const SHOWN: &str = PEOPLE[2].0;
/// And who watches all companies, where all of them are the demo's: such a user would outlive the tenant.
const WATCHER: &str = "inge";
/// How long the addresses that let somebody in at once may wait.
const TICKET_MS: i64 = 3_600_000;

const NIGHT: Order = Order { kind: RunKind::Full, resumes: ResumePolicy::None, publication: Publication::Guarded };

/// A day of changes, told by a recent run and a night; then a night in which Lever has lost much, as after a wrong import.
pub(super) async fn make(
    context: &Context,
    store: &Arc<dyn Store>,
    name: &TenantName,
    (replica, badges): (&Replica, &[Badge]),
) -> Result<(), Failure> {
    let moved_at = context.now().plus(-RECENTLY);
    let contacts: Vec<&str> = badges.iter().flat_map(|it| &it.contacts).map(|it| it.as_str()).collect();
    let moved: HashSet<&str> = contacts.iter().step_by(MOVED).copied().collect();
    replica.edit(|account| {
        let offer = account.stages.iter().find(|it| it.pipeline == "offer").map(|it| it.id.clone());
        let moves = |it: &world::Opportunity| it.archived.is_none() && moved.contains(account.contacts[it.contact].id.as_str());
        for it in account.opportunities.iter_mut().filter(|it| moves(it)) {
            if let Some(offer) = &offer {
                it.stage.clone_from(offer);
            }
            it.updated_at = Some(moved_at.0);
        }
    });
    for (order, ago) in [(Order { kind: RunKind::Recent, ..NIGHT }, RECENTLY), (NIGHT, LAST_NIGHT)] {
        replica.misbehave(&[Faults::Clock(-ago)]);
        run::one_night(context, store, name, (order, ago)).await?;
    }
    replica.misbehave(&[]);
    let whole = replica.edit(|account| account.clone());
    let lost: HashSet<&str> = contacts.iter().take((contacts.len() / LOST).max(LOST_LEAST)).copied().collect();
    replica.edit(|account| {
        for it in account.contacts.iter_mut().filter(|it| lost.contains(it.id.as_str())) {
            it.name = format!("Record {}", it.id);
            (it.headline, it.location) = (String::new(), String::new());
            (it.emails, it.phones, it.links) = (Vec::new(), Vec::new(), Vec::new());
        }
    });
    run::one_night(context, store, name, (NIGHT, run::NOW)).await?;
    replica.edit(|account| *account = whole);
    Ok(())
}

/// Whose place the demo is shown in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum In {
    /// A temporary folder.
    ItsOwn,
    /// An installation, with companies and users of its own.
    Another,
}

/// Opens the pages, with one password for everybody who may sign in, and an address for some that lets them in at once.
pub(super) async fn show(
    context: &Context,
    store: &Arc<dyn Store>,
    (name, place): (&TenantName, In),
    (replica, listen): (&Replica, SocketAddr),
) -> Result<Exit, Failure> {
    let password = proof::new_password();
    let kept =
        proof::password(&password).map_err(|error| Failure::new(Exit::Internal, error.to_string(), "no page was opened", "report this"))?;
    let watcher = (place == In::ItsOwn).then_some((WATCHER, Grant::Installation));
    let people: Vec<(&str, Grant)> =
        PEOPLE.into_iter().map(|(who, role)| (who, Grant::Tenant(name.clone(), role))).chain(watcher).collect();
    let now = context.now();
    let mut tickets = Vec::new();
    for (who, grant) in &people {
        let account =
            store::Account { name: AccountName::new(who)?, grant: grant.clone(), password: kept.clone(), created_at: now, seen_day: None };
        store.add_account(&account).await?;
        tickets.push((*who, ticket(store.as_ref(), &account.name, now).await?));
    }
    // One of its own: those that are printed each work once.
    let shown = ticket(store.as_ref(), &AccountName::new(SHOWN)?, now).await?;
    let output = &context.output;
    let mut leads_there = None;
    until_stopped(context, store, Opening::at(listen, Runs::Here(Limits::default())), |url| {
        if output.json() {
            let users: Vec<&str> = people.iter().map(|it| it.0).collect();
            let enter: Vec<String> = tickets.iter().map(|(_, ticket)| enter(url, ticket)).collect();
            let (lever_url, lever_key) = (replica.base_url(), replica.key());
            return output
                .object(&json!({ "url": url, "users": users, "enter": enter, "password": password, "lever_url": lever_url, "lever_key": lever_key }));
        }
        output.line("the pages, signed in; each address works once:");
        for (who, ticket) in &tickets {
            output.line(&format!("  as {:<14} {}", told(who), enter(url, ticket)));
        }
        let all: Vec<String> = tickets.iter().map(|(who, _)| format!("{who} ({})", told(who))).collect();
        output.line(&format!("or sign in at {url} as {} with the password {password}", all.join(", ")));
        if stdout().is_terminal() {
            leads_there = browser::open(&enter(url, &shown)).ok();
        }
    })
    .await
}

/// What lets somebody in, once.
async fn ticket(store: &dyn Store, who: &AccountName, now: Millis) -> Result<String, Failure> {
    let (ticket, hash) = proof::ticket();
    store.begin_session(&hash, who, now..now.plus(TICKET_MS)).await?;
    Ok(ticket)
}

/// What somebody may do, in words.
fn told(who: &str) -> &'static str {
    let role = PEOPLE.iter().find(|it| it.0 == who).map(|it| it.1);
    match role {
        Some(Role::Sourcer) => "sourcer",
        Some(Role::Operator) => "operator",
        Some(Role::Admin) => "admin",
        None => "all companies",
    }
}

/// The address that lets somebody in.
fn enter(url: &str, ticket: &str) -> String {
    format!("{url}/enter?ticket={ticket}")
}
