//! How the probability of an event that stays where it is makes its history.

use std::sync::Arc;

use alliedsky::ssa::conjunction::assessment::Assessment;
use alliedsky::ssa::conjunction::history::{Change, Trend, trend};
use alliedsky::ssa::probability::Verdict;

use super::kept::{Run, at, everything, meeting, store_of_nine};
use super::*;

/// The verdict by CARA's thresholds.
fn verdict(pc: Option<f64>) -> Verdict {
    match pc {
        Some(pc) if pc >= 1e-4 => Verdict::Act,
        Some(pc) if pc < 1e-7 => Verdict::Negligible,
        _ => Verdict::Watch,
    }
}

/// The same approach of the same two objects, 3 km apart five hours after the first clock, as probable as said.
fn probable(pc: Option<f64>, pc_max: Option<f64>, verdict: Verdict) -> Conjunction {
    let assessment = Assessment {
        pc,
        pc_method: if pc.is_some() { "foster-2d" } else { "not computable: slow encounter" }.to_owned(),
        covariance_source: "given".to_owned(),
        pc_max,
        pc_max_scale: None,
        pc_max_socrates: None,
        dilution_km: None,
        hbr_m: 10.0,
        hbr_source: "given".to_owned(),
        is_curved: false,
        verdict,
    };
    Conjunction { assessment: Some(Arc::new(assessment)), ..meeting((1, 2), 5.0, 3.0) }
}

fn of(pc: Option<f64>) -> Conjunction {
    probable(pc, pc.map(|_| 1e-3), verdict(pc))
}

/// A store in which a run every half hour found these, and the event's history there.
fn told(found: &[Conjunction]) -> Store {
    let mut store = store_of_nine();
    for (run, conjunction) in found.iter().enumerate() {
        Run::at(0.5 * run as f64).finds(&mut store, from_ref(conjunction));
    }
    store
}

fn probabilities(found: &[Conjunction]) -> Vec<Option<f64>> {
    everything(&told(found))[0].history.iter().map(|line| line.pc).collect()
}

#[test]
fn a_probability_that_changes_by_a_quarter_is_a_line() {
    let lines = |pcs: &[f64]| -> Vec<f64> {
        let found: Vec<Conjunction> = pcs.iter().map(|pc| of(Some(*pc))).collect();
        probabilities(&found).into_iter().flatten().collect()
    };
    assert_eq!(lines(&[1e-6, 1.24e-6, 0.81e-6]), [1e-6]);
    assert_eq!(lines(&[1e-6, 1.26e-6]), [1e-6, 1.26e-6]);
    assert_eq!(lines(&[1e-6, 0.79e-6]), [1e-6, 0.79e-6]);
    // Held against the last line, so that what creeps is told, too.
    assert_eq!(lines(&[1e-6, 1.2e-6, 1.4e-6, 1.6e-6, 1.8e-6]), [1e-6, 1.4e-6, 1.8e-6]);
    // So improbable that it is the same: up to 1e-12, and counted from there.
    assert_eq!(lines(&[1e-300, 1e-20, 1.2e-12]), [1e-300]);
    assert_eq!(lines(&[1e-300, 1.3e-12, 0.0]), [1e-300, 1.3e-12, 0.0]);
}

#[test]
fn what_can_be_computed_now_the_maximum_and_the_verdict_are_lines() {
    let some = |pc_max, verdict| probable(Some(1e-9), pc_max, verdict);
    assert_eq!(probabilities(&[of(None), of(Some(1e-9)), of(None)]), [None, Some(1e-9), None]);
    let count = |found: &[Conjunction]| probabilities(found).len();
    let negligible = Verdict::Negligible;
    assert_eq!(count(&[some(Some(1e-5), negligible), some(Some(1.2e-5), negligible)]), 1);
    assert_eq!(count(&[some(Some(1e-5), negligible), some(Some(1.3e-5), negligible)]), 2);
    assert_eq!(count(&[some(Some(1e-5), negligible), some(Some(1e-5), Verdict::Diluted)]), 2);
    // One that an older version stored without any of it.
    assert_eq!(count(&[meeting((1, 2), 5.0, 3.0), some(Some(1e-5), negligible)]), 2);
    assert_eq!(count(&[meeting((1, 2), 5.0, 3.0), meeting((1, 2), 5.0, 3.0)]), 1);
}

#[test]
fn better_errors_alone_make_a_trend_and_a_change() {
    let cases: [(&[f64], Trend, Option<Change>); 5] = [
        (&[1e-9, 1e-8], Trend::Rising, Some(Change::Raised)),
        (&[1e-5, 3e-6, 1e-6], Trend::Falling, Some(Change::Lowered)),
        (&[1e-6, 2e-6, 3e-6], Trend::Steady, None),
        // A threshold is passed: that counts, however little it takes.
        (&[0.9e-4, 1.15e-4], Trend::Steady, Some(Change::Raised)),
        // Over four lines, of which the first is the second here.
        (&[1e-3, 1e-6, 1.5e-6, 1e-6, 1.5e-6], Trend::Steady, Some(Change::Lowered)),
    ];
    for (pcs, heading, change) in cases {
        let found: Vec<Conjunction> = pcs.iter().map(|pc| of(Some(*pc))).collect();
        let store = told(&found);
        let event = &everything(&store)[0];
        assert_eq!(event.history.len(), pcs.len(), "{pcs:?}");
        assert_eq!(trend(&event.history), Some(heading), "{pcs:?}");
        assert_eq!(event.change_since(at(0.1)).map(|(change, _)| change), change, "{pcs:?}");
        assert_eq!(event.conjunction, found[found.len() - 1]);
    }
    // Nearer is nearer, whatever the probability makes of it.
    let nearer = Conjunction { miss_km: 2.0, ..of(Some(1e-9)) };
    let store = told(&[of(Some(1e-6)), nearer]);
    assert_eq!(everything(&store)[0].change_since(at(0.1)).unwrap().0, Change::Raised);
}
