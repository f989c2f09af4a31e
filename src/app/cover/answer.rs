//! The figures of coverage of some places.

use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::assets::{AssetAccount, AssetUse};
use super::request::CoverageRequest;
use crate::app::World;
use crate::app::catalogue::Catalogue;
use crate::app::overfly::{Place, cells};
use crate::astro::elements::Elements;
use crate::astro::span::Span;
use crate::report::coverage::{CoalitionLine, PlaceCoverage};
use crate::ssa::coverage::coalition::{coalitions, coverage};
use crate::ssa::coverage::looks::{Yardstick, together};
use crate::ssa::coverage::sharing::{Sharing, fresh, shrunk};
use crate::ssa::coverage::view::{AssetView, LookKind, Scene, Target, by_asset, lit, views};
use crate::ssa::nation::Nation;
use crate::ssa::place::EnclosingCap;
use crate::ssa::progress::{Cancelled, Progress};
use crate::ssa::roster::Asset;
use crate::ssa::timing::timing_error_s;

/// The figures of some places, and the account of the assets behind them.
#[derive(Clone, Debug)]
pub struct CoverageAnswer<'a> {
    /// Figures by place and coalition.
    pub places: Vec<PlaceCoverage>,
    /// Every asset of the nations and missions asked for.
    pub assets: Vec<AssetAccount<'a>>,
}

/// What observers have in reach of one place, and what of it they see by the light that is asked for.
pub(crate) struct PlaceViews {
    pub(crate) scene: Scene,
    pub(crate) reach: Vec<AssetView>,
    pub(crate) seen: Vec<AssetView>,
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
        let mut accounts = self.accounts(catalogue, request);
        let mut figures = Vec::new();
        for (index, place) in places.iter().enumerate() {
            let part = |share: f64| progress((index as f64 + share) / places.len() as f64);
            let views = self.views_of(place, &mut accounts, request, &|_| true, &part)?;
            figures.push(place_coverage(place, &views.scene, &views.seen, &accounts, request));
        }
        Ok(CoverageAnswer { places: figures, assets: accounts })
    }

    /// What the assets that count, and that `wanted` chooses, see of a place; those that turn out to have no orbit are
    /// marked.
    ///
    /// # Errors
    /// [`Cancelled`] when `progress` asks to stop.
    pub(crate) fn views_of(
        &self,
        place: &Place,
        accounts: &mut [AssetAccount<'_>],
        request: &CoverageRequest,
        wanted: &dyn Fn(&AssetAccount<'_>) -> bool,
        progress: Progress<'_>,
    ) -> Result<PlaceViews, Cancelled> {
        let (lead_s, earth) = (request.horizon.as_seconds_f64(), self.earth());
        let scene = Scene { target: target(place), window: request.window, lead_s };
        let observers: Vec<_> = accounts
            .iter()
            .enumerate()
            .filter(|(_, account)| matches!(account.fate, AssetUse::Used(_)) && wanted(account))
            .filter_map(|(index, account)| Some((index, account.asset, account.elements?)))
            .collect();
        let done = AtomicUsize::new(0);
        let of_observer = |&(account, asset, elements): &(usize, &Asset, &Elements)| {
            let seen = views(elements, (asset.nation, account), &asset.sensors, &scene, &earth);
            let share = (done.fetch_add(1, Ordering::Relaxed) + 1) as f64 / observers.len() as f64;
            if progress(share).is_break() { Err(Cancelled) } else { Ok((account, seen)) }
        };
        let found: Vec<_> = observers.par_iter().map(of_observer).collect::<Result<_, _>>()?;
        let mut reach = Vec::new();
        for (account, views) in found {
            match views {
                Ok((views, lost)) => {
                    if lost.is_some() {
                        accounts[account].fate = AssetUse::Used(lost);
                    }
                    reach.extend(views);
                }
                Err(error) => accounts[account].fate = AssetUse::Failed(error),
            }
        }
        let seen = match request.min_sun_elevation_deg {
            Some(elevation_deg) => lit(&reach, &scene.daylight(elevation_deg, &earth)),
            None => reach.clone(),
        };
        Ok(PlaceViews { scene, reach, seen })
    }
}

/// The figures of one place from what is seen of it by the nations asked for.
pub(crate) fn place_coverage(
    place: &Place,
    scene: &Scene,
    views: &[AssetView],
    accounts: &[AssetAccount<'_>],
    request: &CoverageRequest,
) -> PlaceCoverage {
    let areas = &scene.target.areas_km2;
    let yardstick = request.yardstick();
    let listed = |nations: &[Nation], kind: Option<LookKind>| {
        let carries = |account: &&AssetAccount<'_>| {
            let of_kind = |kind| account.asset.sensors.iter().any(|sensor| LookKind::of(sensor) == kind);
            nations.contains(&account.asset.nation) && kind.is_none_or(of_kind)
        };
        accounts.iter().filter(carries).count()
    };
    let lines = |kind: Option<LookKind>, views: &[AssetView]| -> Vec<CoalitionLine> {
        let line = |nations: Vec<Nation>| CoalitionLine {
            kind,
            listed: listed(&nations, kind),
            coverage: coverage(&nations, &request.nations, views, areas, yardstick),
        };
        coalitions(&request.nations).into_iter().map(line).collect()
    };
    let mut coalitions = lines(None, &by_asset(views));
    for kind in LookKind::ALL.into_iter().filter(|_| request.by_kind) {
        let of_kind: Vec<AssetView> = views.iter().filter(|view| view.kind == kind).cloned().collect();
        if !of_kind.is_empty() && of_kind.len() < views.len() {
            // A coalition none of whose assets carries such a sensor has nothing to say of it.
            coalitions.extend(lines(Some(kind), &of_kind).into_iter().filter(|line| line.listed > 0));
        }
    }
    let bounds = Span::new(-scene.lead_s, yardstick.window_s);
    let shorter = shrunk(views, bounds, |account, time_s| {
        accounts[account].elements.map_or(0.0, |elements| timing_error_s(elements, request.window.at(time_s)))
    });
    PlaceCoverage {
        place: place.name().to_owned(),
        window: request.window,
        yardstick,
        nations: request.nations.clone(),
        coalitions,
        sharing: sharing(views, areas, request, yardstick),
        shorter: sharing(&shorter, areas, request, yardstick).0,
        in_view: sharing(views, areas, request, Yardstick { horizon_s: 0.0, ..yardstick }).0,
        together: together(views, &request.nations, areas.len(), yardstick.window_s),
    }
}

/// What nations and assets bring to the fresh time of all by a yardstick, and which assets these are.
fn sharing(
    views: &[AssetView],
    areas: &[f64],
    request: &CoverageRequest,
    yardstick: Yardstick,
) -> (Sharing, Vec<usize>) {
    let seen = fresh(views, &request.nations, yardstick);
    let members: Vec<_> = seen.iter().map(|seen| seen.member()).collect();
    let window = Span::new(0.0, yardstick.window_s);
    let sharing = Sharing::new(&members, request.nations.len(), areas, window);
    (sharing, seen.iter().map(|seen| seen.asset).collect())
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
