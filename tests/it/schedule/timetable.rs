//! Times: cron in a time zone, through both changes of the clock, with presets, blackouts and a clock that jumps.

use acquaint::model::{Millis, RunKind, Settings, TenantName};
use acquaint::schedule::{BadTimetable, Due, Timetable};
use std::collections::BTreeSet;

fn at(text: &str) -> Millis {
    Millis::parse(text).unwrap_or_else(|| panic!("{text} is no time"))
}

fn name(text: &str) -> TenantName {
    TenantName::new(text).expect("a name")
}

fn settings(schedule: &str, zone: &str) -> Settings {
    Settings { schedule: Some(schedule.into()), time_zone: Some(zone.into()), ..Settings::default() }
}

fn timetable(schedule: &str, zone: &str) -> Timetable {
    Timetable::of(&name("acme"), &settings(schedule, zone)).expect("a timetable")
}

/// The next times of the full run, one after the other.
fn check(schedule: &str, zone: &str, from: &str, expected: &[&str]) {
    let (table, mut now) = (timetable(schedule, zone), at(from));
    for next in expected {
        now = table.next(RunKind::Full, now).expect("a next time");
        assert_eq!(now.rfc3339().as_deref(), Some(*next), "`{schedule}` in {zone} from {from}");
    }
}

#[test]
fn a_time_that_does_not_exist_is_served_after_the_gap() {
    // In Berlin it is 03:00 after 01:59 on 29 March 2026.
    check("30 2 * * *", "Europe/Berlin", "2026-03-28T00:00:00Z", &["2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"]);
    // In New York 8 March 2026.
    check("15 2 * * *", "America/New_York", "2026-03-08T00:00:00Z", &["2026-03-08T07:00:00Z", "2026-03-09T06:15:00Z"]);
    check(
        "*/30 * * * *",
        "Europe/Berlin",
        "2026-03-29T00:20:00Z",
        &["2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z"],
    );
}

