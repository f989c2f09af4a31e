//! Forty satellites and their meetings, made by hand.

use alliedsky::astro::elements::{ElementFields, Elements, NoradId};
use alliedsky::astro::frame::State;
use alliedsky::ssa::conjunction::{Conjunction, Kind};
use alliedsky::store::Store;
use alliedsky::store::catalogue::{SourceKind, SourceRecord};
use chrono::{DateTime, TimeDelta, Utc};
use nalgebra::Vector3;

/// So many hours after the beginning.
pub fn at(hours: f64) -> DateTime<Utc> {
    "2026-11-22T00:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::milliseconds((hours * 3.6e6).round() as i64)
}

/// A satellite's element set of six hours before.
fn element_set(number: u32) -> Elements {
    Elements::new(ElementFields {
        norad_id: NoradId::new(number).unwrap(),
        name: format!("SAT {number}"),
        object_id: "1998-067A".to_owned(),
        epoch: at(-6.0),
        mean_motion_rev_day: 14.8,
        eccentricity: 0.001,
        inclination_deg: 98.0,
        raan_deg: f64::from(number),
        arg_perigee_deg: 10.0,
        mean_anomaly_deg: 20.0,
        bstar: 1e-5,
        mean_motion_dot: 0.0,
        mean_motion_ddot: 0.0,
        ephemeris_type: 0,
        classification: 'U',
        element_set_no: 999,
        rev_at_epoch: 1,
    })
    .unwrap()
}

/// The satellites `first` and the next meet, with no probability.
pub fn meeting(first: u32, hours: f64, miss_km: f64) -> Conjunction {
    let state = State::new(Vector3::new(7000.0, 0.0, 0.0), Vector3::new(0.0, 7.546, 0.0));
    Conjunction {
        primary_id: NoradId::new(first).unwrap(),
        primary_name: format!("SAT {first}").into(),
        secondary_id: NoradId::new(first + 1).unwrap(),
        secondary_name: format!("SAT {}", first + 1).into(),
        kind: Kind::Encounter,
        tca: at(hours),
        miss_km,
        rel_speed_km_s: 12.0,
        miss_rtn_km: Vector3::new(0.0, miss_km, 0.0),
        primary_age_days: 0.5,
        secondary_age_days: 0.5,
        primary_stale: false,
        secondary_stale: false,
        primary_state: state,
        secondary_state: state,
        spans: Vec::new(),
        assessment: None,
    }
}

/// Takes the element sets of the forty into a database, from a file.
pub fn take_in(store: &mut Store) {
    let sets: Vec<Elements> = (1..=40).map(element_set).collect();
    let source = SourceRecord {
        kind: SourceKind::File,
        locator: "own.csv".into(),
        sha256: "a".into(),
        fetched_at: at(-1.0),
        format: "omm-csv".into(),
        release: None,
    };
    store.import_elements(&source, &sets, 0, 0).unwrap();
}
