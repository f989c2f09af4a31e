//! Who can look at any of the regions, satellite by satellite: the marks of the timelines.

use super::BriefRequest;
use crate::app::cover::answer::PlaceViews;
use crate::app::cover::assets::AssetAccount;
use crate::astro::elements::Elements;
use crate::astro::span::{Span, SpanSet};
use crate::report::briefing::region::Look;
use crate::ssa::coverage::view::{AssetView, LookKind};
use crate::ssa::timing::timing_error_s;

/// Looks of one satellite at several regions that are closer than this belong to one pass, s.
const SAME_PASS_S: f64 = 600.0;

/// The looks of every satellite in the timelines' stretch, by start.
pub(super) fn looks(places: &[PlaceViews], accounts: &[AssetAccount<'_>], request: &BriefRequest) -> Vec<Look> {
    let mut keys: Vec<(usize, LookKind)> =
        places.iter().flat_map(|place| &place.reach).map(|view| (view.asset, view.kind)).collect();
    keys.sort_unstable();
    keys.dedup();
    let mut looks: Vec<Look> = keys.iter().flat_map(|&key| of_asset(key, places, accounts, request)).collect();
    looks.sort_by(|a, b| a.span.start_s.total_cmp(&b.span.start_s).then((a.asset, a.kind).cmp(&(b.asset, b.kind))));
    looks
}

fn of_asset(
    (asset, kind): (usize, LookKind),
    places: &[PlaceViews],
    accounts: &[AssetAccount<'_>],
    request: &BriefRequest,
) -> Vec<Look> {
    let Some(elements) = accounts[asset].elements else { return Vec::new() };
    let day = Span::new(0.0, request.day_s());
    let own = |views: &[AssetView]| -> Option<AssetView> {
        views.iter().find(|view| (view.asset, view.kind) == (asset, kind)).cloned()
    };
    let reach: Vec<Option<AssetView>> = places.iter().map(|place| own(&place.reach)).collect();
    let seen: Vec<Option<AssetView>> = places.iter().map(|place| own(&place.seen)).collect();
    let all = SpanSet::union_of(reach.iter().flatten().flat_map(|view| &view.cells));
    // Prolonged, so that what is close joins, and cut back.
    let passes = all.prolonged(SAME_PASS_S);
    let look = |pass: &Span| {
        let span = Span::new(pass.start_s.max(day.start_s), (pass.end_s - SAME_PASS_S).min(day.end_s));
        (span.start_s < span.end_s).then(|| {
            let middle = request.window.at(0.5 * (span.start_s + span.end_s));
            let shares = |views: &[Option<AssetView>]| -> Vec<f64> {
                let of = |(view, place): (&Option<AssetView>, &PlaceViews)| {
                    view.as_ref().map_or(0.0, |view| share(view, &place.scene.target.areas_km2, span))
                };
                views.iter().zip(places).map(of).collect()
            };
            Look {
                asset,
                kind,
                geostationary: elements.is_geostationary(),
                span,
                shares: shares(&reach),
                usable_shares: shares(&seen),
                age_days: Elements::age_days(elements, middle),
                timing_error_s: timing_error_s(elements, middle),
            }
        })
    };
    passes.as_slice().iter().filter_map(look).collect()
}

/// Share of a region's area that a view has within a stretch, 0 to 1.
fn share(view: &AssetView, areas_km2: &[f64], span: Span) -> f64 {
    let reached = view.cells.iter().zip(areas_km2).filter(|(cell, _)| !cell.within(span).is_empty());
    let reached_km2: f64 = reached.map(|(_, km2)| km2).sum();
    reached_km2 / areas_km2.iter().sum::<f64>()
}
