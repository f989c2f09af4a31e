//! Radars, telescopes and fences that watch objects in space, and when they can observe one.

mod limit;
mod read;
mod search;
mod write;

use serde::{Deserialize, Serialize};

use crate::astro::geodesy::Geodetic;
use crate::astro::look::Station;
use crate::ssa::entry::EntryError;
use crate::ssa::nation::Nation;
use crate::ssa::release::Release;
use crate::ssa::suggest;
pub use search::Observer;

/// How a sensor observes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GroundSensorKind {
    /// A radar that is steered, by motors or by phase.
    Radar,
    /// A telescope.
    Telescope,
    /// A radar whose beam is a fixed fan that objects fly through.
    Fence,
}

impl GroundSensorKind {
    /// The word that files use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Radar => "radar",
            Self::Telescope => "telescope",
            Self::Fence => "fence",
        }
    }
}

/// A range of azimuths, clockwise from one to the other, through north where the first is the greater.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sector {
    /// Where it begins, degrees from north through east, 0 to 360.
    pub from_deg: f64,
    /// Where it ends, 0 to 360.
    pub to_deg: f64,
}

impl Sector {
    /// Its width in degrees, above 0; a whole circle where it begins and ends at the same azimuth.
    #[must_use]
    pub fn width_deg(&self) -> f64 {
        let width_deg = (self.to_deg - self.from_deg).rem_euclid(360.0);
        if width_deg == 0.0 { 360.0 } else { width_deg }
    }

    /// Whether an azimuth in degrees lies in it, both ends included.
    #[must_use]
    pub fn contains(&self, azimuth_deg: f64) -> bool {
        (azimuth_deg - self.from_deg).rem_euclid(360.0) <= self.width_deg()
    }
}

/// A part of the sky that a sensor can look at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Field {
    /// Azimuths; `None` is all round.
    pub azimuth: Option<Sector>,
    /// Least elevation, degrees.
    pub min_elevation_deg: f64,
    /// Greatest elevation, degrees; 90 is the zenith.
    pub max_elevation_deg: f64,
}

/// A least and a greatest length, km.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// Least.
    pub min_km: f64,
    /// Greatest.
    pub max_km: f64,
}

/// Where a sensor's figures come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Figures {
    /// Its owner, or a paper or a press report about it, states them.
    Published,
    /// A public model of the sensor has them, which its owner never confirmed.
    Modelled,
    /// Nobody published them.
    Assumed,
}

impl Figures {
    /// The word that files use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Modelled => "modelled",
            Self::Assumed => "assumed",
        }
    }
}

/// A sensor on the ground.
#[derive(Clone, Debug, PartialEq)]
pub struct GroundSensor {
    /// Name.
    pub name: String,
    /// Who operates it.
    pub nation: Nation,
    /// How it observes.
    pub kind: GroundSensorKind,
    /// Geodetic latitude on WGS-84, degrees, north positive.
    pub latitude_deg: f64,
    /// Longitude, degrees, east positive, -180 to 180.
    pub longitude_deg: f64,
    /// Height above the ellipsoid, metres.
    pub altitude_m: f64,
    /// The parts of the sky it can look at, at least one.
    pub fields: Vec<Field>,
    /// Half the thickness of a fence's fan, degrees on either side of the plane through the zenith, east and west; `None`
    /// where nothing limits the sensor to a plane.
    pub fan_half_width_deg: Option<f64>,
    /// Distances it reaches.
    pub range: Band,
    /// Heights of objects above the ellipsoid that it observes, where limited.
    pub altitude: Option<Band>,
    /// The Sun must stand at or below this elevation at the site, degrees; `None` where it works by day.
    pub max_sun_elevation_deg: Option<f64>,
    /// Whether the object must be in sunlight: at least half of the Sun's disc.
    pub needs_sunlit_target: bool,
    /// Where the position and the figures stand.
    pub source: String,
    /// How far the figures can be trusted.
    pub figures: Figures,
    /// What else a reader should know.
    pub note: Option<String>,
    /// To whom this entry may be passed on.
    pub release: Release,
}

