//! Coverage: what nations see of a place, alone and together.

use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::Utc;
use rayon::prelude::*;
use serde_json::{Value, json};

use super::catalogue::Catalogue;
use super::overfly::{Place, cells, hours};
use super::work::{Account, CycleRequest};
use super::{App, World};
use crate::astro::elements::{Elements, NoradId};
use crate::astro::propagator::PropagationError;
use crate::astro::time::Window;
use crate::report::coverage::{CoverageRow, MoreFigures, PlaceCoverage, RowFigures, rows};
use crate::ssa::coverage::coalition::{AssetView, coalitions, coverage};
use crate::ssa::coverage::view::{Target, daylight, view};
use crate::ssa::place::EnclosingCap;
use crate::ssa::progress::{Cancelled, Progress};
use crate::ssa::roster::{Asset, ElementsPolicy, Mission, Nation};
use crate::store::coverage::CoverageRecord;
use crate::store::events::Events;
use crate::store::runs::{NewRun, RunKind};

/// What coverage is asked for.
#[derive(Clone, Debug)]
pub struct CoverageRequest {
    /// When.
    pub window: Window,
    /// Whose satellites: alone, in pairs, all together.
    pub nations: Vec<Nation>,
    /// What satellites; empty: those whose pictures show single objects on the ground.
    pub missions: Vec<Mission>,
    /// Least elevation of the Sun at a target for sensors that need daylight, degrees.
    pub min_sun_elevation_deg: f64,
    /// Assets whose element set is older than this at the window's start are left out, days.
    pub max_age_days: Option<f64>,
}

/// What became of one asset of the roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AssetUse {
    /// The figures rest on it; it may have ended inside the window.
    Used(Option<PropagationError>),
    /// Its elements are not published.
    NonePublished,
    /// Its elements are published, but not here.
    NotHere,
    /// Its element set is older than asked for.
    TooOld,
    /// It has elements here but no orbit at the window's start.
    Failed(PropagationError),
}

/// An asset of the roster and what became of it.
#[derive(Clone, Debug)]
pub struct AssetAccount<'a> {
    /// The asset.
    pub asset: &'a Asset,
    /// What became of it.
    pub fate: AssetUse,
    /// Age of its element set at the window's start, days.
    pub age_days: Option<f64>,
    /// Whether that is too old for its regime.
    pub stale: bool,
}

/// The figures of some places, and the account of the assets behind them.
#[derive(Clone, Debug)]
pub struct CoverageAnswer<'a> {
    /// Figures by place and coalition.
    pub places: Vec<PlaceCoverage>,
    /// Every asset of the nations and missions asked for.
    pub assets: Vec<AssetAccount<'a>>,
}

impl App {
    /// Computes the coverage of the configured regions by the allied nations and stores it as a run.
    ///
    /// # Errors
    /// The configuration names an unknown region; an error of the disk, or cancelled by `progress`: the run is then in
    /// the ledger as failed.
    pub fn cover(
        &mut self,
        catalogue: &Catalogue,
        request: &CycleRequest,
        progress: Progress<'_>,
    ) -> anyhow::Result<Account> {
        let places = self.places()?;
        let window = hours(catalogue.clock, request.window_hours.unwrap_or(self.config.run.window_hours));
        let nations = Nation::ALLIED.to_vec();
        let start = NewRun {
            kind: RunKind::Coverage,
            started_at: Utc::now(),
            clock: catalogue.clock,
            window,
            parameters: json!({
                "regions": places.iter().map(Place::name).collect::<Vec<_>>(),
                "nations": nations.iter().map(Nation::to_string).collect::<Vec<_>>(),
            }),
        };
        let request =
            CoverageRequest { window, nations, missions: Vec::new(), min_sun_elevation_deg: 0.0, max_age_days: None };
        let figures = |app: &Self| {
            let answer = app.world.coverage(catalogue, &places, &request, progress)?;
            Ok((rows(&answer.places), answer.notes(), answer.assets_json()))
        };
        let (rows, ..) = self.in_ledger(&start, figures, |app, run, (rows, notes, assets)| {
            let without: Vec<Value> = rows.iter().filter(|row| row.figures.is_none()).map(without_assets).collect();
            let tally = json!({
                "notes": catalogue.notes, "coverage_notes": notes, "assets": assets, "without_assets": without,
            });
            let coverage: Vec<CoverageRecord> = rows.iter().filter_map(record).collect();
            app.record(run, &tally, &Events { coverage: &coverage, ..Events::default() })
        })?;
        Ok(Account::new(
            format!("coverage of {} regions in {} lines", places.len(), rows.len()),
            json!({ "regions": places.len(), "lines": rows.len() }),
        ))
    }
}

