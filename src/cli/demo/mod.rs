//! `acquaint demo`: the whole job on invented people, with nothing else installed.

mod history;

use self::history::{In, PEOPLE};
use super::{Context, Exit, Failure, badges, run as night, tenant};
use crate::{
    model::{Badge, Lookers, Millis, Profile, ResumePolicy, RunKind, Settings, TenantName},
    night::{Order, Publication},
    profiles,
    replica::{Faults, Options, Replica},
    secrets::Secret,
    store::{Store, StoreError, Which},
    world::{Confidential, Plan, Truth, World, withheld},
};
use serde::Serialize;
use std::net::SocketAddr;

/// Invents people and a Lever account, runs the whole job on them, and shows the badges.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  acquaint demo --once                  one run, its figures, and the end
  acquaint demo                         then makes some history, and opens the pages on it until Ctrl-C
  acquaint demo --people 300 --once --json

Everything is in a temporary folder that goes with the command, unless --data-dir names one.")]
pub(super) struct Args {
    /// End after the run
    #[arg(long)]
    once: bool,
    /// Where the invented Lever account is served
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Where the pages are served; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    page: SocketAddr,
    /// How many contacts to invent
    #[arg(long, value_name = "N", default_value_t = 3_000, value_parser = clap::value_parser!(u32).range(1..=200_000))]
    people: u32,
}

/// Requests for résumés that the demo's run may make: at Lever's rate, half a minute.
const RESUME_BUDGET: u32 = 300;

pub(super) async fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let folder = tempfile::Builder::new().prefix("acquaint-demo-").tempdir().map_err(|error| no_folder(&error))?;
    let temporary = context.inside(folder.path());
    let (context, place) = if context.chose_place() { (context, In::Another) } else { (&temporary, In::ItsOwn) };
    let name = TenantName::new("demo")?;
    nobody_is(&name, context.store().await?.as_ref()).await?;
    let now = context.now();
    let output = &context.output;
    output.note("inventing people, their profiles, résumés and a Lever account …");
    let World { profiles, account, truth } =
        tokio::task::block_in_place(|| World::new(&Plan { now, ..Plan::for_contacts(args.people as usize) }));
    let shown = Shown::of(&account, &truth, now);
    import(context, profiles, now).await?;
    let replica =
        Replica::start(account, Options { listen: args.listen, ..Options::default() }).map_err(|error| no_replica(args.listen, &error))?;
    connect(context, &name, &replica).await?;
    output.note(&format!("running: list, match, read up to {} résumés, publish, forget …", RESUME_BUDGET / 2));
    let store = context.store().await?;
    let order = Order { kind: RunKind::Full, resumes: ResumePolicy::Auto, publication: Publication::Guarded };
    // What is shown as history has taken some days; Lever's clock goes with ours.
    let ago = if args.once { night::NOW } else { history::FIRST_NIGHT };
    replica.misbehave(&[Faults::Clock(-ago)]);
    let finished = night::one_night(context, &store, &name, (order, ago)).await?;
    let failed = finished.error.is_some();
    let exit = night::tell(output, finished).first(context.tidy(store.as_ref()).await);
    let badges = badges::published(store.as_ref(), &name, Which::Badges, now).await?;
    told(context, &Measured::of(&shown, &truth, &badges));
    if args.once || failed {
        return Ok(exit);
    }
    output.note("making some history: a day of changes, and a night that loses too many badges …");
    history::make(context, &store, &name, (&replica, &badges)).await?;
    output.note(&format!("the invented Lever account stays at {} (key {}) until Ctrl-C", replica.base_url(), replica.key()));
    Ok(exit.first(history::show(context, &store, (&name, place), (&replica, args.page)).await?))
}

async fn import(context: &Context, people: Vec<Profile>, now: Millis) -> Result<(), Failure> {
    let store = context.store().await?;
    for batch in people.chunks(2_000) {
        store.put_profiles(batch, now).await?;
    }
    drop(profiles::open_index(store.as_ref(), &context.index_place()?, &mut |_| {}).await?);
    context.output.note(&format!("{} profiles are stored and indexed", people.len()));
    Ok(())
}

