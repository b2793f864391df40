//! The ledger is the schema: nothing is kept that it does not say.

use super::*;
use acquaint::store::ledger::{LEDGER, LEDGER_OF_POSTGRES};
use std::collections::BTreeSet;

pub(super) async fn the_schema_is_the_ledger(home: Home) {
    drop(home.open().await);
    let sql = match home.location {
        Location::Embedded(_) => {
            "SELECT t.name || '.' || c.name FROM sqlite_schema t JOIN pragma_table_xinfo(t.name) c \
                                  WHERE t.type IN ('table', 'view') AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        }
        Location::Postgres(_) => {
            "SELECT c.relname || '.' || a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid \
             WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped \
             AND c.relnamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname IN ('pg_catalog', 'information_schema', 'pg_toast'))"
        }
    };
    let kept: BTreeSet<String> = home.raw(sql).await.into_iter().collect();
    let more = if matches!(home.location, Location::Postgres(_)) { LEDGER_OF_POSTGRES } else { &[] };
    let columns = LEDGER.iter().chain(more).flat_map(|table| table.columns.iter().map(|(column, _)| format!("{}.{column}", table.name)));
    let told: BTreeSet<String> = columns.collect();
    assert_eq!(kept.difference(&told).collect::<Vec<_>>(), Vec::<&String>::new(), "kept, and not on the ledger");
    assert_eq!(told.difference(&kept).collect::<Vec<_>>(), Vec::<&String>::new(), "on the ledger, and not kept");
}

#[test]
fn every_column_has_its_reason() {
    for table in LEDGER.iter().chain(LEDGER_OF_POSTGRES) {
        let reasons = table.columns.iter().map(|(_, why)| *why).chain([table.why]);
        assert!(reasons.clone().all(|it| it.ends_with('.') && it.contains(' ')), "{}", table.name);
    }
}
