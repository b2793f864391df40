//! What is served: a million invented profiles, all of whom wear a badge of one tenant.

use acquaint::index::Index;
use acquaint::model::{
    AccountName, Archived, ContactId, Decision, Evidence, Feature, FieldIndex, Grant, Level, Millis, Opportunity, Order, Pipeline, Profile,
    Publication, Reason, Reference, ResumePolicy, Role, RunKind, RunState, Settings, Stage, Tally, TenantName, User, Waterfall,
};
use acquaint::serve::proof;
use acquaint::store::{self, Account, Again, Ending, Location, Pairing, StagedContact, Store, Tenant, Token};
use std::path::Path;
use std::sync::Arc;

const ORDER: Order = Order { kind: RunKind::Full, resumes: ResumePolicy::None, publication: Publication::Unguarded };

/// Profiles, the index, and one published night in which everybody has a badge. Returns a token.
pub(crate) async fn fill(data: &Path, people: u64) -> String {
    let store = store::open(&Location::Embedded(data.to_owned())).await.expect("a new store");
    let all: Vec<u64> = (0..people).collect();
    for part in all.chunks(4_000) {
        let profiles: Vec<Profile> = part.iter().map(|n| profile(*n)).collect();
        store.put_profiles(&profiles, Millis(0)).await.expect("room on the disk");
    }
    let index = acquaint::profiles::open_index(store.as_ref(), &data.join("index"), &mut |_| {}).await.expect("room on the disk");
    assert_eq!(index.len(), people);
    drop(index);
    let tenant = TenantName::new("acme").expect("a name");
    store.add_tenant(&company(&tenant)).await.expect("a new tenant");
    let now = Millis(chrono::Utc::now().timestamp_millis());
    let claim = store.start_run(&tenant, &ORDER, now).await.expect("a claim");
    store.stage_reference(&claim, &reference()).await.expect("room on the disk");
    for part in all.chunks(4_000) {
        let staged: Vec<StagedContact> = part.iter().map(|n| staged(*n, now)).collect();
        store.stage(&claim, &staged).await.expect("room on the disk");
    }
    let tally = Tally { profiles_revision: i64::MAX, ..Tally::default() };
    let ending = Ending { state: RunState::Published, tally, error: None, changes: Vec::new(), finished_at: now, again: Again::No };
    store.publish(&claim, &ending, now).await.expect("published");
    store.tidy().await.expect("tidy");
    token(&store, &tenant, now).await
}

async fn token(store: &Arc<dyn Store>, tenant: &TenantName, now: Millis) -> String {
    let (text, hash) = proof::token();
    let grant = Grant::Tenant(tenant.clone(), Role::Sourcer);
    let token = Token { id: proof::token_id(&hash), grant, created_at: now, expires_at: None, seen_day: None };
    store.add_token(&hash, &token).await.expect("a new token");
    text
}

/// An address's ticket for a sourcer of the company.
pub(crate) async fn ticket(data: &Path) -> String {
    let store = store::open(&Location::Embedded(data.to_owned())).await.expect("the store");
    let now = Millis(chrono::Utc::now().timestamp_millis());
    let (who, tenant) = (AccountName::new("sam").expect("a name"), TenantName::new("acme").expect("a name"));
    let grant = Grant::Tenant(tenant, Role::Sourcer);
    let account = Account { name: who.clone(), grant, password: "none".into(), created_at: now, seen_day: None };
    store.add_account(&account).await.expect("a new user");
    let (ticket, hash) = proof::ticket();
    store.begin_session(&hash, &who, now..now.plus(3_600_000)).await.expect("a ticket");
    ticket
}

/// Names, employers and places that come as often as in life: a few everywhere, most seldom.
fn profile(n: u64) -> Profile {
    let skewed = |salt: u64, of: u64| {
        let draw = xxhash_rust::xxh3::xxh3_64_with_seed(&n.to_le_bytes(), salt) as f64 / u64::MAX as f64;
        ((of as f64).powf(draw) - 1.0) as u64
    };
    let (first, last, employer, city) = (skewed(1, 2_000), skewed(2, 20_000), skewed(3, 30_000), skewed(4, 500));
    let line = format!(
        r#"{{"id":"p{n}","name":"Fir{first} Las{last}","headline":"Maker at Works {employer}","location":"City{city}, XY","links":["https://www.linkedin.com/in/fir-las-{n}"],"positions":[{{"organization":"Works {employer}","title":"Maker"}}]}}"#
    );
    serde_json::from_str(&line).expect("person JSON")
}

fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().expect("an id")
}

fn company(name: &TenantName) -> Tenant {
    Tenant { sealed_key: vec![1], sealed_secret: vec![2], ..Tenant::new(name.clone(), Settings::default(), Millis(0)) }
}

fn reference() -> Reference {
    let mut it = Reference::default();
    for n in 0..20 {
        it.stages.insert(id(&format!("s-{n}")), Stage { text: format!("Stage {n}"), pipeline: Some(Pipeline::Screen), rank: n.into() });
        it.reasons.insert(id(&format!("r-{n}")), Reason { text: format!("Reason {n}"), hired: n == 0 });
        it.users.insert(id(&format!("u-{n}")), User { name: format!("Recruiter {n}"), active: true });
    }
    it
}

fn staged(n: u64, now: Millis) -> StagedContact {
    let contact: ContactId = id(&format!("c{n}"));
    let found = |feature, level, bits| Evidence { feature, level, bits, on: Some(FieldIndex(0)) };
    let evidence = vec![
        found(Feature::Name, Level::Same, 11.25),
        found(Feature::Linkedin, Level::Same, 14.5),
        found(Feature::Employer, Level::Same, 7.75),
        found(Feature::Location, Level::Close, 2.5),
    ];
    let (profile, decision, waterfall) = (id(&format!("p{n}")), Decision::Match, Waterfall::default());
    let pairing = Pairing { contact: contact.clone(), profile, decision, probability: 0.998, evidence, waterfall };
    let opportunities = (0..1 + n % 2).map(|it| opportunity(&contact, n * 2 + it, now)).collect();
    StagedContact { contact, pairing: Some(pairing), opportunities, resume: None }
}

fn opportunity(contact: &ContactId, n: u64, now: Millis) -> Opportunity {
    Opportunity {
        id: id(&format!("0{n:07}-5f3a-4e1b-9c2d-7a8b9c0d1e2f")),
        contact: contact.clone(),
        stage: Some(id(&format!("s-{}", n % 20))),
        stages_seen: vec![id("s-0"), id("s-1")],
        last_mover: None,
        owner: Some(id("u-1")),
        sourced_by: None,
        archived: n.is_multiple_of(2).then(|| Archived { reason: Some(id(&format!("r-{}", n % 10))), at: Some(now.plus(-7_000_000_000)) }),
        applied: n.is_multiple_of(3),
        posting: None,
        url: Some(format!("https://hire.lever.co/candidates/{n}").into()),
        created_at: now.plus(-9_000_000_000),
        updated_at: Some(now.plus(-8_000_000_000)),
        last_interaction_at: Some(now.plus(-8_000_000_000)),
        snoozed_until: None,
        store: Default::default(),
        contact_consent: Default::default(),
        confidential: false,
        anonymized: false,
    }
}
