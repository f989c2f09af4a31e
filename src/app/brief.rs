//! The briefing behind a report: a pure function of a catalogue, the roster, the places and a few parameters.

mod custody;
mod parts;
mod sky;

use std::collections::{HashMap, HashSet};

use anyhow::bail;
use chrono::{DateTime, TimeDelta, Utc};

use super::World;
use super::assess::Assessor;
use super::catalogue::Catalogue;
use super::cover::answer::{PlaceViews, place_coverage};
use super::cover::assets::{AssetAccount, rests_on};
use super::cover::request::{CoverageRequest, HORIZON};
use super::ephemerides::Orbits;
use super::evidence::{Evidence, EvidenceOf};
use super::geo::{GeoRequest, USUAL_REACH_DEG, followed, put_slots};
use super::overfly::{Place, shaped_cells};
use crate::astro::elements::{Elements, NoradId};
use crate::astro::look::Station;
use crate::astro::span::Span;
use crate::astro::time::Window;
use crate::feed::bundled::{OUTLINE_NOTICE, land};
use crate::report::briefing::region::Landmark;
use crate::report::briefing::{Briefing, Marking, Night, SitePart};
use crate::report::cells::Shape;
use crate::report::coverage::PlaceCoverage;
use crate::report::exposure::RestsOn;
use crate::ssa::conjunction::Conjunction;
use crate::ssa::conjunction::completeness::Completeness;
use crate::ssa::conjunction::scope::{Dropped, Objects, Reason, Rules};
use crate::ssa::conjunction::screen::{ScreenRequest, screen};
use crate::ssa::coverage::exposure::{Exposure, Lane, exposure};
use crate::ssa::coverage::view::sun_above;
use crate::ssa::nation::Nation;
use crate::ssa::place::{Region, Site};
use crate::ssa::probability::Thresholds;
use crate::ssa::progress::Progress;

/// What a report is about.
#[derive(Clone, Debug)]
pub struct BriefRequest {
    /// The stretch that the figures are of; timelines show its first day.
    pub window: Window,
    /// When it was made, for its pages.
    pub made_at: DateTime<Utc>,
    /// The nations whose sharing is weighed.
    pub nations: Vec<Nation>,
    /// Whose satellites are watched for.
    pub watched: Vec<Nation>,
    /// Names of the regions weighed; the first is the one that the headline speaks of.
    pub regions: Vec<String>,
    /// Names of the sites whose quiet windows are told.
    pub sites: Vec<String>,
    /// How long a look counts as fresh.
    pub horizon: TimeDelta,
    /// Gaps of at least this length are named.
    pub least_gap: TimeDelta,
    /// Share of a region that a look must reach to end a gap, 0 to 1.
    pub least_share: f64,
    /// Threshold of the conjunctions, km.
    pub threshold_km: f64,
    /// Where probabilities of collision begin to matter.
    pub thresholds: Thresholds,
    /// Which pairs are left out of the conjunctions.
    pub drop: Vec<Reason>,
    /// Who may read it.
    pub marking: Marking,
}

impl BriefRequest {
    /// The usual report over a window.
    #[must_use]
    pub fn new(window: Window, made_at: DateTime<Utc>) -> Self {
        let names = |list: &[&str]| list.iter().map(|&name| name.to_owned()).collect();
        Self {
            window,
            made_at,
            nations: Nation::ALLIED.to_vec(),
            watched: Nation::WATCHED.to_vec(),
            regions: names(&["korea", "japan"]),
            sites: names(&["Osan AB", "Kunsan AB", "Sasebo", "Yokosuka", "Misawa AB", "Kadena AB"]),
            horizon: HORIZON,
            least_gap: TimeDelta::hours(2),
            least_share: 0.5,
            threshold_km: 20.0,
            thresholds: Thresholds::default(),
            drop: Vec::new(),
            marking: Marking { text: "PUBLIC".to_owned(), recipient: None, withheld: 0 },
        }
    }

    fn coverage(&self) -> CoverageRequest {
        CoverageRequest {
            nations: self.nations.clone(),
            horizon: self.horizon,
            least_share: self.least_share,
            by_kind: true,
            ..CoverageRequest::new(self.window)
        }
    }

