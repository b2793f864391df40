//! What people decided about pairs. A decision acts at once on what readers see, and on every set that is published later.

use super::database::{self, Database, Transaction, all, args, first, json_ids, statement, statements};
use super::earlier::{Earlier, Said, Yielded};
use super::row::{Row, Values};
use super::{Claim, Decided, StoreError, Thing, claims};
use crate::model::{ContactId, Decision, Millis, ProfileId, Ruled, Ruling, TenantName, Viewed};
use serde::Serialize;

statements!("sql/decision.sql": FOUND = "found", SAID = "said", PUT = "put", YIELD = "yield", ANOTHER = "another", REMOVED = "removed", TAKE_BACK = "take_back", MARK = "mark", ALL = "all", ON = "on", NEWEST = "newest",
    APPLY = "apply", FORGET_CONTACTS = "forget_contacts", FORGET_PROFILES = "forget_profiles", REOPEN = "reopen",
    ASK_AGAIN = "ask_again", ASKED_AGAIN = "asked_again", LOOKED_AGAIN = "looked_again", FORGET_ASKED = "forget_asked",
    NOTE_VIEW = "note_view", VIEWS = "views", PRUNE_VIEWS = "prune_views");

const SETS: &str = statement(include_str!("sql/merging.sql"), "sets");
/// A run that no tenant has: every set that can be read is meant.
const NO_RUN: i64 = -1;
/// How long it is kept who looked at whose live details.
const VIEWS_KEPT_MS: i64 = 90 * 24 * 3_600_000;
/// Who reopens a question.
const RUN: &str = "acquaint";

/// What becomes of a pair's badge by this decision.
const fn shown_as(ruling: Ruling) -> Decision {
    match ruling {
        Ruling::Same => Decision::Match,
        Ruling::NotSame => Decision::None,
        Ruling::Later | Ruling::Reopened => Decision::Review,
    }
}

pub(super) async fn put(db: &dyn Database, tenant: &TenantName, it: &Ruled) -> Result<(), StoreError> {
    let (contact, profile) = (it.contact.as_str(), it.profile.as_str());
    let mut tx = db.writing().await?;
    claims::lock(&mut tx, tenant).await?;
    let was = first(&mut tx, FOUND, args![tenant, contact, profile], Row::text).await?;
    let mut earlier = match first(&mut tx, SAID, args![tenant, contact, profile], said_of).await? {
        // Somebody who says the same again, as by a second click, takes one decision back and not two.
        Some((_, said)) if said.what == it.ruling && said.who == it.who => *said.earlier,
        before => Earlier { said: before.map(|it| it.1), yielded: Vec::new() },
    };
    if it.ruling == Ruling::Same {
        earlier.yielded.extend(all(&mut tx, YIELD, args![tenant, contact, profile], yielded_of).await?);
    }
    earlier.cut();
    let said = Said { what: it.ruling, who: it.who.clone(), at: it.at, earlier: Box::new(earlier) };
    write(&mut tx, tenant, (contact, profile), (&said, was.as_deref())).await?;
    mark(&mut tx, tenant, (&it.contact, &it.profile), shown_as(it.ruling)).await?;
    tx.execute(ASK_AGAIN, args![tenant, contact, it.at]).await?;
    tx.commit().await
}

fn said_of(row: &mut Row) -> Result<(Option<String>, Said), StoreError> {
    Ok((row.maybe_text()?, Said::read(row)?))
}

fn yielded_of(row: &mut Row) -> Result<Yielded, StoreError> {
    Ok(Yielded { profile: row.id()?, was: row.maybe_text()?, said: Said::read(row)? })
}

async fn write(
    tx: &mut Box<dyn Transaction>,
    tenant: &TenantName,
    (contact, profile): (&str, &str),
    (said, was): (&Said, Option<&str>),
) -> Result<(), StoreError> {
    let earlier = said.earlier.text()?;
    tx.execute(PUT, args![tenant, contact, profile, said.what.as_str(), &said.who, said.at, was, earlier.as_deref()]).await?;
    Ok(())
}

pub(super) async fn take_back(
    db: &dyn Database,
    tenant: &TenantName,
    pair: (&ContactId, &ProfileId),
    now: Millis,
) -> Result<(), StoreError> {
    let (contact, profile) = (pair.0.as_str(), pair.1.as_str());
    let mut tx = db.writing().await?;
    claims::lock(&mut tx, tenant).await?;
    let (was, now_said) =
        first(&mut tx, SAID, args![tenant, contact, profile], said_of).await?.ok_or(StoreError::Unknown(Thing::Decision))?;
    let Earlier { said, yielded } = *now_said.earlier;
    // Of several profiles said to be the same, the last counts: this one is not brought back beside a later one.
    let another = first(&mut tx, ANOTHER, args![tenant, contact, profile], |_| Ok(())).await?.is_some();
    match said.filter(|it| it.what != Ruling::Same || !another) {
        Some(said) => {
            write(&mut tx, tenant, (contact, profile), (&said, was.as_deref())).await?;
            mark(&mut tx, tenant, pair, shown_as(said.what)).await?;
        }
        None => {
            tx.execute(TAKE_BACK, args![tenant, contact, profile]).await?;
            mark(&mut tx, tenant, pair, was.as_deref().and_then(Decision::parse).unwrap_or(Decision::Review)).await?;
        }
    }
    for it in yielded.iter().filter(|_| !another) {
        if first(&mut tx, REMOVED, args![it.profile.as_str()], |_| Ok(())).await?.is_some() {
            continue;
        }
        write(&mut tx, tenant, (contact, it.profile.as_str()), (&it.said, it.was.as_deref())).await?;
        mark(&mut tx, tenant, (pair.0, &it.profile), shown_as(it.said.what)).await?;
    }
    tx.execute(ASK_AGAIN, args![tenant, contact, now]).await?;
    tx.commit().await
}

