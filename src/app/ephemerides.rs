//! Ephemerides (OEM) of operators: read, told whose they are, and put in place of element sets.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};
use nalgebra::Vector3;

use super::World;
use crate::astro::burn::keplerian;
use crate::astro::elements::{ElementFields, Elements, NoradId};
use crate::astro::orientation::OrientationTable;
use crate::astro::propagator::Propagator;
use crate::astro::time::Window;
use crate::feed::file;
use crate::format::MAX_FILE_BYTES;
use crate::format::oem::{Oem, read_oem, write_oem_kvn};
use crate::report::zone::clock_time;
use crate::ssa::conjunction::screen::Trajectories;
use crate::ssa::given_orbit::GivenOrbit;

/// A file, and whose ephemeris it is where its user says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EphemerisFile {
    /// The object.
    pub norad_id: Option<NoradId>,
    /// The file.
    pub path: PathBuf,
}

impl FromStr for EphemerisFile {
    type Err = std::convert::Infallible;

    /// `FILE` or `NORAD=FILE`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let named = text.split_once('=').and_then(|(id, path)| Some((id.trim().parse().ok()?, path)));
        Ok(match named {
            Some((norad_id, path)) => Self { norad_id: Some(norad_id), path: path.into() },
            None => Self { norad_id: None, path: text.into() },
        })
    }
}

/// The orbits that operators give, by object.
#[derive(Clone, Debug, Default)]
pub struct Orbits {
    by_id: BTreeMap<NoradId, Arc<GivenOrbit>>,
    /// How far each is from the element set in whose place it stands, where it begins, km.
    off_km: BTreeMap<NoradId, f64>,
    /// What of the configuration's files is not used, and why.
    pub unused: Vec<String>,
}

/// The ephemerides that a configuration names; one that cannot be used is told, and nothing else is lost by it.
#[derive(Clone, Debug, Default)]
pub struct Configured {
    held: Vec<Held>,
    refused: Vec<String>,
}

#[derive(Clone, Debug)]
struct Held {
    oem: Arc<Oem>,
    orbit: GivenOrbit,
}

impl Configured {
    /// Reads files.
    #[must_use]
    pub fn read(paths: &[PathBuf], orientation: &OrientationTable) -> Self {
        let mut configured = Self::default();
        for path in paths {
            match read(&EphemerisFile { norad_id: None, path: path.clone() }, orientation) {
                Ok(held) => configured.held.push(held),
                Err(error) => configured.refused.push(format!("{error:#}")),
            }
        }
        configured
    }

    /// Their names and what they say, as KVN.
    pub fn texts(&self) -> impl Iterator<Item = (&str, String)> {
        self.held.iter().map(|held| (held.orbit.message.as_str(), write_oem_kvn(&held.oem)))
    }

    /// In words, those that cannot be used.
    #[must_use]
    pub fn refused(&self) -> &[String] {
        &self.refused
    }

    /// The same from their names and texts, and from what was said of those that cannot be used.
    ///
    /// # Errors
    /// A text is no ephemeris.
    pub fn of_texts(
        texts: &[(String, String)],
        refused: Vec<String>,
        orientation: &OrientationTable,
    ) -> anyhow::Result<Self> {
        let held = texts.iter().map(|(name, text)| Held::of(name, name, text.as_bytes(), orientation));
        Ok(Self { held: held.collect::<anyhow::Result<_>>()?, refused })
    }
}

impl Held {
    fn of(locator: &str, name: &str, bytes: &[u8], orientation: &OrientationTable) -> anyhow::Result<Self> {
        let oem = Arc::new(read_oem(locator, bytes, MAX_FILE_BYTES)?);
        let orbit = GivenOrbit::of_oem(name, &oem, |time| orientation.at(time))?;
        Ok(Self { oem, orbit })
    }
}

fn read(wanted: &EphemerisFile, orientation: &OrientationTable) -> anyhow::Result<Held> {
    let payload = file::read(&wanted.path)?;
    let name = wanted.path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    Held::of(&payload.locator, &name, &payload.bytes, orientation)
}