    /// The stretch that the timelines show.
    fn day_s(&self) -> f64 {
        self.window.seconds().min(86_400.0)
    }
}

/// The place whose night shades the timelines, and the towns that the maps name.
const NIGHT_PLACE: &str = "Seoul";
const LANDMARKS: [&str; 6] = ["Seoul", "Pyongyang", "Busan", "Tokyo", "Sapporo", "Naha"];

/// Below this elevation of the Sun it is night on the timelines, degrees: the end of civil twilight.
const NIGHT_DEG: f64 = -6.0;

/// A briefing and the figures that it was made of.
#[derive(Clone, Debug)]
pub struct Brief {
    /// What the report says.
    pub briefing: Briefing,
    /// The figures of the regions.
    pub coverage: Vec<PlaceCoverage>,
    /// The cells of each region.
    pub shapes: Vec<Vec<Shape>>,
    /// The sites with their watch windows, for the timelines' stretch.
    pub exposures: Vec<(String, Exposure)>,
    /// On how many satellites those rest.
    pub watchers: RestsOn,
    /// What the risks of the conjunctions rest on.
    pub evidence: Evidence,
}

/// What comes close to whom.
struct Screened {
    conjunctions: Vec<Conjunction>,
    /// What was left out.
    dropped: Dropped,
    /// The objects that were looked at.
    screened: HashSet<NoradId>,
}

/// Who can look at what.
struct Looks<'a> {
    accounts: Vec<AssetAccount<'a>>,
    views: Vec<PlaceViews>,
    exposures: Vec<(String, Exposure)>,
}

impl World {
    /// Makes a briefing; `evidence` tells what the risks of the conjunctions found rest on, and what is known of the
    /// slots of objects in the belt.
    ///
    /// # Errors
    /// A region or site of no such name, no region or nation at all, no evidence, or cancelled by `progress`.
    pub fn brief(
        &self,
        catalogue: &Catalogue,
        request: &BriefRequest,
        evidence: &EvidenceOf<'_>,
        progress: Progress<'_>,
    ) -> anyhow::Result<Brief> {
        let (regions, sites) = (self.regions_named(&request.regions)?, self.sites_named(&request.sites)?);
        if request.nations.is_empty() {
            bail!("a report needs a nation whose coverage it weighs");
        }
        let elements = catalogue.elements();
        let orbits = self.configured_orbits(&elements);
        let Screened { conjunctions, dropped, screened } =
            self.allied_conjunctions(catalogue, &elements, &orbits, request, &|share| progress(0.4 * share))?;
        let geo = GeoRequest {
            window: request.window,
            reach_deg: USUAL_REACH_DEG,
            assets: self.geostationary(catalogue, &request.nations),
        };
        let mut geo = self.geo(catalogue, &geo, &|_| progress(0.4))?;
        let evidence = evidence(&conjunctions, &followed(&geo))?;
        put_slots(&mut geo, &evidence.slots);
        let on_ephemerides = orbits.lines(request.window);
        let conjunctions = assessed(catalogue, &evidence, conjunctions, orbits, request);
        let Looks { accounts, views, exposures } =
            self.look(catalogue, request, &regions, &sites, &|share| progress(0.4 + 0.4 * share))?;
        let custody =
            self.custody_part(catalogue, request, &regions, &conjunctions, &|share| progress(0.8 + 0.2 * share))?;
        let places: Vec<Place> = regions.iter().cloned().map(Place::Region).collect();
        let coverage: Vec<PlaceCoverage> = places
            .iter()
            .zip(&views)
            .map(|(place, views)| place_coverage(place, &views.scene, &views.seen, &accounts, &request.coverage()))
            .collect();
        let shapes: Vec<Vec<Shape>> = places.iter().map(shaped_cells).collect();
        let region_parts = regions.iter().zip(&coverage).zip(&shapes);
        let briefing = Briefing {
            marking: request.marking.clone(),
            made_at: request.made_at,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            window: request.window,
            day_s: request.day_s(),
            horizon_s: request.horizon.as_seconds_f64(),
            least_gap_s: request.least_gap.as_seconds_f64(),
            least_share: request.least_share,
            nations: request.nations.clone(),
            regions: region_parts
                .map(|((region, covered), cells)| parts::region(region, covered, cells, request))
                .collect(),
            coast: coast()?,
            landmarks: self.landmarks(),
            outline_note: OUTLINE_NOTICE.to_owned(),
            night: self.night(request),
            looks: sky::looks(&views, &accounts, request),
            sites: sites.iter().zip(&exposures).map(|(site, (_, seen))| self.site_part(site, seen, request)).collect(),
            watchers: request.watched.iter().map(|nation| nation.name()).collect::<Vec<_>>().join(", "),
            screened: parts::screened(catalogue, request, &dropped),
            completeness: Completeness::against(&screened, evidence.on_orbit.as_ref()).line(),
            owners: self.owners(catalogue, &conjunctions),
            conjunctions,
            custody,
            geo,
            histories: evidence.histories.clone(),
            thresholds: request.thresholds,
            threshold_km: request.threshold_km,
            assets: accounts.iter().map(|account| parts::asset(account, request)).collect(),
            sources: catalogue.notes.iter().cloned().chain(on_ephemerides).collect(),
            limits: parts::limits(),
        };
        let watchers = rests_on(accounts.iter().filter(|account| !request.nations.contains(&account.asset.nation)));
        Ok(Brief { briefing, coverage, shapes, exposures, watchers, evidence })
    }

