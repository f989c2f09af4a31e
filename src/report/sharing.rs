//! What sharing adds, as rows: what each nation and each asset brings, and when nations look together.

use chrono::SubsecRound;

use super::coverage::{PlaceCoverage, nations_text};
use super::sheet::{Cell, Sheet, Shown};
use crate::astro::elements::NoradId;
use crate::ssa::coverage::sharing::Share;
use crate::ssa::nation::Nation;

const CONTRIBUTION_COLUMNS: [&str; 8] =
    ["region", "level", "nation", "norad_id", "name", "alone_percent", "lost_percent", "shapley_percent"];

/// The columns of the contributions for people.
pub const CONTRIBUTION_SHOWN: [Shown; 7] = [
    Shown { column: "region", head: "PLACE", decimals: 0 },
    Shown { column: "level", head: "LEVEL", decimals: 0 },
    Shown { column: "nation", head: "NATION", decimals: 0 },
    Shown { column: "name", head: "NAME", decimals: 0 },
    Shown { column: "alone_percent", head: "ALONE %", decimals: 2 },
    Shown { column: "lost_percent", head: "LOST WITHOUT", decimals: 2 },
    Shown { column: "shapley_percent", head: "SHAPLEY", decimals: 2 },
];

const TOGETHER_COLUMNS: [&str; 5] = ["region", "nations", "start", "end", "duration_s"];

/// The columns of the looks together for people.
pub const TOGETHER_SHOWN: [Shown; 5] = [
    Shown { column: "region", head: "PLACE", decimals: 0 },
    Shown { column: "nations", head: "NATIONS", decimals: 0 },
    Shown { column: "start", head: "START", decimals: 0 },
    Shown { column: "end", head: "END", decimals: 0 },
    Shown { column: "duration_s", head: "LENGTH", decimals: 0 },
];

const SIMULTANEOUS_COLUMNS: [&str; 4] = ["region", "assets", "in_view_percent", "fresh_percent"];

/// The columns of N-asset coverage for people.
pub const SIMULTANEOUS_SHOWN: [Shown; 4] = [
    Shown { column: "region", head: "PLACE", decimals: 0 },
    Shown { column: "assets", head: "SATELLITES", decimals: 0 },
    Shown { column: "in_view_percent", head: "IN VIEW %", decimals: 4 },
    Shown { column: "fresh_percent", head: "FRESH %", decimals: 2 },
];

/// Whose an asset is, for the rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Contributor {
    /// Its nation.
    pub nation: Nation,
    /// Its catalogue number, where it has one.
    pub norad_id: Option<NoradId>,
    /// Its name.
    pub name: String,
}

/// What each nation and each asset brings to the fresh time of all, in points of it: nations in the order asked for, then
/// assets by what they bring. `asset` tells whose an asset is.
#[must_use]
pub fn contributions(places: &[PlaceCoverage], asset: impl Fn(usize) -> Contributor) -> Sheet {
    let mut sheet = Sheet::new(&CONTRIBUTION_COLUMNS);
    for place in places {
        let (sharing, assets) = &place.sharing;
        let mut push = |level: &str, contributor: &Contributor, share: Share| {
            let points = |worth: f64| Cell::Number(sharing.percent(worth), 4);
            sheet.push(vec![
                Cell::text(&place.place),
                Cell::text(level),
                Cell::text(contributor.nation.alpha2()),
                contributor.norad_id.map_or(Cell::Null, |id| Cell::Integer(i64::from(id.get()))),
                Cell::text(&contributor.name),
                points(share.alone),
                points(share.lost),
                points(share.shapley),
            ]);
        };
        for (index, &nation) in place.nations.iter().enumerate() {
            let name = nation.name().to_owned();
            push("nation", &Contributor { nation, norad_id: None, name }, sharing.nation(index));
        }
        let mut members: Vec<(Contributor, Share)> =
            assets.iter().map(|&index| asset(index)).zip(sharing.members.iter().copied()).collect();
        members.sort_by(|a, b| b.1.shapley.total_cmp(&a.1.shapley).then(a.0.norad_id.cmp(&b.0.norad_id)));
        for (contributor, share) in &members {
            push("asset", contributor, *share);
        }
    }
    sheet
}

/// When two nations or more have the same cell in view at once: for each set of nations every stretch, by start.
#[must_use]
pub fn together(places: &[PlaceCoverage]) -> Sheet {
    let mut sheet = Sheet::new(&TOGETHER_COLUMNS);
    for place in places {
        for (bits, spans) in &place.together {
            let nations = nations_text(&place.members(*bits));
            for span in spans.as_slice() {
                let [start, end] = [span.start_s, span.end_s].map(|s| place.window.at(s).trunc_subsecs(6));
                sheet.push(vec![
                    Cell::text(&place.place),
                    Cell::text(&nations),
                    Cell::Time(start),
                    Cell::Later(end, start),
                    Cell::Seconds(span.seconds(), 3),
                ]);
            }
        }
    }
    sheet
}

/// N-asset coverage: the share of time and area in which so many assets of all nations, or more, have a spot in view at
/// once, and in which so many have had it in view within the horizon; as far as any do.
#[must_use]
pub fn simultaneous(places: &[PlaceCoverage]) -> Sheet {
    let mut sheet = Sheet::new(&SIMULTANEOUS_COLUMNS);
    for place in places {
        let (fresh, in_view) = (&place.sharing.0, &place.in_view);
        for assets in 1..fresh.by_count.len() {
            let [in_view, fresh] = [in_view, fresh].map(|sharing| sharing.percent(sharing.at_least(assets)));
            if fresh <= 0.0 {
                break;
            }
            sheet.push(vec![
                Cell::text(&place.place),
                Cell::Integer(assets as i64),
                Cell::Number(in_view, 4),
                Cell::Number(fresh, 4),
            ]);
        }
    }
    sheet
}
