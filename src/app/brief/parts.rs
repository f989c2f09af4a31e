//! Figures of coverage as a briefing tells them.

use super::BriefRequest;
use crate::app::catalogue::Catalogue;
use crate::app::cover::assets::{AssetAccount, AssetUse};
use crate::astro::span::Span;
use crate::report::briefing::AssetPart;
use crate::report::briefing::region::{
    AssetShare, CellPart, ClassShare, CoalitionPart, GapPart, LookMark, NationShare, RegionPart, Together,
};
use crate::report::cells::Shape;
use crate::report::coverage::{CoalitionLine, PlaceCoverage};
use crate::ssa::conjunction::scope::Dropped;
use crate::ssa::coverage::coalition::Gap;
use crate::ssa::coverage::looks::Look;
use crate::ssa::coverage::view::LookKind;
use crate::ssa::place::Region;
use crate::ssa::roster::{Reach, Sensor};

/// One region with its figures.
pub(super) fn region(region: &Region, covered: &PlaceCoverage, shapes: &[Shape], request: &BriefRequest) -> RegionPart {
    let sharing = &covered.sharing.0;
    let shares = |share: crate::ssa::coverage::sharing::Share| {
        [share.alone, share.lost, share.shapley].map(|worth| sharing.percent(worth))
    };
    let nations = covered.nations.iter().enumerate().map(|(index, &nation)| {
        let [alone_percent, lost_percent, shapley_percent] = shares(sharing.nation(index));
        NationShare { nation, alone_percent, lost_percent, shapley_percent }
    });
    let mut assets: Vec<AssetShare> = covered
        .sharing
        .1
        .iter()
        .zip(&sharing.members)
        .map(|(&asset, &share)| {
            let [alone_percent, lost_percent, shapley_percent] = shares(share);
            AssetShare { asset, alone_percent, lost_percent, shapley_percent }
        })
        .collect();
    assets.sort_by(|a, b| b.shapley_percent.total_cmp(&a.shapley_percent).then(a.asset.cmp(&b.asset)));
    let together = covered.together.iter().flat_map(|(bits, spans)| {
        let nations = covered.members(*bits);
        spans.as_slice().iter().map(move |&span| Together { span, nations: nations.clone() })
    });
    RegionPart {
        name: region.name().to_owned(),
        title: title(region.name()),
        cells: shapes.iter().map(cell).collect(),
        coalitions: covered.whole().map(|line| coalition(line, covered, request)).collect(),
        nations: nations.collect(),
        assets,
        classes: classes(covered),
        together: together.collect(),
    }
}

/// A region's name as sentences have it: those that are abbreviations in capitals.
fn title(name: &str) -> String {
    if ["rok", "dprk"].contains(&name.to_ascii_lowercase().as_str()) {
        return name.to_ascii_uppercase();
    }
    let mut letters = name.chars();
    let first = letters.next().map(|first| first.to_uppercase().collect::<String>());
    first.unwrap_or_default() + &letters.as_str().replace('_', " ")
}

fn cell((cell, outline): &Shape) -> CellPart {
    let ring = |line: &geo::LineString<f64>| line.0.iter().map(|at| [at.x, at.y]).collect();
    let polygon = |polygon: &geo::Polygon<f64>| {
        std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(ring).collect()
    };
    CellPart { polygons: outline.iter().flatten().map(polygon).collect(), area_km2: cell.area_km2 }
}

fn coalition(line: &CoalitionLine, covered: &PlaceCoverage, request: &BriefRequest) -> CoalitionPart {
    let coverage = &line.coverage;
    let window_s = covered.window.seconds();
    let everyone = covered.whole().last();
    let least_s = request.least_gap.as_seconds_f64();
    let gap_part = |gap: &Gap| {
        let others = everyone.into_iter().flat_map(|all| &all.coverage.looks);
        let inside = |look: &&Look| look.span.start_s < gap.span.end_s && look.span.end_s > gap.span.start_s;
        let other = |look: &&Look| !coverage.nations.contains(&look.nation);
        GapPart {
            span: gap.span,
            open_start: gap.span.start_s <= 0.0,
            open_end: gap.span.end_s >= window_s,
            fillers: others.filter(inside).filter(other).map(mark).collect(),
            longest_left_s: gap.left_s,
        }
    };
    let longest = |best: Span, gap: &Gap| if gap.span.seconds() > best.seconds() { gap.span } else { best };
    let shorter = covered.shorter.worth(covered.bits(&coverage.nations));
    CoalitionPart {
        nations: coverage.nations.clone(),
        assets: coverage.assets,
        listed: line.listed,
        fresh_percent: coverage.fresh_percent,
        fresh_shrunk_percent: covered.shorter.percent(shorter),
        cell_fresh_percent: coverage.cells.iter().map(|cell| cell.fresh_percent).collect(),
        cell_time_percent: coverage.cell_time_percent,
        area_percent: coverage.area_percent,
        mean_longest_gap_s: coverage.means.longest_gap_s,
        looks: coverage.looks.iter().map(mark).collect(),
        gaps: coverage.gaps.iter().filter(|gap| gap.span.seconds() >= least_s).map(gap_part).collect(),
        longest_gap: coverage.gaps.iter().fold(Span::new(0.0, 0.0), longest),
    }
}

