//! `overflights`: who passes over a place, and can it see it.

use super::output::Format;
use super::passes::Which;
use super::progress::with_bar;
use super::screen::counted;
use super::{Call, Outcome, When, usage};
use crate::app::World;
use crate::app::overfly::{Over, Place, SITE_ELEVATION_DEG};
use crate::app::summary::tally_lines;
use crate::astro::span::{Span, SpanSet};
use crate::astro::time::Window;
use crate::report::geojson::features;
use crate::report::overflights::{OverflightRow, SHOWN, sheet};
use crate::report::sheet::{Cell, Sheet, Shown};
use crate::report::zone::clock_time;
use crate::ssa::access::Constraint;
use crate::ssa::tally::Tally;

/// Who passes over a region or site, when, and whose sensors can see it. Over a region counts the point beneath the
/// satellite, one row a crossing of an outline; over a site, an elevation above 10°. `--min-elevation-deg` or
/// `--off-nadir-deg` count what the satellite can see instead. IN REACH OF names the roster's sensors on board that have
/// the place in reach, by day where they need light.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  alliedsky overflights --region korea --nation cn --hours 24 --tz kst\n  alliedsky overflights --site Yongbyon --mission sar --off-nadir-deg 45\n  alliedsky overflights --region area.geojson --format csv\n  alliedsky overflights --site Seoul --nation cn --quiet-windows"
)]
pub(super) struct Arguments {
    /// Name of a region, or a GeoJSON file
    #[arg(long, value_name = "NAME|FILE", required_unless_present = "site", conflicts_with = "site")]
    region: Option<String>,
    /// Name of a site, or LAT,LON[,ALT_M]
    #[arg(long, allow_hyphen_values = true)]
    site: Option<String>,
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    when: When,
    /// Count what sees the satellite this high or higher, degrees
    #[arg(long, value_name = "DEG")]
    min_elevation_deg: Option<f64>,
    /// Count what the satellite can see within this angle from its nadir, degrees
    #[arg(long, value_name = "DEG")]
    off_nadir_deg: Option<f64>,
    /// The inverse: the windows in which nobody asked for is over the place
    #[arg(long)]
    quiet_windows: bool,
}

pub(super) fn run(call: &Call, arguments: &Arguments) -> anyhow::Result<Outcome> {
    let over = over(arguments)?;
    let app = call.open()?;
    let places = places(&app.world, arguments)?;
    let catalogue = app.catalogue()?;
    let window = arguments.when.window(catalogue.clock, 24.0)?;
    let objects = arguments.which.choose(&app.world, &catalogue)?;
    let mut rows = Vec::new();
    let mut tally = Tally::default();
    for place in &places {
        let (found, account) = with_bar(call.output.quiet, "overflights", |progress| {
            app.world.overflights(&catalogue, &objects, place, over, window, progress)
        })?;
        rows.extend(found);
        tally = account;
    }
    let mut notes = notes(arguments, &places, over, window, rows.len());
    if objects.is_empty() {
        notes.push(arguments.which.nobody(&app));
    }
    notes.extend(tally_lines(&tally));
    notes.extend(catalogue.notes.iter().cloned());
    if arguments.quiet_windows {
        return quiet(call, &places, &rows, window, &notes);
    }
    if call.output.format == Format::Geojson {
        call.output.notes(&notes);
        let shapes: Vec<_> = places.iter().map(Place::shape).collect();
        call.output.text(&features(&shapes, "overflights", &sheet(&rows)))?;
    } else {
        call.output.sheet(&sheet(&rows), &SHOWN, &notes)?;
    }
    Ok(Outcome::Done)
}

fn over(arguments: &Arguments) -> anyhow::Result<Over> {
    let elevation_deg = arguments.min_elevation_deg;
    let off_nadir_deg = arguments.off_nadir_deg;
    if elevation_deg.is_some_and(|deg| !(0.0..90.0).contains(&deg)) {
        return Err(usage("--min-elevation-deg must be 0 or more and below 90"));
    }
    if off_nadir_deg.is_some_and(|deg| !(deg > 0.0 && deg < 90.0)) {
        return Err(usage("--off-nadir-deg must be above 0 and below 90"));
    }
    Ok(match (elevation_deg, off_nadir_deg) {
        (None, None) => Over::Beneath,
        (elevation, off_nadir) => Over::View(Constraint {
            min_elevation_deg: elevation.unwrap_or(0.0),
            off_nadir_deg: off_nadir.map(|deg| (0.0, deg)),
        }),
    })
}

fn places(world: &World, arguments: &Arguments) -> anyhow::Result<Vec<Place>> {
    match (&arguments.region, &arguments.site) {
        (Some(region), _) => Ok(world.find_regions(region)?.into_iter().map(Place::Region).collect()),
        (None, Some(site)) => Ok(vec![Place::Site(world.sites.resolve(site)?)]),
        (None, None) => Err(usage("name a place with --region or --site")),
    }
}

fn notes(arguments: &Arguments, places: &[Place], over: Over, window: Window, count: usize) -> Vec<String> {
    let names: Vec<&str> = places.iter().map(Place::name).collect();
    let what = match over {
        Over::Beneath if arguments.region.is_some() => "the point beneath the satellite".to_owned(),
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
        names.join(", "),
        clock_time(window.start),
        clock_time(window.end)
    )]
}

const QUIET_COLUMNS: [&str; 6] = ["region", "start", "end", "duration_s", "open_start", "open_end"];

const QUIET_SHOWN: [Shown; 4] = [
    Shown { column: "region", head: "PLACE", decimals: 0 },
    Shown { column: "start", head: "QUIET FROM", decimals: 0 },
    Shown { column: "end", head: "UNTIL", decimals: 0 },
    Shown { column: "duration_s", head: "SECONDS", decimals: 0 },
];

/// The stretches in which none of the rows is over a place.
fn quiet(
    call: &Call,
    places: &[Place],
    rows: &[OverflightRow],
    window: Window,
    notes: &[String],
) -> anyhow::Result<Outcome> {
    let mut sheet = Sheet::new(&QUIET_COLUMNS);
    for place in places {
        let busy = rows
            .iter()
            .map(|row| &row.overflight)
            .filter(|overflight| overflight.region == place.name())
            .map(|overflight| Span::new(window.offset_s(overflight.start), window.offset_s(overflight.end)));
        let busy = SpanSet::from_spans(busy.collect());
        for gap in busy.gaps(window.seconds()).as_slice() {
            sheet.push(vec![
                Cell::text(place.name()),
                Cell::Time(window.at(gap.start_s)),
                Cell::Time(window.at(gap.end_s)),
                Cell::Number(gap.seconds(), 3),
                Cell::Flag(gap.start_s <= 0.0),
                Cell::Flag(gap.end_s >= window.seconds()),
            ]);
        }
    }
    call.output.sheet(&sheet, &QUIET_SHOWN, notes)?;
    Ok(Outcome::Done)
}
