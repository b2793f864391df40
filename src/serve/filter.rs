//! What a search asks of badges. It reads badges as the viewer sees them, so nothing can be found out that is not shown.

use super::mask::{Seen, Shown};
use crate::model::{Kind, Millis, Pipeline};

const DAY: i64 = 24 * 3_600_000;

/// Which badges are asked for; a part that is none asks nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::serve) struct Filter {
    /// The stage's id, or its words in any case.
    pub(in crate::serve) stage: Option<String>,
    /// The status.
    pub(in crate::serve) status: Option<Seen>,
    /// Prospect or applicant.
    pub(in crate::serve) kind: Option<Kind>,
    /// The recruiter's id, or name in any case.
    pub(in crate::serve) recruiter: Option<String>,
    /// Archived earlier than this.
    pub(in crate::serve) archived_before: Option<Millis>,
    /// A stage in this part of the process, or in a later one, was reached.
    pub(in crate::serve) reached: Option<Pipeline>,
    /// Nobody interacted for as many days.
    pub(in crate::serve) untouched_days: Option<u32>,
}

impl Filter {
    /// Whether nothing is asked.
    pub(in crate::serve) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it asks for people to come back to: by anything but stage, status and recruiter.
    fn seeks_people(&self) -> bool {
        self.kind.is_some() || self.archived_before.is_some() || self.reached.is_some() || self.untouched_days.is_some()
    }

    /// Whether the badge is one of those. What is masked is like nothing that can be asked for but its status, and who must not be
    /// contacted is nobody to come back to.
    pub(in crate::serve) fn admits(&self, it: &Shown, now: Millis) -> bool {
        let touched = it.last_interaction_at.or(it.updated_at);
        let archived_at = it.archived_at.filter(|_| it.status == Seen::Archived);
        let reached = it.furthest_stage.as_ref().and_then(|it| it.pipeline);
        let stage = it.stage.as_ref().map(|it| (it.id.as_str(), it.text.as_deref()));
        let recruiter = it.recruiter.as_ref().map(|it| (it.id.as_str(), it.name.as_deref()));
        (it.reach() || !self.seeks_people())
            && self.status.is_none_or(|asked| asked == it.status)
            && self.kind.is_none_or(|asked| Some(asked) == it.kind)
            && self.archived_before.is_none_or(|before| archived_at.is_some_and(|at| at < before))
            && self.reached.is_none_or(|least| reached.is_some_and(|it| it >= least))
            && self.untouched_days.is_none_or(|days| touched.is_some_and(|at| at <= now.plus(-i64::from(days) * DAY)))
            && self.stage.as_deref().is_none_or(|asked| is_named(stage, asked))
            && self.recruiter.as_deref().is_none_or(|asked| is_named(recruiter, asked))
    }
}

fn is_named(it: Option<(&str, Option<&str>)>, asked: &str) -> bool {
    let same = |words: &str| words.to_lowercase() == asked.to_lowercase();
    it.is_some_and(|(id, words)| id == asked || words.is_some_and(same))
}
