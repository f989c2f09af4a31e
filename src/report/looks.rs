//! Looks and gaps of a briefing as rows.

use chrono::{DateTime, SubsecRound, Utc};

use super::briefing::{AssetPart, Briefing};
use super::coverage::{PlaceCoverage, nations_text};
use super::sheet::{Cell, Mark, Sheet};

const LOOK_COLUMNS: [&str; 14] = [
    "region",
    "norad_id",
    "name",
    "nation",
    "kind",
    "start",
    "end",
    "share_percent",
    "usable",
    "geostationary",
    "age_days",
    "timing_error_s",
    "assumed",
    "reach_percent",
];

/// Who can look at which region, by region, then start: a row for each region in reach of a pass, with the share of it that
/// the pass can look at, and the share in reach whatever the light.
#[must_use]
pub fn looks(briefing: &Briefing) -> Sheet {
    let mut sheet = Sheet::new(&LOOK_COLUMNS);
    for (index, region) in briefing.regions.iter().enumerate() {
        for look in briefing.looks.iter().filter(|look| look.shares[index] > 0.0) {
            let asset = &briefing.assets[look.asset];
            let [start, end] = [look.span.start_s, look.span.end_s].map(|s| time(briefing, s));
            sheet.push(vec![
                Cell::text(&region.name),
                id(asset),
                Cell::text(&asset.name),
                Cell::text(asset.nation.alpha2()),
                Cell::text(look.kind.as_str()),
                Cell::Time(start).marked(look.span.start_s <= 0.0, Mark::OpenStart),
                Cell::Later(end, start).marked(look.span.end_s >= briefing.day_s, Mark::OpenEnd),
                Cell::Number(100.0 * look.usable_shares[index], 2),
                Cell::Flag(look.usable_shares[index] > 0.0),
                Cell::Flag(look.geostationary),
                Cell::Number(look.age_days, 4),
                Cell::Number(look.timing_error_s, 2),
                Cell::Flag(asset.assumed),
                Cell::Number(100.0 * look.shares[index], 2),
            ]);
        }
    }
    sheet
}

const GAP_COLUMNS: [&str; 9] =
    ["region", "nations", "start", "end", "duration_s", "longest_left_s", "open_start", "open_end", "filled_by"];

/// Every gap of every coalition, with who fills it, soonest first.
#[must_use]
pub fn gaps(places: &[PlaceCoverage]) -> Sheet {
    let mut sheet = Sheet::new(&GAP_COLUMNS);
    for place in places {
        for line in place.whole().filter(|line| line.coverage.assets > 0) {
            for gap in &line.coverage.gaps {
                let [start, end] = [gap.span.start_s, gap.span.end_s].map(|s| place.window.at(s).trunc_subsecs(6));
                let (open_start, open_end) = (gap.span.start_s <= 0.0, gap.span.end_s >= place.window.seconds());
                let fillers: Vec<&str> = gap.filled_by.iter().map(|filler| filler.nation.alpha2()).collect();
                sheet.push(vec![
                    Cell::text(&place.place),
                    Cell::text(&nations_text(&line.coverage.nations)),
                    Cell::Time(start),
                    Cell::Later(end, start),
                    Cell::Seconds(gap.span.seconds(), 3),
                    Cell::Seconds(gap.left_s, 3),
                    Cell::Flag(open_start),
                    Cell::Flag(open_end),
                    Cell::text(&fillers.join("+")),
                ]);
            }
        }
    }
    sheet
}

const ASSET_COLUMNS: [&str; 11] = [
    "norad_id",
    "name",
    "nation",
    "mission",
    "allied",
    "reach",
    "assumed",
    "age_days",
    "timing_error_s",
    "stale",
    "left_out",
];

/// The roster's satellites of a briefing with their data, and why some are left out.
#[must_use]
pub fn assets(briefing: &Briefing) -> Sheet {
    let mut sheet = Sheet::new(&ASSET_COLUMNS);
    for asset in &briefing.assets {
        sheet.push(vec![
            id(asset),
            Cell::text(&asset.name),
            Cell::text(asset.nation.alpha2()),
            Cell::text(asset.mission.as_str()),
            Cell::Flag(asset.allied),
            Cell::text(&asset.reach),
            Cell::Flag(asset.assumed),
            Cell::number(asset.age_days, 4),
            Cell::number(asset.timing_error_s, 2),
            Cell::Flag(asset.stale),
            Cell::text(asset.left_out.as_deref().unwrap_or_default()),
        ]);
    }
    sheet
}

fn id(asset: &AssetPart) -> Cell {
    asset.norad_id.map_or(Cell::Null, |id| Cell::Integer(i64::from(id.get())))
}

fn time(briefing: &Briefing, seconds: f64) -> DateTime<Utc> {
    briefing.window.at(seconds).trunc_subsecs(6)
}
