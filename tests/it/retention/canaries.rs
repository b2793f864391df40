//! Invented people whose every word is found nowhere else, planted on Lever's side of a world.

use super::words::{PEOPLE, Words};
use acquaint::model::{Person, RawPerson};
use acquaint::world::{
    Application, Contact, DataProtection, Document, Dress, Fault, Layout, Ms, Opportunity, ParsedPosition, Plan, Resume, ResumeJob,
    ResumeLink, ResumeSpec, World, Writing,
};
use serde_json::{Value, json};
use std::sync::Arc;

/// Those who have a profile, and with it a page that is public.
const PUBLIC: [&str; 3] = ["matched", "review", "resume"];

/// A planted person, and what of them must not be found anywhere afterwards.
pub(crate) struct Canary {
    pub(crate) label: &'static str,
    /// Lever's id, which is on the ledger.
    pub(crate) contact: String,
    /// Field and text.
    pub(crate) values: Vec<(&'static str, String)>,
    /// The same in normal form.
    pub(crate) person: Person,
}

/// The world with its canaries.
pub(crate) struct Town {
    pub(crate) world: World,
    pub(crate) canaries: Vec<Canary>,
}

/// Some hundreds of people, and the canaries among them, whose opportunities are the newest.
pub(crate) fn town() -> Town {
    town_of(&Plan { contacts: 300, opportunities: 500, profiles: 300, ..Plan::default() })
}

/// The same in a world of another size.
pub(crate) fn town_of(plan: &Plan) -> Town {
    let mut world = World::new(plan);
    let canaries = PEOPLE.iter().enumerate().map(|(place, it)| it.plant(&mut world, plan.now.0 - 1_000 * place as Ms)).collect();
    Town { world, canaries }
}

impl Words {
    fn plant(&self, world: &mut World, at: Ms) -> Canary {
        if self.is_public() {
            world.profiles.push(serde_json::from_value(self.profile()).expect("a profile"));
        }
        let account = &mut world.account;
        let contact = account.contacts.len();
        account.contacts.push(self.contact());
        let stage = account.stages[0].id.clone();
        account.opportunities.push(self.opportunity(contact, stage, at));
        let values = self.values();
        Canary { label: self.label, contact: self.contact_id(), person: normal(&values), values }
    }

    fn is_public(&self) -> bool {
        PUBLIC.contains(&self.label)
    }

    /// One in review is called otherwise than the owner of the page that the contact names.
    fn public_name(&self) -> Option<&'static str> {
        (self.is_public() && self.label != "review").then_some(self.name)
    }

    fn contact_id(&self) -> String {
        format!("contact-{}", self.label)
    }

    /// The page that the profile shows.
    fn public_page(&self) -> String {
        format!("https://www.linkedin.com/in/public-page-of-{}", self.label)
    }

    /// The one in review shows no more than a name and the page, so that nothing but the name speaks against it.
    fn profile(&self) -> Value {
        let id = format!("profile-{}", self.label);
        let Some(name) = self.public_name() else {
            return json!({ "id": id, "name": "Tolliver Strandquist", "links": [self.public_page()] });
        };
        json!({
            "id": id, "name": name, "headline": "Bridge Engineer at Northwind", "location": "Lisbon, Portugal",
            "links": [self.public_page()], "positions": [{"organization": "Northwind", "title": "Bridge Engineer", "start": "2019-03"}],
        })
    }

    fn emails(&self) -> [String; 2] {
        let Self { given, family, domain, .. } = self;
        [format!("{given}.{family}@{domain}.example"), format!("{given}+jobs@{domain}-mail.example")]
    }

    fn phones(&self) -> [String; 2] {
        let (area, rest) = self.phone.split_at(3);
        [format!("+1 ({area}) {}-{}42", &rest[..3], &rest[3..]), format!("+1 {area}.{}.{}58", &rest[..3], &rest[3..])]
    }

    fn links(&self) -> [String; 3] {
        let Self { given, family, domain, .. } = self;
        [
            format!("https://github.com/{given}-{family}"),
            format!("https://www.{domain}.example/about/{family}"),
            format!("https://www.linkedin.com/in/{family}{domain}"),
        ]
    }