/// A coalition without assets here, which has no figures to store.
fn without_assets(row: &CoverageRow) -> Value {
    json!({ "region": row.place, "nations": row.nations, "roster_assets": row.roster_assets })
}

/// A row as the store keeps it; `None` where it has no figures.
fn record(row: &CoverageRow) -> Option<CoverageRecord> {
    let figures = row.figures.as_ref()?;
    let mut detail = json!(figures.more);
    detail["roster_assets"] = json!(row.roster_assets);
    Some(CoverageRecord {
        region: row.place.clone(),
        nations: row.nations.clone(),
        assets: row.assets,
        time_percent: figures.time_percent,
        area_percent: figures.area_percent,
        cell_time_percent: figures.cell_time_percent,
        accesses: figures.accesses,
        mean_gap_s: figures.mean_gap_s,
        longest_gap_s: figures.longest_gap_s,
        detail,
    })
}

/// The row of a record. One of an older version lacks some of the figures: they are empty then.
pub(super) fn row_of(record: CoverageRecord) -> CoverageRow {
    let roster_assets = record.detail["roster_assets"].as_u64().unwrap_or_default();
    CoverageRow {
        place: record.region,
        nations: record.nations,
        assets: record.assets,
        roster_assets: usize::try_from(roster_assets).unwrap_or(usize::MAX),
        figures: Some(RowFigures {
            time_percent: record.time_percent,
            area_percent: record.area_percent,
            cell_time_percent: record.cell_time_percent,
            accesses: record.accesses,
            mean_gap_s: record.mean_gap_s,
            longest_gap_s: record.longest_gap_s,
            more: serde_json::from_value::<MoreFigures>(record.detail).unwrap_or_default(),
        }),
    }
}

impl World {
    /// The coverage of some places.
    ///
    /// # Errors
    /// [`Cancelled`] when `progress` asks to stop.
    pub fn coverage<'a>(
        &'a self,
        catalogue: &'a Catalogue,
        places: &[Place],
        request: &CoverageRequest,
        progress: Progress<'_>,
    ) -> Result<CoverageAnswer<'a>, Cancelled> {
        let (mut accounts, observers) = self.observers(catalogue, request);
        let done = AtomicUsize::new(0);
        let total = (observers.len() * places.len()).max(1);
        let mut figures = Vec::new();
        for place in places {
            let target = target(place);
            let lit = daylight(&target, request.window, request.min_sun_elevation_deg, &self.earth());
            let views: Vec<_> = observers
                .par_iter()
                .map(|&(account, asset, elements)| {
                    let view = view(
                        elements,
                        asset.nation,
                        account,
                        &asset.sensors,
                        &target,
                        &lit,
                        request.window,
                        &self.earth(),
                    );
                    let share = (done.fetch_add(1, Ordering::Relaxed) + 1) as f64 / total as f64;
                    if progress(share).is_break() { Err(Cancelled) } else { Ok((account, view)) }
                })
                .collect::<Result<_, _>>()?;
            let mut seen = Vec::new();
            for (account, view) in views {
                match view {
                    Ok((view, lost)) => {
                        accounts[account].fate = AssetUse::Used(lost);
                        seen.push(view);
                    }
                    Err(error) => accounts[account].fate = AssetUse::Failed(error),
                }
            }
            figures.push(place_coverage(place, &target, &seen, &accounts, request));
        }
        Ok(CoverageAnswer { places: figures, assets: accounts })
    }

    /// Every asset asked for, and those whose elements are here.
    fn observers<'a>(
        &'a self,
        catalogue: &'a Catalogue,
        request: &CoverageRequest,
    ) -> (Vec<AssetAccount<'a>>, Vec<(usize, &'a Asset, &'a Elements)>) {
        let entries = catalogue.by_id();
        let held = |id: Option<NoradId>| id.and_then(|id| entries.get(&id)).map(|entry| &entry.elements);
        let mut accounts = Vec::new();
        let mut observers = Vec::new();
        for asset in self.roster.assets() {
            let wanted = request.nations.contains(&asset.nation)
                && !asset.sensors.is_empty()
                && (request.missions.contains(&asset.mission)
                    || request.missions.is_empty() && asset.mission.is_imaging());
            if !wanted {
                continue;
            }
            let elements = held(asset.norad_id);
            let fate = match (elements, asset.elements) {
                (Some(elements), _) if is_too_old(elements, request) => AssetUse::TooOld,
                (Some(elements), _) => {
                    observers.push((accounts.len(), asset, elements));
                    AssetUse::Used(None)
                }
                (None, ElementsPolicy::NonePublished) => AssetUse::NonePublished,
                (None, ElementsPolicy::Public) => AssetUse::NotHere,
            };
            accounts.push(AssetAccount {
                asset,
                fate,
                age_days: elements.map(|elements| elements.age_days(request.window.start)),
                stale: elements.is_some_and(|elements| elements.is_stale(request.window.start)),
            });
        }
        (accounts, observers)
    }
}

