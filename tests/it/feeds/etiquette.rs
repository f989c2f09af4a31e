//! The sources' rules, by times worked out by hand from their published policies.

use alliedsky::feed::celestrak;
use alliedsky::feed::etiquette::{Facts, NotNow, may_ask, may_repeat};
use alliedsky::feed::query::Query;
use alliedsky::feed::space_track;
use alliedsky::machine::clock::{Reading, Uptime};
use chrono::{DateTime, TimeDelta, Utc};

use super::time;

fn at(text: &str) -> Reading {
    Reading::at(time(text))
}

/// A reading of a machine that was started as `boot`, so many seconds ago.
fn up(wall: &str, boot: &str, seconds: f64) -> Reading {
    Reading { wall: time(wall), uptime: Some(Uptime { boot_id: boot.to_owned(), seconds }) }
}

fn sent(reading: Reading) -> Facts {
    Facts { last_sent: Some(reading.clone()), recent: vec![reading], ..Facts::default() }
}

#[track_caller]
fn allowed(query: &Query, facts: &Facts, now: &Reading) {
    assert_eq!(may_ask(query, facts, now), Ok(()));
}

#[track_caller]
fn waits(query: &Query, facts: &Facts, now: &Reading, until: &str) {
    match may_ask(query, facts, now) {
        Err(NotNow::Waits { until: found, .. }) => assert_eq!(found, time(until)),
        other => panic!("{other:?} where {until} was expected"),
    }
}

#[test]
fn a_query_is_asked_once_an_interval() {
    let facts = sent(at("2026-11-22T08:00:00Z"));
    for (query, last_refused, first_allowed, until) in [
        (celestrak::group("active"), "2026-11-22T09:59:59Z", "2026-11-22T10:00:00Z", "2026-11-22T10:00:00Z"),
        (celestrak::supplemental("starlink"), "2026-11-22T09:59:59Z", "2026-11-22T10:00:00Z", "2026-11-22T10:00:00Z"),
        (celestrak::satcat(), "2026-11-23T07:59:59Z", "2026-11-23T08:00:00Z", "2026-11-23T08:00:00Z"),
        (celestrak::earth_orientation(), "2026-11-23T07:59:59Z", "2026-11-23T08:00:00Z", "2026-11-23T08:00:00Z"),
        (space_track::cdm_public(), "2026-11-22T15:59:59Z", "2026-11-22T16:00:00Z", "2026-11-22T16:00:00Z"),
        // An hour later is the full hour, which Space-Track asks to leave out.
        (space_track::full_catalogue(), "2026-11-22T09:00:59Z", "2026-11-22T09:01:00Z", "2026-11-22T09:01:00Z"),
    ] {
        waits(&query, &facts, &at(last_refused), until);
        allowed(&query, &facts, &at(first_allowed));
        allowed(&query, &Facts::default(), &at("2026-11-22T08:10:00Z"));
    }
}

#[test]
fn the_full_and_the_half_hour_are_left_out() {
    let query = space_track::full_catalogue();
    for (now, until) in [
        ("2026-11-22T10:00:00Z", "2026-11-22T10:01:00Z"),
        ("2026-11-22T10:00:59.5Z", "2026-11-22T10:01:00Z"),
        ("2026-11-22T10:30:30Z", "2026-11-22T10:31:00Z"),
        ("2026-11-22T10:29:50Z", "2026-11-22T10:31:00Z"),
        ("2026-11-22T10:59:59.999Z", "2026-11-22T11:01:00Z"),
    ] {
        waits(&query, &Facts::default(), &at(now), until);
    }
    for now in ["2026-11-22T10:01:00Z", "2026-11-22T10:29:44Z", "2026-11-22T10:31:00Z", "2026-11-22T10:59:44Z"] {
        allowed(&query, &Facts::default(), &at(now));
    }
    // The other query of the source, and the other source, know no such rule.
    allowed(&space_track::cdm_public(), &Facts::default(), &at("2026-11-22T10:00:00Z"));
    allowed(&celestrak::group("active"), &Facts::default(), &at("2026-11-22T10:00:00Z"));
}

