//! The ledger of a database that another takes the place of: what was asked since a backup was made stays asked.

use rusqlite::types::Value;
use rusqlite::{Connection, Transaction, params, params_from_iter};

use crate::store::error::Failure;
use crate::store::row::placeholders;
use crate::store::{Store, StoreError};

/// Requests and holds as they stand in a database, in the order of the requests.
#[derive(Clone, Debug)]
pub struct Rows {
    requests: Vec<Vec<Value>>,
    holds: Vec<[String; 3]>,
}

/// The number comes first, then what tells requests from one another.
const COLUMNS: &str = "id, source, query, asked_at, clock_wall, clock_boot_id, clock_uptime_s, ended_at, outcome, \
     http_status, bytes, sha256, server_date, objects, rejected, newest, reason, waived, measure";

/// Reads them; `except` is a source that is not carried over.
pub(in crate::store) fn rows(connection: &Connection, except: &str) -> Result<Rows, Failure> {
    let mut statement = connection.prepare(&format!("SELECT {COLUMNS} FROM request WHERE source <> ? ORDER BY id"))?;
    let width = statement.column_count();
    let read = statement.query_map([except], |row| (0..width).map(|column| row.get(column)).collect())?;
    let requests = read.collect::<rusqlite::Result<Vec<_>>>()?;
    let mut statement = connection.prepare("SELECT source, since, reason FROM hold ORDER BY source")?;
    let read = statement.query_map([], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?]))?;
    Ok(Rows { requests, holds: read.collect::<rusqlite::Result<Vec<_>>>()? })
}

impl Store {
    /// Adds to the ledger what another knows beyond it: requests after the last one of this ledger where that is in the
    /// other too, else those asked later than any of the same query here; and every hold. Returns how many requests.
    ///
    /// Of each query the last download that was taken is marked as not taken in yet: its data are not in this database,
    /// and the next sync takes them from the folder of downloads without asking for them.
    ///
    /// # Errors
    /// An error of the disk.
    pub fn carry_ledger(&mut self, other: &Rows) -> Result<usize, StoreError> {
        self.write("carrying the ledger over", |transaction| {
            let last: i64 = transaction.query_row("SELECT coalesce(max(id), 0) FROM request", [], |row| row.get(0))?;
            // The numbers of two databases of one origin mean the same requests up to where they part.
            let namesake = other.requests.iter().find(|row| row[0] == Value::Integer(last));
            let is_same = last == 0 || is_known(transaction, namesake)?;
            let mut carried = 0;
            for row in &other.requests {
                let is_newer = match row[0] {
                    Value::Integer(id) if is_same => id > last,
                    _ => is_later(transaction, row, last)?,
                };
                if is_newer {
                    let (columns, values) = (COLUMNS.trim_start_matches("id, "), &row[1..]);
                    let sql = format!("INSERT INTO request ({columns}) VALUES ({})", placeholders(columns));
                    transaction.execute(&sql, params_from_iter(values))?;
                    carried += 1;
                }
            }
            transaction.execute(
                "UPDATE request SET outcome = 'asked', ended_at = NULL WHERE id > ?1 AND http_status = 200 \
                 AND sha256 IS NOT NULL AND id IN \
                 (SELECT max(id) FROM request WHERE outcome = 'fetched' GROUP BY source, query)",
                [last],
            )?;
            for hold in &other.holds {
                transaction.execute(
                    "INSERT INTO hold (source, since, reason) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                    params_from_iter(hold),
                )?;
            }
            Ok(carried)
        })
    }
}

/// Whether a request of another ledger stands in this one under the same number.
fn is_known(transaction: &Transaction<'_>, row: Option<&Vec<Value>>) -> Result<bool, Failure> {
    let Some(row) = row else { return Ok(false) };
    let sql = "SELECT count(*) FROM request WHERE id = ? AND source = ? AND query = ? AND asked_at = ?";
    Ok(transaction.query_row(sql, params_from_iter(&row[..4]), |row| row.get::<_, i64>(0))? > 0)
}

/// Whether a request of another ledger was asked after all of its query that this one had at first.
fn is_later(transaction: &Transaction<'_>, row: &[Value], last: i64) -> Result<bool, Failure> {
    let sql = "SELECT ?3 > coalesce(max(asked_at), '') FROM request WHERE source = ?1 AND query = ?2 AND id <= ?4";
    Ok(transaction.query_row(sql, params![row[1], row[2], row[3], last], |row| row.get(0))?)
}
