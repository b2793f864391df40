//! `acquaint resume FILE…`, and the hidden verb that is its child.

use super::{Context, Exit, Failure, files};
use crate::model::{RawPosition, RawResume, RawSchool, RawText, ResumeStatus};
use crate::resume::{self, Format, MAX_BYTES, Readers, Reading, Where};
use futures::StreamExt;
use serde::Serialize;
use std::io;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use tokio::io::AsyncReadExt;

/// Reads résumés and prints what they say: text, name, e-mails, phones, links both seen and behind a click, jobs and schools.
#[derive(clap::Args)]
#[command(after_help = "\
Each file is read in a contained process; PDF, DOCX, DOC, Word XML, ODT, RTF, HTML and plain text, at most 20 MB, the first 200
pages. Formats go by content, not by name.
Addresses and numbers of the candidate come first; those of referees, recruiters and firms come after them.

Status: ok, encrypted, no_text (a scan), garbled (text that is not language), unsupported, too_large, timeout, crashed.
Exit code: 0 when every file was ok; 4 when some were not, or could not be opened; 2 when none could be opened.

Examples:
  acquaint resume cv.pdf
  acquaint resume --json cvs/ 'more/*.docx' > read.jsonl")]
pub(super) struct Args {
    /// Files, folders with all that is in them, or patterns
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// Reads the files, several at a time, and prints them in the order given.
pub(super) async fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let children = std::thread::available_parallelism().map_or(2, NonZero::get).min(8);
    let readers = Readers::new(context.program()?, children);
    let files = files::files(&args.files);
    let readings = futures::stream::iter(&files).map(|file| read(&readers, file)).buffered(children);
    let (mut sheet, mut exit, mut unopened) = (Sheet::new(context), Exit::Ok, Vec::new());
    let mut readings = std::pin::pin!(readings);
    while let Some((file, outcome)) = readings.next().await {
        match outcome {
            Ok(reading) => {
                exit = exit.first(if reading.status == ResumeStatus::Ok { Exit::Ok } else { Exit::Partial });
                sheet.add(Row::new(file, reading));
            }
            Err(error) => unopened.push((file, error)),
        }
    }
    sheet.end();
    let code = if unopened.len() == files.len() { Exit::Usage } else { Exit::Partial };
    let tell = |(file, error): &(&PathBuf, io::Error)| context.output.failure(&not_opened(file, error, code));
    Ok(unopened.iter().map(tell).fold(exit, Exit::first))
}

/// The hidden verb.
#[derive(clap::Args)]
pub(super) struct ChildArgs {
    /// Say which layers of confinement there are, and end
    #[arg(long)]
    sandbox: bool,
}

/// Serves the parent on the other end of the pipe.
pub(super) fn serve_child(args: &ChildArgs, context: &Context) -> Result<Exit, Failure> {
    let failure = |error: io::Error| {
        let meaning = "this process reads résumés for another one, and was not given what it needs";
        Failure::new(Exit::Internal, format!("the pipe or the limits failed ({})", error.kind()), meaning, "run `acquaint resume FILE…`")
    };
    if args.sandbox {
        return resume::enter_sandbox().map(|it| context.output.object(&it)).map(|()| Exit::Ok).map_err(failure);
    }
    resume::serve_child().map(|()| Exit::Ok).map_err(failure)
}

async fn read<'a>(readers: &Readers, file: &'a PathBuf) -> (&'a PathBuf, io::Result<Reading>) {
    (file, open(readers, file).await)
}

/// A file that is too large by its size is not read at all; one that hides its size (a pipe) is read no further than it may be.
async fn open(readers: &Readers, file: &Path) -> io::Result<Reading> {
    let about = tokio::fs::metadata(file).await?;
    if about.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if about.len() > MAX_BYTES {
        return Ok(Reading::failed(ResumeStatus::TooLarge, Format::Unknown));
    }
    let mut bytes = Vec::new();
    tokio::fs::File::open(file).await?.take(MAX_BYTES + 1).read_to_end(&mut bytes).await?;
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(readers.read(RawResume::new(bytes).named(RawText::new(name))).await)
}

