//! What `status` says by a clock that has been moved.

use chrono::{TimeDelta, Utc};

use alliedsky::app::work::lock_path;
use alliedsky::machine::clock::Reading;
use alliedsky::machine::lock::Lock;
use alliedsky::store::tasks::DaemonRecord;

use super::{OFFLINE, Place};

/// `status` by the machine's clock, with the exit code.
fn status(place: &Place) -> (serde_json::Value, i32) {
    let words = ["status", "--db", "sky.db", "--config", "c.toml", "--format", "json"];
    let output = place.command(&words).stdout(std::process::Stdio::piped()).output().unwrap();
    (serde_json::from_slice(&output.stdout).unwrap(), output.status.code().unwrap())
}

#[test]
fn a_moved_clock_calls_nothing_stale() {
    let place = Place::new(OFFLINE);
    let (before, code) = status(&place);
    // Sets of 2018 are old by any clock since.
    assert_eq!((&before["stale"], code), (&true.into(), 75));
    assert_eq!(before["clock_trust"]["trusted"], true);

    let _lock = Lock::take(&lock_path(&place.path("sky.db"), "daemon"), "a test").unwrap();
    for days in [1, -1, 3653] {
        // The daemon saw the clocks agree while the wall stood elsewhere.
        let mut seen = Reading::now();
        if seen.uptime.is_none() {
            return;
        }
        seen.wall -= TimeDelta::days(days);
        place.store().put_daemon(&DaemonRecord { process_id: 1, started_at: Utc::now(), seen }).unwrap();
        let (status, code) = status(&place);
        assert_eq!((&status["stale"], &status["stale_objects"], code), (&false.into(), &0.into(), 75), "{status:#}");
        assert_eq!(status["clock_trust"]["reason"], "jumped");
        let jump_d = status["clock_trust"]["jump_s"].as_f64().unwrap() / 86_400.0;
        assert!((jump_d - days as f64).abs() < 0.01, "{jump_d}");
        assert!(status["warnings"][0]["text"].as_str().unwrap().starts_with("clock not trusted"), "{status:#}");
    }
}
