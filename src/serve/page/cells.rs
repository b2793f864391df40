//! Lines of cells, as spreadsheets write them and people paste them.

/// What parts cells. A list does not say which of them it has.
const PARTS: [char; 3] = [',', ';', '\t'];

/// The lines of a text, each with those of its cells that say something. A quoted cell may hold what parts cells, and ends of lines; a
/// quote that is not closed at the end of a cell parts nothing.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Vec<String>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (cells, after) = (!rest.is_empty()).then(|| quoted(rest).unwrap_or_else(|| plain(rest)))?;
        rest = after;
        Some(cells)
    })
}

/// The first line and what follows it; none where a quote is not closed as it should be.
fn quoted(text: &str) -> Option<(Vec<String>, &str)> {
    let (mut cells, mut cell, mut open) = (Vec::new(), String::new(), false);
    let mut signs = text.chars();
    while let Some(sign) = signs.next() {
        match sign {
            // Two quotes within quotes are one that is meant.
            '"' if open && signs.as_str().starts_with('"') => cell.extend(signs.next()),
            '"' if open && !ends_cell(signs.as_str()) => return None,
            '"' if open || cell.trim().is_empty() => open = !open,
            '\n' if !open => break,
            _ if !open && PARTS.contains(&sign) => cells.push(std::mem::take(&mut cell)),
            _ => cell.push(sign),
        }
    }
    cells.push(cell);
    (!open).then(|| (said(cells.iter().map(|it| it.trim())), signs.as_str()))
}

fn ends_cell(rest: &str) -> bool {
    let rest = rest.trim_start_matches([' ', '\r']);
    rest.is_empty() || rest.starts_with('\n') || rest.starts_with(PARTS)
}

fn plain(text: &str) -> (Vec<String>, &str) {
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    (said(line.split(PARTS).map(|it| it.trim().trim_matches('"').trim())), rest)
}

fn said<'a>(cells: impl Iterator<Item = &'a str>) -> Vec<String> {
    cells.filter(|it| !it.is_empty()).map(str::to_owned).collect()
}
