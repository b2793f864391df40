//! The terms of the model: every weight that there is, by feature and name, and how it is learnt.
//!
//! A comparison says which terms a pair shows and how much of each; its match weight is the sum of the amounts times the weights
//! (bits). So the model is linear in its weights, which can be counted (Fellegi and Sunter, 1969) and then fitted.

use crate::model::Feature;

/// How a weight is first counted, before it is fitted.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Counted {
    /// log2 m: how often one person's records agree so. u is the value's own frequency, which comes in as rarity.
    Value,
    /// log2(m/u), where u is so many times the frequency of the value: how much oftener such likeness is seen by chance than
    /// sameness.
    Likeness,
    /// log2(m/u) of all pairs where both sides speak.
    Spoken,
    /// log2(m/u) of the pairs that agree in something.
    Agreed,
    /// log2(m/u) of all pairs where both sides speak, for what speaks against one person; never below so many bits, however seldom it was
    /// seen: the people that are learnt from write of themselves more steadily than others do.
    Against(f64),
    /// The same of the pairs that agree in something.
    Lacking(f64),
    /// Bits of weight a bit of rarity: 1 before it is fitted.
    Rarity,
    /// Not counted: fitted alone, from this.
    From(f64),
}
use Counted::{Against, Agreed, From, Lacking, Likeness, Rarity, Spoken, Value};

macro_rules! terms {
    ($($(#[$doc:meta])* $name:ident = $feature:ident $word:literal $counted:expr,)*) => {
        /// One weight.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub(super) enum Term { $($(#[$doc])* $name,)* }

        /// Every weight: its feature, its name in `weights.toml`, how it is counted.
        pub(super) const TERMS: &[(Term, Feature, &str, Counted)] = &[$((Term::$name, Feature::$feature, $word, $counted),)*];
    };
}

terms! {
    /// A word is the same.
    NameExact = Name "exact" Value,
    /// One word is a pet form of the other.
    NamePet = Name "pet" Likeness,
    /// Two romanisations of one word.
    NameSound = Name "sound" Likeness,
    /// A slip of the finger.
    NameTypo = Name "typo" Likeness,
    /// One side has the initial alone.
    NameInitial = Name "initial" Agreed,
    /// Rarity of the words that agree.
    NameRarity = Name "rarity" Rarity,
    /// One side has a word more.
    NameExtra = Name "extra" Agreed,
    /// Initials that are not each other's.
    NameInitialDiffers = Name "initial_differs" Lacking(-8.0),
    /// Words that are not each other's.
    NameConflict = Name "conflict" Lacking(-8.0),
    /// Only an address or a page spells the name that agrees.
    NameSpelled = Name "spelled" Agreed,
    /// The family name agrees alone.
    NameGivenDiffers = Name "given_differs" Lacking(-8.0),
    /// No word agrees.
    NameDiffers = Name "differs" Against(-10.0),
    /// How seldom a person without a profile has a namesake there with one thing of life in common: minus log2 of the share.
    Namesake = Name "namesake" From(2.74),
    /// How much seldomer still it is a colleague of that name, in the same city and with the same work.
    Colleague = Name "colleague" From(8.0),
    /// Or a relative of that name, in the same home and at the same school.
    Relative = Name "relative" From(8.0),
    /// How seldom a wrong link, address or number is that of somebody who shares one thing of life with the candidate: a colleague who
    /// recommends, a wife who shares the mailbox.
    Referrer = Name "referrer" From(1.0),
    /// One slug.
    LinkedinSame = Linkedin "same" Value,
    /// How few carry it.
    LinkedinRarity = Linkedin "rarity" Rarity,
    /// Slugs of which one begins the other.
    LinkedinClose = Linkedin "close" Agreed,
    /// Two slugs.
    LinkedinDiffers = Linkedin "differs" Against(-6.0),
    /// One user name.
    GithubSame = Github "same" Value,
    /// How few carry it.
    GithubRarity = Github "rarity" Rarity,
    /// Two.
    GithubDiffers = Github "differs" Against(-6.0),
    /// One page.
    LinkSame = Link "same" Value,
    /// How few carry it.
    LinkRarity = Link "rarity" Rarity,
    /// Two.
    LinkDiffers = Link "differs" Against(-6.0),
    /// One address.
    EmailSame = Email "same" Value,
    /// How few carry it.
    EmailRarity = Email "rarity" Rarity,
    /// One address that only spells the name, which a namesake may write as well: in place of how few carry it.
    EmailSpelled = Email "spelled" From(10.0),
    /// Two.
    EmailDiffers = Email "differs" Against(-3.0),
    /// One number.
    PhoneSame = Phone "same" Value,
    /// How few carry it.
    PhoneRarity = Phone "rarity" Rarity,
    /// Two.
    PhoneDiffers = Phone "differs" Against(-3.0),
    /// One employer, by its name.
    EmployerSame = Employer "same" Value,
    /// One employer, by another form of its name.
    EmployerClose = Employer "close" Likeness,
    /// Rarity of the shared employers.
    EmployerRarity = Employer "rarity" Rarity,
    /// At one time.
    EmployerOverlap = Employer "overlap" Agreed,
    /// Years apart.
    EmployerApart = Employer "apart" Lacking(-3.0),
    /// An employer of the candidate that the profile does not have, beside one that it has.
    EmployerMissing = Employer "missing" Lacking(-2.0),
    /// None is shared.
    EmployerDiffers = Employer "differs" Against(-4.0),
    /// One school, by its name.
    SchoolSame = School "same" Value,
    /// By another form of its name.
    SchoolClose = School "close" Likeness,
    /// Rarity of the shared schools.
    SchoolRarity = School "rarity" Rarity,
    /// At one time.
    SchoolOverlap = School "overlap" Agreed,
    /// Years apart.
    SchoolApart = School "apart" Lacking(-3.0),
    /// A school of the candidate that the profile does not have, beside one that it has.
    SchoolMissing = School "missing" Lacking(-3.5),
    /// None is shared.
    SchoolDiffers = School "differs" Against(-6.5),
    /// One city.
    LocationSame = Location "same" Value,
    /// Rarity of the city.
    LocationRarity = Location "rarity" Rarity,
    /// One country or state.
    LocationRegion = Location "region" Spoken,
    /// Two.
    LocationDiffers = Location "differs" Against(-4.0),
    /// One title.
    TitleSame = Title "same" Value,
    /// Rarity of the title.
    TitleRarity = Title "rarity" Rarity,
    /// A word of the titles.
    TitlePartial = Title "partial" Spoken,
    /// Nothing of them.
    TitleDiffers = Title "differs" Against(-6.0),
}

/// The lowest that a term may weigh.
pub(super) fn floor(place: usize) -> f64 {
    match TERMS[place].3 {
        Against(least) | Lacking(least) => least,
        _ => f64::NEG_INFINITY,
    }
}

/// How many terms one comparison may show.
const MOST: usize = 10;

/// What a comparison shows: terms with amounts. Lives on the stack.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Shown {
    count: u8,
    terms: [u8; MOST],
    amounts: [f32; MOST],
}

impl Shown {
    /// One more term; an amount of none is not noted.
    pub(super) fn and(mut self, term: Term, amount: f64) -> Self {
        if amount != 0.0 && self.len() < MOST {
            (self.terms[self.len()], self.amounts[self.len()]) = (term as u8, amount as f32);
            self.count += 1;
        }
        self
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        usize::from(self.count)
    }

    /// Places in [`TERMS`], with amounts.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, f64)> {
        self.terms.iter().zip(self.amounts).take(self.len()).map(|(term, amount)| (usize::from(*term), f64::from(amount)))
    }
}
