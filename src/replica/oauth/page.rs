//! The page on which a person gives access. Nobody looks at it here: its answer is settled before.

use super::{Answered, CODE, Code, OAuth, Pairs, refused, secret};
use crate::world::Ms;
use url::Url;

/// What the person on the page does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Consent {
    /// Gives access at once.
    #[default]
    Given,
    /// Refuses.
    Denied,
}

impl OAuth {
    /// A redirect with a code, or with an error; a page with an error where nobody can be sent back.
    pub(super) fn page(&mut self, query: &Pairs, audience: &str, now: Ms) -> Answered {
        let known = self.apps.iter().find(|it| it.id == query.get("client_id")).cloned();
        let Some(app) = known else { return on_the_page("unauthorized_client", "Unknown client") };
        let redirect = query.get("redirect_uri");
        let Some(mut back) = app.redirects.iter().find(|it| *it == redirect).and_then(|it| Url::parse(it).ok()) else {
            return on_the_page("unauthorized_client", "Callback URL mismatch");
        };
        if query.get("response_type") != "code" {
            return on_the_page("unsupported_response_type", "Unsupported response type");
        }
        match self.consent {
            Consent::Denied => {
                back.query_pairs_mut()
                    .append_pair("error", "access_denied")
                    .append_pair("error_description", "User did not authorize the request");
            }
            Consent::Given => {
                let grant = self.grant(&app, query.get("scope"), query.get("audience") == audience, now);
                let challenge = Some(query.get("code_challenge").to_owned()).filter(|it| !it.is_empty());
                let code = secret("code");
                self.handed_out.push(code.clone());
                self.codes.insert(code.clone(), Code { grant, redirect: redirect.to_owned(), challenge, until: now + CODE });
                back.query_pairs_mut().append_pair("code", &code);
            }
        }
        back.query_pairs_mut().append_pair("state", query.get("state"));
        Answered { reply: refused(302, "", ""), location: Some(back.into()) }
    }
}

fn on_the_page(error: &str, description: &str) -> Answered {
    Answered { reply: refused(403, error, description), location: None }
}