    /// Who can look at the regions, and which of the watched at the sites.
    fn look<'a>(
        &'a self,
        catalogue: &'a Catalogue,
        request: &BriefRequest,
        regions: &[Region],
        sites: &[Site],
        progress: Progress<'_>,
    ) -> anyhow::Result<Looks<'a>> {
        let everyone = CoverageRequest {
            nations: request.nations.iter().chain(&request.watched).copied().collect(),
            ..request.coverage()
        };
        let steps = (regions.len() + sites.len()) as f64;
        let part = |step: usize| move |share: f64| progress((step as f64 + share) / steps);
        let mut accounts = self.accounts(catalogue, &everyone);
        let mut views = Vec::new();
        for (step, region) in regions.iter().enumerate() {
            let place = Place::Region(region.clone());
            views.push(self.views_of(&place, &mut accounts, &everyone, &|_| true, &part(step))?);
        }
        let mut exposures = Vec::new();
        for (step, site) in sites.iter().enumerate() {
            let is_watched = |account: &AssetAccount<'_>| !request.nations.contains(&account.asset.nation);
            let place = Place::Site(site.clone());
            let seen = self.views_of(&place, &mut accounts, &everyone, &is_watched, &part(regions.len() + step))?;
            let stands_still = |asset: usize| accounts[asset].elements.is_some_and(Elements::is_geostationary);
            exposures.push((site.name.clone(), exposure(&seen.seen, request.day_s(), stands_still)));
        }
        Ok(Looks { accounts, views, exposures })
    }

    fn regions_named(&self, names: &[String]) -> anyhow::Result<Vec<Region>> {
        let mut regions = Vec::new();
        for name in names {
            regions.extend(self.find_regions(name)?);
        }
        if regions.is_empty() {
            bail!("a report needs a region: name one with --region");
        }
        Ok(regions)
    }

    fn sites_named(&self, names: &[String]) -> anyhow::Result<Vec<Site>> {
        names.iter().map(|name| Ok(self.sites.resolve(name)?)).collect()
    }

    fn landmarks(&self) -> Vec<Landmark> {
        let site = |name: &&str| self.sites.resolve(name).ok();
        let landmark = |site: Site| Landmark { position: [site.longitude_deg, site.latitude_deg], name: site.name };
        LANDMARKS.iter().filter_map(site).map(landmark).collect()
    }

    fn dark(&self, station: &Station, request: &BriefRequest, below_deg: f64) -> Vec<Span> {
        let day = Span::new(0.0, request.day_s());
        let up = sun_above(station, request.window, day, below_deg, &self.earth());
        up.gaps(request.day_s()).as_slice().to_vec()
    }

    fn night(&self, request: &BriefRequest) -> Night {
        let Ok(site) = self.sites.resolve(NIGHT_PLACE) else {
            return Night { place: String::new(), twilight: Vec::new(), night: Vec::new() };
        };
        let station = Station::new(site.geodetic());
        Night {
            place: site.name,
            twilight: self.dark(&station, request, 0.0),
            night: self.dark(&station, request, NIGHT_DEG),
        }
    }

    fn site_part(&self, site: &Site, exposure: &Exposure, request: &BriefRequest) -> SitePart {
        let of_lane = |lane: Lane| -> Vec<(Span, usize)> {
            let windows = exposure.windows.iter().filter(|watch| watch.lane == lane);
            windows.filter_map(|watch| Some((watch.span, *watch.assets.first()?))).collect()
        };
        SitePart {
            name: site.name.clone(),
            nation: site.nation,
            radar: of_lane(Lane::Radar),
            other: of_lane(Lane::Other),
            optical: of_lane(Lane::Optical),
            geostationary: of_lane(Lane::Geostationary),
            quiet: exposure.quiet.as_slice().to_vec(),
            dark: self.dark(&Station::new(site.geodetic()), request, 0.0),
        }
    }

    /// The approaches of the nations' satellites to anything in the catalogue, by time.
    fn allied_conjunctions(
        &self,
        catalogue: &Catalogue,
        elements: &[Elements],
        orbits: &Orbits,
        request: &BriefRequest,
        progress: Progress<'_>,
    ) -> anyhow::Result<Screened> {
        let own = self.roster.assets().iter().filter(|asset| request.nations.contains(&asset.nation));
        let screening = ScreenRequest {
            primaries: Some(own.filter_map(|asset| asset.norad_id).collect()),
            trajectories: orbits.trajectories(),
            ..ScreenRequest::new(request.window, request.threshold_km)
        };
        let found = screen(elements, &screening, progress)?;
        let ops_status =
            catalogue.entries.iter().filter_map(|entry| Some((entry.facts.norad_id, entry.facts.ops_status?)));
        let objects = Objects {
            elements: elements.iter().map(|elements| (elements.norad_id, elements)).collect(),
            ops_status: ops_status.collect(),
        };
        let rules = Rules { reasons: request.drop.clone(), window: request.window, objects };
        let (conjunctions, dropped, _) = rules.left_in(found.conjunctions);
        let screened = elements.iter().map(|elements| elements.norad_id);
        let screened = screened.filter(|id| !found.tally.unusable.contains_key(id)).collect();
        Ok(Screened { conjunctions, dropped, screened })
    }

    fn owners(&self, catalogue: &Catalogue, conjunctions: &[Conjunction]) -> Vec<(NoradId, Nation)> {
        let mut ids: Vec<_> = conjunctions.iter().flat_map(|found| [found.primary_id, found.secondary_id]).collect();
        ids.sort_unstable();
        ids.dedup();
        let entries = catalogue.by_id();
        ids.into_iter().filter_map(|id| Some((id, self.nation_of(entries.get(&id)?)?))).collect()
    }
}

/// Approaches with what they may come to.
fn assessed(
    catalogue: &Catalogue,
    evidence: &Evidence,
    conjunctions: Vec<Conjunction>,
    orbits: Orbits,
    request: &BriefRequest,
) -> Vec<Conjunction> {
    let entries = catalogue.by_id();
    let ids = evidence.grounds.iter().map(|ground| ground.norad_id);
    let elements: Vec<Elements> = ids.filter_map(|id| Some(entries.get(&id)?.elements.clone())).collect();
    let assessor = Assessor::new(&elements, &evidence.grounds, HashMap::new(), request.thresholds);
    assessor.on_orbits(orbits).all(conjunctions)
}

/// The coastlines for the maps: rings of longitude and latitude, degrees.
fn coast() -> anyhow::Result<Vec<Vec<[f64; 2]>>> {
    let regions = Region::from_geojson(land().file, land().text.as_bytes())?;
    let rings = regions.iter().flat_map(|region| region.polygons()).flat_map(|polygon| {
        std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(|ring| ring.0.iter().map(|at| [at.x, at.y]))
    });
    Ok(rings.map(Iterator::collect).collect())
}
