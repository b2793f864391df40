//! The world: the same for the same seed, as mixed as planned, and true.

use acquaint::model::{Millis, Profile};
use acquaint::world::{
    Account, Confidential, Document, Fault, Make, Opportunity, Plan, Row, Withheld, World, candidates_jsonl, profiles_jsonl, render,
    show_url, truth_jsonl, withheld,
};
use std::collections::HashSet;
use std::sync::LazyLock;
use xxhash_rust::xxh3::xxh3_64;

fn plan(seed: u64) -> Plan {
    Plan { seed, profiles: 3_000, ..Plan::for_opportunities(5_000) }
}

/// One world for all tests that only look.
fn world() -> &'static World {
    static WORLD: LazyLock<World> = LazyLock::new(|| World::new(&plan(1)));
    &WORLD
}

fn digest(world: &World) -> [u64; 3] {
    [profiles_jsonl(world), truth_jsonl(&world.truth), candidates_jsonl(&world.account)].map(|it| xxh3_64(it.as_bytes()))
}

#[test]
fn the_same_seed_gives_the_same_world_and_another_seed_another() {
    let first = digest(world());
    assert_eq!(first, digest(&World::new(&plan(1))));
    assert!(digest(&World::new(&plan(2))).iter().zip(&first).all(|(a, b)| a != b));
}

#[test]
fn sizes_are_as_planned() {
    for (opportunities, contacts) in [(1, 1), (2, 2), (99, 60), (1_000, 600), (5_000, 3_000)] {
        let plan = Plan { profiles: 5, ..Plan::for_opportunities(opportunities) };
        let account = World::new(&plan).account;
        assert_eq!((account.opportunities.len(), account.contacts.len()), (opportunities, contacts));
    }
    assert_eq!(Plan::for_contacts(3_000), Plan::default());
}

/// Fails unless the share is within a quarter of the planned one and two hundredths of it.
fn check_share(what: &str, found: usize, of: usize, planned: f64) {
    let share = found as f64 / of as f64;
    assert!((share - planned).abs() < planned * 0.25 + 0.004, "{what}: {share:.4}, planned {planned}");
}

fn flagged(world: &World, flag: &str) -> usize {
    world.truth.rows.iter().filter(|it| it.flags.contains(&flag)).count()
}

#[test]
fn shares_are_as_planned() {
    for seed in [1, 2, 3] {
        let world = World::new(&plan(seed));
        let contacts = world.account.contacts.len();
        for (flag, share) in [
            ("no_profile", 0.5),
            ("no_linkedin", 0.51),
            ("stale_slug", 0.03),
            ("wrong_link", 0.005),
            ("recruiter_link", 0.014),
            ("agency_contact", 0.03),
            ("relay_email", 0.02),
            ("anonymized", 0.015),
            ("near_city", 0.088),
            ("twin_profile", 0.01),
            ("typo", 0.022),
            ("employer_variant", 0.18),
        ] {
            check_share(flag, flagged(&world, flag), contacts, share);
        }
        let has = |word: &str| world.profiles.iter().filter(|it| it.links.iter().any(|link| link.to_lowercase().contains(word))).count();
        check_share("LinkedIn", has("linkedin.com/in/"), world.profiles.len(), 0.945);
        check_share("GitHub", has("github.com/"), world.profiles.len(), 0.13);
        check_share("e-mail", world.profiles.iter().filter(|it| !it.emails.is_empty()).count(), world.profiles.len(), 0.08);
        let read = world.account.opportunities.iter().filter(|it| !it.resumes.is_empty()).count();
        check_share("résumé", read, world.account.opportunities.len(), 0.69);
    }
}

#[test]
fn owners_are_as_many_as_planned() {
    for owners in [0.05, 0.5, 0.95] {
        let world = World::new(&Plan { owners, ..plan(4) });
        let with_profile = world.truth.rows.iter().filter(|it| !it.flags.contains(&"no_profile")).count();
        check_share("owners", with_profile, world.truth.rows.len(), owners);
    }
}

#[test]
fn every_kind_of_fault_occurs() {
    let flags = "no_profile moved_job employer_variant dropped_job no_headline nickname initial swap typo nodiacritics native translit \
                 surname_change no_linkedin stale_slug wrong_link recruiter_link agency_contact relay_email second_contact twin_profile \
                 near_city near_employer near_school near_father near_sibling resume resume_linkedin resume_email resume_unreadable \
                 resume_missing anonymized";
    let missing: Vec<&str> = flags.split_whitespace().filter(|it| flagged(world(), it) == 0).collect();
    assert!(missing.is_empty(), "missing: {missing:?}");
    let known: HashSet<&str> = flags.split_whitespace().collect();
    assert!(world().truth.rows.iter().flat_map(|it| &it.flags).all(|it| known.contains(it)));
    let languages: HashSet<&str> = world().truth.rows.iter().map(|it| it.language).collect();
    assert!(languages.len() >= 20, "{languages:?}");
}

