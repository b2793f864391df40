//! Which permissions a key has: found out by reading the least of what runs read anyway.

use super::ask::Ask;
use super::json::Page;
use super::needs::{Feature, NEEDS, Need};
use super::opportunity::parse;
use super::{Lever, LeverError, Listing, checkbox};
use crate::model::{OpportunityId, ResumeId};

/// Whether a key has a permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant {
    /// Lever answered.
    Granted,
    /// Lever refused (403).
    Missing,
    /// This cannot be seen from outside, for this reason.
    Unseen(&'static str),
}

/// One permission, and whether the key has it.
#[derive(Debug, PartialEq, Eq)]
pub struct Finding {
    /// The permission.
    pub need: &'static Need,
    /// What Lever says.
    pub grant: Grant,
}

/// How many opportunities are asked for a résumé until one has any.
const LOOKED_AT: &str = "5";
const NO_OPPORTUNITY: &str = "there is no opportunity to ask for";
const NO_RESUME: &str = "none of the newest opportunities has a résumé to ask for";
const NO_LIST: &str = "without the list there is nothing to ask for";
const NOT_FETCHED: &str = "no file is fetched to find out";
const NOT_SERVED: &str = "Lever does not serve this here";
const IN_STAGES: &str = "not needed: the list of stages has them too";

impl Lever {
    /// Finds out which permissions of these features the key has, in the order of [`NEEDS`], with about a dozen requests. Reads
    /// ids, and the applications of the newest opportunities, which nothing else tells of; a file is asked for and not received.
    ///
    /// # Errors
    /// [`LeverError::Unauthorized`], or why Lever could not be asked; a refusal is a finding.
    pub async fn permissions(&self, what: &Listing, wanted: &[Feature]) -> Result<Vec<Finding>, LeverError> {
        let mut found = Findings(Vec::new());
        let ids = self.may_list(what, &mut found).await?;
        self.may_read_one(ids.first(), what, &mut found).await?;
        self.may_read_lists(what, &mut found).await?;
        if wanted.iter().any(|it| matches!(it, Feature::Resumes | Feature::ContactView)) {
            self.may_read_resumes(&ids, &mut found).await?;
        }
        if wanted.contains(&Feature::Attachments) {
            self.may_read_files(ids.first(), &mut found).await?;
        }
        Ok(found.in_order(wanted))
    }

    /// The list itself, with the confidential records where they are wanted and with the applications; each is left out in turn
    /// until Lever answers. Returns the first ids.
    async fn may_list(&self, what: &Listing, found: &mut Findings) -> Result<Vec<OpportunityId>, LeverError> {
        let ways = [(true, true), (true, false), (false, true), (false, false)];
        for (confidential, applications) in ways.into_iter().filter(|way| what.confidential || !way.0) {
            let mut ask = Ask { include: &["id"], ..Ask::new(&["opportunities"], "opportunities", checkbox::OPPORTUNITIES) };
            ask.query.push(("limit", LOOKED_AT.to_owned()));
            ask.query.extend(applications.then(|| ("expand", "applications".to_owned())));
            ask.query.extend(what.confidentiality().filter(|_| confidential));
            let Some(text) = self.answered(ask).await? else { continue };
            found.note(checkbox::OPPORTUNITIES, Grant::Granted);
            found.note(checkbox::CONFIDENTIAL, given(confidential));
            found.note(checkbox::APPLICATIONS, given(applications));
            let page = Page::read(&text, "opportunities")?;
            return Ok(page.items.iter().filter_map(|it| parse(it.fields(&["id"])[0])).collect());
        }
        found.note(checkbox::OPPORTUNITIES, Grant::Missing);
        found.note(checkbox::CONFIDENTIAL, Grant::Unseen(NO_LIST));
        found.note(checkbox::APPLICATIONS, Grant::Unseen(NO_LIST));
        Ok(Vec::new())
    }

    async fn may_read_one(&self, id: Option<&OpportunityId>, what: &Listing, found: &mut Findings) -> Result<(), LeverError> {
        let grant = match id {
            Some(id) => self.may(&["opportunities", id.as_str()], what.confidentiality().into_iter().collect()).await?,
            None => Grant::Unseen(NO_OPPORTUNITY),
        };
        found.note(checkbox::OPPORTUNITY, grant);
        Ok(())
    }

