//! Invented chances of the bundled ground sensors: figures follow from them.

use std::collections::BTreeSet;

use alliedsky::astro::crossing::Interval;
use alliedsky::astro::elements::NoradId;
use alliedsky::astro::look::Look;
use alliedsky::astro::span::{Span, SpanSet};
use alliedsky::astro::time::Window;
use alliedsky::report::briefing::{AssetPart, CrossingObject, CustodyPart, EventChances};
use alliedsky::ssa::conjunction::Conjunction;
use alliedsky::ssa::custody::chances::chances;
use alliedsky::ssa::custody::{Observation, custody as figures};
use alliedsky::ssa::ground_sensor::GroundSensors;
use alliedsky::ssa::nation::Nation;

use super::fixture::{DAY_S, Dice, file};

/// What the nations' sensors could observe of the foreign satellites with elements and of the events' objects.
pub fn custody(nations: &[Nation], window: Window, assets: &[AssetPart], events: &[Conjunction]) -> CustodyPart {
    let sensors = GroundSensors::parse("sensors.toml", &String::from_utf8(file("tle/sensors.toml")).unwrap()).unwrap();
    let sensors = sensors.of_nations(nations);
    let mut dice = Dice(2026);
    let mut observe = |norad_id: NoradId, name: &str, until_s: f64| -> Vec<Observation> {
        let mut found = Vec::new();
        for sensor in 0..sensors.len() {
            let mut at_s = 90_000.0 * dice.roll();
            while at_s < until_s {
                let span = Span::new(at_s, (at_s + 500.0 * dice.roll()).min(until_s));
                let interval = Interval { span, open_start: false, open_end: false };
                let look = Look { azimuth_deg: 10.0, elevation_deg: 20.0, range_km: 1500.0 };
                let (name, age_days) = (name.to_owned(), 1.0);
                let (start, end, stale, timing_error_s) = (look, look, false, 0.4);
                found.push(Observation {
                    norad_id,
                    name,
                    sensor,
                    interval,
                    start,
                    end,
                    age_days,
                    stale,
                    timing_error_s,
                });
                at_s += 20_000.0 + 60_000.0 * dice.roll();
            }
        }
        found
    };
    let foreign = assets.iter().filter(|asset| !asset.allied && asset.left_out.is_none());
    let crossing: Vec<(NoradId, &AssetPart)> = foreign.filter_map(|asset| Some((asset.norad_id?, asset))).collect();
    let (mut all, mut objects) = (Vec::new(), Vec::new());
    for (index, &(norad_id, asset)) in crossing.iter().enumerate() {
        // One of them is out of reach of all.
        let own = if index == 3 { Vec::new() } else { observe(norad_id, &asset.name, DAY_S) };
        let chances = chances(nations, &sensors, &own.iter().collect::<Vec<_>>(), DAY_S);
        let observed = SpanSet::union_of(chances.iter().map(|chances| &chances.observed));
        let longest_unobserved_s = observed.gaps(DAY_S).as_slice().iter().map(Span::seconds).fold(0.0, f64::max);
        let start = window.at(900.0 * index as f64);
        let crosses = Window { start, end: start + chrono::TimeDelta::seconds(80) };
        let (name, nation) = (asset.name.clone(), Some(asset.nation));
        objects.push(CrossingObject { norad_id, name, nation, crosses, chances, longest_unobserved_s });
        all.extend(own);
    }
    let ids: BTreeSet<NoradId> = crossing.iter().map(|(id, _)| *id).collect();
    let mut found = Vec::new();
    for (event, conjunction) in events.iter().enumerate() {
        let tca_s = (conjunction.tca - window.start).as_seconds_f64();
        let pair = [
            (conjunction.primary_id, &conjunction.primary_name),
            (conjunction.secondary_id, &conjunction.secondary_name),
        ];
        for (object, name) in pair {
            let own = observe(object, name, tca_s);
            let chances = chances(nations, &sensors, &own.iter().collect::<Vec<_>>(), tca_s);
            found.push(EventChances { event, object, chances });
        }
    }
    let figures = figures(nations, &sensors, &ids, &all, DAY_S);
    CustodyPart { sensors, figures, objects, roster_alone: false, events: found }
}
