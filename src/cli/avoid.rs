//! `avoid`: burns that would avoid an event.

use std::path::PathBuf;
use std::str::FromStr;

use anyhow::Context;
use chrono::TimeDelta;
use clap::ValueEnum;

use super::instant::Instant;
use super::progress::with_bar;
use super::scope::{When, threshold_km};
use super::{Call, Outcome, usage};
use crate::app::avoid::AvoidRequest;
use crate::config::length::Length;
use crate::report::avoid::{SHOWN, notes, sheet};
use crate::report::page::burns_svg;
use crate::report::zone::clock_time;
use crate::ssa::avoid::{Axis, Way};

/// Which burns would avoid an event
///
/// Tries burns of the first of two objects before they meet: several sizes, both ways, at whole quarters of a revolution
/// before the event. The orbit after each is screened against the whole catalogue. Lists those that clear the event
/// without making a new one, cheapest first, with what is then left of it and the most probable of the other approaches.
/// By public element sets: a first look, no plan; mind the column SIGMAS.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  alliedsky avoid --event ALOS-2,31490\n  alliedsky avoid --event 39766,31490@2026-09-08T03:12Z --lead 12h --plot burns.svg\n  alliedsky avoid --event 39766,31490 --axis t,r,n --max-delta-v-m-s 0.2 --all --format csv -o burns.csv"
)]
pub(super) struct Arguments {
    /// The satellite that can burn, what it meets, and about when where there is more than one approach
    #[arg(long, value_name = "ID,ID[@TCA]")]
    event: EventName,
    #[command(flatten)]
    when: When,
    /// No burn earlier than so long after the window's start
    #[arg(long, default_value = "2h", value_name = "LENGTH")]
    lead: Length,
    /// Axes to burn along: t along the track, r along the radius, n along the normal of the orbit
    #[arg(long, value_enum, value_delimiter = ',', default_value = "t")]
    axis: Vec<AxisName>,
    /// Smallest burn, m/s
    #[arg(long, default_value = "0.01", value_name = "M/S", value_parser = speed_m_s, allow_hyphen_values = true)]
    min_delta_v_m_s: f64,
    /// Largest burn, m/s
    #[arg(long, default_value = "1", value_name = "M/S", value_parser = speed_m_s, allow_hyphen_values = true)]
    max_delta_v_m_s: f64,
    /// Try at most so many burns
    #[arg(long, default_value = "500", value_name = "N", value_parser = clap::value_parser!(u16).range(1..=10_000))]
    candidates: u16,
    /// Look at other approaches below this distance, km
    #[arg(long, default_value = "5", value_name = "KM", value_parser = threshold_km, allow_hyphen_values = true)]
    threshold_km: f64,
    /// Probability below which the event is cleared [default: 10^-1.5 of its own, from 1e-7 to 3.2e-6]
    #[arg(long, value_name = "PC", value_parser = probability, allow_hyphen_values = true)]
    clear_pc: Option<f64>,
    /// List every burn, not only the ways out
    #[arg(long)]
    all: bool,
    /// Draw distance and probability over time and size of the burn
    #[arg(long, value_name = "FILE.svg")]
    plot: Option<PathBuf>,
}

/// An event as people name it.
#[derive(Clone, Debug)]
struct EventName {
    primary: String,
    secondary: String,
    tca: Option<Instant>,
}

impl FromStr for EventName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (pair, tca) = match text.rsplit_once('@') {
            Some((pair, tca)) => (pair, Some(tca.parse::<Instant>().map_err(|error| error.to_string())?)),
            None => (text, None),
        };
        match pair.split(',').map(str::trim).collect::<Vec<_>>()[..] {
            [primary, secondary] if !primary.is_empty() && !secondary.is_empty() => {
                Ok(Self { primary: primary.to_owned(), secondary: secondary.to_owned(), tca })
            }
            _ => Err("expected two objects with a comma between, and a time behind @ where there is one".to_owned()),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum AxisName {
    /// Along the track
    T,
    /// Along the radius
    R,
    /// Along the normal of the orbit
    N,
}

fn speed_m_s(text: &str) -> Result<f64, String> {
    let speed = text.parse().ok().filter(|speed| (1e-5..=1000.0).contains(speed));
    speed.ok_or_else(|| "expected 0.00001 to 1000 m/s".to_owned())
}

fn probability(text: &str) -> Result<f64, String> {
    let probability = text.parse().ok().filter(|pc| *pc > 0.0 && *pc < 1.0);
    probability.ok_or_else(|| "expected above 0 and below 1".to_owned())
}

pub(super) fn run(call: &Call, arguments: &Arguments) -> anyhow::Result<Outcome> {
    if arguments.max_delta_v_m_s < arguments.min_delta_v_m_s {
        return Err(usage("--max-delta-v-m-s is below --min-delta-v-m-s"));
    }
    let app = call.open()?;
    let catalogue = app.catalogue()?;
    let tca = arguments.event.tca.map(|tca| tca.resolve(catalogue.clock));
    // A day after the event shows what a burn makes of it.
    let to_event = tca.map_or(TimeDelta::zero(), |tca| tca - catalogue.clock + TimeDelta::hours(24));
    let window = arguments.when.window_or(catalogue.clock, TimeDelta::hours(72).max(to_event))?;
    if let Some(tca) = tca.filter(|tca| *tca < window.start || window.end < *tca) {
        return Err(usage(format!(
            "the event at {} lies outside the window from {} to {}",
            clock_time(tca),
            clock_time(window.start),
            clock_time(window.end)
        )));
    }
    let mut axes: Vec<Axis> = Vec::new();
    for name in &arguments.axis {
        let axis = match name {
            AxisName::T => Axis::Along,
            AxisName::R => Axis::Radial,
            AxisName::N => Axis::Normal,
        };
        if !axes.contains(&axis) {
            axes.push(axis);
        }
    }
    let request = AvoidRequest {
        primary: arguments.event.primary.clone(),
        secondary: arguments.event.secondary.clone(),
        tca,
        window,
        threshold_km: arguments.threshold_km,
        earliest: window.start.checked_add_signed(arguments.lead.0).unwrap_or(window.end),
        axes,
        least_m_s: arguments.min_delta_v_m_s,
        most_m_s: arguments.max_delta_v_m_s,
        count: usize::from(arguments.candidates),
        limit: arguments.clear_pc,
    };
    let sweep = with_bar(call.output.quiet, "burns", |progress| app.avoid(&catalogue, &request, progress))?;
    if let Some(path) = &arguments.plot {
        std::fs::write(path, burns_svg(&sweep)).with_context(|| format!("writing {}", path.display()))?;
    }
    let listed = sweep
        .trials
        .iter()
        .filter(|trial| arguments.all || trial.outcome.as_ref().is_ok_and(|outcome| outcome.way == Way::Clears));
    let sheet = sheet(&sweep, listed);
    let mut notes = notes(&sweep);
    if sheet.is_empty() {
        notes.insert(0, "No burn of these clears the event without making a new one: --all lists them all.".to_owned());
    }
    let given = app.world.configured_orbits(&catalogue.elements());
    if !given.is_empty() {
        notes
            .push("Objects that the configuration has ephemerides of are taken by their element sets here.".to_owned());
    }
    notes.extend(catalogue.notes.iter().cloned());
    call.output.sheet(&sheet, &SHOWN, &notes)?;
    Ok(Outcome::Done)
}
