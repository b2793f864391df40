//! `acquaint tenant set NAME KEY=VALUE…`: all changes, or none.

use super::{Shown, connect};
use crate::access;
use crate::cli::{Context, Exit, Failure};
use crate::config::nearest;
use crate::lever::kept_url;
use crate::lever::oauth::Tokens;
use crate::model::{Lookers, Millis, ReasonsFor, ResumePolicy, Settings, TenantName};
use crate::schedule::Timetable;
use crate::secrets::read_key_file;
use crate::store::Access;
use std::path::Path;

#[derive(clap::Args)]
#[command(after_help = "Keys:
  start_date=DAY|none      opportunities created before are not listed
  confidential=true|false  whether confidential opportunities make badges
  guard=true|false         whether a run that would lose many badges is held
  resumes=auto|none|all    when résumés are read
  resume_budget=N          requests for résumés a run
  key_file=FILE|-          a new Lever key; `-` reads stdin
  oauth_file=FILE|-        an OAuth app with its refresh token, in place of a key or of the connection before
  schedule=WHEN            when runs are due: nightly, weekly, recent (every 15 minutes, what changed), five fields of cron, with
                           `recent` before them for runs over what changed; two joined by +; none
  time_zone=ZONE           where those times are told, such as Europe/Berlin
  blackout=FROM-TO,…       spans of the day in which no scheduled run begins, such as 07:00-19:00; none
  paused=true|false        whether no scheduled run begins until further notice
  contact=nobody|operators|sourcers  who may look at people's details, live from Lever; admins may where operators may
  attachments=true|false   whether they see other files than résumés too
  archive_reasons=everyone|operators  who is told why somebody was archived; admins are where operators are
  lever_url=URL|none       another base URL in place of the environment's

Examples:
  acquaint tenant set acme resumes=none start_date=2024-01-31
  acquaint tenant set acme schedule=nightly+recent time_zone=Europe/Berlin
  acquaint tenant set acme 'schedule=30 2 * * 1-5 + recent */10 7-19 * * *'
  acquaint tenant set acme key_file=new.key")]
pub(super) struct Args {
    /// The company's name
    name: TenantName,
    /// What to change
    #[arg(required = true, value_name = "KEY=VALUE")]
    changes: Vec<String>,
}

/// One thing that can be chosen.
struct Choice {
    key: &'static str,
    /// The values it can have, for people.
    values: &'static str,
    /// `None` when it cannot have this one.
    choose: fn(&mut Settings, &str) -> Option<()>,
}

const KEY_FILE: &str = "key_file";
const OAUTH_FILE: &str = "oauth_file";
const LEVER_URL: &str = "lever_url";

const CHOICES: [Choice; 12] = [
    Choice {
        key: "start_date",
        values: "a day such as 2024-01-31, or none",
        choose: |it, value| optional(value).map(|wanted| it.start_date = wanted),
    },
    Choice { key: "confidential", values: "true or false", choose: |it, value| value.parse().ok().map(|wanted| it.confidential = wanted) },
    Choice { key: "guard", values: "true or false", choose: |it, value| value.parse().ok().map(|wanted| it.guard = wanted) },
    Choice {
        key: "resumes",
        values: "auto, none or all",
        choose: |it, value| ResumePolicy::parse(value).map(|wanted| it.resumes = wanted),
    },
    Choice {
        key: "resume_budget",
        values: "a whole number",
        choose: |it, value| value.parse().ok().map(|wanted| it.resume_budget = wanted),
    },
    Choice {
        key: "schedule",
        values: "none, nightly, weekly, recent, cron, or two of them joined by +",
        choose: |it, value| text(value).map(|wanted| it.schedule = wanted),
    },
    Choice {
        key: "time_zone",
        values: "a name such as Europe/Berlin, or none",
        choose: |it, value| text(value).map(|wanted| it.time_zone = wanted),
    },
    Choice {
        key: "blackout",
        values: "spans such as 07:00-19:00, or none",
        choose: |it, value| text(value).map(|wanted| it.blackout = wanted),
    },
    Choice {
        key: "contact",
        values: "nobody, operators or sourcers",
        choose: |it, value| Lookers::parse(value).map(|wanted| it.contact = wanted),
    },
    Choice { key: "attachments", values: "true or false", choose: |it, value| value.parse().ok().map(|wanted| it.attachments = wanted) },
    Choice {
        key: "archive_reasons",
        values: "everyone or operators",
        choose: |it, value| ReasonsFor::parse(value).map(|wanted| it.archive_reasons = wanted),
    },
    Choice { key: "paused", values: "true or false", choose: |it, value| value.parse().ok().map(|wanted| it.paused = wanted) },
];

