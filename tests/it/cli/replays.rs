//! Two collisions, from the element sets of the day before, as a daemon would have seen them.

use chrono::{DateTime, Utc};

use super::Place;
use crate::truth;

/// Imports a file, runs one cycle at a clock, and returns the nearest event stored.
fn nearest(file: &std::path::Path, clock: &str) -> serde_json::Value {
    let place = Place::new();
    place.write("sets.3le", std::fs::read(file).unwrap());
    place.ok(&format!("import sets.3le --db sky.db --now {clock}"));
    // Element sets of the last century are stale to a clock of today, not to theirs.
    place.ok(&format!("run --db sky.db --now {clock} --hours 24 --threshold-km 5"));
    let events = place.ok(&format!("conjunctions --db sky.db --now {clock} --sort miss --format json")).json();
    events.as_array().unwrap()[0].clone()
}

fn seconds_from(event: &serde_json::Value, instant: &str) -> f64 {
    let tca: DateTime<Utc> = event["tca"].as_str().unwrap().parse().unwrap();
    (tca - instant.parse::<DateTime<Utc>>().unwrap()).as_seconds_f64().abs()
}

/// 2009-02-10: both satellites were destroyed at 16:55:59.8 at 11.65 km/s (Kelso, "Analysis of the Iridium 33–Cosmos 2251
/// collision", AMOS 2009). Public element sets had them 0.7 km apart.
#[test]
fn iridium_33_and_cosmos_2251_were_to_be_watched() {
    let event = nearest(&truth::data("historic/iridium33_cosmos2251_20090210.3le"), "2009-02-10T06:00Z");
    assert_eq!((event["primary_id"].as_u64(), event["secondary_id"].as_u64()), (Some(22_675), Some(24_946)));
    assert!(seconds_from(&event, "2009-02-10T16:55:59.8Z") < 0.05, "{event}");
    assert!((event["rel_speed_km_s"].as_f64().unwrap() - 11.65).abs() < 0.01, "{event}");
    assert_eq!(event["verdict"], "watch", "{event}");
    assert_eq!(event["pc_method"], "foster-2d");
    let (pc, pc_max) = (event["pc"].as_f64().unwrap(), event["pc_max"].as_f64().unwrap());
    assert!(pc > 1e-7 && pc_max >= pc, "{event}");
    assert!(event["covariance_source"].as_str().unwrap().contains("class LEO"), "{event}");
}

/// 1996-07-24: a piece of an Ariane cut Cerise's boom at 9:48 UTC at 14.77 km/s. Public element sets had them 0.9 km
/// apart, nearly all of it in height, where such sets are thought to be best: an approach that looks improbable.
#[test]
fn cerise_and_the_ariane_fragment_are_found_at_the_minute() {
    let Some(file) = truth::local("historic/cerise_ariane_19960724.3le") else { return };
    let event = nearest(&file, "1996-07-24T00:00Z");
    assert_eq!((event["primary_id"].as_u64(), event["secondary_id"].as_u64()), (Some(18_208), Some(23_606)));
    assert!(seconds_from(&event, "1996-07-24T09:48:00Z") < 60.0, "{event}");
    assert!((event["rel_speed_km_s"].as_f64().unwrap() - 14.77).abs() < 0.01, "{event}");
    let (pc, pc_max) = (event["pc"].as_f64().unwrap(), event["pc_max"].as_f64().unwrap());
    assert!(pc > 0.0 && pc_max >= pc, "{event}");
    // Wider errors would make it more probable: nothing is diluted.
    assert!(event["pc_max_scale"].as_f64().unwrap() > 1.0, "{event}");
}