#[test]
fn a_time_that_comes_twice_is_served_once() {
    // In Berlin 02:00 to 02:59 comes twice on 25 October 2026.
    check("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", &["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]);
    check("30 1 * * *", "America/New_York", "2026-11-01T00:00:00Z", &["2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"]);
    let twice = ["2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:00:00Z"];
    check("*/30 * * * *", "Europe/Berlin", "2026-10-25T00:00:00Z", &twice);
}

#[test]
fn every_day_of_a_year_has_its_run() {
    for (zone, days) in [("Europe/Berlin", 365), ("America/New_York", 365), ("Australia/Lord_Howe", 365), ("UTC", 365)] {
        let (table, mut now, mut seen) = (timetable("30 2 * * *", zone), at("2026-01-01T12:00:00Z"), 0);
        let end = now.plus(days * 24 * 3_600_000);
        while let Some(next) = table.next(RunKind::Full, now).filter(|it| *it <= end) {
            assert!(next > now);
            (now, seen) = (next, seen + 1);
        }
        assert_eq!(seen, days, "{zone}");
    }
}

#[test]
fn presets_have_a_time_of_each_tenants_own() {
    let from = at("2026-11-22T00:00:00Z");
    let first = |tenant: &str, schedule: &str, kind| {
        let table = Timetable::of(&name(tenant), &settings(schedule, "UTC")).expect("a timetable");
        let next = table.next(kind, from).expect("a next time");
        assert_eq!(table.next(kind, from), Some(next), "it is stable");
        next.0 - from.0
    };
    const HOUR: i64 = 3_600_000;
    let tenants: Vec<String> = (0..200).map(|it| format!("t-{it}")).collect();
    for (schedule, kind, begin, spread) in
        [("nightly", RunKind::Full, HOUR, 4 * HOUR), ("weekly", RunKind::Full, HOUR, 4 * HOUR), ("recent", RunKind::Recent, 0, HOUR / 4)]
    {
        let times: BTreeSet<i64> = tenants.iter().map(|it| first(it, schedule, kind)).collect();
        assert!(times.first() >= Some(&begin) && times.last() < Some(&(begin + spread)), "{schedule}");
        assert!(times.len() > 190, "{schedule}: {} times", times.len());
        let halves = times.iter().filter(|it| **it < begin + spread / 2).count();
        assert!((60..140).contains(&halves), "{schedule}: {halves} in the first half");
    }
    let both = timetable("nightly + recent", "UTC");
    assert_eq!(both.kinds().collect::<Vec<_>>(), [RunKind::Full, RunKind::Recent]);
    let own = timetable("30 2 * * 1-5 + recent */10 7-19 * * *", "UTC");
    assert_eq!(own.next(RunKind::Full, from), Some(at("2026-11-23T02:30:00Z")), "a person's own times are kept");
    assert_eq!(own.next(RunKind::Recent, from), Some(at("2026-11-22T07:00:00Z")));
}

#[test]
fn what_was_missed_is_made_good_once() {
    let table = timetable("0 2 * * *", "UTC");
    let due = |served: &str, now: &str| table.due(RunKind::Full, at(served), at(now));
    assert_eq!(due("2026-11-20T02:00:00Z", "2026-11-21T01:59:59Z"), Due::NotYet);
    assert_eq!(due("2026-11-20T02:00:00Z", "2026-11-21T02:00:00Z"), Due::Now(at("2026-11-21T02:00:00Z")));
    // Ten days down: one run, however many times have passed.
    assert_eq!(due("2026-11-20T02:00:00Z", "2026-11-30T12:00:00Z"), Due::Now(at("2026-11-21T02:00:00Z")));
    assert_eq!(due("2026-11-30T12:00:00Z", "2026-11-30T12:00:02Z"), Due::NotYet);
    assert_eq!(table.due(RunKind::Recent, at("2026-11-20"), at("2026-11-30")), Due::NotYet, "it is not scheduled");
}

#[test]
fn a_clock_that_jumps_neither_stops_a_schedule_nor_repeats_it_for_ever() {
    let table = timetable("0 2 * * *", "UTC");
    let due = |served: &str, now: &str| table.due(RunKind::Full, at(served), at(now));
    // A year ahead: one run. Back again: times count from now on.
    assert_eq!(due("2026-11-20T02:00:00Z", "2027-11-20T12:00:00Z"), Due::Now(at("2026-11-21T02:00:00Z")));
    assert_eq!(due("2027-11-20T12:00:00Z", "2026-11-20T12:00:00Z"), Due::FromNowOn);
    assert_eq!(due("2026-11-20T12:00:00Z", "2026-11-20T12:00:02Z"), Due::NotYet);
    assert_eq!(due("2026-11-20T12:00:00Z", "2026-11-21T02:00:00Z"), Due::Now(at("2026-11-21T02:00:00Z")));
    // Some seconds back, as clocks do: the time that was served stays served.
    assert_eq!(due("2026-11-21T02:00:00Z", "2026-11-21T01:59:30Z"), Due::NotYet);
    assert_eq!(due("2026-11-21T02:00:00Z", "2026-11-21T02:00:01Z"), Due::NotYet);
}

#[test]
fn nothing_begins_in_a_blackout_or_a_pause() {
    let quiet = |blackout: &str, paused, now: &str| {
        let settings = Settings { blackout: Some(blackout.into()), paused, ..settings("*/15 * * * *", "Europe/Berlin") };
        let table = Timetable::of(&name("acme"), &settings).expect("a timetable");
        table.due(RunKind::Full, at("2026-11-20"), at(now)) == Due::NotYet
    };
    // In Berlin it is an hour later than in UTC.
    for (now, expected) in [("06:14", true), ("05:59", false), ("17:59", true), ("18:00", false), ("22:00", false)] {
        assert_eq!(quiet("07:00-19:00", false, &format!("2026-11-22T{now}:00Z")), expected, "by day at {now}");
    }
    for (now, expected) in [("21:30", true), ("23:30", true), ("04:59", true), ("05:00", false), ("20:59", false), ("11:30", true)] {
        assert_eq!(quiet("22:00-06:00, 12:00-13:00", false, &format!("2026-11-22T{now}:00Z")), expected, "over midnight at {now}");
    }
    assert!(quiet("none", true, "2026-11-22T12:00:00Z"), "paused");
    assert!(!quiet("none", false, "2026-11-22T12:00:00Z"));
}

#[test]
fn what_is_no_timetable_is_told() {
    let told = |schedule: &str, zone: &str, blackout: &str| {
        let settings = Settings { blackout: Some(blackout.into()), ..settings(schedule, zone) };
        Timetable::of(&name("acme"), &settings).err()
    };
    assert_eq!(told("none", "UTC", "none"), None);
    for schedule in ["daily", "", "61 * * * *", "* * * *", "0 0 2 * * *", "full", "recent nightly", "nightly +", "* * * * * 2027"] {
        assert_eq!(told(schedule, "UTC", "none"), Some(BadTimetable::Schedule), "`{schedule}`");
    }
    assert_eq!(told("nightly+weekly", "UTC", "none"), Some(BadTimetable::Twice));
    assert_eq!(told("nightly", "Mars/Olympus", "none"), Some(BadTimetable::Zone));
    for blackout in ["7-19", "07:00", "25:00-26:00", "07:00-07:00"] {
        assert_eq!(told("nightly", "UTC", blackout), Some(BadTimetable::Blackout), "`{blackout}`");
    }
    assert_eq!(timetable("0 2 30 2 *", "UTC").next(RunKind::Full, at("2026-11-22")), None, "a 30th of February never comes");
}