#[test]
fn space_track_is_asked_twenty_times_a_minute_and_two_hundred_an_hour_at_most() {
    let query = space_track::cdm_public();
    let now = at("2026-11-22T10:10:00Z");
    let every = |seconds: i64, count: i64| Facts {
        recent: (0..count).map(|index| Reading::at(now.wall - TimeDelta::seconds(seconds * index))).collect(),
        ..Facts::default()
    };
    allowed(&query, &every(1, 19), &now);
    // The twentieth from the end was 19 s ago: it is a minute old in 41 s.
    waits(&query, &every(1, 20), &now, "2026-11-22T10:10:41Z");
    allowed(&query, &every(4, 199), &now);
    // The 200th from the end was 199 × 4 s = 796 s ago: an hour old in 2804 s.
    waits(&query, &every(4, 200), &now, "2026-11-22T10:56:44Z");
    assert_eq!(may_repeat(&query, &every(1, 19), &now), Ok(()));
    assert!(may_repeat(&query, &every(1, 20), &now).is_err());
    // A repeated request does not wait for the one before.
    assert_eq!(may_repeat(&query, &sent(now.clone()), &now), Ok(()));
    // CelesTrak counts by query alone.
    allowed(&celestrak::group("active"), &every(1, 200), &now);
}

#[test]
fn a_source_that_is_not_reached_is_left_alone_longer_each_time() {
    let query = celestrak::group("active");
    let facts = |misses| Facts { misses, last_miss: Some(at("2026-11-22T10:00:00Z")), ..Facts::default() };
    for (misses, until) in [
        (1, "2026-11-22T10:15:00Z"),
        (2, "2026-11-22T10:30:00Z"),
        (3, "2026-11-22T11:00:00Z"),
        (4, "2026-11-22T12:00:00Z"),
        (5, "2026-11-22T12:00:00Z"),
        (4_000_000_000, "2026-11-22T12:00:00Z"),
    ] {
        waits(&query, &facts(misses), &at("2026-11-22T10:00:01Z"), until);
        allowed(&query, &facts(misses), &at(until));
    }
    waits(&celestrak::satcat(), &facts(8), &at("2026-11-22T10:00:01Z"), "2026-11-23T10:00:00Z");
    // The request that was sent before counts on.
    let both = Facts { last_sent: Some(at("2026-11-22T09:59:00Z")), ..facts(1) };
    waits(&query, &both, &at("2026-11-22T10:20:00Z"), "2026-11-22T11:59:00Z");
}

#[test]
fn a_held_source_is_not_asked_for_anything() {
    let hold = Some((time("2026-11-22T08:00:00Z"), "status 403".to_owned()));
    let facts = Facts { hold, ..Facts::default() };
    for query in [celestrak::group("active"), celestrak::satcat(), space_track::login()] {
        for judged in [
            may_ask(&query, &facts, &at("2036-01-01T00:10:00Z")),
            may_repeat(&query, &facts, &at("2036-01-01T00:10:00Z")),
        ] {
            let refusal = judged.unwrap_err();
            assert_eq!(refusal.until(), None);
            let text = refusal.to_string();
            assert!(text.contains("status 403") && text.contains("feeds resume"), "{text}");
        }
    }
}

#[test]
fn a_wall_clock_that_jumps_changes_nothing_while_the_machine_runs() {
    let query = celestrak::group("active");
    let facts = sent(up("2026-11-22T08:00:00Z", "a", 1000.0));
    let jumps = [
        "2026-11-22T07:00:00Z",
        "2026-11-22T09:00:00Z",
        "2026-11-21T08:00:00Z",
        "1970-01-01T00:00:00Z",
        "2036-11-22T08:00:00Z",
    ];
    for wall in jumps {
        // An hour has passed, whatever the wall says: another hour is to wait.
        let refusal = may_ask(&query, &facts, &up(wall, "a", 4600.0)).unwrap_err();
        assert_eq!(refusal.until(), Some(time(wall) + TimeDelta::hours(1)), "{wall}");
        allowed(&query, &facts, &up(wall, "a", 8200.0));
    }
}

#[test]
fn after_a_restart_the_wall_clock_counts_but_never_backwards() {
    let query = celestrak::group("active");
    let facts = sent(up("2026-11-22T08:00:00Z", "a", 1000.0));
    waits(&query, &facts, &up("2026-11-22T09:00:00Z", "b", 5.0), "2026-11-22T10:00:00Z");
    allowed(&query, &facts, &up("2026-11-22T10:00:00Z", "b", 5.0));
    // The clock lost its battery: nothing is known, a whole interval is waited for.
    waits(&query, &facts, &up("1970-01-01T00:00:10Z", "b", 5.0), "1970-01-01T02:00:10Z");
    // A clock that the user sets counts as it stands, and never backwards.
    let past: DateTime<Utc> = time("2026-11-21T08:00:00Z");
    assert_eq!(may_ask(&query, &facts, &Reading::at(past)).unwrap_err().until(), Some(time("2026-11-22T10:00:00Z")));
}