impl World {
    /// The orbits of some files and, behind them, of the configuration's, for objects among `elements`. An object that a
    /// file gives a number and that is not among them is put there, its elements being the ellipse that it is on when the
    /// ephemeris begins.
    ///
    /// # Errors
    /// A file cannot be read, holds no ephemeris, or is of an object that is not known; two are of the same one.
    pub fn orbits(&self, files: &[EphemerisFile], elements: &mut Vec<Elements>) -> anyhow::Result<Orbits> {
        let mut orbits = Orbits::default();
        for wanted in files {
            let Held { orbit, .. } = read(wanted, &self.orientation)?;
            let id = match wanted.norad_id.or_else(|| whose(&orbit, elements)) {
                Some(id) => id,
                None => bail!(
                    "{}: no element set of OBJECT_ID = {} ({}): name it as NORAD={}",
                    orbit.message,
                    orbit.object_id,
                    orbit.object_name,
                    wanted.path.display()
                ),
            };
            orbits.off_km.extend(off_km(&orbit, id, elements).map(|off_km| (id, off_km)));
            if !elements.iter().any(|elements| elements.norad_id == id) {
                elements.push(stand_in(id, &orbit).with_context(|| format!("{}: no ellipse", orbit.message))?);
            }
            if let Some(other) = orbits.by_id.insert(id, Arc::new(orbit)) {
                bail!("two ephemerides of NORAD {id}: {} is the other", other.message);
            }
        }
        let Orbits { by_id, off_km, unused } = self.configured_orbits(elements);
        for (id, orbit) in by_id {
            orbits.by_id.entry(id).or_insert(orbit);
        }
        for (id, off_km) in off_km {
            orbits.off_km.entry(id).or_insert(off_km);
        }
        orbits.unused = unused;
        Ok(orbits)
    }

    /// The configuration's orbits of objects among `elements`.
    #[must_use]
    pub fn configured_orbits(&self, elements: &[Elements]) -> Orbits {
        let mut orbits = Orbits { unused: self.ephemerides.refused.clone(), ..Orbits::default() };
        for Held { orbit, .. } in &self.ephemerides.held {
            match whose(orbit, elements) {
                Some(id) => {
                    // Of two orbits of one object the later made counts, of two made at once the later named.
                    let other = orbits.by_id.get(&id).cloned();
                    let (unused, used) = match &other {
                        Some(other) if orbit.trajectory.made_at < other.trajectory.made_at => (Some(orbit), &**other),
                        Some(other) => (Some(&**other), orbit),
                        None => (None, orbit),
                    };
                    orbits.unused.extend(unused.map(|unused| {
                        format!("{}: {} is a later ephemeris of NORAD {id}", unused.message, used.message)
                    }));
                    let used = used.clone();
                    orbits.off_km.remove(&id);
                    orbits.off_km.extend(off_km(&used, id, elements).map(|off_km| (id, off_km)));
                    orbits.by_id.insert(id, Arc::new(used));
                }
                None => orbits.unused.push(format!(
                    "{}: no element set of OBJECT_ID = {} ({})",
                    orbit.message, orbit.object_id, orbit.object_name
                )),
            }
        }
        orbits
    }
}

impl Orbits {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// The orbit of an object.
    #[must_use]
    pub fn get(&self, id: NoradId) -> Option<&GivenOrbit> {
        self.by_id.get(&id).map(|orbit| &**orbit)
    }

    /// The trajectories for a screening.
    #[must_use]
    pub fn trajectories(&self) -> Trajectories {
        self.by_id.iter().map(|(&id, orbit)| (id, orbit.trajectory.clone())).collect()
    }

