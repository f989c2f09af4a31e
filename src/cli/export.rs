//! `export`: paths for other programs.

use chrono::TimeDelta;
use serde_json::json;

use super::instant::Instant;
use super::output::Format;
use super::scope::{When, Which, elevation_deg};
use super::show::reach_text;
use super::{Call, Outcome, messages, usage};
use crate::astro::elements::Elements;
use crate::astro::time::Window;
use crate::config::length::Length;
use crate::report::ground_track::{Edge, collection, footprint_geometry, time_value, track_geometry};
use crate::ssa::roster::Reach;
use crate::ssa::timing::timing_error_s;

/// Ground tracks, footprints, scenes and conjunction messages for other programs
///
/// GeoJSON for maps, CZML for globes (CesiumJS), CDM for operators. Calendars are a form of the commands that find events: `passes --format
/// ics`, `overflights --format ics`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  alliedsky export ground-track --sat 25544 --hours 3 -o track.geojson\n  alliedsky export footprint --sat KOMPSAT-5 --at 2026-09-07T03:00Z\n  alliedsky export czml --nation kr --hours 12 -o theatre.czml"
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// The points beneath satellites as GeoJSON lines, cut at the antimeridian
    #[command(after_help = "Examples:\n  alliedsky export ground-track --sat 25544 --hours 3 -o track.geojson")]
    GroundTrack {
        /// These objects, by number or name; with commas or given again
        #[arg(long, value_name = "ID", value_delimiter = ',', required = true)]
        sat: Vec<String>,
        #[command(flatten)]
        when: When,
        /// From point to point
        #[arg(long, value_name = "TIME", default_value = "30s")]
        step: Length,
    },
    /// The ground within a satellite's reach at a time as GeoJSON polygons, a feature a sensor of the roster
    #[command(after_help = "Examples:\n  alliedsky export footprint --sat KOMPSAT-5 --at 2026-09-07T03:00Z")]
    Footprint {
        /// These objects, by number or name; with commas or given again
        #[arg(long, value_name = "ID", value_delimiter = ',', required = true)]
        sat: Vec<String>,
        /// When [default: now, by the clock]
        #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
        at: Option<Instant>,
        /// Instead of the sensors' reaches: where the satellite stands at least so high, degrees
        #[arg(long, value_name = "DEG", value_parser = elevation_deg)]
        min_elevation_deg: Option<f64>,
    },
    Cdm(messages::ExportArguments),
    /// A scene of satellites, regions and sites as CZML; the roster's satellites unless objects are chosen
    #[command(after_help = "Examples:\n  alliedsky export czml --nation kr --hours 12 -o theatre.czml")]
    Czml {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        when: When,
        /// From sample to sample
        #[arg(long, value_name = "TIME", default_value = "2m")]
        step: Length,
    },
}

impl Arguments {
    /// The forms its answer can take: its own is the default.
    pub(super) const fn forms(&self) -> &'static [Format] {
        match self.what {
            What::Cdm(_) => &messages::FORMS,
            What::Czml { .. } => &[Format::Table],
            What::GroundTrack { .. } | What::Footprint { .. } => &[Format::Table, Format::Geojson],
        }
    }
}

pub(super) fn run(call: &Call, arguments: &Arguments) -> anyhow::Result<Outcome> {
    match &arguments.what {
        What::GroundTrack { sat, when, step } => ground_track(call, sat, when, *step),
        What::Footprint { sat, at, min_elevation_deg } => footprint(call, sat, *at, *min_elevation_deg),
        What::Cdm(arguments) => messages::export(call, arguments),
        What::Czml { which, when, step } => czml(call, which, when, *step),
    }
}

/// More points than any map or globe can take.
const MOST_STEPS: f64 = 100_000.0;

fn seconds(step: Length, window: Window) -> anyhow::Result<f64> {
    let step_s = step.0.as_seconds_f64();
    if step_s < 1.0 || window.seconds() / step_s > MOST_STEPS {
        return Err(usage("--step is shorter than a second, or makes more than 100000 points"));
    }
    Ok(step_s)
}

