//! Badges as JSON, the text that their `Serialize` makes, in half of its time: names of fields are known beforehand, and a hundred badges
//! have seven thousand.

use crate::model::{
    BadgeOpportunity, ContactId, Evidence, Feature, FieldIndex, Kind, Level, Millis, Named, OpportunityId, Pipeline, PostingId, ProfileId,
    ReasonId, Recruiter, StageId, Staged, Status, TenantName, UserId,
};
use crate::serve::mask::{Seen, Shown};
use serde_json::{Result, to_writer};

/// What is written without a look at its fields' names.
pub(super) trait Written {
    /// Appends the JSON of it.
    fn write(&self, out: &mut Vec<u8>) -> Result<()>;
}

macro_rules! objects {
    ($($name:ident $(<$id:ident>)? { $first:ident $(, $field:ident)* $(,)? })*) => {$(
        impl $(<$id: Written>)? Written for $name $(<$id>)? {
            fn write(&self, out: &mut Vec<u8>) -> Result<()> {
                let Self { $first, $($field),* } = self;
                out.extend_from_slice(concat!("{\"", stringify!($first), "\":").as_bytes());
                $first.write(out)?;
                $(
                    out.extend_from_slice(concat!(",\"", stringify!($field), "\":").as_bytes());
                    $field.write(out)?;
                )*
                out.push(b'}');
                Ok(())
            }
        }
    )*};
}

macro_rules! texts {
    ($($name:ident)*) => {$(
        impl Written for $name {
            fn write(&self, out: &mut Vec<u8>) -> Result<()> {
                self.as_str().write(out)
            }
        }
    )*};
}

macro_rules! scalars {
    ($($name:ident)*) => {$(
        impl Written for $name {
            fn write(&self, out: &mut Vec<u8>) -> Result<()> {
                to_writer(out, self)
            }
        }
    )*};
}

objects! {
    Shown {
        tenant, profile, kind, status, stage, furthest_stage, archive_reason, recruiter, last_interaction_at, updated_at, archived_at,
        snoozed_until, checked_at, do_not_contact, contacts, opportunities, probability, evidence,
    }
    BadgeOpportunity { id, url, stage, status, posting, updated_at }
    Named<I> { id, text }
    Staged { id, text, pipeline }
    Recruiter { id, name, active }
}

texts! { TenantName ProfileId ContactId OpportunityId StageId PostingId ReasonId UserId String Kind Status Seen Feature Level }

scalars! { Millis Pipeline FieldIndex bool f32 f64 }

impl Written for Evidence {
    fn write(&self, out: &mut Vec<u8>) -> Result<()> {
        let Self { feature, level, bits, on } = self;
        out.extend_from_slice(b"{\"feature\":");
        feature.write(out)?;
        out.extend_from_slice(b",\"level\":");
        level.write(out)?;
        out.extend_from_slice(b",\"bits\":");
        bits.write(out)?;
        if let Some(on) = on {
            out.extend_from_slice(b",\"on\":");
            on.write(out)?;
        }
        out.push(b'}');
        Ok(())
    }
}

impl Written for str {
    fn write(&self, out: &mut Vec<u8>) -> Result<()> {
        if self.bytes().fold(false, |found, it| found | (it < b' ') | (it == b'"') | (it == b'\\')) {
            return to_writer(out, self);
        }
        out.push(b'"');
        out.extend_from_slice(self.as_bytes());
        out.push(b'"');
        Ok(())
    }
}

impl<T: Written> Written for Option<T> {
    fn write(&self, out: &mut Vec<u8>) -> Result<()> {
        match self {
            Some(it) => it.write(out),
            None => {
                out.extend_from_slice(b"null");
                Ok(())
            }
        }
    }
}

impl<T: Written + ?Sized> Written for &T {
    fn write(&self, out: &mut Vec<u8>) -> Result<()> {
        (**self).write(out)
    }
}

impl<T: Written> Written for Vec<T> {
    fn write(&self, out: &mut Vec<u8>) -> Result<()> {
        listed(out, b"[]", self, T::write)
    }
}

/// Values between two brackets.
pub(super) fn listed<T>(
    out: &mut Vec<u8>,
    brackets: &[u8; 2],
    values: impl IntoIterator<Item = T>,
    mut write: impl FnMut(T, &mut Vec<u8>) -> Result<()>,
) -> Result<()> {
    out.push(brackets[0]);
    for (at, value) in values.into_iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        write(value, out)?;
    }
    out.push(brackets[1]);
    Ok(())
}
