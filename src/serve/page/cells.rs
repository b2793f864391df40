//! Lines of cells, as spreadsheets write them and people paste them.

/// What parts cells. A list does not say which of them it has.
const PARTS: [char; 3] = [',', ';', '\t'];

/// The lines of a text, each with those of its cells that say something. A quoted cell may hold what parts cells, and ends of lines; a
/// quote that is not closed at the end of a cell parts nothing.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Vec<String>> {
    // Quotes that are never closed go to the end of the text. To follow them again from each line would take the square of the time, so
    // lines that end before the place where quotes were last found wrong are taken as they stand.
    let (mut rest, mut after_wrong) = (text, text.len());
    std::iter::from_fn(move || {
        let (line, next) = (!rest.is_empty()).then(|| rest.split_once('\n').unwrap_or((rest, "")))?;
        let read = if next.len() > after_wrong { Err(after_wrong) } else { quoted(rest) };
        let cells;
        (cells, rest) = read.unwrap_or_else(|left| {
            after_wrong = left;
            (plain(line), next)
        });
        Some(cells)
    })
}

/// The first line and what follows it; how much follows the place where a quote is not closed as it should be.
fn quoted(text: &str) -> Result<(Vec<String>, &str), usize> {
    let (mut cells, mut cell, mut open) = (Vec::new(), String::new(), false);
    let mut signs = text.chars();
    while let Some(sign) = signs.next() {
        match sign {
            // Two quotes within quotes are one that is meant.
            '"' if open && signs.as_str().starts_with('"') => cell.extend(signs.next()),
            '"' if open && !ends_cell(signs.as_str()) => return Err(signs.as_str().len()),
            '"' if open || cell.is_empty() => open = !open,
            '\n' if !open => break,
            _ if !open && PARTS.contains(&sign) => cells.push(std::mem::take(&mut cell)),
            // What a cell begins with before anything is said is no part of it, and a quote may follow.
            _ if cell.is_empty() && sign.is_whitespace() => {}
            _ => cell.push(sign),
        }
    }
    cells.push(cell);
    if open { Err(0) } else { Ok((said(cells.iter().map(|it| it.trim())), signs.as_str())) }
}

fn ends_cell(rest: &str) -> bool {
    let rest = rest.trim_start_matches([' ', '\r']);
    rest.is_empty() || rest.starts_with('\n') || rest.starts_with(PARTS)
}

fn plain(line: &str) -> Vec<String> {
    said(line.split(PARTS).map(|it| it.trim().trim_matches('"').trim()))
}

fn said<'a>(cells: impl Iterator<Item = &'a str>) -> Vec<String> {
    cells.filter(|it| !it.is_empty()).map(str::to_owned).collect()
}
