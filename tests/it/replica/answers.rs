//! What each resource says.

use super::account::{self, ago};
use super::{client, get, get_as, ids, start};
use acquaint::replica::{Key, Kind, Options};
use serde_json::{Value, json};

#[tokio::test]
async fn filters_choose_rows() {
    let grant = |options: &mut Options| options.keys.push(Key::new("grant").with_confidential());
    let replica = start(grant);
    let check = async |query: &str, expected: &str| {
        let (status, page) = get_as(&replica, "grant", &format!("/opportunities?{query}")).await;
        assert_eq!((status, ids(&page).as_str()), (200, expected), "{query}");
    };
    check("", "o-5 o-3 o-2 o-1").await;
    check("confidentiality=all", "o-5 o-4 o-3 o-2 o-1").await;
    check("confidentiality=confidential", "o-4").await;
    check("tag=rust", "o-1").await;
    check("tag=rust&tag=go", "o-2 o-1").await;
    check("tag=go&origin=applied", "o-2").await;
    check("source=LinkedIn", "o-1").await;
    check("origin=applied", "o-2").await;
    check("stage_id=s-screen", "o-2").await;
    check("posting_id=p-1&posting_id=p-3&confidentiality=all", "o-4 o-2").await;
    check("archived_posting_id=p-1", "").await;
    check("archived=true", "o-5 o-3").await;
    check("archived=false", "o-2 o-1").await;
    check("archive_reason_id=r-hired", "o-3").await;
    check("snoozed=true", "o-2").await;
    check("snoozed=false", "o-5 o-3 o-1").await;
    check("contact_id=c-ana", "o-2 o-1").await;
    check("contact_id=c-ana&contact_id=c-cy", "o-5 o-2 o-1").await;
    check("contact_id=nobody", "").await;
    check("email=%20BO.lind@Example.org", "o-3").await;
    check("email=bo.lind@example.org&contact_id=c-ana", "").await;
    check("location=Porto%2C+Portugal", "o-3 o-2 o-1").await;
    check("no_such_filter=1", "o-5 o-3 o-2 o-1").await;
    let windows = [
        (format!("created_at_start={}", ago(6)), "o-5 o-3"),
        (format!("created_at_end={}", ago(8)), "o-2 o-1"),
        (format!("created_at_start={}&created_at_end={}", ago(8), ago(6)), "o-3 o-2"),
        (format!("created_at_start={}&created_at_end={}", ago(6), ago(8)), ""),
        (format!("updated_at_start={}&updated_at_end={}", ago(10) + 1, ago(8)), "o-1"),
        (format!("updated_at_start={}", ago(99)), "o-5 o-2 o-1"),
        (format!("advanced_at_end={}", ago(0)), "o-2"),
        (format!("archived_at_start={}", ago(2)), "o-3"),
    ];
    for (query, expected) in &windows {
        check(query, expected).await;
    }
}

#[tokio::test]
async fn statuses_and_messages() {
    let replica = start(|_| {});
    let check = async |path: &str, status: u16, message: &str| {
        let (found, body) = get(&replica, path).await;
        assert_eq!((found, body["message"].as_str().unwrap_or("")), (status, message), "{path}");
        assert_eq!(body["code"].is_string(), status != 200, "{path}");
    };
    let forbidden = "The API key does not have permission to perform this request.";
    let window = "deleted_at_start and deleted_at_end are required, at most 30 days apart";
    check("/opportunities/o-1", 200, "").await;
    check("/opportunities/none", 404, "opportunity was not found").await;
    check("/opportunities/d-1", 404, "opportunity was not found").await;
    check("/opportunities/o-4", 403, forbidden).await;
    check("/opportunities/o-4/resumes", 403, forbidden).await;
    check("/opportunities?confidentiality=all", 403, forbidden).await;
    check("/opportunities?confidentiality=some", 400, "confidentiality is not valid").await;
    check("/opportunities?email=nobody", 400, "Email address is not valid").await;
    check("/opportunities?limit=0", 400, "limit must be between 1 and 100").await;
    check("/opportunities?limit=101", 400, "limit must be between 1 and 100").await;
    check("/opportunities?created_at_start=yesterday", 400, "created_at_start must be a timestamp in milliseconds").await;
    check("/opportunities?archived=maybe", 400, "archived must be true or false").await;
    check("/opportunities/deleted", 400, window).await;
    check("/postings/deleted", 400, window).await;
    check("/opportunities/o-2/resumes/f-locked/download", 422, "The file could not be processed.").await;
    check("/opportunities/o-2/resumes/f-gone/download", 404, "resume was not found").await;
    check("/opportunities/o-1/resumes/f-ok/download", 404, "resume was not found").await;
    check("/contacts/c-%61na", 200, "").await;
    check("/contacts/none", 404, "contact was not found").await;
    check("/postings/p-1", 200, "").await;
    check("/postings/p-3", 403, forbidden).await;
    check("/users/u-3", 200, "").await;
    check("/opportunities/o-1/eeo", 403, forbidden).await;
    check("/x", 404, "/v1/x does not exist").await;
}

