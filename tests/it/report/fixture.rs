//! A briefing that looks like a real one: real outlines, sites, names and reaches, invented passes and figures. It is
//! deterministic, and its figures fit together: gaps follow from looks, shares from the coalitions' figures.

use alliedsky::astro::span::{Span, SpanSet};
use alliedsky::astro::time::Window;
use alliedsky::report::briefing::{
    AssetPart, AssetShare, Briefing, CellPart, ClassShare, CoalitionPart, GapPart, Landmark, Look, LookKind, LookMark,
    Marking, NationShare, Night, RegionPart, Sampling, SitePart, Together,
};
use alliedsky::ssa::place::{Region, Sites};
use alliedsky::ssa::roster::{Asset, ElementsPolicy, Mission, Nation, Reach, Roster};
use chrono::TimeDelta;
use geo::{BooleanOps, Coord, LineString, MultiPolygon, Polygon};
use h3o::{LatLng, Resolution};

use super::fixture_events;

pub const DAY_S: f64 = 86_400.0;
const WINDOW_S: f64 = 3.0 * DAY_S;
const LEAST_SHARE: f64 = 0.5;
const LEAST_GAP_S: f64 = 7200.0;

/// Invented numbers, the same every time (Steele, Lea and Flood 2014, SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

fn file(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// The theatre as three allies see it.
pub fn theatre() -> Briefing {
    of_nations(&Nation::ALLIED)
}

/// The same for other nations: what a nation has is invented where the roster has nothing.
pub fn of_nations(nations: &[Nation]) -> Briefing {
    let window = Window::new("2026-09-07T00:00:00Z".parse().unwrap(), TimeDelta::hours(72));
    let mut dice = Dice(20_260_907);
    let night = nights();
    let assets = assets(nations, &mut dice);
    let looks = looks(&assets, &night, &mut dice);
    let regions = vec![
        region("korea", "Korea", nations, &assets, &looks, 0),
        region("japan", "Japan", nations, &assets, &looks, 1),
    ];
    let events = fixture_events::events(window, &assets);
    let owners = assets.iter().filter_map(|asset| Some((asset.norad_id?, asset.nation))).collect();
    Briefing {
        marking: Marking { text: "PUBLIC".to_owned(), recipient: None, withheld: 0 },
        made_at: "2026-09-06T23:30:00Z".parse().unwrap(),
        version: "0.1.0".to_owned(),
        window,
        day_s: DAY_S,
        horizon_s: 10_800.0,
        least_gap_s: LEAST_GAP_S,
        least_share: LEAST_SHARE,
        nations: nations.to_vec(),
        regions,
        coast: coast(),
        landmarks: vec![
            Landmark { name: "Seoul".to_owned(), position: [126.978, 37.5665] },
            Landmark { name: "Tokyo".to_owned(), position: [139.6917, 35.6895] },
        ],
        outline_note: "Outlines follow Natural Earth’s de-facto view and state no position on any boundary or claim."
            .to_owned(),
        sites: sites(&assets, &night, &mut dice),
        night,
        looks,
        watchers: "China, Russia and North Korea".to_owned(),
        conjunctions: events,
        screened:
            "30 allied satellites against the 79 objects of the file over 72 hours, below 20 km; the other objects \
                   of the public catalogue were not screened."
                .to_owned(),
        threshold_km: 20.0,
        assets,
        owners,
        sources: vec![
            "Elements: 79 sets of theatre_20260906, U.S. Space Force 18 SDS via CelesTrak.".to_owned(),
            "Earth orientation: none was given, so UT1 is taken as UTC.".to_owned(),
        ],
        limits: vec![
            "Reach is geometry: no cloud, tasking, slew time, duty cycle, downlink delay or resolution.".to_owned(),
            "Timing errors come from a model of the along-track error by age and height (assumed).".to_owned(),
        ],
    }
}

/// The Sun at Seoul in early September.
fn nights() -> Night {
    let mut night = Night { place: "Seoul".to_owned(), twilight: Vec::new(), night: Vec::new() };
    for day in 0..3 {
        let start_s = f64::from(day) * DAY_S;
        night.twilight.push(Span::new(start_s + 35_400.0, start_s + 75_800.0));
        night.night.push(Span::new(start_s + 37_100.0, start_s + 74_100.0));
    }
    night
}

fn assets(nations: &[Nation], dice: &mut Dice) -> Vec<AssetPart> {
    let roster = Roster::parse("roster.toml", &String::from_utf8(file("tle/roster.toml")).unwrap()).unwrap();
    let watched = [Nation::Cn, Nation::Ru, Nation::Kp];
    let mut assets: Vec<AssetPart> = Vec::new();
    for &nation in nations.iter().chain(watched.iter().filter(|nation| !nations.contains(nation))) {
        let allied = nations.contains(&nation);
        let most = match nation {
            Nation::Us => 21,
            Nation::Jp => 3,
            Nation::Kr => 6,
            Nation::Cn => 28,
            Nation::Ru => 2,
            _ => usize::from(allied) * 4,
        };
        let mut given = 0;
        for asset in roster.of_nation(nation).filter(|asset| asset.mission.is_imaging()) {
            // Some radar satellites among them, as in truth.
            let wanted = asset.elements == ElementsPolicy::Public && !asset.sensors.is_empty();
            let counts =
                given < most && wanted && (asset.mission != Mission::Eo || given + 2 < most || dice.roll() < 0.2);
            given += usize::from(counts);
            assets.push(part(asset, allied, counts, dice));
        }
    }
    assets
}

fn part(asset: &Asset, allied: bool, counts: bool, dice: &mut Dice) -> AssetPart {
    let age = 0.6 + 2.0 * dice.roll() * dice.roll();
    let reach = asset.sensors.first().map_or_else(String::new, |sensor| match sensor.reach {
        Reach::OffNadir { min_deg, max_deg } => format!("{}, {min_deg} to {max_deg}° off nadir", sensor.kind.as_str()),
        Reach::Swath { near_km, far_km } => format!("{near_km} to {far_km} km beside the track"),
        Reach::MinElevation { deg } => format!("{}, from {deg}° above the horizon", sensor.kind.as_str()),
    });
    let left_out = match asset.elements {
        ElementsPolicy::NonePublished => "no elements are published",
        ElementsPolicy::Public => "no elements here",
    };
    AssetPart {
        norad_id: asset.norad_id,
        name: asset.name.clone(),
        nation: asset.nation,
        mission: asset.mission,
        allied,
        age_days: counts.then_some(age),
        timing_error_s: counts.then_some(0.07 + 0.3 * age * age),
        stale: false,
        left_out: (!counts).then(|| left_out.to_owned()),
        reach,
        assumed: asset.sensors.first().is_some_and(|sensor| sensor.assumed),
    }
}

/// Passes of a counted satellite: a few by day and night, as sun-synchronous orbits have them.
fn looks(assets: &[AssetPart], night: &Night, dice: &mut Dice) -> Vec<Look> {
    let mut looks = Vec::new();
    for (asset, part) in assets.iter().enumerate().filter(|(_, part)| part.left_out.is_none()) {
        let kind = if part.mission == Mission::Sar { LookKind::Radar } else { LookKind::Optical };
        let crossing_s = 30_000.0 * dice.roll();
        if part.name == "GAOFEN-4" {
            let span = Span::new(0.0, DAY_S);
            let timing = part.timing_error_s.unwrap();
            let age_days = part.age_days.unwrap();
            let shares = vec![1.0, 1.0];
            looks.push(Look {
                asset,
                kind,
                geostationary: true,
                span,
                shares,
                usable: true,
                age_days,
                timing_error_s: timing,
            });
            continue;
        }
        for half_day in 0..6 {
            for pass in 0..2 {
                let start_s =
                    f64::from(half_day) * 43_200.0 + crossing_s + f64::from(pass) * 5_700.0 + 900.0 * dice.roll();
                let span = Span::new(start_s, start_s + 90.0 + 480.0 * dice.roll());
                let east = dice.roll();
                let shares = vec![(1.4 - 1.8 * east).clamp(0.0, 1.0), (1.6 * east - 0.4).clamp(0.0, 1.0)];
                if shares.iter().all(|share| *share == 0.0) {
                    continue;
                }
                let dark = night.twilight.iter().any(|dark| dark.contains(start_s));
                let usable = kind == LookKind::Radar || !dark;
                let (age_days, timing_error_s) = (part.age_days.unwrap(), part.timing_error_s.unwrap());
                looks.push(Look { asset, kind, geostationary: false, span, shares, usable, age_days, timing_error_s });
            }
        }
    }
    looks.sort_by(|a, b| a.span.start_s.total_cmp(&b.span.start_s));
    looks
}

/// Every non-empty coalition: by size, then in the order of the nations.
fn coalitions(nations: &[Nation]) -> Vec<Vec<Nation>> {
    let mut all: Vec<Vec<Nation>> = (1_u32..1 << nations.len())
        .map(|members| (0..nations.len()).filter(|i| members >> i & 1 == 1).map(|i| nations[i]).collect())
        .collect();
    all.sort_by_key(Vec::len);
    all
}

fn region(
    name: &str,
    title: &str,
    nations: &[Nation],
    assets: &[AssetPart],
    looks: &[Look],
    index: usize,
) -> RegionPart {
    let outline = Region::from_geojson(name, &file(&format!("tle/regions/{name}.geojson"))).unwrap().remove(0);
    let (cells, places) = cells(&outline);
    let mut coalition_parts: Vec<CoalitionPart> = coalitions(nations)
        .into_iter()
        .map(|members| coalition(members, nations, assets, looks, index, &cells, &places))
        .collect();
    let all: Vec<LookMark> = coalition_parts.last().map_or(Vec::new(), |all| all.looks.clone());
    for part in &mut coalition_parts {
        for gap in &mut part.gaps {
            let inside = |look: &&LookMark| gap.span.contains(look.span.start_s) && look.span.end_s <= gap.span.end_s;
            gap.fillers = all.iter().filter(inside).copied().collect();
            let spans = gap
                .fillers
                .iter()
                .map(|look| Span::new(look.span.start_s - gap.span.start_s, look.span.end_s - gap.span.start_s));
            let left = SpanSet::from_spans(spans.collect()).gaps(gap.span.seconds());
            gap.longest_left_s = left.as_slice().iter().map(Span::seconds).fold(0.0, f64::max);
        }
    }
    let value = |members: &[Nation]| {
        coalition_parts.iter().find(|part| part.nations == members).map_or(0.0, |part| part.fresh_percent)
    };
    let shares: Vec<NationShare> = nations
        .iter()
        .map(|&nation| {
            let without: Vec<Nation> = nations.iter().copied().filter(|other| *other != nation).collect();
            NationShare {
                nation,
                alone_percent: value(&[nation]),
                lost_percent: value(nations) - value(&without),
                shapley_percent: shapley(nation, nations, &value),
            }
        })
        .collect();
    let mut asset_shares: Vec<AssetShare> = shares
        .iter()
        .flat_map(|share| {
            let own: Vec<usize> = (0..assets.len())
                .filter(|i| assets[*i].left_out.is_none() && assets[*i].nation == share.nation)
                .collect();
            let sum: f64 = (1..=own.len()).map(|rank| 1.0 / rank as f64).sum();
            own.into_iter().zip(1..).map(move |(asset, rank)| {
                let part = share.shapley_percent / f64::from(rank) / sum;
                AssetShare { asset, alone_percent: 2.0 * part, lost_percent: 0.4 * part, shapley_percent: part }
            })
        })
        .collect();
    asset_shares.sort_by(|a, b| b.shapley_percent.total_cmp(&a.shapley_percent));
    let whole = value(nations);
    RegionPart {
        name: name.to_owned(),
        title: title.to_owned(),
        cells,
        coalitions: coalition_parts,
        nations: shares,
        assets: asset_shares,
        sampling: Some(Sampling { orders: 600, standard_error_percent: 0.31 }),
        classes: vec![
            ClassShare { kind: LookKind::Optical, assets: 24, fresh_percent: 0.72 * whole },
            ClassShare { kind: LookKind::Radar, assets: 6, fresh_percent: 0.56 * whole },
        ],
        together: vec![
            Together { span: Span::new(7_930.0, 8_120.0), nations: nations.iter().copied().take(2).collect() },
            Together { span: Span::new(16_000.0, 16_240.0), nations: nations.to_vec() },
        ],
    }
}

/// Shapley's value by its formula over all subsets of the others (Shapley 1953).
fn shapley(nation: Nation, nations: &[Nation], value: &impl Fn(&[Nation]) -> f64) -> f64 {
    let others: Vec<Nation> = nations.iter().copied().filter(|other| *other != nation).collect();
    let factorial = |n: usize| (1..=n).map(|k| k as f64).product::<f64>();
    (0_u32..1 << others.len())
        .map(|bits| {
            let without = |other: &Nation| others.iter().position(|o| o == other).is_some_and(|i| bits >> i & 1 == 1);
            let before: Vec<Nation> = nations.iter().copied().filter(without).collect();
            let with: Vec<Nation> = nations.iter().copied().filter(|n| *n == nation || without(n)).collect();
            let size = before.len();
            let weight = factorial(size) * factorial(nations.len() - size - 1) / factorial(nations.len());
            weight * (value(&with) - value(&before))
        })
        .sum()
}

#[expect(clippy::too_many_arguments, reason = "all that a coalition's figures are made of")]
fn coalition(
    members: Vec<Nation>,
    nations: &[Nation],
    assets: &[AssetPart],
    looks: &[Look],
    region: usize,
    cells: &[CellPart],
    places: &[[f64; 2]],
) -> CoalitionPart {
    let of = |index: usize| members.contains(&assets[index].nation);
    let marks: Vec<LookMark> = looks
        .iter()
        .filter(|look| look.usable && !look.geostationary && of(look.asset) && look.shares[region] >= LEAST_SHARE)
        .map(|look| LookMark {
            span: look.span,
            share: look.shares[region],
            nation: assets[look.asset].nation,
            asset: look.asset,
        })
        .collect();
    let all_gaps = SpanSet::from_spans(marks.iter().map(|look| look.span).collect()).gaps(WINDOW_S);
    let longest = all_gaps
        .as_slice()
        .iter()
        .copied()
        .reduce(|best, next| if next.seconds() > best.seconds() { next } else { best })
        .unwrap_or(Span::new(0.0, 0.0));
    let gaps = all_gaps
        .as_slice()
        .iter()
        .filter(|gap| gap.seconds() >= LEAST_GAP_S)
        .map(|gap| GapPart {
            span: *gap,
            open_start: gap.start_s <= 0.0,
            open_end: gap.end_s >= WINDOW_S,
            fillers: Vec::new(),
            longest_left_s: gap.seconds(),
        })
        .collect();
    // More satellites leave less of the time without a look, a little more in the north and the east.
    let counted = (0..assets.len()).filter(|i| of(*i) && assets[*i].left_out.is_none()).count();
    let listed = (0..assets.len()).filter(|i| of(*i)).count();
    let blind: f64 = nations
        .iter()
        .enumerate()
        .filter(|(_, nation)| members.contains(nation))
        .map(|(index, nation)| {
            let own = assets.iter().filter(|asset| asset.nation == *nation && asset.left_out.is_none()).count();
            if own == 0 { 1.0 } else { [0.52, 0.68, 0.66, 0.8, 0.85][index % 5] }
        })
        .product();
    let cell_fresh_percent: Vec<f64> = places
        .iter()
        .map(|[longitude, latitude]| {
            let lift =
                0.35 * ((latitude - 36.0) / 9.0) + 0.25 * ((longitude - 134.0) / 10.0) + 0.1 * (longitude * 1.7).sin();
            100.0 * (1.0 - blind.powf(1.0 + lift.clamp(-0.6, 0.8)))
        })
        .collect();
    let area: f64 = cells.iter().map(|cell| cell.area_km2).sum();
    let fresh_percent =
        cells.iter().zip(&cell_fresh_percent).map(|(cell, fresh)| cell.area_km2 * fresh).sum::<f64>() / area;
    CoalitionPart {
        nations: members,
        assets: counted,
        listed,
        fresh_percent,
        fresh_shrunk_percent: fresh_percent * 0.996,
        cell_fresh_percent,
        cell_time_percent: 0.1 * counted as f64,
        area_percent: if counted == 0 { 0.0 } else { 100.0 },
        mean_longest_gap_s: longest.seconds() * 0.8,
        looks: marks,
        gaps,
        longest_gap: longest,
    }
}

/// A region's hexagons, cut by its outline, and a point of each.
fn cells(region: &Region) -> (Vec<CellPart>, Vec<[f64; 2]>) {
    let mut parts = Vec::new();
    let mut places = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for cell in region.cells(400) {
        let index = LatLng::new(cell.latitude_deg, cell.longitude_deg).unwrap().to_cell(Resolution::Five);
        let index = index.parent(Resolution::Four).unwrap();
        if !seen.insert(index) {
            continue;
        }
        let ring: Vec<Coord<f64>> = index.boundary().iter().map(|at| Coord { x: at.lng(), y: at.lat() }).collect();
        let hexagon = Polygon::new(LineString::new(ring), Vec::new());
        let pieces: MultiPolygon<f64> = hexagon.intersection(region.polygons());
        let ring = |ring: &LineString<f64>| ring.0.iter().map(|at| [at.x, at.y]).collect::<Vec<_>>();
        let polygons = pieces
            .0
            .iter()
            .map(|piece| std::iter::once(piece.exterior()).chain(piece.interiors()).map(ring).collect())
            .collect();
        parts.push(CellPart { polygons, area_km2: cell.area_km2 });
        places.push([cell.longitude_deg, cell.latitude_deg]);
    }
    (parts, places)
}

/// Land as rings of longitude and latitude.
fn coast() -> Vec<Vec<[f64; 2]>> {
    let land: serde_json::Value = serde_json::from_slice(&file("tle/regions/east_asia_land.geojson")).unwrap();
    let polygons: Vec<Vec<Vec<[f64; 2]>>> =
        serde_json::from_value(land["features"][0]["geometry"]["coordinates"].clone()).unwrap();
    polygons.into_iter().flatten().collect()
}

fn sites(assets: &[AssetPart], night: &Night, dice: &mut Dice) -> Vec<SitePart> {
    let sites = Sites::parse("sites.toml", &String::from_utf8(file("tle/sites.toml")).unwrap()).unwrap();
    let day = Span::new(0.0, DAY_S);
    let dark: Vec<Span> = night.twilight.iter().copied().filter(|span| span.start_s < DAY_S).collect();
    let watcher = |sar: bool| {
        assets
            .iter()
            .position(|asset| !asset.allied && asset.left_out.is_none() && (asset.mission == Mission::Sar) == sar)
    };
    let (radar, optical) = (watcher(true).or(watcher(false)), watcher(false));
    ["Osan AB", "Kunsan AB", "Sasebo", "Yokosuka", "Misawa AB", "Kadena AB"]
        .into_iter()
        .map(|name| {
            let site = sites.find(name).unwrap();
            let mut some = |count: usize, asset: Option<usize>, dark_too: bool| -> Vec<(Span, usize)> {
                let mut spans = Vec::new();
                for _ in 0..count {
                    let start_s = dice.roll() * (DAY_S - 600.0);
                    let span = Span::new(start_s, start_s + 60.0 + 240.0 * dice.roll());
                    if let Some(asset) = asset.filter(|_| dark_too || !dark.iter().any(|dark| dark.contains(start_s))) {
                        spans.push((span, asset));
                    }
                }
                spans.sort_by(|a, b| a.0.start_s.total_cmp(&b.0.start_s));
                spans
            };
            let (radar, optical) = (some(14, radar, true), some(22, optical, false));
            let busy = SpanSet::from_spans(radar.iter().chain(&optical).map(|(span, _)| *span).collect());
            let quiet = busy.gaps(day.seconds()).as_slice().to_vec();
            SitePart {
                name: name.to_owned(),
                nation: site.nation,
                radar,
                optical,
                geostationary: Vec::new(),
                quiet,
                dark: dark.clone(),
            }
        })
        .collect()
}