fn is_too_old(elements: &Elements, request: &CoverageRequest) -> bool {
    request.max_age_days.is_some_and(|limit| elements.age_days(request.window.start).abs() > limit)
}

fn place_coverage(
    place: &Place,
    target: &Target,
    views: &[AssetView],
    accounts: &[AssetAccount<'_>],
    request: &CoverageRequest,
) -> PlaceCoverage {
    let window_s = request.window.seconds();
    let figures = coalitions(&request.nations)
        .into_iter()
        .map(|nations| {
            let listed = accounts.iter().filter(|account| nations.contains(&account.asset.nation)).count();
            (coverage(&nations, &request.nations, views, &target.areas_km2, window_s), listed)
        })
        .collect();
    PlaceCoverage { place: place.name().to_owned(), window: request.window, coalitions: figures }
}

/// A place cut into cells.
fn target(place: &Place) -> Target {
    let cap = match place {
        Place::Site(site) => EnclosingCap { up: site.geodetic().up(), radius_rad: 0.0 },
        Place::Region(region) => region.enclosing_cap(),
    };
    let (points, areas_km2) = cells(place).into_iter().unzip();
    Target { points, areas_km2, cap }
}

impl CoverageAnswer<'_> {
    /// What the figures rest on and what they leave out, a line each.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        let with = |wanted: fn(&AssetUse) -> bool| {
            self.assets.iter().filter(|account| wanted(&account.fate)).collect::<Vec<_>>()
        };
        let used = with(|fate| matches!(fate, AssetUse::Used(_)));
        let assumed = used.iter().filter(|a| a.asset.sensors.iter().any(|sensor| sensor.assumed)).count();
        let stale = used.iter().filter(|account| account.stale).count();
        let old =
            if stale > 0 { format!("; {stale} have an element set too old for the orbit") } else { String::new() };
        let mut notes = vec![format!(
            "Rests on {} of the roster's {} assets with sensors for the ground; the reach of {assumed} is assumed{old}.",
            used.len(),
            self.assets.len()
        )];
        let groups = [
            ("No elements published", with(|fate| *fate == AssetUse::NonePublished)),
            ("Not in these element sets", with(|fate| *fate == AssetUse::NotHere)),
            ("Orbit ended inside the window", with(|fate| matches!(fate, AssetUse::Used(Some(_))))),
            ("Older than asked for", with(|fate| *fate == AssetUse::TooOld)),
            ("No orbit at the start", with(|fate| matches!(fate, AssetUse::Failed(_)))),
        ];
        for (head, group) in groups {
            if !group.is_empty() {
                notes.push(format!("{head} ({}): {}.", group.len(), names_by_nation(&group)));
            }
        }
        notes
    }

    /// The assets as JSON.
    #[must_use]
    pub fn assets_json(&self) -> Value {
        self.assets
            .iter()
            .map(|account| {
                json!({
                    "norad_id": account.asset.norad_id,
                    "name": account.asset.name,
                    "nation": account.asset.nation.to_string(),
                    "mission": account.asset.mission.as_str(),
                    "status": account.fate.word(),
                    "age_days": account.age_days,
                    "stale": account.stale,
                    "reach_assumed": account.asset.sensors.iter().any(|sensor| sensor.assumed),
                })
            })
            .collect()
    }
}

impl AssetUse {
    /// The word for machine formats.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Used(None) => "used",
            Self::Used(Some(_)) => "used_until_lost",
            Self::NonePublished => "none_published",
            Self::NotHere => "not_in_these_element_sets",
            Self::TooOld => "too_old",
            Self::Failed(_) => "failed",
        }
    }
}

/// `us WORLDVIEW-4, …; jp IGS O-5, …`, at most eight names a nation.
fn names_by_nation(group: &[&AssetAccount<'_>]) -> String {
    const MOST: usize = 8;
    let mut nations: Vec<Nation> = Vec::new();
    for account in group {
        if !nations.contains(&account.asset.nation) {
            nations.push(account.asset.nation);
        }
    }
    let lists: Vec<String> = nations
        .iter()
        .map(|nation| {
            let names: Vec<&str> =
                group.iter().filter(|a| a.asset.nation == *nation).map(|a| a.asset.name.as_str()).collect();
            let more = names.len().saturating_sub(MOST);
            let tail = if more > 0 { format!(" and {more} more") } else { String::new() };
            format!("{nation} {}{tail}", names[..names.len().min(MOST)].join(", "))
        })
        .collect();
    lists.join("; ")
}
