//! OAuth connections: kept whole, and renewed by one at a time.

use super::*;
use acquaint::store::{Connection, Renewal};

fn connection(tokens: Option<u8>) -> Connection {
    Connection {
        sealed_app: vec![1, 0],
        sealed_tokens: tokens.map(|it| vec![it]),
        granted_at: Some(NOW),
        renewed_at: None,
        unanswered: false,
    }
}

/// A tenant `a` that is connected, with tokens `[1]`.
async fn connected(store: &dyn Store) {
    store.add_tenant(&tenant("a")).await.expect("added");
    store.connect(&name("a"), &connection(Some(1)), &[7]).await.expect("connected");
}

async fn tokens(store: &dyn Store) -> (Option<Vec<u8>>, bool) {
    let it = store.connection(&name("a")).await.expect("read").expect("a connection");
    (it.sealed_tokens, it.unanswered)
}

pub(super) async fn a_connection_takes_the_place_of_a_key(home: Home) {
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    store.add_tenant(&tenant("b")).await.expect("added");
    assert!(store.connection(&name("a")).await.expect("read").is_none());
    assert!(matches!(store.claim_renewal(&name("a"), NOW).await, Err(StoreError::Unknown(Thing::Connection))));
    assert!(matches!(store.connect(&name("nobody"), &connection(None), &[7]).await, Err(StoreError::Unknown(Thing::Tenant))));
    store.connect(&name("a"), &connection(None), &[9]).await.expect("connected");
    let found = store.tenant(&name("a")).await.expect("found");
    assert_eq!((found.sealed_key, found.sealed_secret), (Vec::new(), vec![9]), "one way in, and secrets of one master key");
    assert_eq!(tokens(&*store).await, (None, false));
    store.connect(&name("a"), &connection(Some(3)), &[9]).await.expect("connected again");
    let it = store.connection(&name("a")).await.expect("read").expect("a connection");
    assert_eq!((it.sealed_app, it.sealed_tokens, it.granted_at, it.renewed_at), (vec![1, 0], Some(vec![3]), Some(NOW), None));
    assert!(store.connection(&name("b")).await.expect("read").is_none(), "another tenant's");
    store.set_key(&name("a"), &[5], &[9]).await.expect("set");
    assert!(store.connection(&name("a")).await.expect("read").is_none(), "a key takes its place");
}

pub(super) async fn one_renewal_at_a_time(home: Home) {
    let stores = [home.open().await, home.open().await];
    connected(&*stores[0]).await;
    let tries = (0..8).map(|it| {
        let store = Arc::clone(&stores[it % 2]);
        tokio::spawn(async move { store.claim_renewal(&name("a"), NOW).await })
    });
    let mut won = Vec::new();
    for it in tries.collect::<Vec<_>>() {
        match it.await.expect("no panic") {
            Ok(it) => won.push(it),
            Err(error) => assert!(matches!(error, StoreError::Busy(Rival::Renewal | Rival::Writer)), "{error}"),
        }
    }
    let [(turn, before)] = won.as_slice() else { panic!("{} have the turn", won.len()) };
    assert_eq!((before.sealed_tokens.as_deref(), before.unanswered), (Some([1].as_slice()), false));
    assert_eq!(tokens(&*stores[1]).await, (Some(vec![1]), true), "that it was begun is written down before Lever is asked");
    stores[0].end_renewal(turn, Renewal::Done(&[2], NOW.plus(5))).await.expect("kept");
    assert_eq!(tokens(&*stores[1]).await, (Some(vec![2]), false));
    assert_eq!(stores[1].connection(&name("a")).await.expect("read").expect("there").renewed_at, Some(NOW.plus(5)));
    for (outcome, unanswered) in [(Renewal::Unanswered, true), (Renewal::Unchanged, false)] {
        let (turn, _) = stores[1].claim_renewal(&name("a"), NOW).await.expect("free again");
        stores[1].end_renewal(&turn, outcome).await.expect("ended");
        assert_eq!(tokens(&*stores[0]).await, (Some(vec![2]), unanswered));
    }
}

pub(super) async fn a_renewal_that_lost_its_turn_keeps_nothing(home: Home) {
    let store = home.open().await;
    connected(&*store).await;
    let (old, _) = store.claim_renewal(&name("a"), NOW).await.expect("a turn");
    assert!(matches!(store.claim_renewal(&name("a"), NOW.plus(149_000)).await, Err(StoreError::Busy(Rival::Renewal))));
    let (new, before) = store.claim_renewal(&name("a"), NOW.plus(151_000)).await.expect("taken over");
    assert!(before.unanswered && new.number > old.number);
    assert!(matches!(store.end_renewal(&old, Renewal::Done(&[2], NOW)).await, Err(StoreError::LostClaim)));
    assert_eq!(tokens(&*store).await, (Some(vec![1]), true));
    // A person who connects again ends what is under way.
    store.connect(&name("a"), &connection(Some(4)), &[7]).await.expect("connected");
    assert!(matches!(store.end_renewal(&new, Renewal::Done(&[3], NOW)).await, Err(StoreError::LostClaim)));
    assert_eq!(tokens(&*store).await, (Some(vec![4]), false));
}

pub(super) async fn a_dead_renewal_is_succeeded_at_once(home: Home) {
    let store = home.open().await;
    connected(&*store).await;
    let mut child = std::process::Command::new("true").spawn().expect("a process");
    let dead = child.id();
    child.wait().expect("it ended");
    store.claim_renewal(&name("a"), NOW).await.expect("a turn");
    let owner = home.raw("SELECT owner FROM oauth").await.remove(0);
    let (place, _) = owner.rsplit_once(&format!(" {} ", std::process::id())).expect("the owner names us");
    home.raw(&format!("UPDATE oauth SET owner = '{place} {dead} 1'")).await;
    let (_, before) = store.claim_renewal(&name("a"), NOW).await.expect("succeeded");
    assert!(before.unanswered, "what became of the other's request nobody knows");
}