#[tokio::test]
async fn lists_have_the_documented_keys() {
    let replica = start(|_| {});
    let window = format!("deleted_at_start={}&deleted_at_end={}", ago(20), ago(0));
    let check = async |path: &str, expected: &str| {
        let (status, page) = get(&replica, path).await;
        assert_eq!((status, &page["hasNext"]), (200, &json!(false)), "{path}");
        assert_eq!(keys(&page["data"][0]), expected, "{path}");
    };
    let opportunity = "applications archived confidentiality contact createdAt dataProtection emails followers headline id isAnonymized \
        lastAdvancedAt lastInteractionAt links location name opportunityLocation origin owner phones snoozedUntil sourcedBy sources stage \
        stageChanges tags updatedAt urls";
    check("/opportunities", opportunity).await;
    check(&format!("/opportunities/deleted?{window}&include=id"), "deletedAt deletedBy id").await;
    check(&format!("/applications/deleted?{window}"), "deletedAt id opportunityId postingId").await;
    check("/stages", "id text").await;
    check("/archive_reasons", "id status text type").await;
    check("/tags", "count text").await;
    check("/sources", "count text").await;
    check("/opportunities/o-2/resumes", "createdAt file id parsedData").await;
    check("/opportunities/o-2/files", "downloadUrl ext id name size status uploadedAt").await;
    let user = "accessRole createdAt deactivatedAt email externalDirectoryId id jobTitle linkedContactIds managerId name photo username";
    check("/users", user).await;
    let posting = "categories confidentiality content country createdAt distributionChannels followers hiringManager id owner reqCode \
        requisitionCodes screening state tags text transcribeInterviews updatedAt urls user workplaceType";
    check("/postings", posting).await;
    check("/postings?include=id&include=state", "id state").await;
}

/// Names of an object's fields in order.
fn keys(value: &Value) -> String {
    value.as_object().map(|it| it.keys().map(String::as_str).collect::<Vec<_>>().join(" ")).unwrap_or_default()
}

#[tokio::test]
async fn rows_are_chosen_by_default() {
    let replica = start(|options| options.keys.push(Key::new("grant").with_confidential()));
    let check = async |path: &str, expected: &str| {
        assert_eq!(ids(&get_as(&replica, "grant", path).await.1), expected, "{path}");
    };
    check("/users", "u-2 u-1").await;
    check("/users?includeDeactivated=true", "u-3 u-2 u-1").await;
    check("/users?email=ines.duarte@acme.example", "u-1").await;
    check("/postings", "p-2 p-1").await;
    check("/postings?confidentiality=all", "p-3 p-2 p-1").await;
    check("/postings?state=draft", "p-2").await;
    check("/archive_reasons?type=hired", "r-hired").await;
    check("/opportunities/o-2/resumes", "f-ok f-locked f-gone").await;
    check(&format!("/opportunities/o-2/resumes?uploaded_at_start={}", ago(7)), "").await;
    let deleted = format!("/opportunities/deleted?deleted_at_start={}&deleted_at_end={}", ago(30), ago(0));
    check(&deleted, "d-1").await;
    check(&format!("{deleted}&confidentiality=all"), "d-3 d-1").await;
}