/// Looks before anything is imported: an earlier demo's tenant has the address of a replica that is gone, and no other company's user is
/// taken for one of the demo's.
async fn nobody_is(name: &TenantName, store: &dyn Store) -> Result<(), Failure> {
    let there = |what: String, fix: String| {
        let fix = format!("{fix}, or name another --data-dir");
        Err(Failure::new(Exit::Usage, format!("there is already {what}"), "nothing was done", fix))
    };
    match store.tenant(name).await {
        Err(StoreError::Unknown(_)) => {}
        Err(error) => return Err(error.into()),
        Ok(_) => return there(format!("a tenant {name}"), format!("`acquaint tenant remove {name} --purge`")),
    }
    let users = store.accounts().await?;
    match PEOPLE.iter().find(|(who, _)| users.iter().any(|it| it.name.as_str() == *who)) {
        Some((who, _)) => there(format!("a user {who}"), format!("`acquaint user remove {who}`")),
        None => Ok(()),
    }
}

/// Adds the demo's tenant.
async fn connect(context: &Context, name: &TenantName, replica: &Replica) -> Result<(), Failure> {
    let lever_url = Some(replica.base_url());
    let settings =
        Settings { lever_url, resume_budget: RESUME_BUDGET, contact: Lookers::Sourcers, attachments: true, ..Settings::default() };
    let key = Secret::new(replica.key().as_bytes().to_vec());
    tenant::add::add_with_key(context, name, settings, &key).await?;
    Ok(())
}

/// Contacts that may be matched, as the truth has them.
struct Shown(Vec<String>);

impl Shown {
    fn of(account: &crate::world::Account, truth: &Truth, now: Millis) -> Self {
        let open = |place: &usize| withheld(account, *place, now, Confidential::LeftOut).is_none();
        let contacts = (0..account.contacts.len()).filter(open).map(|place| account.contacts[place].id.clone());
        Self(contacts.filter(|id| truth.of(id).is_some()).collect())
    }
}

/// How right the badges are, by the world's truth.
#[derive(Serialize)]
struct Measured {
    badges: usize,
    /// Contacts with a badge.
    badged_contacts: usize,
    /// Contacts that may be matched and have a profile.
    owners: usize,
    /// Of the contacts with a badge, those on a profile of their own.
    precision: f64,
    /// Of the contacts with a profile, those with a badge on it.
    recall: f64,
}

impl Measured {
    fn of(shown: &Shown, truth: &Truth, badges: &[Badge]) -> Self {
        let pairs = || badges.iter().flat_map(|badge| badge.contacts.iter().map(move |it| (it.as_str(), badge.profile.as_str())));
        let right = pairs().filter(|(contact, profile)| truth.same_person(contact, profile)).count();
        let owners = shown.0.iter().filter(|id| truth.of(id).is_some_and(|it| !it.profiles.is_empty())).count();
        let ratio = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
        let badged_contacts = pairs().count();
        Self { badges: badges.len(), badged_contacts, owners, precision: ratio(right, badged_contacts), recall: ratio(right, owners) }
    }
}

fn told(context: &Context, it: &Measured) {
    if context.output.json() {
        return context.output.object(it);
    }
    context.output.line(&format!("{} badges; by the truth of the invented world:", it.badges));
    context
        .output
        .line(&format!("  precision {:.4}: of {} contacts with a badge, so many wear the right one", it.precision, it.badged_contacts));
    context.output.line(&format!("  recall    {:.4}: of {} contacts with a profile, so many wear it", it.recall, it.owners));
}

fn no_folder(error: &std::io::Error) -> Failure {
    let what = format!("a temporary folder cannot be made: {}", error.kind());
    Failure::new(Exit::Internal, what, "nothing was done", "make room, or name a folder with --data-dir")
}

fn no_replica(address: SocketAddr, error: &std::io::Error) -> Failure {
    let what = format!("the invented Lever account cannot be served at {address}: {}", error.kind());
    Failure::new(Exit::Usage, what, "nothing was run", "name another address with --listen")
}
