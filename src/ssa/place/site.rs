//! Points on the ground with a name.

use serde::{Deserialize, Serialize};

use crate::astro::geodesy::Geodetic;
use crate::ssa::entry::{self, EntryError, in_range};
use crate::ssa::nation::Nation;
use crate::ssa::release::Release;
use crate::ssa::suggest;

/// What stands at a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SiteKind {
    /// A city's centre.
    City,
    /// A military base or port.
    Base,
    /// A launch site.
    Launch,
    /// A nuclear site.
    Nuclear,
    /// A radar that watches space.
    Radar,
    /// A telescope that watches space.
    Telescope,
    /// A position given by its coordinates alone.
    Point,
}

impl SiteKind {
    /// The word that files use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::City => "city",
            Self::Base => "base",
            Self::Launch => "launch",
            Self::Nuclear => "nuclear",
            Self::Radar => "radar",
            Self::Telescope => "telescope",
            Self::Point => "point",
        }
    }
}

/// A point on the ground.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// Name.
    pub name: String,
    /// Other names it is found by.
    pub aliases: Vec<String>,
    /// Geodetic latitude on WGS-84, degrees, north positive.
    pub latitude_deg: f64,
    /// Longitude, degrees, east positive, -180 to 180.
    pub longitude_deg: f64,
    /// Height above the ellipsoid, metres.
    pub altitude_m: f64,
    /// The nation it belongs to, where told.
    pub nation: Option<Nation>,
    /// What stands there.
    pub kind: SiteKind,
    /// Where the position stands.
    pub source: String,
    /// Whether no published list was seen for it.
    pub assumed: bool,
    /// To whom this entry may be passed on.
    pub release: Release,
}

/// Why a text is no position.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{text}\" is no position: {problem}; expected LAT,LON[,ALT_M] in degrees north and east and metres")]
pub struct CoordinatesError {
    /// The text.
    pub text: String,
    /// What is wrong with it.
    pub problem: String,
}

/// Why no site was found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SiteError {
    /// No site has that name.
    #[error("unknown site \"{name}\"{hint}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// What may have been meant, as the tail of a sentence.
        hint: String,
    },
    /// The text has the form of a position but is none.
    #[error(transparent)]
    Coordinates(#[from] CoordinatesError),
}

impl Site {
    /// A site from `LAT,LON[,ALT_M]`: degrees north, degrees east (-180 to 360), metres above the ellipsoid.
    ///
    /// # Errors
    /// Not two or three numbers, or one out of range.
    pub fn from_coordinates(text: &str) -> Result<Self, CoordinatesError> {
        let refuse = |problem: String| CoordinatesError { text: text.to_owned(), problem };
        let numbers: Vec<f64> = text
            .split(',')
            .map(|part| {
                let part = part.trim();
                part.parse().map_err(|_| refuse(format!("{part:?} is no number")))
            })
            .collect::<Result<_, _>>()?;
        let (latitude, longitude, altitude) = match numbers[..] {
            [latitude, longitude] => (latitude, longitude, 0.0),
            [latitude, longitude, altitude] => (latitude, longitude, altitude),
            _ => return Err(refuse(format!("{} numbers", numbers.len()))),
        };
        let latitude_deg = in_range("latitude", latitude, -90.0, 90.0).map_err(refuse)?;
        let east_deg = in_range("longitude", longitude, -180.0, 360.0).map_err(refuse)?;
        let altitude_m = in_range("altitude", altitude, LOWEST_M, HIGHEST_M).map_err(refuse)?;
        Ok(Self {
            name: text.trim().to_owned(),
            aliases: Vec::new(),
            latitude_deg,
            longitude_deg: if east_deg > 180.0 { east_deg - 360.0 } else { east_deg },
            altitude_m,
            nation: None,
            kind: SiteKind::Point,
            source: "as given".to_owned(),
            assumed: false,
            release: Release::Public,
        })
    }

    /// The site's place on WGS-84.
    #[must_use]
    pub fn geodetic(&self) -> Geodetic {
        Geodetic::new(self.latitude_deg, self.longitude_deg, self.altitude_m / 1000.0)
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.name.as_str()).chain(self.aliases.iter().map(String::as_str))
    }

    fn has_name(&self, folded: &str) -> bool {
        self.names().any(|name| suggest::folded(name) == folded)
    }
}

/// The least height of a site, metres: below the shore of the Dead Sea.
const LOWEST_M: f64 = -1000.0;

/// The greatest height of a site, metres: an aircraft or a balloon.
const HIGHEST_M: f64 = 50_000.0;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SiteRow {
    name: String,
    #[serde(default)]
    aliases: Vec<String>,
    latitude_deg: f64,
    longitude_deg: f64,
    #[serde(default)]
    altitude_m: f64,
    nation: Option<Nation>,
    kind: SiteKind,
    #[serde(default)]
    source: String,
    #[serde(default)]
    assumed: bool,
    #[serde(default)]
    release: Release,
}

