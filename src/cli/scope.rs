//! What a command looks at: when, where, which objects.

use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};
use clap::{Args, ValueEnum};

use super::instant::Instant;
use super::progress::with_bar;
use super::words::counted;
use super::{Call, usage};
use crate::app::catalogue::Catalogue;
use crate::app::overfly::Place;
use crate::app::work::CycleRequest;
use crate::app::{App, World};
use crate::astro::elements::Elements;
use crate::astro::time::Window;
use crate::config::length::Length;
use crate::ssa::conjunction::Conjunction;
use crate::ssa::nation::Nation;
use crate::ssa::place::{Site, SiteError};
use crate::ssa::probability::Verdict;
use crate::ssa::roster::Mission;
use crate::store::catalogue::CatalogueEntry;
use crate::store::runs::{Run, RunKind};

/// When to look.
#[derive(Clone, Debug, Args)]
pub(super) struct When {
    /// Begin here [default: now, by the clock]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub(super) from: Option<Instant>,
    /// End here
    #[arg(long, value_name = "TIME", conflicts_with = "hours", allow_hyphen_values = true)]
    to: Option<Instant>,
    /// Look so many hours ahead (or 90m, 7d) [default: 24, or what stands above]
    #[arg(long, value_name = "HOURS", value_parser = hours, allow_hyphen_values = true)]
    hours: Option<TimeDelta>,
}

/// A number of hours, or a length with its unit.
pub(super) fn hours(text: &str) -> Result<TimeDelta, String> {
    let with_unit = if text.parse::<f64>().is_ok() { format!("{text}h") } else { text.to_owned() };
    with_unit.parse::<Length>().map(|length| length.0).map_err(|_| {
        if text.parse::<f64>().is_ok_and(|hours| hours < 0.0) {
            format!("\"{text}\" is no number of hours to look ahead: set --from and --to to look back")
        } else if text.parse::<f64>().is_ok_and(f64::is_finite) {
            format!("\"{text}\" hours are more than element sets reach: use 24, 90m or 7d")
        } else {
            format!("\"{text}\" is no number of hours: use 24, 90m or 7d")
        }
    })
}

impl When {
    /// The window, given the clock.
    pub(super) fn window(&self, clock: DateTime<Utc>) -> anyhow::Result<Window> {
        self.window_or(clock, TimeDelta::hours(24))
    }

    /// The window, given the clock and the usual length.
    pub(super) fn window_or(&self, clock: DateTime<Utc>, usual: TimeDelta) -> anyhow::Result<Window> {
        const LONGEST_DAYS: f64 = 366.0;
        let start = self.from.map_or(clock, |from| from.resolve(clock));
        let window = match self.to {
            Some(to) => Window { start, end: to.resolve(clock) },
            None => Window::new(start, self.hours.unwrap_or(usual)),
        };
        if window.end < window.start {
            return Err(usage("--to lies before --from"));
        }
        if window.seconds() <= 0.0 {
            return Err(usage("an empty window: nothing happens in no time"));
        }
        if window.seconds() > LONGEST_DAYS * 86_400.0 {
            return Err(usage("a window of more than a year: element sets do not reach so far"));
        }
        Ok(window)
    }
}

/// Which place.
#[derive(Clone, Debug, Args)]
#[group(multiple = false)]
pub(super) struct Where {
    /// Name of a region (`alliedsky regions` lists them), or a GeoJSON file
    #[arg(long, value_name = "NAME|FILE")]
    region: Option<String>,
    /// Name of a site (`alliedsky sites` lists them), or LAT,LON[,ALT_M]
    #[arg(long, value_name = "NAME|LAT,LON[,ALT_M]", allow_hyphen_values = true)]
    site: Option<String>,
}

impl Where {
    /// The places: one, or all of a GeoJSON file.
    pub(super) fn places(&self, world: &World) -> anyhow::Result<Vec<Place>> {
        match (&self.region, &self.site) {
            (Some(region), _) => Ok(world.find_regions(region)?.into_iter().map(Place::Region).collect()),
            (None, Some(text)) => Ok(vec![Place::Site(site(world, text)?)]),
            (None, None) => Err(usage("name a place with --region or --site")),
        }
    }

