//! Invented approaches with states that fit their figures.

use std::sync::Arc;

use alliedsky::astro::elements::NoradId;
use alliedsky::astro::frame::State;
use alliedsky::astro::time::Window;
use alliedsky::report::briefing::{AssetPart, EventHistory, GeoObject, GeoPart, HistoryLine};
use alliedsky::ssa::conjunction::assessment::Assessment;
use alliedsky::ssa::conjunction::history::Trend;
use alliedsky::ssa::conjunction::{Conjunction, Kind};
use alliedsky::ssa::geo::{Neighbour, SlotChange};
use alliedsky::ssa::nation::Nation;
use alliedsky::ssa::probability::Verdict;
use chrono::TimeDelta;
use nalgebra::Vector3;

use super::fixture::Dice;

/// A dozen approaches of counted satellites, one of them slow.
pub fn events(window: Window, assets: &[AssetPart]) -> Vec<Conjunction> {
    let mut dice = Dice(7);
    let counted: Vec<&AssetPart> =
        assets.iter().filter(|asset| asset.age_days.is_some() && asset.norad_id.is_some()).collect();
    if counted.len() < 2 {
        return Vec::new();
    }
    let mut events: Vec<Conjunction> = (0..12)
        .map(|index| {
            let primary = counted[index * 2 % counted.len()];
            let secondary = counted[(index * 5 + 1) % counted.len()];
            event(window, primary, secondary, index, &mut dice)
        })
        .filter(|event| event.primary_id != event.secondary_id)
        .collect();
    events.sort_by_key(|event| event.tca);
    events
}

fn event(window: Window, primary: &AssetPart, secondary: &AssetPart, index: usize, dice: &mut Dice) -> Conjunction {
    let slow = index == 9;
    let miss: Vector3<f64> = Vector3::new(dice.roll() - 0.5, dice.roll() - 0.5, dice.roll() - 0.5).normalize();
    let miss_km = 9.0 + 10.5 * dice.roll();
    let motion = if slow { Vector3::new(0.001, 0.004, 0.005) } else { Vector3::new(0.3, -12.0, 7.0) };
    // Perpendicular to the relative velocity, as a miss at the closest approach is; R, T and N are x, y and z here.
    let across = (miss - motion.normalize() * miss.dot(&motion.normalize())).normalize() * miss_km;
    let position = Vector3::new(6_900.0, 0.0, 0.0);
    let velocity = Vector3::new(0.0, 7.6, 0.0);
    Conjunction {
        primary_id: primary.norad_id.unwrap(),
        primary_name: primary.name.as_str().into(),
        secondary_id: secondary.norad_id.unwrap(),
        secondary_name: secondary.name.as_str().into(),
        kind: if slow { Kind::Companion } else { Kind::Encounter },
        tca: window.start + TimeDelta::seconds((dice.roll() * 250_000.0) as i64),
        miss_km,
        rel_speed_km_s: motion.norm(),
        miss_rtn_km: across,
        primary_age_days: primary.age_days.unwrap(),
        secondary_age_days: secondary.age_days.unwrap(),
        primary_stale: false,
        secondary_stale: index == 3,
        primary_state: State::new(position, velocity),
        secondary_state: State::new(position + across, velocity + motion),
        spans: Vec::new(),
        assessment: assessment(index, slow),
    }
}

/// Every verdict among them, and one event of which nothing is known.
fn assessment(index: usize, slow: bool) -> Option<Arc<Assessment>> {
    let pc = (!slow).then(|| [3e-4, 2e-6, 4e-9, 8e-15][index % 4]);
    let assessment = Assessment {
        pc,
        pc_method: if slow { "not computable: slow encounter" } else { "foster-2d" }.to_owned(),
        covariance_source: "primary: history (66 pairs, 30 days); secondary: class leo 600-800 km".to_owned(),
        pc_max: pc.map(|pc| (10.0 * pc).max(2e-8)),
        pc_max_scale: pc.map(|_| 0.8),
        pc_max_socrates: None,
        dilution_km: None,
        hbr_m: 8.0,
        hbr_source: "primary: known: A; secondary: RCS 3.2 m2".to_owned(),
        is_curved: false,
        verdict: if slow {
            Verdict::Watch
        } else {
            [Verdict::Act, Verdict::Watch, Verdict::Diluted, Verdict::Negligible][index % 4]
        },
    };
    (index != 5).then(|| Arc::new(assessment))
}

/// How two of the events went from run to run: one rises through both thresholds, of the other no probability is known.
pub fn histories() -> Vec<EventHistory> {
    let line = |run: i64, miss_km: f64, pc: Option<f64>| HistoryLine {
        recorded_at: "2026-09-04T00:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap()
            + TimeDelta::hours(8 * run),
        miss_km,
        pc,
    };
    let rising = (0..8).map(|run| line(run, 14.0 - 0.6 * run as f64, Some(10f64.powf(-9.0 + 0.75 * run as f64))));
    let unknown = (0..4).map(|run| line(run, 11.0 + 0.1 * run as f64, None));
    vec![
        EventHistory { event: 1, lines: rising.collect(), trend: Some(Trend::Rising) },
        EventHistory { event: 4, lines: unknown.collect(), trend: Some(Trend::Steady) },
    ]
}

/// Two satellites in the belt: one drifts by a Japanese one.
pub fn geo(window: Window) -> GeoPart {
    let object = |id: u32, name: &str, nation, drift: f64, longitude: f64| GeoObject {
        norad_id: NoradId::new(id).unwrap(),
        name: name.to_owned(),
        nation: Some(nation),
        age_days: 0.7,
        drift_deg_day: Some(drift),
        longitudes_deg: (0..=24)
            .map(|step| (10_800.0 * f64::from(step), longitude + drift * f64::from(step) / 8.0))
            .collect(),
        followed_days: 0.0,
        slot_change: None,
    };
    let change = SlotChange {
        start: window.start - TimeDelta::days(3),
        end: window.start - TimeDelta::days(2),
        longitude_deg: 142.6,
        before_deg_day: 0.01,
        after_deg_day: -0.61,
    };
    let drifter = object(99_100, "DRIFTER 1", Nation::Cn, -0.6, 141.4);
    let drifter = GeoObject { followed_days: 30.4, slot_change: Some(change), ..drifter };
    let neighbour = Neighbour {
        asset: 0,
        object: 0,
        first_s: 0.0,
        last_s: 200_000.0,
        visits: 1,
        least_longitude_deg: 0.0,
        nearest_s: 100_000.0,
        distance_km: 41.4,
        longitude_deg: -0.02,
        latitude_deg: 0.03,
    };
    GeoPart {
        window,
        reach_deg: 1.0,
        assets: vec![object(41836, "HIMAWARI-9", Nation::Jp, 0.0, 140.7)],
        objects: vec![drifter],
        neighbours: vec![neighbour],
        near_belt: 900,
    }
}
