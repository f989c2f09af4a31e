//! Exposure as rows: when others can look at a place, and when not.

use chrono::SubsecRound;

use super::sheet::{Cell, Mark, Sheet, Shown};
use crate::astro::elements::NoradId;
use crate::astro::span::{Span, SpanSet};
use crate::astro::time::Window;
use crate::ssa::coverage::exposure::{Exposure, Lane};

const SUMMARY_COLUMNS: [&str; 12] = [
    "region",
    "watchers",
    "radar_windows",
    "optical_windows",
    "other_windows",
    "geostationary_windows",
    "watched_s",
    "quiet_s",
    "longest_quiet_s",
    "longest_quiet_start",
    "assets",
    "roster_assets",
];

/// The columns of the summary for people.
pub const SUMMARY_SHOWN: [Shown; 11] = [
    Shown { column: "region", head: "PLACE", decimals: 0 },
    Shown { column: "watchers", head: "WATCHERS", decimals: 0 },
    Shown { column: "assets", head: "ASSETS", decimals: 0 },
    Shown { column: "roster_assets", head: "OF", decimals: 0 },
    Shown { column: "radar_windows", head: "RADAR", decimals: 0 },
    Shown { column: "optical_windows", head: "OPTICAL", decimals: 0 },
    Shown { column: "other_windows", head: "OTHER", decimals: 0 },
    Shown { column: "geostationary_windows", head: "GEO", decimals: 0 },
    Shown { column: "watched_s", head: "WATCHED", decimals: 0 },
    Shown { column: "longest_quiet_s", head: "LONGEST QUIET", decimals: 0 },
    Shown { column: "longest_quiet_start", head: "FROM", decimals: 0 },
];

const WINDOW_COLUMNS: [&str; 10] =
    ["region", "state", "lane", "start", "end", "duration_s", "open_start", "open_end", "watchers", "watcher_ids"];

/// The columns of the windows for people.
pub const WINDOW_SHOWN: [Shown; 6] = [
    Shown { column: "region", head: "PLACE", decimals: 0 },
    Shown { column: "lane", head: "BY", decimals: 0 },
    Shown { column: "start", head: "FROM", decimals: 0 },
    Shown { column: "end", head: "UNTIL", decimals: 0 },
    Shown { column: "duration_s", head: "LENGTH", decimals: 0 },
    Shown { column: "watchers", head: "WATCHERS", decimals: 0 },
];

/// On how many satellites an exposure rests, of how many of the roster that were asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RestsOn {
    /// Those with elements here.
    pub assets: usize,
    /// All of them.
    pub roster_assets: usize,
}

/// A line for each place: how often it is watched, and its longest quiet window. Where it rests on no satellite nothing is
/// known of when it is watched or quiet.
#[must_use]
pub fn summary(places: &[(String, Exposure)], window: Window, rests_on: RestsOn) -> Sheet {
    let mut sheet = Sheet::new(&SUMMARY_COLUMNS);
    let known = |cell: Cell| if rests_on.assets > 0 { cell } else { Cell::Null };
    for (place, exposure) in places {
        let count =
            |lane: Lane| Cell::Integer(exposure.windows.iter().filter(|watched| watched.lane == lane).count() as i64);
        let mut watchers: Vec<usize> = exposure.windows.iter().flat_map(|watched| watched.assets.clone()).collect();
        watchers.sort_unstable();
        watchers.dedup();
        let quiet = exposure.quiet.as_slice();
        let longest = quiet.iter().reduce(|best, span| if span.seconds() > best.seconds() { span } else { best });
        sheet.push(vec![
            Cell::text(place),
            Cell::Integer(watchers.len() as i64),
            count(Lane::Radar),
            count(Lane::Optical),
            count(Lane::Other),
            count(Lane::Geostationary),
            known(Cell::Seconds(window.seconds() - exposure.quiet.seconds(), 3)),
            known(Cell::Seconds(exposure.quiet.seconds(), 3)),
            known(Cell::Seconds(longest.map_or(0.0, Span::seconds), 3)),
            known(longest.map_or(Cell::Null, |span| Cell::Time(window.at(span.start_s).trunc_subsecs(6)))),
            Cell::Integer(rests_on.assets as i64),
            Cell::Integer(rests_on.roster_assets as i64),
        ]);
    }
    sheet
}

/// Every watch window of each place by lane with who watches, as `watcher` tells an asset's number and name: both lists have
/// one order.
#[must_use]
pub fn watched(
    places: &[(String, Exposure)],
    window: Window,
    watcher: impl Fn(usize) -> (Option<NoradId>, String),
) -> Sheet {
    let mut sheet = Sheet::new(&WINDOW_COLUMNS);
    for (place, exposure) in places {
        for watch in &exposure.windows {
            let id = |id: Option<NoradId>| id.map_or_else(|| "-".to_owned(), |id| id.get().to_string());
            let watchers = watch.assets.iter().map(|&asset| watcher(asset));
            let (ids, names): (Vec<String>, Vec<String>) = watchers.map(|(number, name)| (id(number), name)).unzip();
            let mut cells = row(place, "watched", watch.lane.as_str(), watch.span, window);
            cells.extend([Cell::owned(names.join(", ")), Cell::owned(ids.join(", "))]);
            sheet.push(cells);
        }
    }
    sheet
}

/// The quiet windows of at least `least_s` of each place, the geostationary ring left aside; `unseen` has those without it.
/// None where it rests on no satellite: then nothing is known to be quiet.
#[must_use]
pub fn quiet(places: &[(String, Exposure)], window: Window, least_s: f64, rests_on: RestsOn) -> Sheet {
    let mut sheet = Sheet::new(&WINDOW_COLUMNS);
    if rests_on.assets == 0 {
        return sheet;
    }
    for (place, exposure) in places {
        let mut push = |state: &str, spans: &SpanSet| {
            for &span in spans.as_slice().iter().filter(|span| span.seconds() >= least_s) {
                let mut cells = row(place, state, "", span, window);
                cells.extend([Cell::Null, Cell::Null]);
                sheet.push(cells);
            }
        };
        push("quiet", &exposure.quiet);
        if exposure.unseen != exposure.quiet {
            push("unseen", &exposure.unseen);
        }
    }
    sheet
}

/// The cells of a window but for who watches.
fn row(place: &str, state: &str, lane: &str, span: Span, window: Window) -> Vec<Cell> {
    let [start, end] = [span.start_s, span.end_s].map(|s| window.at(s).trunc_subsecs(6));
    let (open_start, open_end) = (span.start_s <= 0.0, span.end_s >= window.seconds());
    vec![
        Cell::text(place),
        Cell::text(state),
        Cell::text(lane),
        Cell::Time(start).marked(open_start, Mark::OpenStart),
        Cell::Later(end, start).marked(open_end, Mark::OpenEnd),
        Cell::Seconds(span.seconds(), 3),
        Cell::Flag(open_start),
        Cell::Flag(open_end),
    ]
}
