//! `coverage`: what nations see of a place, alone, in pairs and together.

use chrono::TimeDelta;
use clap::ValueEnum;

use super::output::Format;
use super::progress::with_bar;
use super::scope::{When, Where, age_days, sun_elevation_deg};
use super::{Call, Outcome, usage};
use crate::app::cover::answer::CoverageAnswer;
use crate::app::cover::assets;
use crate::app::cover::request::CoverageRequest;
use crate::app::overfly::{Place, shaped_cells};
use crate::config::length::{Length, LengthError};
use crate::report::cells::{self, Shape};
use crate::report::coverage::{CoalitionLine, PlaceCoverage, SHOWN, nations_text, rows, sheet};
use crate::report::geojson::features;
use crate::report::sharing;
use crate::report::sheet::{Sheet, Shown, length};
use crate::report::zone::{Zone, clock_time};
use crate::ssa::coverage::sharing::MOST_NATIONS;
use crate::ssa::nation::Nation;
use crate::ssa::roster::Mission;

/// What nations see of a place, alone, in pairs and together
///
/// By the roster's satellites and the reach of their sensors; with the gaps, and who fills them. FRESH: share of time and
/// area in view within the last hours (3 unless said otherwise). TIME: any of the place in view. AREA: seen at least
/// once. CELL-TIME: a spot's share of time in view, averaged over the area.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  alliedsky coverage --region dprk --hours 168\n  alliedsky coverage --site Yongbyon --nations us,jp,kr --format json\n  alliedsky coverage --region korea --mission sar --gaps 10\n  alliedsky coverage --region korea --show sharing\n  alliedsky coverage --region theatre --show cells --format geojson -o cells.geojson"
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
    /// Let sensors that need daylight look at night too
    #[arg(long, conflicts_with = "min_sun_elevation_deg")]
    ignore_night: bool,
    /// Leave out satellites whose element set is older than this at the window's start
    #[arg(long, value_name = "DAYS", value_parser = age_days)]
    max_age_days: Option<f64>,
    /// List so many of the longest gaps of each nation and of all together under the table [default: 5]
    #[arg(long, value_name = "N")]
    gaps: Option<usize>,
    /// How long a look counts as fresh: the yardstick of FRESH % and of what sharing adds
    #[arg(long, default_value = "3h", value_name = "LENGTH", value_parser = horizon)]
    fresh: Length,
    /// Share of the place's area that a look must reach to count as an access and to end a gap, percent; FRESH, TIME, AREA
    /// and CELL-TIME stay as they are [default: any of it]
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    least_share: Option<f64>,
    /// A line for each kind of sensor too: optical, radar, other
    #[arg(long)]
    by_kind: bool,
    /// What to show
    #[arg(long, value_enum, default_value_t = Show::Coalitions)]
    show: Show,
}

/// What of the answer is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Show {
    /// A line for every coalition, and the gaps
    Coalitions,
    /// What each nation and each satellite brings to the fresh time of all
    Sharing,
    /// When two nations or more can look at the same spot at once
    Together,
    /// How many satellites have the same spot in view at once
    Simultaneous,
    /// Every cell of the place for every coalition
    Cells,
}

/// Gaps listed when nothing is said.
const USUAL_GAPS: usize = 5;

/// Refuses what bears on the coalitions' lines alone where another answer is asked for.
fn check(arguments: &Arguments) -> anyhow::Result<()> {
    let given = [
        ("--by-kind", arguments.by_kind),
        ("--gaps", arguments.gaps.is_some()),
        ("--least-share", arguments.least_share.is_some()),
    ];
    match given.into_iter().find(|(_, is_given)| *is_given && arguments.show != Show::Coalitions) {
        Some((option, _)) => Err(usage(format!("{option} bears on the lines of coalitions: leave out --show"))),
        None => Ok(()),
    }
}

pub(super) fn run(call: &Call, arguments: &Arguments) -> anyhow::Result<Outcome> {
    check(arguments)?;
    let nations = distinct(&arguments.nations)?;
    let app = call.open()?;
    let places = arguments.place.places(&app.world)?;
    let catalogue = app.catalogue()?;
    let request = CoverageRequest {
        nations,
        missions: arguments.mission.clone(),
        min_sun_elevation_deg: (!arguments.ignore_night).then_some(arguments.min_sun_elevation_deg),
        max_age_days: arguments.max_age_days,
        horizon: arguments.fresh.0,
        least_share: arguments.least_share.unwrap_or(0.0) / 100.0,
        by_kind: arguments.by_kind,
        ..CoverageRequest::new(arguments.when.window(catalogue.clock)?)
    };
    let answer = with_bar(call.output.quiet, "coverage", |progress| {
        app.world.coverage(&catalogue, &places, &request, progress)
    })?;
    let mut notes = vec![format!(
        "From {} to {}; a look is fresh for {}.",
        clock_time(request.window.start),
        clock_time(request.window.end),
        length(request.horizon.as_seconds_f64())
    )];
    notes.extend(assets::notes(&answer.assets));
    notes.extend(catalogue.notes.iter().cloned());
    match arguments.show {
        Show::Coalitions => write_coalitions(call, &places, &answer, arguments, notes)?,
        Show::Sharing => write_sharing(call, &answer, &notes)?,
        Show::Together => call.output.sheet(&sharing::together(&answer.places), &sharing::TOGETHER_SHOWN, &notes)?,
        Show::Simultaneous => write_simultaneous(call, &answer, &notes)?,
        Show::Cells => write_cells(call, &places, &answer, &notes)?,
    }
    Ok(Outcome::Done)
}

