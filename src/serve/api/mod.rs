//! The interface for programs, under `/api/v1`, and its description.

mod badges;
mod events;
mod runs;
mod search;
mod tenants;
mod why;
mod written;

use super::metrics;
use super::problem::Told;
use super::site::Site;
use axum::Router;
use axum::http::{HeaderValue, header};
use axum::routing::get;
use std::sync::Arc;
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{IntoResponses, Modify, OpenApi as _};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use utoipa_swagger_ui::{Config, SwaggerUi};

/// Where the description is.
const DOCUMENT: &str = "/api/v1/openapi.json";

/// The page to try it sets styles by itself, and asks nobody else.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);

/// What holds for the whole interface.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(title = "Acquaint", description = "Who is already in the company's Lever account. Send a token as `Authorization: Bearer …`."),
    security(("token" = [])),
    modifiers(&Token)
)]
struct Described;

struct Token;

impl Modify for Token {
    fn modify(&self, document: &mut OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("acquaint token create TENANT --role ROLE"));
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(scheme.build()));
    }
}

/// What any address may answer instead.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "it describes answers that others make")]
pub(super) enum Refusals {
    /// The request cannot be read.
    #[response(status = 400, content_type = "application/problem+json")]
    Unreadable(#[to_schema] Told),
    /// No token, one that ended, or one that was revoked.
    #[response(status = 401, content_type = "application/problem+json")]
    SignIn(#[to_schema] Told),
    /// Another tenant's, or more than the role may.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(#[to_schema] Told),
    /// There is no such thing.
    #[response(status = 404, content_type = "application/problem+json")]
    Unknown(#[to_schema] Told),
    /// The address takes other methods.
    #[response(status = 405, content_type = "application/problem+json")]
    Method(#[to_schema] Told),
    /// The request came too slowly.
    #[response(status = 408, content_type = "application/problem+json")]
    Slow(#[to_schema] Told),
    /// Something else is under way, or done already.
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(#[to_schema] Told),
    /// Larger than a mebibyte.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(#[to_schema] Told),
    /// Not JSON.
    #[response(status = 415, content_type = "application/problem+json")]
    Media(#[to_schema] Told),
    /// Read, and cannot be meant.
    #[response(status = 422, content_type = "application/problem+json")]
    Unfit(#[to_schema] Told),
    /// Too many requests; `Retry-After` says when.
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(#[to_schema] Told),
    /// Not now.
    #[response(status = 503, content_type = "application/problem+json")]
    Later(#[to_schema] Told),
}

/// The addresses with their description.
fn described() -> OpenApiRouter<Arc<Site>> {
    OpenApiRouter::with_openapi(Described::openapi())
        .routes(routes!(tenants::list))
        .routes(routes!(badges::lookup))
        .routes(routes!(badges::profile))
        .routes(routes!(search::search))
        .routes(routes!(why::why))
        .routes(routes!(runs::list, runs::start))
        .routes(routes!(runs::one))
        .routes(routes!(runs::changes))
        .routes(routes!(runs::cancel))
        .routes(routes!(runs::publish))
        .routes(routes!(runs::discard))
        .routes(routes!(events::events))
}

/// The description, as it is served.
#[must_use]
pub fn document() -> OpenApi {
    described().into_openapi()
}

pub(super) fn routes() -> Router<Arc<Site>> {
    let (router, document) = described().split_for_parts();
    let docs: Router<Arc<Site>> =
        Router::from(SwaggerUi::new("/api/docs").config(Config::default().validator_url("none")).url(DOCUMENT, document))
            .layer(SetResponseHeaderLayer::if_not_present(header::CONTENT_SECURITY_POLICY, POLICY));
    router.merge(docs).route("/metrics", get(metrics::page)).route("/health", get(tenants::health))
}
