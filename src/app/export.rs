//! Paths in space and on the ground for other programs: ground tracks, footprints, scenes.

use chrono::{DateTime, Utc};
use geo::CoordsIter;

use super::World;
use super::catalogue::Catalogue;
use crate::astro::crossing::Track;
use crate::astro::elements::Elements;
use crate::astro::geodesy::Geodetic;
use crate::astro::propagator::{PropagationError, Propagator};
use crate::astro::time::Window;
use crate::format::czml::{Area, Mover, Point, document};
use crate::ssa::nation::Nation;
use crate::ssa::place::Region;
use crate::store::catalogue::CatalogueEntry;

impl World {
    /// The points beneath an object every `step_s` from the window's start, and at its end, until its orbit ends.
    ///
    /// # Errors
    /// The object has no state at the window's start.
    pub fn ground_track(
        &self,
        elements: &Elements,
        window: Window,
        step_s: f64,
    ) -> Result<Vec<(DateTime<Utc>, Geodetic)>, PropagationError> {
        let samples = self.path_km(elements, window, step_s)?;
        let place = |(time_s, [x, y, z]): (f64, [f64; 3])| {
            (window.at(time_s), Geodetic::from_ecef_km(&nalgebra::Vector3::new(x, y, z)))
        };
        Ok(samples.into_iter().map(place).collect())
    }

    /// Earth-fixed positions in km every `step_s` from the window's start, and at its end, until the orbit ends.
    fn path_km(
        &self,
        elements: &Elements,
        window: Window,
        step_s: f64,
    ) -> Result<Vec<(f64, [f64; 3])>, PropagationError> {
        let propagator = Propagator::new(elements)?;
        let earth = self.earth();
        let track = Track::new(&propagator, window, &earth);
        let steps = (window.seconds() / step_s).ceil() as usize;
        let mut samples = Vec::with_capacity(steps + 1);
        for step in 0..=steps {
            let time_s = (step as f64 * step_s).min(window.seconds());
            match track.position_km(time_s) {
                Ok(position) => samples.push((time_s, [position.x, position.y, position.z])),
                Err(error) if samples.is_empty() => return Err(error),
                Err(_) => break,
            }
        }
        Ok(samples)
    }

    /// A scene of some objects as CZML, with regions and all sites, and the objects that have no orbit at the window's
    /// start.
    #[must_use]
    pub fn scene<'a>(
        &self,
        catalogue: &'a Catalogue,
        objects: &[Elements],
        regions: &[Region],
        window: Window,
        step_s: f64,
    ) -> (String, Vec<(&'a CatalogueEntry, PropagationError)>) {
        let entries = catalogue.by_id();
        let (mut movers, mut failed) = (Vec::new(), Vec::new());
        for elements in objects {
            let Some(&entry) = entries.get(&elements.norad_id) else { continue };
            match self.path_km(elements, window, step_s) {
                Ok(samples) => movers.push(self.mover(entry, samples, window)),
                Err(error) => failed.push((entry, error)),
            }
        }
        let areas: Vec<Area> = regions.iter().flat_map(outlines).collect();
        let points: Vec<Point> = self
            .sites
            .all()
            .iter()
            .map(|site| Point {
                id: format!("site/{}", site.name),
                name: site.name.clone(),
                place: [site.longitude_deg, site.latitude_deg, site.altitude_m],
            })
            .collect();
        (document("alliedsky", (window.start, window.end), &movers, &areas, &points), failed)
    }

    fn mover(&self, entry: &CatalogueEntry, samples: Vec<(f64, [f64; 3])>, window: Window) -> Mover {
        let elements = &entry.elements;
        let nation = self.nation_of(entry);
        let mission = self.mission_of(elements.norad_id).map_or("", |mission| mission.as_str());
        Mover {
            id: format!("satellite/{}", elements.norad_id),
            name: elements.name.clone(),
            description: format!(
                "NORAD {}, {} {mission}, element set {:.1} days old at the start",
                elements.norad_id,
                nation.map_or("nation not known", Nation::name),
                elements.age_days(window.start)
            ),
            rgba: colour(nation),
            samples,
        }
    }
}

/// The outer edges of a region's polygons.
fn outlines(region: &Region) -> Vec<Area> {
    region
        .polygons()
        .iter()
        .enumerate()
        .map(|(index, polygon)| Area {
            id: format!("region/{}/{}", region.name(), index + 1),
            name: region.title().to_owned(),
            outline_deg: polygon.exterior().coords_iter().map(|corner| [corner.x, corner.y]).collect(),
        })
        .collect()
}

/// The colour of a nation, apart for people who confuse red and green too; foreign owners are grey.
const fn colour(nation: Option<Nation>) -> [u8; 4] {
    match nation {
        Some(Nation::Us) => [0, 79, 143, 255],
        Some(Nation::Jp) => [194, 74, 0, 255],
        Some(Nation::Kr) => [31, 158, 120, 255],
        _ => [90, 95, 102, 255],
    }
}
