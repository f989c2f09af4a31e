//! `overflights`: who passes over a place, and can it see it.

use std::collections::{BTreeSet, HashSet};

use super::output::Format;
use super::progress::with_bar;
use super::scope::{When, Where, Which, elevation_deg, off_nadir_deg};
use super::words::counted;
use super::{Call, Outcome, usage};
use crate::app::App;
use crate::app::overfly::{Over, Place, SITE_ELEVATION_DEG};
use crate::app::summary::tally_lines;
use crate::astro::elements::{Elements, NoradId};
use crate::astro::span::{Span, SpanSet};
use crate::astro::time::Window;
use crate::report::calendar;
use crate::report::geojson::features;
use crate::report::overflights::{SHOWN, rows};
use crate::report::sheet::{Cell, Mark, Sheet, Shown};
use crate::report::zone::clock_time;
use crate::ssa::access::Constraint;
use crate::ssa::overflight::Overflights;

/// Who passes over a region or site, and can it see it
///
/// Over a region counts the point beneath the satellite, one row a crossing of an outline; over a site, an elevation
/// above 10°. `--min-elevation-deg` or `--off-nadir-deg` count what the satellite can see instead. IN REACH OF names the
/// roster's sensors on board that have the place in reach, by day where they need light. DAY: the Sun is up there, all the
/// time or for a part of it. ASC: northbound.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  alliedsky overflights --region korea --nation cn --hours 24 --tz kst\n  alliedsky overflights --site Yongbyon --mission sar --off-nadir-deg 45\n  alliedsky overflights --region area.geojson --format csv\n  alliedsky overflights --site Seoul --nation cn --quiet-windows\n  alliedsky overflights --everywhere --hours 24 --output overflights.csv"
)]
pub(super) struct Arguments {
    #[command(flatten)]
    place: Where,
    /// Over every region and every site known
    #[arg(long, conflicts_with_all = ["region", "site"])]
    everywhere: bool,
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    when: When,
    /// Count what sees the satellite this high or higher, degrees
    #[arg(long, value_name = "DEG", value_parser = elevation_deg, allow_hyphen_values = true)]
    min_elevation_deg: Option<f64>,
    /// Count what the satellite can see within this angle from its nadir, degrees
    #[arg(long, value_name = "DEG", value_parser = off_nadir_deg, allow_hyphen_values = true)]
    off_nadir_deg: Option<f64>,
    /// The inverse: the windows in which nobody asked for is over the place, the geostationary ring left aside
    #[arg(long)]
    quiet_windows: bool,
}

pub(super) fn run(call: &Call, arguments: &Arguments) -> anyhow::Result<Outcome> {
    if arguments.quiet_windows && matches!(call.output.format, Format::Geojson | Format::Ics) {
        let form = call.output.format.word();
        return Err(usage(format!("quiet windows have no {form} form, only table, csv, json, ndjson")));
    }
    let over = over(arguments);
    let app = call.open()?;
    let places = places(&app, arguments)?;
    let catalogue = app.catalogue()?;
    let window = arguments.when.window(catalogue.clock)?;
    let objects = arguments.which.choose(&app.world, &catalogue, window.start)?;
    let (described, tally) = with_bar(call.output.quiet, "overflights", |progress| {
        app.world.overflights(&catalogue, &objects, &places, over, window, progress)
    })?;
    let found = &described.found;
    let mut notes = notes(arguments, &places, over, window, found.len());
    if objects.is_empty() {
        notes.push(arguments.which.nobody(&app));
    } else if found.is_empty() {
        notes.push(format!("None of {} is over it in this window.", counted(objects.len(), "object", "objects")));
    }
    notes.extend(arguments.which.notes(&app.world, &catalogue, window.start));
    notes.extend(tally_lines(&tally));
    notes.extend(catalogue.notes.iter().cloned());
    if arguments.quiet_windows {
        return quiet(call, &places, &objects, found, window, notes);
    }
    if call.output.format == Format::Ics {
        let names: Vec<&str> = places.iter().map(Place::name).collect();
        let rows: Vec<_> = (0..found.len()).map(|index| described.row(index)).collect();
        call.output.notes(&notes);
        call.output.text(&calendar::overflights(&rows, &names.join(", "), catalogue.clock, &catalogue.notes))?;
        return Ok(Outcome::Done);
    }
    let rows = rows(found.len(), |index| described.row(index));
    if call.output.format == Format::Geojson {
        call.output.notes(&notes);
        let shapes: Vec<_> = places.iter().map(Place::shape).collect();
        call.output.text(&features(&shapes, "overflights", &rows.collect(), &notes))?;
    } else {
        let shown = if places.len() == 1 { &SHOWN[1..] } else { &SHOWN };
        call.output.rows(rows, shown, &notes)?;
    }
    Ok(Outcome::Done)
}

fn places(app: &App, arguments: &Arguments) -> anyhow::Result<Vec<Place>> {
    if !arguments.everywhere {
        return arguments.place.places(&app.world);
    }
    let regions = app.world.regions.iter().cloned().map(Place::Region);
    Ok(regions.chain(app.world.sites.all().iter().cloned().map(Place::Site)).collect())
}

