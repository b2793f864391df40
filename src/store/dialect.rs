//! Statements and rows in PostgreSQL's words.

use super::database::{Arg, Statement};

/// The statements are SQLite's. Four things differ: `json_each($3)` gives rows with a column `value` (texts where it is called `ids`), an
/// index is not told, what makes JSON has other names, and a text has to be called JSON before anything is taken out of it.
pub(super) fn translated(statement: Statement) -> String {
    const LIST: &str = "json_each(";
    let statement = statement.replace(" INDEXED BY pairing_profile", "");
    let statement = statement.replace("json_group_array(", "json_agg(").replace("json_array(", "json_build_array(");
    let statement = statement.replace("tally ->> ", "tally::jsonb ->> ").replace("json(o.stages_seen)", "o.stages_seen::json");
    let mut parts = statement.split(LIST);
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (arg, rest) = part.split_once(')').unwrap_or((part, ""));
        let (made, rest) = match rest.strip_prefix(" ids") {
            Some(rest) => (format!("jsonb_array_elements_text({arg}::jsonb) AS ids(value)"), rest),
            None => (format!("jsonb_array_elements({arg}::jsonb) AS listed(value)"), rest),
        };
        text.push_str(&made);
        text.push_str(rest);
    }
    text
}

/// Rows as `COPY` reads them (the manual, "COPY", "Text Format").
pub(super) fn lines(rows: &[&[Arg<'_>]]) -> Vec<u8> {
    let mut text = String::new();
    for row in rows {
        for (at, value) in row.iter().enumerate() {
            text.push_str(if at == 0 { "" } else { "\t" });
            match *value {
                Arg::Int(Some(it)) => text.push_str(&it.to_string()),
                Arg::Text(Some(it)) => it.chars().for_each(|it| match it {
                    '\\' => text.push_str("\\\\"),
                    '\t' => text.push_str("\\t"),
                    '\n' => text.push_str("\\n"),
                    '\r' => text.push_str("\\r"),
                    it => text.push(it),
                }),
                Arg::Bytes(Some(it)) => {
                    text.push_str("\\\\x");
                    it.iter().for_each(|it| text.push_str(&format!("{it:02x}")));
                }
                Arg::Int(None) | Arg::Text(None) | Arg::Bytes(None) => text.push_str("\\N"),
            }
        }
        text.push('\n');
    }
    text.into_bytes()
}
