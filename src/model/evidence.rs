//! What was found for one pair of a candidate and a profile, and what follows from it.

use super::ProfileId;
use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant,)* }

        impl $name {
            /// Every one, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word that people and files see.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// The one with that word.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($text => Some(Self::$variant),)* _ => None }
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                let words = Self::ALL.iter().map(|it| it.as_str());
                let text = utoipa::openapi::schema::Type::String;
                utoipa::openapi::ObjectBuilder::new().schema_type(text).enum_values(Some(words)).into()
            }
        }

        impl utoipa::ToSchema for $name {}
    };
}
pub(super) use words;

words! {
    /// One comparison of a candidate with a profile.
    Feature {
        /// The names.
        Name = "name",
        /// LinkedIn's public slug.
        Linkedin = "linkedin",
        /// GitHub's user name.
        Github = "github",
        /// Any other page.
        Link = "link",
        /// E-mail addresses.
        Email = "email",
        /// Phone numbers.
        Phone = "phone",
        /// Employers, anywhere in the history.
        Employer = "employer",
        /// Schools.
        School = "school",
        /// Where the person lives.
        Location = "location",
        /// What the person does.
        Title = "title",
    }
}

words! {
    /// The outcome of one comparison, from full agreement to disagreement; silence is neither.
    Level {
        /// A side says nothing.
        Silent = "silent",
        /// The values agree in full.
        Same = "same",
        /// They agree but for spelling, or in a part that identifies.
        Close = "close",
        /// They agree in a part that many share.
        Partial = "partial",
        /// Both sides speak and do not agree.
        Differs = "differs",
        /// They agree in a value that many people of the list share, which proves nothing.
        Shared = "shared",
    }
}

/// Which of the profile's own values agreed: its place in the profile's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(transparent)]
pub struct FieldIndex(pub u16);

/// One level with its weight.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Evidence {
    /// What was compared.
    pub feature: Feature,
    /// How it came out.
    pub level: Level,
    /// The match weight: log2 of the Bayes factor m/u. Positive speaks for one person.
    pub bits: f32,
    /// The profile's value that agreed, where one did. Never the value itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<FieldIndex>,
}

words! {
    /// What is done with the best pair of a candidate.
    Decision {
        /// A badge.
        Match = "match",
        /// A person looks first.
        Review = "review",
        /// Nothing is shown.
        None = "none",
    }
}

/// A profile that was considered, with its calibrated probability of being the candidate.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// The profile.
    pub profile: ProfileId,
    /// Posterior over all profiles considered and *none of them*; 0 to 1.
    pub probability: f64,
    /// Why.
    pub evidence: Vec<Evidence>,
    /// What else led from the evidence to the probability.
    pub waterfall: Waterfall,
}

impl Scored {
    /// The probability as it is written down. Six digits: more would be noise, and fewer would hide how sure the surest are.
    #[must_use]
    pub fn told(&self) -> f64 {
        (self.probability * 1e6).round() / 1e6
    }
}

/// What moves the odds beside the evidence, in bits to a hundredth. With the bits of the evidence they add up to the odds of the
/// probability, so that a person can follow the sum.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Waterfall {
    /// Where every pair begins: the odds that a candidate has a profile at all, and that it is this one of all.
    pub start: f32,
    /// What is taken off because a namesake, a relative or a colleague would agree in the same things.
    pub namesakes: f32,
    /// What is taken off because other profiles come near too.
    pub competition: f32,
    /// From odds to odds that were found to hold, and what rounding took.
    pub calibration: f32,
}

impl Waterfall {
    /// The steps between three running totals (log2 odds before any evidence, with the evidence weighed, and against the other
    /// profiles) and the probability that came out.
    #[must_use]
    pub fn of(evidence: &[Evidence], [start, weighed, against]: [f64; 3], probability: f64) -> Self {
        let hundredths = |bits: f64| (bits.clamp(-999.0, 999.0) * 100.0).round();
        let bits = |hundredths: f64| (hundredths / 100.0) as f32;
        let spoken: f64 = evidence.iter().map(|it| hundredths(f64::from(it.bits))).sum();
        let (begin, contest) = (hundredths(start), hundredths(against - weighed));
        let namesakes = hundredths(weighed - start) - spoken;
        let end = hundredths((probability / (1.0 - probability)).log2());
        let calibration = end - begin - spoken - namesakes - contest;
        Self { start: bits(begin), namesakes: bits(namesakes), competition: bits(contest), calibration: bits(calibration) }
    }
}

/// The outcome for one candidate.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// What to do with `best`.
    pub decision: Decision,
    /// The best profile considered, whatever the decision.
    pub best: Option<Scored>,
    /// The best one of another person than `best`.
    pub runner_up: Option<Scored>,
    /// Other profiles that are evidently of the person of `best`.
    pub also: Vec<ProfileId>,
}
