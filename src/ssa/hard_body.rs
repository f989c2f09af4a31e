//! The hard-body radius: the sphere round an object that holds all of it.
//!
//! A collision is a miss below the sum of two such radii. Few are published; the others are taken from what is known, the
//! better one first, and each says what it rests on:
//!
//! 1. a file of the user's own, by catalogue number or by the beginning of the name;
//! 2. the same in the bundled file: large objects, and stages of rockets by name;
//! 3. the radar cross-section of the satellite catalogue: [`RCS_FACTOR`] times the radius of the sphere that has it,
//!    σ = π r² (a sphere large against the wavelength; Skolnik, *Radar Handbook*, 3rd ed., sec. 14.2), at least a bound
//!    by the type of object;
//! 4. the class of radar cross-section that Space-Track gives instead, in its satellite catalogue or else in its public
//!    messages: the same at the class's upper end, and for large ones at least the figure of the type;
//! 5. a figure for the type of object, which is assumed.

mod read;

use std::fmt;

use crate::astro::elements::NoradId;
use crate::format::satcat::{ObjectType, RcsSize, SatcatEntry};
use crate::ssa::entry::EntryError;

/// Radius of the sphere round an object over that of the sphere with its radar cross-section.
///
/// A judgement: a body of 6 m by 2.4 m, a common stage, shows a mean area of 13.6 m² to the side (a quarter of its
/// surface, Cauchy), a sphere of 2.1 m, while the sphere round it has 3.2 m; panels and booms add more, and radar sees
/// less of them than light does.
pub const RCS_FACTOR: f64 = 2.0;

/// No object in orbit is larger, m.
const MOST_M: f64 = 100.0;

/// What a radius rests on.
#[derive(Clone, Debug, PartialEq)]
pub enum RadiusSource {
    /// A file of the user's own.
    Given {
        /// The entry's name.
        name: String,
        /// The file.
        file: String,
    },
    /// The bundled file.
    Known {
        /// The entry's name.
        name: String,
        /// Whether nobody published the figure.
        assumed: bool,
    },
    /// The radar cross-section of the satellite catalogue, m².
    Rcs(f64),
    /// The class of radar cross-section.
    RcsSize(RcsSize),
    /// The type of object.
    Type(ObjectType),
    /// The words of whoever took it from one of the others, as a report carries it.
    Told(String),
}

impl fmt::Display for RadiusSource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given { name, file } => write!(formatter, "given: {name} ({file})"),
            Self::Known { name, assumed: false } => write!(formatter, "known: {name}"),
            Self::Known { name, assumed: true } => write!(formatter, "known: {name}, assumed"),
            Self::Rcs(rcs_m2) => write!(formatter, "RCS {rcs_m2} m2"),
            Self::RcsSize(size) => write!(formatter, "RCS size {}", size.as_str()),
            Self::Type(kind) => write!(formatter, "assumed for type {}", kind.as_str()),
            Self::Told(words) => formatter.write_str(words),
        }
    }
}

/// The radius of one object.
#[derive(Clone, Debug, PartialEq)]
pub struct Radius {
    /// Radius of the sphere that holds it, m.
    pub hbr_m: f64,
    /// What that rests on.
    pub source: RadiusSource,
}

/// The combined radius of two objects, m: the sum of theirs.
#[must_use]
pub fn combined_m(one: &Radius, other: &Radius) -> f64 {
    one.hbr_m + other.hbr_m
}

/// Whom an entry is about.
#[derive(Clone, Debug, PartialEq)]
enum Whom {
    /// One object.
    Object(NoradId),
    /// All objects whose names begin so, in upper case.
    Named(String),
}

/// One entry of a file.
#[derive(Clone, Debug, PartialEq)]
struct Body {
    whom: Whom,
    hbr_m: f64,
    source: RadiusSource,
}

/// The radii of the bundled file with the user's over them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HardBodies {
    /// The first that fits counts: a later file's before an earlier one's, an object's before its name's.
    bodies: Vec<Body>,
}

impl HardBodies {
    /// Reads the bundled file.
    ///
    /// # Errors
    /// The first mistake, with its entry and field.
    pub fn parse(file: &str, text: &str) -> Result<Self, EntryError> {
        Ok(Self { bodies: read::file(file, text, false)? })
    }

