//! One person's details, live from Lever: who may not be shown is not, what the key lacks is named, and nobody looks at everybody.

use crate::polite::{Polite, QUICK, QUICKLY};
use acquaint::contact::{self, ContactError, FileKind, Turns};
use acquaint::lever::{Lever, LeverError, Listing, base_url};
use acquaint::model::{ContactId, Environment, Millis};
use acquaint::replica::{Clock, Fault, Key, Kind, Options, Permission};
use acquaint::secrets::Secret;
use acquaint::world::{Account, DataProtection, Plan, World};

/// An hour after the world's last word.
const NOW: Millis = Millis(1_795_305_600_000 + 3_600_000);
const LISTING: Listing = Listing { confidential: false, start: Some(NOW), now: NOW };

const ALLOWED: DataProtection =
    DataProtection { store_allowed: true, store_expires_at: None, contact_allowed: true, contact_expires_at: None };

/// An account, a key of its own for each test (a key is paced once a process), and somebody with files and an address.
struct Home {
    replica: Polite,
    key: &'static str,
    who: ContactId,
}

impl Home {
    fn new(key: &'static str, may: fn(Key) -> Key) -> Self {
        let plan = Plan { seed: 5, contacts: 60, opportunities: 110, profiles: 60, ..Plan::default() };
        let account = World::new(&plan).account;
        let who = whole(&account);
        let options =
            Options { keys: vec![may(Key::new(key))], allowance: Some(QUICKLY), clock: Clock::Fixed(NOW.0), ..Options::default() };
        Self { replica: Polite::start(account, options), key, who }
    }

    fn lever(&self) -> Lever {
        let base = base_url(Environment::Production, Some(&self.replica.base_url())).unwrap();
        Lever::paced(base, Secret::new(self.key.as_bytes().to_vec()), QUICK).unwrap()
    }

    async fn person(&self) -> Result<contact::Details, ContactError> {
        contact::person(&self.lever(), &self.who, &LISTING).await
    }

    fn edit(&self, change: impl Fn(&mut acquaint::world::Contact)) {
        let who = self.who.to_string();
        self.replica.edit(|account| account.contacts.iter_mut().filter(|it| it.id == who).for_each(change));
    }
}

/// Somebody with an address, a number, a letter and a résumé that can be fetched, and nothing to hide.
fn whole(account: &Account) -> ContactId {
    let fits = |place: usize| {
        let it = &account.contacts[place];
        let mut own = account.opportunities.iter().filter(|it| it.contact == place);
        let fetched = own.clone().any(|it| it.application.is_some() && !it.resumes.is_empty());
        let open = !it.anonymized && it.data_protection.is_none() && own.all(|it| !it.confidential);
        fetched && open && !it.emails.is_empty() && !it.phones.is_empty()
    };
    let place = (0..account.contacts.len()).find(|place| fits(*place)).expect("such a person");
    ContactId::new(&account.contacts[place].id).unwrap()
}

#[tokio::test]
async fn a_person_is_shown_as_lever_has_it_now() {
    let home = Home::new("contact-whole", |it| it);
    let details = home.person().await.unwrap();
    let known = home.replica.edit(|account| account.contacts.iter().find(|it| it.id == home.who.as_str()).cloned()).unwrap();
    assert_eq!(details.names.first().map(|it| it.as_str()), Some(known.name.as_str()));
    assert!(known.emails.iter().all(|it| details.emails.iter().any(|shown| shown.as_str() == it)), "every address");
    home.edit(|it| it.emails = vec!["new@example.org".into()]);
    assert!(home.person().await.unwrap().emails.iter().any(|it| it.as_str() == "new@example.org"), "nothing is kept in between");
    let files = contact::files(&home.lever(), &details.opportunities, contact::Kinds::All).await.unwrap();
    assert_eq!(files.lacks, Vec::<&str>::new());
    let letter = files.files.iter().find(|it| matches!(it.kind, FileKind::Attachment(_))).expect("a letter");
    let bytes = contact::download(&home.lever(), &letter.opportunity, &letter.kind).await.unwrap().expect("its bytes");
    assert_eq!(bytes.len() as u64, letter.size.expect("its size"));
    assert!(files.files.iter().any(|it| matches!(it.kind, FileKind::Resume(_))), "and a résumé");
}

#[tokio::test]
async fn who_must_not_be_shown_looks_like_nobody() {
    let home = Home::new("contact-hidden", |it| it);
    let told = async || home.person().await.err().map(|it| it.to_string());
    let nothing = Some("nothing to show from Lever".to_owned());
    let unknown = ContactId::new("nobody").unwrap();
    assert_eq!(contact::person(&home.lever(), &unknown, &LISTING).await.err().map(|it| it.to_string()), nothing);
    home.edit(|it| it.data_protection = Some(DataProtection { store_allowed: false, ..ALLOWED }));
    assert_eq!(told().await, nothing, "storing is not allowed");
    home.edit(|it| it.data_protection = Some(DataProtection { contact_expires_at: Some(NOW.0 - 1), ..ALLOWED }));
    assert_eq!(told().await.as_deref(), Some("this person is not to be contacted"), "the permission has expired");
    home.edit(|it| (it.data_protection, it.anonymized) = (None, true));
    assert_eq!(told().await, nothing, "anonymised");
}

#[tokio::test]
async fn what_the_key_may_not_see_is_named() {
    let home = Home::new("contact-less", |it| it.without(Permission::Files).without(Permission::Resumes));
    let details = home.person().await.unwrap();
    let files = contact::files(&home.lever(), &details.opportunities, contact::Kinds::All).await.unwrap();
    assert_eq!((files.files.len(), files.lacks), (0, vec!["List opportunity resumes", "List opportunity files"]));
}

#[tokio::test]
async fn lever_out_of_order_is_an_error_and_no_panic() {
    let home = Home::new("contact-down", |it| it);
    (0..5).for_each(|_| home.replica.fail_next(Kind::Opportunities, Fault::Status(503)));
    assert!(matches!(home.person().await, Err(ContactError::Lever(LeverError::Unavailable { status: Some(503), .. }))));
    assert!(home.person().await.is_ok());
}

#[test]
fn a_viewer_has_so_many_turns_in_a_while() {
    let turns = Turns::new(2, 1_000);
    let take = |who: &str, at: i64| turns.take(who, Millis(at));
    assert_eq!((take("kim", 0), take("kim", 400), take("kim", 500)), (Ok(()), Ok(()), Err(500)));
    assert_eq!(take("ana", 500), Ok(()), "others have theirs");
    assert_eq!((take("kim", 1_000), take("kim", 1_001)), (Ok(()), Err(399)));
}
