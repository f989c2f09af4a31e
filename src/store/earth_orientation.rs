//! Earth orientation by day, from the tables of the IERS.

use rusqlite::params;

use super::catalogue::SourceRecord;
use super::import::record_source;
use super::row::Fields;
use super::{Store, StoreError};
use crate::astro::frame::EarthOrientation;
use crate::astro::orientation::OrientationRow;

impl Store {
    /// Takes in Earth orientation and returns how many days are new or better: a measurement replaces a prediction,
    /// and of equals the one fetched later stays, whatever the order of imports.
    ///
    /// # Errors
    /// An error of the disk, or a number that is not one.
    pub fn import_earth_orientation(
        &mut self,
        source: &SourceRecord,
        rows: &[OrientationRow],
    ) -> Result<usize, StoreError> {
        self.write("importing Earth orientation", |transaction| {
            let (source_id, _) = record_source(transaction, source, [rows.len(), 0, 0])?;
            let mut statement = transaction.prepare(
                "INSERT INTO earth_orientation VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (mjd) DO UPDATE SET \
                 ut1_utc_s = excluded.ut1_utc_s, pole_x_rad = excluded.pole_x_rad, \
                 pole_y_rad = excluded.pole_y_rad, predicted = excluded.predicted, \
                 source_id = excluded.source_id \
                 WHERE excluded.predicted < earth_orientation.predicted \
                 OR (excluded.predicted = earth_orientation.predicted \
                     AND (SELECT fetched_at FROM source WHERE id = excluded.source_id) \
                         > (SELECT fetched_at FROM source WHERE id = earth_orientation.source_id))",
            )?;
            let mut better = 0;
            for row in rows {
                better += statement.execute(params![
                    row.mjd,
                    row.orientation.ut1_utc_s,
                    row.orientation.pole_x_rad,
                    row.orientation.pole_y_rad,
                    row.predicted,
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
    pub fn earth_orientation(&self) -> Result<Vec<OrientationRow>, StoreError> {
        self.read("reading Earth orientation", |connection| {
            let mut statement = connection.prepare(
                "SELECT mjd, ut1_utc_s, pole_x_rad, pole_y_rad, predicted FROM earth_orientation ORDER BY mjd",
            )?;
            let rows = statement.query_map([], |row| {
                let mut fields = Fields::of(row);
                Ok(OrientationRow {
                    mjd: fields.take()?,
                    orientation: EarthOrientation {
                        ut1_utc_s: fields.take()?,
                        pole_x_rad: fields.take()?,
                        pole_y_rad: fields.take()?,
                    },
                    predicted: fields.take()?,
                })
            })?;
            Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
        })
    }
}