    /// These radii with those of a user's file before them.
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub fn overlay(&self, file: &str, text: &str) -> Result<Self, EntryError> {
        let mut bodies = read::file(file, text, true)?;
        bodies.extend(self.bodies.iter().cloned());
        Ok(Self { bodies })
    }

    /// The bundled radii alone: a user's own file has no release marking.
    #[must_use]
    pub fn bundled_alone(&self) -> Self {
        let is_bundled = |body: &&Body| !matches!(body.source, RadiusSource::Given { .. });
        Self { bodies: self.bodies.iter().filter(is_bundled).cloned().collect() }
    }

    /// Number of entries.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.bodies.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.bodies.is_empty()
    }

    /// The radius of an object, given what is known of it, and the class of its radar cross-section where a message
    /// tells: the satellite catalogue's own comes first.
    #[must_use]
    pub fn radius(&self, facts: &SatcatEntry, size: Option<RcsSize>) -> Radius {
        let name = facts.name.trim().to_ascii_uppercase();
        let kind = kind(facts, &name);
        let is_meant = |body: &&Body| match &body.whom {
            Whom::Object(id) => *id == facts.norad_id,
            Whom::Named(start) => kind != ObjectType::Debris && is_named(&name, start),
        };
        if let Some(body) = self.bodies.iter().find(is_meant) {
            return Radius { hbr_m: body.hbr_m, source: body.source.clone() };
        }
        let Usual { least_m, usual_m } = Usual::of(kind);
        if let Some(rcs_m2) = facts.rcs_m2.filter(|rcs_m2| rcs_m2.is_finite() && *rcs_m2 > 0.0) {
            let hbr_m = (RCS_FACTOR * sphere_m(rcs_m2)).clamp(least_m, MOST_M);
            return Radius { hbr_m, source: RadiusSource::Rcs(rcs_m2) };
        }
        if let Some(size) = facts.rcs_size.or(size) {
            let hbr_m = match size {
                RcsSize::Small => RCS_FACTOR * sphere_m(0.1),
                RcsSize::Medium => RCS_FACTOR * sphere_m(1.0),
                RcsSize::Large => (RCS_FACTOR * sphere_m(1.0)).max(usual_m),
            };
            return Radius { hbr_m: hbr_m.max(least_m), source: RadiusSource::RcsSize(size) };
        }
        Radius { hbr_m: usual_m, source: RadiusSource::Type(kind) }
    }
}

/// Whether a name begins with an entry's, and a word ends there: "SL-8 R/B" is not meant by "SL-8 R/B(2)", nor by "S".
fn is_named(name: &str, start: &str) -> bool {
    name.strip_prefix(start).is_some_and(|rest| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '('))
}

/// The type of an object, by its name where the catalogue has none.
fn kind(facts: &SatcatEntry, name: &str) -> ObjectType {
    match facts.object_type {
        ObjectType::Unknown if name.contains("R/B") => ObjectType::RocketBody,
        ObjectType::Unknown if name.ends_with(" DEB") || name.contains(" DEB ") => ObjectType::Debris,
        kind => kind,
    }
}

/// Radius in m of the sphere with a radar cross-section in m².
fn sphere_m(rcs_m2: f64) -> f64 {
    (rcs_m2 / std::f64::consts::PI).sqrt()
}

/// What is taken for a type of object, m: judgements, on the careful side.
struct Usual {
    /// Least, whatever radar says: a CubeSat with its antennas, a small stage, a fragment that the catalogue can follow.
    least_m: f64,
    /// Where nothing else is known.
    usual_m: f64,
}

impl Usual {
    const fn of(kind: ObjectType) -> Self {
        match kind {
            ObjectType::Payload => Self { least_m: 0.3, usual_m: 3.0 },
            ObjectType::RocketBody => Self { least_m: 1.0, usual_m: 5.0 },
            ObjectType::Debris => Self { least_m: 0.1, usual_m: 0.5 },
            ObjectType::Unknown => Self { least_m: 0.1, usual_m: 2.0 },
        }
    }
}
