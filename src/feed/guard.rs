//! Whether a download may take the place of the one before: figures in, a verdict out.

use chrono::{DateTime, Utc};

/// The share of bad records above which the whole is not trusted, percent.
pub const MOST_BAD_PERCENT: usize = 5;

/// The share of the objects of the last download that may be missing in the next, percent.
pub const MOST_MISSING_PERCENT: usize = 20;

/// An element set later than the clock by more than this is a bad record, days.
pub const MOST_FUTURE_DAYS: f64 = 1.0;

/// What a reader found in a download.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Objects, or days of Earth orientation.
    pub objects: usize,
    /// Good records.
    pub accepted: usize,
    /// Bad records.
    pub rejected: usize,
    /// Of these, the ones whose epoch lies in the future.
    pub future: usize,
    /// Newest epoch, or last day; `None` where the data have none.
    pub newest: Option<DateTime<Utc>>,
    /// The data end inside a record.
    pub is_truncated: bool,
}

/// What the last download of the same query held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Before {
    /// Objects, or days of Earth orientation.
    pub objects: usize,
    /// Newest epoch, or last day.
    pub newest: Option<DateTime<Utc>>,
}

/// Why a download is refused as a whole.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// It ends inside a record.
    #[error("cut off after {accepted} good records")]
    Truncated {
        /// Good records before the cut.
        accepted: usize,
    },
    /// Nothing usable in it.
    #[error("none of its {rejected} records can be used")]
    Empty {
        /// Bad records.
        rejected: usize,
    },
    /// Its epochs lie in the future.
    #[error(
        "{future} of its {total} records have an epoch more than {MOST_FUTURE_DAYS} day after the clock {}: is the \
         clock of this machine right?",
        clock.format("%FT%TZ")
    )]
    Future {
        /// Records of the future.
        future: usize,
        /// All records.
        total: usize,
        /// The clock.
        clock: DateTime<Utc>,
    },
    /// Too many bad records.
    #[error("{rejected} of its {total} records are bad, more than {MOST_BAD_PERCENT} %")]
    Bad {
        /// Bad records.
        rejected: usize,
        /// All records.
        total: usize,
    },
    /// Too few objects.
    #[error("{objects} objects where the last download held {before}: more than {MOST_MISSING_PERCENT} % are missing")]
    Shrunk {
        /// Objects now.
        objects: usize,
        /// Objects of the last good download.
        before: usize,
    },
    /// Older than the last one.
    #[error(
        "gone backwards: its newest epoch is {}, and the last download went to {}",
        newest.format("%FT%TZ"), before.format("%FT%TZ")
    )]
    Backwards {
        /// Newest epoch now.
        newest: DateTime<Utc>,
        /// Newest epoch of the last good download.
        before: DateTime<Utc>,
    },
}

/// Judges a download by itself and against the last good one of the same query.
///
/// # Errors
/// Why it is refused: nothing of it is to be taken.
pub fn judge(found: &Found, before: Option<&Before>, clock: DateTime<Utc>) -> Result<(), Refusal> {
    let &Found { objects, accepted, rejected, future, newest, is_truncated } = found;
    let total = accepted + rejected;
    let is_many = |count: usize| count * 100 > total * MOST_BAD_PERCENT;
    if is_truncated {
        return Err(Refusal::Truncated { accepted });
    }
    if is_many(future) {
        return Err(Refusal::Future { future, total, clock });
    }
    if accepted == 0 {
        return Err(Refusal::Empty { rejected });
    }
    if is_many(rejected) {
        return Err(Refusal::Bad { rejected, total });
    }
    let Some(before) = before else { return Ok(()) };
    if objects * 100 < before.objects * (100 - MOST_MISSING_PERCENT) {
        return Err(Refusal::Shrunk { objects, before: before.objects });
    }
    match (newest, before.newest) {
        (Some(newest), Some(before)) if newest < before => Err(Refusal::Backwards { newest, before }),
        _ => Ok(()),
    }
}