    /// Whether an area is asked for.
    pub(super) fn is_region(&self) -> bool {
        self.region.is_some()
    }
}

/// The site a person typed: a name or a position.
pub(super) fn site(world: &World, text: &str) -> anyhow::Result<Site> {
    world.sites.resolve(text).map_err(|error| match error {
        SiteError::Unknown { .. } => {
            let end = if error.to_string().ends_with('?') { "" } else { ":" };
            anyhow::anyhow!("{error}{end} `alliedsky sites` lists them, and a position LAT,LON[,ALT_M] is taken too")
        }
        SiteError::Coordinates(_) => usage(error.to_string()),
    })
}

/// A least elevation, degrees.
pub(super) fn elevation_deg(text: &str) -> Result<f64, String> {
    angle(text)
        .filter(|deg| (0.0..90.0).contains(deg))
        .ok_or_else(|| "expected 0 or more and below 90 degrees".to_owned())
}

/// An angle from the nadir, degrees.
pub(super) fn off_nadir_deg(text: &str) -> Result<f64, String> {
    angle(text)
        .filter(|deg| *deg > 0.0 && *deg < 90.0)
        .ok_or_else(|| "expected above 0 and below 90 degrees".to_owned())
}

/// An elevation of the Sun, degrees.
pub(super) fn sun_elevation_deg(text: &str) -> Result<f64, String> {
    angle(text).filter(|deg| (-90.0..=90.0).contains(deg)).ok_or_else(|| "expected -90 to 90 degrees".to_owned())
}

fn angle(text: &str) -> Option<f64> {
    text.parse().ok()
}

/// A threshold of distance, km. A larger one is not a close approach any more, and every pair of neighbours is below it.
pub(super) fn threshold_km(text: &str) -> Result<f64, String> {
    let km = text.parse().ok().filter(|km| *km > 0.0 && *km <= 1000.0);
    km.ok_or_else(|| "expected above 0 and at most 1000 km".to_owned())
}

/// A distance, km.
pub(super) fn distance_km(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|km| *km >= 0.0).ok_or_else(|| "expected 0 km or more".to_owned())
}

/// What to do about an event, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum VerdictWord {
    /// Probable enough for a decision
    Act,
    /// Probable enough to be followed, or not to be told
    Watch,
    /// Improbable only because the errors are so large
    Diluted,
    /// Too improbable to matter
    Negligible,
}

impl VerdictWord {
    /// The verdict of the word.
    pub(super) const fn verdict(self) -> Verdict {
        match self {
            Self::Act => Verdict::Act,
            Self::Watch => Verdict::Watch,
            Self::Diluted => Verdict::Diluted,
            Self::Negligible => Verdict::Negligible,
        }
    }
}

/// A probability.
pub(super) fn probability(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|p| (0.0..=1.0).contains(p)).ok_or_else(|| "expected 0 to 1, such as 1e-6".to_owned())
}

/// An age, days.
pub(super) fn age_days(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|days| *days > 0.0).ok_or_else(|| "expected more than 0 days".to_owned())
}

/// Which objects.
#[derive(Debug, Default, Args)]
pub(super) struct Which {
    /// These objects, by number or name; with commas or given again
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    sat: Vec<String>,
    /// Owner: a SATCAT code (SKOR) or a nation (kr)
    #[arg(long)]
    owner: Option<String>,
    /// Nation, ISO 3166: us, jp, kr, cn …
    #[arg(long)]
    nation: Option<Nation>,
    /// Mission by the roster: eo, sar, recon, weather …
    #[arg(long)]
    mission: Option<Mission>,
    /// Leave out element sets older than this at the window's start
    #[arg(long, value_name = "DAYS", value_parser = age_days)]
    max_age_days: Option<f64>,
}

impl Which {
    /// Whether no object, owner, nation or mission is chosen.
    pub(super) fn is_all(&self) -> bool {
        self.sat.is_empty() && self.owner.is_none() && self.nation.is_none() && self.mission.is_none()
    }

