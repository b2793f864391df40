//! Users, sessions and tokens: found by their hashes, until they end.

use super::*;
use acquaint::model::{AccountName, Grant, Role};
use acquaint::store::{Account, Token};

fn account(name: &str, grant: Grant) -> Account {
    Account { name: AccountName::new(name).expect("a name"), grant, password: "$argon2id$".into(), created_at: NOW, seen_day: None }
}

fn token(id: &str, grant: Grant, expires_at: Option<Millis>) -> Token {
    Token { id: id.into(), grant, created_at: NOW, expires_at, seen_day: None }
}

pub(super) async fn a_user_signs_in_until_the_session_ends(home: Home) {
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    let (ana, kim) = (account("ana", Grant::Tenant(name("a"), Role::Sourcer)), account("kim", Grant::Installation));
    for it in [&kim, &ana] {
        store.add_account(it).await.expect("added");
    }
    assert!(matches!(store.add_account(&ana).await, Err(StoreError::Duplicate(Thing::User))));
    let names: Vec<_> = store.accounts().await.expect("users").into_iter().map(|it| (it.name.to_string(), it.grant)).collect();
    assert_eq!(names, [("ana".to_owned(), ana.grant.clone()), ("kim".to_owned(), Grant::Installation)]);

    let whose = async |hash: u8, now: Millis| store.session(&[hash; 32], now).await.expect("read").map(|it| it.name.to_string());
    store.begin_session(&[1; 32], &ana.name, NOW..NOW.plus(10)).await.expect("begun");
    assert_eq!(whose(1, NOW.plus(9)).await.as_deref(), Some("ana"));
    assert_eq!((whose(1, NOW.plus(10)).await, whose(2, NOW).await), (None, None));
    assert_eq!(store.account(&ana.name).await.expect("a user").seen_day, Some(NOW));
    store.begin_session(&[2; 32], &ana.name, NOW.plus(20)..NOW.plus(30)).await.expect("begun");
    assert_eq!(home.raw("SELECT CAST(count(*) AS TEXT) FROM session").await, ["1"], "what ended is swept");
    for first in [true, false] {
        assert_eq!(store.end_session(&[2; 32]).await.expect("ended"), first, "it ends once");
    }
    assert_eq!(whose(2, NOW.plus(21)).await, None);
    store.begin_session(&[3; 32], &ana.name, NOW..NOW.plus(10)).await.expect("begun");
    store.set_password(&ana.name, "$other$").await.expect("set");
    assert_eq!(whose(3, NOW).await, None);
    assert_eq!(store.account(&ana.name).await.expect("a user").password, "$other$");

    let nobody = AccountName::new("nobody").expect("a name");
    assert!(matches!(store.account(&nobody).await, Err(StoreError::Unknown(Thing::User))));
    assert!(matches!(store.set_password(&nobody, "x").await, Err(StoreError::Unknown(Thing::User))));
    assert!(matches!(store.remove_account(&nobody).await, Err(StoreError::Unknown(Thing::User))));
    assert!(matches!(store.begin_session(&[4; 32], &nobody, NOW..NOW).await, Err(StoreError::Unknown(Thing::User))));
    store.begin_session(&[5; 32], &ana.name, NOW..NOW.plus(10)).await.expect("begun");
    store.remove_account(&ana.name).await.expect("removed");
    assert_eq!(whose(5, NOW).await, None);
}

