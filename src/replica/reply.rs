//! An answer before it goes on the wire, and the refusals that Lever is known for.

use serde_json::{Value, json};

/// Status, media type and body.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) media_type: &'static str,
    pub(super) body: Vec<u8>,
    /// Seconds.
    pub(super) retry_after: Option<u16>,
}

impl Reply {
    pub(super) fn json(status: u16, value: &Value) -> Self {
        Self { status, media_type: "application/json; charset=utf-8", body: value.to_string().into_bytes(), retry_after: None }
    }

    /// A file as it was uploaded.
    pub(super) fn file(ext: &str, body: Vec<u8>) -> Self {
        let pdf = ext.trim_start_matches('.').eq_ignore_ascii_case("pdf");
        let media_type = if pdf { "application/pdf" } else { "application/octet-stream" };
        Self { status: 200, media_type, body, retry_after: None }
    }

    /// What a proxy's error page looks like when it forgets to say so.
    pub(super) fn web_page() -> Self {
        let body = "<!doctype html><html><head><title>Just a moment</title></head><body><h1>Please stand by</h1></body></html>";
        Self { status: 200, media_type: "text/html; charset=utf-8", body: body.into(), retry_after: None }
    }

    /// The same page with another token, where it is a page.
    pub(super) fn with_next(mut self, token: Option<&str>) -> Self {
        if let (Ok(Value::Object(mut page)), Some(token)) = (serde_json::from_slice(&self.body), token) {
            page.extend([("hasNext".to_owned(), json!(true)), ("next".to_owned(), json!(token))]);
            self.body = Value::Object(page).to_string().into_bytes();
        }
        self
    }
}

/// Why there is no answer. Bodies are `{code, message}`, but for 429, whose body is not documented: none.
#[derive(Debug)]
pub(super) enum Refusal {
    /// 400 with the reason.
    BadRequest(String),
    /// 401.
    Unauthorized,
    /// 403.
    Forbidden,
    /// 404 with what was not found.
    NotFound(String),
    /// 422.
    Unprocessable,
    /// Any other, without a reason.
    Status(u16),
}

impl Refusal {
    /// 404 for a record.
    pub(super) fn missing(what: &str) -> Self {
        Self::NotFound(format!("{what} was not found"))
    }

    /// 400 for a token that is none, or none any more.
    pub(super) fn unknown_token() -> Self {
        Self::BadRequest("Invalid offset token".into())
    }
}

impl From<Refusal> for Reply {
    fn from(refusal: Refusal) -> Self {
        let (status, code, message) = match refusal {
            Refusal::BadRequest(message) => (400, "BadRequestError", message),
            Refusal::Unauthorized | Refusal::Status(401) => (401, "UnauthorizedError", "The request requires authentication.".into()),
            Refusal::Forbidden | Refusal::Status(403) => {
                (403, "ForbiddenError", "The API key does not have permission to perform this request.".into())
            }
            Refusal::NotFound(message) => (404, "ResourceNotFound", message),
            Refusal::Unprocessable | Refusal::Status(422) => (422, "UnprocessableEntityError", "The file could not be processed.".into()),
            Refusal::Status(429) => return Self { status: 429, media_type: "text/plain", body: Vec::new(), retry_after: None },
            Refusal::Status(status) => (status, "ServerError", "Something went wrong.".into()),
        };
        Self::json(status, &json!({ "code": code, "message": message }))
    }
}
