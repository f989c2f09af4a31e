//! Overflights in the store.

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
use crate::ssa::overflight::{Daylight, Overflight};

/// Which overflights are wanted; the default is every one of the latest run.
#[derive(Clone, Debug, Default)]
pub struct OverflightFilter {
    /// Of which run.
    pub run: RunChoice,
    /// Not over before this time.
    pub from: Option<DateTime<Utc>>,
    /// Begun by this time.
    pub to: Option<DateTime<Utc>>,
    /// Of this object.
    pub norad_id: Option<NoradId>,
    /// Over this place.
    pub region: Option<String>,
}

/// The columns in the order of [`insert`] and [`read`].
const COLUMNS: &str = "run_id, norad_id, name, region, start, end, nearest_km, ascending, daylight, open_start, \
    open_end, age_days, stale, timing_error_s, darkness";

impl Store {
    /// Overflights by their beginning; none when there is no run.
    ///
    /// # Errors
    /// An error of the disk, or rows that were changed by hand.
    pub fn overflights(&self, filter: &OverflightFilter) -> Result<Vec<Overflight>, StoreError> {
        self.read("reading overflights", |connection| {
            let Some(run) = chosen(connection, filter.run, RunKind::Overflights)? else {
                return Ok(Vec::new());
            };
            let mut statement = connection.prepare(&format!(
                "SELECT {COLUMNS} FROM overflight WHERE run_id = ?1 AND (?2 IS NULL OR end >= ?2) \
                 AND (?3 IS NULL OR start <= ?3) AND (?4 IS NULL OR norad_id = ?4) AND (?5 IS NULL OR region = ?5) \
                 ORDER BY start, norad_id, region, id"
            ))?;
            let chosen = params![
                run.0,
                filter.from.map(Micros),
                filter.to.map(Micros),
                filter.norad_id.map(NoradId::get),
                filter.region
            ];
            let rows = statement.query_map(chosen, |row| read(&mut Fields::of(row)))?;
            Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
        })
    }
}

fn read(fields: &mut Fields<'_>) -> rusqlite::Result<Overflight> {
    let _run_id: i64 = fields.take()?;
    let mut overflight = Overflight {
        norad_id: fields.norad_id()?,
        name: fields.take()?,
        region: fields.take()?,
        start: fields.take::<Micros>()?.0,
        end: fields.take::<Micros>()?.0,
        nearest_km: fields.take()?,
        ascending: fields.take()?,
        daylight: if fields.take()? { Daylight::Day } else { Daylight::Night },
        open_start: fields.take()?,
        open_end: fields.take()?,
        age_days: fields.take()?,
        stale: fields.take()?,
        timing_error_s: fields.take()?,
    };
    // Older versions stored whether it is day at the middle alone.
    if let Some(is_ever_dark) = fields.take()? {
        overflight.daylight = Daylight::of(overflight.daylight.is_ever_light(), is_ever_dark);
    }
    Ok(overflight)
}

/// Overflights that were under way when a window began, by object and region, with the numbers of their rows.
type Begun = HashMap<(NoradId, String), Vec<(i64, Overflight)>>;

/// Replaces the overflights to come of the regions and objects that a run has looked at, joins those under way at the
/// beginning of its window, and leaves the past alone. What is to come of objects without element sets goes too.
pub(super) fn replace(connection: &Connection, scope: &Scope, overflights: &[Overflight]) -> Result<(), Failure> {
    let regions = scope.regions(overflights.iter().map(|event| event.region.as_str()));
    let from = scope.window.start;
    let objects = scope.objects("overflight_objects");
    let mut begun = Begun::new();
    for region in &regions {
        under_way(connection, region, from, &mut begun)?;
        connection.execute(
            "DELETE FROM overflight WHERE region = ?1 AND end >= ?2 AND start >= ?2 AND start <= ?3 \
             AND (?4 IS NULL OR norad_id IN (SELECT value FROM json_each(?4)))",
            params![region, Micros(from), Micros(scope.window.end), objects],
        )?;
    }
    if !regions.is_empty() {
        let has_elements = has_elements(connection, "overflight.norad_id")?;
        connection
            .execute(&format!("DELETE FROM overflight WHERE start >= ? AND NOT {has_elements}"), [Micros(from)])?;
    }
    let mut whole = Vec::with_capacity(overflights.len());
    for event in overflights {
        let known = begun.get_mut(&(event.norad_id, event.region.clone()));
        let same = known.and_then(|known| {
            let index = known.iter().position(|(_, earlier)| event.start <= earlier.end)?;
            Some(known.swap_remove(index))
        });
        whole.push(match same {
            Some((id, earlier)) => {
                connection.execute("DELETE FROM overflight WHERE id = ?", [id])?;
                joined::overflight(&earlier, event)
            }
            None => event.clone(),
        });
    }
    Ok(insert(connection, scope.run, &whole)?)
}

/// Adds the overflights of a region that are under way at an instant.
fn under_way(connection: &Connection, region: &str, at: DateTime<Utc>, begun: &mut Begun) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS}, id FROM overflight WHERE region = ?1 AND end >= ?2 AND start < ?2 ORDER BY start, end"
    ))?;
    let rows = statement.query_map(params![region, Micros(at)], |row| {
        let mut fields = Fields::of(row);
        let event = read(&mut fields)?;
        Ok((fields.take::<i64>()?, event))
    })?;
    for row in rows {
        let (id, event) = row?;
        begun.entry((event.norad_id, event.region.clone())).or_default().push((id, event));
    }
    Ok(())
}

fn insert(connection: &Connection, run: RunId, overflights: &[Overflight]) -> rusqlite::Result<()> {
    let sql = format!("INSERT INTO overflight ({COLUMNS}) VALUES ({})", placeholders(COLUMNS));
    let mut statement = connection.prepare_cached(&sql)?;
    for event in overflights {
        statement.execute(params![
            run.0,
            event.norad_id.get(),
            event.name,
            event.region,
            Micros(event.start),
            Micros(event.end),
            event.nearest_km,
            event.ascending,
            event.daylight.is_ever_light(),
            event.open_start,
            event.open_end,
            event.age_days,
            event.stale,
            event.timing_error_s,
            event.daylight.is_ever_dark()
        ])?;
    }
    Ok(())
}