fn ground_track(call: &Call, sat: &[String], when: &When, step: Length) -> anyhow::Result<Outcome> {
    let app = call.open()?;
    let catalogue = app.catalogue()?;
    let window = when.window(catalogue.clock)?;
    let step_s = seconds(step, window)?;
    let mut features = Vec::new();
    for name in sat {
        let entry = catalogue.find(name)?;
        let elements = &entry.elements;
        let track = app.world.ground_track(elements, window, step_s)?;
        let places: Vec<_> = track.iter().map(|(_, place)| *place).collect();
        let (start, end) = (track.first().map(|point| point.0), track.last().map(|point| point.0));
        let properties = json!({
            "norad_id": elements.norad_id,
            "name": elements.name,
            "nation": app.world.nation_of(entry).map(|nation| nation.to_string()),
            "start": start.map(time_value),
            "end": end.map(time_value),
            "step_s": step_s,
            "age_days": elements.age_days(window.start),
            "stale": elements.is_stale(window.start),
            "timing_error_s": timing_error_s(elements, window.start),
        });
        features.push((track_geometry(&places), properties));
    }
    call.output.notes(&catalogue.notes);
    call.output.text(&collection(features, &catalogue.notes))?;
    Ok(Outcome::Done)
}

fn footprint(
    call: &Call,
    sat: &[String],
    at: Option<Instant>,
    min_elevation_deg: Option<f64>,
) -> anyhow::Result<Outcome> {
    let app = call.open()?;
    let catalogue = app.catalogue()?;
    let at = at.map_or(catalogue.clock, |at| at.resolve(catalogue.clock));
    let window = Window::new(at, TimeDelta::seconds(1));
    let mut features = Vec::new();
    for name in sat {
        let elements: &Elements = &catalogue.find(name)?.elements;
        let track = app.world.ground_track(elements, window, 1.0)?;
        let Some((_, beneath)) = track.first() else { continue };
        let feature = |(edge, hole), sensor: &str, reach: String, assumed: bool| {
            let properties = json!({
                "norad_id": elements.norad_id, "name": elements.name, "time": time_value(at), "sensor": sensor,
                "reach": reach, "assumed": assumed, "altitude_km": beneath.altitude_km,
                "age_days": elements.age_days(at), "timing_error_s": timing_error_s(elements, at),
            });
            (footprint_geometry(beneath, edge, hole), properties)
        };
        let sensors = app.world.roster.by_id(elements.norad_id).map_or(&[][..], |asset| &asset.sensors);
        if let Some(deg) = min_elevation_deg.or(sensors.is_empty().then_some(0.0)) {
            features.push(feature((Edge::ElevationDeg(deg), None), "", format!("above {deg}° elevation"), false));
            continue;
        }
        for sensor in sensors {
            let edges = match (sensor.reach, sensor.reach.off_nadir_deg(beneath.altitude_km)) {
                (Reach::MinElevation { deg }, _) => (Edge::ElevationDeg(deg), None),
                (_, Some((least_deg, greatest_deg))) => {
                    (Edge::OffNadirDeg(greatest_deg), (least_deg > 0.0).then_some(Edge::OffNadirDeg(least_deg)))
                }
                (_, None) => continue,
            };
            features.push(feature(edges, sensor.kind.as_str(), reach_text(sensor), sensor.assumed));
        }
    }
    call.output.notes(&catalogue.notes);
    call.output.text(&collection(features, &catalogue.notes))?;
    Ok(Outcome::Done)
}

fn czml(call: &Call, which: &Which, when: &When, step: Length) -> anyhow::Result<Outcome> {
    let app = call.open()?;
    let catalogue = app.catalogue()?;
    let window = when.window(catalogue.clock)?;
    let step_s = seconds(step, window)?;
    let mut objects = which.choose(&app.world, &catalogue, window.start)?;
    if which.is_all() {
        objects.retain(|elements| app.world.roster.by_id(elements.norad_id).is_some());
    }
    if objects.is_empty() {
        return Err(usage(which.nobody(&app)));
    }
    let (scene, failed) = app.world.scene(&catalogue, &objects, &app.world.regions, window, step_s);
    let mut notes: Vec<String> = failed
        .iter()
        .map(|(entry, error)| format!("{} {} is left out: {error}.", entry.elements.norad_id, entry.elements.name))
        .collect();
    notes.extend(catalogue.notes.iter().cloned());
    call.output.notes(&notes);
    call.output.text(&scene)?;
    Ok(Outcome::Done)
}