fn over(arguments: &Arguments) -> Over {
    match (arguments.min_elevation_deg, arguments.off_nadir_deg) {
        (None, None) => Over::Beneath,
        (elevation, off_nadir) => Over::View(Constraint {
            min_elevation_deg: elevation.unwrap_or(0.0),
            off_nadir_deg: off_nadir.map(|deg| (0.0, deg)),
        }),
    }
}

fn notes(arguments: &Arguments, places: &[Place], over: Over, window: Window, count: usize) -> Vec<String> {
    let names = match places {
        _ if arguments.everywhere => counted(places.len(), "place", "places"),
        places => places.iter().map(Place::name).collect::<Vec<_>>().join(", "),
    };
    let what = match over {
        Over::Beneath if arguments.everywhere => {
            format!("the point beneath the satellite, for a site above {SITE_ELEVATION_DEG}° of elevation")
        }
        Over::Beneath if arguments.place.is_region() => "the point beneath the satellite".to_owned(),
        Over::Beneath => format!("above {SITE_ELEVATION_DEG}° of elevation"),
        Over::View(Constraint { min_elevation_deg, off_nadir_deg: None }) => {
            format!("in view above {min_elevation_deg}° of elevation")
        }
        Over::View(Constraint { min_elevation_deg, off_nadir_deg: Some((_, deg)) }) => {
            format!("in view within {deg}° of the nadir, above {min_elevation_deg}° of elevation")
        }
    };
    vec![format!(
        "{} of {} ({what}) from {} to {}.",
        counted(count, "overflight", "overflights"),
        names,
        clock_time(window.start),
        clock_time(window.end)
    )]
}

const QUIET_COLUMNS: [&str; 6] = ["region", "start", "end", "duration_s", "open_start", "open_end"];

const QUIET_SHOWN: [Shown; 4] = [
    Shown { column: "region", head: "PLACE", decimals: 0 },
    Shown { column: "start", head: "QUIET FROM", decimals: 0 },
    Shown { column: "end", head: "UNTIL", decimals: 0 },
    Shown { column: "duration_s", head: "LENGTH", decimals: 0 },
];

/// Shorter windows are gaps between outlines that touch, seconds.
const LEAST_QUIET_S: f64 = 1.0;

/// The stretches in which nothing found is over a place. What stands still over the Earth would leave none: it is set
/// apart, unless nothing else was asked for.
fn quiet(
    call: &Call,
    places: &[Place],
    objects: &[Elements],
    found: &Overflights<'_>,
    window: Window,
    mut notes: Vec<String>,
) -> anyhow::Result<Outcome> {
    let has_moving = objects.iter().any(|elements| !elements.is_geostationary());
    let apart: HashSet<NoradId> = objects
        .iter()
        .filter(|elements| has_moving && elements.is_geostationary())
        .map(|elements| elements.norad_id)
        .collect();
    let mut sheet = Sheet::new(&QUIET_COLUMNS);
    let mut standing: BTreeSet<String> = BTreeSet::new();
    let mut never: Vec<&str> = Vec::new();
    for (index, place) in places.iter().enumerate() {
        let mut busy = Vec::new();
        for overflight in found.of_place(index) {
            if apart.contains(&overflight.norad_id) {
                standing.insert(overflight.name);
            } else {
                busy.push(Span::new(window.offset_s(overflight.start), window.offset_s(overflight.end)));
            }
        }
        let gaps = SpanSet::from_spans(busy).gaps(window.seconds());
        let before = sheet.len();
        for gap in gaps.as_slice().iter().filter(|gap| gap.seconds() >= LEAST_QUIET_S) {
            let is_open = gap.end_s >= window.seconds();
            sheet.push(vec![
                Cell::text(place.name()),
                Cell::Time(window.at(gap.start_s)).marked(gap.start_s <= 0.0, Mark::OpenStart),
                Cell::Later(window.at(gap.end_s), window.at(gap.start_s)).marked(is_open, Mark::OpenEnd),
                Cell::Seconds(gap.seconds(), 3),
                Cell::Flag(gap.start_s <= 0.0),
                Cell::Flag(is_open),
            ]);
        }
        if sheet.len() == before {
            never.push(place.name());
        }
    }
    if !standing.is_empty() {
        let names: Vec<String> = standing.into_iter().collect();
        notes.insert(0, format!("Set apart, as it stands still over the Earth: {}.", some(&names)));
    }
    if !never.is_empty() {
        notes.insert(0, format!("No quiet window over {}: somebody asked for is over it all the time.", some(&never)));
    }
    call.output.sheet(&sheet, &QUIET_SHOWN, &notes)?;
    Ok(Outcome::Done)
}

/// The first names of a list, and how many more there are.
fn some<S: AsRef<str>>(names: &[S]) -> String {
    const MOST: usize = 8;
    let first: Vec<&str> = names.iter().take(MOST).map(AsRef::as_ref).collect();
    match names.len().saturating_sub(MOST) {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}
