//! Whose satellites, for what, and how far each can look.

mod reach;
mod read;
mod write;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::astro::elements::NoradId;
pub use crate::ssa::entry::EntryError;
use crate::ssa::nation::Nation;
use crate::ssa::release::Release;
use crate::ssa::suggest;
pub use reach::{LookSide, Reach};

/// What a satellite is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mission {
    /// Optical or infrared pictures of the ground.
    Eo,
    /// Synthetic-aperture radar pictures of the ground.
    Sar,
    /// Reconnaissance by a sensor that is not disclosed.
    Recon,
    /// Listening to radio and radar emitters.
    Rf,
    /// Weather, and the ocean from geostationary orbit.
    Weather,
    /// Science and mapping of the environment, coarser than pictures.
    Science,
    /// Watching other objects in space.
    Ssa,
    /// Positioning and timing.
    Navigation,
    /// Communication and data relay.
    Comms,
    /// Demonstration of technology.
    Technology,
    /// A crewed station or ship.
    Crewed,
}

impl Mission {
    /// All missions.
    pub const ALL: [Self; 11] = [
        Self::Eo,
        Self::Sar,
        Self::Recon,
        Self::Rf,
        Self::Weather,
        Self::Science,
        Self::Ssa,
        Self::Navigation,
        Self::Comms,
        Self::Technology,
        Self::Crewed,
    ];

    /// The word that files and the command line use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Eo => "eo",
            Self::Sar => "sar",
            Self::Recon => "recon",
            Self::Rf => "rf",
            Self::Weather => "weather",
            Self::Science => "science",
            Self::Ssa => "ssa",
            Self::Navigation => "navigation",
            Self::Comms => "comms",
            Self::Technology => "technology",
            Self::Crewed => "crewed",
        }
    }

    /// Whether its pictures show single objects on the ground: the missions that coverage and quiet windows are about.
    #[must_use]
    pub const fn is_imaging(self) -> bool {
        matches!(self, Self::Eo | Self::Sar | Self::Recon)
    }
}

/// A word that names no mission.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is no mission: expected eo, sar, recon, rf, weather, science, ssa, navigation, comms, technology or crewed"
)]
pub struct MissionError(pub String);

impl std::str::FromStr for Mission {
    type Err = MissionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let word = text.trim();
        Self::ALL
            .into_iter()
            .find(|mission| word.eq_ignore_ascii_case(mission.as_str()))
            .ok_or_else(|| MissionError(text.to_owned()))
    }
}

impl std::fmt::Display for Mission {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// What a sensor receives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SensorKind {
    /// Visible light.
    Eo,
    /// Infrared, by day and night.
    Ir,
    /// Synthetic-aperture radar.
    Sar,
    /// Radio and radar emitters.
    Rf,
    /// Microwave radiometer or rain radar.
    Microwave,
    /// Not disclosed.
    Undisclosed,
}

impl SensorKind {
    /// The word that files use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Eo => "eo",
            Self::Ir => "ir",
            Self::Sar => "sar",
            Self::Rf => "rf",
            Self::Microwave => "microwave",
            Self::Undisclosed => "undisclosed",
        }
    }
}

/// One sensor and where its figures come from.
#[derive(Clone, Debug, PartialEq)]
pub struct Sensor {
    /// The roster's name for it, shared by all satellites that carry the same.
    pub model: String,
    /// What it receives.
    pub kind: SensorKind,
    /// How far to the side it can look.
    pub reach: Reach,
    /// A least elevation at the target beside an off-nadir reach, degrees; `None` where only the horizon limits.
    pub min_elevation_deg: Option<f64>,
    /// Whether the target must be in daylight.
    pub needs_daylight: bool,
    /// Whether it takes light-sensitive pictures but is told to count by night too, as for city lights or flares.
    pub ignores_night: bool,
    /// Whether it looks square to the track only, as radars do, and not fore and aft.
    pub side_looking: bool,
    /// On which side of the track it looks.
    pub look: LookSide,
    /// Where the figures stand.
    pub source: String,
    /// Whether nobody published them.
    pub assumed: bool,
}

/// Whether the public catalogue carries a satellite's elements.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ElementsPolicy {
    /// It does, though a given database may lack them.
    #[default]
    Public,
    /// It does not: a figure of coverage leaves this satellite out unless its owner's elements are imported.
    NonePublished,
}

/// One satellite of the roster.
#[derive(Clone, Debug, PartialEq)]
pub struct Asset {
    /// Catalogue number; `None` only where no elements are published.
    pub norad_id: Option<NoradId>,
    /// Name.
    pub name: String,
    /// Whose it is.
    pub nation: Nation,
    /// What it is for.
    pub mission: Mission,
    /// Who operates it, where known.
    pub operator: Option<String>,
    /// What else a reader of a report should know.
    pub note: Option<String>,
    /// Whether its elements are public.
    pub elements: ElementsPolicy,
    /// Its sensors; empty where none looks at the Earth.
    pub sensors: Vec<Sensor>,
    /// Whether its identity or mission is inferred.
    pub assumed: bool,
    /// To whom this entry may be passed on.
    pub release: Release,
}