impl SiteRow {
    fn checked(self) -> Result<Site, String> {
        if self.name.trim().is_empty() {
            return Err("name is empty".to_owned());
        }
        in_range("latitude_deg", self.latitude_deg, -90.0, 90.0)?;
        in_range("longitude_deg", self.longitude_deg, -180.0, 180.0)?;
        in_range("altitude_m", self.altitude_m, LOWEST_M, HIGHEST_M)?;
        entry::sourced(&self.source, self.assumed)?;
        Ok(Site {
            name: self.name,
            aliases: self.aliases,
            latitude_deg: self.latitude_deg,
            longitude_deg: self.longitude_deg,
            altitude_m: self.altitude_m,
            nation: self.nation,
            kind: self.kind,
            source: self.source,
            assumed: self.assumed,
            release: self.release,
        })
    }
}

/// The sites known by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sites {
    all: Vec<Site>,
    /// What each file brought, the first one first.
    layers: Vec<Vec<Site>>,
}

impl Sites {
    /// Reads a file of sites, TOML; `file` is what errors call it.
    ///
    /// # Errors
    /// No TOML, an unknown key, a value out of range, a position without source that is not marked as assumed, or a
    /// name or alias that stands twice.
    pub fn parse(file: &str, text: &str) -> Result<Self, EntryError> {
        let mut table = entry::table(file, text, &["site"])?;
        let mut sites: Vec<Site> = Vec::new();
        for row in entry::list::<SiteRow>(file, "site", &mut table)? {
            let refuse = |problem: String| EntryError::new(file, &row.label, problem);
            let site = row.value.checked().map_err(refuse)?;
            for name in site.names() {
                let folded = suggest::folded(name);
                if sites.iter().any(|present| present.has_name(&folded)) {
                    return Err(refuse(format!("the name {name:?} stands twice")));
                }
            }
            sites.push(site);
        }
        Ok(Self::of(vec![sites]))
    }

    /// These sites with another file laid over them: a site whose name is known replaces, the others are added.
    ///
    /// # Errors
    /// As [`Sites::parse`].
    pub fn overlay(&self, file: &str, text: &str) -> Result<Self, EntryError> {
        let over = Self::parse(file, text)?;
        let layer: Vec<Site> = over.all.into_iter().filter(|site| !self.all.contains(site)).collect();
        Ok(Self::of(self.layers.iter().cloned().chain((!layer.is_empty()).then_some(layer)).collect()))
    }

    fn of(layers: Vec<Vec<Site>>) -> Self {
        let mut all: Vec<Site> = Vec::new();
        for layer in &layers {
            all.retain(|site| !layer.iter().any(|other| other.has_name(&suggest::folded(&site.name))));
            all.extend(layer.iter().cloned());
        }
        Self { all, layers }
    }

    /// What of these sites may go to a nation, and how many entries are withheld.
    ///
    /// It is as if the withheld entries had never been written: one that they replaced stands again, if it may go there, so
    /// that its absence tells nothing.
    #[must_use]
    pub fn for_recipient(&self, nation: Nation) -> (Self, usize) {
        let allowed = |site: &&Site| site.release.allows(nation);
        let layers = self.layers.iter().map(|layer| layer.iter().filter(allowed).cloned().collect()).collect();
        (Self::of(layers), self.all.iter().filter(|site| !allowed(site)).count())
    }

    /// All sites in the order of the file.
    #[must_use]
    pub fn all(&self) -> &[Site] {
        &self.all
    }

    /// The site with a name or alias; case, blanks, hyphens and underscores do not matter.
    ///
    /// # Errors
    /// There is none; the message suggests what is alike.
    pub fn find(&self, name: &str) -> Result<&Site, SiteError> {
        let folded = suggest::folded(name);
        self.all.iter().find(|site| site.has_name(&folded)).ok_or_else(|| {
            let names = suggest::nearest(name, self.all.iter().flat_map(Site::names));
            SiteError::Unknown { name: name.to_owned(), hint: suggest::did_you_mean(&names) }
        })
    }

    /// The site a person typed: a name, or a position as in [`Site::from_coordinates`].
    ///
    /// # Errors
    /// Neither.
    pub fn resolve(&self, text: &str) -> Result<Site, SiteError> {
        match self.find(text) {
            Ok(site) => Ok(site.clone()),
            Err(_) if text.contains(',') => Ok(Site::from_coordinates(text)?),
            Err(unknown) => Err(unknown),
        }
    }
}
