//! Signing in and out, and what every page holds to.

use super::*;
use reqwest::header::{LOCATION, ORIGIN};

async fn sign_in(place: &Place, form: &str, header: (&str, &str)) -> Answer {
    let request = place.client.post(format!("{}/sign-in", place.url)).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    Answer::of(request.header(header.0, header.1).body(form.to_owned()).send().await.expect("an answer")).await
}

fn cookie(answer: &Answer) -> String {
    answer.header(SET_COOKIE.as_str()).split(';').next().expect("a cookie").to_owned()
}

const RIGHT: &str = "name=ana&password=correct+horse+battery";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_signs_in_and_out() {
    let place = Place::open().await;
    place.user("ana", Grant::Tenant(name(A), Role::Sourcer)).await;
    let away = place.with_cookie(Method::GET, "/?x=1", "").await;
    assert_eq!((away.status.as_u16(), away.header(LOCATION.as_str())), (303, "/sign-in?then=%2F%3Fx%3D1"));
    let entered = sign_in(&place, RIGHT, ("x-a", "b")).await;
    assert_eq!((entered.status.as_u16(), entered.header(LOCATION.as_str())), (303, "/"));
    let set = entered.header(SET_COOKIE.as_str());
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax") && set.contains("Path=/") && !set.contains("Secure"), "{set}");
    let secure = sign_in(&place, RIGHT, ("x-forwarded-proto", "https")).await;
    let set = secure.header(SET_COOKIE.as_str());
    assert!(
        set.starts_with("__Host-acquaint_session=") && set.contains("Secure") && set.contains("Path=/") && !set.contains("Domain"),
        "{set}"
    );
    assert_eq!((secure.header("strict-transport-security"), entered.header("strict-transport-security")), ("max-age=31536000", ""));
    let ask = async |cookie: &str| {
        let request = place.client.get(format!("{}/api/v1/tenants", place.url)).header("x-forwarded-proto", "https");
        Answer::of(request.header(COOKIE, cookie).send().await.expect("an answer")).await.code()
    };
    assert_eq!(ask(&cookie(&secure)).await, 200);
    assert_eq!(ask(&cookie(&secure).replace("__Host-", "")).await, 401, "a cookie that anybody could have set is none");
    let session = cookie(&entered);
    let home = place.with_cookie(Method::GET, "/", &session).await;
    assert_eq!((home.status.as_u16(), home.header(LOCATION.as_str())), (303, "/t/acme/search"), "where a sourcer's day begins");
    let search = place.with_cookie(Method::GET, "/t/acme/search", &session).await;
    assert!(search.status == StatusCode::OK && search.text.contains("user ana"));
    // The pages' own scripts may ask the interface.
    assert_eq!(place.with_cookie(Method::GET, "/api/v1/tenants/acme/search?q=ana", &session).await.code(), 200);
    assert_eq!(place.with_cookie(Method::GET, "/api/v1/tenants/bolt/search?q=ana", &session).await.code(), 403);
    assert_eq!(place.with_cookie(Method::POST, "/sign-out", &session).await.status.as_u16(), 303);
    assert_eq!(place.with_cookie(Method::GET, "/", &session).await.header(LOCATION.as_str()), "/sign-in?then=%2F");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_ends() {
    let place = Place::open().await;
    place.user("ana", Grant::Tenant(name(A), Role::Sourcer)).await;
    let ana = AccountName::new("ana").expect("a name");
    let status = async |session: &str| place.with_cookie(Method::GET, "/api/v1/tenants", session).await.code();
    let first = cookie(&sign_in(&place, RIGHT, ("x-a", "b")).await);
    assert_eq!(status(&first).await, 200);
    place.now_is(NOW.plus(12 * HOUR));
    assert_eq!(status(&first).await, 401);
    let second = cookie(&sign_in(&place, RIGHT, ("x-a", "b")).await);
    let other = proof::password("another horse battery").expect("long enough");
    place.store.set_password(&ana, &other).await.expect("set");
    assert_eq!(status(&second).await, 401);
    let third = cookie(&sign_in(&place, "name=ana&password=another+horse+battery", ("x-a", "b")).await);
    assert_eq!(status(&third).await, 200);
    place.store.remove_account(&ana).await.expect("removed");
    assert_eq!(status(&third).await, 401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_password_is_not_said_to_be_of_anybody() {
    let place = Place::open().await;
    place.user("ana", Grant::Tenant(name(A), Role::Sourcer)).await;
    let wrong = sign_in(&place, "name=ana&password=wrong", ("x-a", "b")).await;
    let nobody = sign_in(&place, "name=bob&password=wrong", ("x-a", "b")).await;
    assert_eq!((wrong.status.as_u16(), nobody.status.as_u16()), (401, 401));
    assert_eq!(wrong.text.replace("ana", "bob"), nobody.text);
    assert!(wrong.headers.get(SET_COOKIE).is_none() && !wrong.text.contains("wrong\""));
    let odd = sign_in(&place, "name=%22%3E%3Cscript%3E&password=x", ("x-a", "b")).await;
    assert!(odd.status.as_u16() == 401 && !odd.text.contains("<script>"), "{}", odd.text);
    for _ in 0..9 {
        assert_eq!(sign_in(&place, "name=ana&password=wrong", ("x-a", "b")).await.status.as_u16(), 401);
    }
    let limited = sign_in(&place, RIGHT, ("x-a", "b")).await;
    assert_eq!((limited.status.as_u16(), limited.header("retry-after")), (429, "7"));
    // Elsewhere the user is let in; what a client says of itself before the proxy's word counts for nothing.
    assert_eq!(sign_in(&place, RIGHT, ("x-forwarded-for", "192.0.2.1, 127.0.0.1")).await.status.as_u16(), 429);
    assert_eq!(sign_in(&place, RIGHT, ("x-forwarded-for", "::ffff:127.0.0.1")).await.status.as_u16(), 429);
    assert_eq!(sign_in(&place, RIGHT, ("x-forwarded-for", "127.0.0.1, 192.0.2.1")).await.status.as_u16(), 303);
    assert_eq!(sign_in(&place, "name=bob&password=wrong", ("x-a", "b")).await.status.as_u16(), 401);
    place.pass(Duration::from_secs(6));
    assert_eq!(sign_in(&place, RIGHT, ("x-a", "b")).await.status.as_u16(), 303, "a tenth of a minute brings another try");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_sites_do_nothing_here() {
    let place = Place::open().await;
    place.user("ana", Grant::Tenant(name(A), Role::Operator)).await;
    for (header, value, expected) in [
        (ORIGIN.as_str(), "https://evil.example", 403),
        ("sec-fetch-site", "cross-site", 403),
        ("sec-fetch-site", "same-site", 403),
        ("sec-fetch-site", "same-origin", 303),
        ("sec-fetch-site", "none", 303),
    ] {
        assert_eq!(sign_in(&place, RIGHT, (header, value)).await.status.as_u16(), expected, "{header}: {value}");
    }
    for then in ["https://evil.example", "//evil.example", "/\\evil.example", "/%09/evil.example", "javascript:x", "/%01", "/%7f", ""] {
        let answer = sign_in(&place, &format!("{RIGHT}&then={then}"), ("x-forwarded-for", "192.0.2.7")).await;
        assert_eq!((answer.status.as_u16(), answer.header(LOCATION.as_str())), (303, "/"), "{then}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_answer_holds_to_the_policy() {
    let place = Place::open().await;
    let token = place.role(A, Role::Sourcer).await;
    for path in ["/", "/sign-in", "/nothing", "/api/v1/tenants", "/api/v1/nothing", "/health", "/api/docs/", "/api/v1/openapi.json"] {
        let answer = place.get(path, &token).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        assert!(!answer.header("x-request-id").is_empty(), "{path}");
        let policy = answer.header("content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && policy.contains("script-src 'self';") && policy.contains("frame-ancestors 'none'")
        );
        assert!(!answer.text.contains("<script>") && !answer.text.contains("onclick") && !answer.text.contains("src=\"http"), "{path}");
    }
    let page = place.get("/nothing", &token).await;
    assert!(page.status == StatusCode::NOT_FOUND && page.header("content-type").starts_with("text/html"));
    let sheet = serve::page::asset("app.css");
    let style = place.get(&sheet, "").await;
    assert!(style.status == StatusCode::OK && style.header("cache-control").contains("immutable") && style.text.contains("body"));
    assert_eq!(place.get("/assets/app.css", "").await.header("cache-control"), "no-cache");
    assert_eq!(place.get("/assets/..%2fsecret", "").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ticket_lets_in_once() {
    let place = Place::open().await;
    let session = place.signed_in("ana", Grant::Tenant(name(A), Role::Sourcer)).await;
    assert_eq!(place.with_cookie(Method::GET, "/", &session).await.header(LOCATION.as_str()), "/t/acme/search");
    let (ticket, hash) = proof::ticket();
    let ana = AccountName::new("ana").expect("a name");
    place.store.begin_session(&hash, &ana, NOW..NOW.plus(HOUR)).await.expect("begun");
    let as_cookie = place.with_cookie(Method::GET, "/", &format!("acquaint_session={ticket}")).await;
    assert_eq!(as_cookie.header(LOCATION.as_str()), "/sign-in?then=%2F", "a ticket is no session");
    let asked = place.ask(Method::HEAD, &format!("/enter?ticket={ticket}"), "", None).await;
    assert_eq!((asked.status.as_u16(), asked.header("allow")), (405, "GET"), "who only asks spends no ticket");
    for expected in ["/", "/sign-in"] {
        assert_eq!(place.get(&format!("/enter?ticket={ticket}"), "").await.header(LOCATION.as_str()), expected);
    }
    let value = session.split_once('=').expect("a value").1;
    assert_eq!(place.get(&format!("/enter?ticket={value}"), "").await.header(LOCATION.as_str()), "/sign-in", "nor a session a ticket");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_with_one_ticket_one_enters() {
    let place = Place::open().await;
    place.signed_in("ana", Grant::Tenant(name(A), Role::Sourcer)).await;
    let ana = AccountName::new("ana").expect("a name");
    let (ticket, hash) = proof::ticket();
    place.store.begin_session(&hash, &ana, NOW..NOW.plus(HOUR)).await.expect("begun");
    let address = format!("/enter?ticket={ticket}");
    let answers = futures::future::join_all((0..8).map(|_| place.get(&address, ""))).await;
    assert_eq!(answers.iter().filter(|it| it.headers.contains_key(SET_COOKIE)).count(), 1);
}

/// Whoever invents names, or has a network of addresses to try from, is counted as one, and keeps nobody else out.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn invented_names_of_one_network_are_counted_together() {
    let place = Place::open().await;
    let tries = async |user: &str, address: &str| {
        sign_in(&place, &format!("name={user}&password=wrong"), ("x-forwarded-for", address)).await.status.as_u16()
    };
    let codes = futures::future::join_all((0..45).map(|n| {
        let (user, address) = (format!("user-{n}"), format!("2001:db8::{n:x}"));
        let tries = &tries;
        async move { tries(&user, &address).await }
    }));
    assert_eq!(codes.await.iter().filter(|it| **it == 429).count(), 15, "thirty a minute");
    assert_eq!(tries("user-0", "2001:db8:0:1::1").await, 401, "a neighbour is another");
}

/// Whoever was signed out meanwhile finds the way back; whoever meets a fault of ours can name it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_error_leads_on() {
    let place = Place::open().await;
    let sent = async |referer: &str| {
        let request = place.client.post(format!("{}/t/acme/decide", place.url)).header("referer", referer);
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").header(COOKIE, "acquaint_session=over");
        Answer::of(request.body("contact=c-active&profile=p-active&ruling=later").send().await.expect("an answer")).await
    };
    for (referer, then) in [
        (format!("{}/t/acme/profile?id=p-active", place.url), "%2Ft%2Facme%2Fprofile%3Fid%3Dp-active"),
        ("https://evil.example/t/acme/profile".into(), "%2F"),
        ("nonsense".into(), "%2F"),
    ] {
        let answer = sent(&referer).await;
        assert_eq!(answer.status.as_u16(), 401);
        assert!(answer.text.contains(&format!("href=\"/sign-in?then={then}\"")), "{referer}: {}", answer.text);
    }
    let olga = place.signed_in("olga", Grant::Tenant(name(A), Role::Operator)).await;
    let broken = place.with_cookie(Method::GET, "/t/acme/contact?profile=p-active&contact=c-active", &olga).await;
    assert_eq!(broken.status.as_u16(), 502);
    assert!(broken.text.contains(broken.header("x-request-id")), "{}", broken.text);
    let mine = place.with_cookie(Method::GET, "/t/acme/nothing", &olga).await;
    assert!(mine.status == StatusCode::NOT_FOUND && !mine.text.contains(mine.header("x-request-id")), "{}", mine.text);
}

/// A part of the queue is gone on with where it was left.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_decision_leads_back_to_its_part_of_the_queue() {
    let place = Place::open().await;
    let token = place.role(A, Role::Operator).await;
    const PAIR: &str = "contact=c-review&profile=p-review&then=review";
    for (path, part, expected) in [
        ("decide", "&ruling=later&from=20", "/t/acme/review?done=later&done_contact=c-review&done_profile=p-review&from=20"),
        ("decide", "&ruling=later", "/t/acme/review?done=later&done_contact=c-review&done_profile=p-review"),
        ("undo", "&from=20", "/t/acme/review?contact=c-review&profile=p-review&from=20"),
    ] {
        let answer = place.form(&format!("/t/acme/{path}"), &token, &format!("{PAIR}{part}")).await;
        assert_eq!((answer.status.as_u16(), answer.header(LOCATION.as_str())), (303, expected));
        // One question waits: the part that it was in has become the first.
        let page = place.get(answer.header(LOCATION.as_str()), &token).await.text;
        assert!(page.contains("Hana Sato") && page.contains(r#"name="from" value="0""#), "{page}");
    }
}
