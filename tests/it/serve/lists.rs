//! Lists that are checked: as people paste them, and as spreadsheets write them.

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_comes_back_with_what_was_asked() {
    let place = Place::open().await;
    let token = place.role(A, Role::Sourcer).await;
    let list = "Name,LinkedIn%0AAna,https://linkedin.com/in/p-active%0A%0A=1%2B1,https://x.example/nobody%0Ap-absent";
    // As a program writes it, and as a spreadsheet does.
    for begin in ["", "%EF%BB%BF", "%EF%BB%BF%0A%20,,%0A"] {
        let csv = place.form("/t/acme/list", &token, &format!("csv=yes&list={begin}{list}")).await;
        let lines: Vec<&str> = csv.text.lines().collect();
        assert_eq!(lines.len(), 4, "no line for the names of columns: {}", csv.text);
        assert!(lines[0].starts_with("asked,profile,name,"));
        let begins = [
            "\"https://linkedin.com/in/p-active\",\"p-active\",\"Ana Ruiz\"",
            "\"https://x.example/nobody\",\"\",",
            "\"p-absent\",\"p-absent\",",
        ];
        for (line, begin) in lines[1..].iter().zip(begins) {
            assert!(line.starts_with(begin), "{line}");
            assert_eq!(line.matches("\",\"").count(), 9, "as many cells as names: {line}");
        }
    }
}

/// Which of a list's cells are asked for, a list a row.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_each_line_the_address_is_asked_for() {
    let place = Place::open().await;
    let token = place.role(A, Role::Sourcer).await;
    let unclosed = format!("\"{}\nhttps://a.example/x;y", "\"\"".repeat(9));
    for (list, asked) in [
        ("https://a.example/x\r\nb.example/y\r\np-1", vec!["https://a.example/x", "b.example/y", "p-1"]),
        ("Name,Title,LinkedIn\nAna,\"Sr. Engineer, R&D/Ops\",linkedin.com/in/ana", vec!["linkedin.com/in/ana"]),
        ("p-1;Engineer (R.&D./QA);www.a.example/x\np-2\tVP, U.S./Canada\tnone", vec!["www.a.example/x", "p-2"]),
        ("Node.js/React,linkedin.com/in/bela", vec!["linkedin.com/in/bela"]),
        ("Ana,people.corp/p/1\nBo,M.D./Ph.D.", vec!["people.corp/p/1", "Bo"]),
        ("Ana,see https://n.example for more,https://a.example/x", vec!["https://a.example/x"]),
        ("Ana,\"met in Bonn,\nhttps://n.example\nnice\",https://a.example/x\nBo,p", vec!["https://a.example/x", "Bo"]),
        ("\"Ana \"\"the\"\" Ruiz\",\"https://a.example/x,y\"", vec!["https://a.example/x,y"]),
        ("\"Ana\nhttps://a.example/x\n\n5\" disk,https://b.example/y", vec!["Ana", "https://a.example/x", "https://b.example/y"]),
        (unclosed.as_str(), vec!["https://a.example/x"]),
        // A quote that is not closed takes no quotes from the lines after it.
        ("\"Ana,a.example/x\n\nBo,\"Jr., M.D./x\",b.example/y\nCy,\"c.example/z,1\"", vec!["a.example/x", "b.example/y", "c.example/z,1"]),
        ("\"Ana \"the\" Ruiz\",a.example/x\n\"Bo, Jr.\",b.example/y", vec!["a.example/x", "b.example/y"]),
        ("Ana,\"a.example/x\nBo,b.example/y\n\"\"\nCy,c.example/z", vec!["a.example/x", "b.example/y", "c.example/z"]),
        ("a.example/x\",\"y\nb.example/y\",\"z\n\"c.example/z,1\"", vec!["a.example/x", "b.example/y", "c.example/z,1"]),
        (" \t \"a.example/x,1\" ,Ana\n\" \",\"b.example/y\"", vec!["a.example/x,1", "b.example/y"]),
        (" , ;\t\"\"\n\"\"\n", vec![]),
    ] {
        let form = url::form_urlencoded::Serializer::new(String::new()).append_pair("csv", "yes").append_pair("list", list).finish();
        let csv = place.form("/t/acme/list", &token, &form).await;
        let first = csv.text.lines().skip(1).map(|it| it.split("\",\"").next().expect("a cell").trim_start_matches('"'));
        assert_eq!(first.collect::<Vec<_>>(), asked, "{list:?}: {}", csv.text);
    }
}

/// What each of its lines, or of its quotes, would have gone over once more takes no longer than any other list of a mebibyte: to go over
/// these so often would take minutes, and the server gives up after half of one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_is_gone_over_once() {
    let place = Place::open().await;
    let token = place.role(A, Role::Sourcer).await;
    const ROOM: usize = (1 << 20) - 100;
    let repeated = |line: &str| line.repeat(ROOM / line.len());
    let (half, quotes) = (" ".repeat(ROOM / 2), "\"".repeat(ROOM / 2));
    for (list, asked, found, dropped) in [
        (repeated("x\",\"y\n"), "x", 100, ROOM / 6 - 100),
        (repeated("p-1\",\"a.example/x\n"), "a.example/x", 100, ROOM / 18 - 100),
        (repeated("p-1\n"), "p-1", 100, ROOM / 4 - 100),
        (format!("{half}x{quotes},a.example/x"), "a.example/x", 1, 0),
    ] {
        let page = place.form("/t/acme/list", &token, &format!("list={list}")).await;
        assert_eq!(page.status, StatusCode::OK, "{asked}");
        let asked_for = format!("<p class=\"quiet\">{asked}</p>");
        assert_eq!(page.text.matches(&asked_for).count(), found, "{asked}");
        let told = format!("The list had {dropped} lines more than 100");
        assert_eq!((page.text.contains(&told), page.text.contains("lines more than")), (dropped > 0, dropped > 0), "{asked}");
    }
}
