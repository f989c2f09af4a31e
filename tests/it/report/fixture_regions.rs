//! Invented figures of a region over its real outline.

use alliedsky::astro::span::{Span, SpanSet};
use alliedsky::report::briefing::AssetPart;
use alliedsky::report::briefing::region::{
    AssetShare, CellPart, ClassShare, CoalitionPart, GapPart, Look, LookKind, LookMark, NationShare, RegionPart,
    Together,
};
use alliedsky::ssa::nation::Nation;
use alliedsky::ssa::place::Region;
use geo::{BooleanOps, Coord, LineString, MultiPolygon, Polygon};
use h3o::{LatLng, Resolution};

use super::fixture::{LEAST_GAP_S, LEAST_SHARE, WINDOW_S, file};

/// Every non-empty coalition: by size, then in the order of the nations.
fn coalitions(nations: &[Nation]) -> Vec<Vec<Nation>> {
    let mut all: Vec<Vec<Nation>> = (1_u32..1 << nations.len())
        .map(|members| (0..nations.len()).filter(|i| members >> i & 1 == 1).map(|i| nations[i]).collect())
        .collect();
    all.sort_by_key(Vec::len);
    all
}

/// A region with figures that fit together: gaps follow from looks, shares from the coalitions.
pub fn region(
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
        .filter(|look| !look.geostationary && of(look.asset) && look.usable_shares[region] >= LEAST_SHARE)
        .map(|look| LookMark {
            span: look.span,
            share: look.usable_shares[region],
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
