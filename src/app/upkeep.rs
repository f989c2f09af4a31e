//! Housekeeping: the database is checked, what is too old goes, space is given back.

use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::App;
use super::work::Account;
use crate::config::service::Retention;
use crate::ssa::progress::{Cancelled, Progress};
use crate::store::retention::{Limits, Removed, Space};

/// Ages are measured from this long after the newest current element set at most: a clock that is years ahead must not
/// make good data look old.
const AHEAD_OF_DATA: TimeDelta = TimeDelta::days(7);

/// Above its greatest size the database is brought down to this share of it, so that not every day is one of those.
const BROUGHT_DOWN_TO: f64 = 0.9;

/// Free pages are given back where they are more than this share of the file; the rest is filled again.
const MOST_FREE: f64 = 0.25;

/// The share of free pages that stays.
const LEFT_FREE: f64 = 0.05;

/// Steps in which the days of keeping are cut until the database is small enough.
const STEPS: i32 = 10;

/// What upkeep did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kept {
    /// From when ages were measured; `None` where there is no catalogue, and nothing goes.
    pub reference: Option<DateTime<Utc>>,
    /// Rows that went.
    pub removed: Removed,
    /// Share of the days of keeping that the size left: 1 where the days were kept in full.
    pub share_of_days: f64,
    /// Room that the database takes afterwards.
    pub space: Space,
    /// Bytes given back to the disk.
    pub given_back_bytes: u64,
    /// Whether it is still larger than it should be: what is current alone takes more.
    pub too_large: bool,
}

impl App {
    /// Checks the whole database, removes what is older than the configuration keeps, and gives free space back.
    ///
    /// # Errors
    /// The database is damaged: the message says how to restore a backup. An error of the disk, or cancelled.
    pub fn upkeep(&mut self, progress: Progress<'_>) -> anyhow::Result<Kept> {
        let stop = || progress(0.5).is_break();
        // Before anything is removed: a damaged file is to be saved, not tidied.
        self.store.integrity().context("the check of the whole database")?;
        let mut kept = self.forget(&stop)?;
        if stop() {
            return Err(Cancelled.into());
        }
        let least_free = (kept.space.pages as f64 * MOST_FREE) as u64;
        if kept.space.free_pages > least_free {
            let left = (kept.space.pages as f64 * LEFT_FREE) as u64;
            kept.given_back_bytes = self.store.give_back(left, &stop)?;
            kept.space = self.store.space()?;
        }
        Ok(kept)
    }

    /// Removes what is too old; beyond the greatest size, the oldest history before its days are over.
    fn forget(&mut self, stop: &dyn Fn() -> bool) -> anyhow::Result<Kept> {
        let retention = self.config.retention.clone();
        let mut kept = Kept {
            reference: self.reference()?,
            removed: Removed::default(),
            share_of_days: 1.0,
            space: self.store.space()?,
            given_back_bytes: 0,
            too_large: false,
        };
        let Some(reference) = kept.reference else { return Ok(kept) };
        kept.removed = self.store.forget(&limits(&retention, reference, 1.0), stop)?;
        kept.space = self.store.space()?;
        let most = u64::from(retention.max_database_mib) << 20;
        if kept.space.used_bytes() > most {
            let wanted = (most as f64 * BROUGHT_DOWN_TO) as u64;
            for step in (0..STEPS).rev() {
                if stop() || kept.space.used_bytes() <= wanted {
                    break;
                }
                kept.share_of_days = f64::from(step) / f64::from(STEPS);
                let removed = self.store.forget(&limits(&retention, reference, kept.share_of_days), stop)?;
                kept.removed.add(&removed);
                kept.space = self.store.space()?;
            }
            kept.too_large = kept.space.used_bytes() > most;
        }
        Ok(kept)
    }

    /// From when ages are measured: now, or a week after the newest current element set where the clock is ahead of it.
    fn reference(&self) -> anyhow::Result<Option<DateTime<Utc>>> {
        let clock = self.clock()?;
        Ok(self.store.status()?.newest_epoch.map(|newest| clock.min(newest + AHEAD_OF_DATA)))
    }
}

impl Kept {
    /// In a line and in figures.
    #[must_use]
    pub fn account(&self) -> Account {
        let mib = |bytes: u64| bytes as f64 / f64::from(1 << 20);
        let used_mib = mib(self.space.used_bytes());
        let mut summary =
            format!("checked; {} rows of history removed, {used_mib:.1} MiB in use", self.removed.total());
        if self.share_of_days < 1.0 {
            summary.push_str(&format!(
                "; for the size only {:.0} % of the days of history are kept",
                100.0 * self.share_of_days
            ));
        }
        if self.too_large {
            summary.push_str("; what is current alone is larger than retention.max_database_mib");
        }
        Account::new(
            summary,
            json!({
                "removed": self.removed,
                "share_of_days": self.share_of_days,
                "used_bytes": self.space.used_bytes(),
                "free_bytes": self.space.page_bytes * self.space.free_pages,
                "given_back_bytes": self.given_back_bytes,
                "too_large": self.too_large,
            }),
        )
    }
}

/// Before when history goes, with a share of its days kept.
fn limits(retention: &Retention, reference: DateTime<Utc>, share: f64) -> Limits {
    let before = |days: f64| {
        let age = TimeDelta::milliseconds((days * 86_400_000.0) as i64);
        reference.checked_sub_signed(age).unwrap_or(DateTime::UNIX_EPOCH)
    };
    Limits {
        element_sets: before(share * retention.element_sets_days),
        events: before(share * retention.events_days),
        // They take next to nothing, and the rules of the sources count those of the last hours.
        requests: before(retention.requests_days),
    }
}
