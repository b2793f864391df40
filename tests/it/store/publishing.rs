//! What a run stages, who sees it when, and what goes at once.

use super::*;
use acquaint::model::{LeftOut, ResumeStatus};
use acquaint::store::{Changed, ResumeOutcome};

pub(super) async fn what_is_staged_comes_back(home: Home) {
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    let claim = store.start_run(&name("a"), &order(RunKind::Full), NOW).await.expect("a claim");
    let full = |contact: &str, on: &str, decision| StagedContact {
        pairing: Some(pairing(contact, on, decision)),
        opportunities: vec![opportunity(contact, &format!("{contact}-o1"), "s-1"), silent_opportunity(contact, &format!("{contact}-o2"))],
        ..unmatched(contact)
    };
    let staged = [full("c-2", "p-1", Decision::Match), full("c-1", "p-1", Decision::Match), full("c-3", "p-2", Decision::Review)];
    store.stage(&claim, &staged).await.expect("staged");
    store.stage(&claim, &staged[..1]).await.expect("staged again");
    store.stage(&claim, &[unmatched("c-4")]).await.expect("staged");
    store.stage_reference(&claim, &reference("s-1")).await.expect("staged");
    assert_eq!(shown(&*store, "a", Set::Published).await, Vec::<String>::new());
    assert_eq!(shown(&*store, "a", Set::Staged(claim.run)).await.len(), 2);
    let left_out = vec![LeftOut { kind: "opportunity".into(), id: "o-9".into(), reason: "unreadable".into() }];
    let tally = Tally { pulled: 6, left_out_count: 1, left_out: left_out.clone(), ..Tally::default() };
    let end = Ending { tally: tally.clone(), ..ending(RunState::Published) };
    store.publish(&claim, &end, NOW.plus(-5)).await.expect("published");

    let badges = store.read(&name("a"), Set::Published, Which::Badges).await.expect("read");
    let of = |at: usize| (staged[at].pairing.clone().expect("a pairing"), staged[at].opportunities.clone());
    assert_eq!(badges.pairings, [of(1), of(0)]);
    assert_eq!((badges.checked_at, badges.reference.as_ref().clone()), (Some(end.finished_at), reference("s-1")));
    let read = async |which: Which<'_>| lines(&store.read(&name("a"), Set::Published, which).await.expect("read"));
    let [one, two, none] = ["p-1", "p-2", "p-3"].map(id::<ProfileId>);
    assert_eq!(read(Which::BadgesOf(&[one.clone(), two.clone(), none, one])).await.len(), 2);
    assert_eq!(read(Which::BadgesOf(&[])).await.len(), 0);
    assert_eq!(read(Which::AllOf(&two)).await, ["c-3>p-2@s-1,-"]);
    assert_eq!(store.changes(claim.run).await.expect("changes"), [change("p-1")]);
    let record = store.run(claim.run).await.expect("the run");
    assert_eq!((record.state, record.tally, record.finished_at), (RunState::Published, tally, Some(end.finished_at)));
    let now = store.tenant(&name("a")).await.expect("the tenant");
    assert_eq!((now.published_run, now.window_start), (Some(claim.run), Some(NOW.plus(-5))));
}

pub(super) async fn a_list_of_runs_names_some_of_what_they_left_out(home: Home) {
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    let claim = store.start_run(&name("a"), &order(RunKind::Full), NOW).await.expect("a claim");
    let left_out: Vec<_> =
        (0..1_001).map(|it| LeftOut { kind: "opportunity".into(), id: format!("o-{it}"), reason: "it broke".into() }).collect();
    let tally = Tally { left_out_count: 1_001, left_out: left_out.clone(), ..Tally::default() };
    store.end_run(&claim, &Ending { tally, ..ending(RunState::Failed) }, None).await.expect("ended");
    let listed = store.runs(&name("a"), 1).await.expect("runs").remove(0).tally;
    assert_eq!((listed.left_out_count, listed.left_out.as_slice()), (1_001, &left_out[..1_000]));
    assert_eq!(store.run(claim.run).await.expect("the run").tally.left_out, left_out, "the run itself names all");
}