pub(super) async fn a_token_works_until_it_ends(home: Home) {
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    let (lasting, ending) =
        (token("t-1", Grant::Tenant(name("a"), Role::Admin), None), token("t-2", Grant::Installation, Some(NOW.plus(10))));
    store.add_token(&[1; 32], &lasting).await.expect("added");
    store.add_token(&[2; 32], &ending).await.expect("added");
    assert!(matches!(store.add_token(&[1; 32], &token("t-3", Grant::Installation, None)).await, Err(StoreError::Duplicate(Thing::Token))));
    let found = async |hash: u8, now: Millis| store.token(&[hash; 32], now).await.expect("read");
    // The day alone is kept.
    let used = Token { seen_day: Some(NOW), ..lasting.clone() };
    assert_eq!(found(1, NOW.plus(DAY - 1)).await, Some(used.clone()));
    assert_eq!(found(1, NOW.plus(DAY + 5)).await, Some(Token { seen_day: Some(NOW.plus(DAY)), ..lasting }));
    assert_eq!((found(2, NOW.plus(9)).await.is_some(), found(2, NOW.plus(10)).await, found(3, NOW).await), (true, None, None));
    assert_eq!(store.tokens().await.expect("tokens").iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), ["t-1", "t-2"]);
    store.remove_token("t-2").await.expect("revoked");
    assert!(matches!(store.remove_token("t-2").await, Err(StoreError::Unknown(Thing::Token))));
    assert_eq!(found(2, NOW).await, None);
}

pub(super) async fn a_removed_tenant_lets_nobody_in(home: Home) {
    let store = home.open().await;
    for it in ["a", "b"] {
        store.add_tenant(&tenant(it)).await.expect("added");
        store.add_account(&account(it, Grant::Tenant(name(it), Role::Admin))).await.expect("added");
    }
    store.begin_session(&[1; 32], &AccountName::new("a").expect("a name"), NOW..NOW.plus(10)).await.expect("begun");
    store.add_token(&[1; 32], &token("t-1", Grant::Tenant(name("a"), Role::Admin), None)).await.expect("added");
    store.remove_tenant(&name("a"), NOW).await.expect("removed");
    assert!(store.session(&[1; 32], NOW).await.expect("read").is_none() && store.token(&[1; 32], NOW).await.expect("read").is_none());
    assert_eq!(store.accounts().await.expect("users").len(), 1);
}

