//! `passes`: AOS, culmination, LOS over a site.

use super::progress::with_bar;
use super::screen::counted;
use super::{Call, Outcome, When, usage};
use crate::app::catalogue::Catalogue;
use crate::app::summary::tally_lines;
use crate::app::{App, World};
use crate::astro::elements::Elements;
use crate::report::passes::{SHOWN, sheet};
use crate::report::zone::clock_time;
use crate::store::catalogue::CatalogueEntry;

/// Passes over a site: rise, culmination and set with azimuths and ranges, sunlit, visible (sunlit with the Sun 6° or
/// more below the site's horizon). Elevation is geometric.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  alliedsky passes --site Seoul --hours 12 --tz kst\n  alliedsky passes --site 37.0,127.5,60 --sat 25544 --min-elevation-deg 30\n  alliedsky passes --site Tokyo --owner cn --visible --format csv"
)]
pub(super) struct Arguments {
    /// Name of a site, or LAT,LON[,ALT_M]
    #[arg(long, allow_hyphen_values = true)]
    site: String,
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    when: When,
    /// Least elevation, degrees
    #[arg(long, default_value_t = 10.0, value_name = "DEG")]
    min_elevation_deg: f64,
    /// Only passes that can be seen by eye
    #[arg(long)]
    visible: bool,
}

/// Which objects.
#[derive(Debug, Default, clap::Args)]
pub(super) struct Which {
    /// These objects, by number or name; with commas or given again
    #[arg(long, value_delimiter = ',')]
    sat: Vec<String>,
    /// Owner: a SATCAT code (SKOR) or a nation (kr)
    #[arg(long)]
    owner: Option<String>,
    /// Nation, ISO 3166: us, jp, kr, cn …
    #[arg(long)]
    nation: Option<crate::ssa::roster::Nation>,
    /// Mission by the roster: eo, sar, recon, weather …
    #[arg(long)]
    mission: Option<crate::ssa::roster::Mission>,
}

impl Which {
    /// The element sets of the objects asked for.
    pub(super) fn choose(&self, world: &World, catalogue: &Catalogue) -> anyhow::Result<Vec<Elements>> {
        let mut named = Vec::new();
        for name in &self.sat {
            named.push(catalogue.find(name)?.elements.norad_id);
        }
        let owned = |entry: &CatalogueEntry, owner: &String| {
            entry.facts.owner.eq_ignore_ascii_case(owner)
                || owner.parse().is_ok_and(|nation| world.nation_of(entry) == Some(nation))
        };
        let wanted = |entry: &CatalogueEntry| {
            (named.is_empty() || named.contains(&entry.elements.norad_id))
                && self.owner.as_ref().is_none_or(|owner| owned(entry, owner))
                && self.nation.is_none_or(|nation| world.nation_of(entry) == Some(nation))
                && self.mission.is_none_or(|mission| world.mission_of(entry.elements.norad_id) == Some(mission))
        };
        Ok(catalogue.entries.iter().filter(|entry| wanted(entry)).map(|entry| entry.elements.clone()).collect())
    }

    /// Why no object is left, as a note.
    pub(super) fn nobody(&self, app: &App) -> String {
        let whose = [
            self.owner.as_ref().map(|owner| format!("owner {owner}")),
            self.nation.map(|nation| format!("nation {nation}")),
            self.mission.map(|mission| format!("mission {mission}")),
        ];
        let asked: Vec<String> = whose.into_iter().flatten().collect();
        let satcat = if app.database.is_some() { "" } else { "; a SATCAT in a database tells owners" };
        format!("No object here has {}{satcat}.", asked.join(" and "))
    }
}

pub(super) fn run(call: &Call, arguments: &Arguments) -> anyhow::Result<Outcome> {
    if !(0.0..90.0).contains(&arguments.min_elevation_deg) {
        return Err(usage("--min-elevation-deg must be 0 or more and below 90"));
    }
    let app = call.open()?;
    let site = app.world.sites.resolve(&arguments.site)?;
    let catalogue = app.catalogue()?;
    let window = arguments.when.window(catalogue.clock, 24.0)?;
    let objects = arguments.which.choose(&app.world, &catalogue)?;
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
    }
    notes.extend(tally_lines(&tally));
    notes.extend(catalogue.notes.iter().cloned());
    call.output.sheet(&sheet(&passes), &SHOWN, &notes)?;
    Ok(Outcome::Done)
}