fn mark(look: &Look) -> LookMark {
    LookMark { span: look.span, share: look.share, nation: look.nation, asset: look.asset }
}

/// What all nations together have by each kind of sensor; where there is one kind alone, that is what they have in all.
fn classes(covered: &PlaceCoverage) -> Vec<ClassShare> {
    let together = covered.coalitions.iter().filter(|line| line.coverage.nations.len() == covered.nations.len());
    together
        .filter_map(|line| {
            let coverage = &line.coverage;
            Some(ClassShare { kind: line.kind?, assets: coverage.assets, fresh_percent: coverage.fresh_percent })
        })
        .collect()
}

/// One asset with its data.
pub(super) fn asset(account: &AssetAccount<'_>, request: &BriefRequest) -> AssetPart {
    let asset = account.asset;
    let left_out = match &account.fate {
        AssetUse::Used(None) => None,
        AssetUse::Used(Some(error)) => Some(format!("counted until its orbit ends in the window: {error}")),
        AssetUse::NonePublished => Some("no elements published".to_owned()),
        AssetUse::NotHere => Some("not in these element sets".to_owned()),
        AssetUse::TooOld => Some("element set older than asked for".to_owned()),
        AssetUse::Failed(error) => Some(format!("no orbit at the start: {error}")),
    };
    AssetPart {
        norad_id: asset.norad_id,
        name: asset.name.clone(),
        nation: asset.nation,
        mission: asset.mission,
        allied: request.nations.contains(&asset.nation),
        age_days: account.age_days,
        timing_error_s: account.timing_error_s,
        stale: account.stale,
        left_out,
        reach: asset.sensors.iter().map(reach).collect::<Vec<_>>().join("; "),
        assumed: asset.sensors.iter().any(|sensor| sensor.assumed),
    }
}

fn reach(sensor: &Sensor) -> String {
    let kind = match LookKind::of(sensor) {
        LookKind::Optical => "optical",
        LookKind::Radar => "radar",
        LookKind::Other => sensor.kind.as_str(),
    };
    match sensor.reach {
        Reach::OffNadir { min_deg, max_deg } => format!("{kind}, {min_deg} to {max_deg}° off nadir"),
        Reach::Swath { near_km, far_km } => format!("{kind}, {near_km} to {far_km} km beside the track"),
        Reach::MinElevation { deg } => format!("{kind}, from {deg}° of elevation"),
    }
}

/// What the conjunctions were looked for among.
pub(super) fn screened(catalogue: &Catalogue, request: &BriefRequest, dropped: &Dropped) -> String {
    let without = if request.drop.is_empty() { String::new() } else { format!(" {}", dropped.line(&request.drop)) };
    format!(
        "Satellites of {} against the {} objects of these element sets, for {:.0} hours.{without}",
        request.nations.iter().map(|nation| nation.alpha3()).collect::<Vec<_>>().join(", "),
        catalogue.entries.len(),
        request.window.seconds() / 3600.0,
    )
}

/// What the figures cannot tell.
pub(super) fn limits() -> Vec<String> {
    [
        "Reach is geometry, not tasking: whether a satellite looks, and whether the picture is used, is not known.",
        "Cloud, terrain and refraction are not modelled; daylight is the Sun above the cell's horizon.",
        "A quiet window is quiet for the satellites listed, no others.",
        "Element sets carry no error bars: timing is one standard deviation of a class model, by orbit and age.",
        "A satellite may have manoeuvred since its element set: then its times are wrong by more than is said.",
    ]
    .map(str::to_owned)
    .to_vec()
}
