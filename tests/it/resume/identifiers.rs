//! Text → e-mails, phones, links: tables.

use acquaint::resume::identifiers;

fn check(text: &str, emails: &[&str], phones: &[&str], urls: &[&str]) {
    let found = identifiers(text);
    assert_eq!(found.emails, emails, "e-mails of {text:?}");
    assert_eq!(found.phones, phones, "phones of {text:?}");
    assert_eq!(found.urls, urls, "links of {text:?}");
}

#[test]
fn an_email_is_taken_as_it_stands() {
    for (text, email) in [
        ("ana.ruiz@example.com", "ana.ruiz@example.com"),
        ("Mail: ANA_R+jobs@mail.example.co.uk.", "ANA_R+jobs@mail.example.co.uk"),
        ("<ana@example.com>, Madrid", "ana@example.com"),
        ("mailto:ana@example.com|Madrid", "ana@example.com"),
        ("E-mail.....ana@example.com", "ana@example.com"),
        ("o'brien@example.com", "o'brien@example.com"),
        ("'ana@example.com'", "ana@example.com"),
        ("\u{f0e0}ana@example.com", "ana@example.com"),
        ("邮箱ana@example.com电话", "ana@example.com"),
        ("почта: ana@example.com", "ana@example.com"),
        ("ana＠example．com", "ana@example.com"),
        ("o\u{fb03}ce@example.com", "office@example.com"),
        ("ana@exam\u{ad}ple.com", "ana@example.com"),
        ("@ana@example.com", "ana@example.com"),
        ("ana@example.comPhone", "ana@example.com"),
        ("Worked at Acme Ltd.\nana@example.com", "ana@example.com"),
        ("------\nana@example.com\n------", "ana@example.com"),
        ("ana@example.com -\n600", "ana@example.com"),
        ("ana@example.com.\nBorn in Madrid", "ana@example.com"),
    ] {
        check(text, &[email], &[], &[]);
    }
}

#[test]
fn a_doubtful_email_is_refused() {
    for text in [
        "o\u{fffd}ice@example.com",
        "\u{fffd}ana@example.com",
        "ana@example.com\u{fffd}",
        "o\u{1}ice@example.com",
        "o\u{e001}ice@example.com",
        "josé.silva@example.com",
        "ana@bücher.example",
        "o’brien@example.com",
        "{ana,ben}@example.com",
        "ana@@example.com",
        "ana@example",
        "ana@example.c0m",
        "ana@.com",
        "firstname.\nlastname@example.com",
        "ana@mail.example.\ncom",
        "ana@mail-exam.ple-\ncorp.com",
        "@ana",
        "user@host",
    ] {
        check(text, &[], &[], &[]);
    }
}

#[test]
fn a_phone_is_taken_as_written() {
    for text in [
        "+41 79 555 01 23",
        "+1 (415) 555-2671",
        "(415) 555-2671",
        "415.555.2671",
        "415-555-2671",
        "+49 (0) 170 5550123",
        "0170/5550123",
        "06 12 34 56 78",
        "06.12.34.56.78",
        "09055501234",
        "0041795550123",
        "+8613555501234",
        "020 7946 0018",
        "6123 4567",
        "22 33 44 56",
        "555-2019-777",
    ] {
        check(&format!("Tel: {text}, Madrid"), &[], &[text], &[]);
        check(text, &[], &[text], &[]);
        check(&format!("Madrid | {text} | Spain"), &[], &[text], &[]);
    }
    check("+41 79 555 01 23 / +41 44 555 01 24", &[], &["+41 79 555 01 23", "+41 44 555 01 24"], &[]);
    check("079 555 01 23 / 044 555 01 24", &[], &["079 555 01 23", "044 555 01 24"], &[]);
    check("Phone 5550123", &[], &["5550123"], &[]);
    check("079 555 01 23\n079-555-01-23", &[], &["079 555 01 23"], &[]);
}

#[test]
fn other_digits_are_no_phone() {
    for text in [
        "2018 - 2021",
        "2018–2021",
        "2015/2016",
        "01/2018 - 03/2020",
        "2018.03 - 2020.05",
        "12.05.1990",
        "1990-05-12",
        "19900512",
        "20180301 - 20200531",
        "5550123",
        "192.168.10.12",
        "ISBN 978-1-60558-392-0",
        "9781605583921",
        "ORCID 0000-0002-1825-0097",
        "DOI 10.1007/978-3-319",
        "ID: 123456789",
        "#1234567890",
        "$1234567890",
        "1,234,567,890",
        "1234567890%",
        "ABC-123-4567",
        "A1234567890",
        "1234567890B",
        "000-00-0000",
        "12345678901234567890",
        "+41 79 55\u{fffd}5 01 23",
        "30 000 units, 10 000 people",
        "5 000 5 000",
        "100 200 300",
        "8.8 10.3 12.2 12.7",
        "doi 10.1000/2023.1234",
        "pp. 1234-1256",
        "100-0001",
    ] {
        check(text, &[], &[], &[]);
    }
}

#[test]
fn a_link_is_taken_as_it_stands() {
    for (text, url) in [
        ("https://www.linkedin.com/in/ana-ruiz", "https://www.linkedin.com/in/ana-ruiz"),
        ("linkedin.com/in/ana-ruiz, Madrid", "linkedin.com/in/ana-ruiz"),
        ("LinkedIn: LinkedIn.com/in/Ana-Ruiz", "LinkedIn.com/in/Ana-Ruiz"),
        ("\u{f08c}linkedin.com/in/ana-ruiz", "linkedin.com/in/ana-ruiz"),
        ("(github.com/anaruiz)", "github.com/anaruiz"),
        ("see www.anaruiz.dev.", "www.anaruiz.dev"),
        ("anaruiz.dev", "anaruiz.dev"),
        ("http://anaruiz.dev/?a=1#top", "http://anaruiz.dev/?a=1#top"),
        ("主页github.com/anaruiz 电话", "github.com/anaruiz"),
        ("linkedin.com/in/josé-ruiz", "linkedin.com/in/josé-ruiz"),
    ] {
        check(text, &[], &[], &[url]);
    }
}

#[test]
fn other_words_are_no_link() {
    for text in [
        "Node.js and ASP.NET",
        "B.Tech, M.Sc., Ph.D.",
        "main.py readme.md",
        "the end.The start",
        "e.g. i.e.",
        "ftp://example.com/file",
        "linkedin.com/in/ana\u{fffd}ruiz",
        "linkedin.com/in/ana电话",
        "https://linkedin.com/in/ana-\nruiz",
        "version 1.2.3",
    ] {
        check(text, &[], &[], &[]);
    }
}

#[test]
fn digits_of_a_link_are_no_phone() {
    check(
        "https://example.com/5550123456 linkedin.com/in/ana-5550123456",
        &[],
        &[],
        &["https://example.com/5550123456", "linkedin.com/in/ana-5550123456"],
    );
    check("ana5550123456@example.com", &["ana5550123456@example.com"], &[], &[]);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(200))]

    #[test]
    fn any_text_is_survived(text in "(\\PC|[@./+0-9\u{fffd}\u{e000}\n-]){0,200}") {
        let found = identifiers(&text);
        for it in found.emails.iter().chain(&found.phones).chain(&found.urls) {
            assert!(!it.contains('\u{fffd}') && !it.trim().is_empty(), "refused or empty");
        }
    }
}