fn write_coalitions(
    call: &Call,
    places: &[Place],
    answer: &CoverageAnswer<'_>,
    arguments: &Arguments,
    mut notes: Vec<String>,
) -> anyhow::Result<()> {
    let shown: Vec<Shown> = SHOWN.into_iter().filter(|shown| arguments.by_kind || shown.column != "kind").collect();
    let sheet = sheet(&rows(&answer.places));
    match call.output.format {
        Format::Geojson => {
            call.output.notes(&notes);
            let shapes: Vec<_> = places.iter().map(Place::shape).collect();
            call.output.text(&features(&shapes, "coverage", &sheet, &notes))
        }
        Format::Json => {
            call.output.notes(&notes);
            let object = serde_json::json!({
                "coverage": sheet.to_objects(),
                "sharing": contributions(answer).to_objects(),
                "together": sharing::together(&answer.places).to_objects(),
                "simultaneous": sharing::simultaneous(&answer.places).to_objects(),
                "assets": assets::to_json(&answer.assets),
                "notes": notes,
            });
            call.output.text(&format!("{object}\n"))
        }
        Format::Table => {
            notes.splice(
                0..0,
                answer
                    .places
                    .iter()
                    .flat_map(|place| gap_lines(place, arguments.gaps.unwrap_or(USUAL_GAPS), call.output.zone)),
            );
            notes.extend(answer.places.iter().flat_map(trust_lines));
            call.output.sheet(&sheet, &shown, &notes)
        }
        _ => call.output.sheet(&sheet, &shown, &notes),
    }
}

fn contributions(answer: &CoverageAnswer<'_>) -> Sheet {
    sharing::contributions(&answer.places, |index| answer.assets[index].contributor())
}

fn write_sharing(call: &Call, answer: &CoverageAnswer<'_>, notes: &[String]) -> anyhow::Result<()> {
    let mut notes = notes.to_vec();
    notes.insert(
        0,
        "Points of fresh time. LOST WITHOUT: what all together lose without it. SHAPLEY: its fair share; those of nations \
         add up to the whole, and those of satellites do too, but not to their nation's."
            .to_owned(),
    );
    call.output.sheet(&contributions(answer), &sharing::CONTRIBUTION_SHOWN, &notes)
}

fn write_simultaneous(call: &Call, answer: &CoverageAnswer<'_>, notes: &[String]) -> anyhow::Result<()> {
    let mut notes = notes.to_vec();
    notes.insert(
        0,
        "Share of time and area with so many satellites of all nations, or more. IN VIEW: that have a spot in view at once. \
         FRESH: that have had it in view within the last hours."
            .to_owned(),
    );
    call.output.sheet(&sharing::simultaneous(&answer.places), &sharing::SIMULTANEOUS_SHOWN, &notes)
}

fn write_cells(call: &Call, places: &[Place], answer: &CoverageAnswer<'_>, notes: &[String]) -> anyhow::Result<()> {
    let shapes: Vec<Vec<Shape>> = places.iter().map(shaped_cells).collect();
    if call.output.format == Format::Geojson {
        call.output.notes(notes);
        return call.output.text(&cells::features(&answer.places, &shapes, notes));
    }
    call.output.sheet(&cells::sheet(&answer.places, &shapes), &cells::SHOWN, notes)
}

/// How far timing errors change the fresh time of all, a line a place.
fn trust_lines(place: &PlaceCoverage) -> Vec<String> {
    let all = (1 << place.nations.len()) - 1;
    let (fresh, shorter) = (&place.sharing.0, &place.shorter);
    if fresh.members.is_empty() {
        return Vec::new();
    }
    vec![format!(
        "Timing: with every look at {} shorter at both ends by its one-sigma timing error, the fresh time of all is {:.1} % \
         instead of {:.1} %.",
        place.place,
        shorter.percent(shorter.worth(all)),
        fresh.percent(fresh.worth(all))
    )]
}

pub(super) fn distinct(nations: &[Nation]) -> anyhow::Result<Vec<Nation>> {
    let mut distinct: Vec<Nation> = Vec::new();
    for nation in nations {
        if distinct.contains(nation) {
            return Err(usage(format!("--nations names {nation} twice")));
        }
        distinct.push(*nation);
    }
    if distinct.len() > MOST_NATIONS {
        return Err(usage(format!(
            "--nations names {} nations: at most {MOST_NATIONS} are weighed against each other",
            distinct.len()
        )));
    }
    Ok(distinct)
}

/// The longest gaps of each coalition of one place in words, with who fills them; the coalition of all comes last.
pub(super) fn gap_lines(place: &PlaceCoverage, most: usize, zone: Zone) -> Vec<String> {
    let mut lines = Vec::new();
    for CoalitionLine { coverage, .. } in place.whole() {
        let alone_or_all = [1, place.nations.len()].contains(&coverage.nations.len());
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
                _ if place.nations.len() == 1 => String::new(),
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

pub(super) fn horizon(text: &str) -> Result<Length, String> {
    let length: Length = text.parse().map_err(|error: LengthError| error.to_string())?;
    let most = TimeDelta::days(30);
    if (TimeDelta::zero()..=most).contains(&length.0) {
        Ok(length)
    } else {
        Err("expected 0 to 30 days, such as 90m, 3h or 1d".to_owned())
    }
}

pub(super) fn percent(text: &str) -> Result<f64, String> {
    let value: f64 = text.parse().map_err(|_| "expected a number of percent".to_owned())?;
    if (0.0..=100.0).contains(&value) { Ok(value) } else { Err("expected 0 to 100 percent".to_owned()) }
}
