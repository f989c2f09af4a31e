//! Exposure as rows: when others can look at a place, and when not.

use chrono::SubsecRound;

use super::sheet::{Cell, Mark, Sheet, Shown};
use crate::astro::span::{Span, SpanSet};
use crate::astro::time::Window;
use crate::ssa::coverage::exposure::{Exposure, Lane};

const SUMMARY_COLUMNS: [&str; 10] = [
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
];

/// The columns of the summary for people.
pub const SUMMARY_SHOWN: [Shown; 8] = [
    Shown { column: "region", head: "PLACE", decimals: 0 },
    Shown { column: "watchers", head: "WATCHERS", decimals: 0 },
    Shown { column: "radar_windows", head: "RADAR", decimals: 0 },
    Shown { column: "optical_windows", head: "OPTICAL", decimals: 0 },
    Shown { column: "geostationary_windows", head: "GEO", decimals: 0 },
    Shown { column: "watched_s", head: "WATCHED", decimals: 0 },
    Shown { column: "longest_quiet_s", head: "LONGEST QUIET", decimals: 0 },
    Shown { column: "longest_quiet_start", head: "FROM", decimals: 0 },
];

const WINDOW_COLUMNS: [&str; 9] =
    ["region", "state", "lane", "start", "end", "duration_s", "open_start", "open_end", "watchers"];

/// The columns of the windows for people.
pub const WINDOW_SHOWN: [Shown; 6] = [
    Shown { column: "region", head: "PLACE", decimals: 0 },
    Shown { column: "lane", head: "BY", decimals: 0 },
    Shown { column: "start", head: "FROM", decimals: 0 },
    Shown { column: "end", head: "UNTIL", decimals: 0 },
    Shown { column: "duration_s", head: "LENGTH", decimals: 0 },
    Shown { column: "watchers", head: "WATCHERS", decimals: 0 },
];

/// A line for each place: how often it is watched, and its longest quiet window.
#[must_use]
pub fn summary(places: &[(String, Exposure)], window: Window) -> Sheet {
    let mut sheet = Sheet::new(&SUMMARY_COLUMNS);
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
            Cell::Seconds(window.seconds() - exposure.quiet.seconds(), 3),
            Cell::Seconds(exposure.quiet.seconds(), 3),
            Cell::Seconds(longest.map_or(0.0, Span::seconds), 3),
            longest.map_or(Cell::Null, |span| Cell::Time(window.at(span.start_s).trunc_subsecs(6))),
        ]);
    }
    sheet
}

/// Every watch window of each place by lane with who watches, as `watcher` names an asset.
#[must_use]
pub fn watched(places: &[(String, Exposure)], window: Window, watcher: impl Fn(usize) -> String) -> Sheet {
    let mut sheet = Sheet::new(&WINDOW_COLUMNS);
    for (place, exposure) in places {
        for watch in &exposure.windows {
            let watchers: Vec<String> = watch.assets.iter().map(|&asset| watcher(asset)).collect();
            sheet.push(row(place, "watched", watch.lane.as_str(), watch.span, window, &watchers.join(", ")));
        }
    }
    sheet
}

/// The quiet windows of at least `least_s` of each place, the geostationary ring left aside; `unseen` has those without it.
#[must_use]
pub fn quiet(places: &[(String, Exposure)], window: Window, least_s: f64) -> Sheet {
    let mut sheet = Sheet::new(&WINDOW_COLUMNS);
    for (place, exposure) in places {
        let mut push = |state: &str, spans: &SpanSet| {
            for &span in spans.as_slice().iter().filter(|span| span.seconds() >= least_s) {
                sheet.push(row(place, state, "", span, window, ""));
            }
        };
        push("quiet", &exposure.quiet);
        if exposure.unseen != exposure.quiet {
            push("unseen", &exposure.unseen);
        }
    }
    sheet
}

fn row(place: &str, state: &str, lane: &str, span: Span, window: Window, watchers: &str) -> Vec<Cell> {
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
        Cell::text(watchers),
    ]
}
