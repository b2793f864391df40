//! A public person record: ours to keep and to show.

use super::{Evidence, Feature, ProfileId};
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;
use utoipa::ToSchema;

/// One line of person JSONL. Everything but `id` and `name` may be absent or null; unknown fields are ignored.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Profile {
    /// Opaque, unique in the store.
    pub id: ProfileId,
    /// The full name as its owner shows it.
    pub name: String,
    /// Other spellings, maiden names, names in the native script.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Vec::is_empty")]
    pub other_names: Vec<String>,
    /// The line under the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headline: Option<String>,
    /// Free text, such as `Madrid, Spain`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Public e-mail addresses.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Vec::is_empty")]
    pub emails: Vec<String>,
    /// Public phone numbers.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Vec::is_empty")]
    pub phones: Vec<String>,
    /// URLs of this person's pages.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<String>,
    /// Jobs, newest first.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Vec::is_empty")]
    pub positions: Vec<Position>,
    /// Schools.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Vec::is_empty")]
    pub schools: Vec<School>,
    /// Where the record came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// When it was fetched there, as its source wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retrieved_at: Option<String>,
}

/// One job of a [`Profile`]. Dates are `YYYY-MM` or `YYYY`.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Position {
    /// The employer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<String>,
    /// The job's title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// First month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    /// Last month; none while it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<String>,
}

/// One school of a [`Profile`]. Dates as in [`Position`].
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct School {
    /// The school.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<String>,
    /// Such as `MSc`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub degree: Option<String>,
    /// Such as `CS`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// First year or month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    /// Last year or month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<String>,
}

impl Profile {
    /// The profile's own value that a piece of evidence points to.
    #[must_use]
    pub fn quote(&self, evidence: &Evidence) -> Option<&str> {
        let at = usize::from(evidence.on?.0);
        let text = match evidence.feature {
            Feature::Name => std::iter::once(&self.name).chain(&self.other_names).nth(at),
            Feature::Email => self.emails.get(at),
            Feature::Phone => self.phones.get(at),
            Feature::Linkedin | Feature::Github | Feature::Link => self.links.get(at),
            Feature::Employer => self.positions.get(at)?.organization.as_ref(),
            Feature::Title => self.positions.get(at)?.title.as_ref(),
            Feature::School => self.schools.get(at)?.organization.as_ref(),
            Feature::Location => self.location.as_ref(),
        };
        text.map(String::as_str)
    }

    /// The same without how the person is reached: no e-mail, no phone, and nothing that quotes them.
    #[must_use]
    pub fn without_contact_details(self) -> Self {
        Self { emails: Vec::new(), phones: Vec::new(), ..self }
    }
}

/// Reads null as an empty list.
pub(super) fn nullable<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Ok(Option::<Vec<T>>::deserialize(deserializer)?.unwrap_or_default())
}

impl fmt::Debug for Profile {
    /// Names the record, not the person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Profile({})", self.id)
    }
}

impl fmt::Debug for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Position(***)")
    }
}

impl fmt::Debug for School {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("School(***)")
    }
}
