//! `passes`: AOS, culmination, LOS over a site.

use super::output::Format;
use super::progress::with_bar;
use super::scope::{When, Which, elevation_deg, site};
use super::words::counted;
use super::{Call, Outcome};
use crate::app::summary::tally_lines;
use crate::report::calendar;
use crate::report::passes::{SHOWN, rows};
use crate::report::zone::clock_time;

/// Passes over a site: AOS, culmination, LOS
///
/// With azimuths and least range. LIT: the satellite is sunlit at its culmination. VIS: visible, sunlit with the Sun 6° or
/// more below the site's horizon. Elevation is geometric, without refraction.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  alliedsky passes --site Seoul --hours 12 --tz kst\n  alliedsky passes --site 37.0,127.5,60 --sat 25544 --min-elevation-deg 30\n  alliedsky passes --site Tokyo --owner cn --visible --format csv"
)]
pub(super) struct Arguments {
    /// Name of a site (`alliedsky sites` lists them), or LAT,LON[,ALT_M]
    #[arg(long, value_name = "NAME|LAT,LON[,ALT_M]", allow_hyphen_values = true)]
    site: String,
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    when: When,
    /// Least elevation, degrees
    #[arg(long, default_value = "10", value_name = "DEG", value_parser = elevation_deg, allow_hyphen_values = true)]
    min_elevation_deg: f64,
    /// Only passes that can be seen by eye
    #[arg(long)]
    visible: bool,
}

pub(super) fn run(call: &Call, arguments: &Arguments) -> anyhow::Result<Outcome> {
    let app = call.open()?;
    let site = site(&app.world, &arguments.site)?;
    let catalogue = app.catalogue()?;
    let window = arguments.when.window(catalogue.clock)?;
    let objects = arguments.which.choose(&app.world, &catalogue, window.start)?;
    let (mut passes, tally) = with_bar(call.output.quiet, "passes", |progress| {
        app.world.passes(&objects, &site, arguments.min_elevation_deg, window, progress)
    })?;
    let all = passes.len();
    if arguments.visible {
        passes.retain(|pass| pass.visible());
    }
    let mut notes = vec![format!(
        "{} over {} ({:.4}, {:.4}) above {}° from {} to {}.",
        counted(passes.len(), "pass", "passes"),
        site.name,
        site.latitude_deg,
        site.longitude_deg,
        arguments.min_elevation_deg,
        clock_time(window.start),
        clock_time(window.end)
    )];
    if objects.is_empty() {
        notes.push(arguments.which.nobody(&app));
    } else if passes.is_empty() && all > 0 {
        notes.push(format!("{all} passes, but none with a sunlit satellite over a dark site."));
    } else if passes.is_empty() {
        notes.push(format!("None of {} rises so high in this window.", counted(objects.len(), "object", "objects")));
    }
    notes.extend(arguments.which.notes(&app.world, &catalogue, window.start));
    notes.extend(tally_lines(&tally));
    notes.extend(catalogue.notes.iter().cloned());
    if call.output.format == Format::Ics {
        call.output.notes(&notes);
        call.output.text(&calendar::passes(&passes, &site, catalogue.clock, &catalogue.notes))?;
    } else {
        call.output.rows(rows(&passes), &SHOWN, &notes)?;
    }
    Ok(Outcome::Done)
}
