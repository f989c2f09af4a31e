//! A backup in the place of a database: what the sources were asked since does not come undone.

use super::{Cell, GP, NOW, gp_csv, line, outcomes, time};
use crate::feed::server::Behaviour;

fn ok(cell: &Cell, words: &str) {
    let (code, out, err) = cell.run(words);
    assert_eq!(code, 0, "{words}: {out}{err}");
}

#[test]
fn what_was_asked_since_the_backup_is_not_asked_again() {
    let cell = Cell::celestrak();
    drop(cell.app(time(NOW)));
    ok(&cell, "backup saved.db");
    cell.sync(time(NOW));
    assert_eq!((cell.asked(), cell.objects()), ([1, 1, 1], 100));
    ok(&cell, "restore saved.db");
    assert_eq!(cell.objects(), 0);
    // What the kept downloads hold is taken in instead.
    let report = cell.sync(time("2026-11-22T10:15:00Z"));
    assert_eq!(cell.asked(), [1, 1, 1], "{report:?}");
    assert!(!report.is_trouble(), "{report:?}");
    assert_eq!(cell.objects(), 100);
    // Each in its own time.
    cell.serve_good(time("2026-11-22T12:00:00Z"));
    let report = cell.sync(time("2026-11-22T12:15:00Z"));
    assert_eq!(outcomes(&report), [("gp GROUP=active", "fetched"), ("satcat", "not_due"), ("eop", "not_due")]);
    assert_eq!(cell.asked(), [2, 1, 1]);
}

#[test]
fn a_download_that_is_gone_is_not_asked_for_early_either() {
    let cell = Cell::celestrak();
    cell.sync(time(NOW));
    ok(&cell, "backup saved.db");
    cell.serve_good(time("2026-11-22T12:00:00Z"));
    cell.sync(time("2026-11-22T12:15:00Z"));
    ok(&cell, "restore saved.db");
    std::fs::remove_dir_all(cell.path("sky-downloads")).unwrap();
    let report = cell.sync(time("2026-11-22T12:20:00Z"));
    assert_eq!(line(&report, "gp").did.as_str(), "not_due", "{report:?}");
    assert_eq!(cell.asked(), [2, 1, 1]);
    assert_eq!(line(&report, "gp").next, Some(time("2026-11-22T14:15:00Z")));
}

#[test]
fn a_hold_outlives_the_database() {
    let cell = Cell::celestrak();
    cell.sync(time(NOW));
    ok(&cell, "backup saved.db");
    cell.server.set(GP, Behaviour::text("403 Forbidden", "read the policy"));
    assert!(cell.sync(time("2026-11-22T12:20:00Z")).is_trouble());
    ok(&cell, "restore saved.db");
    let report = cell.sync(time("2026-11-22T12:30:00Z"));
    assert!(report.lines.iter().all(|line| line.did.as_str() == "held"), "{report:?}");
    assert_eq!(cell.asked(), [2, 1, 1]);
    assert!(report.lines[0].reason.contains("403"), "{report:?}");
}

/// The backup may be of another machine: its own requests count where they are later, those of the database where they
/// are, and the numbers of the two mean nothing to each other.
#[test]
fn the_later_of_two_ledgers_counts() {
    let (here, there) = (Cell::celestrak(), Cell::celestrak());
    here.sync(time(NOW));
    there.sync(time("2026-11-22T09:10:00Z"));
    there.serve_good(time("2026-11-22T11:00:00Z"));
    there.sync(time("2026-11-22T11:10:00Z"));
    ok(&there, "backup saved.db");
    std::fs::copy(there.path("saved.db"), here.path("saved.db")).unwrap();
    ok(&here, "restore saved.db");
    here.server.set(GP, Behaviour::csv(gp_csv(100, time("2026-11-22T12:00:00Z"))));
    let report = here.sync(time("2026-11-22T12:30:00Z"));
    // There `gp` was asked at 11:10; `satcat` and `eop` were here, an hour later than there.
    assert_eq!(line(&report, "gp").next, Some(time("2026-11-22T13:10:00Z")), "{report:?}");
    for name in ["satcat", "eop"] {
        let next = here.sync(time("2026-11-22T12:31:00Z")).lines.iter().find(|line| line.query == name).unwrap().next;
        assert_eq!(next, Some(time("2026-11-23T10:10:00Z")), "{name}");
    }
    assert_eq!(here.asked(), [1, 1, 1]);
}