fn occurs(what: &str, test: impl Fn(&Account, &Opportunity) -> bool) {
    let account = &world().account;
    assert!(account.opportunities.iter().any(|it| test(account, it)), "no opportunity {what}");
}

#[test]
fn every_oddity_of_an_account_occurs() {
    let now = Plan::default().now.0;
    let user = |account: &Account, id: &str| account.users.iter().find(|it| it.id == id).map(|it| it.deactivated_at.is_some());
    occurs("hired", |account, it| it.archived.as_ref().is_some_and(|(id, _)| account.reasons.iter().any(|r| r.id == *id && r.hired)));
    occurs("snoozed", |_, it| it.archived.is_none() && it.snoozed_until.is_some_and(|end| end > now));
    occurs("snoozed in the past", |_, it| it.snoozed_until.is_some_and(|end| end < now));
    occurs("whose owner left", |account, it| it.owner.as_deref().and_then(|id| user(account, id)) == Some(true));
    occurs("whose owner no list has", |account, it| it.owner.as_deref().is_some_and(|id| user(account, id).is_none()));
    occurs("moved by somebody, owned by nobody", |_, it| it.owner.is_none() && it.stage_changes.iter().any(|it| it.user.is_some()));
    occurs("of nobody", |_, it| it.owner.is_none() && it.sourced_by.is_none() && it.stage_changes.iter().all(|it| it.user.is_none()));
    occurs("in an unknown stage", |account, it| account.stages.iter().all(|stage| stage.id != it.stage));
    occurs("with an unknown reason", |account, it| it.archived.as_ref().is_some_and(|(id, _)| account.reasons.iter().all(|r| r.id != *id)));
    occurs("without dates", |_, it| it.updated_at.is_none() && it.last_interaction_at.is_none());
    occurs("confidential", |_, it| it.confidential);
    occurs("referred", |_, it| it.application.as_ref().is_some_and(|it| it.kind == "referral"));
    occurs("without an application", |_, it| it.application.is_none());
    occurs("with a missing résumé", |_, it| it.resumes.iter().any(|it| matches!(it.document, Document::Missing)));
    occurs("with a refused résumé", |_, it| it.resumes.iter().any(|it| matches!(it.document, Document::Unprocessable)));
    occurs("tied with another", |account, it| {
        let twin =
            |other: &Opportunity| other.id != it.id && other.contact == it.contact && other.last_interaction_at == it.last_interaction_at;
        it.last_interaction_at.is_some() && account.opportunities.iter().any(twin)
    });
    for why in [Withheld::Anonymized, Withheld::StoreNotAllowed, Withheld::StoreExpired, Withheld::Confidential] {
        assert!(world().truth.rows.iter().any(|it| it.withheld == Some(why)), "{why:?}");
    }
    let account = &world().account;
    assert!(account.deleted.iter().any(|it| now - it.at < 30 * 86_400_000) && account.deleted.iter().all(|it| it.at < now));
    assert!(["draft", "closed", "internal"].iter().all(|state| account.postings.iter().any(|it| it.state == *state)));
    assert!(account.contacts.iter().any(|it| it.phones.iter().any(|(kind, _)| kind.is_none())));
    assert!(account.contacts.iter().any(|it| it.headline.is_empty() && it.location.is_empty() && !it.anonymized));
}

#[test]
fn ids_are_unique_and_dates_are_past() {
    let World { profiles, account, .. } = world();
    let unique = |ids: Vec<&str>| ids.iter().collect::<HashSet<_>>().len() == ids.len();
    assert!(unique(profiles.iter().map(|it| it.id.as_str()).collect()));
    assert!(unique(account.contacts.iter().map(|it| it.id.as_str()).collect()));
    assert!(unique(
        account.opportunities.iter().map(|it| it.id.as_str()).chain(account.deleted.iter().map(|it| it.opportunity.id.as_str())).collect()
    ));
    let now = Plan::default().now.0;
    assert!(account.opportunities.iter().all(|it| it.created_at < now && it.updated_at.is_none_or(|at| at < now)));
    assert!(account.opportunities.iter().flat_map(|it| &it.stage_changes).all(|it| it.at <= now));
}

#[test]
fn the_truth_names_profiles_that_exist() {
    let known: HashSet<&str> = world().profiles.iter().map(|it| it.id.as_str()).collect();
    for (row, contact) in world().truth.rows.iter().zip(&world().account.contacts) {
        assert_eq!(row.contact, contact.id);
        assert!(row.profiles.iter().all(|it| known.contains(it.as_str())));
        assert!(row.profiles.is_empty() || !row.flags.contains(&"no_profile"));
        assert!(row.profiles.iter().all(|it| world().truth.same_person(&row.contact, it.as_str())));
    }
}

