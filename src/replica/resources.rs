//! What the account answers, resource by resource.

use super::book::Book;
use super::filter::{Confidentiality, Filter, Window};
use super::json::opportunity::{Columns, contact};
use super::json::reference::{self, ALWAYS};
use super::json::resume::{LETTER, letter, letter_id, resume};
use super::query::Query;
use super::reply::{Refusal, Reply};
use super::route::Route;
use super::{DeletedWindow, Key, Kind, Options, Quirk};
use crate::world::{self, Deleted, Document, Ms, Opportunity, Posting, Resume, User};
use serde_json::{Value, json};
use std::{cmp::Reverse, collections::BTreeMap};

/// One admitted request, and what it is about.
pub(super) struct Ask<'a> {
    pub(super) book: &'a Book,
    pub(super) options: &'a Options,
    pub(super) key: &'a Key,
    pub(super) quirks: &'a [Quirk],
    /// By Lever's clock.
    pub(super) now: Ms,
    pub(super) route: &'a Route,
    pub(super) query: &'a Query,
    pub(super) path: &'a str,
}

impl Ask<'_> {
    /// The answer.
    pub(super) fn reply(&self) -> Result<Reply, Refusal> {
        if self.route.permission.is_some_and(|it| !self.key.may(it)) {
            return Err(Refusal::Forbidden);
        }
        if self.has(Quirk::NoApplications) && self.query.all("expand").any(|it| it == "applications") {
            return Err(Refusal::Forbidden);
        }
        if self.has(Quirk::NoInclude) && self.query.first("include").is_some() {
            return Err(Refusal::BadRequest("include is not allowed".into()));
        }
        let mut value = match self.route.kind {
            Kind::Opportunities => self.opportunities(),
            Kind::OpportunitiesDeleted => self.opportunities_deleted(),
            Kind::Opportunity => self.opportunity(),
            Kind::Resumes => self.resumes(),
            Kind::ResumeDownload => return self.download(),
            Kind::Files => self.files(),
            Kind::FileDownload => return self.file(),
            Kind::Contact => self.contact(),
            Kind::ApplicationsDeleted => self.applications_deleted(),
            Kind::Postings => self.postings(),
            Kind::PostingsDeleted => self.deleted_window().and_then(|_| self.list(&[] as &[Value], Value::clone)),
            Kind::Posting => self.posting(),
            Kind::Users => self.users(),
            Kind::User => self.user(),
            Kind::Stages => self.list(&self.book.account.stages, reference::stage),
            Kind::DispositionStages => Ok(reference::disposition_stages(&self.book.account)),
            Kind::ArchiveReasons => self.archive_reasons(),
            Kind::Tags => self.counted(|it| &it.tags),
            Kind::Sources => self.counted(|it| &it.sources),
            Kind::Forbidden => Err(Refusal::Forbidden),
            Kind::Unknown | Kind::Authorize | Kind::Token => Err(Refusal::NotFound(format!("{} does not exist", self.path))),
        }?;
        let trimmed = self.query.first("include").is_some();
        self.quirks.iter().for_each(|it| it.tell(self.route.kind, trimmed, &mut value));
        Ok(Reply::json(200, &value))
    }

    fn has(&self, quirk: Quirk) -> bool {
        self.quirks.contains(&quirk)
    }

    fn opportunities(&self) -> Result<Value, Refusal> {
        let filter = Filter::parse(self.query, self.book, self.key, self.now)?;
        let columns = Columns::of(self.query, self.key)?;
        if self.has(Quirk::OldestFirst) {
            let rows = self.book.rows(filter.created.bounds(), None).iter().filter(|row| filter.fits(self.book, row));
            let key = |row: &&super::book::Row| (-row.created, self.book.opportunity_of(row).id.as_str());
            return self.falling(rows.collect(), key, |row| columns.opportunity(self.book, self.book.opportunity_of(row)));
        }
        let cursor = self.query.cursor()?;
        let rows = self.book.rows(filter.created.bounds(), cursor.as_ref());
        let rows = rows.iter().filter(|row| filter.fits(self.book, row));
        let key = |row: &&super::book::Row| (row.created, self.book.opportunity_of(row).id.as_str());
        self.query.page(self.options.page_limit, rows, key, |row| columns.opportunity(self.book, self.book.opportunity_of(row)))
    }

    fn opportunities_deleted(&self) -> Result<Value, Refusal> {
        let columns = Columns::of(self.query, self.key)?;
        let rows = self.deleted_rows()?;
        self.falling(rows, |it| (it.at, it.opportunity.id.as_str()), |it| columns.deleted(self.book, it))
    }

    fn opportunity(&self) -> Result<Value, Refusal> {
        let columns = Columns::of(self.query, self.key)?;
        Ok(json!({ "data": columns.opportunity(self.book, self.visible()?) }))
    }

    fn contact(&self) -> Result<Value, Refusal> {
        let place = self.book.contact_place(self.route.id(0)).ok_or_else(|| Refusal::missing("contact"))?;
        Ok(json!({ "data": self.trimmed(contact(&self.book.account.contacts[place])) }))
    }

    fn applications_deleted(&self) -> Result<Value, Refusal> {
        let with_application = self.deleted_rows()?.into_iter().filter_map(|it| Some((it, it.opportunity.application.as_ref()?)));
        self.falling(with_application.collect(), |(it, application)| (it.at, application.id.as_str()), |(it, application)| {
            json!({ "id": application.id, "deletedAt": it.at, "opportunityId": it.opportunity.id, "postingId": application.posting })
        })
    }

    fn postings(&self) -> Result<Value, Refusal> {
        let confidentiality = Confidentiality::parse(self.query, self.key)?;
        let states: Vec<&str> = self.query.all("state").collect();
        let fits = |it: &&Posting| confidentiality.shows(it.confidential) && (states.is_empty() || states.contains(&it.state));
        let updated = Window::parse(self.query, "updated_at")?.has(Some(ALWAYS));
        let rows = self.book.account.postings.iter().filter(|_| updated).filter(fits).collect();
        self.falling(rows, |it| (ALWAYS, it.id.as_str()), |it| self.trimmed(reference::posting(it)))
    }

    fn posting(&self) -> Result<Value, Refusal> {
        let found = self.book.account.postings.iter().find(|it| it.id == self.route.id(0));
        match found.ok_or_else(|| Refusal::missing("posting"))? {
            it if it.confidential && !self.key.sees_confidential() => Err(Refusal::Forbidden),
            it => Ok(json!({ "data": self.trimmed(reference::posting(it)) })),
        }
    }

    fn users(&self) -> Result<Value, Refusal> {
        let everyone = self.query.flag("includeDeactivated")?.unwrap_or(false);
        let emails: Vec<&str> = self.query.all("email").collect();
        let fits = |it: &&User| {
            (everyone || it.deactivated_at.is_none())
                && (emails.is_empty() || emails.iter().any(|email| reference::user(it)["email"] == *email))
        };
        let rows = self.book.account.users.iter().filter(fits).collect();
        self.falling(rows, |it| (ALWAYS, it.id.as_str()), |it| self.trimmed(reference::user(it)))
    }

    fn user(&self) -> Result<Value, Refusal> {
        let found = self.book.account.users.iter().find(|it| it.id == self.route.id(0));
        Ok(json!({ "data": self.trimmed(reference::user(found.ok_or_else(|| Refusal::missing("user"))?)) }))
    }

    fn archive_reasons(&self) -> Result<Value, Refusal> {
        let kinds: Vec<&str> = self.query.all("type").collect();
        let all = self.book.account.reasons.iter();
        let rows: Vec<_> = all.filter(|it| kinds.is_empty() || kinds.contains(&reference::kind(it))).collect();
        self.list(&rows, |it| reference::archive_reason(it))
    }

    fn resumes(&self) -> Result<Value, Refusal> {
        let opportunity = self.visible()?;
        if self.has(Quirk::OldResumes) && self.query.first("limit").is_some() {
            return Err(Refusal::BadRequest("limit is not allowed".into()));
        }
        if self.has(Quirk::OldResumes) && opportunity.resumes.is_empty() {
            return Err(Refusal::missing("resume"));
        }
        let uploaded = Window::parse(self.query, "uploaded_at")?;
        let rows: Vec<&Resume> = opportunity.resumes.iter().rev().filter(|it| uploaded.has(Some(it.created_at))).collect();
        self.list(&rows, |it| resume(&opportunity.id, it))
    }

    fn download(&self) -> Result<Reply, Refusal> {
        let found = self.visible()?.resumes.iter().find(|it| it.id == self.route.id(1));
        let resume = found.ok_or_else(|| Refusal::missing("resume"))?;
        match &resume.document {
            Document::File(spec) => Ok(Reply::file(resume.ext, world::render(spec))),
            Document::Bytes(bytes) => Ok(Reply::file(resume.ext, bytes.to_vec())),
            Document::Unprocessable => Err(Refusal::Unprocessable),
            Document::Missing => Err(Refusal::missing("resume")),
        }
    }

    /// Who applied wrote a letter.
    fn files(&self) -> Result<Value, Refusal> {
        let opportunity = self.visible()?;
        let letters: Vec<&Resume> = opportunity.resumes.iter().take(usize::from(opportunity.application.is_some())).collect();
        self.list(&letters, |it| letter(&opportunity.id, it))
    }

    fn file(&self) -> Result<Reply, Refusal> {
        let opportunity = self.visible()?;
        let known = opportunity.application.is_some() && opportunity.resumes.iter().take(1).any(|it| letter_id(it) == self.route.id(1));
        if known { Ok(Reply::file("txt", LETTER.into())) } else { Err(Refusal::missing("file")) }
    }

    /// How often each word is used, most used first.
    fn counted(&self, words: impl Fn(&Opportunity) -> &[String]) -> Result<Value, Refusal> {
        let mut counts = BTreeMap::<&str, u64>::new();
        for word in self.book.account.opportunities.iter().flat_map(words) {
            *counts.entry(word).or_default() += 1;
        }
        let mut rows: Vec<_> = counts.into_iter().collect();
        rows.sort_by_key(|(_, count)| Reverse(*count));
        self.list(&rows, |(text, count)| json!({ "text": text, "count": count }))
    }

    /// The opportunity of the path: 404 when there is none, 403 when it is confidential and the key has no grant.
    fn visible(&self) -> Result<&Opportunity, Refusal> {
        match self.book.opportunity(self.route.id(0)) {
            None => Err(Refusal::missing("opportunity")),
            Some(it) if it.confidential && !self.key.sees_confidential() => Err(Refusal::Forbidden),
            Some(it) => Ok(it),
        }
    }

    fn deleted_rows(&self) -> Result<Vec<&Deleted>, Refusal> {
        let window = self.deleted_window()?;
        let confidentiality = Confidentiality::parse(self.query, self.key)?;
        let fits = |it: &&Deleted| window.has(Some(it.at)) && confidentiality.shows(it.opportunity.confidential);
        Ok(self.book.account.deleted.iter().filter(fits).collect())
    }

    fn deleted_window(&self) -> Result<Window, Refusal> {
        const MONTH: Ms = 30 * 24 * 3600 * 1000;
        let window = Window::parse(self.query, "deleted_at")?;
        if self.options.deleted_window == DeletedWindow::Enforced && !window.is_closed_within(MONTH) {
            return Err(Refusal::BadRequest("deleted_at_start and deleted_at_end are required, at most 30 days apart".into()));
        }
        Ok(window)
    }

    /// A page of rows that are newest first, whatever their order now.
    fn falling<'a, T>(&self, mut rows: Vec<T>, key: impl Fn(&T) -> (Ms, &'a str), write: impl Fn(&T) -> Value) -> Result<Value, Refusal> {
        rows.sort_by(|a, b| key(b).cmp(&key(a)));
        let cursor = self.query.cursor()?;
        let after = |it: &T| {
            cursor.as_ref().is_none_or(|cursor| {
                let (at, id) = key(it);
                cursor.is_before(at, id)
            })
        };
        self.query.page(self.options.page_limit, rows.into_iter().filter(after), &key, write)
    }

    /// A page of rows in the order that they have.
    fn list<T>(&self, rows: &[T], write: impl Fn(&T) -> Value) -> Result<Value, Refusal> {
        let numbered = (0..).map(|place: Ms| -place).zip(rows).collect();
        self.falling(numbered, |(place, _)| (*place, ""), |(_, it)| self.trimmed(write(it)))
    }

    /// The record with the fields of `include` alone.
    fn trimmed(&self, mut record: Value) -> Value {
        if let Value::Object(fields) = &mut record {
            fields.retain(|name, _| self.query.wants(name));
        }
        record
    }
}