/// A look-up sees what a reading sees, and reads again what has changed since the one before.
pub(super) async fn a_look_up_sees_what_a_reading_sees(home: Home) {
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    store.put_profiles(&[profile("p-1", "x"), profile("p-2", "x")], NOW).await.expect("put");
    let ids: Vec<ProfileId> = ["p-2", "p-1", "p-9", "p-1"].map(id).to_vec();
    let before = store.look_up(&name("a"), &ids, None).await.expect("looked up");
    assert!(before.pairings.is_empty() && before.common.checked_at.is_none());
    assert!(matches!(store.look_up(&name("nobody"), &ids, None).await, Err(StoreError::Unknown(Thing::Tenant))));
    let mut known = before.common;
    for stage in ["s-1", "s-2"] {
        let claim = store.start_run(&name("a"), &order(RunKind::Full), NOW).await.expect("a claim");
        store.stage_reference(&claim, &reference(stage)).await.expect("staged");
        let doubt = StagedContact { pairing: Some(pairing("c-3", "p-1", Decision::Review)), ..badge("c-3", "p-1", "o-3", stage) };
        let near_miss = StagedContact { pairing: Some(pairing("c-4", "p-2", Decision::None)), ..badge("c-4", "p-2", "o-4", stage) };
        let set = [badge("c-1", "p-1", "o-1", stage), badge("c-2", "p-2", "o-2", stage), doubt, near_miss];
        store.stage(&claim, &set).await.expect("staged");
        let ended = Ending { finished_at: claim_time(&claim), ..ending(RunState::Published) };
        store.publish(&claim, &ended, NOW).await.expect("published");
        let read = store.read(&name("a"), Set::Published, Which::BadgesOf(&ids)).await.expect("read");
        for again in [false, true] {
            let seen = store.look_up(&name("a"), &ids, Some(Arc::clone(&known))).await.expect("looked up");
            assert_eq!((&seen.common.reference, seen.common.checked_at), (&read.reference, read.checked_at));
            assert_eq!(seen.pairings, read.pairings);
            let asked: Vec<_> = seen.questions.iter().map(|(it, of)| (it.contact.as_str(), it.profile.as_str(), of.len())).collect();
            assert_eq!(asked, [("c-3", "p-1", 1)], "who is in doubt, and nobody who is not");
            assert_eq!(Arc::ptr_eq(&seen.common, &known), again, "read again when it stands, or not when it does not");
            known = seen.common;
        }
    }
    let badged = async |after: Option<&str>, limit| {
        let after = after.map(id::<ProfileId>);
        store.badged(&name("a"), after.as_ref(), limit).await.expect("read").iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!((badged(None, 9).await, badged(None, 1).await), (vec!["p-1".into(), "p-2".into()], vec!["p-1".into()]));
    assert_eq!((badged(Some("p-1"), 9).await, badged(Some("p-2"), 9).await), (vec!["p-2".to_owned()], vec![]));
}

/// The copy that look-ups read holds whatever the columns hold; one that is none is damage, and never half a badge.
pub(super) async fn a_copy_is_read_as_it_was_written(home: Home) {
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    store.put_profiles(&[profile("p-1", "x"), profile("p-2", "x")], NOW).await.expect("put");
    let awkward = "\"\\[],null \u{8}\n\u{7f}\u{e9}\u{540d}\u{2028}";
    let mut odd = badge(awkward, "p-1", awkward, awkward);
    odd.opportunities[0].stages_seen = vec![id(awkward), id("]")];
    odd.opportunities[0].url = Some(awkward.into());
    odd.opportunities.push(silent_opportunity(awkward, "o-2"));
    let mut bare = badge("c-2", "p-2", "o-3", "s-1");
    bare.pairing.as_mut().expect("a pairing").evidence.clear();
    let claim = store.start_run(&name("a"), &order(RunKind::Full), NOW).await.expect("a claim");
    store.stage(&claim, &[odd, bare]).await.expect("staged");
    store.publish(&claim, &ending(RunState::Published), NOW).await.expect("published");
    let ids: Vec<ProfileId> = ["p-1", "p-2"].map(id).to_vec();
    let read = store.read(&name("a"), Set::Published, Which::BadgesOf(&ids)).await.expect("read");
    assert_eq!((read.pairings[0].1.len(), home.raw("SELECT contact FROM pairing WHERE told IS NOT NULL").await.len()), (2, 2));
    let looked_up = async || store.look_up(&name("a"), &ids, None).await.map(|it| it.pairings);
    assert_eq!(looked_up().await.expect("by the copies"), read.pairings);
    home.raw("UPDATE pairing SET told = NULL").await;
    assert_eq!(looked_up().await.expect("by the columns"), read.pairings);
    let (pairing, whole) = (r#"["c-2","p-2",4602462646390533120,[[["name","same",1.5,0]],[0.0,0.0,0.0,0.0]]"#, "[]");
    for damaged in [
        String::new(),
        "[".into(),
        "null".into(),
        format!("{pairing},{whole}"),
        format!("{pairing},{whole}]]"),
        format!("{pairing},[[\"o-3\"]]]"),
        format!("{pairing},[nil]]"),
        pairing.replace("c-2", "\\"),
        pairing.replace("c-2", r"\u00"),
        pairing.replace("c-2", "") + ",[]]",
        pairing.replace("46", "4x6") + ",[]]",
        pairing.replace("1.5", "much") + ",[]]",
        pairing.replace(",0]", ",-1]") + ",[]]",
    ] {
        home.raw(&format!("UPDATE pairing SET told = '{damaged}' WHERE contact = 'c-2'")).await;
        assert!(matches!(looked_up().await, Err(StoreError::Damaged)), "{damaged}");
    }
}

/// Each run ends at another moment.
fn claim_time(claim: &Claim) -> Millis {
    NOW.plus(claim.fence)
}