    /// The element sets of the objects asked for, in a window that starts at `start`.
    pub(super) fn choose(
        &self,
        world: &World,
        catalogue: &Catalogue,
        start: DateTime<Utc>,
    ) -> anyhow::Result<Vec<Elements>> {
        let mut named = Vec::new();
        for name in &self.sat {
            named.push(catalogue.find(name)?.elements.norad_id);
        }
        let wanted = |entry: &CatalogueEntry| {
            (named.is_empty() || named.contains(&entry.elements.norad_id))
                && self.owner.as_ref().is_none_or(|owner| is_owned(world, entry, owner))
                && self.nation.is_none_or(|nation| world.nation_of(entry) == Some(nation))
                && self.mission.is_none_or(|mission| world.mission_of(entry.elements.norad_id) == Some(mission))
                && self.max_age_days.is_none_or(|limit| entry.elements.age_days(start).abs() <= limit)
        };
        Ok(catalogue.entries.iter().filter(|entry| wanted(entry)).map(|entry| entry.elements.clone()).collect())
    }

    /// What the choice rests on, as notes: objects left out for their age, and how many owners are known.
    pub(super) fn notes(&self, world: &World, catalogue: &Catalogue, start: DateTime<Utc>) -> Vec<String> {
        let mut notes = Vec::new();
        if let Some(limit) = self.max_age_days {
            let is_old = |entry: &&CatalogueEntry| entry.elements.age_days(start).abs() > limit;
            let old = catalogue.entries.iter().filter(is_old).count();
            if old > 0 {
                let left = counted(old, "object", "objects");
                notes.push(format!("{left} of the catalogue left out: element sets older than {limit} days."));
            }
        }
        if self.nation.is_some() || self.owner.is_some() {
            notes.extend(unknown_owners(world, catalogue));
        }
        notes
    }

    /// Why no object is left, as a note.
    pub(super) fn nobody(&self, app: &App) -> String {
        let asked = [
            (!self.sat.is_empty()).then(|| format!("is {}", self.sat.join(" or "))),
            self.owner.as_ref().map(|owner| format!("has owner {owner}")),
            self.nation.map(|nation| format!("is of nation {nation}")),
            self.mission.map(|mission| format!("has mission {mission}")),
            self.max_age_days.map(|days| format!("has an element set at most {days} days old")),
        ];
        let asked: Vec<String> = asked.into_iter().flatten().collect();
        format!("No object here {}{}.", asked.join(" and "), satcat_hint(app))
    }
}

/// How many objects are nobody's as far as is known, where that is more than a few: who asks by nation must know.
pub(super) fn unknown_owners(world: &World, catalogue: &Catalogue) -> Option<String> {
    let is_unknown = |entry: &&CatalogueEntry| entry.facts.owner.is_empty() && world.nation_of(entry).is_none();
    let (unknown, all) = (catalogue.entries.iter().filter(is_unknown).count(), catalogue.entries.len());
    (unknown * 100 > all).then(|| {
        format!("Whose {unknown} of {all} objects are is not known here: `alliedsky import` a SATCAT for owners.")
    })
}

/// Where owners come from, for a database that does not know them.
pub(super) fn satcat_hint(app: &App) -> &'static str {
    if app.database.is_some() { "" } else { "; owners beyond the roster's come from a SATCAT in a database" }
}

/// Whether an object is someone's: by the SATCAT's code, or by nation.
pub(super) fn is_owned(world: &World, entry: &CatalogueEntry, owner: &str) -> bool {
    entry.facts.owner.eq_ignore_ascii_case(owner)
        || owner.parse().is_ok_and(|nation| world.nation_of(entry) == Some(nation))
}

/// What to do about an approach, where it was assessed.
pub(super) fn verdict_of(conjunction: &Conjunction) -> Option<Verdict> {
    conjunction.assessment.as_ref().map(|assessment| assessment.verdict)
}

/// The latest screening. Where nothing has run yet the bundled snapshot is screened in memory, as `run --bundled` would.
pub(super) fn latest_run(call: &Call, app: &mut App, catalogue: &Catalogue) -> anyhow::Result<Run> {
    if app.database.is_none() {
        let request = CycleRequest::default();
        with_bar(call.output.quiet, "screening", |progress| app.screen(catalogue, &request, progress))?;
    }
    app.store.latest_run(RunKind::Screening)?.with_context(|| {
        format!(
            "no run yet in {}: `alliedsky run` finds and stores conjunctions, `alliedsky screen` looks without storing",
            app.database_name()
        )
    })
}