/// None for `none`; what else it may be, [`Timetable::of`] says.
fn text(value: &str) -> Option<Option<String>> {
    Some((value != "none").then(|| value.to_owned()))
}

fn optional(value: &str) -> Option<Option<Millis>> {
    if value == "none" { Some(None) } else { Millis::parse(value).map(Some) }
}

pub(super) async fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let store = context.store().await?;
    let mut tenant = store.tenant(&args.name).await?;
    let before = tenant.settings.clone();
    let (mut key, mut app) = (None, None);
    for change in &args.changes {
        match change.split_once('=') {
            Some((KEY_FILE, path)) => key = Some(read_key_file(Path::new(path))?),
            Some((OAUTH_FILE, path)) => app = Some(connect::read_app(Path::new(path))?),
            Some((LEVER_URL, "none")) => tenant.settings.lever_url = None,
            Some((LEVER_URL, url)) => tenant.settings.lever_url = Some(kept_url(tenant.settings.environment, url)?),
            Some((name, value)) => choose(&mut tenant.settings, name, value)?,
            None => return Err(wrong("a change has no `=`".into(), "write KEY=VALUE".into())),
        }
    }
    if let Err(error) = Timetable::of(&args.name, &tenant.settings) {
        return Err(wrong("the schedule cannot be read".into(), error.to_string()));
    }
    if key.is_some() && app.is_some() {
        return Err(wrong("a tenant has a key or an OAuth app, not both".into(), "write one of key_file and oauth_file".into()));
    }
    let sealed_secret = if key.is_some() || app.is_some() { context.kept_secret(&tenant)? } else { Vec::new() };
    let sealed_key = key.map(|it| context.seal_lever_key(&args.name, &it)).transpose()?;
    let connection = app.map(|(app, token)| {
        let tokens = token.as_ref().and_then(Tokens::from_refresh_token);
        Ok::<_, Failure>(access::seal(&context.master_key()?, &args.name, &app, tokens.as_ref()))
    });
    let connection = connection.transpose()?;
    let access = match (&sealed_key, &connection) {
        (Some(sealed_key), _) => Some(Access::Key { sealed_key, sealed_secret: &sealed_secret }),
        (_, Some(connection)) => Some(Access::App { connection, sealed_secret: &sealed_secret }),
        (None, None) => None,
    };
    store.change_tenant(&args.name, (&before, &tenant.settings), access).await?;
    if context.output.json() {
        context.output.object(&Shown::from(&tenant));
    }
    context.output.note(&format!("{} is changed; the next run goes by it", args.name));
    Ok(Exit::Ok)
}

fn choose(settings: &mut Settings, key: &str, value: &str) -> Result<(), Failure> {
    let Some(choice) = CHOICES.iter().find(|it| it.key == key) else {
        let known: Vec<&str> = CHOICES.iter().map(|it| it.key).chain([KEY_FILE, OAUTH_FILE, LEVER_URL]).collect();
        let fix = nearest(key, &known).map_or_else(|| format!("the keys are {}", known.join(", ")), |it| format!("did you mean `{it}`?"));
        return Err(wrong(format!("there is no key `{key}`"), fix));
    };
    let cannot = || wrong(format!("`{key}` cannot have this value"), format!("`{key}` is {}", choice.values));
    (choice.choose)(settings, value).ok_or_else(cannot)
}

fn wrong(error: String, fix: String) -> Failure {
    Failure::new(Exit::Usage, error, "nothing was changed", fix)
}