    /// A matched person is found by the page alone; one in review by another's page; one with a résumé by what it says.
    fn contact(&self) -> Contact {
        let [_, site, linkedin] = self.links();
        let links = match self.label {
            "matched" | "review" => vec![self.public_page(), site],
            "resume" => vec![site],
            _ => vec![site, linkedin],
        };
        let forbidden = DataProtection { store_allowed: false, store_expires_at: None, contact_allowed: true, contact_expires_at: None };
        Contact {
            id: self.contact_id(),
            name: self.name.to_owned(),
            headline: format!("{} Handels GmbH, {} Holding", self.employer, self.domain),
            location: format!("{}, {}", self.city, self.domain),
            emails: vec![self.emails()[0].clone()],
            phones: vec![(Some("mobile"), self.phones()[0].clone())],
            links,
            anonymized: false,
            data_protection: (self.label == "withheld").then_some(forbidden),
        }
    }

    fn opportunity(&self, contact: usize, stage: String, at: Ms) -> Opportunity {
        let company = Some(format!("{} Consulting", self.employer));
        Opportunity {
            id: format!("opportunity-{}", self.label),
            contact,
            stage,
            archived: None,
            stage_changes: Vec::new(),
            origin: "sourced",
            owner: None,
            sourced_by: None,
            followers: Vec::new(),
            tags: vec![format!("knows {}", self.family)],
            sources: vec![format!("{} meetup", self.city)],
            application: Some(Application {
                id: format!("application-{}", self.label),
                kind: "user",
                posting: None,
                company,
                created_at: at,
            }),
            created_at: at,
            updated_at: Some(at),
            last_interaction_at: Some(at),
            last_advanced_at: None,
            snoozed_until: None,
            confidential: false,
            resumes: vec![self.resume(at)],
        }
    }

    fn resume(&self, at: Ms) -> Resume {
        let parsed = ParsedPosition {
            organization: format!("{} Werke AG", self.employer),
            title: format!("Keeper of {}", self.domain),
            start: Some((2015, Some(2))),
            end: None,
        };
        Resume {
            id: format!("resume-{}", self.label),
            created_at: at,
            status: "processed",
            ext: "pdf",
            file_name: format!("{}_{}_cv.pdf", self.given, self.family),
            parsed: vec![parsed],
            schools: Vec::new(),
            document: Document::File(Arc::new(self.written())),
        }
    }

    fn written(&self) -> ResumeSpec {
        let latin = self.name.is_ascii();
        let [github, site, _] = self.links();
        let link = |text: &str, url: String| ResumeLink { text: text.to_owned(), url };
        let mut links = vec![link("GitHub", github), link("my page", site)];
        links.extend((self.label == "resume").then(|| link("LinkedIn", self.public_page())));
        ResumeSpec {
            layout: if self.label == "resume" { Layout::SideBar } else { Layout::OneColumn },
            writing: if latin { Writing::Literal } else { Writing::Wide },
            fault: Fault::None,
            name: self.name.to_owned(),
            headline: format!("Senior engineer, formerly {}", self.employer),
            contact: vec![self.city.to_owned(), self.emails()[1].clone(), self.phones()[1].clone()],
            links,
            jobs: vec![ResumeJob {
                title: format!("Keeper of {}", self.domain),
                employer: format!("{} Werke AG", self.employer),
                dates: "Feb 2015 - Present".into(),
                summary: format!("Built bridges and led a small team of engineers in {} for many years.", self.city),
            }],
            schools: vec![format!("University of {}, MSc", self.city)],
            skills: vec!["bridges".into(), self.domain.into()],
            dress: Dress::default(),
        }
    }

    /// All that Lever alone knows.
    fn values(&self) -> Vec<(&'static str, String)> {
        let contact = self.contact();
        let mut all = vec![("headline", contact.headline), ("location", contact.location)];
        all.extend(self.public_name().is_none().then(|| ("name", self.name.to_owned())));
        all.extend(self.emails().map(|it| ("email", it)));
        all.extend(self.phones().map(|it| ("phone", it)));
        all.extend(self.links().map(|it| ("link", it)));
        all.extend([self.employer, self.city, self.domain, self.given, self.family].map(|it| ("word", it.to_owned())));
        all.push(("file name", format!("{}_{}_cv.pdf", self.given, self.family)));
        all
    }
}

/// The normal form of a person of whom this is said.
fn normal(values: &[(&'static str, String)]) -> Person {
    let all = |field: &str| values.iter().filter(|it| it.0 == field).map(|it| it.1.clone()).collect::<Vec<_>>();
    let said = json!({
        "name": all("name").first(), "headline": all("headline").first(), "location": all("location").first(),
        "emails": all("email"), "phones": all("phone"), "links": all("link"),
    });
    let raw: RawPerson = serde_json::from_value(said).expect("a person");
    Person::of_candidate(&raw)
}
