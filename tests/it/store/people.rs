//! Profiles: written when they differ, removed for every tenant, told of in order.

use super::*;
use acquaint::store::Upserted;

pub(super) async fn profiles_are_written_when_they_differ(home: Home) {
    let store = home.open().await;
    let put = async |batch: &[Profile]| store.put_profiles(batch, NOW).await.expect("put");
    assert_eq!(put(&[]).await, Upserted::default());
    assert_eq!(put(&[profile("p-1", "x"), profile("p-2", "x")]).await, Upserted { added: 2, ..Upserted::default() });
    assert_eq!(put(&[profile("p-2", "x"), profile("p-1", "y")]).await, Upserted { changed: 1, same: 1, added: 0 });
    // Twice in one batch: the last one counts.
    assert_eq!(put(&[profile("p-3", "x"), profile("p-3", "y"), profile("p-3", "y")]).await, Upserted { added: 1, changed: 1, same: 1 });
    let ids: Vec<ProfileId> = ["p-3", "p-9", "p-1", "p-3"].map(id).to_vec();
    let found = store.profiles(&ids).await.expect("found");
    let found: Vec<_> = found.iter().map(|it| (it.id.as_str(), it.headline.as_deref().unwrap_or_default())).collect();
    assert_eq!(found, [("p-3", "y"), ("p-1", "y"), ("p-3", "y")]);
    assert_eq!(store.profile_count().await.expect("count").0, 3);
}

pub(super) async fn a_removed_profile_ends_its_badges(home: Home) {
    let store = home.open().await;
    store.put_profiles(&[profile("p-1", "x"), profile("p-2", "x")], NOW).await.expect("put");
    for it in ["a", "b"] {
        store.add_tenant(&tenant(it)).await.expect("added");
        publish(&*store, it, &[badge("c-1", "p-1", "o-1", "s-1"), badge("c-2", "p-2", "o-2", "s-1")]).await;
    }
    assert_eq!(store.remove_profiles(&[id("p-1"), id("p-9")], NOW).await.expect("removed"), 1);
    assert_eq!(store.remove_profiles(&[id("p-1")], NOW).await.expect("removed"), 0);
    for it in ["a", "b"] {
        assert_eq!(shown(&*store, it, Set::Published).await, ["c-2>p-2@s-1"]);
    }
    assert_eq!(home.raw("SELECT DISTINCT contact FROM opportunity").await, ["c-2"]);
    assert!(store.profiles(&[id("p-1")]).await.expect("found").is_empty());
    assert_eq!(store.profile_count().await.expect("count").0, 1);
    let back = store.put_profiles(&[profile("p-1", "x")], NOW).await.expect("put");
    assert_eq!(back.added, 1);
}

pub(super) async fn changes_of_profiles_come_in_order(home: Home) {
    let store = home.open().await;
    assert_eq!(store.profile_count().await.expect("count"), (0, 0));
    let batch: Vec<Profile> = (0..25).map(|it| profile(&format!("p-{it}"), "x")).collect();
    store.put_profiles(&batch, NOW).await.expect("put");
    store.put_profiles(&[profile("p-3", "y")], NOW).await.expect("put");
    store.remove_profiles(&[id("p-4")], NOW).await.expect("removed");

    let (mut seen, mut at) = (Vec::new(), 0);
    loop {
        let page = store.profiles_after(at, 10).await.expect("page");
        let Some(last) = page.last() else { break };
        assert!(page.iter().map(|it| it.revision).is_sorted() && page[0].revision > at);
        at = last.revision;
        seen.extend(page.into_iter().map(|it| (it.id.to_string(), it.profile.map(|it| it.headline))));
    }
    assert_eq!(seen.len(), 25);
    assert_eq!(seen[23], ("p-3".to_owned(), Some(Some("y".to_owned()))));
    assert_eq!(seen[24], ("p-4".to_owned(), None));
    assert_eq!(store.profile_count().await.expect("count"), (24, at));
}

pub(super) async fn odd_text_comes_back_as_it_was(home: Home) {
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    let long = "ü".repeat(100);
    let huge = "x".repeat(10 << 20);
    for odd in ["'; DROP TABLE run; --", "\"quoted\"\\", "[1,{}]", "null", "12e3", "\u{202e}rtl \u{1f600}", "json_each($1)", "a\nb", &long]
    {
        let mut it = profile(odd, "zero \u{0} inside");
        it.name = if odd == "null" { huge.clone() } else { odd.into() };
        store.put_profiles(std::slice::from_ref(&it), NOW).await.expect("put");
        assert!(store.profiles(&[id(odd)]).await.expect("found") == [it], "{odd}");
        publish(&*store, "a", &[badge(odd, odd, odd, odd)]).await;
        assert_eq!(shown(&*store, "a", Set::Published).await, [format!("{odd}>{odd}@{odd}")]);
    }
}

/// More than travel as values of one statement: where they are copied, what a copy is written in must not be taken for part of it.
pub(super) async fn many_at_once_come_back_as_they_were(home: Home) {
    let store = home.open().await;
    let odd = ["\\", "\t", "\n", "\r", "\\N", "\\.", "\\\\x41", "a\tb\\n", "\u{1f600}", "\u{8}"];
    let all: Vec<Profile> = (0..1_500).map(|it| profile(&format!("p{}-{it}", odd[it % odd.len()]), odd[it % odd.len()])).collect();
    let counts = |it: Upserted| (it.added, it.changed, it.same);
    assert_eq!(counts(store.put_profiles(&all, NOW).await.expect("put")), (1_500, 0, 0));
    assert_eq!(counts(store.put_profiles(&all, NOW).await.expect("put")), (0, 0, 1_500));
    let ids: Vec<ProfileId> = all.iter().map(|it| it.id.clone()).collect();
    assert!(store.profiles(&ids).await.expect("found") == all);
    let others: Vec<Profile> = all.iter().map(|it| Profile { headline: Some("another".into()), ..it.clone() }).collect();
    assert_eq!(counts(store.put_profiles(&others, NOW).await.expect("put")), (0, 1_500, 0));
    assert_eq!(store.profile_count().await.expect("count"), (1_500, store.profiles_revision().await.expect("read")));
    assert_eq!(store.remove_profiles(&ids, NOW).await.expect("removed"), 1_500);
    assert_eq!(store.profile_count().await.expect("count").0, 0);
}

/// PostgreSQL has no text with a NUL in it: one stands for none in what is shown, and ids may not have it.
pub(super) async fn a_nul_in_a_text_harms_nothing(home: Home) {
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    let claim = store.start_run(&name("a"), &order(RunKind::Full), NOW).await.expect("a claim");
    let mut lists = reference("s-1");
    lists.stages.get_mut(&id::<StageId>("s-1")).expect("a stage").text = "On\u{0}site \\u0000".into();
    store.stage_reference(&claim, &lists).await.expect("staged");
    store.stage(&claim, &[badge("c-1", "p-1", "o-1", "s-1")]).await.expect("staged");
    store.publish(&claim, &ending(RunState::Published), NOW).await.expect("published");
    let seen = store.read(&name("a"), Set::Published, Which::Badges).await.expect("read");
    assert_eq!(seen.reference.stages[&id::<StageId>("s-1")].text, "On\u{fffd}site \\u0000");
    assert_eq!(ContactId::new("c\u{0}1"), Err(acquaint::model::BadId::Nul));
}
