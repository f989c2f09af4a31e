//! The ledger in the database: what it remembers, and what it makes of clocks.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use alliedsky::feed::celestrak;
use alliedsky::feed::etiquette::{Facts, NotNow, may_ask};
use alliedsky::machine::clock::{Reading, Uptime};
use alliedsky::store::Store;
use alliedsky::store::ledger::{Ending, Held, History, Outcome, Received, RequestId};
use chrono::{DateTime, TimeDelta, Utc};
use tempfile::TempDir;

use super::time;

fn up(wall: DateTime<Utc>, boot: &str, seconds: f64) -> Reading {
    Reading { wall, uptime: Some(Uptime { boot_id: boot.to_owned(), seconds }) }
}

fn facts(history: &History) -> Facts {
    Facts {
        hold: history.hold.as_ref().map(|hold| (hold.since, hold.reason.clone())),
        last_sent: history.last_sent.clone(),
        misses: history.misses,
        last_miss: history.last_miss.clone(),
        recent: history.recent.clone(),
    }
}

/// Asks for the group, as a sync does.
fn reserve(store: &mut Store, now: &Reading) -> Result<RequestId, NotNow> {
    let query = celestrak::group("active");
    store.reserve("celestrak", &query.name, now, |history| may_ask(&query, &facts(history), now)).unwrap()
}

fn end(store: &mut Store, id: RequestId, outcome: Outcome, hold: bool) {
    let held = (outcome == Outcome::Fetched).then_some(Held { objects: 100, rejected: 0, newest: None });
    let at = time("2026-11-22T08:00:10Z");
    store.end_request(id, &Ending { at, outcome, reason: "why".to_owned(), status: None, held, hold }).unwrap();
}

#[test]
fn of_many_that_ask_at_once_one_is_allowed() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("sky.db");
    drop(Store::open(&path).unwrap());
    let allowed = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| {
                let mut store = Store::open(&path).unwrap();
                let now = Reading::now();
                allowed.fetch_add(usize::from(reserve(&mut store, &now).is_ok()), Ordering::SeqCst);
            });
        }
    });
    assert_eq!(allowed.load(Ordering::SeqCst), 1);
}

#[test]
fn what_was_sent_is_waited_for_whatever_came_of_it() {
    let first = Reading::at(time("2026-11-22T08:00:00Z"));
    for outcome in [
        Outcome::Fetched,
        Outcome::Unchanged,
        Outcome::NoData,
        Outcome::Refused,
        Outcome::Broken,
        Outcome::Cancelled,
        Outcome::Interrupted,
    ] {
        let mut store = Store::in_memory().unwrap();
        let id = reserve(&mut store, &first).unwrap();
        end(&mut store, id, outcome, false);
        for (now, is_allowed) in [("2026-11-22T09:59:59Z", false), ("2026-11-22T10:00:00Z", true)] {
            assert_eq!(reserve(&mut store, &Reading::at(time(now))).is_ok(), is_allowed, "{outcome:?} {now}");
        }
    }
}

#[test]
fn a_source_that_was_not_reached_may_be_tried_sooner_and_counts_its_misses() {
    let mut store = Store::in_memory().unwrap();
    // 15 minutes, then 30, then an hour, then the whole interval of two.
    for (now, next) in [
        ("2026-11-22T08:00:00Z", "2026-11-22T08:15:00Z"),
        ("2026-11-22T08:15:00Z", "2026-11-22T08:45:00Z"),
        ("2026-11-22T08:45:00Z", "2026-11-22T09:45:00Z"),
        ("2026-11-22T09:45:00Z", "2026-11-22T11:45:00Z"),
    ] {
        let id = reserve(&mut store, &Reading::at(time(now))).unwrap();
        end(&mut store, id, Outcome::NotReached, false);
        let early = Reading::at(time(next) - TimeDelta::seconds(1));
        assert_eq!(reserve(&mut store, &early).unwrap_err().until(), Some(time(next)));
    }
    let id = reserve(&mut store, &Reading::at(time("2026-11-22T11:45:00Z"))).unwrap();
    end(&mut store, id, Outcome::Fetched, false);
    let history = store.request_history("celestrak", "gp GROUP=active").unwrap();
    assert_eq!((history.misses, history.last_miss), (0, None));
}

