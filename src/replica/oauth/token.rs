//! Tokens for codes and for refresh tokens.

use super::{Grant, LASTS, OAuth, Pairs, Reply, UNUSED, YEAR, refused, secret};
use crate::world::Ms;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;
use sha2::{Digest, Sha256};

impl OAuth {
    pub(super) fn token(&mut self, form: &Pairs, now: Ms) -> Reply {
        let Some(app) = self.apps.iter().find(|it| it.id == form.get("client_id")) else {
            return refused(403, "unauthorized_client", "Unknown client");
        };
        if app.secret != form.get("client_secret") {
            return refused(401, "access_denied", "Unauthorized");
        }
        let grant = match form.get("grant_type") {
            "authorization_code" => self.by_code(form, now),
            "refresh_token" => self.by_refresh_token(form, now),
            _ => return refused(403, "unauthorized_client", "Grant type not allowed for the client."),
        };
        match grant {
            Ok(place) => self.grants[place].renewed(now, &mut self.handed_out),
            Err(description) => refused(403, "invalid_grant", description),
        }
    }

    fn by_code(&mut self, form: &Pairs, now: Ms) -> Result<usize, &'static str> {
        const INVALID: &str = "Invalid authorization code";
        let code = self.codes.remove(form.get("code")).filter(|it| it.until > now).ok_or(INVALID)?;
        let grant = &self.grants[code.grant];
        if code.redirect != form.get("redirect_uri") || grant.app != form.get("client_id") {
            return Err(INVALID);
        }
        let verified = URL_SAFE_NO_PAD.encode(Sha256::digest(form.get("code_verifier")));
        if code.challenge.is_some_and(|it| it != verified) {
            return Err("Failed to verify code verifier");
        }
        self.counts.exchanged += 1;
        Ok(code.grant)
    }

    /// A token that is not its grant's last was used before: either its user or somebody else stole it, so the access ends.
    fn by_refresh_token(&mut self, form: &Pairs, now: Ms) -> Result<usize, &'static str> {
        const INVALID: &str = "Unknown or invalid refresh token.";
        let (token, app) = (form.get("refresh_token"), form.get("client_id"));
        let place = self.grants.iter().position(|it| it.refresh.iter().any(|it| it == token)).ok_or(INVALID)?;
        let grant = &mut self.grants[place];
        if grant.refresh.last().is_none_or(|it| it != token) {
            self.counts.reused += 1;
            grant.ended = true;
        }
        if grant.ended || grant.app != app || now >= grant.given + YEAR || now >= grant.used + UNUSED {
            return Err(INVALID);
        }
        self.counts.renewed += 1;
        Ok(place)
    }
}

impl Grant {
    /// New tokens; the refresh token only where it was asked for. Access tokens before stay good until they end.
    fn renewed(&mut self, now: Ms, handed_out: &mut Vec<String>) -> Reply {
        self.used = now;
        let access = secret("access");
        handed_out.push(access.clone());
        self.access.retain(|(_, ends)| *ends > now);
        self.access.push((access.clone(), now + LASTS * 1_000));
        let mut answer = json!({ "access_token": access, "expires_in": LASTS, "scope": self.scopes.join(" "), "token_type": "Bearer" });
        if self.scopes.iter().any(|it| it == "offline_access") {
            answer["refresh_token"] = self.refreshed(handed_out).into();
        }
        Reply::json(200, &answer)
    }

    /// Another refresh token, which counts from now on.
    pub(super) fn refreshed(&mut self, handed_out: &mut Vec<String>) -> String {
        let refresh = secret("refresh");
        self.refresh.push(refresh.clone());
        handed_out.push(refresh.clone());
        refresh
    }
}
