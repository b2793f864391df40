//! Lever's reference lists: stages, archive reasons, users, postings.

use super::ask::Ask;
use super::json::Value;
use super::opportunity::parse;
use super::{Lever, LeverError, Listing, checkbox, pages};
use crate::model::{LeftOut, Pipeline, PostingId, Reason, ReasonId, Reference, Stage, StageId, User, UserId};
use std::collections::HashMap;

impl Lever {
    /// Reads the reference lists. A list that the key may not read is left out, with the name of its check box in Lever.
    ///
    /// # Errors
    /// Anything but a refusal of one list: what opportunities say could not be told without them.
    pub async fn reference(&self, what: &Listing) -> Result<(Reference, Vec<LeftOut>), LeverError> {
        let (process, users, postings) = tokio::try_join!(self.process(), self.users(), self.postings(what))?;
        let mut left_out = process.1;
        let reference = Reference {
            stages: process.0.stages,
            reasons: process.0.reasons,
            users: or_left_out("users", users, &mut left_out),
            postings: or_left_out("postings", postings, &mut left_out),
        };
        Ok((reference, left_out))
    }

    /// Stages with their pipelines, and archive reasons; from the two older lists, which know no pipelines, where the key may not
    /// read the one that has both.
    async fn process(&self) -> Result<(Reference, Vec<LeftOut>), LeverError> {
        let mut both = Reference::default();
        let mut left_out = Vec::new();
        let ask = Ask::new(&["disposition_stages"], "stages", checkbox::STAGES);
        let read = self.every(ask, |item| {
            let [stages, reasons] = item.fields(&["stages", "archiveReasons"]);
            both.stages.extend(stages.all().into_iter().enumerate().filter_map(|(place, it)| stage(it, place)));
            both.reasons.extend(reasons.all().into_iter().filter_map(reason));
        });
        let refused = match read.await {
            Ok(()) => return Ok((both, left_out)),
            Err(error) => absent(error)?,
        };
        left_out.push(missing("disposition_stages", refused));
        let (stages, reasons) = tokio::try_join!(self.stages(), self.reasons())?;
        both.stages = or_left_out("stages", stages, &mut left_out);
        both.reasons = or_left_out("archive_reasons", reasons, &mut left_out);
        Ok((both, left_out))
    }

    async fn stages(&self) -> Result<List<StageId, Stage>, LeverError> {
        let mut place = 0;
        let read = |item: Value<'_>| {
            place += 1;
            stage(item, place)
        };
        self.listed(full_pages("stages", &["stages"], checkbox::STAGES), read).await
    }

    async fn reasons(&self) -> Result<List<ReasonId, Reason>, LeverError> {
        self.listed(full_pages("archive reasons", &["archive_reasons"], checkbox::REASONS), reason).await
    }

    /// Users who left are asked for too: they own what they owned.
    async fn users(&self) -> Result<List<UserId, User>, LeverError> {
        let mut ask = full_pages("users", &["users"], checkbox::USERS);
        ask.query.push(("includeDeactivated", "true".to_owned()));
        ask.include = &["id", "name", "deactivatedAt"];
        let read = |item: Value<'_>| {
            let [id, name, left] = item.fields(&["id", "name", "deactivatedAt"]);
            Some((parse(id)?, User { name: name.text().unwrap_or_default(), active: left.is_null() }))
        };
        self.listed(ask, read).await
    }

    /// Postings carry their whole advertisement unless told not to.
    async fn postings(&self, what: &Listing) -> Result<List<PostingId, String>, LeverError> {
        let mut ask = full_pages("postings", &["postings"], checkbox::POSTINGS);
        ask.query.extend(what.confidentiality());
        ask.include = &["id", "text"];
        let read = |item: Value<'_>| {
            let [id, text] = item.fields(&["id", "text"]);
            Some((parse(id)?, text.text()?))
        };
        self.listed(ask, read).await
    }

    async fn listed<I, T>(&self, ask: Ask<'_>, mut read: impl FnMut(Value<'_>) -> Option<(I, T)>) -> Result<List<I, T>, LeverError>
    where
        I: std::hash::Hash + Eq,
    {
        let mut all = HashMap::new();
        match self.every(ask, |item| all.extend(read(item))).await {
            Ok(()) => Ok(Ok(all)),
            Err(error) => Ok(Err(absent(error)?)),
        }
    }
}

/// A list, or why the account does not show it.
type List<I, T> = Result<HashMap<I, T>, String>;

/// The reason for which a list may be absent without an end to everything.
fn absent(error: LeverError) -> Result<String, LeverError> {
    match error {
        LeverError::Forbidden { checkbox } => Ok(format!("Lever refuses it: {}", LeverError::ungranted(checkbox))),
        LeverError::NotFound => Ok("Lever does not serve this list".to_owned()),
        error => Err(error),
    }
}

fn missing(list: &str, reason: String) -> LeftOut {
    LeftOut { kind: list.to_owned(), id: list.to_owned(), reason }
}

fn or_left_out<I, T>(name: &str, list: List<I, T>, left_out: &mut Vec<LeftOut>) -> HashMap<I, T> {
    list.unwrap_or_else(|reason| {
        left_out.push(missing(name, reason));
        HashMap::new()
    })
}

fn full_pages<'a>(what: &'static str, path: &'a [&'a str], checkbox: &'static str) -> Ask<'a> {
    Ask { query: vec![pages::full()], ..Ask::new(path, what, checkbox) }
}

/// A stage; where Lever gives no rank, its place in the list is its rank.
fn stage(item: Value<'_>, place: usize) -> Option<(StageId, Stage)> {
    let [id, text, pipeline, rank] = item.fields(&["id", "text", "pipeline", "rank"]);
    let pipeline = match pipeline.text().as_deref() {
        Some("lead") => Some(Pipeline::Lead),
        Some("applicant") => Some(Pipeline::Applicant),
        Some("screen") => Some(Pipeline::Screen),
        Some("onsite") => Some(Pipeline::Onsite),
        Some("offer") => Some(Pipeline::Offer),
        _ => None,
    };
    Some((parse(id)?, Stage { text: text.text().unwrap_or_default(), pipeline, rank: rank.rank().unwrap_or(place as f64) }))
}

fn reason(item: Value<'_>) -> Option<(ReasonId, Reason)> {
    let [id, text, kind] = item.fields(&["id", "text", "type"]);
    Some((parse(id)?, Reason { text: text.text().unwrap_or_default(), hired: kind.text().is_some_and(|it| it == "hired") }))
}