#[test]
fn a_hold_stays_until_a_person_lifts_it() {
    let mut store = Store::in_memory().unwrap();
    let id = reserve(&mut store, &Reading::at(time("2026-11-22T08:00:00Z"))).unwrap();
    end(&mut store, id, Outcome::Status, true);
    let late = Reading::at(time("2027-11-22T08:00:00Z"));
    assert!(matches!(reserve(&mut store, &late), Err(NotNow::Held { .. })));
    assert_eq!(store.holds().unwrap().len(), 1);
    let lifted = store.resume("celestrak", false).unwrap().unwrap();
    assert_eq!((lifted.reason.as_str(), lifted.since), ("why", time("2026-11-22T08:00:10Z")));
    // At once, and not two hours after the request that failed.
    let soon = Reading::at(time("2026-11-22T08:05:00Z"));
    reserve(&mut store, &soon).unwrap();
    assert_eq!(store.resume("celestrak", false).unwrap(), None);
}

#[test]
fn resuming_does_not_ask_again_for_what_was_given() {
    let mut store = Store::in_memory().unwrap();
    let id = reserve(&mut store, &Reading::at(time("2026-11-22T08:00:00Z"))).unwrap();
    end(&mut store, id, Outcome::Fetched, false);
    store.resume("celestrak", false).unwrap();
    let refusal = reserve(&mut store, &Reading::at(time("2026-11-22T08:05:00Z"))).unwrap_err();
    assert_eq!(refusal.until(), Some(time("2026-11-22T10:00:00Z")));
    assert!(store.last_good("celestrak", "gp GROUP=active").unwrap().unwrap().is_measure);
    store.resume("celestrak", true).unwrap();
    assert!(!store.last_good("celestrak", "gp GROUP=active").unwrap().unwrap().is_measure);
}

/// A request of one start of the machine, then a restart with the wall clock elsewhere: an interval after the restart
/// at the latest the query is due again, and never sooner than it should be.
#[test]
fn a_restart_with_a_wrong_clock_neither_blocks_nor_hastens() {
    let asked = time("2026-11-22T08:00:00Z");
    for (wall, earliest_s) in [
        ("2026-11-22T07:00:00Z", 7200.0),
        ("2026-11-21T08:00:00Z", 7200.0),
        ("1970-01-01T00:00:00Z", 7200.0),
        ("2026-11-22T09:00:00Z", 3600.0),
        ("2026-11-23T08:00:00Z", 0.0),
        ("2036-11-22T08:00:00Z", 0.0),
    ] {
        let mut store = Store::in_memory().unwrap();
        let id = reserve(&mut store, &up(asked, "a", 1000.0)).unwrap();
        end(&mut store, id, Outcome::Fetched, false);
        let after =
            |seconds: f64| up(time(wall) + TimeDelta::milliseconds((seconds * 1000.0) as i64), "b", 5.0 + seconds);
        store.settle_ledger(&after(0.0)).unwrap();
        if earliest_s > 0.0 {
            assert!(reserve(&mut store, &after(earliest_s - 1.0)).is_err(), "{wall}");
        }
        store.settle_ledger(&after(earliest_s)).unwrap();
        reserve(&mut store, &after(earliest_s)).unwrap();
    }
}

