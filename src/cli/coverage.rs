//! `coverage`: what nations see of a place, alone, in pairs and together.

use super::output::Format;
use super::progress::with_bar;
use super::scope::{When, Where, age_days, sun_elevation_deg};
use super::{Call, Outcome, usage};
use crate::app::cover::{CoverageAnswer, CoverageRequest};
use crate::app::overfly::Place;
use crate::report::coverage::{PlaceCoverage, SHOWN, nations_text, rows, sheet};
use crate::report::geojson::features;
use crate::report::sheet::{Sheet, length};
use crate::report::zone::{Zone, clock_time};
use crate::ssa::roster::{Mission, Nation};

/// What nations see of a place, alone, in pairs and together
///
/// By the roster's satellites and the reach of their sensors; with the gaps, and who fills them. TIME: any of the place
/// in view. AREA: seen at least once. CELL-TIME: a spot's share of time in view, averaged over the area.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  alliedsky coverage --region dprk --hours 168\n  alliedsky coverage --site Yongbyon --nations us,jp,kr --format json\n  alliedsky coverage --region korea --mission sar --gaps 10"
)]
pub(super) struct Arguments {
    #[command(flatten)]
    place: Where,
    #[command(flatten)]
    when: When,
    /// Whose satellites
    #[arg(long, value_delimiter = ',', default_value = "us,jp,kr")]
    nations: Vec<Nation>,
    /// Only these missions [default: eo, sar and recon]
    #[arg(long, value_delimiter = ',')]
    mission: Vec<Mission>,
    /// Least elevation of the Sun at the target for sensors that need daylight, degrees
    #[arg(long, default_value = "0", value_name = "DEG", value_parser = sun_elevation_deg, allow_hyphen_values = true)]
    min_sun_elevation_deg: f64,
    /// Leave out satellites whose element set is older than this at the window's start
    #[arg(long, value_name = "DAYS", value_parser = age_days)]
    max_age_days: Option<f64>,
    /// List so many of the longest gaps of all nations together
    #[arg(long, default_value_t = 5, value_name = "N")]
    gaps: usize,
}

pub(super) fn run(call: &Call, arguments: &Arguments) -> anyhow::Result<Outcome> {
    let nations = distinct(&arguments.nations)?;
    let app = call.open()?;
    let places = arguments.place.places(&app.world)?;
    let catalogue = app.catalogue()?;
    let request = CoverageRequest {
        window: arguments.when.window(catalogue.clock)?,
        nations,
        missions: arguments.mission.clone(),
        min_sun_elevation_deg: arguments.min_sun_elevation_deg,
        max_age_days: arguments.max_age_days,
    };
    let answer = with_bar(call.output.quiet, "coverage", |progress| {
        app.world.coverage(&catalogue, &places, &request, progress)
    })?;
    let sheet = sheet(&rows(&answer.places));
    let mut notes = vec![format!("From {} to {}.", clock_time(request.window.start), clock_time(request.window.end))];
    if call.output.format == Format::Table {
        notes.splice(0..0, answer.places.iter().flat_map(|place| gap_lines(place, arguments.gaps, call.output.zone)));
    }
    notes.extend(answer.notes());
    notes.extend(catalogue.notes.iter().cloned());
    write(call, &places, &answer, &sheet, &notes)?;
    Ok(Outcome::Done)
}

fn write(
    call: &Call,
    places: &[Place],
    answer: &CoverageAnswer<'_>,
    sheet: &Sheet,
    notes: &[String],
) -> anyhow::Result<()> {
    match call.output.format {
        Format::Geojson => {
            call.output.notes(notes);
            let shapes: Vec<_> = places.iter().map(Place::shape).collect();
            call.output.text(&features(&shapes, "coverage", sheet, notes))
        }
        Format::Json => {
            call.output.notes(notes);
            let object = serde_json::json!({
                "coverage": sheet.to_objects(), "assets": answer.assets_json(), "notes": notes,
            });
            call.output.text(&format!("{object}\n"))
        }
        _ => call.output.sheet(sheet, &SHOWN, notes),
    }
}

fn distinct(nations: &[Nation]) -> anyhow::Result<Vec<Nation>> {
    let mut distinct: Vec<Nation> = Vec::new();
    for nation in nations {
        if distinct.contains(nation) {
            return Err(usage(format!("--nations names {nation} twice")));
        }
        distinct.push(*nation);
    }
    Ok(distinct)
}

/// The longest gaps of each coalition of one place in words, with who fills them; the coalition of all comes last.
pub(super) fn gap_lines(place: &PlaceCoverage, most: usize, zone: Zone) -> Vec<String> {
    let mut lines = Vec::new();
    for (coverage, _) in &place.coalitions {
        let alone_or_all = coverage.nations.len() == 1 || Some(coverage) == place.coalitions.last().map(|(c, _)| c);
        if !alone_or_all || coverage.assets == 0 || coverage.gaps.is_empty() || most == 0 {
            continue;
        }
        let mut gaps: Vec<_> = coverage.gaps.iter().collect();
        gaps.sort_by(|a, b| b.span.seconds().total_cmp(&a.span.seconds()));
        lines.push(format!(
            "Longest gaps of {} over {} ({} in all, {}):",
            nations_text(&coverage.nations),
            place.place,
            coverage.gaps.len(),
            zone.letters(place.window.start)
        ));
        for gap in gaps.into_iter().take(most) {
            let start = place.window.at(gap.span.start_s);
            let fillers: Vec<String> = gap
                .filled_by
                .iter()
                .map(|filler| {
                    format!("{} from {}", filler.nation, zone.show_later(place.window.at(filler.first_s), start))
                })
                .collect();
            let filled = match (coverage.nations.len() == 1 || !fillers.is_empty(), fillers.is_empty()) {
                (_, false) => format!("filled by {}", fillers.join(", ")),
                _ if place.coalitions.len() == 1 => String::new(),
                (true, true) => "dark to the others too".to_owned(),
                (false, true) => "dark to all".to_owned(),
            };
            lines.push(format!(
                "  {} to {:<12}  {:>7}  {filled}",
                zone.show_bare(start),
                zone.show_later(place.window.at(gap.span.end_s), start),
                length(gap.span.seconds()),
            ));
        }
    }
    lines
}
