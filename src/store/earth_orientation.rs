//! Earth orientation by day, from the tables of the IERS.

use rusqlite::params;

use super::catalogue::SourceRecord;
use super::import::record_source;
use super::row::Fields;
use super::{Store, StoreError};

/// How the Earth stands at 0h UTC of one day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EarthOrientationDay {
    /// Modified Julian date.
    pub mjd: i32,
    /// UT1 − UTC in seconds.
    pub ut1_utc_s: f64,
    /// Pole x in arc seconds.
    pub pole_x_arcsec: f64,
    /// Pole y in arc seconds.
    pub pole_y_arcsec: f64,
    /// Whether the values are a prediction.
    pub predicted: bool,
}

impl Store {
    /// Takes in Earth orientation and returns how many days are new or better: a measurement replaces a prediction,
    /// and of equals the one fetched later stays, whatever the order of imports.
    ///
    /// # Errors
    /// An error of the disk, or a number that is not one.
    pub fn import_earth_orientation(
        &mut self,
        source: &SourceRecord,
        days: &[EarthOrientationDay],
    ) -> Result<usize, StoreError> {
        self.write("importing Earth orientation", |transaction| {
            let (source_id, _) = record_source(transaction, source, [days.len(), 0, 0])?;
            let mut statement = transaction.prepare(
                "INSERT INTO earth_orientation VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (mjd) DO UPDATE SET \
                 ut1_utc_s = excluded.ut1_utc_s, pole_x_arcsec = excluded.pole_x_arcsec, \
                 pole_y_arcsec = excluded.pole_y_arcsec, predicted = excluded.predicted, \
                 source_id = excluded.source_id \
                 WHERE excluded.predicted < earth_orientation.predicted \
                 OR (excluded.predicted = earth_orientation.predicted \
                     AND (SELECT fetched_at FROM source WHERE id = excluded.source_id) \
                         > (SELECT fetched_at FROM source WHERE id = earth_orientation.source_id))",
            )?;
            let mut better = 0;
            for day in days {
                better += statement.execute(params![
                    day.mjd,
                    day.ut1_utc_s,
                    day.pole_x_arcsec,
                    day.pole_y_arcsec,
                    day.predicted,
                    source_id
                ])?;
            }
            Ok(better)
        })
    }

    /// The Earth orientation that the store has, by day.
    ///
    /// # Errors
    /// An error of the disk.
    pub fn earth_orientation(&self) -> Result<Vec<EarthOrientationDay>, StoreError> {
        self.read("reading Earth orientation", |connection| {
            let mut statement = connection.prepare(
                "SELECT mjd, ut1_utc_s, pole_x_arcsec, pole_y_arcsec, predicted FROM earth_orientation ORDER BY mjd",
            )?;
            let rows = statement.query_map([], |row| {
                let mut fields = Fields::of(row);
                Ok(EarthOrientationDay {
                    mjd: fields.take()?,
                    ut1_utc_s: fields.take()?,
                    pole_x_arcsec: fields.take()?,
                    pole_y_arcsec: fields.take()?,
                    predicted: fields.take()?,
                })
            })?;
            Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
        })
    }
}
