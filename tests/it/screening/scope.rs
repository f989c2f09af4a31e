//! What is no news: fleets, docked pairs, formations; and how much of what is on orbit was screened.

use std::collections::{HashMap, HashSet};

use alliedsky::astro::elements::{ElementFields, Elements, NoradId};
use alliedsky::astro::frame::State;
use alliedsky::astro::time::Window;
use alliedsky::format::satcat::{ObjectType, SatcatEntry};
use alliedsky::ssa::conjunction::completeness::Completeness;
use alliedsky::ssa::conjunction::scope::{Dropped, Objects, Reason, Rules, fleet, stays_within};
use alliedsky::ssa::conjunction::{Conjunction, Kind};
use chrono::{DateTime, TimeDelta, Utc};
use nalgebra::Vector3;

fn start() -> DateTime<Utc> {
    "2026-09-07T00:00:00Z".parse().unwrap()
}

fn window() -> Window {
    Window::new(start(), TimeDelta::hours(24))
}

fn id(number: u32) -> NoradId {
    NoradId::new(number).unwrap()
}

/// A satellite on a circle of 15 revolutions a day, so far along it.
fn satellite(number: u32, along_deg: f64) -> Elements {
    Elements::new(ElementFields {
        norad_id: id(number),
        name: format!("SAT {number}"),
        object_id: String::new(),
        epoch: start(),
        mean_motion_rev_day: 15.0,
        eccentricity: 1e-6,
        inclination_deg: 51.6,
        raan_deg: 20.0,
        arg_perigee_deg: 0.0,
        mean_anomaly_deg: along_deg,
        bstar: 0.0,
        mean_motion_dot: 0.0,
        mean_motion_ddot: 0.0,
        ephemeris_type: 0,
        classification: 'U',
        element_set_no: 1,
        rev_at_epoch: 1,
    })
    .unwrap()
}

fn pair(kind: Kind, names: [&str; 2], spans_h: &[(i64, i64)]) -> Conjunction {
    let state = State::new(Vector3::new(7000.0, 0.0, 0.0), Vector3::new(0.0, 7.5, 0.0));
    let at = |hours: i64| start() + TimeDelta::hours(hours);
    Conjunction {
        primary_id: id(1),
        primary_name: names[0].into(),
        secondary_id: id(2),
        secondary_name: names[1].into(),
        kind,
        tca: at(3),
        miss_km: 0.3,
        rel_speed_km_s: 0.001,
        miss_rtn_km: Vector3::new(0.0, 0.3, 0.0),
        primary_age_days: 1.0,
        secondary_age_days: 1.0,
        primary_stale: false,
        secondary_stale: false,
        primary_state: state,
        secondary_state: state,
        spans: spans_h.iter().map(|&(from, to)| (at(from), at(to))).collect(),
        assessment: None,
    }
}

#[test]
fn fleets_are_told_by_their_names() {
    for (name, of) in [
        ("STARLINK-1234", Some("STARLINK")),
        ("Starlink1234", Some("STARLINK")),
        ("STARLINK-1234 DEB", None),
        ("STARLINK-1234 R/B", None),
        ("STARLINKER 1", None),
        ("FLOCK 4BE 16", Some("FLOCK")),
        ("LEMUR 2 KADI", Some("LEMUR")),
        ("HAWK-9A", Some("HAWK")),
        ("HAWKEYE", None),
        ("COSMOS 2542", None),
        ("IRIDIUM 33", None),
        ("OBJECT A", None),
        ("", None),
    ] {
        assert_eq!(fleet(name), of, "{name}");
    }
}