    /// What must be said of them where a window is screened.
    #[must_use]
    pub fn lines(&self, window: Window) -> Vec<String> {
        let line = |(id, orbit): (&NoradId, &Arc<GivenOrbit>)| {
            let covered = orbit.trajectory.covered(window);
            let spans: Vec<String> = covered
                .as_slice()
                .iter()
                .map(|span| format!("{} to {}", clock_time(window.at(span.start_s)), clock_time(window.at(span.end_s))))
                .collect();
            let when = match (spans.len(), covered.gaps(window.seconds()).is_empty()) {
                (0, _) => {
                    let [first, last] = orbit.trajectory.ends().map(clock_time);
                    format!("it says nothing about this window ({first} to {last} only), so the object is not screened")
                }
                (_, true) => "all of the window".to_owned(),
                (1..=MOST_SPANS, false) => format!("screened from {} only", spans.join(", ")),
                (count, false) => {
                    format!("screened in {count} stretches of {:.1} h in all only", covered.seconds() / 3600.0)
                }
            };
            let error = if orbit.has_covariance() { "" } else { " It has no covariance: --covariance takes one." };
            let off = match self.off_km.get(id) {
                Some(off_km) if *off_km > FAR_OFF_KM => format!(
                    " Where it begins it is {off_km:.0} km from the elements: make sure that object, frame and times are right."
                ),
                Some(off_km) => format!(" Where it begins it is {off_km:.1} km from the elements."),
                None => String::new(),
            };
            format!(
                "NORAD {id} on the ephemeris {} ({}, {}) in place of its elements: {when}.{off}{error}",
                orbit.message,
                orbit.originator,
                clock_time(orbit.trajectory.made_at)
            )
        };
        let unused = self.unused.iter().map(|problem| format!("Ephemeris not used: {problem}."));
        self.by_id.iter().map(line).chain(unused).collect()
    }
}

/// An ephemeris farther than this from the elements is of another object, in another frame or of another time, or a burn
/// lies between.
const FAR_OFF_KM: f64 = 100.0;

/// How far an orbit is, where it begins, from the element set of an object, km.
fn off_km(orbit: &GivenOrbit, id: NoradId, elements: &[Elements]) -> Option<f64> {
    let [start, _] = orbit.trajectory.ends();
    let [x, y, z, ..] = orbit.trajectory.state((start - orbit.trajectory.zero()).as_seconds_f64())?;
    let elements = elements.iter().find(|elements| elements.norad_id == id)?;
    let state = Propagator::new(elements).and_then(|propagator| propagator.state_at(start)).ok()?;
    Some((state.position_km - Vector3::new(x, y, z)).norm())
}

/// Stretches that are told one by one.
const MOST_SPANS: usize = 3;

/// The object of an ephemeris among element sets, by its designator or, where that is one, its number.
fn whose(orbit: &GivenOrbit, elements: &[Elements]) -> Option<NoradId> {
    let name = orbit.object_id.trim();
    let number = name.trim_start_matches('0').parse::<NoradId>().ok();
    let is_it =
        |elements: &&Elements| elements.object_id.eq_ignore_ascii_case(name) || number == Some(elements.norad_id);
    elements.iter().find(is_it).map(|elements| elements.norad_id)
}

/// Elements for an object that the catalogue does not have.
fn stand_in(norad_id: NoradId, orbit: &GivenOrbit) -> Option<Elements> {
    let epoch: DateTime<Utc> = orbit.trajectory.ends()[0];
    let state = orbit.trajectory.state((epoch - orbit.trajectory.zero()).as_seconds_f64())?;
    let fields = ElementFields {
        norad_id,
        name: orbit.object_name.clone(),
        object_id: orbit.object_id.clone(),
        epoch,
        mean_motion_rev_day: 1.0,
        eccentricity: 0.0,
        inclination_deg: 0.0,
        raan_deg: 0.0,
        arg_perigee_deg: 0.0,
        mean_anomaly_deg: 0.0,
        bstar: 0.0,
        mean_motion_dot: 0.0,
        mean_motion_ddot: 0.0,
        ephemeris_type: 0,
        classification: 'U',
        element_set_no: 0,
        rev_at_epoch: 0,
    };
    keplerian(&Elements::new(fields).ok()?, epoch, &state.into())
}
