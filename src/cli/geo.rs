//! `geo`: who drifts by the satellites in the geostationary belt.

use chrono::TimeDelta;

use super::output::Format;
use super::progress::with_bar;
use super::scope::When;
use super::{Call, Outcome};
use crate::app::geo::GeoRequest;
use crate::report::geo::{SHOWN, sheet};
use crate::report::page::geo_svg;
use crate::report::zone::clock_time;
use crate::ssa::geo::SLOT_CHANGE_DEG_DAY;
use crate::ssa::nation::Nation;

/// Who drifts by satellites in the geostationary belt: when, how near, how fast
///
/// For the roster's allied geostationary satellites, or those named, the objects near the belt (period within 10 % of a
/// sidereal day) whose longitude comes within the reach; with the least distance in the window, the drift over a sidereal
/// day, and the last change of slot that the object's own element sets show. Differences are object less satellite, east
/// and north positive. `-o FILE.svg` draws longitude against time. The window is 72 hours when nothing is said.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  alliedsky geo --hours 7d\n  alliedsky geo --sat 41836 --reach-deg 2 --format csv\n  alliedsky geo --sat \"HIMAWARI-9\" -o belt.svg"
)]
pub(super) struct Arguments {
    /// These satellites, by number or name; with commas or given again [default: the roster's allied ones]
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    sat: Vec<String>,
    #[command(flatten)]
    when: When,
    /// How near in longitude counts, degrees
    #[arg(long, value_name = "DEG", default_value = "1", value_parser = reach_deg)]
    reach_deg: f64,
}

/// The window when nothing is said.
const USUAL: TimeDelta = TimeDelta::hours(72);

fn reach_deg(text: &str) -> Result<f64, String> {
    let deg = text.parse().ok().filter(|deg| *deg > 0.0 && *deg <= 30.0);
    deg.ok_or_else(|| "expected above 0 and at most 30 degrees".to_owned())
}

pub(super) fn run(call: &Call, arguments: &Arguments) -> anyhow::Result<Outcome> {
    let app = call.open()?;
    let catalogue = app.catalogue()?;
    let window = arguments.when.window_or(catalogue.clock, USUAL)?;
    let mut assets = Vec::new();
    for name in &arguments.sat {
        assets.push(catalogue.find(name)?.elements.norad_id);
    }
    if assets.is_empty() {
        assets = app.world.geostationary(&catalogue, &Nation::ALLIED);
    }
    let request = GeoRequest { window, reach_deg: arguments.reach_deg, assets };
    let mut part = with_bar(call.output.quiet, "geo", |progress| app.world.geo(&catalogue, &request, progress))?;
    app.add_slot_changes(&mut part)?;
    let mut notes = vec![format!(
        "{} of {} objects near the belt come within {}° of {} satellites from {} to {}.",
        part.objects.len(),
        part.near_belt,
        part.reach_deg,
        part.assets.len(),
        clock_time(window.start),
        clock_time(window.end)
    )];
    if part.assets.is_empty() {
        notes =
            vec!["No allied geostationary satellite of the roster has elements here: name one with --sat.".to_owned()];
    }
    notes.push(format!(
        "SLOT CHANGE: the first element set after the object's drift last changed by {SLOT_CHANGE_DEG_DAY}° a day or more."
    ));
    notes.extend(catalogue.notes.iter().cloned());
    let is_drawing = call.output.path.as_ref().is_some_and(|path| path.extension().is_some_and(|end| end == "svg"));
    if is_drawing && call.output.format == Format::Table {
        call.output.notes(&notes);
        call.output.text(&geo_svg(&part))?;
    } else {
        call.output.sheet(&sheet(&part), &SHOWN, &notes)?;
    }
    Ok(Outcome::Done)
}
