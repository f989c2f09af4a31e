//! `sensors`: the ground sensors known, what they could observe, and custody.

use super::progress::with_bar;
use super::scope::{When, latest_run};
use super::words::counted;
use super::{Call, Outcome, usage};
use crate::app::App;
use crate::app::catalogue::Catalogue;
use crate::app::summary::tally_lines;
use crate::astro::elements::Elements;
use crate::astro::time::Window;
use crate::report::observations::{
    CUSTODY_SHOWN, OBSERVATION_SHOWN, SENSOR_SHOWN, custody_sheet, observation_sheet, sensor_sheet,
};
use crate::report::zone::clock_time;
use crate::ssa::ground_sensor::GroundSensor;
use crate::ssa::nation::Nation;

/// The ground sensors known, and when they could observe an object
///
/// Without an object: the list. --sat: when each sensor could observe it; --event: the objects of a stored conjunction
/// before its closest approach; --custody: which objects that cross a region the nations could observe, alone and
/// together. Geometry and light only: whether an object is large or bright enough is not modelled.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  alliedsky sensors\n  alliedsky sensors --sat 25544 --hours 24 --tz kst\n  alliedsky sensors --event 25544,48274\n  alliedsky sensors --custody theatre --nations us,jp,kr"
)]
pub(super) struct Arguments {
    /// When could each sensor observe this object: number or name; with commas or given again
    #[arg(long, value_name = "ID", value_delimiter = ',', conflicts_with_all = ["event", "custody"])]
    sat: Vec<String>,
    /// When could each sensor observe the objects of a stored conjunction before it, the next one of two: both numbers of
    /// a row of `conjunctions`, primary and secondary in any order
    #[arg(long, value_name = "ID,ID", conflicts_with = "custody")]
    event: Option<String>,
    /// Which objects that cross this region could the nations observe, alone and together
    #[arg(long, value_name = "REGION")]
    custody: Option<String>,
    /// Whose sensors, at most six nations [default: us,jp,kr; the list has all]
    #[arg(long, value_delimiter = ',')]
    nations: Vec<Nation>,
    #[command(flatten)]
    when: When,
}

/// Beyond that, coalitions would be too many to read.
const MOST_NATIONS: usize = 6;

pub(super) fn run(call: &Call, arguments: &Arguments) -> anyhow::Result<Outcome> {
    let mut nations = arguments.nations.clone();
    nations.sort_unstable();
    nations.dedup();
    if nations.len() != arguments.nations.len() || nations.len() > MOST_NATIONS {
        return Err(usage("--nations names a nation twice, or more than six"));
    }
    if arguments.sat.is_empty() && arguments.event.is_none() && arguments.custody.is_none() {
        return list(call, &arguments.nations);
    }
    let nations = match &arguments.nations[..] {
        [] => vec![Nation::Us, Nation::Jp, Nation::Kr],
        chosen => chosen.to_vec(),
    };
    let mut app = call.open()?;
    let catalogue = app.catalogue()?;
    if let Some(region) = &arguments.custody {
        let window = arguments.when.window(catalogue.clock)?;
        return custody(call, &app, &catalogue, region, &nations, window);
    }
    let (objects, window, about) = match &arguments.event {
        None => {
            let found = arguments.sat.iter().map(|name| Ok(catalogue.find(name)?.elements.clone()));
            let objects = found.collect::<anyhow::Result<Vec<Elements>>>()?;
            (objects, arguments.when.window(catalogue.clock)?, String::new())
        }
        Some(text) => {
            let start = arguments.when.window(catalogue.clock)?.start;
            latest_run(call, &mut app, &catalogue)?;
            let event = app.event(text, start)?;
            let pair = [event.primary_id, event.secondary_id];
            let objects: Vec<Elements> =
                catalogue.elements().into_iter().filter(|one| pair.contains(&one.norad_id)).collect();
            let about = format!(
                "Before the closest approach of {} and {} at {}: {:.3} km.",
                event.primary_name,
                event.secondary_name,
                clock_time(event.tca),
                event.miss_km
            );
            (objects, Window { start, end: event.tca }, about)
        }
    };
    observations(call, &app, &catalogue, &objects, &nations, window, about)
}

fn list(call: &Call, nations: &[Nation]) -> anyhow::Result<Outcome> {
    let app = call.open()?;
    let wanted: Vec<&GroundSensor> = app
        .world
        .sensors
        .all()
        .iter()
        .filter(|sensor| nations.is_empty() || nations.contains(&sensor.nation))
        .collect();
    let note = "FIGURES: published by the owner or a report, modelled by the public, or assumed. Limits of height, night \
        and light, and sources, stand in the csv and json forms.";
    call.output.sheet(&sensor_sheet(&wanted), &SENSOR_SHOWN, &[note.to_owned()])?;
    Ok(Outcome::Done)
}

fn observations(
    call: &Call,
    app: &App,
    catalogue: &Catalogue,
    objects: &[Elements],
    nations: &[Nation],
    window: Window,
    about: String,
) -> anyhow::Result<Outcome> {
    let sensors = app.world.sensors.of_nations(nations);
    let (found, tally) = with_bar(call.output.quiet, "observations", |progress| {
        app.world.observations(&sensors, objects, window, progress)
    })?;
    let mut notes = vec![format!(
        "{} by {} of {} from {} to {}: geometry and light only.",
        counted(found.len(), "chance to observe", "chances to observe"),
        counted(sensors.len(), "sensor", "sensors"),
        names(nations),
        clock_time(window.start),
        clock_time(window.end)
    )];
    if !about.is_empty() {
        notes.insert(0, about);
    }
    notes.extend(tally_lines(&tally));
    notes.extend(catalogue.notes.iter().cloned());
    call.output.sheet(&observation_sheet(&found, &sensors, window), &OBSERVATION_SHOWN, &notes)?;
    Ok(Outcome::Done)
}

fn custody(
    call: &Call,
    app: &App,
    catalogue: &Catalogue,
    region: &str,
    nations: &[Nation],
    window: Window,
) -> anyhow::Result<Outcome> {
    let regions = app.world.find_regions(region)?;
    let [region] = &regions[..] else { return Err(usage("--custody takes one region: this file holds several")) };
    let objects = catalogue.elements();
    let (custody, tally) = with_bar(call.output.quiet, "custody", |progress| {
        app.world.custody(region, nations, &objects, window, progress)
    })?;
    let mut notes = vec![format!(
        "{} cross {} from {} to {}; {} could be observed by none of {}.",
        counted(custody.objects, "object", "objects"),
        region.name(),
        clock_time(window.start),
        clock_time(window.end),
        custody.by_none.len(),
        names(nations)
    )];
    notes.push(
        "SINCE LAST: time since the last observation, averaged over the window and the objects observed; before the first \
         one, since the window's start. THEY ALONE: objects that no other nation asked for could observe."
            .to_owned(),
    );
    notes.extend(tally_lines(&tally));
    notes.extend(catalogue.notes.iter().cloned());
    call.output.sheet(&custody_sheet(&custody), &CUSTODY_SHOWN, &notes)?;
    Ok(Outcome::Done)
}

fn names(nations: &[Nation]) -> String {
    nations.iter().map(Nation::to_string).collect::<Vec<_>>().join(", ")
}
