//! The use cases: look at the store, make it right, write down what was done.
//!
//! [`App`] holds what every one of them needs: the configuration, the store, the roster, the places, the clock.

pub mod alert;
pub mod assess;
pub mod avoid;
pub mod backup;
pub mod brief;
pub mod catalogue;
pub mod compare;
pub mod cover;
pub mod ephemerides;
pub mod evidence;
pub mod export;
pub mod findings;
pub mod geo;
pub mod import;
mod inbox;
pub mod messages;
pub mod overfly;
pub mod primaries;
pub mod publish;
pub mod realism;
pub mod release;
pub mod report;
pub mod run;
pub mod screen;
pub mod sensors;
pub mod status;
pub mod summary;
pub mod sync;
pub mod task;
pub mod trust;
pub mod upkeep;
pub mod watch;
pub mod work;

use std::path::{Path, PathBuf};

use anyhow::Context;
use chrono::{DateTime, Utc};

use crate::astro::frame::EarthOrientation;
use crate::astro::orientation::OrientationTable;
use crate::config::Config;
use crate::feed::{bundled, file};
use crate::format::MAX_FILE_BYTES;
use crate::format::eop::read_eop;
use crate::ssa::ground_sensor::GroundSensors;
use crate::ssa::hard_body::HardBodies;
use crate::ssa::place::{Region, Sites};
use crate::ssa::roster::Roster;
use crate::ssa::suggest;
use crate::store::Store;
use crate::store::snapshot::Snapshot;
use sync::session::Session;

/// Where Earth orientation comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EopChoice {
    /// UT1 = UTC and no polar motion.
    None,
    /// What the store holds, or none where it holds nothing.
    Store,
    /// A file: IERS finals2000A or CelesTrak's CSV.
    File(PathBuf),
}

/// What a call needs of its surroundings.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Database file, before the configuration's and the default one.
    pub database: Option<PathBuf>,
    /// Configuration file.
    pub config: Option<PathBuf>,
    /// The time to take for now, before the snapshot's clock and the wall clock.
    pub now: Option<DateTime<Utc>>,
    /// Where Earth orientation comes from.
    pub eop: EopChoice,
    /// Whether the database is made where there is none; otherwise the call works on the bundled snapshot.
    pub create: bool,
}

/// What does not live in the database: whose satellites, which places, how the Earth stands. Shared by all threads.
#[derive(Debug)]
pub struct World {
    /// Whose satellites.
    pub roster: Roster,
    /// Points on the ground.
    pub sites: Sites,
    /// Areas on the ground.
    pub regions: Vec<Region>,
    /// Sensors on the ground that watch objects in space.
    pub sensors: GroundSensors,
    /// How large objects are.
    pub hard_bodies: HardBodies,
    /// The errors of objects that the user gives, before what the program takes for them.
    pub covariances: messages::Given,
    /// Orbits that operators give, in place of element sets.
    pub ephemerides: ephemerides::Configured,
    /// Earth orientation.
    pub orientation: OrientationTable,
    /// Which Earth orientation was chosen, for the notes of every answer.
    pub orientation_note: String,
}

/// Everything a use case works with.
#[derive(Debug)]
pub struct App {
    /// The configuration.
    pub config: Config,
    /// Its file, where there is one.
    pub config_file: Option<PathBuf>,
    /// The database, or one in memory that holds the bundled snapshot.
    pub store: Store,
    /// The database file; `None` for the one in memory.
    pub database: Option<PathBuf>,
    /// The user's own clock, where given.
    pub now: Option<DateTime<Utc>>,
    /// Where Earth orientation comes from.
    pub eop: EopChoice,
    /// What does not live in the database.
    pub world: World,
    /// The session with Space-Track, in memory alone.
    pub session: Session,
}

impl App {
    /// Opens the database, or the bundled snapshot where there is none, and reads the user's files.
    ///
    /// # Errors
    /// A file that cannot be read or does not hold what it should.
    pub fn open(setup: &Setup) -> anyhow::Result<Self> {
        let config = match &setup.config {
            Some(path) => Config::read(path)?,
            None => Config::default(),
        };
        Self::open_with(setup, config)
    }

    /// The same with a configuration that was read before.
    ///
    /// # Errors
    /// As [`App::open`].
    pub fn open_with(setup: &Setup, config: Config) -> anyhow::Result<Self> {
        let path = database_path(setup, &config)?;
        let (store, database) = if setup.create {
            if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                std::fs::create_dir_all(folder).with_context(|| format!("making the folder {}", folder.display()))?;
            }
            (Store::open(&path)?, Some(path))
        } else if path.exists() {
            (Store::open_read_only(&path)?, Some(path))
        } else {
            (Store::in_memory()?, None)
        };
        let (orientation, orientation_note) = orientation(&setup.eop, &store)?;
        let world = World {
            roster: roster(&config)?,
            sites: sites(&config)?,
            regions: regions(&config)?,
            sensors: sensors(&config)?,
            hard_bodies: hard_bodies(&config)?,
            covariances: messages::read_covariances(&config.files.covariance, &store)?,
            ephemerides: ephemerides::Configured::read(&config.files.ephemeris, &orientation),
            orientation,
            orientation_note,
        };
        let config_file = setup.config.clone();
        let (now, eop, session) = (setup.now, setup.eop.clone(), Session::default());
        let mut app = Self { config, config_file, store, database, now, eop, world, session };
        if app.database.is_none() {
            app.import_snapshot(&bundled::snapshots()[0])?;
        }
        Ok(app)
    }

    /// Reads again what the database holds of Earth orientation, which a source may have brought in the meantime.
    ///
    /// # Errors
    /// The store, or the file named instead of it, cannot be read.
    pub fn refresh_orientation(&mut self) -> anyhow::Result<()> {
        (self.world.orientation, self.world.orientation_note) = orientation(&self.eop, &self.store)?;
        Ok(())
    }

    /// A key of the configuration with its file, as errors name it.
    pub(crate) fn key(&self, key: &str) -> String {
        self.config_file.as_ref().map_or_else(|| key.to_owned(), |file| format!("{}: {key}", file.display()))
    }

    /// The time taken for now: the user's, the active snapshot's, or the wall clock.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn clock(&self) -> anyhow::Result<DateTime<Utc>> {
        Ok(match (self.now, self.store.snapshot()?) {
            (Some(now), _) => now,
            (None, Some(Snapshot { clock, .. })) => clock,
            (None, None) => Utc::now(),
        })
    }
}

