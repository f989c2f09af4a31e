//! Thirty days of a busy machine under a clock of the test's: what each source was asked, counted.

use alliedsky::feed::space_track::full_catalogue;
use chrono::{TimeDelta, Timelike};

use super::space_track::{ACCOUNT, CDM, FULL, gp_json, space_track};
use super::{EOP, GP, SATCAT, gp_csv, time};
use crate::feed::server::Behaviour;

/// A sync every 37 minutes, far more often than allowed, with a restart each time: of each query the longest list of
/// requests that its interval allows is known by hand.
#[test]
fn thirty_days_keep_every_rule() {
    let cell = space_track(ACCOUNT);
    let start = time("2026-11-22T00:10:00Z");
    let step = TimeDelta::minutes(37);
    let syncs = 30 * 24 * 60 / 37;
    let mut app = cell.app(start);
    let mut times = Vec::new();
    for index in 0..syncs {
        let now = start + step * index;
        // Fresh data every day, which the guard wants no older than before.
        if index % 39 == 0 {
            cell.server.set(GP, Behaviour::csv(gp_csv(20, now)));
            cell.server.set(&full_catalogue().path, Behaviour::json(gp_json(20, now)));
        }
        app.now = Some(now);
        let before = cell.server.requests().len();
        let report = app.sync(&Default::default(), &alliedsky::ssa::progress::silent).unwrap();
        assert!(!report.is_trouble(), "{now}: {report:?}");
        times.extend(cell.server.requests()[before..].iter().map(|request| (now, request.path.clone())));
    }
    let of = |path: &str| -> Vec<chrono::DateTime<chrono::Utc>> {
        times.iter().filter(|(_, asked)| asked.starts_with(path)).map(|(now, _)| *now).collect()
    };
    let least = |path: &str| of(path).windows(2).map(|pair| pair[1] - pair[0]).min().unwrap();
    // The first step of 37 minutes at or after the interval: 4 × 37 = 148 ≥ 120, 39 × 37 = 1443 ≥ 1440,
    // 13 × 37 = 481 ≥ 480.
    for (path, gap_min) in [(GP, 148), (SATCAT, 1443), (EOP, 1443), (CDM, 481)] {
        assert_eq!(least(path), TimeDelta::minutes(gap_min), "{path}");
        let expected = (syncs * 37 - 1) / gap_min as i32 + 1;
        assert!((of(path).len() as i32 - expected).abs() <= 1, "{path}: {} where {expected} were due", of(path).len());
    }
    let full = of(FULL);
    assert!(least(FULL) >= TimeDelta::hours(1));
    assert!(full.iter().all(|now| !matches!(now.minute(), 0 | 30)), "{full:?}");
    // Every second step is 74 minutes; some fall on the full or the half hour and are put off.
    assert!((550..=583).contains(&full.len()), "{}", full.len());
    let mut days: Vec<_> = of(CDM).iter().map(chrono::DateTime::date_naive).collect();
    days.dedup();
    assert!(of(CDM).len() <= 3 * days.len());
    // One login serves the whole month: the session is used as long as it lives.
    assert_eq!(of("/ajaxauth/login").len(), 1);
}