fn profile_of(row: &Row) -> Option<&'static Profile> {
    world().profiles.iter().find(|it| row.profiles.first() == Some(&it.id))
}

#[test]
fn a_typed_in_link_leads_to_the_right_profile_unless_a_flag_says_otherwise() {
    let slug = |url: &String| Some(url.to_lowercase().split_once("/in/")?.1.split(['/', '?']).next()?.to_owned());
    let mut compared = 0;
    for (row, contact) in world().truth.rows.iter().zip(&world().account.contacts) {
        let trusted = !["stale_slug", "wrong_link", "recruiter_link"].iter().any(|it| row.flags.contains(it));
        let Some(profile) = profile_of(row).filter(|_| trusted) else { continue };
        let (ours, theirs) = (profile.links.iter().find_map(slug), contact.links.iter().find_map(slug));
        if let (Some(ours), Some(theirs)) = (ours, theirs) {
            compared += 1;
            assert_eq!(ours, theirs);
        }
    }
    assert!(compared > 400, "{compared}");
}

#[test]
fn resumes_are_files_that_readers_read_or_fail_on_as_planned() {
    let mut seen = std::collections::BTreeMap::new();
    for resume in world().account.opportunities.iter().take(1_500).flat_map(|it| &it.resumes) {
        let Document::File(spec) = &resume.document else { continue };
        let bytes = render(spec);
        assert!(bytes == render(spec), "the same spec gives the same bytes");
        let read = lopdf::Document::load_mem(&bytes);
        let fine = read.as_ref().is_ok_and(|it| !it.is_encrypted() && !it.get_pages().is_empty());
        match spec.fault {
            Fault::None if spec.dress.make != Make::Pdf => assert!(bytes.starts_with(beginning(spec.dress.make))),
            Fault::None => assert!(fine && spec.links.iter().all(|it| contains(&bytes, &it.url))),
            Fault::Scan => assert!(fine && read.is_ok_and(|it| it.extract_text(&[1]).is_ok_and(|text| text.trim().is_empty()))),
            _ => assert!(!fine, "{:?}", spec.fault),
        }
        *seen.entry(format!("{:?}", spec.fault)).or_insert(0) += 1;
    }
    assert_eq!(seen.len(), 6, "{seen:?}");
}

/// What files of this kind begin with.
fn beginning(make: Make) -> &'static [u8] {
    match make {
        Make::Pdf => b"%PDF-",
        Make::Docx => b"PK\x03\x04",
        Make::WordXml => b"<?xml",
        Make::Rtf => b"{\\rtf1",
        Make::Html => b"<!DOCTYPE html>",
        Make::Text => b"",
    }
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|it| it == text.as_bytes())
}

#[test]
fn expected_badges_keep_to_the_rules() {
    let (account, truth, now) = (&world().account, &world().truth, Plan::default().now);
    for (place, row) in truth.rows.iter().enumerate().take(600) {
        for confidential in [Confidential::LeftOut, Confidential::Shown] {
            let why = withheld(account, place, now, confidential);
            let badge = truth.expected_badge(account, &[&row.contact], now, confidential);
            assert_eq!(badge.is_none(), why.is_some());
            let Some(badge) = badge else { continue };
            let listed: Vec<&Opportunity> = account.opportunities.iter().filter(|it| it.contact == place).collect();
            let shown = listed.iter().filter(|it| !it.confidential || confidential == Confidential::Shown).count();
            assert_eq!(badge.opportunities.len(), shown);
            assert_eq!((badge.status, &badge.stage), (badge.opportunities[0].status, &badge.opportunities[0].stage));
            assert_eq!(badge.opportunities[0].url, show_url(&badge.opportunities[0].id));
        }
        assert_eq!(row.withheld, withheld(account, place, now, Confidential::LeftOut));
    }
}

#[test]
fn an_expected_badge_is_the_json_of_the_interface() {
    let world = World::new(&Plan { seed: 7, profiles: 5, now: Millis(1_795_305_600_000), ..Plan::for_opportunities(5) });
    let shown = world.truth.rows.iter().find(|it| it.withheld.is_none()).expect("a contact that is shown");
    let badge = world.truth.expected_badge(&world.account, &[&shown.contact], Plan::default().now, Confidential::LeftOut);
    let json = serde_json::to_value(badge).expect("a badge is JSON");
    let keys: Vec<&str> = json.as_object().expect("an object").keys().map(String::as_str).collect();
    let wanted = "archive_reason archived_at contacts do_not_contact furthest_stage kind last_interaction_at opportunities recruiter \
                  snoozed_until stage status updated_at";
    assert_eq!(keys, wanted.split_whitespace().collect::<Vec<_>>());
}