/// An asset that is not in the roster.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown satellite \"{name}\"{hint}")]
pub struct UnknownAsset {
    /// What was asked for.
    pub name: String,
    /// What may have been meant, as the tail of a sentence.
    pub hint: String,
}

/// The satellites known by nation and mission.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Roster {
    assets: Vec<Asset>,
    /// What each file brought, the first one first.
    layers: Vec<Vec<Asset>>,
    sensors: Vec<Sensor>,
    by_id: HashMap<NoradId, usize>,
}

impl Roster {
    /// Reads a roster; `file` is what errors call it.
    ///
    /// # Errors
    /// No TOML, an unknown key, a value out of range, a sensor nobody defines, a figure without source that is not
    /// marked as assumed, or an id or name that stands twice.
    pub fn parse(file: &str, text: &str) -> Result<Self, EntryError> {
        Self::default().overlay(file, text)
    }

    /// This roster with another file laid over it: an asset with the same catalogue number replaces, and so does one
    /// with the same name where either has no number; the others are added. The file may use this roster's sensors and
    /// redefine them; a redefined sensor changes only the assets of that file.
    ///
    /// # Errors
    /// As [`Roster::parse`].
    pub fn overlay(&self, file: &str, text: &str) -> Result<Self, EntryError> {
        let read::File { assets, sensors } = read::file(file, text, &self.sensors)?;
        let layer: Vec<Asset> = assets.into_iter().filter(|asset| !self.assets.contains(asset)).collect();
        let layers = self.layers.iter().cloned().chain((!layer.is_empty()).then_some(layer)).collect();
        Ok(Self::of(layers, sensors))
    }

    fn of(layers: Vec<Vec<Asset>>, sensors: Vec<Sensor>) -> Self {
        let mut assets: Vec<Asset> = Vec::new();
        for asset in layers.iter().flatten() {
            match assets.iter_mut().find(|present| present.is_same(asset)) {
                Some(present) => *present = asset.clone(),
                None => assets.push(asset.clone()),
            }
        }
        let by_id = assets.iter().enumerate().filter_map(|(index, asset)| Some((asset.norad_id?, index))).collect();
        Self { assets, layers, sensors, by_id }
    }

    /// What of this roster may go to a nation, and how many entries are withheld.
    ///
    /// It is as if the withheld entries had never been written: one that they replaced stands again, if it may go there, so
    /// that its absence tells nothing.
    #[must_use]
    pub fn for_recipient(&self, nation: Nation) -> (Self, usize) {
        let allowed = |asset: &&Asset| asset.release.allows(nation);
        let layers: Vec<Vec<Asset>> =
            self.layers.iter().map(|layer| layer.iter().filter(allowed).cloned().collect()).collect();
        let is_carried = |sensor: &&Sensor| layers.iter().flatten().any(|asset| asset.sensors.contains(sensor));
        let sensors = self.sensors.iter().filter(is_carried).cloned().collect();
        (Self::of(layers, sensors), self.assets.iter().filter(|asset| !allowed(asset)).count())
    }

    /// All assets in the order of the file, an overlay's additions last.
    #[must_use]
    pub fn assets(&self) -> &[Asset] {
        &self.assets
    }

    /// The asset with a catalogue number.
    #[must_use]
    pub fn by_id(&self, id: NoradId) -> Option<&Asset> {
        self.by_id.get(&id).and_then(|index| self.assets.get(*index))
    }

    /// The asset with a name, or with a catalogue number written as text; case, blanks and hyphens do not matter.
    ///
    /// # Errors
    /// Nothing of that name; the message suggests what is alike.
    pub fn find(&self, name: &str) -> Result<&Asset, UnknownAsset> {
        let folded = suggest::folded(name);
        let by_number = name.parse().ok().and_then(|id| self.by_id(id));
        by_number.or_else(|| self.assets.iter().find(|asset| suggest::folded(&asset.name) == folded)).ok_or_else(|| {
            let names = suggest::nearest(name, self.assets.iter().map(|asset| asset.name.as_str()));
            UnknownAsset { name: name.to_owned(), hint: suggest::did_you_mean(&names) }
        })
    }

    /// A nation's assets.
    pub fn of_nation(&self, nation: Nation) -> impl Iterator<Item = &Asset> {
        self.assets.iter().filter(move |asset| asset.nation == nation)
    }
}

impl Asset {
    /// Whether an overlay's asset means this one.
    fn is_same(&self, other: &Self) -> bool {
        match (self.norad_id, other.norad_id) {
            (Some(mine), Some(theirs)) => mine == theirs,
            _ => suggest::folded(&self.name) == suggest::folded(&other.name),
        }
    }
}
