//! One number that says whether two databases hold the same events.

use rusqlite::Connection;
use rusqlite::types::ValueRef;
use sha2::{Digest, Sha256};

use super::super::error::Failure;
use super::super::{Store, StoreError};

/// The events without the numbers of rows and runs and without the times of day at which they were computed: a name, and
/// a query whose rows in any order are the content.
const CONTENT: [(&str, &str); 6] = [
    (
        "conjunction",
        "SELECT primary_id, primary_name, secondary_id, secondary_name, kind, tca, miss_km, rel_speed_km_s, miss_r_km, \
         miss_t_km, miss_n_km, primary_age_days, secondary_age_days, primary_stale, secondary_stale, primary_x_km, \
         primary_y_km, primary_z_km, primary_vx_km_s, primary_vy_km_s, primary_vz_km_s, secondary_x_km, secondary_y_km, \
         secondary_z_km, secondary_vx_km_s, secondary_vy_km_s, secondary_vz_km_s, pc, pc_method, covariance_source, \
         pc_max, pc_max_socrates, dilution_km, status, vanished_why, over_at, threshold_km FROM conjunction",
    ),
    (
        "span",
        "SELECT c.primary_id, c.secondary_id, c.kind, c.tca, s.ordinal, s.start, s.end \
         FROM conjunction_span s JOIN conjunction c ON c.id = s.conjunction_id",
    ),
    (
        "history",
        "SELECT c.primary_id, c.secondary_id, c.kind, c.tca, h.ordinal, h.vanished_why, h.tca, h.miss_km, \
         h.rel_speed_km_s, h.miss_r_km, h.miss_t_km, h.miss_n_km, h.primary_age_days, h.secondary_age_days, h.pc, \
         h.pc_max FROM conjunction_history h JOIN conjunction c ON c.id = h.conjunction_id",
    ),
    (
        "overflight",
        "SELECT norad_id, name, region, start, end, nearest_km, ascending, daylight, open_start, open_end, age_days, \
         stale, timing_error_s, darkness FROM overflight",
    ),
    (
        "pass",
        "SELECT norad_id, name, site, aos, aos_azimuth_deg, tca, max_elevation_deg, tca_azimuth_deg, los, \
         los_azimuth_deg, min_range_km, lit_fraction, sun_elevation_deg, open_start, open_end, culminations, age_days, \
         stale, timing_error_s FROM pass",
    ),
    (
        "coverage",
        "SELECT region, nations, assets, time_percent, area_percent, cell_time_percent, accesses, mean_gap_s, \
         longest_gap_s, detail FROM coverage WHERE run_id = (SELECT max(run_id) FROM coverage)",
    ),
];

impl Store {
    /// The SHA-256 of all events with their histories and of the latest coverage, as hexadecimal digits: equal for
    /// databases that hold the same events, in whatever order and by whatever runs they came in.
    ///
    /// # Errors
    /// An error of the disk.
    pub fn event_digest(&self) -> Result<String, StoreError> {
        self.read("computing the digest of the events", |connection| {
            let mut digest = Sha256::new();
            for (name, sql) in CONTENT {
                let mut lines = lines(connection, sql)?;
                lines.sort_unstable();
                digest.update(format!("{name} {}\n", lines.len()));
                lines.iter().for_each(|line| digest.update(line));
            }
            Ok(digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
        })
    }
}

/// The rows of a query, each as bytes that no other row has.
fn lines(connection: &Connection, sql: &str) -> Result<Vec<Vec<u8>>, Failure> {
    let mut statement = connection.prepare(sql)?;
    let columns = statement.column_count();
    let mut rows = statement.query([])?;
    let mut lines = Vec::new();
    while let Some(row) = rows.next()? {
        let mut line = Vec::new();
        for column in 0..columns {
            append(&mut line, row.get_ref(column)?);
        }
        lines.push(line);
    }
    Ok(lines)
}

/// Appends a value: its sort, its length where that differs, its bytes.
fn append(line: &mut Vec<u8>, value: ValueRef<'_>) {
    let (sort, bytes) = match value {
        ValueRef::Null => (b'n', Vec::new()),
        ValueRef::Integer(number) => (b'i', number.to_be_bytes().to_vec()),
        ValueRef::Real(number) => (b'r', number.to_bits().to_be_bytes().to_vec()),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => (b't', bytes.to_vec()),
    };
    line.push(sort);
    line.extend((bytes.len() as u64).to_be_bytes());
    line.extend(bytes);
}
