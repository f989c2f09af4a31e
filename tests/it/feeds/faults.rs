//! Every fault of a source and of the network, through a whole sync: what the ledger says, and that the data are safe.

use std::thread;

use alliedsky::store::ledger::{Outcome as Entry, RequestRow};

use super::{Cell, GP, gp_csv, line, time};
use crate::feed::faults::{Fault, Outcome, all};
use crate::feed::server::Behaviour;

/// What the ledger must say of a fault, and whether it holds the source.
fn expected(fault: &Fault) -> (Entry, Option<u16>, bool) {
    match fault.outcome {
        Outcome::Data => (Entry::Fetched, Some(200), false),
        Outcome::Refused(200) if fault.name.ends_with("refusal of a repetition") => {
            (Entry::Unchanged, Some(200), false)
        }
        Outcome::Refused(200) if fault.name.ends_with("nothing found") => (Entry::NoData, Some(200), false),
        Outcome::Refused(200) => (Entry::Refused, Some(200), false),
        Outcome::Refused(status) => (Entry::Status, Some(status), true),
        Outcome::Broken(_) | Outcome::Deadline(_) | Outcome::TooLarge => (Entry::Broken, None, false),
    }
}

/// What is wrong with how a sync met a fault.
fn wrong(fault: &Fault) -> Option<String> {
    let cell = Cell::new("[celestrak]\nsatcat = false\neop = false\n[download]\ndeadline = \"2s\"\nmax_mib = 1\n");
    cell.server.set(GP, Behaviour::csv(gp_csv(100, time("2026-11-22T10:00:00Z"))));
    cell.sync(time("2026-11-22T10:10:00Z"));
    cell.server.set(GP, fault.behaviour.clone());
    let report = cell.sync(time("2026-11-22T12:10:00Z"));
    // Whatever came, it is not asked for again before its time.
    cell.sync(time("2026-11-22T14:09:59Z"));
    let asked = cell.server.count(GP);
    let app = cell.app(time("2026-11-22T12:10:00Z"));
    let entries = app.store.current_elements(&Default::default()).unwrap();
    let RequestRow { outcome, http_status, reason, ended_at, .. } = app.store.requests(1).unwrap().remove(0);
    let is_held = !app.store.holds().unwrap().is_empty();
    let (entry, status, hold) = expected(fault);
    let is_status_right = status.is_none() || http_status == status;
    let old = time("2026-11-22T10:00:00Z");
    let is_safe = entries.len() == 100 && (entry == Entry::Fetched || entries.iter().all(|e| e.elements.epoch == old));
    let is_trouble = !matches!(entry, Entry::Fetched | Entry::Unchanged | Entry::NoData);
    let says_why = !is_trouble || !line(&report, "gp").reason.is_empty();
    let is_right = (outcome, is_held, asked, report.is_trouble()) == (entry, hold, 2, is_trouble)
        && is_status_right
        && is_safe
        && says_why
        && ended_at.is_some();
    (!is_right).then(|| {
        format!(
            "{}: {} where {} was expected, status {http_status:?}, held {is_held}, asked {asked} times, {} objects, \
             safe {is_safe}: {reason}",
            fault.name,
            outcome.as_str(),
            entry.as_str(),
            entries.len()
        )
    })
}

#[test]
fn every_fault_is_in_the_ledger_and_leaves_the_data_alone() {
    let faults = all(gp_csv(100, time("2026-11-22T12:00:00Z")).as_bytes());
    assert!(faults.len() >= 28, "{}", faults.len());
    let mut wrongs = Vec::new();
    for few in faults.chunks(12) {
        thread::scope(|scope| {
            let asked: Vec<_> = few.iter().map(|fault| scope.spawn(|| wrong(fault))).collect();
            wrongs.extend(asked.into_iter().filter_map(|thread| thread.join().unwrap()));
        });
    }
    assert!(wrongs.is_empty(), "{}", wrongs.join("\n"));
}
