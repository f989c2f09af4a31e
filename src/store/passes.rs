//! Passes in the store.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, params};

use super::error::Failure;
use super::instant::Micros;
use super::row::{Fields, placeholders};
use super::runs::{RunChoice, RunId, RunKind, chosen};
use super::scope::{Scope, has_elements};
use super::{Store, StoreError};
use crate::astro::elements::NoradId;
use crate::ssa::joined;
use crate::ssa::pass::Pass;

/// Which passes are wanted; the default is every one of the latest run.
#[derive(Clone, Debug, Default)]
pub struct PassFilter {
    /// Of which run.
    pub run: RunChoice,
    /// Not over before this time.
    pub from: Option<DateTime<Utc>>,
    /// Begun by this time.
    pub to: Option<DateTime<Utc>>,
    /// Of this object.
    pub norad_id: Option<NoradId>,
    /// Over this site.
    pub site: Option<String>,
}

/// The columns in the order of [`insert`] and [`read`].
const COLUMNS: &str = "run_id, norad_id, name, site, aos, aos_azimuth_deg, tca, max_elevation_deg, tca_azimuth_deg, \
    los, los_azimuth_deg, min_range_km, lit_fraction, sun_elevation_deg, open_start, open_end, culminations, age_days, \
    stale, timing_error_s";

impl Store {
    /// Passes by their beginning; none when there is no run.
    ///
    /// # Errors
    /// An error of the disk, or rows that were changed by hand.
    pub fn passes(&self, filter: &PassFilter) -> Result<Vec<Pass>, StoreError> {
        self.read("reading passes", |connection| {
            let Some(run) = chosen(connection, filter.run, RunKind::Passes)? else {
                return Ok(Vec::new());
            };
            let mut statement = connection.prepare(&format!(
                "SELECT {COLUMNS} FROM pass WHERE run_id = ?1 AND (?2 IS NULL OR los >= ?2) \
                 AND (?3 IS NULL OR aos <= ?3) AND (?4 IS NULL OR norad_id = ?4) AND (?5 IS NULL OR site = ?5) \
                 ORDER BY aos, norad_id, site, id"
            ))?;
            let chosen = params![
                run.0,
                filter.from.map(Micros),
                filter.to.map(Micros),
                filter.norad_id.map(NoradId::get),
                filter.site
            ];
            let rows = statement.query_map(chosen, |row| read(&mut Fields::of(row)))?;
            Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
        })
    }
}

fn read(fields: &mut Fields<'_>) -> rusqlite::Result<Pass> {
    let _run_id: i64 = fields.take()?;
    Ok(Pass {
        norad_id: fields.norad_id()?,
        name: fields.take()?,
        site: fields.take()?,
        aos: fields.take::<Micros>()?.0,
        aos_azimuth_deg: fields.take()?,
        tca: fields.take::<Micros>()?.0,
        max_elevation_deg: fields.take()?,
        tca_azimuth_deg: fields.take()?,
        los: fields.take::<Micros>()?.0,
        los_azimuth_deg: fields.take()?,
        min_range_km: fields.take()?,
        lit_fraction: fields.take()?,
        sun_elevation_deg: fields.take()?,
        open_start: fields.take()?,
        open_end: fields.take()?,
        culminations: fields.take()?,
        age_days: fields.take()?,
        stale: fields.take()?,
        timing_error_s: fields.take()?,
    })
}

/// Passes that were under way when a window began, by object and site, with the numbers of their rows.
type Begun = HashMap<(NoradId, String), Vec<(i64, Pass)>>;

/// Replaces the passes to come over the sites and of the objects that a run has looked at, joins those under way at the
/// beginning of its window, and leaves the past alone. What is to come of objects without element sets goes too.
pub(super) fn replace(connection: &Connection, scope: &Scope, passes: &[Pass]) -> Result<(), Failure> {
    let sites = scope.sites(passes.iter().map(|event| event.site.as_str()));
    let from = scope.window.start;
    let objects = scope.objects("pass_objects");
    let mut begun = Begun::new();
    for site in &sites {
        under_way(connection, site, from, &mut begun)?;
        connection.execute(
            "DELETE FROM pass WHERE site = ?1 AND los >= ?2 AND aos >= ?2 AND aos <= ?3 \
             AND (?4 IS NULL OR norad_id IN (SELECT value FROM json_each(?4)))",
            params![site, Micros(from), Micros(scope.passes_until()), objects],
        )?;
    }
    if !sites.is_empty() {
        let has_elements = has_elements(connection, "pass.norad_id")?;
        connection.execute(&format!("DELETE FROM pass WHERE aos >= ? AND NOT {has_elements}"), [Micros(from)])?;
    }
    let mut whole = Vec::with_capacity(passes.len());
    for event in passes {
        let known = begun.get_mut(&(event.norad_id, event.site.clone()));
        let same = known.and_then(|known| {
            let index = known.iter().position(|(_, earlier)| event.aos <= earlier.los)?;
            Some(known.swap_remove(index))
        });
        whole.push(match same {
            Some((id, earlier)) => {
                connection.execute("DELETE FROM pass WHERE id = ?", [id])?;
                joined::pass(&earlier, event, from)
            }
            None => event.clone(),
        });
    }
    Ok(insert(connection, scope.run, &whole)?)
}

/// Adds the passes over a site that are under way at an instant.
fn under_way(connection: &Connection, site: &str, at: DateTime<Utc>, begun: &mut Begun) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS}, id FROM pass WHERE site = ?1 AND los >= ?2 AND aos < ?2 ORDER BY aos, los"
    ))?;
    let rows = statement.query_map(params![site, Micros(at)], |row| {
        let mut fields = Fields::of(row);
        let event = read(&mut fields)?;
        Ok((fields.take::<i64>()?, event))
    })?;
    for row in rows {
        let (id, event) = row?;
        begun.entry((event.norad_id, event.site.clone())).or_default().push((id, event));
    }
    Ok(())
}

fn insert(connection: &Connection, run: RunId, passes: &[Pass]) -> rusqlite::Result<()> {
    let sql = format!("INSERT INTO pass ({COLUMNS}) VALUES ({})", placeholders(COLUMNS));
    let mut statement = connection.prepare_cached(&sql)?;
    for event in passes {
        statement.execute(params![
            run.0,
            event.norad_id.get(),
            event.name,
            event.site,
            Micros(event.aos),
            event.aos_azimuth_deg,
            Micros(event.tca),
            event.max_elevation_deg,
            event.tca_azimuth_deg,
            Micros(event.los),
            event.los_azimuth_deg,
            event.min_range_km,
            event.lit_fraction,
            event.sun_elevation_deg,
            event.open_start,
            event.open_end,
            event.culminations,
            event.age_days,
            event.stale,
            event.timing_error_s
        ])?;
    }
    Ok(())
}
