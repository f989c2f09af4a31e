//! A bad download never replaces good data: each way of being bad, through the whole of a sync.

use alliedsky::store::ledger::Outcome;
use chrono::TimeDelta;

use super::{Cell, EOP, GP, SATCAT, eop_csv, gp_csv, gp_row, line, satcat_csv, time};
use crate::feed::server::Behaviour;

/// A good sync at ten past ten, then one at noon that gets `body`; the catalogue stays as it was, and the reason says
/// `words`.
#[track_caller]
fn refused(body: impl Into<Vec<u8>>, words: &str) {
    let cell = Cell::celestrak();
    let first = cell.sync(time("2026-11-22T10:10:00Z"));
    assert!(!first.is_trouble(), "{first:?}");
    let before = catalogue(&cell);
    assert_eq!(before.len(), 100);
    cell.server.set(GP, Behaviour::csv(body));
    let report = cell.sync(time("2026-11-22T12:10:00Z"));
    let gp = line(&report, "gp");
    assert_eq!(gp.did.as_str(), "refused", "{gp:?}");
    assert!(gp.reason.contains(words), "{words:?} is not in {:?}", gp.reason);
    assert!(report.is_trouble());
    assert_eq!(gp.next, Some(time("2026-11-22T14:10:00Z")));
    assert_eq!(catalogue(&cell), before);
    // It is put aside; the last good one stays; nothing is held, and nothing half done is left.
    let mut names: Vec<String> = std::fs::read_dir(cell.path("sky-downloads"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(
        names,
        ["celestrak-eop.csv", "celestrak-gp-active.csv", "celestrak-gp-active.csv.refused", "celestrak-satcat.csv"]
    );
    assert!(cell.app(time("2026-11-22T12:10:00Z")).store.holds().unwrap().is_empty());
}

/// Number and epoch of every current set.
fn catalogue(cell: &Cell) -> Vec<(u32, String)> {
    let app = cell.app(time("2026-11-22T12:10:00Z"));
    let entries = app.store.current_elements(&Default::default()).unwrap();
    entries.iter().map(|entry| (entry.elements.norad_id.get(), entry.elements.epoch.to_rfc3339())).collect()
}

#[test]
fn pages_texts_and_nothing_are_no_data() {
    refused("<!DOCTYPE html><html><body>Hotel network: please log in</body></html>", "HTML");
    refused("Please read the usage policy.", "usage policy");
    refused("", "empty");
    refused(" \r\n", "empty");
    refused(vec![0_u8; 5000], "binary");
}

#[test]
fn data_of_another_kind_are_refused() {
    refused(satcat_csv(100), "SATCAT");
    refused(eop_csv(61_000, 100), "Earth orientation");
}

#[test]
fn a_cut_download_is_refused() {
    let whole = gp_csv(100, time("2026-11-22T12:00:00Z"));
    refused(&whole[..whole.len() - 30], "cut off");
    refused("OBJECT_NAME,OBJECT_ID,EPOCH,MEAN_MOTION,ECCENTRICITY\n", "header");
}

#[test]
fn more_than_one_bad_record_in_twenty_is_too_many() {
    let epoch = time("2026-11-22T12:00:00Z");
    let bad = gp_row(20_000, epoch).replace(",15.5,", ",-1,");
    // 6 of 106 are 5.7 %, 5 of 105 are 4.8 %.
    refused(gp_csv(100, epoch) + &bad.repeat(6), "6 of its 106 records are bad");
    let cell = Cell::celestrak();
    cell.server.set(GP, Behaviour::csv(gp_csv(100, epoch) + &bad.repeat(5)));
    let report = cell.sync(time("2026-11-22T12:10:00Z"));
    let gp = line(&report, "gp");
    assert_eq!((gp.did.as_str(), gp.objects), ("fetched", Some(100)));
    assert_eq!(gp.reason, "5 of 105 records were bad and left out");
}

#[test]
fn a_group_that_lost_more_than_a_fifth_is_refused() {
    let epoch = time("2026-11-22T12:00:00Z");
    refused(gp_csv(79, epoch), "79 objects where the last download held 100");
    let cell = Cell::celestrak();
    cell.sync(time("2026-11-22T10:10:00Z"));
    cell.server.set(GP, Behaviour::csv(gp_csv(80, epoch)));
    assert_eq!(line(&cell.sync(time("2026-11-22T12:10:00Z")), "gp").did.as_str(), "fetched");
    // The measure is the last good download: 64 of 80 is allowed, 63 is not, and a person may allow it.
    cell.server.set(GP, Behaviour::csv(gp_csv(63, epoch)));
    assert_eq!(line(&cell.sync(time("2026-11-22T14:10:00Z")), "gp").did.as_str(), "refused");
    let (code, out, _) = cell.run("feeds resume celestrak --any-size");
    assert_eq!(code, 0, "{out}");
    assert_eq!(line(&cell.sync(time("2026-11-22T14:11:00Z")), "gp").did.as_str(), "fetched");
    cell.server.set(GP, Behaviour::csv(gp_csv(40, epoch)));
    assert_eq!(line(&cell.sync(time("2026-11-22T16:11:00Z")), "gp").did.as_str(), "refused");
}

#[test]
fn epochs_of_the_future_are_refused_with_a_look_at_the_clock() {
    // A day ahead is what some operators publish; two days are not.
    refused(gp_csv(100, time("2026-11-24T12:20:00Z")), "100 of its 100 records have an epoch more than 1 day after");
    let epoch = time("2026-11-22T12:00:00Z");
    let ahead: String = (0..6).map(|index| gp_row(20_000 + index, epoch + TimeDelta::days(3))).collect();
    refused(gp_csv(100, epoch) + &ahead, "6 of its 106 records have an epoch more than 1 day after");
}

#[test]
fn a_group_that_has_gone_backwards_is_refused() {
    refused(gp_csv(100, time("2026-11-22T10:09:59Z")), "gone backwards");
}

#[test]
fn the_other_tables_have_like_guards() {
    let cell = Cell::celestrak();
    cell.sync(time("2026-11-22T10:10:00Z"));
    let days = |cell: &Cell| cell.app(time("2026-11-23T10:20:00Z")).store.earth_orientation().unwrap().len();
    assert_eq!(days(&cell), 400);
    cell.server.set(SATCAT, Behaviour::csv(satcat_csv(79)));
    cell.server.set(EOP, Behaviour::csv(eop_csv(60_990, 400)));
    cell.server.set(GP, Behaviour::csv(gp_csv(100, time("2026-11-23T10:00:00Z"))));
    let report = cell.sync(time("2026-11-23T10:20:00Z"));
    let reasons = [line(&report, "satcat"), line(&report, "eop")].map(|line| (line.did.as_str(), line.reason.clone()));
    assert_eq!(reasons[0].0, "refused");
    assert!(reasons[0].1.contains("79 objects where the last download held 100"), "{reasons:?}");
    assert_eq!(reasons[1].0, "refused");
    assert!(reasons[1].1.contains("gone backwards"), "{reasons:?}");
    assert_eq!(days(&cell), 400);
}

#[test]
fn what_the_source_says_of_itself_is_understood() {
    let cell = Cell::celestrak();
    cell.sync(time("2026-11-22T10:10:00Z"));
    let said =
        "GP data has not updated since your last successful download of GROUP=active at 2026-11-22 10:10:00 UTC.";
    cell.server.set(GP, Behaviour::csv(said));
    let report = cell.sync(time("2026-11-22T12:10:00Z"));
    assert_eq!(line(&report, "gp").did.as_str(), "unchanged");
    assert!(!report.is_trouble());
    cell.server.set(GP, Behaviour::csv("No GP data found"));
    let report = cell.sync(time("2026-11-22T14:10:00Z"));
    assert_eq!((line(&report, "gp").did.as_str(), report.is_trouble()), ("no_data", false));
    let app = cell.app(time("2026-11-22T14:10:00Z"));
    assert_eq!(app.store.status().unwrap().current_objects, 100);
    let outcomes: Vec<Outcome> = app.store.requests(2).unwrap().into_iter().map(|request| request.outcome).collect();
    assert_eq!(outcomes, [Outcome::NoData, Outcome::Unchanged]);
}