/// A run of a large company changes more than anybody reads at once.
pub(super) async fn changes_are_read_in_parts(home: Home) {
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    let claim = store.start_run(&name("a"), &order(RunKind::Full), NOW).await.expect("a claim");
    let outcomes = [("p-1", Outcome::Added), ("p-2", Outcome::Removed), ("p-3", Outcome::Changed), ("p-4", Outcome::Removed)];
    let changes = outcomes.map(|(profile, outcome)| Change { outcome, ..change(profile) }).into();
    store.publish(&claim, &Ending { changes, ..ending(RunState::Published) }, NOW).await.expect("published");
    let part = async |which: Changed<'_>| {
        let read = store.changes_of(claim.run, which).await.expect("read");
        read.iter().map(|it| it.profile.to_string()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(part(Changed::All).await, "p-1 p-2 p-3 p-4");
    assert_eq!(part(Changed::After(None, 3)).await, "p-1 p-2 p-3");
    assert_eq!(part(Changed::After(Some(&id("p-3")), 3)).await, "p-4");
    assert_eq!(part(Changed::Gravest(3)).await, "p-2 p-4 p-3");
}

pub(super) async fn a_full_run_replaces_the_set(home: Home) {
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    let many: Vec<_> = (0..1_300).map(|it| badge(&format!("c-{it}"), &format!("p-{it}"), &format!("o-{it}"), "s-1")).collect();
    let first = publish(&*store, "a", &many).await;
    assert_eq!(shown(&*store, "a", Set::Published).await.len(), 1_300);
    let second = store.start_run(&name("a"), &order(RunKind::Full), NOW).await.expect("a claim");
    store.stage(&second, &[badge("c-1", "p-1", "o-1", "s-2")]).await.expect("staged");
    assert_eq!(shown(&*store, "a", Set::Published).await.len(), 1_300);
    store.publish(&second, &ending(RunState::Published), NOW).await.expect("published");
    assert_eq!(shown(&*store, "a", Set::Published).await, ["c-1>p-1@s-2"]);
    assert_eq!(home.rows_of(first.fence).await, []);

    for state in [RunState::Failed, RunState::Cancelled, RunState::DryRun] {
        let other = store.start_run(&name("a"), &order(RunKind::Full), NOW).await.expect("a claim");
        store.stage(&other, &[badge("c-9", "p-9", "o-9", "s-9")]).await.expect("staged");
        store.end_run(&other, &ending(state), None).await.expect("ended");
        assert_eq!(store.run(other.run).await.expect("the run").state, state);
        assert_eq!(home.rows_of(other.fence).await, []);
        assert_eq!(shown(&*store, "a", Set::Published).await, ["c-1>p-1@s-2"]);
    }
}

pub(super) async fn a_recent_run_replaces_its_contacts(home: Home) {
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    let mut base = ["c-1", "c-2", "c-3", "c-4"].map(|it| badge(it, &it.replace('c', "p"), &it.replace('c', "o"), "s-1"));
    base[3].opportunities.push(opportunity("c-4", "o-4b", "s-2"));
    let full = publish(&*store, "a", &base).await;
    let recent = store.start_run(&name("a"), &order(RunKind::Recent), NOW).await.expect("a claim");
    // c-1 moves on, c-2 matches nobody any more, and c-3 was merged into c-5, which has its opportunity now. One of c-4's is c-6's.
    let staged =
        [badge("c-1", "p-1", "o-1", "s-2"), unmatched("c-2"), badge("c-5", "p-3", "o-3", "s-1"), badge("c-6", "p-6", "o-4b", "s-2")];
    store.stage(&recent, &staged).await.expect("staged");
    let expected = ["c-1>p-1@s-2", "c-5>p-3@s-1", "c-4>p-4@s-1", "c-6>p-6@s-2"];
    assert_eq!(shown(&*store, "a", Set::Staged(recent.run)).await, expected);
    assert_eq!(shown(&*store, "a", Set::Published).await.len(), 4);
    store.publish(&recent, &ending(RunState::Published), NOW).await.expect("published");
    assert_eq!(shown(&*store, "a", Set::Published).await, expected);
    assert_eq!(home.rows_of(recent.fence).await, []);
    assert_eq!(store.tenant(&name("a")).await.expect("the tenant").published_run, Some(full.run));
}

pub(super) async fn removals_are_at_once(home: Home) {
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    let mut staged: Vec<_> = (1..5).map(|it| badge(&format!("c-{it}"), &format!("p-{it}"), &format!("o-{it}"), "s-1")).collect();
    staged[0].opportunities.push(opportunity("c-1", "o-1b", "s-2"));
    for it in &mut staged {
        it.resume = Some(resume(it.contact.as_str(), it.opportunities[0].id.as_str(), None));
    }
    let held = store.start_run(&name("a"), &order(RunKind::Full), NOW).await.expect("a claim");
    publish_under(&*store, held.clone(), &staged).await;
    let held = store.start_run(&name("a"), &order(RunKind::Full), NOW).await.expect("a claim");
    store.stage(&held, &staged).await.expect("staged");
    store.end_run(&held, &ending(RunState::Held), None).await.expect("held");

    let run = store.start_run(&name("a"), &order(RunKind::Full), NOW).await.expect("a claim");
    store.remove_now(&run, &[contact("c-2")], &[id("o-1"), id("o-3")]).await.expect("removed");
    store.end_run(&run, &ending(RunState::Failed), None).await.expect("failed");
    for set in [Set::Published, Set::Staged(held.run)] {
        assert_eq!(shown(&*store, "a", set).await, ["c-1>p-1@s-2", "c-4>p-4@s-1"]);
    }
    // The copy that look-ups read goes with the first of its opportunities.
    let copied = home.raw("SELECT DISTINCT contact FROM pairing WHERE told IS NOT NULL").await;
    assert_eq!(copied, ["c-4"]);
    assert_eq!(home.raw("SELECT told FROM pairing WHERE told LIKE '%o-1%' OR told LIKE '%o-3%'").await.len(), 0);
    let resumes = store.resume_outcomes(&name("a")).await.expect("resumes");
    assert_eq!(resumes.iter().map(|it| it.contact.as_str()).collect::<Vec<_>>(), ["c-4"]);
    store.publish_held(&name("a"), held.run, NOW).await.expect("published");
    assert_eq!(shown(&*store, "a", Set::Published).await, ["c-1>p-1@s-2", "c-4>p-4@s-1"]);
}

async fn publish_under(store: &dyn Store, claim: Claim, contacts: &[StagedContact]) {
    store.stage(&claim, contacts).await.expect("staged");
    store.publish(&claim, &ending(RunState::Published), NOW).await.expect("published");
}

/// While sets of two sizes take turns, no reader sees a part of one or of both.
pub(super) async fn readers_see_one_set(home: Home) {
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    let set = |stage: &str, size: usize| -> Vec<_> {
        (0..size).map(|it| badge(&format!("c-{it}"), &format!("p-{it}"), &format!("o-{it}"), stage)).collect()
    };
    publish(&*store, "a", &set("s-40", 40)).await;
    let done = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let readers = (0..3).map(|_| {
        let (store, done) = (Arc::clone(&store), Arc::clone(&done));
        tokio::spawn(async move {
            let ids: Vec<ProfileId> = (0..60).map(|it| id(&format!("p-{it}"))).collect();
            let mut reads = 0;
            while !done.load(std::sync::atomic::Ordering::Relaxed) || reads == 0 {
                let read = store.read(&name("a"), Set::Published, Which::Badges).await.expect("read");
                let pairings = store.look_up(&name("a"), &ids, None).await.expect("looked up").pairings;
                for seen in [lines(&read), lines(&Published { pairings, ..read })] {
                    let whole = format!("@s-{}", seen.len());
                    assert!(seen.iter().all(|it| it.ends_with(&whole)), "a mixture of {} badges", seen.len());
                }
                reads += 1;
            }
        })
    });
    let readers: Vec<_> = readers.collect();
    for _ in 0..5 {
        publish(&*store, "a", &set("s-60", 60)).await;
        let recent = store.start_run(&name("a"), &order(RunKind::Recent), NOW).await.expect("a claim");
        publish_under(&*store, recent, &set("s-60", 60)).await;
        publish(&*store, "a", &set("s-40", 40)).await;
    }
    done.store(true, std::sync::atomic::Ordering::Relaxed);
    for it in readers {
        it.await.expect("a reader saw one set at a time");
    }
}

pub(super) async fn what_changed_is_kept_for_ninety_days(home: Home) {
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    let old = publish(&*store, "a", &[]).await;
    let at = async |days: i64| store.start_run(&name("a"), &order(RunKind::Full), NOW.plus(days * DAY)).await;
    let run = at(89).await.expect("a claim");
    assert_eq!(store.changes(old.run).await.expect("changes").len(), 1);
    store.end_run(&run, &ending(RunState::Failed), None).await.expect("ended");
    at(91).await.expect("a claim");
    assert_eq!(store.changes(old.run).await.expect("changes"), []);
    assert_eq!(store.run(old.run).await.expect("its record stays").state, RunState::Published);
    assert!(matches!(store.changes(acquaint::model::RunId::at(NOW)).await, Err(StoreError::Unknown(Thing::Run))));
}

fn resume(of: &str, opportunity_id: &str, pairing: Option<Pairing>) -> ResumeOutcome {
    let status = if pairing.is_some() { ResumeStatus::Ok } else { ResumeStatus::Unavailable };
    let resume = pairing.is_some().then(|| id("r-1"));
    ResumeOutcome { contact: id(of), opportunity: id(opportunity_id), resume, status, stamp: i64::MIN, pairing }
}

pub(super) async fn resumes_and_shared_values_come_back(home: Home) {
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    let outcomes = [resume("c-1", "o-1", None), resume("c-2", "o-2", Some(pairing("c-2", "p-2", Decision::Review)))];
    let staged = outcomes.clone().map(|it| StagedContact { resume: Some(it.clone()), ..unmatched(it.contact.as_str()) });
    let hashes = [[0; 16], [0xab; 16]];
    let claim = store.start_run(&name("a"), &order(RunKind::Full), NOW).await.expect("a claim");
    store.stage(&claim, &staged).await.expect("staged");
    store.stage_shared(&claim, &hashes).await.expect("staged");
    store.stage_shared(&claim, &hashes[..1]).await.expect("staged again");
    assert_eq!(store.shared(&name("a")).await.expect("shared"), Vec::<[u8; 16]>::new());
    store.publish(&claim, &ending(RunState::Published), NOW).await.expect("published");
    assert_eq!(store.resume_outcomes(&name("a")).await.expect("resumes"), outcomes);
    assert_eq!(store.shared(&name("a")).await.expect("shared"), hashes);

    // A recent run that says nothing of the shared values and the lists leaves them as they are.
    let recent = store.start_run(&name("a"), &order(RunKind::Recent), NOW).await.expect("a claim");
    publish_under(&*store, recent, &[unmatched("c-1")]).await;
    assert_eq!(store.shared(&name("a")).await.expect("shared"), hashes);
    assert_eq!(store.resume_outcomes(&name("a")).await.expect("resumes"), outcomes[1..]);
}

fn level_count(feature: Feature, people: u32, shift: f64) -> LevelCount {
    LevelCount { feature, level: Level::Differs, people, shift }
}

pub(super) async fn what_is_learnt_is_published_with_its_run(home: Home) {
    let store = home.open().await;
    for it in ["a", "b"] {
        store.add_tenant(&tenant(it)).await.expect("added");
    }
    let learnt = async |of: &str| store.level_counts(&name(of)).await.expect("read");
    let [old, new] = [20, 400].map(|people| [level_count(Feature::Location, people, 0.25), level_count(Feature::Title, people, -1.0)]);
    let claim = store.start_run(&name("a"), &order(RunKind::Full), NOW).await.expect("a claim");
    store.stage_level_counts(&claim, &new).await.expect("staged");
    store.stage_level_counts(&claim, &old).await.expect("staged again");
    assert_eq!(learnt("a").await, []);
    store.publish(&claim, &ending(RunState::Published), NOW).await.expect("published");
    assert_eq!((learnt("a").await, learnt("b").await), (old.to_vec(), Vec::new()));

    // A run that comes to nothing, and a recent one, leave it as it is; a held one has its say when it is published.
    let recent = store.start_run(&name("a"), &order(RunKind::Recent), NOW).await.expect("a claim");
    publish_under(&*store, recent, &[unmatched("c-1")]).await;
    for state in [RunState::Failed, RunState::Held] {
        let claim = store.start_run(&name("a"), &order(RunKind::Full), NOW).await.expect("a claim");
        store.stage_level_counts(&claim, &new).await.expect("staged");
        store.end_run(&claim, &ending(state), Some(NOW).filter(|_| state == RunState::Held)).await.expect("ended");
        assert_eq!(learnt("a").await, old);
        if state == RunState::Held {
            store.publish_held(&name("a"), claim.run, NOW).await.expect("published");
        } else {
            assert_eq!(home.rows_of(claim.fence).await, []);
        }
    }
    assert_eq!(learnt("a").await, new);
    publish(&*store, "a", &[]).await;
    assert_eq!(learnt("a").await, [], "a full run replaces the set");
}

/// The database itself refuses a count that could speak of somebody.
pub(super) async fn nothing_is_kept_of_few_people(home: Home) {
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    let claim = store.start_run(&name("a"), &order(RunKind::Full), NOW).await.expect("a claim");
    let cells = [level_count(Feature::Location, 20, 0.0), level_count(Feature::Title, 19, 0.0)];
    assert!(matches!(store.stage_level_counts(&claim, &cells).await, Err(StoreError::Database(_))));
    store.stage_level_counts(&claim, &cells[..1]).await.expect("staged");
    store.publish(&claim, &ending(RunState::Published), NOW).await.expect("published");
    assert_eq!(store.level_counts(&name("a")).await.expect("read"), cells[..1]);
}

pub(super) async fn a_profile_removed_meanwhile_gets_no_badge(home: Home) {
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    store.put_profiles(&[profile("p-1", "x")], NOW).await.expect("put");
    let claim = store.start_run(&name("a"), &order(RunKind::Full), NOW).await.expect("a claim");
    store.remove_profiles(&[id("p-1")], NOW).await.expect("removed");
    store.stage(&claim, &[badge("c-1", "p-1", "o-1", "s-1")]).await.expect("staged");
    store.publish(&claim, &ending(RunState::Published), NOW).await.expect("published");
    assert_eq!(shown(&*store, "a", Set::Published).await, Vec::<String>::new());
    assert_eq!(home.rows_of(claim.fence).await, []);
}