#[test]
fn a_clock_set_right_during_a_start_does_not_fool_the_next() {
    let mut store = Store::in_memory().unwrap();
    let id = reserve(&mut store, &up(time("2026-11-22T06:00:00Z"), "a", 1000.0)).unwrap();
    end(&mut store, id, Outcome::Fetched, false);
    // The next request of the same start stands under a clock of 1970: two hours later by the machine.
    let id = reserve(&mut store, &up(time("1970-01-01T00:00:00Z"), "a", 8200.0)).unwrap();
    end(&mut store, id, Outcome::Fetched, false);
    // Restarted a minute later with the right time: by the wall, fifty years have passed since the last request.
    let now = up(time("2026-11-22T08:01:00Z"), "b", 10.0);
    store.settle_ledger(&now).unwrap();
    assert_eq!(reserve(&mut store, &now).unwrap_err().until(), Some(time("2026-11-22T10:01:00Z")));
    // A second restart does not begin the waiting anew.
    let later = up(time("2026-11-22T09:30:00Z"), "c", 10.0);
    store.settle_ledger(&later).unwrap();
    assert_eq!(reserve(&mut store, &later).unwrap_err().until(), Some(time("2026-11-22T10:01:00Z")));
}

#[test]
fn the_slight_step_of_a_time_server_is_no_wrong_clock() {
    let mut store = Store::in_memory().unwrap();
    let satcat = |store: &mut Store, now: &Reading| {
        let query = celestrak::satcat();
        store.reserve("celestrak", &query.name, now, |history| may_ask(&query, &facts(history), now)).unwrap()
    };
    let id = reserve(&mut store, &up(time("2026-11-22T06:00:02Z"), "a", 10.0)).unwrap();
    end(&mut store, id, Outcome::Fetched, false);
    let id = satcat(&mut store, &up(time("2026-11-22T06:00:00Z"), "a", 11.0)).unwrap();
    end(&mut store, id, Outcome::Fetched, false);
    let now = up(time("2026-11-23T05:00:00Z"), "b", 10.0);
    store.settle_ledger(&now).unwrap();
    assert_eq!(satcat(&mut store, &now).unwrap_err().until(), Some(time("2026-11-23T06:00:00Z")));
}

#[test]
fn a_request_whose_process_died_is_found_with_what_it_had_brought() {
    let mut store = Store::in_memory().unwrap();
    let now = Reading::at(time("2026-11-22T08:00:00Z"));
    let id = reserve(&mut store, &now).unwrap();
    let unfinished = store.settle_ledger(&now).unwrap();
    assert_eq!((unfinished.len(), unfinished[0].id, unfinished[0].sha256.as_deref()), (1, id, None));
    let received = Received { status: 200, bytes: 5, sha256: "ab".to_owned(), server_date: None };
    store.note_answer(id, &received).unwrap();
    assert_eq!(store.settle_ledger(&now).unwrap()[0].sha256.as_deref(), Some("ab"));
    store.note_answer(id, &Received { status: 403, ..received }).unwrap();
    assert_eq!(store.settle_ledger(&now).unwrap()[0].sha256, None);
    end(&mut store, id, Outcome::Interrupted, false);
    assert!(store.settle_ledger(&now).unwrap().is_empty());
}

#[test]
fn old_requests_go_but_not_what_the_rules_need() {
    let mut store = Store::in_memory().unwrap();
    for day in 0..10 {
        let id = reserve(&mut store, &Reading::at(time("2026-11-01T08:00:00Z") + TimeDelta::days(day))).unwrap();
        end(&mut store, id, if day == 3 { Outcome::Fetched } else { Outcome::Refused }, false);
    }
    // Days 0 to 8 are old; the good one of day 3 stays, and the last.
    assert_eq!(store.prune_requests(time("2026-11-10T00:00:00Z")).unwrap(), 8);
    assert_eq!(store.prune_requests(time("2027-11-10T00:00:00Z")).unwrap(), 0);
    let left: Vec<Outcome> = store.requests(100).unwrap().into_iter().map(|request| request.outcome).collect();
    assert_eq!(left, [Outcome::Refused, Outcome::Fetched]);
}
