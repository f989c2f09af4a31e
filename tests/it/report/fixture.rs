//! A briefing that looks like a real one: real outlines, sites, names and reaches, invented passes and figures. It is
//! deterministic, and its figures fit together: gaps follow from looks, shares from the coalitions' figures.

use alliedsky::astro::span::{Span, SpanSet};
use alliedsky::astro::time::Window;
use alliedsky::report::briefing::region::{Landmark, Look, LookKind};
use alliedsky::report::briefing::{AssetPart, Briefing, Marking, Night, SitePart};
use alliedsky::ssa::nation::Nation;
use alliedsky::ssa::place::Sites;
use alliedsky::ssa::probability::Thresholds;
use alliedsky::ssa::roster::{Asset, ElementsPolicy, Mission, Reach, Roster};
use chrono::TimeDelta;

use super::fixture_regions::region;
use super::{fixture_custody, fixture_events};

pub const DAY_S: f64 = 86_400.0;
pub const WINDOW_S: f64 = 3.0 * DAY_S;
pub const LEAST_SHARE: f64 = 0.5;
pub const LEAST_GAP_S: f64 = 7200.0;

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

pub fn file(name: &str) -> Vec<u8> {
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
        custody: fixture_custody::custody(nations, window, &assets, &events),
        conjunctions: events,
        screened:
            "30 allied satellites against the 79 objects of the file over 72 hours, below 20 km; the other objects \
                   of the public catalogue were not screened."
                .to_owned(),
        completeness:
            "Screened 79 objects (0 analyst objects and 0 with numbers of six digits among them); how many are on \
                       orbit is not known without a satellite catalogue."
                .to_owned(),
        threshold_km: 20.0,
        geo: fixture_events::geo(window),
        histories: fixture_events::histories(),
        thresholds: Thresholds::default(),
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
            let (shares, usable_shares) = (vec![1.0, 1.0], vec![1.0, 1.0]);
            looks.push(Look {
                asset,
                kind,
                geostationary: true,
                span,
                shares,
                usable_shares,
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
                let usable_shares = if kind == LookKind::Radar || !dark { shares.clone() } else { vec![0.0; 2] };
                let (age_days, timing_error_s) = (part.age_days.unwrap(), part.timing_error_s.unwrap());
                looks.push(Look {
                    asset,
                    kind,
                    geostationary: false,
                    span,
                    shares,
                    usable_shares,
                    age_days,
                    timing_error_s,
                });
            }
        }
    }
    looks.sort_by(|a, b| a.span.start_s.total_cmp(&b.span.start_s));
    looks
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
            let other = radar.iter().skip(9).copied().collect::<Vec<_>>();
            let radar = radar.into_iter().take(9).collect::<Vec<_>>();
            let looks = radar.iter().chain(&other).chain(&optical);
            let busy = SpanSet::from_spans(looks.map(|(span, _)| *span).collect());
            let quiet = busy.gaps(day.seconds()).as_slice().to_vec();
            SitePart {
                name: name.to_owned(),
                nation: site.nation,
                radar,
                other,
                optical,
                geostationary: Vec::new(),
                quiet,
                dark: dark.clone(),
            }
        })
        .collect()
}