    async fn may_read_lists(&self, what: &Listing, found: &mut Findings) -> Result<(), LeverError> {
        let one = || vec![("limit", "1".to_owned())];
        let moment = [("deleted_at_start", what.now.0.to_string()), ("deleted_at_end", what.now.0.to_string())];
        found.note(checkbox::DELETED, self.may(&["opportunities", "deleted"], moment.into_iter().chain(one()).collect()).await?);
        match self.may(&["disposition_stages"], Vec::new()).await? {
            Grant::Granted => {
                found.note(checkbox::STAGES, Grant::Granted);
                found.note(checkbox::REASONS, Grant::Unseen(IN_STAGES));
            }
            _ => {
                found.note(checkbox::STAGES, self.may(&["stages"], one()).await?);
                found.note(checkbox::REASONS, self.may(&["archive_reasons"], one()).await?);
            }
        }
        found.note(checkbox::USERS, self.may(&["users"], one()).await?);
        found.note(checkbox::POSTINGS, self.may(&["postings"], one()).await?);
        Ok(())
    }

    /// The first opportunity that has a résumé tells of both boxes.
    async fn may_read_resumes(&self, ids: &[OpportunityId], found: &mut Findings) -> Result<(), LeverError> {
        let nothing = if ids.is_empty() { NO_OPPORTUNITY } else { NO_RESUME };
        let (mut list, mut download) = (Grant::Unseen(nothing), Grant::Unseen(nothing));
        for of in ids {
            let path = ["opportunities", of.as_str(), "resumes"];
            let text = match self.answered(Ask { include: &["id"], ..Ask::new(&path, "résumés", checkbox::RESUMES) }).await {
                Err(LeverError::NotFound) => continue,
                answer => answer?,
            };
            let Some(text) = text else {
                (list, download) = (Grant::Missing, Grant::Unseen(NO_LIST));
                break;
            };
            list = Grant::Granted;
            let resume: Option<ResumeId> = Page::read(&text, "résumés")?.items.iter().find_map(|it| parse(it.fields(&["id"])[0]));
            if let Some(resume) = resume {
                let path = ["opportunities", of.as_str(), "resumes", resume.as_str(), "download"];
                download = granted(self.0.opens(&Ask::new(&path, "résumé", checkbox::DOWNLOAD)).await)?;
                break;
            }
        }
        found.note(checkbox::RESUMES, list);
        found.note(checkbox::DOWNLOAD, download);
        Ok(())
    }

    /// The list alone: whether a file may be fetched is seen when somebody does.
    async fn may_read_files(&self, id: Option<&OpportunityId>, found: &mut Findings) -> Result<(), LeverError> {
        let list = match id {
            Some(id) => self.may(&["opportunities", id.as_str(), "files"], Vec::new()).await?,
            None => Grant::Unseen(NO_OPPORTUNITY),
        };
        found.note(checkbox::FILES, list);
        found.note(checkbox::FILE_DOWNLOAD, Grant::Unseen(NOT_FETCHED));
        Ok(())
    }

    /// Whether this may be read; as little of it as Lever can be made to send.
    async fn may(&self, path: &[&str], query: Vec<(&'static str, String)>) -> Result<Grant, LeverError> {
        let ask = Ask { query, include: &["id"], ..Ask::new(path, "permissions", "") };
        match self.answered(ask).await {
            Ok(Some(_)) => Ok(Grant::Granted),
            Ok(None) => Ok(Grant::Missing),
            Err(error) => granted(Err(error)),
        }
    }

    /// The answer; none where it is refused.
    async fn answered(&self, mut ask: Ask<'_>) -> Result<Option<String>, LeverError> {
        loop {
            match self.0.json(&ask).await {
                Ok(answer) => return Ok(Some(answer.text)),
                Err(LeverError::Forbidden { .. }) => return Ok(None),
                Err(LeverError::Refused { status: 400, .. }) if ask.simplify() => {}
                Err(error) => return Err(error),
            }
        }
    }
}

fn given(granted: bool) -> Grant {
    if granted { Grant::Granted } else { Grant::Missing }
}

/// What an answer says of a permission: one that is refused for another reason says that the key may ask.
fn granted(answer: Result<(), LeverError>) -> Result<Grant, LeverError> {
    match answer {
        Ok(()) | Err(LeverError::Refused { status: 422, .. }) => Ok(Grant::Granted),
        Err(LeverError::Forbidden { .. }) => Ok(Grant::Missing),
        Err(LeverError::NotFound) => Ok(Grant::Unseen(NOT_SERVED)),
        Err(error) => Err(error),
    }
}

/// What was found of the check boxes.
struct Findings(Vec<(&'static str, Grant)>);

impl Findings {
    fn note(&mut self, checkbox: &'static str, grant: Grant) {
        self.0.push((checkbox, grant));
    }

    /// Those that somebody wants, in the order of the table.
    fn in_order(self, wanted: &[Feature]) -> Vec<Finding> {
        let asked = NEEDS.iter().filter(|need| need.features.iter().any(|it| wanted.contains(it)));
        let grant = |need: &Need| self.0.iter().find(|it| it.0 == need.checkbox).map(|it| it.1);
        asked.filter_map(|need| Some(Finding { need, grant: grant(need)? })).collect()
    }
}