/// Changes the pair in all that can still be read: the published set and the held ones.
async fn mark(
    tx: &mut Box<dyn Transaction>,
    tenant: &TenantName,
    (contact, profile): (&ContactId, &ProfileId),
    to: Decision,
) -> Result<(), StoreError> {
    for run in all(tx, SETS, args![tenant, NO_RUN], Row::int).await? {
        tx.execute(MARK, args![tenant, run, contact.as_str(), profile.as_str(), to.as_str()]).await?;
    }
    Ok(())
}

pub(super) async fn read(db: &dyn Database, tenant: &TenantName, which: Decided<'_>) -> Result<Vec<Ruled>, StoreError> {
    let mut tx = db.reading().await?;
    let read = |row: &mut Row| {
        Ok(Ruled { contact: row.id()?, profile: row.id()?, ruling: row.word(Ruling::parse)?, who: row.text()?, at: row.millis()? })
    };
    match which {
        Decided::All => all(&mut tx, ALL, args![tenant], read).await,
        Decided::On(profiles) => all(&mut tx, ON, args![tenant, &json_ids(profiles.iter().map(ProfileId::as_str))?], read).await,
        Decided::Newest(limit) => all(&mut tx, NEWEST, args![tenant, i64::from(limit)], read).await,
    }
}

/// Brings decisions that were made since into a set that is about to be published.
pub(super) async fn apply(tx: &mut Box<dyn Transaction>, tenant: &TenantName, run: i64) -> Result<(), StoreError> {
    tx.execute(APPLY, args![tenant, run]).await?;
    tx.execute(LOOKED_AGAIN, args![tenant, run]).await?;
    Ok(())
}

/// Drops what was decided and asked about contacts that are gone; `contacts` is a list for `json_each`.
pub(super) async fn forget_contacts(tx: &mut Box<dyn Transaction>, tenant: &TenantName, contacts: &str) -> Result<(), StoreError> {
    tx.execute(FORGET_CONTACTS, args![tenant, contacts]).await?;
    tx.execute(FORGET_ASKED, args![tenant, contacts]).await?;
    Ok(())
}

/// Drops what was decided about profiles that are gone; `profiles` is a list for `json_each`.
pub(super) async fn forget_profiles(tx: &mut Box<dyn Transaction>, profiles: &str) -> Result<(), StoreError> {
    tx.execute(FORGET_PROFILES, args![profiles]).await?;
    Ok(())
}

pub(super) async fn reopen(
    db: &dyn Database,
    claim: &Claim,
    gone: &[ContactId],
    pairs: &[(ContactId, ProfileId)],
    now: Millis,
) -> Result<(), StoreError> {
    #[derive(Serialize)]
    struct Pair<'a> {
        contact: &'a str,
        profile: &'a str,
    }
    let gone = json_ids(gone.iter().map(ContactId::as_str))?;
    let pairs: Vec<_> = pairs.iter().map(|(contact, profile)| Pair { contact: contact.as_str(), profile: profile.as_str() }).collect();
    let pairs = database::rows(&pairs)?;
    let (mut tx, _) = claims::fenced(db, claim).await?;
    forget_contacts(&mut tx, &claim.tenant, &gone).await?;
    tx.execute(REOPEN, args![&claim.tenant, &pairs, RUN, now]).await?;
    tx.commit().await
}

pub(super) async fn ask_again(db: &dyn Database, tenant: &TenantName, contact: &ContactId, now: Millis) -> Result<(), StoreError> {
    let mut tx = db.writing().await?;
    claims::lock(&mut tx, tenant).await?;
    tx.execute(ASK_AGAIN, args![tenant, contact.as_str(), now]).await?;
    tx.commit().await
}

pub(super) async fn asked_again(db: &dyn Database, tenant: &TenantName) -> Result<Vec<ContactId>, StoreError> {
    let mut tx = db.reading().await?;
    all(&mut tx, ASKED_AGAIN, args![tenant], Row::id).await
}

pub(super) async fn note_view(db: &dyn Database, tenant: &TenantName, it: &Viewed) -> Result<(), StoreError> {
    let mut tx = db.writing().await?;
    claims::lock(&mut tx, tenant).await?;
    tx.execute(NOTE_VIEW, args![tenant, it.at, &it.who, &it.subject, &it.what]).await?;
    prune_views(&mut tx, tenant, it.at).await?;
    tx.commit().await
}

pub(super) async fn views(db: &dyn Database, tenant: &TenantName, limit: u32, now: Millis) -> Result<Vec<Viewed>, StoreError> {
    let mut tx = db.reading().await?;
    let read = |row: &mut Row| Ok(Viewed { at: row.millis()?, who: row.text()?, subject: row.text()?, what: row.text()? });
    all(&mut tx, VIEWS, args![tenant, i64::from(limit), now.plus(-VIEWS_KEPT_MS)], read).await
}

pub(super) async fn prune_views(tx: &mut Box<dyn Transaction>, tenant: &TenantName, now: Millis) -> Result<(), StoreError> {
    tx.execute(PRUNE_VIEWS, args![tenant, now.plus(-VIEWS_KEPT_MS)]).await?;
    Ok(())
}
