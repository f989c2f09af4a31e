//! When the satellites of others can look at some places.

use super::assets::{AssetAccount, rests_on};
use super::request::CoverageRequest;
use crate::app::World;
use crate::app::catalogue::Catalogue;
use crate::app::overfly::Place;
use crate::astro::elements::Elements;
use crate::report::exposure::RestsOn;
use crate::ssa::coverage::exposure::{Exposure, exposure};
use crate::ssa::progress::{Cancelled, Progress};

/// The exposure of some places, and the account of the assets that look at them.
#[derive(Clone, Debug)]
pub struct ExposureAnswer<'a> {
    /// The places with their watch windows and quiet windows.
    pub places: Vec<(String, Exposure)>,
    /// Every asset of the nations and missions asked for.
    pub assets: Vec<AssetAccount<'a>>,
    /// On how many of them the answer rests.
    pub rests_on: RestsOn,
}

impl World {
    /// When the satellites asked for can look at some places.
    ///
    /// # Errors
    /// [`Cancelled`] when `progress` asks to stop.
    pub fn exposure<'a>(
        &'a self,
        catalogue: &'a Catalogue,
        places: &[Place],
        request: &CoverageRequest,
        progress: Progress<'_>,
    ) -> Result<ExposureAnswer<'a>, Cancelled> {
        let mut accounts = self.accounts(catalogue, request);
        let mut exposures = Vec::new();
        for (index, place) in places.iter().enumerate() {
            let part = |share: f64| progress((index as f64 + share) / places.len() as f64);
            let views = self.views_of(place, &mut accounts, request, &|_| true, &part)?;
            let stands_still = |asset: usize| accounts[asset].elements.is_some_and(Elements::is_geostationary);
            let found = exposure(&views.seen, request.window.seconds(), stands_still);
            exposures.push((place.name().to_owned(), found));
        }
        let rests_on = rests_on(accounts.iter());
        Ok(ExposureAnswer { places: exposures, assets: accounts, rests_on })
    }
}