/// Along one circle two satellites stay a chord apart, 2 a sin(Δ/2).
#[test]
fn docked_pairs_are_those_that_stay_within_a_kilometre() {
    // Kepler's third law for 15 revolutions a day.
    let axis_km = (398_600.8_f64 / (15.0 * std::f64::consts::TAU / 86_400.0).powi(2)).cbrt();
    for (apart_km, is_docked) in [(0.01, true), (0.9, true), (1.1, false), (4.0, false)] {
        let along_deg = 2.0 * (apart_km / 2.0 / axis_km).asin().to_degrees();
        let (one, other) = (satellite(1, 10.0), satellite(2, 10.0 + along_deg));
        assert_eq!(stays_within(&one, &other, window(), 1.0), is_docked, "{apart_km}");
        let objects = Objects { elements: HashMap::from([(id(1), &one), (id(2), &other)]), ops_status: HashMap::new() };
        let rules = Rules { reasons: Reason::ALL.to_vec(), window: window(), objects };
        let slow = pair(Kind::Companion, ["A", "B"], &[(0, 24)]);
        let reason = if is_docked { Reason::Docked } else { Reason::Formation };
        assert_eq!(rules.reason(&slow), Some(reason), "{apart_km}");
        // One that comes and goes is news, however near it is.
        let visitor = pair(Kind::Companion, ["A", "B"], &[(3, 24)]);
        assert_eq!(rules.reason(&visitor), None);
        assert_eq!(rules.reason(&pair(Kind::Companion, ["A", "B"], &[(0, 11), (12, 24)])), None);
    }
}

#[test]
fn only_what_was_asked_for_is_left_out() {
    let rules = |reasons: &[Reason], status: &[(u32, char)]| Rules {
        reasons: reasons.to_vec(),
        window: window(),
        objects: Objects {
            elements: HashMap::new(),
            ops_status: status.iter().map(|&(number, status)| (id(number), status)).collect(),
        },
    };
    let siblings = pair(Kind::Encounter, ["STARLINK-1", "STARLINK-2"], &[]);
    let twins = pair(Kind::Duplicate, ["ISS (ZARYA)", "ISS (NAUKA)"], &[]);
    let (fleets, docked) = ([Reason::Constellation], [Reason::Docked]);
    assert_eq!(rules(&fleets, &[]).reason(&siblings), Some(Reason::Constellation));
    assert_eq!(rules(&fleets, &[(1, '+'), (2, '+')]).reason(&siblings), Some(Reason::Constellation));
    for dead in ['-', 'D'] {
        assert_eq!(rules(&fleets, &[(1, '+'), (2, dead)]).reason(&siblings), None, "steered by nobody");
    }
    assert_eq!(rules(&docked, &[]).reason(&siblings), None);
    assert_eq!(rules(&docked, &[]).reason(&twins), Some(Reason::Docked));
    assert_eq!(rules(&[], &[]).reason(&twins), None);
    let others = pair(Kind::Encounter, ["STARLINK-1", "ONEWEB-2"], &[]);
    assert_eq!(rules(&Reason::ALL, &[]).reason(&others), None);
    let dropped = Dropped::of([Reason::Docked, Reason::Docked]);
    assert_eq!(dropped.total(), 2);
    let line = dropped.line(&[Reason::Constellation, Reason::Docked]);
    assert!(line.starts_with("Left out: 2 docked (") && line.contains("), 0 constellation ("), "{line}");
    assert!("constellation".parse() == Ok(Reason::Constellation) && "all".parse::<Reason>().is_err());
}

#[test]
fn a_list_says_what_it_has_not_screened() {
    let decayed = "2020-01-01".parse().ok();
    let fact = |number: u32, object_type: ObjectType, decay_date| SatcatEntry {
        object_type,
        decay_date,
        owner: "US".to_owned(),
        ..SatcatEntry::unknown(id(number), "X")
    };
    let facts = HashMap::from(
        [
            fact(1, ObjectType::Payload, None),
            fact(2, ObjectType::Payload, None),
            fact(3, ObjectType::Debris, None),
            fact(4, ObjectType::Debris, decayed),
            fact(5, ObjectType::RocketBody, None),
            // Known by its elements alone.
            SatcatEntry::unknown(id(81_000), "ANALYST"),
        ]
        .map(|facts| (facts.norad_id, facts)),
    );
    let screened = HashSet::from([1, 81_000, 270_001, 100_500].map(id));
    let found = Completeness::of(&screened, &facts);
    assert_eq!((found.screened, found.analyst, found.six_digits), (4, 2, 1));
    assert_eq!(
        found.line(),
        "Screened 1 of the 4 on orbit by the satellite catalogue, and 3 that it does not have (2 analyst objects and \
         1 with numbers of six digits among them); not screened: 1 payloads, 1 rocket bodies, 1 debris."
    );
    let without = Completeness::of(&screened, &HashMap::new());
    assert_eq!(without.on_orbit, None);
    assert!(without.line().contains("is not known without a satellite catalogue"), "{}", without.line());
}
