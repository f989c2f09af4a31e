//! `exposure`: when the satellites of others can look at a place, and the quiet windows between.

use clap::ValueEnum;

use super::output::Format;
use super::progress::with_bar;
use super::scope::{When, age_days, site, sun_elevation_deg};
use super::{Call, Outcome};
use crate::app::World;
use crate::app::cover::assets;
use crate::app::cover::exposure::ExposureAnswer;
use crate::app::cover::request::CoverageRequest;
use crate::app::overfly::Place;
use crate::astro::time::Window;
use crate::config::length::Length;
use crate::report::exposure::{SUMMARY_SHOWN, WINDOW_SHOWN, quiet, summary, watched};
use crate::report::sheet::length;
use crate::report::zone::clock_time;
use crate::ssa::nation::Nation;
use crate::ssa::roster::Mission;

/// When foreign imaging satellites can look at a place, and the quiet windows between
///
/// By the roster's satellites of the nations asked for, the reach of their sensors, and light for those that need it. A
/// quiet window is quiet for the satellites listed, no others; the geostationary ring, which looks all day, is told of
/// apart. RADAR, OPTICAL, OTHER (sensors not disclosed, infrared and the rest, by day and night), GEO: watch windows.
/// ASSETS of OF: on how many of the roster's satellites the line rests.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  alliedsky exposure --tz kst\n  alliedsky exposure --site \"Osan AB\" --show quiet --least 30m\n  alliedsky exposure --region korea --nation cn,kp --mission sar --show watched --format csv"
)]
pub(super) struct Arguments {
    /// Regions by name or GeoJSON file
    #[arg(long, value_name = "NAME|FILE", value_delimiter = ',')]
    region: Vec<String>,
    /// A site by name, or LAT,LON[,ALT_M]; more than one by repeating it [default: all sites, where no region is named]
    #[arg(long, value_name = "NAME|LAT,LON[,ALT_M]", allow_hyphen_values = true)]
    site: Vec<String>,
    #[command(flatten)]
    when: When,
    /// Whose satellites
    #[arg(long, value_delimiter = ',', default_value = "cn,ru,kp")]
    nation: Vec<Nation>,
    /// Only these missions [default: eo, sar and recon]
    #[arg(long, value_delimiter = ',')]
    mission: Vec<Mission>,
    /// Least elevation of the Sun at the place for sensors that need daylight, degrees
    #[arg(long, default_value = "0", value_name = "DEG", value_parser = sun_elevation_deg, allow_hyphen_values = true)]
    min_sun_elevation_deg: f64,
    /// Let sensors that need daylight look at night too
    #[arg(long, conflicts_with = "min_sun_elevation_deg")]
    ignore_night: bool,
    /// Leave out satellites whose element set is older than this at the window's start
    #[arg(long, value_name = "DAYS", value_parser = age_days)]
    max_age_days: Option<f64>,
    /// Shortest quiet window to list
    #[arg(long, default_value = "1h", value_name = "LENGTH")]
    least: Length,
    /// What to show
    #[arg(long, value_enum, default_value_t = Show::Summary)]
    show: Show,
}

/// What of the answer is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Show {
    /// A line for each place
    Summary,
    /// The quiet windows
    Quiet,
    /// The watch windows with who watches
    Watched,
}

pub(super) fn run(call: &Call, arguments: &Arguments) -> anyhow::Result<Outcome> {
    let app = call.open()?;
    let places = places(&app.world, arguments)?;
    let catalogue = app.catalogue()?;
    let window = arguments.when.window(catalogue.clock)?;
    let request = CoverageRequest {
        nations: arguments.nation.clone(),
        missions: arguments.mission.clone(),
        min_sun_elevation_deg: (!arguments.ignore_night).then_some(arguments.min_sun_elevation_deg),
        max_age_days: arguments.max_age_days,
        horizon: chrono::TimeDelta::zero(),
        ..CoverageRequest::new(window)
    };
    let answer = with_bar(call.output.quiet, "exposure", |progress| {
        app.world.exposure(&catalogue, &places, &request, progress)
    })?;
    let mut notes = vec![format!("From {} to {}.", clock_time(window.start), clock_time(window.end))];
    if answer.rests_on.assets == 0 {
        notes.insert(0, "No satellite asked for has elements here: nothing is known to be quiet.".to_owned());
    }
    notes.extend(assets::notes(&answer.assets));
    notes.extend(catalogue.notes.iter().cloned());
    write(call, arguments, &answer, window, &notes)?;
    Ok(Outcome::Done)
}

fn places(world: &World, arguments: &Arguments) -> anyhow::Result<Vec<Place>> {
    let mut places = Vec::new();
    for region in &arguments.region {
        places.extend(world.find_regions(region)?.into_iter().map(Place::Region));
    }
    for text in &arguments.site {
        places.push(Place::Site(site(world, text)?));
    }
    if places.is_empty() {
        places.extend(world.sites.all().iter().cloned().map(Place::Site));
    }
    Ok(places)
}

fn write(
    call: &Call,
    arguments: &Arguments,
    answer: &ExposureAnswer<'_>,
    window: Window,
    notes: &[String],
) -> anyhow::Result<()> {
    let places = &answer.places;
    let least_s = arguments.least.0.as_seconds_f64();
    let rests_on = answer.rests_on;
    let name = |asset: usize| {
        let asset = answer.assets[asset].asset;
        (asset.norad_id, asset.name.clone())
    };
    if call.output.format == Format::Json {
        call.output.notes(notes);
        let object = serde_json::json!({
            "places": summary(places, window, rests_on).to_objects(),
            "quiet": quiet(places, window, least_s, rests_on).to_objects(),
            "watched": watched(places, window, name).to_objects(),
            "assets": assets::to_json(&answer.assets),
            "notes": notes,
        });
        return call.output.text(&format!("{object}\n"));
    }
    match arguments.show {
        Show::Summary => call.output.sheet(&summary(places, window, rests_on), &SUMMARY_SHOWN, notes),
        Show::Quiet => {
            let mut notes = notes.to_vec();
            notes.insert(0, format!("Quiet windows of {} or more.", length(least_s)));
            call.output.sheet(&quiet(places, window, least_s, rests_on), &WINDOW_SHOWN[..5], &notes)
        }
        Show::Watched => call.output.sheet(&watched(places, window, name), &WINDOW_SHOWN, notes),
    }
}
