//! What the theatre snapshot's sensors see of Korea cut into cells: one satellite, and every allied one.
#![allow(missing_docs, clippy::unwrap_used)]

#[path = "input/theatre.rs"]
mod theatre;

use alliedsky::astro::elements::Elements;
use alliedsky::astro::geodesy::Geodetic;
use alliedsky::astro::look::Station;
use alliedsky::astro::time::Window;
use alliedsky::feed::bundled;
use alliedsky::format::{ReadOptions, read_elements};
use alliedsky::ssa::coverage::view::{Scene, Target, views};
use alliedsky::ssa::nation::Nation;
use alliedsky::ssa::roster::{Asset, Roster};
use chrono::TimeDelta;
use theatre::{level, places};

fn main() {
    divan::main();
}

fn snapshot(days: i64) -> (Vec<Elements>, Window) {
    let snapshot = bundled::snapshot("theatre").unwrap();
    let sets = read_elements(snapshot.file, snapshot.bytes, &ReadOptions::default()).unwrap().elements;
    (sets, Window::new(snapshot.clock, TimeDelta::days(days)))
}

fn roster() -> Roster {
    Roster::parse(bundled::roster().file, bundled::roster().text).unwrap()
}

fn korea() -> Target {
    let region = places().0.into_iter().find(|region| region.name() == "korea").unwrap();
    let cells = region.cells(region.usual_cells());
    let point = |latitude_deg, longitude_deg| Station::new(Geodetic::new(latitude_deg, longitude_deg, 0.0));
    Target {
        points: cells.iter().map(|cell| point(cell.latitude_deg, cell.longitude_deg)).collect(),
        areas_km2: cells.iter().map(|cell| cell.area_km2).collect(),
        cap: region.enclosing_cap(),
    }
}

#[divan::bench(sample_count = 10)]
fn alos_2_for_a_week(bencher: divan::Bencher<'_, '_>) {
    let (sets, window) = snapshot(7);
    let (roster, target) = (roster(), korea());
    let elements = sets.iter().find(|elements| elements.norad_id.get() == 39_766).unwrap();
    let asset = roster.by_id(elements.norad_id).unwrap();
    let scene = Scene { target, window, lead_s: 0.0 };
    bencher.bench_local(|| views(elements, (asset.nation, 0), &asset.sensors, &scene, &level).unwrap());
}

#[divan::bench(sample_count = 3)]
fn allies_for_a_day(bencher: divan::Bencher<'_, '_>) {
    let (sets, window) = snapshot(1);
    let (roster, target) = (roster(), korea());
    let allied = [Nation::Us, Nation::Jp, Nation::Kr];
    let assets: Vec<(&Elements, &Asset)> = sets
        .iter()
        .filter_map(|elements| Some((elements, roster.by_id(elements.norad_id)?)))
        .filter(|(_, asset)| allied.contains(&asset.nation) && !asset.sensors.is_empty())
        .collect();
    bencher.bench_local(|| {
        let scene = Scene { target: target.clone(), window, lead_s: 0.0 };
        let seen = assets.iter().enumerate().map(|(index, (elements, asset))| {
            views(elements, (asset.nation, index), &asset.sensors, &scene, &level).unwrap()
        });
        seen.collect::<Vec<_>>()
    });
}
