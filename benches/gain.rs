//! What résumés are worth, by the truth of the invented world: the same account is matched without résumés, with a budget that
//! covers every doubt, and with every résumé there is. For each: badges, how many of them are right, how many false ones are on
//! people who have no profile, and how many contacts with a profile were found; then the badges that résumés added and took away.
//!
//! cargo bench --bench gain

use acquaint::lever::limiter::Pace;
use acquaint::lever::{Lever, base_url};
use acquaint::matching::Matcher;
use acquaint::model::{Environment, ResumePolicy, RunKind, RunState, Settings, TenantName};
use acquaint::night::{self, Order, Publication, Rooms, Watch};
use acquaint::replica::{Key, Options, Replica};
use acquaint::resume::Readers;
use acquaint::secrets::Secret;
use acquaint::store::{self, Location, Set, Store, Tenant, Which};
use acquaint::world::{Confidential, Plan, Truth, World, withheld};
use std::collections::BTreeSet;
use std::io::Write as _;
use std::time::Duration;

/// Contacts with the profile whose badge they wear.
type Badges = BTreeSet<(String, String)>;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let plan = Plan { profiles: 20_000, ..Plan::for_contacts(3_000) };
    let World { profiles, account, truth } = World::new(&plan);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = store::open(&Location::Embedded(folder.path().into())).await.expect("a store");
    store.put_profiles(&profiles, plan.now).await.expect("room for the profiles");
    let index = acquaint::profiles::open_index(store.as_ref(), &folder.path().join("index"), &mut |_| ()).await.expect("an index");
    let shown = |place: &usize| withheld(&account, *place, plan.now, Confidential::LeftOut).is_none();
    let owners = (0..account.contacts.len()).filter(shown).filter(|it| has_profile(&truth, &account.contacts[*it].id)).count();
    let options =
        Options { keys: vec![Key::new("gain")], allowance: None, clock: acquaint::replica::Clock::Fixed(plan.now.0), ..Options::default() };
    let replica = Replica::start(account, options).expect("a free port");
    let base = base_url(Environment::Production, Some(&replica.base_url())).expect("its address");
    let pace = Pace { rate: 1_000, burst: 1_000, unit: Duration::from_millis(1), patience: Duration::from_secs(30) };
    let lever = Lever::paced(base, Secret::new(b"gain".to_vec()), pace).expect("a client");
    let (matcher, secret) = (Matcher::shipped(), Secret::new(vec![7; 32]));
    let readers = Readers::new(env!("CARGO_BIN_EXE_acquaint").into(), 2);
    let mut first: Option<Badges> = None;
    for policy in [ResumePolicy::None, ResumePolicy::Auto, ResumePolicy::All] {
        let tenant = tenant(store.as_ref(), policy).await;
        let rooms = Rooms {
            store: store.as_ref(),
            index: &index,
            matcher: &matcher,
            lever: &lever,
            readers: &readers,
            secret: &secret,
            profile_url: None,
        };
        let order = Order { kind: RunKind::Full, resumes: policy, publication: Publication::Guarded };
        let watch = Watch { clock: &|| plan.now, progress: &|_| () };
        let finished = night::run(rooms, &tenant, order, watch, std::future::pending()).await.expect("a run");
        assert_eq!(finished.record.state, RunState::Published, "{:?}", finished.error);
        let published = store.read(&tenant.name, Set::Published, Which::Badges).await.expect("badges");
        let badges = night::badges(&tenant.name, &published, plan.now);
        let worn: Badges =
            badges.iter().flat_map(|it| it.contacts.iter().map(|contact| (contact.to_string(), it.profile.to_string()))).collect();
        let tally = &finished.record.tally;
        say(&format!(
            "résumés {}: {} could change a verdict, {} read, outcomes {:?}, {} of somebody else",
            policy.as_str(),
            tally.resumes_needed,
            tally.resumes_read,
            tally.resume_outcomes,
            tally.resumes_of_others
        ));
        say(&format!("  {}", told(&truth, &worn, owners)));
        match &first {
            None => first = Some(worn),
            Some(without) => say(&format!(
                "  against no résumés: {} badges gained, of which {} are right; {} taken away, of which {} were right",
                worn.difference(without).count(),
                right(&truth, worn.difference(without)),
                without.difference(&worn).count(),
                right(&truth, without.difference(&worn)),
            )),
        }
    }
}

async fn tenant(store: &dyn Store, policy: ResumePolicy) -> Tenant {
    let name = TenantName::new(&format!("gain-{}", policy.as_str())).expect("a name");
    let tenant = Tenant::new(name, Settings { resume_budget: 1_000_000, ..Settings::default() }, Plan::default().now);
    store.add_tenant(&tenant).await.expect("a new tenant");
    tenant
}

fn has_profile(truth: &Truth, contact: &str) -> bool {
    truth.of(contact).is_some_and(|it| !it.profiles.is_empty())
}

fn right<'a>(truth: &Truth, worn: impl Iterator<Item = &'a (String, String)>) -> usize {
    worn.filter(|(contact, profile)| truth.same_person(contact, profile)).count()
}

fn told(truth: &Truth, worn: &Badges, owners: usize) -> String {
    let right = right(truth, worn.iter());
    let nobody = worn.iter().filter(|(contact, _)| !has_profile(truth, contact)).count();
    let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
    format!(
        "{} contacts with a badge, {:.4} right ({} false, {nobody} of them on people without a profile); of {owners} with a profile {:.4} found",
        worn.len(),
        share(right, worn.len()),
        worn.len() - right,
        share(right, owners),
    )
}

fn say(line: &str) {
    writeln!(std::io::stdout(), "{line}").expect("stdout");
}