impl World {
    /// How the Earth stands at an instant, by the table chosen.
    pub fn earth(&self) -> impl Fn(DateTime<Utc>) -> EarthOrientation + Sync + '_ {
        |time| self.orientation.at(time)
    }

    /// The region with a name, or the regions of a GeoJSON file.
    ///
    /// # Errors
    /// No such region or file; the message suggests what is alike.
    pub fn find_regions(&self, text: &str) -> anyhow::Result<Vec<Region>> {
        let folded = suggest::folded(text);
        if let Some(region) = self.regions.iter().find(|region| suggest::folded(region.name()) == folded) {
            return Ok(vec![region.clone()]);
        }
        let path = Path::new(text);
        if path.extension().is_some_and(|extension| extension == "geojson" || extension == "json") || path.exists() {
            let payload = file::read(path)?;
            return Ok(Region::from_geojson(&payload.locator, &payload.bytes)?);
        }
        let near = suggest::nearest(text, self.regions.iter().map(Region::name));
        anyhow::bail!(
            "unknown region \"{text}\"{} `alliedsky regions` lists them, and a GeoJSON file is taken too",
            if near.is_empty() { ":".to_owned() } else { suggest::did_you_mean(&near) }
        )
    }
}

/// The database file of a call: the command line's, else the configuration's, else the one in the user's data folder.
///
/// # Errors
/// The user has no home folder.
pub fn database_path(setup: &Setup, config: &Config) -> anyhow::Result<PathBuf> {
    if let Some(path) = setup.database.clone().or_else(|| config.database.clone()) {
        return Ok(path);
    }
    let folders = directories::ProjectDirs::from("", "", "alliedsky")
        .context("no home folder to keep the database in: name one with --db FILE")?;
    Ok(folders.data_dir().join("alliedsky.db"))
}

fn text_of(path: &Path) -> anyhow::Result<(String, String)> {
    let payload = file::read(path)?;
    let text = String::from_utf8(payload.bytes).with_context(|| format!("{} is no UTF-8 text", payload.locator))?;
    Ok((payload.locator, text))
}

fn roster(config: &Config) -> anyhow::Result<Roster> {
    let own = bundled::roster();
    let mut roster = Roster::parse(own.file, own.text)?;
    for path in &config.files.roster {
        let (name, text) = text_of(path)?;
        roster = roster.overlay(&name, &text)?;
    }
    Ok(roster)
}

fn sites(config: &Config) -> anyhow::Result<Sites> {
    let own = bundled::sites();
    let mut sites = Sites::parse(own.file, own.text)?;
    for path in &config.files.sites {
        let (name, text) = text_of(path)?;
        sites = sites.overlay(&name, &text)?;
    }
    Ok(sites)
}

fn sensors(config: &Config) -> anyhow::Result<GroundSensors> {
    let own = bundled::sensors();
    let mut sensors = GroundSensors::parse(own.file, own.text)?;
    for path in &config.files.sensors {
        let (name, text) = text_of(path)?;
        sensors = sensors.overlay(&name, &text)?;
    }
    Ok(sensors)
}

fn hard_bodies(config: &Config) -> anyhow::Result<HardBodies> {
    let own = bundled::hard_bodies();
    let mut bodies = HardBodies::parse(own.file, own.text)?;
    for path in &config.files.hard_body {
        let (name, text) = text_of(path)?;
        bodies = bodies.overlay(&name, &text)?;
    }
    Ok(bodies)
}

/// The bundled regions with the user's over them: a region of the same name replaces.
fn regions(config: &Config) -> anyhow::Result<Vec<Region>> {
    let mut regions = Vec::new();
    for own in bundled::regions() {
        regions.extend(Region::from_geojson(own.file, own.text.as_bytes())?);
    }
    for path in &config.files.regions {
        let payload = file::read(path)?;
        for region in Region::from_geojson(&payload.locator, &payload.bytes)? {
            regions.retain(|present| suggest::folded(present.name()) != suggest::folded(region.name()));
            regions.push(region);
        }
    }
    Ok(regions)
}

fn orientation(choice: &EopChoice, store: &Store) -> anyhow::Result<(OrientationTable, String)> {
    let none = || (OrientationTable::none(), "Earth orientation: none (UT1 = UTC, no polar motion)".to_owned());
    Ok(match choice {
        EopChoice::None => none(),
        EopChoice::Store => {
            let rows = store.earth_orientation()?;
            if rows.is_empty() { none() } else { (OrientationTable::new(rows), "Earth orientation: store".to_owned()) }
        }
        EopChoice::File(path) => {
            let payload = file::read(path)?;
            let batch = read_eop(&payload.locator, &payload.bytes, MAX_FILE_BYTES)?;
            (OrientationTable::new(batch.rows), format!("Earth orientation: {}", payload.locator))
        }
    })
}
