//! What is kept instead, read row by row: the search looks at the right place, and finds only what the ledger names.

use super::home::Home;
use acquaint::index::{DiskIndex, Index, values};
use acquaint::model::TenantName;
use acquaint::secrets::{KeySource, MasterKey, keyed_hash};
use acquaint::store::{self, Location};
use sqlx::{AssertSqlSafe, Connection, SqliteConnection};
use std::collections::HashSet;

/// After a run that is done.
pub(super) fn is_the_ledger(home: &Home) {
    let runtime = runtime();
    let rows = runtime.block_on(rows(home));
    let found = home.needles().within(rows.as_bytes());
    assert!(found.is_empty(), "{found:?}");
    // Ids of those who were looked at are kept, and of nobody who is withheld: so these are the rows of that very run.
    for canary in &home.town.canaries {
        let kept = rows.contains(&canary.contact);
        let expected = match canary.label {
            "matched" | "review" | "resume" => true,
            "withheld" => false,
            // A near miss is kept only when it is likely enough.
            _ => continue,
        };
        assert_eq!(kept, expected, "{}", canary.label);
    }
    the_index_knows_none(home);
    runtime.block_on(shared_values_are_shared(home));
}

/// How reading a contact's résumé went.
pub(super) fn resume_of(home: &Home, contact: &str) -> String {
    let statement = "SELECT status FROM resume WHERE contact = ?";
    runtime().block_on(async { sqlx::query_scalar(statement).bind(contact).fetch_one(&mut connection(home).await).await.expect("a row") })
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

async fn connection(home: &Home) -> SqliteConnection {
    let url = format!("sqlite://{}", home.path("data/acquaint.sqlite").display());
    SqliteConnection::connect(&url).await.expect("a connection")
}

/// All rows of all tables as text, since what is long is cut into pages of the file.
async fn rows(home: &Home) -> String {
    let mut it = connection(home).await;
    let columns = "SELECT 'SELECT coalesce(group_concat(quote(' || c.name || ') || '' '' || hex(' || c.name || '), char(10)), '''') FROM ' || t.name \
                   FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'";
    let statements: Vec<String> = sqlx::query_scalar(columns).fetch_all(&mut it).await.expect("columns");
    assert!(statements.len() > 60, "the whole ledger");
    let mut text = String::new();
    for statement in statements {
        text += &sqlx::query_scalar::<_, String>(AssertSqlSafe(statement)).fetch_one(&mut it).await.expect("rows");
        text.push('\n');
    }
    text
}

/// The index keeps hashes of profiles: none that only a canary has.
fn the_index_knows_none(home: &Home) {
    let index = DiskIndex::open(&home.path("data/index")).expect("an index");
    for canary in &home.town.canaries {
        let own = [canary.person.view().identifiers(), values(&canary.person.view())].concat();
        let found = own.iter().filter(|it| index.frequency(**it).expect("counts") > 0).count();
        assert_eq!(found, 0, "{}", canary.label);
    }
}

/// Even keyed hashes are kept of values only that several people share.
async fn shared_values_are_shared(home: &Home) {
    let store = store::open(&Location::Embedded(home.path("data"))).await.expect("the store");
    let name = TenantName::new("acme").expect("a name");
    let tenant = store.tenant(&name).await.expect("the tenant");
    let key = MasterKey::load(&KeySource::MadeOnce(home.path("config/acquaint/key"))).expect("the key");
    let secret = key.open(&name, "tenant-secret", &tenant.sealed_secret).expect("the secret");
    let shared: HashSet<_> = store.shared(&name).await.expect("hashes").into_iter().collect();
    let own = home.town.canaries.iter().flat_map(|it| it.person.view().identifiers());
    assert!(own.into_iter().all(|it| !shared.contains(&keyed_hash(&secret, &it.to_le_bytes()))), "a value of one person is kept");
}