fn not_opened(file: &Path, error: &io::Error, code: Exit) -> Failure {
    let what = format!("{} cannot be opened: {}", file.display(), error.kind());
    let meaning = if code == Exit::Partial { "the file was left out; the others are read" } else { "nothing was read" };
    Failure::new(code, what, meaning, "check the name and the permissions")
}

/// One file's line of `--json`.
#[derive(Serialize)]
struct Row {
    file: String,
    format: Format,
    status: ResumeStatus,
    pages: usize,
    truncated: bool,
    text: String,
    name: Option<String>,
    emails: Vec<String>,
    phones: Vec<String>,
    links: Vec<Link>,
    positions: Vec<Position>,
    schools: Vec<School>,
}

#[derive(Serialize)]
struct Position {
    organization: Option<String>,
    title: Option<String>,
    start: Option<String>,
    end: Option<String>,
}

#[derive(Serialize)]
struct School {
    organization: Option<String>,
    degree: Option<String>,
    field: Option<String>,
    start: Option<String>,
    end: Option<String>,
}

#[derive(Serialize)]
struct Link {
    url: String,
    #[serde(rename = "where")]
    place: Where,
}

fn shown(text: Option<RawText>) -> Option<String> {
    text.map(RawText::reveal)
}

impl Position {
    fn of(it: RawPosition) -> Self {
        Self { organization: shown(it.organization), title: shown(it.title), start: shown(it.start), end: shown(it.end) }
    }
}

impl School {
    fn of(it: RawSchool) -> Self {
        let (degree, field) = (shown(it.degree), shown(it.field));
        Self { organization: shown(it.organization), degree, field, start: shown(it.start), end: shown(it.end) }
    }
}

impl Row {
    fn new(file: &Path, reading: Reading) -> Self {
        let reveal = |list: Vec<RawText>| list.into_iter().map(RawText::reveal).collect();
        Self {
            file: file.display().to_string(),
            format: reading.format,
            status: reading.status,
            pages: reading.pages,
            truncated: reading.truncated,
            text: reading.text.reveal(),
            name: shown(reading.name),
            emails: reveal(reading.emails),
            phones: reveal(reading.phones),
            links: reading.links.into_iter().map(|(url, place)| Link { url: url.reveal(), place }).collect(),
            positions: reading.positions.into_iter().map(Position::of).collect(),
            schools: reading.schools.into_iter().map(School::of).collect(),
        }
    }

    /// What fits beside others: all but the text, with this between the entries of a list.
    fn cells(self, between: &str) -> [String; 8] {
        let mut links: Vec<String> = Vec::new();
        for Link { url, .. } in self.links {
            if !links.contains(&url) {
                links.push(url);
            }
        }
        let pages = format!("{}{}", self.pages, if self.truncated { "+" } else { "" });
        let (format, status) = (self.format.as_str().to_owned(), self.status.as_str().to_owned());
        [
            self.file,
            status,
            format,
            pages,
            self.name.unwrap_or_default(),
            self.emails.join(between),
            self.phones.join(between),
            links.join(between),
        ]
    }
}

/// Where rows go: JSON and plain lines as they come, a table when all are there.
struct Sheet<'a> {
    context: &'a Context,
    table: Option<comfy_table::Table>,
}

impl<'a> Sheet<'a> {
    fn new(context: &'a Context) -> Self {
        let table = context.output.table().then(|| {
            let mut table = comfy_table::Table::new();
            table.load_style(comfy_table::presets::NOTHING).set_content_arrangement(comfy_table::ContentArrangement::Dynamic);
            table.set_header(["FILE", "STATUS", "FORMAT", "PAGES", "NAME", "E-MAILS", "PHONES", "LINKS"]);
            table
        });
        Self { context, table }
    }

    fn add(&mut self, row: Row) {
        match &mut self.table {
            Some(table) => drop(table.add_row(row.cells("\n"))),
            None if self.context.output.json() => self.context.output.object(&row),
            None => self.context.output.line(&row.cells(", ").join("\t")),
        }
    }

    fn end(self) {
        if let Some(table) = self.table {
            self.context.output.line(&table.to_string());
        }
    }
}