impl GroundSensor {
    /// Whether an overlay's sensor means this one.
    fn is_same(&self, other: &Self) -> bool {
        suggest::folded(&self.name) == suggest::folded(&other.name)
    }

    /// Where it stands.
    #[must_use]
    pub fn station(&self) -> Station {
        Station::new(Geodetic::new(self.latitude_deg, self.longitude_deg, self.altitude_m / 1000.0))
    }
}

/// A sensor that is not known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown sensor \"{name}\"{hint}")]
pub struct UnknownSensor {
    /// What was asked for.
    pub name: String,
    /// What may have been meant, as the tail of a sentence.
    pub hint: String,
}

/// The ground sensors known by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GroundSensors {
    all: Vec<GroundSensor>,
    /// What each file brought, the first one first.
    layers: Vec<Vec<GroundSensor>>,
}

impl GroundSensors {
    /// Reads a file of sensors, TOML; `file` is what errors call it.
    ///
    /// # Errors
    /// No TOML, an unknown key, a value out of range, a figure without source that is not marked as assumed, or a name
    /// that stands twice.
    pub fn parse(file: &str, text: &str) -> Result<Self, EntryError> {
        Ok(Self::of(vec![read::file(file, text)?]))
    }

    /// These sensors with another file laid over them: a sensor whose name is known replaces, the others are added.
    ///
    /// # Errors
    /// As [`GroundSensors::parse`].
    pub fn overlay(&self, file: &str, text: &str) -> Result<Self, EntryError> {
        let over = read::file(file, text)?;
        let layer: Vec<GroundSensor> = over.into_iter().filter(|sensor| !self.all.contains(sensor)).collect();
        Ok(Self::of(self.layers.iter().cloned().chain((!layer.is_empty()).then_some(layer)).collect()))
    }

    fn of(layers: Vec<Vec<GroundSensor>>) -> Self {
        let mut all: Vec<GroundSensor> = Vec::new();
        for sensor in layers.iter().flatten() {
            match all.iter_mut().find(|present| present.is_same(sensor)) {
                Some(present) => *present = sensor.clone(),
                None => all.push(sensor.clone()),
            }
        }
        Self { all, layers }
    }

    /// What of these sensors may go to a nation, and how many entries are withheld.
    ///
    /// It is as if the withheld entries had never been written: one that they replaced stands again, if it may go there, so
    /// that its absence tells nothing.
    #[must_use]
    pub fn for_recipient(&self, nation: Nation) -> (Self, usize) {
        let allowed = |sensor: &&GroundSensor| sensor.release.allows(nation);
        let layers = self.layers.iter().map(|layer| layer.iter().filter(allowed).cloned().collect()).collect();
        (Self::of(layers), self.all.iter().filter(|sensor| !allowed(sensor)).count())
    }

    /// All sensors in the order of the file, an overlay's additions last.
    #[must_use]
    pub fn all(&self) -> &[GroundSensor] {
        &self.all
    }

    /// The sensors of some nations.
    #[must_use]
    pub fn of_nations(&self, nations: &[Nation]) -> Vec<GroundSensor> {
        self.all.iter().filter(|sensor| nations.contains(&sensor.nation)).cloned().collect()
    }

    /// The sensor with a name; case, blanks and hyphens do not matter.
    ///
    /// # Errors
    /// There is none; the message suggests what is alike.
    pub fn find(&self, name: &str) -> Result<&GroundSensor, UnknownSensor> {
        let folded = suggest::folded(name);
        self.all.iter().find(|sensor| suggest::folded(&sensor.name) == folded).ok_or_else(|| {
            let names = suggest::nearest(name, self.all.iter().map(|sensor| sensor.name.as_str()));
            UnknownSensor { name: name.to_owned(), hint: suggest::did_you_mean(&names) }
        })
    }
}
