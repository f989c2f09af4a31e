//! Instants as text of fixed width, so that comparing the text compares the time.

use chrono::{DateTime, Datelike, SecondsFormat, Utc};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

/// An instant to the microsecond, what lies below it cut off: exactly what reports print.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Micros(pub(super) DateTime<Utc>);

/// An instant to the nanosecond: the epochs of element sets, which come back unchanged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Nanos(pub(super) DateTime<Utc>);

/// Why an instant has no text of fixed width.
#[derive(Debug, thiserror::Error)]
#[error("the year {0} is outside 0 to 9999")]
struct YearOutOfRange(i32);

fn text(time: DateTime<Utc>, digits: SecondsFormat) -> rusqlite::Result<ToSqlOutput<'static>> {
    if !(0..=9999).contains(&time.year()) {
        return Err(rusqlite::Error::ToSqlConversionFailure(Box::new(YearOutOfRange(time.year()))));
    }
    Ok(ToSqlOutput::from(time.to_rfc3339_opts(digits, true)))
}

fn parse(value: ValueRef<'_>) -> FromSqlResult<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(value.as_str()?).map(|time| time.to_utc()).map_err(FromSqlError::other)
}

impl ToSql for Micros {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        text(self.0, SecondsFormat::Micros)
    }
}

impl FromSql for Micros {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        parse(value).map(Self)
    }
}

impl ToSql for Nanos {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        text(self.0, SecondsFormat::Nanos)
    }
}

impl FromSql for Nanos {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        parse(value).map(Self)
    }
}