#[tokio::test]
async fn a_whole_opportunity() {
    let replica = start(|_| {});
    let (_, body) = get(&replica, "/opportunities/o-2?expand=applications&expand=stage").await;
    let id = "o-2";
    let application = json!({
        "id": "a-2", "type": "posting", "candidateId": id, "opportunityId": id, "posting": "p-1", "postingHiringManager": null,
        "postingOwner": null, "name": "Ana Ruiz", "company": "Northwind", "phone": { "type": "mobile", "value": "+351 912 000 111" },
        "email": "ana.ruiz@example.org", "links": ["https://github.com/example-person"], "comments": null, "user": null,
        "customQuestions": [], "createdAt": ago(8), "archived": null, "requisitionForHire": null, "ipAddress": null, "referer": null,
        "userAgent": null, "acceptLanguage": null, "timezone": null,
    });
    let expected = json!({
        "id": id, "name": "Ana Ruiz", "contact": "c-ana", "headline": "Northwind, Caldera Labs",
        "stage": { "id": "s-screen", "text": "Recruiter screen" },
        "confidentiality": "non-confidential", "location": "Porto, Portugal",
        "phones": [{ "type": "mobile", "value": "+351 912 000 111" }, { "type": null, "value": "+351 220 000 222" }],
        "emails": ["ana.ruiz@example.org"], "links": ["https://github.com/example-person"], "archived": null, "tags": ["go"], "sources": [],
        "stageChanges": [{ "toStageId": "s-screen", "toStageIndex": 1, "updatedAt": ago(7), "userId": "u-1" }],
        "origin": "applied", "sourcedBy": null, "owner": "u-1", "followers": ["u-1", "u-3"],
        "applications": [application],
        "createdAt": ago(8), "updatedAt": ago(8) + 1, "lastInteractionAt": ago(8), "lastAdvancedAt": ago(7), "snoozedUntil": ago(-1),
        "urls": { "list": "https://hire.lever.co/candidates", "show": "https://hire.lever.co/candidates/o-2" },
        "isAnonymized": false, "dataProtection": null, "opportunityLocation": "unspecified",
    });
    assert_eq!(body, json!({ "data": expected }));
}

#[tokio::test]
async fn include_takes_away_and_expand_wins() {
    let replica = start(|_| {});
    let check = async |query: &str, expected: Value| {
        assert_eq!(get(&replica, &format!("/opportunities/{query}")).await.1["data"], expected, "{query}");
    };
    check("o-3?include=id&include=archived", json!({ "id": "o-3", "archived": { "reason": "r-hired", "archivedAt": ago(2) } })).await;
    check("o-1?include=stage&expand=stage", json!({ "stage": { "id": "lead-new", "text": "New lead" } })).await;
    check("o-1?include=id&expand=stage", json!({ "id": "o-1", "stage": { "id": "lead-new", "text": "New lead" } })).await;
    check("o-1?include=id&expand=owner&expand=applications", json!({ "id": "o-1", "owner": null, "applications": [] })).await;
    check("o-1?include=nothing", json!({})).await;
    let (_, opened) = get(&replica, "/opportunities/o-2?expand=owner&expand=followers&expand=contact").await;
    assert_eq!(opened["data"]["owner"]["name"], "Ines Duarte");
    assert_eq!(opened["data"]["followers"][1]["deactivatedAt"], ago(9));
    assert_eq!(opened["data"]["contact"], get(&replica, "/contacts/c-ana").await.1["data"]);
}

#[tokio::test]
async fn a_resume_is_downloaded_as_it_was_made() {
    let replica = start(|_| {});
    let url = format!("{}/opportunities/o-2/resumes/f-ok/download", replica.base_url());
    let answer = client().get(url).bearer_auth(replica.key()).send().await.expect("an answer");
    assert_eq!(answer.headers()["content-type"], "application/pdf");
    let bytes = answer.bytes().await.expect("a whole body");
    assert_eq!(bytes, acquaint::world::render(&account::spec()));
    let (_, list) = get(&replica, "/opportunities/o-2/resumes").await;
    assert_eq!(list["data"][0]["file"]["size"], bytes.len());
    assert_eq!(list["data"][1].get("parsedData"), None);
    assert_eq!(list["data"][0]["parsedData"]["positions"][0]["start"], json!({ "year": 2021, "month": 3 }));
    assert_eq!((replica.stats().downloads, replica.stats().of(Kind::ResumeDownload)), (1, 1));
}

#[tokio::test]
async fn disposition_stages_tell_the_pipeline() {
    let replica = start(|_| {});
    let (_, body) = get(&replica, "/disposition_stages").await;
    assert_eq!(
        body["data"]["stages"][1],
        json!({ "id": "s-screen", "text": "Recruiter screen", "pipeline": "screen", "rank": 1.0, "hasInterview": true })
    );
    assert_eq!(body["data"]["archiveReasons"][1], json!({ "id": "r-withdrew", "text": "Withdrew", "type": null, "status": "inactive" }));
}
